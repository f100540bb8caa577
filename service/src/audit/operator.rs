//! What the operator does with the audits: checks them, takes them and their signed heads out. The service may be running.

use super::{Act, Actor, AuditKeyError, Broken, Deed, Entry, Evidence, Head, Ledger, State, find_key, record, verify};
use crate::options::ServiceOptions;
use crate::storage::postgres::Postgres;
use crate::storage::sqlite::Sqlite;
use crate::storage::{OrganisationKey, Storage, StorageError, Transaction};
use mingce_model::OrganisationId;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// Entries read at a time.
const PAGE: usize = 1_000;

/// Why nothing was told. Names no person.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Key(#[from] AuditKeyError),
    #[error("there is no such organisation; `administrator list` shows their ids")]
    OrganisationUnknown,
    #[error("the audit could not be written out: {0}")]
    Out(#[from] std::io::Error),
}

/// Which audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    Organisation(OrganisationId),
    /// The service's own.
    Service,
}

/// What became of checking one audit; `None` stands for what belongs to no organisation that is there.
pub struct Checked {
    pub ledger: Option<Ledger>,
    pub state: Result<State, Broken>,
}

/// The audits of a service's database.
pub struct Audits<'o> {
    options: &'o ServiceOptions,
    storage: Arc<dyn Storage>,
}

impl<'o> Audits<'o> {
    /// # Errors
    /// As `Sqlite::open_beside` and `Postgres::open_beside`.
    pub fn open(options: &'o ServiceOptions) -> Result<Self, AuditError> {
        let storage: Arc<dyn Storage> = match &options.database {
            Some(address) => Arc::new(Postgres::open_beside(address.clone())?),
            None => Arc::new(Sqlite::open_beside(&options.data_folder, options.database_key.clone())?),
        };
        Ok(Self { options, storage })
    }

    /// The public half of the service's key.
    pub fn public_key(&self) -> Result<[u8; 32], AuditError> {
        let path = self.options.audit_key_file().ok_or(AuditKeyError::Missing)?;
        Ok(find_key(&path)?.public())
    }

    /// Goes over all of them. Signatures by the service's own key are believed, and those by the keys of the evidence.
    pub fn verify(&self, mut evidence: Evidence) -> Result<Vec<Checked>, AuditError> {
        match self.public_key() {
            Ok(public) => evidence.keys.push(public),
            // Without any key no signature could be checked.
            Err(_) if !evidence.keys.is_empty() => {}
            Err(error) => return Err(error),
        }
        let (ledgers, keys) = self
            .storage
            .read::<_, StorageError>(|transaction| Ok((ledgers(transaction)?, transaction.load_audit_keys()?)))?;
        let mut all = Vec::new();
        for ledger in &ledgers {
            let state = self.storage.read::<_, StorageError>(|transaction| verify(transaction, *ledger, &evidence))?;
            all.push(Checked { ledger: Some(*ledger), state });
        }
        let known: HashSet<i64> = ledgers.iter().map(|ledger| ledger.key.0).collect();
        // One that was made meanwhile is no orphan.
        if keys.into_iter().any(|key| !known.contains(&key.0)) {
            let now = self.storage.read::<_, StorageError>(|transaction| {
                let known: HashSet<i64> = ledgers_keys(transaction)?;
                Ok(transaction.load_audit_keys()?.into_iter().any(|key| !known.contains(&key.0)))
            })?;
            if now {
                all.push(Checked { ledger: None, state: Err(Broken::Orphans) });
            }
        }
        // Heads of an organisation that is gone altogether.
        let ids: HashSet<OrganisationId> = ledgers.iter().map(|ledger| ledger.id).collect();
        if evidence.heads.iter().any(|head| !ids.contains(&head.organisation)) {
            all.push(Checked { ledger: None, state: Err(Broken::Orphans) });
        }
        Ok(all)
    }

    /// Gives every entry of one audit to `each`, in order. That it was taken out is the last of them.
    pub fn export(
        &self,
        wanted: Wanted,
        each: &mut dyn FnMut(&Entry) -> std::io::Result<()>,
    ) -> Result<(), AuditError> {
        let now_ms = (self.options.clock)();
        let ledger = self.storage.write::<_, AuditError>(|transaction| {
            let ledger = find(transaction, wanted)?;
            note_verb(transaction, ledger, now_ms, "audit export")?;
            Ok(ledger)
        })?;
        self.storage.read(|transaction| {
            let mut number = 0;
            loop {
                let page = transaction.load_audit_after(ledger.key, number, PAGE)?;
                let Some(last) = page.last() else { return Ok(()) };
                number = last.number;
                page.iter().try_for_each(&mut *each)?;
            }
        })
    }

    /// Gives every signed head to `each`.
    pub fn heads(&self, each: &mut dyn FnMut(&Head) -> std::io::Result<()>) -> Result<(), AuditError> {
        self.storage.read(|transaction| {
            for ledger in ledgers(transaction)? {
                let mut sequence = 0;
                loop {
                    let page = transaction.load_audit_heads(ledger, sequence, PAGE)?;
                    let Some(last) = page.last() else { break };
                    sequence = last.sequence;
                    page.iter().try_for_each(&mut *each)?;
                }
            }
            Ok(())
        })
    }
}

/// Writes down what the operator did.
pub(crate) fn note_verb(
    transaction: &mut dyn Transaction,
    ledger: Ledger,
    now_ms: i64,
    verb: &str,
) -> Result<(), StorageError> {
    record(transaction, ledger, now_ms, by_operator(Act::OperatorVerb, json!({ "verb": verb })))
}

/// What the operator does with a whole organisation, or with the service.
pub(crate) fn by_operator(act: Act, details: Value) -> Deed<'static> {
    Deed { act, actor: Actor::Operator, device: None, network: None, subject: None, details }
}

/// Writes into every audit that everything is copied. One after the other, so that nobody waits for all of them.
pub(crate) fn note_backup(storage: &(dyn Storage + 'static), now_ms: i64) -> Result<(), StorageError> {
    for ledger in storage.read(ledgers)? {
        let noted = storage.write(|transaction| {
            let is_there =
                ledger.key == OrganisationKey::SERVICE || transaction.find_organisation(ledger.id)?.is_some();
            if is_there { record(transaction, ledger, now_ms, by_operator(Act::Backup, json!({}))) } else { Ok(()) }
        });
        match noted {
            // An audit that somebody spoiled keeps nobody from a backup.
            Err(StorageError::Inconsistent | StorageError::Failed(_)) => {
                tracing::warn!("a backup could not be written into an audit: `audit verify` tells which is spoiled");
            }
            noted => noted?,
        }
    }
    Ok(())
}

fn find(transaction: &mut dyn Transaction, wanted: Wanted) -> Result<Ledger, AuditError> {
    match wanted {
        Wanted::Service => Ok(Ledger::of_service()),
        Wanted::Organisation(id) => {
            let row = transaction.find_organisation(id)?.ok_or(AuditError::OrganisationUnknown)?;
            Ok(Ledger::from(&row))
        }
    }
}

/// The service's own first.
fn ledgers(transaction: &mut dyn Transaction) -> Result<Vec<Ledger>, StorageError> {
    let organisations = transaction.load_organisations()?;
    Ok(std::iter::once(Ledger::of_service()).chain(organisations.iter().map(Ledger::from)).collect())
}

fn ledgers_keys(transaction: &mut dyn Transaction) -> Result<HashSet<i64>, StorageError> {
    Ok(ledgers(transaction)?.into_iter().map(|ledger| ledger.key.0).collect())
}
