//! The department tree as the service guards it: no cycle, a bounded depth, nothing removed that is not empty, nothing put
//! into what is archived.

use super::rules::Refusal;
use crate::storage::{OrganisationKey, StorageError, Transaction};
use mingce_model::tree::{ARCHIVED, DEPTH_MAX, TreeProblem};
use mingce_model::{Field, Kind, Record, RecordId, Value, Verb};
use std::collections::HashMap;

/// How far back the log is read to see whether something comes back to where it was: more steps than people take back.
const CHANGES_READ: usize = 50;

/// Checks that `id` may hang below `parent`: in commit order, so that of two moves that make a cycle the second loses.
pub(super) fn find_tree_refusal(
    transaction: &mut dyn Transaction,
    organisation: OrganisationKey,
    id: RecordId,
    parent: Option<RecordId>,
) -> Result<Option<Refusal>, StorageError> {
    let fields = vec![Field::DepartmentParent];
    let mut depth = 1;
    let mut above = parent;
    while let Some(department) = above {
        if department == id {
            return Ok(Some(Refusal::rejected(fields, TreeProblem::Cycle.code())));
        }
        depth += 1;
        if depth > DEPTH_MAX {
            return Ok(Some(Refusal::rejected(fields, TreeProblem::TooDeep.code())));
        }
        above = transaction
            .find_record(organisation, Kind::Department, department)?
            .and_then(|stored| stored.record.reference(Field::DepartmentParent));
    }
    let mut level = vec![id];
    while !level.is_empty() {
        if depth > DEPTH_MAX {
            return Ok(Some(Refusal::rejected(fields, TreeProblem::TooDeep.code())));
        }
        let mut below = Vec::new();
        for department in level {
            let children = transaction.load_departments_below(organisation, Some(department))?;
            below.extend(children.into_iter().map(|(child, _)| child));
        }
        level = below;
        depth += 1;
    }
    Ok(None)
}

/// Whether the department or one above it is archived.
pub(super) fn is_archived(
    transaction: &mut dyn Transaction,
    organisation: OrganisationKey,
    id: RecordId,
) -> Result<bool, StorageError> {
    let mut at = Some(id);
    // What is stored has no ring; the bound is for what it might hold one day.
    for _ in 0..=DEPTH_MAX {
        let Some(department) = at else { break };
        let Some(stored) = transaction.find_record(organisation, Kind::Department, department)? else { break };
        if stored.record.text(Field::DepartmentState) == Some(ARCHIVED) {
            return Ok(true);
        }
        at = stored.record.reference(Field::DepartmentParent);
    }
    Ok(false)
}

/// Whether the newest change of the record's field that nobody took back took away just the value that it is to have
/// again: somebody takes back what they did, one step after the other. That may lead into an archived department, from
/// where it came.
pub(super) fn comes_back(
    transaction: &mut dyn Transaction,
    organisation: OrganisationKey,
    wanted: &Record,
    field: Field,
) -> Result<bool, StorageError> {
    let newest_first = transaction.load_changes(organisation, wanted.kind, wanted.id, CHANGES_READ)?;
    let mut standing: Vec<(Value, Value)> = Vec::new();
    for change in newest_first.iter().rev() {
        let step = match change.verb {
            Verb::Create => {
                let values: Vec<Value> = read(&change.changes)?;
                Some((Value::Null, values.get(field.index()).cloned().unwrap_or(Value::Null)))
            }
            _ => read::<HashMap<String, (Value, Value)>>(&change.changes)?.remove(field.name()),
        };
        let Some((before, after)) = step else { continue };
        if standing.last().is_some_and(|(from, to)| (from, to) == (&after, &before)) {
            standing.pop();
        } else if change.verb != Verb::Create {
            // A creation only takes a removal back: it came from nowhere.
            standing.push((before, after));
        }
    }
    Ok(standing.last().is_some_and(|(before, _)| before == wanted.get(field)))
}

fn read<T: serde::de::DeserializeOwned>(changes: &str) -> Result<T, StorageError> {
    serde_json::from_str(changes).map_err(|_| StorageError::Inconsistent)
}

/// Whether live departments, members or affiliations of live members hang below it.
pub(super) fn is_in_use(
    transaction: &mut dyn Transaction,
    organisation: OrganisationKey,
    id: RecordId,
) -> Result<bool, StorageError> {
    let value = Value::from(id);
    for field in [Field::DepartmentParent, Field::MemberDepartment] {
        if !transaction.find_live(organisation, field.kind(), &[(field, &value)], 1)?.is_empty() {
            return Ok(true);
        }
    }
    let places = transaction.find_live(
        organisation,
        Kind::Affiliation,
        &[(Field::AffiliationDepartment, &value)],
        i32::MAX as usize,
    )?;
    for place in places {
        let member = transaction
            .find_record(organisation, Kind::Affiliation, place)?
            .and_then(|stored| stored.record.reference(Field::AffiliationMember));
        if let Some(member) = member
            && transaction.find_record(organisation, Kind::Member, member)?.is_some_and(|stored| !stored.is_deleted)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
