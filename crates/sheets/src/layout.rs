//! Layouts as data: where labels stand on the paper. Measures are millimetres from the top left corner of the sheet.

use serde::{Deserialize, Serialize};

use crate::failure::SheetError;

/// A4 on the grid of 1/300 inch (2480 x 3508 dots), so that no printer at 300 or 600 dpi moves an edge between dots.
pub const PAGE_WIDTH_PT: f64 = 595.2;
/// See [`PAGE_WIDTH_PT`].
pub const PAGE_HEIGHT_PT: f64 = 841.92;
/// One dot of a 300 dpi printer.
pub const DOT_PT: f64 = 0.24;
/// Dots a module needs at 300 dpi to be read by phones (DENSO WAVE's advice on printed module size).
pub const MIN_MODULE_DOTS: u32 = 4;

const PT_PER_MM: f64 = 72.0 / 25.4;

/// How a sheet is arranged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Layout {
    /// Many people a page, to be cut or on sheets of stickers.
    Label(LabelLayout),
    /// One person a page, with an explanation.
    Letter(LetterLayout),
}

/// A grid of equal labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelLayout {
    pub columns: u16,
    pub rows: u16,
    /// Left edge of the first column.
    pub left_mm: f64,
    /// Top edge of the first row.
    pub top_mm: f64,
    /// From the left edge of one column to that of the next.
    pub pitch_x_mm: f64,
    /// From the top edge of one row to that of the next.
    pub pitch_y_mm: f64,
    pub width_mm: f64,
    pub height_mm: f64,
    pub cut_ticks: CutTicks,
    /// Labels of the first sheet that are already gone, counted by rows from the top left.
    #[serde(default)]
    pub used_labels: u16,
    /// Calibration: moves everything to the right.
    #[serde(default)]
    pub shift_x_mm: f64,
    /// Calibration: moves everything down.
    #[serde(default)]
    pub shift_y_mm: f64,
}

/// Marks outside the grid that show where to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutTicks {
    Draw,
    LeaveOut,
}

/// One page a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LetterLayout {
    /// White at the left and right.
    pub margin_mm: f64,
    /// Side of the code with its quiet zone; the code itself is the largest that fits on the dot grid.
    pub code_mm: f64,
}

impl Layout {
    /// A4, 3 x 8 labels of 63.5 x 33.9 mm, the size sold as L7159.
    pub fn label() -> Self {
        Self::Label(LabelLayout {
            columns: 3,
            rows: 8,
            left_mm: 7.25,
            top_mm: 13.0,
            pitch_x_mm: 66.04,
            pitch_y_mm: 33.9,
            width_mm: 63.5,
            height_mm: 33.9,
            cut_ticks: CutTicks::Draw,
            used_labels: 0,
            shift_x_mm: 0.0,
            shift_y_mm: 0.0,
        })
    }

    /// A4, one letter a person.
    pub fn letter() -> Self {
        Self::Letter(LetterLayout { margin_mm: 25.0, code_mm: 58.0 })
    }

    /// The layout called `label` or `letter`.
    pub fn find_named(name: &str) -> Option<Self> {
        match name {
            "label" => Some(Self::label()),
            "letter" => Some(Self::letter()),
            _ => None,
        }
    }

    /// People on a full page.
    pub(crate) fn people_a_page(&self) -> usize {
        match self {
            Self::Label(label) => usize::from(label.columns) * usize::from(label.rows),
            Self::Letter(_) => 1,
        }
    }

    /// Places of the first page that stay empty.
    pub(crate) fn used_places(&self) -> usize {
        match self {
            Self::Label(label) => usize::from(label.used_labels),
            Self::Letter(_) => 0,
        }
    }

    /// Whether the measures make sense; a layout may come from a file.
    pub(crate) fn check(&self) -> Result<(), SheetError> {
        let fits = match self {
            Self::Label(label) => label.fits(),
            Self::Letter(letter) => {
                (10.0..=60.0).contains(&letter.margin_mm) && (25.0..=80.0).contains(&letter.code_mm)
            }
        };
        if fits { Ok(()) } else { Err(SheetError::LayoutDoesNotFit) }
    }
}

impl LabelLayout {
    fn fits(&self) -> bool {
        let grid = (1..=40).contains(&self.columns) && (1..=80).contains(&self.rows);
        // Below this there is no room for a code and a name side by side.
        let size = self.width_mm >= 38.0 && self.height_mm >= 20.0;
        let pitch = self.pitch_x_mm >= self.width_mm && self.pitch_y_mm >= self.height_mm;
        let right = self.left_mm + self.pitch_x_mm * (f64::from(self.columns) - 1.0) + self.width_mm;
        let bottom = self.top_mm + self.pitch_y_mm * (f64::from(self.rows) - 1.0) + self.height_mm;
        // Half a millimetre for the makers' rounding.
        let paper = self.left_mm >= 0.0 && self.top_mm >= 0.0 && right <= 210.5 && bottom <= 297.5;
        let shift = self.shift_x_mm.abs() <= 10.0 && self.shift_y_mm.abs() <= 10.0;
        let used = usize::from(self.used_labels) < usize::from(self.columns) * usize::from(self.rows);
        grid && size && pitch && paper && shift && used
    }

    /// The label at `place`, counted by rows from the top left.
    pub(crate) fn area(&self, place: usize) -> Area {
        let columns = usize::from(self.columns);
        let (row, column) = (place / columns, place % columns);
        let left = self.left_mm + self.shift_x_mm + self.pitch_x_mm * column as f64;
        let top = self.top_mm + self.shift_y_mm + self.pitch_y_mm * row as f64;
        Area::from_mm(left, top, self.width_mm, self.height_mm)
    }
}

/// A rectangle of the page in points, from the bottom left corner of the paper as in PDF.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x_pt: f64,
    pub y_pt: f64,
    pub width_pt: f64,
    pub height_pt: f64,
}

impl Area {
    /// From millimetres with the origin in the top left corner.
    pub fn from_mm(left: f64, top: f64, width: f64, height: f64) -> Self {
        Self { x_pt: mm(left), y_pt: PAGE_HEIGHT_PT - mm(top + height), width_pt: mm(width), height_pt: mm(height) }
    }

    pub(crate) fn right(&self) -> f64 {
        self.x_pt + self.width_pt
    }

    pub(crate) fn top(&self) -> f64 {
        self.y_pt + self.height_pt
    }
}

/// Millimetres in points.
pub(crate) fn mm(value: f64) -> f64 {
    value * PT_PER_MM
}

/// The nearest place on the dot grid.
pub(crate) fn on_grid(pt: f64) -> f64 {
    (pt / DOT_PT).round() * DOT_PT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> LabelLayout {
        match Layout::label() {
            Layout::Label(label) => label,
            Layout::Letter(_) => unreachable!("asked for labels"),
        }
    }

    #[test]
    fn the_label_sheet_has_its_makers_measures() {
        let label = label();
        assert_eq!((label.columns, label.rows), (3, 8));
        let last = label.area(23);
        assert!((last.x_pt - mm(7.25 + 2.0 * 66.04)).abs() < 1e-9);
        assert!((last.top() - (PAGE_HEIGHT_PT - mm(13.0 + 7.0 * 33.9))).abs() < 1e-9);
        assert!((last.width_pt - mm(63.5)).abs() < 1e-9 && (last.height_pt - mm(33.9)).abs() < 1e-9);
        assert!((last.right() - mm(202.83)).abs() < 1e-9, "202.83 mm from the left edge");
    }

    #[test]
    fn the_page_lies_on_the_dot_grid() {
        for side in [PAGE_WIDTH_PT, PAGE_HEIGHT_PT] {
            assert!((side / DOT_PT - (side / DOT_PT).round()).abs() < 1e-9);
        }
    }

    #[test]
    fn layouts_that_cannot_be_printed_are_refused() {
        let spoil: [fn(&mut LabelLayout); 9] = [
            |label| label.columns = 0,
            |label| label.rows = 9,
            |label| label.left_mm = -1.0,
            |label| label.top_mm = f64::NAN,
            |label| label.width_mm = 10.0,
            |label| label.pitch_x_mm = 20.0,
            |label| label.height_mm = f64::INFINITY,
            |label| label.used_labels = 24,
            |label| label.shift_x_mm = 400.0,
        ];
        assert!(Layout::Label(label()).check().is_ok());
        for change in spoil {
            let mut spoilt = label();
            change(&mut spoilt);
            assert!(matches!(Layout::Label(spoilt).check(), Err(SheetError::LayoutDoesNotFit)));
        }
        let letter = Layout::Letter(LetterLayout { margin_mm: 25.0, code_mm: 300.0 });
        assert!(matches!(letter.check(), Err(SheetError::LayoutDoesNotFit)));
    }

    #[test]
    fn layouts_are_found_by_name_and_survive_their_settings_file() {
        for name in ["label", "letter"] {
            let layout = Layout::find_named(name).expect("known");
            let text = serde_json::to_string(&layout).expect("serialises");
            assert!(text.contains(&format!("\"kind\":\"{name}\"")));
            assert_eq!(serde_json::from_str::<Layout>(&text).expect("reads"), layout);
        }
        assert_eq!(Layout::find_named("poster"), None);
    }
}
