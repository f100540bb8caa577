//! A new school year: what becomes of every grade, class and pupil, planned from the tree and what a person decided.
//!
//! Classes keep their records and get a new place and name; pupils go along without being touched. Pure: a roster and
//! choices in, a plan and edits out. Never guesses silently: what it is unsure of is a finding.

mod choices;
mod dealing;
mod derive;
mod edits;
mod findings;
mod ladder;
mod naming;
mod plan;
mod pupils;
mod roster;
mod standing;

pub use choices::{
    Action, AddedClass, Choices, ClassChoice, Extent, GradeChoice, GradeKey, Graduation, PupilChoice, Regroup, Rule,
    year_to_plan,
};
pub use edits::edits;
pub use findings::{Finding, FindingCode};
pub use ladder::{Grade, find_grades, newest_cohort};
pub use naming::{GradeName, Naming, is_pattern, name_after, name_by_pattern, number_of, pattern_of};
pub use plan::{ClassFate, ClassPlan, GradePlan, MadeDepartment, Plan, PupilFate, PupilPlan};
pub use roster::{Head, Person, Roster, Sex};
pub use standing::Standing;

/// Makes the plan.
pub fn plan(roster: &Roster, choices: &Choices) -> Plan {
    derive::derive(roster, choices)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
