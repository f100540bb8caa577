//! Binding an administrator to departments, and setting them free again.

use super::{AdministratorError, Administrators, note};
use crate::audit::Act;
use crate::storage::{AdministratorRow, Role, Standing, Transaction};
use mingce_model::tree::name_key;
use mingce_model::{Field, Kind, OrganisationId, RecordId};
use serde_json::json;

impl Administrators<'_> {
    /// Lets somebody work on these departments, with all below them, and on nothing else. Their desktops let go of the
    /// rest when they next sync.
    ///
    /// # Errors
    /// `NoDepartments` without any, `DepartmentUnknown` for one that is not there; otherwise as `set_role`.
    pub fn set_departments(
        &self,
        organisation: OrganisationId,
        phone: &str,
        departments: &[RecordId],
    ) -> Result<(), AdministratorError> {
        if departments.is_empty() {
            return Err(AdministratorError::NoDepartments);
        }
        let phone = self.checked(Field::MemberPhone, "phone", phone)?;
        let now_ms = (self.options.clock)();
        self.storage.write(|transaction: &mut dyn Transaction| {
            let organisation = transaction.find_organisation(organisation)?;
            let organisation = organisation.ok_or(AdministratorError::OrganisationUnknown)?;
            let account = transaction.find_account_by_phone(&phone)?.ok_or(AdministratorError::Unknown)?;
            let standing = transaction.find_standing(account.id, organisation.key)?;
            let standing = standing.ok_or(AdministratorError::Unknown)?;
            match standing.role {
                Role::Owner => return Err(AdministratorError::IsOwner),
                Role::Printing => return Err(AdministratorError::PrintingFixed),
                Role::Administrator | Role::Auditor | Role::Department => {}
            }
            for department in departments {
                let stored = transaction.find_record(organisation.key, Kind::Department, *department)?;
                if stored.is_none_or(|stored| stored.is_deleted) {
                    return Err(AdministratorError::DepartmentUnknown);
                }
            }
            let before = transaction.load_roots(organisation.key, account.id)?;
            transaction.save_roots(organisation.key, account.id, departments)?;
            let after = Standing::of(Role::Department, standing.rights.clone());
            // Also where the role is the same: those who listen are told by it.
            transaction.save_standing(account.id, organisation.key, &after, now_ms)?;
            if standing.role != after.role {
                let role = json!({ "before": standing.role.name(), "after": after.role.name() });
                note(transaction, &organisation, now_ms, (Act::RoleChanged, account.id, role))?;
            }
            let after = transaction.load_roots(organisation.key, account.id)?;
            let details = json!({ "before": words(&before), "after": words(&after) });
            note(transaction, &organisation, now_ms, (Act::DepartmentsGiven, account.id, details))?;
            Ok(())
        })
    }

    /// The departments that the words mean: each an id, or the names from the top down, parted by `/`.
    ///
    /// # Errors
    /// `OrganisationUnknown`, `DepartmentUnknown`.
    pub fn find_departments(
        &self,
        organisation: OrganisationId,
        words: &[String],
    ) -> Result<Vec<RecordId>, AdministratorError> {
        self.storage.read(|transaction| {
            let organisation = transaction.find_organisation(organisation)?;
            let key = organisation.ok_or(AdministratorError::OrganisationUnknown)?.key;
            let mut found = Vec::with_capacity(words.len());
            for word in words {
                if let Ok(id) = word.parse() {
                    found.push(id);
                    continue;
                }
                let mut at = None;
                for name in word.split('/').map(name_key) {
                    let below = transaction.load_departments_below(key, at)?;
                    let (id, _) = below
                        .into_iter()
                        .find(|(_, other)| name_key(other) == name)
                        .ok_or(AdministratorError::DepartmentUnknown)?;
                    at = Some(id);
                }
                found.extend(at);
            }
            Ok(found)
        })
    }

    /// The departments that somebody of the list is bound to.
    pub fn departments_of(&self, row: &AdministratorRow) -> Result<Vec<RecordId>, AdministratorError> {
        if row.standing.role != Role::Department {
            return Ok(Vec::new());
        }
        self.storage.read(|transaction| {
            let organisation = transaction.find_organisation(row.organisation.id)?;
            let account = transaction.find_account_by_phone(&row.phone)?;
            let (Some(organisation), Some(account)) = (organisation, account) else { return Ok(Vec::new()) };
            Ok(transaction.load_roots(organisation.key, account.id)?)
        })
    }
}

fn words(ids: &[RecordId]) -> Vec<String> {
    ids.iter().map(RecordId::to_string).collect()
}
