//! A service and the desktops around it, on folders, clocks and chance of the test's own.

use crate::database::TestDatabase;
use crate::line::Line;
use mingce_client::{Client, ClientOptions};
use mingce_model::id::ReplicaId;
use mingce_model::{OrganisationId, RecordId};
use mingce_protocol::{CreateOrganisation, SignIn, SignedIn};
use mingce_service::backup::{BackupKey, Onto, Sessions, back_up, restore};
use mingce_service::{Rate, RateLimits, Running, ServiceOptions, start};
use mingce_testkit::{Clock, Ids, Random};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery";
pub const PHONE: &str = "13800138000";

/// Ids and random bytes in a fixed order.
pub struct Chance {
    ids: Mutex<Ids>,
    random: Mutex<Random>,
}

impl Chance {
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self { ids: Mutex::new(Ids::seeded(seed)), random: Mutex::new(Random::new(seed)) })
    }

    pub fn id(&self) -> RecordId {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).next_id()
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    pub fn replica(&self) -> ReplicaId {
        ReplicaId(RecordId::from_slice(&self.bytes::<16>()).expect("sixteen bytes"))
    }
}

/// What a desktop needs to know of the world.
pub struct Place {
    pub address: SocketAddr,
    pub organisation: OrganisationId,
    pub clock: Arc<Clock>,
    pub chance: Arc<Chance>,
    pub folder: PathBuf,
}

impl Place {
    /// A folder of this world that does not exist yet.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub async fn line(&self) -> Line {
        Line::to(self.address).await
    }

    /// A client without a line between.
    pub fn direct(&self) -> Client {
        Client::new(&format!("http://{}", self.address), client_options()).expect("a loopback address")
    }

    pub async fn sign_in(&self, client: &Client, device: &str) -> SignedIn {
        let asked = SignIn { phone: PHONE.into(), password: PASSWORD.into(), device: device.into(), code: None };
        client.sign_in(&asked).await.expect("the password is right")
    }

    pub fn form(&self) -> CreateOrganisation {
        CreateOrganisation {
            id: self.organisation,
            name: "第一中学".into(),
            kind: "school".into(),
            admin_name: "王老师".into(),
            phone: PHONE.into(),
            password: PASSWORD.into(),
            device: "教务处".into(),
            code: None,
        }
    }
}

/// Everything a scenario lives in. Dropping it stops the service and removes the folders.
pub struct World {
    place: Place,
    service: Option<Running>,
    pub database: TestDatabase,
    _folder: TempDir,
}

impl Deref for World {
    type Target = Place;
    fn deref(&self) -> &Place {
        &self.place
    }
}

impl World {
    /// A running service with one organisation.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, set up otherwise; a service that is started again is set up as usual.
    pub async fn with(change: impl FnOnce(&mut ServiceOptions)) -> Self {
        let folder = new_folder();
        let (clock, chance) = (Arc::new(Clock::fixed()), Chance::new(1));
        let database = TestDatabase::in_folder(&folder.path().join("service"));
        let mut options = options(folder.path(), &clock, &chance, &database);
        change(&mut options);
        let service = start(options).await.expect("the service starts");
        let place = Place {
            address: service.address,
            organisation: OrganisationId(chance.id()),
            clock,
            chance,
            folder: folder.path().to_owned(),
        };
        place.direct().create_organisation(&place.form()).await.expect("the organisation is made");
        Self { place, service: Some(service), database, _folder: folder }
    }

    /// Streams of events that the service holds.
    pub fn streams(&self) -> usize {
        self.service.as_ref().map_or(0, Running::streams)
    }

    /// Ends the service as an operator would; lines lead nowhere until `start_again`.
    pub async fn stop_service(&mut self) {
        if let Some(service) = self.service.take() {
            service.stop().await.expect("the service stops cleanly");
        }
    }

    /// Ends the service without letting it finish anything.
    pub fn kill_service(&mut self) {
        self.service = None;
    }

    /// How the service is set up, for what its operator does beside it.
    pub fn options(&self) -> ServiceOptions {
        options(&self.folder, &self.clock, &self.chance, &self.database)
    }

    /// A backup of the stopped service, as an operator makes one.
    pub fn keep_service(&self) {
        self.database.keep_copy();
    }

    /// The backup instead of what was there since, without telling anyone.
    pub fn put_service_back(&self) {
        self.database.put_copy_back();
    }

    /// A sealed backup of the service, which may be running.
    pub fn back_up(&self, name: &str) {
        let options = self.options();
        let key = BackupKey::new([5; 32]);
        beside(|| back_up(&options, &key, &self.path(name), &mut |_, _| {}).expect("a backup is made"));
    }

    /// Brings such a backup back in place of what the stopped service had.
    pub fn bring_back(&self, name: &str) {
        let options = self.options();
        let (key, how) = (BackupKey::new([5; 32]), (Onto::Replaced, Sessions::Kept));
        beside(|| restore(&options, &key, &self.path(name), how, &mut |_, _| {}).expect("it is brought back"));
    }

    /// What an operator's restore does to the stopped service beside putting the backup back: it says so.
    pub fn begin_epoch(&self) {
        self.database.execute("UPDATE organisation SET epoch = epoch + 1");
    }

    /// Starts the service on the same folder; lines must be led to the new address.
    pub async fn start_again(&mut self) -> SocketAddr {
        let service = eventually("the service starts again", async || start(self.options()).await.ok()).await;
        self.place.address = service.address;
        self.service = Some(service);
        self.address
    }
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the test's own folder");
    for entry in std::fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("the folder reads");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("the files copy");
    }
}

/// Asks until there is an answer; bounded, and quick to ask again.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

pub fn client_options() -> ClientOptions {
    // A machine that is busy with everything else still answers within these.
    ClientOptions { connect_ms: 30_000, answer_ms: 60_000, push_ms: 60_000, ..ClientOptions::default() }
}

/// A temporary folder, in memory where the system has such a place: a test's power cuts are copies, not real ones.
pub fn new_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}

/// Does what an operator's program does: on a thread of its own, which may block.
fn beside<T: Send>(job: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(job).join().expect("the job does not panic"))
}

pub fn options(folder: &Path, clock: &Arc<Clock>, chance: &Arc<Chance>, database: &TestDatabase) -> ServiceOptions {
    let (clock, chance) = (clock.clone(), chance.clone());
    let mut options = ServiceOptions::new(
        "127.0.0.1:0".parse().expect("an address"),
        folder.join("service"),
        Arc::new(move || i64::try_from(clock.now_ms()).unwrap_or(i64::MAX)),
        Arc::new(move |bytes: &mut [u8]| chance.fill(bytes)),
    );
    options.database = database.address();
    options.audit_key = Some(folder.join("audit.key"));
    // Scenarios knock often; what limits do is tested where they live.
    let wide = Rate { burst: 100_000, refill: Duration::from_millis(1) };
    options.rate_limits = RateLimits {
        strangers: wide,
        sign_in_peer: wide,
        sign_in_phone: wide,
        organisations: wide,
        ..RateLimits::default()
    };
    options.stop_grace = Duration::from_secs(2);
    options
}
