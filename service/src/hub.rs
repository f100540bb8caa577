//! Wakes streams and waiting pulls when their organisation changes, and waiting pulls when their device is sent away. Only
//! a hint: what changed is read from the storage.

use crate::storage::LogHead;
use mingce_model::{OrganisationId, RecordId};
use parking_lot::Mutex;
use std::collections::HashMap;
use tokio::sync::watch;

/// One channel for each organisation that somebody waits for, and one for each device that waits.
#[derive(Default)]
pub struct Hub {
    heads: Mutex<HashMap<OrganisationId, watch::Sender<LogHead>>>,
    devices: Mutex<HashMap<RecordId, watch::Sender<bool>>>,
}

impl Hub {
    /// Starts listening. Subscribe before reading the storage, so that nothing is missed in between.
    pub fn subscribe(&self, organisation: OrganisationId) -> watch::Receiver<LogHead> {
        self.heads.lock().entry(organisation).or_insert_with(|| watch::channel(LogHead::default()).0).subscribe()
    }

    /// Tells that the organisation has reached `head`. What was told already wakes nobody.
    pub fn publish(&self, organisation: OrganisationId, head: LogHead) {
        if let Some(sender) = self.heads.lock().get(&organisation) {
            sender.send_if_modified(|told| std::mem::replace(told, head) != head);
        }
    }

    /// The organisations that somebody listens to.
    pub fn organisations(&self) -> Vec<OrganisationId> {
        let mut heads = self.heads.lock();
        heads.retain(|_, sender| sender.receiver_count() > 0);
        heads.keys().copied().collect()
    }

    /// Starts listening for the device being sent away. Subscribe before looking whether it still is signed in.
    pub fn subscribe_device(&self, device: RecordId) -> watch::Receiver<bool> {
        self.devices.lock().entry(device).or_insert_with(|| watch::channel(false).0).subscribe()
    }

    /// Tells whoever waits as this device that its session has ended.
    pub fn send_away(&self, device: RecordId) {
        if let Some(sender) = self.devices.lock().remove(&device) {
            sender.send_replace(true);
        }
    }

    /// Forgets organisations and devices that nobody waits for.
    pub fn forget_idle(&self) {
        self.devices.lock().retain(|_, sender| sender.receiver_count() > 0);
        self.heads.lock().retain(|_, sender| sender.receiver_count() > 0);
    }
}
