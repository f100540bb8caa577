//! What to print: the people by group, the words and the layout.

use crate::fonts::Fonts;
use crate::layout::Layout;
use crate::paging::Leaf;
use crate::printer::Printer;
use crate::words::Words;

/// One print job. The same run gives the same bytes, always.
#[derive(Debug, Clone)]
pub struct SheetRun {
    /// Who invites, as the people know it.
    pub organisation: String,
    /// In print order. Each group with people starts on a sheet of its own; empty ones are passed over.
    pub groups: Vec<Group>,
    /// Everything printed that is not data.
    pub words: Words,
    /// Where things stand.
    pub layout: Layout,
    /// A list of the group's people on pages before its own, on the same paper.
    pub list: Option<Layout>,
    pub printer: Printer,
    /// Labels of the first sheet that are already gone, counted by rows from the top left.
    pub used_places: usize,
    /// What to draw with.
    pub fonts: Fonts,
}

/// People who are handed out together: a class, a department.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Printed at the head of each of its pages, and in the PDF's table of contents.
    pub heading: String,
    pub people: Vec<Person>,
}

/// One invited person. Fields may be empty, but for the link.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub department: String,
    pub card_number: String,
    /// The invitation link, exactly as the code shall carry it.
    pub link: String,
}

impl std::fmt::Debug for Person {
    /// Says nothing: a person's data and link belong in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

impl SheetRun {
    /// The layout of a sheet that is for this.
    pub(crate) fn layout_of(&self, leaf: Leaf) -> &Layout {
        match (leaf, &self.list) {
            (Leaf::List, Some(list)) => list,
            _ => &self.layout,
        }
    }

    /// A run with the bundled fonts, on unused sheets, for a printer that is not off.
    pub fn of(organisation: impl Into<String>, groups: Vec<Group>, words: Words, layout: Layout) -> Self {
        Self {
            organisation: organisation.into(),
            groups,
            words,
            layout,
            list: None,
            printer: Printer::default(),
            used_places: 0,
            fonts: Fonts::bundled(),
        }
    }
}
