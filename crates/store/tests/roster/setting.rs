//! One value for a great many: the same as if each had been written by itself.

use crate::service::*;
use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record, Value};
use mingce_store::{Label, Mark, Query, Side, StoreError, Touched};
use std::ops::ControlFlow;

/// A desk and its service. Nothing waits for the first two members; the third has an edit that waits, the fourth is new
/// here, the fifth has the value already.
fn desk() -> (Desk, Service, Vec<Record>) {
    let (desk, mut service) = (Desk::new(), Service::new());
    let mut people: Vec<Record> = ["单雄信", "秦叔宝", "程咬金"].map(member).to_vec();
    people[1] = people[1].clone().with(Field::MemberTitle, "\"班长\"\n");
    let same = member("罗成").with(Field::MemberTitle, "老师");
    desk.write(Label::Add, people.iter().chain([&same]).map(Edit::create));
    desk.sync(&mut service);
    desk.set(&people[2], Field::MemberTitle, "班长");
    people.push(member("王伯当"));
    desk.write(Label::Add, [Edit::create(&people[3])]);
    people.push(same);
    (desk, service, people)
}

fn set_title(desk: &Desk, title: &str) -> Result<Touched, StoreError> {
    let view = desk.store.find_members(&Query::default()).unwrap();
    let value = (Field::MemberTitle, &Value::from(title));
    let everybody = 0..view.len();
    let places = std::slice::from_ref(&everybody);
    desk.store.set_all(&operation(Label::Set), &view, places, value, &mut |_| ControlFlow::Continue(()))
}

fn titles(desk: &Desk, people: &[Record]) -> Vec<String> {
    people.iter().map(|person| desk.get(person).unwrap().get(Field::MemberTitle).to_string()).collect()
}

#[test]
fn everybody_has_it_and_the_service_too() {
    let (desk, mut service, people) = desk();
    let touched = set_title(&desk, "老师").unwrap();
    assert_eq!((touched.changed, touched.records.len()), (4, 4));
    assert_eq!(titles(&desk, &people), ["老师"; 5]);
    assert_eq!(desk.store.counts().unwrap().waiting, 2 + 4);
    for person in &people[..4] {
        assert_eq!(desk.store.mark(Kind::Member, person.id).unwrap(), Some(Mark::Pending));
    }
    let history = desk.store.history(Kind::Member, people[1].id, 1).unwrap();
    assert_eq!((&history[0].edit.changes[0].base, history[0].label), (&"\"班长\"\n".into(), Label::Set));
    desk.sync(&mut service);
    assert_eq!(everything(&desk.store), service.everything());
    assert_eq!(set_title(&desk, "老师").unwrap().changed, 0);
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
}

#[test]
fn it_is_undone_and_done_again_as_one() {
    let (desk, mut service, _) = desk();
    let (before, waiting) = (everything(&desk.store), desk.store.counts().unwrap().waiting);
    set_title(&desk, "老师").unwrap();
    let after = everything(&desk.store);
    let undone = desk.store.undo(&request()).unwrap();
    assert_eq!((undone.kept_count, everything(&desk.store)), (0, before.clone()));
    assert_eq!(desk.store.counts().unwrap().waiting, waiting, "what was never sent is not sent");
    desk.store.redo(&request()).unwrap();
    assert_eq!(everything(&desk.store), after);
    desk.sync(&mut service);
    desk.store.undo(&request()).unwrap();
    assert_eq!(everything(&desk.store), before);
}

#[test]
fn undoing_it_tells_everybody_the_same_as_if_each_had_been_undone_alone() {
    let (desk, mut service, people) = desk();
    let before = titles(&desk, &people);
    let view = desk.store.find_members(&Query::default()).unwrap();
    let (set, value) = (operation(Label::Set), (Field::MemberTitle, &Value::from("老师")));
    let everybody = 0..view.len();
    let places = std::slice::from_ref(&everybody);
    desk.store.set_all(&set, &view, places, value, &mut |_| ControlFlow::Continue(())).unwrap();
    // One has another value by now, one another edit that waits.
    desk.set(&people[0], Field::MemberTitle, "组长");
    desk.set(&people[1], Field::MemberNote, "住校");
    let undone = desk.store.undo_batch(set.id, &request()).unwrap();
    assert_eq!((undone.kept_count, undone.touched.changed), (1, 3));
    assert_eq!(titles(&desk, &people)[1..], before[1..]);
    let history = desk.store.history(Kind::Member, people[3].id, 1).unwrap();
    let change = &history[0].edit.changes[0];
    assert_eq!((&change.base, &change.new), (&"老师".into(), &Value::Null));
    desk.sync(&mut service);
    assert_eq!(everything(&desk.store), service.everything());
    assert_eq!(desk.store.mark(Kind::Member, people[3].id).unwrap(), None);
}

#[test]
fn what_was_sent_is_undone_by_an_edit_of_its_own() {
    let (desk, mut service, people) = desk();
    let before = titles(&desk, &people);
    set_title(&desk, "老师").unwrap();
    desk.sync(&mut service);
    let undone = desk.store.undo(&request()).unwrap();
    assert_eq!((undone.kept_count, undone.touched.changed), (0, 4));
    assert_eq!((titles(&desk, &people), desk.store.counts().unwrap().waiting), (before.clone(), 4));
    assert_eq!(desk.store.mark(Kind::Member, people[0].id).unwrap(), Some(Mark::Pending));
    service.set(&people[0], Field::MemberPhone, "13800138000");
    desk.sync(&mut service);
    assert_eq!(everything(&desk.store), service.everything());
    desk.store.redo(&request()).unwrap();
    assert_eq!(titles(&desk, &people), ["老师"; 5]);
    desk.sync(&mut service);
    assert_eq!((everything(&desk.store), desk.store.counts().unwrap().waiting), (service.everything(), 0));
}

#[test]
fn what_others_did_meanwhile_is_put_below_it() {
    let (desk, mut service, people) = desk();
    set_title(&desk, "老师").unwrap();
    service.set(&people[0], Field::MemberPhone, "13800138000");
    service.set(&people[1], Field::MemberTitle, "组长");
    desk.set(&people[0], Field::MemberNote, "住校");
    desk.sync(&mut service);
    let first = desk.get(&people[0]).unwrap();
    let text = |field| first.text(field).unwrap_or_default();
    assert_eq!([Field::MemberTitle, Field::MemberPhone, Field::MemberNote].map(text), ["老师", "13800138000", "住校"]);
    let conflicts = desk.store.conflicts(10).unwrap();
    assert_eq!(conflicts.len(), 1);
    desk.store.resolve(&[conflicts[0].id], Side::Mine, &request()).unwrap();
    desk.sync(&mut service);
    assert_eq!(titles(&desk, &people), ["老师"; 5]);
    assert_eq!(everything(&desk.store).len(), service.everything().len());
}

#[test]
fn a_refused_one_keeps_what_it_was_based_on() {
    let (desk, mut service, people) = desk();
    set_title(&desk, "老师").unwrap();
    service.refuses.push("老师".into());
    desk.sync(&mut service);
    assert_eq!(desk.store.mark(Kind::Member, people[1].id).unwrap(), Some(Mark::Refused));
    let refusals = desk.store.refusals(10).unwrap();
    for refusal in refusals {
        desk.store.drop_refusal(refusal.number, &request()).unwrap();
    }
    assert_eq!(titles(&desk, &people)[..3], ["", "\"班长\"\n", "班长"]);
}

#[test]
fn nothing_is_left_of_one_that_was_stopped() {
    let (desk, _, people) = desk();
    let before = titles(&desk, &people);
    let view = desk.store.find_members(&Query::default()).unwrap();
    let value = (Field::MemberTitle, &Value::from("老师"));
    let mut stop = |_| ControlFlow::Break(());
    let stopped = desk.store.set_all(&operation(Label::Set), &view, &[0..2, 3..9], value, &mut stop);
    assert!(matches!(stopped, Err(StoreError::Cancelled)));
    assert_eq!(titles(&desk, &people), before);
    let value = (Field::MemberName, &Value::from("老师"));
    let (some, mut go_on) = (0..5, |_| ControlFlow::Continue(()));
    let found_by = desk.store.set_all(&operation(Label::Set), &view, std::slice::from_ref(&some), value, &mut go_on);
    assert!(matches!(found_by, Err(StoreError::ServiceField { .. })));
}

#[test]
fn edits_of_one_operation_keep_their_order() {
    let (desk, mut service, people) = desk();
    let edit = |person: &Record, field, value: &str| {
        let before = desk.get(person).unwrap();
        Edit::between(&before, &before.clone().with(field, value)).unwrap()
    };
    let made = member("尤俊达");
    let edits = vec![
        edit(&people[0], Field::MemberTitle, "组长"),
        edit(&people[0], Field::MemberNote, "走读"),
        edit(&people[2], Field::MemberNote, "走读"),
        Edit::create(&made),
        edit(&people[1], Field::MemberName, "秦琼"),
        Edit::remove(&people[4]),
        edit(&people[3], Field::MemberNote, "走读"),
    ];
    let wanted: Vec<_> = edits.iter().map(|edit| (edit.id, edit.verb)).collect();
    desk.write(Label::Paste, edits);
    let sent = desk.store.outbox_page(100).unwrap();
    assert_eq!(sent[2..].iter().map(|entry| (entry.edit.id, entry.edit.verb)).collect::<Vec<_>>(), wanted);
    let found =
        |text: &str| desk.store.find_members(&Query { text: Some(text.into()), ..Query::default() }).unwrap().len();
    assert_eq!((found("秦琼"), found("qq"), found("秦叔宝")), (1, 1, 0));
    assert_eq!(desk.store.member_count().unwrap(), 5);
    desk.sync(&mut service);
    assert_eq!(everything(&desk.store), service.everything());
}
