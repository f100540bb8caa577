//! Wakes waiting pulls when their organisation changes. Only a hint: what changed is read from the storage.

use mingce_model::OrganisationId;
use parking_lot::Mutex;
use std::collections::HashMap;
use tokio::sync::watch;

/// One channel for each organisation that somebody waits for.
#[derive(Default)]
pub struct Hub {
    heads: Mutex<HashMap<OrganisationId, watch::Sender<u64>>>,
}

impl Hub {
    /// Starts listening. Subscribe before reading the storage, so that nothing is missed in between.
    pub fn subscribe(&self, organisation: OrganisationId) -> watch::Receiver<u64> {
        self.heads.lock().entry(organisation).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Tells that the organisation has reached `head`.
    pub fn publish(&self, organisation: OrganisationId, head: u64) {
        let mut heads = self.heads.lock();
        if let Some(sender) = heads.get(&organisation)
            && sender.send(head).is_err()
        {
            // Nobody listens any more.
            heads.remove(&organisation);
        }
    }

    /// Forgets organisations that nobody waits for.
    pub fn forget_idle(&self) {
        self.heads.lock().retain(|_, sender| sender.receiver_count() > 0);
    }
}
