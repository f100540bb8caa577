//! What rows look like to the rest of the service.

use crate::audit::Ledger;
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use mingce_model::{Kind, Record, RecordId, Value, ValueDigest, Verb};
use mingce_protocol::pull::ValueRef;
use mingce_protocol::{Exception, Limit, OrganisationSummary, PulledBatch, PulledRecord, Rights, VersionRuns};
use std::borrow::Cow;

/// Eight bytes that stand for the change log up to a version.
pub type Chain = [u8; 8];
/// SHA-256 of a device's or a session's token.
pub type TokenHash = [u8; 32];

/// SHA-256 that stands for the consent ledger up to an entry.
pub type ConsentLink = [u8; 32];

/// SHA-256 that stands for an audit up to an entry.
pub type AuditLink = [u8; 32];

/// An audit that went on since its last signed head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unsigned {
    pub ledger: Ledger,
    /// Of the head that is due.
    pub sequence: u64,
    /// The last entry and its link.
    pub number: u64,
    pub link: AuditLink,
}

/// Which entries of an audit are asked for; what is `None` does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Entries with lower numbers.
    pub before: Option<u64>,
    pub from_ms: Option<i64>,
    /// Not this instant itself.
    pub to_ms: Option<i64>,
    pub act: Option<String>,
    pub actor: Option<RecordId>,
}

/// The short number under which a database knows an organisation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OrganisationKey(pub i64);

impl OrganisationKey {
    /// No organisation: what belongs to the service itself.
    pub const SERVICE: Self = Self(0);
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrganisationRow {
    pub key: OrganisationKey,
    pub id: OrganisationId,
    /// Grows by one when the organisation's log was put back to an earlier state.
    pub epoch: u64,
    /// The newest version given out.
    pub head: u64,
    pub chain: Chain,
}

impl OrganisationRow {
    pub fn log_head(&self) -> LogHead {
        LogHead { epoch: self.epoch, head: self.head }
    }
}

/// How far a log has come, and which log it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LogHead {
    pub epoch: u64,
    pub head: u64,
}

/// A record or, when `is_deleted`, its tombstone: id and version with nothing filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    pub record: Record,
    pub is_deleted: bool,
}

/// A record on its way out, its values where the database has them; `None` for a tombstone.
#[derive(Clone, Copy, Debug)]
pub struct FedRecord<'r> {
    pub kind: Kind,
    pub id: RecordId,
    pub ver: u64,
    pub values: Option<&'r [ValueRef<'r>]>,
}

impl FedRecord<'_> {
    /// The record with values of its own, and nobody's yet.
    pub fn to_pulled(&self) -> PulledRecord {
        let values = self.values.map(|values| values.iter().copied().map(Value::from).collect());
        PulledRecord { kind: self.kind, id: self.id, ver: self.ver, values, by: None }
    }
}

/// Who made a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Author {
    /// An administrator, by the numbered edit of one replica.
    Administrator { account: AccountId, replica: ReplicaId, m: u64 },
    /// An administrator, by a request of its own.
    Account(AccountId),
    /// The member, on the member page.
    Member,
}

/// One line of the change log.
#[derive(Clone, Debug)]
pub struct NewChange<'a> {
    pub ver: u64,
    pub author: Author,
    /// The author's clock; information only.
    pub at_ms: i64,
    pub received_at_ms: i64,
    pub kind: Kind,
    pub id: RecordId,
    pub verb: Verb,
    /// JSON: for a create the values in registry order, nulls at the end cut, otherwise `{field: [before, after]}`.
    pub changes: &'a str,
    pub chain: Chain,
}

/// A line of the change log with all that its row holds. Words are not read: whatever stands there is what is checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogLine<'a> {
    pub ver: u64,
    pub replica: Option<RecordId>,
    pub m: Option<u64>,
    pub account: Option<RecordId>,
    pub at_ms: i64,
    pub received_at_ms: i64,
    pub kind: i64,
    pub id: RecordId,
    pub verb: Cow<'a, str>,
    pub changes: Cow<'a, str>,
    pub chain: Chain,
}

impl<'a> From<&NewChange<'a>> for LogLine<'a> {
    fn from(change: &NewChange<'a>) -> Self {
        let (replica, m, account) = match change.author {
            Author::Administrator { account, replica, m } => (Some(replica.0), Some(m), Some(account.0)),
            Author::Account(account) => (None, None, Some(account.0)),
            Author::Member => (None, None, None),
        };
        Self {
            ver: change.ver,
            replica,
            m,
            account,
            at_ms: change.at_ms,
            received_at_ms: change.received_at_ms,
            kind: change.kind as i64,
            id: change.id,
            verb: Cow::Borrowed(change.verb.name()),
            changes: Cow::Borrowed(change.changes),
            chain: change.chain,
        }
    }
}

/// A line of the change log by which records may have come into a department or left one.
#[derive(Clone, Debug)]
pub struct MoveRow {
    pub kind: Kind,
    pub id: RecordId,
    pub verb: Verb,
    /// As in `NewChange`.
    pub changes: String,
}

#[derive(Clone, Debug)]
pub struct ChangeRow {
    pub verb: Verb,
    /// `None` for the member's own change.
    pub account_name: Option<String>,
    pub at_ms: i64,
    pub received_at_ms: i64,
    pub changes: String,
}

/// Who made a version, in words.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AuthorRow {
    /// Empty for the member's own change.
    pub name: String,
    /// Empty when the device is not known or was sent away.
    pub device: String,
}

/// A change with who made it and as part of what.
#[derive(Clone, Debug)]
pub struct EditRow {
    pub ver: u64,
    pub verb: Verb,
    /// As in `NewChange`.
    pub changes: String,
    pub at_ms: i64,
    pub author: AuthorRow,
    pub batch: Option<PulledBatch>,
}

/// Edits of one replica that it made as one: these and all numbers between them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchRow {
    pub first_m: u64,
    pub last_m: u64,
    pub batch: PulledBatch,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReplicaRow {
    pub account: AccountId,
    /// The device that it pushed from last.
    pub device: Option<RecordId>,
    /// The highest number answered.
    pub last_m: u64,
    /// The highest number whose answer the replica has stored.
    pub acked_m: u64,
}

/// The answer to the edits `first_m ..` of one push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredRow {
    pub first_m: u64,
    /// One for each edit.
    pub digests: Vec<ValueDigest>,
    pub vers: VersionRuns,
    pub exceptions: Vec<Exception>,
    /// Head before and head and chain after, when a desktop at `base` could be moved past these edits.
    pub moves: Option<CursorMove>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CursorMove {
    pub base: u64,
    pub head: u64,
    pub chain: Chain,
}

/// What a conflict record is about.
#[derive(Clone, Copy, Debug)]
pub struct ConflictOf<'a> {
    pub replica: ReplicaId,
    pub kind: Kind,
    pub record: RecordId,
    /// The field's name, or `*` for a removal.
    pub field: &'a str,
}

/// An administrator's account. The password hash is a PHC string of Argon2id.
#[derive(Clone)]
pub struct AccountRow {
    pub id: AccountId,
    pub name: String,
    pub phone: String,
    pub password_hash: String,
}

/// What an account is in an organisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Made the organisation; has every right.
    Owner,
    /// Works on the roster; has the rights that were given.
    Administrator,
    /// Sees the roster, with the rights that were given, and changes nothing.
    Auditor,
    /// Sees names, departments and invitations, and makes and hands out invitations.
    Printing,
    /// Works on the departments that it was given, with all below them, and is sent nothing else.
    Department,
}

/// What an account is and may do in an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub role: Role,
    pub rights: Rights,
    /// Counts its changes. The storage counts; what is saved says nothing of it.
    pub scope_ver: u64,
}

impl Standing {
    pub fn owner() -> Self {
        Self { role: Role::Owner, rights: Rights::all(), scope_ver: 0 }
    }
    /// In the role, with these rights as far as it leaves a choice.
    pub fn of(role: Role, rights: Rights) -> Self {
        match role {
            Role::Owner => Self::owner(),
            // There are no numbers to reveal.
            Role::Printing => Self { role, rights: Rights::default().within(role.limit()), scope_ver: 0 },
            _ => Self { role, rights: rights.within(role.limit()), scope_ver: 0 },
        }
    }
    /// The rights as they are stored, parted by spaces. An owner has every right, also those that are thought of later;
    /// a limit follows from the role.
    pub fn stored_rights(&self) -> String {
        match self.role {
            Role::Owner => String::new(),
            _ => self.rights.clone().within(None).0.join(" "),
        }
    }
}

/// An account in one of its organisations, for the operator.
#[derive(Clone, Debug)]
pub struct AdministratorRow {
    pub organisation: OrganisationSummary,
    pub name: String,
    pub phone: String,
    pub standing: Standing,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
            Role::Printing => "printing",
            Role::Department => "department",
        }
    }
    pub fn from_name(name: &str) -> Option<Role> {
        let all = [Role::Owner, Role::Administrator, Role::Auditor, Role::Printing, Role::Department];
        all.into_iter().find(|role| role.name() == name)
    }
    /// What it may not do.
    pub fn limit(self) -> Option<Limit> {
        match self {
            Role::Owner | Role::Administrator => None,
            Role::Auditor => Some(Limit::OnlyReads),
            Role::Printing => Some(Limit::OnlyPrints),
            Role::Department => Some(Limit::OnlyDepartments),
        }
    }
}

#[derive(Clone, Debug)]
pub struct DeviceRow {
    pub id: RecordId,
    pub account: AccountId,
    pub name: String,
    pub created_at_ms: i64,
    /// Kept to the hour only.
    pub last_used_at_ms: i64,
}

/// Who is behind a device token.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub device: RecordId,
    pub account: AccountId,
    pub account_name: String,
    pub last_used_at_ms: i64,
}

/// Wrong tries at one invitation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tries {
    pub wrong: u32,
    /// No try is accepted before this instant.
    pub closed_until_ms: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MemberSessionRow {
    pub organisation: OrganisationKey,
    pub member: RecordId,
    pub created_at_ms: i64,
    pub ends_at_ms: i64,
}
