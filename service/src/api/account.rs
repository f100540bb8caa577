//! Organisations are made and administrators sign in here. Answers never tell a wrong password from an unknown phone.

use crate::api::JsonBody;
use crate::api::caller::Caller;
use crate::failure::Failure;
use crate::limits::counted;
use crate::password::find_refusal;
use crate::routes::Peer;
use crate::service::Shared;
use crate::storage::{AccountRow, Author, DeviceRow, Role, Standing, Transaction};
use crate::sync::Journal;
use crate::token::{DEVICE_PREFIX, Token};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use mingce_model::check::{Context, check_field};
use mingce_model::id::AccountId;
use mingce_model::{Field, Kind, Record, Value};
use mingce_protocol::push::record_digest;
use mingce_protocol::{ApiFailure, CreateOrganisation, SignIn, SignedIn};
use sha2::{Digest, Sha256};

/// Characters of a device's name.
const DEVICE_NAME_MAX: usize = 100;

/// Makes an organisation with its first administrator. Asked twice with the same id, phone and password it signs in.
pub async fn create_organisation(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    JsonBody(body): JsonBody<CreateOrganisation>,
) -> Result<Json<SignedIn>, Failure> {
    service.limiters.organisations.check(counted(peer))?;
    let name = check(&service, Field::OrganisationName, "name", &body.name)?;
    let kind = check(&service, Field::OrganisationKind, "kind", &body.kind)?;
    let admin_name = check(&service, Field::MemberName, "admin_name", &body.admin_name)?;
    let phone = check(&service, Field::MemberPhone, "phone", &body.phone)?;
    if let Some(refusal) = find_refusal(&body.password, &phone) {
        return Err(Failure::invalid("password", refusal.code()));
    }
    let found = find_account(&service, &phone).await?;
    let account = match found {
        Some(account) => {
            service.limiters.sign_in_phone.check(phone_key(&phone))?;
            let stored = account.password_hash.clone();
            if !service.passwords.verify(body.password, Some(stored)).await? {
                return Err(ApiFailure::AccountExists.into());
            }
            Entrant::Known(account)
        }
        None => {
            let password_hash = service.passwords.hash(body.password).await?;
            Entrant::Fresh(AccountRow { id: AccountId(service.new_id()), name: admin_name, phone, password_hash })
        }
    };
    let record = Record::empty(Kind::Organisation, body.id.0)
        .with(Field::OrganisationName, name)
        .with(Field::OrganisationKind, kind);
    let new_device = new_device(&service, &body.device);
    let now_ms = service.now_ms();
    let chain = service.random_bytes();
    let signed_in = service.database.write(move |transaction| -> Result<SignedIn, Failure> {
        let account = match &account {
            Entrant::Known(account) => account,
            Entrant::Fresh(account) => {
                if transaction.find_account_by_phone(&account.phone)?.is_some() {
                    return Err(ApiFailure::AccountExists.into());
                }
                transaction.insert_account(account, now_ms)?;
                account
            }
        };
        match transaction.find_organisation(body.id)? {
            Some(organisation) => {
                let standing = transaction.find_standing(account.id, organisation.key)?;
                if standing.is_none_or(|standing| standing.role != Role::Owner) {
                    return Err(ApiFailure::Forbidden.into());
                }
            }
            None => {
                let organisation = transaction.insert_organisation(body.id, chain, now_ms)?;
                transaction.save_standing(account.id, organisation.key, &Standing::owner(), now_ms)?;
                let mut journal = Journal {
                    transaction: &mut *transaction,
                    organisation,
                    author: Author::Account(account.id),
                    at_ms: now_ms,
                    received_at_ms: now_ms,
                };
                let digest = record_digest(&record.values);
                journal.save(None, record.clone(), digest)?;
                journal.finish()?;
            }
        }
        admit_device(transaction, account, &new_device, now_ms)
    });
    Ok(Json(signed_in.await?))
}

enum Entrant {
    Known(AccountRow),
    Fresh(AccountRow),
}

pub async fn sign_in(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Json<SignedIn>, Failure> {
    service.limiters.sign_in_peer.check(counted(peer))?;
    // A phone that is none is treated as one that is unknown, at the same cost.
    let phone = check(&service, Field::MemberPhone, "phone", &body.phone).unwrap_or_default();
    service.limiters.sign_in_phone.check(phone_key(&phone))?;
    let account = find_account(&service, &phone).await?;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = service.passwords.verify(body.password, stored).await?;
    let Some(account) = account.filter(|_| is_right) else { return Err(ApiFailure::WrongCredentials.into()) };
    let new_device = new_device(&service, &body.device);
    let now_ms = service.now_ms();
    let signed_in =
        service.database.write(move |transaction| admit_device(transaction, &account, &new_device, now_ms)).await?;
    Ok(Json(signed_in))
}

/// Ends the device's own session.
pub async fn sign_out(State(service): State<Shared>, Caller(caller): Caller) -> Result<StatusCode, Failure> {
    service.database.write(move |transaction| transaction.remove_device(caller.account, caller.device)).await?;
    service.send_away(caller.device);
    Ok(StatusCode::NO_CONTENT)
}

struct NewDevice {
    id: mingce_model::RecordId,
    name: String,
    token: Token,
}

fn new_device(service: &Shared, name: &str) -> NewDevice {
    let name: String = name.chars().filter(|c| !c.is_control()).take(DEVICE_NAME_MAX).collect();
    NewDevice {
        id: service.new_id(),
        name: name.trim().to_owned(),
        token: Token::random(DEVICE_PREFIX, &service.random),
    }
}

fn admit_device(
    transaction: &mut dyn Transaction,
    account: &AccountRow,
    new: &NewDevice,
    now_ms: i64,
) -> Result<SignedIn, Failure> {
    let row = DeviceRow {
        id: new.id,
        account: account.id,
        name: new.name.clone(),
        created_at_ms: now_ms,
        last_used_at_ms: now_ms,
    };
    transaction.insert_device(&row, &new.token.hash())?;
    Ok(SignedIn {
        token: new.token.reveal(),
        account: account.id,
        account_name: account.name.clone(),
        organisations: transaction.load_organisations_of(account.id)?,
    })
}

async fn find_account(service: &Shared, phone: &str) -> Result<Option<AccountRow>, Failure> {
    let phone = phone.to_owned();
    Ok(service.database.read(move |transaction| transaction.find_account_by_phone(&phone)).await?)
}

/// Phones are counted by a hash, so that memory holds no list of them.
fn phone_key(phone: &str) -> [u8; 32] {
    Sha256::digest(phone.as_bytes()).into()
}

/// The value in its stored form; `named` is the word that the answer uses for the field.
fn check(service: &Shared, field: Field, named: &str, text: &str) -> Result<String, Failure> {
    let context = Context { today: service.today(), document_kind: None };
    let checked = check_field(field, Value::Text(text.to_owned()), &context)
        .map_err(|problem| Failure::invalid(named, problem.code()))?;
    match checked.value {
        Value::Text(text) => Ok(text),
        _ => Err(Failure::invalid(named, "required_missing")),
    }
}
