//! What the organisation defined itself on its way through files, time and masks: fields, tags and who leads what.

mod changes;
mod packages;

use crate::defining::field;
use crate::office::Office;
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{DefineField, DefineTag};
use mingce_ipc::department::{LeaderRole, SetLeader};
use mingce_ipc::history::{ExportPast, OpenPast, PastPageRequest, RecordHistory, RestoreRecord};
use mingce_ipc::import::{
    ApplyImport, Export, ImportFile, ImportMode, ImportOptions, ImportPlan, Masking, NewField, OpenImport, PlanImport,
    PlanPageRequest, PlannedKind, PlannedRow,
};
use mingce_ipc::roster::{Column, EditCell, Find, Members, PageRequest, RecordRef, Undo, UndoBatch, ViewQuery};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

struct Desk {
    here: Office,
    world: World,
    runtime: Runtime,
}

fn desk() -> Desk {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let here = Office::quiet(&runtime, &world, "here");
    Desk { here, world, runtime }
}

const FILE: &str = "学号,姓名,班级,住宿,储物柜,过敏,标签\n\
    101,张一,高一/1班,走读,7,花生,校队、少先队\n\
    102,张二,高一/1班,住校,8,,校队\n";

impl Desk {
    fn define(&self, name: &str, form: &str, data_class: &str) -> Column {
        let is_unique = name == "储物柜";
        self.here.define(DefineField { is_unique, data_class: data_class.into(), ..field(name, form) })
    }
    fn fields(&self) -> [Column; 3] {
        [("住宿", "choice", "ordinary"), ("储物柜", "number", "ordinary"), ("过敏", "text", "sensitive")]
            .map(|(name, form, class)| self.define(name, form, class))
    }
    fn open(&self, path: &Path) -> ImportFile {
        let path = path.to_str().expect("a plain path").to_owned();
        self.here.app.open_import(OpenImport { path, ..OpenImport::default() }).expect("a file that can be read")
    }
    fn written(&self, name: &str, content: &str) -> ImportFile {
        let path = self.world.path(name);
        std::fs::write(&path, content).expect("the test's own folder");
        self.open(&path)
    }
    fn plan_with(&self, file: &ImportFile, change: impl FnOnce(&mut PlanImport)) -> ImportPlan {
        let mut wanted = PlanImport {
            import: file.import.clone(),
            targets: file.columns.iter().map(|column| column.target.clone()).collect(),
            card_number_digits: None,
            options: ImportOptions::default(),
            new_fields: Vec::new(),
            corrections: Vec::new(),
        };
        change(&mut wanted);
        self.here.app.plan_import(wanted).expect("a file that can be planned")
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
        self.here.app.plan_page(asked).expect("a plan").rows
    }
    fn apply(&self, file: &ImportFile) -> mingce_ipc::import::ImportApplied {
        let wanted = ApplyImport {
            import: file.import.clone(),
            creates_departments: true,
            creates_tags: true,
            takes_sound_cells: false,
            confirmed_leaving: None,
        };
        self.here.app.apply_import(wanted).expect("nothing stands in the way")
    }
    fn import(&self, name: &str, content: &str) -> mingce_ipc::import::ImportApplied {
        let file = self.written(name, content);
        self.plan_with(&file, |_| ());
        self.apply(&file)
    }
    fn member(&self, name: &str) -> String {
        let found = self.here.app.find_members(Find { text: name.into(), limit: 5 }).expect("a roster is open");
        found.into_iter().find(|member| member.name == name).expect("a member of that name").id
    }
    fn exported(&self, name: &str, masking: Masking) -> PathBuf {
        let path = self.world.path(name);
        let wanted = Export {
            path: path.to_str().expect("plain").to_owned(),
            query: ViewQuery::default(),
            language: "zh".into(),
            masking: Some(masking),
            job: None,
        };
        self.here.app.export_members(wanted).expect("a file");
        path
    }
}

#[test]
fn columns_of_a_file_fill_fields_and_tags_as_one_batch_that_another_desktop_gets_too() {
    let desk = desk();
    let [dormitory, locker, allergy] = desk.fields();
    let file = desk.written("pupils.csv", FILE);
    let plan = desk.plan_with(&file, |_| ());
    assert_eq!((plan.counts.add, plan.counts.problem), (2, 0));
    assert_eq!(plan.new_tags, ["校队", "少先队"]);
    let applied = desk.apply(&file);
    assert_eq!((applied.added, applied.changed, applied.departments), (2, 0, 2));
    let (one, two) = (desk.member("张一"), desk.member("张二"));
    let there = Office::quiet(&desk.runtime, &desk.world, "there");
    for office in [&desk.here, &there, &desk.here, &there] {
        office.app.sync_now(Nothing {}).expect("the service is there");
    }
    for office in [&desk.here, &there] {
        let cell = |member: &str, column| office.cell(member, column).unwrap_or_default();
        assert_eq!(cell(&one, dormitory), "走读");
        assert_eq!(cell(&two, locker), "8");
        assert_eq!(cell(&one, allergy), "花生");
        assert_eq!(cell(&one, Column::Tags), "校队、少先队");
        assert_eq!(office.status().refused, 0);
    }
    // A change of nothing but a custom value is a change of somebody.
    let change = desk.import("change.csv", "学号,姓名,住宿\n101,张一,住校\n102,张二,住校\n");
    assert_eq!((change.added, change.changed), (0, 1));
    assert_eq!(desk.here.cell(&one, dormitory).as_deref(), Some("住校"));
    desk.here.edit(&one, dormitory, "");
    let plan = desk.here.app.plan_undo_batch(mingce_ipc::import::BatchRef { batch: change.batch.clone() });
    let kept = plan.expect("the batch is there").kept.remove(0);
    let word = serde_json::to_value(dormitory).unwrap().as_str().map(str::to_owned);
    assert_eq!((kept.title.as_str(), kept.field), ("张一", word), "called as the field is");
    desk.here.app.undo(Undo::default()).expect("the change of the cell");
    desk.here.app.undo_import(UndoBatch { batch: change.batch, job: None }).expect("the batch is there");
    assert_eq!(desk.here.cell(&one, dormitory).as_deref(), Some("走读"));
    desk.here.app.undo_import(UndoBatch { batch: applied.batch, job: None }).expect("the batch is there");
    assert_eq!(desk.here.cell(&one, dormitory), None);
    assert!(desk.here.app.tags(Nothing {}).expect("a roster is open").is_empty(), "made by the batch, gone with it");
}

#[test]
fn a_column_becomes_a_new_field_within_the_same_batch() {
    let desk = desk();
    let file = desk.written("bus.csv", "学号,姓名,乘校车\n101,张一,是\n102,张二,否\n103,张三,√\n");
    assert_eq!((file.columns[2].target.as_str(), file.columns[2].form.as_str()), ("ignore", "yes_no"));
    assert!(file.targets.contains(&"new_field".to_owned()));
    let new = NewField {
        column: 2,
        name: "乘校车".into(),
        form: "yes_no".into(),
        choices: Vec::new(),
        data_class: "ordinary".into(),
    };
    let plan = desk.plan_with(&file, |wanted| {
        wanted.targets[2] = "new_field".into();
        wanted.new_fields = vec![new];
    });
    assert_eq!((plan.counts.add, plan.new_fields.len()), (3, 1));
    assert!(desk.here.app.custom_fields(Nothing {}).expect("a roster is open").is_empty(), "not before it goes in");
    let cell = &desk.rows(&file, PlannedKind::Add)[2].cells;
    assert!(cell.iter().any(|cell| cell.what == plan.new_fields[0].column && cell.to == "yes"));
    let applied = desk.apply(&file);
    let made = desk.here.app.custom_fields(Nothing {}).expect("a roster is open").remove(0);
    assert_eq!((made.name.as_str(), made.form.as_str()), ("乘校车", "yes_no"));
    assert_eq!(desk.here.cell(&desk.member("张三"), made.column).as_deref(), Some("yes"));
    // The next file of this shape comes mapped, whatever the field is called by then.
    let renamed = DefineField { id: Some(made.id.clone()), ..field("校车", "yes_no") };
    desk.here.app.define_field(renamed).expect("the definition is sound");
    let again = desk.written("bus2.csv", "学号,姓名,乘校车\n101,张一,否\n");
    assert!(again.is_remembered);
    assert_eq!(again.columns[2].target, serde_json::to_value(made.column).unwrap().as_str().unwrap());
    desk.here.app.undo(Undo::default()).expect("the renaming");
    desk.here.app.undo_import(UndoBatch { batch: applied.batch, job: None }).expect("the batch is there");
    assert!(desk.here.app.custom_fields(Nothing {}).expect("a roster is open").is_empty());
    let forgotten = desk.written("bus3.csv", "学号,姓名,乘校车\n101,张一,否\n");
    assert_eq!(forgotten.columns[2].target, "ignore", "a field that is gone is not asked for");
}

#[test]
fn whatever_goes_out_with_fields_tags_and_leaders_comes_in_again_without_a_change() {
    let desk = desk();
    desk.fields();
    desk.define("手机号", "text", "ordinary");
    desk.import("pupils.csv", FILE);
    let tree = desk.here.app.departments(Nothing {}).expect("a roster is open");
    let (grade, class) = (&tree[0], &tree[1]);
    for (department, member, role) in
        [(class, "张一", LeaderRole::Head), (grade, "张一", LeaderRole::Deputy), (grade, "张二", LeaderRole::Head)]
    {
        let wanted = SetLeader { department: department.id.clone(), member: desk.member(member), role: Some(role) };
        desk.here.app.set_leader(wanted).expect("both are there");
    }
    for masking in [Masking::Full, Masking::Masked] {
        for name in ["out.xlsx", "out.csv", "out.zip", "out.1.1.zip"] {
            let file = desk.open(&desk.exported(name, masking));
            assert!(file.remarks.is_empty(), "{name}: {:?}", file.remarks);
            let plan = desk.plan_with(&file, |wanted| wanted.options.mode = ImportMode::MirrorRoster);
            let counts = &plan.counts;
            let sum = counts.add + counts.change + counts.problem + counts.unsure + counts.leave;
            assert_eq!(
                (counts.unchanged, sum),
                (2, 0),
                "{name}: {counts:?} {:?}",
                desk.rows(&file, PlannedKind::Change)
            );
            assert!(plan.new_tags.is_empty() && plan.new_departments.is_empty(), "{name}");
        }
    }
    // What was in the file comes back from it.
    let full = desk.exported("full.xlsx", Masking::Full);
    let members: Vec<String> = ["张一", "张二"].iter().map(|name| desk.member(name)).collect();
    desk.here.app.undo(Undo::default()).expect("a leader");
    desk.here.app.write_cells(all_of(&desk, &[Column::Tags, desk_column(&desk, "住宿")])).expect("they are there");
    let file = desk.open(&full);
    assert_eq!(desk.plan_with(&file, |_| ()).counts.change, 2);
    desk.apply(&file);
    assert_eq!(desk.here.cell(&members[0], Column::Tags).as_deref(), Some("校队、少先队"));
    assert_eq!(desk.here.cell(&members[1], desk_column(&desk, "住宿")).as_deref(), Some("住校"));
    let leaders = desk.here.app.department_detail(RecordRef { id: grade.id.clone() }).expect("it is there").leaders;
    assert_eq!(leaders.len(), 2);
}

fn desk_column(desk: &Desk, name: &str) -> Column {
    let fields = desk.here.app.custom_fields(Nothing {}).expect("a roster is open");
    fields.into_iter().find(|field| field.name == name).expect("it is defined").column
}

fn all_of(desk: &Desk, columns: &[Column]) -> mingce_ipc::roster::WriteCells {
    let view = desk.here.app.open_view(ViewQuery::default()).expect("the query is sound");
    let range = mingce_ipc::roster::Range { view: view.view, start: 0, end: view.total, columns: columns.to_vec() };
    mingce_ipc::roster::WriteCells { ranges: vec![range], texts: Vec::new(), job: None }
}

#[test]
fn personal_values_are_masked_everywhere_until_somebody_asks_and_no_mask_is_ever_saved() {
    let desk = desk();
    let [dormitory, _, allergy] = desk.fields();
    desk.import("pupils.csv", FILE);
    let (one, two) = (desk.member("张一"), desk.member("张二"));
    let app = &desk.here.app;
    app.mask_again(Nothing {}).expect("a roster is open");
    assert_eq!(desk.here.cell(&one, allergy).as_deref(), Some("***"));
    assert_eq!(desk.here.cell(&two, allergy).as_deref(), Some(""), "nothing is nothing");
    assert_eq!(desk.here.cell(&one, dormitory).as_deref(), Some("走读"));
    let view = app.open_view(ViewQuery::default()).expect("the query is sound").view;
    let page = PageRequest { view: view.clone(), start: 0, count: 10, columns: vec![Column::Name, allergy] };
    let page = app.page(page).expect("the view is open");
    assert_eq!((page.rows[0].cells[1].as_str(), &page.rows[0].masked), ("***", &vec![1]));
    let range = mingce_ipc::roster::Range { view, start: 0, end: 1, columns: vec![allergy] };
    assert_eq!(app.read_range(range).expect("the view is open").rows, [["***"]]);
    // A mask that is typed or pasted is never a value.
    let edit = |member: &str, text: &str| {
        let edit = EditCell { member: member.into(), column: allergy, text: text.into() };
        app.edit_cell(edit).map(|done| done.changed_cells).map_err(|failure| failure.params["rule"].clone())
    };
    assert_eq!(edit(&one, "***"), Ok(0));
    assert_eq!(edit(&two, "***"), Err("masked_text".into()));
    assert_eq!(edit(&one, "花**"), Err("masked_text".into()));
    assert_eq!(edit(&one, "芒果"), Ok(1));
    let detail = app.member_detail(RecordRef { id: one.clone() }).expect("the member is there");
    let told: Vec<&str> = detail.history.iter().flat_map(|entry| &entry.changes).map(|it| it.to.as_str()).collect();
    assert!(told.contains(&"***") && !told.contains(&"芒果"), "{told:?}");
    let operation = app
        .operations(mingce_ipc::history::OperationsAsked { before: None, until: None, limit: 1 })
        .expect("a roster is open")
        .operations
        .remove(0);
    let entries = mingce_ipc::history::OperationEntries { operation: operation.number, after: None, limit: 10 };
    let line = app.operation_entries(entries).expect("it is there").lines.remove(0);
    assert_eq!((line.title.as_str(), line.changes[0].to.as_str()), ("张一", "***"));
    assert_eq!(line.changes[0].field, serde_json::to_value(allergy).unwrap().as_str().unwrap());
    let asked = RecordHistory { kind: line.kind, id: line.record, before: None, limit: 10 };
    assert!(app.record_history(asked).expect("it is there").lines.iter().all(|line| line.changes[0].to == "***"));
    let file = desk.written("change.csv", "学号,姓名,过敏\n101,张一,虾\n102,张二,***\n");
    desk.plan_with(&file, |_| ());
    let cell = desk.rows(&file, PlannedKind::Change).remove(0).cells.remove(0);
    assert_eq!((cell.from.as_str(), cell.to.as_str()), ("***", "***"));
    let problem = &desk.rows(&file, PlannedKind::Problem)[0].problems[0];
    assert_eq!((problem.code.as_str(), problem.remedy.as_str()), ("number_masked", "get_full_number"));
    app.reveal(RecordRef { id: one.clone() }).expect("the member is there");
    assert_eq!(desk.here.cell(&one, allergy).as_deref(), Some("芒果"));
    let looks = app.audit(mingce_ipc::masking::AuditAsked { before: None, limit: 1 }).expect("a roster is open");
    assert!(looks.lines[0].fields.contains(&"custom_value".to_owned()), "{:?}", looks.lines[0].fields);
}

#[test]
fn a_past_roster_shows_and_exports_what_was_then_and_people_come_back_with_theirs() {
    let desk = desk();
    let [dormitory, locker, _] = desk.fields();
    desk.import("pupils.csv", FILE);
    let app = &desk.here.app;
    let (one, two) = (desk.member("张一"), desk.member("张二"));
    let tree = app.departments(Nothing {}).expect("a roster is open");
    let lead = |role| {
        let wanted = SetLeader { department: tree[1].id.clone(), member: two.clone(), role };
        app.set_leader(wanted).expect("both are there");
    };
    lead(Some(LeaderRole::Head));
    let then = app
        .operations(mingce_ipc::history::OperationsAsked { before: None, until: None, limit: 1 })
        .expect("a roster is open")
        .operations[0]
        .moment;
    desk.here.edit(&one, dormitory, "住校");
    desk.here.edit(&one, Column::Tags, "少先队");
    lead(None);
    let renamed = mingce_ipc::roster::RenameDepartment { id: tree[1].id.clone(), name: "2班".into() };
    app.rename_department(renamed).expect("the name is free");
    let tag = app.tags(Nothing {}).expect("a roster is open").into_iter().find(|tag| tag.name == "校队").unwrap();
    app.define_tag(DefineTag { id: Some(tag.id), name: "田径队".into(), colour: String::new() }).expect("it is free");
    let gone = Members::Ids { ids: vec![two.clone()] };
    app.remove_members(mingce_ipc::bulk::RemoveMembers { members: gone, job: None }).expect("the member is there");
    let past = app.open_past(OpenPast { at: None, moment: Some(then), job: None }).expect("the moment is there").past;
    let asked = PastPageRequest {
        past: past.clone(),
        department: None,
        text: None,
        start: 0,
        count: 10,
        columns: vec![Column::Name, dormitory, locker, Column::Tags],
    };
    let page = app.past_page(asked).expect("the past is open");
    let cells: Vec<&[String]> = page.rows.iter().map(|row| row.cells.as_slice()).collect();
    assert_eq!(cells, [["张一", "走读", "7", "校队、少先队"], ["张二", "住校", "8", "校队"]]);
    let path = desk.world.path("past.csv");
    let wanted = ExportPast {
        past: past.clone(),
        path: path.to_str().expect("plain").to_owned(),
        language: "zh".into(),
        masking: Masking::Masked,
        department: None,
        text: None,
        job: None,
    };
    // What is looked for, or the department that is looked at, and nobody else.
    let some = ExportPast { text: Some("张二".into()), ..wanted.clone() };
    assert_eq!(app.export_past(some).expect("the folder can be written").rows, 1);
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert!(text.contains("张二") && !text.contains("张一"), "{text}");
    assert_eq!(app.export_past(wanted).expect("the folder can be written").rows, 2);
    let text = std::fs::read_to_string(path).expect("the file is there");
    assert!(text.contains("校队、少先队,走读,7,***"), "{text}");
    assert!(text.contains("负责部门") && text.contains(",高一/1班,,校队,住校,8,"), "called as it was then: {text}");
    let back = RestoreRecord { kind: "member".into(), id: two.clone(), before: None, past: Some(past) };
    assert!(app.restore_record(back).expect("nothing stands in the way").left_out.is_empty());
    assert_eq!(desk.here.cell(&two, locker).as_deref(), Some("8"));
    assert_eq!(desk.here.cell(&two, Column::Tags).as_deref(), Some("田径队"));
}
