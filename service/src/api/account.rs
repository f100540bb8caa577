//! Organisations are made and administrators sign in here. Answers never tell a wrong password from an unknown phone.

use crate::api::JsonBody;
use crate::api::caller::Caller;
use crate::audit::{self, Act, Actor, Deed, Ledger, neighbourhood};
use crate::delays::Pair;
use crate::failure::Failure;
use crate::limits::counted;
use crate::password::find_refusal;
use crate::routes::Peer;
use crate::second_factor::{self, Shown};
use crate::service::Shared;
use crate::storage::{AccountRow, Author, DeviceRow, OrganisationRow, Role, Standing, StorageError, Transaction};
use crate::sync::Journal;
use crate::token::{DEVICE_PREFIX, Token};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use mingce_model::check::{Context, check_field};
use mingce_model::id::AccountId;
use mingce_model::{Field, Kind, Record, RecordId, Value};
use mingce_protocol::push::record_digest;
use mingce_protocol::{ApiFailure, CreateOrganisation, SignIn, SignedIn};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Characters of a device's name.
const DEVICE_NAME_MAX: usize = 100;

/// Makes an organisation with its first administrator. Asked twice with the same id, phone and password it signs in.
pub async fn create_organisation(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    JsonBody(body): JsonBody<CreateOrganisation>,
) -> Result<Json<SignedIn>, Failure> {
    service.limiters.organisations.check(counted(peer))?;
    if Ledger::is_reserved(body.id) {
        return Err(ApiFailure::Malformed.into());
    }
    let name = check(&service, Field::OrganisationName, "name", &body.name)?;
    let kind = check(&service, Field::OrganisationKind, "kind", &body.kind)?;
    let admin_name = check(&service, Field::MemberName, "admin_name", &body.admin_name)?;
    let phone = check(&service, Field::MemberPhone, "phone", &body.phone)?;
    if let Some(refusal) = find_refusal(&body.password, &phone) {
        return Err(Failure::invalid("password", refusal.code()));
    }
    let found = find_account(&service, &phone).await?;
    let network = neighbourhood(peer);
    let pair = pair_of(&phone, peer);
    let account = match found {
        Some(account) => {
            begin_try(&service, &phone, pair)?;
            let stored = account.password_hash.clone();
            if !service.passwords.verify(body.password, Some(stored)).await? {
                service.note_refusal(Some(account.id), network);
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
    let (sealing, code) = (service.sealing.clone(), body.code);
    let signed_in = service.database.write(move |transaction| -> Result<SignedIn, Failure> {
        let shown = match &account {
            Entrant::Known(account) => {
                second_factor::check(transaction, &sealing, account.id, code.as_deref(), now_ms)?
            }
            Entrant::Fresh(_) => Shown::NotAsked,
        };
        check_shown(shown)?;
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
        // Those that the account is in already, before the one asked for: nobody waits crosswise.
        let known = transaction.hold_organisations_of(account.id)?;
        let mut created = None;
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
                let author = Author::Account(account.id);
                let mut journal = Journal::open(&mut *transaction, organisation, author, now_ms, now_ms);
                let digest = record_digest(&record.values);
                journal.save(None, record.clone(), digest)?;
                journal.finish()?;
                created = Some((journal.organisation, journal.bound()));
            }
        }
        let noted = Noted { account: account.id, device: new_device.id, network: &network, now_ms };
        if let Some((organisation, details)) = created {
            noted.write(transaction, Ledger::from(&organisation), Act::OrganisationCreated, details)?;
        }
        noted.write_all(transaction, &known, Act::SignIn)?;
        if shown == Shown::Recovery {
            noted.write_all(transaction, &known, Act::RecoveryCodeUsed)?;
        }
        admit_device(transaction, account, &new_device, now_ms)
    });
    let signed_in = signed_in.await?;
    service.delays.note_right(pair, now_ms);
    Ok(Json(signed_in))
}

/// Counts a try to show a password or a code, before anything is looked at. What strangers do with a phone elsewhere does
/// not keep its owner out where they got in before.
pub(crate) fn begin_try(service: &Shared, phone: &str, pair: Pair) -> Result<(), Failure> {
    let now_ms = service.now_ms();
    if !service.delays.is_known(pair, now_ms) {
        service.limiters.sign_in_phone.check(phone_key(phone))?;
    }
    service.delays.begin(pair, now_ms)
}

/// A password that was shown may have been changed or reset before the transaction began: it counts no more then.
pub(super) fn check_password_stands(transaction: &mut dyn Transaction, shown: &AccountRow) -> Result<(), Failure> {
    let present = transaction.find_account(shown.id)?;
    match present.is_some_and(|present| present.password_hash == shown.password_hash) {
        true => Ok(()),
        false => Err(ApiFailure::WrongCredentials.into()),
    }
}

/// What is answered to a code.
pub(super) fn check_shown(shown: Shown) -> Result<(), Failure> {
    match shown {
        Shown::NotAsked | Shown::Right | Shown::Recovery => Ok(()),
        Shown::Needed => Err(ApiFailure::CodeNeeded.into()),
        Shown::Wrong => Err(ApiFailure::CodeWrong.into()),
    }
}

/// Where a try with this phone is counted.
pub(crate) fn pair_of(phone: &str, peer: IpAddr) -> Pair {
    Pair::new(phone, counted(peer))
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
    let pair = pair_of(&phone, peer);
    begin_try(&service, &phone, pair)?;
    let account = find_account(&service, &phone).await?;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = service.passwords.verify(body.password, stored).await?;
    let network = neighbourhood(peer);
    let account = match account {
        Some(account) if is_right => account,
        other => {
            service.note_refusal(other.map(|account| account.id), network);
            return Err(ApiFailure::WrongCredentials.into());
        }
    };
    let new_device = new_device(&service, &body.device);
    let now_ms = service.now_ms();
    let (sealing, code, known) = (service.sealing.clone(), body.code, account.id);
    let noted_network = network.clone();
    let signed_in = service.database.write(move |transaction| -> Result<SignedIn, Failure> {
        let organisations = transaction.hold_organisations_of(account.id)?;
        check_password_stands(transaction, &account)?;
        let shown = second_factor::check(transaction, &sealing, account.id, code.as_deref(), now_ms)?;
        check_shown(shown)?;
        let noted = Noted { account: account.id, device: new_device.id, network: &noted_network, now_ms };
        noted.write_all(transaction, &organisations, Act::SignIn)?;
        if shown == Shown::Recovery {
            noted.write_all(transaction, &organisations, Act::RecoveryCodeUsed)?;
        }
        admit_device(transaction, &account, &new_device, now_ms)
    });
    match signed_in.await {
        Ok(signed_in) => {
            service.delays.note_right(pair, now_ms);
            Ok(Json(signed_in))
        }
        Err(failure) => {
            if failure.0.code == ApiFailure::CodeWrong {
                service.note_refusal(Some(known), network);
            }
            if failure.0.code == ApiFailure::CodeNeeded {
                // Nothing was guessed: the password was right, and the code is on its way.
                service.delays.take_back(pair);
            }
            Err(failure)
        }
    }
}

/// What an account does with its devices, for the audit.
pub(super) struct Noted<'a> {
    pub account: AccountId,
    pub device: RecordId,
    pub network: &'a str,
    pub now_ms: i64,
}

impl Noted<'_> {
    fn write(
        &self,
        transaction: &mut dyn Transaction,
        ledger: Ledger,
        act: Act,
        details: serde_json::Value,
    ) -> Result<(), StorageError> {
        self.write_about(transaction, ledger, act, None, details)
    }

    fn write_about(
        &self,
        transaction: &mut dyn Transaction,
        ledger: Ledger,
        act: Act,
        subject: Option<RecordId>,
        details: serde_json::Value,
    ) -> Result<(), StorageError> {
        let deed = Deed {
            act,
            actor: Actor::Account(self.account),
            device: Some(self.device),
            network: Some(self.network),
            subject,
            details,
        };
        audit::record(transaction, ledger, self.now_ms, deed)
    }

    /// Into the audits of all these organisations.
    pub(super) fn write_all(
        &self,
        transaction: &mut dyn Transaction,
        organisations: &[OrganisationRow],
        act: Act,
    ) -> Result<(), StorageError> {
        organisations.iter().try_for_each(|row| self.write(transaction, Ledger::from(row), act, json!({})))
    }

    /// The same about another device.
    pub(super) fn write_all_about(
        &self,
        transaction: &mut dyn Transaction,
        organisations: &[OrganisationRow],
        act: Act,
        other: RecordId,
    ) -> Result<(), StorageError> {
        organisations
            .iter()
            .try_for_each(|row| self.write_about(transaction, Ledger::from(row), act, Some(other), json!({})))
    }
}

/// Ends the device's own session.
pub async fn sign_out(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
) -> Result<StatusCode, Failure> {
    let (network, now_ms, device) = (neighbourhood(peer), service.now_ms(), caller.device);
    let out = move |transaction: &mut dyn Transaction| -> Result<(), Failure> {
        let organisations = transaction.hold_organisations_of(caller.account)?;
        if transaction.remove_device(caller.account, device)? {
            let noted = Noted { account: caller.account, device, network: &network, now_ms };
            noted.write_all(transaction, &organisations, Act::SignOut)?;
        }
        Ok(())
    };
    service.database.write(out).await?;
    service.send_away(device);
    Ok(StatusCode::NO_CONTENT)
}

struct NewDevice {
    id: RecordId,
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

pub(crate) async fn find_account(service: &Shared, phone: &str) -> Result<Option<AccountRow>, Failure> {
    let phone = phone.to_owned();
    Ok(service.database.read(move |transaction| transaction.find_account_by_phone(&phone)).await?)
}

/// Phones are counted by a hash, so that memory holds no list of them.
fn phone_key(phone: &str) -> [u8; 32] {
    Sha256::digest(phone.as_bytes()).into()
}

/// The value in its stored form; `named` is the word that the answer uses for the field.
pub(crate) fn check(service: &Shared, field: Field, named: &str, text: &str) -> Result<String, Failure> {
    let context = Context { today: service.today(), document_kind: None };
    let checked = check_field(field, Value::Text(text.to_owned()), &context)
        .map_err(|problem| Failure::invalid(named, problem.code()))?;
    match checked.value {
        Value::Text(text) => Ok(text),
        _ => Err(Failure::invalid(named, "required_missing")),
    }
}
