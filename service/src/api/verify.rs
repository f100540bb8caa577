//! Digests of what an account may see, and the comparison of a part that differs.

use crate::api::caller::Caller;
use crate::api::sync::find_own;
use crate::api::{parse_organisation, read_body};
use crate::failure::Failure;
use crate::service::Shared;
use crate::sync::{compare_part, load_digests};
use axum::Json;
use axum::extract::{Path, Query, Request, State, rejection::QueryRejection};
use mingce_protocol::ApiFailure;
use mingce_protocol::digest::{COMPARED_MAX, Compare, Compared, ServiceDigests};
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// Each record of a question is its id and sixteen digits.
const QUESTION_BYTES_MAX: usize = COMPARED_MAX * 80 + 1_024;
/// Going over a large roster takes seconds: one at a time, and whoever would wait longer asks again later.
const TURN_WAIT: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
pub struct DigestsQuery {
    cursor: String,
}

/// The turn goes with the work: that goes on when whoever asked has hung up.
async fn take_turn(service: &Shared) -> Result<OwnedSemaphorePermit, Failure> {
    match tokio::time::timeout(TURN_WAIT, service.verifying.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(ApiFailure::Unavailable.into()),
    }
}

pub async fn digests(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    query: Result<Query<DigestsQuery>, QueryRejection>,
) -> Result<Json<ServiceDigests>, Failure> {
    let organisation = parse_organisation(&id)?;
    let Query(query) = query.map_err(|_| ApiFailure::Malformed)?;
    let turn = take_turn(&service).await?;
    let lent = service.clone();
    let read = service.database.read(move |transaction| {
        let _turn = turn;
        let (row, standing) = find_own(transaction, caller.account, organisation)?;
        let by = (&lent.cursor_key, lent.safeguards);
        load_digests(transaction, by, (&row, caller.account, &standing.rights), &lent.digests, &query.cursor)
    });
    Ok(Json(read.await?))
}

pub async fn compare(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Compared>, Failure> {
    let organisation = parse_organisation(&id)?;
    let (parts, body) = request.into_parts();
    let body = read_body(&parts.headers, body, QUESTION_BYTES_MAX).await?;
    let asked: Compare = serde_json::from_slice(&body).map_err(|_| ApiFailure::Malformed)?;
    let turn = take_turn(&service).await?;
    let lent = service.clone();
    let read = service.database.read(move |transaction| {
        let _turn = turn;
        let (row, standing) = find_own(transaction, caller.account, organisation)?;
        compare_part(transaction, (&lent.cursor_key, lent.safeguards), (&row, caller.account, &standing.rights), &asked)
    });
    Ok(Json(read.await?))
}
