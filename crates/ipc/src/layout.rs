//! Printed layouts: chosen, designed, kept. What a layout holds has the very shape of its file, which crates/sheets knows;
//! sizes are millimetres from the top left corner, type sizes points.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A layout to choose: a shipped one, or one of the organisation's own.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct LayoutRow {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    /// Where the measures of the paper come from.
    pub source: String,
    /// Labels on a sheet.
    pub places: u32,
    pub width_mm: f64,
    pub height_mm: f64,
    /// Printed on both sides.
    pub has_back: bool,
    /// Of the organisation's own; can be changed and taken away.
    pub is_own: bool,
    /// Where the last sheet that was printed here ended: its first free label, counted from 0.
    pub continues_at: Option<u32>,
    /// Why it cannot be printed: a colleague's Mingce may know more, or two changes of it met.
    pub fault: Option<LayoutFinding>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LayoutRef {
    pub id: String,
}

/// A layout's file, to read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct LayoutFile {
    pub path: String,
    /// Which of its two names it gets here: `zh`, the usual one, or `en`.
    #[ts(optional)]
    pub language: Option<String>,
    /// It takes the place of the one that has its name; otherwise it gets a name of its own.
    #[ts(optional)]
    pub is_replacing: Option<bool>,
}

/// A layout as a file, to write.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SaveLayout {
    pub id: String,
    pub path: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct NameLayout {
    pub id: String,
    pub name: String,
}

/// A layout whole, to look at or to change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct LayoutWhole {
    pub row: LayoutRow,
    pub content: LayoutContent,
    /// Stands for what was read, so that nobody's change in between is lost; empty of a shipped one.
    pub state: String,
}

/// Keeps a layout of one's own: a new one without `id`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct KeepLayout {
    #[ts(optional)]
    pub id: Option<String>,
    /// `LayoutWhole::state` as it was read; what was changed since is `stale`. Without it the last word counts.
    #[ts(optional)]
    pub state: Option<String>,
    pub name: String,
    pub content: LayoutContent,
}

/// A layout as it is now under somebody's hands, to be drawn and looked over. Nothing is kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct DraftLayout {
    pub content: LayoutContent,
    /// Words on the paper: `zh` or `en`.
    pub language: String,
    /// `front`, `back`: of the first label; `sheet`, `sheet_back`.
    pub view: String,
    /// Those of `layout_people`: it is drawn for the first, and tried with all.
    pub people: Vec<LayoutPerson>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct LayoutDrawing {
    /// Drawn from the same list as the PDF; empty when it cannot be drawn at all.
    pub svg: String,
    /// What the picture shows, from the top left corner of the label or the sheet.
    pub left_mm: f64,
    pub top_mm: f64,
    pub width_mm: f64,
    pub height_mm: f64,
    /// What keeps it from being printed.
    pub faults: Vec<LayoutFinding>,
    /// What is better mended.
    pub advice: Vec<LayoutFinding>,
}

/// Something wrong, or to be known, with a layout.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct LayoutFinding {
    /// `design.front[2].box`.
    pub place: String,
    /// A closed word.
    pub problem: String,
    /// The size that it is about.
    pub detail: Option<f64>,
}

/// Somebody of the roster to try a layout with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LayoutPerson {
    /// `longest`: has the longest name; `rarest`: the rarest characters; `ordinary`.
    pub why: String,
    /// Empty for a made-up person, where the roster has nobody of the kind.
    pub member: String,
    pub name: String,
}

/// A picture for a layout, read from a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PictureFile {
    pub path: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ReadPicture {
    /// PNG in base64, made anew of the pixels alone.
    pub base64: String,
    pub width: u32,
    pub height: u32,
}

/// What a layout holds beside its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutContent {
    pub stock: LayoutStock,
    pub design: LayoutDesign,
    /// PNG in base64, by the names that the design uses.
    #[serde(default)]
    pub pictures: BTreeMap<String, String>,
}

/// The paper as its maker cuts it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutStock {
    pub source: String,
    pub tolerance_mm: f64,
    pub sheet: LayoutSize,
    pub grid: LayoutGrid,
    pub label: LayoutLabel,
    /// `ticks` or `none`.
    pub cut: String,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutSize {
    pub width_mm: f64,
    pub height_mm: f64,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutGrid {
    pub columns: u16,
    pub rows: u16,
    pub left_mm: f64,
    pub top_mm: f64,
    pub pitch_x_mm: f64,
    pub pitch_y_mm: f64,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutLabel {
    pub width_mm: f64,
    pub height_mm: f64,
    #[serde(default)]
    pub safe_mm: f64,
    #[serde(default)]
    pub bleed_mm: f64,
}

/// What stands where: on the sheet, on each label, on its back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutDesign {
    #[serde(default)]
    pub page: Vec<LayoutElement>,
    pub front: Vec<LayoutElement>,
    #[serde(default)]
    pub back: Vec<LayoutElement>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LayoutElement {
    Code {
        #[serde(rename = "box")]
        place: LayoutBox,
        #[serde(default = "black")]
        ink: String,
    },
    Bar {
        #[serde(rename = "box")]
        place: LayoutBox,
        #[serde(default = "black")]
        ink: String,
    },
    Frame {
        #[serde(rename = "box")]
        place: LayoutBox,
        #[serde(default = "black")]
        ink: String,
    },
    Picture {
        #[serde(rename = "box")]
        place: LayoutBox,
        picture: String,
    },
    Texts {
        #[serde(rename = "box")]
        place: LayoutBox,
        /// `left`, `middle`, `right`.
        #[serde(default = "left")]
        align: String,
        /// `top`, `middle`, `bottom`.
        #[serde(default = "top")]
        stand: String,
        items: Vec<LayoutItem>,
    },
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LayoutBox {
    pub x_mm: f64,
    pub y_mm: f64,
    pub width_mm: f64,
    pub height_mm: f64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LayoutItem {
    Text {
        text: String,
        /// Smallest and largest type.
        size_pt: [f64; 2],
        #[serde(default = "one")]
        lines: u8,
        /// `line`, `name`, `paragraph`.
        #[serde(default = "line")]
        flow: String,
        #[serde(default)]
        gap_pt: f64,
        #[serde(default = "usual_leading")]
        leading: f64,
        #[serde(default = "black")]
        ink: String,
        /// `shrinks`, `shrinks_last`.
        #[serde(default = "shrinks")]
        keep: String,
    },
    Space {},
    Rule {
        thick_pt: f64,
        #[serde(default)]
        gap_pt: f64,
        #[serde(default = "black")]
        ink: String,
    },
}

fn black() -> String {
    "#000000".into()
}
fn left() -> String {
    "left".into()
}
fn top() -> String {
    "top".into()
}
fn line() -> String {
    "line".into()
}
fn shrinks() -> String {
    "shrinks".into()
}
fn one() -> u8 {
    1
}
fn usual_leading() -> f64 {
    1.18
}
