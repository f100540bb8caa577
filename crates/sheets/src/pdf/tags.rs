//! What is on the pages, for programs that read aloud or lay text out anew (ISO 32000-1, 14.7 and 14.8; ISO 14289-1): the
//! document, a section for each group, one in it for each label, and in that its texts and code. Written as the pages are:
//! only numbers of objects are kept.

use std::io::Write;

use pdf_writer::{Finish, Name, Ref, TextStr};

use super::file::PdfFile;
use crate::failure::SheetError;
use crate::geometry::Area;
use crate::page::{Block, BlockKind, Mark, Page};
use crate::paging::Sheet;
use crate::run::SheetRun;
use crate::template::fill;

/// Entries of a node of the tree that leads from pages to what is on them.
const PAGES_A_NODE: usize = 512;

/// What a mark belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    /// Decoration, or what is said again on each page.
    ToNothing,
    To {
        /// Number within the page.
        content: u32,
        role: &'static [u8],
    },
}

/// A page's content, ready to be told of.
pub(super) struct PageTags {
    /// By mark.
    pub marks: Vec<Belongs>,
    elements: Vec<Element>,
}

/// One thing of a page; its number is its place.
struct Element {
    role: &'static [u8],
    label: Option<usize>,
    /// In the place of what is seen, and where that is.
    figure: Option<(String, Area)>,
}

pub(super) struct Tags {
    pub root: Ref,
    document: Ref,
    groups: Vec<Ref>,
    open: Option<OpenGroup>,
    /// By page, what its content belongs to.
    pages: Vec<Ref>,
}

struct OpenGroup {
    group: usize,
    id: Ref,
    kids: Vec<Ref>,
    /// Whether it has a heading of its own.
    has_heading: bool,
}

impl Tags {
    pub fn start<W: Write>(file: &mut PdfFile<'_, W>) -> Self {
        let (root, document) = (file.take_ref(), file.take_ref());
        Self { root, document, groups: Vec::new(), open: None, pages: Vec::new() }
    }

    /// The page's number in the tree that leads from pages to what is on them.
    pub fn page_number(&self) -> i32 {
        i32::try_from(self.pages.len()).unwrap_or(i32::MAX)
    }

    /// What the marks of a page are.
    pub fn plan<W: Write>(
        &mut self,
        run: &SheetRun,
        sheet: Sheet,
        page: &Page,
        file: &mut PdfFile<'_, W>,
    ) -> Result<PageTags, SheetError> {
        self.open_group(run, sheet.group, file)?;
        let mut marks = vec![Belongs::ToNothing; page.marks.len()];
        let mut elements: Vec<Element> = Vec::new();
        let has_heading = self.open.as_ref().is_some_and(|open| open.has_heading);
        for (at, block) in page.blocks.iter().enumerate() {
            let end = page.blocks.get(at + 1).map_or(page.marks.len(), |next| next.first_mark);
            let is_content = |mark: &Mark| !matches!(mark, Mark::Bar { .. });
            let own = || (block.first_mark..end).filter(|&mark| is_content(&page.marks[mark]));
            // The head of a class stands on each of its sheets, and is read once.
            if own().next().is_none() || block.label.is_none() && sheet.number > 1 {
                continue;
            }
            let role: &'static [u8] = match block.kind {
                BlockKind::Code | BlockKind::Picture => b"Figure",
                BlockKind::Text(_) if !is_heading(page, block) => b"P",
                BlockKind::Text(_) if block.label.is_some() && has_heading => b"H2",
                BlockKind::Text(_) => b"H1",
            };
            if block.label.is_none()
                && role == b"H1"
                && let Some(open) = &mut self.open
            {
                open.has_heading = true;
            }
            let figure = match block.kind {
                BlockKind::Text(_) => None,
                BlockKind::Code | BlockKind::Picture => {
                    let area = own().next().map(|mark| page.on_paper(page.marks[mark].bounds()));
                    Some((alternative(run, page, block), area.unwrap_or_default()))
                }
            };
            let content = u32::try_from(elements.len()).unwrap_or(u32::MAX);
            own().for_each(|mark| marks[mark] = Belongs::To { content, role });
            elements.push(Element { role, label: block.label, figure });
        }
        Ok(PageTags { marks, elements })
    }

    /// Writes what a page has, once the page has its number.
    pub fn write_page<W: Write>(
        &mut self,
        tags: &PageTags,
        page: Ref,
        file: &mut PdfFile<'_, W>,
    ) -> Result<(), SheetError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let ids: Vec<Ref> = tags.elements.iter().map(|_| file.take_ref()).collect();
        let mut at = 0;
        while at < ids.len() {
            let label = tags.elements[at].label;
            let end = (at..ids.len()).find(|&next| tags.elements[next].label != label).unwrap_or(ids.len());
            let parent = match label {
                None => open.id,
                Some(_) => {
                    let section = file.take_ref();
                    let group = open.id;
                    file.object(section, |chunk| {
                        let mut element = chunk.indirect(section).dict();
                        element.pair(Name(b"Type"), Name(b"StructElem"));
                        element.pair(Name(b"S"), Name(b"Sect")).pair(Name(b"P"), group);
                        element.insert(Name(b"K")).array().items(ids[at..end].iter().copied());
                    })?;
                    section
                }
            };
            match label {
                None => open.kids.extend(&ids[at..end]),
                Some(_) => open.kids.push(parent),
            }
            for (number, (&id, element)) in ids.iter().zip(&tags.elements).enumerate().take(end).skip(at) {
                file.object(id, |chunk| {
                    let mut dict = chunk.indirect(id).dict();
                    dict.pair(Name(b"Type"), Name(b"StructElem"));
                    dict.pair(Name(b"S"), Name(element.role)).pair(Name(b"P"), parent).pair(Name(b"Pg"), page);
                    dict.pair(Name(b"K"), i32::try_from(number).unwrap_or(i32::MAX));
                    if let Some((words, area)) = &element.figure {
                        dict.pair(Name(b"Alt"), TextStr(words));
                        let mut layout = dict.insert(Name(b"A")).dict();
                        layout.pair(Name(b"O"), Name(b"Layout")).pair(Name(b"Placement"), Name(b"Block"));
                        let corners = [area.x_pt, area.y_pt, area.right(), area.top()];
                        layout
                            .insert(Name(b"BBox"))
                            .array()
                            .items(corners.map(|at| (at * 100.0).round() as f32 / 100.0));
                    }
                })?;
            }
            at = end;
        }
        let list = file.take_ref();
        file.object(list, |chunk| {
            chunk.indirect(list).array().items(ids.iter().copied());
        })?;
        self.pages.push(list);
        Ok(())
    }

    fn open_group<W: Write>(
        &mut self,
        run: &SheetRun,
        group: usize,
        file: &mut PdfFile<'_, W>,
    ) -> Result<(), SheetError> {
        if self.open.as_ref().is_some_and(|open| open.group == group) {
            return Ok(());
        }
        self.close_group(run, file)?;
        let id = file.take_ref();
        self.groups.push(id);
        self.open = Some(OpenGroup { group, id, kids: Vec::new(), has_heading: false });
        Ok(())
    }

    fn close_group<W: Write>(&mut self, run: &SheetRun, file: &mut PdfFile<'_, W>) -> Result<(), SheetError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let document = self.document;
        let heading = run.groups.get(open.group).map_or("", |group| &group.heading);
        file.object(open.id, |chunk| {
            let mut element = chunk.indirect(open.id).dict();
            element.pair(Name(b"Type"), Name(b"StructElem"));
            element.pair(Name(b"S"), Name(b"Sect")).pair(Name(b"P"), document);
            if !heading.is_empty() {
                element.pair(Name(b"T"), TextStr(heading));
            }
            element.insert(Name(b"K")).array().items(open.kids);
        })
    }

    /// Writes the rest.
    pub fn finish<W: Write>(mut self, run: &SheetRun, file: &mut PdfFile<'_, W>) -> Result<(), SheetError> {
        self.close_group(run, file)?;
        let Self { root, document, groups, pages, .. } = self;
        let mut nodes: Vec<(Ref, usize, usize)> = Vec::new();
        for (number, some) in pages.chunks(PAGES_A_NODE).enumerate() {
            let (node, first) = (file.take_ref(), number * PAGES_A_NODE);
            let last = first + some.len() - 1;
            nodes.push((node, first, last));
            file.object(node, |chunk| {
                let mut dict = chunk.indirect(node).dict();
                dict.insert(Name(b"Limits")).array().items([first as i32, last as i32]);
                let mut entries = dict.insert(Name(b"Nums")).array();
                for (at, list) in some.iter().enumerate() {
                    entries.item((first + at) as i32).item(*list);
                }
            })?;
        }
        let tree = file.take_ref();
        file.object(tree, |chunk| {
            chunk.indirect(tree).dict().insert(Name(b"Kids")).array().items(nodes.iter().map(|(node, ..)| *node));
        })?;
        file.object(document, |chunk| {
            let mut element = chunk.indirect(document).dict();
            element.pair(Name(b"Type"), Name(b"StructElem"));
            element.pair(Name(b"S"), Name(b"Document")).pair(Name(b"P"), root);
            element.insert(Name(b"K")).array().items(groups);
        })?;
        file.object(root, |chunk| {
            let mut all = chunk.indirect(root).dict();
            all.pair(Name(b"Type"), Name(b"StructTreeRoot")).pair(Name(b"ParentTree"), tree);
            all.pair(Name(b"ParentTreeNextKey"), i32::try_from(pages.len()).unwrap_or(i32::MAX));
            all.insert(Name(b"K")).array().item(document);
            all.finish();
        })
    }
}

/// The first of the largest texts of a label, or of a page, is its heading.
fn is_heading(page: &Page, block: &Block) -> bool {
    let size = |other: &Block| match other.kind {
        BlockKind::Text(size) => size,
        BlockKind::Code | BlockKind::Picture => 0.0,
    };
    let peers = || page.blocks.iter().filter(|other| other.label == block.label);
    let largest = peers().map(size).fold(0.0, f64::max);
    peers().find(|other| size(other) >= largest).is_some_and(|first| first.first_mark == block.first_mark)
}

fn alternative(run: &SheetRun, page: &Page, block: &Block) -> String {
    let words = &run.words;
    let of_label = block.label.and_then(|label| page.places.get(label));
    match (block.kind, of_label) {
        (BlockKind::Code, Some(place)) => {
            let person = run.groups.get(place.group).map(|group| group.people.get(place.person)).unwrap_or_default();
            fill(&words.code, &[("name", &person.name), ("link", &person.link)])
        }
        _ => fill(&words.picture, &[("organisation", &run.organisation)]),
    }
}
