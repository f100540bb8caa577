//! What every host shares: the system's clock and chance, the home folder, the vault and the embedded service.
//!
//! The one room beside the service's own binary that imports the service. Decides nothing about a roster.

mod service;

pub use service::start as start_service;

use jiff::civil::Date;
use mingce_app::{Host, Outcome, RunningService, ServicePlan};
use mingce_ipc::sheets::SentTo;
use mingce_ipc::{Code, Event, Failure};
use mingce_vault::Vault;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Rosters are millions of small texts: this allocator does with a tenth less CPU than the systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a host shows a document in the system's viewer.
type Printer = Box<dyn Fn(&Path) -> Outcome<SentTo> + Send + Sync>;
/// Where a host sends the app's events.
type Teller = Box<dyn Fn(Event) + Send + Sync>;

/// A host over the operating system.
pub struct SystemHost {
    home: PathBuf,
    vault: Box<dyn Vault>,
    started: Instant,
    tell: Teller,
    print: Printer,
}

impl SystemHost {
    /// A host for this home. Events go nowhere and documents are not printed until a host says how.
    pub fn new(home: PathBuf, vault: Box<dyn Vault>) -> Outcome<Self> {
        let home = std::path::absolute(home).map_err(|_| Code::FileFailed)?;
        make_private(&home)?;
        Ok(Self {
            home,
            vault,
            started: Instant::now(),
            tell: Box::new(|_| ()),
            print: Box::new(|_| Err(Code::CannotOpen.into())),
        })
    }
    pub fn with_events(self, tell: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self { tell: Box::new(tell), ..self }
    }
    pub fn with_printer(self, print: impl Fn(&Path) -> Outcome<SentTo> + Send + Sync + 'static) -> Self {
        Self { print: Box::new(print), ..self }
    }
}

/// Makes the folder; on Unix nobody else may look into it.
fn make_private(folder: &Path) -> Outcome<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|_| Failure::from(Code::FileFailed))
}

/// The system's place for application data, for programs that are not told one.
pub fn default_home() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        folder("LOCALAPPDATA").map(|base| base.join("org.mingce.desktop"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|base| base.join("Library/Application Support/org.mingce.desktop"))
    } else {
        let base = folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")));
        base.map(|base| base.join("org.mingce.desktop"))
    }
}

impl Host for SystemHost {
    fn home(&self) -> &Path {
        &self.home
    }
    #[expect(clippy::disallowed_methods, reason = "a host is where the clock is read")]
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
    fn mono_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
    #[expect(clippy::disallowed_methods, reason = "a host is where the clock is read")]
    fn today(&self) -> Date {
        jiff::Zoned::now().date()
    }
    fn fill_random(&self, bytes: &mut [u8]) -> Outcome<()> {
        getrandom::fill(bytes).map_err(|_| Failure::from(Code::Internal).with("reason", "no_randomness"))
    }
    fn vault(&self) -> &dyn Vault {
        &*self.vault
    }
    fn device_name(&self) -> String {
        // Not the computer's own name, which is often a person's.
        let system = match std::env::consts::OS {
            "windows" => "Windows",
            "macos" => "macOS",
            "linux" => "Linux",
            other => other,
        };
        format!("Mingce {} ({system})", env!("CARGO_PKG_VERSION"))
    }
    fn emit(&self, event: Event) {
        (self.tell)(event);
    }
    fn print_document(&self, path: &Path) -> Outcome<SentTo> {
        (self.print)(path)
    }
    fn start_service(&self, plan: ServicePlan) -> Outcome<Box<dyn RunningService>> {
        service::start(plan)
    }
}
