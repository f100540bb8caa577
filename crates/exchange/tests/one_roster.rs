//! OneRoster packages: ours come back unchanged, others' are read as they are and what is tolerated is told.

mod support;

use mingce_exchange::ExchangeError;
use mingce_exchange::diff::Counts;
use mingce_exchange::oneroster::{
    Extent, OneRosterOptions, OneRosterVersion, Period, Remark, export_one_roster, export_one_roster_with,
};
use mingce_exchange::read::{Format, Limits, open_bytes};
use mingce_exchange::unwatched;
use mingce_exchange::write::ExportRow;
use mingce_model::{Field, Kind};
use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{Cursor, Read};
use support::packages::{CLASSES, ENROLLMENTS, ORGS, kept_in_fields, package};
use support::{ALL_IN, MemoryRoster, TODAY, plan};

const VERSIONS: [OneRosterVersion; 2] = [OneRosterVersion::V1p1, OneRosterVersion::V1p2];

fn exported(roster: &MemoryRoster, version: OneRosterVersion) -> Vec<u8> {
    exported_rows(roster, &roster.export_rows(), version)
}

fn exported_rows(roster: &MemoryRoster, rows: &[ExportRow], version: OneRosterVersion) -> Vec<u8> {
    let departments: Vec<_> =
        roster.all(Kind::Department).filter_map(mingce_model::tree::Department::from_record).collect();
    let options = OneRosterOptions { version, organisation_name: "第一中学".into(), today: TODAY };
    let mut target = Cursor::new(Vec::new());
    let mut rows = || rows.iter().cloned().map(Ok::<_, Infallible>);
    unwatched(|run| export_one_roster(&mut rows, &departments, &options, &mut target, run)).unwrap();
    target.into_inner()
}

/// Every file's rows by their headings.
fn tables(bytes: &[u8]) -> HashMap<String, Vec<HashMap<String, String>>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut content = String::new();
            zip.by_name(&name).unwrap().read_to_string(&mut content).unwrap();
            let mut reader = csv::Reader::from_reader(content.as_bytes());
            let headings = reader.headers().unwrap().clone();
            let rows = reader
                .records()
                .map(|row| headings.iter().map(str::to_owned).zip(row.unwrap().iter().map(str::to_owned)).collect())
                .collect();
            (name, rows)
        })
        .collect()
}

const SCHOOL: &str = "学号,姓名,性别,出生日期,年级,班级,父亲姓名,父亲电话,父亲可确认,身份证号,备注,邮箱\n\
    20230001,张三,男,2008-01-02,高一,3班,张大,13800138000,否,,=1+1,a@b.cn\n\
    20230002,张小三,女,2009-03-04,高一,3班,张大,13800138000,,11010519491231002X,,\n\
    20230003,欧阳娜娜,女,,高一,4班,,,,,,\n\
    ,John Smith,,,,,,,,,,\n";

fn school() -> MemoryRoster {
    let mut roster = MemoryRoster::default();
    let first = plan(SCHOOL, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    roster
}

#[test]
fn our_own_package_changes_nothing_when_it_comes_back() {
    let mut roster = school();
    for version in VERSIONS {
        let bytes = exported(&roster, version);
        let opened = open_bytes(bytes.clone(), &Limits::default()).unwrap();
        assert_eq!((opened.format(), opened.extent()), (Format::OneRoster, Some(Extent::Bulk)));
        assert_eq!(opened.remarks(), []);
        let again = plan(bytes, &mut roster);
        let changed: Vec<_> = again.rows(None, 0, 10).into_iter().filter(|row| !row.diffs.is_empty()).collect();
        assert_eq!(again.counts(), Counts { unchanged: 4, ..Counts::default() }, "{changed:#?}");
    }
}

#[test]
fn our_own_package_makes_the_same_roster_elsewhere() {
    let roster = school();
    let mut other = MemoryRoster { ids: 1_000, ..MemoryRoster::default() };
    let first = plan(exported(&roster, OneRosterVersion::V1p2), &mut other);
    assert_eq!(first.counts().add, 4);
    other.apply_plan(&first, ALL_IN);
    let shown = |roster: &MemoryRoster| -> Vec<_> {
        let mut members: Vec<_> = roster
            .export_rows()
            .into_iter()
            .map(|row| {
                let fields: Vec<String> = [
                    Field::MemberName,
                    Field::MemberCardNumber,
                    Field::MemberSex,
                    Field::MemberBirthDate,
                    Field::MemberNote,
                ]
                .iter()
                .map(|field| row.member.get(*field).to_string())
                .collect();
                (fields, row.department, row.guardians)
            })
            .collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        members
    };
    assert_eq!(shown(&roster), shown(&other));
    let of = |name: &str| roster.guardians(roster.member(name).id).remove(0).may_confirm;
    assert_eq!((of("张三"), of("张小三")), (false, true), "the brother's father is asked, though not for him");
}

#[test]
fn who_is_head_of_a_class_twice_teaches_it_once() {
    let mut roster = MemoryRoster::default();
    let first = plan(
        "工号,姓名,身份,部门,负责部门\n1,李老师,教职工,高一,高一/3班\n2,王老师,教职工,高一/4班,高一/4班\n",
        &mut roster,
    );
    roster.apply_plan(&first, ALL_IN);
    let mut rows = roster.export_rows();
    for row in &mut rows {
        row.places.extend(row.places.clone());
    }
    for version in VERSIONS {
        let tables = tables(&exported_rows(&roster, &rows, version));
        let mut ids: Vec<&str> = tables["enrollments.csv"].iter().map(|row| row["sourcedId"].as_str()).collect();
        assert_eq!(ids.len(), 2);
        ids.dedup();
        assert_eq!(ids.len(), 2);
    }
}

#[test]
fn whoever_is_in_a_further_class_is_enrolled_there_too() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名,身份,部门,兼属部门\n1,张三,学生,高一/1班,高一/2班\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    for version in VERSIONS {
        let tables = tables(&exported(&roster, version));
        let roles: Vec<&str> = tables["enrollments.csv"].iter().map(|row| row["role"].as_str()).collect();
        assert_eq!(roles, ["student", "student"]);
    }
}

#[test]
fn what_is_written_refers_only_to_what_is_there() {
    let roster = school();
    for version in VERSIONS {
        let tables = tables(&exported(&roster, version));
        let ids = |file: &str| -> Vec<&str> { tables[file].iter().map(|row| row["sourcedId"].as_str()).collect() };
        let (orgs, users, classes) = (ids("orgs.csv"), ids("users.csv"), ids("classes.csv"));
        assert_eq!((users.len(), classes.len()), (5, 2), "four members and the father of two");
        for row in &tables["orgs.csv"] {
            assert!(row["parentSourcedId"].is_empty() || orgs.contains(&row["parentSourcedId"].as_str()));
        }
        let schools: Vec<&str> = tables["orgs.csv"]
            .iter()
            .filter(|row| row["type"] == "school")
            .map(|row| row["sourcedId"].as_str())
            .collect();
        for class in &tables["classes.csv"] {
            assert!(schools.contains(&class["schoolSourcedId"].as_str()));
            assert!(ids("courses.csv").contains(&class["courseSourcedId"].as_str()));
            assert!(ids("academicSessions.csv").contains(&class["termSourcedIds"].as_str()));
        }
        assert_eq!(tables["enrollments.csv"].len(), 3);
        for row in &tables["enrollments.csv"] {
            assert!(
                users.contains(&row["userSourcedId"].as_str()) && classes.contains(&row["classSourcedId"].as_str())
            );
        }
        for row in &tables["users.csv"] {
            assert!(["true", "false"].contains(&row["enabledUser"].as_str()));
            assert!(!row["givenName"].is_empty() && !row["familyName"].is_empty() && !row["username"].is_empty());
            assert!(row["status"].is_empty() && row["dateLastModified"].is_empty(), "bulk leaves them blank");
            assert!(row["agentSourcedIds"].split(',').all(|id| id.is_empty() || users.contains(&id)));
        }
        let manifest: HashMap<&str, &str> =
            tables["manifest.csv"].iter().map(|row| (row["propertyName"].as_str(), row["value"].as_str())).collect();
        for (property, mode) in &manifest {
            if let Some(file) = property.strip_prefix("file.") {
                assert_eq!(*mode == "bulk", tables.contains_key(&format!("{file}.csv")), "{file}");
            }
        }
        let has_roles = version == OneRosterVersion::V1p2;
        assert_eq!(tables.contains_key("roles.csv"), has_roles);
        assert_eq!(manifest["oneroster.version"], if has_roles { "1.2" } else { "1.1" });
        if has_roles {
            assert_eq!(tables["roles.csv"].len(), users.len());
        }
    }
    assert_eq!(Period::of(jiff::civil::date(2026, 8, 31)).end, jiff::civil::date(2026, 8, 31));
}

const DEMOGRAPHICS: &str = "sourcedId,status,dateLastModified,birthDate,sex\nu1,,,2010-05-06,female\n";

#[test]
fn a_package_of_1_1_from_elsewhere_is_read() {
    let users = "\u{feff}SourcedId,Status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,metadata.bus\n\
        u1,,,TRUE,s1,student,jdoe,,Jane,Doe,Q,S-100,jane@example.org,,,p1,10,secret,7\n\
        u2,,,true,s1,teacher,lee,,三,李,,T-1,,,+85291234567,,,,\n\
        p1,,,true,s1,parent,pdoe,,Peter,Doe,,,,+85291234568,,u1,,,\n\
        u3,,,false,\"s1,d1\",aide,gone,,Old,Aide,,T-2,,,,,,,\n";
    let bytes = package(&[
        ("export/ORGS.csv", ORGS),
        ("export/users.csv", users),
        ("export/classes.csv", CLASSES),
        ("export/enrollments.csv", ENROLLMENTS),
        ("export/demographics.csv", DEMOGRAPHICS),
    ]);
    let opened = open_bytes(bytes.clone(), &Limits::default()).unwrap();
    let remarks = opened.remarks();
    assert!(remarks.contains(&Remark::ManifestIncomplete));
    assert!(remarks.contains(&Remark::LooseReferences { file: "enrollments.csv", rows: 1 }));
    let dropped = vec!["password".to_owned()];
    assert!(remarks.contains(&Remark::ColumnsDropped { file: "users.csv", columns: dropped }), "{remarks:?}");
    let (workbook, _, shape) = support::understand(bytes.clone());
    let kept: Vec<&str> =
        workbook.columns_to_keep().into_iter().map(|column| shape.columns[column].heading.as_str()).collect();
    let expected =
        ["metadata.sourcedId", "metadata.username", "metadata.grades", "metadata.bus", "metadata.监护人1 username"];
    assert_eq!(kept, expected, "kept to be asked for");
    let mut roster = MemoryRoster::default();
    let first = plan(bytes.clone(), &mut roster);
    assert_eq!(first.counts().add, 3, "the parent is no member");
    assert_eq!(first.problem_count(), 0);
    roster.apply_plan(&first, ALL_IN);
    let jane = roster.member("Jane Q Doe").clone();
    assert_eq!(roster.path_of(&jane).as_deref(), Some("City District/Lincoln High/10B"), "the homeroom comes first");
    let roles: Vec<_> = roster.all(Kind::Affiliation).map(|it| it.text(Field::AffiliationRole)).collect();
    let heads = roles.iter().filter(|role| **role == Some("head")).count();
    assert_eq!((roles.len(), heads), (3, 1), "her lesson, the other organisation of the aide, the teacher's class");
    assert_eq!(jane.text(Field::MemberSex), Some("female"));
    assert_eq!(jane.text(Field::MemberBirthDate), Some("2010-05-06"));
    assert_eq!(jane.text(Field::MemberCardNumber), Some("S-100"));
    assert_eq!(jane.text(Field::MemberIdentity), Some("student"));
    let guardian = roster.guardians(jane.id).remove(0);
    assert_eq!((guardian.name.as_str(), guardian.phone.as_deref()), ("Peter Doe", Some("+85291234568")));
    assert_eq!(roster.member("李三").text(Field::MemberIdentity), Some("staff"));
    assert_eq!(roster.member("Old Aide").text(Field::MemberStatus), Some("suspended"));
    let again = plan(bytes, &mut roster);
    assert_eq!(again.counts().unchanged, 3);
}

#[test]
fn a_delta_of_1_2_lets_people_leave() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名\nS-100,Jane Doe\nS-101,李四\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let users = "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,identifier\n\
        u1,tobedeleted,2026-09-01T00:00:00Z,true,jdoe,Jane,Doe,S-100\n\
        u2,active,2026-09-01T00:00:00Z,true,ls,四,李,S-101\n";
    let roles = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n\
        r1,active,,u1,primary,student,,,s1\nr2,active,,u2,secondary,teacher,,,s1\nr3,active,,u2,primary,student,,,s1\n";
    let manifest =
        "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.users,delta\nfile.roles,delta\n";
    let bytes = package(&[("manifest.csv", manifest), ("users.csv", users), ("roles.csv", roles), ("orgs.csv", ORGS)]);
    assert_eq!(open_bytes(bytes.clone(), &Limits::default()).unwrap().extent(), Some(Extent::Delta));
    let delta = plan(bytes, &mut roster);
    assert_eq!(delta.counts(), Counts { change: 2, ..Counts::default() });
    roster.apply_plan(&delta, ALL_IN);
    assert_eq!(roster.member("Jane Doe").text(Field::MemberStatus), Some("left"));
    let other = roster.member("李四");
    assert_eq!(other.text(Field::MemberStatus), Some("active"));
    assert_eq!(other.text(Field::MemberIdentity), Some("student;staff"), "each of the roles counts");
    assert_eq!(roster.path_of(other).as_deref(), Some("City District/Lincoln High"));
}

#[test]
fn a_pupil_of_whom_a_delta_tells_no_class_stays_in_it() {
    let mut roster = MemoryRoster::default();
    let first = plan(
        "学号,姓名,身份,部门\nS-100,Jane Doe,学生,高一/3班\nS-101,李四,学生,高一/4班\nT-1,王老师,教职工,高一\n",
        &mut roster,
    );
    roster.apply_plan(&first, ALL_IN);
    let users = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier,phone\n\
        u1,active,,true,s1,student,jdoe,Jane,Doe,S-100,+85291234567\n\
        u2,active,,true,s1,student,ls,四,李,S-101,\n\
        u3,active,,true,s1,student,zs,三,张,S-102,\n\
        u4,active,,true,s1,teacher,ww,老师,王,T-1,\n";
    let enrollments = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary\n\
        e2,active,,c2,s1,u2,student,\n";
    let manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,delta\n";
    let delta = package(&[
        ("manifest.csv", manifest),
        ("users.csv", users),
        ("orgs.csv", ORGS),
        ("classes.csv", CLASSES),
        ("enrollments.csv", enrollments),
    ]);
    let delta = plan(delta, &mut roster);
    assert_eq!(delta.problem_count(), 0);
    roster.apply_plan(&delta, ALL_IN);
    let path = |name: &str| roster.path_of(roster.member(name)).unwrap_or_default();
    assert_eq!(roster.member("Jane Doe").text(Field::MemberPhone), Some("+85291234567"), "what changed");
    assert_eq!(path("Jane Doe"), "高一/3班", "her enrolment did not change, so it is not in the package");
    assert_eq!(path("李四"), "City District/Lincoln High/10B", "his did");
    assert_eq!(path("张三"), "City District/Lincoln High", "a newcomer belongs somewhere");
    assert_eq!(path("王老师"), "City District/Lincoln High", "a teacher's place is the organisation, which is there");
}

#[test]
fn packages_made_to_hurt_are_refused() {
    let refused = |bytes: Vec<u8>| open_bytes(bytes, &Limits::default()).err();
    let endless = format!("sourcedId,role\n\"{}", "a\n".repeat(3 << 20));
    assert!(matches!(
        refused(package(&[("users.csv", &endless)])),
        Some(ExchangeError::CellTooLong { .. } | ExchangeError::SuspiciousCompression)
    ));
    assert_eq!(refused(package(&[("orgs.csv", ORGS)])), Some(ExchangeError::UnknownFormat));
    let wide = ",".repeat(1_000);
    assert!(matches!(refused(package(&[("users.csv", &wide)])), Some(ExchangeError::TooManyColumns { .. })));
    // Organisations above one another in a ring.
    let ring = "sourcedId,name,parentSourcedId\na,A,b\nb,B,a\n";
    let users = "sourcedId,role,givenName,familyName,orgSourcedIds\nu1,student,Jane,Doe,a\n";
    let opened = open_bytes(package(&[("users.csv", users), ("orgs.csv", ring)]), &Limits::default());
    assert!(opened.is_ok());
}

#[test]
fn heads_are_teachers_of_whom_one_is_primary_and_tags_are_metadata() {
    let mut roster = MemoryRoster::default();
    let file = "工号,姓名,身份,部门,负责部门,标签\n\
        1,李老师,教职工,高一,高一/3班;高一,骨干\n\
        2,王老师,教职工,高一/3班,高一/3班,\n\
        3,张三,学生,高一/3班,,\n";
    let first = plan(file, &mut roster);
    assert_eq!(first.problem_count(), 0);
    roster.apply_plan(&first, ALL_IN);
    let departments: Vec<_> =
        roster.all(Kind::Department).filter_map(mingce_model::tree::Department::from_record).collect();
    let more = roster.more_headings(mingce_exchange::write::Language::Chinese);
    for version in VERSIONS {
        let options = OneRosterOptions { version, organisation_name: "第一中学".into(), today: TODAY };
        let mut target = Cursor::new(Vec::new());
        let mut rows = || roster.export_rows().into_iter().map(Ok::<_, Infallible>);
        unwatched(|run| export_one_roster_with(&mut rows, &departments, &options, &more, &mut target, run)).unwrap();
        let tables = tables(&target.into_inner());
        let said: Vec<(&str, &str)> =
            tables["enrollments.csv"].iter().map(|row| (row["role"].as_str(), row["primary"].as_str())).collect();
        assert_eq!(said, [("teacher", "true"), ("teacher", "false"), ("student", "")]);
        assert_eq!(tables["users.csv"][0]["metadata.标签"], "骨干");
    }
}

#[test]
fn what_the_standard_says_of_people_beside_a_roster_is_kept_and_comes_back() {
    let users = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.bus\n\
        u1,,,true,jdoe,\"{LDAP:jdoe}\",Jane,Doe,,S-100,jane@example.org,,,\"p1,p2\",\"10,11\",secret,M-1,Janie,,,s1,she/her,7\n\
        u2,,,true,ls,,四,李,,S-101,,,,p1,,,,,,,s1,,\n\
        p1,,,true,pdoe,,Peter,Doe,,G-1,peter@example.org,+85291234568,,,PG,,M-9,,,,s1,he/him,van\n\
        p2,,,true,mdoe,,Mary,Doe,,,mary@example.org,,,,,,,,,,s1,,\n";
    let roles = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n\
        r1,,,u1,primary,student,,,s1\nr2,,,u2,primary,student,,,s1\nr3,,,p1,primary,parent,,,s1\nr4,,,p2,primary,relative,,,s1\n";
    let demographics = "sourcedId,status,dateLastModified,birthDate,sex,asian,countryOfBirthCode,cityOfBirth\n\
        u1,,,2010-05-06,female,true,CN,Ningbo\nu2,,,2010-06-07,male,,,\n";
    let manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.users,bulk\n";
    let bytes = package(&[
        ("manifest.csv", manifest),
        ("orgs.csv", ORGS),
        ("users.csv", users),
        ("roles.csv", roles),
        ("demographics.csv", demographics),
    ]);
    let opened = open_bytes(bytes.clone(), &Limits::default()).unwrap();
    let dropped = |file, columns: &[&str]| {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Remark::ColumnsDropped { file, columns }
    };
    let expected =
        [dropped("users.csv", &["password", "primaryOrgSourcedId"]), dropped("demographics.csv", &["asian"])];
    assert_eq!(opened.remarks(), expected, "no password, no descent");
    let mut roster = MemoryRoster::default();
    let names = kept_in_fields(&bytes, &mut roster);
    let of_users =
        ["sourcedId", "username", "userIds", "grades", "userMasterIdentifier", "preferredGivenName", "pronouns", "bus"];
    let of_guardian = ["username", "identifier", "email", "grades", "userMasterIdentifier", "pronouns", "bus"];
    let of_guardians = ["监护人1", "监护人2"].map(|slot| of_guardian.map(|column| format!("{slot} {column}")));
    let of_demographics = ["countryOfBirthCode", "cityOfBirth"];
    let others = [&of_users[..], &of_demographics].map(|names| names.iter().map(|name| (*name).to_owned()));
    let [of_users, of_demographics] = others;
    let all: Vec<String> = of_users.chain(of_guardians.concat()).chain(of_demographics).collect();
    assert_eq!(names, all);
    let first = plan(bytes.clone(), &mut roster);
    assert_eq!((first.counts().add, first.problem_count()), (2, 0));
    roster.apply_plan(&first, ALL_IN);
    let jane = roster.member("Jane Doe").id;
    let has = |name: &str| roster.custom(jane, name).unwrap_or_default();
    assert_eq!([has("username"), has("grades"), has("pronouns")], ["jdoe", "10,11", "she/her"]);
    assert_eq!([has("监护人1 email"), has("监护人2 email")], ["peter@example.org", "mary@example.org"]);
    assert_eq!([has("监护人1 bus"), has("cityOfBirth")], ["van", "Ningbo"]);
    assert_eq!([has("监护人2 username"), has("监护人1 grades")], ["mdoe", "PG"]);
    let other = roster.member("李四").id;
    assert_eq!(roster.custom(other, "监护人1 email").as_deref(), Some("peter@example.org"), "her brother's father");
    // The package again, and our own of either version, change nothing and ask for no more fields.
    let departments: Vec<_> =
        roster.all(Kind::Department).filter_map(mingce_model::tree::Department::from_record).collect();
    let more = roster.more_headings(mingce_exchange::write::Language::Chinese);
    let own = VERSIONS.map(|version| {
        let options = OneRosterOptions { version, organisation_name: "第一中学".into(), today: TODAY };
        let mut target = Cursor::new(Vec::new());
        let mut rows = || roster.export_rows().into_iter().map(Ok::<_, Infallible>);
        unwatched(|run| export_one_roster_with(&mut rows, &departments, &options, &more, &mut target, run)).unwrap();
        target.into_inner()
    });
    for again in std::iter::once(bytes).chain(own) {
        assert_eq!(kept_in_fields(&again, &mut roster), [""; 0]);
        let again = plan(again, &mut roster);
        let changed: Vec<_> = again.rows(None, 0, 10).into_iter().filter(|row| !row.diffs.is_empty()).collect();
        assert_eq!(again.counts(), Counts { unchanged: 2, ..Counts::default() }, "{changed:#?}");
    }
}
