//! A roster as a OneRoster package, by the letter: every column of the version in its order, every reference present,
//! UTF-8 without a mark, CRLF, booleans in small letters, status and dates left blank as bulk mode asks.
//!
//! What OneRoster has no column for stands in columns of our own, so that reading the package again changes nothing.
//! Files of this kind are read by programs; only our own columns are guarded against being run by a spreadsheet.

use super::lines::{self, Places, Users, guardian_key};
use super::{
    CLASSES, COURSES, DEMOGRAPHICS, ENROLLMENTS, Extent, MANIFEST, ORGS, OWN_PATH, OneRosterVersion, ROLES, SESSIONS,
    SYSTEM_CODE, USERS, data_files, headings,
};
use crate::write::{ExportError, ExportRow, ExportSummary};
use crate::{ExchangeError, Run};
use jiff::civil::Date;
use mingce_model::tree::Department;
use std::borrow::Cow;
use std::collections::HashSet;
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
    let mut package = Package::new(target, options.version);
    let places = Places::new(departments);
    package.manifest(Extent::Bulk)?;
    package.write(SESSIONS, &[], |file| lines::session(options.today, &mut |row| file.row(row)))?;
    package.write(ORGS, &[OWN_PATH.to_owned()], |file| {
        places.orgs(&options.organisation_name, &mut |row| file.row(row))
    })?;
    package.write(COURSES, &[], |file| lines::courses(&mut |row| file.row(row)))?;
    package.write(CLASSES, &[OWN_PATH.to_owned()], |file| places.classes(&mut |row| file.row(row)))?;
    let mut summary = ExportSummary::default();
    let users = Users::new(more);
    let mut each = |run: &mut Run<'_>, put: &mut dyn FnMut(&ExportRow) -> Result<(), ExchangeError>| {
        for (count, row) in (1..).zip(rows()) {
            let row = row.map_err(ExportError::Roster)?;
            run.step(count, None)?;
            put(&row)?;
        }
        Ok::<_, ExportError<E>>(())
    };
    let mut told = HashSet::new();
    package.write(USERS, users.columns(), |file| {
        each(run, &mut |row| {
            summary.rows += 1;
            for guardian in row.guardians.iter().filter(|guardian| told.insert(guardian_key(guardian))) {
                users.guardian(guardian, &mut |row| file.row(row))?;
            }
            users.member(row, &places, &mut |row| file.row(row))
        })
    })?;
    if options.version == OneRosterVersion::V1p2 {
        let mut told = HashSet::new();
        package.write(ROLES, &[], |file| {
            each(run, &mut |row| {
                for guardian in row.guardians.iter().filter(|guardian| told.insert(guardian_key(guardian))) {
                    lines::guardian_roles(guardian, &mut |row| file.row(row))?;
                }
                places.roles(row, &mut |row| file.row(row))
            })
        })?;
    }
    let mut with_primary = HashSet::new();
    package.write(ENROLLMENTS, &[], |file| {
        each(run, &mut |row| places.enrollments(row, &mut with_primary, &mut |row| file.row(row)))
    })?;
    package
        .write(DEMOGRAPHICS, &[], |file| each(run, &mut |row| lines::demographics(row, &mut |row| file.row(row))))?;
    package.finish()?;
    Ok(summary)
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

/// A package while it is written.
pub(super) struct Package<W: Write + Seek> {
    zip: ZipWriter<W>,
    version: OneRosterVersion,
}

/// One file while it is written.
pub(super) struct File<'z, W: Write + Seek> {
    csv: csv::Writer<&'z mut ZipWriter<W>>,
    columns: Vec<Cow<'static, str>>,
}

impl<W: Write + Seek> File<'_, W> {
    /// Writes a row of the values named; every other column is blank.
    pub(super) fn row(&mut self, values: &[(&str, &str)]) -> Result<(), ExchangeError> {
        let value =
            |column: &Cow<'static, str>| values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| *value);
        self.csv.write_record(self.columns.iter().map(value)).map_err(csv_failed)
    }
}

impl<W: Write + Seek> Package<W> {
    pub(super) fn new(target: W, version: OneRosterVersion) -> Self {
        Self { zip: ZipWriter::new(target), version }
    }

    /// Writes one file, with more columns behind those of the standard.
    pub(super) fn write<E: From<ExchangeError>>(
        &mut self,
        name: &str,
        more: &[String],
        fill: impl FnOnce(&mut File<'_, W>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.zip.start_file(name, SimpleFileOptions::default().large_file(true)).map_err(zip_failed)?;
        let mut columns: Vec<Cow<'static, str>> = headings(self.version, name).map(Cow::Borrowed).collect();
        columns.extend(more.iter().cloned().map(Cow::Owned));
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut self.zip);
        csv.write_record(columns.iter().map(Cow::as_ref)).map_err(csv_failed)?;
        let mut file = File { csv, columns };
        fill(&mut file)?;
        file.csv.flush().map_err(failed)?;
        Ok(())
    }

    pub(super) fn manifest(&mut self, extent: Extent) -> Result<(), ExchangeError> {
        let version = self.version;
        let mode = if extent == Extent::Bulk { "bulk" } else { "delta" };
        self.write(MANIFEST, &[], |file| {
            let mut say = |name: &str, value: &str| file.row(&[("propertyName", name), ("value", value)]);
            say("manifest.version", "1.0")?;
            say("oneroster.version", if version == OneRosterVersion::V1p1 { "1.1" } else { "1.2" })?;
            let written = [SESSIONS, ORGS, COURSES, CLASSES, USERS, ENROLLMENTS, DEMOGRAPHICS, ROLES];
            for name in data_files(version) {
                let is_written = written.iter().any(|file| file.strip_suffix(".csv") == Some(name));
                say(&format!("file.{name}"), if is_written { mode } else { "absent" })?;
            }
            say("source.systemName", "Mingce")?;
            say("source.systemCode", SYSTEM_CODE)
        })
    }

    pub(super) fn finish(self) -> Result<(), ExchangeError> {
        let mut target = self.zip.finish().map_err(zip_failed)?;
        target.flush().map_err(failed)
    }
}
