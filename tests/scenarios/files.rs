//! Files through the whole program: brought in, mirrored, asked about, taken back, and out and in again without a trace.

use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::import::{
    ApplyImport, CorrectedCell, ExcludedCell, Export, ImportAnswer, ImportApplied, ImportFile, ImportMode,
    ImportOptions, ImportPlan, ImportRef, Masking, OpenImport, PlanImport, PlanPageRequest, PlannedKind, PlannedRow,
};
use mingce_ipc::roster::{Column, Undo, UndoBatch};
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

    fn plan(&self, file: &ImportFile, options: ImportOptions) -> ImportPlan {
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
                corrections: Vec::new(),
            })
            .expect("a file that can be planned")
    }

    fn rows(&self, file: &ImportFile, kind: PlannedKind) -> Vec<PlannedRow> {
        let asked = PlanPageRequest { import: file.import.clone(), kind: Some(kind), what: None, start: 0, count: 500 };
        self.office.app.plan_page(asked).expect("a plan").rows
    }

    fn apply(&self, file: &ImportFile, confirmed_leaving: Option<u32>) -> Result<ImportApplied, Code> {
        self.apply_with(file, |wanted| wanted.confirmed_leaving = confirmed_leaving)
    }

    fn apply_with(&self, file: &ImportFile, change: impl FnOnce(&mut ApplyImport)) -> Result<ImportApplied, Code> {
        let mut wanted = ApplyImport {
            import: file.import.clone(),
            creates_departments: true,
            creates_tags: true,
            takes_sound_cells: false,
            excluded_rows: Vec::new(),
            excluded_cells: Vec::new(),
            staying: Vec::new(),
            confirmed_leaving: None,
        };
        change(&mut wanted);
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
    let leavers: Vec<String> =
        desk.rows(&file, PlannedKind::Leave).into_iter().filter_map(|leaver| leaver.member).collect();
    let stays = vec![leavers[1].clone()];
    let merged = ImportOptions { staying: stays.clone(), ..ImportOptions::default() };
    assert_eq!(desk.plan(&file, merged).not_leaving, stays, "nobody leaves by such an import");
    let again = desk.plan(&file, ImportOptions { staying: stays.clone(), ..mirrored.clone() });
    assert_eq!((again.counts.leave, again.not_leaving.len()), (3, 0));
    let applied = desk.apply_with(&file, |wanted| wanted.staying = stays).expect("two of six may leave");
    assert_eq!(applied.left, 2);
    let left = desk.plan(&desk.open(&desk.file("again.csv", class(0..3))), mirrored);
    assert_eq!(left.counts.leave, 1, "the one who stayed is there");
}

#[test]
fn what_a_refused_import_left_out_is_asked_anew() {
    let desk = desk();
    desk.import("all.csv", &class(0..20));
    let file = desk.open(&desk.file("one.csv", class(0..1)));
    desk.plan(&file, ImportOptions { mode: ImportMode::MirrorRoster, ..ImportOptions::default() });
    let leaver = desk.rows(&file, PlannedKind::Leave).remove(0);
    let without = |excluded_rows: Vec<u32>, leaving| {
        desk.apply_with(&file, |wanted| {
            wanted.excluded_rows = excluded_rows;
            wanted.confirmed_leaving = Some(leaving);
        })
    };
    assert_eq!(without(vec![leaver.key], 19).unwrap_err(), Code::MassLeaving);
    assert_eq!(without(Vec::new(), 19).map(|applied| applied.left), Ok(19));
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
    let left_out = vec![ExcludedCell { row: row.key, item: note.item }];
    assert_eq!(desk.apply_with(&file, |wanted| wanted.excluded_cells = left_out).expect("it goes in").changed, 1);
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
