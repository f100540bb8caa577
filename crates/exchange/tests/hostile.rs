//! Files made to hurt are refused with a code, quickly, without a panic.

use mingce_exchange::read::{Limits, Workbook, open_bytes};
use mingce_exchange::shape::find_shape;
use mingce_exchange::{ExchangeError, unwatched};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use zip::write::SimpleFileOptions;

const CONTENT_TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const WITH_STRINGS: &str = r#"<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;

/// Writes a part's content in pieces, so that a test needs no gigabyte of memory for one.
type Part<'a> = (&'a str, Content<'a>);
type Content<'a> = Box<dyn FnOnce(&mut dyn Write) + 'a>;

fn text(content: impl Into<String>) -> Content<'static> {
    let content = content.into();
    Box::new(move |target| target.write_all(content.as_bytes()).unwrap())
}

fn package(parts: Vec<Part<'_>>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().large_file(true);
    for (name, write) in parts {
        zip.start_file(name, options).unwrap();
        write(&mut zip);
    }
    zip.finish().unwrap().into_inner()
}

fn xlsx(sheet: Content<'static>, more: Vec<Part<'static>>) -> Vec<u8> {
    let mut parts: Vec<Part<'static>> = vec![
        ("[Content_Types].xml", text(CONTENT_TYPES)),
        ("_rels/.rels", text(ROOT)),
        ("xl/_rels/workbook.xml.rels", text(BOOK_RELATIONS.replace("</Relationships>", WITH_STRINGS))),
        ("xl/workbook.xml", text(BOOK)),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.extend(more);
    package(parts)
}

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn read_all(mut workbook: Workbook) -> Result<u32, ExchangeError> {
    let name = workbook.default_sheet().name.clone();
    let mut rows = 0;
    unwatched(|run| {
        workbook.read_rows(&name, run, &mut |_, _| {
            rows += 1;
            Ok(ControlFlow::Continue(()))
        })
    })?;
    Ok(rows)
}

fn verdict(bytes: Vec<u8>) -> Result<u32, &'static str> {
    open_bytes(bytes, &Limits::default()).and_then(read_all).map_err(ExchangeError::code)
}

#[test]
fn an_honest_file_passes() {
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>"#;
    assert_eq!(verdict(xlsx(text(sheet(rows)), vec![])), Ok(1));
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let zeros = |mebibytes: usize| -> Content<'static> {
        Box::new(move |target: &mut dyn Write| {
            let block = vec![b' '; 1 << 20];
            for _ in 0..mebibytes {
                target.write_all(&block).unwrap();
            }
        })
    };
    assert_eq!(verdict(xlsx(zeros(64), vec![])), Err("file_suspicious_compression"));
    // Ten gigabytes by what the directory says.
    let many = (0..4).map(|_| ()).enumerate().map(|(index, ())| {
        let name: &'static str = ["xl/a.bin", "xl/b.bin", "xl/c.bin", "xl/d.bin"][index];
        (name, zeros(15)) as Part<'static>
    });
    let limits = Limits { unpacked_bytes: 50 << 20, ..Limits::default() };
    let bytes = xlsx(text(sheet("")), many.collect());
    assert_eq!(open_bytes(bytes, &limits).map(|_| ()), Err(ExchangeError::UnpacksTooLarge { limit_bytes: 50 << 20 }));
}

#[test]
fn a_directory_that_lies_about_sizes_is_found_out() {
    let mut bytes = xlsx(text(sheet(&"<row/>".repeat(400_000))), vec![]);
    // The sheet's size in the central directory and in the local header.
    let size = (sheet(&"<row/>".repeat(400_000)).len() as u32).to_le_bytes();
    let places: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, four)| *four == size).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    assert_eq!(verdict(bytes), Err("file_damaged"));
}

#[test]
fn entity_bombs_are_refused_in_every_part() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>"#;
    assert_eq!(
        verdict(xlsx(text(sheet("")), vec![("xl/sharedStrings.xml", text(bomb))])),
        Err("file_forbidden_markup")
    );
    assert_eq!(verdict(xlsx(text(bomb), vec![])), Err("file_forbidden_markup"));
    let ods = package(vec![
        ("mimetype", text("application/vnd.oasis.opendocument.spreadsheet")),
        ("content.xml", text(bomb)),
    ]);
    assert_eq!(verdict(ods), Err("file_forbidden_markup"));
}

#[test]
fn a_promise_of_a_trillion_strings_is_not_believed() {
    let strings = r#"<?xml version="1.0"?><sst uniqueCount="1000000000000"><si><t>a</t></si></sst>"#;
    let cell = r#"<row><c t="s"><v>0</v></c></row>"#;
    assert_eq!(verdict(xlsx(text(sheet(cell)), vec![("xl/sharedStrings.xml", text(strings))])), Ok(1));
    let beyond = r#"<row><c t="s"><v>1</v></c></row>"#;
    assert_eq!(verdict(xlsx(text(sheet(beyond)), vec![("xl/sharedStrings.xml", text(strings))])), Err("file_damaged"));
}

#[test]
fn too_wide_too_tall_and_too_long_are_told_apart() {
    let cell = |reference: &str| format!(r#"<row><c r="{reference}"><v>1</v></c></row>"#);
    assert_eq!(verdict(xlsx(text(sheet(&cell("XFD1"))), vec![])), Err("sheet_too_many_columns"));
    assert_eq!(verdict(xlsx(text(sheet(&cell("ZZZ1"))), vec![])), Err("sheet_too_many_columns"));
    assert_eq!(verdict(xlsx(text(sheet(&cell("A1048577"))), vec![])), Err("sheet_too_many_rows"));
    let seventeen_thousand = (0..17_000).map(|_| r#"<c t="n"><v>1</v></c>"#).collect::<String>();
    assert_eq!(
        verdict(xlsx(text(sheet(&format!("<row>{seventeen_thousand}</row>"))), vec![])),
        Err("sheet_too_many_columns")
    );
    let long = |characters: usize| {
        format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>"#, "长".repeat(characters))
    };
    assert_eq!(verdict(xlsx(text(sheet(&long(32_767))), vec![])), Ok(1));
    assert_eq!(verdict(xlsx(text(sheet(&long(32_768))), vec![])), Err("cell_too_long"));
    assert_eq!(verdict(xlsx(text(sheet(&long(2 << 20))), vec![])), Err("cell_too_long"));
    assert_eq!(verdict(format!("a,b\n{}", ",".repeat(17_000) + "x").into_bytes()), Err("sheet_too_many_columns"));
    assert_eq!(verdict(format!("a,{}\n", "x".repeat(40_000)).into_bytes()), Err("cell_too_long"));
}

#[test]
fn repeated_cells_of_an_ods_are_never_expanded() {
    let content = |rows: &str| {
        format!(
            r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
        )
    };
    let ods = |rows: &str| {
        package(vec![
            ("mimetype", text("application/vnd.oasis.opendocument.spreadsheet")),
            ("content.xml", text(content(rows))),
        ])
    };
    let cell = |attributes: &str| {
        format!(r#"<table:table-cell office:value-type="string" {attributes}><text:p>a</text:p></table:table-cell>"#)
    };
    let row = |attributes: &str, cells: &str| format!("<table:table-row {attributes}>{cells}</table:table-row>");
    assert_eq!(verdict(ods(&row("", &cell("")))), Ok(1));
    assert_eq!(
        verdict(ods(&row("", &cell(r#"table:number-columns-repeated="4000000000""#)))),
        Err("sheet_too_many_columns")
    );
    assert_eq!(verdict(ods(&row(r#"table:number-rows-repeated="4000000000""#, &cell("")))), Err("sheet_too_many_rows"));
    let gap = row(r#"table:number-rows-repeated="4000000000""#, "<table:table-cell/>").repeat(3);
    assert_eq!(verdict(ods(&(gap + &row("", &cell(""))))), Err("sheet_too_many_rows"));
    let cut = content(&row("", &cell("")));
    let cut = package(vec![("content.xml", text(&cut[..cut.len() - 60]))]);
    assert_eq!(verdict(cut), Err("file_damaged"));
}

#[test]
fn an_ods_with_a_password_is_recognised_though_nothing_in_it_can_be_read() {
    let manifest = |entry: &str| {
        let entry = format!(r#"<m:file-entry m:full-path="{entry}"><m:encryption-data/></m:file-entry>"#);
        ("META-INF/manifest.xml", text(format!(r#"<m:manifest xmlns:m="m">{entry}</m:manifest>"#)))
    };
    let cipher = || -> Content<'static> {
        Box::new(|out| {
            let noise: Vec<u8> = (0..200_000u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            out.write_all(&noise).unwrap();
        })
    };
    // Part by part, and by newer programs as a whole.
    for (name, entry) in [("content.xml", "content.xml"), ("encrypted-package", "encrypted-package")] {
        let kind = || ("mimetype", text("application/vnd.oasis.opendocument.spreadsheet"));
        assert_eq!(verdict(package(vec![kind(), manifest(entry), (name, cipher())])), Err("file_password_protected"));
        assert_eq!(verdict(package(vec![kind(), (name, cipher()), manifest(entry)])), Err("file_password_protected"));
    }
}

#[test]
fn a_locked_workbook_is_recognised() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptionInfo").unwrap().write_all(&[4, 0, 4, 0]).unwrap();
    file.create_stream("/EncryptedPackage").unwrap().write_all(&[0; 64]).unwrap();
    file.flush().unwrap();
    assert_eq!(verdict(file.into_inner().into_inner()), Err("file_password_protected"));
}

#[test]
fn what_only_looks_like_a_spreadsheet_is_named() {
    assert_eq!(verdict(b"<html><table><tr><td>1</td></tr></table></html>".to_vec()), Err("file_format_unsupported"));
    assert_eq!(verdict(b"<?xml version=\"1.0\"?><Workbook/>".to_vec()), Err("file_format_unsupported"));
    assert_eq!(verdict(package(vec![("word/document.xml", text("<a/>"))])), Err("file_format_unknown"));
    assert_eq!(verdict(package(vec![("xl/workbook.bin", text("x"))])), Err("file_format_unsupported"));
    assert_eq!(verdict(Vec::new()), Err("file_no_sheets"));
    assert_eq!(verdict(b"%PDF-1.4\0\x01\x02".to_vec()), Err("file_format_unknown"));
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

fn look(bytes: Vec<u8>) {
    if let Ok(mut workbook) = open_bytes(bytes, &Limits::default()) {
        let sheets: Vec<String> = workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect();
        for sheet in sheets {
            let _ = unwatched(|run| find_shape(&mut workbook, &sheet, run));
            let _ = unwatched(|run| workbook.read_rows(&sheet, run, &mut |_, _| Ok(ControlFlow::Continue(()))));
        }
    }
}

#[test]
fn files_cut_short_are_errors_at_every_length() {
    for name in ["roster.xlsx", "roster.xls", "roster.ods"] {
        let bytes = fixture(name);
        for length in (0..bytes.len()).step_by(97) {
            assert!(verdict(bytes[..length].to_vec()).is_err() || name == "roster.xls", "{name} {length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), kind in 0_usize..4) {
        let start: &[u8] = [b"".as_slice(), b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xFF\xFE"][kind];
        look([start, &bytes].concat());
    }

    #[test]
    fn mangled_markup_never_panics(
        part in 0_usize..3, changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"<>/\"'&;=!-[]? \nrtsc1A\x00\xFF".to_vec())), 1..12)
    ) {
        let sheet_text = sheet(r#"<row r="1" spans="1:2"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c></row><row r="3"><c t="inlineStr"><is><r><t>a&amp;</t></r></is></c><c r="C3" t="b"><v>1</v></c></row>"#);
        let strings = r#"<?xml version="1.0"?><sst count="1" uniqueCount="1"><si><t xml:space="preserve"> a_x000D_ </t></si></sst>"#;
        let styles = r##"<?xml version="1.0"?><styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"##;
        let relations = BOOK_RELATIONS.replace("</Relationships>", r#"<Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#);
        let mut texts = [sheet_text.into_bytes(), strings.as_bytes().to_vec(), styles.as_bytes().to_vec()];
        for (at, byte) in changes {
            let at = at.index(texts[part].len());
            texts[part][at] = byte;
        }
        let [sheet_text, strings, styles] = texts;
        let raw = |bytes: Vec<u8>| -> Content<'static> { Box::new(move |target| target.write_all(&bytes).unwrap()) };
        look(package(vec![
            ("[Content_Types].xml", text(CONTENT_TYPES)),
            ("_rels/.rels", text(ROOT)),
            ("xl/_rels/workbook.xml.rels", text(relations)),
            ("xl/workbook.xml", text(BOOK)),
            ("xl/worksheets/sheet1.xml", raw(sheet_text)),
            ("xl/sharedStrings.xml", raw(strings)),
            ("xl/styles.xml", raw(styles)),
        ]));
    }

    #[test]
    fn damaged_workbooks_never_panic(
        file in 0_usize..3, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)
    ) {
        let mut bytes = fixture(["roster.xlsx", "roster.xls", "roster.ods"][file]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        look(bytes);
    }
}
