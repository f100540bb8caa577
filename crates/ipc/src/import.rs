//! Bringing a file in and taking one out.

use crate::roster::ViewQuery;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OpenImport {
    pub path: String,
    #[ts(optional)]
    pub sheet: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportColumn {
    /// `A`, `B` … as in the spreadsheet.
    pub letter: String,
    pub heading: String,
    pub samples: Vec<String>,
    /// What the column is for: `name`, `department`, `guardian_phone_1`, `department_part_2`, `ignore` …
    pub target: String,
    /// 0 to 100.
    pub confidence: u8,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportFile {
    pub import: String,
    /// As it was opened, to open another sheet of it.
    pub path: String,
    pub file_name: String,
    /// `xlsx`, `xls`, `ods`, `csv` …; for text files with the encoding.
    pub format: String,
    pub sheets: Vec<String>,
    pub sheet: String,
    /// Row of the headings as counted in the file, from 1.
    pub header_row: u32,
    pub row_count: u32,
    pub columns: Vec<ImportColumn>,
    /// Every word that a column may be given.
    pub targets: Vec<String>,
    /// The mapping of an earlier file of the same shape was used.
    pub is_remembered: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanImport {
    pub import: String,
    /// One for each column of the file.
    pub targets: Vec<String>,
    /// Fill card numbers that lost their zeros up to so many digits; offered by an earlier plan.
    #[ts(optional)]
    pub card_number_digits: Option<u8>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct ImportCounts {
    pub add: u32,
    pub change: u32,
    pub unchanged: u32,
    pub problem: u32,
    pub skipped: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportPlan {
    pub import: String,
    pub counts: ImportCounts,
    /// Paths that do not exist yet; rows in them need the user's yes.
    pub new_departments: Vec<String>,
    /// Card numbers seem to have lost leading zeros: their usual length.
    pub offered_card_number_digits: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlannedKind {
    Add,
    Change,
    Unchanged,
    Problem,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanPageRequest {
    pub import: String,
    #[ts(optional)]
    pub kind: Option<PlannedKind>,
    pub start: u32,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanPage {
    pub total: u32,
    pub rows: Vec<PlannedRow>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedRow {
    /// Row as counted in the file, from 1.
    pub row: u32,
    pub kind: PlannedKind,
    pub name: String,
    /// For `add` and `problem`: the new values; for `change`: only what differs.
    pub cells: Vec<PlannedCell>,
    pub problems: Vec<RowProblem>,
    /// The row's sound cells could go in although others cannot.
    pub can_go_in_partly: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedCell {
    /// A member field's word, `department`, `further_department`, `guardian`, `guardian_name`, `guardian_phone` or
    /// `guardian_relation`.
    pub what: String,
    pub from: String,
    pub to: String,
}

/// One thing wrong in a row, with the place in the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RowProblem {
    pub sheet: String,
    pub row: u32,
    pub letter: String,
    pub heading: String,
    /// `number`, `text`, `date` …
    pub value_kind: String,
    pub value: String,
    pub code: String,
    /// What to do about it, as a code.
    pub remedy: String,
    pub is_warning: bool,
    /// The row that this one disagrees with.
    pub other_row: Option<u32>,
    /// What the value may have been, offered but never applied silently.
    #[ts(optional)]
    pub proposal: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ApplyImport {
    pub import: String,
    pub creates_departments: bool,
    /// Rows with a faulty cell go in without that cell; otherwise they stay out.
    pub takes_sound_cells: bool,
    /// Rows of the file to leave out.
    pub excluded_rows: Vec<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportApplied {
    pub batch: String,
    pub added: u32,
    pub changed: u32,
    pub departments: u32,
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportRef {
    pub import: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct BatchRef {
    pub batch: String,
}

/// `path` ends in `.xlsx` or `.csv`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Export {
    pub path: String,
    #[serde(default)]
    pub query: ViewQuery,
    /// Headings and choices in `zh` or `en`.
    pub language: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Exported {
    pub path: String,
    pub rows: u32,
}
