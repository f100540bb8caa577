//! Long work can be stopped, and then it never was: no record, no edit to be sent, no code of an invitation is left of it.

use crate::office::Office;
use crate::witness::{State, Witness};
use crate::world::World;
use mingce_app::Outcome;
use mingce_ipc::Code;
use mingce_ipc::bulk::{JobRef, SetField};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{DefineField, DefineTag, DefinedChoice, RemoveTag, TagMembers};
use mingce_ipc::department::{LeadersThen, MergeDepartment};
use mingce_ipc::history::{ExportPast, OpenPast};
use mingce_ipc::import::{Export, Masking};
use mingce_ipc::invitation::{HandOut, Invite};
use mingce_ipc::roster::{
    Column, CreateDepartment, Filter, Members, PasteBlock, Undo, UndoBatch, UndoState, ViewQuery,
};
use mingce_ipc::sheets::{CameOut, CheckRun, PrepareSheets, PrinterSettings, RunsAsked, SavePictures, SaveSheets};
use mingce_ipc::year::ApplyYear;
use tokio::runtime::Runtime;

/// More than any work does before it looks up.
const PUPILS: u32 = 2_000;
const JOB: &str = "work";

struct School {
    office: Office,
    witness: Witness,
    class: String,
    other: String,
    _world: World,
    _runtime: Runtime,
}

/// 高三 with one class of a great many pupils, and 高二 with an empty one.
fn school() -> School {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let office = Office::quiet(&runtime, &world, "here");
    let make = |parent: Option<&str>, name: &str, kind: &str| {
        let kind = Some(kind.to_owned());
        let wanted = CreateDepartment { parent: parent.map(str::to_owned), name: name.into(), kind };
        office.app.create_department(wanted).expect("the name is free").id
    };
    let stage = make(None, "高中部", "stage");
    let [other, class] = ["高二", "高三"].map(|grade| {
        let node = make(Some(&stage), grade, "grade");
        make(Some(&node), &format!("{grade}(1)班"), "class")
    });
    let view = office.app.open_view(ViewQuery::default()).expect("the query is sound").view;
    let rows = (0..PUPILS).map(|pupil| vec![format!("学生{pupil}"), "student".into(), "高中部/高三/高三(1)班".into()]);
    let paste = PasteBlock {
        view,
        start: 0,
        end: PUPILS,
        columns: vec![Column::Name, Column::Identity, Column::Department],
        rows: rows.collect(),
        department: None,
        job: None,
    };
    assert_eq!(office.app.paste_block(paste).expect("the rows are sound").added_members, PUPILS);
    let witness = Witness::open(&world, "here");
    School { office, witness, class, other, _world: world, _runtime: runtime }
}

impl School {
    fn looks(&self) -> (State, i64, u32, UndoState) {
        let app = &self.office.app;
        let undo = app.undo_state(Nothing {}).expect("a roster is open");
        (self.witness.state(), self.witness.secrets(), self.office.status().waiting, undo)
    }

    /// Begins the work and stops it as soon as it can be; nothing of it is left, and then it is done in peace.
    fn stop_and_do<T: Send>(&self, work: impl Fn(Option<String>) -> Outcome<T> + Sync) -> T {
        self.stop(JOB, || work(Some(JOB.into())));
        work(None).expect("nobody stops it now")
    }

    fn stop<T: Send>(&self, job: &str, work: impl Fn() -> Outcome<T> + Sync) {
        let before = self.looks();
        let outcome = std::thread::scope(|scope| {
            let working = scope.spawn(&work);
            while !working.is_finished() {
                self.office.app.cancel_job(JobRef { job: job.into() }).expect("a roster is open");
                std::thread::yield_now();
            }
            working.join().expect("it does not panic")
        });
        assert_eq!(outcome.err().map(|failure| failure.code), Some(Code::Cancelled));
        assert!(self.looks() == before, "something is left of what was stopped");
    }
}

#[test]
fn inviting_everybody_can_be_stopped() {
    let school = school();
    let app = &school.office.app;
    let invite = |job| app.invite(Invite { members: None, days: 14, replaces_open: false, job });
    assert_eq!(school.stop_and_do(invite).made, PUPILS);
    assert_eq!(school.witness.secrets(), i64::from(PUPILS));
    // New codes for all: the former ones are revoked or stay, all of them.
    let again = |job| app.invite(Invite { members: None, days: 14, replaces_open: true, job });
    assert_eq!(school.stop_and_do(again).made, PUPILS);
}

#[test]
fn merging_departments_can_be_stopped() {
    let school = school();
    let merge = |job| {
        let (from, into) = (school.class.clone(), Some(school.other.clone()));
        school.office.app.merge_department(MergeDepartment { from, into, leaders: LeadersThen::GoOver, job })
    };
    let before = school.witness.state();
    assert_eq!(school.stop_and_do(merge).members, PUPILS);
    school.stop_and_do(|job| school.office.app.undo(Undo { job }));
    assert!(school.witness.state() == before);
}

#[test]
fn a_school_year_and_its_undoing_can_be_stopped() {
    let school = school();
    let app = &school.office.app;
    let before = school.witness.state();
    let apply = |job| {
        let version = app.year_plan(Nothing {})?.version;
        app.apply_year_plan(ApplyYear { version, job })
    };
    let applied = school.stop_and_do(apply);
    assert_eq!(applied.pupils, PUPILS);
    school.stop_and_do(|job| app.undo_batch(UndoBatch { batch: applied.batch.clone(), job }));
    assert!(school.witness.state() == before);
}

#[test]
fn an_export_can_be_stopped_and_leaves_no_file() {
    let school = school();
    let app = &school.office.app;
    let folder = tempfile::tempdir().expect("a folder");
    let files = || std::fs::read_dir(folder.path()).expect("the folder is there").count();
    let past = app.open_past(OpenPast { at: Some(i64::MAX), moment: None, job: None }).expect("there is a past").past;
    for (written, name) in ["a.xlsx", "a.csv", "a.zip", "a.1.1.zip"].into_iter().enumerate() {
        let path = folder.path().join(name).to_string_lossy().into_owned();
        let export = |job| {
            let (query, path, language) = (ViewQuery::default(), path.clone(), "zh".into());
            app.export_members(Export { path, query, language, masking: None, job })
        };
        school.stop(JOB, || export(Some(JOB.into())));
        assert_eq!(files(), written, "a half of {name}");
        assert_eq!(export(None).expect("nobody stops it now").rows, PUPILS);
    }
    let path = folder.path().join("past.xlsx").to_string_lossy().into_owned();
    let exported = school.stop_and_do(|job| {
        let (past, path, language, masking) = (past.clone(), path.clone(), "zh".into(), Masking::Masked);
        app.export_past(ExportPast { past, path, language, masking, job, department: None, text: None })
    });
    assert_eq!((exported.rows, files()), (PUPILS, 5));
}

#[test]
fn taking_a_tag_from_everybody_and_renaming_a_choice_can_be_stopped() {
    let school = school();
    let app = &school.office.app;
    let everybody = || {
        let view = app.open_view(ViewQuery::default()).expect("the query is sound").view;
        Members::Rows { view, ranges: vec![(0, PUPILS)] }
    };
    let tag = DefineTag { id: None, name: "住校".into(), colour: "blue".into() };
    let tag = app.define_tag(tag).expect("the name is free").id;
    let give = TagMembers { members: everybody(), add: vec![tag.clone()], remove: Vec::new(), job: None };
    assert_eq!(app.tag_members(give).expect("they can have it").changed_cells, PUPILS);
    let given = school.witness.state();
    school.stop_and_do(|job| app.remove_tag(RemoveTag { id: tag.clone(), job }));
    assert!(app.tags(Nothing {}).expect("a roster is open").is_empty());
    app.undo(Undo { job: None }).expect("the tag comes back to everybody");
    assert!(school.witness.state() == given);

    let choice = |name: &str, was: Option<&str>| DefinedChoice { name: name.into(), was: was.map(str::to_owned) };
    let field = DefineField {
        id: None,
        name: "校车".into(),
        form: "choice".into(),
        choices: vec![choice("东线", None), choice("西线", None)],
        is_required: false,
        is_unique: false,
        data_class: "ordinary".into(),
        job: None,
    };
    let id = app.define_field(field.clone()).expect("the definition is sound").id;
    let column = app.custom_fields(Nothing {}).expect("a roster is open")[0].column;
    let set = SetField { members: everybody(), column, text: "东线".into(), job: None };
    assert_eq!(app.set_field(set).expect("it is a choice").changed_cells, PUPILS);
    // Two names change places: every value has its own new one, and none is renamed twice.
    let choices = vec![choice("西线", Some("东线")), choice("东线", Some("西线"))];
    school.stop_and_do(|job| {
        let (id, choices) = (Some(id.clone()), choices.clone());
        app.define_field(DefineField { id, choices, job, ..field.clone() })
    });
    let filters = vec![Filter::Is { column, value: "西线".into() }];
    let view = app.open_view(ViewQuery { filters, ..ViewQuery::default() }).expect("the query is sound");
    assert_eq!(view.total, PUPILS);
}

#[test]
fn making_sheets_and_saying_what_became_of_them_can_be_stopped() {
    let school = school();
    let app = &school.office.app;
    app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).expect("there is somebody");
    let sheets = PrepareSheets { layout: "avery-l7651".into(), language: "zh".into(), ..PrepareSheets::default() };
    let run = app.prepare_sheets(sheets).expect("there is something to print").run;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    school.stop(&run, || app.save_sheets(SaveSheets { run: run.clone(), path: path("a.pdf") }));
    let pictures = |picture: &str| SavePictures { run: run.clone(), path: path("a.zip"), picture: picture.into() };
    school.stop(&run, || app.save_pictures(pictures("svg")));
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0, "no file, whole or half");
    let runs = || app.runs(RunsAsked { before: None, count: 10, is_only_unchecked: None }).expect("a roster is open");
    assert_eq!(runs(), []);

    let printer = app.printers(Nothing {}).expect("a roster is open").all.remove(0);
    app.set_printer(PrinterSettings { proofs: false, ..printer }).expect("it is a printer");
    let saved = app.save_sheets(SaveSheets { run: run.clone(), path: path("a.pdf") }).expect("nobody stops it now");
    let number = saved.number.expect("there are codes in it");
    let came_out = || CameOut::All {};
    let checked = school.stop_and_do(|job| app.check_run(CheckRun { number, came_out: came_out(), job }));
    assert_eq!((checked.printed, runs()[0].printed), (PUPILS, PUPILS));
    let hand_out = |job| app.hand_out(HandOut { department: None, is_without_below: None, invitations: None, job });
    assert_eq!(school.stop_and_do(hand_out).changed_cells, PUPILS);
}
