//! What the service is, whether it lives, and what it can be asked.

use crate::failure::Failure;
use crate::service::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use mingce_protocol::{Meta, PROTOCOL, PROTOCOL_MIN, SCHEMA};

/// The description of every route, OpenAPI 3.1.
pub const OPENAPI: &str = include_str!("../openapi.json");

pub async fn meta(State(service): State<Shared>) -> Json<Meta> {
    Json(Meta {
        product: "mingce".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol_min: PROTOCOL_MIN,
        protocol_max: PROTOCOL,
        schema: SCHEMA,
        now_ms: service.now_ms(),
        public_url: service.public_url.clone(),
    })
}

/// The process answers.
pub async fn health() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "ok" }))
}

/// The storage answers too.
pub async fn ready(State(service): State<Shared>) -> Result<Json<serde_json::Value>, Failure> {
    service.check_storage().await?;
    Ok(Json(serde_json::json!({ "status": "ready" })))
}

pub async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
