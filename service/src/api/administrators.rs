//! Administrators of an organisation: the list, links, roles, sessions. What may be done to whom `administering` says.

use crate::administering::{
    By, GIVEN, INVITE_MS, LINKS_MAX, LISTED, RESET_MS, change as change_standing, checked_standing, find_staff,
    is_only_here, link_hash, link_path, may_list, may_manage, may_reset, phone_digest, remove as remove_from,
};
use crate::api::account::check;
use crate::api::caller::Caller;
use crate::api::sync::find_own;
use crate::api::{JsonBody, parse_organisation};
use crate::audit::{Act, Actor, neighbourhood};
use crate::failure::Failure;
use crate::routes::Peer;
use crate::service::Shared;
use crate::storage::{DeviceRow, LinkPurpose, LinkRow, OrganisationRow, SessionRow, StaffRow, Standing, Transaction};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use mingce_codes::Token;
use mingce_model::id::AccountId;
use mingce_model::mask::mask_phone;
use mingce_model::{Field, RecordId};
use mingce_protocol::{
    AdministratorLine, AdministratorList, ApiFailure, ChangeAdministrator, Device, InviteAdministrator, LinkLine,
    MadeLink, Rights,
};
use serde_json::json;
use std::net::IpAddr;

fn parse_account(text: &str) -> Result<AccountId, Failure> {
    text.parse().map(AccountId).map_err(|_| ApiFailure::NotFound.into())
}

fn parse_id(text: &str) -> Result<RecordId, Failure> {
    text.parse().map_err(|_| ApiFailure::NotFound.into())
}

fn by<'a>(caller: &SessionRow, network: &'a str) -> By<'a> {
    By { actor: Actor::Account(caller.account), device: Some(caller.device), network: Some(network) }
}

/// The organisation, what the caller is there, and the other account's line.
fn find_other(
    transaction: &mut dyn Transaction,
    caller: &SessionRow,
    organisation: &str,
    account: &str,
) -> Result<(OrganisationRow, Standing, StaffRow), Failure> {
    let account = parse_account(account)?;
    let (row, standing) = find_own(transaction, caller.account, parse_organisation(organisation)?)?;
    if !may_list(standing.role) && account != caller.account {
        return Err(ApiFailure::Forbidden.into());
    }
    let target = find_staff(transaction, &row, account)?;
    Ok((row, standing, target))
}

/// The same, of somebody whom the caller manages, or of the caller.
fn find_managed(
    transaction: &mut dyn Transaction,
    caller: &SessionRow,
    organisation: &str,
    account: &str,
) -> Result<(OrganisationRow, Standing, StaffRow), Failure> {
    let (row, standing, target) = find_other(transaction, caller, organisation, account)?;
    match target.account == caller.account || may_manage(standing.role, target.standing.role) {
        true => Ok((row, standing, target)),
        false => Err(ApiFailure::Forbidden.into()),
    }
}

pub async fn list(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<AdministratorList>, Failure> {
    let now_ms = service.now_ms();
    let read = service.database.read(move |transaction| -> Result<AdministratorList, Failure> {
        let (row, own) = find_own(transaction, caller.account, parse_organisation(&id)?)?;
        if !may_list(own.role) {
            return Err(ApiFailure::Forbidden.into());
        }
        let staff = transaction.load_staff(row.key, LISTED)?;
        let links = transaction.load_links(row.key, LINKS_MAX)?;
        Ok(AdministratorList {
            administrators: staff.into_iter().map(|staff| line(&own, &caller, staff)).collect(),
            links: links.into_iter().filter(|link| now_ms < link.ends_at_ms).map(link_line).collect(),
            may_give: GIVEN.into_iter().filter(|role| may_manage(own.role, *role)).map(|it| it.name().into()).collect(),
        })
    });
    Ok(Json(read.await?))
}

fn line(own: &Standing, caller: &SessionRow, staff: StaffRow) -> AdministratorLine {
    let is_self = staff.account == caller.account;
    AdministratorLine {
        account: staff.account.0.to_string(),
        name: staff.name,
        phone: mask_phone(&staff.phone),
        role: staff.standing.role.name().to_owned(),
        rights: staff.standing.rights.within(None),
        since: staff.since_ms,
        devices: staff.devices,
        last_used_at: staff.last_used_at_ms,
        has_second_factor: staff.has_second_factor,
        is_self,
        may_change: may_manage(own.role, staff.standing.role),
    }
}

fn link_line(link: LinkRow) -> LinkLine {
    LinkLine {
        id: link.id.to_string(),
        purpose: link.purpose.word().to_owned(),
        name: link.name,
        role: link.role.name().to_owned(),
        made_at: link.made_at_ms,
        ends_at: link.ends_at_ms,
    }
}

struct NewLink {
    id: RecordId,
    token: Token,
    ends_at_ms: i64,
}

fn new_link(service: &Shared, lasts_ms: i64) -> NewLink {
    let token = Token::from_random_bytes(service.random_bytes());
    NewLink { id: service.new_id(), token, ends_at_ms: service.now_ms().saturating_add(lasts_ms) }
}

fn made(service: &Shared, new: &NewLink) -> MadeLink {
    MadeLink {
        id: new.id.to_string(),
        link: format!("{}{}", service.public_url, link_path(&new.token)),
        ends_at: new.ends_at_ms,
    }
}

/// Refuses when too many wait already; those that have ended do not count.
fn check_room(transaction: &mut dyn Transaction, organisation: &OrganisationRow, now_ms: i64) -> Result<(), Failure> {
    transaction.remove_ended_links(now_ms)?;
    match transaction.load_links(organisation.key, LINKS_MAX)?.len() < LINKS_MAX {
        true => Ok(()),
        false => Err(Failure::invalid("links", "too_many_links")),
    }
}

/// Makes a link by which somebody becomes an administrator.
pub async fn invite(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<InviteAdministrator>,
) -> Result<Json<MadeLink>, Failure> {
    let name = check(&service, Field::MemberName, "name", &body.name)?;
    let phone = check(&service, Field::MemberPhone, "phone", &body.phone)?;
    let new = new_link(&service, INVITE_MS);
    let answer = made(&service, &new);
    let (network, now_ms, sealing) = (neighbourhood(peer), service.now_ms(), service.sealing.clone());
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        let (row, own) = find_own(transaction, caller.account, parse_organisation(&id)?)?;
        let standing = checked_standing(&own, &body.role, body.rights.clone())?;
        if !GIVEN.contains(&standing.role) {
            return Err(Failure::invalid("role", "choice_unknown"));
        }
        check_room(transaction, &row, now_ms)?;
        if let Some(known) = transaction.find_account_by_phone(&phone)?
            && transaction.find_standing(known.id, row.key)?.is_some()
        {
            return Err(Failure::invalid("phone", "administrator_known"));
        }
        let rights = standing.rights.clone().within(None);
        let details = json!({ "role": standing.role.name(), "rights": rights.0, "ends_at": new.ends_at_ms });
        transaction.insert_link(
            row.key,
            &LinkRow {
                id: new.id,
                token_hash: link_hash(&new.token),
                purpose: LinkPurpose::Invite,
                name: name.clone(),
                phone_digest: phone_digest(&sealing, new.id, &phone),
                role: standing.role,
                rights,
                account: None,
                made_by: Some(caller.account),
                made_at_ms: now_ms,
                ends_at_ms: new.ends_at_ms,
                wrong: 0,
            },
        )?;
        let by = by(&caller, &network);
        Ok(by.write(transaction, &row, now_ms, (Act::AdministratorInvited, Some(new.id), details))?)
    });
    write.await?;
    Ok(Json(answer))
}

/// Makes a link by which somebody chooses a new password. What it was, or is to be, nobody else ever sees.
pub async fn reset(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    Path((id, account)): Path<(String, String)>,
) -> Result<Json<MadeLink>, Failure> {
    let new = new_link(&service, RESET_MS);
    let answer = made(&service, &new);
    let (network, now_ms, sealing) = (neighbourhood(peer), service.now_ms(), service.sealing.clone());
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        let (row, own, target) = find_managed(transaction, &caller, &id, &account)?;
        // Whoever is signed in changes the password by the one they know.
        if target.account == caller.account || !may_reset(&own, &target.standing) {
            return Err(ApiFailure::Forbidden.into());
        }
        if !is_only_here(transaction, target.account)? {
            return Err(Failure::invalid("account", "in_other_organisations"));
        }
        transaction.remove_resets_of(target.account)?;
        check_room(transaction, &row, now_ms)?;
        transaction.insert_link(
            row.key,
            &LinkRow {
                id: new.id,
                token_hash: link_hash(&new.token),
                purpose: LinkPurpose::Reset,
                name: target.name.clone(),
                phone_digest: phone_digest(&sealing, new.id, &target.phone),
                role: target.standing.role,
                rights: Rights::default(),
                account: Some(target.account),
                made_by: Some(caller.account),
                made_at_ms: now_ms,
                ends_at_ms: new.ends_at_ms,
                wrong: 0,
            },
        )?;
        let details = json!({ "link": new.id.to_string(), "ends_at": new.ends_at_ms });
        let by = by(&caller, &network);
        Ok(by.write(transaction, &row, now_ms, (Act::PasswordResetStarted, Some(target.account.0), details))?)
    });
    write.await?;
    Ok(Json(answer))
}

/// Takes a link back that nobody has used.
pub async fn withdraw(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    Path((id, link)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let (network, now_ms) = (neighbourhood(peer), service.now_ms());
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        let link = parse_id(&link)?;
        let (row, own) = find_own(transaction, caller.account, parse_organisation(&id)?)?;
        let links = transaction.load_links(row.key, LINKS_MAX)?;
        let found = links.into_iter().find(|it| it.id == link).filter(|_| may_list(own.role));
        let found = found.ok_or(ApiFailure::NotFound)?;
        if !may_manage(own.role, found.role) {
            return Err(ApiFailure::Forbidden.into());
        }
        transaction.remove_link(row.key, link)?;
        let details = json!({ "purpose": found.purpose.word() });
        Ok(by(&caller, &network).write(transaction, &row, now_ms, (Act::LinkWithdrawn, Some(link), details))?)
    });
    write.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives somebody another role or other rights.
pub async fn change(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    Path((id, account)): Path<(String, String)>,
    JsonBody(body): JsonBody<ChangeAdministrator>,
) -> Result<StatusCode, Failure> {
    let (network, now_ms) = (neighbourhood(peer), service.now_ms());
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        let (row, own, target) = find_other(transaction, &caller, &id, &account)?;
        if !may_manage(own.role, target.standing.role) {
            return Err(ApiFailure::Forbidden.into());
        }
        let after = checked_standing(&own, &body.role, body.rights.clone())?;
        change_standing(transaction, &row, &target, &after, (&by(&caller, &network), now_ms))
    });
    write.await?;
    // Streams hear of it with the next look at the accounts.
    service.watch_accounts().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes somebody out of the organisation, or oneself.
pub async fn remove(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    Path((id, account)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let (network, now_ms) = (neighbourhood(peer), service.now_ms());
    let write = service.database.write(move |transaction| -> Result<Vec<RecordId>, Failure> {
        let (row, _, target) = find_managed(transaction, &caller, &id, &account)?;
        remove_from(transaction, &row, &target, (&by(&caller, &network), now_ms))
    });
    write.await?.into_iter().for_each(|device| service.send_away(device));
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's devices that are signed in.
pub async fn devices(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path((id, account)): Path<(String, String)>,
) -> Result<Json<Vec<Device>>, Failure> {
    let read = service.database.read(move |transaction| -> Result<Vec<Device>, Failure> {
        let (_, _, target) = find_managed(transaction, &caller, &id, &account)?;
        let devices = transaction.load_devices(target.account)?;
        Ok(devices.into_iter().map(|row| device_line(row, caller.device)).collect())
    });
    Ok(Json(read.await?))
}

pub(super) fn device_line(row: DeviceRow, current: RecordId) -> Device {
    Device {
        id: row.id.to_string(),
        is_current: row.id == current,
        name: row.name,
        created_at: row.created_at_ms,
        last_used_at: row.last_used_at_ms,
    }
}

/// Ends one session of somebody.
pub async fn revoke_device(
    State(service): State<Shared>,
    peer: Extension<Peer>,
    caller: Caller,
    Path((id, account, device)): Path<(String, String, String)>,
) -> Result<StatusCode, Failure> {
    let device = parse_id(&device)?;
    revoke(&service, (peer.0.0, caller.0), (id, account), Some(device)).await
}

/// Ends all sessions of somebody, save the one that asks.
pub async fn revoke_devices(
    State(service): State<Shared>,
    peer: Extension<Peer>,
    caller: Caller,
    Path((id, account)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    revoke(&service, (peer.0.0, caller.0), (id, account), None).await
}

async fn revoke(
    service: &Shared,
    (peer, caller): (IpAddr, SessionRow),
    (id, account): (String, String),
    only: Option<RecordId>,
) -> Result<StatusCode, Failure> {
    let (network, now_ms) = (neighbourhood(peer), service.now_ms());
    let write = service.database.write(move |transaction| -> Result<Vec<RecordId>, Failure> {
        let (row, _, target) = find_managed(transaction, &caller, &id, &account)?;
        let ended = match only {
            None => transaction.remove_devices_of(target.account, Some(caller.device))?,
            Some(device) if transaction.remove_device(target.account, device)? => vec![device],
            Some(_) => return Err(ApiFailure::NotFound.into()),
        };
        let by = by(&caller, &network);
        for device in &ended {
            let details = json!({ "account": target.account.0.to_string() });
            by.write(transaction, &row, now_ms, (Act::DeviceRevoked, Some(*device), details))?;
        }
        Ok(ended)
    });
    write.await?.into_iter().for_each(|device| service.send_away(device));
    Ok(StatusCode::NO_CONTENT)
}
