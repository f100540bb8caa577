//! A file opened: its table found, its columns proposed or remembered.

use super::rows::Changes;
use super::{Import, Work, columns, source_places};
use crate::failure::{Outcome, told};
use crate::lock;
use crate::session::Session;
use mingce_exchange::ExchangeError;
use mingce_exchange::oneroster::{Extent, Remark};
use mingce_exchange::read::{Delimiter, Limits, TextEncoding, TextForm, Workbook, open_knowing as open_workbook};
use mingce_exchange::shape::{HeadingRow, Target, find_shape_with, find_table};
use mingce_exchange::stage::column_letters;
use mingce_ipc::import::{ImportColumn, ImportFile, ImportMode, ImportRemark, OpenImport};
use mingce_ipc::{Code, Failure, text_form as ipc};
use mingce_model::custom::CustomForm;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// Rows that a remark names.
const ROWS_TOLD: usize = 20;
/// Values of a column shown beside its heading.
const SAMPLES: usize = 5;

pub(crate) fn open(session: &Session, wanted: &OpenImport) -> Outcome<ImportFile> {
    let path = Path::new(&wanted.path);
    let places = source_places::known(session)?;
    let mut workbook = told(open_workbook(path, &Limits::default(), &places))?;
    let encoding = wanted.encoding.as_deref().map(encoding_named).transpose()?;
    told(workbook.read_text_as(encoding, wanted.delimiter.map(delimiter)))?;
    let fields = columns::fields(session)?;
    let headings = match wanted.header_row {
        Some(row) => HeadingRow::At(row),
        None => HeadingRow::Find { named: &wanted.headings },
    };
    let (sheet, shape) = told(mingce_exchange::unwatched(|run| match &wanted.sheet {
        Some(name) => find_shape_with(&mut workbook, name, &fields, headings, run).map(|shape| (name.clone(), shape)),
        None => find_table(&mut workbook, &fields, headings, run),
    }))?;
    let rows = told(count_rows(&mut workbook, &sheet, shape.header_row))?;
    let saved = columns::remembered(session, &shape, &fields)?;
    let is_remembered = saved.is_some();
    let mapping = saved.unwrap_or_else(|| shape.proposed.clone());
    // Somebody decided about the columns of a file like this one.
    let kept = if is_remembered { Vec::new() } else { columns::kept(session, &workbook, &shape, &mapping)? };
    let shown = shape
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| (index, column, kept.contains(&index)))
        .map(|(index, column, is_kept)| ImportColumn {
            letter: column_letters(u16::try_from(index).unwrap_or(u16::MAX)),
            heading: column.heading.clone(),
            field_name: columns::field_name(&column.heading),
            samples: shape
                .sample
                .iter()
                .filter_map(|(_, cells)| cells.get(index).filter(|cell| !cell.trim().is_empty()).cloned())
                .take(SAMPLES)
                .collect(),
            target: match mapping.columns.get(index) {
                _ if is_kept => columns::NEW_FIELD.to_owned(),
                target => target.copied().unwrap_or(Target::Ignore).name(),
            },
            // Another system's words are kept as they are.
            form: if is_kept { CustomForm::Text } else { column.form.form }.name().to_owned(),
            choices: if is_kept { Vec::new() } else { column.form.choices.clone() },
            data_class: columns::data_class(&column.heading).to_owned(),
            confidence: if is_remembered { 100 } else { (column.confidence.clamp(0.0, 1.0) * 100.0) as u8 },
        })
        .collect();
    let file = ImportFile {
        import: String::new(),
        path: wanted.path.clone(),
        file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        format: format_of(&workbook),
        text: workbook.text_form().map(text_form),
        sheets: workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect(),
        sheet: sheet.clone(),
        header_row: shape.header_row,
        row_count: rows,
        columns: shown,
        targets: columns::words_of_targets(&fields),
        is_remembered,
        is_delta: workbook.extent() == Some(Extent::Delta),
        remarks: workbook.remarks().iter().map(remark).collect(),
    };
    let sha256 = told(workbook.sha256())?;
    let mode = ImportMode::default();
    let import = Import {
        is_cancelled: AtomicBool::new(false),
        work: Mutex::new(Work {
            workbook,
            sheet,
            shape,
            plan: None,
            round: 0,
            changes: Changes::default(),
            made_of: None,
            fitted: None,
            mapping: None,
            shown: None,
            fresh: Vec::new(),
            mode,
            file_name: file.file_name.clone(),
            sha256,
        }),
    };
    let mut imports = lock(&session.imports);
    imports.next += 1;
    let name = format!("import-{}", imports.next);
    imports.open.insert(name.clone(), Arc::new(import));
    Ok(ImportFile { import: name, ..file })
}

/// Rows below the headings: by what the sheet says of itself where that is known, which may count formatted blank ones,
/// so that a large file need not be read twice.
fn count_rows(workbook: &mut Workbook, sheet: &str, header_row: u32) -> Result<u32, ExchangeError> {
    if let Some(rows) = workbook.estimate_rows(sheet)? {
        return Ok(u32::try_from(rows).unwrap_or(u32::MAX).saturating_sub(header_row));
    }
    let mut rows = 0u32;
    mingce_exchange::unwatched(|run| {
        workbook.read_rows(sheet, run, &mut |row, _| {
            rows += u32::from(row > header_row);
            Ok(ControlFlow::Continue(()))
        })
    })?;
    Ok(rows)
}

fn encoding_named(name: &str) -> Outcome<TextEncoding> {
    TextEncoding::from_name(name).ok_or_else(|| Failure::from(Code::Malformed).with("encoding", name))
}

fn delimiter(wanted: ipc::Delimiter) -> Delimiter {
    match wanted {
        ipc::Delimiter::Comma => Delimiter::Comma,
        ipc::Delimiter::Semicolon => Delimiter::Semicolon,
        ipc::Delimiter::Tab => Delimiter::Tab,
        ipc::Delimiter::Bar => Delimiter::Bar,
    }
}

fn text_form(form: TextForm) -> ipc::TextForm {
    let delimiter = match form.delimiter {
        Delimiter::Comma => ipc::Delimiter::Comma,
        Delimiter::Semicolon => ipc::Delimiter::Semicolon,
        Delimiter::Tab => ipc::Delimiter::Tab,
        Delimiter::Bar => ipc::Delimiter::Bar,
    };
    ipc::TextForm { encoding: form.encoding.name(), delimiter }
}

/// `XLSX`, or the encoding of text: `UTF-8`.
fn format_of(workbook: &Workbook) -> String {
    match workbook.text_form() {
        Some(form) => form.encoding.name().to_uppercase(),
        None => format!("{:?}", workbook.format()).to_uppercase(),
    }
}

fn remark(remark: &Remark) -> ImportRemark {
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let (code, file, count, columns): (&str, &str, u32, Vec<String>) = match remark {
        Remark::ColumnsDropped { file, columns } => {
            ("columns_dropped", file, count(columns.len() as u64), columns.clone())
        }
        Remark::RowsDeleted { file, rows } => ("rows_deleted", file, count(*rows), Vec::new()),
        Remark::LooseReferences { file, rows } => ("loose_references", file, count(*rows), Vec::new()),
        Remark::NamesKept { file, rows } => ("names_kept", file, count(*rows), Vec::new()),
        Remark::ManifestIncomplete => ("manifest_incomplete", "", 0, Vec::new()),
        Remark::FileNameTolerated { file } => ("file_name", file, 0, Vec::new()),
        Remark::EncodingTolerated { file } => ("encoding", file, 0, Vec::new()),
        Remark::QuotesUnclosed { rows } => {
            let told = rows.iter().take(ROWS_TOLD).map(u32::to_string).collect();
            ("quotes_unclosed", "", count(rows.len() as u64), told)
        }
    };
    ImportRemark { code: code.to_owned(), file: file.to_owned(), count, columns }
}
