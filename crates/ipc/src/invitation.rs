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
    /// When somebody confirmed that it came out well, and when it was given away, ISO 8601.
    pub printed_on: Option<String>,
    pub handed_out_on: Option<String>,
    /// Why it was voided for a new one: `damaged`, `lost`, `misprint`, `other`.
    pub voided_for: Option<String>,
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
    /// Of the invited and joined: their code came out of a printer well, and was given to them.
    pub printed: u32,
    pub handed_out: u32,
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
    #[ts(optional)]
    pub job: Option<String>,
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

/// Voids codes and makes new ones in their place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Reprint {
    pub invitations: Vec<String>,
    /// A word of `InvitationRow::voided_for`.
    pub reason: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Reprinted {
    /// The new invitations, to be printed.
    pub invitations: Vec<String>,
    /// Not voided: their holder joined or left, or they were revoked before.
    pub left_alone: u32,
    pub version: u32,
}

/// Printed codes that were given to those they are for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct HandOut {
    /// Everybody in it and below whose code is printed; absent: everybody.
    #[ts(optional)]
    pub department: Option<String>,
    /// Not those of departments below it.
    #[ts(optional)]
    pub is_without_below: Option<bool>,
    /// Only these, printed or not.
    #[ts(optional)]
    pub invitations: Option<Vec<String>>,
    #[ts(optional)]
    pub job: Option<String>,
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
