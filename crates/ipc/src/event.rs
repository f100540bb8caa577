//! What the app tells the UI without being asked.

use crate::profile::EmbeddedService;
use crate::sync::SyncStatus;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Records of these kinds changed; views are at this version now.
    Changed {
        kinds: Vec<String>,
        version: u32,
    },
    Sync {
        status: SyncStatus,
    },
    Service {
        service: EmbeddedService,
    },
    /// Progress of long work; `job` is the import or run it belongs to. `total` 0 = unknown.
    Progress {
        job: String,
        done: u32,
        total: u32,
    },
    /// What the account may see is other than before.
    Rights {},
    /// Photos that were not here are here now.
    Photos {
        hashes: Vec<String>,
    },
    /// A file or folder was dropped on the window, or several.
    FileDropped {
        path: String,
        /// Those beside the first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<String>>", optional)]
        others: Vec<String>,
    },
}
