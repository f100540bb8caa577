//! A request that failed: the protocol's code as an HTTP answer. Holds no personal data.

use crate::storage::StorageError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mingce_protocol::{ApiError, ApiFailure, BodyError};

/// What a handler answers instead of its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub ApiError);

impl Failure {
    /// A value of the request breaks a rule; both words are codes.
    pub fn invalid(field: &str, rule: &str) -> Self {
        let mut error = ApiError::from(ApiFailure::Invalid);
        error.field = Some(field.to_owned());
        error.rule = Some(rule.to_owned());
        Self(error)
    }
    /// A push that left numbers out.
    pub fn gap(expected: u64) -> Self {
        let mut error = ApiError::from(ApiFailure::Gap);
        error.expected = Some(expected);
        Self(error)
    }
    pub fn too_many(retry_after_s: u64) -> Self {
        let mut error = ApiError::from(ApiFailure::TooMany);
        error.retry_after_s = Some(retry_after_s);
        Self(error)
    }
}

impl From<ApiFailure> for Failure {
    fn from(code: ApiFailure) -> Self {
        Self(code.into())
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        let code = match error {
            StorageError::Busy
            | StorageError::DiskFull
            | StorageError::Unreachable
            | StorageError::Refused
            | StorageError::Untrusted => ApiFailure::Unavailable,
            StorageError::Unreadable
            | StorageError::TooNew
            | StorageError::FolderInUse
            | StorageError::Encoding
            | StorageError::Failed(_)
            | StorageError::Condition(_)
            | StorageError::TooOld
            | StorageError::AuditKey
            | StorageError::SecretKey
            | StorageError::Inconsistent => ApiFailure::Internal,
        };
        tracing::error!(condition = %error, "storage failed");
        let mut failure = ApiError::from(code);
        if code == ApiFailure::Unavailable {
            failure.retry_after_s = Some(5);
        }
        Self(failure)
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => ApiFailure::TooLarge.into(),
            BodyError::Damaged | BodyError::Malformed => ApiFailure::Malformed.into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_s = self.0.retry_after_s;
        let mut response = (status, Json(self.0)).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_no_fault_of_the_request() {
        for error in [StorageError::Busy, StorageError::DiskFull, StorageError::Unreachable, StorageError::Refused] {
            let response = Failure::from(error).into_response();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{error}");
            assert_eq!(response.headers()[header::RETRY_AFTER], "5");
        }
        let response = Failure::from(StorageError::Condition(*b"42P01")).into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
