//! Photos lent and fetched, by their hash. What is taken is checked as strictly as if a stranger had sent it.

use crate::api::caller::Caller;
use crate::api::sync::find_own;
use crate::api::{parse_organisation, read_body};
use crate::failure::Failure;
use crate::service::Shared;
use crate::storage::Transaction;
use crate::sync::may_see_photo;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mingce_model::PhotoHash;
use mingce_protocol::{ApiFailure, Limit, PHOTO_BYTES_MAX, PHOTO_MEDIA_TYPE};

fn parse_hash(text: &str) -> Result<PhotoHash, Failure> {
    text.parse().map_err(|_| ApiFailure::NotFound.into())
}

/// Takes a photo. The same one again changes nothing.
pub async fn put(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path((id, hash)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, Failure> {
    service.limiters.photos.check(caller.device)?;
    let (organisation, hash) = (parse_organisation(&id)?, parse_hash(&hash)?);
    let account = caller.account;
    let read = move |transaction: &mut dyn Transaction| find_own(transaction, account, organisation);
    let (_, standing) = service.database.read::<_, Failure>(read).await?;
    if let Some(limit) = standing.rights.limit().filter(|limit| *limit != Limit::OnlyDepartments) {
        // The edit that names it is refused with the same word.
        return Err(Failure::invalid("photo", limit.word()));
    }
    let (parts, body) = request.into_parts();
    if parts.headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != PHOTO_MEDIA_TYPE.as_bytes()) {
        return Err(ApiFailure::Malformed.into());
    }
    let jpeg = read_body(&parts.headers, body, PHOTO_BYTES_MAX).await?;
    let checked = tokio::task::spawn_blocking(move || match mingce_photos::check(&jpeg) {
        Err(flaw) => Err(Failure::invalid("photo", flaw.word())),
        Ok(()) if PhotoHash::of(&jpeg) != hash => Err(Failure::invalid("photo", "photo_hash_differs")),
        Ok(()) => Ok(jpeg),
    });
    let jpeg = checked.await.map_err(|_| ApiFailure::Internal)??;
    let (now_ms, quota) = (service.now_ms(), service.photo_quota_bytes);
    service
        .database
        .write(move |transaction| -> Result<(), Failure> {
            let (row, _) = find_own(transaction, account, organisation)?;
            let is_new = !transaction.has_photo(row.key, hash)?;
            if is_new && transaction.load_photo_bytes(row.key)?.saturating_add(jpeg.len() as u64) > quota {
                return Err(Failure::invalid("photo", "photo_quota"));
            }
            Ok(transaction.save_photo(row.key, hash, &jpeg, now_ms)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn get(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path((id, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    service.limiters.photos.check(caller.device)?;
    let (organisation, hash) = (parse_organisation(&id)?, parse_hash(&hash)?);
    let found = service
        .database
        .read(move |transaction| -> Result<Option<Vec<u8>>, Failure> {
            let (row, standing) = find_own(transaction, caller.account, organisation)?;
            match standing.rights.limit() {
                Some(Limit::OnlyPrints) => Err(ApiFailure::Forbidden.into()),
                Some(Limit::OnlyDepartments) if !may_see_photo(transaction, &row, caller.account, hash)? => Ok(None),
                _ => Ok(transaction.find_photo(row.key, hash)?),
            }
        })
        .await?;
    let jpeg = found.ok_or(ApiFailure::NotFound)?;
    Ok(([(header::CONTENT_TYPE, PHOTO_MEDIA_TYPE)], jpeg).into_response())
}
