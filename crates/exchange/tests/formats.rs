//! The same sheet in every format: what LibreOffice 7.4 wrote as XLSX, XLS and ODS, and as text in several encodings.

mod support;

use mingce_exchange::read::{Delimiter, Format, Limits, TextEncoding, TextForm, ValueKind, open, open_bytes};
use mingce_exchange::{ExchangeError, unwatched};
use mingce_model::Field;
use std::ops::ControlFlow;
use std::path::PathBuf;
use support::{ALL_IN, MemoryRoster, plan, understand};

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name].iter().collect()
}

type Rows = Vec<(u32, Vec<(ValueKind, String)>)>;

fn rows(workbook: &mut mingce_exchange::read::Workbook, sheet: &str) -> Rows {
    let mut rows = Vec::new();
    unwatched(|run| {
        workbook.read_rows(sheet, run, &mut |row, cells| {
            rows.push((row, cells.iter().map(|cell| (cell.kind(), cell.text().into_owned())).collect()));
            Ok(ControlFlow::Continue(()))
        })
    })
    .unwrap();
    rows
}

const FORMATS: [(&str, Format); 3] =
    [("roster.xlsx", Format::Xlsx), ("roster.xls", Format::Xls), ("roster.ods", Format::Ods)];

#[test]
fn every_format_gives_the_same_cells() {
    use ValueKind::{Date, Number, Text};
    for (name, format) in FORMATS {
        let mut workbook = open(&fixture(name), &Limits::default()).unwrap();
        assert_eq!(workbook.format(), format);
        let sheets: Vec<_> = workbook.sheets().iter().map(|it| (it.name.as_str(), it.is_hidden)).collect();
        assert_eq!(sheets, [("名册", false), ("旧名册", true)], "{name}");
        assert_eq!(workbook.default_sheet().name, "名册");
        let read = rows(&mut workbook, "名册");
        assert_eq!(read.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2, 3, 4, 8], "{name}");
        let cells: Vec<(ValueKind, &str)> = read[3].1.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        let expected = [
            (Number, "0013"),
            (Text, "欧阳娜娜"),
            (Text, "女"),
            (Date, "2008-03-04"),
            (Text, "3班"),
            (Number, "540102201007255040"),
            (Number, "13900139000"),
        ];
        // The number's lost digits are shown as the file's own arithmetic has them.
        let same = |a: (ValueKind, &str), b: (ValueKind, &str)| {
            a == b || (b.1.starts_with("5401022010072") && a.1.starts_with("5401022010072") && a.0 == Number)
        };
        assert!(
            cells.len() == expected.len() && cells.iter().zip(expected).all(|(a, b)| same(*a, b)),
            "{name}: {cells:?}"
        );
        assert_eq!(read[4].1[1].1, "𬤇丽", "{name}");
        assert_eq!(read[4].1[5].0, ValueKind::Fault, "{name}");
        assert_eq!(rows(&mut workbook, "旧名册").len(), 1);
    }
}

#[test]
fn every_format_gives_the_same_plan() {
    for (name, _) in FORMATS {
        let mut roster = MemoryRoster::default();
        let plan = plan(std::fs::read(fixture(name)).unwrap(), &mut roster);
        let codes: Vec<_> = plan
            .problems(0, 10)
            .map(|it| {
                (
                    it.row,
                    it.column.clone(),
                    it.heading.to_owned(),
                    it.value_kind.name(),
                    it.code.code(),
                    it.remedy.code(),
                )
            })
            .collect();
        assert_eq!(
            codes,
            [
                (3, "C".into(), "性别".into(), "text", "sex_differs_from_id", "check_value"),
                (3, "D".into(), "出生日期".into(), "date", "birth_date_differs_from_id", "check_value"),
                (
                    4,
                    "F".into(),
                    "身份证号".into(),
                    "number",
                    "resident_id_spoiled_by_spreadsheet",
                    "enter_again_as_text"
                ),
                (8, "F".into(), "身份证号".into(), "fault", "formula_fault", "repair_formula")
            ],
            "{name}"
        );
        roster.apply_plan(&plan, ALL_IN);
        let member = roster.member("张三");
        assert_eq!(member.text(Field::MemberCardNumber), Some("0012"));
        assert_eq!(roster.path_of(member).as_deref(), Some("3班"));
        assert_eq!(roster.guardians(member.id)[0].name, "张三家长");
    }
}

#[test]
fn parent_lists_in_gbk_are_read_as_they_are() {
    let text = "学生姓名,家长手机号,家长姓名,学生性别,出生日期\r\n张三,13800138000,张大,男,2008-01-02\r\n";
    let bytes = encoding_rs::GBK.encode(text).0.into_owned();
    let (workbook, _, shape) = understand(bytes.clone());
    let form = workbook.text_form().unwrap();
    assert_eq!((form.encoding, form.delimiter), (TextEncoding::GB18030, Delimiter::Comma));
    assert!(shape.columns.iter().all(|column| column.confidence > 0.85));
    let mut roster = MemoryRoster::default();
    let plan = plan(bytes, &mut roster);
    roster.apply_plan(&plan, ALL_IN);
    assert_eq!(roster.guardians(roster.member("张三").id)[0].phone.as_deref(), Some("13800138000"));
}

#[test]
fn the_user_can_correct_encoding_and_delimiter() {
    let mut workbook =
        open_bytes(encoding_rs::BIG5.encode("a;b|c\r\n陳;大|文\r\n").0.into_owned(), &Limits::default()).unwrap();
    let form = TextForm { encoding: TextEncoding::from_name("big5").unwrap(), delimiter: Delimiter::Bar };
    workbook.set_text_form(form);
    let read = rows(&mut workbook, "");
    assert_eq!(read[1].1.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["陳;大", "文"]);
}

#[test]
fn a_sheet_that_is_not_there_and_a_cancelled_read_say_so() {
    let mut workbook = open(&fixture("roster.xlsx"), &Limits::default()).unwrap();
    let missing = unwatched(|run| workbook.read_rows("没有", run, &mut |_, _| Ok(ControlFlow::Continue(()))));
    assert_eq!(missing, Err(ExchangeError::SheetNotFound));
    let mut run = mingce_exchange::Run { is_cancelled: &|| true, on_progress: &mut |_| () };
    let cancelled = workbook.read_rows("名册", &mut run, &mut |_, _| Ok(ControlFlow::Continue(())));
    assert_eq!(cancelled, Err(ExchangeError::Cancelled));
}
