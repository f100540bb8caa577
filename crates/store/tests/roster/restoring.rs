//! A service whose database was put back: what it forgot comes back from here, and what people changed there stays.

use crate::service::*;
use crate::support::*;
use mingce_model::{Edit, Field, Record, Value};
use mingce_store::{Label, Side};

/// A desk and a service that both know one member, and the service as it was then.
fn backed_up() -> (Desk, Service, Record, Service) {
    let (desk, mut service, person) = (Desk::new(), Service::new(), member("单雄信"));
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.set(&person, Field::MemberTitle, "老师");
    desk.sync(&mut service);
    let mut backup = Service::new();
    (backup.rows, backup.head, backup.epoch) = (service.rows.clone(), service.head, 2);
    (desk, service, person, backup)
}

fn title(service: &Service, person: &Record) -> Value {
    service.get(person).unwrap()[Field::MemberTitle.index()].clone()
}

#[test]
fn an_edit_that_a_restored_service_forgot_goes_out_again() {
    let (desk, mut service, person, mut restored) = backed_up();
    desk.set(&person, Field::MemberTitle, "校长");
    desk.sync(&mut service);
    // Another field waits, and a third was changed in the new log.
    desk.set(&person, Field::MemberNote, "离线");
    restored.set(&person, Field::MemberAddress, "新楼");
    desk.store.begin_epoch(2, id().into()).unwrap();
    desk.pull(&restored, 10);
    desk.sync(&mut restored);
    assert_eq!(title(&restored, &person), "校长".into());
    assert_eq!(restored.get(&person).unwrap()[Field::MemberNote.index()], "离线".into());
    assert_eq!(restored.get(&person).unwrap()[Field::MemberAddress.index()], "新楼".into());
    assert_eq!(restored.everything(), everything(&desk.store));
    assert!(desk.store.conflicts(10).unwrap().is_empty());
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
}

#[test]
fn what_somebody_wrote_into_the_restored_log_is_not_written_over() {
    let (desk, mut service, person, mut restored) = backed_up();
    desk.set(&person, Field::MemberTitle, "校长");
    desk.sync(&mut service);
    restored.set(&person, Field::MemberTitle, "主任");
    desk.store.begin_epoch(2, id().into()).unwrap();
    desk.pull(&restored, 10);
    desk.sync(&mut restored);
    assert_eq!(title(&restored, &person), "主任".into());
    assert_eq!(restored.everything(), everything(&desk.store));
}

#[test]
fn what_a_colleague_took_back_stays_so_when_everything_is_merely_pulled_again() {
    let (desk, mut service, person, _) = backed_up();
    desk.set(&person, Field::MemberTitle, "校长");
    desk.sync(&mut service);
    service.set(&person, Field::MemberTitle, "老师");
    desk.store.reset_cursor().unwrap();
    desk.pull(&service, 10);
    desk.sync(&mut service);
    assert_eq!(title(&service, &person), "老师".into());
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn a_conflict_that_a_restored_service_lost_takes_its_settling_along() {
    let (desk, mut service, person, mut restored) = backed_up();
    desk.set(&person, Field::MemberTitle, "校长");
    service.set(&person, Field::MemberTitle, "主任");
    desk.sync(&mut service);
    let conflict = desk.store.conflicts(1).unwrap()[0].id;
    desk.store.resolve(&[conflict], Side::Theirs, &request()).unwrap();
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
    desk.store.begin_epoch(2, id().into()).unwrap();
    desk.pull(&restored, 10);
    desk.sync(&mut restored);
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
    assert!(desk.store.refusals(10).unwrap().is_empty());
    assert_eq!(restored.everything(), everything(&desk.store));
}

#[test]
fn a_lost_record_with_a_refused_edit_goes_out_as_one_and_nothing_of_it_is_dropped() {
    let (desk, mut service, _, mut restored) = backed_up();
    let late = member("秦琼");
    desk.write(Label::Add, [Edit::create(&late)]);
    desk.sync(&mut service);
    service.refuses.push("坏".into());
    restored.refuses.push("坏".into());
    desk.set(&late, Field::MemberTitle, "坏");
    desk.set(&late, Field::MemberNote, "离线");
    desk.push(&mut service, 1);
    assert_eq!(desk.store.refusals(10).unwrap().len(), 1);
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
    desk.store.begin_epoch(2, id().into()).unwrap();
    desk.pull(&restored, 10);
    desk.sync(&mut restored);
    let refusals = desk.store.refusals(10).unwrap();
    assert_eq!(refusals.len(), 1);
    let kept: Vec<&Value> = refusals[0].edit.changes.iter().map(|change| &change.new).collect();
    assert!(kept.contains(&&"坏".into()) && kept.contains(&&"离线".into()));
    // Mended, all of it goes out.
    desk.set(&late, Field::MemberTitle, "好");
    desk.sync(&mut restored);
    assert_eq!(restored.everything(), everything(&desk.store));
    assert_eq!(restored.get(&late).unwrap()[Field::MemberNote.index()], "离线".into());
}

#[test]
fn an_edit_that_is_out_under_a_number_given_before_is_not_altered() {
    let (desk, mut service, person) = (Desk::new(), Service::new(), member("单雄信"));
    // Two numbers are given, and their answers get lost.
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.push_without_answer(&mut service, 10);
    desk.set(&person, Field::MemberTitle, "老师");
    desk.push_without_answer(&mut service, 10);
    desk.pull(&service, 10);
    // The service forgets it all, and whatever it lacks goes out as one edit.
    let mut restored = Service::new();
    desk.store.reset_cursor().unwrap();
    desk.pull(&restored, 10);
    let (ops, answer) = desk.push_without_answer(&mut restored, 10);
    assert_eq!(ops.len(), 1);
    desk.set(&person, Field::MemberNote, "路上");
    desk.store.settle(&answer, 1..=1, NOW).unwrap();
    desk.sync(&mut restored);
    assert_eq!(restored.get(&person).unwrap()[Field::MemberNote.index()], "路上".into());
    assert_eq!(restored.everything(), everything(&desk.store));
}

#[test]
fn a_cursor_that_was_given_up_does_not_come_back_with_an_answer() {
    let (desk, mut service, person, _) = backed_up();
    desk.set(&person, Field::MemberTitle, "校长");
    let cursor = desk.store.sync_state().unwrap().cursor;
    let (ops, answer) = desk.push_without_answer(&mut service, 10);
    assert!(cursor.is_some() && answer.cursor.is_some());
    desk.store.reset_cursor().unwrap();
    desk.store.settle(&answer, ops[0].m..=ops[0].m, NOW).unwrap();
    assert_eq!(desk.store.sync_state().unwrap().cursor, None);
    desk.pull(&service, 10);
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
    assert_eq!(desk.get(&person).unwrap().ver, service.rows[&(person.kind, person.id)].0);
}
