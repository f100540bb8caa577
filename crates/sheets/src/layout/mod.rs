//! Layouts as data: a stock (what paper) with a design (what stands where on a label). Read from JSON that may come from
//! anybody, so nothing in it is taken on trust; what is wrong is told with its place in the file.

mod check;
mod design;
mod fault;
mod picture;
mod presets;
mod stock;

pub(crate) use check::SMALLEST_TYPE_PT;
pub use design::{Align, Block, BoxMm, Design, Element, Flow, Ink, Item, Keep, PictureBox, Stand, TextItem, Texts};
pub use fault::{LayoutFault, LayoutProblem};
pub use picture::{LayoutPicture, PICTURE_BYTES_MAX, PICTURE_SIDE_MAX, PICTURES_BYTES_MAX, PICTURES_MAX};
pub use presets::presets;
pub use stock::{CutMarks, Grid, LabelSize, Sheet, Stock};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format's version; a file that says another is not read.
pub const LAYOUT_FORMAT: u32 = 1;
/// No layout of a person's making comes near this.
const MOST_BYTES: usize = 256 * 1024;

/// Paper and what is printed on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// For editors, which complete and check a file by it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// [`LAYOUT_FORMAT`].
    pub format: u32,
    /// Small letters, digits and hyphens.
    pub id: String,
    pub name: Titles,
    pub stock: Stock,
    pub design: Design,
    /// What the design's pictures show, by the names that they use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pictures: BTreeMap<String, LayoutPicture>,
}

/// A layout's name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titles {
    pub zh: String,
    pub en: String,
}

impl Layout {
    /// Reads and checks a layout file.
    ///
    /// # Errors
    /// [`LayoutFault`] with the place of the first thing that is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, LayoutFault> {
        let layout = Self::read_draft(bytes)?;
        layout.check()?;
        Ok(layout)
    }

    /// Reads a layout that may not be fit to print yet; [`Layout::faults`] tells.
    ///
    /// # Errors
    /// [`LayoutFault`] when it is no layout at all.
    pub fn read_draft(bytes: &[u8]) -> Result<Self, LayoutFault> {
        if bytes.len() > MOST_BYTES {
            return Err(LayoutFault::at("", LayoutProblem::FileTooLarge));
        }
        // Windows editors put a mark before the text.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let read: Result<Self, _> = serde_path_to_error::deserialize(&mut reader);
        let layout = read.map_err(|error| LayoutFault::of_json(&error))?;
        reader.end().map_err(|error| LayoutFault::of_end(&error))?;
        Ok(layout)
    }

    /// The layout as a file that [`Layout::read`] takes.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// A shipped layout by its id; `labels` and `letter` are the short names of the two used most.
    pub fn find_named(name: &str) -> Option<Self> {
        let id = match name {
            "labels" => "avery-l7159",
            "letter" => "a4-letter",
            other => other,
        };
        presets().iter().find(|layout| layout.id == id).cloned()
    }

    /// Labels on a full sheet.
    pub fn places(&self) -> usize {
        usize::from(self.stock.grid.columns) * usize::from(self.stock.grid.rows)
    }

    /// Its parts with what stands in them, under the names they have in a file.
    pub(crate) fn parts(&self) -> [(&'static str, &[Element]); 3] {
        [("page", &self.design.page), ("front", &self.design.front), ("back", &self.design.back)]
    }

    /// Pages a sheet has: two when there is a back.
    pub(crate) fn sides(&self) -> usize {
        if self.design.back.is_empty() { 1 } else { 2 }
    }
}

#[cfg(test)]
mod tests;
