//! Departments that a file names by the end of their paths, and where new ones come.

mod support;

use mingce_exchange::diff::{DiffOf, FoundDepartment, PlanOptions};
use mingce_model::{Field, Kind, RecordId, Value};
use support::{ALL_IN, MemoryRoster, options, plan, plan_wanted};

/// Two schools: 高一 is in one of them, each has a 1班.
fn schools() -> MemoryRoster {
    let mut roster = MemoryRoster::default();
    let file = "学号,姓名,部门\nS1,张三,实验中学/高中部/高一/3班\nS2,李四,实验中学/高中部/高一/1班\n\
        S3,王五,实验小学/一年级/1班\nS4,赵六,实验小学/一年级\n";
    let first = plan(file, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    roster
}

fn department(roster: &MemoryRoster, path: &str) -> RecordId {
    let names: Vec<&str> = path.split('/').collect();
    roster.tree().find(&names).unwrap().0
}

fn class(roster: &MemoryRoster, name: &str) -> String {
    roster.path_of(roster.member(name)).unwrap()
}

#[test]
fn a_class_is_found_by_the_end_of_its_path_and_that_is_told() {
    for (named, path) in [
        ("3班", "实验中学/高中部/高一/3班"),
        ("高一/1班", "实验中学/高中部/高一/1班"),
        ("一年级/１班", "实验小学/一年级/1班"),
    ] {
        let mut roster = schools();
        let file = format!("学号,姓名,部门\nS9,新人,{named}\n");
        let planned = plan(file, &mut roster);
        assert!(planned.departments_to_create().is_empty());
        let named = named.replace('１', "1");
        assert_eq!(planned.departments_by_end(), [FoundDepartment { named, path: path.to_owned() }]);
        let row = planned.rows(None, 0, 1).remove(0);
        let shown = row.diffs.iter().find(|diff| diff.what == DiffOf::Department).unwrap();
        assert_eq!(shown.new, Value::text(path), "the preview says where it goes");
        roster.apply_plan(&planned, ALL_IN);
        assert_eq!(class(&roster, "新人"), path);
    }
}

#[test]
fn which_of_several_classes_is_asked_unless_the_member_is_in_one() {
    let mut roster = schools();
    let planned = plan("学号,姓名,部门\nS2,李四,1班\nS9,新人,1班\n", &mut roster);
    let problems: Vec<(u32, &str)> = planned.problems(0, 10).map(|it| (it.row, it.code.code())).collect();
    assert_eq!(problems, [(3, "department_ambiguous")]);
    assert_eq!((planned.counts().unchanged, planned.counts().problem), (1, 1));
    assert!(planned.departments_to_create().is_empty());
}

#[test]
fn what_stands_at_the_top_is_meant_first() {
    let mut roster = schools();
    let top = plan("学号,姓名,部门\nS8,孙七,3班/甲组\n", &mut roster);
    assert_eq!(top.departments_to_create(), ["实验中学/高中部/高一/3班/甲组"]);
    let file = "部门名称,部门ID,父部门ID,排序\n3班,1,0,1\n";
    let top = plan(file, &mut roster);
    assert_eq!(top.departments_to_create(), ["3班"], "a file of departments says where each is");
    roster.apply_plan(&top, ALL_IN);
    let planned = plan("学号,姓名,部门\nS9,新人,3班\n", &mut roster);
    assert!(planned.departments_by_end().is_empty());
    roster.apply_plan(&planned, ALL_IN);
    assert_eq!(class(&roster, "新人"), "3班");
}

#[test]
fn new_departments_come_below_what_is_known_or_chosen() {
    let mut roster = schools();
    assert_eq!(
        plan("学号,姓名,部门\nS9,新人,高一/4班\n", &mut roster).departments_to_create(),
        ["实验中学/高中部/高一/4班"]
    );
    assert_eq!(plan("学号,姓名,部门\nS9,新人,初一/4班\n", &mut roster).departments_to_create(), ["初一", "初一/4班"]);
    let under = PlanOptions { under: Some(department(&roster, "实验小学")), ..options() };
    let planned = plan_wanted("学号,姓名,部门\nS8,孙七,1班\nS9,新人,二年级/1班\n".into(), &mut roster, &under);
    assert_eq!(planned.departments_to_create(), ["实验小学/二年级", "实验小学/二年级/1班"]);
    roster.apply_plan(&planned, ALL_IN);
    assert_eq!(class(&roster, "孙七"), "实验小学/一年级/1班", "of several, the one below the chosen department");
    assert_eq!(class(&roster, "新人"), "实验小学/二年级/1班");
}

#[test]
fn a_tree_that_would_be_too_deep_is_refused() {
    let mut roster = schools();
    let under = PlanOptions { under: Some(department(&roster, "实验中学/高中部/高一/3班")), ..options() };
    let file =
        format!("学号,姓名,部门\nS9,新人,{}\n", ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"].join("/"));
    let planned = plan_wanted(file.into(), &mut roster, &under);
    assert_eq!(planned.problems(0, 10).map(|it| it.code.code()).collect::<Vec<_>>(), ["department_too_deep"]);
    assert!(planned.departments_to_create().is_empty());
}

#[test]
fn nobody_is_put_into_a_department_that_was_put_away() {
    let mut roster = schools();
    let school = department(&roster, "实验小学");
    let archived = roster.records[&(Kind::Department, school)].clone().with(Field::DepartmentState, "archived");
    roster.insert(archived);
    let file = "学号,姓名,部门\nS8,新人,实验小学/一年级/1班\nS9,来人,实验小学/二年级\nS3,王五,实验小学/一年级/1班\n";
    let planned = plan(file, &mut roster);
    let problems: Vec<_> = planned.problems(0, 10).map(|it| (it.row, it.code.code())).collect();
    assert_eq!(problems, [(2, "department_archived"), (3, "department_archived")]);
    assert!(planned.departments_to_create().is_empty());
    assert_eq!(planned.counts().unchanged, 1, "who is there already stays");
}
