//! Turns rows of cells into rows of typed values, each checked by the model's rules. Knows the mapping, not the roster.
//! What cannot be read becomes a problem at its cell; nothing is repaired in silence.

mod extras;
mod paths;
mod phones;
mod problem;
mod seen;
mod skip;
mod spoiled;
mod value;

pub(crate) use extras::list_of;
pub use extras::{Leading, StagedValue};
pub(crate) use paths::key_of;
pub(crate) use paths::shows_several;
pub use paths::{PathId, Paths};
pub(crate) use phones::noted;
use phones::{OwnedPhone, SeveralPhones};
pub use problem::{Problem, ProblemCode, Remedy, Severity, column_letters};
pub use skip::Skipped;
pub(crate) use spoiled::{ZeroWatch, ZerosLost};

use crate::read::{Cell, ValueKind};
use crate::shape::{Mapping, Shape, Target, headings};
use jiff::civil::Date;
use mingce_model::check::{self, document_kind_guess};
use mingce_model::custom::{CustomField, yes_or_no};
use mingce_model::{Field, Form, RecordId, Value};
use paths::Dress;
use seen::Seen;
use value::{Staged, stage_cell};

/// One guardian that a row names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StagedGuardian {
    pub name: Option<String>,
    pub phone: Option<String>,
    /// The phone as an export shows it that left with its numbers masked: only for knowing the guardian again.
    pub masked_phone: Option<String>,
    /// A word of `GuardianshipRelation`.
    pub relation: Option<&'static str>,
    /// Whether the guardian may confirm for the member, where the row says it.
    pub may_confirm: Option<bool>,
    /// The name is not from the file.
    pub is_named_after_member: bool,
    /// Which of the guardians with columns of their own it is, or in whose cell it stands; from 0.
    pub slot: u8,
}

/// One row, read and checked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StagedRow {
    /// As the spreadsheet numbers it, counted on from sheet to sheet.
    pub row: u32,
    /// From an export of ours.
    pub record_id: Option<RecordId>,
    /// Values that the row has, without the department. What is not here stays as it is.
    pub values: Vec<(Field, Value)>,
    /// What the document number looks like, where the row does not say it.
    pub document_kind_guess: Option<&'static str>,
    pub department: Option<PathId>,
    /// Those of somebody who is in none, the main one first.
    pub departments_if_none: Vec<PathId>,
    /// Those that the member is in no longer, each with the one above it.
    pub leaves: Vec<(PathId, Option<PathId>)>,
    /// Departments beside the main one.
    pub further_departments: Vec<PathId>,
    pub guardians: Vec<StagedGuardian>,
    /// What the row has in fields that the organisation defined.
    pub custom: Vec<StagedValue>,
    /// The column of the tags, and the names in it.
    pub tags: Option<(u16, Vec<String>)>,
    /// Departments with what the member is, or is not, in them.
    pub leading: Vec<(PathId, Leading)>,
    /// Numbers beside the one that a phone's field can hold.
    pub other_phones: Vec<String>,
    pub problems: Vec<Problem>,
    /// The kinds of the row's cells, by column.
    pub kinds: Vec<ValueKind>,
}

impl StagedRow {
    /// A problem that is found only once the row's cells are looked at together, or beside the roster.
    pub(crate) fn problem(&self, column: Option<usize>, code: ProblemCode) -> Problem {
        Problem {
            row: self.row,
            column: column.map(|column| column as u16),
            value_kind: column.and_then(|column| self.kinds.get(column)).copied().unwrap_or(ValueKind::Empty),
            code,
            other_row: None,
            value: String::new(),
            proposal: None,
        }
    }

    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.iter().find(|(other, _)| *other == field).map(|(_, value)| value)
    }
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field)?.as_text()
    }
}

/// Reads the rows of one sheet after another, in their order.
pub struct Stager<'m> {
    mapping: &'m Mapping,
    /// Fields that the organisation defined.
    fields: &'m [CustomField],
    today: Date,
    /// What is added to the sheet's row numbers, so that no two sheets have a row of the same number.
    base: u32,
    header_row: u32,
    /// The department that the sheet's own name stands for, from the top.
    sheet_department: Vec<String>,
    headings: Vec<String>,
    paths: Paths,
    skipped: Skipped,
    last_row: u32,
    departments: DepartmentColumns,
    /// The column that says who may not sign in, with a number or a yes: 禁用.
    disabled: Option<usize>,
    /// What cells of columns with few different ones came to, by column.
    seen: Vec<Seen>,
}

impl<'m> Stager<'m> {
    pub fn new(shape: &Shape, mapping: &'m Mapping, today: Date) -> Self {
        Self {
            mapping,
            fields: &[],
            today,
            base: 0,
            header_row: shape.header_row,
            sheet_department: Vec::new(),
            headings: shape.columns.iter().map(|column| column.heading.clone()).collect(),
            paths: Paths::default(),
            skipped: Skipped::default(),
            last_row: shape.header_row,
            departments: DepartmentColumns::of(mapping, shape),
            disabled: disabled_column(mapping, shape),
            seen: vec![Seen::default(); mapping.columns.len()],
        }
    }

    /// With fields that the organisation defined.
    pub fn knowing(self, fields: &'m [CustomField]) -> Self {
        Self { fields, ..self }
    }

    /// Going on with paths that are known from staging before.
    pub(crate) fn going_on_with(self, paths: Paths) -> Self {
        Self { paths, ..self }
    }

    /// Rows that were no data since this was asked last.
    pub(crate) fn take_skipped(&mut self) -> Skipped {
        std::mem::take(&mut self.skipped)
    }

    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Goes on to another sheet, whose rows are numbered from `base` on; its name, where it stands for a department,
    /// becomes the last step of every row's path.
    pub fn begin_sheet(&mut self, base: u32, shape: &Shape, mapping: &'m Mapping, department: Option<&str>) {
        self.base = base;
        self.mapping = mapping;
        self.header_row = shape.header_row;
        self.last_row = shape.header_row;
        self.headings = shape.columns.iter().map(|column| column.heading.clone()).collect();
        self.departments = DepartmentColumns::of(mapping, shape);
        self.disabled = disabled_column(mapping, shape);
        self.seen = vec![Seen::default(); mapping.columns.len()];
        self.sheet_department = department.map(paths::names_of_sheet).unwrap_or_default();
    }

    /// Whether rows may be data from this one on: whatever stands above the headings is not.
    pub(crate) fn is_below_headings(&self, row: u32) -> bool {
        row > self.header_row
    }

    /// Stages one row; `None` for rows that are no data: those above the headings, totals, notes, repeated headings.
    pub fn stage(&mut self, row: u32, cells: &[Cell<'_>]) -> Option<StagedRow> {
        if !self.is_below_headings(row) {
            return None;
        }
        self.skipped.blank += row.saturating_sub(self.last_row + 1);
        self.last_row = row;
        self.stage_again(row, cells)
    }

    /// Stages one row by itself, whatever stands around it; counts it when it is no data.
    pub(crate) fn stage_again(&mut self, row: u32, cells: &[Cell<'_>]) -> Option<StagedRow> {
        if self.skipped.is_no_data(cells, self.mapping, &self.headings) {
            return None;
        }
        let row = self.base.saturating_add(row);
        let mut staged = StagedRow { row, kinds: cells.iter().map(Cell::kind).collect(), ..StagedRow::default() };
        let document_kind = self.document_kind(cells, &mut staged);
        for (column, (target, cell)) in self.mapping.columns.iter().zip(cells).enumerate() {
            let at = At { row, column: column as u16, cell };
            match *target {
                Target::Ignore | Target::Field(Field::MemberDocumentKind) => {}
                Target::Field(field) => match self.stage_field(column, field, cell, document_kind) {
                    Staged::Nothing => {}
                    Staged::Bad(code) if field == Field::MemberPhone => {
                        if let Some(found) = self.several_phones(field, &at, code, &mut staged) {
                            staged.values.push((field, Value::text(found.first.number)));
                            keep_phones(&at, found.others, &mut staged);
                        }
                    }
                    Staged::Bad(code) => staged.problems.push(at.problem(code)),
                    Staged::Value(value, caution) => {
                        staged.problems.extend(caution.map(|code| at.problem(code)));
                        staged.values.push((field, value));
                    }
                },
                Target::RecordId if !cell.is_blank() => match cell.text().trim().parse() {
                    Ok(id) => staged.record_id = Some(id),
                    Err(_) => staged.problems.push(at.problem(ProblemCode::RecordIdMalformed)),
                },
                Target::GuardianName(slot) => self.guardian(&at, slot, Field::GuardianName, &mut staged),
                Target::GuardianPhone(slot) => self.guardian(&at, slot, Field::GuardianPhone, &mut staged),
                Target::GuardianRelation(slot) => self.guardian(&at, slot, Field::GuardianshipRelation, &mut staged),
                Target::GuardianMayConfirm(slot) => {
                    self.guardian(&at, slot, Field::GuardianshipMayConfirm, &mut staged);
                }
                Target::Custom(field) => self.custom_value(&at, field, &mut staged),
                Target::Tags => self.tags(&at, &mut staged),
                _ => {}
            }
        }
        self.departments(cells, &mut staged);
        self.further_departments(cells, &mut staged);
        self.departments_if_none(cells, &mut staged);
        self.leaves(cells, &mut staged);
        if !self.sheet_department.is_empty() {
            staged.department = Some(self.paths.below(staged.department, &self.sheet_department));
        }
        if self.departments.tells_leaders() {
            self.leading(cells, &mut staged);
        }
        self.finish_guardians(&mut staged);
        staged.values.sort_by_key(|(field, _)| *field);
        Some(staged)
    }

    /// Reads several phone numbers, or one with whose it is; what is no such thing is a problem of its cell.
    fn several_phones(
        &self,
        field: Field,
        at: &At<'_, '_>,
        code: ProblemCode,
        staged: &mut StagedRow,
    ) -> Option<SeveralPhones> {
        // A single number that is a parent's is not the member's own.
        let is_own = |found: &SeveralPhones| {
            field == Field::GuardianPhone || !found.others.is_empty() || found.first.relation.is_none()
        };
        let found = phones::parted(&at.cell.text(), self.today).filter(is_own);
        if found.is_none() {
            staged.problems.push(at.problem(code));
        }
        found
    }

    /// Gives a guardian the first of several numbers, and makes a guardian of every other that says whose it is.
    fn guardian_phones(&self, at: &At<'_, '_>, slot: usize, found: SeveralPhones, staged: &mut StagedRow) {
        let guardian = &mut staged.guardians[slot];
        guardian.phone = Some(found.first.number);
        guardian.relation = guardian.relation.or(found.first.relation);
        let is_another = |phone: &OwnedPhone| phone.is_mobile && phone.relation.is_some();
        let (further, others): (Vec<OwnedPhone>, Vec<OwnedPhone>) = found.others.into_iter().partition(is_another);
        // Behind those that have columns of their own.
        let slots = self.mapping.guardian_slots();
        if !further.is_empty() && staged.guardians.len() < slots {
            staged.guardians.resize(slots, StagedGuardian::default());
        }
        staged.guardians.extend(further.into_iter().map(|phone| StagedGuardian {
            phone: Some(phone.number),
            relation: phone.relation,
            slot: slot as u8,
            ..StagedGuardian::default()
        }));
        keep_phones(at, others, staged);
    }

    /// Stages a cell of the member's own. Dates, years and choices repeat from row to row; they are read once.
    fn stage_field(&mut self, column: usize, field: Field, cell: &Cell<'_>, document_kind: Option<&str>) -> Staged {
        if self.disabled == Some(column)
            && let Some(word) = yes_or_no(cell.text().trim())
        {
            // Whoever may sign in there may have any other status here.
            return if word == "yes" { Staged::Value(Value::text("suspended"), None) } else { Staged::Nothing };
        }
        if !matches!(field.form(), Form::Date | Form::Year | Form::Choice(_) | Form::Choices(_)) {
            return stage_cell(field, cell, self.today, document_kind, self.mapping.card_number_digits);
        }
        let today = self.today;
        self.seen[column].find_or_stage(cell, || stage_cell(field, cell, today, None, None))
    }

    /// What is left to say after the last row.
    pub fn finish(self) -> StageEnd {
        StageEnd { paths: self.paths, skipped: self.skipped }
    }

    /// Reads the kind of document before its number; guesses it where the row does not say it.
    fn document_kind(&mut self, cells: &[Cell<'_>], staged: &mut StagedRow) -> Option<&'static str> {
        let mapping = self.mapping;
        let cell_of = |target| mapping.column_of(Target::Field(target)).and_then(|c| Some((c, cells.get(c)?)));
        if let Some((column, cell)) = cell_of(Field::MemberDocumentKind) {
            let field = Field::MemberDocumentKind;
            match self.stage_field(column, field, cell, None) {
                Staged::Nothing => {}
                Staged::Bad(code) => {
                    let at = At { row: staged.row, column: column as u16, cell };
                    staged.problems.push(at.problem(code));
                }
                Staged::Value(value, _) => {
                    let kind = value.as_text().and_then(|kind| word_of(field, kind));
                    staged.values.push((field, value));
                    return kind;
                }
            }
        }
        let (_, cell) = cell_of(Field::MemberDocumentNumber)?;
        staged.document_kind_guess = document_kind_guess(&cell.text());
        staged.document_kind_guess
    }

    fn guardian(&self, at: &At<'_, '_>, slot: u8, field: Field, staged: &mut StagedRow) {
        let slot = usize::from(slot);
        if at.cell.is_blank() {
            return;
        }
        if staged.guardians.len() <= slot {
            staged.guardians.resize(slot + 1, StagedGuardian::default());
        }
        staged.guardians[slot].slot = slot as u8;
        if field == Field::GuardianshipRelation {
            // The list of relations ends with `other`, so every other word is one.
            staged.guardians[slot].relation = Some(check::parse_choice(field, &at.cell.text()).unwrap_or("other"));
            return;
        }
        if field == Field::GuardianshipMayConfirm {
            match yes_or_no(at.cell.text().trim()) {
                Some(word) => staged.guardians[slot].may_confirm = Some(word == "yes"),
                None => staged.problems.push(at.problem(ProblemCode::Rule(check::Problem::ChoiceUnknown))),
            }
            return;
        }
        match stage_cell(field, at.cell, self.today, None, None) {
            Staged::Nothing => {}
            Staged::Bad(code) => {
                if code == ProblemCode::Rule(check::Problem::NumberMasked) {
                    staged.guardians[slot].masked_phone = Some(at.cell.text().trim().to_owned());
                }
                if field != Field::GuardianPhone {
                    staged.problems.push(at.problem(code));
                } else if let Some(found) = self.several_phones(field, at, code, staged) {
                    self.guardian_phones(at, slot, found, staged);
                }
            }
            Staged::Value(value, caution) => {
                staged.problems.extend(caution.map(|code| at.problem(code)));
                let text = value.as_text().map(str::to_owned);
                let guardian = &mut staged.guardians[slot];
                *(if field == Field::GuardianName { &mut guardian.name } else { &mut guardian.phone }) = text;
            }
        }
    }

    /// Drops empty guardians, adds the relations that headings state, names those of whom only a phone is known.
    fn finish_guardians(&self, staged: &mut StagedRow) {
        let slots = self.mapping.guardian_slots().min(staged.guardians.len());
        if staged.guardians.len() > slots {
            // Whom one cell names beside another guardian, a column may name too.
            let further = staged.guardians.split_off(slots);
            let is_new = |it: &StagedGuardian| staged.guardians.iter().all(|other| other.phone != it.phone);
            let further: Vec<StagedGuardian> = further.into_iter().filter(is_new).collect();
            staged.guardians.extend(further);
        }
        let member = staged.text(Field::MemberName).map(str::to_owned);
        let mut nameless = false;
        for (slot, guardian) in staged.guardians.iter_mut().enumerate() {
            if guardian.name.is_none() && guardian.phone.is_none() {
                continue;
            }
            let stated = self.mapping.guardian_relations.get(slot).and_then(Option::as_deref);
            let stated = stated.and_then(|word| check::parse_choice(Field::GuardianshipRelation, word));
            guardian.relation = guardian.relation.or(stated);
            if guardian.name.is_none() {
                guardian.name = match (self.mapping.unnamed_guardian, &member) {
                    (crate::shape::UnnamedGuardian::NameAfterMember, Some(member)) => {
                        Some(name_after(member, guardian.relation))
                    }
                    _ => None,
                };
                guardian.is_named_after_member = guardian.name.is_some();
                nameless |= guardian.name.is_none();
            }
        }
        staged.guardians.retain(|guardian| guardian.name.is_some());
        if nameless {
            staged.problems.push(staged.problem(None, ProblemCode::GuardianWithoutName));
        }
    }

    fn departments(&mut self, cells: &[Cell<'_>], staged: &mut StagedRow) {
        let mapping = self.mapping;
        if let Some((column, dress)) = self.departments.path {
            let Some(cell) = cells.get(column).filter(|cell| !cell.is_blank()) else { return };
            let at = At { row: staged.row, column: column as u16, cell };
            let text = cell.text();
            let separator = mapping.department_separator;
            let mut put = |one: &str| match self.paths.read(&dress.on(one), separator) {
                Ok(None) => {}
                Ok(path) if staged.department.is_none() => staged.department = path,
                Ok(Some(path)) => {
                    if staged.department != Some(path) && !staged.further_departments.contains(&path) {
                        staged.further_departments.push(path);
                    }
                }
                Err(code) => staged.problems.push(at.problem(code)),
            };
            if mapping.has_department_lists {
                paths::parted(&text, separator).for_each(put);
            } else {
                put(&text);
            }
            return;
        }
        let mut names = String::new();
        let mut first = None;
        for (column, dress) in &self.departments.parts {
            let Some(cell) = cells.get(*column).filter(|cell| !cell.is_blank()) else { continue };
            first = first.or(Some((*column, cell)));
            names.push_str(&dress.on(&cell.text()));
            names.push('/');
        }
        let Some((column, cell)) = first else { return };
        match self.paths.read(&names, '/') {
            Ok(path) => staged.department = path,
            Err(code) => staged.problems.push(At { row: staged.row, column: column as u16, cell }.problem(code)),
        }
    }
}

fn disabled_column(mapping: &Mapping, shape: &Shape) -> Option<usize> {
    let column = mapping.column_of(Target::Field(Field::MemberStatus))?;
    (headings::normalised(&shape.columns.get(column)?.heading) == "禁用").then_some(column)
}

/// The field's own word that is spelt so.
fn word_of(field: Field, spelt: &str) -> Option<&'static str> {
    let Form::Choice(words) = field.form() else { return None };
    words.iter().copied().find(|word| *word == spelt)
}

/// The columns that name the department, with what their headings say of bare numbers.
struct DepartmentColumns {
    path: Option<(usize, Dress)>,
    parts: Vec<(usize, Dress)>,
    further: Option<usize>,
    if_none: Option<usize>,
    leaves: Option<usize>,
    is_leader: Option<usize>,
    leads: Option<usize>,
    deputy_of: Option<usize>,
}

impl DepartmentColumns {
    fn of(mapping: &Mapping, shape: &Shape) -> Self {
        let found = |target: Target| {
            let column = mapping.column_of(target)?;
            let heading = shape.columns.get(column).map_or("", |column| column.heading.as_str());
            Some((column, Dress::of(heading)))
        };
        let parts = (0..crate::shape::DEPARTMENT_PARTS).map_while(|part| found(Target::DepartmentPart(part)));
        Self {
            path: found(Target::DepartmentPath),
            parts: parts.collect(),
            further: mapping.column_of(Target::FurtherDepartments),
            if_none: mapping.column_of(Target::DepartmentIfNone),
            leaves: mapping.column_of(Target::LeavesDepartments),
            is_leader: mapping.column_of(Target::IsLeader),
            leads: mapping.column_of(Target::Leads),
            deputy_of: mapping.column_of(Target::DeputyOf),
        }
    }

    fn tells_leaders(&self) -> bool {
        self.is_leader.is_some() || self.leads.is_some() || self.deputy_of.is_some()
    }
}

/// What the whole sheet showed.
pub struct StageEnd {
    pub paths: Paths,
    pub skipped: Skipped,
}

/// Keeps the numbers that the field has no room for, for the note.
fn keep_phones(at: &At<'_, '_>, others: Vec<OwnedPhone>, staged: &mut StagedRow) {
    if !others.is_empty() {
        staged.problems.push(at.problem(ProblemCode::SeveralPhones));
        staged.other_phones.extend(others.into_iter().map(|phone| phone.number));
    }
}

/// As parents name themselves in class groups.
fn name_after(member: &str, relation: Option<&str>) -> String {
    let suffix = match relation {
        Some("father") => "爸爸",
        Some("mother") => "妈妈",
        _ => "家长",
    };
    // The rule for names allows fifty characters.
    let kept: String = member.chars().take(50 - suffix.chars().count()).collect();
    format!("{kept}{suffix}")
}

/// A cell with its place.
struct At<'a, 'c> {
    row: u32,
    column: u16,
    cell: &'a Cell<'c>,
}

impl At<'_, '_> {
    fn problem(&self, code: ProblemCode) -> Problem {
        Problem {
            row: self.row,
            column: Some(self.column),
            value_kind: self.cell.kind(),
            code,
            other_row: None,
            value: self.cell.text().into_owned(),
            proposal: None,
        }
    }
}

#[cfg(test)]
mod tests;
