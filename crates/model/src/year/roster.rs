//! The roster as a plan looks at it: the tree, who is where, who leads what. A moment's copy; nothing here writes.

use crate::id::AffiliationId;
use crate::{Department, DepartmentId, Field, Kind, MemberId, Record, Tree, Value, choice_words, parse_choices};
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sex {
    Female,
    Male,
    Unknown,
}

/// A member, as far as a plan needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: MemberId,
    pub name: String,
    pub card_number: String,
    pub sex: Sex,
    pub birth_date: String,
    pub document_number: String,
    pub department: Option<DepartmentId>,
    pub title: String,
    /// Words of `Field::MemberIdentity` and `Field::MemberStatus`.
    pub identity: Value,
    pub status: Value,
    pub note: Value,
    pub status_since: Value,
}

impl Person {
    /// Reads a record; `None` when it is not a member's.
    pub fn from_record(record: &Record) -> Option<Person> {
        let text = |field| record.text(field).unwrap_or_default().to_owned();
        (record.kind == Kind::Member).then(|| Person {
            id: record.id.into(),
            name: text(Field::MemberName),
            card_number: text(Field::MemberCardNumber),
            sex: match record.text(Field::MemberSex) {
                Some("female") => Sex::Female,
                Some("male") => Sex::Male,
                _ => Sex::Unknown,
            },
            birth_date: text(Field::MemberBirthDate),
            document_number: text(Field::MemberDocumentNumber),
            department: record.reference(Field::MemberDepartment).map(DepartmentId),
            title: text(Field::MemberTitle),
            identity: record.get(Field::MemberIdentity).clone(),
            status: record.get(Field::MemberStatus).clone(),
            note: record.get(Field::MemberNote).clone(),
            status_since: record.get(Field::MemberStatusSince).clone(),
        })
    }
    /// Goes to school here. Files often leave the identity out: whoever sits in a class without one is a pupil.
    pub fn is_pupil(&self) -> bool {
        (self.identity.is_null() || self.is("student")) && self.status.as_text() != Some("left")
    }
    pub fn is_staff(&self) -> bool {
        self.is("staff")
    }
    /// That is one of the person's identities.
    pub fn is(&self, identity: &str) -> bool {
        self.identity.as_text().is_some_and(|set| choice_words(set).any(|word| word == identity))
    }
    /// What the person is once they have left school: the rest stays.
    pub fn identity_of_graduate(&self) -> Value {
        let words = choice_words(self.identity.as_text().unwrap_or_default()).filter(|word| *word != "student");
        let typed: Vec<&str> = words.chain(["alumni"]).collect();
        // Words of the list only, which are put in its order.
        parse_choices(Field::MemberIdentity, &typed.join(";")).map_or_else(|| Value::from("alumni"), Value::text)
    }
}

/// Everything a plan is made from.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    pub tree: Tree,
    pub departments: HashMap<DepartmentId, Record>,
    pub people: Vec<Person>,
    /// Affiliations: further places, and who leads what.
    pub places: Vec<Record>,
    by_department: HashMap<DepartmentId, Vec<usize>>,
    by_id: HashMap<MemberId, usize>,
    places_in: HashMap<DepartmentId, Vec<usize>>,
}

/// Who leads a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    pub member: MemberId,
    pub affiliation: Option<AffiliationId>,
}

impl Roster {
    /// Takes records of departments and affiliations; others are left out.
    pub fn new(departments: Vec<Record>, people: Vec<Person>, places: Vec<Record>) -> Roster {
        let mut roster = Roster {
            tree: Tree::new(departments.iter().filter_map(Department::from_record)),
            departments: departments.into_iter().map(|record| (record.id.into(), record)).collect(),
            ..Roster::default()
        };
        for (place, person) in people.iter().enumerate() {
            roster.by_id.insert(person.id, place);
            if let Some(department) = person.department {
                roster.by_department.entry(department).or_default().push(place);
            }
        }
        for (place, record) in places.iter().enumerate() {
            if let Some(department) = record.reference(Field::AffiliationDepartment) {
                roster.places_in.entry(department.into()).or_default().push(place);
            }
        }
        Roster { people, places, ..roster }
    }

    pub fn person(&self, id: MemberId) -> Option<&Person> {
        self.by_id.get(&id).map(|place| &self.people[*place])
    }
    /// Indexes of the members whose main department it is.
    pub fn people_in(&self, department: DepartmentId) -> &[usize] {
        self.by_department.get(&department).map_or(&[], Vec::as_slice)
    }
    /// Affiliations with the department.
    pub fn places_in(&self, department: DepartmentId) -> impl Iterator<Item = &Record> {
        self.places_in.get(&department).into_iter().flatten().map(|place| &self.places[*place])
    }
    /// Who leads it: marked as its head, or called so.
    pub fn head_of(&self, department: DepartmentId) -> Option<Head> {
        let of = |record: &Record| {
            let member = MemberId(record.reference(Field::AffiliationMember)?);
            self.person(member)?;
            Some(Head { member, affiliation: Some(record.id.into()) })
        };
        let marked = self.places_in(department).filter(|record| record.text(Field::AffiliationRole) == Some("head"));
        let called = |title: Option<&str>| title.is_some_and(is_title_of_head);
        marked
            .filter_map(of)
            .next()
            .or_else(|| {
                self.places_in(department).filter(|record| called(record.text(Field::AffiliationTitle))).find_map(of)
            })
            .or_else(|| {
                let people = self.people_in(department).iter().map(|place| &self.people[*place]);
                let found = people.filter(|person| !person.is_pupil()).find(|person| called(Some(&person.title)))?;
                Some(Head { member: found.id, affiliation: None })
            })
    }
}

fn is_title_of_head(title: &str) -> bool {
    let title = title.to_lowercase();
    (title.contains("班主任") && !title.contains('副'))
        || ["head teacher", "form teacher", "homeroom teacher"].iter().any(|word| title.contains(word))
}
