//! What the service keeps, as a narrow trait: SQLite stands behind it for one machine, PostgreSQL for more.
//!
//! Everything here blocks and so runs on blocking threads (see `Database`). Nothing above this room writes SQL, and
//! nothing below it decides anything about edits or rights.

mod administering;
mod audits;
mod database;
mod error;
pub mod postgres;
pub mod rows;
mod scopes;
pub mod sqlite;
mod wanted;
pub mod whole;

pub use administering::*;
pub use audits::Audits;
pub use database::Database;
pub use error::StorageError;
pub use rows::*;
pub use scopes::Scopes;
pub use wanted::Wanted;
pub use whole::Whole;

use crate::consent::Entry;
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use mingce_model::{Field, Kind, PhotoHash, Record, RecordId, Value};
use mingce_protocol::OrganisationSummary;
use std::collections::HashMap;

/// What becomes of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Commit,
    RollBack,
}

/// One job inside one transaction.
pub type Job<'a> = &'a mut dyn FnMut(&mut dyn Transaction) -> Verdict;

/// How many jobs may run at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turns {
    pub readers: u32,
    pub writers: u32,
}

/// A place that runs transactions.
pub trait Storage: Send + Sync {
    /// Runs the job on a snapshot that no writer changes meanwhile.
    fn run_read(&self, job: Job<'_>) -> Result<(), StorageError>;
    /// Runs the job as the only writer of the organisation that it asks for. After `Commit` the changes are durable when
    /// this returns. A job may be run again from its start, after what it did was taken back.
    fn run_write(&self, job: Job<'_>) -> Result<(), StorageError>;
    /// One writer and a few readers, unless the storage can do more.
    fn turns(&self) -> Turns {
        Turns { readers: database::READERS, writers: 1 }
    }
    /// Whether other instances of the service may write here too.
    fn is_shared(&self) -> bool {
        false
    }
    /// Writes everything to its final place. Called once, after the last job.
    fn close(&self) -> Result<(), StorageError>;
}

impl dyn Storage {
    /// `run_read` with a result.
    pub fn read<T, E: From<StorageError>>(
        &self,
        job: impl FnOnce(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut job = Some(job);
        collect(
            |transaction| match job.take() {
                Some(job) => job(transaction),
                None => Err(StorageError::Inconsistent.into()),
            },
            |run| self.run_read(run),
        )
    }
    /// `run_write` with a result; an error rolls back.
    pub fn write<T, E: From<StorageError>>(
        &self,
        job: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        collect(job, |run| self.run_write(run))
    }
}

/// The result of the job's last run.
fn collect<T, E: From<StorageError>>(
    mut job: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    run: impl FnOnce(Job<'_>) -> Result<(), StorageError>,
) -> Result<T, E> {
    let mut result = None;
    run(&mut |transaction| {
        let outcome = job(transaction);
        let verdict = if outcome.is_ok() { Verdict::Commit } else { Verdict::RollBack };
        result = Some(outcome);
        verdict
    })?;
    // Made only when it is told: making one writes it into the log.
    result.unwrap_or_else(|| Err(StorageError::Inconsistent.into()))
}

/// The roster's records.
pub trait Records {
    /// Says what a job is about to ask for, so that a storage at the other end of a network fetches it in one go. Changes
    /// no answer.
    fn expect(&mut self, organisation: OrganisationKey, wanted: &dyn Fn() -> Wanted) -> Result<(), StorageError> {
        let _ = (organisation, wanted);
        Ok(())
    }
    fn find_record(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
    ) -> Result<Option<StoredRecord>, StorageError>;
    /// The versions of those of the kind's records that are there, live or removed.
    fn find_vers(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, u64>, StorageError>;
    /// Writes a live record, whether or not there was one before.
    fn save_record(&mut self, organisation: OrganisationKey, record: &Record) -> Result<(), StorageError>;
    /// Writes what differs from the live record that is there, and the version.
    fn update_record(
        &mut self,
        organisation: OrganisationKey,
        before: &Record,
        after: &Record,
    ) -> Result<(), StorageError>;
    /// Erases the record's values and leaves its id and version.
    fn save_tombstone(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
        ver: u64,
    ) -> Result<(), StorageError>;
    /// Ids of live records whose fields hold exactly these values; at most `limit`, in id order.
    fn find_live(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        filters: &[(Field, &Value)],
        limit: usize,
    ) -> Result<Vec<RecordId>, StorageError>;
    /// Ids of live members who have a chip of this number; at most `limit`, in id order.
    fn find_chip(
        &mut self,
        organisation: OrganisationKey,
        number: &str,
        limit: usize,
    ) -> Result<Vec<RecordId>, StorageError>;
    /// Ids and names of the live departments below `parent`, or at the top.
    fn load_departments_below(
        &mut self,
        organisation: OrganisationKey,
        parent: Option<RecordId>,
    ) -> Result<Vec<(RecordId, String)>, StorageError>;
    /// Gives `each` the records with a version above `ver` in version order, tombstones included. Stops after `rows_max`
    /// records or when their values pass `bytes_max`.
    fn load_records_after(
        &mut self,
        organisation: OrganisationKey,
        ver: u64,
        rows_max: usize,
        bytes_max: usize,
        each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError>;
    /// The same for the records of one kind.
    fn load_kind_after(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        ver: u64,
        most: (usize, usize),
        each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError>;
}

/// The organisations, their change logs, and what was answered to whom.
pub trait Log {
    /// A job that writes holds the organisation from here to its end: nobody else writes to it meanwhile.
    fn find_organisation(&mut self, id: OrganisationId) -> Result<Option<OrganisationRow>, StorageError>;
    fn insert_organisation(
        &mut self,
        id: OrganisationId,
        chain: Chain,
        now_ms: i64,
    ) -> Result<OrganisationRow, StorageError>;
    fn save_head(&mut self, organisation: OrganisationKey, head: u64, chain: Chain) -> Result<(), StorageError>;
    fn insert_change(&mut self, organisation: OrganisationKey, change: &NewChange<'_>) -> Result<(), StorageError>;
    fn find_chain(&mut self, organisation: OrganisationKey, ver: u64) -> Result<Option<Chain>, StorageError>;
    /// The record's changes, newest first.
    fn load_changes(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
        limit: usize,
    ) -> Result<Vec<ChangeRow>, StorageError>;
    /// The record's changes after a version and up to another, newest first, with who made them and as part of what.
    fn load_edits(
        &mut self,
        organisation: OrganisationKey,
        record: (Kind, RecordId),
        vers: (u64, u64),
        limit: usize,
    ) -> Result<Vec<EditRow>, StorageError>;
    /// Notes that the edits with these numbers of the account's replica are of the batch; numbers are noted once. A batch that
    /// is another account's already is not noted.
    fn insert_batch(
        &mut self,
        organisation: OrganisationKey,
        author: (AccountId, ReplicaId),
        batch: &BatchRow,
    ) -> Result<(), StorageError>;
    fn find_replica(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
    ) -> Result<Option<ReplicaRow>, StorageError>;
    fn save_replica(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        row: &ReplicaRow,
        now_ms: i64,
    ) -> Result<(), StorageError>;
    /// Answers given and not yet acknowledged, in order of their numbers.
    fn load_answers(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
    ) -> Result<Vec<AnsweredRow>, StorageError>;
    fn insert_answer(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        answer: &AnsweredRow,
    ) -> Result<(), StorageError>;
    /// Forgets answers whose last number is at most `acked_m`.
    fn remove_answers(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        acked_m: u64,
    ) -> Result<(), StorageError>;
    /// The conflict record that is still open for this record, field and replica.
    fn find_open_conflict(
        &mut self,
        organisation: OrganisationKey,
        of: &ConflictOf<'_>,
    ) -> Result<Option<RecordId>, StorageError>;
    /// Remembers which replica a conflict record is about.
    fn insert_conflict_of(
        &mut self,
        organisation: OrganisationKey,
        conflict: RecordId,
        of: &ConflictOf<'_>,
    ) -> Result<(), StorageError>;
    /// Starts something that can be taken back without ending the transaction. Not nested.
    fn begin_savepoint(&mut self) -> Result<(), StorageError>;
    fn end_savepoint(&mut self, verdict: Verdict) -> Result<(), StorageError>;
}

/// Administrators and their devices.
pub trait Accounts {
    fn find_account_by_phone(&mut self, phone: &str) -> Result<Option<AccountRow>, StorageError>;
    fn insert_account(&mut self, account: &AccountRow, now_ms: i64) -> Result<(), StorageError>;
    fn save_standing(
        &mut self,
        account: AccountId,
        organisation: OrganisationKey,
        standing: &Standing,
        now_ms: i64,
    ) -> Result<(), StorageError>;
    /// `None` where the account has nothing to do with the organisation.
    fn find_standing(
        &mut self,
        account: AccountId,
        organisation: OrganisationKey,
    ) -> Result<Option<Standing>, StorageError>;
    fn load_organisations_of(&mut self, account: AccountId) -> Result<Vec<OrganisationSummary>, StorageError>;
    /// Everybody who may sign in, by organisation, its owners first; at most `limit`.
    fn load_administrators(&mut self, limit: usize) -> Result<Vec<AdministratorRow>, StorageError>;
    fn insert_device(&mut self, device: &DeviceRow, token_hash: &TokenHash) -> Result<(), StorageError>;
    fn find_session(&mut self, token_hash: &TokenHash) -> Result<Option<SessionRow>, StorageError>;
    fn save_device_use(&mut self, device: RecordId, now_ms: i64) -> Result<(), StorageError>;
    fn load_devices(&mut self, account: AccountId) -> Result<Vec<DeviceRow>, StorageError>;
    /// Whether there was such a device of the account.
    fn remove_device(&mut self, account: AccountId, device: RecordId) -> Result<bool, StorageError>;
    /// A random value of the service that is made once and kept; `candidate` is kept when there is none yet.
    fn load_secret(&mut self, name: &str, candidate: [u8; 32]) -> Result<[u8; 32], StorageError>;
}

/// What those who listen for news are told of, asked for all of them together. Reads only, and holds nothing.
pub trait Watching {
    /// How far the log of each organisation that there is has come.
    fn load_heads(&mut self, organisations: &[OrganisationId]) -> Result<Vec<(OrganisationId, LogHead)>, StorageError>;
    /// Every account of the organisations with its `Standing::scope_ver`.
    fn load_scopes(
        &mut self,
        organisations: &[OrganisationId],
    ) -> Result<Vec<(AccountId, OrganisationId, u64)>, StorageError>;
    /// Those of the devices that are signed in.
    fn find_devices(&mut self, devices: &[RecordId]) -> Result<Vec<RecordId>, StorageError>;
}

/// Invitations as phones see them, and what members own.
pub trait Joining {
    /// The live invitation with this token hash, and its organisation.
    fn find_invitation(&mut self, token_hash: &str) -> Result<Option<(OrganisationRow, RecordId)>, StorageError>;
    fn find_tries(&mut self, organisation: OrganisationKey, invitation: RecordId) -> Result<Tries, StorageError>;
    fn save_tries(
        &mut self,
        organisation: OrganisationKey,
        invitation: RecordId,
        tries: Tries,
    ) -> Result<(), StorageError>;
    /// Makes or replaces the member's personal account and ends its sessions.
    fn save_member_account(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
        password_hash: &str,
        now_ms: i64,
    ) -> Result<(), StorageError>;
    /// The hash of the password of the member's personal account.
    fn find_member_password(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
    ) -> Result<Option<String>, StorageError>;
    fn insert_member_session(&mut self, token_hash: &TokenHash, session: &MemberSessionRow)
    -> Result<(), StorageError>;
    /// The session, unless it has ended by `now_ms`.
    fn find_member_session(
        &mut self,
        token_hash: &TokenHash,
        now_ms: i64,
    ) -> Result<Option<(OrganisationRow, MemberSessionRow)>, StorageError>;
    fn remove_member_session(&mut self, token_hash: &TokenHash) -> Result<(), StorageError>;
    /// Takes the member's personal account away and ends its sessions.
    fn remove_member_account(&mut self, organisation: OrganisationKey, member: RecordId) -> Result<(), StorageError>;
}

/// The ledger of consents, which only grows.
pub trait Consents {
    /// The number and the link of the organisation's last entry.
    fn last_consent(&mut self, organisation: OrganisationKey) -> Result<Option<(u64, ConsentLink)>, StorageError>;
    fn insert_consent(&mut self, organisation: OrganisationKey, entry: &Entry) -> Result<(), StorageError>;
    /// The organisation's entries with numbers above `number`, in order; at most `limit`.
    fn load_consents_after(
        &mut self,
        organisation: OrganisationKey,
        number: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError>;
    /// The newest entries about the member, oldest of them first; at most `limit`.
    fn load_consents_of(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError>;
    /// Of the entries about the member the last for each purpose that the member said, and the last that a guardian did.
    fn load_standing_consents(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
    ) -> Result<Vec<Entry>, StorageError>;
    /// Every organisation, in the order of their keys.
    fn load_organisations(&mut self) -> Result<Vec<OrganisationRow>, StorageError>;
}

/// Photos of members, each under the hash of its bytes.
pub trait Photos {
    fn has_photo(&mut self, organisation: OrganisationKey, hash: PhotoHash) -> Result<bool, StorageError>;
    fn find_photo(&mut self, organisation: OrganisationKey, hash: PhotoHash) -> Result<Option<Vec<u8>>, StorageError>;
    /// Bytes of all photos of the organisation.
    fn load_photo_bytes(&mut self, organisation: OrganisationKey) -> Result<u64, StorageError>;
    /// Keeps it; one that is there already only stays for longer.
    fn save_photo(
        &mut self,
        organisation: OrganisationKey,
        hash: PhotoHash,
        jpeg: &[u8],
        now_ms: i64,
    ) -> Result<(), StorageError>;
    /// Looks at some photos that were not looked at since `checked_before_ms`, notes which of them no member names, and
    /// removes those that nothing has named since `unused_before_ms`. Answers how many went.
    fn prune_photos(&mut self, checked_before_ms: i64, unused_before_ms: i64, now_ms: i64)
    -> Result<u64, StorageError>;
}

/// Everything a job can ask for.
pub trait Transaction:
    Records + Log + Accounts + Administering + Scopes + Watching + Joining + Consents + Photos + Audits + Whole
{
}
impl<T> Transaction for T where
    T: Records + Log + Accounts + Administering + Scopes + Watching + Joining + Consents + Photos + Audits + Whole
{
}
