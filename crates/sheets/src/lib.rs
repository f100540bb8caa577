//! Invitation sheets: people, words and a layout in; PDF, SVG and PNG bytes out, all drawn from one display list.
//! The same input gives the same bytes. This room must never read a clock, a disk, a network or a source of chance, and
//! its errors never carry names, numbers or links.

mod calibration;
mod compose;
mod cut;
mod draft;
mod failure;
mod fonts;
mod geometry;
pub mod layout;
mod page;
mod paging;
mod pdf;
mod pictures;
mod png;
mod printer;
mod proof;
pub mod qr;
mod run;
mod shaping;
mod svg;
mod template;
mod text;
mod texts;
mod warnings;
mod words;

pub use draft::{Draft, View, draft};
pub use failure::SheetError;
pub use fonts::{Fonts, missing_glyphs};
pub use geometry::{Area, DOT_PT, Paper};
pub use layout::{Layout, LayoutFault, LayoutPicture, LayoutProblem, presets};
pub use page::Place;
pub use pdf::{Flow, Progress, Summary, export_accessible_pdf, export_calibration, export_pdf};
pub use pictures::{Picture, export_pictures};
pub use png::{code_png, page_png};
pub use printer::{Calibration, Dots, Duplex, Printer, Side};
pub use proof::Proof;
pub use run::{Group, People, Person, SheetRun};
pub use svg::{code_svg, page_svg};
pub use warnings::{Advice, LayoutAdvice, MIN_MODULE_DOTS, small_codes};
pub use words::{CalibrationWords, LetterWords, ListWords, Words};

/// How many pages the run makes; 0 when there is nobody in it. Lays out none of them.
///
/// # Errors
/// Those of the layout, the printer's settings and the first free label.
pub fn page_count(run: &SheetRun) -> Result<usize, SheetError> {
    compose::check(run)?;
    Ok(paging::count(run))
}

/// The people of one front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Front {
    /// Index of the page.
    pub page: usize,
    /// Index of the group.
    pub group: usize,
    /// Index of the first person in the group.
    pub first_person: usize,
    pub people: usize,
}

/// Who is invited on which page, in order. Lays out none of them.
pub fn fronts(run: &SheetRun) -> impl Iterator<Item = Front> {
    paging::sheets(run)
        .enumerate()
        .filter(|(_, sheet)| sheet.side == Side::Front && sheet.leaf == paging::Leaf::Invitations)
        .map(|(page, sheet)| Front { page, group: sheet.group, first_person: sheet.first_person, people: sheet.people })
}

/// The first free label of the run's last sheet, counted by rows from 0; 0 when that sheet is full.
pub fn next_free_place(run: &SheetRun) -> usize {
    paging::next_free(run)
}

/// Where each person of a page stands as the paper comes out, for clicks in the preview and for checks.
///
/// # Errors
/// [`SheetError::NoSuchPage`], and those of the layout and the links.
pub fn label_places(run: &SheetRun, page_index: usize) -> Result<Vec<Place>, SheetError> {
    let mut composer = compose::Composer::of(run)?;
    let page = composer.compose(paging::load_sheet(run, page_index)?)?;
    let on_paper = |place: &Place| Place {
        area: page.on_paper(place.area),
        code: place.code.map(|code| page.on_paper(code)),
        ..*place
    };
    Ok(page.places.iter().map(on_paper).collect())
}

/// Where the labels of the run's first sheet stand, by place, for choosing the first free one; none on another page.
pub fn sheet_places(run: &SheetRun, page_index: usize) -> Vec<Area> {
    if fronts(run).next().is_none_or(|front| front.page != page_index) {
        return Vec::new();
    }
    (0..run.layout.places()).map(|place| run.printer.label(&run.layout.stock, Side::Front, place)).collect()
}
