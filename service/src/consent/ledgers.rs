//! What the operator does with the ledgers: checks them and takes them out. The service may be running.

use super::{Broken, Entry, verify};
use crate::audit::{Ledger, note_verb};
use crate::options::ServiceOptions;
use crate::storage::postgres::Postgres;
use crate::storage::sqlite::Sqlite;
use crate::storage::{Storage, StorageError};
use mingce_model::OrganisationId;
use std::sync::Arc;

/// Entries read at a time.
const PAGE: usize = 1_000;

/// Why nothing was told. Names no person.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("there is no such organisation; `administrator list` shows their ids")]
    OrganisationUnknown,
    #[error("the ledger could not be written out: {0}")]
    Out(#[from] std::io::Error),
}

/// What became of checking one ledger.
pub struct Checked {
    pub organisation: OrganisationId,
    /// How many entries, and the last link: to be kept elsewhere, because only an earlier one shows a cut at the end.
    pub state: Result<(u64, [u8; 32]), Broken>,
}

/// The ledgers of a service's database.
pub struct Ledgers<'o> {
    options: &'o ServiceOptions,
    storage: Arc<dyn Storage>,
}

impl<'o> Ledgers<'o> {
    /// # Errors
    /// As `Sqlite::open_beside` and `Postgres::open_beside`.
    pub fn open(options: &'o ServiceOptions) -> Result<Self, LedgerError> {
        let storage: Arc<dyn Storage> = match &options.database {
            Some(address) => Arc::new(Postgres::open_beside(address.clone())?),
            None => Arc::new(Sqlite::open_beside(&options.data_folder, options.database_key.clone())?),
        };
        Ok(Self { options, storage })
    }

    /// Goes over every organisation's.
    pub fn verify(&self) -> Result<Vec<Checked>, LedgerError> {
        let organisations = self.storage.read::<_, StorageError>(|transaction| transaction.load_organisations())?;
        let check = |organisation| {
            let state = self.storage.read::<_, StorageError>(|transaction| verify(transaction, &organisation))?;
            Ok(Checked { organisation: organisation.id, state })
        };
        organisations.into_iter().map(check).collect()
    }

    /// Gives every entry of one organisation to `each`, in order.
    pub fn export(
        &self,
        organisation: OrganisationId,
        each: &mut dyn FnMut(&Entry) -> std::io::Result<()>,
    ) -> Result<(), LedgerError> {
        let known = self.storage.write(|transaction| {
            let known = transaction.find_organisation(organisation)?.ok_or(LedgerError::OrganisationUnknown)?;
            note_verb(transaction, Ledger::from(&known), (self.options.clock)(), "consents export")?;
            Ok::<_, LedgerError>(known)
        })?;
        self.storage.read(|transaction| {
            let mut number = 0;
            loop {
                let page = transaction.load_consents_after(known.key, number, PAGE)?;
                let Some(last) = page.last() else { return Ok(()) };
                number = last.number;
                page.iter().try_for_each(&mut *each)?;
            }
        })
    }
}
