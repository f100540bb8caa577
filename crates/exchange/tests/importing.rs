//! Files against a roster: what is added, changed, left alone and refused, and what the edits make of it.

mod support;

use mingce_exchange::diff::{
    ApplyChoices, Counts, DiffOf, Exclusion, FaultyCells, NewDepartments, RowsWanted, Verdict,
};
use mingce_exchange::shape::Target;
use mingce_exchange::stage::Severity;
use mingce_model::{Field, Kind, Value, Verb};
use support::{ALL_IN, MemoryRoster, options, plan, plan_wanted, plan_with};

const PUPILS: &str = "学号,姓名,性别,出生日期,年级,班级,父亲姓名,父亲电话\n\
    20230001,张三,男,2008-01-02,高一,3班,张大,13800138000\n\
    20230002,张小三,女,2009-03-04,高一,3班,张大,13800138000\n\
    20230003,欧阳娜娜,女,2008-05-06,高一,4班,,\n";

fn counts(add: u32, change: u32, unchanged: u32, problem: u32) -> Counts {
    Counts { add, change, unchanged, problem, ..Counts::default() }
}

fn codes(plan: &mingce_exchange::diff::Plan) -> Vec<(u32, &'static str, Option<u32>)> {
    plan.problems(0, 100).map(|problem| (problem.row, problem.code.code(), problem.other_row)).collect()
}

fn imported(text: &str) -> MemoryRoster {
    let mut roster = MemoryRoster::default();
    let plan = plan(text, &mut roster);
    roster.apply_plan(&plan, ALL_IN);
    roster
}

#[test]
fn a_first_import_adds_everyone_and_what_belongs_to_them() {
    let mut roster = MemoryRoster::default();
    let plan = plan(PUPILS, &mut roster);
    assert_eq!(plan.counts(), counts(3, 0, 0, 0));
    assert_eq!(plan.departments_to_create(), ["高一", "高一/3班", "高一/4班"]);
    let edits = roster.apply_plan(&plan, ALL_IN);
    let kinds: Vec<Kind> = edits.iter().map(|edit| edit.kind).collect();
    let mut sorted = kinds.clone();
    sorted.sort();
    assert_eq!(kinds, sorted, "what is referred to comes first");
    assert_eq!(roster.all(Kind::Guardian).count(), 1, "brother and sister share their father");
    assert_eq!(roster.all(Kind::Guardianship).count(), 2);
    let member = roster.member("张三");
    assert_eq!(roster.path_of(member).as_deref(), Some("高一/3班"));
    assert_eq!(member.text(Field::MemberStatus), Some("active"));
    assert_eq!(member.text(Field::MemberIdentity), Some("student"));
    assert_eq!(roster.guardians(member.id)[0].relation.as_deref(), Some("father"));
    let class = roster.all(Kind::Department).find(|it| it.text(Field::DepartmentName) == Some("3班")).unwrap();
    assert_eq!(class.text(Field::DepartmentKind), Some("class"));
}

#[test]
fn a_chip_of_another_row_or_member_stays_where_it_is() {
    let mut roster = imported("学号,姓名,芯片号\n1,张三,04:a3:2f:1b\n2,李四,0012345678；0000ABCD\n");
    assert_eq!(roster.member("张三").text(Field::MemberChipNumbers), Some("04A32F1B"));
    assert_eq!(roster.member("李四").text(Field::MemberChipNumbers), Some("0012345678;0000ABCD"));
    let text = "学号,姓名,芯片号\n1,张三,04A32F1B;0012345678\n3,王五,00AA11BB\n4,赵六,00AA11BB\n5,钱七,张三\n";
    let plan = plan(text, &mut roster);
    let expected =
        [(2, "value_taken", None), (4, "custom_value_repeated", Some(3)), (5, "chip_number_characters", None)];
    assert_eq!(codes(&plan), expected);
    roster.apply_plan(&plan, ApplyChoices { faulty_cells: FaultyCells::LeaveCellOut, ..ALL_IN });
    let held = |name: &str| roster.member(name).text(Field::MemberChipNumbers).map(str::to_owned);
    assert_eq!(held("张三").as_deref(), Some("04A32F1B"));
    assert_eq!((held("王五").as_deref(), held("赵六")), (Some("00AA11BB"), None));
}

#[test]
fn the_same_file_again_changes_nothing() {
    let mut roster = imported(PUPILS);
    let plan = plan(PUPILS, &mut roster);
    assert_eq!(plan.counts(), counts(0, 0, 3, 0));
    assert!(plan.departments_to_create().is_empty());
    assert!(roster.apply_plan(&plan, ALL_IN).is_empty());
}

#[test]
fn a_change_shows_old_and_new_and_an_empty_cell_erases_nothing() {
    let mut roster = imported(PUPILS);
    let plan = plan("学号,姓名,性别,手机,年级,班级\n20230001,张三,,13700137000,高一,4班\n", &mut roster);
    assert_eq!(plan.counts(), counts(0, 1, 0, 0));
    let row = &plan.rows(Some(Verdict::Change), 0, 10)[0];
    assert_eq!(row.label, "张三");
    let diffs: Vec<_> = row.diffs.iter().map(|diff| (diff.what, diff.old.to_string(), diff.new.to_string())).collect();
    assert_eq!(
        diffs,
        [
            (DiffOf::Field(Field::MemberPhone), String::new(), "13700137000".into()),
            (DiffOf::Department, "高一/3班".into(), "高一/4班".into())
        ]
    );
    let edits = roster.apply_plan(&plan, ALL_IN);
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0].verb, Verb::Edit);
    assert_eq!(roster.member("张三").text(Field::MemberSex), Some("male"));
}

#[test]
fn rows_are_told_apart_by_what_they_change() {
    let mut roster = imported(PUPILS);
    let file = "学号,姓名,性别,手机,班级,年级\n20230001,张三,男,13700137000,4班,高一\n\
        20230002,张小三,女,13700137001,3班,高一\n20230003,欧阳娜娜,男,,4班,高一\n20230009,新人,男,13700137009,4班,高一\n";
    let plan = plan(file, &mut roster);
    let (phone, sex) = (DiffOf::Field(Field::MemberPhone), DiffOf::Field(Field::MemberSex));
    assert_eq!(plan.changed(), [(phone, 2), (DiffOf::Department, 1), (sex, 1)], "whoever is new changes nobody");
    let rows = |what: &[DiffOf], offset, limit| -> Vec<u32> {
        let places = plan.find_rows(&RowsWanted {
            verdict: Some(Verdict::Change),
            changing: what.to_vec(),
            ..RowsWanted::default()
        });
        let shown = places.into_iter().skip(offset).take(limit);
        shown.filter_map(|place| plan.row_at(place)).map(|row| row.row).collect()
    };
    assert_eq!((rows(&[phone], 0, 10), plan.count_changing(&[phone])), (vec![2, 3], 2));
    assert_eq!((rows(&[phone], 1, 10), rows(&[phone], 0, 1)), (vec![3], vec![2]));
    assert_eq!((rows(&[sex], 0, 10), rows(&[DiffOf::Tags], 0, 10)), (vec![4], vec![]));
    assert_eq!((rows(&[phone, sex], 0, 10), plan.count_changing(&[])), (vec![2, 3, 4], 0));
    let phones = vec![Target::Field(Field::MemberPhone)];
    let named = |words: &[&str], closed: &[Target]| -> Vec<u32> {
        let (words, closed) = (words.iter().map(|word| (*word).to_owned()).collect(), closed.to_vec());
        let places = plan.find_rows(&RowsWanted { words, closed, ..RowsWanted::default() });
        places.into_iter().filter_map(|place| plan.row_at(place)).map(|row| row.row).collect()
    };
    assert_eq!((named(&["张"], &[]), named(&["oynn"], &[])), (vec![2, 3], vec![4]));
    assert_eq!((named(&["4班", "高一"], &[]), named(&["4班", "张"], &[])), (vec![2, 4, 5], vec![2]));
    assert_eq!((named(&["0009"], &[]), named(&["0009"], &phones)), (vec![5], vec![5]), "by the card number");
    assert_eq!((named(&["137001"], &[]), named(&["137001"], &phones)), (vec![2, 3, 5], vec![]));
}

#[test]
fn a_number_given_twice_names_the_first_row() {
    let mut roster = MemoryRoster::default();
    let plan = plan("学号,姓名\n1001,张三\n1002,李四\n1001,王五\n", &mut roster);
    assert_eq!(plan.counts(), counts(2, 0, 0, 1));
    assert_eq!(codes(&plan), [(4, "card_number_repeated", Some(2))]);
    let problem = plan.problems_of(4).next().unwrap();
    assert_eq!((problem.column.as_str(), problem.heading, problem.value), ("A", "学号", "1001"));
    assert_eq!(problem.severity, Severity::Row);
}

#[test]
fn what_is_typed_over_a_cell_is_checked_like_the_file_and_goes_in() {
    let text = "学号,姓名,身份证号,手机,班级\n1,张三,110105194912310021,13800138000,3班\n1,李四,,138,\n3,,,,3班\n";
    let mut roster = MemoryRoster::default();
    let mut wanted = options();
    let before = plan_wanted(text.into(), &mut roster, &wanted);
    assert_eq!(before.counts(), counts(0, 0, 0, 3));
    let mut typed = |row, column, text: &str| wanted.corrections.type_over(row, column, text.to_owned());
    typed(2, 2, "11010519491231002x");
    typed(3, 0, "2");
    typed(3, 3, "139001390");
    let still = plan_wanted(text.into(), &mut roster, &wanted);
    assert_eq!(still.counts(), counts(1, 0, 0, 2));
    assert_eq!(codes(&still), [(3, "phone_malformed", None), (4, "required_missing", None)]);
    let problem = still.problems(0, 1).next().unwrap();
    assert_eq!((problem.place, problem.value), (Some(3), "139001390"), "what was typed last is what is wrong");
    // An emptied cell says nothing, and a column behind the last one is none.
    wanted.corrections.type_over(3, 3, String::new());
    wanted.corrections.type_over(4, 1, "王五".into());
    wanted.corrections.type_over(4, 5, "x".into());
    let sound = plan_wanted(text.into(), &mut roster, &wanted);
    assert_eq!(sound.counts(), counts(3, 0, 0, 0));
    roster.apply_plan(&sound, ALL_IN);
    let zhang = roster.member("张三");
    assert_eq!(zhang.text(Field::MemberDocumentNumber), Some("11010519491231002X"));
    assert_eq!(roster.member("李四").text(Field::MemberPhone), None);
    assert_eq!(roster.path_of(roster.member("王五")).as_deref(), Some("3班"));
}

#[test]
fn members_are_found_by_document_and_by_name_with_something_else() {
    let mut roster = imported(
        "姓名,身份证号,出生日期,手机\n张三,11010519491231002X,,\n李四,,2008-01-02,\n王五,,,13800138000\n赵六,,,\n",
    );
    let again = plan(
        "姓名,身份证号,出生日期,手机,备注\n张三改,11010519491231002X,,,一\n李四,,2008-01-02,,二\n王五,,,13800138000,三\n赵六,,,,四\n",
        &mut roster,
    );
    assert_eq!(again.counts(), counts(0, 4, 0, 0));
    let other = plan("姓名,学号,出生日期\n李四,2001,2008-01-02\n李四,2002,2011-11-11\n", &mut roster);
    // The first takes the card number, the second is another person of that name.
    assert_eq!(other.counts(), counts(1, 1, 0, 0));
}

#[test]
fn an_id_number_says_when_somebody_was_born() {
    // Neither side has a birth date of its own: on the roster the number says it, in the file the date.
    let mut roster = imported("学号,姓名,身份证号\n1,张三,11010519491231002X\n");
    let by_date = plan("姓名,出生日期,备注\n张三,1949-12-31,一\n张三,1950-01-01,二\n", &mut roster);
    assert_eq!(by_date.counts(), counts(1, 1, 0, 0));
    let mut dated = imported("学号,姓名,出生日期\n1,张三,1949-12-31\n2,李四,1980-01-01\n");
    let by_number = plan("姓名,身份证号\n张三,11010519491231002X\n李四,440524188001010014\n", &mut dated);
    assert_eq!(by_number.counts(), counts(1, 1, 0, 0));
    // Another card number: to be asked.
    let other = plan("学号,姓名,出生日期\n9,张三,1949-12-31\n", &mut roster);
    assert_eq!(codes(&other), [(2, "possible_duplicate", None)]);
}

#[test]
fn a_namesake_is_asked_about_where_little_tells_two_people_apart() {
    let mut roster = imported(
        "学号,姓名,班级,身份证号,出生日期\n1,张三,3班,,\n2,李四,3班,11010519491231002X,\n3,王五,3班,,2008-01-02\n",
    );
    let asked = |file: &str, roster: &mut MemoryRoster| plan(file, roster).counts();
    let unsure = Counts { unsure: 1, ..Counts::default() };
    // The same class and another card number.
    assert_eq!(asked("学号,姓名,班级\n9,张三,3班\n", &mut roster), unsure);
    // Another class, an old one or a new one, and no number at all.
    assert_eq!(asked("姓名,班级\n张三,3班之外\n", &mut roster), unsure);
    assert_eq!(asked("姓名,班级,手机\n张三,5班,13800138000\n", &mut roster), unsure);
    // A number in another class, another document or another birth date tell two people apart.
    assert_eq!(asked("学号,姓名,班级\n9,张三,5班\n", &mut roster), counts(1, 0, 0, 0));
    assert_eq!(asked("姓名,班级,身份证号\n李四,3班,440524188001010014\n", &mut roster), counts(1, 0, 0, 0));
    assert_eq!(asked("学号,姓名,班级,出生日期\n9,王五,3班,2009-01-02\n", &mut roster), counts(1, 0, 0, 0));
    // With nothing but the class in common and nothing that differs it is the same person.
    assert_eq!(asked("姓名,班级\n张三,3班\n", &mut roster), counts(0, 0, 1, 0));
}

#[test]
fn whom_a_row_means_is_never_guessed() {
    let mut roster = imported("学号,姓名,身份证号\n1,张三,11010519491231002X\n2,李四,440524188001010014\n");
    let plan = plan(
        "学号,姓名,身份证号,出生日期\n1,李四,440524188001010014,\n1,王五,E12345678,\n,张三,,1949-12-31\n3,张三,,\n",
        &mut roster,
    );
    assert_eq!(
        codes(&plan).into_iter().map(|(row, code, _)| (row, code)).collect::<Vec<_>>(),
        [(2, "members_disagree"), (3, "card_number_of_another"), (5, "possible_duplicate")]
    );
    assert_eq!(plan.counts(), Counts { unsure: 3, ..counts(0, 1, 0, 0) });
    let mut twins = imported("姓名,班级,备注\n张伟,3班,甲\n");
    let mut second = twins.member("张伟").clone();
    second.id = twins.new_id();
    twins.insert(second);
    let plan = plan_with("姓名,班级\n张伟,3班\n".into(), &mut twins, |_, _| ());
    assert_eq!(codes(&plan), [(2, "member_ambiguous", None)]);
}

#[test]
fn a_faulty_cell_keeps_its_row_out_unless_the_user_says_otherwise() {
    let mut roster = MemoryRoster::default();
    let plan =
        plan("姓名,手机,身份证号\n张三,12345,11010519491231002X\n李四,13800138000,5.40102201007255E+17\n", &mut roster);
    assert_eq!(plan.counts(), counts(0, 0, 0, 2));
    assert_eq!(codes(&plan), [(2, "phone_malformed", None), (3, "resident_id_spoiled_by_spreadsheet", None)]);
    assert!(roster.clone().apply_plan(&plan, ALL_IN).is_empty());
    let partly = ApplyChoices { faulty_cells: FaultyCells::LeaveCellOut, ..ALL_IN };
    roster.apply_plan(&plan, partly);
    assert_eq!(roster.member("张三").get(Field::MemberPhone), &Value::Null);
    assert_eq!(roster.member("张三").text(Field::MemberDocumentKind), Some("resident_id"));
    assert_eq!(roster.member("李四").text(Field::MemberPhone), Some("13800138000"));
}

#[test]
fn lost_zeros_are_offered_back_and_taken_only_when_agreed() {
    let file = "学号,姓名\n0012,张三\n0013,李四\n0014,王五\n15,赵六\n";
    let mut roster = MemoryRoster::default();
    let first = plan(file, &mut roster);
    assert_eq!(first.counts(), counts(3, 0, 0, 1));
    assert_eq!(first.offered_card_number_digits(), Some(4));
    let problem = first.problems_of(5).next().unwrap();
    assert_eq!((problem.code.code(), problem.value, problem.proposal), ("leading_zeros_lost", "15", Some("0015")));
    let agreed = plan_with(file.into(), &mut roster, |_, mapping| mapping.card_number_digits = Some(4));
    assert_eq!(agreed.counts(), counts(4, 0, 0, 0));
    roster.apply_plan(&agreed, ALL_IN);
    assert_eq!(roster.member("赵六").text(Field::MemberCardNumber), Some("0015"));
}

#[test]
fn nothing_is_made_for_rows_that_stay_out() {
    let mut roster = MemoryRoster::default();
    let mut plan = plan(PUPILS, &mut roster);
    assert!(plan.exclude(4, Exclusion::Excluded));
    assert!(!plan.exclude(99, Exclusion::Excluded));
    roster.apply_plan(&plan, ALL_IN);
    assert_eq!(roster.all(Kind::Member).count(), 2);
    assert_eq!(roster.tree().len(), 2);
    let mut without = MemoryRoster::default();
    without.apply_plan(&plan, ApplyChoices { new_departments: NewDepartments::LeaveOut, ..ALL_IN });
    assert!(without.tree().is_empty());
    assert_eq!(without.all(Kind::Member).count(), 2);
}

#[test]
fn a_new_phone_of_a_shared_guardian_is_one_edit() {
    let mut roster = imported(PUPILS);
    let changed = PUPILS.replace("13800138000", "13900139000");
    let plan = plan(changed, &mut roster);
    assert_eq!(plan.counts(), counts(0, 2, 1, 0));
    let edits = roster.apply_plan(&plan, ALL_IN);
    assert_eq!(edits.len(), 1);
    assert_eq!(roster.all(Kind::Guardian).next().unwrap().text(Field::GuardianPhone), Some("13900139000"));
}

#[test]
fn wecom_members_keep_all_their_departments() {
    let mut roster = MemoryRoster::default();
    let file = "姓名,帐号,手机号,邮箱,所在部门,职位,性别,是否部门内领导,排序,别名,地址,座机,禁用,禁用项说明：(0-启用;1-禁用)\n\
        张三,zhangsan,13800138000,a@b.cn,第一中学/教务处;第一中学/语文组,教师,男,否,1,,,,0,\n李四,lisi,,,第一中学,校长,,,,,,,,\n";
    let plan = plan(file, &mut roster);
    assert_eq!(plan.departments_to_create(), ["教务处", "语文组"]);
    roster.apply_plan(&plan, ALL_IN);
    assert_eq!(roster.path_of(roster.member("张三")).as_deref(), Some("教务处"));
    assert_eq!(roster.path_of(roster.member("李四")), None);
    assert_eq!(roster.all(Kind::Affiliation).count(), 1);
    assert_eq!(support::plan(file, &mut roster).counts(), counts(0, 0, 2, 0));
}

#[test]
fn several_departments_in_one_cell_are_places_of_their_own() {
    for file in [
        "姓名,账号,手机,部门\n张三,zhangsan,,学校/高一/1班;学校/社团/合唱团;学校/社团/合唱团\n李四,lisi,,学校/高一/1班\n",
        "姓名,学号,班级\n张三,1,学校/高一/1班；学校/社团/合唱团\n李四,2,学校/高一/1班\n",
        "姓名,学号,部门\n张三,1,\"学校/高一/1班\n学校/社团/合唱团\"\n李四,2,学校/高一/1班\n",
        "姓名,学号,归属\n张三,1,\"学校/高一/1班,学校/社团/合唱团\"\n李四,2,学校/高一/1班\n",
    ] {
        let mut roster = MemoryRoster::default();
        let first = plan(file, &mut roster);
        assert_eq!((first.counts(), codes(&first)), (counts(2, 0, 0, 0), Vec::new()), "{file}");
        roster.apply_plan(&first, ALL_IN);
        assert_eq!(roster.path_of(roster.member("张三")).as_deref(), Some("学校/高一/1班"));
        assert_eq!(roster.path_of(roster.member("李四")).as_deref(), Some("学校/高一/1班"));
        assert_eq!(roster.all(Kind::Affiliation).count(), 1, "{file}");
        assert_eq!(plan(file, &mut roster).counts(), counts(0, 0, 2, 0), "{file}");
    }
}

#[test]
fn wecom_departments_become_a_tree() {
    let mut roster = MemoryRoster::default();
    let file = "部门名称,部门ID,父部门ID,排序\n第一中学,1,0,1\n高中部,2,1,10\n初中部,3,1,20\n高一,4,2,1\n孤儿,9,77,1\n重复,4,2,1\n";
    let plan = plan(file, &mut roster);
    assert_eq!(plan.counts(), counts(3, 0, 1, 2));
    assert_eq!(codes(&plan), [(6, "department_parent_missing", None), (7, "department_number_repeated", Some(5))]);
    roster.apply_plan(&plan, ALL_IN);
    let tree = roster.tree();
    let paths: Vec<String> = tree.in_order().into_iter().map(|(id, _)| tree.path(id)).collect();
    assert_eq!(paths, ["初中部", "高中部", "高中部/高一"]);
    assert!(support::plan(file, &mut roster).departments_to_create().is_empty());
}

#[test]
fn a_saved_mapping_serves_the_next_file_of_the_same_shape() {
    let (_, _, first) = support::understand(b"\xE7\x94\xB2,\xE4\xB9\x99\na1,x\n".to_vec());
    let (_, _, second) = support::understand(b"\xE7\x94\xB2 ,*\xE4\xB9\x99\nb2,y\n".to_vec());
    assert_eq!(first.signature, second.signature);
    let mut mapping = first.proposed.clone();
    mapping.assign(0, mingce_exchange::shape::Target::Field(Field::MemberCardNumber));
    mapping.assign(1, mingce_exchange::shape::Target::Field(Field::MemberName));
    let saved = serde_json::to_string(&mapping).unwrap();
    assert_eq!(second.adopt(serde_json::from_str(&saved).unwrap()), Some(mapping));
}
