//! The audit: what desktops report of looking and taking out, and what the service tells of all acts. Holds no values of
//! the roster.

use serde::{Deserialize, Serialize};

/// Looks in one report at the most.
pub const LOOKS_MAX: usize = 200;
/// Lines in one page of the audit at the most.
pub const AUDIT_LINES_MAX: usize = 500;

/// One line of a desktop's own audit. A report that comes again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The desktop's own number of the line.
    pub number: u64,
    /// One of `LOOK_ACTS`.
    pub act: String,
    /// The desktop's clock; information only.
    pub at: i64,
    /// Whose values, where it is one person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Names of fields, never values.
    pub fields: Vec<String>,
    /// People concerned.
    pub people: u64,
    /// The values were given in full.
    pub full: bool,
}

/// What a desktop may report.
pub const LOOK_ACTS: [&str; 6] = ["reveal", "reveal_all", "mask", "export", "export_past", "print"];

/// Looks of one desktop, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLooks {
    /// The desktop as an author.
    pub replica: String,
    /// The desktop's first author number, which stays when it takes another: its lines are counted by it. Without it they
    /// are counted by `replica`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    pub looks: Vec<Look>,
}

/// One line of the service's audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// 1, 2, 3 … within the organisation.
    pub number: u64,
    /// The service's clock.
    pub at: i64,
    pub act: String,
    /// `account`, `member`, `operator` or `stranger`.
    pub actor_kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Of an account that is still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Of a device that is still signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// The neighbourhood of the address, such as `203.0.113.0/24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Whom or what it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Of an account that is still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_name: Option<String>,
    /// A JSON object.
    pub details: String,
    /// SHA-256 over the line before and all above save the names, in lower-case hexadecimal.
    pub link: String,
}

/// Lines, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    /// Older ones are there.
    pub more: bool,
}
