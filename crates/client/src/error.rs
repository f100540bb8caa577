//! Why a request was not answered: five conditions, none of them holding personal data.

use mingce_protocol::{ApiError, ApiFailure, BodyError};
use reqwest::StatusCode;
use std::error::Error;

/// Why a request came to nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClientError {
    /// No way to the service: no network, no such name, refused, cut, or no answer in time.
    #[error("the service cannot be reached")]
    Offline,
    /// The service answered and would not do it.
    #[error("the service refused: {}", .0.code.code())]
    Refused(ApiError),
    /// The certificate is not trusted.
    #[error("the connection to the service is not trusted")]
    Untrusted,
    /// The address begins with `http:` and lies across the public network.
    #[error("the connection to the service would not be encrypted")]
    Unencrypted,
    /// What answers there does not speak the protocol, or the address is none.
    #[error("there is no Mingce service at this address")]
    NotMingce,
    /// The service needs a newer desktop, or said something that this one does not know.
    #[error("this desktop is too old for the service")]
    TooOld,
}

impl From<ApiFailure> for ClientError {
    fn from(code: ApiFailure) -> Self {
        ClientError::from(ApiError::from(code))
    }
}

impl From<ApiError> for ClientError {
    fn from(error: ApiError) -> Self {
        if error.code == ApiFailure::Upgrade { ClientError::TooOld } else { ClientError::Refused(error) }
    }
}

/// A body of the service that does not read.
impl From<BodyError> for ClientError {
    fn from(error: BodyError) -> Self {
        match error {
            // Cut or damaged on the way: the next try may bring it whole.
            BodyError::Damaged => ClientError::Offline,
            BodyError::TooLarge | BodyError::Malformed => ClientError::NotMingce,
        }
    }
}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_builder() || error.is_redirect() {
            return ClientError::NotMingce;
        }
        find_cause(&error).unwrap_or(ClientError::Offline)
    }
}

/// Looks along the chain of causes for a word of TLS or of HTTP itself.
fn find_cause(error: &(dyn Error + 'static)) -> Option<ClientError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(from_tls(tls));
        }
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse) {
            return Some(ClientError::NotMingce);
        }
        // An I/O error hides what it wraps from `source`.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|wrapped| find_cause(wrapped)) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn from_tls(error: &rustls::Error) -> ClientError {
    match error {
        // Whoever answers does not speak TLS at all.
        rustls::Error::InvalidMessage(_) => ClientError::NotMingce,
        _ => ClientError::Untrusted,
    }
}

/// The failure that an unsuccessful answer means; `body` is what could be read of it.
pub(crate) fn from_answer(status: StatusCode, retry_after_s: Option<u64>, body: &[u8]) -> ClientError {
    if let Ok(error) = serde_json::from_slice::<ApiError>(body) {
        return error.into();
    }
    let speaks_for_us = serde_json::from_slice::<serde_json::Value>(body)
        .is_ok_and(|answer| answer.get("code").is_some_and(serde_json::Value::is_string));
    match status.as_u16() {
        426 => ClientError::TooOld,
        // A newer service's code that this build has no name for.
        400..=499 if speaks_for_us => ClientError::TooOld,
        // What stands before the service speaks for it.
        413 => ApiFailure::TooLarge.into(),
        429 => ApiError { retry_after_s, ..ApiFailure::TooMany.into() }.into(),
        503 => ApiError { retry_after_s, ..ApiFailure::Unavailable.into() }.into(),
        502 | 504 => ClientError::Offline,
        _ => ClientError::NotMingce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> ClientError {
        from_answer(StatusCode::from_u16(status).unwrap(), Some(7), body.as_bytes())
    }

    #[test]
    fn every_code_of_the_protocol_is_read_back() {
        for code in ApiFailure::ALL {
            let body = serde_json::to_string(&ApiError::from(*code)).unwrap();
            let expected = match code {
                ApiFailure::Upgrade => ClientError::TooOld,
                _ => ClientError::Refused((*code).into()),
            };
            assert_eq!(answer(code.status(), &body), expected);
        }
    }

    #[test]
    fn a_proxy_that_speaks_for_the_service_is_not_taken_for_another_program() {
        assert_eq!(answer(502, "<html>"), ClientError::Offline);
        assert_eq!(answer(504, ""), ClientError::Offline);
        assert!(matches!(answer(429, "slow"), ClientError::Refused(error) if error.retry_after_s == Some(7)));
        assert!(matches!(answer(413, ""), ClientError::Refused(error) if error.code == ApiFailure::TooLarge));
        assert_eq!(answer(404, "<html>"), ClientError::NotMingce);
        assert_eq!(answer(302, ""), ClientError::NotMingce);
        assert_eq!(answer(401, "login"), ClientError::NotMingce);
        assert_eq!(answer(422, "{\"code\":\"moon_phase\"}"), ClientError::TooOld);
    }
}
