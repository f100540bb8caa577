//! Typed identifiers. Every record has a UUIDv7 (RFC 9562, section 5.7) made on the desktop that created it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::{Builder, Uuid};

/// The id of any record. UUIDv7: the first 48 bits are the creation time in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

impl RecordId {
    /// Makes an id from the caller's clock and randomness.
    pub fn from_parts(now_ms: u64, random: [u8; 10]) -> Self {
        Self(Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid())
    }
    /// The 16 bytes as stored in databases.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
    /// Reads 16 stored bytes; `None` when the length differs.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for RecordId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(Self)
    }
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub RecordId);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<RecordId> for $name {
            fn from(id: RecordId) -> Self {
                Self(id)
            }
        }
        impl From<$name> for RecordId {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

typed_id! {
    /// The school or company that owns a roster.
    OrganisationId,
    /// A node of the organisation's tree.
    DepartmentId,
    /// A person on the roster.
    MemberId,
    /// A further place of a member, beside the main department.
    AffiliationId,
    /// An adult who answers for minor members.
    GuardianId,
    /// A single-use right to claim a member's personal account.
    InvitationId,
    /// An edit whose base no longer held.
    ConflictId,
    /// Edits made, applied and undone as one.
    BatchId,
    /// One local database of one administrator: the author of numbered edits. 128 random bits, not a UUIDv7.
    ReplicaId,
    /// An administrator's account at the service.
    AccountId,
}
