//! A new school year: the plan as it stands, one decision at a time, and carrying it out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What becomes of those who finish school.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum YearGraduation {
    Alumni,
    /// Alumni who are marked as having left.
    Left,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum YearAction {
    Up,
    /// Into another grade, named beside it.
    Into,
    Graduate,
    Stay,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum YearRule {
    Balanced,
    Alphabetical,
    ByHand,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum YearClassFate {
    Moves,
    Stays,
    Graduates,
    Dissolved,
    Made,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum YearPupilFate {
    WithClass,
    Graduates,
    Repeats,
    OtherClass,
    Dealt,
    Suspended,
    Leaves,
    Transfers,
    NoPlace,
}

/// The plan as it follows from the roster of this moment and what was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearPlan {
    /// The calendar year in which the new school year begins.
    pub year: i32,
    pub graduation: YearGraduation,
    /// The only grade that takes part; null: all.
    pub only_grade: Option<String>,
    pub grades: Vec<YearGrade>,
    pub classes: Vec<YearClass>,
    /// Pupils by what becomes of them.
    pub counts: Vec<YearCount>,
    /// The first of the findings; what stops the plan comes first.
    pub findings: Vec<YearFinding>,
    pub finding_count: u32,
    pub can_apply: bool,
    /// Departments to be made beside classes, by path.
    pub made: Vec<String>,
    pub regroups: Vec<YearRegroup>,
    /// Something was decided.
    pub is_changed: bool,
    /// The roster's version that it was made from.
    pub version: u32,
    /// The plan that was carried out last, when it can be taken back here.
    pub applied: Option<YearApplied>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearGrade {
    pub key: String,
    /// Empty for classes of which nobody can tell the year.
    pub name: String,
    /// What it stands below.
    pub stage: String,
    pub action: YearAction,
    /// The grade it goes into, for `into`.
    pub into: Option<String>,
    /// Nobody chose the action.
    pub is_default: bool,
    pub takes_part: bool,
    /// What the grade is called where its classes go.
    pub name_after: String,
    pub classes: u32,
    pub pupils: u32,
    /// The first year that becomes empty, by name.
    pub first: Option<String>,
    /// Classes made for that first year.
    pub new_classes: u32,
    /// How its classes are to be named; empty: by their names now.
    pub pattern: String,
    /// A pattern to begin with, after the names of its classes; empty when they have no numbers.
    pub pattern_offered: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearHead {
    pub id: String,
    pub name: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearClass {
    pub id: String,
    /// Key of its grade as it is now.
    pub grade: String,
    pub fate: YearClassFate,
    /// Paths; `path_before` is empty for a new class.
    pub path_before: String,
    pub path_after: String,
    pub name_before: String,
    pub name_after: String,
    pub is_name_unsure: bool,
    pub head: Option<YearHead>,
    pub before: u32,
    pub after: u32,
    pub girls: u32,
    pub boys: u32,
    pub come: u32,
    pub go: u32,
    /// A person added it to the plan, and can take it out.
    pub is_added: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearCount {
    pub fate: YearPupilFate,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearFinding {
    pub code: String,
    pub is_stop: bool,
    pub class: Option<String>,
    pub pupil: Option<String>,
    pub pupil_name: String,
    /// Name of the other record of a pair.
    pub other_name: String,
    /// The further place in question.
    pub affiliation: Option<String>,
    /// Of a department.
    pub name: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearRegroup {
    pub number: u32,
    pub from: Vec<String>,
    pub into: Vec<String>,
    pub rule: YearRule,
}

/// One decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum YearChange {
    Year {
        year: i32,
    },
    Graduation {
        graduation: YearGraduation,
    },
    /// Only that grade takes part, or all.
    Only {
        grade: Option<String>,
    },
    /// Null: as the tree says.
    Action {
        grade: String,
        action: Option<YearAction>,
        into: Option<String>,
    },
    Pattern {
        grade: String,
        pattern: Option<String>,
    },
    NewClasses {
        grade: String,
        count: Option<u32>,
    },
    Name {
        class: String,
        name: Option<String>,
    },
    Head {
        class: String,
        member: Option<String>,
    },
    AddClass {
        grade: String,
        name: String,
    },
    RemoveClass {
        class: String,
    },
    /// Null takes the pupils' exceptions away.
    Pupils {
        pupils: Vec<String>,
        choice: Option<YearPupilChoice>,
    },
    Regroup {
        from: Vec<String>,
        into: Vec<String>,
        rule: YearRule,
    },
    /// Draws lots again.
    DrawAgain {
        number: u32,
    },
    RemoveRegroup {
        number: u32,
    },
    /// Ends a pupil's further place.
    EndPlace {
        affiliation: String,
    },
    /// Forgets decisions about what is no longer there.
    Tidy,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum YearPupilChoice {
    Repeat {
        class: Option<String>,
    },
    Class {
        class: String,
    },
    Suspend,
    Leave,
    /// `note` is added to what is noted of the pupil; it may be empty.
    Transfer {
        note: String,
    },
}

/// Pupils of the plan in the order of classes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearPupilQuery {
    /// Those who are in the class before or after.
    pub class: Option<String>,
    pub fate: Option<YearPupilFate>,
    /// Part of the name or the card number.
    pub text: String,
    pub start: u32,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearPupils {
    pub total: u32,
    pub rows: Vec<YearPupil>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearPupil {
    pub id: String,
    pub name: String,
    pub card_number: String,
    pub sex: String,
    pub fate: YearPupilFate,
    /// Somebody decided for this pupil alone.
    pub is_exception: bool,
    /// Ids and paths of the places before and after.
    pub before: Option<String>,
    pub path_before: String,
    pub after: Option<String>,
    pub path_after: String,
}

/// Carries the plan out as it was made from that version of the roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ApplyYear {
    pub version: u32,
    /// Name under which its progress is told, and by which it can be stopped.
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct YearApplied {
    pub batch: String,
    pub year: i32,
    /// Classes that moved, were made, graduated or were dissolved.
    pub classes: u32,
    /// Pupils whose own records changed.
    pub pupils: u32,
    pub version: u32,
}
