//! What happened, the roster as it was, and what of it is brought back.

use crate::import::Masking;
use crate::roster::{Column, FieldChange, Row};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One change of one record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct HistoryLine {
    /// Place in the history; the newest is the greatest.
    #[ts(type = "number")]
    pub moment: u64,
    #[ts(type = "number")]
    pub at: i64,
    /// Name of the person; empty when nobody said.
    pub by: String,
    /// Name of the other computer; empty when it is not known, null for this one.
    pub device: Option<String>,
    /// `create`, `edit`, `remove`.
    pub verb: String,
    /// Word of the operation: `edit`, `paste`, `import`, `undo` …; `remote` for what was done elsewhere, nobody said how.
    pub operation: String,
    /// Of the operation it was part of.
    #[ts(type = "number")]
    pub operation_number: u64,
    /// Of the same; null for what came from elsewhere.
    pub batch: Option<String>,
    /// Of what came from elsewhere: what it was part of there, for `batch_elsewhere`; null when it is not known.
    pub elsewhere: Option<String>,
    pub kind: String,
    pub record: String,
    /// What the record is or was called.
    pub title: String,
    /// Of a creation only what belongs to a member, of a removal what was there.
    pub changes: Vec<FieldChange>,
    /// The record is there now.
    pub is_there: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct HistoryPage {
    pub lines: Vec<HistoryLine>,
    pub has_more: bool,
}

/// What happened to a record and to what belongs to it: a member's values of custom fields, tags, guardians and further
/// places, the places of those who lead or led a department.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RecordPast {
    /// What the record is or was called.
    pub title: String,
    /// The record is there now.
    pub is_there: bool,
    pub lines: Vec<HistoryLine>,
    pub has_more: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RecordHistory {
    /// `member`, `department` …
    pub kind: String,
    pub id: String,
    /// Older than this moment; absent = the newest.
    #[ts(optional, type = "number")]
    pub before: Option<u64>,
    pub limit: u32,
}

/// One operation of the history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OperationLine {
    #[ts(type = "number")]
    pub number: u64,
    #[ts(type = "number")]
    pub moment: u64,
    /// Names it for `undo_batch`; none for what came from the service.
    pub batch: Option<String>,
    pub operation: String,
    /// `local`, `undo`, `redo`, `remote`.
    pub origin: String,
    pub by: String,
    #[ts(type = "number")]
    pub at: i64,
    /// Records it changed.
    pub changed: u32,
    pub can_undo: bool,
    pub is_undone: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OperationPage {
    pub operations: Vec<OperationLine>,
    pub has_more: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OperationsAsked {
    /// Older than this operation; absent = the newest.
    #[ts(optional, type = "number")]
    pub before: Option<u64>,
    /// Not later than this instant; for the first page.
    #[ts(optional, type = "number")]
    pub until: Option<i64>,
    pub limit: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OperationEntries {
    #[ts(type = "number")]
    pub operation: u64,
    /// Behind this moment; absent = from the beginning.
    #[ts(optional, type = "number")]
    pub after: Option<u64>,
    pub limit: u32,
}

/// What was done as one on another computer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct BatchElsewhere {
    /// As `HistoryLine::elsewhere` names it.
    pub batch: String,
    /// Behind this moment; absent = from the beginning.
    #[ts(optional, type = "number")]
    pub after: Option<u64>,
    pub limit: u32,
}

/// As much of it as came here, in the order in which it came. It can be taken back as a whole only where it was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct BatchPast {
    /// Records that it changed here: said with the first page only, 0 afterwards.
    pub records: u32,
    pub lines: Vec<HistoryLine>,
    pub has_more: bool,
}

/// What undoing a batch would do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct UndoPlan {
    /// The batch is too large to be tried first.
    pub is_unknown: bool,
    pub changed: u32,
    /// The first fields that were changed since and would be left alone.
    pub kept: Vec<KeptField>,
    pub kept_count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct KeptField {
    pub kind: String,
    pub record: String,
    pub title: String,
    /// None: the whole record.
    pub field: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RestoreFields {
    pub kind: String,
    pub id: String,
    pub fields: Vec<String>,
    /// As they were just before this entry.
    #[ts(type = "number")]
    pub before: u64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RestoreRecord {
    pub kind: String,
    pub id: String,
    /// As it was just before this entry; absent: before it was removed.
    #[ts(optional, type = "number")]
    pub before: Option<u64>,
    /// As it is in this open past; a member who is there with everything that belongs to them.
    #[ts(optional)]
    pub past: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Restored {
    pub changed: u32,
    pub left_out: Vec<LeftOutField>,
    pub version: u32,
}

/// Something that could not come back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LeftOutField {
    pub title: String,
    pub field: String,
    /// `place_gone`, `number_taken` or `value_unfit`.
    pub reason: String,
}

/// The earliest that can be shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastBegins {
    #[ts(type = "number")]
    pub at: i64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OpenPast {
    /// As it was at this instant.
    #[ts(optional, type = "number")]
    pub at: Option<i64>,
    /// As it was after this entry.
    #[ts(optional, type = "number")]
    pub moment: Option<u64>,
    #[ts(optional)]
    pub job: Option<String>,
}

/// The roster as it was; stays the same until it is closed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastInfo {
    pub past: String,
    #[ts(type = "number")]
    pub at: i64,
    pub total: u32,
    /// In the order of the tree.
    pub departments: Vec<PastDepartment>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastDepartment {
    pub id: String,
    pub name: String,
    pub depth: u32,
    /// Members in it and below it.
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastRef {
    pub past: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastPageRequest {
    pub past: String,
    #[ts(optional)]
    pub department: Option<String>,
    /// Part of a name or card number.
    #[ts(optional)]
    pub text: Option<String>,
    pub start: u32,
    pub count: u32,
    pub columns: Vec<Column>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastPage {
    pub total: u32,
    pub start: u32,
    pub rows: Vec<Row>,
    /// What is told of each row beside its cells.
    pub people: Vec<PastPerson>,
    /// Departments of the past that there are no more.
    pub gone_departments: Vec<String>,
    /// Departments that are called, kept or placed otherwise now.
    pub changed_departments: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastPerson {
    /// The person is on the roster now.
    pub is_there: bool,
    /// They are there, and `restore_record` would change something.
    pub is_changed: bool,
    /// Paths of further places.
    pub places: Vec<String>,
    /// Everybody who answered for them; the cells tell of the first.
    pub guardians: Vec<PastGuardian>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PastGuardian {
    pub name: String,
    pub phone: String,
    pub relation: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ExportPast {
    pub past: String,
    /// Ends in `.xlsx` or `.csv`.
    pub path: String,
    pub language: String,
    pub masking: Masking,
    /// Only these, as `PastPageRequest` chooses them.
    #[serde(default)]
    #[ts(optional)]
    pub department: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}
