//! What is known of the printer: its dots, how far it is off, how it turns the paper.

use serde::{Deserialize, Serialize};

use crate::failure::SheetError;
use crate::geometry::{Area, Paper, mm};
use crate::layout::Stock;

/// Settings of one printer and tray. The default is a printer that is not off.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Printer {
    pub dots: Dots,
    pub calibration: Calibration,
    pub duplex: Duplex,
}

/// Dots an inch of the print head. Modules of codes are whole dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dots {
    #[default]
    Dpi300,
    Dpi600,
}

impl Dots {
    pub(crate) fn pt(self) -> f64 {
        match self {
            Self::Dpi300 => 0.24,
            Self::Dpi600 => 0.12,
        }
    }
}

/// Over which edge the printer, or the person, turns the paper for its back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplex {
    #[default]
    LongEdge,
    ShortEdge,
}

/// How everything is moved so that it comes out right. Measured on the calibration sheet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// To the right.
    pub shift_x_mm: f64,
    /// Down.
    pub shift_y_mm: f64,
    /// What a ruler of 100 mm measured on paper: a printer that drifts is 1 mm off at the last row.
    pub ruler_x_mm: f64,
    pub ruler_y_mm: f64,
    /// Further to the right on the back, as one looks at the back.
    pub back_shift_x_mm: f64,
    pub back_shift_y_mm: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            shift_x_mm: 0.0,
            shift_y_mm: 0.0,
            ruler_x_mm: 100.0,
            ruler_y_mm: 100.0,
            back_shift_x_mm: 0.0,
            back_shift_y_mm: 0.0,
        }
    }
}

/// The two sides of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Front,
    Back,
}

impl Printer {
    /// # Errors
    /// [`SheetError::CalibrationOutOfRange`]: nobody measures more than 10 mm or 5 %.
    pub fn check(&self) -> Result<(), SheetError> {
        let all = &self.calibration;
        let shifts = [all.shift_x_mm, all.shift_y_mm, all.back_shift_x_mm, all.back_shift_y_mm];
        let holds = shifts.iter().all(|shift| (-10.0..=10.0).contains(shift))
            && [all.ruler_x_mm, all.ruler_y_mm].iter().all(|ruler| (95.0..=105.0).contains(ruler));
        if holds { Ok(()) } else { Err(SheetError::CalibrationOutOfRange) }
    }

    /// Whether pages of this side are drawn head down: a sheet turned over its short edge shows its back that way.
    pub(crate) fn turns(&self, side: Side) -> bool {
        side == Side::Back && self.duplex == Duplex::ShortEdge
    }

    /// Where a rectangle comes to stand whose nominal left and top edge are given. Its size stays: over a label drift is
    /// nothing, over a sheet it is a millimetre.
    pub(crate) fn area(&self, paper: Paper, side: Side, (left, top): (f64, f64), size: (f64, f64)) -> Area {
        let all = &self.calibration;
        let (width_pt, height_pt) = (mm(size.0), mm(size.1));
        // The printer is off in the page as it prints it, so a page drawn head down is first seen that way.
        let turned = |x: f64, y: f64| match self.turns(side) {
            true => (paper.width_pt - x - width_pt, paper.height_pt - y - height_pt),
            false => (x, y),
        };
        let (back_x, back_y) = match side {
            Side::Front => (0.0, 0.0),
            Side::Back => (all.back_shift_x_mm, all.back_shift_y_mm),
        };
        let (x, y) = turned(mm(left), mm(top));
        let x = x * 100.0 / all.ruler_x_mm + mm(all.shift_x_mm + back_x);
        let y = y * 100.0 / all.ruler_y_mm + mm(all.shift_y_mm + back_y);
        let (x_pt, from_top) = turned(x, y);
        Area { x_pt, y_pt: paper.height_pt - from_top - height_pt, width_pt, height_pt }
    }

    /// The label at `place`. On the back columns run from the right, so that it lies behind its front.
    pub(crate) fn label(&self, stock: &Stock, side: Side, place: usize) -> Area {
        let (left, top) = stock.corner_mm(place);
        let size = (stock.label.width_mm, stock.label.height_mm);
        let left = match side {
            Side::Front => left,
            Side::Back => stock.sheet.width_mm - left - size.0,
        };
        self.area(stock.paper(), side, (left, top), size)
    }
}
