//! The grades of a school, read from its tree, and which follows which.
//!
//! A grade is a department of kind `grade`, or classes without one that stand in the same year below the same department.
//! Alumni, teaching groups and what is archived are no part of it.

use super::choices::GradeKey;
use super::naming::grade_name_at;
use super::roster::Roster;
use super::standing::{Standing, find_standing, last_of_stage};
use crate::DepartmentId;
use std::collections::{BTreeMap, HashSet};

/// A grade as it is now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grade {
    pub key: GradeKey,
    /// The department that it is; `None` when only its classes are there.
    pub node: Option<DepartmentId>,
    /// What it stands below; its ladder.
    pub parent: Option<DepartmentId>,
    /// 高一; for classes without a known year, empty.
    pub name: String,
    pub standing: Option<Standing>,
    /// In the tree's order, from wherever below the node.
    pub classes: Vec<DepartmentId>,
}

/// Every grade, ladder by ladder, the first year first; classes without a year at the end.
pub fn find_grades(roster: &Roster) -> Vec<Grade> {
    let tree = &roster.tree;
    let mut grades: Vec<Grade> = Vec::new();
    let mut named: BTreeMap<(Option<DepartmentId>, Option<Standing>), usize> = BTreeMap::new();
    let mut passed: HashSet<DepartmentId> = HashSet::new();
    for (id, _) in tree.in_order() {
        let Some(department) = tree.get(id) else { continue };
        let is_below_passed = department.parent.is_some_and(|parent| passed.contains(&parent));
        if is_below_passed || department.is_archived || department.kind == "group" {
            passed.insert(id);
            continue;
        }
        match department.kind.as_str() {
            "grade" => {
                passed.insert(id);
                let standing = find_standing(&department.name, None).map(|token| token.standing);
                grades.push(Grade {
                    key: GradeKey(format!("node:{id}")),
                    node: Some(id),
                    parent: department.parent,
                    name: department.name.clone(),
                    standing,
                    classes: classes_below(roster, id),
                });
            }
            "class" => {
                passed.insert(id);
                if is_past(roster, id) {
                    continue;
                }
                let token = find_standing(&department.name, None);
                let standing = token.as_ref().map(|token| token.standing);
                let place = *named.entry((department.parent, standing)).or_insert_with(|| {
                    let of = department.parent.map(|parent| parent.to_string()).unwrap_or_default();
                    let year = match standing {
                        Some(Standing::Level(level)) => format!("level:{level}"),
                        Some(Standing::Entered(year)) => format!("entered:{year}"),
                        Some(Standing::Leaving(year)) => format!("leaving:{year}"),
                        None => "unknown".to_owned(),
                    };
                    grades.push(Grade {
                        key: GradeKey(format!("named:{of}:{year}")),
                        node: None,
                        parent: department.parent,
                        name: token.map(|token| department.name[token.range].to_owned()).unwrap_or_default(),
                        standing,
                        classes: Vec::new(),
                    });
                    grades.len() - 1
                });
                grades[place].classes.push(id);
            }
            _ => {}
        }
    }
    let ladder = |grade: &Grade| {
        let places = grade.parent.map(|parent| tree.path(parent));
        (places, grade.standing.is_none())
    };
    // Ladders stay in the tree's order: that of their first grade.
    let mut order: BTreeMap<(Option<String>, bool), usize> = BTreeMap::new();
    for (place, grade) in grades.iter().enumerate() {
        order.entry(ladder(grade)).or_insert(place);
    }
    grades.sort_by_key(|grade| {
        let rank = match grade.standing {
            Some(Standing::Level(level)) => i32::from(level),
            // The youngest cohort is in the first year.
            Some(Standing::Entered(year) | Standing::Leaving(year)) => -year,
            None => i32::MAX,
        };
        (grade.standing.is_none(), order[&ladder(grade)], rank)
    });
    grades
}

/// Classes below a grade, also in streams of it.
fn classes_below(roster: &Roster, node: DepartmentId) -> Vec<DepartmentId> {
    let mut found = Vec::new();
    let mut passed: HashSet<DepartmentId> = HashSet::new();
    for id in roster.tree.subtree(node).into_iter().skip(1) {
        let Some(department) = roster.tree.get(id) else { continue };
        if department.is_archived || department.parent.is_some_and(|parent| passed.contains(&parent)) {
            passed.insert(id);
        } else if department.kind == "class" {
            passed.insert(id);
            if !is_past(roster, id) {
                found.push(id);
            }
        }
    }
    found
}

/// A class of alumni: they are past it.
fn is_past(roster: &Roster, class: DepartmentId) -> bool {
    let people = || roster.people_in(class).iter().map(|place| &roster.people[*place]);
    people().any(|person| person.is("alumni")) && !people().any(|person| person.is_pupil())
}

/// What a grade does when nothing else was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// Its classes go into that one.
    Grade(usize),
    /// Into a grade that is not there yet: its name and where it stands.
    Made(String, Standing),
    /// On under the same name.
    On,
    Graduates,
    /// Nobody can tell.
    Unknown,
}

/// What comes after a grade, in the school year that begins in `year`.
pub(super) fn next_of(grades: &[Grade], place: usize, roster: &Roster, year: i32) -> Next {
    let grade = &grades[place];
    match grade.standing {
        None => Next::Unknown,
        Some(Standing::Level(level)) => {
            let is_ladder = |other: &&(usize, &Grade)| {
                other.1.parent == grade.parent && other.1.node.is_some() == grade.node.is_some()
            };
            let mut fellows = grades.iter().enumerate().collect::<Vec<_>>();
            fellows.retain(|other| is_ladder(&other));
            let at = |wanted: u8| fellows.iter().find(|(_, other)| other.standing == Some(Standing::Level(wanted)));
            if let Some((next, _)) = at(level + 1) {
                return Next::Grade(*next);
            }
            // Five years of primary school, then four of junior school, in some places.
            let has_five_years = level == 15 && (11..15).all(|level| at(level).is_some());
            let sixth = Some(Standing::Level(16));
            let is_sixth_elsewhere = has_five_years && grades.iter().any(|other| other.standing == sixth);
            if level >= last_of_stage(level) || is_sixth_elsewhere {
                return Next::Graduates;
            }
            match grade_name_at(&grade.name, Standing::Level(level + 1)) {
                Some(name) => Next::Made(name, Standing::Level(level + 1)),
                None => Next::Unknown,
            }
        }
        Some(Standing::Leaving(leaving)) => {
            if leaving <= year {
                Next::Graduates
            } else {
                Next::On
            }
        }
        Some(Standing::Entered(entered)) => {
            let years = years_of(grades, grade, roster);
            if entered + years <= year { Next::Graduates } else { Next::On }
        }
    }
}

/// How many years a cohort stays: by what it or its stage is called, otherwise as many as there are cohorts.
pub(super) fn years_of(grades: &[Grade], grade: &Grade, roster: &Roster) -> i32 {
    let above = grade.parent.map(|parent| roster.tree.line(parent)).unwrap_or_default();
    let classes = grade.classes.first().and_then(|class| roster.tree.get(*class));
    let names = [grade.name.as_str()]
        .into_iter()
        .chain(classes.map(|class| class.name.as_str()))
        .chain(above.iter().rev().map(|department| department.name.as_str()));
    for name in names {
        if name.contains("小学") || name.starts_with('小') || name.to_lowercase().contains("primary") {
            return 6;
        }
        if name.contains("初中") || name.contains("高中") || name.contains('初') || name.starts_with('高') {
            return 3;
        }
        if name.contains("幼儿") {
            return 3;
        }
        if name.contains("大学") {
            return 4;
        }
    }
    let fellows = grades
        .iter()
        .filter(|other| other.parent == grade.parent && matches!(other.standing, Some(Standing::Entered(_))));
    i32::try_from(fellows.count()).unwrap_or(i32::MAX).clamp(3, 6)
}

/// The newest cohort that is named by its year of entry.
pub fn newest_cohort(grades: &[Grade]) -> Option<i32> {
    grades
        .iter()
        .filter_map(|grade| match grade.standing {
            Some(Standing::Entered(year)) => Some(year),
            _ => None,
        })
        .max()
}
