//! What a form posted: nothing is read of a peer that posts too often.

use super::layout::failure_page;
use super::visit::Visit;
use crate::limits::{Limiter, Limiters, counted};
use crate::routes::Peer;
use crate::service::Shared;
use axum::extract::{Extension, Form, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use mingce_protocol::ApiFailure;
use serde::de::DeserializeOwned;
use std::net::IpAddr;

/// The fields of a form of ours.
pub trait Fields: DeserializeOwned {
    /// What its posts are counted by.
    fn limiter(limiters: &Limiters) -> &Limiter<IpAddr> {
        &limiters.join
    }
}

/// The fields, or the page that says why they were not read.
pub struct Posted<T>(pub T);

impl<T: Fields> FromRequest<Shared> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, service: &Shared) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, service).await;
        let peer = Extension::<Peer>::from_request_parts(&mut parts, service).await;
        let Extension(Peer(peer)) = peer.map_err(IntoResponse::into_response)?;
        let limiter = T::limiter(&service.limiters);
        limiter.check(counted(peer)).map_err(|failure| failure_page(&visit, &failure))?;
        let form = Form::from_request(Request::from_parts(parts, body), service).await;
        let Form(fields) = form.map_err(|_| failure_page(&visit, &ApiFailure::Malformed.into()))?;
        Ok(Self(fields))
    }
}
