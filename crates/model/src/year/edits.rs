//! A plan as edits, in an order in which every one of them leaves a sound tree: the service takes them one by one, and
//! undoing them backwards passes the same trees.

use super::choices::{Choices, Graduation, PupilChoice};
use super::plan::{ClassFate, Plan, PupilFate};
use super::pupils::noted;
use super::roster::Roster;
use crate::id::AffiliationId;
use crate::tree::name_key;
use crate::{Change, DepartmentId, Edit, Field, Kind, MemberId, Record, RecordId, Value, Verb};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// The edits that carry the plan out. What they are based on is what the roster held; `today` dates new statuses.
pub fn edits(roster: &Roster, choices: &Choices, plan: &Plan, today: Date) -> Vec<Edit> {
    let mut made = Maker { roster, choices, plan, today, edits: Vec::new(), ended: HashSet::new() };
    let departments = made.departments();
    made.members();
    made.places();
    made.remove_dissolved(&departments);
    made.edits
}

struct Maker<'a> {
    roster: &'a Roster,
    choices: &'a Choices,
    plan: &'a Plan,
    today: Date,
    edits: Vec<Edit>,
    ended: HashSet<AffiliationId>,
}

/// A department that is to have this place and name.
struct Wanted {
    id: DepartmentId,
    parent: Option<DepartmentId>,
    name: String,
    /// For one that is not there yet.
    kind: &'static str,
}

type Slot = (Option<DepartmentId>, String);

/// The departments while they are being changed.
struct Departments {
    records: HashMap<DepartmentId, Record>,
    holders: HashMap<Slot, DepartmentId>,
}

impl Departments {
    fn of(roster: &Roster) -> Self {
        let slots = roster.departments.iter().map(|(id, record)| (slot(record), *id)).collect();
        Self { records: roster.departments.clone(), holders: slots }
    }
    /// Makes or changes the department; the edit for it, if there is one.
    fn put(&mut self, wanted: &Wanted) -> Option<Edit> {
        let parent = wanted.parent.map_or(Value::Null, |parent| Value::from(parent.0));
        let before = self.records.get(&wanted.id).cloned();
        let blank = || Record::empty(Kind::Department, wanted.id.0).with(Field::DepartmentKind, wanted.kind);
        let after = before
            .clone()
            .unwrap_or_else(blank)
            .with(Field::DepartmentParent, parent)
            .with(Field::DepartmentName, wanted.name.as_str());
        let edit = match &before {
            Some(before) => Edit::between(before, &after),
            None => Some(Edit::create(&after)),
        };
        if let Some(before) = before {
            self.holders.remove(&slot(&before));
        }
        self.holders.insert(slot(&after), wanted.id);
        self.records.insert(wanted.id, after);
        edit
    }
}

fn slot(record: &Record) -> Slot {
    let name = record.text(Field::DepartmentName).unwrap_or_default();
    (record.reference(Field::DepartmentParent).map(DepartmentId), name_key(name))
}

impl Maker<'_> {
    fn departments(&mut self) -> Departments {
        let mut departments = Departments::of(self.roster);
        let mut waiting: Vec<Wanted> = Vec::new();
        for made in &self.plan.made {
            waiting.push(Wanted { id: made.id, parent: made.parent, name: made.name.clone(), kind: made.kind });
        }
        for (node, parent) in &self.plan.moved_grades {
            if let Some(department) = self.roster.tree.get(*node) {
                let name = department.name.clone();
                waiting.push(Wanted { id: *node, parent: Some(*parent), name, kind: "grade" });
            }
        }
        // The highest grades go first: each leaves its names to those who follow.
        for class in self.plan.classes.iter().rev().filter(|class| class.fate != ClassFate::Dissolved) {
            let is_same = class.parent_before == class.parent_after && class.name_before == class.name_after;
            if class.fate == ClassFate::Made || !is_same {
                let name = class.name_after.clone();
                waiting.push(Wanted { id: class.id, parent: class.parent_after, name, kind: "class" });
            }
        }
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut still = Vec::new();
            for wanted in waiting {
                let is_there = wanted.parent.is_none_or(|parent| departments.records.contains_key(&parent));
                let holder = departments.holders.get(&(wanted.parent, name_key(&wanted.name)));
                if is_there && holder.is_none_or(|holder| *holder == wanted.id) {
                    self.edits.extend(departments.put(&wanted));
                } else {
                    still.push(wanted);
                }
            }
            waiting = still;
            if waiting.len() == before && !self.make_way(&waiting[0], &mut departments) {
                // A name that is taken for good: the check said so. Left as it is, nothing is lost.
                waiting.remove(0);
            }
        }
        departments
    }

    /// Gives the department that holds the wanted name another one for the moment: it will go on, or go.
    fn make_way(&mut self, wanted: &Wanted, departments: &mut Departments) -> bool {
        let Some(holder) = departments.holders.get(&(wanted.parent, name_key(&wanted.name))).copied() else {
            return false;
        };
        let goes_on = self.plan.class(holder).is_some_and(|class| class.fate != ClassFate::Stays);
        let Some(record) = departments.records.get(&holder).filter(|_| goes_on) else { return false };
        let parent = record.reference(Field::DepartmentParent).map(DepartmentId);
        let free = (2u32..)
            .map(|number| format!("~{number}"))
            .find(|name| !departments.holders.contains_key(&(parent, name_key(name))));
        let Some(name) = free else { return false };
        self.edits.extend(departments.put(&Wanted { id: holder, parent, name, kind: "class" }));
        true
    }

    fn members(&mut self) {
        for pupil in &self.plan.pupils {
            let person = &self.roster.people[pupil.person];
            if pupil.fate == PupilFate::NoPlace {
                continue;
            }
            let mut identity = person.identity.clone();
            let mut status = person.status.clone();
            let mut note = person.note.clone();
            if pupil.graduates {
                identity = person.identity_of_graduate();
                if self.choices.graduation == Graduation::Left {
                    status = Value::from("left");
                }
            }
            match pupil.fate {
                PupilFate::Suspended => status = Value::from("suspended"),
                PupilFate::Leaves => status = Value::from("left"),
                PupilFate::Transfers => {
                    status = Value::from("left");
                    if let Some(PupilChoice::Transfer(more)) = self.choices.pupils.get(&person.id) {
                        note = noted(&person.note, more);
                    }
                }
                _ => {}
            }
            let department = match (person.department, pupil.after) {
                (Some(department), Some(after)) if after == department => Value::from(department.0),
                (_, Some(after)) => Value::from(after.0),
                (before, None) => before.map_or(Value::Null, |before| Value::from(before.0)),
            };
            self.change(pupil.person, [identity, department, status, note]);
        }
        for (place, into) in &self.plan.moved_people {
            let person = &self.roster.people[*place];
            let department = into.map_or(Value::Null, |into| Value::from(into.0));
            self.change(*place, [person.identity.clone(), department, person.status.clone(), person.note.clone()]);
        }
    }

    fn change(&mut self, place: usize, [identity, department, status, note]: [Value; 4]) {
        let person = &self.roster.people[place];
        let before = person.department.map_or(Value::Null, |before| Value::from(before.0));
        let since = match status == person.status {
            true => person.status_since.clone(),
            false => Value::from(self.today.to_string()),
        };
        let changes: Vec<Change> = [
            (Field::MemberIdentity, person.identity.clone(), identity),
            (Field::MemberDepartment, before, department),
            (Field::MemberStatus, person.status.clone(), status),
            (Field::MemberNote, person.note.clone(), note),
            (Field::MemberStatusSince, person.status_since.clone(), since),
        ]
        .into_iter()
        .filter(|(_, base, new)| base != new)
        .map(|(field, base, new)| Change { field, base, new })
        .collect();
        if !changes.is_empty() {
            self.edits.push(Edit { kind: Kind::Member, id: person.id.0, verb: Verb::Edit, changes });
        }
    }

    /// Further places: those that end, those that pass to another class, new heads.
    fn places(&mut self) {
        for record in &self.roster.places {
            if self.choices.ended.contains(&AffiliationId(record.id)) {
                self.end(record);
            }
        }
        let mut taken: HashSet<(MemberId, DepartmentId)> = HashSet::new();
        for class in &self.plan.classes {
            match class.fate {
                ClassFate::Graduates => self.end_lessons(class.id),
                ClassFate::Dissolved => self.hand_over(class.id, &mut taken),
                _ if class.is_head_new => self.appoint(class),
                _ => {}
            }
        }
    }

    fn end(&mut self, record: &Record) {
        if self.ended.insert(AffiliationId(record.id)) {
            self.edits.push(Edit::remove(record));
        }
    }

    /// Staff do not follow a class to the alumni.
    fn end_lessons(&mut self, class: DepartmentId) {
        for record in self.roster.places_in(class) {
            let member = record.reference(Field::AffiliationMember).map(MemberId);
            let is_staff = member.and_then(|member| self.roster.person(member)).is_some_and(|person| person.is_staff());
            // A teacher whose child is in the class stays its parent.
            if is_staff && record.text(Field::AffiliationIdentity) != Some("parent") {
                self.end(record);
            }
        }
    }

    /// Places in a dissolved class pass to the class that takes over; whoever led it does not lead that one.
    fn hand_over(&mut self, class: DepartmentId, taken: &mut HashSet<(MemberId, DepartmentId)>) {
        let heir = self.plan.heir(self.choices, class);
        for record in self.roster.places_in(class) {
            let Some(member) = record.reference(Field::AffiliationMember).map(MemberId) else { continue };
            let Some(heir) = heir.filter(|_| record.text(Field::AffiliationRole) != Some("head")) else {
                self.end(record);
                continue;
            };
            let is_there = self.roster.person(member).is_some_and(|person| person.department == Some(heir))
                || self.roster.places_in(heir).any(|other| other.reference(Field::AffiliationMember) == Some(member.0));
            if is_there || !taken.insert((member, heir)) {
                self.end(record);
            } else if !self.ended.contains(&AffiliationId(record.id)) {
                let after = record.clone().with(Field::AffiliationDepartment, heir.0);
                self.edits.extend(Edit::between(record, &after));
            }
        }
    }

    fn appoint(&mut self, class: &super::ClassPlan) {
        let Some(head) = class.head else { return };
        let of = |record: &Record| record.reference(Field::AffiliationMember).map(MemberId);
        let mut own = None;
        for record in self.roster.places_in(class.id) {
            if self.ended.contains(&AffiliationId(record.id)) {
                continue;
            }
            if of(record) == Some(head.member) && own.is_none() {
                own = Some(record);
            } else if record.text(Field::AffiliationRole) == Some("head") {
                self.end(record);
            }
        }
        match own {
            Some(record) => {
                let after = record.clone().with(Field::AffiliationRole, "head");
                self.edits.extend(Edit::between(record, &after));
            }
            None => {
                let id: RecordId = self.choices.id_for(&format!("head:{}:{}", class.id, head.member));
                let record = Record::empty(Kind::Affiliation, id)
                    .with(Field::AffiliationMember, head.member.0)
                    .with(Field::AffiliationDepartment, class.id.0)
                    .with(Field::AffiliationRole, "head");
                self.edits.push(Edit::create(&record));
            }
        }
    }

    fn remove_dissolved(&mut self, departments: &Departments) {
        for class in self.plan.classes.iter().filter(|class| class.fate == ClassFate::Dissolved) {
            if let Some(record) = departments.records.get(&class.id) {
                self.edits.push(Edit::remove(record));
            }
        }
    }
}
