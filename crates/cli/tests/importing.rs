//! Files brought in by a script: what is refused, what is left out, and what is said of it.

mod desk;

use desk::Desk;
use serde_json::json;
use std::io::Write as _;

#[test]
fn headings_that_nobody_knows_are_not_taken_for_people() {
    let desk = Desk::with_roster("姓名,学号\n张三,S1\n");
    let file = desk.file("foo.csv", "foo,bar\nx,y\n");
    let refused = desk.run(&["import", &file]);
    assert_eq!((refused.status, refused.code().as_str()), (1, "no_header"));
    assert_eq!(desk.names(), ["张三"]);

    let file = desk.file("namen.csv", "Vorname Nachname,Klasse\nAnna,Igel\n");
    assert_eq!(desk.run(&["import", &file]).code(), "no_header");
    let done = desk.run(&["import", &file, "--map", "Vorname Nachname=name"]).done();
    assert_eq!((&done["header_row"], &done["counts"]["add"]), (&json!(1), &json!(1)));
    assert_eq!(desk.names(), ["Anna", "张三"]);

    // A column by its letter needs no headings; a row that is named is one.
    let file = desk.file("plain.csv", "李四,x\n王五,y\n");
    assert_eq!(desk.run(&["import", &file, "--map", "A=name"]).done()["counts"]["add"], 2);
    let file = desk.file("row.csv", "Liste\nWer,Was\nBerta,z\n");
    let done = desk.run(&["import", &file, "--heading-row", "2", "--map", "Wer=name"]).done();
    assert_eq!((&done["header_row"], &done["counts"]["add"]), (&json!(2), &json!(1)));
    assert_eq!(desk.run(&["import", &file, "--heading-row", "9"]).code(), "no_header");
}

#[test]
fn rows_in_departments_that_are_not_to_be_made_stay_out() {
    let desk = Desk::with_roster("姓名,学号,部门\n张三,S1,高一\n");
    let file = desk.file("more.csv", "姓名,学号,部门\n李四,S2,高一\n王五,S3,高二/1班\n张三,S1,高三\n");
    let dry = desk.run(&["import", &file, "--keep-departments", "--dry-run"]).done();
    assert_eq!((&dry["counts"]["add"], &dry["counts"]["change"], &dry["left_out"]), (&json!(1), &json!(0), &json!(2)));
    let ended = desk.run(&["import", &file, "--keep-departments"]);
    assert_eq!(ended.status, 3);
    let answer = ended.answer();
    assert_eq!((&answer["counts"]["add"], &answer["applied"]["added"]), (&json!(1), &json!(1)));
    assert_eq!(answer["new_departments"], json!([]));
    assert_eq!(answer["problems"][0]["code"], "department_unknown");
    assert_eq!((&answer["problems"][0]["row"], &answer["problems"][0]["value"]), (&json!(3), &json!("高二/1班")));
    assert_eq!(desk.names(), ["张三", "李四"]);
    assert_eq!(desk.run(&["departments"]).done().as_array().unwrap().len(), 1);
}

#[test]
fn a_dry_run_remembers_nothing_and_an_import_says_what_it_remembers() {
    let desk = Desk::new();
    let file = desk.file("notes.csv", "姓名,学号,口味\n张三,S1,甜\n");
    desk.run(&["import", &file, "--map", "口味=note", "--dry-run"]).done();
    let dry = desk.run(&["import", &file, "--dry-run"]).done();
    assert_eq!(dry["is_remembered"], false);
    desk.run(&["import", &file, "--map", "口味=note"]).done();
    let again = desk.read(&["import", &file, "--dry-run"]);
    assert_eq!(again.status, 0);
    assert!(again.stderr.contains("--map changes that"), "{}", again.stderr);
}

#[test]
fn a_quotation_mark_that_is_not_closed_swallows_nobody() {
    let desk = Desk::new();
    let file = desk.file("quotes.csv", "姓名,学号,备注\n张三,S1,\"北京\n李四,S2,上海\n王五,S3,\"a,b\"\n");
    let dry = desk.run(&["import", &file, "--dry-run"]).done();
    assert_eq!(dry["counts"]["add"], 3);
    assert_eq!((&dry["remarks"][0]["code"], &dry["remarks"][0]["columns"]), (&json!("quotes_unclosed"), &json!(["2"])));
    let read = desk.read(&["import", &file]);
    assert!(read.stderr.contains("opened in row 2 is not closed"), "{}", read.stderr);
    assert_eq!(desk.names(), ["张三", "李四", "王五"]);
}

#[test]
fn a_dry_run_shows_people_every_field_and_a_problem_its_remedy() {
    let desk = Desk::with_roster("姓名,学号,手机\n张三,S1,13800138001\n");
    let file = desk.file("change.csv", "姓名,学号,手机,部门\n张三,S1,13800138009,高二/2班\n李四,S2,12,高二/2班\n");
    let masked = desk.read(&["import", &file, "--dry-run"]);
    assert!(masked.stdout.contains("138****8009") && !masked.stdout.contains("13800138009"), "{}", masked.stdout);
    let dry = desk.read(&["import", &file, "--dry-run", "--reveal"]);
    assert_eq!(dry.status, 0);
    for said in ["new departments: 高二, 高二/2班", "13800138009", "phone"] {
        assert!(dry.stdout.contains(said), "{said}: {}", dry.stdout);
    }
    for said in ["phone_malformed", "Not a phone number", "remedy"] {
        assert!(dry.stderr.contains(said), "{said}: {}", dry.stderr);
    }
    let done = desk.run(&["import", &file]);
    assert_eq!((done.status, &done.complaint()["left_out"]), (3, &json!(1)));
}

#[test]
fn classes_are_found_by_their_ends_and_new_ones_come_under_what_is_named() {
    let desk = Desk::with_roster("姓名,学号,部门\n张三,S1,高中部/高一/3班\n李四,S2,初中部/初一/1班\n");
    let file = desk.file("short.csv", "姓名,学号,部门\n王五,S3,3班\n赵六,S4,初二/2班\n");
    let dry = desk.run(&["import", &file, "--dry-run", "--under", "初中部"]).done();
    assert_eq!(dry["found_departments"], json!([{ "named": "3班", "path": "高中部/高一/3班" }]));
    assert_eq!(dry["new_departments"], json!(["初中部/初二", "初中部/初二/2班"]));
    assert_eq!(desk.run(&["import", &file, "--under", "小学部"]).code(), "not_found");
    // Whoever may not make departments still reaches those that are found.
    let ended = desk.run(&["import", &file, "--keep-departments", "--under", "初中部"]);
    assert_eq!((ended.status, &ended.answer()["problems"][0]["value"]), (3, &json!("初中部/初二/2班")));
    assert_eq!(desk.run(&["import", &file, "--under", "初中部"]).done()["applied"]["added"], 1);
    assert_eq!(desk.run(&["departments"]).done().as_array().unwrap().len(), 8);
}

#[test]
fn a_column_that_a_package_alone_has_is_made_a_field_unless_fields_are_kept() {
    let desk = Desk::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("users.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(
        "sourcedId,role,givenName,familyName,identifier,metadata.house\nu1,student,三,张,S1,红屋\n".as_bytes(),
    )
    .unwrap();
    let file = desk.file("theirs.zip", zip.finish().unwrap().into_inner());
    assert_eq!(desk.run(&["import", &file, "--dry-run", "--keep-fields"]).done()["new_fields"], json!([]));
    let done = desk.run(&["import", &file]).done();
    assert_eq!((&done["new_fields"], &done["applied"]["added"]), (&json!(["sourcedId", "house"]), &json!(1)));
    let out = desk.path("out.csv").to_string_lossy().into_owned();
    desk.run(&["export", &out]).done();
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.lines().next().unwrap().contains("house") && text.contains("红屋"), "{text}");
    assert_eq!(desk.run(&["import", &out]).done()["counts"]["unchanged"], 1);
}
