//! An administrator's devices: see them, send one away.

use crate::api::caller::Caller;
use crate::failure::Failure;
use crate::service::Shared;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use mingce_model::RecordId;
use mingce_protocol::{ApiFailure, Device};

pub async fn list(State(service): State<Shared>, Caller(caller): Caller) -> Result<Json<Vec<Device>>, Failure> {
    let account = caller.account;
    let rows = service.database.read(move |transaction| transaction.load_devices(account)).await?;
    let devices = rows
        .into_iter()
        .map(|row| Device {
            id: row.id.to_string(),
            name: row.name,
            created_at: row.created_at_ms,
            last_used_at: row.last_used_at_ms,
            is_current: row.id == caller.device,
        })
        .collect();
    Ok(Json(devices))
}

pub async fn revoke(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let device: RecordId = id.parse().map_err(|_| ApiFailure::NotFound)?;
    let was_there =
        service.database.write(move |transaction| transaction.remove_device(caller.account, device)).await?;
    if !was_there {
        return Err(ApiFailure::NotFound.into());
    }
    service.send_away(device);
    Ok(StatusCode::NO_CONTENT)
}
