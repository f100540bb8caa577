//! A plan as a person looks at it: rows with their differences, problems with their places.

use super::arena::{Borrowed, GuardianRef, Item};
use super::mirror::Candidate;
use super::plan::{Action, Plan, PlannedRow, StoredProblem, Verdict};
use super::rows::columns_of;
use crate::read::ValueKind;
use crate::stage::{PathId, ProblemCode, Remedy, Severity, column_letters};
use mingce_model::{DepartmentId, Field, RecordId, Value};

/// One field's old and new value. A value that is added has `Null` before it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldDiff {
    pub what: DiffOf,
    pub old: Value,
    pub new: Value,
    /// The phone of a guardian who is added.
    pub phone: Option<String>,
    /// By which it can be taken out.
    pub item: u16,
    pub is_excluded: bool,
    /// Whether the row can go in without it.
    pub can_be_left_out: bool,
    /// Columns of the row's sheet from which it comes; none for what the file does not say.
    pub columns: Vec<u16>,
}

/// What a diff line is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DiffOf {
    Field(Field),
    /// Values are paths.
    Department,
    FurtherDepartment,
    /// Values are names; a guardian is only ever added.
    Guardian,
    /// A field of a guardian or of the tie to one.
    GuardianField(Field),
    /// A field that the organisation defined.
    Custom(RecordId),
    /// Values are names.
    Tags,
    /// A department that the member is head of; values are paths.
    Leads,
    /// One in which it is deputy.
    DeputyOf,
}

/// One row of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedRowView {
    /// By which the plan knows the row; the same as `row` where there is only one sheet.
    pub key: u32,
    pub sheet: String,
    /// As the spreadsheet numbers it.
    pub row: u32,
    pub verdict: Verdict,
    /// The name of whom it is about, as far as it is known.
    pub label: String,
    /// The member that is changed, or leaves.
    pub member: Option<RecordId>,
    /// Whom an unsure row could be about.
    pub candidates: Vec<Candidate>,
    /// Whether an unsure row could be about somebody new: not where it has a number that somebody has.
    pub can_be_new: bool,
    pub is_excluded: bool,
    /// Whether the row's sound cells can go in although others cannot.
    pub can_go_in_partly: bool,
    pub diffs: Vec<FieldDiff>,
}

/// One problem, in full.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProblemView<'p> {
    pub sheet: &'p str,
    /// The row's key in the plan.
    pub key: u32,
    /// As the spreadsheet numbers it.
    pub row: u32,
    /// `C`; empty when it is about the row.
    pub column: String,
    /// The column's place, from 0.
    pub place: Option<u16>,
    pub heading: &'p str,
    pub value_kind: ValueKind,
    pub code: ProblemCode,
    pub severity: Severity,
    pub remedy: Remedy,
    /// The row that this one disagrees with, and its sheet.
    pub other_row: Option<u32>,
    pub other_sheet: Option<&'p str>,
    /// Personal data: for the screen, never for a log.
    pub value: &'p str,
    /// What the user may agree to instead.
    pub proposal: Option<&'p str>,
}

impl Plan {
    pub(super) fn problem_view(&self, problem: &StoredProblem) -> ProblemView<'_> {
        let (sheet, row) = self.locate(problem.row);
        let other = problem.other_row.map(|key| self.locate(key));
        ProblemView {
            sheet: &sheet.name,
            key: problem.row,
            row,
            column: problem.column.map(column_letters).unwrap_or_default(),
            place: problem.column,
            heading: problem.column.and_then(|c| sheet.headings.get(usize::from(c))).map_or("", String::as_str),
            value_kind: problem.value_kind,
            code: problem.code,
            severity: problem.code.severity(),
            remedy: problem.code.remedy(),
            other_row: other.map(|(_, row)| row),
            other_sheet: other.map(|(sheet, _)| sheet.name.as_str()),
            value: self.arena.text(problem.value),
            proposal: problem.proposal.map(|span| self.arena.text(span)),
        }
    }

    pub(super) fn view(&self, row: &PlannedRow) -> PlannedRowView {
        let mut label = String::new();
        let mut diffs = Vec::new();
        let mapping = &self.locate(row.row).0.mapping;
        for (index, item) in (0_u16..).zip(self.items(row)) {
            let mut phone = None;
            let (columns, can_be_left_out) = (columns_of(&item, mapping), row.can_do_without(&item));
            let (what, old, new) = match item {
                Item::Label(text) => {
                    label = text.to_owned();
                    continue;
                }
                Item::Field { field, old, new } => {
                    if let (Field::MemberName, Borrowed::Text(name)) = (field, new) {
                        label = name.to_owned();
                    }
                    (DiffOf::Field(field), old.to_value(), new.to_value())
                }
                Item::Department { old, new } => {
                    let old = old.map_or(Value::Null, |id| Value::text(self.places.tree().path(DepartmentId(id))));
                    (DiffOf::Department, old, Value::text(self.path_to(PathId(new))))
                }
                Item::FurtherDepartment(path) => {
                    (DiffOf::FurtherDepartment, Value::Null, Value::text(self.path_to(PathId(path))))
                }
                Item::Guardian { guardian, .. } => {
                    let (name, number) = self.guardian(guardian);
                    phone = number.map(str::to_owned);
                    (DiffOf::Guardian, Value::Null, name.map_or(Value::Null, Value::text))
                }
                Item::GuardianField { field, old, new, .. } | Item::Guardianship { field, old, new, .. } => {
                    (DiffOf::GuardianField(field), old.to_value(), new.to_value())
                }
                Item::Custom { field, old, new, .. } => (DiffOf::Custom(field), old.to_value(), new.to_value()),
                Item::Tags { old, new } => (DiffOf::Tags, Value::text(old), Value::text(new)),
                Item::Leads { path, old, new, .. } => {
                    let path = Value::text(self.path_to(PathId(path)));
                    let what = DiffOf::of_leading(old, new);
                    if new == Borrowed::Null { (what, path, Value::Null) } else { (what, Value::Null, path) }
                }
            };
            let is_excluded = self.excluded_items.contains(&(row.row, index));
            diffs.push(FieldDiff { what, old, new, phone, item: index, is_excluded, can_be_left_out, columns });
        }
        // As the roster shows them: the member's own fields, then what it is linked to.
        diffs.sort_by_key(|diff| match diff.what {
            DiffOf::Field(field) => (0, Some(field)),
            DiffOf::Department => (0, Some(Field::MemberDepartment)),
            DiffOf::FurtherDepartment | DiffOf::Leads | DiffOf::DeputyOf => (1, None),
            DiffOf::Tags => (2, None),
            DiffOf::Custom(_) => (3, None),
            DiffOf::Guardian | DiffOf::GuardianField(_) => (4, None),
        });
        let verdict = row.verdict();
        let (sheet, number) = self.locate(row.row);
        PlannedRowView {
            key: row.row,
            sheet: sheet.name.clone(),
            // Whoever is missing stands in no row.
            row: if verdict == Verdict::Leave { 0 } else { number },
            verdict,
            label,
            member: if let Action::Change(id) | Action::Leave(id) = row.action { Some(id) } else { None },
            candidates: self.candidates.get(&row.row).cloned().unwrap_or_default(),
            can_be_new: verdict == Verdict::Unsure
                && self.problems_of(row.row).all(|problem| problem.code.leaves_room_for_another()),
            is_excluded: row.is_excluded,
            can_go_in_partly: verdict == Verdict::Problem && row.could_go_in(),
            diffs,
        }
    }

    /// Name and phone of a guardian who comes with the plan; one who is there already is called by nothing.
    fn guardian(&self, guardian: GuardianRef) -> (Option<&str>, Option<&str>) {
        let GuardianRef::New(index) = guardian else { return (None, None) };
        let Some(new) = self.guardians.get(index) else { return (None, None) };
        (Some(self.arena.text(new.name)), new.phone.map(|span| self.arena.text(span)))
    }
}
