//! Where every pupil comes to sit, and where staff go whose class is gone.

use super::choices::{Action, PupilChoice, Regroup, Rule};
use super::dealing::{Dealt, Seats, deal};
use super::derive::Planner;
use super::findings::{Finding, FindingCode};
use super::naming::number_of;
use super::plan::{ClassFate, PupilFate, PupilPlan};
use super::roster::Sex;
use super::standing::Standing;
use crate::check::text::lines;
use crate::{DepartmentId, Field, Form, Value, sort_key};
use std::collections::{HashMap, HashSet};

pub(super) fn place_pupils(planner: &mut Planner<'_>) {
    planner.seat_classes();
    planner.seat_grades();
    planner.find_unplaced();
    planner.apply_choices();
    for regroup in &planner.choices.regroups {
        planner.regroup(regroup);
    }
    planner.settle();
    planner.move_staff();
    planner.count();
}

impl Planner<'_> {
    fn push(&mut self, person: usize, before: Option<DepartmentId>, after: Option<DepartmentId>) {
        self.plan.pupils.push(PupilPlan { person, before, after, fate: PupilFate::WithClass, graduates: false });
    }

    fn seat_classes(&mut self) {
        for place in 0..self.plan.classes.len() {
            let class = self.plan.classes[place].id;
            for person in self.roster.people_in(class) {
                if self.roster.people[*person].is_pupil() {
                    self.push(*person, Some(class), Some(class));
                }
            }
        }
    }

    /// Pupils who are in a grade, but in no class of it.
    fn seat_grades(&mut self) {
        for place in 0..self.plan.grades.len() {
            let Some(node) = self.plan.grades[place].grade.node else { continue };
            let home = self.plan.grades[place].home;
            for person in self.roster.people_in(node) {
                if self.roster.people[*person].is_pupil() {
                    self.push(*person, Some(node), home);
                }
            }
        }
    }

    /// Students without any department.
    fn find_unplaced(&mut self) {
        for place in 0..self.roster.people.len() {
            let person = &self.roster.people[place];
            let is_student = person.is("student") && person.is_pupil();
            let is_placed = person.department.is_some_and(|department| self.roster.tree.get(department).is_some());
            if is_student && !is_placed {
                self.push(place, None, None);
            }
        }
    }

    fn apply_choices(&mut self) {
        if self.choices.pupils.is_empty() {
            return;
        }
        let mut found = 0;
        for place in 0..self.plan.pupils.len() {
            let id = self.roster.people[self.plan.pupils[place].person].id;
            let Some(choice) = self.choices.pupils.get(&id) else { continue };
            found += 1;
            let (fate, after) = match choice {
                PupilChoice::Repeat(class) => {
                    let into = class.filter(|class| self.is_open(*class)).or_else(|| self.class_to_repeat(place));
                    (PupilFate::Repeats, into)
                }
                PupilChoice::Class(class) if self.is_open(*class) => (PupilFate::OtherClass, Some(*class)),
                PupilChoice::Class(_) => {
                    self.find(Finding { pupil: Some(id), ..Finding::of(FindingCode::ClassGone) });
                    continue;
                }
                PupilChoice::Suspend => (PupilFate::Suspended, self.plan.pupils[place].after),
                PupilChoice::Leave => (PupilFate::Leaves, self.plan.pupils[place].after),
                PupilChoice::Transfer(_) => (PupilFate::Transfers, self.plan.pupils[place].after),
            };
            let pupil = &mut self.plan.pupils[place];
            (pupil.fate, pupil.after) = (fate, after);
        }
        for _ in found..self.choices.pupils.len() {
            self.find(Finding::of(FindingCode::PupilGone));
        }
    }

    /// Whether the class takes pupils after the plan.
    fn is_open(&self, class: DepartmentId) -> bool {
        let is_dissolved =
            || self.choices.regroups.iter().any(|of| of.from.contains(&class) && !of.into.contains(&class));
        self.plan.class(class).is_some() && !is_dissolved()
    }

    /// The class that stands next year where the pupil's stands now: of the same number, or else the first.
    fn class_to_repeat(&self, pupil: usize) -> Option<DepartmentId> {
        let before = self.plan.pupils[pupil].before?;
        let class = self.plan.class(before);
        let grade = match class {
            Some(class) => &self.plan.grades[class.grade],
            None => self.plan.grades.iter().find(|grade| grade.grade.node == Some(before))?,
        };
        let wanted = match grade.grade.standing? {
            _ if grade.action == Action::Stay => return Some(before),
            Standing::Entered(year) => Standing::Entered(year + 1),
            Standing::Leaving(year) => Standing::Leaving(year + 1),
            level => level,
        };
        let is_near = |other: &&super::ClassPlan| {
            let other_grade = &self.plan.grades[other.grade];
            other.standing_after == Some(wanted)
                && other.fate != ClassFate::Graduates
                && other_grade.grade.parent == grade.grade.parent
                && self.is_open(other.id)
        };
        let number = class.and_then(|class| number_of(&class.name_before, grade.grade.standing));
        let of_number = |other: &&super::ClassPlan| number_of(&other.name_after, Some(wanted)) == number;
        let near = || self.plan.classes.iter().filter(is_near);
        near().find(of_number).or_else(|| near().next()).map(|class| class.id)
    }

    fn regroup(&mut self, regroup: &Regroup) {
        let known = |ids: &[DepartmentId]| -> Vec<DepartmentId> {
            ids.iter().copied().filter(|id| self.plan.class(*id).is_some()).collect()
        };
        let (from, into) = (known(&regroup.from), known(&regroup.into));
        let gone = regroup.from.len() + regroup.into.len() - from.len() - into.len();
        if gone > 0 || from.is_empty() || into.is_empty() {
            self.find(Finding::of(FindingCode::ClassGone));
        }
        if from.is_empty() || into.is_empty() {
            return;
        }
        let sources: HashSet<DepartmentId> = from.iter().copied().collect();
        for class in from.iter().filter(|class| !into.contains(class)) {
            let place = self.plan.class_places[class];
            self.plan.classes[place].fate = ClassFate::Dissolved;
        }
        if regroup.rule == Rule::ByHand {
            return;
        }
        let places: HashMap<DepartmentId, usize> = into.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let mut seats = vec![Seats::default(); into.len()];
        let mut pool = Vec::new();
        for (place, pupil) in self.plan.pupils.iter().enumerate() {
            let person = &self.roster.people[pupil.person];
            let Some(after) = pupil.after else { continue };
            let is_set = matches!(pupil.fate, PupilFate::Repeats | PupilFate::OtherClass);
            if sources.contains(&after) && !is_set {
                let label = [regroup.lot.to_be_bytes().as_slice(), person.id.0.as_bytes()].concat();
                let name_key = match regroup.rule {
                    Rule::Alphabetical => sort_key(&person.name),
                    _ => String::new(),
                };
                pool.push(Dealt { place, sex: person.sex, lot: self.choices.lot(&label), name_key });
            } else if let Some(class) = places.get(&after) {
                *seats[*class].of(person.sex) += 1;
            }
        }
        // Those who go away keep a seat only on paper: they are dealt last.
        let (going, staying): (Vec<Dealt>, Vec<Dealt>) = pool
            .into_iter()
            .partition(|dealt| matches!(self.plan.pupils[dealt.place].fate, PupilFate::Leaves | PupilFate::Transfers));
        let mut dealt = deal(staying, &mut seats, regroup.rule);
        dealt.extend(deal(going, &mut seats, regroup.rule));
        for (place, class) in dealt {
            self.plan.pupils[place].after = Some(into[class]);
        }
    }

    /// What became of each, now that all have been placed.
    fn settle(&mut self) {
        for place in 0..self.plan.pupils.len() {
            let pupil = &self.plan.pupils[place];
            let class = pupil.after.and_then(|after| self.plan.class(after));
            let is_nowhere = match (pupil.after, class) {
                (None, _) => true,
                (_, Some(class)) => class.fate == ClassFate::Dissolved,
                (Some(_), None) => false,
            };
            let of_grade = |id: DepartmentId| self.plan.grades.iter().find(|grade| grade.grade.node == Some(id));
            let graduates = match class {
                Some(class) => class.fate == ClassFate::Graduates,
                None => pupil.before.and_then(of_grade).is_some_and(|grade| grade.action == Action::Graduate),
            };
            let goes = matches!(pupil.fate, PupilFate::Leaves | PupilFate::Transfers);
            let fate = match pupil.fate {
                _ if is_nowhere => PupilFate::NoPlace,
                PupilFate::WithClass if graduates => PupilFate::Graduates,
                PupilFate::WithClass if class.is_some() && pupil.after != pupil.before => PupilFate::Dealt,
                other => other,
            };
            let id = self.roster.people[pupil.person].id;
            if is_nowhere {
                let code = if pupil.before.is_some() { FindingCode::NoPlace } else { FindingCode::Unplaced };
                let class = pupil.before;
                self.find(Finding { pupil: Some(id), class, ..Finding::of(code) });
            }
            let pupil = &mut self.plan.pupils[place];
            pupil.graduates = graduates && !goes && !is_nowhere;
            pupil.fate = fate;
        }
    }

    /// Staff whose main place graduates or is dissolved stay at school; others stay with the class while it is there.
    fn move_staff(&mut self) {
        let mut moved = Vec::new();
        for class in &self.plan.classes {
            let into = match class.fate {
                ClassFate::Graduates => self.place_of_staff(class.grade, class.parent_before),
                ClassFate::Dissolved => self.plan.heir(self.choices, class.id).or(class.parent_before),
                _ => continue,
            };
            for place in self.roster.people_in(class.id) {
                let person = &self.roster.people[*place];
                let goes = match class.fate {
                    ClassFate::Graduates => person.is_staff(),
                    _ => !person.is_pupil(),
                };
                if goes {
                    moved.push((*place, into));
                }
            }
        }
        for (node, _) in &self.plan.moved_grades {
            let parent = self.roster.tree.get(*node).and_then(|node| node.parent);
            for place in self.roster.people_in(*node) {
                if self.roster.people[*place].is_staff() {
                    moved.push((*place, parent));
                }
            }
        }
        self.plan.moved_people = moved;
    }

    /// The grade stays where grades are named by level; a cohort goes, and what it stood below stays.
    fn place_of_staff(&self, grade: usize, parent: Option<DepartmentId>) -> Option<DepartmentId> {
        let grade = &self.plan.grades[grade].grade;
        match grade.node {
            Some(node) if self.plan.moved_grades.iter().any(|(moved, _)| *moved == node) => grade.parent,
            _ => parent,
        }
    }

    fn count(&mut self) {
        for place in 0..self.plan.pupils.len() {
            let pupil = &self.plan.pupils[place];
            let (before, after, fate) = (pupil.before, pupil.after, pupil.fate);
            let sex = self.roster.people[pupil.person].sex;
            let is_gone = matches!(fate, PupilFate::Leaves | PupilFate::Transfers);
            if let Some(class) = before.and_then(|before| self.plan.class_places.get(&before).copied()) {
                let class = &mut self.plan.classes[class];
                class.before += 1;
                if is_gone || after != before {
                    class.go += 1;
                }
            }
            if is_gone || fate == PupilFate::NoPlace {
                continue;
            }
            if let Some(class) = after.and_then(|after| self.plan.class_places.get(&after).copied()) {
                let class = &mut self.plan.classes[class];
                class.after += 1;
                class.girls += u32::from(sex == Sex::Female);
                class.boys += u32::from(sex == Sex::Male);
                class.come += u32::from(after != before);
            }
        }
    }
}

/// What is noted of one who transfers, behind what was noted before; nothing when that would be too long.
pub(super) fn noted(note: &Value, more: &str) -> Value {
    let Form::Text(characters_max) = Field::MemberNote.form() else { return note.clone() };
    let both = match note.as_text() {
        Some(text) => format!("{text}\n{}", more.trim()),
        None => more.trim().to_owned(),
    };
    match lines(&both, characters_max) {
        Ok(both) => Value::from(both),
        Err(_) => note.clone(),
    }
}
