//! Layouts of the organisation's own: designed on one desktop, printed with on another; read from files and written to
//! them; looked over while they are designed.

use crate::office::Office;
use crate::witness::Witness;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::history::{OperationsAsked, RecordHistory, RestoreRecord};
use mingce_ipc::invitation::Invite;
use mingce_ipc::layout::{
    DraftLayout, KeepLayout, LayoutBox, LayoutContent, LayoutElement, LayoutFile, LayoutPerson, LayoutRef, LayoutRow,
    LayoutWhole, NameLayout, PictureFile, SaveLayout,
};
use mingce_ipc::roster::{Column, Undo};
use mingce_ipc::sheets::{PrepareSheets, SaveSheets, SheetRun};
use mingce_ipc::sync::{Choice, ConflictsMeant, Listed, Resolve};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

fn offices() -> (Runtime, World, Office, Office) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let here = Office::quiet(&runtime, &world, "here");
    let there = Office::quiet(&runtime, &world, "there");
    (runtime, world, here, there)
}

impl Office {
    fn own_layouts(&self) -> Vec<LayoutRow> {
        self.app.layouts(Nothing {}).expect("a roster is open").into_iter().filter(|row| row.is_own).collect()
    }
    fn layout_names(&self) -> Vec<String> {
        self.own_layouts().into_iter().map(|row| row.name_zh).collect()
    }
    fn whole(&self, id: &str) -> LayoutWhole {
        self.app.layout(LayoutRef { id: id.into() }).expect("the layout is here")
    }
    fn make_layout(&self, name: &str) -> LayoutRow {
        let content = self.whole("labels").content;
        let wanted = KeepLayout { id: None, state: None, name: name.into(), content };
        self.app.keep_layout(wanted).expect("the name is free")
    }
    fn rework(&self, id: &str, change: impl FnOnce(&mut LayoutContent)) {
        let LayoutWhole { row, mut content, state } = self.whole(id);
        change(&mut content);
        let wanted = KeepLayout { id: Some(id.into()), state: Some(state), name: row.name_zh, content };
        self.app.keep_layout(wanted).expect("nobody changed it meanwhile");
    }
    fn exchange(&self) {
        self.app.sync_now(Nothing {}).expect("the service is there");
        assert_eq!(self.status().refused, 0);
    }
    fn one_to_print(&self) {
        self.add(&[(Column::Name, "张三"), (Column::CardNumber, "3")]);
        self.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).expect("one is invited");
    }
    fn prepared(&self, layout: &str) -> Result<SheetRun, mingce_ipc::Failure> {
        self.app.prepare_sheets(PrepareSheets {
            layout: layout.into(),
            language: "zh".into(),
            ..PrepareSheets::default()
        })
    }
}

/// A shipped layout as a file, under a name.
pub fn layout_file(office: &Office, world: &World, name: &str) -> Json {
    let path = world.path("自带.json").to_string_lossy().into_owned();
    office.app.export_layout(SaveLayout { id: "labels".into(), path: path.clone() }).expect("a file");
    let mut file: Json = serde_json::from_slice(&std::fs::read(path).expect("was written")).expect("JSON");
    file["id"] = "own".into();
    file["name"] = json!({ "zh": name, "en": name });
    file
}

/// Puts layouts where an earlier version kept them: in the settings of one computer.
pub fn keep_before(world: &World, name: &str, files: &[Json]) {
    let text = Json::from(files).to_string().replace('\'', "''");
    Witness::spoil(world, name, &format!("INSERT OR REPLACE INTO setting (key, value) VALUES ('layouts', '{text}')"));
}

fn place(content: &mut LayoutContent, at: usize) -> &mut LayoutBox {
    match &mut content.design.front[at] {
        LayoutElement::Code { place, .. }
        | LayoutElement::Bar { place, .. }
        | LayoutElement::Frame { place, .. }
        | LayoutElement::Picture { place, .. }
        | LayoutElement::Texts { place, .. } => place,
    }
}

fn problem<T: std::fmt::Debug>(outcome: Result<T, mingce_ipc::Failure>) -> (Code, Option<String>) {
    let failure = outcome.expect_err("is refused");
    let rule = failure.params.get("problem").or_else(|| failure.params.get("rule")).cloned();
    (failure.code, rule)
}

#[test]
fn a_layout_designed_here_is_printed_with_there() {
    let (_runtime, world, here, there) = offices();
    let row = here.make_layout("三班标签");
    assert!(row.is_own && row.fault.is_none() && row.places == 24);
    here.rework(&row.id, |content| content.stock.grid.rows = 4);
    here.exchange();
    there.exchange();
    assert_eq!((there.layout_names(), there.own_layouts()[0].places), (vec!["三班标签".into()], 12));
    assert_eq!(there.whole(&row.id).content, here.whole(&row.id).content);
    there.one_to_print();
    // By its name, as on the command line.
    for layout in [row.id.as_str(), "三班标签", " 三班　标签"] {
        let run = there.prepared(layout).expect("the layout prints");
        let path = world.path("own.pdf").to_string_lossy().into_owned();
        let saved = there.app.save_sheets(SaveSheets { run: run.run, path }).expect("a file");
        assert_eq!((saved.codes, saved.proofed), (1, 1));
    }
    let rows = there.own_layouts();
    assert_eq!(rows[0].continues_at, Some(1), "the next run goes on where this one ended");

    there.app.rename_layout(NameLayout { id: row.id.clone(), name: "四班标签".into() }).expect("is free");
    there.exchange();
    here.exchange();
    assert_eq!(here.layout_names(), ["四班标签"]);
    here.app.drop_layout(LayoutRef { id: row.id.clone() }).expect("is here");
    here.exchange();
    there.exchange();
    assert_eq!(there.layout_names(), Vec::<String>::new());
    assert_eq!(there.prepared(&row.id).unwrap_err().code, Code::NotFound);
}

#[test]
fn a_layout_has_a_history_and_every_step_a_way_back() {
    let (_runtime, _world, here, _there) = offices();
    let row = here.make_layout("三班标签");
    let first = here.whole(&row.id).content;
    here.rework(&row.id, |content| place(content, 0).x_mm += 0.5);
    let second = here.whole(&row.id).content;
    here.app.undo(Undo::default()).expect("there is something");
    assert_eq!(here.whole(&row.id).content, first);
    here.app.redo(Undo::default()).expect("there is something");
    assert_eq!(here.whole(&row.id).content, second);
    let asked = RecordHistory { kind: "layout".into(), id: row.id.clone(), before: None, limit: 10 };
    let past = here.app.record_history(asked).expect("it has a past");
    assert_eq!((past.title.as_str(), past.lines.len()), ("三班标签", 4));
    // In words, not as the file that it is.
    let change = &past.lines[0].changes[0];
    assert_eq!(change.field, "design");
    assert!(!change.to.contains('{') && change.to != change.from, "{change:?}");
    let operations = here.app.operations(OperationsAsked { before: None, until: None, limit: 9 }).expect("some");
    assert!(operations.operations.iter().any(|one| one.operation == "layout"));
    here.app.drop_layout(LayoutRef { id: row.id.clone() }).expect("is here");
    let restore = RestoreRecord { kind: "layout".into(), id: row.id.clone(), before: None, past: None };
    here.app.restore_record(restore).expect("it comes back");
    assert_eq!(here.whole(&row.id).content, second);
}

#[test]
fn a_name_belongs_to_one_layout_and_what_a_colleague_did_meanwhile_is_not_lost() {
    let (_runtime, _world, here, _there) = offices();
    let row = here.make_layout("三班标签");
    let whole = here.whole(&row.id);
    let named = |id: Option<&str>, name: &str| {
        let id = id.map(str::to_owned);
        here.app.keep_layout(KeepLayout { id, state: None, name: name.into(), content: whole.content.clone() })
    };
    let taken = (Code::Invalid, Some("name_taken".to_owned()));
    for name in
        ["三班 标签", "labels", "Avery-L7159", "标签 24 张（A4，63.5 × 33.9 毫米，Avery L7159，也可用普通纸剪开）"]
    {
        assert_eq!(problem(named(None, name)), taken, "{name}");
    }
    assert_eq!(problem(named(None, "  ")), (Code::Invalid, Some("required_missing".into())));
    assert!(named(Some(&row.id), "三班标签").is_ok(), "its own name is its own");
    let copy = here.app.copy_layout(NameLayout { id: row.id.clone(), name: "三班标签".into() }).expect("a copy");
    assert_eq!(copy.name_zh, "三班标签 2");
    let other = NameLayout { id: copy.id, name: "三班标签".into() };
    assert_eq!(problem(here.app.rename_layout(other)), taken);
    // Somebody kept it after it was opened.
    here.rework(&row.id, |content| content.stock.tolerance_mm = 0.7);
    let late =
        KeepLayout { id: Some(row.id.clone()), state: Some(whole.state), name: "x".into(), content: whole.content };
    assert_eq!(here.app.keep_layout(late.clone()).unwrap_err().code, Code::Stale);
    here.app.keep_layout(KeepLayout { state: None, ..late }).expect("the last word counts when it is said so");
    assert_eq!(here.layout_names(), ["x", "三班标签 2"]);
}

#[test]
fn two_who_change_one_layout_offline_merge_by_its_parts_and_meet_in_the_same_one() {
    let (_runtime, _world, here, there) = offices();
    let row = here.make_layout("三班标签");
    here.exchange();
    there.exchange();
    here.rework(&row.id, |content| content.stock.tolerance_mm = 0.7);
    there.rework(&row.id, |content| place(content, 0).y_mm += 0.25);
    for office in [&here, &there, &here] {
        office.exchange();
    }
    assert_eq!(here.whole(&row.id).content, there.whole(&row.id).content);
    assert_eq!(here.whole(&row.id).content.stock.tolerance_mm, 0.7);
    here.rework(&row.id, |content| place(content, 0).y_mm += 0.5);
    there.rework(&row.id, |content| place(content, 0).y_mm -= 0.5);
    for office in [&here, &there, &here] {
        office.exchange();
    }
    let page = here.app.conflicts(Listed::default()).expect("a page");
    assert_eq!((page.total, page.rows[0].kind.as_str(), page.rows[0].title.as_str()), (1, "layout", "三班标签"));
    assert!(!page.rows[0].mine.contains('{'), "{}", page.rows[0].mine);
    let choose = Resolve {
        conflicts: ConflictsMeant::These { ids: vec![page.rows[0].id.clone()] },
        choice: Choice::Mine,
        job: None,
    };
    here.app.resolve_conflicts(choose).expect("it is open");
    here.exchange();
    there.exchange();
    assert_eq!(here.whole(&row.id).content, there.whole(&row.id).content);
}

#[test]
fn a_layout_leaves_as_a_file_and_comes_back_as_it_was_and_a_broken_file_says_where() {
    let (_runtime, world, here, _there) = offices();
    let row = here.make_layout("三班标签");
    let picture = world.path("校徽.png");
    std::fs::write(&picture, mingce_testkit::pictures::png(90, 60, 7)).expect("the test's own folder");
    let read = here.app.read_picture(PictureFile { path: picture.to_string_lossy().into_owned() }).expect("a picture");
    assert_eq!((read.width, read.height), (90, 60));
    here.rework(&row.id, |content| {
        content.pictures.insert("logo".into(), read.base64.clone());
        let place = LayoutBox { x_mm: 1.0, y_mm: 1.0, width_mm: 1.0, height_mm: 2.0 };
        content.design.back.push(LayoutElement::Picture { place, picture: "logo".into() });
    });
    let file = world.path("版式.json").to_string_lossy().into_owned();
    here.app.export_layout(SaveLayout { id: "三班标签".into(), path: file.clone() }).expect("a file");
    let import = |is_replacing: bool| {
        let path = file.clone();
        here.app.import_layout(LayoutFile { path, language: None, is_replacing: Some(is_replacing) })
    };
    let back = import(false).expect("reads");
    assert_eq!((back.name_zh.as_str(), back.has_back), ("三班标签 2", true));
    assert_eq!(here.whole(&back.id).content, here.whole(&row.id).content);
    assert_eq!(import(true).expect("reads").id, row.id, "in the place of the one that has its name");
    assert_eq!(here.own_layouts().len(), 2);

    let text = std::fs::read_to_string(&file).expect("was written");
    for (from, to, place, problem) in [
        ("\"rows\": 8", "\"rows\": 80", "stock.grid.top_mm", "off_the_sheet"),
        ("\"rows\": 8", "\"rows\": \"eight\"", "stock.grid.rows (line", "not_a_setting"),
        ("\"format\": 1,", "\"format\": 1,,", "line 2, column", "not_json"),
        ("\"picture\": \"logo\"", "\"picture\": \"seal\"", "design.back[0].picture", "unknown_picture"),
        ("{organisation}", "{organization}", "design.page[1].items[0].text", "unknown_word"),
    ] {
        assert!(text.contains(from), "{from}");
        std::fs::write(&file, text.replacen(from, to, 1)).expect("the test's own folder");
        let failure = import(false).expect_err("is refused");
        assert_eq!((failure.code, failure.params["problem"].as_str()), (Code::LayoutUnusable, problem));
        assert!(failure.params["place"].starts_with(place), "{} is not {place}", failure.params["place"]);
    }
    assert_eq!(here.own_layouts().len(), 2, "nothing came of it");
    std::fs::write(&file, vec![b' '; 300_000]).expect("the test's own folder");
    assert_eq!(problem(import(false)).1.as_deref(), Some("file_too_large"));
    assert_eq!(here.app.read_picture(PictureFile { path: file.clone() }).unwrap_err().code, Code::PhotoUnsupported);
}

#[test]
fn a_layout_is_looked_over_with_the_people_of_the_roster_while_it_is_designed() {
    let (_runtime, _world, here, _there) = offices();
    let made_up = here.app.layout_people(Nothing {}).expect("always some");
    assert!(made_up.iter().all(|one| one.member.is_empty() && !one.name.is_empty()));
    for name in ["王一", "阿卜杜热西提·买买提艾力·吐尔逊江·阿卜杜热合曼", "李䶮", "张小明"]
    {
        here.add(&[(Column::Name, name)]);
    }
    let people = here.app.layout_people(Nothing {}).expect("always some");
    let names: Vec<(&str, &str)> = people.iter().map(|one| (one.why.as_str(), one.name.as_str())).collect();
    let longest = "阿卜杜热西提·买买提艾力·吐尔逊江·阿卜杜热合曼";
    assert_eq!(names, [("longest", longest), ("rarest", "李䶮"), ("ordinary", "王一")]);
    let draft_for = |people: &[LayoutPerson], content: LayoutContent, view: &str| {
        let people = people.to_vec();
        let wanted = DraftLayout { content, language: "zh".into(), view: view.into(), people };
        here.app.draft_layout(wanted).expect("an answer, whatever it is")
    };
    let draft = |content: LayoutContent, view: &str| draft_for(&people, content, view);
    let content = here.whole("labels").content;
    let fine = draft_for(&people[2..], content.clone(), "front");
    assert_eq!((fine.faults, fine.advice), (Vec::new(), Vec::new()));
    assert!(fine.svg.starts_with("<svg") && (fine.width_mm - 63.5).abs() < 0.01);
    assert!(draft(content.clone(), "sheet").width_mm > 209.0);
    assert_eq!(draft(content.clone(), "back").faults, Vec::new());

    // Too small for the longest name, off the label, on the code: all of it at once, and drawn all the same.
    let mut worse = content.clone();
    place(&mut worse, 0).x_mm = 50.0;
    place(&mut worse, 1).height_mm = 6.0;
    let drawn = draft(worse.clone(), "front");
    let problems: Vec<&str> = drawn.faults.iter().map(|fault| fault.problem.as_str()).collect();
    assert!(problems.contains(&"off_the_label") && problems.contains(&"code_covered"), "{problems:?}");
    assert!(drawn.advice.iter().any(|one| one.problem == "text_too_long"), "{:?}", drawn.advice);
    assert!(drawn.svg.starts_with("<svg"));
    let refused = here.app.keep_layout(KeepLayout { id: None, state: None, name: "坏".into(), content: worse });
    assert_eq!(refused.unwrap_err().code, Code::LayoutUnusable);
    // What cannot even be drawn says so.
    let mut none = content;
    none.stock.label.width_mm = 0.0;
    let drawn = draft(none, "front");
    assert_eq!((drawn.svg.as_str(), drawn.faults[0].problem.as_str()), ("", "out_of_range"));
}

#[test]
fn layouts_that_were_kept_on_a_computer_before_are_taken_in_once_and_none_is_lost() {
    let (_runtime, world, here, there) = offices();
    let file = |name: &str| layout_file(&here, &world, name);
    let mut faulty = file("要改的");
    faulty["stock"]["grid"]["rows"] = 80.into();
    let mut newer = file("新格式");
    newer["format"] = 2.into();
    // What is not read stands before what is.
    keep_before(&world, "here", &[json!({ "id": "坏的" }), newer, file("一年级"), faulty, file("labels")]);
    let app = &here.app;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || app.layouts(Nothing {}).expect("a roster is open"));
        }
    });
    let faults = |office: &Office| {
        let fault = |row: LayoutRow| (row.name_zh, row.fault.map(|fault| fault.problem));
        let mut faults: Vec<_> = office.own_layouts().into_iter().map(fault).collect();
        faults.sort();
        faults
    };
    let fine = |name: &str| (name.to_owned(), None);
    let expected = [fine("labels 2"), fine("一年级"), ("要改的".to_owned(), Some("off_the_sheet".to_owned()))];
    assert_eq!(faults(&here), expected);
    here.exchange();
    there.exchange();
    assert_eq!(faults(&there), expected);
    let left = Witness::open(&world, "here").text();
    assert!(left.contains("新格式") && left.contains(r#"{"id":"坏的"}"#), "another version may read them");
}
