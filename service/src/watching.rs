//! Finds out for those who listen here what other processes have done to the same database.
//!
//! Another instance's pushes, and what the operator does on the command line, come to this process by no call. Asking is
//! one query for all who listen; nobody listening costs nothing. docs/decisions/2026-11-29-heads-are-asked-for.md says why.

use crate::service::Service;
use crate::storage::StorageError;
use std::collections::HashMap;
use std::time::Duration;

/// How often heads are asked for where other instances may write too: with the way to a desktop it stays below a second.
pub const HEADS_EVERY: Duration = Duration::from_millis(500);
/// How often accounts and devices are asked for; what ends here is told at once anyway.
pub const ACCOUNTS_EVERY: Duration = Duration::from_secs(5);

impl Service {
    /// Tells those who listen how far the logs of their organisations have come.
    pub async fn watch_heads(&self) -> Result<(), StorageError> {
        let organisations = self.hub.organisations();
        if organisations.is_empty() {
            return Ok(());
        }
        let heads = self.database.read(move |transaction| transaction.load_heads(&organisations)).await?;
        heads.into_iter().for_each(|(organisation, head)| self.hub.publish(organisation, head));
        Ok(())
    }

    /// Tells each stream what its account may see now, and ends those whose session is gone.
    pub async fn watch_accounts(&self) -> Result<(), StorageError> {
        let listeners = self.streams.listeners();
        if listeners.devices.is_empty() {
            return Ok(());
        }
        let asked = listeners.clone();
        let read = self.database.read(move |transaction| {
            let scopes = transaction.load_scopes(&asked.organisations)?;
            Ok::<_, StorageError>((scopes, transaction.find_devices(&asked.devices)?))
        });
        let (scopes, devices) = read.await?;
        let scopes: HashMap<_, _> =
            scopes.into_iter().map(|(account, organisation, scope)| ((account, organisation), scope)).collect();
        self.streams.tell(&scopes, &devices.into_iter().collect(), &listeners);
        Ok(())
    }
}
