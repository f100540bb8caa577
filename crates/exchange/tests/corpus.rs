//! What people's files do wrong, one habit a test: what comes out is what the person meant, or a problem that says so.

mod support;

use mingce_exchange::ExchangeError;
use mingce_exchange::diff::{Plan, SheetToPlan, plan_sheets};
use mingce_exchange::read::{Format as FileFormat, Limits, Workbook as Opened, open_bytes};
use mingce_exchange::shape::{FittedSheets, Target, fit_sheets};
use mingce_exchange::unwatched;
use mingce_model::{Field, Kind};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::io::{Cursor, Read, Write};
use support::{ALL_IN, MemoryRoster, options, plan, understand};

/// A sheet's name and what is written into it.
type Filled<'a> = (&'a str, &'a dyn Fn(&mut Worksheet));

fn book(sheets: &[Filled<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, fill) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        fill(sheet);
    }
    book.save_to_buffer().unwrap()
}

fn lines(sheet: &mut Worksheet, top: u32, lines: &[&[&str]]) {
    for (row, line) in (top..).zip(lines) {
        for (column, text) in (0..).zip(*line) {
            if !text.is_empty() {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
}

/// Changes the parts of a package, as other programs would have written them.
fn rewritten(bytes: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        to.start_file(name.clone(), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(change(&name, text).as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn imported(bytes: Vec<u8>) -> (MemoryRoster, Plan) {
    let mut roster = MemoryRoster::default();
    let first = plan(bytes, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    (roster, first)
}

fn codes(plan: &Plan) -> Vec<(u32, &'static str)> {
    plan.problems(0, 100).map(|problem| (problem.row, problem.code.code())).collect()
}

#[test]
fn merged_headings_and_two_rows_of_them_are_one_heading_each() {
    let bytes = book(&[("名单", &|sheet| {
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 5, "2026 学年学生登记表", &plain).unwrap();
        sheet.merge_range(1, 0, 2, 0, "学号", &plain).unwrap();
        sheet.merge_range(1, 1, 2, 1, "姓名", &plain).unwrap();
        sheet.merge_range(1, 2, 1, 3, "父亲", &plain).unwrap();
        sheet.merge_range(1, 4, 1, 5, "母亲", &plain).unwrap();
        lines(sheet, 2, &[&["", "", "姓名", "电话", "姓名", "电话"]]);
        lines(sheet, 3, &[&["20260001", "张三", "张大", "13800138000", "李四", "13900139000"]]);
    })]);
    let (roster, _) = imported(bytes);
    let member = roster.member("张三");
    assert_eq!(member.text(Field::MemberCardNumber), Some("20260001"));
    let guardians: Vec<_> =
        roster.guardians(member.id).into_iter().map(|it| (it.name, it.phone, it.relation)).collect();
    let guardian =
        |name: &str, phone: &str, relation: &str| (name.to_owned(), Some(phone.to_owned()), Some(relation.to_owned()));
    assert_eq!(guardians, [guardian("张大", "13800138000", "father"), guardian("李四", "13900139000", "mother")]);
}

#[test]
fn a_title_that_is_not_merged_stays_out_of_the_headings() {
    let (_, _, shape) = understand(
        "2024级学生名单,,,制表日期：2024-09-01,\n学号,姓名,爱好,监护人姓名,监护人电话\n1,张三,足球,张大,13800138000\n"
            .into(),
    );
    let headings: Vec<&str> = shape.columns.iter().map(|column| column.heading.as_str()).collect();
    assert_eq!(headings, ["学号", "姓名", "爱好", "监护人姓名", "监护人电话"]);
    assert_eq!(shape.header_row, 2);
}

#[test]
fn a_class_merged_over_its_pupils_is_the_class_of_each() {
    let bytes = book(&[("名单", &|sheet| {
        lines(sheet, 0, &[&["班级", "姓名"], &["", "张三"], &["", "李四"], &["2班", "王五"]]);
        sheet.merge_range(1, 0, 2, 0, "1班", &Format::new()).unwrap();
    })]);
    let (roster, _) = imported(bytes);
    let class = |name| roster.path_of(roster.member(name));
    assert_eq!([class("张三"), class("李四"), class("王五")].map(Option::unwrap), ["1班", "1班", "2班"]);
}

#[test]
fn totals_and_notes_at_the_end_are_nobody() {
    let bytes = book(&[("名单", &|sheet| {
        lines(sheet, 0, &[&["学号", "姓名", "性别"], &["1001", "张三", "男"], &["1002", "李四", "女"]]);
        lines(sheet, 3, &[&["合计", "2", "男1女1"], &["填表人：王老师"], &["注：以上信息属实。"]]);
        sheet.write_formula(6, 1, Formula::new("=COUNTA(B2:B3)").set_result("2")).unwrap();
        sheet.write_string(6, 0, "总计：").unwrap();
    })]);
    let (roster, plan) = imported(bytes);
    assert_eq!(roster.all(Kind::Member).count(), 2);
    assert_eq!((plan.skipped().totals, plan.skipped().notes), (2, 2));
}

#[test]
fn hidden_sheets_stay_out_and_hidden_rows_come_in() {
    let bytes = book(&[
        ("去年", &|sheet| {
            lines(sheet, 0, &[&["姓名", "学号"], &["旧人", "1"]]);
            sheet.set_hidden(true);
        }),
        ("今年", &|sheet| {
            lines(sheet, 0, &[&["姓名", "学号"], &["张三", "2"], &["李四", "3"]]);
            // A filter that somebody forgot: whoever it hides is on the list all the same.
            sheet.set_row_hidden(1).unwrap();
            sheet.set_active(true);
        }),
        ("很隐蔽", &|sheet| {
            lines(sheet, 0, &[&["姓名", "学号"], &["旧人", "4"]]);
            sheet.set_very_hidden(true);
        }),
    ]);
    let (workbook, sheet, _) = understand(bytes.clone());
    assert_eq!(sheet, "今年");
    assert_eq!(workbook.sheets().iter().filter(|sheet| sheet.is_hidden).count(), 2);
    let (roster, _) = imported(bytes);
    let mut names: Vec<_> = roster.all(Kind::Member).filter_map(|it| it.text(Field::MemberName)).collect();
    names.sort_unstable();
    assert_eq!(names, ["张三", "李四"]);
}

#[test]
fn formulas_give_their_last_result_and_are_never_run() {
    let bytes = book(&[("名单", &|sheet| {
        lines(sheet, 0, &[&["姓名", "学号", "备注"]]);
        sheet.write_formula(1, 0, Formula::new("=\"张\"&\"三\"").set_result("张三")).unwrap();
        // What it came to is not what it would come to today.
        sheet.write_formula(1, 1, Formula::new("=1+1").set_result("20260001")).unwrap();
        sheet.write_formula(1, 2, Formula::new("=WEBSERVICE(\"http://example.com\")").set_result("无")).unwrap();
        sheet.write_string(2, 0, "李四").unwrap();
        sheet.write_formula(2, 1, Formula::new("=VLOOKUP(A3,C:D,2,0)").set_result("#N/A")).unwrap();
    })]);
    // A formula that failed is written as a fault.
    let bytes = rewritten(&bytes, |name, text| {
        if name.ends_with("sheet1.xml") { text.replace(r#"<c r="B3" t="str">"#, r#"<c r="B3" t="e">"#) } else { text }
    });
    let (roster, plan) = imported(bytes);
    let member = roster.member("张三");
    assert_eq!(member.text(Field::MemberCardNumber), Some("20260001"));
    assert_eq!(member.text(Field::MemberNote), Some("无"));
    assert_eq!(codes(&plan), [(3, "formula_fault")]);
}

#[test]
fn dates_are_the_same_day_in_both_calendars_and_five_spellings() {
    let bytes = book(&[("名单", &|sheet| {
        lines(sheet, 0, &[&["姓名", "出生日期"]]);
        let texts = ["2013-08-04", "2013/8/4", "2013.8.4", "2013年8月4日", "20130804", "２０１３－０８－０４"];
        for (row, text) in (1..).zip(texts) {
            sheet.write_string(row, 0, format!("文本{}", char::from(b'A' + row as u8))).unwrap();
            sheet.write_string(row, 1, text).unwrap();
        }
        let day = ExcelDateTime::from_ymd(2013, 8, 4).unwrap();
        for (row, format) in (7..).zip(["yyyy-mm-dd", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]m/d/yy"]) {
            sheet.write_string(row, 0, format!("日期{}", char::from(b'A' + row as u8))).unwrap();
            sheet.write_datetime_with_format(row, 1, &day, &Format::new().set_num_format(format)).unwrap();
        }
        sheet.write_string(10, 0, "数字").unwrap();
        sheet.write_number(10, 1, 41_490.0).unwrap();
    })]);
    let days = |roster: &MemoryRoster| -> Vec<String> {
        let days = roster.all(Kind::Member).map(|it| it.text(Field::MemberBirthDate).unwrap_or("none").to_owned());
        days.collect()
    };
    let (roster, plan) = imported(bytes.clone());
    assert_eq!(days(&roster), vec!["2013-08-04"; 10]);
    assert_eq!(codes(&plan), [(11, "date_from_serial_number")]);
    // The same workbook counted from 1904: what is stored is 1462 days less for the same day.
    let old = rewritten(&bytes, |name, text| match name {
        "xl/workbook.xml" => text.replace("<workbookPr ", "<workbookPr date1904=\"1\" "),
        "xl/worksheets/sheet1.xml" => text.replace("<v>41490</v>", "<v>40028</v>"),
        _ => text,
    });
    let (roster, _) = imported(old);
    let days = days(&roster);
    assert_eq!(days[..9], vec!["2013-08-04"; 9]);
    assert_eq!(days[9], "2009-08-03", "a number without the format of a date is read in the usual calendar");
}

#[test]
fn a_day_that_could_be_two_is_asked_for_and_not_guessed() {
    let (roster, plan) = imported("姓名,出生日期\n张三,8/4/2013\n李四,13-8-4\n王五,2013-02-30\n".into());
    assert_eq!(codes(&plan), [(2, "date_malformed"), (3, "date_malformed"), (4, "date_malformed")]);
    assert_eq!(roster.all(Kind::Member).count(), 0);
}

#[test]
fn wide_digits_spaces_and_invisible_marks_fall_away() {
    let bytes = book(&[("名单", &|sheet| {
        lines(
            sheet,
            0,
            &[
                &["姓\u{3000}名", " 学 号 ", "手机号\u{200b}", "身份证号\u{feff}", "班级"],
                &[
                    "\u{feff} 张\u{200b}三\u{3000}",
                    "２０２６０００１",
                    "\u{202a}１３８ ００１３ ８０００\u{202c}",
                    "'１１０１０５１９４９１２３１００２ｘ",
                    "　高一\u{a0}/ ３班 ",
                ],
                &["欧阳 娜娜", "20260002\u{200b}", "+86 139-0013-9000", "", "高一/3班"],
            ],
        );
    })]);
    let (roster, plan) = imported(bytes);
    assert_eq!(codes(&plan), []);
    let member = roster.member("张三");
    assert_eq!(member.text(Field::MemberCardNumber), Some("20260001"));
    assert_eq!(member.text(Field::MemberPhone), Some("13800138000"));
    assert_eq!(member.text(Field::MemberDocumentNumber), Some("11010519491231002X"));
    assert_eq!(plan.departments_to_create(), ["高一", "高一/3班"]);
}

#[test]
fn male_and_female_are_known_in_many_spellings() {
    let male = ["男", "男性", "男生", "男孩", " 男 ", "M", "m", "Male", "MALE", "Ｍ", "man", "boy", "1", "先生"];
    let female =
        ["女", "女性", "女生", "女孩", "女\u{3000}", "F", "f", "Female", "FEMALE", "Ｆ", "woman", "girl", "2", "女士"];
    let mut file = String::from("姓名,性别\n");
    for (index, word) in male.iter().chain(&female).enumerate() {
        file.push_str(&format!("成员{},{word}\n", ["甲", "乙", "丙", "丁"][index % 4].repeat(1 + index / 4)));
    }
    file.push_str("不明,未知\n");
    let (roster, plan) = imported(file.into());
    assert_eq!(codes(&plan), [(30, "choice_unknown")]);
    let count = |sex: &str| roster.all(Kind::Member).filter(|it| it.text(Field::MemberSex) == Some(sex)).count();
    assert_eq!((count("male"), count("female")), (male.len(), female.len()));
}

#[test]
fn the_first_of_several_phones_goes_in_and_the_others_are_noted() {
    let file = "姓名,手机号,家长电话,备注\n\
        张三,13800138000/13900139000,\"13700137000（母）\n13600136000（父）\",住校\n\
        李四,13800138001、无,,\n";
    let mut roster = MemoryRoster::default();
    let first = plan(file, &mut roster);
    assert_eq!(codes(&first), [(2, "several_phones"), (3, "phone_malformed")]);
    roster.apply_plan(&first, ALL_IN);
    let member = roster.member("张三").clone();
    assert_eq!(member.text(Field::MemberPhone), Some("13800138000"));
    assert_eq!(member.text(Field::MemberNote), Some("住校；其他电话：13900139000"));
    let guardians = roster.guardians(member.id);
    let mut parents: Vec<_> = guardians.iter().map(|it| (it.phone.as_deref(), it.relation.as_deref())).collect();
    parents.sort_unstable();
    assert_eq!(parents, [(Some("13600136000"), Some("father")), (Some("13700137000"), Some("mother"))]);
    let again = plan(file, &mut roster);
    assert_eq!((again.counts().unchanged, again.counts().problem), (1, 1), "the file again changes nothing");
}

fn classes() -> Vec<u8> {
    book(&[
        ("说明", &|sheet| lines(sheet, 0, &[&["请各班主任填写"]])),
        ("1班", &|sheet| {
            lines(sheet, 0, &[&["年级", "姓名", "学号"], &["高一", "张三", "1"], &["高一", "李四", "2"]])
        }),
        ("2班", &|sheet| {
            // Another order, one more column, and a title above.
            lines(sheet, 0, &[&["高一2班名单"], &["学号", "姓名", "爱好", "年级"], &["3", "王五", "足球", "高一"]]);
            lines(sheet, 3, &[&["1", "赵六", "", "高一"]]);
        }),
        ("3", &|sheet| lines(sheet, 0, &[&["年级", "姓名", "学号"], &["高一", "孙七", "5"]])),
        ("旧4班", &|sheet| {
            lines(sheet, 0, &[&["年级", "姓名", "学号"], &["高一", "旧人", "9"]]);
            sheet.set_hidden(true);
        }),
        ("统计", &|sheet| lines(sheet, 0, &[&["班级", "人数"], &["1班", "2"]])),
    ])
}

fn fitted(workbook: &mut Opened) -> FittedSheets {
    let shape = unwatched(|run| mingce_exchange::shape::find_shape(workbook, "1班", run)).unwrap();
    let mapping = shape.proposed.clone();
    unwatched(|run| fit_sheets(workbook, "1班", &shape, &mapping, run)).unwrap()
}

#[test]
fn one_class_a_sheet_is_imported_as_one() {
    let mut workbook = open_bytes(classes(), &Limits::default()).unwrap();
    let fitted = fitted(&mut workbook);
    assert_eq!(fitted.left_out, ["说明", "旧4班", "统计"]);
    let sheets: Vec<SheetToPlan<'_>> = fitted
        .sheets
        .iter()
        .map(|it| SheetToPlan { name: &it.name, shape: &it.shape, mapping: &it.mapping, department: Some(&it.name) })
        .collect();
    let mut roster = MemoryRoster::default();
    let plan = unwatched(|run| plan_sheets(&mut workbook, &sheets, &mut roster, &options(), run)).unwrap();
    assert_eq!(plan.departments_to_create(), ["高一", "高一/1班", "高一/2班", "高一/3班"]);
    let problem = plan.problems(0, 10).next().unwrap();
    assert_eq!((problem.sheet, problem.row, problem.column.as_str()), ("2班", 4, "A"));
    assert_eq!(
        (problem.code.code(), problem.other_sheet, problem.other_row),
        ("card_number_repeated", Some("1班"), Some(2))
    );
    let rows: Vec<_> = plan.rows(None, 0, 10).into_iter().map(|row| (row.sheet, row.row, row.label)).collect();
    assert_eq!(rows[2], ("2班".to_owned(), 3, "王五".to_owned()));
    assert_eq!(rows[4], ("3".to_owned(), 2, "孙七".to_owned()));
    roster.apply_plan(&plan, ALL_IN);
    let class = |name| roster.path_of(roster.member(name)).unwrap();
    assert_eq!(["张三", "李四", "王五", "孙七"].map(class), ["高一/1班", "高一/1班", "高一/2班", "高一/3班"]);
    let again = unwatched(|run| plan_sheets(&mut workbook, &sheets, &mut roster, &options(), run)).unwrap();
    assert_eq!((again.counts().add, again.counts().change), (0, 0));
}

#[test]
fn a_workbook_of_wps_is_read_with_its_pictures_left_aside() {
    let bytes = book(&[("Sheet1", &|sheet| {
        lines(sheet, 0, &[&["姓名", "照片", "身份证号"], &["张三", "", "11010519491231002X"]]);
        let picture = Formula::new("=_xlfn.DISPIMG(\"ID_0A\",1)").set_result("=DISPIMG(\"ID_0A\",1)");
        sheet.write_formula(1, 1, picture).unwrap();
    })]);
    let bytes = rewritten(&bytes, |name, text| {
        match name {
        "xl/workbook.xml" => text
            .replace("<bookViews>", "<fileRecoveryPr repairLoad=\"1\"/><bookViews>")
            .replace("</workbook>", "<extLst><ext xmlns:x15=\"x\" uri=\"{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}\"/></extLst></workbook>"),
        "[Content_Types].xml" => text.replace(
            "</Types>",
            "<Override PartName=\"/xl/cellimages.xml\" ContentType=\"application/vnd.wps-officedocument.cellimage+xml\"/></Types>",
        ),
        _ => text,
    }
    });
    let (_, _, shape) = understand(bytes.clone());
    assert_eq!(shape.proposed.columns[1], Target::Ignore);
    let (roster, plan) = imported(bytes);
    assert_eq!(codes(&plan), []);
    assert_eq!(roster.member("张三").text(Field::MemberDocumentNumber), Some("11010519491231002X"));
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

#[test]
fn a_file_is_known_by_what_it_is_and_not_by_its_name() {
    // `.et` of WPS is the workbook of Excel 97 to 2003 under another name; school systems write `.xls` that are none.
    let dir = tempfile::tempdir().unwrap();
    for (content, name, format) in [
        (fixture("roster.xls"), "名册.et", FileFormat::Xls),
        (fixture("roster.xls"), "名册.xlsx", FileFormat::Xls),
        (fixture("roster.xlsx"), "名册.xls", FileFormat::Xlsx),
        ("姓名\t学号\n张三\t1\n".into(), "名册.xls", FileFormat::Text),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        let opened = mingce_exchange::read::open(&path, &Limits::default()).unwrap();
        assert_eq!(opened.format(), format, "{name}");
    }
}

#[test]
fn a_password_is_asked_to_be_taken_off() {
    let mut locked = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    locked.create_stream("/EncryptionInfo").unwrap().write_all(&[4, 0, 4, 0]).unwrap();
    locked.create_stream("/EncryptedPackage").unwrap().write_all(&[0; 64]).unwrap();
    locked.flush().unwrap();
    let mut old = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let stream = [&[0x09, 0x08, 16, 0][..], &[0; 16], &[0x2F, 0, 2, 0, 1, 0]].concat();
    old.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    old.flush().unwrap();
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    packed.start_file("[Content_Types].xml", options).unwrap();
    packed.write_all(b"<Types/>").unwrap();
    let mut packed = packed.finish().unwrap().into_inner();
    // The bit that says a part is encrypted, in its own header and in the directory's.
    let central = packed.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    packed[6] |= 1;
    packed[central + 8] |= 1;
    for bytes in [locked.into_inner().into_inner(), old.into_inner().into_inner(), packed] {
        let refused = open_bytes(bytes, &Limits::default()).err();
        assert_eq!(refused, Some(ExchangeError::PasswordProtected));
    }
}

#[test]
fn the_headings_of_every_printed_page_are_no_people() {
    let file = "学号,姓名,性别\n1001,张三,男\n学号,姓名,性别\n1002,李四,女\n,,\n";
    let (roster, plan) = imported(file.into());
    assert_eq!(roster.all(Kind::Member).count(), 2);
    assert_eq!(plan.skipped().repeated_headings, 1);
}
