//! What belongs to a member beside its own fields, against what it has: custom values, tags, departments that it leads.

use super::arena::{Borrowed, Item, LeadBy};
use super::places::{Place, Places};
use super::roster::{KnownExtras, KnownPlace};
use super::tags::PlannedTags;
use crate::stage::{Leading, Paths, Problem, ProblemCode, StagedRow};
use mingce_model::check;
use mingce_model::custom::{CustomField, tags_text};
use mingce_model::mask::CUSTOM_MASK;
use mingce_model::{Field, Record, RecordId, Value};

/// A custom field in a sheet's columns.
#[derive(Clone, Copy)]
pub(crate) struct CustomColumn<'m> {
    pub column: u16,
    pub field: &'m CustomField,
}

fn value_of(known: &KnownExtras, field: RecordId) -> Option<&Value> {
    known.values.iter().find(|(id, _)| *id == field).map(|(_, value)| value)
}

/// The custom values that change. Problems with what the member has already are taken out.
pub(crate) fn compare_values<'a>(
    row: &'a StagedRow,
    known: &'a KnownExtras,
    columns: &[CustomColumn<'_>],
    problems: &mut Vec<Problem>,
    items: &mut Vec<Item<'a>>,
) {
    for CustomColumn { column, field } in columns {
        let old = value_of(known, field.id);
        let present = old.filter(|value| !value.is_null());
        let is_of_cell = |problem: &Problem| problem.column == Some(*column);
        if let Some(present) = present {
            let is_the_same = |problem: &Problem| {
                let shown = problem.value.trim();
                let is_masked = problem.code == ProblemCode::Rule(check::Problem::NumberMasked);
                if is_masked { shown == CUSTOM_MASK } else { shown == present.to_string().trim() }
            };
            problems.retain(|problem| !is_of_cell(problem) || !is_the_same(problem));
        }
        match row.custom.iter().find(|staged| staged.field == field.id) {
            Some(staged) if old != Some(&staged.value) => items.push(Item::Custom {
                field: field.id,
                is_there: old.is_some(),
                old: old.map_or(Borrowed::Null, Borrowed::from),
                new: (&staged.value).into(),
            }),
            Some(_) => {}
            None if field.is_required && present.is_none() && !problems.iter().any(is_of_cell) => {
                problems.push(row.problem(Some(usize::from(*column)), ProblemCode::CustomValueMissing));
            }
            None => {}
        }
    }
}

/// The tags as they are and as the row has them, where those differ.
pub(crate) fn compare_tags(
    row: &StagedRow,
    known: &KnownExtras,
    tags: &mut PlannedTags,
    problems: &mut Vec<Problem>,
) -> Option<(String, String)> {
    let (column, names) = row.tags.as_ref()?;
    let mut wanted: Vec<u32> = Vec::new();
    for name in names {
        match tags.of_name(name) {
            Some(tag) if wanted.contains(&tag) => {}
            Some(tag) => wanted.push(tag),
            None => {
                let problem = row.problem(Some(usize::from(*column)), ProblemCode::TooManyTags);
                problems.push(Problem { value: name.clone(), ..problem });
                return None;
            }
        }
    }
    wanted.sort_unstable();
    let all: Vec<u32> = known.tags.iter().filter_map(|id| tags.of_id(*id)).collect();
    // Two tags of one name, made on two desktops, are one to a file, and stay as they are.
    let mut named: Vec<u32> = all.iter().map(|number| tags.first_of_name(*number)).collect();
    named.sort_unstable();
    named.dedup();
    if named == wanted {
        return None;
    }
    named.retain(|number| all.contains(number));
    let text = |numbers: &[u32]| tags_text(numbers.iter().map(|number| tags.name(*number)));
    Some((text(&named), text(&wanted)))
}

/// The departments that the member comes to lead, or leads no more.
#[allow(clippy::too_many_arguments)]
pub(crate) fn compare_leading<'a>(
    before: Option<&Record>,
    affiliations: &'a [KnownPlace],
    row: &StagedRow,
    places: &mut Places,
    paths: &Paths,
    column: Option<usize>,
    problems: &mut Vec<Problem>,
    items: &mut Vec<Item<'a>>,
) {
    for (place_number, (path, leading)) in row.leading.iter().enumerate() {
        // What was said first of a department counts: a list of heads before a list of deputies.
        if row.leading[..place_number].iter().any(|(other, _)| other == path) {
            continue;
        }
        let place = places.find(*path, paths);
        let said = match leading {
            Leading::Head => Some("head"),
            Leading::Deputy => Some("deputy"),
            Leading::NotHead => None,
        };
        // Of several places there the one that is so already, or else one that has a role.
        let held = affiliations
            .iter()
            .filter(|it| place == Place::Known(it.department) || places.is_at(it.department, *path, paths))
            .max_by_key(|it| (said.is_some() && it.role.as_deref() == said, it.role.is_some()));
        let old = held.and_then(|held| held.role.as_deref());
        let new = said.or(old.filter(|role| *role != "head"));
        if old == new {
            continue;
        }
        if let Some(code) = place.problem() {
            problems.push(Problem { value: paths.text(*path), ..row.problem(column, code) });
            continue;
        }
        let main = before.and_then(|member| member.reference(Field::MemberDepartment));
        let by = match held {
            None if place == Place::Top => continue,
            None => LeadBy::Making,
            Some(held) if new.is_none() && !held.says_more && main == Some(held.department) => {
                LeadBy::Removing { place: held.affiliation, department: held.department }
            }
            Some(held) => LeadBy::Changing(held.affiliation),
        };
        items.push(Item::Leads { path: path.0, old: old.into(), new: new.into(), by });
    }
}
