//! An administrator's devices: see them, send one away.

use crate::api::account::Noted;
use crate::api::administrators::device_line;
use crate::api::caller::Caller;
use crate::audit::{Act, neighbourhood};
use crate::failure::Failure;
use crate::routes::Peer;
use crate::service::Shared;
use crate::storage::Transaction;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use mingce_model::RecordId;
use mingce_protocol::{ApiFailure, Device};

pub async fn list(State(service): State<Shared>, Caller(caller): Caller) -> Result<Json<Vec<Device>>, Failure> {
    let account = caller.account;
    let rows = service.database.read(move |transaction| transaction.load_devices(account)).await?;
    Ok(Json(rows.into_iter().map(|row| device_line(row, caller.device)).collect()))
}

pub async fn revoke(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let device: RecordId = id.parse().map_err(|_| ApiFailure::NotFound)?;
    let (network, now_ms) = (neighbourhood(peer), service.now_ms());
    let remove = move |transaction: &mut dyn Transaction| -> Result<bool, Failure> {
        let organisations = transaction.hold_organisations_of(caller.account)?;
        let was_there = transaction.remove_device(caller.account, device)?;
        if was_there {
            let noted = Noted { account: caller.account, device: caller.device, network: &network, now_ms };
            noted.write_all_about(transaction, &organisations, Act::DeviceRevoked, device)?;
        }
        Ok(was_there)
    };
    if !service.database.write(remove).await? {
        return Err(ApiFailure::NotFound.into());
    }
    service.send_away(device);
    Ok(StatusCode::NO_CONTENT)
}
