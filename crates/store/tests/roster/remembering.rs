//! The past: every state that ever was can be read again, and brought back.

use crate::service::*;
use crate::support::*;
use mingce_model::tree::TreeProblem;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::{AuditAct, DepartmentNode, Label, LeftOut, Looked, MemberRow, Moment, Query, StoreError};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

fn newest(desk: &Desk) -> Moment {
    desk.store.operations(None, 1).unwrap().first().map_or(Moment(0), |operation| operation.moment)
}

fn guardian_of(person: &Record, name: &str) -> [Record; 2] {
    let guardian = Record::empty(Kind::Guardian, id()).with(Field::GuardianName, name);
    let link = Record::empty(Kind::Guardianship, id())
        .with(Field::GuardianshipMember, person.id)
        .with(Field::GuardianshipGuardian, guardian.id)
        .with(Field::GuardianshipRelation, "mother");
    [guardian, link]
}

fn further_place(person: &Record, department: &Record) -> Record {
    Record::empty(Kind::Affiliation, id())
        .with(Field::AffiliationMember, person.id)
        .with(Field::AffiliationDepartment, department.id)
}

/// What can happen to a roster of a few departments, members and guardianships.
#[derive(Clone, Debug)]
enum Act {
    /// Makes the record, changes it or removes it, whichever the number says and is possible.
    Here(usize, u8),
    Several(Vec<(usize, u8)>),
    /// The same elsewhere.
    There(usize, u8),
    Undo,
    Redo,
    Push(usize),
    LoseAnswer,
    Pull,
    DropRefusal,
    RetryRefusal,
    Restart,
}

fn any_act() -> impl Strategy<Value = Act> {
    let (who, what) = (0usize..11, 0u8..8);
    prop_oneof![
        6 => (who.clone(), what.clone()).prop_map(|(who, what)| Act::Here(who, what)),
        2 => prop::collection::vec((who.clone(), what.clone()), 2..4).prop_map(Act::Several),
        4 => (who, what).prop_map(|(who, what)| Act::There(who, what)),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
        2 => (1usize..4).prop_map(Act::Push),
        1 => Just(Act::LoseAnswer),
        2 => Just(Act::Pull),
        1 => Just(Act::DropRefusal),
        1 => Just(Act::RetryRefusal),
        1 => Just(Act::Restart),
    ]
}

/// The record after the act: `None` when it is removed.
fn changed(now: Option<Record>, first: &Record, others: &[Record], what: u8) -> Option<Record> {
    let now = match now {
        None => return Some(first.clone()),
        Some(_) if what == 0 => return None,
        Some(now) => now,
    };
    let text = |what: u8| Value::from(format!("值{what}"));
    Some(match (now.kind, what) {
        (Kind::Department, 1 | 2) => now.with(Field::DepartmentParent, others[usize::from(what) - 1].id),
        (Kind::Department, _) => now.with(Field::DepartmentName, text(what)),
        (Kind::Member, 1 | 2) => now.with(Field::MemberDepartment, others[usize::from(what)].id),
        (Kind::Member, 3 | 4) => now.with(Field::MemberName, text(what)),
        (Kind::Member, 5) => now.with(Field::MemberTitle, Value::Null),
        (Kind::Member, _) => now.with(Field::MemberTitle, text(what)),
        (Kind::Guardianship, 1..=3) => now.with(Field::GuardianshipMember, others[usize::from(what) + 2].id),
        (Kind::Guardianship, _) => now.with(Field::GuardianshipRelation, if what > 5 { "father" } else { "other" }),
        (Kind::Affiliation, 1..=4) => now.with(Field::AffiliationDepartment, others[usize::from(what) % 3].id),
        (Kind::Affiliation, _) => now.with(Field::AffiliationRole, if what > 5 { "head" } else { "deputy" }),
        _ => now.with(Field::GuardianName, text(what)),
    })
}

fn edits(desk: &Desk, people: &[Record], acts: &[(usize, u8)]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (who, what) in acts {
        let first = &people[*who];
        if edits.iter().any(|edit| edit.id == first.id) {
            continue;
        }
        let now = desk.get(first);
        edits.extend(match (&now, changed(now.clone(), first, people, *what)) {
            (None, Some(after)) => Some(Edit::create(&after)),
            (Some(now), Some(after)) => Edit::between(now, &after),
            (Some(now), None) => Some(Edit::remove(now)),
            (None, None) => None,
        });
    }
    edits
}

fn run(act: &Act, desk: &mut Desk, service: &mut Service, people: &[Record]) {
    match act {
        Act::Here(who, what) => {
            desk.store.write(&operation(Label::Edit), edits(desk, people, &[(*who, *what)])).unwrap();
        }
        Act::Several(acts) => {
            desk.store.write(&operation(Label::Paste), edits(desk, people, acts)).unwrap();
        }
        Act::There(who, what) => {
            let first = &people[*who];
            let now = service.get(first).map(|values| Record { values, ..first.clone() });
            match changed(now.clone(), first, people, *what) {
                Some(after) => service.put(&after),
                None if now.is_some() => service.remove(first),
                None => {}
            }
        }
        Act::Undo => drop(desk.store.undo(&request())),
        Act::Redo => drop(desk.store.redo(&request())),
        Act::Push(limit) => drop(desk.push(service, *limit)),
        Act::LoseAnswer => drop(desk.push_without_answer(service, 2)),
        Act::Pull => desk.pull(service, 2),
        Act::DropRefusal | Act::RetryRefusal => {
            if let Some(open) = desk.store.refusals(1).unwrap().first() {
                match act {
                    Act::DropRefusal => desk.store.drop_refusal(open.number, &request()).unwrap(),
                    _ => desk.store.retry_refusal(open.number, &request()).unwrap(),
                };
            }
        }
        Act::Restart => *desk = std::mem::replace(desk, Desk::new()).reopened(),
    }
}

/// A department as the tree counts it, and who is found in it.
type Counted = (RecordId, Option<RecordId>, u32, u32, Vec<RecordId>);

fn ids(rows: Vec<MemberRow>) -> Vec<RecordId> {
    let mut ids: Vec<RecordId> = rows.into_iter().map(|row| row.member.id).collect();
    ids.sort();
    ids
}

/// The tree as the roster shows it now.
fn tree_now(desk: &Desk) -> Vec<Counted> {
    let tree = desk.store.departments().unwrap();
    let members_of = |id| {
        let query = Query { department: Some(id), now_ms: NOW, ..Query::default() };
        let view = desk.store.find_members(&query).unwrap();
        ids(desk.store.page(&view, 0, view.len()).unwrap().into_iter().flatten().collect())
    };
    let counted = |node: &DepartmentNode| (node.id, node.parent, node.direct, node.count, members_of(node.id));
    tree.nodes().iter().map(counted).collect()
}

/// The same of a moment.
fn tree_then(desk: &Desk, moment: Moment) -> Vec<Counted> {
    let mut past = desk.store.open_past(moment, &mut |_| ControlFlow::Continue(())).unwrap();
    let nodes = past.departments().nodes().to_vec();
    let counted = |node: DepartmentNode| {
        let places = desk.store.find_in_past(&mut past, Some(node.id), None).unwrap();
        let members = ids(desk.store.past_page(&mut past, &places).unwrap());
        (node.id, node.parent, node.direct, node.count, members)
    };
    nodes.into_iter().map(counted).collect()
}

/// All that `open_past` shows of a state.
fn shown(desk: &Desk, moment: Moment) -> (Vec<Record>, Vec<(String, u32)>, Vec<usize>) {
    let mut past = desk.store.open_past(moment, &mut |_| ControlFlow::Continue(())).unwrap();
    let places: Vec<u32> = (0..past.len() as u32).collect();
    let rows = desk.store.past_page(&mut past, &places).unwrap();
    let tree = past.departments().nodes().iter().map(|node| (node.name.to_string(), node.direct)).collect();
    let mut members: Vec<(Record, usize)> =
        rows.into_iter().map(|row| (Record { ver: 0, ..row.member }, row.guardians.len())).collect();
    members.sort_by_key(|(member, _)| member.id);
    let (members, guardians) = members.into_iter().unzip();
    (members, tree, guardians)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_state_that_was_can_be_read_again(acts in prop::collection::vec(any_act(), 1..24)) {
        let mut desk = Desk::new();
        let mut service = Service::new();
        service.refuses = vec!["值7".into()];
        let (top, class) = (department("高一", None), department("1班", None));
        let other = department("2班", None);
        let people = ["甲", "乙", "丙"].map(|name| member(name).with(Field::MemberDepartment, class.id));
        let [guardian, link] = guardian_of(&people[0], "母亲");
        let [a, b, c] = people;
        let [here, there] = [(&a, &other), (&b, &class)].map(|(person, department)| further_place(person, department));
        let all = [top, class, other, a, b, c, guardian, link.clone(), Record { id: id(), ..link }, here, there];
        desk.write(Label::Import, all[..5].iter().chain(&all[9..10]).map(Edit::create));
        desk.sync(&mut service);
        let mut states = vec![(newest(&desk), everything(&desk.store), tree_now(&desk))];
        for act in &acts {
            run(act, &mut desk, &mut service, &all);
            states.push((newest(&desk), everything(&desk.store), tree_now(&desk)));
        }
        for (moment, state, counted) in &states {
            for record in all.iter().chain(state) {
                let then = state.iter().find(|one| (one.kind, one.id) == (record.kind, record.id));
                let read = desk.store.record_at(record.kind, record.id, *moment).unwrap();
                prop_assert_eq!(read.as_ref(), then, "at {:?}", moment);
            }
            let of = |kind| state.iter().filter(move |record| record.kind == kind);
            let (members, tree, guardians) = shown(&desk, *moment);
            prop_assert_eq!(members.iter().collect::<Vec<_>>(), of(Kind::Member).collect::<Vec<_>>());
            prop_assert_eq!(tree.len(), of(Kind::Department).count());
            // Parents that go round in a circle are settled by what the service last had, which the past does not know.
            let then = tree_then(&desk, *moment);
            let shape = |tree: &[Counted]| tree.iter().map(|one| (one.0, one.1)).collect::<BTreeSet<_>>();
            if shape(&then) == shape(counted) {
                let by_id = |tree: &[Counted]| tree.iter().map(|one| (one.0, one.clone())).collect::<BTreeMap<_, _>>();
                prop_assert_eq!(by_id(&then), by_id(counted));
            } else {
                let direct = |tree: &[Counted]| tree.iter().map(|one| (one.0, one.2)).collect::<BTreeMap<_, _>>();
                prop_assert_eq!(direct(&then), direct(counted));
            }
            for (member, count) in members.iter().zip(guardians) {
                let links = of(Kind::Guardianship).filter(|link| {
                    link.reference(Field::GuardianshipMember) == Some(member.id)
                        && of(Kind::Guardian).any(|one| Some(one.id) == link.reference(Field::GuardianshipGuardian))
                });
                prop_assert_eq!(links.count(), count);
            }
        }
    }
}

#[test]
fn a_past_that_is_open_stays_as_it_was_while_people_go_on_working() {
    let desk = Desk::new();
    let class = department("1班", None);
    let people = ["甲", "乙"].map(|name| member(name).with(Field::MemberDepartment, class.id));
    let [guardian, link] = guardian_of(&people[0], "母亲");
    desk.write(Label::Import, [&class, &people[0], &people[1], &guardian, &link].map(Edit::create));
    let moment = newest(&desk);
    desk.set(&people[0], Field::MemberName, "新名字");
    let mut past = desk.store.open_past(moment, &mut |_| ControlFlow::Continue(())).unwrap();
    desk.set(&people[1], Field::MemberName, "改名");
    desk.write(Label::Remove, [Edit::remove(&link), Edit::remove(&desk.get(&people[1]).unwrap())]);
    let rows = desk.store.past_page(&mut past, &[0, 1]).unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.member.text(Field::MemberName).unwrap()).collect();
    assert_eq!(names, ["甲", "乙"]);
    assert_eq!(rows[0].guardians[0].name, "母亲");
    assert_eq!(&*rows[0].department_path, "1班");
    let found = |past: &mut _, department, text: &str| desk.store.find_in_past(past, department, Some(text)).unwrap();
    assert_eq!(found(&mut past, None, "乙"), [1]);
    assert_eq!(found(&mut past, Some(class.id), "甲"), [0]);
    assert_eq!(found(&mut past, None, "改名"), [0u32; 0]);
    let stopped = desk.store.open_past(moment, &mut |_| ControlFlow::Break(()));
    assert!(stopped.is_ok(), "so few rows end before they are told");
}

#[test]
fn a_removed_person_comes_back_with_guardians_and_further_places() {
    let desk = Desk::new();
    let (class, choir) = (department("1班", None), department("合唱团", None));
    let person = member("甲").with(Field::MemberDepartment, class.id).with(Field::MemberCardNumber, "2026001");
    let [mother, of_mother] = guardian_of(&person, "母亲");
    let [uncle, of_uncle] = guardian_of(&person, "舅舅");
    let place = Record::empty(Kind::Affiliation, id())
        .with(Field::AffiliationMember, person.id)
        .with(Field::AffiliationDepartment, choir.id);
    // The service brings it back with the person, so it comes back here.
    let invitation = Record::empty(Kind::Invitation, id())
        .with(Field::InvitationMember, person.id)
        .with(Field::InvitationTokenHash, format!("{:064x}", 7))
        .with(Field::InvitationCreatedAt, NOW)
        .with(Field::InvitationExpiresAt, NOW + 1);
    let all = [&class, &choir, &person, &mother, &of_mother, &uncle, &of_uncle, &place, &invitation];
    desk.write(Label::Import, all.map(Edit::create));
    // The uncle was taken away by somebody on purpose, long before.
    desk.write(Label::Remove, [&of_uncle, &uncle].map(Edit::remove));
    let before = everything(&desk.store);
    desk.write(Label::Remove, [&place, &of_mother, &mother, &invitation, &person].map(Edit::remove));
    let moment = desk.store.removed_at(Kind::Member, person.id).unwrap().unwrap();
    let restored = desk.store.restore_record((Kind::Member, person.id), moment, &request()).unwrap();
    assert_eq!((restored.touched.changed, restored.left_out), (5, vec![]));
    assert_eq!(everything(&desk.store), before);
    assert_eq!(desk.store.undo_state().unwrap().undo, Some(Label::Restore));
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.get(&person), None);

    // The place is gone and the number taken: the person comes back all the same.
    desk.write(Label::Department, [Edit::remove(&class)]);
    desk.write(Label::Add, [Edit::create(&member("乙").with(Field::MemberCardNumber, "2026001"))]);
    let restored = desk.store.restore_record((Kind::Member, person.id), moment, &request()).unwrap();
    let gone = LeftOut::PlaceGone { kind: Kind::Member, id: person.id, field: Field::MemberDepartment };
    assert_eq!(restored.left_out, [LeftOut::NumberTaken { id: person.id, field: Field::MemberCardNumber }, gone]);
    let back = desk.get(&person).unwrap();
    assert_eq!((back.text(Field::MemberName), back.text(Field::MemberCardNumber)), (Some("甲"), None));
}

#[test]
fn a_removed_department_comes_back_with_what_is_above_and_below() {
    let desk = Desk::new();
    let top = department("高一", None);
    let class = department("1班", Some(&top));
    let group = department("第一组", Some(&class));
    desk.write(Label::Department, [&top, &class, &group].map(Edit::create));
    let before = everything(&desk.store);
    desk.write(Label::Department, [&group, &class].map(Edit::remove));
    desk.write(Label::Department, [Edit::remove(&top)]);
    let moment = desk.store.removed_at(Kind::Department, class.id).unwrap().unwrap();
    desk.store.restore_record((Kind::Department, class.id), moment, &request()).unwrap();
    assert_eq!(everything(&desk.store), before);
    assert_eq!(desk.store.removed_at(Kind::Department, class.id).unwrap(), None);
}

#[test]
fn a_field_comes_back_alone_and_a_document_whole() {
    let desk = Desk::new();
    let person = member("甲")
        .with(Field::MemberTitle, "老师")
        .with(Field::MemberDocumentKind, "passport")
        .with(Field::MemberDocumentNumber, "E1234567");
    desk.write(Label::Add, [Edit::create(&person)]);
    let moment = newest(&desk);
    let after = person
        .clone()
        .with(Field::MemberTitle, "班主任")
        .with(Field::MemberNote, "新")
        .with(Field::MemberDocumentKind, "other")
        .with(Field::MemberDocumentNumber, "X1");
    desk.write(Label::Edit, Edit::between(&person, &after));
    let of = (Kind::Member, person.id);
    desk.store.restore_fields(of, &[Field::MemberTitle], moment, &request()).unwrap();
    assert_eq!(desk.get(&person).unwrap(), after.clone().with(Field::MemberTitle, "老师"));
    desk.store.restore_fields(of, &[Field::MemberDocumentNumber], moment, &request()).unwrap();
    assert_eq!(desk.get(&person).unwrap(), person.clone().with(Field::MemberNote, "新"));
    let nobody = desk.store.restore_fields((Kind::Member, id()), &[Field::MemberTitle], moment, &request());
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })));
}

#[test]
fn others_changes_say_who_made_them_where_and_when() {
    let (desk, mut service) = (Desk::new(), Service::new());
    let person = member("甲");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.sync(&mut service);
    let stranger = member("乙");
    service.set(&person, Field::MemberTitle, "老师");
    service.put(&stranger);
    desk.pull(&service, 10);
    let entry = &desk.store.history(Kind::Member, person.id, 1).unwrap()[0];
    assert_eq!((entry.actor.as_str(), entry.device.as_deref(), entry.at_ms), ("赵老师", Some("教务处电脑"), NOW - 1));
    assert_eq!(desk.store.history(Kind::Member, stranger.id, 5).unwrap().len(), 1);
    let page = &desk.store.operations(None, 1).unwrap()[0];
    assert_eq!((page.actor.as_str(), page.changed, page.can_undo), ("赵老师", 2, false));
    let older = &desk.store.operations(Some(page.number), 10).unwrap()[0];
    assert_eq!((older.label, older.can_undo, older.is_undone), (Label::Add, true, false));
    assert_eq!(desk.store.operation_entries(page.number, None, 1).unwrap()[0].edit.id, person.id);
    let first = desk.store.operation_entries(page.number, None, 1).unwrap()[0].moment;
    assert_eq!(desk.store.operation_entries(page.number, Some(first), 9).unwrap()[0].edit.id, stranger.id);
    assert_eq!(desk.store.operation_at(NOW).unwrap(), Some(page.number));
    assert_eq!(desk.store.operation_at(NOW - 1).unwrap(), None);
}

#[test]
fn what_was_there_before_the_first_pull_is_no_news() {
    let (desk, mut service) = (Desk::new(), Service::new());
    let people: Vec<Record> = (0..5).map(|number| member(&format!("成员{number}"))).collect();
    people.iter().for_each(|person| service.put(person));
    desk.pull(&service, 2);
    assert_eq!(desk.store.operations(None, 10).unwrap(), []);
    let (first, at_ms) = desk.store.past_begins().unwrap();
    assert_eq!((first, at_ms), (Moment(0), NOW));
    let (members, ..) = shown(&desk, Moment(0));
    assert_eq!(members.len(), 5);
}

#[test]
fn a_look_is_written_down_without_what_was_seen() {
    let desk = Desk::new();
    let person = member("甲").with(Field::MemberPhone, "13800138000");
    let looked = Looked {
        act: AuditAct::Reveal,
        actor: "王老师",
        at_ms: NOW,
        record: Some((Kind::Member, person.id)),
        fields: &[Field::MemberPhone, Field::GuardianPhone],
        people: 1,
        is_full: true,
    };
    desk.store.note_look(&looked).unwrap();
    desk.store.note_look(&Looked { act: AuditAct::Export, record: None, fields: &[], people: 9, ..looked }).unwrap();
    let lines = desk.store.audit(None, 10).unwrap();
    assert_eq!(lines.iter().map(|line| line.act).collect::<Vec<_>>(), [AuditAct::Export, AuditAct::Reveal]);
    assert_eq!(lines[1].record, Some((Kind::Member, person.id)));
    assert_eq!(lines[1].fields, ["phone", "guardian_phone"]);
    assert_eq!(desk.store.audit(Some(lines[0].number), 10).unwrap(), lines[1..]);
    // The service is told of each once, the oldest first.
    let oldest = lines[1].number;
    let waiting =
        |limit| desk.store.unreported_looks(limit).unwrap().iter().map(|line| line.number).collect::<Vec<_>>();
    assert_eq!((waiting(1), waiting(9)), (vec![oldest], vec![oldest, lines[0].number]));
    desk.store.note_reported(oldest).unwrap();
    assert_eq!(waiting(9), [lines[0].number]);
    desk.store.note_reported(lines[0].number).unwrap();
    // An answer that comes late takes nothing back.
    desk.store.note_reported(oldest).unwrap();
    assert_eq!(waiting(9), [0; 0]);
    // Not when all is pulled again, but when a restored service may have forgotten them.
    desk.store.reset_cursor().unwrap();
    assert_eq!(waiting(9), [0; 0]);
    desk.store.begin_epoch(2, id().into()).unwrap();
    assert_eq!(waiting(9), [oldest, lines[0].number]);
}

#[test]
fn a_department_comes_back_only_where_the_tree_has_a_place_for_it() {
    let desk = Desk::new();
    let (stage, other) = (department("高中部", None), department("初中部", None));
    let grade = department("高一", Some(&stage));
    desk.write(Label::Department, [&stage, &other, &grade].map(Edit::create));
    desk.write(Label::Department, [&grade, &stage].map(Edit::remove));
    let moment = desk.store.removed_at(Kind::Department, grade.id).unwrap().unwrap();
    let restore = |desk: &Desk| desk.store.restore_record((Kind::Department, grade.id), moment, &request());
    // With it would come the stage, and there is another of that name.
    let namesake = department("高中部", None);
    desk.write(Label::Department, [Edit::create(&namesake)]);
    assert!(matches!(restore(&desk), Err(StoreError::Misplaced(TreeProblem::NameTaken))));
    assert_eq!((desk.get(&stage), desk.get(&grade)), (None, None));
    desk.set(&namesake, Field::DepartmentName, "高中");
    restore(&desk).unwrap();
    assert_eq!(desk.get(&grade), Some(grade.clone()));

    // A former name that is taken by now, and a former place that is below itself by now.
    let name = desk.store.history(Kind::Department, namesake.id, 1).unwrap()[0].moment.before();
    let of = (Kind::Department, namesake.id);
    let taken = desk.store.restore_fields(of, &[Field::DepartmentName], name, &request());
    assert!(matches!(taken, Err(StoreError::Misplaced(TreeProblem::NameTaken))));
    desk.set(&grade, Field::DepartmentParent, Value::Null);
    let place = desk.store.history(Kind::Department, grade.id, 1).unwrap()[0].moment.before();
    desk.set(&stage, Field::DepartmentParent, grade.id);
    let below = desk.store.restore_fields((Kind::Department, grade.id), &[Field::DepartmentParent], place, &request());
    assert!(matches!(below, Err(StoreError::Misplaced(TreeProblem::Cycle))));
    assert_eq!(desk.get(&grade).unwrap().reference(Field::DepartmentParent), None);
}

#[test]
fn a_tag_does_not_come_back_beside_another_of_its_name() {
    let desk = Desk::new();
    let tag = |name: &str| Record::empty(Kind::Tag, id()).with(Field::TagName, name);
    let gone = tag("Team A");
    desk.write(Label::Tag, [Edit::create(&gone)]);
    desk.write(Label::Tag, [Edit::remove(&gone)]);
    let namesake = tag("team　a");
    desk.write(Label::Tag, [Edit::create(&namesake)]);
    let moment = desk.store.removed_at(Kind::Tag, gone.id).unwrap().unwrap();
    let restore = |desk: &Desk| desk.store.restore_record((Kind::Tag, gone.id), moment, &request());
    assert!(matches!(restore(&desk), Err(StoreError::NameTaken { kind: Kind::Tag })));
    assert_eq!(desk.get(&gone), None);
    desk.set(&namesake, Field::TagName, "B");
    restore(&desk).unwrap();
    assert_eq!(desk.get(&gone), Some(gone));
}

#[test]
fn a_layout_has_a_past_goes_back_step_by_step_and_does_not_come_back_beside_another_of_its_name() {
    let desk = Desk::new();
    let layout = |name: &str| {
        Record::empty(Kind::Layout, id())
            .with(Field::LayoutName, name)
            .with(Field::LayoutFormat, 1)
            .with(Field::LayoutStock, "{}")
            .with(Field::LayoutDesign, "{\"front\":[]}")
    };
    let first = layout("两列标签");
    desk.write(Label::Layout, [Edit::create(&first)]);
    desk.set(&first, Field::LayoutDesign, "{\"front\":[1]}");
    let past = desk.store.history(Kind::Layout, first.id, 10).unwrap();
    assert_eq!(past.len(), 2);
    let before = past[0].moment.before();
    desk.store.restore_fields((Kind::Layout, first.id), &[Field::LayoutDesign], before, &request()).unwrap();
    assert_eq!(desk.get(&first), Some(first.clone()));
    desk.write(Label::Layout, [Edit::remove(&first)]);
    let namesake = layout("两列　标签");
    desk.write(Label::Layout, [Edit::create(&namesake)]);
    let moment = desk.store.removed_at(Kind::Layout, first.id).unwrap().unwrap();
    let restored = desk.store.restore_record((Kind::Layout, first.id), moment, &request());
    assert!(matches!(restored, Err(StoreError::NameTaken { kind: Kind::Layout })));
}

#[test]
fn a_value_that_its_field_takes_no_longer_stays_away_from_whoever_comes_back() {
    let desk = Desk::new();
    let person = member("甲");
    let field = Record::empty(Kind::CustomField, id())
        .with(Field::CustomFieldName, "校车")
        .with(Field::CustomFieldForm, "choice")
        .with(Field::CustomFieldChoices, r#"["一号线","二号线"]"#)
        .with(Field::CustomFieldDataClass, "ordinary");
    let value = Record::empty(Kind::CustomValue, mingce_model::custom::value_id(person.id, field.id))
        .with(Field::CustomValueMember, person.id)
        .with(Field::CustomValueField, field.id)
        .with(Field::CustomValueValue, "二号线");
    desk.write(Label::Import, [&person, &field, &value].map(Edit::create));
    desk.write(Label::Remove, [&value, &person].map(Edit::remove));
    let moment = desk.store.removed_at(Kind::Member, person.id).unwrap().unwrap();
    desk.set(&field, Field::CustomFieldChoices, r#"["一号线"]"#);
    let restored = desk.store.restore_record((Kind::Member, person.id), moment, &request()).unwrap();
    assert_eq!(restored.left_out, [LeftOut::ValueUnfit { member: person.id }]);
    assert_eq!((desk.get(&person), desk.get(&value)), (Some(person), None));
}
