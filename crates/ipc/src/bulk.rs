//! Work over many members at once, and the views that people keep. Members are named by rows of a view, never one by one.
//!
//! A `job` is a name that the caller chose: progress is told under it, and `cancel_job` takes all of the work back.

use crate::profile::ColumnPreference;
use crate::roster::{Column, Members, RefusedCell, ViewQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MoveMembers {
    pub members: Members,
    pub department: Option<String>,
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RemoveMembers {
    pub members: Members,
    #[ts(optional)]
    pub job: Option<String>,
}

/// The same text into one column of all of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SetField {
    pub members: Members,
    pub column: Column,
    /// As typed; normalised by the app.
    pub text: String,
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct JobRef {
    pub job: String,
}

/// How much of a cell has to be what is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    Part,
    Whole,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// Upper and lower case are the same.
    Any,
    Same,
}

/// A choice as people read it: what they look for is what they see.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ChoiceLabel {
    pub column: Column,
    pub word: String,
    pub label: String,
}

/// Looks through all rows of a view for a text, and what to put in its place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Replace {
    pub view: String,
    pub columns: Vec<Column>,
    pub find: String,
    pub replacement: String,
    pub extent: Extent,
    pub letter_case: LetterCase,
    pub labels: Vec<ChoiceLabel>,
    /// What stands between several choices in one cell, as people see them; `、` where nothing is said.
    #[serde(default)]
    #[ts(optional)]
    pub between: Option<String>,
    #[ts(optional)]
    pub job: Option<String>,
}

/// What a replacing would do.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct ReplacePlan {
    /// Cells that hold the text.
    pub found: u32,
    /// Cells that would be changed.
    pub changed: u32,
    pub refused_count: u32,
    /// The first of those found, in the view's order.
    pub cells: Vec<FoundCell>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FoundCell {
    /// Row of the view.
    pub row: u32,
    pub name: String,
    pub column: Column,
    pub from: String,
    pub to: String,
    /// The rule that the new text breaks.
    pub code: Option<String>,
}

/// What a paste would do; nothing is written.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct PastePlan {
    /// Cells that would be changed, those of new members among them.
    pub changed_cells: u32,
    pub added_members: u32,
    pub refused: Vec<RefusedCell>,
    /// More cells would be refused than are listed.
    pub refused_count: u32,
}

/// What the grid shows under a name. Kept in the roster on this computer: a filter may hold a name or a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SavedView {
    /// Empty for one that is kept for the first time.
    pub id: String,
    pub name: String,
    pub query: ViewQuery,
    pub columns: Vec<ColumnPreference>,
    pub frozen_columns: u8,
}
