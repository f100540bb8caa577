//! What a browser brings with its request: language, cookies, and whether a form is really ours.

use super::words::Lang;
use crate::service::Shared;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, request::Parts};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::convert::Infallible;

/// A cookie that ties forms to the browser that was given them.
const FORM_COOKIE: &str = "mingce_form";
const FORM_COOKIE_CHARS: usize = 26;
const FORM_COOKIE_S: u32 = 2 * 3_600;
/// The member's session.
const SESSION_COOKIE: &str = "mingce_member";
const PURPOSE: &[u8] = b"mingce form 1";

/// One request of a browser.
pub struct Visit {
    pub lang: Lang,
    headers: HeaderMap,
    is_https: bool,
    public_url: String,
    form_key: [u8; 32],
    fresh_form_secret: String,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self, Infallible> {
        let asked = parts
            .uri
            .query()
            .and_then(|query| query.split('&').find_map(|pair| Lang::parse(pair.strip_prefix("lang=")?)));
        let accept = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            lang: asked.unwrap_or_else(|| Lang::negotiate(accept)),
            headers: parts.headers.clone(),
            is_https: service.is_https,
            public_url: service.public_url.clone(),
            form_key: service.form_key,
            fresh_form_secret: BASE32_NOPAD.encode(&service.random_bytes::<16>()),
        })
    }
}

impl Visit {
    /// A link within the pages that keeps the language.
    pub fn link(&self, path: &str) -> String {
        format!("{path}?lang={}", self.lang.word())
    }

    /// The hidden value of a form that posts to `action`, and the cookie it needs.
    pub fn form_seal(&self, action: &str) -> (String, HeaderValue) {
        let secret = self.form_secret().unwrap_or(&self.fresh_form_secret);
        let cookie = self.cookie(FORM_COOKIE, secret, FORM_COOKIE_S);
        (HEXLOWER.encode(&self.mac(secret, action).finalize().into_bytes()), cookie)
    }

    /// Whether a posted form was given to this very browser for this action, from a page of this site.
    ///
    /// Two defences (OWASP ASVS 5.0, 3.5.1): the sealed cookie, and what the browser says of the form's origin. A
    /// client that says nothing of it, as old phones do, is left to the first.
    pub fn is_own_form(&self, action: &str, seal: &str) -> bool {
        let Some(secret) = self.form_secret() else { return false };
        let Ok(seal) = HEXLOWER.decode(seal.as_bytes()) else { return false };
        self.is_same_site() && self.mac(secret, action).verify_slice(&seal).is_ok()
    }

    /// The session's token, as the browser sent it.
    pub fn session(&self) -> Option<&str> {
        self.find_cookie(SESSION_COOKIE)
    }

    pub fn session_cookie(&self, token: &str, seconds: u32) -> HeaderValue {
        self.cookie(SESSION_COOKIE, token, seconds)
    }

    fn is_same_site(&self) -> bool {
        let text = |name: &str| self.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        if let Some(site) = text("sec-fetch-site") {
            return site == "same-origin";
        }
        let Some(origin) = self.headers.get(ORIGIN).map(|value| value.to_str().unwrap_or_default()) else {
            return true;
        };
        let host = self.headers.get(HOST).and_then(|value| value.to_str().ok());
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        origin.eq_ignore_ascii_case(&self.public_url)
            || matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
    }

    fn form_secret(&self) -> Option<&str> {
        let secret = self.find_cookie(FORM_COOKIE)?;
        let is_ours = secret.len() == FORM_COOKIE_CHARS && secret.bytes().all(|b| b.is_ascii_alphanumeric());
        is_ours.then_some(secret)
    }

    fn mac(&self, secret: &str, action: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.form_key).expect("HMAC takes a key of any length");
        for part in [PURPOSE, secret.as_bytes(), action.as_bytes()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    /// RFC 6265bis, 4.1.3.2: `__Host-` binds a cookie to this very host, over HTTPS.
    fn cookie_name(&self, name: &str) -> String {
        if self.is_https { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn cookie(&self, name: &str, value: &str, seconds: u32) -> HeaderValue {
        let name = self.cookie_name(name);
        let secure = if self.is_https { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    fn find_cookie(&self, name: &str) -> Option<&str> {
        let name = self.cookie_name(name);
        self.headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(name.as_str())?.strip_prefix('='))
    }
}
