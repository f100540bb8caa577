//! Export: the members of a query to a workbook, a CSV file or a OneRoster package, streamed.

use crate::failure::{Outcome, Told, told};
use crate::jobs::Job;
use crate::session::Session;
use crate::{masking, views};
use mingce_exchange::oneroster::{OneRosterOptions, OneRosterVersion, export_one_roster_with, passes};
use mingce_exchange::shape::custom_headings;
use mingce_exchange::write::{
    CsvEncoding, CsvOutcome, ExportError, ExportGuardian, ExportOptions, ExportPlace, ExportRow, Language, XlsxOptions,
    export_csv_with, export_xlsx_with,
};
use mingce_ipc::import::{Export, Exported, Masking};
use mingce_ipc::{Code, Failure};
use mingce_model::custom::{CustomField, CustomForm};
use mingce_model::mask::{CUSTOM_MASK, is_masked, mask};
use mingce_model::tree::Department;
use mingce_model::{DepartmentId, Field, RecordId, Value};
use mingce_store::{AuditAct, Departments, GuardianRow, MemberRow, Past, Place, StoreError, View};
use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Members read at a time.
const CHUNK: usize = 1_000;

pub(crate) fn export(session: &Session, wanted: &Export) -> Outcome<Exported> {
    let view = told(session.store.find_members(&views::query(session, &wanted.query)?))?;
    let masking = wanted.masking.unwrap_or_default();
    if masking == Masking::Full {
        masking::check_right(session)?;
    }
    let more = More::new(session, &wanted.language)?;
    let written = match ending_of(&wanted.path).as_str() {
        "zip" => write_one_roster(session, wanted, &view, masking, &more)?,
        _ => {
            let guardians = u8::try_from(told(session.store.most_guardians(&view))?).unwrap_or(u8::MAX);
            let meter = Meter::begin(session, wanted.job.as_deref(), view.len());
            let rows = rows(session, &view, masking, &more, &meter);
            write_table(session, &wanted.path, &wanted.language, guardians, &more, rows)?
        }
    };
    masking::note_export(session, AuditAct::Export, u64::from(written.rows), masking == Masking::Full)?;
    put_in_place(written)
}

/// A whole file beside its place; it goes when it is not put there.
pub(crate) struct Written {
    path: PathBuf,
    beside: PathBuf,
    pub(crate) rows: u32,
}

impl Drop for Written {
    fn drop(&mut self) {
        // Gone already when it was put in its place.
        let _ = std::fs::remove_file(&self.beside);
    }
}

fn ending_of(path: &str) -> String {
    Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase()
}

type Target = std::io::BufWriter<std::fs::File>;

/// Lets `write` fill the file beside its place; what is half written is removed.
pub(crate) fn write_beside(path: &str, write: impl FnOnce(Target) -> Outcome<u64>) -> Outcome<Written> {
    let path = PathBuf::from(path);
    let beside = path.with_extension("part");
    let target = std::io::BufWriter::new(std::fs::File::create(&beside).map_err(|_| Code::FileFailed)?);
    let mut written = Written { path, beside, rows: 0 };
    written.rows = u32::try_from(write(target)?).unwrap_or(u32::MAX);
    Ok(written)
}

/// Writes rows as a workbook or CSV file, by the path's ending.
pub(crate) fn write_table(
    session: &Session,
    path: &str,
    language: &str,
    guardians: u8,
    more: &More,
    rows: impl Iterator<Item = Result<ExportRow, StoreError>>,
) -> Outcome<Written> {
    let options = ExportOptions { language: language_of(language), guardians, has_places: !more.places.is_empty() };
    let ending = ending_of(path);
    if !["xlsx", "csv"].contains(&ending.as_str()) {
        return Err(Failure::from(Code::Malformed).with("path", "not_xlsx_csv_or_zip"));
    }
    write_beside(path, |target| {
        mingce_exchange::unwatched(|run| match ending.as_str() {
            "xlsx" => {
                let temporary_directory = Path::new(path).parent();
                let options = XlsxOptions { export: options, today: session.host.today(), temporary_directory };
                export_xlsx_with(rows, options, &more.headings, target, run).map(|summary| summary.rows).map_err(failed)
            }
            _ => {
                match export_csv_with(rows, options, &more.headings, CsvEncoding::Utf8, target, run).map_err(failed)? {
                    CsvOutcome::Written(summary) => Ok(summary.rows),
                    CsvOutcome::Unwritable { .. } => Err(Code::Internal.into()),
                }
            }
        })
    })
}

fn language_of(word: &str) -> Language {
    if word == "zh" { Language::Chinese } else { Language::English }
}

fn write_one_roster(
    session: &Session,
    wanted: &Export,
    view: &View,
    masking: Masking,
    more: &More,
) -> Outcome<Written> {
    let path = wanted.path.as_str();
    let options = OneRosterOptions {
        version: version_of(Path::new(path)),
        organisation_name: session.profile.organisation_name.clone(),
        today: session.host.today(),
    };
    let departments = all_departments(session)?;
    let meter = Meter::begin(session, wanted.job.as_deref(), passes(options.version) * view.len());
    let mut begin = || rows(session, view, masking, more, &meter);
    write_beside(path, |target| {
        mingce_exchange::unwatched(|run| {
            let headings = &more.headings;
            let summary =
                export_one_roster_with(&mut begin, &departments, &options, headings, target, run).map_err(failed)?;
            Ok(summary.rows)
        })
    })
}

pub(crate) fn put_in_place(written: Written) -> Outcome<Exported> {
    std::fs::rename(&written.beside, &written.path).map_err(|_| Code::FileFailed)?;
    Ok(Exported { path: written.path.to_string_lossy().into_owned(), rows: written.rows })
}

/// OneRoster 1.2, unless the file's name asks for 1.1: `roster.1.1.zip`.
pub(crate) fn version_of(path: &Path) -> OneRosterVersion {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.ends_with(".1.1") { OneRosterVersion::V1p1 } else { OneRosterVersion::V1p2 }
}

fn all_departments(session: &Session) -> Outcome<Vec<Department>> {
    let departments = told(session.store.department_tree())?;
    let as_model = |node: &mingce_store::DepartmentNode| Department {
        id: DepartmentId(node.id),
        parent: node.parent.map(DepartmentId),
        name: node.name.to_string(),
        kind: node.kind.to_string(),
        position: node.position,
        is_archived: node.is_archived,
    };
    Ok(departments.nodes().iter().map(as_model).collect())
}

fn failed(error: ExportError<StoreError>) -> Failure {
    match error {
        ExportError::File(error) => error.failure(),
        ExportError::Roster(error) => error.failure(),
    }
}

/// How far an export is, by the rows that were read for it; a stop reaches the writer as a row that cannot be read.
pub(crate) struct Meter<'a> {
    job: Job<'a>,
    done: Cell<u32>,
}

impl<'a> Meter<'a> {
    pub(crate) fn begin(session: &'a Session, job: Option<&'a str>, rows: usize) -> Self {
        Self { job: Job::begin(session, job, rows), done: Cell::new(0) }
    }

    /// So many rows are read next.
    pub(crate) fn go_on(&self, rows: usize) -> Result<(), StoreError> {
        let before = self.done.get();
        self.done.set(before.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX)));
        self.job.go_on(before).map_err(|_| StoreError::Cancelled)
    }
}

fn rows<'a>(
    session: &'a Session,
    view: &'a View,
    masking: Masking,
    more: &'a More,
    meter: &'a Meter<'_>,
) -> impl Iterator<Item = Result<ExportRow, StoreError>> + 'a {
    let page = |start| {
        meter.go_on(CHUNK.min(view.len() - start))?;
        session.store.page(view, start, CHUNK)
    };
    (0..view.len()).step_by(CHUNK).flat_map(move |start| match page(start) {
        Err(error) => vec![Err(error)],
        Ok(page) => page.into_iter().flatten().map(|row| Ok(export_row(row, masking, more))).collect(),
    })
}

/// Columns beside those of every roster: tags, the fields that the organisation defined, and further places.
#[derive(Default)]
pub(crate) struct More {
    headings: Vec<String>,
    fields: Vec<CustomField>,
    places: HashMap<RecordId, Vec<ExportPlace>>,
    words: YesNo,
}

/// How yes and no are written; an import reads either.
#[derive(Clone, Copy, Default)]
enum YesNo {
    #[default]
    Chinese,
    English,
}

impl More {
    fn new(session: &Session, language: &str) -> Outcome<Self> {
        let departments = told(session.store.department_tree())?;
        Self::with_places(session, language, told(session.store.places())?, &departments)
    }

    /// With the places of the moment, in departments called as they were then.
    pub(crate) fn of_past(session: &Session, language: &str, past: &mut Past) -> Outcome<Self> {
        let places = told(session.store.past_places(past))?;
        Self::with_places(session, language, places, past.departments())
    }

    pub(crate) fn headings(&self) -> &[String] {
        &self.headings
    }

    fn with_places(session: &Session, language: &str, found: Vec<Place>, departments: &Departments) -> Outcome<Self> {
        let mut fields = told(session.store.custom_fields())?;
        fields.retain(|field| !field.is_archived);
        let words = if language == "zh" { YesNo::Chinese } else { YesNo::English };
        let tags = match words {
            YesNo::Chinese => "标签",
            YesNo::English => "Tags",
        };
        let headings = custom_headings(&fields, language_of(language));
        let headings = std::iter::once(tags.to_owned()).chain(headings).collect();
        let mut places: HashMap<RecordId, Vec<ExportPlace>> = HashMap::new();
        for Place { member, department, role } in found {
            let Some(node) = departments.get(department) else { continue };
            let place = ExportPlace { department, path: node.path.to_string(), role };
            places.entry(member).or_default().push(place);
        }
        Ok(Self { headings, fields, places, words })
    }

    /// Of what the organisation calls personal, a masked file only tells whether it is filled.
    fn cells(&self, row: &MemberRow, masking: Masking) -> Vec<String> {
        if self.headings.is_empty() {
            return Vec::new();
        }
        let value = |field: &CustomField| {
            let text = row.custom.iter().find(|(id, _)| *id == field.id).map_or("", |(_, value)| value.as_str());
            if masking == Masking::Masked && field.is_masked() && !text.is_empty() {
                return CUSTOM_MASK.to_owned();
            }
            match (field.form, self.words, text) {
                (CustomForm::YesNo, YesNo::Chinese, "yes") => "是",
                (CustomForm::YesNo, YesNo::Chinese, "no") => "否",
                _ => text,
            }
            .to_owned()
        };
        std::iter::once(crate::cells_extra::tags_text(&row.tags)).chain(self.fields.iter().map(value)).collect()
    }
}

/// A value as it leaves the program.
pub(crate) fn hidden(masking: Masking, field: Field, text: String) -> String {
    match masking {
        Masking::Full => text,
        Masking::Masked => mask(field, &Value::from(text)),
    }
}

/// A member as a row of the file.
pub(crate) fn export_row(row: MemberRow, masking: Masking, more: &More) -> ExportRow {
    let places = more.places.get(&row.member.id).cloned().unwrap_or_default();
    let more = more.cells(&row, masking);
    let hidden = |field: Field, text: String| hidden(masking, field, text);
    let (invited_on, joined_on) = (views::day_text(row.invited_at_ms), views::day_text(row.joined_at_ms()));
    let mut member = row.member;
    for field in member.kind.fields().iter().copied().filter(|field| is_masked(*field)) {
        if let Some(text) = member.text(field).map(str::to_owned) {
            member.set(field, hidden(field, text));
        }
    }
    let guardian = |guardian: GuardianRow| ExportGuardian {
        name: guardian.name,
        phone: guardian.phone.map(|phone| hidden(Field::GuardianPhone, phone)),
        relation: guardian.relation,
        may_confirm: guardian.may_confirm,
    };
    ExportRow {
        invited_on,
        joined_on,
        department: Some(row.department_path.to_string()).filter(|path| !path.is_empty()),
        guardians: row.guardians.into_iter().map(guardian).collect(),
        member,
        places,
        more,
    }
}
