//! A PDF document page by page: content goes out at once, page tree, fonts and catalogue at the end.

use std::io::Write;

use pdf_writer::types::PageMode;
use pdf_writer::{Filter, Finish, Name, Rect, Ref, TextStr};

use super::archive;
use super::content::ContentWriter;
use super::file::PdfFile;
use super::fontbook::FontBook;
use super::packer::Packer;
use super::picturebook::PictureBook;
use super::tags::Tags;
use crate::failure::SheetError;
use crate::fonts::Fonts;
use crate::geometry::Paper;
use crate::page::Page;
use crate::paging::Sheet;
use crate::printer::Duplex;
use crate::run::SheetRun;

/// Page tree nodes hold this many pages, so that a viewer finds one among thousands.
const PAGES_A_NODE: usize = 256;

/// What is said of the whole document.
pub(super) struct About<'a> {
    pub title: String,
    /// BCP 47.
    pub language: &'a str,
    pub paper: Paper,
    /// How a printer shall turn the paper; none for sheets printed on one side.
    pub duplex: Option<Duplex>,
    /// Heading and page of each entry of the table of contents.
    pub chapters: Vec<(&'a str, Ref)>,
    /// What a tagged document is of.
    pub run: Option<&'a SheetRun>,
}

pub(super) struct Document<'w, 'f, W> {
    file: PdfFile<'w, W>,
    fonts: FontBook<'f>,
    pictures: PictureBook,
    content: ContentWriter,
    packer: Packer,
    /// For what is read aloud and archived.
    tags: Option<Tags>,
    catalog: Ref,
    tree: Ref,
    resources: Ref,
    info: Ref,
    /// Finished nodes of the page tree and how many pages each has.
    nodes: Vec<(Ref, usize)>,
    node: Ref,
    kids: Vec<Ref>,
}

impl<'w, 'f, W: Write> Document<'w, 'f, W> {
    pub fn start(out: &'w mut W, fonts: &'f Fonts) -> Result<Self, SheetError> {
        let mut file = PdfFile::start(out)?;
        let [catalog, tree, resources, info, node] = std::array::from_fn(|_| file.take_ref());
        Ok(Self {
            file,
            fonts: FontBook::of(fonts),
            pictures: PictureBook::default(),
            content: ContentWriter::default(),
            packer: Packer::new(),
            tags: None,
            catalog,
            tree,
            resources,
            info,
            nodes: Vec::new(),
            node,
            kids: Vec::new(),
        })
    }

    /// Says what is on the pages from the first one on, as PDF/UA-1 and PDF/A-2a ask.
    pub fn tag(&mut self) {
        self.tags = Some(Tags::start(&mut self.file));
    }

    /// Writes a page; answers what an entry of the table of contents leads to. `trim` is where a card is cut; `of` is what
    /// it shows, which a tagged document says.
    pub fn add(&mut self, page: &Page, trim: Option<Rect>, of: Option<(&SheetRun, Sheet)>) -> Result<Ref, SheetError> {
        let told = match (&mut self.tags, of) {
            (Some(tags), Some((run, sheet))) => Some(tags.plan(run, sheet, page, &mut self.file)?),
            _ => None,
        };
        let number = self.tags.as_ref().map(Tags::page_number);
        let marks = told.as_ref().map(|told| &told.marks[..]);
        let drawn = self.packer.pack(self.content.draw(page, marks, &mut self.fonts, &mut self.pictures));
        let (page_ref, content_ref) = (self.file.take_ref(), self.file.take_ref());
        self.file.object(content_ref, |chunk| {
            chunk.stream(content_ref, drawn).filter(Filter::FlateDecode);
        })?;
        let (node, resources) = (self.node, self.resources);
        self.file.object(page_ref, |chunk| {
            let mut page = chunk.page(page_ref);
            page.parent(node).contents(content_ref);
            if let Some(trim) = trim {
                page.trim_box(trim);
            }
            page.pair(Name(b"Resources"), resources);
            if let Some(number) = number {
                page.struct_parents(number);
            }
        })?;
        if let (Some(tags), Some(told)) = (&mut self.tags, &told) {
            tags.write_page(told, page_ref, &mut self.file)?;
        }
        self.kids.push(page_ref);
        if self.kids.len() == PAGES_A_NODE {
            self.close_node()?;
            self.node = self.file.take_ref();
        }
        Ok(page_ref)
    }

    fn close_node(&mut self) -> Result<(), SheetError> {
        let (node, tree, kids) = (self.node, self.tree, std::mem::take(&mut self.kids));
        self.file.object(node, |chunk| {
            chunk.pages(node).parent(tree).kids(kids.iter().copied()).count(kids.len() as i32);
        })?;
        self.nodes.push((node, kids.len()));
        Ok(())
    }

    /// Writes what is left; answers the length of the file.
    pub fn finish(mut self, about: &About<'_>) -> Result<u64, SheetError> {
        // An empty node is allowed (ISO 32000-1, 7.7.3.2), and its number has been given out.
        self.close_node()?;
        let Self { mut file, fonts, pictures, catalog, tree, resources, info, nodes, tags, .. } = self;
        file.object(tree, |chunk| {
            let mut pages = chunk.pages(tree);
            let count: usize = nodes.iter().map(|(_, pages)| pages).sum();
            pages.kids(nodes.iter().map(|(node, _)| *node)).count(count as i32);
            pages.media_box(Rect::new(0.0, 0.0, about.paper.width_pt as f32, about.paper.height_pt as f32));
        })?;
        let font_refs = fonts.write(&mut file)?;
        let picture_refs = pictures.write(&mut file)?;
        file.object(resources, |chunk| {
            let mut all = chunk.indirect(resources).dict();
            all.insert(Name(b"Font")).dict().pairs(font_refs.iter().map(|(name, font)| (Name(name), *font)));
            if !picture_refs.is_empty() {
                let pairs = picture_refs.iter().map(|(name, picture)| (Name(name), *picture));
                all.insert(Name(b"XObject")).dict().pairs(pairs);
            }
        })?;
        let outline = write_outline(&mut file, &about.chapters)?;
        let archived = match (tags, about.run) {
            (Some(tags), Some(run)) => {
                let root = tags.root;
                tags.finish(run, &mut file)?;
                Some((root, write_metadata(&mut file, about)?, write_intent(&mut file)?))
            }
            _ => None,
        };
        file.object(info, |chunk| {
            let mut info = chunk.indirect(info).dict();
            info.pair(Name(b"Title"), TextStr(&about.title));
            info.pair(Name(b"Producer"), TextStr("Mingce"));
        })?;
        file.object(catalog, |chunk| {
            let mut all = chunk.indirect(catalog).start::<pdf_writer::writers::Catalog>();
            all.pages(tree);
            all.lang(TextStr(about.language));
            // Printed at another scale, labels miss their stickers.
            let mut preferences = all.viewer_preferences();
            preferences.display_doc_title(true);
            preferences.pair(Name(b"PrintScaling"), Name(b"None"));
            if let Some(duplex) = about.duplex {
                let word: &[u8] = match duplex {
                    Duplex::LongEdge => b"DuplexFlipLongEdge",
                    Duplex::ShortEdge => b"DuplexFlipShortEdge",
                };
                preferences.pair(Name(b"Duplex"), Name(word));
            }
            preferences.finish();
            if let Some((root, metadata, intent)) = archived {
                all.metadata(metadata).pair(Name(b"StructTreeRoot"), root);
                all.insert(Name(b"MarkInfo")).dict().pair(Name(b"Marked"), true);
                all.insert(Name(b"OutputIntents")).array().item(intent);
            }
            if let Some(outline) = outline {
                all.outlines(outline).page_mode(PageMode::UseOutlines);
            }
        })?;
        file.finish(catalog, info)
    }
}

fn write_metadata<W: Write>(file: &mut PdfFile<'_, W>, about: &About<'_>) -> Result<Ref, SheetError> {
    let id = file.take_ref();
    let said = archive::metadata(&about.title, about.language);
    file.object(id, |chunk| {
        // Left as it is, so that programs find it that know nothing of PDF.
        let mut stream = chunk.stream(id, said.as_bytes());
        stream.pair(Name(b"Type"), Name(b"Metadata")).pair(Name(b"Subtype"), Name(b"XML"));
    })?;
    Ok(id)
}

/// What the colours of the pages mean.
fn write_intent<W: Write>(file: &mut PdfFile<'_, W>) -> Result<Ref, SheetError> {
    let (profile, intent) = (file.take_ref(), file.take_ref());
    let srgb = archive::srgb();
    file.object(profile, |chunk| {
        chunk.stream(profile, &srgb).pair(Name(b"N"), 3);
    })?;
    file.object(intent, |chunk| {
        let mut dict = chunk.indirect(intent).dict();
        dict.pair(Name(b"Type"), Name(b"OutputIntent")).pair(Name(b"S"), Name(b"GTS_PDFA1"));
        dict.pair(Name(b"OutputConditionIdentifier"), TextStr("sRGB")).pair(Name(b"Info"), TextStr("sRGB"));
        dict.pair(Name(b"DestOutputProfile"), profile);
    })?;
    Ok(intent)
}

/// One entry a group, so that a class is found in a whole school's file.
fn write_outline<W: Write>(file: &mut PdfFile<'_, W>, chapters: &[(&str, Ref)]) -> Result<Option<Ref>, SheetError> {
    if chapters.len() < 2 {
        return Ok(None);
    }
    let root = file.take_ref();
    let items: Vec<Ref> = chapters.iter().map(|_| file.take_ref()).collect();
    for (at, &(heading, page)) in chapters.iter().enumerate() {
        file.object(items[at], |chunk| {
            let mut item = chunk.outline_item(items[at]);
            item.title(TextStr(heading)).parent(root);
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
