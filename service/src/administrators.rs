//! What the operator does about administrators: adding one, giving and taking rights. The service may be running.

mod departments;

use crate::audit::{Act, Actor, Deed, Ledger, note_verb, record};
use crate::options::ServiceOptions;
use crate::password::{find_refusal, hash};
use crate::service::date_at;
use crate::storage::postgres::Postgres;
use crate::storage::sqlite::Sqlite;
use crate::storage::{
    AccountRow, AdministratorRow, OrganisationRow, Role, Standing, Storage, StorageError, Transaction,
};
use jiff::tz::Offset;
use mingce_model::check::{Context, check_field};
use mingce_model::id::AccountId;
use mingce_model::{Field, OrganisationId, RecordId, Value};
use mingce_protocol::Rights;
use serde_json::json;
use std::sync::Arc;

/// Administrators listed at the most.
const LISTED: usize = 10_000;

/// Why nothing was changed. Names no person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AdministratorError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("there is no such organisation; `administrator list` shows their ids")]
    OrganisationUnknown,
    #[error("nobody with this phone is an administrator of the organisation")]
    Unknown,
    #[error(
        "whoever has this phone is an administrator of the organisation already; `administrator rights` changes what they may do"
    )]
    Known,
    #[error(
        "printing only is for good: desktops cannot give back what they have seen; let the person have another account"
    )]
    PrintingFixed,
    #[error("printing only shows no numbers, so no right can go with it; leave --right out")]
    PrintingHasNoRights,
    #[error("an owner has every right and stays one")]
    IsOwner,
    #[error("the {field} is not one: {rule}")]
    Value { field: &'static str, rule: &'static str },
    #[error("a first password is needed: give it on standard input with --password-stdin")]
    PasswordNeeded,
    #[error("the password cannot be taken: {0}")]
    Password(&'static str),
    #[error("no department was named")]
    NoDepartments,
    #[error("the organisation has no such department")]
    DepartmentUnknown,
    #[error("the password could not be hashed")]
    Hash,
}

/// Somebody to be an administrator.
pub struct NewAdministrator {
    pub organisation: OrganisationId,
    pub name: String,
    pub phone: String,
    /// Where the phone has no account yet.
    pub password: Option<String>,
    pub role: Role,
    pub rights: Rights,
}

/// How the account came to be an administrator's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Added {
    /// With a new account.
    NewAccount,
    /// The phone had an account, whose name and password stay.
    KnownAccount,
}

/// The administrators of a service's database.
pub struct Administrators<'o> {
    options: &'o ServiceOptions,
    storage: Arc<dyn Storage>,
}

impl<'o> Administrators<'o> {
    /// # Errors
    /// As `Sqlite::open_beside` and `Postgres::open_beside`.
    pub fn open(options: &'o ServiceOptions) -> Result<Self, AdministratorError> {
        let storage: Arc<dyn Storage> = match &options.database {
            Some(address) => Arc::new(Postgres::open_beside(address.clone())?),
            None => Arc::new(Sqlite::open_beside(&options.data_folder, options.database_key.clone())?),
        };
        Ok(Self { options, storage })
    }

    /// Makes somebody an administrator of the organisation.
    pub fn add(&self, wanted: NewAdministrator) -> Result<Added, AdministratorError> {
        if wanted.role == Role::Printing && wanted.rights != Rights::default() {
            return Err(AdministratorError::PrintingHasNoRights);
        }
        let name = self.checked(Field::MemberName, "name", &wanted.name)?;
        let phone = self.checked(Field::MemberPhone, "phone", &wanted.phone)?;
        let now_ms = (self.options.clock)();
        let found = self.storage.read(|transaction| transaction.find_account_by_phone(&phone));
        let (account, added) = match found.map_err(AdministratorError::Storage)? {
            Some(account) => (account, Added::KnownAccount),
            None => {
                let password = wanted.password.ok_or(AdministratorError::PasswordNeeded)?;
                if let Some(refusal) = find_refusal(&password, &phone) {
                    return Err(AdministratorError::Password(refusal.code()));
                }
                let password_hash =
                    hash(password.as_bytes(), &self.options.random).map_err(|_| AdministratorError::Hash)?;
                let mut random = [0; 10];
                (self.options.random)(&mut random);
                let id = AccountId(RecordId::from_parts(u64::try_from(now_ms).unwrap_or(0), random));
                (AccountRow { id, name, phone, password_hash }, Added::NewAccount)
            }
        };
        self.storage.write(|transaction| {
            let organisation = transaction.find_organisation(wanted.organisation)?;
            let organisation = organisation.ok_or(AdministratorError::OrganisationUnknown)?;
            if added == Added::NewAccount {
                transaction.insert_account(&account, now_ms)?;
            } else if transaction.find_standing(account.id, organisation.key)?.is_some() {
                return Err(AdministratorError::Known);
            }
            let standing = Standing::of(wanted.role, wanted.rights.clone());
            transaction.save_standing(account.id, organisation.key, &standing, now_ms)?;
            let details = json!({
                "role": standing.role.name(),
                "rights": standing.rights.clone().within(None).0,
                "account": if added == Added::NewAccount { "new" } else { "known" },
            });
            note(transaction, &organisation, now_ms, (Act::AdministratorAdded, account.id, details))?;
            Ok(added)
        })
    }

    /// Gives an administrator just these rights.
    pub fn set_rights(
        &self,
        organisation: OrganisationId,
        phone: &str,
        rights: Rights,
    ) -> Result<(), AdministratorError> {
        self.change(organisation, phone, |standing| Standing::of(standing.role, rights.clone()))
    }

    /// Gives somebody another role; what rights they have stays.
    pub fn set_role(&self, organisation: OrganisationId, phone: &str, role: Role) -> Result<(), AdministratorError> {
        if role == Role::Printing {
            return Err(AdministratorError::PrintingFixed);
        }
        self.change(organisation, phone, |standing| Standing::of(role, standing.rights))
    }

    fn change(
        &self,
        organisation: OrganisationId,
        phone: &str,
        changed: impl Fn(Standing) -> Standing,
    ) -> Result<(), AdministratorError> {
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
                // Their desktops hold what the role lets them see, no more and no less.
                Role::Printing => return Err(AdministratorError::PrintingFixed),
                Role::Administrator | Role::Auditor | Role::Department => {}
            }
            let after = changed(standing.clone());
            transaction.save_standing(account.id, organisation.key, &after, now_ms)?;
            departments::unbind(transaction, organisation.key, account.id, after.role)?;
            let (before, rights) = (standing.rights.within(None).0, after.rights.clone().within(None).0);
            let role = json!({ "before": standing.role.name(), "after": after.role.name() });
            let rights_details = json!({ "before": before, "after": rights });
            match standing.role == after.role {
                true => note(transaction, &organisation, now_ms, (Act::RightsChanged, account.id, rights_details))?,
                false => note(transaction, &organisation, now_ms, (Act::RoleChanged, account.id, role))?,
            }
            Ok(())
        })
    }

    /// Everybody who may sign in, by organisation. That names and phones were listed is in the service's own audit.
    pub fn list(&self) -> Result<Vec<AdministratorRow>, AdministratorError> {
        let now_ms = (self.options.clock)();
        self.storage.write(|transaction| {
            note_verb(transaction, Ledger::of_service(), now_ms, "administrator list")?;
            Ok(transaction.load_administrators(LISTED)?)
        })
    }

    /// The value in its stored form.
    fn checked(&self, field: Field, named: &'static str, text: &str) -> Result<String, AdministratorError> {
        let today = date_at((self.options.clock)(), Offset::constant(14));
        let context = Context { today, document_kind: None };
        let wrong = |rule| AdministratorError::Value { field: named, rule };
        match check_field(field, Value::Text(text.to_owned()), &context) {
            Ok(checked) => checked.value.as_text().map(str::to_owned).ok_or(wrong("required_missing")),
            Err(problem) => Err(wrong(problem.code())),
        }
    }
}

/// Writes what was done to an account's standing into the organisation's audit.
fn note(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    now_ms: i64,
    (act, account, details): (Act, AccountId, serde_json::Value),
) -> Result<(), StorageError> {
    let deed = Deed { act, actor: Actor::Operator, device: None, network: None, subject: Some(account.0), details };
    record(transaction, Ledger::from(organisation), now_ms, deed)
}
