//! PDF, written as it is made: each page goes out when it is laid out, fonts and tables at the end, so memory does not grow
//! with the pages. Must never write a date, a random number or anything else that differs from run to run.

mod archive;
mod content;
mod document;
mod file;
mod fontbook;
mod packer;
mod picturebook;
mod tags;

use std::io::Write;

use pdf_writer::{Rect, Ref};

use crate::calibration;
use crate::compose::Composer;
use crate::failure::SheetError;
use crate::fonts::Fonts;
use crate::geometry::Area;
use crate::layout::{Layout, Sheet};
use crate::page::Page;
use crate::paging::{self, Leaf};
use crate::printer::{Printer, Side};
use crate::proof::{Proof, Prover};
use crate::run::SheetRun;
use crate::words::Words;
use document::{About, Document};

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
    /// Codes on the pages, and how many of them were read back.
    pub codes: usize,
    pub proofed: usize,
    pub bytes: u64,
}

/// Writes the whole run as one PDF 1.7 file. Memory does not grow with the number of pages; `out` is written in pieces of
/// a page, so give it no buffer of its own.
///
/// # Errors
/// [`SheetError::Cancelled`] when `progress` says so, [`SheetError::CodeUnreadable`] when a code is not what it should be
/// (with [`Proof::EveryCode`]), and then what was written is no PDF; besides those of the layout, the links and `out`.
pub fn export_pdf(
    run: &SheetRun,
    out: &mut impl Write,
    proof: Proof,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Summary, SheetError> {
    write_pages(run, out, Form::Plain, proof, progress)
}

/// The same pages for readers of every kind and for the archive (PDF/UA-1, PDF/A-2a): what is on them is told in reading
/// order, with headings by class and person, and codes and logos have words in their place. Larger by half or more, since
/// what is told of the pages is not compressed.
///
/// # Errors
/// Those of [`export_pdf`].
pub fn export_accessible_pdf(
    run: &SheetRun,
    out: &mut impl Write,
    proof: Proof,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Summary, SheetError> {
    write_pages(run, out, Form::Accessible, proof, progress)
}

/// Whether it is told what is on the pages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Accessible,
}

fn write_pages(
    run: &SheetRun,
    out: &mut impl Write,
    form: Form,
    proof: Proof,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Summary, SheetError> {
    let mut composer = Composer::of(run)?;
    let mut prover = Prover::of(proof);
    let mut document = Document::start(out, &run.fonts)?;
    if form == Form::Accessible {
        document.tag();
    }
    let mut chapters: Vec<(&str, Ref)> = Vec::new();
    let mut done = Progress { pages_done: 0, pages_total: paging::count(run), people_done: 0 };
    let mut codes = 0;
    for sheet in paging::sheets(run) {
        let page = composer.compose(sheet)?;
        prover.prove(run, &page, &composer.setter)?;
        codes += page.places.iter().filter(|place| place.code.is_some()).count();
        let written = document.add(&page, trim(run.layout_of(sheet.leaf), &page), Some((run, sheet)))?;
        done.pages_done += 1;
        if sheet.side == Side::Front {
            if sheet.number == 1 && (sheet.leaf == Leaf::List || run.list.is_none()) {
                chapters.push((&run.groups[sheet.group].heading, written));
            }
            done.people_done += if sheet.leaf == Leaf::Invitations { sheet.people } else { 0 };
        }
        if progress(done) == Flow::Cancel {
            return Err(SheetError::Cancelled);
        }
    }
    let about = About {
        title: title(run, &chapters),
        language: &run.words.language,
        paper: run.layout.stock.paper(),
        duplex: (run.layout.sides() > 1).then_some(run.printer.duplex),
        chapters,
        run: Some(run),
    };
    let bytes = document.finish(&about)?;
    Ok(Summary { pages: done.pages_done, people: done.people_done, codes, proofed: prover.proofed(), bytes })
}

/// Writes the sheet that shows how far a printer is off: two pages, for both sides of one paper. `name` is what the printer
/// and its tray are called, or nothing: it stands on the paper.
///
/// # Errors
/// [`SheetError::CalibrationOutOfRange`], and those of `out`.
pub fn export_calibration(
    sheet: Sheet,
    printer: &Printer,
    name: &str,
    words: &Words,
    fonts: &Fonts,
    out: &mut impl Write,
) -> Result<u64, SheetError> {
    printer.check()?;
    let mut document = Document::start(out, fonts)?;
    let pages = [Side::Front, Side::Back].map(|side| calibration::page(sheet, printer, name, side, words, fonts));
    for page in &pages {
        document.add(page, None, None)?;
    }
    let about = About {
        title: words.calibration.title.clone(),
        language: &words.language,
        paper: pages[0].paper,
        duplex: Some(printer.duplex),
        chapters: Vec::new(),
        run: None,
    };
    document.finish(&about)
}

/// A card alone on its page is cut where its label ends; what is beyond is bleed.
fn trim(layout: &Layout, page: &Page) -> Option<Rect> {
    if layout.stock.label.bleed_mm == 0.0 || layout.places() != 1 {
        return None;
    }
    let Area { x_pt, y_pt, width_pt, height_pt } = page.on_paper(page.places.first()?.area);
    let (width, height) = (page.paper.width_pt, page.paper.height_pt);
    let side = |at: f64, most: f64| at.clamp(0.0, most) as f32;
    Some(Rect::new(side(x_pt, width), side(y_pt, height), side(x_pt + width_pt, width), side(y_pt + height_pt, height)))
}

fn title(run: &SheetRun, chapters: &[(&str, Ref)]) -> String {
    let heading = match chapters {
        [(heading, _)] => heading,
        _ => "",
    };
    let parts: Vec<&str> = [run.organisation.as_str(), heading, run.words.title.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}
