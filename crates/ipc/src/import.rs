//! Bringing a file in and taking one out.

use crate::roster::ViewQuery;
use crate::text_form::{Delimiter, TextForm};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct OpenImport {
    pub path: String,
    /// None for the first sheet with headings that are known.
    #[ts(optional)]
    pub sheet: Option<String>,
    /// Row of the headings, as the file counts; 0 when there is none. None to look for it.
    #[serde(default)]
    #[ts(optional)]
    pub header_row: Option<u32>,
    /// Headings that the row which is looked for has.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub headings: Vec<String>,
    /// Of a text table: a name of the WHATWG Encoding Standard. None to find it out.
    #[serde(default)]
    #[ts(optional)]
    pub encoding: Option<String>,
    /// Of a text table. None to find it out.
    #[serde(default)]
    #[ts(optional)]
    pub delimiter: Option<Delimiter>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportColumn {
    /// `A`, `B` … as in the spreadsheet.
    pub letter: String,
    pub heading: String,
    pub samples: Vec<String>,
    /// What the column is for: `name`, `department`, `guardian_phone_1`, `department_part_2`, `tags`, `custom:` with a
    /// field's id, `ignore` …; `new_field` for what only this package has, so that it is kept.
    pub target: String,
    /// 0 to 100.
    pub confidence: u8,
    /// What field could be made from it: its name, a word of `CustomFieldRow.form`, and the choices that were seen.
    pub field_name: String,
    pub form: String,
    pub choices: Vec<String>,
    /// A word of `CustomFieldRow.data_class`.
    pub data_class: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportFile {
    pub import: String,
    /// As it was opened, to open another sheet of it.
    pub path: String,
    pub file_name: String,
    /// `xlsx`, `xls`, `ods`, `csv` …; for text files with the encoding.
    pub format: String,
    /// None when the file is no text table.
    pub text: Option<TextForm>,
    pub sheets: Vec<String>,
    pub sheet: String,
    /// Row of the headings as counted in the file, from 1; 0 when there is none.
    pub header_row: u32,
    pub row_count: u32,
    pub columns: Vec<ImportColumn>,
    /// Every word that a column may be given; `new_field` asks for one of `PlanImport.new_fields`.
    pub targets: Vec<String>,
    /// The mapping of an earlier file of the same shape was used.
    pub is_remembered: bool,
    /// The file tells only what changed: nobody is missing from it.
    pub is_delta: bool,
    /// What was passed over or put up with while the file was opened.
    pub remarks: Vec<ImportRemark>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportRemark {
    /// `columns_dropped`, `rows_deleted`, `loose_references`, `names_kept`, `manifest_incomplete`, `file_name`, `encoding`,
    /// `quotes_unclosed`.
    pub code: String,
    /// The file within the package; empty when it is about the whole.
    pub file: String,
    pub count: u32,
    /// Headings; of `quotes_unclosed` the numbers of the first rows.
    pub columns: Vec<String>,
}

/// What becomes of people who are new, known, or missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// New people are added, known ones changed, missing ones left alone.
    #[default]
    Merge,
    OnlyNew,
    OnlyKnown,
    /// Whoever of the whole roster is not in the file leaves.
    MirrorRoster,
    /// Whoever of the departments that the file names is not in it leaves.
    MirrorDepartments,
}

/// Whom a row is about that the plan could not tell.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportAnswer {
    /// Key of the row.
    pub row: u32,
    /// The member it is about; none for somebody new.
    #[ts(optional)]
    pub member: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ImportOptions {
    /// Every sheet with the same headings goes in, its name as the last step of the department.
    pub takes_all_sheets: bool,
    pub mode: ImportMode,
    pub answers: Vec<ImportAnswer>,
    /// The department below which new ones come; none for the top.
    #[ts(optional)]
    pub under: Option<String>,
}

/// What a person typed over a cell that was faulty in the file. The file stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CorrectedCell {
    /// Key of the row.
    pub row: u32,
    /// Place of the column, from 0.
    pub column: u16,
    pub text: String,
}

/// A field that the import makes for a column, in the same batch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct NewField {
    /// Place of the column, from 0.
    pub column: u32,
    pub name: String,
    /// `text`, `number`, `date`, `choice`, `yes_no`.
    pub form: String,
    pub choices: Vec<String>,
    /// `ordinary`, `personal`, `sensitive`.
    pub data_class: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanImport {
    pub import: String,
    /// One for each column of the file.
    pub targets: Vec<String>,
    /// Fill card numbers that lost their zeros up to so many digits; offered by an earlier plan.
    #[ts(optional)]
    pub card_number_digits: Option<u8>,
    #[serde(default)]
    #[ts(as = "Option<ImportOptions>", optional)]
    pub options: ImportOptions,
    /// For the columns whose target is `new_field`.
    #[serde(default)]
    #[ts(as = "Option<Vec<NewField>>", optional)]
    pub new_fields: Vec<NewField>,
    #[serde(default)]
    #[ts(as = "Option<Vec<CorrectedCell>>", optional)]
    pub corrections: Vec<CorrectedCell>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct ImportCounts {
    pub add: u32,
    pub change: u32,
    pub unchanged: u32,
    pub unsure: u32,
    pub leave: u32,
    pub problem: u32,
    pub skipped: u32,
}

/// A field that an import would make.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedField {
    /// As `PlannedCell.what` names it.
    pub column: String,
    pub name: String,
    pub form: String,
}

/// How many rows change a column of the roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ChangedColumn {
    /// As `PlannedCell.what` names it.
    pub what: String,
    pub rows: u32,
}

/// A department that the file names by the end of its path: `3班` for `高中部/高一/3班`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FoundDepartment {
    pub named: String,
    pub path: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportPlan {
    pub import: String,
    /// Tells this plan of the file from those before it; places of rows hold for one plan.
    pub round: u32,
    pub counts: ImportCounts,
    /// Paths that do not exist yet; rows in them need the user's yes.
    pub new_departments: Vec<String>,
    pub found_departments: Vec<FoundDepartment>,
    /// What the rows that change somebody change, the most frequent first.
    pub changed: Vec<ChangedColumn>,
    /// Tags that do not exist yet; giving them needs the user's yes.
    pub new_tags: Vec<String>,
    /// Fields that come with the import.
    pub new_fields: Vec<PlannedField>,
    /// Card numbers seem to have lost leading zeros: their usual length.
    pub offered_card_number_digits: Option<u8>,
    /// Sheets that did not fit beside the others, or are hidden.
    pub left_out_sheets: Vec<String>,
    /// How many people the whole is that leavers are counted against; 0 when nobody leaves.
    pub leave_of: u32,
    /// So many would leave that the number has to be confirmed.
    pub confirms_leaving: bool,
    /// The file's columns that are taken, in their order.
    pub columns: Vec<PlanColumn>,
    /// What was taken out of an earlier plan of the file and still is.
    pub taken_out: TakenOut,
}

/// A column of the file in the plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanColumn {
    /// Its place among `ImportFile.columns`.
    pub place: u32,
    /// What it is for, as `ImportColumn.target` has it.
    pub target: String,
}

/// How many rows of each kind were taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct TakenOut {
    pub add: u32,
    pub change: u32,
    pub leave: u32,
    pub problem: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlannedKind {
    Add,
    Change,
    Unchanged,
    Unsure,
    Leave,
    Problem,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanPageRequest {
    pub import: String,
    #[ts(optional)]
    pub kind: Option<PlannedKind>,
    /// Only rows that change this, as `PlannedCell.what` names it; for rows that change somebody.
    #[ts(optional)]
    pub what: Option<String>,
    /// Only rows in whose name, or in whose cells of the file, every word of it stands.
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
    pub start: u32,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanPage {
    /// `ImportPlan.round` of the plan that the rows are of.
    pub round: u32,
    pub total: u32,
    pub rows: Vec<PlannedRow>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedRow {
    /// By which the plan knows the row, whatever sheet it is on.
    pub key: u32,
    pub sheet: String,
    /// Row as counted in the sheet, from 1; 0 for somebody who is missing from the file.
    pub row: u32,
    pub kind: PlannedKind,
    pub name: String,
    /// It was taken out.
    pub is_out: bool,
    /// For `add` and `problem`: the new values; for `change`: only what differs.
    pub cells: Vec<PlannedCell>,
    /// What the file has in each of `ImportPlan.columns`, with what was typed over it; nothing for who is missing.
    pub texts: Vec<PlannedText>,
    pub problems: Vec<RowProblem>,
    /// The row's sound cells could go in although others cannot.
    pub can_go_in_partly: bool,
    /// For `unsure`: whom it could be about.
    pub candidates: Vec<ImportCandidate>,
    /// For `unsure`: it could be about somebody new.
    pub can_be_new: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportCandidate {
    pub member: String,
    pub name: String,
    pub card_number: String,
    pub birth_date: String,
    pub phone: String,
    pub department: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedCell {
    /// A member field's word, `department`, `further_department`, `leads`, `deputy_of`, `tags`, `custom:` with a field's
    /// id, `guardian`, `guardian_name`, `guardian_phone`, `guardian_relation` or `guardian_may_confirm`.
    pub what: String,
    pub from: String,
    pub to: String,
    /// The phone of a guardian who is added, masked like any other.
    #[ts(optional)]
    pub phone: Option<String>,
    /// By which it can be taken out.
    pub item: u16,
    /// The row can go in without it.
    pub can_be_left_out: bool,
    /// It was taken out.
    pub is_out: bool,
    /// Columns from which it comes, by their places in `ImportPlan.columns`; none for what the file does not say.
    pub columns: Vec<u32>,
}

/// A cell of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedText {
    /// Masked like any other number, unless something is said of it.
    pub text: String,
    pub is_masked: bool,
    /// The column's place in the row's sheet, by which it can be corrected; none where that has no such column.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub place: Option<u16>,
}

/// Where a walk through a plan is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct WalkPlan {
    pub import: String,
    /// The plan that the places are of, as `ImportPlan.round`; refused where there is another by now.
    #[serde(default)]
    #[ts(optional)]
    pub round: Option<u32>,
    /// Which rows are shown, as in `PlanPageRequest`.
    #[ts(optional)]
    pub kind: Option<PlannedKind>,
    #[ts(optional)]
    pub what: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
    /// Its place among those.
    pub row: u32,
    /// A place in `ImportPlan.columns`; none before the first.
    #[ts(optional)]
    pub column: Option<u32>,
    pub is_backwards: bool,
}

/// Where to look next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct PlanStop {
    /// Place among the rows that are shown; none where nothing is to be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub row: Option<u32>,
    /// Place in `ImportPlan.columns`; none where it is about the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<u32>,
}

/// A row that is looked for among those that are shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FindPlanned {
    pub import: String,
    /// The plan on the screen, as `ImportPlan.round`; refused where there is another by now.
    #[serde(default)]
    #[ts(optional)]
    pub round: Option<u32>,
    #[ts(optional)]
    pub kind: Option<PlannedKind>,
    #[ts(optional)]
    pub what: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
    pub key: u32,
}

/// Where a row of the plan is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedAt {
    /// Place among the rows that are shown; none where it is not one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub row: Option<u32>,
    /// How many of those that are shown stand before it.
    pub above: u32,
}

/// Rows one behind the other, by their places among those that are shown; both ends are inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RowSpan {
    pub first: u32,
    pub last: u32,
}

/// Takes rows, or some of what they would do, out of the import, or back in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TakeOut {
    pub import: String,
    /// The plan that places and numbers are of, as `ImportPlan.round`; refused where there is another by now.
    #[ts(optional)]
    pub round: Option<u32>,
    /// What was changed before, as `TakenNow.change`: that and nothing else, in whatever plan.
    #[ts(optional)]
    pub change: Option<u32>,
    /// Which rows are shown, as in `PlanPageRequest`.
    #[ts(optional)]
    pub kind: Option<PlannedKind>,
    #[ts(optional)]
    pub what: Option<String>,
    #[ts(optional)]
    pub text: Option<String>,
    /// Rows by their places, and rows by their keys.
    pub spans: Vec<RowSpan>,
    pub keys: Vec<u32>,
    /// Only what comes from these columns, by their places in `ImportPlan.columns`; the rows themselves without any.
    #[ts(optional)]
    pub columns: Option<Vec<u32>>,
    /// Only these changes; the rows themselves without any.
    #[ts(optional)]
    pub items: Option<Vec<u16>>,
    pub is_out: bool,
}

/// What is taken out once rows were taken out or back in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct TakenNow {
    /// The plan that this is said of.
    pub round: u32,
    pub taken_out: TakenOut,
    /// As in `ImportPlan`.
    pub confirms_leaving: bool,
    /// What was otherwise before, by which it can be changed back; none where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
}

/// One thing wrong in a row, with the place in the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RowProblem {
    pub sheet: String,
    pub row: u32,
    pub letter: String,
    /// Place of the cell's column, from 0, by which it can be corrected; none where it is about the row as a whole.
    pub column: Option<u16>,
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
    /// Its sheet, where that is another one.
    #[ts(optional)]
    pub other_sheet: Option<String>,
    /// What the value may have been, offered but never applied silently.
    #[ts(optional)]
    pub proposal: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ApplyImport {
    pub import: String,
    pub creates_departments: bool,
    /// Otherwise members get only the tags that there are.
    pub creates_tags: bool,
    /// Rows with a faulty cell go in without that cell; otherwise they stay out.
    pub takes_sound_cells: bool,
    /// How many people leave, as the user typed it where that is asked.
    #[serde(default)]
    #[ts(optional)]
    pub confirmed_leaving: Option<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportApplied {
    pub batch: String,
    pub added: u32,
    pub changed: u32,
    pub left: u32,
    pub departments: u32,
    pub version: u32,
}

/// An import that was made on this computer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportRecord {
    pub batch: String,
    pub file_name: String,
    /// Of the whole file, in hexadecimal digits.
    pub sha256: String,
    /// Milliseconds since 1970 by this computer's clock.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Name of the person.
    pub actor: String,
    pub added: u32,
    pub changed: u32,
    pub left: u32,
    pub departments: u32,
    #[serde(default)]
    pub is_undone: bool,
}

/// What taking an import back came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportUndone {
    pub changed: u32,
    /// Changes of people since, which stay as they made them: how many, and the first of them.
    pub kept_count: u32,
    pub kept: Vec<KeptChange>,
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct KeptChange {
    /// Name of whom or what it is about.
    pub name: String,
    /// The field's word; empty for the record as a whole.
    pub what: String,
    pub value: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ImportRef {
    pub import: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct BatchRef {
    pub batch: String,
}

/// `path` ends in `.xlsx`, `.csv` or, for OneRoster 1.2, `.zip`; `.1.1.zip` asks for OneRoster 1.1.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Export {
    pub path: String,
    #[serde(default)]
    pub query: ViewQuery,
    /// Headings and choices in `zh` or `en`.
    pub language: String,
    /// Absent = masked.
    #[ts(optional)]
    pub masking: Option<Masking>,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}

/// Whether document numbers and phones leave the program whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Masking {
    #[default]
    Masked,
    Full,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Exported {
    pub path: String,
    pub rows: u32,
}
