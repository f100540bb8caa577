//! Outbox, answers, pages: what design rules of sync mean for the tables.

use crate::service::*;
use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record, Value, Verb};
use mingce_protocol::{Exception, OpCode, PushAnswer, VersionRuns};
use mingce_store::{Atomicity, Label, Mark, Operation, Query, Side, StoreError};
use std::ops::ControlFlow;

/// A desk and a service that both know one member.
pub fn synced(name: &str) -> (Desk, Service, Record) {
    let (desk, mut service, person) = (Desk::new(), Service::new(), member(name));
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.sync(&mut service);
    (desk, service, person)
}

pub fn text(desk: &Desk, record: &Record, field: Field) -> Option<String> {
    desk.get(record)?.text(field).map(str::to_owned)
}

#[test]
fn an_edit_leaves_the_outbox_only_when_it_is_answered() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    let (ops, answer) = desk.push_without_answer(&mut service, 10);
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
    assert_eq!(desk.store.mark(Kind::Member, person.id).unwrap(), Some(Mark::Pending));
    let desk = desk.reopened();
    assert_eq!(desk.store.outbox_page(10).unwrap()[0].m, ops[0].m);
    desk.store.settle(&answer, 2..=2, NOW + 5).unwrap();
    let counts = desk.store.counts().unwrap();
    assert_eq!((counts.waiting, counts.last_synced_at_ms), (0, Some(NOW + 5)));
    assert_eq!(desk.store.mark(Kind::Member, person.id).unwrap(), None);
    assert_eq!(desk.store.sync_state().unwrap().acked, 2);
    // The same answer once more changes nothing.
    desk.store.settle(&answer, 2..=2, NOW + 6).unwrap();
    assert_eq!(desk.get(&person).unwrap().values, service.get(&person).unwrap());
}

#[test]
fn a_lost_answer_is_given_again_and_nothing_is_applied_twice() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    desk.push_without_answer(&mut service, 10);
    let head = service.head;
    desk.set(&person, Field::MemberTitle, "班主任");
    desk.sync(&mut service);
    assert_eq!(service.head, head + 1);
    assert_eq!(service.get(&person).unwrap(), desk.get(&person).unwrap().values);
    assert!(desk.store.conflicts(10).unwrap().is_empty());
}

#[test]
fn an_old_answer_given_again_does_not_hide_what_others_did_since() {
    let (first, second, mut service) = (Desk::new(), Desk::new(), Service::new());
    let (gone, edited) = (member("单雄信"), member("秦琼"));
    first.write(Label::Add, [Edit::create(&gone), Edit::create(&edited)]);
    first.push_without_answer(&mut service, 10);
    second.sync(&mut service);
    second.write(Label::Remove, [Edit::remove(&second.get(&gone).unwrap())]);
    second.set(&edited, Field::MemberName, "秦叔宝");
    second.sync(&mut service);
    first.pull(&service, 10);
    first.sync(&mut service);
    assert_eq!(everything(&first.store), service.everything());
    assert_eq!(text(&first, &edited, Field::MemberName).as_deref(), Some("秦叔宝"));
}

#[test]
fn versions_are_taken_only_with_a_cursor() {
    let (desk, mut service, person) = synced("单雄信");
    let ver = desk.get(&person).unwrap().ver;
    assert_eq!(ver, service.head);
    // Somebody wrote in between: no cursor, so the version waits for the pull.
    service.put(&member("别人"));
    desk.set(&person, Field::MemberTitle, "老师");
    desk.push(&mut service, 10);
    assert_eq!(desk.get(&person).unwrap().ver, service.head - 1);
    desk.pull(&service, 10);
    assert_eq!(desk.get(&person).unwrap().ver, service.head);
    let cursor = desk.store.sync_state().unwrap().cursor;
    desk.set(&person, Field::MemberTitle, "班主任");
    desk.push(&mut service, 10);
    assert_eq!(desk.get(&person).unwrap().ver, service.head);
    assert_ne!(desk.store.sync_state().unwrap().cursor, cursor);
    assert!(service.pull(desk.store.sync_state().unwrap().cursor.as_deref(), 10).1.is_empty());
}

#[test]
fn a_creation_that_a_copy_had_sent_before_is_known_to_be_there() {
    let (desk, person) = (Desk::new(), member("单雄信"));
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.set(&person, Field::MemberTitle, "坏");
    assert_eq!(verbs(&desk), [(1, Verb::Create), (2, Verb::Edit)]);
    let refused = Exception {
        m: 2,
        code: OpCode::Rejected,
        fields: vec!["title".into()],
        rule: Some("forbidden_word".into()),
        other: None,
        conflicts: Vec::new(),
    };
    let (vers, exceptions) = (VersionRuns(vec![(0, 2)]), vec![refused]);
    let answer = PushAnswer { epoch: 1, head: 5, last_m: 2, vers, exceptions, cursor: None, seen: None };
    desk.store.settle(&answer, 1..=2, NOW).unwrap();
    desk.set(&person, Field::MemberNote, "记");
    assert_eq!(verbs(&desk), [(3, Verb::Edit)]);
}

#[test]
fn a_first_pull_that_is_cut_off_goes_on_after_a_restart() {
    let mut service = Service::new();
    let class = department("一班", None);
    service.put(&class);
    let people: Vec<Record> =
        (0..7).map(|number| member(&format!("成员{number}")).with(Field::MemberDepartment, class.id)).collect();
    people.iter().for_each(|person| service.put(person));
    let desk = Desk::new();
    let (header, records) = service.pull(None, 3);
    desk.store.apply_page(&desk.store.sync_state().unwrap(), &header, records, NOW).unwrap();
    assert!(desk.store.counts().unwrap().is_behind);
    // Work goes on meanwhile, also on what came already.
    desk.set(&people[0], Field::MemberTitle, "老师");
    let desk = desk.killed();
    desk.pull(&service, 3);
    assert!(!desk.store.counts().unwrap().is_behind);
    assert_eq!(desk.store.departments().unwrap().get(class.id).unwrap().count, 7);
    assert_eq!(text(&desk, &people[0], Field::MemberTitle).as_deref(), Some("老师"));
    desk.sync(&mut service);
    assert_eq!(everything(&desk.store), service.everything());
}

#[test]
fn two_copies_that_created_the_same_record_agree() {
    let (first, second, mut service) = (Desk::new(), Desk::new(), Service::new());
    let person = member("单雄信");
    first.write(Label::Add, [Edit::create(&person)]);
    second.write(Label::Add, [Edit::create(&person.clone().with(Field::MemberTitle, "老师"))]);
    first.sync(&mut service);
    second.pull(&service, 10);
    assert_eq!(text(&second, &person, Field::MemberTitle).as_deref(), Some("老师"));
    second.sync(&mut service);
    assert_eq!(second.store.refusals(10).unwrap()[0].answer.code, OpCode::Duplicate);
    second.set(&person, Field::MemberNote, "记");
    second.sync(&mut service);
    first.sync(&mut service);
    assert_eq!(everything(&first.store), everything(&second.store));
    assert_eq!(text(&first, &person, Field::MemberTitle).as_deref(), Some("老师"));
}

#[test]
fn others_changes_come_into_the_history_of_what_was_here() {
    let (desk, mut service, person) = synced("单雄信");
    let stranger = member("别人");
    service.put(&stranger);
    service.set(&person, Field::MemberTitle, "老师");
    desk.pull(&service, 10);
    let newest = &desk.store.history(Kind::Member, person.id, 1).unwrap()[0];
    assert_eq!((newest.origin.word(), newest.actor.as_str(), newest.batch), ("remote", "赵老师", None));
    assert_eq!(newest.edit.changes[0].new, Value::from("老师"));
    // That somebody made it is told, what it holds is in the record.
    let made = &desk.store.history(Kind::Member, stranger.id, 10).unwrap()[0].edit;
    assert_eq!((made.verb, made.changes.len()), (Verb::Create, 0));
    // Own edits that come back are no news.
    desk.set(&person, Field::MemberTitle, "班主任");
    service.put(&member("又一个"));
    desk.sync(&mut service);
    assert_eq!(desk.store.history(Kind::Member, person.id, 1).unwrap()[0].origin.word(), "local");
}

#[test]
fn a_record_with_edits_keeps_them_on_top_of_what_is_pulled() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    service.set(&person, Field::MemberPhone, "13800138000");
    service.set(&person, Field::MemberTitle, "校长");
    desk.pull(&service, 10);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("老师"));
    assert_eq!(text(&desk, &person, Field::MemberPhone).as_deref(), Some("13800138000"));
}

#[test]
fn a_conflict_shows_theirs_keeps_mine_and_can_be_settled_both_ways_and_undone() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    service.set(&person, Field::MemberTitle, "校长");
    desk.sync(&mut service);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("校长"));
    let conflicts = desk.store.conflicts(10).unwrap();
    assert_eq!(conflicts[0].text(Field::ConflictMine), Some("\"老师\""));
    assert_eq!((conflicts.len(), desk.store.counts().unwrap().conflicts), (1, 1));
    assert_eq!(desk.store.mark(Kind::Member, person.id).unwrap(), Some(Mark::Conflict));
    let marked = Query { mark: Some(Mark::Conflict), ..Query::default() };
    assert_eq!(desk.store.find_members(&marked).unwrap().len(), 1);

    desk.store.resolve(&[conflicts[0].id], Side::Mine, &request()).unwrap();
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("老师"));
    assert!(desk.store.conflicts(10).unwrap().is_empty());
    let page = desk.store.outbox_page(1).unwrap();
    assert_eq!((page.len(), page[0].group), (2, page[1].group));
    assert!(page[0].group.is_some());
    desk.sync(&mut service);
    assert_eq!(service.get(&person).unwrap()[Field::MemberTitle.index()], Value::from("老师"));

    desk.store.undo(&request()).unwrap();
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("校长"));
    assert_eq!(desk.store.conflicts(10).unwrap().len(), 1);
    desk.store.resolve(&[conflicts[0].id], Side::Theirs, &request()).unwrap();
    assert_eq!(desk.store.resolve(&[conflicts[0].id], Side::Theirs, &request()).unwrap().changed, 0);
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn all_conflicts_up_to_the_newest_that_was_seen_are_settled_and_no_later_one() {
    let (desk, mut service, _) = synced("单雄信");
    let people: Vec<Record> = (0..5).map(|number| member(&format!("学生{number}"))).collect();
    desk.write(Label::Add, people.iter().map(Edit::create));
    desk.sync(&mut service);
    let mut clash = |person: &Record| {
        desk.set(person, Field::MemberTitle, "老师");
        service.set(person, Field::MemberTitle, "校长");
        desk.sync(&mut service);
    };
    people[..4].iter().for_each(&mut clash);
    let (newest, _) = desk.store.newest_attention().unwrap();
    clash(&people[4]);
    let of = |conflict: &Record| conflict.text(Field::ConflictRecord).map(str::to_owned);
    let second: Vec<_> = desk.store.conflicts_from(1, 2).unwrap().iter().map(of).collect();
    assert_eq!(second, [Some(people[1].id.to_string()), Some(people[2].id.to_string())]);
    // One of the records is gone by now: there is nothing left to be mine.
    desk.write(Label::Remove, [Edit::remove(&desk.get(&people[2]).unwrap())]);
    let stopped = desk.store.resolve_until(newest, Side::Mine, &request(), &mut |_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(StoreError::Cancelled)));
    assert_eq!(desk.store.counts().unwrap().conflicts, 5);
    desk.store.resolve_until(newest, Side::Mine, &request(), &mut |_| ControlFlow::Continue(())).unwrap();
    let left: Vec<_> = desk.store.conflicts(10).unwrap().iter().map(of).collect();
    assert_eq!(left, [Some(people[4].id.to_string())]);
    assert_eq!(text(&desk, &people[0], Field::MemberTitle).as_deref(), Some("老师"));
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.store.counts().unwrap().conflicts, 5);
}

#[test]
fn removing_what_somebody_edited_brings_it_back_until_it_is_confirmed() {
    let (desk, mut service, person) = synced("单雄信");
    desk.write(Label::Remove, [Edit::remove(&desk.get(&person).unwrap())]);
    service.set(&person, Field::MemberPhone, "13800138000");
    desk.pull(&service, 10);
    assert_eq!(desk.get(&person), None);
    desk.sync(&mut service);
    assert_eq!(text(&desk, &person, Field::MemberPhone).as_deref(), Some("13800138000"));
    let conflict = desk.store.conflicts(10).unwrap()[0].id;
    desk.store.resolve(&[conflict], Side::Mine, &request()).unwrap();
    assert_eq!(desk.get(&person), None);
    desk.sync(&mut service);
    assert_eq!(service.get(&person), None);
}

#[test]
fn a_refused_edit_stays_with_its_reason_and_is_mended_by_one_fresh_edit() {
    let (desk, mut service, person) = synced("单雄信");
    service.refuses.push("坏".into());
    desk.set(&person, Field::MemberTitle, "坏");
    desk.set(&person, Field::MemberNote, "好");
    desk.sync(&mut service);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("坏"));
    let refusals = desk.store.refusals(10).unwrap();
    assert_eq!((refusals.len(), refusals[0].answer.code), (1, OpCode::Rejected));
    assert_eq!(refusals[0].answer.rule.as_deref(), Some("forbidden_word"));
    assert_eq!(desk.store.mark(Kind::Member, person.id).unwrap(), Some(Mark::Refused));
    // It does not hold up anything and is not sent again by itself.
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
    // What others change meanwhile stays under it.
    service.set(&person, Field::MemberPhone, "13800138000");
    desk.sync(&mut service);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("坏"));

    let desk = desk.reopened();
    desk.set(&person, Field::MemberTitle, "老师");
    let page = desk.store.outbox_page(10).unwrap();
    assert_eq!((page.len(), page[0].edit.changes.len()), (1, 1));
    assert_eq!((&page[0].edit.changes[0].base, &page[0].edit.changes[0].new), (&Value::Null, &Value::from("老师")));
    assert!(desk.store.refusals(10).unwrap().is_empty());
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
    assert_eq!(service.get(&person).unwrap()[Field::MemberNote.index()], Value::from("好"));
}

#[test]
fn a_mended_edit_is_no_answer_to_what_its_author_never_saw() {
    let (desk, mut service, person) = synced("单雄信");
    service.refuses.push("坏".into());
    desk.set(&person, Field::MemberTitle, "坏");
    desk.sync(&mut service);
    // Somebody else fills the same field in; here the refused value hides it.
    service.set(&person, Field::MemberTitle, "校长");
    desk.sync(&mut service);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("坏"));
    desk.set(&person, Field::MemberTitle, "老师");
    let change = desk.store.outbox_page(10).unwrap().remove(0).edit.changes.remove(0);
    assert_eq!((change.base, change.new), (Value::Null, Value::from("老师")));
    desk.sync(&mut service);
    // Both values are kept until a person settles it.
    assert_eq!(service.get(&person).unwrap()[Field::MemberTitle.index()], Value::from("校长"));
    assert_eq!(desk.store.counts().unwrap().conflicts, 1);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("校长"));
}

#[test]
fn what_others_changed_is_counted_even_where_an_own_edit_hides_it() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    service.set(&person, Field::MemberTitle, "校长");
    let pulled = |desk: &Desk, service: &Service| {
        let asked = desk.store.sync_state().unwrap();
        let (header, records) = service.pull(asked.cursor.as_deref(), 10);
        desk.store.apply_page(&asked, &header, records, NOW).unwrap().received
    };
    assert_eq!(pulled(&desk, &service), 1);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("老师"));

    // An own edit that comes back is no news, also with another one on top of it; its answer got lost.
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    let sent = desk.store.outbox_page(1).unwrap();
    service.set(&person, Field::MemberTitle, "老师");
    assert_eq!(sent.len(), 1);
    desk.set(&person, Field::MemberTitle, "校长");
    assert_eq!(pulled(&desk, &service), 0);
}

#[test]
fn a_refused_new_member_is_created_whole_when_it_is_mended() {
    let (desk, mut service) = (Desk::new(), Service::new());
    service.refuses.push("坏".into());
    let person = member("单雄信").with(Field::MemberTitle, "坏").with(Field::MemberNote, "记");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.set(&person, Field::MemberPhone, "13800138000");
    desk.sync(&mut service);
    // The creation was refused and the edit that followed found nothing: sent once more as one, it is one question.
    assert_eq!(desk.store.refusals(10).unwrap().len(), 1);
    desk.set(&person, Field::MemberTitle, "老师");
    let page = desk.store.outbox_page(10).unwrap();
    assert_eq!((page.len(), page[0].edit.verb, page[0].edit.changes.len()), (1, Verb::Create, 5));
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
    assert!(desk.store.refusals(10).unwrap().is_empty());
}

#[test]
fn a_dropped_refusal_gives_way_to_what_the_service_has() {
    let (desk, mut service, person) = synced("单雄信");
    service.refuses.push("坏".into());
    let added = member("秦琼").with(Field::MemberTitle, "坏");
    desk.set(&person, Field::MemberTitle, "坏");
    desk.write(Label::Add, [Edit::create(&added)]);
    desk.sync(&mut service);
    desk.set(&person, Field::MemberNote, "记");
    // The edit above mended the first refusal, and is refused in its turn.
    desk.sync(&mut service);
    let refusals = desk.store.refusals(10).unwrap();
    assert_eq!(refusals.len(), 2);
    for refusal in &refusals {
        desk.store.drop_refusal(refusal.number, &request()).unwrap();
    }
    assert!(matches!(desk.store.drop_refusal(refusals[0].number, &request()), Err(StoreError::NothingToDo)));
    assert_eq!(desk.get(&added), None);
    assert_eq!(service.everything(), everything(&desk.store));
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
    assert_eq!(desk.store.history(Kind::Member, added.id, 1).unwrap()[0].label, Label::Drop);
    // What was dropped can be had back, and is sent again.
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
}

#[test]
fn a_refusal_is_repeated_when_its_cause_is_gone() {
    let (desk, mut service, person) = synced("单雄信");
    service.refuses.push("坏".into());
    desk.set(&person, Field::MemberTitle, "坏");
    desk.sync(&mut service);
    service.refuses.clear();
    desk.store.retry_refusal(desk.store.refusals(1).unwrap()[0].number, &request()).unwrap();
    desk.sync(&mut service);
    assert_eq!(service.get(&person).unwrap()[Field::MemberTitle.index()], Value::from("坏"));
    assert_eq!(desk.store.counts().unwrap().refused, 0);
}

#[test]
fn undoing_a_refused_edit_leaves_nothing_to_send() {
    let (desk, mut service, person) = synced("单雄信");
    service.refuses.push("坏".into());
    desk.set(&person, Field::MemberTitle, "坏");
    desk.sync(&mut service);
    desk.store.undo(&request()).unwrap();
    let counts = desk.store.counts().unwrap();
    assert_eq!((counts.waiting, counts.refused), (0, 0));
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn undoing_what_never_reached_the_service_shows_what_others_made_of_it() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    service.set(&person, Field::MemberTitle, "校长");
    desk.pull(&service, 10);
    desk.store.undo(&request()).unwrap();
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("校长"));
    assert_eq!(desk.store.counts().unwrap().waiting, 0);

    service.refuses.push("坏".into());
    desk.set(&person, Field::MemberTitle, "坏");
    desk.sync(&mut service);
    service.set(&person, Field::MemberTitle, "班主任");
    desk.pull(&service, 10);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("坏"));
    desk.store.undo(&request()).unwrap();
    assert_eq!(everything(&desk.store), service.everything());
    assert_eq!((desk.store.counts().unwrap().waiting, desk.store.counts().unwrap().refused), (0, 0));

    desk.set(&person, Field::MemberTitle, "老师");
    service.remove(&person);
    desk.pull(&service, 10);
    desk.store.undo(&request()).unwrap();
    assert_eq!(desk.get(&person), None);
}

#[test]
fn an_edit_of_what_was_removed_elsewhere_asks_a_person() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    service.remove(&person);
    desk.pull(&service, 10);
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("老师"));
    desk.sync(&mut service);
    assert_eq!(desk.store.refusals(10).unwrap()[0].answer.code, OpCode::Gone);
    assert!(desk.get(&person).is_some());
    // Editing once more brings the member back for everyone.
    desk.set(&person, Field::MemberNote, "回来");
    assert_eq!(verbs(&desk), [(3, Verb::Create)]);
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn what_was_removed_elsewhere_goes_when_nobody_edited_it_here() {
    let (desk, mut service, person) = synced("单雄信");
    service.remove(&person);
    desk.sync(&mut service);
    assert_eq!(desk.get(&person), None);
    assert_eq!(desk.store.history(Kind::Member, person.id, 1).unwrap()[0].edit.verb, Verb::Remove);
}

#[test]
fn a_forked_copy_numbers_its_edits_anew_and_loses_none() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    desk.outbox_once();
    desk.set(&person, Field::MemberNote, "记");
    let replica = id().into();
    desk.store.renew_replica(replica).unwrap();
    let state = desk.store.sync_state().unwrap();
    assert_eq!((state.replica, state.acked, state.last_m), (replica, 0, 0));
    assert_eq!(verbs(&desk), [(1, Verb::Edit), (2, Verb::Edit)]);
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn a_restored_service_gets_back_what_it_lost() {
    let (desk, mut service, person) = synced("单雄信");
    let backup: Vec<_> = service.rows.clone().into_iter().collect();
    let (late, edited) = (member("后来的"), member("改过的"));
    desk.write(Label::Add, [Edit::create(&late), Edit::create(&edited)]);
    desk.sync(&mut service);
    desk.set(&edited, Field::MemberTitle, "老师");
    let gone = member("删掉的");
    desk.write(Label::Add, [Edit::create(&gone)]);
    desk.sync(&mut service);
    desk.set(&edited, Field::MemberNote, "离线");
    desk.write(Label::Remove, [Edit::remove(&desk.get(&gone).unwrap())]);

    let mut restored = Service::new();
    restored.rows.extend(backup);
    (restored.epoch, restored.head) = (2, 1);
    let (header, records) = restored.pull(None, 10);
    let wrong = desk.store.apply_page(&desk.store.sync_state().unwrap(), &header, records, NOW);
    assert!(matches!(wrong, Err(StoreError::OtherEpoch { found: 2, known: 1 })));
    desk.store.begin_epoch(2, id().into()).unwrap();
    assert!(desk.store.outbox_page(10).unwrap().is_empty());
    let desk = desk.reopened();
    desk.pull(&restored, 10);
    desk.sync(&mut restored);
    assert_eq!(restored.everything(), everything(&desk.store));
    let names: Vec<_> = restored.everything().iter().map(|record| record.values[0].to_string()).collect();
    assert_eq!(names, [person.values[0].to_string(), "后来的".into(), "改过的".into()]);
    assert_eq!(text(&desk, &edited, Field::MemberNote).as_deref(), Some("离线"));
}

#[test]
fn a_group_is_never_cut_and_never_too_large() {
    let desk = Desk::new();
    let together = Operation { atomicity: Atomicity::AllOrNone, ..operation(Label::Edit) };
    let people: Vec<Record> = (0..5).map(|number| member(&format!("成员{number}"))).collect();
    desk.write(Label::Add, [Edit::create(&people[0])]);
    desk.store.write(&together, people[1..4].iter().map(Edit::create)).unwrap();
    desk.write(Label::Add, [Edit::create(&people[4])]);
    assert_eq!(desk.store.outbox_page(2).unwrap().len(), 4);
    assert_eq!(desk.store.outbox_page(4).unwrap().len(), 4);
    assert_eq!(desk.store.outbox_page(5).unwrap().len(), 5);
    let many = (0..5_001).map(|number| Edit::create(&member(&format!("多{number}"))));
    let together = Operation { atomicity: Atomicity::AllOrNone, ..operation(Label::Edit) };
    assert!(matches!(desk.store.write(&together, many), Err(StoreError::GroupTooLarge)));
    assert_eq!(desk.store.counts().unwrap().waiting, 5);
}

#[test]
fn an_answer_about_edits_that_were_not_sent_is_refused_whole() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    let (_, answer) = desk.push_without_answer(&mut service, 10);
    let mut odd = answer.clone();
    odd.exceptions.push(mingce_protocol::Exception {
        m: 9,
        code: OpCode::Gone,
        fields: vec![],
        rule: None,
        other: None,
        conflicts: vec![],
    });
    assert!(matches!(desk.store.settle(&odd, 2..=2, NOW), Err(StoreError::AnswerMismatch)));
    let mut other = answer.clone();
    other.epoch = 7;
    assert!(matches!(desk.store.settle(&other, 2..=2, NOW), Err(StoreError::OtherEpoch { .. })));
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
    // An answer that reaches less far than what was sent keeps the rest.
    assert!(matches!(desk.store.settle(&answer, 3..=3, NOW), Err(StoreError::AnswerMismatch)));
    let mut short = answer;
    short.last_m = 1;
    assert!(matches!(desk.store.settle(&short, 2..=2, NOW), Err(StoreError::AnswerMismatch)));
    short.vers = Default::default();
    desk.store.settle(&short, 2..=2, NOW).unwrap();
    assert_eq!(desk.store.counts().unwrap().waiting, 1);
}

#[test]
fn an_answered_edit_is_settled_whole_or_not_at_all_when_the_process_dies() {
    let (desk, mut service, person) = synced("单雄信");
    desk.set(&person, Field::MemberTitle, "老师");
    let (_, answer) = desk.push_without_answer(&mut service, 10);
    let before = desk.killed();
    assert_eq!(before.store.counts().unwrap().waiting, 1);
    before.store.settle(&answer, 2..=2, NOW).unwrap();
    let after = before.killed();
    assert_eq!(after.store.counts().unwrap().waiting, 0);
    assert_eq!(after.store.sync_state().unwrap().acked, 2);
}

#[test]
fn joining_comes_with_the_pull_and_undo_does_not_forget_it() {
    let (desk, mut service, person) = synced("单雄信");
    service.set(&person, Field::MemberJoinState, "joined");
    desk.sync(&mut service);
    desk.write(Label::Remove, [Edit::remove(&desk.get(&person).unwrap())]);
    desk.store.undo(&request()).unwrap();
    assert_eq!(text(&desk, &person, Field::MemberJoinState).as_deref(), Some("joined"));
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
}

impl Desk {
    /// Numbers what waits, as if it had been sent.
    fn outbox_once(&self) {
        assert!(!self.store.outbox_page(10).unwrap().is_empty());
    }
}
