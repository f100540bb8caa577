//! One running service's parts, shared by all requests.

use crate::audit::{Head, Refusals, Until, load_or_make_key, sign_due};
use crate::consent::Statements;
use crate::delays::Delays;
use crate::failure::Failure;
use crate::hub::Hub;
use crate::limits::Limiters;
use crate::options::{Clock, ServiceOptions};
use crate::password::Passwords;
use crate::sealing::Sealing;
use crate::storage::postgres::Postgres;
use crate::storage::sqlite::Sqlite;
use crate::storage::{Database, LogHead, Storage, StorageError, Transaction};
use crate::streams::Streams;
use crate::sync::{CursorKey, KnownDigests, Random, Safeguards};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use mingce_codes::signing::SigningKey;
use mingce_model::id::AccountId;
use mingce_model::{OrganisationId, RecordId};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Each may hold a body of 8 MiB and what it unpacks to.
const PUSHES_MAX: usize = 8;

/// Each photo is looked at about as often.
const PHOTO_CHECK_MS: i64 = 24 * 3_600_000;
/// A photo that no member names goes after this long.
const PHOTO_UNUSED_MS: i64 = 30 * 24 * 3_600_000;

/// What handlers reach. Cheap to clone.
pub type Shared = Arc<Service>;

/// An organisation whose log went on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    pub organisation: OrganisationId,
    pub head: LogHead,
}

pub struct Service {
    pub database: Database,
    pub passwords: Passwords,
    pub limiters: Limiters,
    /// Wrong passwords and codes.
    pub delays: Delays,
    /// Seals and digests what must not lie in the database as it is.
    pub sealing: Arc<Sealing>,
    pub hub: Hub,
    pub streams: Streams,
    pub cursor_key: CursorKey,
    /// Seals the forms of the member pages.
    pub form_key: [u8; 32],
    /// Signs the audits' heads.
    pub audit_key: Option<Arc<SigningKey>>,
    /// Sign-ins that were refused and are not written yet.
    pub refusals: Refusals,
    pub public_url: String,
    pub trusted_proxies: Vec<IpAddr>,
    /// Cookies are `Secure` and browsers are told to stay on HTTPS.
    pub is_https: bool,
    pub photo_quota_bytes: u64,
    pub statements: Arc<Statements>,
    pub clock: Clock,
    pub random: Random,
    pub safeguards: Safeguards,
    /// Pushes whose bodies are in memory at the same time.
    pub pushes: Semaphore,
    /// Rosters that are gone over at the same time to compare them.
    pub verifying: Arc<Semaphore>,
    pub digests: KnownDigests,
    /// Turns true when the service stops; waiting pulls then answer at once, and streams end.
    pub stopping: watch::Sender<bool>,
}

impl Service {
    /// Opens the storage and makes the parts. Blocks: for blocking threads.
    ///
    /// # Errors
    /// As `Sqlite::open` and `Postgres::open`.
    pub fn open(options: &ServiceOptions, public_url: String) -> Result<Shared, StorageError> {
        let storage: Arc<dyn Storage> = match &options.database {
            Some(address) => Arc::new(Postgres::open(address.clone())?),
            None => Arc::new(Sqlite::open(&options.data_folder, options.database_key.clone())?),
        };
        let passwords = Passwords::new(options.random.clone()).map_err(|_| StorageError::Inconsistent)?;
        // After the storage: whoever holds that is the only one to make a key in the folder.
        let made = options.audit_key_file().map(|path| load_or_make_key(&path, &options.random)).transpose();
        let audit_key = made.map_err(|_| StorageError::AuditKey)?;
        if audit_key.is_none() {
            tracing::warn!("the audits' heads are not signed: give --audit-key");
        }
        let sealing = Sealing::load(&*storage, options)?;
        Self::with_key(storage, passwords, options, public_url, (audit_key, sealing))
    }

    /// A service over an open storage; `options` says nothing of it then. It signs no heads of audits.
    pub fn over(
        storage: Arc<dyn Storage>,
        passwords: Passwords,
        options: &ServiceOptions,
        public_url: String,
    ) -> Result<Shared, StorageError> {
        let sealing = Sealing::within(&*storage, options, None)?;
        Self::with_key(storage, passwords, options, public_url, (None, sealing))
    }

    fn with_key(
        storage: Arc<dyn Storage>,
        passwords: Passwords,
        options: &ServiceOptions,
        public_url: String,
        (audit_key, sealing): (Option<SigningKey>, Sealing),
    ) -> Result<Shared, StorageError> {
        let secret = |name: &str| {
            let mut candidate = [0; 32];
            (options.random)(&mut candidate);
            storage.write(|transaction| transaction.load_secret(name, candidate))
        };
        let cursor_key = CursorKey(secret("cursor")?);
        let form_key = secret("form")?;
        Ok(Arc::new(Self {
            database: Database::new(storage),
            passwords,
            limiters: Limiters::new(&options.rate_limits),
            delays: Delays::default(),
            sealing: Arc::new(sealing),
            hub: Hub::default(),
            streams: Streams::default(),
            cursor_key,
            form_key,
            audit_key: audit_key.map(Arc::new),
            refusals: Refusals::default(),
            is_https: options.tls.is_some() || public_url.starts_with("https://"),
            public_url,
            trusted_proxies: options.trusted_proxies.clone(),
            photo_quota_bytes: options.photo_quota_bytes,
            statements: options.statements.clone(),
            clock: options.clock.clone(),
            random: options.random.clone(),
            safeguards: options.safeguards,
            pushes: Semaphore::new(PUSHES_MAX),
            verifying: Arc::new(Semaphore::new(1)),
            digests: KnownDigests::default(),
            stopping: watch::channel(false).0,
        }))
    }

    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    /// The latest date anywhere on Earth (UTC+14): a birth date that a desktop took must not be refused here.
    pub fn today(&self) -> Date {
        date_at(self.now_ms(), Offset::constant(14))
    }

    /// The date in China, by whose law ages count here.
    pub fn date_in_china(&self) -> Date {
        date_at(self.now_ms(), Offset::constant(8))
    }

    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// A new record id.
    pub fn new_id(&self) -> mingce_model::RecordId {
        let now_ms = u64::try_from(self.now_ms()).unwrap_or(0);
        mingce_model::RecordId::from_parts(now_ms, self.random_bytes())
    }

    /// Runs a job as the only writer of its organisation and then tells the waiting pulls of the organisation whose head the job moved. Goes
    /// through to the end even when whoever asked hangs up meanwhile.
    pub async fn write_and_wake<T, E>(
        self: &Arc<Self>,
        job: impl FnMut(&mut dyn Transaction) -> Result<(T, Option<Moved>), E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let service = self.clone();
        let task = tokio::spawn(async move {
            let (result, moved) = service.database.write(job).await?;
            if let Some(Moved { organisation, head }) = moved {
                service.hub.publish(organisation, head);
            }
            Ok(result)
        });
        task.await.unwrap_or(Err(StorageError::Inconsistent.into()))
    }

    /// The device's session has ended: what waits in its name ends too.
    pub fn send_away(&self, device: RecordId) {
        self.hub.send_away(device);
        self.streams.send_away(device);
    }

    /// Answers that no longer make sense are cleared away now and then.
    pub fn forget_idle(&self) {
        self.limiters.forget_idle();
        self.delays.forget_idle(self.now_ms());
        self.hub.forget_idle();
    }

    /// Looks at some photos and removes those that nothing has named for long. An undo within that time finds them.
    pub async fn prune_photos(&self) -> Result<u64, StorageError> {
        let now_ms = self.now_ms();
        let (checked_before, unused_before) = (now_ms - PHOTO_CHECK_MS, now_ms - PHOTO_UNUSED_MS);
        self.database.write(move |transaction| transaction.prune_photos(checked_before, unused_before, now_ms)).await
    }

    /// Signs the heads of audits that are due, some at a time, and tells the log: it is another place than the database.
    pub async fn sign_audits(&self) -> Result<Vec<Head>, StorageError> {
        let Some(key) = self.audit_key.clone() else { return Ok(Vec::new()) };
        let now_ms = self.now_ms();
        let heads = self.database.write(move |transaction| sign_due(transaction, &key, now_ms)).await?;
        for head in &heads {
            tracing::info!(%head, "signed the head of an audit");
        }
        Ok(heads)
    }

    /// Takes note that somebody was not let in. It is written behind the answer, whether or not the phone is anybody's.
    pub fn note_refusal(self: &Arc<Self>, account: Option<AccountId>, network: String) {
        self.refusals.note(account, network, self.now_ms());
        let service = self.clone();
        // What could not be written now is written at the next tick; the storage has said why.
        tokio::spawn(async move { service.write_refusals(Until::Due).await });
    }

    /// Writes refused sign-ins into the audits.
    pub async fn write_refusals(&self, until: Until) -> Result<(), StorageError> {
        self.refusals.write(&self.database, until, self.now_ms()).await
    }

    /// Whether the storage answers.
    pub async fn check_storage(&self) -> Result<(), Failure> {
        let nobody = mingce_model::id::AccountId(mingce_model::RecordId::from_parts(0, [0; 10]));
        self.database.read(move |transaction| transaction.load_devices(nobody)).await?;
        Ok(())
    }
}

/// The calendar date at an offset; 1970-01-01 for an instant outside the calendar.
pub fn date_at(now_ms: i64, offset: Offset) -> Date {
    let timestamp = jiff::Timestamp::from_millisecond(now_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(TimeZone::fixed(offset)).date()
}
