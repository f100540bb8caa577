//! Cells of a view that need a person: counted, listed by pages, walked through.

use crate::roster::Column;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Looks through every member of a view.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LookForProblems {
    pub view: String,
    /// By this it can be watched and stopped; what was seen by then is not looked at again.
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct ProblemCount {
    /// Cells with something wrong in them, or something that a person should look at.
    pub cells: u32,
    /// Members who have such cells.
    pub members: u32,
}

/// Some of the cells, in the order of the rows. Only what was looked at before is known.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ProblemPageRequest {
    pub view: String,
    /// In what order the cells of one member come; cells of other columns follow.
    pub columns: Vec<Column>,
    pub start: u32,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ProblemPage {
    pub total: u32,
    pub cells: Vec<ProblemCell>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ProblemCell {
    /// Row in the view, from 0.
    pub row: u32,
    pub member: String,
    pub name: String,
    pub column: Column,
    /// What the cell shows, masked as it is there.
    pub text: String,
    /// The gravest first.
    pub problems: Vec<ProblemOfCell>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ProblemOfCell {
    /// A code of `model::check`, or one of the app's own.
    pub code: String,
    /// A warning does not keep the value from being saved.
    pub is_warning: bool,
}

/// A row of a view.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RowOfView {
    pub view: String,
    pub row: u32,
}
