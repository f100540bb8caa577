//! What an audit needs of the storage.

use super::{
    AuditFilter, AuditLink, Chain, ConsentLink, LogLine, OrganisationKey, OrganisationRow, StorageError, Unsigned,
};
use crate::audit::{Entry, Head, Ledger};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, ReplicaId};
use std::collections::HashMap;

/// The audits, which only grow.
pub trait Audits {
    /// The organisations that the account may sign in to, each held by a job that writes, before any other is asked for.
    fn hold_organisations_of(&mut self, account: AccountId) -> Result<Vec<OrganisationRow>, StorageError>;
    /// Number and link of the last entry as the organisation's own row has them; `None` before the first. A job that writes
    /// holds the organisation already.
    fn last_audit(&mut self, organisation: OrganisationKey) -> Result<Option<(u64, AuditLink)>, StorageError>;
    /// Adds the entry and makes it the last.
    fn insert_audit(&mut self, organisation: OrganisationKey, entry: &Entry) -> Result<(), StorageError>;
    /// Entries with numbers above `number`, in order; at most `limit`.
    fn load_audit_after(
        &mut self,
        organisation: OrganisationKey,
        number: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError>;
    /// Entries that the filter lets through, the newest first; at most `limit`.
    fn find_audit(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError>;
    /// Everything that has an entry or a signed head, whether or not there is such an organisation.
    fn load_audit_keys(&mut self) -> Result<Vec<OrganisationKey>, StorageError>;
    /// Audits whose last entry no head covers and whose last head is of before the first instant, or of after the second:
    /// then the clock was ahead. At most about `limit`.
    fn load_unsigned_audits(
        &mut self,
        since_and_now_ms: (i64, i64),
        limit: usize,
    ) -> Result<Vec<Unsigned>, StorageError>;
    fn insert_audit_head(&mut self, organisation: OrganisationKey, head: &Head) -> Result<(), StorageError>;
    /// Heads of the audit with sequences above `sequence`, in order; at most `limit`.
    fn load_audit_heads(&mut self, ledger: Ledger, sequence: u64, limit: usize) -> Result<Vec<Head>, StorageError>;
    /// The change log's chain after each of the versions that are there.
    fn load_chains(&mut self, organisation: OrganisationKey, vers: &[u64])
    -> Result<HashMap<u64, Chain>, StorageError>;
    /// Lines of the change log with versions in the range, in order; at most `limit`.
    ///
    /// # Errors
    /// `Inconsistent` when one of them holds what no line ever held.
    fn load_log(
        &mut self,
        organisation: OrganisationKey,
        vers: (u64, u64),
        limit: usize,
    ) -> Result<Vec<LogLine<'static>>, StorageError>;
    /// The links of those of the ledger's entries that are there.
    fn load_consent_links(
        &mut self,
        organisation: OrganisationKey,
        numbers: &[u64],
    ) -> Result<HashMap<u64, ConsentLink>, StorageError>;
    /// Notes that a line of a desktop's own audit was taken, by the desktop's first author number; whether it was not yet.
    fn note_look(
        &mut self,
        organisation: OrganisationKey,
        store: ReplicaId,
        number: u64,
        digest: [u8; 8],
    ) -> Result<bool, StorageError>;
    /// Names of those of the accounts that are in the organisation, or did something there, and of their devices.
    fn load_names(
        &mut self,
        organisation: OrganisationKey,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, String>, StorageError>;
}
