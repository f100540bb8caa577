//! Every route of the service in one table, and what every request passes through on its way.

use crate::api::{account, administrators, audit, devices, events, meta, own_account, photos, sync, verify};
use crate::failure::Failure;
use crate::pages::{self, Visit, failure_page};
use crate::peer::find_peer;
use crate::service::Shared;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use axum::{RequestExt, Router};
use mingce_protocol::ApiFailure;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// Longest a pull may wait for news.
pub const PULL_WAIT_MAX: Duration = Duration::from_secs(25);
/// Time for a push of the largest size over a slow line.
const PUSH_TIME: Duration = Duration::from_secs(120);
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// Largest form of a member page; the other bodies have bounds of their own.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// Who is asking, for rate limits.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Method, path and handler of every route; `/openapi.json` describes the same.
fn table() -> Vec<(&'static str, &'static str, MethodRouter<Shared>)> {
    vec![
        ("get", "/v1/meta", get(meta::meta)),
        ("post", "/v1/organisations", post(account::create_organisation)),
        ("post", "/v1/sign-in", post(account::sign_in)),
        ("post", "/v1/sign-out", post(account::sign_out)),
        ("get", "/v1/devices", get(devices::list)),
        ("delete", "/v1/devices/{id}", delete(devices::revoke)),
        ("post", "/v1/account/password", post(own_account::change_password)),
        ("get", "/v1/account/second-factor", get(own_account::second_factor)),
        ("post", "/v1/account/second-factor", post(own_account::begin_second_factor)),
        ("post", "/v1/account/second-factor/confirm", post(own_account::confirm_second_factor)),
        ("post", "/v1/account/second-factor/codes", post(own_account::remake_recovery_codes)),
        ("post", "/v1/account/second-factor/off", post(own_account::end_second_factor)),
        ("get", "/v1/organisations/{id}/administrators", get(administrators::list)),
        ("post", "/v1/organisations/{id}/administrators", post(administrators::invite)),
        ("put", "/v1/organisations/{id}/administrators/{account}", put(administrators::change)),
        ("delete", "/v1/organisations/{id}/administrators/{account}", delete(administrators::remove)),
        ("post", "/v1/organisations/{id}/administrators/{account}/reset", post(administrators::reset)),
        ("get", "/v1/organisations/{id}/administrators/{account}/devices", get(administrators::devices)),
        ("delete", "/v1/organisations/{id}/administrators/{account}/devices", delete(administrators::revoke_devices)),
        (
            "delete",
            "/v1/organisations/{id}/administrators/{account}/devices/{device}",
            delete(administrators::revoke_device),
        ),
        ("delete", "/v1/organisations/{id}/administrator-links/{link}", delete(administrators::withdraw)),
        ("post", "/v1/organisations/{id}/push", post(sync::push)),
        ("get", "/v1/organisations/{id}/pull", get(sync::pull)),
        ("get", "/v1/organisations/{id}/events", get(events::events)),
        ("get", "/v1/organisations/{id}/digests", get(verify::digests)),
        ("post", "/v1/organisations/{id}/compare", post(verify::compare)),
        ("post", "/v1/organisations/{id}/audit", post(audit::report)),
        ("get", "/v1/organisations/{id}/audit", get(audit::list)),
        ("put", "/v1/organisations/{id}/photos/{hash}", put(photos::put)),
        ("get", "/v1/organisations/{id}/photos/{hash}", get(photos::get)),
        ("get", "/health", get(meta::health)),
        ("get", "/ready", get(meta::ready)),
        ("get", "/openapi.json", get(meta::openapi)),
        ("get", "/", get(pages::home)),
        ("get", "/j/{token}", get(pages::invitation)),
        // A printed code is upper-case throughout, which makes its squares coarser.
        ("get", "/J/{token}", get(pages::invitation)),
        ("get", "/j/{token}/join", get(pages::join_form)),
        ("post", "/j/{token}/join", post(pages::submit_join)),
        ("get", "/j/{token}/agree", get(pages::agree_form)),
        ("post", "/j/{token}/agree", post(pages::submit_agreement)),
        ("get", "/j/{token}/refuse", get(pages::refuse_form)),
        ("post", "/j/{token}/refuse", post(pages::submit_refusal)),
        ("get", "/a/{token}", get(pages::administrator_link)),
        ("get", "/A/{token}", get(pages::administrator_link)),
        ("post", "/a/{token}", post(pages::use_administrator_link)),
        ("get", "/declined", get(pages::declined)),
        ("get", "/card", get(pages::card)),
        ("get", "/card/photo", get(pages::card_photo)),
        ("post", "/card/sign-out", post(pages::sign_out)),
        ("get", "/card/consents", get(pages::consents)),
        ("post", "/card/consents", post(pages::change_consents)),
        ("get", "/card/close", get(pages::close_form)),
        ("post", "/card/close", post(pages::submit_closing)),
        ("get", "/card/export", get(pages::export_form)),
        ("post", "/card/export", post(pages::export)),
        ("get", "/pages.css", get(pages::style)),
        ("get", "/icon.svg", get(pages::icon)),
    ]
}

/// Method and path of every route.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// The whole service over its shared parts.
pub fn router(service: Shared) -> Router {
    let mut router = Router::new();
    for (_, path, handler) in table() {
        router = router.route(path, handler);
    }
    router
        .fallback(fallback)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(from_fn_with_state(service.clone(), admit))
        .layer(from_fn_with_state(service.clone(), account_for))
        .with_state(service)
}

/// Programs get a code, people a page.
async fn fallback(visit: Visit, request: Request) -> Response {
    if is_for_programs(request.uri().path()) {
        return Failure::from(ApiFailure::NotFound).into_response();
    }
    pages::lost(visit).await
}

fn is_for_programs(path: &str) -> bool {
    path.starts_with("/v1/")
}

/// Outermost: times and logs the request, and gives every answer its protective headers.
async fn account_for(State(service): State<Shared>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = data_encoding::HEXLOWER.encode(&service.random_bytes::<8>());
    let method = request.method().clone();
    // The template, never the path: a path can hold an invitation's token.
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let mut response = next.run(request).await;
    protect(&service, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    tracing::info!(
        request = request_id,
        method = method.as_str(),
        route,
        status = response.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Finds the peer, counts strangers, and ends what takes too long.
async fn admit(State(service): State<Shared>, mut request: Request, next: Next) -> Response {
    let socket = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let peer = find_peer(socket, request.headers(), &service.trusted_proxies);
    request.extensions_mut().insert(Peer(peer));
    // A request with a token is counted where the token turns out to be wrong.
    if !request.headers().contains_key(header::AUTHORIZATION)
        && let Err(failure) = service.limiters.strangers.check(crate::limits::counted(peer))
    {
        if is_for_programs(request.uri().path()) {
            return failure.into_response();
        }
        let Ok(visit) = request.extract_parts_with_state::<Visit, _>(&service).await;
        return failure_page(&visit, &failure);
    }
    let route = request.extensions().get::<MatchedPath>().map_or("", |path| path.as_str());
    let time = match route {
        "/v1/organisations/{id}/push" => PUSH_TIME,
        "/v1/organisations/{id}/pull" => PULL_WAIT_MAX + REQUEST_TIME,
        _ => REQUEST_TIME,
    };
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::from(ApiFailure::Unavailable).into_response(),
    }
}

/// Headers of every answer; a handler's own values stay.
fn protect(service: &Shared, headers: &mut HeaderMap) {
    const ALWAYS: [(&str, &str); 8] = [
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in ALWAYS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if service.is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
