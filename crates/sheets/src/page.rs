//! The display list: what stands where on one page. PDF, SVG and PNG all draw from it, so that preview equals print.
//! Measures are points from the bottom left corner of the paper.

use std::collections::HashMap;

use crate::failure::SheetError;
use crate::layout::{Area, DOT_PT, Layout, MIN_MODULE_DOTS, on_grid};
use crate::paging::{self, Sheet};
use crate::qr::{Code, QUIET_MODULES};
use crate::run::{Person, SheetRun};
use crate::text::{Line, Setter};
use crate::{label, letter};

/// Ink, from 0 (black) to 255 (white). Greys stay dark enough for a laser printer's halftone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shade(pub u8);

pub(crate) const BLACK: Shade = Shade(0);
pub(crate) const DARK_GREY: Shade = Shade(70);
pub(crate) const GREY: Shade = Shade(105);
pub(crate) const LIGHT_GREY: Shade = Shade(190);

/// One thing drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Text {
        x: f64,
        baseline: f64,
        size_pt: f64,
        shade: Shade,
        line: Line,
    },
    /// A filled rectangle; rules and ticks too.
    Bar {
        area: Area,
        shade: Shade,
    },
    /// A code without its quiet zone: `x`, `y` of its bottom left corner, on the dot grid.
    Code {
        x: f64,
        y: f64,
        module_pt: f64,
        code: Box<Code>,
    },
}

/// Where a person stands on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Index of the group in the run.
    pub group: usize,
    /// Index of the person in the group.
    pub person: usize,
    /// The label, or the whole sheet of a letter.
    pub area: Area,
    /// The code with its quiet zone.
    pub code: Area,
}

/// A page ready to draw.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Page {
    pub marks: Vec<Mark>,
    pub places: Vec<Place>,
}

/// Lays pages out one after the other, keeping what they share.
pub(crate) struct Composer<'a> {
    pub run: &'a SheetRun,
    pub setter: Setter<'a>,
    /// Words with no data in them, which every label repeats.
    fixed: HashMap<String, Line>,
}

impl<'a> Composer<'a> {
    pub fn of(run: &'a SheetRun) -> Result<Self, SheetError> {
        run.layout.check()?;
        if paging::count(run) == 0 {
            return Err(SheetError::NobodyToPrint);
        }
        Ok(Self { run, setter: Setter::of(&run.fonts), fixed: HashMap::new() })
    }

    pub fn compose(&mut self, sheet: Sheet) -> Result<Page, SheetError> {
        let mut page = Page::default();
        match &self.run.layout {
            Layout::Label(layout) => label::compose(self, layout, sheet, &mut page)?,
            Layout::Letter(layout) => letter::compose(self, layout, sheet, &mut page)?,
        }
        Ok(page)
    }

    pub fn people(&self, sheet: Sheet) -> impl Iterator<Item = (usize, &'a Person)> + use<'a> {
        let run = self.run;
        let range = sheet.first_person..sheet.first_person + sheet.people;
        range.clone().zip(&run.groups[sheet.group].people[range])
    }

    /// A line that many labels share.
    pub fn fixed_line(&mut self, text: &str) -> Line {
        if let Some(line) = self.fixed.get(text) {
            return line.clone();
        }
        let line = self.setter.line(text);
        self.fixed.insert(text.to_owned(), line.clone());
        line
    }
}

impl Page {
    pub fn text(&mut self, x: f64, baseline: f64, size_pt: f64, shade: Shade, line: Line) {
        if !line.glyphs.is_empty() {
            self.marks.push(Mark::Text { x, baseline, size_pt, shade, line });
        }
    }

    pub fn text_to_right(&mut self, right: f64, baseline: f64, size_pt: f64, shade: Shade, line: Line) {
        self.text(right - line.width_at(size_pt), baseline, size_pt, shade, line);
    }

    pub fn bar(&mut self, x_pt: f64, y_pt: f64, width_pt: f64, height_pt: f64, shade: Shade) {
        self.marks.push(Mark::Bar { area: Area { x_pt, y_pt, width_pt, height_pt }, shade });
    }

    /// Puts a code in the middle of `room`, as large as whole dots a module allow; answers its area with quiet zone.
    pub fn code(&mut self, room: Area, link: &str, group: usize, person: usize) -> Result<Area, SheetError> {
        let code = Code::encode(link).map_err(|_| SheetError::LinkTooLong { group, person })?;
        let modules = (code.size() + 2 * QUIET_MODULES) as f64;
        let dots = (room.width_pt.min(room.height_pt) / modules / DOT_PT + 1e-6).floor();
        if dots < f64::from(MIN_MODULE_DOTS) {
            return Err(SheetError::LayoutDoesNotFit);
        }
        let module_pt = dots * DOT_PT;
        let side = modules * module_pt;
        let x_pt = on_grid(room.x_pt + (room.width_pt - side) / 2.0);
        let y_pt = on_grid(room.y_pt + (room.height_pt - side) / 2.0);
        let quiet = QUIET_MODULES as f64 * module_pt;
        self.marks.push(Mark::Code { x: x_pt + quiet, y: y_pt + quiet, module_pt, code: Box::new(code) });
        Ok(Area { x_pt, y_pt, width_pt: side, height_pt: side })
    }
}
