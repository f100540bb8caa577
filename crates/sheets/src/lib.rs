//! Invitation sheets: people, words and a layout in; PDF, SVG and PNG bytes out, all drawn from one display list.
//! The same input gives the same bytes. This room must never read a clock, a disk, a network or a source of chance, and
//! its errors never carry names, numbers or links.

mod failure;
mod fonts;
mod label;
mod layout;
mod letter;
mod page;
mod paging;
mod pdf;
mod png;
pub mod qr;
mod run;
mod svg;
mod text;
mod words;

pub use failure::SheetError;
pub use fonts::{Fonts, missing_glyphs};
pub use layout::{
    Area, CutTicks, DOT_PT, LabelLayout, Layout, LetterLayout, MIN_MODULE_DOTS, PAGE_HEIGHT_PT, PAGE_WIDTH_PT,
};
pub use page::Place;
pub use pdf::{Flow, Progress, Summary, export_pdf};
pub use png::{code_png, page_png};
pub use run::{Group, Person, SheetRun};
pub use svg::{code_svg, page_svg};
pub use words::{LetterWords, Words};

/// How many pages the run makes; 0 when there is nobody in it. Lays out none of them.
///
/// # Errors
/// [`SheetError::LayoutDoesNotFit`].
pub fn page_count(run: &SheetRun) -> Result<usize, SheetError> {
    run.layout.check()?;
    Ok(paging::count(run))
}

/// Where each person of a page stands, for clicks in the preview and for checks.
///
/// # Errors
/// [`SheetError::NoSuchPage`], and those of the layout and the links.
pub fn label_places(run: &SheetRun, page_index: usize) -> Result<Vec<Place>, SheetError> {
    let mut composer = page::Composer::of(run)?;
    Ok(composer.compose(paging::load_sheet(run, page_index)?)?.places)
}
