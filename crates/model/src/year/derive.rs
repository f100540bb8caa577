//! Makes a plan of the roster and what was decided: first the grades, then their classes, then the pupils.

use super::choices::{Action, Choices, Extent, GradeKey};
use super::findings::{Finding, FindingCode, check};
use super::ladder::{Grade, Next, find_grades, next_of, years_of};
use super::naming::{GradeName, grade_name_at, name_after, name_by_pattern, number_of, pattern_of};
use super::plan::{ClassFate, ClassPlan, GradePlan, MadeDepartment, Plan};
use super::pupils::place_pupils;
use super::roster::{Head, Roster};
use super::standing::Standing;
use crate::DepartmentId;
use crate::tree::name_key;

pub(super) struct Planner<'a> {
    pub roster: &'a Roster,
    pub choices: &'a Choices,
    pub plan: Plan,
}

pub(super) fn derive(roster: &Roster, choices: &Choices) -> Plan {
    let grades = find_grades(roster);
    let mut planner = Planner { roster, choices, plan: Plan::default() };
    planner.plan_grades(grades);
    planner.plan_classes();
    planner.make_first_classes();
    planner.add_classes();
    planner.plan.class_places =
        planner.plan.classes.iter().enumerate().map(|(place, class)| (class.id, place)).collect();
    place_pupils(&mut planner);
    check(&mut planner);
    planner.plan
}

impl Planner<'_> {
    pub(super) fn find(&mut self, finding: Finding) {
        self.plan.findings.push(finding);
    }

    /// An id that nothing on the roster has: a second plan of one year makes other departments than the first.
    fn fresh_id(&self, label: &str) -> DepartmentId {
        let first = DepartmentId(self.choices.id_for(label));
        let mut again = (2u32..).map(|time| DepartmentId(self.choices.id_for(&format!("{label}:{time}"))));
        if self.roster.tree.get(first).is_none() {
            first
        } else {
            again.find(|id| self.roster.tree.get(*id).is_none()).unwrap_or(first)
        }
    }

    /// The department of that name below `parent`; made when it is not there.
    fn ensure(&mut self, parent: Option<DepartmentId>, name: &str, kind: &'static str) -> DepartmentId {
        if let Some(id) = self.roster.tree.child_named(parent, name)
            && self.roster.tree.get(id).is_some_and(|department| !department.is_archived)
        {
            return id;
        }
        let key = name_key(name);
        if let Some(made) = self.plan.made.iter().find(|made| made.parent == parent && name_key(&made.name) == key) {
            return made.id;
        }
        let of = parent.map(|parent| parent.to_string()).unwrap_or_default();
        let id = self.fresh_id(&format!("department:{of}:{key}"));
        self.plan.made.push(MadeDepartment { id, parent, name: name.to_owned(), kind });
        id
    }

    fn plan_grades(&mut self, grades: Vec<Grade>) {
        for key in self.choices.grades.keys() {
            if !grades.iter().any(|grade| grade.key == *key) {
                self.find(Finding::of(FindingCode::GradeGone));
            }
        }
        let mut actions = Vec::with_capacity(grades.len());
        for (place, grade) in grades.iter().enumerate() {
            let next = next_of(&grades, place, self.roster, self.choices.year);
            let takes_part = match &self.choices.extent {
                Extent::Whole => true,
                Extent::Grade(key) => *key == grade.key,
            };
            let chosen = self.choices.grades.get(&grade.key).and_then(|choice| choice.action.clone());
            let chosen = chosen.filter(|action| match action {
                Action::Into(key) => grades.iter().any(|other| other.key == *key),
                _ => true,
            });
            let default = match next {
                // One grade in the middle of a year: its classes are made anew, it does not go anywhere.
                _ if self.choices.extent != Extent::Whole => Action::Stay,
                Next::Graduates => Action::Graduate,
                Next::Unknown => Action::Stay,
                _ => Action::Up,
            };
            let is_default = chosen.is_none();
            let action = if takes_part { chosen.unwrap_or(default) } else { Action::Stay };
            if takes_part && is_default && next == Next::Unknown && !grade.classes.is_empty() {
                let finding = Finding::of(FindingCode::GradeUnknown).named(grade.name.as_str());
                self.find(Finding { class: grade.classes.first().copied(), ..finding });
            }
            actions.push((action, is_default, takes_part, next));
        }
        let leaving: Vec<&Grade> =
            grades.iter().zip(&actions).filter(|(_, of)| of.0 == Action::Graduate).map(|(grade, _)| grade).collect();
        let has_one_parent = leaving.windows(2).all(|pair| pair[0].parent == pair[1].parent);
        for (place, (action, is_default, takes_part, next)) in actions.into_iter().enumerate() {
            let grade = &grades[place];
            let (home, standing, name) = self.arrival(&grades, grade, (&action, next), has_one_parent);
            self.plan.grades.push(GradePlan {
                grade: grade.clone(),
                action,
                is_default,
                takes_part,
                home,
                standing_after: standing,
                name_after: name,
                first: None,
                new_classes: 0,
            });
        }
        self.find_first_grades();
    }

    /// Where the grade's classes come to stand.
    fn arrival(
        &mut self,
        grades: &[Grade],
        grade: &Grade,
        (action, next): (&Action, Next),
        has_one_parent: bool,
    ) -> (Option<DepartmentId>, Option<Standing>, String) {
        let here = (grade.node.or(grade.parent), grade.standing, grade.name.clone());
        let there = |other: &Grade| (other.node.or(other.parent), other.standing, other.name.clone());
        let is_other = |key: &GradeKey| grades.iter().find(|other| other.key == *key);
        match (action, next) {
            (Action::Stay, _) => here,
            (Action::Into(key), _) => is_other(key).map_or(here, there),
            (Action::Up, Next::Grade(other)) => there(&grades[other]),
            (Action::Up, Next::Made(name, standing)) => {
                let home = match grade.node {
                    Some(_) => Some(self.ensure(grade.parent, &name, "grade")),
                    None => grade.parent,
                };
                (home, Some(standing), name)
            }
            (Action::Up, Next::On | Next::Graduates | Next::Unknown) => here,
            (Action::Graduate, _) => self.alumni_home(grade, has_one_parent),
        }
    }

    /// 校友/2026届, with the stage between when several stages have classes that graduate; a cohort goes there itself.
    fn alumni_home(&mut self, grade: &Grade, has_one_parent: bool) -> (Option<DepartmentId>, Option<Standing>, String) {
        let top = match self.roster.tree.children(None) {
            [only] => Some(*only),
            _ => None,
        };
        let is_chinese = grade.name.chars().any(crate::check::text::is_han);
        let alumni = self.ensure(top, if is_chinese { "校友" } else { "Alumni" }, "group");
        let is_cohort = !matches!(grade.standing, None | Some(Standing::Level(_)));
        let year = self.choices.year;
        let cohort = match is_cohort {
            true => grade.name.clone(),
            false if is_chinese => format!("{year}届"),
            false => format!("Class of {year}"),
        };
        let stage = grade.parent.and_then(|parent| self.roster.tree.get(parent)).map(|stage| stage.name.clone());
        if is_cohort && let Some(node) = grade.node {
            let above = match stage {
                Some(stage) if !has_one_parent => self.ensure(Some(alumni), &stage, "group"),
                _ => alumni,
            };
            self.plan.moved_grades.push((node, above));
            return (Some(node), grade.standing, grade.name.clone());
        }
        let mut home = self.ensure(Some(alumni), &cohort, "group");
        if let Some(stage) = stage.filter(|_| !has_one_parent) {
            home = self.ensure(Some(home), &stage, "group");
        }
        (Some(home), None, cohort)
    }

    /// First years: grades that go on and into which none comes, and the cohort that is to be.
    fn find_first_grades(&mut self) {
        let grades = &self.plan.grades;
        let goes = |grade: &GradePlan| grade.takes_part && grade.action != Action::Stay;
        let mut firsts = Vec::new();
        for (place, plan) in grades.iter().enumerate() {
            if !goes(plan) || self.choices.extent != Extent::Whole {
                continue;
            }
            let fellows = || grades.iter().filter(|other| other.grade.parent == plan.grade.parent);
            let first = match plan.grade.standing {
                Some(Standing::Level(_)) => {
                    let here = (plan.grade.node.or(plan.grade.parent), plan.grade.standing);
                    let is_followed =
                        grades.iter().any(|other| goes(other) && (other.home, other.standing_after) == here);
                    // A second stage's first year waits for those who are admitted; one that has no class waits too.
                    (!is_followed && !plan.grade.classes.is_empty()).then(|| plan.grade.name.clone())
                }
                Some(Standing::Entered(year)) => {
                    let newest = fellows().filter_map(|other| match other.grade.standing {
                        Some(Standing::Entered(year)) => Some(year),
                        _ => None,
                    });
                    let is_newest = newest.max() == Some(year) && year < self.choices.year;
                    is_newest.then(|| grade_name_at(&plan.grade.name, Standing::Entered(self.choices.year))).flatten()
                }
                Some(Standing::Leaving(year)) => {
                    let others = fellows().filter_map(|other| match other.grade.standing {
                        Some(Standing::Leaving(year)) => Some(year),
                        _ => None,
                    });
                    let all: Vec<&Grade> = grades.iter().map(|plan| &plan.grade).collect();
                    let all: Vec<Grade> = all.into_iter().cloned().collect();
                    let coming = self.choices.year + years_of(&all, &plan.grade, self.roster);
                    let is_newest = others.max() == Some(year) && year < coming;
                    is_newest.then(|| grade_name_at(&plan.grade.name, Standing::Leaving(coming))).flatten()
                }
                None => None,
            };
            if let Some(name) = first {
                firsts.push((place, name));
            }
        }
        for (place, name) in firsts {
            let chosen = self.choices.grades.get(&self.plan.grades[place].grade.key);
            let plan = &mut self.plan.grades[place];
            plan.new_classes = chosen
                .and_then(|choice| choice.new_classes)
                .unwrap_or(u32::try_from(plan.grade.classes.len()).unwrap_or(u32::MAX))
                .min(NEW_CLASSES_MAX);
            plan.first = Some(name);
        }
    }

    fn plan_classes(&mut self) {
        for place in 0..self.plan.grades.len() {
            let classes = self.plan.grades[place].grade.classes.clone();
            for (rank, id) in classes.into_iter().enumerate() {
                let class = self.plan_class(place, id, rank);
                self.plan.classes.push(class);
            }
        }
    }

    fn plan_class(&mut self, place: usize, id: DepartmentId, rank: usize) -> ClassPlan {
        let roster = self.roster;
        let department = roster.tree.get(id);
        let (parent, name) = department.map_or((None, ""), |found| (found.parent, found.name.as_str()));
        let grade = self.plan.grades[place].clone();
        let top = grade.grade.node.or(grade.grade.parent);
        let parent_after = if grade.home == top { parent } else { self.mirrored(parent, top, grade.home) };
        let choice = self.choices.classes.get(&id);
        let pattern = self.choices.grades.get(&grade.grade.key).and_then(|choice| choice.pattern.as_deref());
        let from = GradeName { standing: grade.grade.standing, name: &grade.grade.name };
        let to = GradeName { standing: grade.standing_after, name: &grade.name_after };
        let naming = name_after(name, from, to);
        let (name_after, is_unsure) = match (choice.and_then(|choice| choice.name.clone()), pattern) {
            (Some(name), _) => (name, false),
            (None, Some(pattern)) if grade.takes_part => {
                let rank = u32::try_from(rank).unwrap_or(u32::MAX).saturating_add(1);
                (name_by_pattern(pattern, number_of(name, grade.grade.standing).unwrap_or(rank)), false)
            }
            _ if grade.action == Action::Graduate => (name.to_owned(), false),
            _ => (naming.name, naming.is_unsure),
        };
        let fate = match grade.action {
            Action::Graduate => ClassFate::Graduates,
            _ if parent_after != parent || name_after != name => ClassFate::Moves,
            _ => ClassFate::Stays,
        };
        ClassPlan {
            head: self.head(id),
            is_head_new: choice.is_some_and(|choice| choice.head.is_some()),
            is_name_unsure: is_unsure,
            name_before: name.to_owned(),
            parent_before: parent,
            parent_after,
            name_after,
            fate,
            ..self.blank(id, place, grade.standing_after)
        }
    }

    fn blank(&self, id: DepartmentId, grade: usize, standing_after: Option<Standing>) -> ClassPlan {
        ClassPlan {
            id,
            grade,
            fate: ClassFate::Made,
            parent_before: None,
            name_before: String::new(),
            parent_after: None,
            name_after: String::new(),
            standing_after,
            is_name_unsure: false,
            head: None,
            is_head_new: false,
            before: 0,
            after: 0,
            girls: 0,
            boys: 0,
            come: 0,
            go: 0,
        }
    }

    /// Who leads the class after the plan.
    fn head(&mut self, class: DepartmentId) -> Option<Head> {
        let chosen = self.choices.classes.get(&class).and_then(|choice| choice.head);
        match chosen {
            Some(member) if self.roster.person(member).is_some() => Some(Head { member, affiliation: None }),
            Some(_) => {
                self.find(Finding { class: Some(class), ..Finding::of(FindingCode::HeadGone) });
                self.roster.head_of(class)
            }
            None => self.roster.head_of(class),
        }
    }

    /// Streams between a grade and its classes are made in the next grade too.
    fn mirrored(
        &mut self,
        parent: Option<DepartmentId>,
        top: Option<DepartmentId>,
        home: Option<DepartmentId>,
    ) -> Option<DepartmentId> {
        let line = parent.map(|parent| self.roster.tree.line(parent)).unwrap_or_default();
        let below = match top {
            Some(top) => line.iter().position(|department| department.id == top).map_or(line.len(), |at| at + 1),
            None => line.len(),
        };
        let mut home = home;
        for stream in line[below.min(line.len())..].iter().map(|stream| (stream.name.clone(), &stream.kind)) {
            let kind = STREAM_KINDS.into_iter().find(|kind| stream.1 == kind).unwrap_or("unit");
            home = Some(self.ensure(home, &stream.0, kind));
        }
        home
    }

    fn make_first_classes(&mut self) {
        for place in 0..self.plan.grades.len() {
            let plan = self.plan.grades[place].clone();
            let Some(first) = plan.first else { continue };
            let (standing, home) = match plan.grade.standing {
                Some(Standing::Entered(_)) => (Some(Standing::Entered(self.choices.year)), None),
                Some(Standing::Leaving(_)) => {
                    (super::standing::find_standing(&first, None).map(|token| token.standing), None)
                }
                other => (other, Some(plan.grade.node.or(plan.grade.parent))),
            };
            let top = match (home, plan.grade.node) {
                (Some(home), _) => home,
                (None, Some(_)) => Some(self.ensure(plan.grade.parent, &first, "grade")),
                (None, None) => plan.grade.parent,
            };
            let names: Vec<(String, Option<DepartmentId>)> = plan
                .grade
                .classes
                .iter()
                .filter_map(|id| self.roster.tree.get(*id))
                .map(|class| (class.name.clone(), class.parent))
                .collect();
            let pattern = names.last().and_then(|(name, _)| pattern_of(name, plan.grade.standing));
            let last = names.iter().filter_map(|(name, _)| number_of(name, plan.grade.standing)).max().unwrap_or(0);
            for rank in 0..plan.new_classes {
                let id = self.fresh_id(&format!("class:{}:{rank}", plan.grade.key.0));
                let (name, parent) = match names.get(rank as usize) {
                    Some((name, parent)) => (name.clone(), *parent),
                    None => {
                        let number = last + 1 + rank - u32::try_from(names.len()).unwrap_or(0);
                        let pattern =
                            pattern.as_deref().unwrap_or(if names.is_empty() { "{n}班" } else { "({n})班" });
                        (name_by_pattern(pattern, number), plan.grade.node.or(plan.grade.parent))
                    }
                };
                let name = standing
                    .and_then(|standing| match standing {
                        Standing::Level(_) => None,
                        cohort => grade_name_at(&name, cohort),
                    })
                    .unwrap_or(name);
                let parent = self.mirrored(parent, plan.grade.node.or(plan.grade.parent), top);
                self.push_made(id, place, (parent, name), standing);
            }
        }
    }

    fn add_classes(&mut self) {
        for added in &self.choices.added {
            let Some(place) = self.plan.grades.iter().position(|plan| plan.grade.key == added.grade) else {
                self.find(Finding::of(FindingCode::GradeGone).named(added.name.as_str()));
                continue;
            };
            if self.roster.tree.get(added.id).is_some() {
                continue;
            }
            let plan = &self.plan.grades[place];
            let (parent, standing) = (plan.home, plan.standing_after);
            self.push_made(added.id, place, (parent, added.name.clone()), standing);
        }
    }

    fn push_made(
        &mut self,
        id: DepartmentId,
        grade: usize,
        (parent_after, name): (Option<DepartmentId>, String),
        standing: Option<Standing>,
    ) {
        let choice = self.choices.classes.get(&id);
        let name_after = choice.and_then(|choice| choice.name.clone()).unwrap_or(name);
        let is_head_new = choice.is_some_and(|choice| choice.head.is_some());
        let head = self.head(id);
        let made = ClassPlan { parent_after, name_after, head, is_head_new, ..self.blank(id, grade, standing) };
        self.plan.classes.push(made);
    }
}

/// New classes that one first year may be given.
const NEW_CLASSES_MAX: u32 = 100;
const STREAM_KINDS: [&str; 4] = ["stage", "campus", "division", "unit"];
