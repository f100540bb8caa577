//! Syncing, conflicts, refusals.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How syncing stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncPhase {
    Idle,
    Syncing,
    Offline,
    SignInNeeded,
    UpgradeNeeded,
}

/// What the bar at the bottom tells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    pub phase: SyncPhase,
    #[ts(type = "number | null")]
    pub synced_at: Option<i64>,
    pub waiting: u32,
    pub conflicts: u32,
    pub refused: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct SyncDone {
    pub pushed: u32,
    pub pulled: u32,
    pub conflicts: u32,
    pub refused: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ConflictRow {
    pub id: String,
    pub kind: String,
    pub record: String,
    /// Name of the member or department.
    pub title: String,
    /// Field word; `*` when a removal met an edit.
    pub field: String,
    pub base: String,
    pub mine: String,
    pub theirs: String,
    pub mine_by: String,
    pub theirs_by: String,
    #[ts(type = "number | null")]
    pub mine_at: Option<i64>,
    #[ts(type = "number | null")]
    pub theirs_at: Option<i64>,
    /// When a removal met an edit: what was edited, of the record or of what hangs on it.
    pub edits: Vec<ConflictEdit>,
    /// The side that was written on this computer; none when both came from others.
    pub written_here: Option<Choice>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ConflictEdit {
    pub kind: String,
    /// Field word.
    pub field: String,
    pub from: String,
    pub to: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Mine,
    Theirs,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Resolve {
    pub conflicts: ConflictsMeant,
    pub choice: Choice,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}

/// Which conflicts are settled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
pub enum ConflictsMeant {
    These {
        ids: Vec<String>,
    },
    /// Every open one up to this: the `newest` of the page that was looked at.
    Until {
        #[ts(type = "number")]
        newest: u64,
    },
}

/// Which part of a list is asked for; a start behind its end is answered with the last part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Listed {
    pub start: u32,
    pub count: u32,
}

impl Default for Listed {
    fn default() -> Self {
        Self { start: 0, count: 500 }
    }
}

/// Open conflicts, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ConflictPage {
    /// Of all there are.
    pub total: u32,
    pub start: u32,
    /// Names the end of the whole list.
    #[ts(type = "number")]
    pub newest: u64,
    pub rows: Vec<ConflictRow>,
}

/// Refused edits, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RefusalPage {
    /// Of all there are.
    pub total: u32,
    pub start: u32,
    /// Names the end of the whole list.
    #[ts(type = "number")]
    pub newest: u64,
    pub rows: Vec<RefusalRow>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RefusalRow {
    /// Number of the refused edit; names it for calls.
    #[ts(type = "number")]
    pub m: u64,
    pub kind: String,
    pub record: String,
    pub title: String,
    pub verb: String,
    /// `rejected`, `duplicate`, `gone`, `forbidden`, `group_failed`.
    pub code: String,
    /// Rule of the model, when one forbids it.
    pub rule: Option<String>,
    /// The other record, for `duplicate`.
    pub other: Option<String>,
    pub fields: Vec<super::roster::FieldChange>,
    #[ts(type = "number")]
    pub at: i64,
}

/// Which of the refused edits are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
pub enum RefusalsMeant {
    One {
        #[ts(type = "number")]
        m: u64,
    },
    /// Edits like that one, refused for the same reason.
    Alike {
        #[ts(type = "number")]
        m: u64,
    },
    /// Every one up to this: the `newest` of the page that was looked at.
    Until {
        #[ts(type = "number")]
        m: u64,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SettleRefusals {
    pub refusals: RefusalsMeant,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RefusalsSettled {
    /// Refused edits that no longer wait for a person.
    pub settled: u32,
    /// Undo would take just this back. Not when nothing changed here by it: then undo is of what was done before.
    pub can_undo: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RefusalRef {
    #[ts(type = "number")]
    pub m: u64,
}
