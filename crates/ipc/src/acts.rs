//! The service's audit: who did what, from which device.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which acts are asked for; what is absent does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct ActFilter {
    /// A word of an act.
    #[serde(default)]
    #[ts(optional)]
    pub act: Option<String>,
    /// Id of an account or a member.
    #[serde(default)]
    #[ts(optional)]
    pub actor: Option<String>,
    /// Not before this instant.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub from: Option<i64>,
    /// Before this instant.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub to: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ActsAsked {
    /// Older than this line; absent = the newest.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub before: Option<u64>,
    pub limit: u32,
    pub filter: ActFilter,
}

/// One line of the service's audit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ActLine {
    #[ts(type = "number")]
    pub number: u64,
    #[ts(type = "number")]
    pub at: i64,
    pub act: String,
    /// `account`, `member`, `operator` or `stranger`.
    pub by_kind: String,
    pub by_id: Option<String>,
    /// Empty where nobody knows.
    pub by: String,
    /// Empty where it is not signed in any more, or there is none.
    pub device: String,
    /// Cut to a neighbourhood.
    pub network: Option<String>,
    /// To whom it was done; empty where nobody knows.
    pub subject: String,
    /// A JSON object of words and numbers.
    pub details: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ActPage {
    pub lines: Vec<ActLine>,
    pub has_more: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ExportActs {
    /// Ends in `.csv` or `.jsonl`.
    pub path: String,
    pub filter: ActFilter,
    /// Name for progress and cancelling.
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}
