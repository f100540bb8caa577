//! The audit over HTTP: desktops report who looked and took out there, and whoever may sees what was done.

use crate::api::caller::Caller;
use crate::api::sync::find_own;
use crate::api::{parse_organisation, read_body};
use crate::audit::{self, Act, Actor, Deed, Entry, Ledger, neighbourhood};
use crate::failure::Failure;
use crate::routes::Peer;
use crate::service::Shared;
use crate::storage::{AuditFilter, OrganisationRow, ReplicaRow, SessionRow, Transaction};
use axum::extract::{Path, Query, Request, State, rejection::QueryRejection};
use axum::http::StatusCode;
use axum::{Extension, Json};
use data_encoding::HEXLOWER;
use mingce_model::RecordId;
use mingce_model::id::ReplicaId;
use mingce_protocol::{
    AUDIT_LINES_MAX, ApiFailure, AuditLine, AuditPage, LOOK_ACTS, LOOKS_MAX, Limit, Look, ReportLooks,
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Two hundred lines with all their fields are below this.
const REPORT_BYTES_MAX: usize = 512 * 1024;
const FIELDS_MAX: usize = 100;
const FIELD_CHARS_MAX: usize = 60;
/// Lines of a page unless asked for more or less.
const LINES: usize = 100;

/// Takes lines of a desktop's own audit. The same again changes nothing.
pub async fn report(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Extension(Peer(peer)): Extension<Peer>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Failure> {
    let organisation = parse_organisation(&id)?;
    let (parts, body) = request.into_parts();
    let body = read_body(&parts.headers, body, REPORT_BYTES_MAX).await?;
    let reported: ReportLooks = serde_json::from_slice(&body).map_err(|_| ApiFailure::Malformed)?;
    let replica: ReplicaId = reported.replica.parse().map_err(|_| ApiFailure::Malformed)?;
    if reported.looks.len() > LOOKS_MAX {
        return Err(ApiFailure::TooLarge.into());
    }
    let store = reported.store.as_ref().map_or(Ok(replica), |id| id.parse().map_err(|_| ApiFailure::Malformed))?;
    let looks: Vec<Checked> = reported.looks.iter().map(check).collect::<Result<_, _>>()?;
    service.limiters.reports.check_many(caller.device, looks.len().max(1))?;
    let (network, now_ms) = (neighbourhood(peer), service.now_ms());
    let take = move |transaction: &mut dyn Transaction| -> Result<(), Failure> {
        let (row, _) = find_own(transaction, caller.account, organisation)?;
        for replica in [Some(replica), Some(store).filter(|store| *store != replica)].into_iter().flatten() {
            claim_replica(transaction, &row, replica, (&caller, now_ms))?;
        }
        for look in &looks {
            if !transaction.note_look(row.key, store, look.number, look.digest)? {
                continue;
            }
            let deed = Deed {
                act: look.act,
                actor: Actor::Account(caller.account),
                device: Some(caller.device),
                network: Some(&network),
                subject: look.member,
                details: audit::joined([json!({ "replica": replica.to_string() }), look.details.clone()]),
            };
            audit::record(transaction, Ledger::from(&row), now_ms, deed)?;
        }
        Ok(())
    };
    service.database.write(take).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sees that the replica is the account's. Whoever only looks has never pushed: then it is theirs from here on.
fn claim_replica(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    replica: ReplicaId,
    (caller, now_ms): (&SessionRow, i64),
) -> Result<(), Failure> {
    match transaction.find_replica(organisation.key, replica)? {
        Some(row) if row.account == caller.account => Ok(()),
        Some(_) => Err(ApiFailure::Forbidden.into()),
        None => {
            let row = ReplicaRow { account: caller.account, device: Some(caller.device), last_m: 0, acked_m: 0 };
            Ok(transaction.save_replica(organisation.key, replica, &row, now_ms)?)
        }
    }
}

struct Checked {
    number: u64,
    act: Act,
    member: Option<RecordId>,
    details: serde_json::Value,
    /// Of all of it: a desktop that was put back to an earlier state gives a number to another line.
    digest: [u8; 8],
}

/// Only words and ids are taken: no value of the roster can come this way.
fn check(look: &Look) -> Result<Checked, Failure> {
    let act = Act::from_word(&look.act).filter(|_| LOOK_ACTS.contains(&look.act.as_str()));
    let is_name = |field: &String| {
        field.len() <= FIELD_CHARS_MAX && field.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let is_whole = look.fields.len() <= FIELDS_MAX && look.fields.iter().all(is_name);
    let (Some(act), true, 1..=0x7fff_ffff_ffff_ffff) = (act, is_whole, look.number) else {
        return Err(ApiFailure::Malformed.into());
    };
    let member = look.member.as_ref().map(|id| id.parse::<RecordId>().map_err(|_| ApiFailure::Malformed));
    let whole = serde_json::to_vec(look).map_err(|_| ApiFailure::Malformed)?;
    let mut digest = [0; 8];
    digest.copy_from_slice(&Sha256::digest(whole)[..8]);
    Ok(Checked {
        number: look.number,
        act,
        member: member.transpose()?,
        details: json!({
            "number": look.number,
            "at": look.at,
            "fields": look.fields,
            "people": look.people,
            "full": look.full,
        }),
        digest,
    })
}

#[derive(Deserialize)]
pub struct AuditQuery {
    /// Lines with lower numbers.
    before: Option<u64>,
    /// Not before this instant.
    from: Option<i64>,
    /// Before this instant.
    to: Option<i64>,
    act: Option<String>,
    actor: Option<String>,
    limit: Option<usize>,
}

/// The newest lines of the organisation's audit, for whoever may see the roster.
pub async fn list(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<AuditPage>, Failure> {
    let organisation = parse_organisation(&id)?;
    let Query(query) = query.map_err(|_| ApiFailure::Malformed)?;
    let limit = query.limit.unwrap_or(LINES).clamp(1, AUDIT_LINES_MAX);
    let actor = query.actor.map(|id| id.parse::<RecordId>().map_err(|_| ApiFailure::Malformed)).transpose()?;
    let filter = AuditFilter { before: query.before, from_ms: query.from, to_ms: query.to, act: query.act, actor };
    let page = move |transaction: &mut dyn Transaction| -> Result<AuditPage, Failure> {
        let (row, standing) = find_own(transaction, caller.account, organisation)?;
        match standing.rights.limit() {
            // It tells of everybody.
            Some(Limit::OnlyPrints | Limit::OnlyDepartments) => return Err(ApiFailure::Forbidden.into()),
            Some(Limit::OnlyReads) | None => {}
        }
        let mut entries = transaction.find_audit(row.key, &filter, limit + 1)?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let ids = entries.iter().flat_map(|entry| [entry.actor, entry.device, named_subject(entry)]).flatten();
        let mut ids: Vec<RecordId> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let names = transaction.load_names(row.key, &ids)?;
        Ok(AuditPage { lines: entries.iter().map(|entry| line(entry, &names)).collect(), more })
    };
    Ok(Json(service.database.read(page).await?))
}

/// The subject, where it may be told by name: what a desktop reports can name any id.
fn named_subject(entry: &Entry) -> Option<RecordId> {
    entry.subject.filter(|_| !LOOK_ACTS.contains(&entry.act.as_str()))
}

fn line(entry: &Entry, names: &HashMap<RecordId, String>) -> AuditLine {
    let text = |id: Option<RecordId>| id.map(|id| id.to_string());
    let name = |id: Option<RecordId>| id.and_then(|id| names.get(&id).cloned());
    AuditLine {
        number: entry.number,
        at: entry.at_ms,
        act: entry.act.clone(),
        actor_kind: entry.actor_kind.clone(),
        actor: text(entry.actor),
        actor_name: name(entry.actor),
        device: text(entry.device),
        device_name: name(entry.device),
        network: entry.network.clone(),
        subject: text(entry.subject),
        subject_name: name(named_subject(entry)),
        details: entry.details.clone(),
        link: HEXLOWER.encode(&entry.link),
    }
}
