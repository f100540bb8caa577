//! Columns of what the organisation defined itself, and of who leads what: known, checked, compared, written.

mod support;

use mingce_exchange::diff::{ApplyChoices, Counts, DiffOf, FaultyCells, NewTags, Plan, Verdict};
use mingce_exchange::shape::Target;
use mingce_model::custom::{CustomField, CustomForm};
use mingce_model::{Field, Kind, Record, RecordId};
use support::{ALL_IN, MemoryRoster, plan, plan_with, understand_with};

/// Makes a field; more of it is set by `more`.
fn define(roster: &mut MemoryRoster, name: &str, form: CustomForm, more: impl FnOnce(&mut CustomField)) -> RecordId {
    let id = roster.new_id();
    let mut field = CustomField {
        id,
        name: name.into(),
        form,
        choices: if form == CustomForm::Choice { vec!["住校".into(), "走读".into()] } else { Vec::new() },
        is_required: false,
        is_unique: false,
        data_class: "ordinary".into(),
        position: None,
        is_archived: false,
    };
    more(&mut field);
    let mut record = Record::empty(Kind::CustomField, id);
    field.write_to(&mut record);
    roster.insert(record);
    id
}

fn roster() -> MemoryRoster {
    let mut roster = MemoryRoster::default();
    define(&mut roster, "住宿", CustomForm::Choice, |_| ());
    define(&mut roster, "储物柜", CustomForm::Number, |field| field.is_unique = true);
    define(&mut roster, "入住日期", CustomForm::Date, |_| ());
    define(&mut roster, "乘校车", CustomForm::YesNo, |field| field.is_required = true);
    roster
}

const FILE: &str = "学号,姓名,住宿,储物柜,入住日期,乘校车,标签\n\
    101,张一,走读,7,2024年9月1日,√,校队、贫困生\n\
    102,张二,住校,8.50,2024/9/2,否,校队\n\
    103,张三,,,,是,\n";

fn problems(plan: &Plan) -> Vec<(u32, String, &'static str, &'static str, Option<u32>)> {
    let shown = plan.problems(0, 100);
    shown.map(|it| (it.row, it.column, it.code.code(), it.remedy.code(), it.other_row)).collect()
}

fn diffs(plan: &Plan, verdict: Verdict) -> Vec<(DiffOf, String, String)> {
    let rows = plan.rows(Some(verdict), 0, 100);
    rows.into_iter()
        .flat_map(|row| row.diffs)
        .map(|diff| (diff.what, diff.old.to_string(), diff.new.to_string()))
        .collect()
}

#[test]
fn values_and_tags_go_in_and_the_same_file_again_changes_nothing() {
    let mut roster = roster();
    let first = plan(FILE, &mut roster);
    assert_eq!(first.counts(), Counts { add: 3, ..Counts::default() });
    assert_eq!(problems(&first), []);
    assert_eq!(first.tags_to_create(), ["校队", "贫困生"]);
    let edits = roster.apply_plan(&first, ALL_IN);
    let kinds: Vec<Kind> = edits.iter().map(|edit| edit.kind).collect();
    assert!(kinds.is_sorted(), "what is referred to comes first");
    let one = roster.member("张一").id;
    let value = |name: &str| roster.custom(one, name);
    assert_eq!(value("住宿").as_deref(), Some("走读"));
    assert_eq!(value("储物柜").as_deref(), Some("7"));
    assert_eq!(value("入住日期").as_deref(), Some("2024-09-01"));
    assert_eq!(value("乘校车").as_deref(), Some("yes"));
    assert_eq!(roster.tag_text(one), "校队、贫困生");
    let again = plan(FILE, &mut roster);
    assert_eq!(again.counts(), Counts { unchanged: 3, ..Counts::default() });
    assert!(again.tags_to_create().is_empty());
}

#[test]
fn a_change_shows_old_and_new_and_an_empty_cell_erases_nothing() {
    let mut roster = roster();
    let first = plan(FILE, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let next = plan("学号,姓名,住宿,储物柜,标签\n101,张一,住校,,贫困生；少先队员\n", &mut roster);
    let field = roster.fields().into_iter().find(|field| field.name == "住宿").expect("it is defined").id;
    assert_eq!(
        diffs(&next, Verdict::Change),
        [
            (DiffOf::Tags, "校队、贫困生".into(), "贫困生、少先队员".into()),
            (DiffOf::Custom(field), "走读".into(), "住校".into()),
        ]
    );
    roster.apply_plan(&next, ApplyChoices { new_tags: NewTags::LeaveOut, ..ALL_IN });
    let one = roster.member("张一").id;
    assert_eq!(roster.tag_text(one), "贫困生", "a tag that is not made is not given");
    assert_eq!(roster.custom(one, "储物柜").as_deref(), Some("7"));
    let again = plan("学号,姓名,标签\n101,张一,贫困生；少先队员\n", &mut roster);
    roster.apply_plan(&again, ALL_IN);
    assert_eq!(roster.tag_text(one), "贫困生、少先队员");
}

#[test]
fn what_does_not_fit_is_told_at_its_cell_with_what_to_do() {
    let mut roster = roster();
    let first = plan(FILE, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let wrong = plan(
        "学号,姓名,住宿,储物柜,入住日期,乘校车\n\
         101,张一,半走读,七,明天,也许\n\
         102,张二,,7,,\n\
         104,张四,,9,,是\n\
         105,张五,,9.0,,\n",
        &mut roster,
    );
    assert_eq!(
        problems(&wrong),
        [
            (2, "C".into(), "custom_choice_unknown", "add_choice", None),
            (2, "D".into(), "number_malformed", "correct", None),
            (2, "E".into(), "date_malformed", "correct", None),
            (2, "F".into(), "choice_unknown", "use_known_word", None),
            (3, "D".into(), "value_taken", "correct", None),
            (5, "F".into(), "custom_value_missing", "fill_in", None),
            (5, "D".into(), "custom_value_repeated", "correct", Some(4)),
        ]
    );
    assert_eq!(wrong.counts(), Counts { add: 1, problem: 3, ..Counts::default() });
    let sound = ApplyChoices { faulty_cells: FaultyCells::LeaveCellOut, ..ALL_IN };
    roster.apply_plan(&wrong, sound);
    assert_eq!(roster.custom(roster.member("张五").id, "储物柜"), None, "the rest of the row went in");
    assert_eq!(roster.custom(roster.member("张二").id, "储物柜").as_deref(), Some("8.5"));
}

#[test]
fn a_required_field_without_a_column_is_told_of_whoever_is_new() {
    let mut roster = roster();
    let first = plan(FILE, &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let narrow = plan("学号,姓名\n101,张一\n104,张四\n", &mut roster);
    assert_eq!(narrow.counts(), Counts { add: 1, unchanged: 1, ..Counts::default() });
    assert_eq!(problems(&narrow), [(3, String::new(), "custom_value_missing", "fill_in", None)]);
    assert_eq!(narrow.problems(0, 1).next().map(|it| it.value), Some("乘校车"));
}

#[test]
fn a_mask_is_never_taken_for_a_value() {
    let mut roster = MemoryRoster::default();
    define(&mut roster, "病史", CustomForm::Text, |field| field.data_class = "sensitive".into());
    let first = plan("学号,姓名,病史\n101,张一,哮喘\n102,张二,\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let masked = plan("学号,姓名,病史\n101,张一,***\n102,张二,***\n103,张三,哮**\n", &mut roster);
    let expected = |row| (row, "C".to_owned(), "number_masked", "get_full_number", None);
    assert_eq!(problems(&masked), [expected(3), expected(4)]);
    assert_eq!(masked.counts(), Counts { unchanged: 1, problem: 2, ..Counts::default() });
}

#[test]
fn a_column_is_known_by_its_name_or_its_choices_and_its_mapping_lasts() {
    let mut roster = roster();
    let id = |name: &str| roster.fields().into_iter().find(|field| field.name == name).expect("it is defined").id;
    let (dormitory, locker) = (id("住宿"), id("储物柜"));
    let bytes = "姓名,情况,*储物柜（号）\n张一,走读,1\n张二,住校,2\n张三,走读,3\n";
    let (_, _, shape) = understand_with(bytes.into(), &roster.fields());
    assert_eq!(shape.proposed.columns[1..], [Target::Custom(dormitory), Target::Custom(locker)]);
    assert!(shape.columns[1].confidence < 0.7 && shape.columns[2].confidence > 0.9);
    let saved = serde_json::to_string(&shape.proposed).expect("a mapping is saved");
    let mut renamed = roster.records[&(Kind::CustomField, locker)].clone();
    renamed.set(Field::CustomFieldName, "柜号");
    roster.insert(renamed);
    let plan = plan_with(bytes.into(), &mut roster, |shape, mapping| {
        assert_eq!(shape.proposed.columns[2], Target::Ignore, "the heading says nothing any more");
        *mapping = serde_json::from_str(&saved).expect("and read again");
    });
    roster.apply_plan(&plan, ALL_IN);
    assert_eq!(roster.custom(roster.member("张三").id, "柜号").as_deref(), Some("3"));
}

#[test]
fn heads_come_with_wecom_and_dingtalk_files_and_go_again() {
    let mut roster = MemoryRoster::default();
    let wecom = |leads: &str| {
        format!("姓名,帐号,手机号,所在部门,是否部门内领导\n张三,zs,13800138000,第一中学/研发;第一中学/测试,{leads}\n")
    };
    let first = plan(wecom("1;0"), &mut roster);
    assert_eq!(problems(&first), []);
    roster.apply_plan(&first, ALL_IN);
    let member = roster.member("张三").id;
    let roles = |roster: &MemoryRoster| -> Vec<(String, Option<String>)> {
        let tree = roster.tree();
        let places = roster.places_of(member).into_iter();
        places.map(|it| (tree.path(mingce_model::DepartmentId(it.department)), it.role)).collect()
    };
    let of = |path: &str, role: Option<&str>| (path.to_owned(), role.map(str::to_owned));
    assert_eq!(roles(&roster), [of("测试", None), of("研发", Some("head"))]);
    assert_eq!(plan(wecom("是;否"), &mut roster).counts().unchanged, 1);
    let moved = plan(wecom("0;1"), &mut roster);
    assert_eq!(
        diffs(&moved, Verdict::Change),
        [
            (DiffOf::Leads, "第一中学/研发".into(), String::new()),
            (DiffOf::Leads, String::new(), "第一中学/测试".into())
        ]
    );
    roster.apply_plan(&moved, ALL_IN);
    assert_eq!(roles(&roster), [of("测试", Some("head"))], "the main department needs no place of its own");
    let dingtalk = "员工UserID,部门,姓名,工号,是否此部门主管(是/否),手机号\nu1,第一中学-研发,张三,zs,是,13800138000\n";
    let next = plan(dingtalk, &mut roster);
    roster.apply_plan(&next, ALL_IN);
    assert_eq!(roles(&roster), [of("测试", Some("head")), of("研发", Some("head"))]);
    let nowhere = plan("工号,姓名,是否部门内领导\nzs,张三,是\n", &mut roster);
    assert_eq!(problems(&nowhere)[0].2, "leader_without_department");
}

#[test]
fn own_columns_name_departments_that_are_led_beside_the_main_one() {
    let mut roster = MemoryRoster::default();
    let file = "姓名,工号,部门,负责部门,副职部门\n张三,1,高一,高一/1班;\"高一/2;班\",高一\n";
    let first = plan(file, &mut roster);
    assert_eq!(first.departments_to_create(), ["高一", "高一/1班", "高一/2;班"]);
    roster.apply_plan(&first, ALL_IN);
    assert_eq!(roster.all(Kind::Affiliation).count(), 3);
    assert_eq!(plan(file, &mut roster).counts().unchanged, 1);
    let next = plan("姓名,工号,副职部门\n张三,1,高一/1班\n", &mut roster);
    assert_eq!(diffs(&next, Verdict::Change), [(DiffOf::DeputyOf, String::new(), "高一/1班".into())]);
}

#[test]
fn more_tags_than_there_can_be_are_a_problem() {
    let mut roster = MemoryRoster::default();
    let mut file = String::from("学号,姓名,标签\n");
    for number in 0..205 {
        file.push_str(&format!("{number},学{},第{number}次\n", ["甲", "乙"][number % 2]));
    }
    let plan = plan(file, &mut roster);
    assert_eq!(plan.counts().problem, 5);
    assert_eq!(plan.tags_to_create().len(), 200);
    assert!(problems(&plan).iter().all(|problem| problem.2 == "too_many_tags"));
}
