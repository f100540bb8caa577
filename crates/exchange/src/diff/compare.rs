//! One row against one member: what would change, field by field.

use super::arena::Item;
use super::places::{Place, Places};
use crate::shape::{Mapping, Target};
use crate::stage::{Paths, Problem, ProblemCode, StagedRow};
use mingce_model::check::{Problem as Rule, Warning, parse_date, resident_id_facts};
use mingce_model::{Field, Kind, Record, RecordId, Value};

/// What comparing needs beside the row.
pub(crate) struct Comparer<'m> {
    pub mapping: &'m Mapping,
}

impl Comparer<'_> {
    /// The items of a member who is on the roster; none when nothing changes. Problems with values that the member
    /// has already are taken out of the row: importing an export must not complain about what it finds.
    pub(crate) fn against(&self, member: &Record, row: &mut StagedRow, items: &mut Vec<Item>) {
        row.problems.retain(|problem| !self.is_known_already(member, problem, &row.values));
        for (field, value) in &row.values {
            let old = member.get(*field);
            if old != value {
                items.push(Item::Field { field: *field, old: old.clone(), new: value.clone() });
            }
        }
        let kind = Field::MemberDocumentKind;
        // The kind of a number that stays is for the administrator to say.
        let number = row.text(Field::MemberDocumentNumber);
        let is_new_number = number.is_some() && number != member.text(Field::MemberDocumentNumber);
        if let Some(guess) = row.document_kind_guess.filter(|guess| is_new_number && member.text(kind) != Some(guess)) {
            items.push(Item::Field { field: kind, old: member.get(kind).clone(), new: Value::from(guess) });
        }
    }

    /// The items of a member who is added.
    pub(crate) fn added(&self, row: &mut StagedRow, items: &mut Vec<Item>) {
        let mut values = row.values.clone();
        let mut or_else = |field: Field, value: Option<&str>| {
            if let Some(value) = value.filter(|_| !values.iter().any(|(other, _)| *other == field)) {
                values.push((field, Value::from(value)));
            }
        };
        if row.text(Field::MemberDocumentNumber).is_some() {
            or_else(Field::MemberDocumentKind, row.document_kind_guess);
        }
        or_else(Field::MemberIdentity, self.mapping.identity_of_added.as_deref());
        or_else(Field::MemberStatus, Some("active"));
        values.sort_by_key(|(field, _)| *field);
        items.extend(values.into_iter().map(|(field, new)| Item::Field { field, old: Value::Null, new }));
        if row.get(Field::MemberName).is_none() {
            // Also where the name's cell has a problem of its own: without a name nobody can be added.
            let column = self.mapping.column_of(Target::Field(Field::MemberName));
            row.problems.push(row.problem(column, ProblemCode::Rule(Rule::RequiredMissing)));
        }
    }

    /// Rules between fields, on the member as it would be.
    pub(crate) fn check_together(&self, before: Option<&Record>, row: &mut StagedRow, items: &[Item]) {
        let mut after =
            before.cloned().unwrap_or_else(|| Record::empty(Kind::Member, RecordId::from_parts(0, [0; 10])));
        let mut touches = false;
        for item in items {
            if let Item::Field { field, new, .. } = item {
                touches |= matches!(
                    field,
                    Field::MemberSex
                        | Field::MemberBirthDate
                        | Field::MemberDocumentNumber
                        | Field::MemberDocumentKind
                        | Field::MemberValidFrom
                        | Field::MemberValidUntil
                );
                after.set(*field, new.clone());
            }
        }
        if !touches {
            return;
        }
        let found = |field: Field, code: ProblemCode, row: &StagedRow| Problem {
            value: after.get(field).to_string(),
            ..row.problem(self.mapping.column_of(Target::Field(field)), code)
        };
        let date = |field: Field| after.text(field).and_then(parse_date);
        if let (Some(from), Some(until)) = (date(Field::MemberValidFrom), date(Field::MemberValidUntil))
            && until < from
        {
            let code = ProblemCode::Rule(Rule::ValidityReversed);
            row.problems.push(found(Field::MemberValidUntil, code, row));
        }
        let is_resident =
            matches!(after.text(Field::MemberDocumentKind), None | Some("resident_id" | "residence_permit"));
        let number = after.text(Field::MemberDocumentNumber).filter(|_| is_resident);
        let Some(facts) = number.and_then(resident_id_facts) else { return };
        if after.text(Field::MemberSex).is_some_and(|sex| sex != facts.sex) {
            let code = ProblemCode::Caution(Warning::SexDiffersFromId);
            row.problems.push(found(Field::MemberSex, code, row));
        }
        if date(Field::MemberBirthDate).is_some_and(|date| date != facts.birth_date) {
            let code = ProblemCode::Caution(Warning::BirthDateDiffersFromId);
            row.problems.push(found(Field::MemberBirthDate, code, row));
        }
    }

    fn is_known_already(&self, member: &Record, problem: &Problem, values: &[(Field, Value)]) -> bool {
        let target = problem.column.and_then(|column| self.mapping.columns.get(usize::from(column)));
        let Some(Target::Field(field)) = target else { return false };
        let old = member.get(*field);
        let staged = values.iter().find(|(other, _)| other == field).map(|(_, value)| value);
        !old.is_null() && (staged == Some(old) || problem.value.trim() == old.to_string())
    }
}

/// Compares the departments. A department that cannot be told is a problem of its cell.
pub(crate) fn compare_departments(
    before: Option<&Record>,
    affiliations: &[RecordId],
    row: &mut StagedRow,
    places: &mut Places,
    paths: &Paths,
    column: Option<usize>,
    items: &mut Vec<Item>,
) {
    let current = before.and_then(|member| member.reference(Field::MemberDepartment));
    if let Some(path) = row.department {
        let place = places.find(path, paths);
        let is_there =
            current.is_some_and(|current| place == Place::Known(current) || places.is_at(current, path, paths));
        if !is_there {
            match place.problem() {
                Some(code) => row.problems.push(Problem { value: paths.text(path), ..row.problem(column, code) }),
                None if place != Place::Top => items.push(Item::Department { old: current, new: path.0 }),
                None => {}
            }
        }
    }
    for path in row.further_departments.clone() {
        let place = places.find(path, paths);
        let is_there = match place {
            Place::Known(id) => affiliations.contains(&id) || current == Some(id),
            Place::New(_) => false,
            Place::Top | Place::Unclear => true,
        };
        if !is_there {
            items.push(Item::FurtherDepartment(path.0));
        }
    }
}
