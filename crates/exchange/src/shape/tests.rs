use super::*;
use crate::read::{self, Limits};
use crate::run::unwatched;

fn shape(text: &str) -> Shape {
    let mut workbook = read::open_bytes(text.as_bytes().to_vec(), &Limits::default()).unwrap();
    unwatched(|run| find_shape(&mut workbook, "", run)).unwrap()
}

fn targets(shape: &Shape) -> Vec<String> {
    shape.proposed.columns.iter().map(|target| target.name()).collect()
}

#[test]
fn a_row_that_is_wider_than_the_headings_has_columns_without_any() {
    let mut rows: Vec<SampleRow> = vec![(1, vec![Cell::Text("姓名".into()), Cell::Text("学号".into())])];
    rows.extend((2..60).map(|row| (row, vec![Cell::Text("张三".into()), Cell::Text("1".into())])));
    rows.push((60, vec![Cell::Text("x".into()); 5]));
    let header = header_row::find(&rows, &[], &headings::is_known);
    let shape = shape_of(&rows, header, &[]);
    assert_eq!(shape.columns.len(), 5);
    assert_eq!(shape.columns[4].heading, "");
}

#[test]
fn a_pupil_list_is_understood() {
    let shape = shape(
        "第一中学2023级学生名册\n序号,学号,姓名,性别,出生日期,年级,班级,身份证号,父亲姓名,父亲电话,母亲姓名,母亲电话,家庭住址\n\
         1,20230001,张三,男,2008-01-02,高一,3班,,张大,13800138000,李二,13900139000,北京\n",
    );
    assert_eq!(shape.header_row, 2);
    assert_eq!(
        targets(&shape),
        [
            "ignore",
            "card_number",
            "name",
            "sex",
            "birth_date",
            "department_part_1",
            "department_part_2",
            "document_number",
            "guardian_name_1",
            "guardian_phone_1",
            "guardian_name_2",
            "guardian_phone_2",
            "address"
        ]
    );
    assert_eq!(shape.proposed.guardian_relations, [Some("father".into()), Some("mother".into())]);
    assert_eq!(shape.proposed.identity_of_added.as_deref(), Some("student"));
    assert_eq!(shape.sample[0].1[2], "张三");
}

#[test]
fn wecom_and_dingtalk_files_are_recognised() {
    let wecom = shape(
        "姓名,帐号,手机号,邮箱,所在部门,职位,性别,是否部门内领导,排序,别名,地址,座机,禁用,禁用项说明：(0-启用;1-禁用)\n\
         张三,zhangsan,13800138000,a@b.cn,公司/研发;公司/测试,工程师,男,否,1,,北京,,0,\n",
    );
    assert_eq!(wecom.origin, Origin::WeComMembers);
    assert_eq!(
        targets(&wecom)[..7],
        ["name", "card_number", "phone", "email", "department", "title", "sex"].map(str::to_owned)
    );
    assert_eq!(wecom.proposed.columns[7..9], [Target::IsLeader, Target::Ignore]);
    let departments = shape("部门名称,部门ID,父部门ID,排序\n研发,2,1,10\n");
    assert_eq!(departments.origin, Origin::WeComDepartments);
    assert_eq!(departments.proposed.subject, Subject::Departments);
    assert_eq!(departments.proposed.check(), Ok(()));
    let dingtalk = shape(
        "员工UserID,部门,职位,姓名,性别,工号,是否此部门主管(是/否),手机号,邮箱,分机号,办公地点,备注\n\
         u1,公司-研发,工程师,张三,男,0012,否,13800138000,a@b.cn,,北京,\n",
    );
    assert_eq!(dingtalk.origin, Origin::DingTalk);
    assert_eq!(dingtalk.proposed.department_separator, '-');
    assert_eq!(dingtalk.proposed.columns[6], Target::IsLeader);
    assert_eq!(
        dingtalk.find_column("工号").map(|column| dingtalk.proposed.columns[column].name()).as_deref(),
        Ok("card_number")
    );
}

#[test]
fn several_departments_of_a_cell_are_known_by_heading_or_values() {
    let has_lists = |text: &str| shape(text).proposed.has_department_lists;
    assert!(has_lists("姓名,手机,部门\n张三,,研发部\n"));
    assert!(!has_lists("姓名,手机,班级\n张三,,3班\n李四,,3班;4班\n"), "the mark may belong to a name");
    assert!(has_lists("姓名,手机,班级\n张三,,高一/3班\n李四,,高一/3班;社团/合唱团\n"));
    assert!(has_lists("姓名,手机,归属\n张三,,\"校/高一/1班,校/社团/合唱团\"\n李四,,校/高一/2班\n"));
    assert!(!has_lists("名册标识,姓名,部门\n,张三,a;b\n"), "our exports write one");
    let account = shape("姓名,账号,手机,所在部门\n张三,zhangsan,13800138000,公司/研发;公司/测试\n");
    assert_eq!(account.origin, Origin::WeComMembers);
    assert_eq!(targets(&account), ["name", "card_number", "phone", "department"]);
    let number = shape("姓名,账号,工号,所在部门\n张三,zhangsan,0012,公司/研发\n");
    assert_eq!(targets(&number), ["name", "ignore", "card_number", "department"]);
}

#[test]
fn a_remembered_mapping_reads_the_lists_that_the_next_file_has() {
    let first = shape("姓名,手机,班级\n张三,13800138000,高一/3班\n");
    let next = shape("姓名,手机,班级\n张三,13800138000,高一/3班;社团/合唱团\n");
    assert_eq!(first.signature, next.signature);
    assert!(next.adopt(first.proposed).is_some_and(|mapping| mapping.has_department_lists));
}

#[test]
fn values_speak_where_headings_do_not() {
    let shape = shape("甲,乙,丙\n张三,13800138000,11010519491231002X\n李四,13900139000,440524188001010014\n");
    assert_eq!(targets(&shape), ["name", "phone", "document_number"]);
    assert!(shape.columns.iter().all(|column| column.confidence < 0.8));
}

#[test]
fn a_wrong_heading_loses_against_its_values() {
    let shape = shape("身份,姓名\n11010519491231002X,张三\n440524188001010014,李四\n11010519491231002X,王五\n");
    assert_eq!(targets(&shape), ["document_number", "name"]);
}

#[test]
fn a_table_without_headings_begins_at_once() {
    let shape = shape("张三,13800138000\n李四,13900139000\n");
    assert_eq!(shape.header_row, 0);
    assert_eq!(targets(&shape), ["name", "phone"]);
}

#[test]
fn english_headings_are_known_too() {
    let shape = shape(
        "Student ID,Full Name,Gender,Date of Birth,Grade,Class,Guardian Name,Guardian Phone,Remarks\n1,A B,F,2010-01-01,G1,2,C D,+85291234567,\n",
    );
    assert_eq!(
        targets(&shape),
        [
            "card_number",
            "name",
            "sex",
            "birth_date",
            "department_part_1",
            "department_part_2",
            "guardian_name_1",
            "guardian_phone_1",
            "note"
        ]
    );
}

#[test]
fn instructions_on_the_first_sheet_are_passed_over() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in
        [("说明", [["请填写", "注意"], ["不要改动", "标题"]]), ("高一", [["姓名", "学号"], ["张三", "1"]])]
    {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            sheet.write_row(row, 0, cells).unwrap();
        }
    }
    let mut workbook = read::open_bytes(book.save_to_buffer().unwrap(), &Limits::default()).unwrap();
    let headings = HeadingRow::Find { named: &[] };
    let (name, shape) = unwatched(|run| find_table(&mut workbook, &[], headings, run)).unwrap();
    assert_eq!((name.as_str(), shape.header_row), ("高一", 1));
    // A row that somebody names is looked for on every sheet too.
    let headings = HeadingRow::Find { named: &["注意".to_owned(), "请填写".to_owned()] };
    let (name, shape) = unwatched(|run| find_table(&mut workbook, &[], headings, run)).unwrap();
    assert_eq!((name.as_str(), shape.header_row), ("说明", 1));
}
