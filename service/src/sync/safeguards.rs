//! What keeps an edit from being lost or applied twice, by name, so that a simulation can take one away and see that its
//! checks notice. Without the feature `simulation`, which no shipped program has, nothing can be taken away.

/// One check of the service's half of sync.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Safeguard {
    /// A number that comes again must be the same edit.
    Digest,
    /// Cursors and pushes are of the log's present epoch.
    Epoch,
    /// A cursor's place in the log has the chain that the cursor names.
    Chain,
    /// A replica never acknowledges less than it did before.
    Acknowledged,
    /// The organisation is read and moved on within one transaction.
    OrganisationLock,
}

/// The checks that are done: all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Safeguards {
    #[cfg(feature = "simulation")]
    missing: Option<Safeguard>,
}

impl Safeguards {
    #[cfg(feature = "simulation")]
    pub const fn without(missing: Safeguard) -> Self {
        Self { missing: Some(missing) }
    }

    pub(crate) fn has(self, safeguard: Safeguard) -> bool {
        #[cfg(feature = "simulation")]
        return self.missing != Some(safeguard);
        #[cfg(not(feature = "simulation"))]
        {
            let _ = safeguard;
            true
        }
    }
}
