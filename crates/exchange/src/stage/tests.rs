use super::*;
use crate::read::{self, Limits};
use crate::run::unwatched;
use crate::shape::find_shape;
use std::ops::ControlFlow;

const TODAY: Date = jiff::civil::date(2026, 9, 1);

fn stage_all(text: &str) -> (Vec<StagedRow>, StageEnd) {
    let mut workbook = read::open_bytes(text.as_bytes().to_vec(), &Limits::default()).unwrap();
    let shape = unwatched(|run| find_shape(&mut workbook, "", run)).unwrap();
    let mut stager = Stager::new(&shape, &shape.proposed, TODAY);
    let mut rows = Vec::new();
    unwatched(|run| {
        workbook.read_rows("", run, &mut |row, cells| {
            rows.extend(stager.stage(row, cells));
            Ok(ControlFlow::Continue(()))
        })
    })
    .unwrap();
    (rows, stager.finish())
}

#[test]
fn rows_that_are_no_people_are_skipped_and_counted() {
    let (rows, end) = stage_all(
        "学号,姓名,手机\n20230001,张三,13800138000\n\n学号,姓名,手机\n20230002,李四,13900139000\n合计,2,\n填表人：王老师,,\n",
    );
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(end.skipped, Skipped { blank: 1, totals: 1, notes: 1, repeated_headings: 1 });
}

#[test]
fn the_foot_of_a_printed_page_is_no_person() {
    let (rows, end) = stage_all(
        "姓名,手机,备注\n张三,13800138000,\n第2页,,\n第 2 页 共 5 页,,\n,,第二页\n第2页,共5页,\nPage 2 of 5,,\n第五,13900139000,\n",
    );
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 8]);
    assert_eq!(end.skipped.totals, 5);
}

#[test]
fn a_cell_that_names_both_parents_makes_two_guardians() {
    let (rows, _) = stage_all(
        "姓名,性别,家长电话\n张三,♂,父13812345674 母13912345675\n李四,♀,父亲：13812345674；母亲：13912345675\n王五,男,妈妈13912345675\n",
    );
    let named = |row: &StagedRow| -> Vec<(Option<String>, Option<String>, Option<&'static str>)> {
        row.guardians.iter().map(|it| (it.name.clone(), it.phone.clone(), it.relation)).collect()
    };
    let one = |name: &str, phone: &str, relation| (Some(name.to_owned()), Some(phone.to_owned()), Some(relation));
    let both = |child: &str| {
        let (father, mother) = (format!("{child}爸爸"), format!("{child}妈妈"));
        [one(&father, "13812345674", "father"), one(&mother, "13912345675", "mother")]
    };
    assert_eq!(named(&rows[0]), both("张三"));
    assert_eq!(named(&rows[1]), both("李四"));
    assert_eq!(named(&rows[2]), [one("王五妈妈", "13912345675", "mother")]);
    assert!(rows.iter().all(|row| row.problems.is_empty() && row.other_phones.is_empty()));
    let sexes: Vec<_> = rows.iter().map(|row| row.text(Field::MemberSex)).collect();
    assert_eq!(sexes, [Some("male"), Some("female"), Some("male")]);
}

#[test]
fn a_problem_names_its_cell_and_keeps_the_value_apart() {
    let (rows, _) = stage_all("姓名,身份证号,手机\n张三,5.40102201007255E+017,138001380\n");
    let problems: Vec<_> = rows[0].problems.iter().map(|p| (p.row, p.column, p.code.code(), p.value_kind)).collect();
    assert_eq!(
        problems,
        [
            (2, Some(1), "resident_id_spoiled_by_spreadsheet", crate::read::ValueKind::Text),
            (2, Some(2), "phone_malformed", crate::read::ValueKind::Text)
        ]
    );
    assert_eq!(rows[0].problems[0].value, "5.40102201007255E+017");
    assert_eq!(rows[0].text(Field::MemberName), Some("张三"));
}

#[test]
fn guardians_come_with_the_relation_of_their_heading_and_a_name() {
    let (rows, _) = stage_all("姓名,父亲姓名,父亲电话,母亲电话\n张三,张大,13800138000,13900139000\n李四,,,\n");
    let expected = |name: &str, phone: &str, relation| StagedGuardian {
        name: Some(name.into()),
        phone: Some(phone.into()),
        relation: Some(relation),
        masked_phone: None,
        may_confirm: None,
        is_named_after_member: name == "张三妈妈",
        slot: u8::from(relation == "mother"),
    };
    assert_eq!(
        rows[0].guardians,
        [expected("张大", "13800138000", "father"), expected("张三妈妈", "13900139000", "mother")]
    );
    assert!(rows[1].guardians.is_empty());
}

#[test]
fn grade_and_class_make_one_path() {
    let (rows, end) = stage_all("姓名,年级,班级\n张三,2023,3\n李四,2023级,3班\n王五,高一,\n");
    assert_eq!(rows[0].department, rows[1].department);
    assert_eq!(end.paths.text(rows[0].department.unwrap()), "2023级/3班");
    assert_eq!(end.paths.text(rows[2].department.unwrap()), "高一");
}

#[test]
fn lost_zeros_are_noticed_at_the_end() {
    let (rows, _) = stage_all("学号,姓名\n0012,张三\n0013,李四\n0014,王五\n15,赵六\n");
    let mut watch = ZeroWatch::default();
    for row in &rows {
        watch.see(row.row, row.kinds[0], row.text(Field::MemberCardNumber).unwrap());
    }
    assert_eq!(watch.lost(), Some((4, vec![ZerosLost { row: 5, value_kind: ValueKind::Text }])));
}

#[test]
fn the_kind_of_document_is_guessed_where_the_row_is_silent() {
    let (rows, _) = stage_all("姓名,证件类型,证件号码\n张三,,11010519491231002X\n李四,护照,E12345678\n");
    assert_eq!(rows[0].document_kind_guess, Some("resident_id"));
    assert_eq!(rows[1].document_kind_guess, None);
    assert_eq!(rows[1].text(Field::MemberDocumentKind), Some("passport"));
}

#[test]
fn whoever_is_disabled_is_suspended() {
    let (rows, _) = stage_all(
        "姓名,帐号,手机号,所在部门,禁用,禁用项说明：(0-启用;1-禁用)\n张三,a,,校,1,\n李四,b,,校,0,\n王五,c,,校,,\n",
    );
    let status = |row: &StagedRow| row.values.iter().find(|(field, _)| *field == Field::MemberStatus).cloned();
    assert_eq!(rows.iter().map(|row| row.problems.len()).sum::<usize>(), 0);
    assert_eq!(status(&rows[0]), Some((Field::MemberStatus, Value::text("suspended"))));
    assert_eq!((status(&rows[1]), status(&rows[2])), (None, None));
}
