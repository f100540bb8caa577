//! The service of a history: the real router over the real storage in process, with its own clock and chance, and with
//! everything that can happen to it.

use crate::ground::{Ground, Kept};
use crate::storage::{Accident, Accidental};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use mingce_model::OrganisationId;
use mingce_protocol::{ApiError, CreateOrganisation, SignIn, SignedIn};
use mingce_service::storage::Storage;
use mingce_service::sync::Safeguards;
use mingce_service::{Passwords, Service, ServiceOptions, router};
use mingce_testkit::clock::NOW_MS;
use mingce_testkit::{Ids, Random};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";
const PHONE: &str = "13800138000";
const PUBLIC_URL: &str = "https://join.example.cn";
/// Devices that are signed in from the start.
pub const DEVICES: usize = 4;

/// A service in which an organisation was founded and its devices signed in; made once, because passwords are slow to
/// hash on purpose.
struct Founded {
    kept: Kept,
    organisation: OrganisationId,
    tokens: Vec<String>,
    /// Of an open service whose hasher the others share.
    service: Arc<Service>,
}

static FOUNDED: LazyLock<Founded> = LazyLock::new(found);

/// An answer of the service as it comes over the line.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Bytes,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
    pub fn failure(&self) -> Option<ApiError> {
        serde_json::from_slice(&self.body).ok()
    }
}

pub struct House {
    pub organisation: OrganisationId,
    pub tokens: Vec<String>,
    pub clock_ms: Arc<AtomicI64>,
    chance: Arc<Mutex<Random>>,
    safeguards: Safeguards,
    storage: Arc<Accidental>,
    router: Router,
    /// Taken away only while another one is made of it.
    ground: Option<Ground>,
    runtime: tokio::runtime::Runtime,
}

/// A push whose body is still on its way.
pub struct Slow {
    task: JoinHandle<Answer>,
    rest: oneshot::Sender<Bytes>,
    body: Bytes,
}

impl House {
    pub fn open(seed: u64, safeguards: Safeguards) -> Self {
        let founded = &*FOUNDED;
        let runtime = runtime();
        let clock_ms = Arc::new(AtomicI64::new(NOW_MS.cast_signed()));
        let chance = Arc::new(Mutex::new(Random::for_index(seed, 1)));
        let (ground, storage) = Ground::on(&founded.kept);
        let storage = Arc::new(Accidental::over(storage));
        let options = options(&ground, &clock_ms, &chance, safeguards);
        let router = start(storage.clone(), &options);
        let (organisation, tokens) = (founded.organisation, founded.tokens.clone());
        Self { organisation, tokens, clock_ms, chance, safeguards, storage, router, ground: Some(ground), runtime }
    }

    pub fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(answer(self.router.clone(), request))
    }

    pub fn prepare(&self, accident: Option<Accident>) {
        self.storage.prepare(accident);
    }
    pub fn has_accident_coming(&self) -> bool {
        self.storage.is_prepared()
    }

    /// Starts a push whose body comes later. The service waits for it with everything that it does before.
    pub fn send_slowly(&self, request: axum::http::request::Builder, body: Vec<u8>) -> Slow {
        let (rest, coming) = oneshot::channel();
        let is_asked = Arc::new(Notify::new());
        let stream = SlowBody { coming: Some(coming), is_asked: is_asked.clone() };
        let request = request.body(Body::from_stream(stream)).expect("the request is sound");
        let mut task = self.runtime.spawn(answer(self.router.clone(), request));
        self.runtime.block_on(async {
            tokio::select! {
                () = is_asked.notified() => {}
                // Refused before the body was looked at; the answer is kept in the task.
                () = ended(&mut task) => {}
            }
        });
        Slow { task, rest, body: body.into() }
    }

    /// The rest of the body arrives.
    pub fn finish(&self, slow: Slow) -> Answer {
        // Nobody takes it when the service has answered already.
        let _ = slow.rest.send(slow.body);
        self.runtime.block_on(slow.task).expect("the service does not panic")
    }

    /// The connection of the push breaks.
    pub fn hang_up(&self, slow: Slow) {
        slow.task.abort();
        let _ = self.runtime.block_on(slow.task);
    }

    fn ground(&self) -> &Ground {
        self.ground.as_ref().expect("a service stands on something")
    }

    /// A backup as an operator makes one of a running service.
    pub fn keep(&self) -> Kept {
        self.ground().keep()
    }

    /// The process dies and another one starts on what it left.
    pub fn kill(&mut self) {
        let left = self.ground.take().expect("a service stands on something").after_kill();
        self.stand_on(left);
    }

    /// The power fails, and the service starts on what reached the disk.
    pub fn cut_power(&mut self, seed: u64) {
        let left = self.ground.take().expect("a service stands on something").after_power_cut(seed);
        self.stand_on(left);
    }

    /// Another service starts on what was kept.
    pub fn put(&mut self, kept: &Kept) {
        self.stand_on(Ground::on(kept));
    }

    /// What a restore by the operator adds: the log is told to be another one.
    pub fn put_as_restored(&mut self, kept: &Kept, epoch: u64) {
        let (ground, storage) = Ground::on(kept);
        ground.execute(&format!("UPDATE organisation SET epoch = {epoch}"));
        self.stand_on((ground, storage));
    }

    fn stand_on(&mut self, (ground, storage): (Ground, Arc<dyn Storage>)) {
        self.storage = Arc::new(Accidental::over(storage));
        let options = options(&ground, &self.clock_ms, &self.chance, self.safeguards);
        self.router = start(self.storage.clone(), &options);
        self.ground = Some(ground);
    }

    /// A number in the database, read beside the service.
    pub fn look(&self, sql: &str) -> u64 {
        self.ground().look(sql)
    }
}

async fn ended<T>(task: &mut JoinHandle<T>) {
    while !task.is_finished() {
        tokio::task::yield_now().await;
    }
}

async fn answer(router: Router, request: Request<Body>) -> Answer {
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("the answer is in memory");
    Answer { status: parts.status.as_u16(), body }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts")
}

fn options(
    ground: &Ground,
    clock_ms: &Arc<AtomicI64>,
    chance: &Arc<Mutex<Random>>,
    safeguards: Safeguards,
) -> ServiceOptions {
    let (clock_ms, chance) = (clock_ms.clone(), chance.clone());
    let clock = Arc::new(move || clock_ms.load(Ordering::Relaxed));
    let random = Arc::new(move |bytes: &mut [u8]| chance.lock().expect("nobody panics here").fill(bytes));
    let address = "127.0.0.1:0".parse().expect("an address");
    let mut options = ServiceOptions::new(address, ground.folder(), clock, random);
    options.safeguards = safeguards;
    options
}

fn start(storage: Arc<dyn Storage>, options: &ServiceOptions) -> Router {
    let passwords = FOUNDED.service.passwords.clone();
    router(Service::over(storage, passwords, options, PUBLIC_URL.into()).expect("the service starts"))
}

fn found() -> Founded {
    let runtime = runtime();
    let (ground, storage) = Ground::new();
    let clock_ms = Arc::new(AtomicI64::new(NOW_MS.cast_signed()));
    let chance = Arc::new(Mutex::new(Random::new(0)));
    let options = options(&ground, &clock_ms, &chance, Safeguards::default());
    let passwords = Passwords::new(options.random.clone()).expect("a password can be hashed");
    let service = Service::over(storage, passwords, &options, PUBLIC_URL.into()).expect("the service starts");
    let router = router(service.clone());
    let post = |path: &str, body: String| {
        let request = Request::post(path).header("content-type", "application/json").body(body.into());
        let answer = runtime.block_on(answer(router.clone(), request.expect("the request is sound")));
        serde_json::from_slice::<SignedIn>(&answer.body).expect("signed in")
    };
    let organisation = OrganisationId(Ids::seeded(0).next_id());
    let form = CreateOrganisation {
        id: organisation,
        name: "第一中学".into(),
        kind: "school".into(),
        admin_name: "王老师".into(),
        phone: PHONE.into(),
        password: PASSWORD.into(),
        device: "电脑1".into(),
        code: None,
    };
    let mut tokens = vec![post("/v1/organisations", serde_json::to_string(&form).expect("a form")).token];
    while tokens.len() < DEVICES {
        let device = format!("电脑{}", tokens.len() + 1);
        let form = SignIn { phone: PHONE.into(), password: PASSWORD.into(), device, code: None };
        tokens.push(post("/v1/sign-in", serde_json::to_string(&form).expect("a form")).token);
    }
    runtime.block_on(service.database.close()).expect("the storage closes");
    Founded { kept: ground.keep(), organisation, tokens, service }
}

/// A body that says when it is first asked for and then waits.
struct SlowBody {
    coming: Option<oneshot::Receiver<Bytes>>,
    is_asked: Arc<Notify>,
}

impl tokio_stream::Stream for SlowBody {
    type Item = Result<Bytes, std::io::Error>;
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_asked.notify_one();
        let Some(coming) = self.coming.as_mut() else { return Poll::Ready(None) };
        match Pin::new(coming).poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(bytes)) => {
                self.coming = None;
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Ready(Err(_)) => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into()))),
        }
    }
}
