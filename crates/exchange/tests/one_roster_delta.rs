//! Packages of ours that tell of changes: whoever has the earlier whole one and takes them in has the later one.

mod support;

use jiff::Timestamp;
use jiff::civil::date;
use mingce_exchange::diff::{Counts, Plan};
use mingce_exchange::oneroster::{
    DeltaOptions, Extent, KnownPlaces, OneRosterOptions, OneRosterVersion, Pair, Remark, SourcePlace, Standing,
    export_one_roster_delta, export_one_roster_with,
};
use mingce_exchange::read::{Limits, open_bytes, open_bytes_knowing};
use mingce_exchange::unwatched;
use mingce_exchange::write::{ExportGuardian, ExportRow, Language};
use mingce_model::tree::Department;
use mingce_model::{Field, Kind, Record, RecordId, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::{Cursor, Read};
use support::{ALL_IN, MemoryRoster, TODAY, plan, plan_knowing};

const VERSIONS: [OneRosterVersion; 2] = [OneRosterVersion::V1p1, OneRosterVersion::V1p2];

const SCHOOL: &str = "学号,姓名,性别,出生日期,身份,部门,兼属部门,负责部门,父亲姓名,父亲电话,标签\n\
    20230001,张三,男,2008-01-02,学生,高一/3班,合唱团,,张大,13800138000,校队\n\
    20230002,张小三,女,2009-03-04,学生,高一/3班,,,张大,13800138000,\n\
    20230003,欧阳娜娜,女,,学生,高一/4班,,,欧大,13800138001,\n\
    20230004,李四,男,,学生,高一/4班,,,,,\n\
    T1,王老师,女,,教职工,高一,,高一/3班,,,\n\
    T2,陈老师,女,,教职工,高一,,高一/3班,,,\n";

fn departments(roster: &MemoryRoster) -> Vec<Department> {
    roster.all(Kind::Department).filter_map(Department::from_record).collect()
}

fn bulk(roster: &MemoryRoster, version: OneRosterVersion) -> Vec<u8> {
    let options = OneRosterOptions { version, organisation_name: "第一中学".into(), today: TODAY };
    let more = roster.more_headings(Language::Chinese);
    let mut target = Cursor::new(Vec::new());
    let mut rows = || roster.export_rows().into_iter().map(Ok::<_, Infallible>);
    let departments = departments(roster);
    unwatched(|run| export_one_roster_with(&mut rows, &departments, &options, &more, &mut target, run)).unwrap();
    target.into_inner()
}

fn standing(roster: &MemoryRoster) -> Standing {
    Standing { departments: departments(roster), organisation_name: "第一中学".into(), today: TODAY }
}

fn delta_of(options: &DeltaOptions, before: &MemoryRoster, after: &MemoryRoster) -> (Vec<u8>, u64) {
    let rows = |roster: &MemoryRoster| -> BTreeMap<RecordId, ExportRow> {
        roster.export_rows().into_iter().map(|row| (row.member.id, row)).collect()
    };
    let (were, are) = (rows(before), rows(after));
    let ids: BTreeSet<RecordId> = were.keys().chain(are.keys()).copied().collect();
    let pair = |id: &RecordId| Pair { before: were.get(id).cloned(), after: are.get(id).cloned() };
    let mut pairs = || ids.iter().map(pair).map(Ok::<_, Infallible>);
    let mut is_there = |guardian: &ExportGuardian| {
        let is_same = |other: &ExportGuardian| (&other.name, &other.phone) == (&guardian.name, &guardian.phone);
        Ok(are.values().flat_map(|row| &row.guardians).any(is_same))
    };
    let more = after.more_headings(Language::Chinese);
    let mut target = Cursor::new(Vec::new());
    let written = unwatched(|run| export_one_roster_delta(&mut pairs, &mut is_there, options, &more, &mut target, run));
    (target.into_inner(), written.unwrap().rows)
}

fn delta(before: &MemoryRoster, after: &MemoryRoster, version: OneRosterVersion) -> Vec<u8> {
    let made_at: Timestamp = "2026-09-02T03:04:05Z".parse().unwrap();
    let options = DeltaOptions { version, before: standing(before), after: standing(after), made_at };
    delta_of(&options, before, after).0
}

/// Rows of a file: id and status, with everything else.
fn rows(package: &[u8], file: &str) -> Vec<BTreeMap<String, String>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut content = String::new();
    zip.by_name(file).unwrap().read_to_string(&mut content).unwrap();
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| headings.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
    reader.records().map(|it| row(it.unwrap())).collect()
}

fn statuses(package: &[u8], file: &str) -> Vec<String> {
    rows(package, file).into_iter().map(|mut row| row.remove("status").unwrap()).collect()
}

/// A second roster that took the earlier package, and where the source's places are on it.
fn elsewhere(package: Vec<u8>) -> (MemoryRoster, KnownPlaces) {
    let mut other = MemoryRoster { ids: 1_000, ..MemoryRoster::default() };
    let told = open_bytes(package.clone(), &Limits::default()).unwrap().places_told();
    let first = plan(package, &mut other);
    assert_eq!((first.counts().add, first.problem_count()), (6, 0));
    other.apply_plan(&first, ALL_IN);
    let tree = other.tree();
    let paths: Vec<String> = tree.in_order().into_iter().map(|(id, _)| tree.path(id)).collect();
    let known = told.into_iter().filter(|it| paths.contains(&it.path));
    let known = known.map(|it| (it.id, SourcePlace { path: it.path, called: Some(it.name) })).collect();
    (other, known)
}

fn take_in(package: Vec<u8>, roster: &mut MemoryRoster, known: &KnownPlaces) -> Plan {
    let opened = open_bytes_knowing(package.clone(), &Limits::default(), known).unwrap();
    assert_eq!(opened.extent(), Some(Extent::Delta));
    let is_lost = |remark: &Remark| matches!(remark, Remark::LooseReferences { .. } | Remark::NamesKept { .. });
    assert!(!opened.remarks().iter().any(is_lost), "{:?}", opened.remarks());
    let plan = plan_knowing(package, roster, known);
    assert_eq!(plan.problem_count(), 0, "{:?}", plan.problems(0, 9).map(|it| it.code.code()).collect::<Vec<_>>());
    plan
}

/// What of a roster a package carries; who left counts like who is gone.
fn shown(roster: &MemoryRoster) -> Vec<String> {
    let mut shown: Vec<String> = roster
        .export_rows()
        .into_iter()
        .filter(|row| row.member.text(Field::MemberStatus) != Some("left"))
        .map(|row| {
            let fields = [
                Field::MemberCardNumber,
                Field::MemberName,
                Field::MemberSex,
                Field::MemberBirthDate,
                Field::MemberIdentity,
                Field::MemberPhone,
                Field::MemberStatus,
                Field::MemberNote,
            ];
            let fields: Vec<String> = fields.iter().map(|field| row.member.get(*field).to_string()).collect();
            let mut places: Vec<_> = row.places.iter().map(|place| (&place.path, &place.role)).collect();
            places.sort();
            format!("{fields:?} {:?} {places:?} {:?} {:?}", row.department, row.guardians, row.more)
        })
        .collect();
    shown.sort();
    shown
}

fn set(roster: &mut MemoryRoster, name: &str, field: Field, value: impl Into<Value>) {
    let record = roster.member(name).clone().with(field, value);
    roster.insert(record);
}

fn department(roster: &MemoryRoster, path: &str) -> Record {
    let tree = roster.tree();
    let id = tree.in_order().into_iter().map(|(id, _)| id).find(|id| tree.path(*id) == path).unwrap();
    roster.records[&(Kind::Department, id.0)].clone()
}

fn remove_member(roster: &mut MemoryRoster, name: &str) {
    let id = roster.member(name).id;
    let is_of = |record: &Record| {
        let fields = record.kind.fields().iter();
        record.id == id || fields.filter_map(|field| record.reference(*field)).any(|other| other == id)
    };
    roster.records.retain(|_, record| !is_of(record));
}

fn leave_places(roster: &mut MemoryRoster, member: RecordId) {
    roster
        .records
        .retain(|(kind, _), it| *kind != Kind::Affiliation || it.reference(Field::AffiliationMember) != Some(member));
}

fn school() -> MemoryRoster {
    let mut roster = MemoryRoster::default();
    let first = plan(SCHOOL, &mut roster);
    assert_eq!(first.problem_count(), 0);
    roster.apply_plan(&first, ALL_IN);
    roster
}

#[test]
fn nothing_changed_is_an_empty_package_of_changes() {
    let roster = school();
    for version in VERSIONS {
        let package = delta(&roster, &roster, version);
        for file in [
            "academicSessions.csv",
            "orgs.csv",
            "courses.csv",
            "classes.csv",
            "users.csv",
            "enrollments.csv",
            "demographics.csv",
        ] {
            assert!(rows(&package, file).is_empty(), "{file}");
        }
        let manifest = rows(&package, "manifest.csv");
        let users = manifest.iter().find(|row| row["propertyName"] == "file.users").unwrap();
        assert_eq!(users["value"], "delta");
        let (mut other, known) = elsewhere(bulk(&roster, version));
        let plan = take_in(package, &mut other, &known);
        assert_eq!(plan.counts(), Counts::default());
    }
}

#[test]
fn a_roster_that_took_the_whole_and_then_the_changes_is_like_ours() {
    for version in VERSIONS {
        let before = school();
        let (mut other, known) = elsewhere(bulk(&before, version));
        assert_eq!(shown(&other), shown(&before));
        let mut after = before.clone();
        set(&mut after, "李四", Field::MemberPhone, "13900139000");
        set(&mut after, "张小三", Field::MemberStatus, "suspended");
        let four = department(&after, "高一/4班");
        set(&mut after, "张小三", Field::MemberDepartment, four.id);
        after.insert(department(&after, "高一/3班").with(Field::DepartmentName, "火箭班"));
        remove_member(&mut after, "欧阳娜娜");
        after.insert(department(&after, "高一/4班").with(Field::DepartmentName, "四班"));
        let singer = after.member("张三").id;
        leave_places(&mut after, singer);
        let more = plan(
            "学号,姓名,身份,部门,父亲姓名,父亲电话,标签\n20230009,赵六,学生,高一/5班,张大,13800138000,新生\n",
            &mut after,
        );
        after.apply_plan(&more, ALL_IN);
        let package = delta(&before, &after, version);
        let plan = take_in(package.clone(), &mut other, &known);
        other.apply_plan(&plan, ALL_IN);
        assert_eq!(shown(&other), shown(&after), "{version:?}");
        let names: BTreeSet<String> = departments(&other).into_iter().map(|it| it.name).collect();
        assert!(names.contains("火箭班") && names.contains("四班"), "{names:?}");
        assert!(!names.contains("3班") && !names.contains("4班"), "{names:?}");
        // Once more it changes nothing.
        let told = other.tree().in_order().len();
        let known = known.into_iter().map(|(id, place)| {
            let now = |text: String| text.replace("3班", "火箭班").replace("4班", "四班");
            (id, SourcePlace { path: now(place.path), called: place.called.map(now) })
        });
        let again = take_in(package, &mut other, &known.collect());
        assert_eq!((again.counts().add, again.counts().change, other.tree().in_order().len()), (0, 0, told));
    }
}

#[test]
fn what_is_gone_is_to_be_deleted_and_what_stays_is_not_told() {
    let before = school();
    let mut after = before.clone();
    remove_member(&mut after, "欧阳娜娜");
    remove_member(&mut after, "张三");
    let package = delta(&before, &after, OneRosterVersion::V1p2);
    // The father of one who stays stays; that of one who had no other goes.
    assert_eq!(statuses(&package, "users.csv"), ["tobedeleted"; 3]);
    assert_eq!(statuses(&package, "roles.csv"), ["tobedeleted"; 3]);
    assert_eq!(statuses(&package, "enrollments.csv"), ["tobedeleted"; 2]);
    assert_eq!(statuses(&package, "demographics.csv"), ["tobedeleted"; 2]);
    assert!(rows(&package, "classes.csv").is_empty());
    let users = rows(&package, "users.csv");
    let gone: Vec<&str> = users.iter().map(|row| row["sms"].as_str()).filter(|sms| !sms.is_empty()).collect();
    assert_eq!(gone, ["13800138001"]);
    assert!(users.iter().all(|row| row["dateLastModified"] == "2026-09-02T03:04:05.000Z"));
    assert!(users.iter().all(|row| !row["givenName"].is_empty()), "as they were");
}

#[test]
fn a_class_that_gets_another_head_has_one_primary_teacher() {
    let before = school();
    let mut after = before.clone();
    let head = after.member("王老师").id;
    leave_places(&mut after, head);
    let package = delta(&before, &after, OneRosterVersion::V1p2);
    let told: Vec<(String, String)> = rows(&package, "enrollments.csv")
        .into_iter()
        .map(|row| (row["status"].clone(), row["primary"].clone()))
        .collect();
    let expected = [("tobedeleted", "true"), ("active", "true")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(told, expected);
    assert_eq!(statuses(&package, "users.csv"), ["active"; 2], "both are told whole");
}

#[test]
fn another_school_year_and_another_name_of_the_organisation_are_changes() {
    let roster = school();
    let later =
        Standing { organisation_name: "第一高级中学".into(), today: date(2027, 9, 1), ..standing(&roster) };
    let options = DeltaOptions {
        version: OneRosterVersion::V1p1,
        before: standing(&roster),
        after: later,
        made_at: Timestamp::UNIX_EPOCH,
    };
    let (package, told) = delta_of(&options, &roster, &roster);
    assert_eq!(told, 0);
    assert_eq!(rows(&package, "academicSessions.csv")[0]["schoolYear"], "2028");
    let orgs = rows(&package, "orgs.csv");
    assert_eq!((orgs.len(), orgs[0]["name"].as_str()), (1, "第一高级中学"));
}
