//! One row against one member: what would change, field by field.

use super::arena::{Borrowed, Item, LeadBy};
use super::places::{Place, Places};
use super::roster::{KnownGuardian, KnownPlace};
use crate::shape::{Mapping, Target};
use crate::stage::{Leading, Paths, Problem, ProblemCode, StagedRow};
use mingce_model::check::{Problem as Rule, Warning, parse_date, resident_id_facts};
use mingce_model::mask::{mask, mask_phone};
use mingce_model::{Field, Record, Value};

/// What comparing needs beside the row.
pub(crate) struct Comparer<'m> {
    pub mapping: &'m Mapping,
}

impl<'m> Comparer<'m> {
    /// The items of a member who is on the roster; none when nothing changes. Problems with values that the member
    /// has already are taken out: importing an export must not complain about what it finds.
    pub(crate) fn against<'a>(
        &self,
        member: &'a Record,
        row: &'a StagedRow,
        problems: &mut Vec<Problem>,
        items: &mut Vec<Item<'a>>,
    ) {
        problems.retain(|problem| !self.is_known_already(member, problem, &row.values));
        for (field, value) in &row.values {
            let old = member.get(*field);
            if old != value {
                items.push(Item::Field { field: *field, old: old.into(), new: value.into() });
            }
        }
        let kind = Field::MemberDocumentKind;
        // The kind of a number that stays is for the administrator to say.
        let number = row.text(Field::MemberDocumentNumber);
        let is_new_number = number.is_some() && number != member.text(Field::MemberDocumentNumber);
        if let Some(guess) = row.document_kind_guess.filter(|guess| is_new_number && member.text(kind) != Some(guess)) {
            items.push(Item::Field { field: kind, old: member.get(kind).into(), new: Borrowed::Text(guess) });
        }
    }

    /// The items of a member who is added.
    pub(crate) fn added<'a>(&self, row: &'a StagedRow, problems: &mut Vec<Problem>, items: &mut Vec<Item<'a>>)
    where
        'm: 'a,
    {
        let mapping: &'m Mapping = self.mapping;
        let item = |field, new| Item::Field { field, old: Borrowed::Null, new };
        items.extend(row.values.iter().map(|(field, value)| item(*field, value.into())));
        let has_number = row.get(Field::MemberDocumentNumber).is_some();
        let unsaid = [
            (Field::MemberDocumentKind, row.document_kind_guess.filter(|_| has_number)),
            (Field::MemberIdentity, mapping.identity_of_added.as_deref()),
            (Field::MemberStatus, Some("active")),
        ];
        for (field, value) in unsaid {
            if let Some(value) = value.filter(|_| row.get(field).is_none()) {
                items.push(item(field, Borrowed::Text(value)));
            }
        }
        if row.get(Field::MemberName).is_none() {
            // Also where the name's cell has a problem of its own: without a name nobody can be added.
            let column = self.mapping.column_of(Target::Field(Field::MemberName));
            problems.push(row.problem(column, ProblemCode::Rule(Rule::RequiredMissing)));
        }
    }

    /// Rules between fields, on the member as it would be.
    pub(crate) fn check_together(
        &self,
        before: Option<&Record>,
        row: &StagedRow,
        items: &[Item<'_>],
        problems: &mut Vec<Problem>,
    ) {
        let touches = |fields: &[Field]| {
            items.iter().any(|item| matches!(item, Item::Field { field, .. } if fields.contains(field)))
        };
        let after = |wanted: Field| -> Option<&str> {
            for item in items {
                match item {
                    Item::Field { field, new: Borrowed::Text(text), .. } if *field == wanted => return Some(text),
                    Item::Field { field, .. } if *field == wanted => return None,
                    _ => {}
                }
            }
            before?.text(wanted)
        };
        let mut found = |field: Field, code: ProblemCode| {
            let column = self.mapping.column_of(Target::Field(field));
            let value = after(field).unwrap_or_default().to_owned();
            problems.push(Problem { value, ..row.problem(column, code) });
        };
        // Dates are stored as ISO 8601, which sorts as it counts.
        if touches(&[Field::MemberValidFrom, Field::MemberValidUntil])
            && let (Some(from), Some(until)) = (after(Field::MemberValidFrom), after(Field::MemberValidUntil))
            && until < from
        {
            found(Field::MemberValidUntil, ProblemCode::Rule(Rule::ValidityReversed));
        }
        let kind = Field::MemberDocumentKind;
        if !touches(&[Field::MemberSex, Field::MemberBirthDate, Field::MemberDocumentNumber, kind])
            || !matches!(after(kind), None | Some("resident_id" | "residence_permit"))
        {
            return;
        }
        let (sex, birth_date) = (after(Field::MemberSex), after(Field::MemberBirthDate));
        let number = after(Field::MemberDocumentNumber);
        let Some(number) = number.filter(|number| !agrees(number, sex, birth_date)) else { return };
        let Some(facts) = resident_id_facts(number) else { return };
        if sex.is_some_and(|sex| sex != facts.sex) {
            found(Field::MemberSex, ProblemCode::Caution(Warning::SexDiffersFromId));
        }
        if birth_date.and_then(parse_date).is_some_and(|date| date != facts.birth_date) {
            found(Field::MemberBirthDate, ProblemCode::Caution(Warning::BirthDateDiffersFromId));
        }
    }

    /// Takes out masked phones of guardians whose phones look just so: an export that left masked.
    pub(crate) fn forgive_masked_guardians(&self, guardians: &[KnownGuardian], problems: &mut Vec<Problem>) {
        let looks_so = |problem: &Problem| {
            guardians.iter().filter_map(|it| it.phone.as_deref()).any(|phone| mask_phone(phone) == problem.value.trim())
        };
        let is_guardians = |problem: &Problem| {
            let target = problem.column.and_then(|column| self.mapping.columns.get(usize::from(column)));
            matches!(target, Some(Target::GuardianPhone(_)))
        };
        problems.retain(|problem| {
            problem.code != ProblemCode::Rule(Rule::NumberMasked) || !is_guardians(problem) || !looks_so(problem)
        });
    }

    fn is_known_already(&self, member: &Record, problem: &Problem, values: &[(Field, Value)]) -> bool {
        let target = problem.column.and_then(|column| self.mapping.columns.get(usize::from(column)));
        let Some(Target::Field(field)) = target else { return false };
        let old = member.get(*field);
        // An export that left with its numbers masked says what is there.
        if problem.code == ProblemCode::Rule(Rule::NumberMasked) && !old.is_null() {
            return mask(*field, old) == problem.value.trim();
        }
        let staged = values.iter().find(|(other, _)| other == field).map(|(_, value)| value);
        !old.is_null() && (staged == Some(old) || problem.value.trim() == old.to_string())
    }
}

/// Whether a number of 18 characters plainly says the same: then its rules need not be asked again.
fn agrees(number: &str, sex: Option<&str>, birth_date: Option<&str>) -> bool {
    let number = number.as_bytes();
    if number.len() != 18 {
        return false;
    }
    let born = |date: &str| date.bytes().filter(|byte| *byte != b'-').eq(number[6..14].iter().copied());
    let is_male = number[16] % 2 == 1;
    sex.is_none_or(|sex| (sex == "male") == is_male) && birth_date.is_none_or(born)
}

/// Compares the departments. A department that cannot be told is a problem of its cell.
#[allow(clippy::too_many_arguments)]
pub(crate) fn compare_departments(
    before: Option<&Record>,
    affiliations: &[KnownPlace],
    row: &StagedRow,
    places: &mut Places,
    paths: &Paths,
    column: Option<usize>,
    problems: &mut Vec<Problem>,
    items: &mut Vec<Item<'_>>,
) {
    let current = before.and_then(|member| member.reference(Field::MemberDepartment));
    if let Some(path) = row.department {
        let place = places.find(path, paths);
        let is_there =
            current.is_some_and(|current| place == Place::Known(current) || places.is_at(current, path, paths));
        if !is_there {
            match place.problem() {
                Some(code) => problems.push(Problem { value: paths.text(path), ..row.problem(column, code) }),
                None if place != Place::Top => items.push(Item::Department { old: current, new: path.0 }),
                None => {}
            }
        }
    }
    for path in &row.further_departments {
        // Whoever leads it has a place there by that.
        if row.leading.iter().any(|(led, leading)| led == path && *leading != Leading::NotHead) {
            continue;
        }
        let place = places.find(*path, paths);
        let mut held = affiliations.iter().map(|it| it.department).chain(current);
        if place == Place::Top || held.any(|id| place == Place::Known(id) || places.is_at(id, *path, paths)) {
            continue;
        }
        match place.problem() {
            Some(code) => problems.push(Problem { value: paths.text(*path), ..row.problem(column, code) }),
            None => items.push(Item::FurtherDepartment(path.0)),
        }
    }
}

/// Takes the member out of departments: from the main one to that above it, from a further one altogether. What names a
/// department in which it is not, or which is not there, changes nothing.
pub(crate) fn compare_leaves<'a>(
    before: Option<&Record>,
    affiliations: &'a [KnownPlace],
    row: &StagedRow,
    places: &mut Places,
    paths: &Paths,
    items: &mut Vec<Item<'a>>,
) {
    let current = before.and_then(|member| member.reference(Field::MemberDepartment));
    let mut is_moved = items.iter().any(|item| matches!(item, Item::Department { .. }));
    for (path, above) in &row.leaves {
        let place = places.find(*path, paths);
        let mut is_here = |id| place == Place::Known(id) || places.is_at(id, *path, paths);
        let is_main = current.is_some_and(&mut is_here);
        let held: Vec<&KnownPlace> = affiliations.iter().filter(|held| is_here(held.department)).collect();
        if is_main
            && !is_moved
            && let Some(above) = above
            && matches!(places.find(*above, paths), Place::Known(_))
        {
            items.push(Item::Department { old: current, new: above.0 });
            is_moved = true;
        }
        // A place with a title of its own says more than an enrolment.
        for held in held.into_iter().filter(|held| !held.says_more) {
            let by = LeadBy::Removing { place: held.affiliation, department: held.department };
            // Two paths may lead to one department.
            if items.iter().any(|item| matches!(item, Item::Leads { by: other, .. } if *other == by)) {
                continue;
            }
            let old = held.role.as_deref().into();
            items.push(Item::Leads { path: path.0, old, new: Borrowed::Null, by });
        }
    }
}
