//! The check list: what stands against a plan, and what a person should look at before it is carried out.

use super::choices::Action;
use super::derive::Planner;
use super::plan::ClassFate;
use crate::check::problem::codes;
use crate::id::AffiliationId;
use crate::tree::{DEPTH_MAX, name_key, parse_path};
use crate::{Department, DepartmentId, Field, MemberId, Tree};
use std::collections::{HashMap, HashSet};

codes! {
    /// What a plan's check found.
    FindingCode {
        /// Two departments would have one name side by side.
        NameTaken = "year_name_taken",
        /// The name is empty, too long or holds a path mark.
        NameUnfit = "year_name_unfit",
        /// A pupil whose class goes has nowhere to go.
        NoPlace = "year_no_place",
        /// A department would come to stand too deep.
        TooDeep = "year_too_deep",
        /// The place is archived.
        Archived = "year_archived",
        /// A class that is to be dissolved has departments below it.
        ClassHasDepartments = "year_class_has_departments",
        ClassWithoutHead = "year_class_without_head",
        /// A pupil has a further place in another class.
        InTwoClasses = "year_in_two_classes",
        /// Two records look like one pupil.
        PupilTwice = "year_pupil_twice",
        /// A student is in no department at all.
        Unplaced = "year_unplaced",
        /// The name speaks of another year than the class is in.
        NameUnsure = "year_name_unsure",
        /// Nobody can tell which year the grade is; it stays.
        GradeUnknown = "year_grade_unknown",
        /// A class of before has no pupils any more.
        ClassEmpty = "year_class_empty",
        /// Decided for a grade, a class, a pupil or a head that is no longer there.
        GradeGone = "year_grade_gone",
        ClassGone = "year_class_gone",
        PupilGone = "year_pupil_gone",
        HeadGone = "year_head_gone",
    }
}

impl FindingCode {
    /// The plan cannot be carried out before it is settled.
    pub fn is_stop(self) -> bool {
        matches!(
            self,
            FindingCode::NameTaken
                | FindingCode::NameUnfit
                | FindingCode::NoPlace
                | FindingCode::TooDeep
                | FindingCode::Archived
                | FindingCode::ClassHasDepartments
        )
    }
}

/// One thing found, with what it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub code: FindingCode,
    pub class: Option<DepartmentId>,
    pub pupil: Option<MemberId>,
    /// The other record of the pair.
    pub other: Option<MemberId>,
    /// The further place in question.
    pub affiliation: Option<AffiliationId>,
    /// A department's name that helps to find it.
    pub name: String,
}

impl Finding {
    pub(super) fn of(code: FindingCode) -> Self {
        Self { code, class: None, pupil: None, other: None, affiliation: None, name: String::new() }
    }
    pub(super) fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

pub(super) fn check(planner: &mut Planner<'_>) {
    planner.check_classes();
    planner.check_tree();
    planner.check_further_places();
    planner.check_pupils_once();
    // What stops it comes first.
    planner.plan.findings.sort_by_key(|finding| finding.code);
}

impl Planner<'_> {
    fn check_classes(&mut self) {
        for place in 0..self.plan.classes.len() {
            let class = &self.plan.classes[place];
            let grade = &self.plan.grades[class.grade];
            if !grade.takes_part {
                continue;
            }
            let (id, name, fate) = (class.id, class.name_after.clone(), class.fate);
            let about = |code| Finding { class: Some(id), ..Finding::of(code).named(&name) };
            let stays_on = !matches!(fate, ClassFate::Graduates | ClassFate::Dissolved);
            let mut found = Vec::new();
            if stays_on && class.head.is_none() {
                found.push(about(FindingCode::ClassWithoutHead));
            }
            if stays_on && class.is_name_unsure {
                found.push(about(FindingCode::NameUnsure));
            }
            if stays_on && fate != ClassFate::Made && class.before > 0 && class.after == 0 {
                found.push(about(FindingCode::ClassEmpty));
            }
            if fate == ClassFate::Dissolved {
                if !self.roster.tree.children(Some(id)).is_empty() {
                    found.push(about(FindingCode::ClassHasDepartments));
                }
            } else if parse_path(&name).is_none_or(|names| names.len() != 1 || names[0] != name) {
                found.push(about(FindingCode::NameUnfit));
            }
            self.plan.findings.extend(found);
        }
    }

    /// The tree as it would be.
    fn check_tree(&mut self) {
        let roster = self.roster;
        let plan = &self.plan;
        let dissolved: HashSet<DepartmentId> =
            plan.classes.iter().filter(|class| class.fate == ClassFate::Dissolved).map(|class| class.id).collect();
        let mut after: HashMap<DepartmentId, Department> = HashMap::with_capacity(roster.tree.len());
        for (id, _) in roster.tree.in_order() {
            if let Some(department) = roster.tree.get(id).filter(|_| !dissolved.contains(&id)) {
                after.insert(id, department.clone());
            }
        }
        let mut changed: Vec<DepartmentId> = Vec::new();
        for made in &plan.made {
            changed.push(made.id);
            after.insert(made.id, new_department(made.id, made.parent, &made.name, made.kind));
        }
        for (node, parent) in &plan.moved_grades {
            if let Some(department) = after.get_mut(node) {
                department.parent = Some(*parent);
                changed.push(*node);
            }
        }
        for class in plan.classes.iter().filter(|class| class.fate != ClassFate::Dissolved) {
            let made = || new_department(class.id, class.parent_after, &class.name_after, "class");
            let department = after.entry(class.id).or_insert_with(made);
            if class.fate == ClassFate::Made
                || class.parent_before != class.parent_after
                || class.name_before != class.name_after
            {
                changed.push(class.id);
            }
            department.parent = class.parent_after;
            department.name.clone_from(&class.name_after);
        }
        let mut holders: HashMap<(Option<DepartmentId>, String), u32> = HashMap::with_capacity(after.len());
        for department in after.values() {
            *holders.entry((department.parent, name_key(&department.name))).or_default() += 1;
        }
        let tree = Tree::new(after.into_values());
        let mut found = Vec::new();
        for id in changed {
            let Some(department) = tree.get(id) else { continue };
            let about = |code| Finding { class: Some(id), ..Finding::of(code).named(&department.name) };
            if holders.get(&(department.parent, name_key(&department.name))).is_some_and(|count| *count > 1) {
                found.push(about(FindingCode::NameTaken));
            }
            if tree.depth(id) + tree.levels(id) > DEPTH_MAX + 1 {
                found.push(about(FindingCode::TooDeep));
            }
            if department.parent.is_some_and(|parent| tree.is_archived(parent)) {
                found.push(about(FindingCode::Archived));
            }
        }
        self.plan.findings.extend(found);
    }

    /// Pupils with a further place in another class.
    fn check_further_places(&mut self) {
        let mut found = Vec::new();
        for record in &self.roster.places {
            let (Some(member), Some(class)) =
                (record.reference(Field::AffiliationMember), record.reference(Field::AffiliationDepartment))
            else {
                continue;
            };
            let (member, class) = (MemberId(member), DepartmentId(class));
            let id = AffiliationId(record.id);
            let Some(there) = self.plan.class(class) else { continue };
            let Some(person) = self.roster.person(member).filter(|person| person.is_pupil()) else { continue };
            let takes_part = self.plan.grades[there.grade].takes_part;
            if takes_part && person.department != Some(class) && !self.choices.ended.contains(&id) {
                let finding = Finding::of(FindingCode::InTwoClasses).named(&there.name_before);
                found.push(Finding { pupil: Some(member), class: Some(class), affiliation: Some(id), ..finding });
            }
        }
        self.plan.findings.extend(found);
    }

    /// Pupils of whom there seem to be two: the same document, or the same name and birthday.
    fn check_pupils_once(&mut self) {
        let mut documents: HashMap<&str, usize> = HashMap::new();
        let mut births: HashMap<(&str, &str), usize> = HashMap::new();
        let mut found = Vec::new();
        for (place, pupil) in self.plan.pupils.iter().enumerate() {
            let person = &self.roster.people[pupil.person];
            let is_concerned = pupil.before.and_then(|before| self.plan.class(before)).is_none_or(|class| {
                let grade = &self.plan.grades[class.grade];
                grade.takes_part
                    && (grade.action != Action::Stay
                        || self.choices.regroups.iter().any(|of| of.from.contains(&class.id)))
            });
            let mut other = None;
            if !person.document_number.is_empty() {
                other = documents.insert(&person.document_number, place);
            }
            if other.is_none() && !person.birth_date.is_empty() && !person.name.is_empty() {
                other = births.insert((&person.name, &person.birth_date), place);
                // Two documents are two people.
                let is_other_person = |other: usize| {
                    let other = &self.roster.people[self.plan.pupils[other].person];
                    !other.document_number.is_empty()
                        && !person.document_number.is_empty()
                        && other.document_number != person.document_number
                };
                other = other.filter(|other| !is_other_person(*other));
            }
            if let Some(other) = other.filter(|_| is_concerned) {
                let finding = Finding::of(FindingCode::PupilTwice);
                let other = self.roster.people[self.plan.pupils[other].person].id;
                found.push(Finding { pupil: Some(person.id), other: Some(other), class: pupil.before, ..finding });
            }
        }
        self.plan.findings.extend(found);
    }
}

fn new_department(id: DepartmentId, parent: Option<DepartmentId>, name: &str, kind: &str) -> Department {
    Department { id, parent, name: name.to_owned(), kind: kind.to_owned(), position: None, is_archived: false }
}
