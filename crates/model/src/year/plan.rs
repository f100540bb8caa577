//! The plan: what becomes of every grade, class and pupil. Only data; `derive` makes it, `edits` carries it out.

use super::choices::{Action, Choices, GradeKey};
use super::findings::Finding;
use super::ladder::Grade;
use super::roster::Head;
use super::standing::Standing;
use crate::DepartmentId;
use std::collections::HashMap;

/// A grade and what it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradePlan {
    pub grade: Grade,
    pub action: Action,
    /// Nobody chose the action.
    pub is_default: bool,
    pub takes_part: bool,
    /// Where its classes come to stand; `None`: at the top.
    pub home: Option<DepartmentId>,
    pub standing_after: Option<Standing>,
    /// What the grade is called where its classes go.
    pub name_after: String,
    /// The first year that becomes empty when this grade goes on: its name.
    pub first: Option<String>,
    /// Classes made for that first year.
    pub new_classes: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum ClassFate {
    /// Goes to another grade or takes another name.
    Moves,
    Stays,
    Graduates,
    /// Its pupils go to other classes; the class is removed.
    Dissolved,
    Made,
}

/// A class, before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassPlan {
    pub id: DepartmentId,
    /// Place of its grade in `Plan::grades`.
    pub grade: usize,
    pub fate: ClassFate,
    pub parent_before: Option<DepartmentId>,
    /// Empty for a new class.
    pub name_before: String,
    pub parent_after: Option<DepartmentId>,
    pub name_after: String,
    pub standing_after: Option<Standing>,
    /// The rule was unsure of the name and nobody chose one.
    pub is_name_unsure: bool,
    pub head: Option<Head>,
    /// The head was chosen in this plan.
    pub is_head_new: bool,
    /// Pupils before and after; after that by sex, and those who come from elsewhere and go elsewhere.
    pub before: u32,
    pub after: u32,
    pub girls: u32,
    pub boys: u32,
    pub come: u32,
    pub go: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum PupilFate {
    /// On with the class.
    WithClass,
    Graduates,
    Repeats,
    /// Into another class, as somebody said.
    OtherClass,
    /// Into another class, by a rule.
    Dealt,
    Suspended,
    Leaves,
    Transfers,
    /// Nowhere to go yet.
    NoPlace,
}

impl PupilFate {
    pub const ALL: [PupilFate; 9] = [
        PupilFate::WithClass,
        PupilFate::Graduates,
        PupilFate::Repeats,
        PupilFate::OtherClass,
        PupilFate::Dealt,
        PupilFate::Suspended,
        PupilFate::Leaves,
        PupilFate::Transfers,
        PupilFate::NoPlace,
    ];
}

/// A pupil, before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilPlan {
    /// Place in `Roster::people`.
    pub person: usize,
    /// The class, or the grade for one who is in none.
    pub before: Option<DepartmentId>,
    pub after: Option<DepartmentId>,
    pub fate: PupilFate,
    /// Becomes an alumnus or alumna.
    pub graduates: bool,
}

/// A department that the plan makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeDepartment {
    pub id: DepartmentId,
    pub parent: Option<DepartmentId>,
    pub name: String,
    pub kind: &'static str,
}

/// A new school year.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    pub grades: Vec<GradePlan>,
    pub classes: Vec<ClassPlan>,
    pub pupils: Vec<PupilPlan>,
    /// Grades and alumni's places that are not there yet, parents first.
    pub made: Vec<MadeDepartment>,
    /// Cohorts that go to the alumni as a whole, with their new parents.
    pub moved_grades: Vec<(DepartmentId, DepartmentId)>,
    /// Staff and others who come to stand elsewhere because their class goes; places in `Roster::people`.
    pub moved_people: Vec<(usize, Option<DepartmentId>)>,
    pub findings: Vec<Finding>,
    pub(super) class_places: HashMap<DepartmentId, usize>,
}

impl Plan {
    pub fn class(&self, id: DepartmentId) -> Option<&ClassPlan> {
        self.class_places.get(&id).map(|place| &self.classes[*place])
    }
    pub fn grade(&self, key: &GradeKey) -> Option<&GradePlan> {
        self.grades.iter().find(|grade| grade.grade.key == *key)
    }
    /// Nothing stands against carrying it out.
    pub fn can_be_applied(&self) -> bool {
        !self.findings.iter().any(|finding| finding.code.is_stop())
    }
    /// Name of a department after the plan, when the plan makes or renames it.
    pub fn name_after(&self, id: DepartmentId) -> Option<&str> {
        match self.class(id) {
            Some(class) => Some(&class.name_after),
            None => self.made.iter().find(|made| made.id == id).map(|made| made.name.as_str()),
        }
    }
    /// The class that takes over what is left of a dissolved one, also when that is dissolved in turn.
    pub(super) fn heir(&self, choices: &Choices, class: DepartmentId) -> Option<DepartmentId> {
        let next = |class: DepartmentId| {
            let of = choices.regroups.iter().find(|of| of.from.contains(&class) && !of.into.contains(&class))?;
            of.into.iter().copied().find(|into| self.class(*into).is_some())
        };
        // Two that are dissolved into each other have no heir.
        std::iter::successors(next(class), |class| next(*class))
            .take(choices.regroups.len() + 1)
            .find(|heir| self.class(*heir).is_some_and(|heir| heir.fate != ClassFate::Dissolved))
    }
}
