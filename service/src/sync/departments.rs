//! The department tree as the service guards it: no cycle, a bounded depth, nothing removed that is not empty.

use super::rules::Refusal;
use crate::storage::{OrganisationKey, StorageError, Transaction};
use mingce_model::tree::{DEPTH_MAX, TreeProblem};
use mingce_model::{Field, Kind, RecordId, Value};

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
