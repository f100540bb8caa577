//! The rows of a package, file by file: what stands in them for the departments, for a member, for guardians. A whole
//! package is written from them, and one that tells of changes.

use super::{METADATA_PREFIX, OWN_PATH, OWN_PREFIX, names};
use crate::write::guard::guarded;
use crate::write::{ExportGuardian, ExportPlace, ExportRow};
use jiff::civil::Date;
use mingce_model::tree::{Department, Tree};
use mingce_model::{DepartmentId, Field, RecordId, choice_words};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

/// Takes a row: values by the names of their columns; every other column is blank.
pub(super) type Put<'p, E> = &'p mut dyn FnMut(&[(&str, &str)]) -> Result<(), E>;

/// The school year that a package's classes belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    pub start: Date,
    pub end: Date,
}

impl Period {
    /// The school year of a day: from 1 September to 31 August.
    pub fn of(today: Date) -> Self {
        let year = if today.month() >= 9 { today.year() } else { today.year() - 1 };
        let day = |year: i16, month: i8, day: i8| Date::new(year, month, day).unwrap_or(today);
        Self { start: day(year, 9, 1), end: day(year + 1, 8, 31) }
    }
}

/// Fields that only columns of our own can hold.
const OWN_FIELDS: [Field; 13] = [
    Field::MemberName,
    Field::MemberDocumentKind,
    Field::MemberDocumentNumber,
    Field::MemberIdentity,
    Field::MemberTitle,
    Field::MemberEntryYear,
    Field::MemberAddress,
    Field::MemberValidFrom,
    Field::MemberValidUntil,
    Field::MemberStatus,
    Field::MemberStatusSince,
    Field::MemberNote,
    Field::MemberChipNumbers,
];
const OWN_WORDS: [&str; 6] = ["department", "relations", "confirmations", "further_departments", "leads", "deputy_of"];

pub(super) const ROOT: &str = "organisation";
const COURSE: &str = "homeroom";
const SESSION: &str = "school-year";

pub(super) fn session<E>(today: Date, put: Put<'_, E>) -> Result<(), E> {
    let year = Period::of(today);
    put(&[
        ("sourcedId", SESSION),
        ("title", &format!("{}-{}", year.start.year(), year.end.year())),
        ("type", "schoolYear"),
        ("startDate", &year.start.to_string()),
        ("endDate", &year.end.to_string()),
        // The year in which it ends (1.2.1, 4.9).
        ("schoolYear", &year.end.year().to_string()),
    ])
}

pub(super) fn courses<E>(put: Put<'_, E>) -> Result<(), E> {
    put(&[("sourcedId", COURSE), ("schoolYearSourcedId", SESSION), ("title", "Homeroom"), ("orgSourcedId", ROOT)])
}

/// Where departments go: classes with nobody below them are classes, all others organisations.
pub(super) struct Places {
    tree: Tree,
}

impl Places {
    pub(super) fn new(departments: &[Department]) -> Self {
        Self { tree: Tree::new(departments.iter().cloned()) }
    }

    fn is_class(&self, id: DepartmentId) -> bool {
        self.tree.get(id).is_some_and(|it| it.kind == "class") && self.tree.children(Some(id)).is_empty()
    }

    fn org_type(kind: &str) -> &'static str {
        match kind {
            "school" | "campus" => "school",
            _ => "department",
        }
    }

    /// The organisation that a member of the department belongs to.
    fn org_of(&self, department: Option<RecordId>) -> String {
        let Some(id) = department.map(DepartmentId) else { return ROOT.to_owned() };
        let at = if self.is_class(id) { self.tree.get(id).and_then(|it| it.parent) } else { Some(id) };
        at.map_or_else(|| ROOT.to_owned(), |id| id.0.to_string())
    }

    /// The school that a class belongs to: the nearest above, or the organisation itself.
    fn school_of(&self, class: DepartmentId) -> String {
        let line = self.tree.line(class);
        let school = line.iter().rev().find(|it| Self::org_type(&it.kind) == "school");
        school.map_or_else(|| ROOT.to_owned(), |it| it.id.0.to_string())
    }

    pub(super) fn orgs<E>(&self, organisation_name: &str, put: Put<'_, E>) -> Result<(), E> {
        put(&[("sourcedId", ROOT), ("name", organisation_name), ("type", "school")])?;
        for (id, _) in self.tree.in_order() {
            let Some(department) = self.tree.get(id).filter(|_| !self.is_class(id)) else { continue };
            let parent = department.parent.map_or_else(|| ROOT.to_owned(), |id| id.0.to_string());
            put(&[
                ("sourcedId", &id.0.to_string()),
                ("name", &department.name),
                ("type", Self::org_type(&department.kind)),
                ("parentSourcedId", &parent),
                (OWN_PATH, &guarded(&self.tree.path(id))),
            ])?;
        }
        Ok(())
    }

    pub(super) fn classes<E>(&self, put: Put<'_, E>) -> Result<(), E> {
        for (id, _) in self.tree.in_order() {
            let Some(class) = self.tree.get(id).filter(|_| self.is_class(id)) else { continue };
            put(&[
                ("sourcedId", &id.0.to_string()),
                ("title", &class.name),
                ("courseSourcedId", COURSE),
                ("classType", "homeroom"),
                ("schoolSourcedId", &self.school_of(id)),
                ("termSourcedIds", SESSION),
                (OWN_PATH, &guarded(&self.tree.path(id))),
            ])?;
        }
        Ok(())
    }

    /// Where the member is in which role. `with_primary` are the classes whose primary teacher was told.
    pub(super) fn enrollments<E>(
        &self,
        row: &ExportRow,
        with_primary: &mut HashSet<DepartmentId>,
        put: Put<'_, E>,
    ) -> Result<(), E> {
        let identity = row.member.text(Field::MemberIdentity).unwrap_or_default();
        let is = |wanted: &[&str]| choice_words(identity).any(|word| wanted.contains(&word));
        let (is_pupil, is_staff) = (is(&["student", "alumni"]), is(&["staff"]));
        let is_class = |class: &DepartmentId| self.is_class(*class);
        let own = row.member.reference(Field::MemberDepartment).map(DepartmentId).filter(is_class);
        let in_classes = |is_wanted: &dyn Fn(&ExportPlace) -> bool| -> BTreeSet<DepartmentId> {
            let wanted = row.places.iter().filter(|place| is_wanted(place));
            wanted.map(|place| DepartmentId(place.department)).filter(is_class).collect()
        };
        // Two places in one class may both be those of its head; it is one enrolment.
        let led = in_classes(&|place| place.role.as_deref() == Some("head") && (is_staff || !is_pupil));
        let placed = in_classes(&|_| true);
        let user = row.member.id.to_string();
        for class in own.iter().chain(placed.iter().filter(|class| own != Some(**class))) {
            let is_teacher = is_staff && !is_pupil || led.contains(class);
            // "Only one teacher should be designated as the primary teacher for a class" (1.2.1, 4.6).
            let is_primary = led.contains(class) && with_primary.insert(*class);
            let is_own = own == Some(*class);
            let id = if is_own { format!("enrollment-{user}") } else { format!("enrollment-{user}-{}", class.0) };
            put(&[
                ("sourcedId", &id),
                ("classSourcedId", &class.0.to_string()),
                ("schoolSourcedId", &self.school_of(*class)),
                ("userSourcedId", &user),
                ("role", if is_teacher { "teacher" } else { "student" }),
                // Only teachers can be the primary one: the class's head.
                (
                    "primary",
                    if !is_teacher {
                        ""
                    } else if is_primary {
                        "true"
                    } else {
                        "false"
                    },
                ),
            ])?;
        }
        Ok(())
    }

    pub(super) fn roles<E>(&self, row: &ExportRow, put: Put<'_, E>) -> Result<(), E> {
        let identity = row.member.text(Field::MemberIdentity).unwrap_or_default();
        let org = self.org_of(row.member.reference(Field::MemberDepartment));
        let user = row.member.id.to_string();
        for (place, role) in roles(identity).into_iter().enumerate() {
            role_of(&user, place, role, &org, put)?;
        }
        Ok(())
    }
}

fn role_of<E>(user: &str, place: usize, role: &str, org: &str, put: Put<'_, E>) -> Result<(), E> {
    let id = if place == 0 { format!("role-{user}") } else { format!("role-{user}-{place}") };
    put(&[
        ("sourcedId", &id),
        ("userSourcedId", user),
        ("roleType", if place == 0 { "primary" } else { "secondary" }),
        ("role", role),
        ("orgSourcedId", org),
    ])
}

pub(super) fn guardian_roles<E>(guardian: &ExportGuardian, put: Put<'_, E>) -> Result<(), E> {
    role_of(&guardian_id(guardian), 0, guardian_role(guardian), ROOT, put)
}

pub(super) fn demographics<E>(row: &ExportRow, put: Put<'_, E>) -> Result<(), E> {
    let sex = row.member.text(Field::MemberSex).unwrap_or_default();
    let day = row.member.text(Field::MemberBirthDate).unwrap_or_default();
    if sex.is_empty() && day.is_empty() {
        return Ok(());
    }
    put(&[("sourcedId", &row.member.id.to_string()), ("birthDate", day), ("sex", sex)])
}

/// The rows of `users.csv`, with the columns of ours.
pub(super) struct Users {
    own: Vec<String>,
}

impl Users {
    /// `more` are the headings of the rows' own `more` cells.
    pub(super) fn new(more: &[String]) -> Self {
        let fields = OWN_FIELDS.iter().map(|field| format!("{OWN_PREFIX}{}", field.name()));
        let words = OWN_WORDS.iter().map(|word| format!("{OWN_PREFIX}{word}"));
        Self {
            own: fields.chain(words).chain(more.iter().map(|heading| format!("{METADATA_PREFIX}{heading}"))).collect(),
        }
    }

    /// The columns behind those of the standard.
    pub(super) fn columns(&self) -> &[String] {
        &self.own
    }

    pub(super) fn guardian<E>(&self, guardian: &ExportGuardian, put: Put<'_, E>) -> Result<(), E> {
        let id = guardian_id(guardian);
        let (family, given) = names::parted(&guardian.name);
        put(&[
            ("sourcedId", &id),
            ("enabledUser", "true"),
            ("orgSourcedIds", ROOT),
            ("role", guardian_role(guardian)),
            ("username", &id),
            ("givenName", &given),
            ("familyName", &family),
            ("sms", guardian.phone.as_deref().unwrap_or_default()),
            ("primaryOrgSourcedId", ROOT),
            (&self.own[0], &guarded(&guardian.name)),
        ])
    }

    pub(super) fn member<E>(&self, row: &ExportRow, places: &Places, put: Put<'_, E>) -> Result<(), E> {
        let member = &row.member;
        let text = |field: Field| member.text(field).unwrap_or_default();
        let id = member.id.to_string();
        let org = places.org_of(member.reference(Field::MemberDepartment));
        let (family, given) = names::parted(text(Field::MemberName));
        let agents: Vec<String> = row.guardians.iter().map(guardian_id).collect();
        let relations: Vec<&str> =
            row.guardians.iter().map(|guardian| guardian.relation.as_deref().unwrap_or_default()).collect();
        let confirmations: Vec<&str> =
            row.guardians.iter().map(|guardian| if guardian.may_confirm { "yes" } else { "no" }).collect();
        let (agents, relations, confirmations) = (agents.join(","), relations.join(","), confirmations.join(","));
        let is_enabled = text(Field::MemberStatus) == "active";
        let mut values: Vec<(&str, Cow<'_, str>)> = vec![
            ("sourcedId", Cow::Borrowed(&id)),
            ("enabledUser", Cow::Borrowed(if is_enabled { "true" } else { "false" })),
            ("orgSourcedIds", Cow::Borrowed(&org)),
            ("role", Cow::Borrowed(roles(text(Field::MemberIdentity))[0])),
            ("username", Cow::Borrowed(&id)),
            ("givenName", Cow::Borrowed(&given)),
            ("familyName", Cow::Borrowed(&family)),
            ("identifier", Cow::Borrowed(text(Field::MemberCardNumber))),
            ("email", Cow::Borrowed(text(Field::MemberEmail))),
            ("sms", Cow::Borrowed(text(Field::MemberPhone))),
            ("agentSourcedIds", Cow::Borrowed(&agents)),
            ("primaryOrgSourcedId", Cow::Borrowed(&org)),
        ];
        let department = row.department.as_deref().unwrap_or_default();
        let own_values: Vec<String> = OWN_FIELDS
            .iter()
            .map(|field| member.get(*field).to_string())
            .chain([department.to_owned(), relations, confirmations, row.further_departments()])
            .chain([row.led_as("head"), row.led_as("deputy")])
            .chain(row.more.iter().cloned())
            .collect();
        for (column, value) in self.own.iter().zip(&own_values) {
            values.push((column, guarded(value)));
        }
        let values: Vec<(&str, &str)> = values.iter().map(|(column, value)| (*column, value.as_ref())).collect();
        put(&values)
    }
}

/// The nearest roles, the first of which is the primary one; the exact identities stand in a column of ours. At least one.
fn roles(identity: &str) -> Vec<&'static str> {
    let mut roles = Vec::new();
    for word in choice_words(identity) {
        let role = match word {
            "staff" => "teacher",
            "other" => "aide",
            "parent" => "parent",
            _ => "student",
        };
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    if roles.is_empty() {
        roles.push("student");
    }
    roles
}

fn guardian_role(guardian: &ExportGuardian) -> &'static str {
    match guardian.relation.as_deref() {
        Some("father" | "mother") => "parent",
        Some("grandparent") => "relative",
        _ => "guardian",
    }
}

/// Guardians are the same where name and phone are: brothers and sisters share one.
pub(super) fn guardian_key(guardian: &ExportGuardian) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(guardian.name.as_bytes());
    hash.update([0]);
    hash.update(guardian.phone.as_deref().unwrap_or_default().as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}

fn guardian_id(guardian: &ExportGuardian) -> String {
    let digits: String = guardian_key(guardian).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("guardian-{digits}")
}
