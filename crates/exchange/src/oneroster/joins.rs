//! What stands in the other files beside the users: organisations, classes, who is in which, birth dates and roles.

use super::places::{Called, settle};
use super::table::{Files, Line};
use super::users::is_text;
use super::{
    CLASSES, DEMOGRAPHICS, ENROLLMENTS, Extent, KnownPlaces, MANIFEST, ORGS, OWN_PATH, ROLES, Remark, Renamed,
    SYSTEM_CODE, ToldPlace, USERS,
};
use crate::write::guard::unguarded;
use crate::{ExchangeError, Run};
use mingce_model::tree::{DEPTH_MAX, SEPARATORS};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// What the manifest says.
pub(crate) struct Manifest {
    pub extent: Extent,
    pub is_own: bool,
}

pub(crate) fn read_manifest(
    files: &mut Files,
    run: &mut Run<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Manifest, ExchangeError> {
    let mut found: HashMap<String, String> = HashMap::new();
    files.read(MANIFEST, 1_000, run, remarks, &mut |_, line| {
        found.insert(line.get("propertyname").to_ascii_lowercase(), line.get("value").to_ascii_lowercase());
        Ok(ControlFlow::Continue(()))
    })?;
    if !found.contains_key("manifest.version") || !found.contains_key("oneroster.version") {
        remarks.push(Remark::ManifestIncomplete);
    }
    let is = |property: &str, value: &str| found.get(property).is_some_and(|found| found == value);
    // Where the users did not change, another file says what kind of package it is.
    let tells_changes = found.iter().any(|(property, value)| property.starts_with("file.") && value == "delta");
    let is_delta = is("file.users", "delta") || tells_changes && !files.has(USERS);
    Ok(Manifest {
        extent: if is_delta { Extent::Delta } else { Extent::Bulk },
        is_own: is("source.systemcode", SYSTEM_CODE),
    })
}

struct Org {
    name: String,
    parent: String,
    /// Its path, where a package of ours says it.
    own_path: Option<String>,
}

struct Class {
    id: String,
    /// Where it is on the roster, whatever the package calls it.
    known: Option<String>,
    title: String,
    /// Its path, where a package of ours says it.
    own_path: Option<String>,
    school: String,
    is_homeroom: bool,
}

/// Classes of one user, and roles, that are kept.
const CLASSES_MAX: usize = 100;
const ROLES_MAX: usize = 16;

/// Everything that a user's row needs from elsewhere, by the user's `sourcedId`.
#[derive(Default)]
pub(crate) struct Joins {
    orgs: HashMap<String, Org>,
    classes: Vec<Class>,
    /// Classes of students, by number.
    classes_of: HashMap<String, Vec<u32>>,
    /// Classes whose primary teacher somebody is.
    heads_of: HashMap<String, Vec<u32>>,
    birth_dates: HashMap<String, String>,
    sexes: HashMap<String, &'static str>,
    /// Values of [`KEPT_DEMOGRAPHICS`], of those who have any.
    demographics: HashMap<String, [String; KEPT_DEMOGRAPHICS.len()]>,
    /// Which of them anybody has.
    has_demographics: [bool; KEPT_DEMOGRAPHICS.len()],
    /// Columns with values that are left where they are.
    demographics_dropped: Vec<String>,
    /// Of each the primary one first.
    roles: HashMap<String, Vec<String>>,
    /// Of those who have none any more the role that they had.
    roles_ended: HashMap<String, String>,
    org_of: HashMap<String, String>,
    /// Paths of classes that users are in no longer.
    left_by: HashMap<String, Vec<u32>>,
    /// Users that other files name, in the order in which they do.
    named: Vec<String>,
    /// Where everything that the roster has is once the names are changed.
    known: HashMap<String, String>,
    renamed: Vec<Renamed>,
}

impl Joins {
    pub(crate) fn read(
        files: &mut Files,
        (manifest, known): (&Manifest, &KnownPlaces),
        rows_max: u64,
        run: &mut Run<'_>,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ExchangeError> {
        let is_delta = manifest.extent == Extent::Delta;
        let own_path = |line: &Line<'_>| {
            let path = line.get(OWN_PATH);
            (manifest.is_own && line.has(OWN_PATH)).then(|| unguarded(&path).to_owned())
        };
        let mut joins = Self::default();
        let mut called = Vec::new();
        let mut named = Named { is_wanted: is_delta, ..Named::default() };
        let mut tally = Tally::default();
        files.read(ORGS, rows_max, run, remarks, &mut |row, line| {
            if !tally.is_deleted(line.is_deleted()) {
                let (id, name) = (line.get("sourcedid").into_owned(), step(&line.get("name")));
                called.push(Called { file: ORGS, row, id: id.clone(), name: name.clone() });
                let parent = line.get("parentsourcedid").into_owned();
                joins.orgs.insert(id, Org { name, parent, own_path: own_path(line) });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        tally.tell(ORGS, remarks);
        let mut class_numbers: HashMap<String, u32> = HashMap::new();
        files.read(CLASSES, rows_max, run, remarks, &mut |row, line| {
            if !tally.is_deleted(line.is_deleted()) {
                let (id, title) = (line.get("sourcedid").into_owned(), step(&line.get("title")));
                called.push(Called { file: CLASSES, row, id: id.clone(), name: title.clone() });
                class_numbers.insert(id.clone(), joins.classes.len() as u32);
                joins.classes.push(Class {
                    known: None,
                    id,
                    title,
                    own_path: own_path(line),
                    school: line.get("schoolsourcedid").into_owned(),
                    is_homeroom: line.get("classtype").eq_ignore_ascii_case("homeroom"),
                });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        tally.tell(CLASSES, remarks);
        // A whole package says itself where everything is.
        if is_delta {
            let settled = settle(&called, known);
            remarks.extend(settled.kept);
            (joins.known, joins.renamed) = (settled.paths, settled.renamed);
            for class in &mut joins.classes {
                class.known = joins.known.get(&class.id).cloned();
            }
        }
        // A pupil has many lessons.
        files.read(ENROLLMENTS, rows_max.saturating_mul(16), run, remarks, &mut |_, line| {
            let role = line.get("role");
            let is_student = role.eq_ignore_ascii_case("student");
            let is_head = role.eq_ignore_ascii_case("teacher") && line.get("primary").eq_ignore_ascii_case("true");
            let is_over = line.is_deleted();
            if !(is_student || is_head) || is_over && !is_delta {
                tally.is_deleted(is_over);
                return Ok(ControlFlow::Continue(()));
            }
            let (user, id) = (line.get("usersourcedid").into_owned(), line.get("classsourcedid"));
            let class = class_numbers.get(id.as_ref()).copied().or_else(|| joins.know_class(&id, &mut class_numbers));
            let Some(class) = class else {
                tally.loose += 1;
                return Ok(ControlFlow::Continue(()));
            };
            named.add(&user, &mut joins.named);
            if is_over {
                let left = joins.left_by.entry(user).or_default();
                if !left.contains(&class) && left.len() < CLASSES_MAX {
                    left.push(class);
                }
                return Ok(ControlFlow::Continue(()));
            }
            let of_role = if is_student { &mut joins.classes_of } else { &mut joins.heads_of };
            let classes = of_role.entry(user).or_default();
            if !classes.contains(&class) && classes.len() < CLASSES_MAX {
                classes.push(class);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        tally.tell(ENROLLMENTS, remarks);
        files.read(ROLES, rows_max.saturating_mul(4), run, remarks, &mut |_, line| {
            if tally.is_deleted(line.is_deleted()) {
                let role = line.get("role").to_ascii_lowercase();
                joins.roles_ended.insert(line.get("usersourcedid").into_owned(), role);
            } else {
                let user = line.get("usersourcedid").into_owned();
                named.add(&user, &mut joins.named);
                let is_primary = line.get("roletype").eq_ignore_ascii_case("primary");
                if is_primary || !joins.roles.contains_key(&user) {
                    joins.org_of.insert(user.clone(), line.get("orgsourcedid").into_owned());
                }
                let role = line.get("role").to_ascii_lowercase();
                let roles = joins.roles.entry(user).or_default();
                if is_primary {
                    roles.retain(|known| *known != role);
                    roles.insert(0, role);
                    roles.truncate(ROLES_MAX);
                } else if !roles.contains(&role) && roles.len() < ROLES_MAX {
                    roles.push(role);
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        tally.tell(ROLES, remarks);
        let mut are_filled: Vec<bool> = Vec::new();
        let found = files.read(DEMOGRAPHICS, rows_max, run, remarks, &mut |_, line| {
            if !tally.is_deleted(line.is_deleted()) {
                let user = line.get("sourcedid").into_owned();
                named.add(&user, &mut joins.named);
                for (index, _) in line.filled() {
                    are_filled.resize(are_filled.len().max(index + 1), false);
                    are_filled[index] = true;
                }
                let kept = KEPT_DEMOGRAPHICS.map(|column| fitting(&line.get(&column.to_ascii_lowercase())));
                if kept.iter().any(|value| !value.is_empty()) {
                    for (has, value) in joins.has_demographics.iter_mut().zip(&kept) {
                        *has |= !value.is_empty();
                    }
                    joins.demographics.insert(user.clone(), kept);
                }
                let sex = line.get("sex").to_ascii_lowercase();
                if let Some(word) = ["male", "female"].into_iter().find(|word| *word == sex) {
                    joins.sexes.insert(user.clone(), word);
                }
                let day = line.get("birthdate");
                if !day.is_empty() {
                    joins.birth_dates.insert(user, day.into_owned());
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        tally.tell(DEMOGRAPHICS, remarks);
        let is_dropped = |heading: &&String| {
            let read = ["sourcedid", "status", "datelastmodified", "birthdate", "sex", ""];
            let is_kept = KEPT_DEMOGRAPHICS.iter().any(|column| column.eq_ignore_ascii_case(heading));
            !read.contains(&heading.to_ascii_lowercase().as_str()) && !is_kept
        };
        let filled = found.iter().zip(are_filled).filter(|(_, is_filled)| *is_filled).map(|(heading, _)| heading);
        joins.demographics_dropped = filled.filter(is_dropped).cloned().collect();
        Ok(joins)
    }

    pub(crate) fn birth_date(&self, user: &str) -> &str {
        self.birth_dates.get(user).map_or("", String::as_str)
    }
    pub(crate) fn sex(&self, user: &str) -> &'static str {
        self.sexes.get(user).copied().unwrap_or_default()
    }
    /// Columns of the demographics that are kept and that anybody has something in, with their numbers.
    pub(crate) fn demographics_kept(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let has = self.has_demographics;
        KEPT_DEMOGRAPHICS.into_iter().enumerate().filter(move |(number, _)| has[*number])
    }
    pub(crate) fn demographic(&self, user: &str, number: usize) -> &str {
        self.demographics.get(user).and_then(|kept| kept.get(number)).map_or("", String::as_str)
    }
    /// Those with values that are not: what somebody is taken for by descent is nobody's to gather without being asked.
    pub(crate) fn demographics_dropped(&self) -> Vec<String> {
        self.demographics_dropped.clone()
    }
    /// In small letters; from `roles.csv` of 1.2, where the package has one.
    pub(crate) fn role(&self, user: &str) -> Option<&str> {
        self.roles(user).first().map(String::as_str)
    }
    /// A role that a row of the package ends.
    pub(crate) fn role_ended(&self, user: &str) -> Option<&str> {
        self.roles_ended.get(user).map(String::as_str)
    }
    /// All of them, the primary one first.
    pub(crate) fn roles(&self, user: &str) -> &[String] {
        self.roles.get(user).map_or(&[], Vec::as_slice)
    }
    pub(crate) fn org(&self, user: &str) -> Option<&str> {
        self.org_of.get(user).map(String::as_str)
    }

    pub(crate) fn has_heads(&self) -> bool {
        !self.heads_of.is_empty()
    }

    /// Paths of the classes whose primary teacher the user is.
    pub(crate) fn led_by(&self, user: &str) -> Vec<String> {
        let numbers = self.heads_of.get(user).into_iter().flatten();
        numbers.map(|number| self.class_path(&self.classes[*number as usize])).collect()
    }

    /// Paths of the classes that the user is in no longer, and in none of whose places it stays.
    pub(crate) fn left_by(&self, user: &str) -> Vec<String> {
        let Some(left) = self.left_by.get(user) else { return Vec::new() };
        let path = |number: &u32| self.class_path(&self.classes[*number as usize]);
        let stays = self.classes_of.get(user).into_iter().chain(self.heads_of.get(user)).flatten();
        let stays: Vec<String> = stays.map(path).collect();
        left.iter().map(path).filter(|path| !stays.contains(path)).collect()
    }

    /// Users that other files name.
    pub(crate) fn named(&self) -> &[String] {
        &self.named
    }

    /// Classes and organisations that the package tells, with their paths in it.
    pub(crate) fn places_told(&self) -> Vec<ToldPlace> {
        // What only the roster has, a class of it that is named by an enrolment, is not told.
        let classes = self.classes.iter().filter(|class| !class.title.is_empty());
        let class =
            |class: &Class| ToldPlace { id: class.id.clone(), path: self.class_path(class), name: class.title.clone() };
        let org =
            |(id, org): (&String, &Org)| ToldPlace { id: id.clone(), path: self.org_path(id), name: org.name.clone() };
        self.orgs.iter().map(org).chain(classes.map(class)).collect()
    }

    /// Departments that the package calls otherwise than it did.
    pub(crate) fn renamed(&self) -> &[Renamed] {
        &self.renamed
    }

    /// A class that only the roster has, as one of the package's.
    fn know_class(&mut self, id: &str, numbers: &mut HashMap<String, u32>) -> Option<u32> {
        let known = self.known.get(id)?.clone();
        let number = self.classes.len() as u32;
        numbers.insert(id.to_owned(), number);
        let class = Class {
            id: id.to_owned(),
            known: Some(known),
            title: String::new(),
            own_path: None,
            school: String::new(),
            is_homeroom: false,
        };
        self.classes.push(class);
        Some(number)
    }

    fn class_path(&self, class: &Class) -> String {
        match class.known.as_ref().or(class.own_path.as_ref()) {
            Some(path) => path.clone(),
            None => join(&self.org_path(&class.school), &class.title),
        }
    }

    /// The departments of a user, the main one first, parted by `;`: a pupil's class, or else the organisation.
    pub(crate) fn departments(&self, user: &str, orgs: &[String]) -> String {
        let mut paths = Vec::new();
        if let Some(classes) = self.classes_of.get(user) {
            let mut classes: Vec<&Class> = classes.iter().map(|number| &self.classes[*number as usize]).collect();
            classes.sort_by_key(|class| !class.is_homeroom);
            paths.extend(classes.into_iter().map(|class| self.class_path(class)));
        }
        if paths.is_empty() { self.org_paths(orgs) } else { paths.join(";") }
    }

    /// Whether a row of the package puts the user into a class.
    pub(crate) fn is_enrolled(&self, user: &str) -> bool {
        self.classes_of.contains_key(user)
    }

    /// The organisations themselves, parted by `;`.
    pub(crate) fn org_paths(&self, orgs: &[String]) -> String {
        let paths: Vec<String> = orgs.iter().map(|org| self.org_path(org)).filter(|path| !path.is_empty()).collect();
        paths.join(";")
    }

    fn org_path(&self, org: &str) -> String {
        let mut names = Vec::new();
        let mut at = org;
        loop {
            if let Some(path) = self.known.get(at) {
                names.push(path.as_str());
                break;
            }
            let Some(org) = self.orgs.get(at).filter(|_| names.len() < DEPTH_MAX) else { break };
            if let Some(path) = &org.own_path {
                names.extend(Some(path.as_str()).filter(|path| !path.is_empty()));
                break;
            }
            names.push(org.name.as_str());
            at = &org.parent;
        }
        names.reverse();
        names.join("/")
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// A name as one step of a path: marks that part steps and departments would make it several.
fn step(name: &str) -> String {
    name.replace(SEPARATORS, "-").replace([';', '；'], "、")
}

/// Users that were named already.
#[derive(Default)]
struct Named {
    /// Only of a package that tells of changes; a whole one has a row for each.
    is_wanted: bool,
    seen: HashSet<String>,
}

impl Named {
    fn add(&mut self, user: &str, named: &mut Vec<String>) {
        if self.is_wanted && !user.is_empty() && self.seen.insert(user.to_owned()) {
            named.push(user.to_owned());
        }
    }
}

/// Rows of one file that lead nowhere.
#[derive(Default)]
struct Tally {
    deleted: u64,
    loose: u64,
}

impl Tally {
    fn is_deleted(&mut self, is_deleted: bool) -> bool {
        self.deleted += u64::from(is_deleted);
        is_deleted
    }

    fn tell(&mut self, file: &'static str, remarks: &mut Vec<Remark>) {
        let told = std::mem::take(self);
        if told.deleted > 0 {
            remarks.push(Remark::RowsDeleted { file, rows: told.deleted });
        }
        if told.loose > 0 {
            remarks.push(Remark::LooseReferences { file, rows: told.loose });
        }
    }
}

/// Columns of the demographics that say where somebody comes from and lives, for which a roster has no place.
const KEPT_DEMOGRAPHICS: [&str; 4] =
    ["countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus"];

/// A value that a field of text takes.
fn fitting(value: &str) -> String {
    if is_text(value) { value.to_owned() } else { String::new() }
}

/// The files that are read.
pub(crate) const READ: [&str; 7] = [MANIFEST, ORGS, CLASSES, USERS, ROLES, ENROLLMENTS, DEMOGRAPHICS];
