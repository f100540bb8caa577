//! Who stands behind a device token.

use crate::failure::Failure;
use crate::limits::counted;
use crate::routes::Peer;
use crate::service::Shared;
use crate::storage::SessionRow;
use crate::token::{DEVICE_PREFIX, Token};
use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use mingce_protocol::ApiFailure;

/// Last use is written at most this often: when exactly somebody works is nobody's business.
const USE_GRAIN_MS: i64 = 3_600_000;

/// A signed-in administrator's device.
pub struct Caller(pub SessionRow);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self, Failure> {
        match find_session(parts, service).await? {
            Some(session) => {
                note_use(service, &session).await?;
                Ok(Self(session))
            }
            None => {
                if let Some(Peer(peer)) = parts.extensions.get::<Peer>() {
                    service.limiters.strangers.check(counted(*peer))?;
                }
                Err(ApiFailure::Unauthorised.into())
            }
        }
    }
}

async fn find_session(parts: &Parts, service: &Shared) -> Result<Option<SessionRow>, Failure> {
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") { Token::parse(DEVICE_PREFIX, token.trim()) } else { None }
    });
    let Some(hash) = token.map(|token| token.hash()) else { return Ok(None) };
    Ok(service.database.read(move |transaction| transaction.find_session(&hash)).await?)
}

async fn note_use(service: &Shared, session: &SessionRow) -> Result<(), Failure> {
    let now_ms = service.now_ms();
    if (0..USE_GRAIN_MS).contains(&(now_ms - session.last_used_at_ms)) {
        return Ok(());
    }
    let hour_ms = now_ms / USE_GRAIN_MS * USE_GRAIN_MS;
    let device = session.device;
    Ok(service.database.write(move |transaction| transaction.save_device_use(device, hour_ms)).await?)
}
