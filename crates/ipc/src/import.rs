//! Bringing a file in and taking one out.

use crate::roster::{Column, ViewQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OpenImport {
    pub path: String,
    #[ts(optional)]
    pub sheet: Option<String>,
}

/// What a column of the file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "target", rename_all = "snake_case")]
pub enum Target {
    Ignore,
    Member {
        column: Column,
    },
    /// One level of the department path, from 0.
    DepartmentPart {
        level: u8,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportColumn {
    /// `A`, `B` … as in the spreadsheet.
    pub letter: String,
    pub heading: String,
    pub samples: Vec<String>,
    pub target: Target,
    /// 0 to 100.
    pub confidence: u8,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportFile {
    pub import: String,
    pub file_name: String,
    /// `xlsx`, `xls`, `ods`, `csv` …; for text files with the encoding.
    pub format: String,
    pub sheets: Vec<String>,
    pub sheet: String,
    /// Row of the headings as counted in the file, from 1.
    pub header_row: u32,
    pub row_count: u32,
    pub columns: Vec<ImportColumn>,
    /// The mapping of an earlier file of the same shape was used.
    pub is_remembered: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanImport {
    pub import: String,
    /// One for each column of the file.
    pub targets: Vec<Target>,
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
    pub columns: Vec<Column>,
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
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedCell {
    pub column: Column,
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
    pub is_warning: bool,
    /// What the value may have been, offered but never applied silently.
    #[ts(optional)]
    pub proposal: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ApplyImport {
    pub import: String,
    pub creates_departments: bool,
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
