//! Departments, the members' grid, details, history, undo.

use crate::history::HistoryLine;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A column of the grid: every member field, and what is computed from other records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    CardNumber,
    Name,
    Sex,
    BirthDate,
    Phone,
    DocumentKind,
    DocumentNumber,
    Identity,
    /// Path of the main department; editable by path.
    Department,
    Title,
    EntryYear,
    Email,
    Address,
    ValidFrom,
    ValidUntil,
    Status,
    Note,
    GuardianName,
    GuardianPhone,
    GuardianRelation,
    /// `none`, `invited`, `expired`, `joined`, `refused`; read-only.
    JoinState,
    /// The day of the newest invitation that was not taken back; read-only.
    InvitedOn,
    /// The day they joined; read-only.
    JoinedOn,
    /// Since when the status holds.
    StatusSince,
    /// Names of the member's tags, divided by `、`.
    Tags,
    /// The name of the member's photo; empty for none. Read-only: photos are not typed.
    Photo,
    /// Numbers of the chips in the member's cards, divided by `;`.
    ChipNumbers,
    /// A field that the organisation defined.
    #[serde(untagged)]
    Custom(crate::custom::CustomColumn),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DepartmentNode {
    pub id: String,
    pub parent: Option<String>,
    pub name: String,
    /// The name as it is typed in pinyin, `gaoyi`, and by its initials, `gy`; empty where it has no reading.
    pub pinyin: String,
    pub initials: String,
    pub kind: String,
    /// Members in it and below it.
    pub count: u32,
    /// Members whose main department or further place it is.
    pub own: u32,
    pub is_archived: bool,
    /// Archived itself or with one above it.
    pub is_hidden: bool,
    /// Names of those who lead it, heads first.
    pub leaders: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreateDepartment {
    pub parent: Option<String>,
    pub name: String,
    /// Guessed from the name when absent.
    #[ts(optional)]
    pub kind: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RenameDepartment {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MoveDepartment {
    pub id: String,
    pub parent: Option<String>,
    /// Sibling to stand behind; absent = first.
    #[ts(optional)]
    pub after: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SortBy {
    pub column: Column,
    pub direction: Direction,
}

/// A condition on one column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "test", rename_all = "snake_case")]
pub enum Filter {
    Is {
        column: Column,
        value: String,
    },
    IsNot {
        column: Column,
        value: String,
    },
    Contains {
        column: Column,
        value: String,
    },
    NotContains {
        column: Column,
        value: String,
    },
    StartsWith {
        column: Column,
        value: String,
    },
    /// At this date or number, or later; an empty cell is not.
    AtLeast {
        column: Column,
        value: String,
    },
    /// At this date or number, or earlier; an empty cell is not.
    AtMost {
        column: Column,
        value: String,
    },
    /// One of these; an empty text stands for the empty cell.
    AnyOf {
        column: Column,
        values: Vec<String>,
    },
    IsEmpty {
        column: Column,
    },
    IsFilled {
        column: Column,
    },
}

/// How conditions hold together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    #[default]
    All,
    Any,
}

/// Rows that need a person, as the bar at the bottom opens them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Has edits that the service has not answered.
    Pending,
    Conflict,
    Refused,
}

/// What the grid shows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct ViewQuery {
    /// This department and all below it; absent = everyone.
    #[ts(optional)]
    pub department: Option<String>,
    /// Name, pinyin, initials, number, phone.
    #[ts(optional)]
    pub text: Option<String>,
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Whether all filters must hold or one is enough; absent = all.
    #[ts(optional)]
    pub matching: Option<Matching>,
    #[ts(optional)]
    pub mark: Option<Mark>,
    #[serde(default)]
    pub sort: Vec<SortBy>,
}

/// An ordered set of members, fixed until it is opened again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ViewInfo {
    pub view: String,
    /// Rises with every change of the roster; a page tells the version it was read at.
    pub version: u32,
    pub total: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PageRequest {
    pub view: String,
    pub start: u32,
    pub count: u32,
    pub columns: Vec<Column>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Page {
    pub version: u32,
    pub total: u32,
    pub start: u32,
    pub rows: Vec<Row>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Row {
    pub id: String,
    /// In the order of the asked columns: words for choices, ISO dates, paths for departments.
    pub cells: Vec<String>,
    pub mark: Option<Mark>,
    /// Rules that cells break, by index in `cells`: a code of `model::check`.
    pub problems: Vec<CellProblem>,
    /// Cells that are masked, by index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<u32>>", optional)]
    pub masked: Vec<u32>,
    /// Suspended or left: such a row stands back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub is_away: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CellProblem {
    pub cell: u32,
    pub code: String,
    /// A warning does not keep the value from being saved.
    pub is_warning: bool,
}

/// Rows `start..end` of a view and some columns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Range {
    pub view: String,
    pub start: u32,
    pub end: u32,
    pub columns: Vec<Column>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Block {
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EditCell {
    pub member: String,
    pub column: Column,
    /// As typed; normalised by the app.
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PasteBlock {
    pub view: String,
    /// First row; rows past the end of the view become new members.
    pub start: u32,
    /// Row after the last; a smaller block repeats to fill it.
    pub end: u32,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// Where new members go whose cells name no department; absent = nowhere.
    #[ts(optional)]
    pub department: Option<String>,
    #[ts(optional)]
    pub job: Option<String>,
}

/// Repeats cells over others, in one operation.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Fill {
    pub view: String,
    pub parts: Vec<FillPart>,
    /// The grid's columns in order; blocks count in it.
    pub columns: Vec<Column>,
    #[ts(optional)]
    pub job: Option<String>,
}

/// Repeats the cells of `from` over `to`: row r takes row `from.top + (r - from.top) modulo height`, columns likewise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FillPart {
    pub from: Block2d,
    pub to: Block2d,
}

/// Rows `top..bottom` and columns `left..right` of the shown order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Block2d {
    pub top: u32,
    pub bottom: u32,
    pub left: u32,
    pub right: u32,
}

/// Writes the same into every cell of some ranges of one view, in one operation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct WriteCells {
    pub ranges: Vec<Range>,
    /// The text of each column, as typed; columns without one are emptied.
    pub texts: Vec<CellText>,
    #[ts(optional)]
    pub job: Option<String>,
}

/// What an edit of cells did. Cells that break a rule are left as they were and listed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct EditOutcome {
    pub changed_cells: u32,
    pub added_members: u32,
    pub version: u32,
    pub refused: Vec<RefusedCell>,
    /// More cells were refused than are listed.
    pub refused_count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RefusedCell {
    /// Row in the pasted block or range, from 0.
    pub row: u32,
    pub column: Column,
    pub code: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CellText {
    pub column: Column,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AddMember {
    pub cells: Vec<CellText>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RecordRef {
    pub id: String,
}

/// Some members: by id, or rows of a view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Members {
    Ids { ids: Vec<String> },
    Rows { view: String, ranges: Vec<(u32, u32)> },
    Department { id: String },
}

/// Everything known about one member, for the side panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MemberDetail {
    pub row: Row,
    /// Columns of `row.cells`.
    pub columns: Vec<Column>,
    pub guardians: Vec<GuardianDetail>,
    pub affiliations: Vec<crate::person::AffiliationDetail>,
    pub invitation: Option<crate::invitation::InvitationRow>,
    pub history: Vec<HistoryLine>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct GuardianDetail {
    pub id: String,
    pub name: String,
    pub phone: String,
    pub relation: String,
    /// May confirm for the member while that is a minor.
    pub may_confirm: bool,
    /// How many members they are a guardian of; what is changed is changed for all of them.
    pub members: u32,
    /// Names of the others, the first few.
    pub others: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FieldChange {
    pub field: String,
    pub from: String,
    pub to: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct UndoState {
    /// Word of the operation that undo would take back.
    pub undo: Option<String>,
    pub redo: Option<String>,
}

/// Takes back or does again; by the job it can be watched and stopped, and then leaves everything as it was.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct Undo {
    #[ts(optional)]
    pub job: Option<String>,
}

/// The same for a certain batch, also long after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct UndoBatch {
    pub batch: String,
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Undone {
    /// Word of the operation taken back or done again.
    pub operation: String,
    pub changed: u32,
    /// Fields that were changed since and therefore left alone.
    pub kept: u32,
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Find {
    pub text: String,
    pub limit: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FoundMember {
    pub id: String,
    pub name: String,
    pub card_number: String,
    pub department: String,
}

/// A guardian of a member: changed, or made when none is named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct EditGuardian {
    pub member: String,
    #[ts(optional)]
    pub guardian: Option<String>,
    /// Name, phone and relation; those left out stay as they are.
    pub cells: Vec<CellText>,
    /// Whether the guardian may confirm for the member; absent leaves it, and a new guardian may.
    #[ts(optional)]
    pub may_confirm: Option<bool>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct GuardianRef {
    pub member: String,
    pub guardian: String,
}

/// Where a member stands in a view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Locate {
    pub view: String,
    pub id: String,
}
