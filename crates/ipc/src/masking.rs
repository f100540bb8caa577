//! Masked values: who may see them in full, and what was seen.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether numbers and phones are shown in full, and what the account may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Sight {
    /// Everybody's, until the roster is closed or masked again.
    pub is_full: bool,
    /// The account has the right to see them.
    pub may_reveal: bool,
    /// The account may look at the roster and change nothing.
    pub only_reads: bool,
    /// The account sees names, departments and invitations, and changes invitations only.
    pub only_prints: bool,
    /// The account sees and changes its own departments only.
    pub only_departments: bool,
}

/// Somebody looked at masked values or took the roster out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AuditLine {
    #[ts(type = "number")]
    pub number: u64,
    /// `reveal`, `reveal_all`, `mask`, `export`, `export_past`, `print`.
    pub act: String,
    pub by: String,
    #[ts(type = "number")]
    pub at: i64,
    /// Whose, when it was one person.
    pub title: Option<String>,
    pub member: Option<String>,
    /// Names of fields.
    pub fields: Vec<String>,
    pub people: u32,
    pub is_full: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AuditAsked {
    /// Older than this line; absent = the newest.
    #[ts(optional, type = "number")]
    pub before: Option<u64>,
    pub limit: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    pub has_more: bool,
}
