//! One open roster: its store, its way to the service, and what the UI holds on to.

use crate::failure::{Outcome, told};
use crate::host::{Host, new_id};
use crate::importing::Imports;
use crate::jobs::Jobs;
use crate::lock;
use crate::locking::Lock;
use crate::masking::Reveals;
use crate::past::Pasts;
use crate::photos::{PhotoPlans, Pictures};
use crate::problems::Known;
use crate::profile::Profile;
use crate::sheets::Runs;
use crate::syncing::{Driver, Fetcher, Lanes};
use crate::views::Views;
use crate::year::HeldRoster;
use mingce_client::Client;
use mingce_ipc::{Code, Event};
use mingce_model::Edit;
use mingce_model::id::BatchId;
use mingce_protocol::Limit;
use mingce_store::{Label, Operation, Store, Touched};
use std::sync::{Arc, Mutex};

pub(crate) struct Session {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) profile: Profile,
    pub(crate) store: Arc<Store>,
    pub(crate) client: Arc<Client>,
    /// Address of the service, without a trailing slash.
    pub(crate) service_url: String,
    pub(crate) lanes: Lanes,
    pub(crate) lock: Arc<Lock>,
    pub(crate) views: Mutex<Views>,
    pub(crate) jobs: Mutex<Jobs>,
    pub(crate) problems: Known,
    pub(crate) imports: Mutex<Imports>,
    pub(crate) runs: Mutex<Runs>,
    /// Held while layouts that were kept on this computer alone are made records of.
    pub(crate) adopting: Mutex<()>,
    /// The syncing hears what the account may see.
    pub(crate) reveals: Arc<Mutex<Reveals>>,
    pub(crate) pasts: Mutex<Pasts>,
    pub(crate) pictures: Mutex<Pictures>,
    pub(crate) photo_plans: Mutex<PhotoPlans>,
    pub(crate) year: Mutex<Option<HeldRoster>>,
    /// The background loop; none on the command line.
    pub(crate) driver: Mutex<Option<Driver>>,
    /// Brings photos in the background; none on the command line.
    pub(crate) fetcher: Mutex<Option<Fetcher>>,
    /// Reads the departments while the window asks for its first page; it holds the roster open while it runs.
    pub(crate) arranging: Mutex<Option<tokio::task::JoinHandle<()>>>,
    /// Reads the search index in the background; it holds the roster open while it runs.
    pub(crate) warming: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl Drop for Session {
    /// Whoever closes a roster may open it again at once.
    fn drop(&mut self) {
        for task in [&self.arranging, &self.warming] {
            if let Some(task) = lock(task).take() {
                self.lanes.wait_for(task);
            }
        }
        drop(lock(&self.fetcher).take());
    }
}

impl Session {
    pub(crate) fn account_name(&self) -> &str {
        &self.store.identity().actor
    }

    /// A fresh operation of the person at this computer. Whoever may only look has none, save for giving up what was
    /// refused.
    pub(crate) fn operation(&self, label: Label) -> Outcome<Operation> {
        self.check_may_do(label)?;
        let id = BatchId(new_id(&*self.host)?);
        Ok(Operation::new(id, label, self.account_name(), self.host.now_ms()))
    }

    /// Refuses what is beyond the account's limit. The service checks it again.
    fn check_may_do(&self, label: Label) -> Outcome<()> {
        let is_about_invitations =
            matches!(label, Label::Invite | Label::Revoke | Label::Reprint | Label::Print | Label::HandOut);
        match self.limit() {
            // Which records these are only the service knows for sure: it refuses what is beyond.
            None | Some(Limit::OnlyDepartments) => Ok(()),
            Some(_) if label == Label::Drop => Ok(()),
            Some(Limit::OnlyPrints) if is_about_invitations => Ok(()),
            Some(Limit::OnlyPrints) => Err(Code::OnlyPrints.into()),
            Some(Limit::OnlyReads) => Err(Code::OnlyReads.into()),
        }
    }

    /// What the account may not do.
    pub(crate) fn limit(&self) -> Option<Limit> {
        lock(&self.reveals).limit()
    }

    /// Writes the edits as one operation and tells who listens.
    pub(crate) fn write(&self, label: Label, edits: impl IntoIterator<Item = Edit>) -> Outcome<Touched> {
        let touched = told(self.store.write(&self.operation(label)?, edits))?;
        self.tell_changed(&touched);
        Ok(touched)
    }

    /// Tells the UI which kinds changed and the loop that there is something to send.
    pub(crate) fn tell_changed(&self, touched: &Touched) {
        if touched.changed == 0 {
            return;
        }
        self.host.emit(Event::Changed {
            kinds: touched.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            version: version(touched.version),
        });
        self.tell_waiting();
    }

    /// Tells the loop that there is something to send.
    pub(crate) fn tell_waiting(&self) {
        if let Some(driver) = &*lock(&self.driver) {
            driver.tell(mingce_sync::Event::LocalEdit);
        }
    }
}

/// The roster's version as calls carry it. It counts changes since the roster was opened, so it does not reach the end.
pub(crate) fn version(version: u64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
