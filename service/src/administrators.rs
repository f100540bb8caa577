//! What the operator does about administrators: adding and removing, roles and rights, a link for a new password, a second
//! factor that its owner lost. The service may be running.

mod departments;

use crate::administering::{self, By, RESET_MS, link_hash, link_path, phone_digest};
use crate::audit::{Act, Actor, Deed, Ledger, note_verb, record};
use crate::failure::Failure;
use crate::options::ServiceOptions;
use crate::password::{find_refusal, hash};
use crate::sealing::Sealing;
use crate::service::date_at;
use crate::storage::postgres::Postgres;
use crate::storage::sqlite::Sqlite;
use crate::storage::{
    AccountRow, AdministratorRow, LinkPurpose, LinkRow, OrganisationRow, Role, Standing, Storage, StorageError,
    Transaction,
};
use jiff::tz::Offset;
use mingce_codes::Token;
use mingce_model::check::{Context, check_field};
use mingce_model::id::AccountId;
use mingce_model::{Field, OrganisationId, RecordId, Value};
use mingce_protocol::Rights;
use serde_json::json;
use std::sync::Arc;

const OPERATOR: By<'static> = By { actor: Actor::Operator, device: None, network: None };
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
    #[error("an owner has every right; give another role first")]
    IsOwner,
    #[error("the organisation's only owner: make somebody else an owner first")]
    LastOwner,
    #[error("the person has no second factor")]
    NoSecondFactor,
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
                let id = AccountId(self.new_id());
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
        self.change(organisation, phone, |standing| match standing.role {
            Role::Owner => Err(AdministratorError::IsOwner),
            role => Ok(Standing::of(role, rights.clone())),
        })
    }

    /// Gives somebody another role; what rights they have stays.
    pub fn set_role(&self, organisation: OrganisationId, phone: &str, role: Role) -> Result<(), AdministratorError> {
        if role == Role::Printing {
            return Err(AdministratorError::PrintingFixed);
        }
        if role == Role::Department {
            return Err(AdministratorError::NoDepartments);
        }
        self.change(organisation, phone, |standing| Ok(Standing::of(role, standing.rights)))
    }

    fn change(
        &self,
        organisation: OrganisationId,
        phone: &str,
        changed: impl Fn(Standing) -> Result<Standing, AdministratorError>,
    ) -> Result<(), AdministratorError> {
        self.about(organisation, phone, |transaction, organisation, account, now_ms| {
            let found = administering::find_staff(transaction, organisation, account.id);
            let target = found.map_err(|_| AdministratorError::Unknown)?;
            // Their desktops hold what the role lets them see, no more and no less.
            if target.standing.role == Role::Printing {
                return Err(AdministratorError::PrintingFixed);
            }
            let after = changed(target.standing.clone())?;
            administering::change(transaction, organisation, &target, &after, (&OPERATOR, now_ms)).map_err(owner_stays)
        })
    }

    /// Takes somebody out of the organisation. Their sessions end.
    pub fn remove(&self, organisation: OrganisationId, phone: &str) -> Result<(), AdministratorError> {
        self.about(organisation, phone, |transaction, organisation, account, now_ms| {
            let found = administering::find_staff(transaction, organisation, account.id);
            let target = found.map_err(|_| AdministratorError::Unknown)?;
            administering::remove(transaction, organisation, &target, (&OPERATOR, now_ms)).map_err(owner_stays)?;
            Ok(())
        })
    }

    /// A link by which the person chooses a new password, as the path below the service's public address. What the password
    /// is, nobody else sees.
    pub fn start_reset(&self, organisation: OrganisationId, phone: &str) -> Result<String, AdministratorError> {
        let sealing = Sealing::load(&*self.storage, self.options)?;
        let mut bytes = [0; 16];
        (self.options.random)(&mut bytes);
        let token = Token::from_random_bytes(bytes);
        let id = self.new_id();
        self.about(organisation, phone, |transaction, organisation, account, now_ms| {
            let standing = transaction.find_standing(account.id, organisation.key)?;
            let standing = standing.ok_or(AdministratorError::Unknown)?;
            let ends_at_ms = now_ms.saturating_add(RESET_MS);
            transaction.remove_resets_of(account.id)?;
            let link = LinkRow {
                id,
                token_hash: link_hash(&token),
                purpose: LinkPurpose::Reset,
                name: account.name.clone(),
                phone_digest: phone_digest(&sealing, id, &account.phone),
                role: standing.role,
                rights: Rights::default(),
                account: Some(account.id),
                made_by: None,
                made_at_ms: now_ms,
                ends_at_ms,
                wrong: 0,
            };
            transaction.insert_link(organisation.key, &link)?;
            let details = json!({ "link": id.to_string(), "ends_at": ends_at_ms });
            Ok(note(transaction, organisation, now_ms, (Act::PasswordResetStarted, account.id, details))?)
        })?;
        Ok(link_path(&token))
    }

    /// Takes the second factor away of somebody who lost both authenticator and recovery codes.
    pub fn drop_second_factor(&self, organisation: OrganisationId, phone: &str) -> Result<(), AdministratorError> {
        self.about(organisation, phone, |transaction, organisation, account, now_ms| {
            if transaction.find_standing(account.id, organisation.key)?.is_none() {
                return Err(AdministratorError::Unknown);
            }
            if !transaction.find_second_factor(account.id)?.is_some_and(|row| row.is_on) {
                return Err(AdministratorError::NoSecondFactor);
            }
            transaction.remove_second_factor(account.id)?;
            Ok(note(transaction, organisation, now_ms, (Act::SecondFactorOff, account.id, json!({})))?)
        })
    }

    /// Does something about the account of a phone in an organisation, which is held meanwhile.
    fn about(
        &self,
        organisation: OrganisationId,
        phone: &str,
        job: impl Fn(&mut dyn Transaction, &OrganisationRow, &AccountRow, i64) -> Result<(), AdministratorError>,
    ) -> Result<(), AdministratorError> {
        let phone = self.checked(Field::MemberPhone, "phone", phone)?;
        let now_ms = (self.options.clock)();
        self.storage.write(|transaction: &mut dyn Transaction| {
            let organisation = transaction.find_organisation(organisation)?;
            let organisation = organisation.ok_or(AdministratorError::OrganisationUnknown)?;
            let account = transaction.find_account_by_phone(&phone)?.ok_or(AdministratorError::Unknown)?;
            job(transaction, &organisation, &account, now_ms)
        })
    }

    fn new_id(&self) -> RecordId {
        let mut random = [0; 10];
        (self.options.random)(&mut random);
        RecordId::from_parts(u64::try_from((self.options.clock)()).unwrap_or(0), random)
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

fn owner_stays(failure: Failure) -> AdministratorError {
    match failure.0.rule.as_deref() {
        Some("last_owner") => AdministratorError::LastOwner,
        _ => AdministratorError::Storage(StorageError::Inconsistent),
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
