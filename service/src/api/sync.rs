//! Push and pull over HTTP.

use crate::api::caller::Caller;
use crate::api::{parse_organisation, read_body};
use crate::audit::neighbourhood;
use crate::failure::Failure;
use crate::routes::{PULL_WAIT_MAX, Peer};
use crate::service::{Moved, Shared};
use crate::storage::{LogHead, OrganisationRow, SessionRow, Standing, Transaction};
use crate::sync::{Page, Pusher, Safeguard, apply_push, check_answered, load_page};
use axum::extract::{Path, Query, Request, State, rejection::QueryRejection};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use mingce_model::OrganisationId;
use mingce_model::id::{AccountId, ReplicaId};
use mingce_protocol::push::read_push;
use mingce_protocol::{
    ApiFailure, BODY_BYTES_MAX, Limit, MEDIA_TYPE, PROTOCOL, PROTOCOL_MIN, PULL_ROWS_MAX, PUSH_OPS_MAX, PushAnswer,
    Right,
};
use serde::Deserialize;
use std::time::Duration;

/// How long a push waits for its turn to be read.
const TURN_WAIT: Duration = Duration::from_secs(20);
/// Largest compressed push.
const PUSH_BYTES_MAX: usize = 8 * 1024 * 1024;

pub async fn push(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Extension(Peer(peer)): Extension<Peer>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<PushAnswer>, Failure> {
    let organisation = parse_organisation(&id)?;
    let (parts, body) = request.into_parts();
    if parts.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "zstd") {
        return Err(ApiFailure::Malformed.into());
    }
    // Only a simulation that takes the lock away reads the organisation so early.
    let read_ahead = match service.safeguards.has(Safeguard::OrganisationLock) {
        true => None,
        false => {
            let account = caller.account;
            Some(service.database.read(move |transaction| find_own(transaction, account, organisation)).await?)
        }
    };
    let turn = tokio::time::timeout(TURN_WAIT, service.pushes.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Err(ApiFailure::Unavailable.into()) };
    let body = read_body(&parts.headers, body, PUSH_BYTES_MAX).await?;
    // Unpacked and parsed before the one writer is asked for.
    let read = tokio::task::spawn_blocking(move || read_push(&body, BODY_BYTES_MAX, PUSH_OPS_MAX));
    let push = read.await.map_err(|_| ApiFailure::Internal)??;
    if !(PROTOCOL_MIN..=PROTOCOL).contains(&push.header.protocol) {
        return Err(ApiFailure::Upgrade.into());
    }
    let lent = service.clone();
    let network = neighbourhood(peer);
    let answer = service.write_and_wake(move |transaction| -> Result<_, Failure> {
        let (row, standing) = match &read_ahead {
            Some(found) => found.clone(),
            None => find_own(transaction, caller.account, organisation)?,
        };
        let pusher = Pusher {
            account: caller.account,
            account_name: &caller.account_name,
            role: standing.role,
            may_reveal: standing.rights.has(Right::RevealNumbers),
            device: caller.device,
            network: Some(&network),
            now_ms: lent.now_ms(),
            today: lent.today(),
            random: &lent.random,
            cursor_key: &lent.cursor_key,
            safeguards: lent.safeguards,
        };
        let answer = apply_push(transaction, row, &pusher, &push)?;
        let moved = (answer.head > row.head)
            .then_some(Moved { organisation, head: LogHead { epoch: row.epoch, head: answer.head } });
        Ok((answer, moved))
    });
    Ok(Json(answer.await?))
}

#[derive(Deserialize)]
pub struct PullQuery {
    cursor: Option<String>,
    limit: Option<usize>,
    /// Seconds to wait when nothing is new.
    wait: Option<u64>,
    /// The desktop as an author, and up to which of its numbers it holds answers.
    replica: Option<String>,
    acked: Option<u64>,
    /// What the newest answer said of the log.
    seen: Option<String>,
    /// 1 from desktops that know that records can leave what their account may see.
    scope: Option<u8>,
}

pub async fn pull(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    query: Result<Query<PullQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let organisation = parse_organisation(&id)?;
    let Query(query) = query.map_err(|_| ApiFailure::Malformed)?;
    let rows_max = query.limit.unwrap_or(PULL_ROWS_MAX);
    let wait = Duration::from_secs(query.wait.unwrap_or(0)).min(PULL_WAIT_MAX);
    let answered = match (&query.replica, query.acked) {
        (Some(replica), Some(acked)) => Some((replica.parse().map_err(|_| ApiFailure::Malformed)?, acked)),
        _ => None,
    };
    let asked = Asked {
        account: caller.account,
        organisation,
        cursor: query.cursor,
        seen: query.seen,
        answered,
        rows_max,
        knows_scopes: query.scope == Some(1),
    };
    let mut news = service.hub.subscribe(organisation);
    let mut page = read_page(&service, asked.clone()).await?;
    // Desktops of before the stream of events wait so.
    if page.rows == 0 && !wait.is_zero() {
        let head = page.head;
        let mut sent_away = service.hub.subscribe_device(caller.device);
        check_device(&service, &caller).await?;
        let mut stopping = service.stopping.subscribe();
        let is_news = tokio::select! {
            moved = news.wait_for(|told| told.head > head) => moved.is_ok(),
            _ = sent_away.wait_for(|is_sent_away| *is_sent_away) => return Err(ApiFailure::Unauthorised.into()),
            _ = stopping.wait_for(|stopping| *stopping) => false,
            () = tokio::time::sleep(wait) => false,
        };
        if is_news {
            page = read_page(&service, asked).await?;
        }
    }
    let headers = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_ENCODING, "zstd")];
    Ok((headers, page.body).into_response())
}

/// The device may have been sent away since its token was looked up.
async fn check_device(service: &Shared, caller: &SessionRow) -> Result<(), Failure> {
    let account = caller.account;
    let devices = service.database.read(move |transaction| transaction.load_devices(account)).await?;
    if devices.iter().any(|device| device.id == caller.device) { Ok(()) } else { Err(ApiFailure::Unauthorised.into()) }
}

/// A page that a desktop asks for.
#[derive(Clone)]
struct Asked {
    account: AccountId,
    organisation: OrganisationId,
    cursor: Option<String>,
    seen: Option<String>,
    answered: Option<(ReplicaId, u64)>,
    rows_max: usize,
    knows_scopes: bool,
}

async fn read_page(service: &Shared, asked: Asked) -> Result<Page, Failure> {
    let (key, safeguards) = (service.cursor_key.clone(), service.safeguards);
    service
        .database
        .read(move |transaction| {
            let (row, standing) = find_own(transaction, asked.account, asked.organisation)?;
            if let Some((replica, acked)) = asked.answered {
                check_answered(transaction, &row, replica, acked)?;
            }
            let rights = standing.rights;
            if rights.limit() == Some(Limit::OnlyDepartments) && !asked.knows_scopes {
                // It would keep what leaves.
                return Err(ApiFailure::Upgrade.into());
            }
            let places = (asked.cursor.as_deref(), asked.seen.as_deref());
            load_page(transaction, (&key, safeguards), (&row, asked.account, rights), places, asked.rows_max)
        })
        .await
}

/// The organisation and what the account may do in it. Another's organisation looks like none.
pub(super) fn find_own(
    transaction: &mut dyn Transaction,
    account: AccountId,
    id: OrganisationId,
) -> Result<(OrganisationRow, Standing), Failure> {
    let row = transaction.find_organisation(id)?.ok_or(ApiFailure::NotFound)?;
    match transaction.find_standing(account, row.key)? {
        Some(standing) => Ok((row, standing)),
        None => Err(ApiFailure::NotFound.into()),
    }
}
