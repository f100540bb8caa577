//! The tree as administrators change it: led, merged, archived, and moved on two computers that do not hear of each
//! other.

use crate::office::{Office, is_at_rest, wait_until};
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::department::{LeaderRole, LeadersThen, MergeDepartment, SetDepartmentKind, SetLeader};
use mingce_ipc::history::RecordHistory;
use mingce_ipc::roster::{
    AddMember, CellText, Column, CreateDepartment, DepartmentNode, Find, MoveDepartment, PasteBlock, RecordRef,
    RenameDepartment, Undo, ViewQuery,
};
use mingce_ipc::sync::Listed;
use tokio::runtime::Runtime;

fn make(office: &Office, parent: Option<&str>, name: &str) -> String {
    let wanted = CreateDepartment { parent: parent.map(str::to_owned), name: name.to_owned(), kind: None };
    office.app.create_department(wanted).expect("the name is free").id
}

fn by(id: &str) -> RecordRef {
    RecordRef { id: id.to_owned() }
}

fn move_below(office: &Office, id: &str, parent: &str) -> Result<Nothing, mingce_ipc::Failure> {
    office.app.move_department(MoveDepartment { id: id.into(), parent: Some(parent.into()), after: None })
}

fn add_to(office: &Office, name: &str, path: &str) -> String {
    office.add(&[(Column::Name, name), (Column::Department, path)])
}

fn lead(office: &Office, department: &str, member: &str, role: Option<LeaderRole>) {
    let wanted = SetLeader { department: department.into(), member: member.into(), role };
    office.app.set_leader(wanted).expect("both are here");
}

fn merge_of(from: &str, into: Option<&str>) -> MergeDepartment {
    MergeDepartment { from: from.into(), into: into.map(str::to_owned), leaders: LeadersThen::GoOver, job: None }
}

fn nodes(office: &Office) -> Vec<DepartmentNode> {
    office.app.departments(Nothing {}).expect("a roster is open")
}

fn node(office: &Office, id: &str) -> DepartmentNode {
    nodes(office).into_iter().find(|node| node.id == id).expect("the department is here")
}

fn path(office: &Office, id: &str) -> String {
    office.app.department_path(id)
}

fn code<T>(outcome: Result<T, mingce_ipc::Failure>) -> Option<Code> {
    outcome.err().map(|failure| failure.code)
}

fn undo_all(office: &Office, operations: usize) {
    for _ in 0..operations {
        let undone = office.app.undo(Undo::default()).expect("there is something to undo");
        assert_eq!(undone.kept, 0);
    }
}

fn one_office() -> (Runtime, World, Office) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    (runtime, world, here)
}

/// Two offices that know the departments 甲, 乙 and 丙, and then nobody is online.
fn two_offices_that_part() -> (Runtime, World, Office, Office, [String; 3]) {
    let runtime = Runtime::new().unwrap();
    let mut world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let there = Office::open(&runtime, &world, "there");
    let known = ["甲", "乙", "丙"].map(|name| make(&here, None, name));
    wait_until(&runtime, "both know the departments", || nodes(&there).len() == 3 && is_at_rest(&here));
    runtime.block_on(world.stop_service());
    (runtime, world, here, there, known)
}

fn meet_again(runtime: &Runtime, world: &mut World, offices: [&Office; 2]) {
    let address = runtime.block_on(world.start_again());
    for office in offices {
        office.line.lead_to(address);
    }
    wait_until(runtime, "both rest", || offices.iter().all(|office| is_at_rest(office)));
    // What one pushed last has to reach the other.
    wait_until(runtime, "both show the same", || shown(offices[0]) == shown(offices[1]));
}

/// The tree with its counts as people see it.
fn shown(office: &Office) -> Vec<(String, String, u32, u32)> {
    nodes(office).into_iter().map(|node| (path(office, &node.id), node.id, node.own, node.count)).collect()
}

#[test]
fn moves_below_each_other_on_two_computers_end_in_one_tree_and_one_refusal() {
    let (runtime, mut world, here, there, [a, b, c]) = two_offices_that_part();
    move_below(&here, &a, &b).unwrap();
    move_below(&there, &b, &a).unwrap();
    move_below(&there, &c, &b).unwrap();
    meet_again(&runtime, &mut world, [&here, &there]);
    let (first, second) = (here.status().refused, there.status().refused);
    assert_eq!(first + second, 1, "one of the two is asked about its move");
    let refused = if first == 1 { &here } else { &there };
    let refusals = refused.app.refusals(Listed::default()).unwrap().rows;
    assert_eq!(refusals[0].rule.as_deref(), Some("department_cycle"));
    // Nothing is lost: all three are there, and 丙 is where it was put.
    assert_eq!(nodes(&here).len(), 3);
    assert_eq!(node(&here, &c).parent.as_deref(), Some(&*b));
    // Whoever was refused can go on: put it elsewhere, and the question is answered.
    let (moved, target) = if first == 1 { (&a, &c) } else { (&b, &c) };
    let elsewhere = MoveDepartment { id: moved.clone(), parent: None, after: None };
    refused.app.move_department(elsewhere).unwrap();
    wait_until(&runtime, "all is settled", || {
        is_at_rest(&here) && is_at_rest(&there) && here.status().refused + there.status().refused == 0
    });
    wait_until(&runtime, "both show the same", || shown(&here) == shown(&there));
    assert!(node(&there, moved).parent.is_none());
    assert!(nodes(&there).iter().any(|node| node.id == *target));
}

#[test]
fn somebody_added_to_a_department_that_is_merged_elsewhere_is_not_lost() {
    let (runtime, mut world, here, there, [a, b, _]) = two_offices_that_part();
    here.app.merge_department(merge_of(&a, Some(&b))).unwrap();
    let member = add_to(&there, "张三", "甲");
    let address = runtime.block_on(world.start_again());
    here.line.lead_to(address);
    there.line.lead_to(address);
    wait_until(&runtime, "both rest", || is_at_rest(&here) && is_at_rest(&there));
    wait_until(&runtime, "somebody is asked", || here.status().refused + there.status().refused == 1);
    assert_eq!(there.cell(&member, Column::Name).as_deref(), Some("张三"));
    if here.status().refused == 1 {
        // The member was first: the department stays, because it is not empty.
        assert_eq!(here.app.refusals(Listed::default()).unwrap().rows[0].rule.as_deref(), Some("department_not_empty"));
        wait_until(&runtime, "the member is here", || here.cell(&member, Column::Name).is_some());
    } else {
        // The merge was first: the member waits for another department.
        assert_eq!(there.app.refusals(Listed::default()).unwrap().rows[0].rule.as_deref(), Some("reference_missing"));
        there.edit(&member, Column::Department, "乙");
        wait_until(&runtime, "the member is here", || here.cell(&member, Column::Department).as_deref() == Some("乙"));
    }
}

#[test]
fn a_merge_takes_everybody_and_everything_over_and_comes_apart_again() {
    let (runtime, world, here) = one_office();
    let there = Office::open(&runtime, &world, "there");
    let [east, west] = ["东校区", "西校区"].map(|name| make(&here, None, name));
    let [east_one, west_one] = [&east, &west].map(|campus| make(&here, Some(campus), "高一"));
    let class = make(&here, Some(&east_one), "1班");
    let teachers = make(&here, Some(&east), "教务处");
    let head = add_to(&here, "李老师", "东校区/教务处");
    let deputy = add_to(&here, "王老师", "西校区");
    for (name, path) in
        [("张三", "东校区"), ("李四", "东校区/高一"), ("王五", "东校区/高一/1班"), ("赵六", "西校区/高一")]
    {
        add_to(&here, name, path);
    }
    // The head of one leads both of two namesakes, the deputy of the other only that.
    lead(&here, &east_one, &head, Some(LeaderRole::Head));
    lead(&here, &west_one, &head, Some(LeaderRole::Deputy));
    lead(&here, &east, &deputy, Some(LeaderRole::Deputy));
    wait_until(&runtime, "both know all of it", || is_at_rest(&here) && shown(&here) == shown(&there));
    let before = shown(&here);
    let leaders_before: Vec<_> = nodes(&here).into_iter().map(|node| node.leaders).collect();

    let planned = here.app.plan_merge(merge_of(&east, Some(&west))).unwrap();
    assert_eq!((planned.members, planned.places, planned.departments, planned.namesakes), (2, 2, 2, 1));
    assert_eq!(shown(&here), before, "a plan changes nothing");
    let done = here.app.merge_department(merge_of(&east, Some(&west))).unwrap();
    assert_eq!((done.members, done.departments, done.namesakes), (2, 2, 1));

    assert_eq!(path(&here, &class), "西校区/高一/1班");
    assert_eq!(path(&here, &teachers), "西校区/教务处");
    assert!(nodes(&here).iter().all(|node| node.id != east && node.id != east_one));
    let merged = node(&here, &west_one);
    assert_eq!((merged.own, merged.count, merged.leaders.as_slice()), (3, 4, &["李老师".to_owned()][..]));
    let roles = here.app.department_detail(by(&west_one)).unwrap().leaders;
    assert_eq!((roles.len(), roles[0].role), (1, LeaderRole::Head), "of two roles the higher stays");
    assert_eq!(node(&here, &west).leaders, ["王老师"]);
    assert_eq!(node(&here, &west).count, 6, "everybody, and nobody twice");
    wait_until(&runtime, "there as well", || is_at_rest(&here) && shown(&here) == shown(&there));

    undo_all(&here, 1);
    assert_eq!(shown(&here), before);
    assert_eq!(nodes(&here).into_iter().map(|node| node.leaders).collect::<Vec<_>>(), leaders_before);
    wait_until(&runtime, "there as well", || is_at_rest(&here) && shown(&there) == before);
    here.app.redo(Undo::default()).unwrap();
    wait_until(&runtime, "and again", || is_at_rest(&here) && shown(&here) == shown(&there));
    assert_eq!(path(&there, &class), "西校区/高一/1班");
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
}

#[test]
fn a_department_with_people_is_removed_by_choosing_where_they_go() {
    let (runtime, _world, here) = one_office();
    let office = make(&here, None, "教务处");
    let group = make(&here, Some(&office), "教务组");
    let member = add_to(&here, "张三", "教务处");
    lead(&here, &office, &member, Some(LeaderRole::Head));
    assert_eq!(code(here.app.remove_department(by(&office))), Some(Code::DepartmentNotEmpty));
    let nowhere = MergeDepartment { leaders: LeadersThen::End, ..merge_of(&office, None) };
    here.app.merge_department(nowhere).unwrap();
    assert_eq!((path(&here, &group).as_str(), here.cell(&member, Column::Department).as_deref()), ("教务组", Some("")));
    undo_all(&here, 1);
    assert_eq!(here.cell(&member, Column::Department).as_deref(), Some("教务处"));
    assert_eq!(node(&here, &office).leaders, ["张三"]);
    // With a home the leader comes along as a member.
    let home = make(&here, None, "办公室");
    let into = MergeDepartment { leaders: LeadersThen::End, ..merge_of(&office, Some(&home)) };
    here.app.merge_department(into).unwrap();
    assert_eq!((node(&here, &home).own, node(&here, &home).leaders.len()), (1, 0));
    assert_eq!(path(&here, &group), "办公室/教务组");
    wait_until(&runtime, "the service agrees", || is_at_rest(&here));
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
}

#[test]
fn an_archived_department_keeps_its_people_takes_nobody_and_comes_back() {
    let (runtime, _world, here) = one_office();
    let grade = make(&here, None, "高一");
    let class = make(&here, Some(&grade), "1班");
    let other = make(&here, None, "高二");
    make(&here, None, "高三");
    let member = add_to(&here, "张三", "高一/1班");
    here.app.archive_department(by(&grade)).unwrap();
    let hidden = |id: &str| (node(&here, id).is_archived, node(&here, id).is_hidden);
    assert_eq!((hidden(&grade), hidden(&class), hidden(&other)), ((true, true), (false, true), (false, false)));
    let found = here.app.find_members(Find { text: "张三".into(), limit: 5 }).unwrap();
    assert_eq!(found.len(), 1, "whoever is in it is still found");
    assert_eq!(code(move_below(&here, &other, &class)), Some(Code::DepartmentArchived));
    let below = CreateDepartment { parent: Some(class.clone()), name: "小组".into(), kind: None };
    assert_eq!(code(here.app.create_department(below)), Some(Code::DepartmentArchived));
    assert_eq!(code(here.app.plan_merge(merge_of(&other, Some(&class)))), Some(Code::DepartmentArchived));
    let same = CreateDepartment { parent: None, name: "高一".into(), kind: None };
    assert_eq!(code(here.app.create_department(same)), Some(Code::DepartmentExistsArchived));
    let cells = [(Column::Name, "李四"), (Column::Department, "高一/1班")];
    let cells = cells.map(|(column, text)| CellText { column, text: text.into() }).to_vec();
    let refused = here.app.add_member(AddMember { cells }).unwrap_err();
    assert_eq!(refused.params.get("rule").map(String::as_str), Some("department_archived"));
    let paste = |start: u32| {
        let view = here.app.open_view(ViewQuery::default()).unwrap().view;
        let (columns, rows) = (vec![Column::Note], vec![vec!["贴的".to_owned()]]);
        let department = Some(class.clone());
        here.app.paste_block(PasteBlock { view, start, end: start + 1, columns, rows, department, job: None })
    };
    assert_eq!(code(paste(1)), Some(Code::DepartmentArchived), "somebody would be added");
    assert_eq!(paste(0).unwrap().changed_cells, 1);
    undo_all(&here, 1);
    // Out, and by undo in again; the service takes both.
    here.edit(&member, Column::Department, "高二");
    undo_all(&here, 1);
    assert_eq!(here.cell(&member, Column::Department).as_deref(), Some("高一/1班"));
    // So in two steps, which everybody knows of meanwhile.
    here.edit(&member, Column::Department, "高二");
    here.edit(&member, Column::Department, "高三");
    wait_until(&runtime, "the service agrees", || is_at_rest(&here));
    undo_all(&here, 2);
    wait_until(&runtime, "the service agrees", || is_at_rest(&here));
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
    // A merge of what is archived and its undo.
    here.app.merge_department(merge_of(&grade, Some(&other))).unwrap();
    assert_eq!(here.cell(&member, Column::Department).as_deref(), Some("高二/1班"));
    undo_all(&here, 1);
    wait_until(&runtime, "the service agrees", || is_at_rest(&here));
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
    // The class alone would stay hidden: the grade comes back with it.
    here.app.restore_department(by(&class)).unwrap();
    assert_eq!((hidden(&grade), hidden(&class)), ((false, false), (false, false)));
    undo_all(&here, 2);
    assert_eq!((hidden(&grade), hidden(&class)), ((false, false), (false, false)));
}

#[test]
fn siblings_are_put_in_order_with_few_edits() {
    let (_runtime, _world, here) = one_office();
    let [one, two, ten] = ["1班", "2班", "10班"].map(|name| make(&here, None, name));
    let order = || nodes(&here).into_iter().map(|node| node.name).collect::<Vec<_>>();
    assert_eq!(order(), ["1班", "2班", "10班"]);
    let behind = |id: &str, after: Option<&str>| {
        let wanted = MoveDepartment { id: id.into(), parent: None, after: after.map(str::to_owned) };
        here.app.move_department(wanted).unwrap();
    };
    behind(&ten, None);
    assert_eq!(order(), ["10班", "1班", "2班"]);
    behind(&two, Some(&ten));
    assert_eq!(order(), ["10班", "2班", "1班"]);
    behind(&one, None);
    assert_eq!(order(), ["1班", "10班", "2班"]);
    let asked = RecordHistory { kind: "department".into(), id: two.clone(), before: None, limit: 50 };
    let history = here.app.record_history(asked).unwrap();
    assert_eq!(history.lines.len(), 3, "made, put in order with the others, moved: the last move left it alone");
    undo_all(&here, 3);
    assert_eq!(order(), ["1班", "2班", "10班"]);
}

#[test]
fn siblings_put_in_order_on_two_computers_apart_are_no_question() {
    let (runtime, mut world, here, there, [a, _, c]) = two_offices_that_part();
    let behind = |office: &Office, id: &str, after: Option<&str>| {
        let wanted = MoveDepartment { id: id.into(), parent: None, after: after.map(str::to_owned) };
        office.app.move_department(wanted).unwrap();
    };
    // By pinyin they stand as 丙, 甲, 乙.
    behind(&here, &c, Some(&a));
    behind(&there, &a, None);
    meet_again(&runtime, &mut world, [&here, &there]);
    for office in [&here, &there] {
        assert_eq!((office.status().refused, office.status().conflicts), (0, 0));
    }
    let order = |office: &Office| nodes(office).into_iter().map(|node| node.name).collect::<Vec<_>>();
    wait_until(&runtime, "both have the same order", || order(&here) == order(&there));
}

#[test]
fn whatever_is_done_to_the_tree_undo_brings_the_first_one_back() {
    let (runtime, _world, here) = one_office();
    let mut known = Vec::new();
    for name in ["小学部", "初中部"] {
        let stage = make(&here, None, name);
        for grade in ["一年级", "二年级"] {
            let grade = make(&here, Some(&stage), grade);
            known.extend(["1班", "2班"].map(|class| make(&here, Some(&grade), class)));
            known.push(grade);
        }
        known.push(stage);
    }
    let people: Vec<String> = known
        .iter()
        .map(|id| path(&here, id))
        .enumerate()
        .map(|(at, path)| add_to(&here, &format!("成员{at}"), &path))
        .collect();
    let state = || {
        let homes: Vec<_> = people.iter().map(|member| here.cell(member, Column::Department)).collect();
        (nodes(&here), homes)
    };
    let first = state();
    // A fixed run of what looks like chance; acts that the rules refuse change nothing.
    let mut seed = 20_261_122_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let mut done = [0; 7];
    for _ in 0..120 {
        let (one, other) = (known[next(known.len())].clone(), known[next(known.len())].clone());
        let member = people[next(people.len())].clone();
        let role = [Some(LeaderRole::Head), Some(LeaderRole::Deputy), None][next(3)];
        let act = next(7);
        let before = here.app.undo_state(Nothing {}).unwrap();
        let outcome = match act {
            0 => move_below(&here, &one, &other).map(drop),
            1 => here.app.merge_department(merge_of(&one, Some(&other))).map(drop),
            2 => here.app.archive_department(by(&one)).map(drop),
            3 => here.app.restore_department(by(&one)).map(drop),
            4 => here.app.set_leader(SetLeader { department: one, member, role }).map(drop),
            5 => here.app.merge_department(merge_of(&one, None)).map(drop).and_then(|()| {
                // Enough of these and nothing is left to work on.
                here.app.undo(Undo::default()).map(drop)
            }),
            _ => here.app.rename_department(RenameDepartment { id: one, name: format!("{}班", next(9)) }).map(drop),
        };
        done[act] += usize::from(outcome.is_ok());
        assert_eq!(before.undo.is_some(), here.app.undo_state(Nothing {}).unwrap().undo.is_some());
    }
    assert!(done.iter().all(|count| *count > 0), "{done:?}");
    assert_ne!(state(), first);
    let last = state();
    wait_until(&runtime, "the service knows it", || is_at_rest(&here));
    let mut undone = 0;
    while state() != first {
        let step = here.app.undo(Undo::default()).expect("there is more to undo");
        assert_eq!(step.kept, 0);
        undone += 1;
    }
    for _ in 0..undone {
        here.app.redo(Undo::default()).unwrap();
    }
    assert_eq!(state(), last);
    wait_until(&runtime, "the service agrees", || is_at_rest(&here));
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
}

#[test]
fn kinds_fit_the_organisation_and_names_keep_the_limits() {
    let (_runtime, _world, here) = one_office();
    let class = make(&here, None, "3班");
    let detail = here.app.department_detail(by(&class)).unwrap();
    assert!(detail.kinds.contains(&detail.kind), "{} of {:?}", detail.kind, detail.kinds);
    let kind = |kind: &str| here.app.set_department_kind(SetDepartmentKind { id: class.clone(), kind: kind.into() });
    assert_eq!(code(kind("group")), None);
    assert_eq!(code(kind("castle")), Some(Code::Invalid));
    assert_eq!(node(&here, &class).kind, "group");
    let rename = |name: &str| here.app.rename_department(RenameDepartment { id: class.clone(), name: name.into() });
    assert_eq!(code(rename(&"𠮷".repeat(64))), None, "characters are counted, not bytes");
    assert_eq!(code(rename(&"长".repeat(65))), Some(Code::Invalid));
    assert_eq!(code(rename("高一/3班")), Some(Code::Invalid));
    let mut parent = class.clone();
    for level in 2..=12 {
        parent = make(&here, Some(&parent), &format!("第{level}层"));
    }
    let deeper = CreateDepartment { parent: Some(parent), name: "第13层".into(), kind: None };
    assert_eq!(code(here.app.create_department(deeper)), Some(Code::DepartmentTooDeep));
}

#[test]
fn who_leads_a_department_stays_in_it_afterwards_only_with_a_place_there() {
    let (runtime, _world, here) = one_office();
    let class = make(&here, None, "3班");
    let office = make(&here, None, "语文组");
    let pupil = add_to(&here, "张三", "3班");
    let teacher = add_to(&here, "李老师", "语文组");
    lead(&here, &class, &teacher, Some(LeaderRole::Head));
    lead(&here, &class, &pupil, Some(LeaderRole::Deputy));
    assert_eq!((node(&here, &class).own, node(&here, &class).leaders.len()), (2, 2));
    lead(&here, &class, &pupil, None);
    assert_eq!((node(&here, &class).own, node(&here, &class).leaders.as_slice()), (2, &["李老师".to_owned()][..]));
    assert_eq!(node(&here, &office).own, 1);
    undo_all(&here, 2);
    assert_eq!((node(&here, &class).own, node(&here, &class).leaders.as_slice()), (2, &["李老师".to_owned()][..]));
    wait_until(&runtime, "the service agrees", || is_at_rest(&here));
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
}
