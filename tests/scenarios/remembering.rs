//! What happened to one person or department, whichever records it is kept in, and how it is brought back.

use crate::defining::field;
use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::DefineTag;
use mingce_ipc::department::{LeaderRole, SetLeader};
use mingce_ipc::history::{
    HistoryLine, OpenPast, OperationsAsked, PastPage, PastPageRequest, RecordHistory, RecordPast, RestoreFields,
    RestoreRecord, Restored,
};
use mingce_ipc::person::{AffiliationRef, EditAffiliation};
use mingce_ipc::roster::{
    CellText, Column, CreateDepartment, EditGuardian, GuardianRef, MemberDetail, Members, MoveDepartment, RecordRef,
    RenameDepartment, Undo,
};
use tokio::runtime::Runtime;

fn scene() -> (Runtime, World) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    (runtime, world)
}

fn make(office: &Office, name: &str) -> String {
    let wanted = CreateDepartment { parent: None, name: name.into(), kind: None };
    office.app.create_department(wanted).expect("the name is free").id
}

fn tag(office: &Office, name: &str) {
    office.app.define_tag(DefineTag { id: None, name: name.into(), colour: String::new() }).expect("the name is free");
}

fn detail(office: &Office, member: &str) -> MemberDetail {
    office.app.member_detail(RecordRef { id: member.into() }).expect("the member is there")
}

fn past(office: &Office, kind: &str, id: &str, before: Option<u64>, limit: u32) -> RecordPast {
    let asked = RecordHistory { kind: kind.into(), id: id.into(), before, limit };
    office.app.record_history(asked).expect("a roster is open")
}

/// What the lines say: kind, verb and the changes of each.
fn told(lines: &[HistoryLine]) -> Vec<String> {
    let change = |change: &mingce_ipc::roster::FieldChange| {
        let field = change.field.split(':').next().unwrap_or_default();
        format!(" {field}={}→{}", change.from, change.to)
    };
    let line = |line: &HistoryLine| {
        format!("{} {}{}", line.kind, line.verb, line.changes.iter().map(change).collect::<String>())
    };
    lines.iter().map(line).collect()
}

fn bring_field(office: &Office, line: &HistoryLine, field: &str) -> Restored {
    let (kind, id) = (line.kind.clone(), line.record.clone());
    let wanted = RestoreFields { kind, id, fields: vec![field.into()], before: line.moment };
    office.app.restore_fields(wanted).expect("it is there")
}

fn bring_record(office: &Office, line: &HistoryLine) -> Restored {
    let (kind, id) = (line.kind.clone(), line.record.clone());
    let wanted = RestoreRecord { kind, id, before: Some(line.moment), past: None };
    office.app.restore_record(wanted).expect("it was there")
}

#[test]
fn everything_of_a_person_is_in_their_history_and_comes_back_from_there() {
    let (runtime, world) = scene();
    let here = Office::open(&runtime, &world, "here");
    let choir = make(&here, "合唱团");
    let member = here.add(&[(Column::Name, "张一")]);
    let dormitory = field("宿舍", "text");
    here.app.define_field(dormitory).expect("the definition is sound");
    tag(&here, "校队");
    let dormitory = here.app.custom_fields(Nothing {}).expect("a roster is open")[0].column;
    here.edit(&member, dormitory, "三号楼");
    here.edit(&member, Column::Tags, "校队");
    let cell = |column, text: &str| CellText { column, text: text.into() };
    let guardian = |guardian: Option<String>, cells, may_confirm| {
        let wanted = EditGuardian { member: member.clone(), guardian, cells, may_confirm };
        here.app.edit_guardian(wanted).expect("it is sound");
        detail(&here, &member).guardians[0].id.clone()
    };
    let mother = guardian(None, vec![cell(Column::GuardianName, "张母")], None);
    guardian(Some(mother.clone()), vec![cell(Column::GuardianPhone, "13800138000")], None);
    guardian(Some(mother.clone()), vec![cell(Column::GuardianRelation, "母亲")], Some(false));
    let place = EditAffiliation {
        member: member.clone(),
        affiliation: None,
        department: Some(choir),
        title: Some("领唱".into()),
        identity: None,
    };
    here.app.edit_affiliation(place).expect("it is sound");

    let whole = past(&here, "member", &member, None, 100);
    assert_eq!((whole.title.as_str(), whole.is_there, whole.has_more), ("张一", true, false));
    let expected = [
        "affiliation create department=→合唱团 title=→领唱",
        "guardianship edit relation=→mother may_confirm=→0",
        "guardian edit phone=→138****8000",
        "guardianship create guardian=→张母",
        "guardian create name=→张母",
        "tagging create tags=→校队",
        "custom_value create custom=→三号楼",
        "member create",
    ];
    let mut lines = told(&whole.lines);
    // A guardian and the guardianship are one operation, in no particular order.
    lines[3..5].sort_by_key(|line| line.starts_with("guardian create"));
    assert_eq!(lines, expected);
    assert_eq!(detail(&here, &member).history, whole.lines, "the panel tells the same");

    // In pages as well: nothing twice, nothing left out.
    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let page = past(&here, "member", &member, before, 3);
        before = page.lines.last().map(|line| line.moment);
        paged.extend(page.lines);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(paged, whole.lines);

    // Gone, and still there to be read.
    let detail_now = detail(&here, &member);
    let place = detail_now.affiliations[0].id.clone();
    here.app.remove_affiliation(AffiliationRef { member: member.clone(), affiliation: place }).expect("it is there");
    here.app.remove_guardian(GuardianRef { member: member.clone(), guardian: mother }).expect("it is there");
    here.edit(&member, Column::Tags, "");
    here.edit(&member, dormitory, "五号楼");
    let newest = past(&here, "member", &member, None, 100).lines;
    assert_eq!(newest.len(), whole.lines.len() + 5);
    let find = |kind: &str, verb: &str| newest.iter().find(|line| line.kind == kind && line.verb == verb).unwrap();

    assert_eq!(
        bring_field(&here, find("custom_value", "edit"), &find("custom_value", "edit").changes[0].field).changed,
        1
    );
    assert_eq!(here.cell(&member, dormitory).as_deref(), Some("三号楼"));
    assert_eq!(bring_record(&here, find("tagging", "remove")).changed, 1);
    assert_eq!(here.cell(&member, Column::Tags).as_deref(), Some("校队"));
    assert_eq!(bring_record(&here, find("affiliation", "remove")).changed, 1);
    assert_eq!(bring_record(&here, find("guardianship", "remove")).changed, 2, "the guardian comes along");
    let back = detail(&here, &member);
    assert_eq!((&back.guardians, &back.affiliations), (&detail_now.guardians, &detail_now.affiliations));
    // To before it was first filled in.
    let line = find("custom_value", "create");
    assert_eq!(bring_field(&here, line, &line.changes[0].field).changed, 1);
    assert_eq!(here.cell(&member, dormitory).as_deref(), Some(""));
    here.app.undo(Undo::default()).expect("there is something to undo");
    assert_eq!(here.cell(&member, dormitory).as_deref(), Some("三号楼"));

    // Somebody who has left is told of as they were.
    let members = Members::Ids { ids: vec![member.clone()] };
    here.app.remove_members(mingce_ipc::bulk::RemoveMembers { members, job: None }).expect("the member is there");
    let gone = past(&here, "member", &member, None, 100);
    assert_eq!((gone.title.as_str(), gone.is_there), ("张一", false));
    assert!(told(&gone.lines).iter().any(|line| line == "guardian edit phone=→138****8000"));
}

#[test]
fn who_led_a_department_is_in_its_history_and_in_theirs_with_the_other_computer() {
    let (runtime, world) = scene();
    let [here, there] = ["here", "there"].map(|name| Office::quiet(&runtime, &world, name));
    let (class, other) = (make(&here, "1班"), make(&here, "2班"));
    let [one, two] = ["张一", "李二"].map(|name| here.add(&[(Column::Name, name), (Column::Department, "2班")]));
    let sync = || [&here, &there, &here].map(|office| office.app.sync_now(Nothing {}).expect("the service is there"));
    sync();
    let lead = |office: &Office, department: &str, member: &str, role| {
        let wanted = SetLeader { department: department.into(), member: member.into(), role };
        office.app.set_leader(wanted).expect("both are there");
    };
    lead(&here, &class, &one, Some(LeaderRole::Head));
    lead(&here, &class, &two, Some(LeaderRole::Deputy));
    lead(&here, &class, &one, None);
    // A place without a role is nobody's leading, and in the main department a role is all that there is to keep.
    lead(&here, &other, &two, Some(LeaderRole::Head));
    lead(&here, &other, &two, None);
    sync();
    lead(&there, &class, &two, Some(LeaderRole::Head));
    sync();
    let of_class = past(&here, "department", &class, None, 100);
    assert_eq!((of_class.title.as_str(), of_class.is_there), ("1班", true));
    let expected = [
        "affiliation edit role=deputy→head",
        "affiliation edit role=head→",
        "affiliation create department=→1班 role=→deputy",
        "affiliation create department=→1班 role=→head",
        "department create",
    ];
    assert_eq!(told(&of_class.lines), expected);
    let whose: Vec<&str> = of_class.lines.iter().map(|line| line.title.as_str()).collect();
    assert_eq!(whose, ["李二", "张一", "李二", "张一", "1班"]);
    assert!(of_class.lines[0].device.is_some() && of_class.lines[1].device.is_none());
    let of_other = told(&past(&here, "department", &other, None, 100).lines);
    assert_eq!(of_other.iter().filter(|line| line.starts_with("affiliation")).count(), 2, "{of_other:?}");
    let of_two = detail(&here, &two).history;
    assert_eq!(of_two.iter().filter(|line| line.kind == "affiliation").count(), 4);
    assert!(of_two[0].device.is_some(), "the panel knows the computer");
    // Back from the department's page.
    assert_eq!(bring_field(&here, &of_class.lines[1], "role").changed, 1);
    let leaders = here.app.department_detail(RecordRef { id: class }).expect("it is there").leaders;
    assert!(leaders.iter().any(|leader| leader.member == one && leader.role == LeaderRole::Head));
}

#[test]
fn the_roster_as_it_stood_counts_further_places_and_brings_back_people_and_departments() {
    let (runtime, world) = scene();
    let here = Office::open(&runtime, &world, "here");
    let (class, choir) = (make(&here, "1班"), make(&here, "合唱团"));
    let member = here.add(&[(Column::Name, "张一"), (Column::Department, "1班"), (Column::BirthDate, "2014-05-06")]);
    let other = here.add(&[(Column::Name, "李二"), (Column::Department, "1班")]);
    ["校队", "少先队"].into_iter().for_each(|name| tag(&here, name));
    here.edit(&member, Column::Tags, "校队");
    here.edit(&member, Column::GuardianName, "张母");
    let place = EditAffiliation {
        member: member.clone(),
        affiliation: None,
        department: Some(choir.clone()),
        title: None,
        identity: None,
    };
    here.app.edit_affiliation(place).expect("it is sound");
    let tree = || here.app.departments(Nothing {}).expect("a roster is open");
    let counts = |id: &str| tree().into_iter().find(|node| node.id == id).map(|node| node.count);
    let live = (counts(&class), counts(&choir));
    assert_eq!(live, (Some(2), Some(1)));
    let asked = OperationsAsked { before: None, until: None, limit: 1 };
    let then = here.app.operations(asked).expect("a roster is open").operations[0].moment;
    let before = detail(&here, &member);

    here.edit(&member, Column::Name, "张一一");
    here.edit(&member, Column::BirthDate, "");
    here.edit(&member, Column::Tags, "少先队");
    let guardian = before.guardians[0].id.clone();
    here.app.remove_guardian(GuardianRef { member: member.clone(), guardian }).expect("it is there");
    let affiliation = before.affiliations[0].id.clone();
    here.app.remove_affiliation(AffiliationRef { member: member.clone(), affiliation }).expect("it is there");
    here.app.remove_department(RecordRef { id: choir.clone() }).expect("it is empty");
    here.app.rename_department(RenameDepartment { id: class.clone(), name: "一班".into() }).expect("the name is free");

    let info = here.app.open_past(OpenPast { at: None, moment: Some(then), job: None }).expect("the moment is there");
    let count = |id: &str| info.departments.iter().find(|one| one.id == id).map(|one| one.count);
    assert_eq!((count(&class), count(&choir)), live, "as the roster itself counted");
    let page = |department: Option<&str>| {
        let asked = PastPageRequest {
            past: info.past.clone(),
            department: department.map(str::to_owned),
            text: None,
            start: 0,
            count: 10,
            columns: vec![Column::Name, Column::BirthDate, Column::Tags],
        };
        here.app.past_page(asked).expect("the past is open")
    };
    let in_choir = page(Some(&choir));
    assert_eq!((in_choir.total, in_choir.rows[0].cells.join(",").as_str()), (1, "张一,2014-05-06,校队"));
    assert_eq!(in_choir.people[0].places, ["合唱团"]);
    assert_eq!(in_choir.people[0].guardians[0].name, "张母");
    assert_eq!(
        (&in_choir.gone_departments, &in_choir.changed_departments),
        (&vec![choir.clone()], &vec![class.clone()])
    );
    let states = |page: &PastPage| page.people.iter().map(|one| (one.is_there, one.is_changed)).collect::<Vec<_>>();
    assert_eq!(states(&page(None)), [(true, true), (true, false)]);

    let back = |kind: &str, id: &str| {
        let wanted = RestoreRecord { kind: kind.into(), id: id.into(), before: None, past: Some(info.past.clone()) };
        here.app.restore_record(wanted).expect("nothing stands in the way")
    };
    for department in [&choir, &class] {
        assert!(back("department", department).left_out.is_empty());
    }
    let changed = page(None);
    assert!(changed.gone_departments.is_empty() && changed.changed_departments.is_empty());
    let cells = vec![CellText { column: Column::GuardianName, text: "张父".into() }];
    let later = EditGuardian { member: member.clone(), guardian: None, cells, may_confirm: None };
    here.app.edit_guardian(later).expect("it is sound");
    let short = detail(&here, &member);
    assert!(back("member", &member).left_out.is_empty());
    let after = detail(&here, &member);
    assert_eq!((&after.row.cells[1], &after.affiliations), (&before.row.cells[1], &before.affiliations));
    assert_eq!(here.cell(&member, Column::BirthDate).as_deref(), Some("2014-05-06"));
    assert_eq!(here.cell(&member, Column::Tags).as_deref(), Some("校队"));
    let mut names: Vec<&str> = after.guardians.iter().map(|guardian| guardian.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["张母", "张父"], "a guardian who came since stays");
    assert_eq!(states(&page(None)), [(true, false), (true, false)]);
    // One operation.
    here.app.undo(Undo::default()).expect("there is something to undo");
    let undone = detail(&here, &member);
    assert_eq!((undone.guardians, undone.affiliations), (short.guardians, short.affiliations));
    assert_eq!(here.cell(&member, Column::Name).as_deref(), Some("张一一"));

    let gone = Members::Ids { ids: vec![other.clone()] };
    here.app.remove_members(mingce_ipc::bulk::RemoveMembers { members: gone, job: None }).expect("the member is there");
    assert_eq!(states(&page(None)), [(true, true), (false, false)]);
    assert_eq!(back("member", &other).changed, 1);
}

#[test]
fn a_department_never_comes_back_below_itself() {
    let (runtime, world) = scene();
    let here = Office::open(&runtime, &world, "here");
    let (upper, lower) = (make(&here, "高一"), make(&here, "1班"));
    let put = |id: &str, parent: Option<&str>| {
        let wanted = MoveDepartment { id: id.into(), parent: parent.map(str::to_owned), after: None };
        here.app.move_department(wanted).expect("it can be there");
    };
    put(&lower, Some(&upper));
    let asked = OperationsAsked { before: None, until: None, limit: 1 };
    let then = here.app.operations(asked).expect("a roster is open").operations[0].moment;
    put(&lower, None);
    put(&upper, Some(&lower));
    let past = here.app.open_past(OpenPast { at: None, moment: Some(then), job: None }).expect("it is there").past;
    let back = |id: &str| {
        let wanted = RestoreRecord { kind: "department".into(), id: id.into(), before: None, past: Some(past.clone()) };
        here.app.restore_record(wanted)
    };
    assert_eq!(back(&lower).unwrap_err().code, Code::DepartmentCycle);
    back(&upper).expect("it stood at the top");
    back(&lower).expect("now there is room below");
}
