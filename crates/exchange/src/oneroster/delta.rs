//! What changed of a roster between two moments as a OneRoster package: the rows of a whole package that are there or other
//! at the later one are `active`, those that are gone are `tobedeleted`, as they were.
//!
//! Whoever keeps the earlier whole package and takes this in has the later one. A user whose rows in any file changed has
//! a row of its own again, with everybody who answers for it: no row needs one that was told long ago to be understood.

use super::export::{File, Package};
use super::lines::{self, Places, Users, guardian_key};
use super::{
    CLASSES, COURSES, DEMOGRAPHICS, ENROLLMENTS, Extent, LEFT_DEPARTMENTS, ORGS, OWN_PATH, OneRosterVersion, ROLES,
    SESSIONS, USERS,
};
use crate::stage::list_of;
use crate::write::guard::guarded;
use crate::write::{ExportError, ExportGuardian, ExportRow, ExportSummary};
use crate::{ExchangeError, Run};
use jiff::Timestamp;
use jiff::civil::Date;
use mingce_model::tree::{Department, Tree};
use mingce_model::{DepartmentId, Field};
use std::collections::HashSet;
use std::io::{Seek, Write};

/// What a package says beside the members, at one of the moments.
#[derive(Clone, Debug)]
pub struct Standing {
    pub departments: Vec<Department>,
    pub organisation_name: String,
    /// From which the school year is told.
    pub today: Date,
}

/// What a package of changes has to know beside the members.
#[derive(Clone, Debug)]
pub struct DeltaOptions {
    pub version: OneRosterVersion,
    pub before: Standing,
    pub after: Standing,
    /// When the changes were put together; it stands as `dateLastModified` in every row. What was changed elsewhere may have
    /// come here long after: the instant of the change itself could lie before a package that did not tell it.
    pub made_at: Timestamp,
}

/// A member at the two moments; `None` where it is not on the roster.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub before: Option<ExportRow>,
    pub after: Option<ExportRow>,
}

/// How many times all pairs are gone through.
pub fn delta_passes(version: OneRosterVersion) -> usize {
    super::passes(version) + 1
}

/// Writes what changed. `pairs` are all members of whom anything may be otherwise, and everybody who leads a class that one
/// of them leads or led; they begin anew every time and are the same. `is_guardian_there` says whether a guardian, told
/// as in an [`ExportRow`], answers for anybody at the later moment. Counts the users that are told.
pub fn export_one_roster_delta<E, I>(
    pairs: &mut dyn FnMut() -> I,
    is_guardian_there: &mut dyn FnMut(&ExportGuardian) -> Result<bool, E>,
    options: &DeltaOptions,
    more: &[String],
    target: impl Write + Seek,
    run: &mut Run<'_>,
) -> Result<ExportSummary, ExportError<E>>
where
    I: Iterator<Item = Result<Pair, E>>,
{
    let DeltaOptions { version, before, after, made_at } = options;
    let made_at = format!("{made_at:.3}");
    let places = [Places::new(&before.departments), Places::new(&after.departments)];
    let mut package = Package::new(target, *version);
    package.manifest(Extent::Delta)?;
    let sides = |put: &mut dyn FnMut(usize, &mut Rows) -> Done| -> Result<[Rows; 2], ExchangeError> {
        let mut both = [Rows::default(), Rows::default()];
        for (side, rows) in both.iter_mut().enumerate() {
            put(side, rows)?;
        }
        Ok(both)
    };
    let standing = [before, after];
    let sessions = sides(&mut |side, rows| lines::session(standing[side].today, &mut |row| rows.take(row)))?;
    let orgs =
        sides(&mut |side, rows| places[side].orgs(&standing[side].organisation_name, &mut |row| rows.take(row)))?;
    let classes = sides(&mut |side, rows| places[side].classes(&mut |row| rows.take(row)))?;
    let own_path = [OWN_PATH.to_owned()];
    package.write(SESSIONS, &[], |file| differing(file, &sessions, &made_at))?;
    package.write(ORGS, &own_path, |file| differing(file, &orgs, &made_at))?;
    package.write(COURSES, &[], |_| Ok::<_, ExchangeError>(()))?;
    package.write(CLASSES, &own_path, |file| differing(file, &classes, &made_at))?;

    let users = Users::new(more);
    let tree = Tree::new(after.departments.iter().cloned());
    let mut summary = ExportSummary::default();
    let mut walk = |run: &mut Run<'_>, each: Each<'_, E>| {
        let mut with_primary = [HashSet::new(), HashSet::new()];
        for (count, pair) in (1..).zip(pairs()) {
            let pair = pair.map_err(ExportError::Roster)?;
            run.step(count, None)?;
            let mut change = Change::default();
            for (side, row) in [&pair.before, &pair.after].into_iter().enumerate() {
                let Some(row) = row else { continue };
                users.member(row, &places[side], &mut |row| change.users[side].take(row))?;
                places[side].roles(row, &mut |row| change.roles[side].take(row))?;
                let put = &mut |row: &[(&str, &str)]| change.enrollments[side].take(row);
                places[side].enrollments(row, &mut with_primary[side], put)?;
                lines::demographics(row, &mut |row| change.demographics[side].take(row))?;
            }
            each(&pair, &change)?;
        }
        Ok::<_, ExportError<E>>(())
    };

    // Guardians first: who is told may be told by a member who comes late.
    let mut told = Guardians::default();
    walk(run, &mut |pair, change| {
        if change.is_none() {
            return Ok(());
        }
        for guardian in pair.before.iter().flat_map(|row| &row.guardians) {
            told.before.push(guardian);
        }
        for guardian in pair.after.iter().flat_map(|row| &row.guardians) {
            told.after.push(guardian);
        }
        Ok(())
    })?;
    let gone = told.gone(is_guardian_there).map_err(ExportError::Roster)?;

    let mut own = users.columns().to_vec();
    own.push(LEFT_DEPARTMENTS.to_owned());
    package.write(USERS, &own, |file| {
        let mut rows = Rows::default();
        told.after.0.iter().try_for_each(|guardian| users.guardian(guardian, &mut |row| rows.take(row)))?;
        rows.write(file, Status::Active, &made_at)?;
        walk(run, &mut |pair, change| {
            if change.is_none() {
                return Ok(());
            }
            summary.rows += 1;
            let left = left_departments(pair, &tree);
            for row in &change.users[1].0 {
                let left = (LEFT_DEPARTMENTS.to_owned(), guarded(&left).into_owned());
                write_row(file, row.iter().chain(Some(&left)), Status::Active, &made_at)?;
            }
            Ok(change.gone_users().write(file, Status::Deleted, &made_at)?)
        })?;
        let mut rows = Rows::default();
        gone.iter().try_for_each(|guardian| users.guardian(guardian, &mut |row| rows.take(row)))?;
        Ok::<_, ExportError<E>>(rows.write(file, Status::Deleted, &made_at)?)
    })?;
    if *version == OneRosterVersion::V1p2 {
        package.write(ROLES, &[], |file| {
            let mut rows = Rows::default();
            told.after.0.iter().try_for_each(|it| lines::guardian_roles(it, &mut |row| rows.take(row)))?;
            rows.write(file, Status::Active, &made_at)?;
            walk(run, &mut |_, change| {
                // Whose row is told has its roles told: they say what the user is.
                if !change.is_none() {
                    change.roles[1].write(file, Status::Active, &made_at)?;
                    change.roles[0].without(&change.roles[1]).write(file, Status::Deleted, &made_at)?;
                }
                Ok(())
            })?;
            let mut rows = Rows::default();
            gone.iter().try_for_each(|it| lines::guardian_roles(it, &mut |row| rows.take(row)))?;
            Ok::<_, ExportError<E>>(rows.write(file, Status::Deleted, &made_at)?)
        })?;
    }
    package.write(ENROLLMENTS, &[], |file| {
        walk(run, &mut |_, change| Ok(differing(file, &change.enrollments, &made_at)?))
    })?;
    package.write(DEMOGRAPHICS, &[], |file| {
        walk(run, &mut |_, change| Ok(differing(file, &change.demographics, &made_at)?))
    })?;
    package.finish()?;
    Ok(summary)
}

type Done = Result<(), ExchangeError>;
/// Takes a member at the two moments and what changed of it.
type Each<'e, E> = &'e mut dyn FnMut(&Pair, &Change) -> Result<(), ExportError<E>>;
type Row = Vec<(String, String)>;

/// What a row of a package of changes says of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Deleted,
}

/// Rows of one file, each beginning with its id.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Rows(Vec<Row>);

impl Rows {
    fn take(&mut self, row: &[(&str, &str)]) -> Done {
        self.0.push(row.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect());
        Ok(())
    }

    fn with_id(&self, id: &str) -> Option<&Row> {
        self.0.iter().find(|row| row[0].1 == id)
    }

    /// Those whose ids the others have not.
    fn without(&self, others: &Self) -> Self {
        Self(self.0.iter().filter(|row| others.with_id(&row[0].1).is_none()).cloned().collect())
    }

    fn write<W: Write + Seek>(&self, file: &mut File<'_, W>, status: Status, made_at: &str) -> Done {
        self.0.iter().try_for_each(|row| write_row(file, row, status, made_at))
    }
}

fn write_row<'r, W: Write + Seek>(
    file: &mut File<'_, W>,
    row: impl IntoIterator<Item = &'r (String, String)>,
    status: Status,
    made_at: &str,
) -> Done {
    let status = if status == Status::Active { "active" } else { "tobedeleted" };
    let mut values = vec![("status", status), ("dateLastModified", made_at)];
    values.extend(row.into_iter().map(|(column, value)| (column.as_str(), value.as_str())));
    file.row(&values)
}

/// The rows that are other at the later moment, then those that are gone. Few enough of a kind to be looked for one by one,
/// or few departments.
fn differing<W: Write + Seek>(file: &mut File<'_, W>, [before, after]: &[Rows; 2], made_at: &str) -> Done {
    let ids = |rows: &'_ Rows| -> std::collections::HashMap<String, Row> {
        rows.0.iter().map(|row| (row[0].1.clone(), row.clone())).collect()
    };
    let (were, are) = (ids(before), ids(after));
    for row in after.0.iter().filter(|row| were.get(&row[0].1) != Some(row)) {
        write_row(file, row, Status::Active, made_at)?;
    }
    for row in before.0.iter().filter(|row| !are.contains_key(&row[0].1)) {
        write_row(file, row, Status::Deleted, made_at)?;
    }
    Ok(())
}

/// A member's rows in every file, before and after.
#[derive(Default)]
struct Change {
    users: [Rows; 2],
    roles: [Rows; 2],
    enrollments: [Rows; 2],
    demographics: [Rows; 2],
}

impl Change {
    fn is_none(&self) -> bool {
        [&self.users, &self.roles, &self.enrollments, &self.demographics]
            .into_iter()
            .all(|[before, after]| before == after)
    }

    fn gone_users(&self) -> Rows {
        self.users[0].without(&self.users[1])
    }
}

/// Guardians, each once.
#[derive(Default)]
struct Guardians {
    before: Once,
    after: Once,
}

#[derive(Default)]
struct Once(Vec<ExportGuardian>, HashSet<[u8; 16]>);

impl Once {
    fn push(&mut self, guardian: &ExportGuardian) {
        if self.1.insert(guardian_key(guardian)) {
            self.0.push(guardian.clone());
        }
    }
}

impl Guardians {
    /// Those who answered for one of these members and answer for nobody now.
    fn gone<E>(&self, is_there: &mut dyn FnMut(&ExportGuardian) -> Result<bool, E>) -> Result<Vec<ExportGuardian>, E> {
        let mut gone = Vec::new();
        for guardian in self.before.0.iter().filter(|it| !self.after.1.contains(&guardian_key(it))) {
            if !is_there(guardian)? {
                gone.push(guardian.clone());
            }
        }
        Ok(gone)
    }
}

/// Paths of further departments that the member was in and is in no longer: to somebody who only reads where it is that
/// says nothing.
fn left_departments(pair: &Pair, tree: &Tree) -> String {
    let (Some(before), Some(after)) = (&pair.before, &pair.after) else { return String::new() };
    let main = |row: &ExportRow| row.member.reference(Field::MemberDepartment);
    let mut left = Vec::new();
    for department in before.places.iter().map(|place| place.department) {
        let stays = after.places.iter().any(|place| place.department == department);
        if !stays && main(after) != Some(department) && !left.contains(&department) {
            left.push(department);
        }
    }
    let there = left.into_iter().map(DepartmentId).filter(|id| tree.get(*id).is_some());
    let paths: Vec<String> = there.map(|id| tree.path(id)).collect();
    list_of(paths.iter().map(String::as_str))
}
