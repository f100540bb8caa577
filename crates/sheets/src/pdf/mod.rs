//! PDF, written as it is made: each page goes out when it is laid out, fonts and tables at the end, so memory does not grow
//! with the pages. Must never write a date, a random number or anything else that differs from run to run.

mod content;
mod file;
mod fontbook;

use std::io::Write;

use pdf_writer::types::PageMode;
use pdf_writer::{Filter, Finish, Name, Rect, Ref, TextStr};

use crate::failure::SheetError;
use crate::layout::{PAGE_HEIGHT_PT, PAGE_WIDTH_PT};
use crate::page::Composer;
use crate::paging;
use crate::run::SheetRun;
use content::ContentWriter;
use file::PdfFile;
use fontbook::FontBook;

/// How far a run is, told after each page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub pages_done: usize,
    pub pages_total: usize,
    pub people_done: usize,
}

/// The caller's answer to [`Progress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Continue,
    Cancel,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    pub pages: usize,
    pub people: usize,
    pub bytes: u64,
}

/// Page tree nodes hold this many pages, so that a viewer finds one among thousands.
const PAGES_A_NODE: usize = 256;

/// Writes the whole run as one PDF 1.7 file. Memory does not grow with the number of pages; `out` is written in pieces of
/// a page, so give it no buffer of its own.
///
/// # Errors
/// [`SheetError::Cancelled`] when `progress` says so, and then what was written is no PDF; besides those of the layout, the
/// links and `out`.
pub fn export_pdf(
    run: &SheetRun,
    out: &mut impl Write,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Summary, SheetError> {
    let mut composer = Composer::of(run)?;
    let pages_total = paging::count(run);
    let mut file = PdfFile::start(out)?;
    let (catalog, tree, resources, info) = (file.take_ref(), file.take_ref(), file.take_ref(), file.take_ref());
    let mut fonts = FontBook::of(&run.fonts);
    let mut content = ContentWriter::default();
    let mut packer = Packer::new();

    let mut nodes: Vec<(Ref, usize)> = Vec::new();
    let mut kids: Vec<Ref> = Vec::new();
    let mut node = file.take_ref();
    let mut chapters: Vec<(usize, Ref)> = Vec::new();
    let mut done = Progress { pages_done: 0, pages_total, people_done: 0 };
    for sheet in paging::sheets(run) {
        let page = composer.compose(sheet)?;
        let drawn = packer.pack(content.draw(&page, &mut fonts));
        let (page_ref, content_ref) = (file.take_ref(), file.take_ref());
        file.object(content_ref, |chunk| {
            chunk.stream(content_ref, drawn).filter(Filter::FlateDecode);
        })?;
        file.object(page_ref, |chunk| {
            let mut page = chunk.page(page_ref);
            page.parent(node).contents(content_ref);
            page.pair(Name(b"Resources"), resources);
        })?;
        kids.push(page_ref);
        if kids.len() == PAGES_A_NODE {
            write_node(&mut file, node, tree, &kids)?;
            nodes.push((node, kids.len()));
            kids.clear();
            node = file.take_ref();
        }
        if sheet.number == 1 {
            chapters.push((sheet.group, page_ref));
        }
        done.pages_done += 1;
        done.people_done += sheet.people;
        if progress(done) == Flow::Cancel {
            return Err(SheetError::Cancelled);
        }
    }
    // An empty node is allowed (ISO 32000-1, 7.7.3.2), and its number has been given out.
    write_node(&mut file, node, tree, &kids)?;
    nodes.push((node, kids.len()));

    file.object(tree, |chunk| {
        let mut pages = chunk.pages(tree);
        pages.kids(nodes.iter().map(|(node, _)| *node)).count(done.pages_done as i32);
        pages.media_box(Rect::new(0.0, 0.0, PAGE_WIDTH_PT as f32, PAGE_HEIGHT_PT as f32));
    })?;
    let font_refs = fonts.write(&mut file)?;
    file.object(resources, |chunk| {
        let mut all = chunk.indirect(resources).dict();
        all.insert(Name(b"Font")).dict().pairs(font_refs.iter().map(|(name, font)| (Name(name), *font)));
    })?;
    let outline = write_outline(run, &mut file, &chapters)?;
    file.object(info, |chunk| {
        let mut info = chunk.indirect(info).dict();
        info.pair(Name(b"Title"), TextStr(&title(run, &chapters)));
        info.pair(Name(b"Producer"), TextStr("Mingce"));
    })?;
    file.object(catalog, |chunk| {
        let mut all = chunk.indirect(catalog).start::<pdf_writer::writers::Catalog>();
        all.pages(tree);
        all.lang(TextStr(&run.words.language));
        // Printed at another scale, labels miss their stickers.
        let mut preferences = all.viewer_preferences();
        preferences.display_doc_title(true);
        preferences.pair(Name(b"PrintScaling"), Name(b"None"));
        preferences.finish();
        if let Some(outline) = outline {
            all.outlines(outline).page_mode(PageMode::UseOutlines);
        }
    })?;
    let bytes = file.finish(catalog, info)?;
    Ok(Summary { pages: done.pages_done, people: done.people_done, bytes })
}

fn title(run: &SheetRun, chapters: &[(usize, Ref)]) -> String {
    let heading = match chapters {
        [(group, _)] => run.groups[*group].heading.as_str(),
        _ => "",
    };
    let parts: Vec<&str> = [run.organisation.as_str(), heading, run.words.title.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}

fn write_node<W: Write>(file: &mut PdfFile<'_, W>, node: Ref, parent: Ref, kids: &[Ref]) -> Result<(), SheetError> {
    file.object(node, |chunk| {
        chunk.pages(node).parent(parent).kids(kids.iter().copied()).count(kids.len() as i32);
    })
}

/// One entry a group, so that a class is found in a whole school's file.
fn write_outline<W: Write>(
    run: &SheetRun,
    file: &mut PdfFile<'_, W>,
    chapters: &[(usize, Ref)],
) -> Result<Option<Ref>, SheetError> {
    if chapters.len() < 2 {
        return Ok(None);
    }
    let root = file.take_ref();
    let items: Vec<Ref> = chapters.iter().map(|_| file.take_ref()).collect();
    for (at, &(group, page)) in chapters.iter().enumerate() {
        file.object(items[at], |chunk| {
            let mut item = chunk.outline_item(items[at]);
            item.title(TextStr(&run.groups[group].heading)).parent(root);
            if at > 0 {
                item.prev(items[at - 1]);
            }
            if let Some(&next) = items.get(at + 1) {
                item.next(next);
            }
            item.dest().page(page).fit();
        })?;
    }
    file.object(root, |chunk| {
        let mut all = chunk.outline(root);
        all.first(items[0]).last(items[items.len() - 1]).count(items.len() as i32);
    })?;
    Ok(Some(root))
}

/// Compresses one stream after the other with the same memory.
pub(crate) struct Packer {
    state: flate2::Compress,
    packed: Vec<u8>,
}

impl Packer {
    /// Where size and time meet for codes drawn as rectangles: level 4 makes a file 8 % larger for 8 % less time, level 6
    /// takes twice the time of level 5 for 8 % less.
    const LEVEL: u32 = 5;

    pub fn new() -> Self {
        Self { state: flate2::Compress::new(flate2::Compression::new(Self::LEVEL), true), packed: Vec::new() }
    }

    pub fn pack(&mut self, bytes: &[u8]) -> &[u8] {
        self.state.reset();
        self.packed.clear();
        // zlib's bound for input that does not shrink, so that one call takes it all.
        self.packed.reserve(bytes.len() + bytes.len() / 1000 + 1024);
        let taken = loop {
            let from = usize::try_from(self.state.total_in()).unwrap_or(usize::MAX);
            let rest = bytes.get(from..).unwrap_or_default();
            match self.state.compress_vec(rest, &mut self.packed, flate2::FlushCompress::Finish) {
                Ok(flate2::Status::StreamEnd) => break from + rest.len(),
                _ => self.packed.reserve(bytes.len() + 1024),
            }
        };
        debug_assert_eq!(taken, bytes.len());
        &self.packed
    }
}
