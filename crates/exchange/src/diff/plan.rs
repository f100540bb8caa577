//! The result of a dry run: what an import would do, row by row, kept so small that a million rows fit.

use super::arena::{Arena, Borrowed, GuardianRef, Item, Items, Span};
use super::places::{Above, NewDepartment, Place};
use crate::read::ValueKind;
use crate::shape::Subject;
use crate::stage::{PathId, Paths, ProblemCode, Remedy, Severity, Skipped, column_letters};
use mingce_model::tree::{Tree, join_path};
use mingce_model::{DepartmentId, Field, RecordId, Value};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What becomes of a row. Every row has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Add,
    Change,
    Unchanged,
    /// Something is wrong with it: it does not go in, unless the user lets its sound cells in.
    Problem,
}

/// How many rows of each verdict there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    pub add: u32,
    pub change: u32,
    pub unchanged: u32,
    pub problem: u32,
}

/// What a row would do, whatever is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    Add,
    Change(RecordId),
    Unchanged,
    /// It is not known whom the row is about.
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct PlannedRow {
    pub row: u32,
    pub action: Action,
    pub worst: Option<Severity>,
    pub is_excluded: bool,
    pub span: Span,
}

impl PlannedRow {
    fn verdict(&self) -> Verdict {
        match (self.worst, self.action) {
            (Some(Severity::Cell | Severity::Row), _) | (_, Action::Nothing) => Verdict::Problem,
            (_, Action::Add) => Verdict::Add,
            (_, Action::Change(_)) => Verdict::Change,
            (_, Action::Unchanged) => Verdict::Unchanged,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredProblem {
    pub row: u32,
    pub column: Option<u16>,
    pub value_kind: ValueKind,
    pub code: ProblemCode,
    pub other_row: Option<u32>,
    pub value: Span,
    pub proposal: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct NewGuardian {
    pub name: Span,
    pub phone: Option<Span>,
}

/// One sheet of a plan: its rows are numbered from `base` on.
#[derive(Clone, Debug)]
pub(crate) struct PlannedSheet {
    pub base: u32,
    pub name: String,
    pub headings: Vec<String>,
    pub card_number_column: Option<u16>,
}

/// A dry run. Shows everything, changes nothing; [`super::edits`] turns it into edits.
pub struct Plan {
    pub(crate) subject: Subject,
    /// In the order of their rows; never empty.
    pub(crate) sheets: Vec<PlannedSheet>,
    pub(crate) rows: Vec<PlannedRow>,
    pub(crate) arena: Arena,
    pub(crate) problems: Vec<StoredProblem>,
    pub(crate) paths: Paths,
    pub(crate) places: HashMap<PathId, Place>,
    pub(crate) tree: Tree,
    pub(crate) departments: Vec<NewDepartment>,
    pub(crate) guardians: Vec<NewGuardian>,
    pub(crate) skipped: Skipped,
    pub(crate) card_number_digits: Option<u8>,
}

/// One field's old and new value. A value that is added has `Null` before it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldDiff {
    pub what: DiffOf,
    pub old: Value,
    pub new: Value,
}

/// What a diff line is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiffOf {
    Field(Field),
    /// Values are paths.
    Department,
    FurtherDepartment,
    /// Values are `name phone`; a guardian is only ever added.
    Guardian,
    /// A field of a guardian, or the relation to one.
    GuardianField(Field),
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
    /// The member that is changed.
    pub member: Option<RecordId>,
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
    pub fn subject(&self) -> Subject {
        self.subject
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *match row.verdict() {
                Verdict::Add => &mut counts.add,
                Verdict::Change => &mut counts.change,
                Verdict::Unchanged => &mut counts.unchanged,
                Verdict::Problem => &mut counts.problem,
            } += 1;
        }
        counts
    }

    /// Rows that were no data.
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// The length to which lost zeros would be filled up; set it in the mapping and plan again when the user agrees.
    pub fn offered_card_number_digits(&self) -> Option<u8> {
        self.card_number_digits
    }

    /// Paths of the departments that would be made, each below the ones before it.
    pub fn departments_to_create(&self) -> Vec<String> {
        let needed = self.departments.iter().enumerate().filter(|(_, department)| department.is_needed);
        needed.map(|(index, _)| self.new_path(index as u32)).collect()
    }

    /// How many rows there are, of one verdict or of all.
    pub fn len(&self, verdict: Option<Verdict>) -> usize {
        match verdict {
            None => self.rows.len(),
            Some(verdict) => self.rows.iter().filter(|row| row.verdict() == verdict).count(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A page of rows, of one verdict or of all, in the file's order.
    pub fn rows(&self, verdict: Option<Verdict>, offset: usize, limit: usize) -> Vec<PlannedRowView> {
        let wanted = |row: &&PlannedRow| verdict.is_none_or(|verdict| row.verdict() == verdict);
        self.rows.iter().filter(wanted).skip(offset).take(limit).map(|row| self.view(row)).collect()
    }

    /// The row with the key, if it is in the plan.
    pub fn find_row(&self, key: u32) -> Option<PlannedRowView> {
        self.index_of(key).map(|index| self.view(&self.rows[index]))
    }

    /// Takes a row out of the import, or back in. Answers whether there is such a row.
    pub fn exclude(&mut self, row: u32, exclusion: Exclusion) -> bool {
        let index = self.index_of(row);
        if let Some(index) = index {
            self.rows[index].is_excluded = exclusion == Exclusion::Excluded;
        }
        index.is_some()
    }

    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// A page of problems, in the file's order.
    pub fn problems(&self, offset: usize, limit: usize) -> impl Iterator<Item = ProblemView<'_>> {
        self.problems.iter().skip(offset).take(limit).map(|problem| self.problem_view(problem))
    }

    /// The problems of one row.
    pub fn problems_of(&self, row: u32) -> impl Iterator<Item = ProblemView<'_>> {
        let start = self.problems.partition_point(|problem| problem.row < row);
        self.problems[start..].iter().take_while(move |problem| problem.row == row).map(|it| self.problem_view(it))
    }

    /// The sheet that a row's key lies in, and the row's number there.
    pub(crate) fn locate(&self, key: u32) -> (&PlannedSheet, u32) {
        let index = self.sheets.partition_point(|sheet| sheet.base < key).saturating_sub(1);
        let sheet = &self.sheets[index];
        (sheet, key.saturating_sub(sheet.base))
    }

    fn problem_view(&self, problem: &StoredProblem) -> ProblemView<'_> {
        let (sheet, row) = self.locate(problem.row);
        let other = problem.other_row.map(|key| self.locate(key));
        ProblemView {
            sheet: &sheet.name,
            key: problem.row,
            row,
            column: problem.column.map(column_letters).unwrap_or_default(),
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

    pub(crate) fn index_of(&self, row: u32) -> Option<usize> {
        self.rows.binary_search_by_key(&row, |planned| planned.row).ok()
    }

    pub(crate) fn items(&self, row: &PlannedRow) -> Items<'_> {
        Items::new(self.arena.get(row.span))
    }

    fn view(&self, row: &PlannedRow) -> PlannedRowView {
        let mut label = String::new();
        let mut diffs = Vec::new();
        for item in self.items(row) {
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
                    let old = old.map_or(Value::Null, |id| Value::text(self.tree.path(DepartmentId(id))));
                    (DiffOf::Department, old, Value::text(self.paths.text(PathId(new))))
                }
                Item::FurtherDepartment(path) => {
                    (DiffOf::FurtherDepartment, Value::Null, Value::text(self.paths.text(PathId(path))))
                }
                Item::Guardian { guardian, .. } => (DiffOf::Guardian, Value::Null, self.guardian_text(guardian)),
                Item::GuardianField { field, old, new, .. } => {
                    (DiffOf::GuardianField(field), old.to_value(), new.to_value())
                }
                Item::Relation { old, new, .. } => {
                    (DiffOf::GuardianField(Field::GuardianshipRelation), old.to_value(), new.to_value())
                }
            };
            diffs.push(FieldDiff { what, old, new });
        }
        // As the roster shows them: the member's own fields, then what it is linked to.
        diffs.sort_by_key(|diff| match diff.what {
            DiffOf::Field(field) => (0, Some(field)),
            DiffOf::Department => (0, Some(Field::MemberDepartment)),
            DiffOf::FurtherDepartment => (1, None),
            DiffOf::Guardian | DiffOf::GuardianField(_) => (2, None),
        });
        let verdict = row.verdict();
        let (sheet, number) = self.locate(row.row);
        PlannedRowView {
            key: row.row,
            sheet: sheet.name.clone(),
            row: number,
            verdict,
            label,
            member: if let Action::Change(id) = row.action { Some(id) } else { None },
            is_excluded: row.is_excluded,
            can_go_in_partly: verdict == Verdict::Problem && row.goes_in(FaultyCells::LeaveCellOut),
            diffs,
        }
    }

    fn guardian_text(&self, guardian: GuardianRef) -> Value {
        match guardian {
            GuardianRef::Known(_) => Value::Null,
            GuardianRef::New(index) => {
                let new = &self.guardians[index as usize];
                let phone = new.phone.map(|span| self.arena.text(span)).unwrap_or_default();
                Value::text(format!("{} {phone}", self.arena.text(new.name)).trim_end())
            }
        }
    }

    fn new_path(&self, index: u32) -> String {
        let mut names = Vec::new();
        let mut at = Above::New(index);
        let mut top = String::new();
        while let Above::New(index) = at {
            let department = &self.departments[index as usize];
            names.push(department.name.as_str());
            at = department.above;
        }
        if let Above::Known(id) = at {
            top = self.tree.path(DepartmentId(id));
        }
        names.reverse();
        join_path(std::iter::once(top.as_str()).filter(|top| !top.is_empty()).chain(names))
    }
}

/// Whether a row takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    Excluded,
    Included,
}

/// What happens to rows of which some cells cannot go in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultyCells {
    /// The whole row stays out.
    LeaveRowOut,
    /// The rest of the row goes in; the faulty cells' fields stay as they are.
    LeaveCellOut,
}

impl PlannedRow {
    pub(crate) fn goes_in(&self, faulty: FaultyCells) -> bool {
        let is_sound_enough = match self.worst {
            None | Some(Severity::Caution) => true,
            Some(Severity::Cell) => faulty == FaultyCells::LeaveCellOut,
            Some(Severity::Row) => false,
        };
        !self.is_excluded && is_sound_enough && matches!(self.action, Action::Add | Action::Change(_))
    }
}
