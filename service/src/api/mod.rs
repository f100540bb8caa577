//! The service's JSON and sync endpoints: read a request, ask the other rooms, write the answer. Decides nothing itself.

pub mod account;
pub mod administrators;
pub mod audit;
pub mod caller;
pub mod devices;
pub mod events;
pub mod meta;
pub mod own_account;
pub mod photos;
pub mod sync;
pub mod verify;

use crate::failure::Failure;
use crate::service::Shared;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use mingce_model::OrganisationId;
use mingce_protocol::ApiFailure;
use serde::de::DeserializeOwned;

/// Largest JSON body; the largest real one is below 1 KiB.
const JSON_BYTES_MAX: usize = 16 * 1024;

/// A JSON body, read within its bound.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for JsonBody<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, _: &Shared) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = read_body(&parts.headers, body, JSON_BYTES_MAX).await?;
        let value = serde_json::from_slice(&bytes).map_err(|_| ApiFailure::Malformed)?;
        Ok(Self(value))
    }
}

/// Reads a body of at most `bytes_max`; refuses a longer one by its stated length before reading.
pub async fn read_body(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, Failure> {
    let stated = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if stated.is_some_and(|length| length > bytes_max as u64) {
        return Err(ApiFailure::TooLarge.into());
    }
    // A broken connection ends here too, but then nobody reads the answer.
    axum::body::to_bytes(body, bytes_max).await.map_err(|_| ApiFailure::TooLarge.into())
}

/// The organisation in a path.
pub fn parse_organisation(text: &str) -> Result<OrganisationId, Failure> {
    text.parse().map_err(|_| ApiFailure::NotFound.into())
}
