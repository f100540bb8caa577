//! Made-up people of a made-up school, as many as wanted. Person `i` under a seed is the same however many are asked for,
//! so that a small roster is the beginning of a large one.

mod names;
mod numbers;

pub use names::NameKind;

use crate::Random;
use crate::clock::TODAY;
use jiff::civil::{Date, date};
use mingce_model::{DepartmentId, Field, Kind, Record, RecordId};
use names::{given_name, name_kind, surname, whole_name};
use numbers::{Identity, eight_digits, phone};

/// People in one class, its teacher among them as the last.
const CLASS_SIZE: u64 = 45;
const GRADES: [&str; 6] = ["初一", "初二", "初三", "高一", "高二", "高三"];
const CLASSES_IN_GRADE: u64 = 20;
/// Phone numbers set aside for each person: their own and two guardians'.
const PHONES_EACH: u64 = 3;

/// A made-up member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    pub index: u64,
    pub name: String,
    pub name_kind: NameKind,
    /// Different for every index.
    pub card_number: String,
    /// A word of `Field::MemberSex`, and so on for the other choices.
    pub sex: &'static str,
    pub birth_date: Date,
    /// Different for every index.
    pub phone: String,
    pub document_kind: &'static str,
    /// Sound in itself and different for every index below two million.
    pub document_number: String,
    pub identity: &'static str,
    /// Departments from the outermost to the class.
    pub department: Vec<String>,
    pub title: Option<&'static str>,
    pub entry_year: i64,
    pub email: Option<String>,
    pub address: Option<String>,
    pub valid_until: Option<Date>,
    /// None, one or two; of brothers and sisters the same.
    pub guardians: Vec<MadeUpGuardian>,
}

/// A made-up guardian.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeUpGuardian {
    pub name: String,
    /// Tells guardians apart.
    pub phone: String,
    /// A word of `Field::GuardianshipRelation`.
    pub relation: &'static str,
}

/// The first `count` people of the roster that belongs to the seed.
pub fn people(count: u64, seed: u64) -> impl Iterator<Item = Person> + Clone {
    (0..count).map(move |index| person(index, seed))
}

/// Person `index` of the roster that belongs to the seed.
pub fn person(index: u64, seed: u64) -> Person {
    let mut person = alone(index, seed);
    // One pupil in sixty has the one before as brother or sister.
    if person.identity == "student" && person.name_kind == NameKind::Han && is_sibling(index, seed) {
        let elder = alone(index - 1, seed);
        if elder.name_kind == NameKind::Han {
            let mut random = Random::for_index(seed ^ 1, index);
            let family: String = elder.surname();
            person.name = format!("{family}{}", given_name(&mut random, person.sex));
            person.guardians = elder.guardians;
        }
    }
    person
}

fn is_sibling(index: u64, seed: u64) -> bool {
    !index.is_multiple_of(CLASS_SIZE)
        && Random::for_index(seed ^ 2, index).below(60) == 0
        && !is_sibling(index - 1, seed)
}

fn alone(index: u64, seed: u64) -> Person {
    let mut random = Random::for_index(seed, index);
    let place = Place::of(index);
    let identity = place.identity(seed);
    let kind = name_kind(&mut random);
    let surname = surname(&mut random);
    let name = whole_name(&mut random, kind, &surname, identity.sex);
    let (document_kind, document_number) = match (kind, random.below(1000)) {
        (NameKind::Latin, _) => ("passport", format!("E{}", eight_digits(seed, index))),
        (_, 0..=4) => ("hong_kong_macau_permit", format!("H{}", eight_digits(seed, index))),
        (_, 5..=6) => ("taiwan_permit", eight_digits(seed, index)),
        (_, 7..=9) => ("residence_permit", identity.residence_permit(index)),
        _ => ("resident_id", identity.resident_id()),
    };
    let email = random.percent(30).then(|| format!("m{index}@example.com"));
    let address = random.percent(50).then(|| {
        format!(
            "杭州市西湖区文三路{}号{}单元{}室",
            1 + random.below(800),
            1 + random.below(6),
            101 + random.below(1800)
        )
    });
    let guardians = if place.is_teacher { Vec::new() } else { guardians(&mut random, index, seed, kind, &surname) };
    Person {
        index,
        name,
        name_kind: kind,
        card_number: format!("{}{index:07}", place.entry_year),
        sex: identity.sex,
        birth_date: identity.birth_date,
        phone: phone(seed, index * PHONES_EACH),
        document_kind,
        document_number,
        identity: if place.is_teacher { "staff" } else { "student" },
        department: place.department(),
        title: place.is_teacher.then_some("班主任"),
        entry_year: place.entry_year,
        email,
        address,
        valid_until: (!place.is_teacher).then(|| date(place.entry_year as i16 + 3, 6, 30)),
        guardians,
    }
}

fn guardians(random: &mut Random, index: u64, seed: u64, kind: NameKind, family: &str) -> Vec<MadeUpGuardian> {
    let kind = if kind == NameKind::Rare { NameKind::Han } else { kind };
    let mut guardian = |relation: &'static str, sex: &str, family: &str, number: u64| MadeUpGuardian {
        name: whole_name(random, kind, family, sex),
        phone: phone(seed, index * PHONES_EACH + number),
        relation,
    };
    let mother = {
        let mut random = Random::for_index(seed ^ 3, index);
        surname(&mut random)
    };
    match index % 10 {
        0..=5 => vec![guardian("father", "male", family, 1), guardian("mother", "female", &mother, 2)],
        6 | 7 => vec![guardian("mother", "female", &mother, 2)],
        8 => vec![guardian("father", "male", family, 1)],
        _ => vec![guardian("grandparent", "male", family, 1)],
    }
}

/// Where in the school an index stands: classes are filled one after the other, one of each grade in turn, so that every
/// roster of some hundreds has all grades.
struct Place {
    campus: u64,
    grade: u64,
    class: u64,
    /// The place among all people of the grade, or among all teachers.
    within: u64,
    is_teacher: bool,
    entry_year: i64,
}

impl Place {
    fn of(index: u64) -> Place {
        let (class, seat) = (index / CLASS_SIZE, index % CLASS_SIZE);
        let grades = GRADES.len() as u64;
        let (grade, round) = (class % grades, class / grades);
        let is_teacher = seat == CLASS_SIZE - 1;
        let year = i64::from(TODAY.year());
        Place {
            campus: round / CLASSES_IN_GRADE,
            grade,
            class: round % CLASSES_IN_GRADE + 1,
            within: if is_teacher { class } else { round * CLASS_SIZE + seat },
            is_teacher,
            entry_year: if is_teacher { year - 1 - (class % 20) as i64 } else { year - (grade % 3) as i64 },
        }
    }

    /// Pupils of the first grade turn 13 in their school year; teachers were born from 1970 to 1999.
    fn identity(&self, seed: u64) -> Identity {
        if self.is_teacher {
            Identity::of(seed, self.within, date(1970, 1, 1), 30 * 365)
        } else {
            Identity::of(seed, self.within, date(TODAY.year() - 13 - self.grade as i16, 9, 1), 365)
        }
    }

    fn department(&self) -> Vec<String> {
        let mut names = Vec::with_capacity(3);
        if self.campus > 0 {
            names.push(format!("第{}校区", self.campus + 1));
        }
        names.push(GRADES[self.grade as usize].to_owned());
        names.push(format!("{}班", self.class));
        names
    }
}

impl Person {
    /// `高一/3班`.
    pub fn department_path(&self) -> String {
        self.department.join("/")
    }

    /// The family name of a Han name.
    fn surname(&self) -> String {
        let length = if names::is_compound(&self.name) { 2 } else { 1 };
        self.name.chars().take(length).collect()
    }

    /// The person as a member's record, active.
    pub fn to_record(&self, id: RecordId, department: Option<DepartmentId>) -> Record {
        let mut record = Record::empty(Kind::Member, id)
            .with(Field::MemberName, self.name.as_str())
            .with(Field::MemberCardNumber, self.card_number.as_str())
            .with(Field::MemberSex, self.sex)
            .with(Field::MemberBirthDate, self.birth_date.to_string())
            .with(Field::MemberPhone, self.phone.as_str())
            .with(Field::MemberDocumentKind, self.document_kind)
            .with(Field::MemberDocumentNumber, self.document_number.as_str())
            .with(Field::MemberIdentity, self.identity)
            .with(Field::MemberEntryYear, self.entry_year)
            .with(Field::MemberStatus, "active")
            .with(Field::MemberTitle, self.title.unwrap_or_default())
            .with(Field::MemberEmail, self.email.as_deref().unwrap_or_default())
            .with(Field::MemberAddress, self.address.as_deref().unwrap_or_default());
        if let Some(until) = self.valid_until {
            record.set(Field::MemberValidUntil, until.to_string());
        }
        if let Some(department) = department {
            record.set(Field::MemberDepartment, department.0);
        }
        record
    }
}

impl MadeUpGuardian {
    /// The guardian as a record; the relation stands in the guardianship.
    pub fn to_record(&self, id: RecordId) -> Record {
        Record::empty(Kind::Guardian, id)
            .with(Field::GuardianName, self.name.as_str())
            .with(Field::GuardianPhone, self.phone.as_str())
    }
}

#[cfg(test)]
mod tests;
