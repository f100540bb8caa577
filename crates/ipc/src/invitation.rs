//! Invitations.

use crate::roster::Members;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct InvitationRow {
    pub id: String,
    pub member: String,
    pub member_name: String,
    pub card_number: String,
    pub department: String,
    /// `waiting` (not yet synced), `open`, `expired`, `claimed`, `refused`, `revoked`.
    pub state: String,
    #[ts(type = "number")]
    pub created_at: i64,
    #[ts(type = "number")]
    pub expires_at: i64,
    #[ts(type = "number | null")]
    pub answered_at: Option<i64>,
    /// The code was made here and can be printed here.
    pub is_printable: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct InvitationQuery {
    #[ts(optional)]
    pub department: Option<String>,
    /// A word of `InvitationRow::state`.
    #[ts(optional)]
    pub state: Option<String>,
    pub start: u32,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct InvitationPage {
    pub total: u32,
    pub rows: Vec<InvitationRow>,
    pub progress: Vec<DepartmentProgress>,
}

/// How far a department has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DepartmentProgress {
    pub department: String,
    pub path: String,
    pub members: u32,
    pub invited: u32,
    pub joined: u32,
    pub refused: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Invite {
    /// Absent: everyone who has not joined.
    #[ts(optional)]
    pub members: Option<Members>,
    pub days: u16,
    /// Make a new code also for those who have an open one; the old one is revoked.
    pub replaces_open: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Invited {
    pub made: u32,
    pub already_open: u32,
    pub already_joined: u32,
    /// People who have left get none: the service would not know it.
    pub left: u32,
    /// Of those made: the roster has no phone or document number to check them by, so nobody can join with them yet.
    pub uncheckable: u32,
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct InvitationRefs {
    pub ids: Vec<String>,
}

/// One code as a picture; `path` ends in `.png` or `.svg`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SaveCode {
    pub invitation: String,
    pub path: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Saved {
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
}
