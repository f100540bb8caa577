//! Invitations and the sheets they are printed on.

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
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct InvitationRefs {
    pub ids: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PrepareSheets {
    /// `labels` or `letter`.
    pub layout: String,
    #[ts(optional)]
    pub department: Option<String>,
    /// Words on the sheet: `zh` or `en`.
    pub language: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetRun {
    pub run: String,
    pub pages: u32,
    pub people: u32,
    pub groups: u32,
    /// Address in the codes; phones must be able to reach it.
    pub link_base: String,
    /// The address is only reachable on this computer.
    pub is_loopback: bool,
    /// Codes whose invitation the service does not know yet.
    pub not_synced: u32,
    /// Codes made on another computer, which cannot be printed here.
    pub elsewhere: u32,
    /// Names with characters that no font here can draw.
    pub missing_glyphs: Vec<MissingGlyph>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MissingGlyph {
    pub member_name: String,
    pub characters: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetPageRequest {
    pub run: String,
    pub page: u32,
}

/// One page as SVG, drawn from the same list as the PDF.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetPage {
    pub svg: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SaveSheets {
    pub run: String,
    pub path: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetRunRef {
    pub run: String,
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
