//! The list of everything wrong in what the grid shows: counted over all members, followed through edits, walked through.

use crate::defining::field;
use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::DefineField;
use mingce_ipc::problem::{LookForProblems, ProblemCell, ProblemCount, ProblemPageRequest, RowOfView};
use mingce_ipc::roster::{
    Column, CreateDepartment, EditCell, EditGuardian, PageRequest, PasteBlock, RecordRef, Undo, ViewInfo, ViewQuery,
};
use mingce_ipc::sync::Listed;
use tokio::runtime::Runtime;

/// A woman's, as the last digit but one says.
const NUMBER: &str = "11010519491231002X";
/// Of an area that no list has.
const ODD_NUMBER: &str = "133100194912310024";

fn office() -> (Runtime, World, Office) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let office = Office::open(&runtime, &world, "here");
    (runtime, world, office)
}

fn view(office: &Office, query: ViewQuery) -> ViewInfo {
    office.app.open_view(query).expect("the query is sound")
}

fn count(office: &Office, view: &ViewInfo) -> (u32, u32) {
    let ProblemCount { cells, members } =
        office.app.look_for_problems(LookForProblems { view: view.view.clone(), job: None }).expect("the view is open");
    (cells, members)
}

fn page(office: &Office, view: &ViewInfo, start: u32, count: u32) -> Vec<ProblemCell> {
    let columns = vec![Column::Sex, Column::Name, Column::BirthDate];
    office.app.problem_page(ProblemPageRequest { view: view.view.clone(), columns, start, count }).expect("open").cells
}

fn told(cells: &[ProblemCell]) -> Vec<(u32, &str, Column, &str)> {
    cells.iter().map(|cell| (cell.row, cell.name.as_str(), cell.column, cell.problems[0].code.as_str())).collect()
}

fn odd(office: &Office, name: &str) -> String {
    office.add(&[
        (Column::Name, name),
        (Column::Sex, "男"),
        (Column::BirthDate, "1949-12-30"),
        (Column::DocumentKind, "resident_id"),
        (Column::DocumentNumber, NUMBER),
    ])
}

#[test]
fn everything_wrong_in_a_view_is_counted_and_listed_by_pages_in_the_order_of_the_grid() {
    let (_runtime, _world, office) = office();
    office.add(&[(Column::Name, "甲")]);
    odd(&office, "乙");
    office.add(&[(Column::Name, "丙")]);
    let last = odd(&office, "丁");
    let all = view(&office, ViewQuery::default());
    assert_eq!(page(&office, &all, 0, 10), [], "nobody has looked yet");
    assert_eq!(count(&office, &all), (4, 2));
    let expected = [
        (1, "乙", Column::Sex, "sex_differs_from_id"),
        (1, "乙", Column::BirthDate, "birth_date_differs_from_id"),
        (3, "丁", Column::Sex, "sex_differs_from_id"),
        (3, "丁", Column::BirthDate, "birth_date_differs_from_id"),
    ];
    let cells = page(&office, &all, 0, 10);
    assert_eq!(told(&cells), expected);
    assert_eq!((cells[0].text.as_str(), cells[3].member.as_str()), ("male", last.as_str()));
    for start in 0..4 {
        assert_eq!(told(&page(&office, &all, start, 2)), expected[start as usize..(start as usize + 2).min(4)]);
    }
    assert_eq!(page(&office, &all, 4, 10), []);
    let above = |row| office.app.problems_above(RowOfView { view: all.view.clone(), row }).unwrap();
    assert_eq!([0, 1, 2, 3, 4, u32::MAX].map(above), [0, 0, 2, 2, 4, 4]);

    // The list says what the grid marks.
    let columns = vec![Column::Sex, Column::BirthDate];
    let shown = office.app.page(PageRequest { view: all.view.clone(), start: 0, count: 9, columns }).unwrap();
    assert_eq!(shown.rows.iter().map(|row| row.problems.len()).collect::<Vec<_>>(), [0, 2, 0, 2]);

    // A narrower view has its own count.
    let one = view(&office, ViewQuery { text: Some("丁".into()), ..ViewQuery::default() });
    assert_eq!(count(&office, &one), (2, 1));
    assert_eq!(page(&office, &one, 0, 10)[0].row, 0);
    let closed = office.app.look_for_problems(LookForProblems { view: "closed".into(), job: None });
    assert_eq!(closed.unwrap_err().code, Code::NotFound);
}

#[test]
fn the_list_follows_every_kind_of_change() {
    let (_runtime, _world, office) = office();
    let member = odd(&office, "乙");
    let all = view(&office, ViewQuery::default());
    assert_eq!(count(&office, &all), (2, 1));

    // Mended, broken again by undo, mended by redo.
    office.edit(&member, Column::Sex, "女");
    assert_eq!(count(&office, &all), (1, 1));
    office.app.undo(Undo::default()).unwrap();
    assert_eq!(count(&office, &all), (2, 1));
    office.app.redo(Undo::default()).unwrap();
    office.edit(&member, Column::BirthDate, "1949-12-31");
    assert_eq!(count(&office, &all), (0, 0));

    // A child whose only guardian may not confirm; then the guardian goes.
    let child = office.add(&[(Column::Name, "丙"), (Column::BirthDate, "2020-01-01"), (Column::GuardianName, "丙父")]);
    let all = view(&office, ViewQuery::default());
    assert_eq!(count(&office, &all), (0, 0));
    let detail = || office.app.member_detail(RecordRef { id: child.clone() }).unwrap();
    let guardian = Some(detail().guardians[0].id.clone());
    let edit = EditGuardian { member: child.clone(), guardian, cells: Vec::new(), may_confirm: Some(false) };
    office.app.edit_guardian(edit).unwrap();
    assert_eq!(count(&office, &all), (1, 1));
    assert_eq!(page(&office, &all, 0, 9)[0].problems[0].code, "nobody_may_confirm");
    let cell = EditCell { member: child.clone(), column: Column::GuardianName, text: String::new() };
    office.app.edit_cell(cell).unwrap();
    assert_eq!(count(&office, &all), (0, 0));

    // A class that is put away, and brought back.
    let class = CreateDepartment { parent: None, name: "高一".into(), kind: None };
    let class = office.app.create_department(class).unwrap();
    office.edit(&child, Column::Department, "高一");
    office.app.archive_department(class.clone()).unwrap();
    assert_eq!(count(&office, &all), (1, 1));
    assert_eq!(page(&office, &all, 0, 9)[0].column, Column::Department);
    office.app.restore_department(class).unwrap();
    assert_eq!(count(&office, &all), (0, 0));

    // A field that everybody must have.
    let bed = office.define(DefineField { is_required: true, ..field("床位", "text") });
    assert_eq!(count(&office, &all), (2, 2));
    office.edit(&child, bed, "3-1");
    assert_eq!(count(&office, &all), (1, 1));

    // Somebody who is gone has nothing wrong with them.
    let gone =
        mingce_ipc::bulk::RemoveMembers { members: mingce_ipc::roster::Members::Ids { ids: vec![member] }, job: None };
    office.app.remove_members(gone).unwrap();
    assert_eq!(count(&office, &all), (0, 0));
    assert_eq!(page(&office, &all, 0, 9), []);
}

#[test]
fn what_a_colleague_makes_wrong_arrives_in_the_list_with_the_sync() {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::quiet(&runtime, &world, "here"), Office::quiet(&runtime, &world, "there"));
    let sync = || {
        for office in [&there, &here, &there] {
            office.app.sync_now(Nothing {}).expect("the service is there");
        }
    };
    let class = CreateDepartment { parent: None, name: "高一".into(), kind: None };
    let class = here.app.create_department(class).unwrap();
    let member = here.add(&[(Column::Name, "乙"), (Column::Sex, "女"), (Column::Department, "高一")]);
    let bed = field("床位", "text");
    let id = here.app.define_field(bed.clone()).unwrap().id;
    let column = here.app.custom_fields(Nothing {}).unwrap()[0].column;
    sync();
    let all = view(&here, ViewQuery::default());
    let listed = || {
        let found = count(&here, &all);
        let cells = page(&here, &all, 0, 9);
        assert_eq!(found.0 as usize, cells.len());
        cells.iter().map(|cell| (cell.column, cell.problems[0].code.clone())).collect::<Vec<_>>()
    };
    assert_eq!(listed(), []);

    // A number that contradicts what is known, and its mending.
    for (column, text) in [(Column::DocumentKind, "resident_id"), (Column::DocumentNumber, NUMBER), (Column::Sex, "男")]
    {
        let edit = EditCell { member: member.clone(), column, text: text.into() };
        there.app.edit_cell(edit).unwrap();
    }
    sync();
    assert_eq!(listed(), [(Column::Sex, "sex_differs_from_id".to_owned())]);
    there.edit(&member, Column::Sex, "女");
    sync();
    assert_eq!(listed(), []);

    // Empty where there has to be something by now.
    there.app.define_field(DefineField { id: Some(id), is_required: true, ..bed }).unwrap();
    sync();
    assert_eq!(listed(), [(column, "required_missing".to_owned())]);
    there.edit(&member, column, "3-1");
    there.app.archive_department(class).unwrap();
    sync();
    assert_eq!(listed(), [(Column::Department, "in_archived_department".to_owned())]);
    there.app.undo(Undo::default()).unwrap();
    sync();
    assert_eq!(listed(), []);

    // The same number given on both computers: one is refused, and its author is told whose it is.
    here.edit(&member, Column::CardNumber, "S-1");
    let second = there.add(&[(Column::Name, "丙"), (Column::CardNumber, "S-1"), (column, "3-2")]);
    here.app.sync_now(Nothing {}).unwrap();
    sync();
    // What hangs on the refused member waits with it.
    let refused = there.app.refusals(Listed::default()).unwrap().rows;
    let refused = refused.iter().find(|row| row.kind == "member").expect("the number is taken");
    assert_eq!(refused.record, second);
    assert_eq!((refused.code.as_str(), refused.other.as_deref()), ("duplicate", Some(member.as_str())));
}

#[test]
fn a_thousand_at_once_are_looked_at_anew_and_numbers_stay_masked() {
    let (_runtime, _world, office) = office();
    let all = view(&office, ViewQuery::default());
    let rows: Vec<Vec<String>> =
        (0..1_200).map(|n| vec![format!("学生{n}"), NUMBER.into(), "resident_id".into()]).collect();
    let paste = PasteBlock {
        view: all.view,
        start: 0,
        end: 1_200,
        columns: vec![Column::Name, Column::DocumentNumber, Column::DocumentKind],
        rows,
        department: None,
        job: None,
    };
    office.app.paste_block(paste).unwrap();
    let all = view(&office, ViewQuery::default());
    assert_eq!(count(&office, &all), (0, 0));
    let kinds = mingce_ipc::roster::WriteCells {
        ranges: vec![mingce_ipc::roster::Range {
            view: all.view.clone(),
            start: 0,
            end: 1_100,
            columns: vec![Column::DocumentKind],
        }],
        texts: Vec::new(),
        job: None,
    };
    office.app.write_cells(kinds).unwrap();
    assert_eq!(count(&office, &all), (1_100, 1_100));
    let cells = page(&office, &all, 1_098, 50);
    assert_eq!(cells.len(), 2);
    assert_eq!(cells[1].row, 1_099);

    office.add(&[(Column::Name, "新生"), (Column::DocumentKind, "resident_id"), (Column::DocumentNumber, ODD_NUMBER)]);
    let new = view(&office, ViewQuery { text: Some("新生".into()), ..ViewQuery::default() });
    assert_eq!(count(&office, &new), (1, 1));
    let cell = &page(&office, &new, 0, 1)[0];
    assert_eq!((cell.column, cell.problems[0].code.as_str()), (Column::DocumentNumber, "resident_id_area_unknown"));
    assert!(cell.text.contains("**") && !cell.text.contains(ODD_NUMBER), "{}", cell.text);
}
