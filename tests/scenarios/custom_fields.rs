//! Fields that the organisation defines and tags, from the definition to another desktop, through undo, search and
//! what the service refuses.

use crate::defining::field;
use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{
    ArchiveField, ArrangeFields, ArrangeTags, DefineField, DefineTag, DefinedChoice, RemoveTag, TagMembers,
};
use mingce_ipc::import::{Export, Masking};
use mingce_ipc::roster::{
    Column, Direction, EditCell, Filter, Mark, Members, PageRequest, PasteBlock, RecordRef, SortBy, Undo, ViewQuery,
};
use mingce_ipc::sync::{Choice, ConflictsMeant, Listed, Resolve};
use tokio::runtime::Runtime;

struct Scene {
    runtime: Runtime,
    world: World,
}

fn scene() -> Scene {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    Scene { runtime, world }
}

impl Scene {
    fn office(&self, name: &'static str) -> Office {
        Office::quiet(&self.runtime, &self.world, name)
    }
}

fn sync(offices: &[&Office]) {
    for office in offices.iter().chain(offices) {
        office.app.sync_now(Nothing {}).expect("the service is there");
    }
}

/// Names in the order of the view.
fn names(office: &Office, query: ViewQuery) -> Vec<String> {
    let view = office.app.open_view(query).expect("the query is sound");
    let page = office.app.page(PageRequest { view: view.view, start: 0, count: 100, columns: vec![Column::Name] });
    page.expect("the view is open").rows.into_iter().map(|row| row.cells[0].clone()).collect()
}

fn by(column: Column, direction: Direction) -> ViewQuery {
    ViewQuery { sort: vec![SortBy { column, direction }], ..ViewQuery::default() }
}

fn only(filter: Filter) -> ViewQuery {
    ViewQuery { filters: vec![filter], ..ViewQuery::default() }
}

fn rule_of(failure: mingce_ipc::Failure) -> String {
    failure.params.get("rule").cloned().unwrap_or_else(|| failure.code.code().to_owned())
}

fn edit(office: &Office, member: &str, column: Column, text: &str) -> Result<(), String> {
    let edit = EditCell { member: member.into(), column, text: text.into() };
    office.app.edit_cell(edit).map(|_| ()).map_err(rule_of)
}

#[test]
fn a_defined_field_is_filled_shown_filtered_sorted_and_found_on_both_desktops() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let dormitory = here.define(field("住宿", "choice"));
    let locker = here.define(field("储物柜", "number"));
    let since = here.define(field("入住日期", "date"));
    let bus = here.define(field("乘校车", "yes_no"));
    let hobby = here.define(field("爱好", "text"));
    let members = ["张一", "张二", "张三"].map(|name| here.add(&[(Column::Name, name)]));
    for (member, cells) in members.iter().zip([["走读", "10", "2024/9/1"], ["住校", "9.50", "2023年9月1日"]]) {
        for (column, text) in [dormitory, locker, since].into_iter().zip(cells) {
            edit(&here, member, column, text).unwrap();
        }
    }
    edit(&here, &members[0], bus, "是").unwrap();
    edit(&here, &members[2], hobby, "下象棋").unwrap();
    sync(&[&here, &there]);
    for office in [&here, &there] {
        assert_eq!(office.cell(&members[1], locker).as_deref(), Some("9.5"));
        assert_eq!(office.cell(&members[1], since).as_deref(), Some("2023-09-01"));
        assert_eq!(office.cell(&members[0], bus).as_deref(), Some("yes"));
        assert_eq!(names(office, by(locker, Direction::Ascending)), ["张二", "张一", "张三"]);
        assert_eq!(names(office, by(locker, Direction::Descending)), ["张一", "张二", "张三"]);
        // A choice is ordered as its choices are listed.
        assert_eq!(names(office, by(dormitory, Direction::Ascending)), ["张二", "张一", "张三"]);
        let at_least = Filter::AtLeast { column: locker, value: "10".into() };
        assert_eq!(names(office, only(at_least)), ["张一"]);
        assert_eq!(names(office, only(Filter::IsEmpty { column: dormitory })), ["张三"]);
        assert_eq!(names(office, only(Filter::IsNot { column: dormitory, value: "走读".into() })), ["张二", "张三"]);
        assert_eq!(names(office, only(Filter::Is { column: bus, value: "是".into() })), ["张一"]);
        let any = Filter::AnyOf { column: dormitory, values: vec!["".into(), "走读".into()] };
        assert_eq!(names(office, only(any)), ["张一", "张三"]);
        assert_eq!(names(office, ViewQuery { text: Some("象棋".into()), ..ViewQuery::default() }), ["张三"]);
    }
    assert_eq!(names(&here, ViewQuery { mark: Some(Mark::Pending), ..ViewQuery::default() }), [""; 0]);
    edit(&here, &members[2], hobby, "").unwrap();
    assert_eq!(names(&here, ViewQuery { mark: Some(Mark::Pending), ..ViewQuery::default() }), ["张三"]);
    assert_eq!(names(&here, ViewQuery { text: Some("象棋".into()), ..ViewQuery::default() }), [""; 0]);
    here.app.undo(Undo::default()).unwrap();
    assert_eq!(names(&here, ViewQuery { text: Some("象棋".into()), ..ViewQuery::default() }), ["张三"]);
    assert_eq!(here.cell(&members[2], hobby).as_deref(), Some("下象棋"));
}

#[test]
fn the_same_value_set_twice_offline_is_one_record_and_two_values_are_a_question() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let locker = here.define(field("储物柜", "number"));
    let members = ["张一", "张二"].map(|name| here.add(&[(Column::Name, name)]));
    sync(&[&here, &there]);
    edit(&here, &members[0], locker, "7").unwrap();
    edit(&there, &members[0], locker, "7.0").unwrap();
    edit(&here, &members[1], locker, "8").unwrap();
    edit(&there, &members[1], locker, "9").unwrap();
    sync(&[&here, &there]);
    assert_eq!(here.status().refused, 0);
    assert_eq!(there.status().refused, 0);
    let conflicts = here.app.conflicts(Listed::default()).unwrap().rows;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].title, "张二");
    assert_eq!(serde_json::to_value(locker).unwrap(), conflicts[0].field);
    assert_eq!((conflicts[0].mine.as_str(), conflicts[0].theirs.as_str()), ("9", "8"));
    let marked = ViewQuery { mark: Some(Mark::Conflict), ..ViewQuery::default() };
    assert_eq!(names(&here, marked), ["张二"]);
    here.app
        .resolve_conflicts(Resolve {
            conflicts: ConflictsMeant::These { ids: vec![conflicts[0].id.clone()] },
            choice: Choice::Mine,
            job: None,
        })
        .unwrap();
    sync(&[&here, &there]);
    for office in [&here, &there] {
        assert_eq!(office.cell(&members[0], locker).as_deref(), Some("7"));
        assert_eq!(office.cell(&members[1], locker).as_deref(), Some("9"));
    }
}

#[test]
fn what_is_required_or_unique_is_so_here_and_at_the_service() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let locker = here.define(DefineField { is_unique: true, is_required: true, ..field("储物柜", "number") });
    let members = ["张一", "张二"].map(|name| here.add(&[(Column::Name, name)]));
    sync(&[&here, &there]);
    let detail = here.app.member_detail(RecordRef { id: members[0].clone() }).unwrap();
    let at = detail.columns.iter().position(|column| *column == locker).unwrap() as u32;
    assert!(detail.row.problems.iter().any(|problem| problem.cell == at && problem.code == "required_missing"));
    edit(&here, &members[0], locker, "7").unwrap();
    assert_eq!(edit(&here, &members[0], locker, ""), Err("required_missing".into()));
    assert_eq!(edit(&here, &members[0], locker, "七"), Err("number_malformed".into()));
    assert_eq!(edit(&here, &members[1], locker, "7.0"), Err("value_taken".into()));
    // Another desktop that does not know it yet is told by the service.
    edit(&there, &members[1], locker, "7").unwrap();
    sync(&[&here, &there]);
    let refusals = there.app.refusals(Listed::default()).unwrap().rows;
    assert_eq!((refusals.len(), refusals[0].code.as_str()), (1, "duplicate"));
    assert_eq!(refusals[0].other.as_deref(), Some(members[0].as_str()));
    assert_eq!(names(&there, ViewQuery { mark: Some(Mark::Refused), ..ViewQuery::default() }), ["张二"]);
    edit(&there, &members[1], locker, "8").unwrap();
    sync(&[&here, &there]);
    assert_eq!(there.status().refused, 0);
    assert_eq!(here.cell(&members[1], locker).as_deref(), Some("8"));
    // A fill cannot give one value out twice either.
    let view = here.app.open_view(ViewQuery::default()).unwrap().view;
    let rows = vec![vec!["20".to_owned()]];
    let paste = PasteBlock { view, start: 0, end: 2, columns: vec![locker], rows, department: None, job: None };
    let done = here.app.paste_block(paste).unwrap();
    assert_eq!((done.changed_cells, done.refused_count), (1, 1));
    assert_eq!(done.refused[0].code, "value_taken");
}

#[test]
fn a_definition_can_be_renamed_reordered_put_away_and_only_removed_unused() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let dormitory = here.define(field("住宿", "choice"));
    let hobby = here.define(field("爱好", "text"));
    let member = here.add(&[(Column::Name, "张一"), (dormitory, "走读")]);
    let ids: Vec<String> = here.app.custom_fields(Nothing {}).unwrap().into_iter().map(|field| field.id).collect();
    assert_eq!(here.app.define_field(field("住 宿", "text")).map(|_| ()).map_err(rule_of), Err("name_taken".into()));
    let renamed = DefineField {
        id: Some(ids[0].clone()),
        choices: [("住宿生", Some("住校")), ("通学", Some("走读"))]
            .map(|(name, was)| DefinedChoice { name: name.into(), was: was.map(Into::into) })
            .into(),
        ..field("住宿情况", "choice")
    };
    here.app.define_field(renamed.clone()).unwrap();
    assert_eq!(here.cell(&member, dormitory).as_deref(), Some("通学"));
    let other_form = DefineField { id: Some(ids[0].clone()), ..field("住宿情况", "text") };
    assert_eq!(here.app.define_field(other_form).map(|_| ()).map_err(rule_of), Err("custom_form_fixed".into()));
    let reversed = ids.iter().rev().cloned().collect();
    here.app.arrange_fields(ArrangeFields { ids: reversed }).unwrap();
    let used = here.app.remove_field(RecordRef { id: ids[0].clone() });
    assert_eq!(used.map(|_| ()).map_err(rule_of), Err("custom_field_in_use".into()));
    here.app.remove_field(RecordRef { id: ids[1].clone() }).unwrap();
    here.app.archive_field(ArchiveField { id: ids[0].clone(), is_archived: true }).unwrap();
    sync(&[&here, &there]);
    for office in [&here, &there] {
        let fields = office.app.custom_fields(Nothing {}).unwrap();
        assert_eq!((fields.len(), fields[0].name.as_str(), fields[0].is_archived), (1, "住宿情况", true));
        assert_eq!(office.cell(&member, dormitory), None);
        assert_eq!(office.cell(&member, hobby), None);
        assert_eq!(office.status().refused, 0);
    }
    here.app.archive_field(ArchiveField { id: ids[0].clone(), is_archived: false }).unwrap();
    assert_eq!(here.cell(&member, dormitory).as_deref(), Some("通学"));
}

#[test]
fn a_choice_that_was_renamed_comes_back_by_undo_after_it_was_shared() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let dormitory = here.define(field("住宿", "choice"));
    let member = here.add(&[(Column::Name, "张一"), (dormitory, "走读")]);
    let id = here.app.custom_fields(Nothing {}).unwrap().remove(0).id;
    let choices = [("住校", "住校"), ("通学", "走读")]
        .map(|(name, was)| DefinedChoice { name: name.into(), was: Some(was.into()) });
    here.app.define_field(DefineField { id: Some(id), choices: choices.into(), ..field("住宿", "choice") }).unwrap();
    for (way, expected) in [("done", "通学"), ("undone", "走读"), ("done again", "通学")] {
        match way {
            "undone" => drop(here.app.undo(Undo::default()).unwrap()),
            "done again" => drop(here.app.redo(Undo::default()).unwrap()),
            _ => {}
        }
        sync(&[&here, &there]);
        for office in [&here, &there] {
            assert_eq!(office.cell(&member, dormitory).as_deref(), Some(expected), "{way}");
            assert_eq!((office.status().refused, office.status().conflicts), (0, 0), "{way}");
        }
    }
}

#[test]
fn tags_are_given_to_many_at_once_filtered_by_and_taken_back() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let tag = |name: &str, colour: &str| {
        here.app.define_tag(DefineTag { id: None, name: name.into(), colour: colour.into() }).map(|made| made.id)
    };
    let (poor, star) = (tag("贫困生", "orange").unwrap(), tag("校队", "blue").unwrap());
    assert_eq!(tag("校 队", "red").map_err(rule_of), Err("name_taken".into()));
    assert_eq!(tag("甲、乙", "red").map_err(rule_of), Err("tag_name_divider".into()));
    let members = ["张一", "张二", "张三"].map(|name| here.add(&[(Column::Name, name)]));
    let all = Members::Ids { ids: members.to_vec() };
    let give = |add: Vec<String>, remove: Vec<String>, members: Members| {
        here.app.tag_members(TagMembers { members, add, remove, job: None }).unwrap().changed_cells
    };
    assert_eq!(give(vec![poor.clone()], vec![], all.clone()), 3);
    assert_eq!(give(vec![poor.clone()], vec![], all.clone()), 0);
    edit(&here, &members[0], Column::Tags, "校队，贫困生").unwrap();
    assert_eq!(edit(&here, &members[0], Column::Tags, "校长"), Err("tag_unknown".into()));
    edit(&here, &members[2], Column::Tags, "").unwrap();
    sync(&[&here, &there]);
    let has = |value: &str| only(Filter::Is { column: Column::Tags, value: value.into() });
    for office in [&here, &there] {
        assert_eq!(names(office, has("贫困生")), ["张一", "张二"]);
        assert_eq!(names(office, has("校队")), ["张一"]);
        assert_eq!(names(office, only(Filter::IsEmpty { column: Column::Tags })), ["张三"]);
        let any = Filter::AnyOf { column: Column::Tags, values: vec!["".into(), "校队".into()] };
        assert_eq!(names(office, only(any)), ["张一", "张三"]);
        assert_eq!(office.cell(&members[0], Column::Tags).as_deref(), Some("贫困生、校队"));
        let counts: Vec<u32> = office.app.tags(Nothing {}).unwrap().iter().map(|tag| tag.count).collect();
        assert_eq!(counts, [2, 1]);
    }
    // Both give and take the same tags meanwhile: no question.
    assert_eq!(give(vec![star.clone()], vec![poor.clone()], all), 3);
    let two = Members::Ids { ids: members[1..].to_vec() };
    there
        .app
        .tag_members(TagMembers { members: two, add: vec![star.clone()], remove: vec![poor.clone()], job: None })
        .unwrap();
    sync(&[&here, &there]);
    for office in [&here, &there] {
        assert_eq!(names(office, has("校队")), ["张一", "张二", "张三"]);
        assert_eq!(names(office, has("贫困生")), [""; 0]);
        assert_eq!((office.status().refused, office.status().conflicts), (0, 0));
    }
    // Renamed and put in another order, they are so at the other desktop too, and one step takes the order back.
    let tag_names = |office: &Office| -> Vec<String> {
        office.app.tags(Nothing {}).unwrap().into_iter().map(|tag| tag.name).collect()
    };
    let renamed = DefineTag { id: Some(poor.clone()), name: "资助".into(), colour: "orange".into() };
    here.app.define_tag(renamed).unwrap();
    here.app.arrange_tags(ArrangeTags { ids: vec![star.clone(), poor.clone()] }).unwrap();
    sync(&[&here, &there]);
    assert_eq!(
        (tag_names(&here), tag_names(&there)),
        (vec!["校队".into(), "资助".into()], vec!["校队".into(), "资助".into()])
    );
    here.app.undo(Undo::default()).unwrap();
    assert_eq!(tag_names(&here), ["资助", "校队"]);
    here.app.redo(Undo::default()).unwrap();
    assert_eq!(here.app.arrange_tags(ArrangeTags { ids: vec![members[0].clone()] }).unwrap_err().code, Code::NotFound);

    here.app.remove_tag(RemoveTag { id: star, job: None }).unwrap();
    assert_eq!(names(&here, only(Filter::IsFilled { column: Column::Tags })), [""; 0]);
    here.app.undo(Undo::default()).unwrap();
    sync(&[&here, &there]);
    assert_eq!(names(&there, has("校队")).len(), 3);
    assert_eq!(there.status().refused, 0);
}

#[test]
fn a_removed_member_takes_values_and_tags_along_and_undo_brings_them_back() {
    let scene = scene();
    let (here, there) = (scene.office("here"), scene.office("there"));
    let hobby = here.define(DefineField { is_required: true, ..field("爱好", "text") });
    here.app.define_tag(DefineTag { id: None, name: "校队".into(), colour: String::new() }).unwrap();
    let member = here.add(&[(Column::Name, "张一"), (hobby, "下象棋"), (Column::Tags, "校队")]);
    sync(&[&here, &there]);
    let gone = mingce_ipc::bulk::RemoveMembers { members: Members::Ids { ids: vec![member.clone()] }, job: None };
    here.app.remove_members(gone).unwrap();
    sync(&[&here, &there]);
    assert_eq!(there.cell(&member, hobby), None);
    assert_eq!(there.app.tags(Nothing {}).unwrap()[0].count, 0);
    here.app.undo(Undo::default()).unwrap();
    sync(&[&here, &there]);
    assert_eq!(there.cell(&member, hobby).as_deref(), Some("下象棋"));
    assert_eq!(there.cell(&member, Column::Tags).as_deref(), Some("校队"));
    assert_eq!((here.status().refused, there.status().refused), (0, 0));
    let missing = there.app.remove_tag(RemoveTag { id: member, job: None });
    assert_eq!(missing.unwrap_err().code, Code::NotFound);
}

#[test]
fn fields_and_tags_are_columns_of_an_export_and_personal_ones_are_hidden_in_a_masked_one() {
    let scene = scene();
    let here = scene.office("here");
    let bus = here.define(field("乘校车", "yes_no"));
    let allergy = here.define(DefineField { data_class: "sensitive".into(), ..field("过敏", "text") });
    here.app.define_tag(DefineTag { id: None, name: "校队".into(), colour: String::new() }).unwrap();
    here.add(&[(Column::Name, "张一"), (bus, "是"), (allergy, "花生"), (Column::Tags, "校队")]);
    let export = |name: &str, masking: Masking| {
        let path = scene.world.path(name).with_extension("csv");
        let wanted = Export {
            path: path.to_string_lossy().into_owned(),
            query: ViewQuery::default(),
            language: "zh".into(),
            masking: Some(masking),
            job: None,
        };
        here.app.export_members(wanted).expect("the folder can be written");
        std::fs::read_to_string(path).expect("the file is there")
    };
    let full = export("full", Masking::Full);
    let (headings, row) = full.trim_start_matches('\u{feff}').split_once("\r\n").unwrap();
    assert!(headings.contains("标签,乘校车,过敏"), "{headings}");
    assert!(row.contains("校队,是,花生"), "{row}");
    let masked = export("masked", Masking::Masked);
    assert!(masked.contains("校队,是,***") && !masked.contains("花生"));
}
