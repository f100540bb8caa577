//! One client: a pool of connections to one service, and the token of one device.

use crate::address::{self, Place};
use crate::error::from_answer;
use crate::{ClientError, ClientOptions, Trust};
use mingce_model::id::ReplicaId;
use mingce_model::{OrganisationId, PhotoHash};
use mingce_protocol::digest::{Compare, Compared, ServiceDigests};
use mingce_protocol::pull::read_pull;
use mingce_protocol::push::write_push;
use mingce_protocol::{
    ApiFailure, AuditPage, BODY_BYTES_MAX, CreateOrganisation, Device, EVENTS_MEDIA_TYPE, MEDIA_TYPE, Meta, News,
    NewsReader, Op, PHOTO_BYTES_MAX, PHOTO_MEDIA_TYPE, PROTOCOL, PROTOCOL_MIN, PullHeader, PulledRecord, PushAnswer,
    PushHeader, ReportLooks, SignIn, SignedIn,
};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tokio::time::timeout;

/// Largest small answer.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Largest answer to a push: five thousand exceptions with their fields and conflicts.
const PUSH_ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// About what a packed record of a large page takes.
const RECORD_BYTES: usize = 64;
const PRODUCT: &str = "mingce";

/// The service at one address. Connections are kept and shared by all clones made with `with_token`.
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: RwLock<Option<HeaderValue>>,
    answer: Duration,
    push: Duration,
    silence: Duration,
}

/// The address only: a token never shows.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// Up to where a desktop holds answers, so that a service whose log went back to before them says so.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The desktop as an author.
    pub replica: ReplicaId,
    /// Up to this number it holds answers.
    pub acked: u64,
    /// What the newest of them said of the log; see `PushAnswer::seen`.
    pub seen: Option<&'a str>,
}

impl Client {
    /// A client of the service at the address; nothing is sent yet.
    ///
    /// `NotMingce` when the address is none, `Unencrypted` for plain HTTP across the public network, `Untrusted` when no
    /// certificate can be believed.
    pub fn new(base_url: &str, options: ClientOptions) -> Result<Self, ClientError> {
        let (base, place) = address::parse(base_url)?;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("mingce/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_millis(options.connect_ms))
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_keepalive(Duration::from_secs(30));
        if place == Place::Near {
            // A proxy of the office has no way to this computer or the next room.
            builder = builder.no_proxy();
        }
        builder = match (base.scheme(), &options.trust) {
            // Nothing to verify, so the system's certificates need not be there.
            ("http", _) => builder.tls_certs_only([]),
            (_, Trust::System) => builder,
            (_, Trust::Only(pem)) => {
                let roots = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| ClientError::Untrusted)?;
                builder.tls_certs_only(roots)
            }
        };
        // The first client of the process chooses; a second choice is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = builder.build().map_err(|_| ClientError::Untrusted)?;
        Ok(Self {
            http,
            base,
            token: RwLock::default(),
            answer: Duration::from_millis(options.answer_ms),
            push: Duration::from_millis(options.push_ms),
            silence: Duration::from_millis(options.silence_ms),
        })
    }

    /// From now on requests are this device's.
    pub fn set_token(&self, token: &str) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = bearer(token);
    }

    /// From now on requests are nobody's.
    pub fn forget_token(&self) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A client of the same service and connections for another device.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            token: RwLock::new(bearer(token)),
            answer: self.answer,
            push: self.push,
            silence: self.silence,
        }
    }

    /// What the service is. `TooOld` when it no longer speaks with this build.
    pub async fn meta(&self) -> Result<Meta, ClientError> {
        let meta: Meta = self.json(self.request(Method::GET, "/v1/meta")).await?;
        if meta.product != PRODUCT || meta.protocol_max < PROTOCOL_MIN {
            return Err(ClientError::NotMingce);
        }
        if meta.protocol_min > PROTOCOL {
            return Err(ClientError::TooOld);
        }
        Ok(meta)
    }

    /// Makes an organisation and its first administrator. Asking again with the same id changes nothing.
    pub async fn create_organisation(&self, wanted: &CreateOrganisation) -> Result<SignedIn, ClientError> {
        self.json(with_json(self.request(Method::POST, "/v1/organisations"), wanted)?).await
    }

    /// A device token for phone and password. `Refused(WrongCredentials)` does not say which of them is wrong.
    pub async fn sign_in(&self, wanted: &SignIn) -> Result<SignedIn, ClientError> {
        self.json(with_json(self.request(Method::POST, "/v1/sign-in"), wanted)?).await
    }

    /// Ends this device's session; its token is worth nothing afterwards.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        self.finished(self.signed(self.request(Method::POST, "/v1/sign-out"))?).await
    }

    /// The account's devices.
    pub async fn devices(&self) -> Result<Vec<Device>, ClientError> {
        self.json(self.signed(self.request(Method::GET, "/v1/devices"))?).await
    }

    /// Ends another device's session.
    pub async fn revoke_device(&self, device: &str) -> Result<(), ClientError> {
        let mut url = self.url("/v1/devices");
        url.path_segments_mut().map_err(|()| ClientError::NotMingce)?.push(device);
        self.finished(self.signed(self.http.request(Method::DELETE, url).timeout(self.answer))?).await
    }

    /// Sends edits. The answer is the service's word as it stands: judge it before storing anything.
    pub async fn push(
        &self,
        organisation: OrganisationId,
        header: &PushHeader,
        ops: &[Op],
    ) -> Result<PushAnswer, ClientError> {
        // What this program wrote itself always encodes; a service would call it malformed otherwise.
        let body = write_push(header, ops).map_err(|_| ClientError::from(ApiFailure::Malformed))?;
        let request = self
            .request(Method::POST, &format!("/v1/organisations/{organisation}/push"))
            .timeout(self.push)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .header(CONTENT_ENCODING, "zstd")
            .body(body);
        let response = self.answered(self.signed(request)?).await?;
        read_json(&load_bounded(response, PUSH_ANSWER_BYTES_MAX).await?)
    }

    /// Fetches one page of at most `limit` records after `cursor` (`None` = from the beginning). `answered`: which
    /// answers the desktop holds.
    pub async fn pull(
        &self,
        organisation: OrganisationId,
        cursor: Option<&str>,
        limit: usize,
        answered: Option<Answered<'_>>,
    ) -> Result<FetchedPage, ClientError> {
        let mut url = self.url(&format!("/v1/organisations/{organisation}/pull"));
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &limit.to_string()).append_pair("scope", "1");
            if let Some(cursor) = cursor {
                query.append_pair("cursor", cursor);
            }
            if let Some(Answered { replica, acked, seen }) = answered {
                query.append_pair("replica", &replica.to_string()).append_pair("acked", &acked.to_string());
                if let Some(seen) = seen {
                    query.append_pair("seen", seen);
                }
            }
        }
        let request = self.http.request(Method::GET, url).timeout(self.answer);
        let response = self.answered(self.signed(request)?).await?;
        if response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != MEDIA_TYPE.as_bytes()) {
            return Err(ClientError::NotMingce);
        }
        Ok(FetchedPage { body: load_bounded(response, BODY_BYTES_MAX).await? })
    }

    /// Opens a stream that says how far the organisation's log has come, at once and whenever it goes on.
    /// `Refused(TooMany)` when the service has no room for one.
    pub async fn listen(&self, organisation: OrganisationId) -> Result<NewsStream, ClientError> {
        let url = self.url(&format!("/v1/organisations/{organisation}/events"));
        // Without a time for the whole: a stream has no end of its own.
        let request = self.signed(self.http.request(Method::GET, url).header(ACCEPT, EVENTS_MEDIA_TYPE))?;
        let response = timeout(self.answer, self.answered(request)).await.map_err(|_| ClientError::Offline)??;
        if response
            .headers()
            .get(CONTENT_TYPE)
            .is_none_or(|kind| !kind.as_bytes().starts_with(EVENTS_MEDIA_TYPE.as_bytes()))
        {
            return Err(ClientError::NotMingce);
        }
        Ok(NewsStream { response, reader: NewsReader::default(), silence: self.silence })
    }

    /// The service's digests of what this account may see, for a desktop that is at the cursor.
    pub async fn digests(&self, organisation: OrganisationId, cursor: &str) -> Result<ServiceDigests, ClientError> {
        let mut url = self.url(&format!("/v1/organisations/{organisation}/digests"));
        url.query_pairs_mut().append_pair("cursor", cursor);
        let request = self.http.request(Method::GET, url).timeout(self.answer);
        let response = self.answered(self.signed(request)?).await?;
        read_json(&load_bounded(response, BODY_BYTES_MAX).await?)
    }

    /// Where the service's part of the roster and this desktop's differ. `Refused(TooLarge)` also for an answer that is
    /// longer than is read.
    pub async fn compare(&self, organisation: OrganisationId, asked: &Compare) -> Result<Compared, ClientError> {
        let request = self.request(Method::POST, &format!("/v1/organisations/{organisation}/compare"));
        let response = self.answered(self.signed(with_json(request, asked)?)?).await?;
        let body = load_within(response, BODY_BYTES_MAX).await?;
        read_json(&body.ok_or(ClientError::from(ApiFailure::TooLarge))?)
    }

    /// Lends the service a photo; asking again changes nothing. `Refused(Invalid)` with a rule for one that it would not
    /// take.
    pub async fn put_photo(
        &self,
        organisation: OrganisationId,
        hash: PhotoHash,
        jpeg: Vec<u8>,
    ) -> Result<(), ClientError> {
        let request = self.request(Method::PUT, &photo_path(organisation, hash));
        self.finished(self.signed(request.header(CONTENT_TYPE, PHOTO_MEDIA_TYPE).body(jpeg))?).await
    }

    /// Fetches a photo. Bytes that are not those of its name are none: `NotMingce`.
    pub async fn photo(&self, organisation: OrganisationId, hash: PhotoHash) -> Result<Vec<u8>, ClientError> {
        let request = self.request(Method::GET, &photo_path(organisation, hash));
        let response = self.answered(self.signed(request)?).await?;
        let jpeg = load_bounded(response, PHOTO_BYTES_MAX).await?;
        if PhotoHash::of(&jpeg) == hash { Ok(jpeg) } else { Err(ClientError::NotMingce) }
    }

    /// Reports who looked and took out here; the same again changes nothing.
    pub async fn report_looks(&self, organisation: OrganisationId, looks: &ReportLooks) -> Result<(), ClientError> {
        let request = self.request(Method::POST, &format!("/v1/organisations/{organisation}/audit"));
        self.finished(self.signed(with_json(request, looks)?)?).await
    }

    /// Lines of the service's audit, the newest first.
    pub async fn audit(&self, organisation: OrganisationId, ask: &AuditAsk) -> Result<AuditPage, ClientError> {
        let mut url = self.url(&format!("/v1/organisations/{organisation}/audit"));
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &ask.limit.to_string());
            let numbers = [("from", ask.from), ("to", ask.to)];
            for (name, value) in numbers.into_iter().filter_map(|(name, value)| Some((name, value?))) {
                query.append_pair(name, &value.to_string());
            }
            if let Some(before) = ask.before {
                query.append_pair("before", &before.to_string());
            }
            for (name, value) in [("act", &ask.act), ("actor", &ask.actor)] {
                if let Some(value) = value {
                    query.append_pair(name, value);
                }
            }
        }
        let request = self.http.request(Method::GET, url).timeout(self.answer);
        let response = self.answered(self.signed(request)?).await?;
        read_json(&load_bounded(response, PUSH_ANSWER_BYTES_MAX).await?)
    }

    /// The base with the path behind it; a base may have a path of its own.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let own = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{own}{path}"));
        url
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).timeout(self.answer)
    }

    pub(crate) fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url).timeout(self.answer)
    }

    /// Adds the device's token; without one the service would say the same.
    pub(crate) fn signed(&self, request: RequestBuilder) -> Result<RequestBuilder, ClientError> {
        let token = self.token.read().unwrap_or_else(PoisonError::into_inner).clone();
        let token = token.ok_or(ClientError::from(ApiFailure::Unauthorised))?;
        Ok(request.header(AUTHORIZATION, token))
    }

    /// Sends and waits for a successful answer's head.
    async fn answered(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let retry_after_s =
            response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let body = load_bounded(response, ANSWER_BYTES_MAX).await.unwrap_or_default();
        Err(from_answer(status, retry_after_s, &body))
    }

    pub(crate) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let response = self.answered(request).await?;
        read_json(&load_bounded(response, ANSWER_BYTES_MAX).await?)
    }

    pub(crate) async fn finished(&self, request: RequestBuilder) -> Result<(), ClientError> {
        self.answered(request).await.map(drop)
    }
}

/// Which lines of the audit are asked for; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditAsk {
    /// Lines with lower numbers.
    pub before: Option<u64>,
    /// Not before this instant.
    pub from: Option<i64>,
    /// Before this instant.
    pub to: Option<i64>,
    pub act: Option<String>,
    pub actor: Option<String>,
    pub limit: usize,
}

/// An open stream of events.
#[derive(Debug)]
pub struct NewsStream {
    response: Response,
    reader: NewsReader,
    silence: Duration,
}

impl NewsStream {
    /// The next event. `Offline` when the stream ends or has gone silent.
    pub async fn next(&mut self) -> Result<News, ClientError> {
        loop {
            if let Some(news) = self.reader.next_news()? {
                return Ok(news);
            }
            match timeout(self.silence, self.response.chunk()).await {
                Ok(Ok(Some(bytes))) => self.reader.feed(&bytes),
                Ok(Err(error)) => return Err(error.into()),
                Ok(Ok(None)) | Err(_) => return Err(ClientError::Offline),
            }
        }
    }
}

/// A page as it came. Reading it is work for the thread that stores it: what one thread makes and another gives back
/// is memory that both keep.
pub struct FetchedPage {
    body: Vec<u8>,
}

impl FetchedPage {
    /// The header, and the records in rising version order.
    pub fn read(self) -> Result<(PullHeader, Vec<PulledRecord>), ClientError> {
        let mut records = Vec::with_capacity(self.body.len() / RECORD_BYTES);
        let header = read_pull(&self.body, BODY_BYTES_MAX, &mut |_, record| {
            records.push(record);
            Ok::<(), ClientError>(())
        })?;
        Ok((header, records))
    }
}

fn photo_path(organisation: OrganisationId, hash: PhotoHash) -> String {
    format!("/v1/organisations/{organisation}/photos/{hash}")
}

/// `None` for a text that cannot be a token; requests are then refused like those without one.
fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

pub(crate) fn with_json(request: RequestBuilder, body: &impl Serialize) -> Result<RequestBuilder, ClientError> {
    let body = serde_json::to_vec(body).map_err(|_| ClientError::from(ApiFailure::Malformed))?;
    Ok(request.header(CONTENT_TYPE, "application/json").body(body))
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(body).map_err(|_| ClientError::NotMingce)
}

/// Reads a body of at most `bytes_max`; no service of ours says more.
async fn load_bounded(response: Response, bytes_max: usize) -> Result<Vec<u8>, ClientError> {
    load_within(response, bytes_max).await?.ok_or(ClientError::NotMingce)
}

/// Reads a body; `None` for one of more than `bytes_max`, at which it stops instead of reading on.
async fn load_within(mut response: Response, bytes_max: usize) -> Result<Option<Vec<u8>>, ClientError> {
    let stated = response.content_length();
    if stated.is_some_and(|length| length > bytes_max as u64) {
        return Ok(None);
    }
    let mut body = Vec::with_capacity(usize::try_from(stated.unwrap_or(0)).unwrap_or(0));
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > bytes_max {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
