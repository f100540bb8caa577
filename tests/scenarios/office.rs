//! The whole program without its window: the use cases on a host of the test's own, with the background loop at work.

use crate::line::Line;
use crate::world::{PASSWORD, PHONE, World};
use mingce_app::{App, Host, Outcome, RunningService, ServicePlan};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::profile::{ProfileId, ServicePlace, SignIn, SignInOutcome};
use mingce_ipc::roster::{AddMember, CellText, Column, EditCell, RecordRef};
use mingce_ipc::sheets::SentTo;
use mingce_ipc::sync::{SyncPhase, SyncStatus};
use mingce_ipc::{Code, Event};
use mingce_testkit::Clock;
use mingce_vault::{FileVault, Vault};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// One program on one computer.
pub struct Office {
    pub app: App,
    pub line: Line,
}

struct OfficeHost {
    home: PathBuf,
    name: &'static str,
    clock: Arc<Clock>,
    chance: Arc<crate::world::Chance>,
    vault: Box<dyn Vault>,
    started: Instant,
}

impl Host for OfficeHost {
    fn home(&self) -> &Path {
        &self.home
    }
    fn now_ms(&self) -> i64 {
        self.clock.advance_ms(1);
        i64::try_from(self.clock.now_ms()).expect("a date of this age")
    }
    fn mono_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).expect("a short test")
    }
    fn today(&self) -> jiff::civil::Date {
        self.clock.today()
    }
    fn fill_random(&self, bytes: &mut [u8]) -> Outcome<()> {
        self.chance.fill(bytes);
        Ok(())
    }
    fn vault(&self) -> &dyn Vault {
        &*self.vault
    }
    fn device_name(&self) -> String {
        self.name.to_owned()
    }
    fn emit(&self, _: Event) {}
    fn print_document(&self, _: &Path) -> Outcome<SentTo> {
        Err(Code::CannotOpen.into())
    }
    fn start_service(&self, _: ServicePlan) -> Outcome<Box<dyn RunningService>> {
        Err(Code::Internal.into())
    }
}

impl Office {
    /// A computer that has signed in to the world's organisation; its background loop runs.
    pub fn open(runtime: &Runtime, world: &World, name: &'static str) -> Self {
        let office = Self::closed(runtime, world, name);
        let service = ServicePlace::Remote { url: office.line.url() };
        let asked = SignIn { service, phone: PHONE.into(), password: PASSWORD.into(), organisation: None, code: None };
        assert!(matches!(office.app.sign_in(asked), Ok(SignInOutcome::Open { .. })));
        office
    }

    /// The same without the background loop, as for the command line: syncs when told to. Shows numbers whole.
    pub fn quiet(runtime: &Runtime, world: &World, name: &'static str) -> Self {
        let office = Self::open(runtime, world, name);
        let profiles = office.app.app_state(Nothing {}).expect("it always has a state").profiles;
        office.app.close_profile(Nothing {}).expect("a roster is open");
        office.app.open_profile_quietly(ProfileId { id: profiles[0].id.clone() }).expect("the roster opens again");
        office.app.reveal_all(Nothing {}).expect("the first administrator may see numbers");
        office
    }

    /// The program started on a fresh computer.
    pub fn closed(runtime: &Runtime, world: &World, name: &'static str) -> Self {
        let home = world.path(name);
        let vault = FileVault::create(&world.path(&format!("{name}.key")), &home).expect("a fresh vault");
        Self::with_vault(runtime, world, name, Box::new(vault))
    }

    /// The same with the secrets where the test keeps them.
    pub fn with_vault(runtime: &Runtime, world: &World, name: &'static str, vault: Box<dyn Vault>) -> Self {
        let home = world.path(name);
        std::fs::create_dir_all(&home).expect("the test's own folder");
        let host = OfficeHost {
            vault,
            home,
            name,
            clock: world.clock.clone(),
            chance: world.chance.clone(),
            started: Instant::now(),
        };
        Self { app: App::new(Arc::new(host)), line: runtime.block_on(world.line()) }
    }

    pub fn add(&self, cells: &[(Column, &str)]) -> String {
        let cells = cells.iter().map(|(column, text)| CellText { column: *column, text: (*text).to_owned() });
        self.app.add_member(AddMember { cells: cells.collect() }).expect("the values keep the rules").id
    }

    pub fn edit(&self, member: &str, column: Column, text: &str) {
        let edit = EditCell { member: member.to_owned(), column, text: text.to_owned() };
        let outcome = self.app.edit_cell(edit).expect("the member is here");
        assert_eq!((outcome.changed_cells, outcome.refused_count), (1, 0));
    }

    /// What the side panel shows in a column; `None` while the member is not here.
    pub fn cell(&self, member: &str, column: Column) -> Option<String> {
        let detail = self.app.member_detail(RecordRef { id: member.to_owned() }).ok()?;
        let at = detail.columns.iter().position(|shown| *shown == column)?;
        Some(detail.row.cells[at].clone())
    }

    pub fn status(&self) -> SyncStatus {
        self.app.sync_status(Nothing {}).expect("a roster is open")
    }
}

/// Asks until it is so; bounded, and quick to ask again.
pub fn wait_until(runtime: &Runtime, what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(10)).await });
    }
    panic!("never happened: {what}");
}

pub fn is_at_rest(office: &Office) -> bool {
    let status = office.status();
    status.phase == SyncPhase::Idle && status.waiting == 0
}
