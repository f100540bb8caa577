//! Work in the grid over many rows: pasted, replaced, set, removed; each one operation that can be stopped and undone.

use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::bulk::{Extent, LetterCase, MoveMembers, RemoveMembers, Replace, SavedView, SetField};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::person::FindGuardians;
use mingce_ipc::profile::ColumnPreference;
use mingce_ipc::roster::{
    CellText, Column, CreateDepartment, EditGuardian, Filter, GuardianRef, Matching, Members, PageRequest, PasteBlock,
    RecordRef, Undo, ViewInfo, ViewQuery,
};
use tokio::runtime::Runtime;

struct Desk {
    office: Office,
    _runtime: Runtime,
    _world: World,
}

fn desk() -> Desk {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::open(&runtime, &world, "here");
    Desk { office, _runtime: runtime, _world: world }
}

impl Desk {
    fn add_many(&self, count: usize) {
        let view = self.view(ViewQuery::default());
        let rows = (0..count).map(|n| vec![format!("学生{n}"), format!("S{n:05}")]).collect();
        let outcome = self.office.app.paste_block(self.paste(&view, 0, rows)).unwrap();
        assert_eq!(outcome.added_members as usize, count);
    }

    fn paste(&self, view: &ViewInfo, start: u32, rows: Vec<Vec<String>>) -> PasteBlock {
        PasteBlock {
            view: view.view.clone(),
            start,
            end: start + u32::try_from(rows.len()).unwrap(),
            columns: vec![Column::Name, Column::CardNumber],
            rows,
            department: None,
            job: None,
        }
    }

    fn view(&self, query: ViewQuery) -> ViewInfo {
        self.office.app.open_view(query).unwrap()
    }

    fn cells(&self, query: ViewQuery, columns: &[Column]) -> Vec<Vec<String>> {
        let view = self.view(query);
        let page = PageRequest { view: view.view, start: 0, count: view.total, columns: columns.to_vec() };
        self.office.app.page(page).unwrap().rows.into_iter().map(|row| row.cells).collect()
    }

    fn names(&self, filters: Vec<Filter>, matching: Option<Matching>) -> Vec<String> {
        let found = self.cells(ViewQuery { filters, matching, ..ViewQuery::default() }, &[Column::Name]);
        found.into_iter().flatten().collect()
    }

    fn undo(&self) {
        self.office.app.undo(Undo::default()).unwrap();
    }

    fn everyone(&self) -> Members {
        let view = self.view(ViewQuery::default());
        Members::Rows { view: view.view, ranges: vec![(0, u32::MAX)] }
    }
}

fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect()
}

#[test]
fn pasted_rows_below_the_last_become_members_of_the_shown_department() {
    let desk = desk();
    let app = &desk.office.app;
    let class = app.create_department(CreateDepartment { parent: None, name: "高一".into(), kind: None }).unwrap().id;
    desk.office.add(&[(Column::Name, "张三"), (Column::Department, "高一"), (Column::CardNumber, "1")]);
    let query = ViewQuery { department: Some(class.clone()), ..ViewQuery::default() };
    let view = desk.view(query.clone());
    let rows = texts(&[&["张三丰", "1"], &["李四", "2"], &["", "3"], &["", ""], &["王五", "2"]]);
    let wanted = PasteBlock { department: Some(class), ..desk.paste(&view, 0, rows) };

    // Looking first writes nothing.
    let plan = app.plan_paste(wanted.clone()).unwrap();
    assert_eq!(desk.cells(query.clone(), &[Column::Name]), texts(&[&["张三"]]));

    let outcome = app.paste_block(wanted).unwrap();
    assert_eq!((outcome.added_members, outcome.refused_count), (2, 2));
    let told: Vec<(u32, Column, &str)> =
        outcome.refused.iter().map(|cell| (cell.row, cell.column, cell.code.as_str())).collect();
    let expected = [(2, Column::Name, "required_missing"), (4, Column::CardNumber, "card_number_taken")];
    assert_eq!(told, expected);
    assert_eq!(
        (plan.added_members, plan.changed_cells, plan.refused),
        (outcome.added_members, outcome.changed_cells, outcome.refused)
    );
    let shown = desk.cells(query.clone(), &[Column::Name, Column::CardNumber, Column::Department]);
    let all: &[&[&str]] = &[&["张三丰", "1", "高一"], &["李四", "2", "高一"], &["王五", "", "高一"]];
    assert_eq!(shown, texts(all));
    desk.undo();
    assert_eq!(desk.cells(query, &[Column::Name]), texts(&[&["张三"]]));
}

#[test]
fn a_chip_number_is_typed_as_the_reader_shows_it_and_belongs_to_one_member() {
    let desk = desk();
    let app = &desk.office.app;
    desk.add_many(3);
    let paste = |rows: &[&[&str]]| {
        let view = desk.view(ViewQuery::default());
        let block = PasteBlock { columns: vec![Column::ChipNumbers], ..desk.paste(&view, 0, texts(rows)) };
        let outcome = app.paste_block(block).unwrap();
        let refused: Vec<(u32, String)> = outcome.refused.into_iter().map(|cell| (cell.row, cell.code)).collect();
        (outcome.changed_cells, refused)
    };
    let taken = |row| (row, "value_taken".to_owned());
    assert_eq!(paste(&[&["04:a3:2f:1b、0012345678"], &["0012345678"], &["0x0000ABCD"]]), (2, vec![taken(1)]));
    let shown = || desk.cells(ViewQuery::default(), &[Column::ChipNumbers]);
    assert_eq!(shown(), [["04A32F1B;0012345678"], [""], ["0000ABCD"]]);
    assert_eq!(paste(&[&["04A32F1B;0012345678"], &["04a32f1b"]]), (0, vec![taken(1)]));
    // The top bar finds its bearer, and a filter those who have none.
    let query = ViewQuery { text: Some("04A3".into()), ..ViewQuery::default() };
    assert_eq!(desk.cells(query, &[Column::Name]), [["学生0"]]);
    assert_eq!(desk.names(vec![Filter::IsEmpty { column: Column::ChipNumbers }], None), ["学生1"]);
    desk.undo();
    assert_eq!(shown(), [[""], [""], [""]]);
}

#[test]
fn every_guardian_can_be_changed_added_and_removed() {
    let desk = desk();
    let app = &desk.office.app;
    let member = desk.office.add(&[(Column::Name, "张三"), (Column::GuardianName, "张父")]);
    let guardians = || app.member_detail(RecordRef { id: member.clone() }).unwrap().guardians;
    let cell = |column, text: &str| CellText { column, text: text.into() };
    let edit = |guardian: Option<&str>, cells| {
        let guardian = guardian.map(str::to_owned);
        app.edit_guardian(EditGuardian { member: member.clone(), guardian, cells, may_confirm: None })
    };
    edit(None, vec![cell(Column::GuardianName, "李母"), cell(Column::GuardianPhone, "138-0013-8000")]).unwrap();
    let second = guardians()[1].clone();
    // Phones are masked until somebody asks.
    assert_eq!((second.name.as_str(), second.phone.as_str()), ("李母", "138****8000"));
    let sibling = desk.office.add(&[(Column::Name, "张四")]);
    let found = app.find_guardians(FindGuardians { member: sibling, text: "13800138000".into() }).unwrap().found;
    assert_eq!((found[0].name.as_str(), found[0].phone.as_str()), ("李母", "138****8000"));
    edit(Some(&second.id), vec![cell(Column::GuardianRelation, "母亲")]).unwrap();
    assert_eq!(guardians()[1].relation, "mother");
    assert_eq!(guardians()[0].name, "张父", "the first is left alone");

    let refused = edit(Some(&second.id), vec![cell(Column::GuardianName, " ")]).unwrap_err();
    assert_eq!(refused.code, Code::Invalid);
    assert_eq!(edit(None, vec![cell(Column::GuardianPhone, "13800138001")]).unwrap_err().code, Code::Invalid);
    assert_eq!(edit(Some(&second.id), vec![cell(Column::GuardianPhone, "x")]).unwrap_err().code, Code::Invalid);

    let first = guardians()[0].id.clone();
    app.remove_guardian(GuardianRef { member: member.clone(), guardian: first }).unwrap();
    assert_eq!(guardians(), [second_with_relation(&second)]);
    desk.undo();
    assert_eq!(guardians().len(), 2);
}

fn second_with_relation(second: &mingce_ipc::roster::GuardianDetail) -> mingce_ipc::roster::GuardianDetail {
    mingce_ipc::roster::GuardianDetail { relation: "mother".into(), ..second.clone() }
}

#[test]
fn filters_of_every_kind_hold_all_or_any() {
    let desk = desk();
    for (name, sex, birth, phone) in [
        ("王小明", "男", "2013-08-04", "13800000001"),
        ("王芳", "女", "2014-01-02", ""),
        ("李雷", "男", "2015-05-06", "13900000003"),
    ] {
        desk.office.add(&[
            (Column::Name, name),
            (Column::Sex, sex),
            (Column::BirthDate, birth),
            (Column::Phone, phone),
        ]);
    }
    let names = |filter: Filter| desk.names(vec![filter], None);
    let value = |text: &str| text.to_owned();
    use Column::{BirthDate, Name, Phone, Sex};
    assert_eq!(names(Filter::StartsWith { column: Name, value: value("王") }), ["王小明", "王芳"]);
    assert_eq!(names(Filter::NotContains { column: Phone, value: value("138") }), ["王芳", "李雷"]);
    assert_eq!(names(Filter::AtLeast { column: BirthDate, value: value("2014年1月2日") }), ["王芳", "李雷"]);
    assert_eq!(names(Filter::AtMost { column: BirthDate, value: value("2014-01-02") }), ["王小明", "王芳"]);
    assert_eq!(names(Filter::AnyOf { column: Sex, values: vec![value("female")] }), ["王芳"]);
    assert_eq!(names(Filter::AnyOf { column: Phone, values: vec![value(""), value("13900000003")] }), ["王芳", "李雷"]);
    let two = || {
        vec![Filter::Is { column: Sex, value: value("女") }, Filter::StartsWith { column: Name, value: value("李") }]
    };
    assert_eq!(desk.names(two(), None), Vec::<String>::new());
    assert_eq!(desk.names(two(), Some(Matching::Any)), ["王芳", "李雷"]);
}

#[test]
fn what_is_found_is_shown_first_and_replaced_as_one() {
    let desk = desk();
    desk.add_many(2_500);
    let view = desk.view(ViewQuery::default());
    let wanted = Replace {
        view: view.view,
        columns: vec![Column::Name, Column::CardNumber],
        find: "学生1".into(),
        replacement: "同学1".into(),
        extent: Extent::Part,
        letter_case: LetterCase::Any,
        labels: Vec::new(),
        between: None,
        job: None,
    };
    let plan = desk.office.app.plan_replace(wanted.clone()).unwrap();
    // 1, 10-19, 100-199, 1000-1999.
    assert_eq!((plan.found, plan.changed, plan.refused_count), (1_111, 1_111, 0));
    assert_eq!((plan.cells[1].from.as_str(), plan.cells[1].to.as_str(), plan.cells[1].row), ("学生10", "同学10", 10));
    assert_eq!(desk.names(vec![Filter::StartsWith { column: Column::Name, value: "同学".into() }], None).len(), 0);

    let outcome = desk.office.app.replace_cells(wanted.clone()).unwrap();
    assert_eq!(outcome.changed_cells, 1_111);
    assert_eq!(desk.names(vec![Filter::StartsWith { column: Column::Name, value: "同学".into() }], None).len(), 1_111);
    desk.undo();
    assert_eq!(desk.names(vec![Filter::StartsWith { column: Column::Name, value: "同学".into() }], None).len(), 0);

    // What would break a rule is told with the reason and left as it was.
    let emptied = Replace { find: "学生7".into(), replacement: String::new(), extent: Extent::Whole, ..wanted };
    let plan = desk.office.app.plan_replace(emptied.clone()).unwrap();
    assert_eq!((plan.found, plan.changed, plan.refused_count), (1, 0, 1));
    assert_eq!(plan.cells[0].code.as_deref(), Some("required_missing"));
    assert_eq!(desk.office.app.replace_cells(emptied).unwrap().changed_cells, 0);
}

#[test]
fn everyone_is_changed_moved_and_removed_as_one_operation() {
    let desk = desk();
    let app = &desk.office.app;
    desk.add_many(2_200);
    // Members that come back stand behind the others: what they hold counts here, not their order.
    let shown = |columns: &[Column]| {
        let mut rows = desk.cells(ViewQuery::default(), columns);
        rows.sort();
        rows
    };
    let all = [Column::Name, Column::CardNumber, Column::Status, Column::Department, Column::Title];
    let before = shown(&all);

    let members = desk.everyone();
    let set = SetField { members, column: Column::Title, text: "值日生".into(), job: Some("a".into()) };
    assert_eq!(app.set_field(set).unwrap().changed_cells, 2_200);
    assert!(shown(&[Column::Title]).iter().all(|row| row[0] == "值日生"));

    let class = app.create_department(CreateDepartment { parent: None, name: "高一".into(), kind: None }).unwrap().id;
    let moved = MoveMembers { members: desk.everyone(), department: Some(class), job: None };
    assert_eq!(app.move_members(moved).unwrap().changed_cells, 2_200);

    let removed = RemoveMembers { members: desk.everyone(), job: None };
    assert_eq!(app.remove_members(removed).unwrap().changed_cells, 2_200);
    assert!(shown(&all).is_empty());
    for _ in 0..4 {
        desk.undo();
    }
    assert!(shown(&all) == before, "everything is as it was");
}

#[test]
fn removed_members_come_back_with_their_guardians() {
    let desk = desk();
    let app = &desk.office.app;
    desk.office.add(&[(Column::Name, "大宝"), (Column::GuardianName, "张父")]);
    desk.office.add(&[(Column::Name, "小宝"), (Column::GuardianName, "李母")]);
    app.remove_members(RemoveMembers { members: desk.everyone(), job: None }).unwrap();
    desk.undo();
    let mut rows = desk.cells(ViewQuery::default(), &[Column::Name, Column::GuardianName]);
    rows.sort();
    assert_eq!(rows, texts(&[&["大宝", "张父"], &["小宝", "李母"]]));
}

#[test]
fn a_job_that_is_stopped_leaves_everything_as_it_was() {
    let desk = desk();
    desk.add_many(5_000);
    let members = desk.everyone();
    let app = &desk.office.app;
    let outcome = std::thread::scope(|scope| {
        let work = scope.spawn(|| {
            app.set_field(SetField {
                members, column: Column::Title, text: "值日生".into(), job: Some("work".into())
            })
        });
        while !work.is_finished() {
            app.cancel_job(mingce_ipc::bulk::JobRef { job: "work".into() }).unwrap();
            std::thread::yield_now();
        }
        work.join().unwrap()
    });
    assert_eq!(outcome.unwrap_err().code, Code::Cancelled);
    let titled = vec![Filter::IsFilled { column: Column::Title }];
    assert_eq!(desk.names(titled, None).len(), 0);
}

#[test]
fn views_are_kept_under_their_names() {
    let desk = desk();
    let app = &desk.office.app;
    let kept = |name: &str| SavedView {
        id: String::new(),
        name: name.into(),
        query: ViewQuery {
            filters: vec![Filter::Is { column: Column::Sex, value: "female".into() }],
            ..ViewQuery::default()
        },
        columns: vec![ColumnPreference { column: "name".into(), width_px: 120, is_hidden: false }],
        frozen_columns: 1,
    };
    let first = app.keep_view(kept(" 女生 ")).unwrap();
    assert_eq!(first.name, "女生");
    let second = app.keep_view(kept("其他")).unwrap();
    app.keep_view(SavedView { name: "高一女生".into(), ..first.clone() }).unwrap();
    let names: Vec<String> = app.saved_views(Nothing {}).unwrap().into_iter().map(|view| view.name).collect();
    assert_eq!(names, ["高一女生", "其他"]);
    app.remove_view(RecordRef { id: second.id }).unwrap();
    assert_eq!(app.saved_views(Nothing {}).unwrap(), [SavedView { name: "高一女生".into(), ..first }]);
    assert_eq!(app.keep_view(kept(" ")).unwrap_err().code, Code::Malformed);
}

#[test]
fn a_card_never_ends_before_it_begins() {
    let desk = desk();
    desk.add_many(2);
    let columns = [Column::ValidFrom, Column::ValidUntil];
    let paste = |from: &str, until: &str| {
        let view = desk.view(ViewQuery::default());
        let block =
            PasteBlock { columns: columns.to_vec(), ..desk.paste(&view, 0, vec![vec![from.into(), until.into()]]) };
        desk.office.app.paste_block(block).unwrap()
    };
    assert_eq!(paste("2026-09-01", "2027-08-31").changed_cells, 2);
    // Both dates of a row are looked at together, whichever comes first.
    assert_eq!(paste("2027-09-01", "2028-08-31").changed_cells, 2);
    let refused = paste("2029-09-01", "2028-08-31");
    assert_eq!((refused.changed_cells, refused.refused_count), (0, 1));
    assert_eq!((refused.refused[0].column, refused.refused[0].code.as_str()), (Column::ValidFrom, "validity_reversed"));
    // The same for all in one go: the second has no end yet, so that only the first is left alone.
    let view = desk.view(ViewQuery::default());
    let members = Members::Rows { view: view.view, ranges: vec![(0, 2)] };
    let wanted = SetField { members, column: Column::ValidFrom, text: "2030-01-01".into(), job: None };
    let outcome = desk.office.app.set_field(wanted).unwrap();
    assert_eq!((outcome.changed_cells, outcome.refused_count), (1, 1));
    let cells = desk.cells(ViewQuery::default(), &columns);
    assert_eq!(cells, [["2027-09-01", "2028-08-31"], ["2030-01-01", ""]]);
}
