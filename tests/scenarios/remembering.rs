//! What happened to one person or department, whichever records it is kept in, and how it is brought back.

use crate::office::Office;
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{DefineField, DefineTag};
use mingce_ipc::department::{LeaderRole, SetLeader};
use mingce_ipc::history::{HistoryLine, RecordHistory, RecordPast, RestoreFields, RestoreRecord, Restored};
use mingce_ipc::person::{AffiliationRef, EditAffiliation};
use mingce_ipc::roster::{
    CellText, Column, CreateDepartment, EditGuardian, GuardianRef, MemberDetail, Members, RecordRef, Undo,
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
    let field = DefineField {
        id: None,
        name: "宿舍".into(),
        form: "text".into(),
        choices: Vec::new(),
        is_required: false,
        is_unique: false,
        data_class: "ordinary".into(),
    };
    here.app.define_field(field).expect("the definition is sound");
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
