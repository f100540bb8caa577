//! A service under test with its own clock, and a desktop that speaks to it in bodies of the protocol.

use crate::database::TestDatabase;
use axum::Router;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use futures_util::StreamExt;
use mingce_model::{Edit, Field, Kind, OrganisationId, Record, RecordId, Value};
use mingce_protocol::pull::read_pull;
use mingce_protocol::push::write_push;
use mingce_protocol::{
    ApiError, ApiFailure, BODY_BYTES_MAX, BodyError, CreateOrganisation, News, NewsReader, Op, PullHeader,
    PulledRecord, PushAnswer, PushHeader, SignedIn,
};
use mingce_service::consent::Ledgers;
use mingce_service::{Service, ServiceOptions, router};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";
/// 2026-09-01T00:00:00Z.
pub const START_MS: i64 = 1_788_220_800_000;

/// A service over a database of its own.
pub struct House {
    router: Mutex<Router>,
    service: Mutex<Option<Arc<Service>>>,
    options: ServiceOptions,
    pub clock_ms: Arc<AtomicI64>,
    ids: AtomicU64,
    pub folder: tempfile::TempDir,
    pub database: TestDatabase,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn failure(&self) -> ApiError {
        serde_json::from_slice(&self.body).expect("a failure has a JSON body")
    }
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {:?}", self.status, self.body);
        serde_json::from_slice(&self.body).expect("the answer is JSON of the protocol")
    }
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).expect("the answer is UTF-8")
    }
}

impl House {
    pub fn open() -> Self {
        Self::open_with(|_| {})
    }

    pub fn open_with(change: impl FnOnce(&mut ServiceOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock_ms = Arc::new(AtomicI64::new(START_MS));
        let clock = clock_ms.clone();
        let seed = AtomicU64::new(1);
        let random = Arc::new(move |bytes: &mut [u8]| {
            // Different every time, the same in every run.
            use std::hash::{DefaultHasher, Hash, Hasher};
            for chunk in bytes.chunks_mut(8) {
                let mut hasher = DefaultHasher::new();
                seed.fetch_add(1, Ordering::Relaxed).hash(&mut hasher);
                chunk.copy_from_slice(&hasher.finish().to_be_bytes()[..chunk.len()]);
            }
        });
        let mut options = ServiceOptions::new(
            "127.0.0.1:0".parse().unwrap(),
            folder.path(),
            Arc::new(move || clock.load(Ordering::Relaxed)),
            random,
        );
        let database = TestDatabase::in_folder(folder.path());
        options.database = database.address();
        options.audit_key = Some(folder.path().join("audit.key"));
        options.secret_key = Some(folder.path().join("secret.key"));
        change(&mut options);
        let service = open(&options);
        let router = Mutex::new(router(service.clone()));
        Self { router, service: Mutex::new(Some(service)), options, clock_ms, ids: AtomicU64::new(1), folder, database }
    }

    /// Stops the service, lets something happen to its data, and starts it again.
    pub fn restart(&self, meanwhile: impl FnOnce(&TestDatabase)) {
        self.restart_after(|| meanwhile(&self.database));
    }

    /// The same, for what the operator does with the data: on a thread that may block.
    pub fn restart_with(&self, meanwhile: impl FnOnce(&ServiceOptions) + Send) {
        self.restart_after(|| self.with_options(meanwhile));
    }

    /// Does something that blocks with the service's options; the service may be running.
    pub fn with_options<T: Send>(&self, job: impl FnOnce(&ServiceOptions) -> T + Send) -> T {
        let options = &self.options;
        std::thread::scope(|scope| scope.spawn(|| job(options)).join().expect("the job does not panic"))
    }

    fn restart_after(&self, meanwhile: impl FnOnce()) {
        let (mut router, mut service) = (self.router.lock().unwrap(), self.service.lock().unwrap());
        *router = Router::new();
        *service = None;
        meanwhile();
        let fresh = open(&self.options);
        *router = mingce_service::router(fresh.clone());
        *service = Some(fresh);
    }

    /// The running service's parts.
    pub fn service(&self) -> Arc<Service> {
        self.service.lock().unwrap().clone().expect("it runs")
    }

    /// A further instance of the service on the same database; `None` where only one can be.
    pub fn second_instance(&self) -> Option<(Arc<Service>, Router)> {
        self.options.database.as_ref()?;
        let service = open(&self.options);
        Some((service.clone(), mingce_service::router(service)))
    }

    /// What the service does by itself every minute.
    pub async fn prune_photos(&self) {
        self.service().prune_photos().await.unwrap();
    }

    /// Does something with the ledgers of consents as the operator does.
    pub fn with_ledgers<T: Send>(&self, job: impl FnOnce(&Ledgers<'_>) -> T + Send) -> T {
        self.with_options(|options| job(&Ledgers::open(options).unwrap()))
    }

    pub fn pass(&self, ms: i64) {
        self.clock_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn new_id(&self) -> RecordId {
        let n = self.ids.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&n.to_be_bytes());
        RecordId::from_parts(START_MS as u64, random)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = {
            let router = self.router.lock().unwrap().clone();
            router.oneshot(request)
        }
        .await
        .unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn post_json(&self, path: &str, body: &impl serde::Serialize) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        self.send(Request::post(path).header("content-type", "application/json").body(body.into()).unwrap()).await
    }

    pub fn organisation_form(&self, phone: &str) -> CreateOrganisation {
        CreateOrganisation {
            id: OrganisationId(self.new_id()),
            name: "第一中学".into(),
            kind: "school".into(),
            admin_name: "王老师".into(),
            phone: phone.into(),
            password: PASSWORD.into(),
            device: "教务处".into(),
            code: None,
        }
    }

    /// A desktop of a new organisation.
    pub async fn found(&self, phone: &str) -> Desk<'_> {
        let form = self.organisation_form(phone);
        let signed_in: SignedIn = self.post_json("/v1/organisations", &form).await.json();
        Desk::new(self, form.id, signed_in.token)
    }
}

/// On a thread of its own: opening blocks, and tests drive a runtime.
fn open(options: &ServiceOptions) -> Arc<Service> {
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| Service::open(options, "https://join.example.cn".to_owned()).unwrap());
        opening.join().unwrap()
    })
}

/// One local database of one administrator.
pub struct Desk<'h> {
    pub house: &'h House,
    pub organisation: OrganisationId,
    pub token: String,
    pub replica: String,
    pub next_m: u64,
    pub acked: u64,
    pub cursor: Option<String>,
    pub epoch: u64,
}

impl<'h> Desk<'h> {
    pub fn new(house: &'h House, organisation: OrganisationId, token: String) -> Self {
        let replica = house.new_id().to_string();
        Self { house, organisation, token, replica, next_m: 1, acked: 0, cursor: None, epoch: 0 }
    }

    /// Another database of the same administrator.
    pub fn second(&self) -> Desk<'h> {
        Desk::new(self.house, self.organisation, self.token.clone())
    }

    pub fn header(&self) -> PushHeader {
        PushHeader {
            protocol: 1,
            replica: self.replica.clone(),
            epoch: self.epoch,
            acked: self.acked,
            first: self.next_m,
            cursor: self.cursor.clone(),
            seen: None,
            batches: Vec::new(),
        }
    }

    pub fn ops(&self, edits: &[Edit]) -> Vec<Op> {
        edits.iter().cloned().zip(self.next_m..).map(|(edit, m)| Op::from_edit(m, START_MS, None, edit)).collect()
    }

    pub async fn send_push(&self, header: &PushHeader, ops: &[Op]) -> Answer {
        let body = write_push(header, ops).unwrap();
        self.send_body(body).await
    }

    pub async fn send_body(&self, body: Vec<u8>) -> Answer {
        let path = format!("/v1/organisations/{}/push", self.organisation);
        let request = Request::post(path).header("authorization", format!("Bearer {}", self.token));
        self.house.send(request.body(body.into()).unwrap()).await
    }

    /// Pushes and takes the answer to heart.
    pub async fn push(&mut self, edits: &[Edit]) -> PushAnswer {
        let ops = self.ops(edits);
        self.push_ops(&ops).await
    }

    pub async fn push_ops(&mut self, ops: &[Op]) -> PushAnswer {
        let answer: PushAnswer = self.send_push(&self.header(), ops).await.json();
        self.next_m = answer.last_m + 1;
        self.acked = answer.last_m;
        self.epoch = answer.epoch;
        if answer.cursor.is_some() {
            self.cursor = answer.cursor.clone();
        }
        answer
    }

    pub async fn push_failing(&self, header: &PushHeader, ops: &[Op]) -> ApiFailure {
        self.send_push(header, ops).await.failure().code
    }

    pub async fn send_pull(&self, query: &str) -> Answer {
        let path = format!("/v1/organisations/{}/pull{query}", self.organisation);
        let request = Request::get(path).header("authorization", format!("Bearer {}", self.token));
        self.house.send(request.body(Body::empty()).unwrap()).await
    }

    pub fn listen_request(&self) -> Request<Body> {
        let path = format!("/v1/organisations/{}/events", self.organisation);
        let request = Request::get(path).header("authorization", format!("Bearer {}", self.token));
        request.body(Body::empty()).unwrap()
    }

    /// Opens a stream of events.
    pub async fn listen(&self) -> Listening {
        let router = self.house.router.lock().unwrap().clone();
        Listening::open(router, self.listen_request()).await
    }

    pub async fn pull_page(&mut self, limit: usize) -> (PullHeader, Vec<PulledRecord>) {
        let query = match &self.cursor {
            Some(cursor) => format!("?limit={limit}&scope=1&cursor={cursor}"),
            None => format!("?limit={limit}&scope=1"),
        };
        let answer = self.send_pull(&query).await;
        let (header, records) = read_page(&answer);
        self.cursor = Some(header.cursor.clone());
        self.epoch = header.epoch;
        (header, records)
    }

    /// Pulls until nothing more is waiting.
    pub async fn pull(&mut self) -> Vec<PulledRecord> {
        let mut all = Vec::new();
        loop {
            let (header, records) = self.pull_page(5_000).await;
            all.extend(records);
            if !header.more {
                return all;
            }
        }
    }

    /// The record as the service has it now; `None` for a tombstone or nothing.
    pub async fn look(&self, kind: Kind, id: RecordId) -> Option<Record> {
        let mut fresh = self.second();
        let found = fresh.pull().await.into_iter().find(|record| record.kind == kind && record.id == id)?;
        found.values.map(|values| Record { kind, id, ver: found.ver, values })
    }

    pub async fn head(&self) -> u64 {
        let mut fresh = self.second();
        fresh.pull_page(1).await.0.head
    }

    /// Adds a member and says under which id.
    pub async fn add_member(&mut self, name: &str) -> Record {
        let record = self.member(name);
        let answer = self.push(&[Edit::create(&record)]).await;
        assert_eq!(answer.exceptions, []);
        record
    }

    pub fn member(&self, name: &str) -> Record {
        Record::empty(Kind::Member, self.house.new_id())
            .with(Field::MemberName, name)
            .with(Field::MemberStatus, "active")
    }

    pub fn department(&self, name: &str, parent: Option<RecordId>) -> Record {
        Record::empty(Kind::Department, self.house.new_id())
            .with(Field::DepartmentName, name)
            .with(Field::DepartmentKind, "class")
            .with(Field::DepartmentParent, parent.map_or(Value::Null, Value::from))
    }
}

/// An open stream of events.
pub struct Listening {
    body: BodyDataStream,
    reader: NewsReader,
    /// Everything that it said.
    pub text: String,
}

impl Listening {
    pub async fn open(router: Router, request: Request<Body>) -> Self {
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], mingce_protocol::EVENTS_MEDIA_TYPE);
        Self { body: response.into_body().into_data_stream(), reader: NewsReader::default(), text: String::new() }
    }

    /// The next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<News> {
        loop {
            if let Some(news) = self.reader.next_news().unwrap() {
                return Some(news);
            }
            let bytes = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
            self.reader.feed(&bytes);
        }
    }

    /// Whether there is nothing to be heard yet.
    pub async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(std::time::Duration::ZERO, self.next()).await.is_err()
    }
}

pub fn read_page(answer: &Answer) -> (PullHeader, Vec<PulledRecord>) {
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let mut records = Vec::new();
    let header = read_pull::<BodyError>(&answer.body, BODY_BYTES_MAX, &mut |_, record| {
        records.push(record);
        Ok(())
    });
    (header.unwrap(), records)
}

/// The edit that gives one field another value.
pub fn set(record: &Record, field: Field, value: impl Into<Value>) -> Edit {
    Edit::between(record, &record.clone().with(field, value)).expect("the value differs")
}
