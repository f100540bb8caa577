//! Single departments: kind, leaders, merging, archiving.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything known about one department.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DepartmentDetail {
    pub id: String,
    pub name: String,
    /// Names from the top, divided by `/`.
    pub path: String,
    pub kind: String,
    /// Kinds to offer in this organisation; the department's own may be another.
    pub kinds: Vec<String>,
    /// Members whose main department or further place it is.
    pub own: u32,
    /// Members in it and below it.
    pub count: u32,
    /// Departments below it, at all levels.
    pub below: u32,
    pub is_archived: bool,
    /// Archived itself or with one above it.
    pub is_hidden: bool,
    pub leaders: Vec<LeaderRow>,
}

/// Somebody who leads a department.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LeaderRow {
    pub member: String,
    pub name: String,
    pub role: LeaderRole,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeaderRole {
    Head,
    Deputy,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetLeader {
    pub department: String,
    pub member: String,
    /// Null: leads it no more.
    pub role: Option<LeaderRole>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetDepartmentKind {
    pub id: String,
    pub kind: String,
}

/// Empties a department into another one and removes it. Departments below it go over; those that find a namesake
/// there are emptied into that in turn.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MergeDepartment {
    pub from: String,
    /// Null: its people belong to no department then, what is below it comes to the top.
    pub into: Option<String>,
    pub leaders: LeadersThen,
    #[ts(optional)]
    pub job: Option<String>,
}

/// What becomes of those who led an emptied department.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadersThen {
    /// They lead the other one, beside those who do already.
    GoOver,
    /// They lead nothing any more.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct MergeOutcome {
    /// Members whose main department changed.
    pub members: u32,
    /// Further places, with or without a role, that went over or ended.
    pub places: u32,
    /// Departments that went over as they are.
    pub departments: u32,
    /// Departments that were emptied into a namesake.
    pub namesakes: u32,
    pub version: u32,
}
