//! Packages of other systems that tell only what changed, where the roster knows their people and places.

mod support;

use mingce_exchange::diff::{Counts, DiffOf, Exclusion};
use mingce_exchange::oneroster::{Extent, KnownPlaces, Remark, SourcePlace, ToldPlace};
use mingce_exchange::read::{Limits, open_bytes, open_bytes_knowing};
use mingce_model::{DepartmentId, Field, Kind};
use support::packages::{CLASSES, ENROLLMENTS, ORGS, kept_in_fields, package};
use support::{ALL_IN, MemoryRoster, plan, plan_knowing};

/// A school whose people and classes are known by the ids of another system.
fn known_school() -> (MemoryRoster, KnownPlaces) {
    let mut roster = MemoryRoster::default();
    let users = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier\n\
        u1,,,true,s1,student,jdoe,Jane,Doe,S-100\n\
        u2,,,true,s1,student,ls,四,李,S-101\n\
        u3,,,true,s1,teacher,ww,老师,王,T-1\n\
        p1,,,true,s1,parent,pd,Peter,Doe,\n";
    let bytes = package(&[
        ("users.csv", users),
        ("orgs.csv", ORGS),
        ("classes.csv", CLASSES),
        ("enrollments.csv", ENROLLMENTS),
    ]);
    kept_in_fields(&bytes, &mut roster);
    let told = open_bytes(bytes.clone(), &Limits::default()).unwrap().places_told();
    let first = plan(bytes, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    // On the roster the class has another name by now.
    let tree = roster.tree();
    let class = tree.in_order().into_iter().find(|(id, _)| tree.path(*id).ends_with("10B")).unwrap().0;
    let mut record = roster.records[&(Kind::Department, class.0)].clone();
    record.set(Field::DepartmentName, "高一2班");
    roster.insert(record);
    let place =
        |told: ToldPlace| (told.id, SourcePlace { path: told.path.replace("10B", "高一2班"), called: Some(told.name) });
    let places = told.into_iter().map(place).collect();
    (roster, places)
}

const DELTA: &str = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.users,absent\n\
    file.enrollments,delta\nfile.roles,delta\n";
const ENROLLED: &str =
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n";

#[test]
fn a_delta_of_enrolments_alone_moves_those_whom_the_roster_knows() {
    let (mut roster, places) = known_school();
    let path = |roster: &MemoryRoster, name: &str| roster.path_of(roster.member(name)).unwrap_or_default();
    assert_eq!(path(&roster, "Jane Doe"), "City District/Lincoln High/高一2班");
    let jane = roster.member("Jane Doe").id;
    assert_eq!(roster.places_of(jane).len(), 1, "her lesson");
    let teacher = roster.member("王老师").id;
    let enrollments = format!(
        "{ENROLLED}e1,tobedeleted,,c1,s1,u1,student,,,\n\
        e9,active,,c2,s1,u2,student,,,\n\
        e8,active,,c1,s1,u3,teacher,true,,\n\
        e7,active,,c2,s1,u404,student,,,\n\
        e6,active,,c404,s1,u2,student,,,\n"
    );
    let bytes = package(&[("manifest.csv", DELTA), ("enrollments.csv", &enrollments)]);
    let opened = open_bytes_knowing(bytes.clone(), &Limits::default(), &places).unwrap();
    assert_eq!(opened.extent(), Some(Extent::Delta));
    assert_eq!(opened.remarks(), [Remark::LooseReferences { file: "enrollments.csv", rows: 1 }]);
    let delta = plan_knowing(bytes.clone(), &mut roster, &places);
    let unknown: Vec<_> = delta.problems(0, 10).map(|problem| problem.code.code()).collect();
    assert_eq!(unknown, ["member_unknown"]);
    assert_eq!((delta.counts().change, delta.counts().add), (3, 0));
    roster.apply_plan(&delta, ALL_IN);
    assert_eq!(path(&roster, "Jane Doe"), "City District/Lincoln High/高一2班", "of that nothing is told");
    assert_eq!(roster.places_of(jane), [], "she left the lesson");
    assert_eq!(path(&roster, "李四"), "City District/Lincoln High/高一2班");
    let led: Vec<_> = roster.places_of(teacher).into_iter().map(|place| place.role).collect();
    assert_eq!(led, [Some("head".to_owned())]);
    // Again it changes nothing.
    let again = plan_knowing(bytes, &mut roster, &places);
    assert_eq!((again.counts().change, again.counts().add), (0, 0));
}

#[test]
fn a_delta_takes_people_out_of_classes_and_changes_their_roles() {
    let (mut roster, places) = known_school();
    let enrollments =
        format!("{ENROLLED}e2,tobedeleted,,c2,s1,u1,student,,,\ne4,tobedeleted,,c2,s1,u2,teacher,true,,\n");
    let roles = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n\
        r2,active,,u2,primary,teacher,,,s1\nr9,active,,p1,primary,parent,,,s1\n";
    let classes =
        format!("{}c2,active,,10B,10,k1,,homeroom,,s1,t1,,,\n", CLASSES.lines().next().unwrap().to_owned() + "\n");
    let bytes = package(&[
        ("manifest.csv", DELTA),
        ("enrollments.csv", &enrollments),
        ("roles.csv", roles),
        ("classes.csv", &classes),
    ]);
    let opened = open_bytes_knowing(bytes.clone(), &Limits::default(), &places).unwrap();
    assert_eq!(opened.remarks(), [Remark::NamesKept { file: "classes.csv", rows: 1 }]);
    let delta = plan_knowing(bytes, &mut roster, &places);
    assert_eq!(delta.problem_count(), 0);
    roster.apply_plan(&delta, ALL_IN);
    let path = |name: &str| roster.path_of(roster.member(name)).unwrap_or_default();
    assert_eq!(path("Jane Doe"), "City District/Lincoln High", "out of the class, still at the school");
    assert_eq!(roster.member("李四").text(Field::MemberIdentity), Some("staff"));
    let headed = roster.all(Kind::Affiliation).filter(|it| it.text(Field::AffiliationRole) == Some("head")).count();
    assert_eq!(headed, 0, "he led the class");
    assert!(!roster.tree().in_order().iter().any(|(id, _)| roster.tree().path(*id).ends_with("10B")));
}

/// A delta of classes alone: their ids and titles.
fn of_classes(classes: &[(&str, &str)]) -> Vec<u8> {
    let rows: String =
        classes.iter().map(|(id, title)| format!("{id},active,,{title},10,k1,,homeroom,,s1,t1,,,\n")).collect();
    let classes = format!("{}\n{rows}", CLASSES.lines().next().unwrap());
    let manifest = DELTA.replace("file.enrollments", "file.classes");
    package(&[("manifest.csv", &manifest), ("classes.csv", &classes)])
}

fn class_names(roster: &MemoryRoster) -> Vec<String> {
    let tree = roster.tree();
    let classes = tree
        .in_order()
        .into_iter()
        .filter_map(|(id, _)| tree.get(id))
        .filter(|it| tree.path(it.id).matches('/').count() == 2);
    let mut names: Vec<String> = classes.map(|it| it.name.clone()).collect();
    names.sort();
    names
}

#[test]
fn a_class_that_its_source_calls_otherwise_is_renamed() {
    let (mut roster, places) = known_school();
    let bytes = of_classes(&[("c2", "10X")]);
    let opened = open_bytes_knowing(bytes.clone(), &Limits::default(), &places).unwrap();
    assert_eq!(opened.remarks(), []);
    let mut delta = plan_knowing(bytes.clone(), &mut roster, &places);
    assert_eq!(delta.counts(), Counts { change: 1, ..Counts::default() });
    assert_eq!(delta.count_changed(&ALL_IN), 0, "nobody is changed by it");
    let row = delta.rows(None, 0, 10).remove(0);
    assert_eq!((row.sheet.as_str(), row.row, row.member), ("classes.csv", 2, None));
    assert_eq!(row.label, "City District/Lincoln High/10X");
    let diff = &row.diffs[0];
    assert_eq!(diff.what, DiffOf::Field(Field::DepartmentName));
    assert_eq!((diff.old.as_text(), diff.new.as_text()), (Some("高一2班"), Some("10X")));
    // Taken out, it stays as it is.
    assert!(delta.exclude(row.key, Exclusion::Excluded));
    assert_eq!(roster.apply_plan(&delta, ALL_IN), []);
    assert!(delta.exclude(row.key, Exclusion::Included));
    let before = roster.clone();
    let edits = roster.apply_plan(&delta, ALL_IN);
    assert_eq!(edits.len(), 1);
    let jane = roster.path_of(roster.member("Jane Doe"));
    assert_eq!(jane.as_deref(), Some("City District/Lincoln High/10X"));
    for edit in edits.iter().rev() {
        roster.apply(&edit.inverse());
    }
    assert_eq!(roster.records, before.records);
}

#[test]
fn classes_that_move_up_are_renamed_before_new_ones_are_made() {
    let (mut roster, mut places) = known_school();
    for place in places.values_mut() {
        place.path = place.path.replace("高一2班", "10B");
    }
    let class = roster.all(Kind::Department).find(|it| it.text(Field::DepartmentName) == Some("高一2班")).unwrap();
    let class = class.clone().with(Field::DepartmentName, "10B");
    roster.insert(class);
    let other = class_names(&roster).into_iter().find(|name| name != "10B").unwrap();
    let enrollments = format!("{ENROLLED}e9,active,,c3,s1,u2,student,,,\n");
    let classes = CLASSES.lines().next().unwrap();
    // The names go round, and a third class comes for one of them.
    let classes = format!(
        "{classes}\nc2,active,,{other},10,k1,,homeroom,,s1,t1,,,\nc1,active,,10C,10,k1,,homeroom,,s1,t1,,,\n\
        c3,active,,10B,10,k1,,homeroom,,s1,t1,,,\n"
    );
    let bytes = package(&[("manifest.csv", DELTA), ("classes.csv", &classes), ("enrollments.csv", &enrollments)]);
    let mut delta = plan_knowing(bytes.clone(), &mut roster, &places);
    assert_eq!((delta.counts().change, delta.problem_count()), (3, 0));
    let mut applied = roster.clone();
    applied.apply_plan(&delta, ALL_IN);
    assert_eq!(class_names(&applied), ["10B", "10C", other.as_str()]);
    let path = |roster: &MemoryRoster, name: &str| roster.path_of(roster.member(name)).unwrap_or_default();
    assert_eq!(path(&applied, "Jane Doe"), format!("City District/Lincoln High/{other}"));
    assert_eq!(path(&applied, "李四"), "City District/Lincoln High/10B");
    // Where one keeps its name after all, the others that need it wait, and nobody is called like somebody else.
    let kept = delta.rows(None, 0, 10).into_iter().find(|row| row.label.ends_with(&other)).unwrap();
    assert!(delta.exclude(kept.key, Exclusion::Excluded));
    roster.apply_plan(&delta, ALL_IN);
    assert_eq!(class_names(&roster), ["10B", "10C"]);
    assert_eq!(path(&roster, "李四"), "City District/Lincoln High/10B");
}

#[test]
fn classes_that_change_names_with_each_other_are_renamed() {
    let (mut roster, places) = known_school();
    let before = class_names(&roster);
    let other = before.iter().find(|name| *name != "高一2班").unwrap().clone();
    let delta = plan_knowing(of_classes(&[("c2", &other), ("c1", "高一2班")]), &mut roster, &places);
    let edits = roster.apply_plan(&delta, ALL_IN);
    assert_eq!(edits.len(), 3, "one steps aside");
    assert_eq!(class_names(&roster), before);
    assert_eq!(roster.path_of(roster.member("Jane Doe")).unwrap(), format!("City District/Lincoln High/{other}"));
}

#[test]
fn a_delta_takes_people_out_of_a_class_that_was_put_away_and_says_so_once() {
    let (mut roster, places) = known_school();
    let tree = roster.tree();
    for class in tree.in_order().into_iter().map(|(id, _)| id).filter(|id| tree.children(Some(*id)).is_empty()) {
        let record = roster.records[&(Kind::Department, class.0)].clone();
        roster.insert(record.with(Field::DepartmentState, "archived"));
    }
    let jane = roster.member("Jane Doe").id;
    assert_eq!(roster.places_of(jane).len(), 1, "her lesson");
    let enrollments =
        format!("{ENROLLED}e1,tobedeleted,,c1,s1,u1,student,,,\ne4,tobedeleted,,c2,s1,u2,teacher,true,,\n");
    let bytes = package(&[("manifest.csv", DELTA), ("enrollments.csv", &enrollments)]);
    let delta = plan_knowing(bytes.clone(), &mut roster, &places);
    assert_eq!((delta.counts().change, delta.problem_count()), (2, 0));
    roster.apply_plan(&delta, ALL_IN);
    assert_eq!(roster.places_of(jane), []);
    let headed = roster.all(Kind::Affiliation).filter(|it| it.text(Field::AffiliationRole) == Some("head")).count();
    assert_eq!(headed, 0);
    let again = plan_knowing(bytes, &mut roster, &places);
    assert_eq!((again.counts().change, again.problem_count()), (0, 0), "what is done is done");
}

#[test]
fn a_delta_of_a_system_that_took_our_ids_finds_people_and_classes_by_them() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名,身份,部门\nS-100,张三,学生,高一/3班\n,李四,学生,高一/4班\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let tree = roster.tree();
    let place = |id: DepartmentId| SourcePlace { path: tree.path(id), called: None };
    let places: KnownPlaces = tree.in_order().into_iter().map(|(id, _)| (id.0.to_string(), place(id))).collect();
    let class = places.iter().find(|(_, place)| place.path == "高一/3班").unwrap().0.clone();
    let other = roster.member("李四").id;
    let enrollments = format!("{ENROLLED}e1,active,,{class},s1,{other},student,,,\n");
    let bytes = package(&[("manifest.csv", DELTA), ("enrollments.csv", &enrollments)]);
    let delta = plan_knowing(bytes, &mut roster, &places);
    assert_eq!((delta.counts().change, delta.problem_count()), (1, 0));
    roster.apply_plan(&delta, ALL_IN);
    assert_eq!(roster.path_of(roster.member("李四")).as_deref(), Some("高一/3班"));
}
