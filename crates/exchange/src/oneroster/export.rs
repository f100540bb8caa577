//! A roster as a OneRoster package, by the letter: every column of the version in its order, every reference present,
//! UTF-8 without a mark, CRLF, booleans in small letters, status and dates left blank as bulk mode asks.
//!
//! What OneRoster has no column for stands in columns of our own, so that reading the package again changes nothing.
//! Files of this kind are read by programs; only our own columns are guarded against being run by a spreadsheet.

use super::{
    CLASSES, COURSES, DEMOGRAPHICS, ENROLLMENTS, MANIFEST, METADATA_PREFIX, ORGS, OWN_PREFIX, OneRosterVersion, ROLES,
    SESSIONS, SYSTEM_CODE, USERS, data_files, headings, names,
};
use crate::write::guard::guarded;
use crate::write::{ExportError, ExportGuardian, ExportPlace, ExportRow, ExportSummary};
use crate::{ExchangeError, Run};
use jiff::civil::Date;
use mingce_model::tree::{Department, Tree};
use mingce_model::{DepartmentId, Field, RecordId, choice_words};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Seek, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What a package has to know beside the members.
#[derive(Clone, Debug)]
pub struct OneRosterOptions {
    pub version: OneRosterVersion,
    pub organisation_name: String,
    /// From which the school year is told.
    pub today: Date,
}

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

const ROOT: &str = "organisation";
const COURSE: &str = "homeroom";
const SESSION: &str = "school-year";

/// Writes the members. They are gone through several times, once for each file that has a row for each: `rows` begins
/// anew every time it is called, and has to give the same.
pub fn export_one_roster<E, I>(
    rows: &mut dyn FnMut() -> I,
    departments: &[Department],
    options: &OneRosterOptions,
    target: impl Write + Seek,
    run: &mut Run<'_>,
) -> Result<ExportSummary, ExportError<E>>
where
    I: Iterator<Item = Result<ExportRow, E>>,
{
    export_one_roster_with(rows, departments, options, &[], target, run)
}

/// How many times all members are gone through.
pub fn passes(version: OneRosterVersion) -> usize {
    if version == OneRosterVersion::V1p2 { 4 } else { 3 }
}

/// `export_one_roster` with more columns, which have these headings and the rows' own `more` cells.
pub fn export_one_roster_with<E, I>(
    rows: &mut dyn FnMut() -> I,
    departments: &[Department],
    options: &OneRosterOptions,
    more: &[String],
    target: impl Write + Seek,
    run: &mut Run<'_>,
) -> Result<ExportSummary, ExportError<E>>
where
    I: Iterator<Item = Result<ExportRow, E>>,
{
    let tree = Tree::new(departments.iter().cloned());
    let mut package = Package { zip: ZipWriter::new(target), version: options.version };
    let places = Places { tree: &tree };
    package.manifest()?;
    package.session(options)?;
    package.orgs(&places, options)?;
    package.courses(options)?;
    package.classes(&places)?;
    let summary = package.users(rows(), &places, more, run)?;
    if options.version == OneRosterVersion::V1p2 {
        package.roles(rows(), &places, run)?;
    }
    package.enrollments(rows(), &places, run)?;
    package.demographics(rows(), run)?;
    let mut target = package.zip.finish().map_err(zip_failed)?;
    target.flush().map_err(failed)?;
    Ok(summary)
}

/// Where departments go: classes with nobody below them are classes, all others organisations.
struct Places<'t> {
    tree: &'t Tree,
}

impl Places<'_> {
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
}

fn failed(error: io::Error) -> ExchangeError {
    ExchangeError::WriteFailed(error.kind())
}

fn zip_failed(error: zip::result::ZipError) -> ExchangeError {
    match error {
        zip::result::ZipError::Io(error) => failed(error),
        _ => ExchangeError::WriteFailed(io::ErrorKind::Other),
    }
}

fn csv_failed(error: csv::Error) -> ExchangeError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => failed(error),
        _ => ExchangeError::WriteFailed(io::ErrorKind::Other),
    }
}

struct Package<W: Write + Seek> {
    zip: ZipWriter<W>,
    version: OneRosterVersion,
}

/// One file while it is written.
struct File<'z, W: Write + Seek> {
    csv: csv::Writer<&'z mut ZipWriter<W>>,
    columns: Vec<Cow<'static, str>>,
}

impl<W: Write + Seek> File<'_, W> {
    /// Writes a row of the values named; every other column is blank.
    fn row(&mut self, values: &[(&str, &str)]) -> Result<(), ExchangeError> {
        let value =
            |column: &Cow<'static, str>| values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| *value);
        self.csv.write_record(self.columns.iter().map(value)).map_err(csv_failed)
    }

    fn finish(mut self) -> Result<(), ExchangeError> {
        self.csv.flush().map_err(failed)
    }
}

impl<W: Write + Seek> Package<W> {
    fn file(&mut self, name: &str, more: &[String]) -> Result<File<'_, W>, ExchangeError> {
        self.zip.start_file(name, SimpleFileOptions::default().large_file(true)).map_err(zip_failed)?;
        let mut columns: Vec<Cow<'static, str>> = headings(self.version, name).map(Cow::Borrowed).collect();
        columns.extend(more.iter().cloned().map(Cow::Owned));
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut self.zip);
        csv.write_record(columns.iter().map(Cow::as_ref)).map_err(csv_failed)?;
        Ok(File { csv, columns })
    }

    fn manifest(&mut self) -> Result<(), ExchangeError> {
        let version = self.version;
        let mut file = self.file(MANIFEST, &[])?;
        let mut say = |name: &str, value: &str| file.row(&[("propertyName", name), ("value", value)]);
        say("manifest.version", "1.0")?;
        say("oneroster.version", if version == OneRosterVersion::V1p1 { "1.1" } else { "1.2" })?;
        let written = [SESSIONS, ORGS, COURSES, CLASSES, USERS, ENROLLMENTS, DEMOGRAPHICS];
        for name in data_files(version) {
            let is_written = written.iter().chain(Some(&ROLES)).any(|file| file.strip_suffix(".csv") == Some(name));
            say(&format!("file.{name}"), if is_written { "bulk" } else { "absent" })?;
        }
        say("source.systemName", "Mingce")?;
        say("source.systemCode", SYSTEM_CODE)?;
        file.finish()
    }

    fn session(&mut self, options: &OneRosterOptions) -> Result<(), ExchangeError> {
        let year = Period::of(options.today);
        let mut file = self.file(SESSIONS, &[])?;
        file.row(&[
            ("sourcedId", SESSION),
            ("title", &format!("{}-{}", year.start.year(), year.end.year())),
            ("type", "schoolYear"),
            ("startDate", &year.start.to_string()),
            ("endDate", &year.end.to_string()),
            // The year in which it ends (1.2.1, 4.9).
            ("schoolYear", &year.end.year().to_string()),
        ])?;
        file.finish()
    }

    fn orgs(&mut self, places: &Places<'_>, options: &OneRosterOptions) -> Result<(), ExchangeError> {
        let mut file = self.file(ORGS, &[])?;
        file.row(&[("sourcedId", ROOT), ("name", &options.organisation_name), ("type", "school")])?;
        for (id, _) in places.tree.in_order() {
            let Some(department) = places.tree.get(id).filter(|_| !places.is_class(id)) else { continue };
            let parent = department.parent.map_or_else(|| ROOT.to_owned(), |id| id.0.to_string());
            file.row(&[
                ("sourcedId", &id.0.to_string()),
                ("name", &department.name),
                ("type", Places::org_type(&department.kind)),
                ("parentSourcedId", &parent),
            ])?;
        }
        file.finish()
    }

    fn courses(&mut self, _options: &OneRosterOptions) -> Result<(), ExchangeError> {
        let mut file = self.file(COURSES, &[])?;
        file.row(&[
            ("sourcedId", COURSE),
            ("schoolYearSourcedId", SESSION),
            ("title", "Homeroom"),
            ("orgSourcedId", ROOT),
        ])?;
        file.finish()
    }

    fn classes(&mut self, places: &Places<'_>) -> Result<(), ExchangeError> {
        let mut file = self.file(CLASSES, &[])?;
        for (id, _) in places.tree.in_order() {
            let Some(class) = places.tree.get(id).filter(|_| places.is_class(id)) else { continue };
            file.row(&[
                ("sourcedId", &id.0.to_string()),
                ("title", &class.name),
                ("courseSourcedId", COURSE),
                ("classType", "homeroom"),
                ("schoolSourcedId", &places.school_of(id)),
                ("termSourcedIds", SESSION),
            ])?;
        }
        file.finish()
    }

    fn users<E>(
        &mut self,
        rows: impl Iterator<Item = Result<ExportRow, E>>,
        places: &Places<'_>,
        more: &[String],
        run: &mut Run<'_>,
    ) -> Result<ExportSummary, ExportError<E>> {
        let mut own: Vec<String> = OWN_FIELDS.iter().map(|field| format!("{OWN_PREFIX}{}", field.name())).collect();
        own.extend(
            ["department", "relations", "confirmations", "further_departments", "leads", "deputy_of"]
                .map(|word| format!("{OWN_PREFIX}{word}")),
        );
        own.extend(more.iter().map(|heading| format!("{METADATA_PREFIX}{heading}")));
        let name_column = own[0].clone();
        let mut file = self.file(USERS, &own)?;
        let mut guardians = HashSet::new();
        let mut summary = ExportSummary::default();
        for row in rows {
            let row = row.map_err(ExportError::Roster)?;
            summary.rows += 1;
            run.step(summary.rows, None)?;
            for guardian in &row.guardians {
                let id = guardian_id(guardian);
                if guardians.insert(guardian_key(guardian)) {
                    let (family, given) = names::parted(&guardian.name);
                    file.row(&[
                        ("sourcedId", &id),
                        ("enabledUser", "true"),
                        ("orgSourcedIds", ROOT),
                        ("role", guardian_role(guardian)),
                        ("username", &id),
                        ("givenName", &given),
                        ("familyName", &family),
                        ("sms", guardian.phone.as_deref().unwrap_or_default()),
                        ("primaryOrgSourcedId", ROOT),
                        (&name_column, &guarded(&guardian.name)),
                    ])?;
                }
            }
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
            for (column, value) in own.iter().zip(&own_values) {
                values.push((column, guarded(value)));
            }
            let values: Vec<(&str, &str)> = values.iter().map(|(column, value)| (*column, value.as_ref())).collect();
            file.row(&values)?;
        }
        file.finish()?;
        Ok(summary)
    }

    fn roles<E>(
        &mut self,
        rows: impl Iterator<Item = Result<ExportRow, E>>,
        places: &Places<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), ExportError<E>> {
        let mut file = self.file(ROLES, &[])?;
        let mut guardians = HashSet::new();
        let mut put = |user: &str, place: usize, role: &str, org: &str| {
            let id = if place == 0 { format!("role-{user}") } else { format!("role-{user}-{place}") };
            file.row(&[
                ("sourcedId", &id),
                ("userSourcedId", user),
                ("roleType", if place == 0 { "primary" } else { "secondary" }),
                ("role", role),
                ("orgSourcedId", org),
            ])
        };
        for (count, row) in (1..).zip(rows) {
            let row = row.map_err(ExportError::Roster)?;
            run.step(count, None)?;
            for guardian in &row.guardians {
                if guardians.insert(guardian_key(guardian)) {
                    put(&guardian_id(guardian), 0, guardian_role(guardian), ROOT)?;
                }
            }
            let identity = row.member.text(Field::MemberIdentity).unwrap_or_default();
            let org = places.org_of(row.member.reference(Field::MemberDepartment));
            let user = row.member.id.to_string();
            for (place, role) in roles(identity).into_iter().enumerate() {
                put(&user, place, role, &org)?;
            }
        }
        Ok(file.finish()?)
    }

    fn enrollments<E>(
        &mut self,
        rows: impl Iterator<Item = Result<ExportRow, E>>,
        places: &Places<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), ExportError<E>> {
        let mut file = self.file(ENROLLMENTS, &[])?;
        // "Only one teacher should be designated as the primary teacher for a class" (1.2.1, 4.6).
        let mut with_primary = HashSet::new();
        for (count, row) in (1..).zip(rows) {
            let row = row.map_err(ExportError::Roster)?;
            run.step(count, None)?;
            let identity = row.member.text(Field::MemberIdentity).unwrap_or_default();
            let is = |wanted: &[&str]| choice_words(identity).any(|word| wanted.contains(&word));
            let (is_pupil, is_staff) = (is(&["student", "alumni"]), is(&["staff"]));
            let is_class = |class: &DepartmentId| places.is_class(*class);
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
                let is_primary = led.contains(class) && with_primary.insert(*class);
                let is_own = own == Some(*class);
                let id = if is_own { format!("enrollment-{user}") } else { format!("enrollment-{user}-{}", class.0) };
                file.row(&[
                    ("sourcedId", &id),
                    ("classSourcedId", &class.0.to_string()),
                    ("schoolSourcedId", &places.school_of(*class)),
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
        }
        Ok(file.finish()?)
    }

    fn demographics<E>(
        &mut self,
        rows: impl Iterator<Item = Result<ExportRow, E>>,
        run: &mut Run<'_>,
    ) -> Result<(), ExportError<E>> {
        let mut file = self.file(DEMOGRAPHICS, &[])?;
        for (count, row) in (1..).zip(rows) {
            let row = row.map_err(ExportError::Roster)?;
            run.step(count, None)?;
            let sex = row.member.text(Field::MemberSex).unwrap_or_default();
            let day = row.member.text(Field::MemberBirthDate).unwrap_or_default();
            if !sex.is_empty() || !day.is_empty() {
                file.row(&[("sourcedId", &row.member.id.to_string()), ("birthDate", day), ("sex", sex)])?;
            }
        }
        Ok(file.finish()?)
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
fn guardian_key(guardian: &ExportGuardian) -> [u8; 16] {
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
