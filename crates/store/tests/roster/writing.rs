//! Writing: one transaction, bases, cancelling.

use crate::support::*;
use mingce_model::{Edit, Field, Kind, Value, Verb};
use mingce_store::{Base, Label, StoreError};
use std::ops::ControlFlow;

#[test]
fn what_was_written_is_there_after_a_restart() {
    let desk = Desk::new();
    let class = department("高一3班", None);
    let person = member("尉迟恭").with(Field::MemberDepartment, class.id).with(Field::MemberEntryYear, 2026);
    let touched = desk.store.write(&operation(Label::Add), [Edit::create(&class), Edit::create(&person)]).unwrap();
    assert_eq!(touched.changed, 2);
    assert!(touched.kinds.contains(Kind::Member) && touched.kinds.contains(Kind::Department));
    assert_eq!(touched.records, [(Kind::Department, class.id), (Kind::Member, person.id)]);
    let desk = desk.reopened();
    assert_eq!(desk.get(&person), Some(person));
    assert_eq!(desk.get(&class), Some(class));
}

#[test]
fn a_killed_process_leaves_whole_operations_only() {
    let desk = Desk::new();
    let first = member("甲");
    desk.write(Label::Add, [Edit::create(&first)]);
    let copy = std::cell::RefCell::new(None);
    let second = member("乙");
    desk.store
        .write_with(&operation(Label::Import), [Edit::create(&second)], &mut |done| {
            assert_eq!(done, 1);
            *copy.borrow_mut() = Some(desk.killed());
            ControlFlow::Continue(())
        })
        .unwrap();
    let killed = copy.into_inner().unwrap();
    assert_eq!(everything(&killed.store), [first]);
    assert_eq!(desk.get(&second), Some(second));
}

#[test]
fn a_stopped_import_leaves_nothing() {
    let desk = Desk::new();
    let edits = (0..2_000).map(|number| Edit::create(&member(&format!("成员{number}"))));
    let mut told = Vec::new();
    let stopped = desk.store.write_with(&operation(Label::Import), edits, &mut |done| {
        told.push(done);
        if done >= 1_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(StoreError::Cancelled)));
    assert_eq!(told, [500, 1_000]);
    assert_eq!(everything(&desk.store), []);
    assert_eq!(desk.store.version(), 1);
}

#[test]
fn an_edit_on_a_value_that_changed_since_is_refused_whole() {
    let desk = Desk::new();
    let (person, other) = (member("单雄信"), member("秦琼"));
    desk.write(Label::Add, [Edit::create(&person), Edit::create(&other)]);
    let seen = desk.get(&person).unwrap();
    desk.set(&person, Field::MemberPhone, "13800138000");
    let late = seen.clone().with(Field::MemberPhone, "13900139000");
    let edits = [
        Edit::between(&other, &other.clone().with(Field::MemberTitle, "老师")).unwrap(),
        Edit::between(&seen, &late).unwrap(),
    ];
    let refused = desk.store.write(&operation(Label::Edit), edits);
    match refused {
        Err(StoreError::Stale { kind, id, field }) => {
            assert_eq!((kind, id, field), (Kind::Member, person.id, Some(Field::MemberPhone)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(desk.get(&other), Some(other));
}

#[test]
fn bulk_work_may_take_what_is_there_as_its_base() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.set(&person, Field::MemberPhone, "13800138000");
    let wanted = Edit::between(&person, &person.clone().with(Field::MemberPhone, "13900139000")).unwrap();
    desk.store.write(&operation(Label::Fill).with_base(Base::TakeCurrent), [wanted]).unwrap();
    let history = desk.store.history(Kind::Member, person.id, 1).unwrap();
    assert_eq!(history[0].edit.changes[0].base, Value::from("13800138000"));
    assert_eq!(desk.get(&person).unwrap().text(Field::MemberPhone), Some("13900139000"));
}

#[test]
fn an_operation_that_changes_nothing_leaves_no_trace() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    let (version, waiting) = (desk.store.version(), desk.store.counts().unwrap().waiting);
    let same = Edit::create(&person);
    let same = Edit {
        verb: Verb::Edit,
        changes: same
            .changes
            .into_iter()
            .map(|mut change| {
                change.base = change.new.clone();
                change
            })
            .collect(),
        ..same
    };
    let touched = desk.store.write(&operation(Label::Edit), [same]).unwrap();
    assert_eq!(touched.changed, 0);
    assert_eq!((desk.store.version(), desk.store.counts().unwrap().waiting), (version, waiting));
    assert_eq!(desk.store.operations(None, 10).unwrap().len(), 1);
}

#[test]
fn what_is_missing_cannot_be_edited_and_what_exists_cannot_be_created() {
    let desk = Desk::new();
    let person = member("单雄信");
    let edit = Edit::between(&person, &person.clone().with(Field::MemberTitle, "老师")).unwrap();
    let missing = desk.store.write(&operation(Label::Edit), [edit]);
    assert!(matches!(missing, Err(StoreError::NotFound { kind: Kind::Member, .. })));
    desk.write(Label::Add, [Edit::create(&person)]);
    let again = desk.store.write(&operation(Label::Add), [Edit::create(&person)]);
    assert!(matches!(again, Err(StoreError::Stale { field: None, .. })));
}

#[test]
fn nobody_here_writes_what_only_the_service_may() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    let joined = person.clone().with(Field::MemberJoinState, "joined");
    let refused = desk.store.write(&operation(Label::Edit), Edit::between(&person, &joined));
    assert!(matches!(refused, Err(StoreError::ServiceField { field: Field::MemberJoinState })));
}

#[test]
fn a_batch_id_is_used_once() {
    let desk = Desk::new();
    let operation = operation(Label::Add);
    desk.store.write(&operation, [Edit::create(&member("甲"))]).unwrap();
    let again = desk.store.write(&operation, [Edit::create(&member("乙"))]);
    assert!(matches!(again, Err(StoreError::BatchExists)));
}

#[test]
fn a_full_disk_refuses_the_edit_and_keeps_the_rest() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.store.limit_size(1).unwrap();
    let many = (0..20_000).map(|number| Edit::create(&member(&format!("成员{number}"))));
    assert!(matches!(desk.store.write(&operation(Label::Import), many), Err(StoreError::DiskFull)));
    assert_eq!(everything(&desk.store), std::slice::from_ref(&person));
    desk.store.limit_size(1 << 40).unwrap();
    desk.set(&person, Field::MemberTitle, "老师");
    let desk = desk.reopened();
    assert_eq!(desk.get(&person).unwrap().text(Field::MemberTitle), Some("老师"));
}

#[test]
fn reading_does_not_wait_for_a_long_write() {
    let desk = Desk::new();
    let person = member("单雄信");
    desk.write(Label::Add, [Edit::create(&person)]);
    let edits = (0..600).map(|number| Edit::create(&member(&format!("成员{number}"))));
    let mut looked = 0;
    desk.store
        .write_with(&operation(Label::Import), edits, &mut |_| {
            assert_eq!(desk.get(&person).as_ref(), Some(&person));
            assert_eq!(desk.store.count(Kind::Member).unwrap(), 1);
            looked += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(looked, 2);
    assert_eq!(desk.store.count(Kind::Member).unwrap(), 601);
}

#[test]
fn a_record_that_comes_twice_in_an_import_is_made_once_and_nobody_is_left_out() {
    for (label, base) in [(Label::Import, Base::TakeCurrent), (Label::Add, Base::TakeCurrent)] {
        let desk = Desk::new();
        let people: Vec<_> = (0..100).map(|number| member(&format!("成员{number}"))).collect();
        let again = people[40].clone().with(Field::MemberName, "改过名");
        let mut edits: Vec<Edit> = people.iter().map(Edit::create).collect();
        edits.insert(70, Edit::create(&again));
        edits.insert(3, Edit::create(&people[0]));
        let operation = mingce_store::Operation { base, ..operation(label) };
        let touched = desk.store.write(&operation, edits).unwrap();
        assert_eq!(touched.changed, 101, "a hundred people and one new name");
        assert_eq!(desk.store.member_count().unwrap(), 100);
        for person in people.iter().filter(|person| person.id != again.id) {
            assert_eq!(desk.get(person).as_ref(), Some(person));
        }
        assert_eq!(desk.get(&again), Some(again));
        assert_eq!(desk.store.counts().unwrap().waiting, 101);
        desk.store.undo_batch(operation.id, &crate::support::operation(Label::Edit)).unwrap();
        assert_eq!(everything(&desk.store), []);
        assert_eq!(desk.store.counts().unwrap().waiting, 0, "what was never sent need not be taken back");
    }
}

#[test]
fn whatever_an_import_makes_is_written_down_however_many_there_are_of_each_kind() {
    for classes in [31, 32, 33, 64, 96] {
        let desk = Desk::new();
        // Rows of the other kind that were there before stand in the same places.
        let before: Vec<_> = (0..40).map(|number| member(&format!("原有{number}"))).collect();
        desk.write(Label::Add, before.iter().map(Edit::create));
        let tree: Vec<_> = (0..classes).map(|number| department(&format!("{number}班"), None)).collect();
        let people: Vec<_> = (0..64).map(|number| member(&format!("成员{number}"))).collect();
        let batch = desk.write(Label::Import, tree.iter().chain(&people).map(Edit::create));
        assert_eq!(desk.store.counts().unwrap().waiting, 40 + classes + 64);
        let sent = desk.store.outbox_page(1_000).unwrap();
        let made: Vec<_> = sent.iter().skip(40).map(|entry| entry.edit.id).collect();
        assert_eq!(made, tree.iter().chain(&people).map(|record| record.id).collect::<Vec<_>>(), "{classes}");
        desk.store.undo_batch(batch, &crate::support::operation(Label::Edit)).unwrap();
        assert_eq!(everything(&desk.store).len(), 40, "{classes}");
    }
}

#[test]
fn a_creation_says_what_was_made_whatever_came_after() {
    let desk = Desk::new();
    let people: Vec<_> = ["单雄信", "仇远", "尉迟恭", "查良镛"].map(member).into();
    let batch = desk.write(Label::Import, people.iter().map(Edit::create));
    let [untouched, edited, removed, returned] = &people[..] else { unreachable!() };
    desk.set(edited, Field::MemberName, "仇英");
    desk.set(edited, Field::MemberTitle, "画家");
    desk.set(removed, Field::MemberTitle, "将军");
    desk.write(Label::Remove, [Edit::remove(&desk.get(removed).unwrap()), Edit::remove(returned)]);
    desk.write(Label::Restore, [Edit::create(&returned.clone().with(Field::MemberNote, "回来"))]);

    let desk = desk.reopened();
    let made: Vec<Edit> = people.iter().map(Edit::create).collect();
    let sent = desk.store.outbox_page(100).unwrap();
    let sent: Vec<&Edit> = sent.iter().map(|entry| &entry.edit).collect();
    assert_eq!(sent[..4], made.iter().collect::<Vec<_>>(), "what the service hears");
    for person in [untouched, edited, removed, returned] {
        let history = desk.store.history(Kind::Member, person.id, 100).unwrap();
        assert_eq!(history.last().unwrap().edit, Edit::create(person), "what the history tells");
    }
    // Of each something is known that a person did later: only the untouched one goes.
    let undone = desk.store.undo_batch(batch, &request()).unwrap();
    assert_eq!((undone.touched.changed, undone.kept_count), (1, 3), "{undone:?}");
    assert_eq!(desk.get(untouched), None);
}
