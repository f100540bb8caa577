//! How a service is set up. Clock and chance are given here, so that tests own both.

use crate::consent::Statements;
use crate::limits::RateLimits;
use crate::storage::postgres::DatabaseAddress;
use crate::storage::sqlite::DatabaseKey;
use crate::sync::{Random, Safeguards};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Milliseconds since 1970-01-01 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Room for the photos of two hundred thousand members.
const PHOTO_QUOTA_BYTES: u64 = 8 << 30;

const AUDIT_KEY_FILE: &str = "audit.key";
const SECRET_KEY_FILE: &str = "secret.key";

/// Everything a service needs to start.
#[derive(Clone)]
pub struct ServiceOptions {
    /// Port 0 takes any free port; `Running::address` tells which.
    pub listen: SocketAddr,
    /// Folder of the database; made when missing.
    pub data_folder: PathBuf,
    /// Address that phones use, without a trailing slash. Without one, the address listened on.
    pub public_url: Option<String>,
    /// Encrypts the database file (SQLCipher). The same key must be given every time.
    pub database_key: Option<DatabaseKey>,
    /// PostgreSQL instead of a file in `data_folder`, which is left alone then.
    pub database: Option<DatabaseAddress>,
    /// File with the key that signs the audits' heads; without one `audit.key` in `data_folder`, or none where `database` is.
    pub audit_key: Option<PathBuf>,
    /// File with the key under which second factors and phones are sealed; without one `secret.key` in `data_folder`, or, where
    /// `database` is, a key within the database, which is weaker.
    pub secret_key: Option<PathBuf>,
    /// Serves HTTPS when given.
    pub tls: Option<TlsFiles>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub rate_limits: RateLimits,
    /// Bytes of photos that one organisation may keep here.
    pub photo_quota_bytes: u64,
    /// What people agree to on the member pages.
    pub statements: Arc<Statements>,
    /// How long running requests may take to finish at `stop`.
    pub stop_grace: Duration,
    pub clock: Clock,
    pub random: Random,
    /// All of them, save in a simulation that takes one away.
    pub safeguards: Safeguards,
}

/// Certificate chain and private key, PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl ServiceOptions {
    /// Options with the given clock and chance and everything else as a host would want it.
    pub fn new(listen: SocketAddr, data_folder: impl Into<PathBuf>, clock: Clock, random: Random) -> Self {
        Self {
            listen,
            data_folder: data_folder.into(),
            public_url: None,
            database_key: None,
            database: None,
            audit_key: None,
            secret_key: None,
            tls: None,
            trusted_proxies: Vec::new(),
            rate_limits: RateLimits::default(),
            photo_quota_bytes: PHOTO_QUOTA_BYTES,
            statements: Arc::new(Statements::shipped()),
            stop_grace: Duration::from_secs(10),
            clock,
            random,
            safeguards: Safeguards::default(),
        }
    }

    /// Where the key of the audits lies. Several services on one database need the same one, so they have to be given it.
    pub fn audit_key_file(&self) -> Option<PathBuf> {
        let own = || self.database.is_none().then(|| self.data_folder.join(AUDIT_KEY_FILE));
        self.audit_key.clone().or_else(own)
    }

    /// Where the key of secrets lies. Several services on one database need the same one, so they have to be given it.
    pub fn secret_key_file(&self) -> Option<PathBuf> {
        let own = || self.database.is_none().then(|| self.data_folder.join(SECRET_KEY_FILE));
        self.secret_key.clone().or_else(own)
    }

    /// Options over the system's clock and randomness, for hosts.
    pub fn system(listen: SocketAddr, data_folder: impl Into<PathBuf>) -> Self {
        Self::new(listen, data_folder, Arc::new(system_now_ms), Arc::new(system_random))
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place where this room reads the clock, on a host's behalf")]
fn system_now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn system_random(bytes: &mut [u8]) {
    // Without randomness there are no tokens and no salts: better to end than to go on with guessable ones.
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}
