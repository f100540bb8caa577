//! Export: the members of a query to a workbook, a CSV file or a OneRoster package, streamed.

use crate::failure::{Outcome, Told, told};
use crate::session::Session;
use crate::views;
use mingce_exchange::oneroster::{OneRosterOptions, OneRosterVersion, export_one_roster};
use mingce_exchange::write::{
    CsvEncoding, CsvOutcome, ExportError, ExportGuardian, ExportOptions, ExportRow, Language, XlsxOptions, export_csv,
    export_xlsx,
};
use mingce_ipc::import::{Export, Exported};
use mingce_ipc::{Code, Failure};
use mingce_model::DepartmentId;
use mingce_model::tree::Department;
use mingce_store::{StoreError, View};
use std::path::Path;

/// Members read at a time.
const CHUNK: usize = 1_000;

pub(crate) fn export(session: &Session, wanted: &Export) -> Outcome<Exported> {
    let path = Path::new(&wanted.path);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
    let view = told(session.store.find_members(&views::query(session, &wanted.query)?))?;
    let language = if wanted.language == "zh" { Language::Chinese } else { Language::English };
    let options = ExportOptions { language, guardians: most_guardians(session, &view)? };
    let beside = path.with_extension("part");
    let target = std::io::BufWriter::new(std::fs::File::create(&beside).map_err(|_| Code::FileFailed)?);
    let written = mingce_exchange::unwatched(|run| match ending.as_str() {
        "xlsx" => {
            let options =
                XlsxOptions { export: options, today: session.host.today(), temporary_directory: path.parent() };
            export_xlsx(rows(session, &view), options, target, run).map(|summary| summary.rows).map_err(failed)
        }
        "csv" => match export_csv(rows(session, &view), options, CsvEncoding::Utf8, target, run).map_err(failed)? {
            CsvOutcome::Written(summary) => Ok(summary.rows),
            CsvOutcome::Unwritable { .. } => Err(Code::Internal.into()),
        },
        "zip" => {
            let options = OneRosterOptions {
                version: version_of(path),
                organisation_name: session.profile.organisation_name.clone(),
                today: session.host.today(),
            };
            let departments = all_departments(session)?;
            let mut begin = || rows(session, &view);
            let summary = export_one_roster(&mut begin, &departments, &options, target, run).map_err(failed)?;
            Ok(summary.rows)
        }
        _ => Err(Failure::from(Code::Malformed).with("path", "not_xlsx_csv_or_zip")),
    });
    let written = written.and_then(|rows| {
        std::fs::rename(&beside, path).map_err(|_| Code::FileFailed)?;
        Ok(Exported { path: wanted.path.clone(), rows: u32::try_from(rows).unwrap_or(u32::MAX) })
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// OneRoster 1.2, unless the file's name asks for 1.1: `roster.1.1.zip`.
fn version_of(path: &Path) -> OneRosterVersion {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.ends_with(".1.1") { OneRosterVersion::V1p1 } else { OneRosterVersion::V1p2 }
}

fn all_departments(session: &Session) -> Outcome<Vec<Department>> {
    let departments = told(session.store.departments())?;
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

fn most_guardians(session: &Session, view: &View) -> Outcome<u8> {
    let mut most = 0;
    for row in rows(session, view) {
        most = most.max(told(row)?.guardians.len());
    }
    Ok(u8::try_from(most).unwrap_or(u8::MAX))
}

fn rows<'a>(session: &'a Session, view: &'a View) -> impl Iterator<Item = Result<ExportRow, StoreError>> + 'a {
    (0..view.len()).step_by(CHUNK).flat_map(move |start| match session.store.page(view, start, CHUNK) {
        Err(error) => vec![Err(error)],
        Ok(page) => page
            .into_iter()
            .flatten()
            .map(|row| {
                Ok(ExportRow {
                    department: Some(row.department_path.to_string()).filter(|path| !path.is_empty()),
                    guardians: row
                        .guardians
                        .into_iter()
                        .map(|guardian| ExportGuardian {
                            name: guardian.name,
                            phone: guardian.phone,
                            relation: guardian.relation,
                        })
                        .collect(),
                    member: row.member,
                })
            })
            .collect(),
    })
}
