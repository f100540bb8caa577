//! Files through the whole program: brought in, mirrored, asked about, taken back, and out and in again without a trace.

use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::import::{
    ApplyImport, CorrectedCell, Export, FindPlanned, ImportAnswer, ImportApplied, ImportFile, ImportMode,
    ImportOptions, ImportPlan, ImportRef, Masking, OpenImport, PlanImport, PlanPageRequest, PlannedKind, PlannedRow,
    RowSpan, TakeOut, TakenNow, TakenOut, WalkPlan,
};
use mingce_ipc::roster::{Column, Undo, UndoBatch};
use mingce_ipc::text_form::{Delimiter, TextForm};
use rust_xlsxwriter::Workbook;
use std::path::PathBuf;
use tokio::runtime::Runtime;

struct Desk {
    office: Office,
    world: World,
    _runtime: Runtime,
}

fn desk() -> Desk {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let office = Office::quiet(&runtime, &world, "here");
    Desk { office, world, _runtime: runtime }
}

impl Desk {
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.world.path(name);
        std::fs::write(&path, content).expect("the test's own folder");
        path
    }

    fn open(&self, path: &std::path::Path) -> ImportFile {
        let path = path.to_str().expect("a plain path").to_owned();
        self.office.app.open_import(OpenImport { path, ..OpenImport::default() }).expect("a file that can be read")
    }

    fn open_as(&self, path: &std::path::Path, encoding: Option<&str>, delimiter: Option<Delimiter>) -> ImportFile {
        let path = path.to_str().expect("a plain path").to_owned();
        let encoding = encoding.map(str::to_owned);
        let wanted = OpenImport { path, encoding, delimiter, ..OpenImport::default() };
        self.office.app.open_import(wanted).expect("a file that can be read")
    }

    fn plan(&self, file: &ImportFile, options: ImportOptions) -> ImportPlan {
        self.plan_with(file, options, Vec::new())
    }

    fn plan_with(&self, file: &ImportFile, options: ImportOptions, corrections: Vec<CorrectedCell>) -> ImportPlan {
        let targets = file.columns.iter().map(|column| column.target.clone()).collect();
        let import = file.import.clone();
        self.office
            .app
            .plan_import(PlanImport {
                import,
                targets,
                card_number_digits: None,
                options,
                new_fields: Vec::new(),
                corrections,
            })
            .expect("a file that can be planned")
    }

    fn rows(&self, file: &ImportFile, kind: PlannedKind) -> Vec<PlannedRow> {
        let asked = PlanPageRequest {
            import: file.import.clone(),
            kind: Some(kind),
            what: None,
            text: None,
            start: 0,
            count: 500,
        };
        self.office.app.plan_page(asked).expect("a plan").rows
    }

    fn out(&self, file: &ImportFile, is_out: bool) -> TakeOut {
        TakeOut { import: file.import.clone(), is_out, ..TakeOut::default() }
    }

    fn take_out(&self, wanted: TakeOut) -> TakenOut {
        self.take(wanted).taken_out
    }

    fn take(&self, wanted: TakeOut) -> TakenNow {
        self.office.app.take_out(wanted).expect("a plan")
    }

    fn apply(&self, file: &ImportFile, confirmed_leaving: Option<u32>) -> Result<ImportApplied, Code> {
        let wanted = ApplyImport {
            import: file.import.clone(),
            creates_departments: true,
            creates_tags: true,
            takes_sound_cells: false,
            confirmed_leaving,
        };
        self.office.app.apply_import(wanted).map_err(|failure| failure.code)
    }

    fn import(&self, name: &str, content: &str) -> ImportApplied {
        let file = self.open(&self.file(name, content));
        self.plan(&file, ImportOptions::default());
        let applied = self.apply(&file, None).expect("nothing stands in the way");
        self.office.app.close_import(ImportRef { import: file.import }).expect("it is open");
        applied
    }
}

fn class(pupils: std::ops::Range<u32>) -> String {
    let mut file = String::from("学号,姓名,班级,父亲姓名,父亲电话\n");
    for pupil in pupils {
        let name: String = format!("{pupil:03}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        file.push_str(&format!("{pupil:03},Pupil {name},高一/3班,张大,13800138000\n"));
    }
    file
}

#[test]
fn a_mirrored_file_stops_and_asks_before_many_leave() {
    let desk = desk();
    assert_eq!(desk.import("all.csv", &class(0..10)).added, 10);
    let file = desk.open(&desk.file("one.csv", class(0..1)));
    let options = ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() };
    let plan = desk.plan(&file, options);
    assert_eq!((plan.counts.leave, plan.leave_of, plan.confirms_leaving), (9, 10, true));
    assert_eq!(desk.apply(&file, None).unwrap_err(), Code::MassLeaving);
    assert_eq!(desk.apply(&file, Some(8)).unwrap_err(), Code::MassLeaving);
    let leaver = desk.rows(&file, PlannedKind::Leave).remove(0);
    assert_eq!((leaver.row, leaver.cells[0].what.as_str(), leaver.cells[0].to.as_str()), (0, "status", "left"));
    let applied = desk.apply(&file, Some(9)).expect("the number was said");
    assert_eq!((applied.added, applied.changed, applied.left), (0, 0, 9));
    let undone =
        desk.office.app.undo_import(UndoBatch { batch: applied.batch, job: None }).expect("the batch is there");
    assert_eq!((undone.changed, undone.kept_count), (9, 0));
}

#[test]
fn whoever_is_said_to_stay_stays_however_often_the_file_is_looked_at() {
    let desk = desk();
    desk.import("all.csv", &class(0..6));
    let file = desk.open(&desk.file("three.csv", class(0..3)));
    let mirrored = ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() };
    assert_eq!(desk.plan(&file, mirrored.clone()).counts.leave, 3);
    let leave = |first, is_out| TakeOut {
        kind: Some(PlannedKind::Leave),
        spans: vec![RowSpan { first, last: first }],
        ..desk.out(&file, is_out)
    };
    assert_eq!(desk.take_out(leave(1, true)).leave, 1);
    let stays = desk.rows(&file, PlannedKind::Leave).remove(1).name;
    let corrections = vec![CorrectedCell { row: 2, column: 0, text: "005".into() }];
    let again = desk.plan_with(&file, mirrored.clone(), corrections);
    assert_eq!((again.counts.leave, again.taken_out.leave), (3, 1), "another is missing now");
    let again = desk.plan(&file, mirrored.clone());
    assert_eq!((again.counts.leave, again.taken_out.leave), (3, 1));
    let out = |row: PlannedRow| row.is_out.then_some(row.name);
    assert_eq!(desk.rows(&file, PlannedKind::Leave).into_iter().filter_map(out).collect::<Vec<_>>(), [stays]);
    let applied = desk.apply(&file, None).expect("two of six may leave");
    assert_eq!(applied.left, 2);
    let left = desk.plan(&desk.open(&desk.file("again.csv", class(0..3))), mirrored);
    assert_eq!(left.counts.leave, 1, "the one who stayed is there");
}

#[test]
fn what_was_taken_out_is_out_until_it_is_put_back() {
    let desk = desk();
    desk.import("all.csv", &class(0..20));
    let file = desk.open(&desk.file("one.csv", class(0..1)));
    desk.plan(&file, ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() });
    let leaver = desk.rows(&file, PlannedKind::Leave).remove(0);
    desk.take_out(TakeOut { keys: vec![leaver.key], ..desk.out(&file, true) });
    assert_eq!(desk.apply(&file, Some(19)).unwrap_err(), Code::MassLeaving);
    // All of them, by their places, and all but the first again.
    let all = RowSpan { first: 0, last: u32::MAX };
    let of = |spans, is_out| TakeOut { kind: Some(PlannedKind::Leave), spans, ..desk.out(&file, is_out) };
    assert_eq!(desk.take_out(of(vec![all], true)).leave, 19);
    assert_eq!(desk.take_out(of(vec![RowSpan { first: 1, ..all }], false)).leave, 1);
    desk.take_out(TakeOut { keys: vec![leaver.key], ..desk.out(&file, false) });
    assert_eq!(desk.apply(&file, Some(19)).map(|applied| applied.left), Ok(19));
}

#[test]
fn taking_out_is_undone_as_it_was_done_whatever_was_planned_since() {
    let desk = desk();
    desk.import("all.csv", &class(0..20));
    let file = desk.open(&desk.file("ten.csv", class(0..10)));
    let mirrored = ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() };
    let plan = desk.plan(&file, mirrored.clone());
    let of = |first, last, is_out| TakeOut {
        round: Some(plan.round),
        kind: Some(PlannedKind::Leave),
        spans: vec![RowSpan { first, last }],
        ..desk.out(&file, is_out)
    };
    desk.take_out(of(2, 2, true));
    let more = desk.take(of(0, 4, true));
    assert_eq!((more.taken_out.leave, more.round), (5, plan.round));
    assert_eq!(desk.take(of(0, 4, true)).change, None, "nothing was otherwise");
    // Somebody else is missing and stands first now.
    let corrections = vec![CorrectedCell { row: 2, column: 0, text: "011".into() }];
    let now = desk.plan_with(&file, mirrored, corrections);
    assert_ne!(now.round, plan.round);
    let failure = desk.office.app.take_out(of(0, 4, true)).unwrap_err();
    assert_eq!(failure.code, Code::PlanChanged, "the places are those of another plan");
    let walk = WalkPlan {
        import: file.import.clone(),
        round: Some(plan.round),
        kind: None,
        what: None,
        text: None,
        row: 0,
        column: None,
        is_backwards: false,
    };
    assert_eq!(desk.office.app.walk_plan(walk).unwrap_err().code, Code::PlanChanged);
    let asked = PlanPageRequest { import: file.import.clone(), kind: None, what: None, text: None, start: 0, count: 1 };
    assert_eq!(desk.office.app.plan_page(asked).expect("a plan").round, now.round);
    let undo = TakeOut { change: more.change, ..desk.out(&file, false) };
    let undone = desk.take(undo.clone());
    assert_eq!((undone.taken_out.leave, undone.change), (1, more.change), "the one who was out before stays out");
    assert_eq!(desk.take(undo).change, None);
    let out: Vec<String> =
        desk.rows(&file, PlannedKind::Leave).into_iter().filter(|row| row.is_out).map(|row| row.name).collect();
    assert_eq!(out, ["Pupil abc"]);
    assert_eq!(desk.take_out(TakeOut { change: more.change, ..desk.out(&file, true) }).leave, 4);
}

#[test]
fn whether_so_many_leave_is_said_with_everyone_who_is_taken_back() {
    let desk = desk();
    desk.import("all.csv", &class(0..10));
    let file = desk.open(&desk.file("one.csv", class(0..1)));
    let plan = desk.plan(&file, ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() });
    assert!(plan.confirms_leaving);
    let all = vec![RowSpan { first: 0, last: u32::MAX }];
    let out = desk.take(TakeOut { kind: Some(PlannedKind::Leave), spans: all, ..desk.out(&file, true) });
    assert!(!out.confirms_leaving);
    assert!(desk.take(TakeOut { change: out.change, ..desk.out(&file, false) }).confirms_leaving);
}

#[test]
fn somebody_told_to_stay_stays_though_the_file_named_them_for_a_while() {
    let desk = desk();
    desk.import("all.csv", &class(0..6));
    let file = desk.open(&desk.file("five.csv", class(0..5)));
    let mirrored = ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() };
    desk.plan(&file, mirrored.clone());
    let leaver = desk.rows(&file, PlannedKind::Leave).remove(0);
    desk.take_out(TakeOut { keys: vec![leaver.key], ..desk.out(&file, true) });
    let corrections = vec![CorrectedCell { row: 2, column: 0, text: "005".into() }];
    let named = desk.plan_with(&file, mirrored.clone(), corrections);
    assert_eq!((named.counts.leave, named.taken_out.leave), (1, 0), "another is missing");
    // Neither what is done with everybody nor other columns change it.
    desk.plan(&file, ImportOptions::default());
    let again = desk.plan(&file, mirrored);
    assert_eq!((again.counts.leave, again.taken_out.leave), (1, 1));
    assert_eq!(desk.apply(&file, None).map(|applied| applied.left), Ok(0));
}

#[test]
fn imports_are_listed_and_taken_back_with_what_stays_told() {
    let desk = desk();
    let applied = desk.import("名单.csv", &class(0..3));
    let members =
        desk.office.app.find_members(mingce_ipc::roster::Find { text: "Pupil aab".into(), limit: 5 }).unwrap();
    desk.office.edit(&members[0].id, Column::Title, "班长");
    let records = desk.office.app.import_history(Nothing {}).expect("a roster is open");
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!((record.file_name.as_str(), record.batch.as_str()), ("名单.csv", applied.batch.as_str()));
    assert_eq!((record.added, record.changed, record.left, record.departments), (3, 0, 0, 2));
    assert_eq!(record.sha256.len(), 64);
    assert!(!record.is_undone && record.at_ms > 0 && !record.actor.is_empty());
    let undone =
        desk.office.app.undo_import(UndoBatch { batch: applied.batch.clone(), job: None }).expect("the batch is there");
    assert!(undone.kept_count > 0, "whom somebody worked on since is not taken away");
    assert!(undone.kept.iter().any(|kept| kept.name == "Pupil aab"), "{:?}", undone.kept);
    assert!(desk.office.cell(&members[0].id, Column::Name).is_some());
    assert!(desk.office.app.import_history(Nothing {}).expect("a roster is open")[0].is_undone);
    let again = desk.office.app.undo_import(UndoBatch { batch: applied.batch, job: None });
    assert_eq!(again.unwrap_err().code, Code::NothingToUndo);
}

#[test]
fn an_import_undone_by_the_button_is_listed_as_such() {
    let desk = desk();
    desk.import("名单.csv", &class(0..2));
    let is_undone = || desk.office.app.import_history(Nothing {}).expect("a roster is open")[0].is_undone;
    desk.office.app.undo(Undo::default()).expect("there is something to undo");
    assert!(is_undone());
    desk.office.app.redo(Undo::default()).expect("there is something to redo");
    assert!(!is_undone());
}

#[test]
fn whatever_goes_out_comes_in_again_without_a_change() {
    let desk = desk();
    desk.import("all.csv", &class(0..20));
    // Some are several things, one is a parent and nothing else; all are invited.
    for (name, identity) in [("Pupil aab", "学生、家长"), ("Pupil aac", "教职工;学生;其他"), ("Pupil aad", "家长")]
    {
        let wanted = mingce_ipc::roster::Find { text: name.into(), limit: 5 };
        let found = desk.office.app.find_members(wanted).unwrap();
        desk.office.edit(&found[0].id, Column::Identity, identity);
    }
    let all = mingce_ipc::invitation::Invite { members: None, days: 14, replaces_open: false, job: None };
    desk.office.app.invite(all).unwrap();
    for masking in [Masking::Full, Masking::Masked] {
        for (name, format) in
            [("out.xlsx", "XLSX"), ("out.csv", "UTF-8"), ("out.zip", "ONEROSTER"), ("out.1.1.zip", "ONEROSTER")]
        {
            let path = desk.world.path(name);
            let wanted = Export {
                path: path.to_str().expect("plain").to_owned(),
                query: Default::default(),
                language: "zh".into(),
                masking: Some(masking),
                job: None,
            };
            assert_eq!(desk.office.app.export_members(wanted).expect("a file").rows, 20, "{name}");
            let file = desk.open(&path);
            assert_eq!(file.format, format, "{name}");
            assert!(file.remarks.is_empty() && !file.is_delta, "{name}: {:?}", file.remarks);
            let options = ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() };
            let counts = desk.plan(&file, options).counts;
            let sum = counts.add + counts.change + counts.problem + counts.unsure + counts.leave;
            assert_eq!((counts.unchanged, sum), (20, 0), "{name}: {counts:?}");
        }
    }
}

#[test]
fn an_unsure_row_waits_for_its_answer_and_a_change_can_be_left_out() {
    let desk = desk();
    desk.import("all.csv", "学号,姓名,手机号\n1001,张三,13800138000\n");
    let file = desk.open(&desk.file("new.csv", "学号,姓名,手机号,备注\n2001,张三,13800138000,转班\n"));
    assert_eq!(desk.plan(&file, ImportOptions::default()).counts.unsure, 1);
    let row = desk.rows(&file, PlannedKind::Unsure).remove(0);
    assert!(row.can_be_new);
    assert_eq!(row.candidates[0].card_number, "1001");
    let member = row.candidates[0].member.clone();
    let answers = vec![ImportAnswer { row: row.key, member: Some(member.clone()) }];
    let plan = desk.plan(&file, ImportOptions { answers, ..ImportOptions::default() });
    assert_eq!((plan.counts.unsure, plan.counts.change), (0, 1));
    let row = desk.rows(&file, PlannedKind::Change).remove(0);
    let note = row.cells.iter().find(|cell| cell.what == "note").expect("a change of the note");
    assert_eq!((note.columns.as_slice(), row.texts[3].text.as_str()), (&[3][..], "转班"));
    let by_item = TakeOut { keys: vec![row.key], items: Some(vec![note.item]), ..desk.out(&file, true) };
    desk.take_out(by_item.clone());
    assert!(desk.rows(&file, PlannedKind::Change)[0].cells.iter().any(|cell| cell.what == "note" && cell.is_out));
    desk.take_out(TakeOut { is_out: false, ..by_item });
    desk.take_out(TakeOut { keys: vec![row.key], columns: Some(vec![3]), ..desk.out(&file, true) });
    assert_eq!(desk.apply(&file, None).expect("it goes in").changed, 1);
    assert_eq!(desk.office.cell(&member, Column::CardNumber).as_deref(), Some("2001"));
    assert_eq!(desk.office.cell(&member, Column::Note).as_deref(), Some(""));
}

#[test]
fn every_sheet_is_a_class_when_that_is_chosen() {
    let desk = desk();
    let mut book = Workbook::new();
    for (name, pupil) in [("1班", "张三"), ("2班", "李四"), ("说明", "")] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        if pupil.is_empty() {
            sheet.write(0, 0, "请各班填写").expect("a cell");
            continue;
        }
        for (row, line) in (0..).zip([["姓名", "年级"], [pupil, "高一"]]) {
            for (column, text) in (0..).zip(line) {
                sheet.write(row, column, text).expect("a cell");
            }
        }
    }
    let path = desk.world.path("classes.xlsx");
    book.save(&path).expect("the test's own folder");
    let file = desk.open(&path);
    let plan = desk.plan(&file, ImportOptions { takes_all_sheets: true, ..ImportOptions::default() });
    assert_eq!((plan.counts.add, plan.left_out_sheets), (2, vec!["说明".to_owned()]));
    assert_eq!(plan.new_departments, ["高一", "高一/1班", "高一/2班"]);
    let one = desk.plan(&file, ImportOptions::default());
    assert_eq!((one.counts.add, one.new_departments), (1, vec!["高一".to_owned()]));
    let plan = desk.plan(&file, ImportOptions { takes_all_sheets: true, ..ImportOptions::default() });
    assert_eq!((plan.counts.add, plan.new_departments.len()), (2, 3), "and back again");
    let rows = desk.rows(&file, PlannedKind::Add);
    assert_eq!((rows[1].sheet.as_str(), rows[1].row), ("2班", 2));
    assert_ne!(rows[0].key, rows[1].key);
    assert_eq!(desk.apply(&file, None).expect("it goes in").added, 2);
}

#[test]
fn what_is_typed_over_a_faulty_cell_goes_in_and_the_file_stays_as_it_is() {
    let desk = desk();
    let text = "学号,姓名,手机号,家长姓名,家长电话\n1,张三,138001380,张大,13900139000\n";
    let path = desk.file("wrong.csv", text);
    let file = desk.open(&path);
    desk.office.app.mask_again(Nothing {}).expect("a roster is open");
    let plan = |text: &str| {
        let correction = CorrectedCell { row: 2, column: 2, text: text.into() };
        desk.office.app.plan_import(PlanImport {
            import: file.import.clone(),
            targets: file.columns.iter().map(|column| column.target.clone()).collect(),
            card_number_digits: None,
            options: ImportOptions::default(),
            new_fields: Vec::new(),
            corrections: vec![correction],
        })
    };
    assert_eq!(plan("138").expect("a file that can be planned").counts.problem, 1);
    let problem = desk.rows(&file, PlannedKind::Problem)[0].problems[0].clone();
    assert_eq!((problem.column, problem.value.as_str()), (Some(2), "138"));
    assert_eq!(plan(&"1".repeat(100_000)).unwrap_err().code, Code::Malformed);
    assert_eq!(plan("13800138000").expect("a file that can be planned").counts.add, 1);
    let guardian = desk.rows(&file, PlannedKind::Add)[0].cells.iter().find(|cell| cell.what == "guardian").cloned();
    let guardian = guardian.expect("the file names one");
    assert_eq!((guardian.to.as_str(), guardian.phone.as_deref()), ("张大", Some("139****9000")), "masked by itself");
    desk.apply(&file, None).expect("nothing stands in the way");
    assert_eq!(std::fs::read_to_string(path).expect("the file is there"), text);
    let found = desk.office.app.find_members(mingce_ipc::roster::Find { text: "13800138000".into(), limit: 5 });
    assert_eq!(found.expect("a roster is open").len(), 1);
}

#[test]
fn a_walk_leads_from_one_faulty_cell_to_the_next_and_round_again() {
    let desk = desk();
    let lines = "学号,姓名,手机号\n1001,张三,138\n1002,李四,13900139000\n1003,,139\n";
    let file = desk.open(&desk.file("wrong.csv", lines));
    let plan = desk.plan(&file, ImportOptions::default());
    let walk = |kind, row, column, is_backwards| {
        let asked = WalkPlan {
            import: file.import.clone(),
            round: None,
            kind,
            what: None,
            text: None,
            row,
            column,
            is_backwards,
        };
        let stop = desk.office.app.walk_plan(asked).expect("a plan");
        (stop.row, stop.column)
    };
    assert_eq!(walk(None, 0, None, false), (Some(0), Some(2)));
    assert_eq!(walk(None, 0, Some(2), false), (Some(2), Some(1)));
    assert_eq!(walk(None, 2, Some(2), false), (Some(0), Some(2)), "round again");
    assert_eq!(walk(None, 2, Some(2), true), (Some(2), Some(1)));
    assert_eq!(walk(None, 0, Some(2), true), (Some(2), Some(2)));
    let problems = Some(PlannedKind::Problem);
    assert_eq!(walk(problems, 0, Some(2), false), (Some(1), Some(1)), "counted among the rows that are shown");
    assert_eq!(walk(Some(PlannedKind::Add), 0, None, false), (None, None), "nothing is wrong with these");
    let find = |kind, key| {
        let asked = FindPlanned { import: file.import.clone(), round: None, kind, what: None, text: None, key };
        let found = desk.office.app.find_planned(asked).expect("a plan");
        (found.row, found.above)
    };
    assert_eq!((find(None, 4), find(problems, 4)), ((Some(2), 2), (Some(1), 1)));
    assert_eq!(find(problems, 3), (None, 1), "it would stand behind the first of them");
    assert_eq!(find(None, 99), (None, 0));
    // Places of a plan that is no more are refused.
    desk.plan(&file, ImportOptions::default());
    let round = Some(plan.round);
    let found = desk.office.app.find_planned(FindPlanned {
        import: file.import.clone(),
        round,
        kind: None,
        what: None,
        text: None,
        key: 4,
    });
    assert_eq!(found.unwrap_err().code, Code::PlanChanged);
    let import = file.import.clone();
    let asked =
        WalkPlan { import, round, kind: None, what: None, text: None, row: 0, column: None, is_backwards: false };
    assert_eq!(desk.office.app.walk_plan(asked).unwrap_err().code, Code::PlanChanged);
}

#[test]
fn a_text_table_is_read_as_a_person_says_that_it_is_written() {
    let desk = desk();
    let big5 = b"\xA9m\xA6W;\xA4\xE2\xBE\xF7\r\n\xB3\xAF\xA4j\xA4\xE5;13800000001\r\n";
    let path = desk.file("舊生.csv", big5);
    let headings = |file: &ImportFile| file.columns.iter().map(|column| column.heading.clone()).collect::<Vec<_>>();
    let form = |encoding: &str, delimiter| Some(TextForm { encoding: encoding.into(), delimiter });

    let wrong = desk.open_as(&path, Some("gb18030"), Some(Delimiter::Comma));
    assert_eq!((wrong.text, wrong.columns.len()), (form("gb18030", Delimiter::Comma), 1));
    // The delimiter is found in what the text is then.
    let right = desk.open_as(&path, Some("big5"), None);
    assert_eq!(
        (headings(&right), right.text.clone()),
        (vec!["姓名".into(), "手機".into()], form("big5", Delimiter::Semicolon))
    );
    let plan = desk.plan(&right, ImportOptions::default());
    assert_eq!(plan.counts.add, 1);
    desk.apply(&right, None).unwrap();
    assert_eq!(desk.office.app.open_view(Default::default()).unwrap().total, 1);

    let book = desk.file("名单.csv", "姓名\n张三\n");
    let wanted =
        OpenImport { path: book.to_str().unwrap().into(), encoding: Some("klingon".into()), ..Default::default() };
    assert_eq!(desk.office.app.open_import(wanted).unwrap_err().code, Code::Malformed);
}
