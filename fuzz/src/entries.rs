//! What a fuzzer calls: one function for each parser that reads a user's file, from bytes to the edits of a dry run.
//! Whatever the bytes are, nothing panics, and memory stays within [`LIMITS`].
#![allow(dead_code)]

use mingce_exchange::diff::{
    ApplyChoices, EmptyRoster, FaultyCells, NewDepartments, NewTags, PlanOptions, RowsTaken, SheetToPlan, edits,
    plan_sheets,
};
use mingce_exchange::read::{Limits, open_bytes};
use mingce_exchange::shape::{find_shape, fit_sheets};
use mingce_exchange::unwatched;
use mingce_model::RecordId;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// Small, so that what grows without bound is seen soon.
pub const LIMITS: Limits = Limits {
    file_bytes: 4 << 20,
    unpacked_bytes: 32 << 20,
    shared_strings_bytes: 8 << 20,
    shared_strings: 100_000,
    parts: 200,
    rows: 20_000,
    columns: 64,
    cell_characters: 32_767,
    xls_cells: 200_000,
};

/// What takes the bytes that a fuzzer made up.
pub type Entry = fn(&[u8]);

/// Every entry with the name of its folder in the corpus.
pub const ENTRIES: [(&str, Entry); 6] = [
    ("any_file", any_file),
    ("text_table", text_table),
    ("xlsx_parts", xlsx_parts),
    ("ods_content", ods_content),
    ("xls_stream", xls_stream),
    ("one_roster", one_roster),
];

/// libFuzzer's hook ends the program at a panic inside a workbook library too, which reading answers as a damaged file.
/// Without it only a panic that nobody caught ends it.
pub fn let_panics_be_caught() {
    std::panic::set_hook(Box::new(|_| ()));
}

/// A file of whatever kind.
pub fn any_file(bytes: &[u8]) {
    look(bytes.to_vec());
}

/// Text in any encoding; a mark in front keeps it from being taken for a package.
pub fn text_table(bytes: &[u8]) {
    look([b"a", bytes].concat());
}

/// The parts of a workbook, parted by zero bytes: sheet, shared strings, styles, the book itself, its relations.
pub fn xlsx_parts(bytes: &[u8]) {
    let mut parts = bytes.split(|byte| *byte == 0);
    let mut part = |usual: &'static str| parts.next().filter(|part| !part.is_empty()).unwrap_or(usual.as_bytes());
    let sheet = part("<worksheet><sheetData/></worksheet>");
    let strings = part("<sst/>");
    let styles = part("<styleSheet/>");
    let book = part(r#"<workbook><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#);
    let relations = part(
        r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#,
    );
    let root =
        r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    look(package(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/workbook.xml", book),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
    ]));
}

/// The content of an OpenDocument spreadsheet.
pub fn ods_content(bytes: &[u8]) {
    look(package(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", bytes)]));
}

/// The stream of a workbook of Excel 97 to 2003.
pub fn xls_stream(bytes: &[u8]) {
    let Ok(mut file) = cfb::CompoundFile::create(Cursor::new(Vec::new())) else { return };
    let written = file.create_stream("/Workbook").and_then(|mut stream| stream.write_all(bytes));
    if written.is_ok() && file.flush().is_ok() {
        look(file.into_inner().into_inner());
    }
}

/// The files of a OneRoster package, parted by zero bytes.
pub fn one_roster(bytes: &[u8]) {
    let names =
        ["users.csv", "orgs.csv", "classes.csv", "enrollments.csv", "demographics.csv", "roles.csv", "manifest.csv"];
    let parts: Vec<(&str, &[u8])> = names.into_iter().zip(bytes.split(|byte| *byte == 0)).collect();
    look(package(&parts));
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, bytes) in parts {
        if zip.start_file(*name, options).is_err() || zip.write_all(bytes).is_err() {
            return Vec::new();
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// Everything that an import does with a file, up to its edits.
fn look(bytes: Vec<u8>) {
    let Ok(mut workbook) = open_bytes(bytes, &LIMITS) else { return };
    let _ = workbook.sha256();
    let sheet = workbook.default_sheet().name.clone();
    let _ = workbook.estimate_rows(&sheet);
    let Ok(shape) = unwatched(|run| find_shape(&mut workbook, &sheet, run)) else { return };
    let mapping = shape.proposed.clone();
    let Ok(fitted) = unwatched(|run| fit_sheets(&mut workbook, &sheet, &shape, &mapping, run)) else { return };
    let sheets: Vec<SheetToPlan<'_>> = fitted
        .sheets
        .iter()
        .take(8)
        .map(|it| SheetToPlan { name: &it.name, shape: &it.shape, mapping: &it.mapping, department: Some(&it.name) })
        .collect();
    let options = PlanOptions {
        today: jiff::civil::date(2026, 9, 1),
        organisation_name: Some("第一中学".to_owned()),
        organisation_kind: "school".to_owned(),
        under: None,
        mirror: None,
        answers: Default::default(),
        corrections: Default::default(),
        fields: Vec::new(),
    };
    let planned = unwatched(|run| plan_sheets(&mut workbook, &sheets, &mut EmptyRoster, &options, run));
    let Ok(plan) = planned else { return };
    let rows = plan.rows(None, 0, 50);
    assert!(rows.len() <= plan.len(None), "no row is shown that is not there");
    for row in rows {
        assert_eq!(plan.find_row(row.key).as_ref(), Some(&row), "a row is found by its key");
    }
    let counts = plan.counts();
    let sum = counts.add + counts.change + counts.unchanged + counts.unsure + counts.leave + counts.problem;
    assert_eq!(sum as usize, plan.len(None), "every row has one verdict");
    let choices = ApplyChoices {
        new_departments: NewDepartments::Create,
        new_tags: NewTags::Create,
        faulty_cells: FaultyCells::LeaveCellOut,
        rows: RowsTaken::All,
        leaving_confirmed: None,
    };
    let mut made = 0_u64;
    let mut new_id = || {
        made += 1;
        RecordId::from_parts(made, [0; 10])
    };
    for edit in edits(&plan, choices, &mut new_id) {
        assert!(!edit.changes.is_empty(), "no edit is empty");
    }
}
