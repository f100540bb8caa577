//! Undo and redo: of everything, across restarts, keeping what people changed since.

use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record};
use mingce_store::{Kept, Label, StoreError, TakenBack, UndoState};
use proptest::prelude::*;
use std::ops::ControlFlow;

#[test]
fn undo_and_redo_survive_a_restart() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.set(&person, Field::MemberPhone, "13800138000");
    desk.set(&person, Field::MemberPhone, "13900139000");
    let phone = |desk: &Desk| desk.get(&person).unwrap().text(Field::MemberPhone).map(str::to_owned);

    let desk = desk.reopened();
    assert_eq!(desk.store.undo_state().unwrap(), UndoState { undo: Some(Label::Edit), redo: None });
    desk.store.undo(&request()).unwrap();
    assert_eq!(phone(&desk).as_deref(), Some("13800138000"));
    let desk = desk.reopened();
    desk.store.undo(&request()).unwrap();
    assert_eq!(phone(&desk), None);
    assert_eq!(desk.store.undo_state().unwrap(), UndoState { undo: Some(Label::Add), redo: Some(Label::Edit) });
    let desk = desk.reopened();
    desk.store.redo(&request()).unwrap();
    assert_eq!(phone(&desk).as_deref(), Some("13800138000"));
    desk.store.redo(&request()).unwrap();
    assert_eq!(phone(&desk).as_deref(), Some("13900139000"));
    assert!(matches!(desk.store.redo(&request()), Err(StoreError::NothingToDo)));
    for _ in 0..3 {
        desk.store.undo(&request()).unwrap();
    }
    assert_eq!(desk.get(&person), None);
    assert!(matches!(desk.store.undo(&request()), Err(StoreError::NothingToDo)));
}

#[test]
fn a_new_edit_ends_what_redo_could_do() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.set(&person, Field::MemberTitle, "老师");
    desk.store.undo(&request()).unwrap();
    desk.set(&person, Field::MemberTitle, "班长");
    assert_eq!(desk.store.undo_state().unwrap().redo, None);
    assert!(matches!(desk.store.redo(&request()), Err(StoreError::NothingToDo)));
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.get(&person), Some(person));
}

#[test]
fn an_edit_that_was_never_sent_and_its_undoing_leave_nothing_to_send() {
    let desk = Desk::new();
    let person = member("单雄信");
    let batch = desk.write(Label::Import, [Edit::create(&person)]);
    desk.set(&person, Field::MemberTitle, "老师");
    assert_eq!(desk.store.counts().unwrap().waiting, 2);
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
    desk.store.undo_batch(batch, &request()).unwrap();
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
    desk.store.redo(&request()).unwrap();
    assert_eq!(desk.store.outbox_page(10).unwrap()[0].edit, Edit::create(&person));
}

#[test]
fn an_edit_that_may_have_been_sent_is_taken_back_by_another_one() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    assert_eq!(desk.store.outbox_page(10).unwrap().len(), 1);
    desk.store.undo(&request()).unwrap();
    let sent: Vec<_> = desk.store.outbox_page(10).unwrap().into_iter().map(|entry| (entry.m, entry.edit)).collect();
    assert_eq!(sent, [(1, Edit::create(&person)), (2, Edit::remove(&person))]);
}

#[test]
fn a_removal_that_is_done_again_leaves_what_was_made_before_it_to_be_sent() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.write(Label::Remove, [Edit::remove(&person)]);
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
    desk.store.redo(&request()).unwrap();
    let sent: Vec<_> = desk.store.outbox_page(10).unwrap().into_iter().map(|entry| entry.edit).collect();
    assert_eq!(sent, [Edit::create(&person), Edit::remove(&person)]);
}

#[test]
fn undoing_an_import_later_keeps_what_people_changed_since() {
    let desk = Desk::new();
    let (class, other) = (department("一班", None), department("二班", None));
    let people = ["甲", "乙", "丙"].map(|name| member(name).with(Field::MemberDepartment, class.id));
    let before = member("丁").with(Field::MemberTitle, "老师");
    desk.write(Label::Add, [Edit::create(&before)]);
    let renamed = before.clone().with(Field::MemberTitle, "班主任").with(Field::MemberNote, "来自表格");
    let edits = [&class, &other].into_iter().chain(&people).map(Edit::create);
    let batch = desk.write(Label::Import, edits.chain(Edit::between(&before, &renamed)));
    desk.set(&people[1], Field::MemberPhone, "13800138000");
    desk.set(&before, Field::MemberTitle, "年级主任");

    let undone = desk.store.undo_batch(batch, &request()).unwrap();
    assert_eq!((undone.label, undone.batch, undone.touched.changed), (Label::Import, batch, 4));
    let kept = |record: &Record, field| Kept { kind: record.kind, id: record.id, field };
    assert_eq!(
        undone.kept,
        [kept(&before, Some(Field::MemberTitle)), kept(&people[1], Some(Field::MemberPhone)), kept(&class, None)]
    );
    assert_eq!(desk.get(&people[0]), None);
    assert_eq!(desk.get(&other), None);
    assert_eq!(desk.get(&class), Some(class));
    assert_eq!(desk.get(&people[1]).unwrap().text(Field::MemberPhone), Some("13800138000"));
    assert_eq!(desk.get(&before).unwrap(), before.with(Field::MemberTitle, "年级主任"));
    assert!(matches!(desk.store.undo_batch(batch, &request()), Err(StoreError::NothingToDo)));
}

#[test]
fn a_document_is_taken_back_whole_or_not_at_all() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    let documented =
        person.clone().with(Field::MemberDocumentKind, "passport").with(Field::MemberDocumentNumber, "E1234567");
    let batch = desk.write(Label::Edit, Edit::between(&person, &documented));
    desk.set(&person, Field::MemberDocumentNumber, "E7654321");
    let undone = desk.store.undo_batch(batch, &request()).unwrap();
    assert_eq!((undone.touched.changed, undone.kept_count), (0, 2));
    assert_eq!(desk.get(&person).unwrap().text(Field::MemberDocumentKind), Some("passport"));
}

#[test]
fn a_removed_member_comes_back_whole() {
    let desk = Desk::new();
    let person = member("单雄信").with(Field::MemberPhone, "13800138000").with(Field::MemberEntryYear, 2026);
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.write(Label::Remove, [Edit::remove(&person)]);
    assert_eq!(desk.get(&person), None);
    let undone = desk.store.undo(&request()).unwrap();
    assert_eq!((undone.label, undone.kept_count), (Label::Remove, 0));
    assert_eq!(desk.get(&person), Some(person.clone()));
    let words: Vec<_> = desk
        .store
        .history(Kind::Member, person.id, 10)
        .unwrap()
        .into_iter()
        .map(|entry| (entry.origin.word(), entry.label.word(), entry.edit.verb.name()))
        .collect();
    assert_eq!(words, [("undo", "remove", "create"), ("local", "remove", "remove"), ("local", "add", "create")]);
}

#[test]
fn people_who_come_back_stand_where_they_stood() {
    let desk = Desk::new();
    let people: Vec<Record> = ["甲", "乙", "丙", "丁"].map(member).into();
    desk.write(Label::Import, people.iter().map(Edit::create));
    let before = in_order(&desk.store);
    let view = desk.store.find_members(&mingce_store::Query::default()).unwrap();
    desk.write(Label::Remove, [&people[2], &people[0]].map(Edit::remove));
    let left: Vec<_> = in_order(&desk.store).iter().map(|record| record.id).collect();
    assert_eq!(left, [people[1].id, people[3].id]);
    desk.store.undo(&request()).unwrap();
    assert_eq!(in_order(&desk.store), before);
    // A list that was open all the while shows them again.
    let shown = desk.store.page(&view, 0, 4).unwrap();
    assert!(shown.iter().zip(&people).all(|(row, person)| row.as_ref().is_some_and(|row| row.member.id == person.id)));
    // Brought back by hand, too; nobody new ever gets the place of another.
    desk.write(Label::Remove, [Edit::remove(&people[1])]);
    let newest = member("戊");
    desk.write(Label::Add, [Edit::create(&newest)]);
    let moment = desk.store.removed_at(Kind::Member, people[1].id).unwrap().unwrap();
    desk.store.restore_record((Kind::Member, people[1].id), moment, &request()).unwrap();
    let now: Vec<_> = in_order(&desk.store).iter().map(|record| record.id).collect();
    assert_eq!(now, people.iter().chain([&newest]).map(|record| record.id).collect::<Vec<_>>());
}

#[test]
fn a_long_undo_tells_how_far_it_is_and_leaves_nothing_behind_when_it_is_stopped() {
    let desk = Desk::new();
    let people: Vec<Record> = (0..2_500).map(|number| member(&format!("成员{number}"))).collect();
    let batch = desk.write(Label::Import, people.iter().map(Edit::create));
    let before = (in_order(&desk.store), desk.store.counts().unwrap(), desk.store.undo_state().unwrap());
    let stopped = |told: &mut Vec<(u64, u64)>, done, total| {
        told.push((done, total));
        if done < 2_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let mut told = Vec::new();
    let refused = desk.store.undo_with(&request(), &mut |done, total| stopped(&mut told, done, total));
    assert!(matches!(refused, Err(StoreError::Cancelled)));
    assert_eq!(told, [(0, 2_500), (1_000, 2_500), (2_000, 2_500)]);
    let refused = desk.store.undo_batch_with(batch, &request(), &mut |done, total| stopped(&mut told, done, total));
    assert!(matches!(refused, Err(StoreError::Cancelled)));
    let after = (in_order(&desk.store), desk.store.counts().unwrap(), desk.store.undo_state().unwrap());
    assert_eq!(after, before);
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.store.member_count().unwrap(), 0);
    let refused = desk.store.redo_with(&request(), &mut |done, total| stopped(&mut told, done, total));
    assert!(matches!(refused, Err(StoreError::Cancelled)));
    assert_eq!(desk.store.member_count().unwrap(), 0);
    desk.store.redo(&request()).unwrap();
    assert_eq!(in_order(&desk.store), before.0);
}

/// A step of somebody's work on a small roster.
#[derive(Clone, Debug)]
enum Step {
    Create(usize, u8),
    Edit(usize, u8, u8),
    Remove(usize),
    Both(usize, usize, u8),
    Send,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0usize..4, 0u8..3).prop_map(|(who, value)| Step::Create(who, value)),
        (0usize..4, 0u8..3, 0u8..3).prop_map(|(who, field, value)| Step::Edit(who, field, value)),
        (0usize..4).prop_map(Step::Remove),
        (0usize..4, 0usize..4, 0u8..3).prop_map(|(a, b, value)| Step::Both(a, b, value)),
        Just(Step::Send),
    ]
}

fn value_of(value: u8) -> mingce_model::Value {
    if value == 0 { mingce_model::Value::Null } else { format!("值{value}").into() }
}

impl Step {
    /// The edits of the step as a person could make them now.
    fn edits(&self, desk: &Desk, people: &[Record]) -> Vec<Edit> {
        let set = |who: usize, field: u8, value: u8| {
            let before = desk.get(&people[who])?;
            let field = [Field::MemberTitle, Field::MemberNote, Field::MemberAddress][usize::from(field)];
            Edit::between(&before, &before.clone().with(field, value_of(value)))
        };
        match *self {
            Step::Create(who, value) if desk.get(&people[who]).is_none() => {
                vec![Edit::create(&people[who].clone().with(Field::MemberNote, value_of(value)))]
            }
            Step::Edit(who, field, value) => set(who, field, value).into_iter().collect(),
            Step::Remove(who) => desk.get(&people[who]).map(|person| Edit::remove(&person)).into_iter().collect(),
            Step::Both(a, b, value) if a != b => set(a, 0, value).into_iter().chain(set(b, 1, value)).collect(),
            _ => Vec::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_work_undone_completely_gives_the_first_state_back(steps in prop::collection::vec(any_step(), 1..14)) {
        let desk = Desk::new();
        let people: Vec<Record> = (0..4).map(|number| member(&format!("成员{number}"))).collect();
        desk.write(Label::Add, people[..2].iter().map(Edit::create));
        let first = in_order(&desk.store);
        let mut states = vec![first.clone()];
        for step in &steps {
            if matches!(step, Step::Send) {
                desk.store.outbox_page(2).unwrap();
                continue;
            }
            if desk.store.write(&operation(Label::Edit), step.edits(&desk, &people)).unwrap().changed > 0 {
                states.push(in_order(&desk.store));
            }
        }
        let last = states.len() - 1;
        for state in states[..last].iter().rev() {
            let undone = desk.store.undo(&request()).unwrap();
            prop_assert_eq!(undone.kept_count, 0);
            prop_assert_eq!(&in_order(&desk.store), state);
        }
        let desk = desk.reopened();
        prop_assert_eq!(in_order(&desk.store), first);
        for state in &states[1..] {
            desk.store.redo(&request()).unwrap();
            prop_assert_eq!(&in_order(&desk.store), state);
        }
        for state in states[..last].iter().rev() {
            desk.store.undo(&request()).unwrap();
            prop_assert_eq!(&in_order(&desk.store), state);
        }
    }
}

#[test]
fn what_undo_would_unmask_is_known_before() {
    let desk = Desk::new();
    let [bus, hobby] = ["乘校车", "爱好"].map(|name| text_field(name, "ordinary"));
    desk.write(Label::Field, [&bus, &hobby].map(Edit::create));
    assert!(!desk.store.would_unmask(TakenBack::Newest).unwrap(), "it goes altogether");
    let raised = desk.set(&bus, Field::CustomFieldDataClass, "personal");
    let batch = TakenBack::Batch(raised);
    assert!(desk.store.would_unmask(TakenBack::Newest).unwrap() && desk.store.would_unmask(batch).unwrap());
    desk.set(&bus, Field::CustomFieldName, "校车");
    assert!(!desk.store.would_unmask(TakenBack::Newest).unwrap());
    assert!(desk.store.would_unmask(batch).unwrap());
    // Done again, it would be made ordinary again.
    let lowered = desk.set(&bus, Field::CustomFieldDataClass, "ordinary");
    assert!(!desk.store.would_unmask(TakenBack::Batch(lowered)).unwrap() && !desk.store.would_unmask(batch).unwrap());
    desk.store.undo(&request()).unwrap();
    assert!(desk.store.would_unmask(TakenBack::Redone).unwrap());
    // What was changed since stays as it is.
    desk.set(&bus, Field::CustomFieldDataClass, "sensitive");
    assert!(!desk.store.would_unmask(batch).unwrap());
    assert!(!desk.store.would_unmask(TakenBack::Redone).unwrap(), "there is nothing to do again");
}
