//! OneRoster packages for somebody: the whole roster, or what changed since that one was told last.

use crate::import::Masking;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A OneRoster package of the whole roster, or of what changed of it. `path` ends in `.zip`; `.1.1.zip` asks for 1.1.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ExportOneRoster {
    pub path: String,
    /// Whom it is for, as the person calls them: kept, so that the next package can tell what changed since. Empty for
    /// nobody, of whom nothing is kept.
    pub to: String,
    pub extent: PackageExtent,
    /// Of changes: since this instant (milliseconds since 1970, UTC) instead of since that one was told last.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub since: Option<i64>,
    /// Headings of the organisation's own columns in `zh` or `en`.
    pub language: String,
    /// Absent = masked.
    #[ts(optional)]
    pub masking: Option<Masking>,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PackageExtent {
    Whole,
    Changes,
}

/// Whom OneRoster packages were made for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OneRosterReceiver {
    pub name: String,
    /// When the last package was made, milliseconds since 1970, UTC.
    #[ts(type = "number")]
    pub at: i64,
    /// `1.1` or `1.2`.
    pub version: String,
    pub is_masked: bool,
    /// Whether what changed since can be told: the roster's past of then is known here.
    pub can_go_on: bool,
}
