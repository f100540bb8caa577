//! The sheet that shows how far a printer is off: crosses 20 mm from two corners and rulers of 100 mm, on both sides.
//! It is drawn with the calibration it shall check: printed again, everything stands where it says.

use crate::fonts::Fonts;
use crate::geometry::{Area, Paper, mm};
use crate::layout::{Ink, Sheet};
use crate::page::{Heading, Page};
use crate::printer::{Printer, Side};
use crate::text::{Breaks, Setter};
use crate::words::Words;

/// Middle of the crosses from the edges.
const CROSS_MM: f64 = 20.0;
const ARM_MM: f64 = 8.0;
const RULER_MM: f64 = 100.0;
const LINE_PT: f64 = 0.48;
const GREY: Ink = Ink([90; 3]);

pub(crate) fn page(sheet: Sheet, printer: &Printer, name: &str, side: Side, words: &Words, fonts: &Fonts) -> Page {
    let paper = Paper::from_mm(sheet.width_mm, sheet.height_mm);
    let heading = if printer.turns(side) { Heading::Down } else { Heading::Up };
    let mut page = Page::of(paper, heading);
    let mut setter = Setter::of(fonts);
    let mut plotter = Plotter { printer, paper, side, page: &mut page };
    let (width, height) = (sheet.width_mm, sheet.height_mm);
    for (x, y) in [(CROSS_MM, CROSS_MM), (width - CROSS_MM, height - CROSS_MM)] {
        plotter.bar(x - ARM_MM, y, 2.0 * ARM_MM, 0.0);
        plotter.bar(x, y - ARM_MM, 0.0, 2.0 * ARM_MM);
    }
    // Small cards have room for the crosses only.
    if width < RULER_MM + 2.0 * CROSS_MM || height < RULER_MM + 2.5 * CROSS_MM {
        return page;
    }
    let (left, top) = (CROSS_MM + 15.0, CROSS_MM + 15.0);
    for at in 0..=100u32 {
        let length = if at.is_multiple_of(10) {
            5.0
        } else if at.is_multiple_of(5) {
            3.5
        } else {
            2.0
        };
        plotter.bar(left + f64::from(at), top, 0.0, length);
        plotter.bar(left - 15.0, top + f64::from(at), length, 0.0);
    }
    plotter.bar(left, top, RULER_MM, 0.0);
    plotter.bar(left - 15.0, top, 0.0, RULER_MM);
    for at in (0..=100u32).step_by(10) {
        let label = setter.line(&at.to_string());
        let beside = label.width_at(7.0) / 2.0;
        let (x, y) = plotter.point(left + f64::from(at), top + 8.5);
        plotter.page.text(x - beside, y, 7.0, GREY, label.clone());
        let (x, y) = plotter.point(left - 9.0, top + f64::from(at) + 0.9);
        plotter.page.text(x, y, 7.0, GREY, label);
    }
    let say = &words.calibration;
    let which = match side {
        Side::Front => &say.front,
        Side::Back => &say.back,
    };
    let (x, mut y) = plotter.point(left, top + 24.0);
    let title = setter.line(&format!("{} · {which}", say.title));
    page.text(x, y, 16.0, Ink::BLACK, title);
    if !name.is_empty() {
        y -= 18.0;
        let fitted = setter.fit(name, mm(width - left - CROSS_MM), Breaks::Balanced, &[(11.0, 1), (7.0, 2)]);
        for line in fitted.lines {
            page.text(x, y, fitted.size_pt, Ink::BLACK, line);
            y -= fitted.size_pt * 1.3;
        }
    }
    if side == Side::Front {
        let room = mm(width - left - CROSS_MM);
        y -= 12.0;
        for (at, step) in say.steps.iter().enumerate() {
            let fitted = setter.fit(&format!("{}. {step}", at + 1), room, Breaks::Paragraph, &[(10.5, 4), (8.0, 9)]);
            y -= 6.0;
            for line in fitted.lines {
                y -= fitted.size_pt * 1.5;
                page.text(x, y, fitted.size_pt, Ink::BLACK, line);
            }
        }
    }
    page
}

struct Plotter<'p> {
    printer: &'p Printer,
    paper: Paper,
    side: Side,
    page: &'p mut Page,
}

impl Plotter<'_> {
    /// A nominal point of the sheet in points of the page.
    fn point(&self, x_mm: f64, y_mm: f64) -> (f64, f64) {
        let Area { x_pt, y_pt, .. } = self.printer.area(self.paper, self.side, (x_mm, y_mm), (0.0, 0.0));
        (x_pt, y_pt)
    }

    /// A line from a nominal point on; both ends are moved, so that it grows with the scale.
    fn bar(&mut self, left: f64, top: f64, width: f64, height: f64) {
        let ((x, y), (right, bottom)) = (self.point(left, top), self.point(left + width, top + height));
        let half = LINE_PT / 2.0;
        self.page.bar(x - half, bottom - half, right - x + LINE_PT, y - bottom + LINE_PT, Ink::BLACK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Mark;
    use crate::printer::Calibration;

    const A4: Sheet = Sheet { width_mm: 210.0, height_mm: 297.0 };

    fn bars(printer: &Printer, side: Side) -> Vec<Area> {
        let page = page(A4, printer, "", side, &Words::english(""), &Fonts::bundled());
        page.marks
            .iter()
            .filter_map(|mark| if let Mark::Bar { area, .. } = mark { Some(*area) } else { None })
            .collect()
    }

    #[test]
    fn a_ruler_grows_by_what_it_was_short() {
        let calibration = Calibration { ruler_x_mm: 99.0, shift_x_mm: 1.5, ..Calibration::default() };
        let printer = Printer { calibration, ..Printer::default() };
        let (plain, moved) = (bars(&Printer::default(), Side::Front), bars(&printer, Side::Front));
        for (before, after) in plain.iter().zip(&moved) {
            let middle = |area: &Area| area.x_pt + LINE_PT / 2.0;
            assert!((middle(after) - (middle(before) / 0.99 + mm(1.5))).abs() < 1e-6);
            assert!((after.y_pt - before.y_pt).abs() < 1e-9);
        }
        let longest = |bars: &[Area]| bars.iter().map(|area| area.width_pt).fold(0.0, f64::max);
        assert!((longest(&moved) - LINE_PT - mm(100.0) / 0.99).abs() < 1e-6);
    }
}
