//! Stock: the paper as its maker cuts it. Millimetres from the top left corner of the sheet.

use serde::{Deserialize, Serialize};

use crate::geometry::Paper;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// Where the figures come from; whoever doubts them finds them there.
    pub source: String,
    /// How far the maker's cut may be off.
    pub tolerance_mm: f64,
    pub sheet: Sheet,
    pub grid: Grid,
    pub label: LabelSize,
    pub cut: CutMarks,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub width_mm: f64,
    pub height_mm: f64,
}

/// A grid of equal labels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
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
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSize {
    pub width_mm: f64,
    pub height_mm: f64,
    /// White inside the edge where text and codes do not stand, because the cut may be off by that much.
    #[serde(default)]
    pub safe_mm: f64,
    /// How far colour at the edge runs past it, so that a cut that is off shows no white.
    #[serde(default)]
    pub bleed_mm: f64,
}

/// Marks outside the grid that show where to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutMarks {
    Ticks,
    None,
}

impl Stock {
    pub fn paper(&self) -> Paper {
        Paper::from_mm(self.sheet.width_mm, self.sheet.height_mm)
    }

    /// Left and top edge of the label at `place`, counted by rows from the top left.
    pub(crate) fn corner_mm(&self, place: usize) -> (f64, f64) {
        let columns = usize::from(self.grid.columns);
        let (row, column) = (place / columns, place % columns);
        (self.grid.left_mm + self.grid.pitch_x_mm * column as f64, self.grid.top_mm + self.grid.pitch_y_mm * row as f64)
    }
}
