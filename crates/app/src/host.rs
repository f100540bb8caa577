//! What the use cases need from the machine they run on. Hosts (desktop window, loopback, command line) lend it.

use crate::failure::Outcome;
use jiff::civil::Date;
use mingce_ipc::Event;
use mingce_ipc::sheets::SentTo;
use mingce_vault::{DatabaseKey, Vault};
use std::path::{Path, PathBuf};

/// The machine, as far as use cases may touch it.
pub trait Host: Send + Sync + 'static {
    /// Folder of profiles, settings and the embedded service.
    fn home(&self) -> &Path;
    /// The wall clock in milliseconds since 1970 UTC. Shown to people; decides nothing.
    fn now_ms(&self) -> i64;
    /// A clock that only rises, from any start, in milliseconds.
    fn mono_ms(&self) -> u64;
    /// Today in the user's time zone.
    fn today(&self) -> Date;
    /// Fills the bytes from the system's generator for secrets.
    fn fill_random(&self, bytes: &mut [u8]) -> Outcome<()>;
    fn vault(&self) -> &dyn Vault;
    /// What the administrator will recognise in a list of devices.
    fn device_name(&self) -> String;
    /// Tells the UI; nobody listening is not a failure.
    fn emit(&self, event: Event);
    /// Puts a PDF before the system's print dialog and waits while the person decides; where there is no such dialog, shows
    /// it in the system's viewer, from where it can be printed.
    fn print_document(&self, path: &Path) -> Outcome<SentTo>;
    /// Starts the service inside this program.
    fn start_service(&self, plan: ServicePlan) -> Outcome<Box<dyn RunningService>>;
}

/// How the embedded service is to run.
pub struct ServicePlan {
    pub folder: PathBuf,
    /// Its database is sealed like every roster.
    pub key: DatabaseKey,
    /// 0 = any free port.
    pub port: u16,
    /// Listen to the local network too, not only to this computer.
    pub is_on_network: bool,
}

/// The embedded service while it runs; dropping the value stops it.
pub trait RunningService: Send + Sync {
    /// `http://127.0.0.1:PORT`, for this program itself.
    fn local_url(&self) -> String;
    fn port(&self) -> u16;
    /// Addresses at which other devices may reach it, best first; empty on loopback.
    fn network_urls(&self) -> Vec<String>;
}

/// Fresh record ids for bulk work, made many at a time: clock and randomness are asked for once, and those of one time
/// come in rising order, so that each goes behind the others in every index by id.
pub(crate) struct Ids<'h> {
    host: &'h dyn Host,
    /// Taken from the end.
    ready: Vec<mingce_model::RecordId>,
}

/// Ids that are made together; their time is never much older than their records.
const IDS_AT_ONCE: usize = 256;
const RANDOM_BYTES: usize = 10;

impl<'h> Ids<'h> {
    pub(crate) fn new(host: &'h dyn Host) -> Self {
        Self { host, ready: Vec::new() }
    }

    pub(crate) fn next_id(&mut self) -> Outcome<mingce_model::RecordId> {
        if let Some(id) = self.ready.pop() {
            return Ok(id);
        }
        let mut random = [0; RANDOM_BYTES * IDS_AT_ONCE];
        self.host.fill_random(&mut random)?;
        let now_ms = u64::try_from(self.host.now_ms()).unwrap_or(0);
        let (parts, _) = random.as_chunks::<RANDOM_BYTES>();
        self.ready.extend(parts.iter().map(|part| mingce_model::RecordId::from_parts(now_ms, *part)));
        self.ready.sort_unstable_by(|a, b| b.cmp(a));
        self.ready.pop().ok_or_else(|| mingce_ipc::Code::Internal.into())
    }
}

/// A fresh record id from the host's clock and randomness.
pub(crate) fn new_id(host: &dyn Host) -> Outcome<mingce_model::RecordId> {
    let mut random = [0; 10];
    host.fill_random(&mut random)?;
    Ok(mingce_model::RecordId::from_parts(u64::try_from(host.now_ms()).unwrap_or(0), random))
}
