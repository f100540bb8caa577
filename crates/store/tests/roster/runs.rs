//! The log of sheets outlives a restart and keeps what a person said of each run.

use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_store::{Checked, Label, NewRun, RunLabel, RunWay};
use std::ops::ControlFlow;

fn run<'a>(labels: &'a [RunLabel], way: RunWay, at_ms: i64) -> NewRun<'a> {
    NewRun { way, actor: "王老师", at_ms, layout: "avery-l7159", pages: 2, reason: None, labels }
}

fn label(page: u32, invitation: RecordId) -> RunLabel {
    RunLabel { page, invitation, member: id() }
}

/// Somebody says what came out well, with the marks that follow.
fn check(desk: &Desk, run: u64, at_ms: i64, printed: &[u32], marks: Vec<Edit>) {
    let printed = printed.iter().map(|place| *place..place + 1).collect();
    let checked = || Checked { run, at_ms, printed };
    let go_on = &mut |_| ControlFlow::Continue(());
    desk.store.write_checked(&operation(Label::Print), marks, go_on, checked).unwrap();
}

fn invitation(member: RecordId) -> Record {
    Record::empty(Kind::Invitation, id())
        .with(Field::InvitationMember, member)
        .with(Field::InvitationTokenHash, "0".repeat(64))
        .with(Field::InvitationCreatedAt, NOW)
        .with(Field::InvitationExpiresAt, NOW + 1_000)
}

#[test]
fn a_run_is_kept_with_its_labels_and_what_came_out_well() {
    let desk = Desk::new();
    let labels = [label(1, id()), label(1, id()), label(2, id())];
    let first = desk.store.note_run(&run(&labels, RunWay::Print, NOW)).unwrap();
    let void = NewRun { reason: Some("lost"), layout: "", pages: 0, ..run(&labels[..1], RunWay::Void, NOW + 1) };
    let second = desk.store.note_run(&void).unwrap();
    check(&desk, first, NOW + 2, &[0, 2, 77], Vec::new());

    let desk = desk.reopened();
    let runs = desk.store.runs(None, 10).unwrap();
    let told: Vec<_> = runs.iter().map(|run| (run.number, run.way, run.people, run.printed)).collect();
    assert_eq!(told, [(second, RunWay::Void, 1, 0), (first, RunWay::Print, 3, 2)]);
    assert_eq!((runs[0].reason.as_deref(), runs[1].checked_at_ms), (Some("lost"), Some(NOW + 2)));
    assert_eq!(desk.store.runs(Some(second), 10).unwrap(), runs[1..]);
    assert_eq!(desk.store.run(first).unwrap().as_ref(), Some(&runs[1]));
    assert_eq!(desk.store.run(77).unwrap(), None);
    let kept = desk.store.run_labels(first, 0, 10).unwrap();
    assert_eq!(kept.iter().map(|row| row.label).collect::<Vec<_>>(), labels);
    assert_eq!(kept.iter().map(|row| row.is_printed).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(desk.store.run_labels(first, 1, 1).unwrap(), kept[1..2]);
    // Said again otherwise.
    check(&desk, first, NOW + 3, &[1], Vec::new());
    assert_eq!(desk.store.run(first).unwrap().unwrap().printed, 1);
    let kept = desk.store.run_labels(first, 0, 10).unwrap();
    assert_eq!(kept.iter().map(|row| row.is_printed).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_code_may_come_out_well_in_more_than_one_run() {
    let desk = Desk::new();
    let labels = [label(1, id())];
    let numbers = [NOW, NOW + 1].map(|at_ms| desk.store.note_run(&run(&labels, RunWay::Pdf, at_ms)).unwrap());
    check(&desk, numbers[0], NOW + 2, &[0], Vec::new());
    let besides = |number| desk.store.is_printed_besides(number, labels[0].invitation).unwrap();
    assert_eq!((besides(numbers[0]), besides(numbers[1])), (false, true));
    check(&desk, numbers[0], NOW + 3, &[], Vec::new());
    assert!(!besides(numbers[1]));
}

#[test]
fn an_answer_counts_no_longer_when_its_marks_are_taken_back() {
    let desk = Desk::new();
    let person = member("张三");
    let code = invitation(person.id);
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.write(Label::Invite, [Edit::create(&code)]);
    let labels = [label(1, code.id)];
    let numbers = [NOW, NOW + 1].map(|at_ms| desk.store.note_run(&run(&labels, RunWay::Pdf, at_ms)).unwrap());
    let mark = Edit::between(&code, &code.clone().with(Field::InvitationPrintedOn, "2026-11-29")).unwrap();
    check(&desk, numbers[0], NOW + 2, &[0], vec![mark]);
    let told = |desk: &Desk| {
        let run = desk.store.run(numbers[0]).unwrap().unwrap();
        let label = desk.store.run_labels(numbers[0], 0, 1).unwrap()[0];
        let besides = desk.store.is_printed_besides(numbers[1], code.id).unwrap();
        let unchecked = desk.store.unchecked_runs(None, 10).unwrap();
        let unchecked: Vec<u64> = unchecked.into_iter().map(|run| run.number).collect();
        (run.checked_at_ms, run.printed, label.is_printed, besides, unchecked)
    };
    let said = (Some(NOW + 2), 1, true, true, vec![numbers[1]]);
    assert_eq!(told(&desk), said);
    // Said again, nothing is to be marked: the marks are still those of the first answer.
    check(&desk, numbers[0], NOW + 2, &[0], Vec::new());
    assert_eq!(told(&desk), said);
    desk.store.undo(&request()).unwrap();
    assert_eq!(told(&desk), (None, 0, false, false, vec![numbers[1], numbers[0]]));
    let desk = desk.reopened();
    desk.store.redo(&request()).unwrap();
    assert_eq!(told(&desk), said);
    // Nothing came out well: there is no mark to be taken back, and it holds.
    desk.store.undo(&request()).unwrap();
    check(&desk, numbers[0], NOW + 3, &[], Vec::new());
    assert_eq!(told(&desk), (Some(NOW + 3), 0, false, false, vec![numbers[1]]));
}

#[test]
fn what_was_voided_is_noted_with_the_voiding_or_not_at_all() {
    let desk = Desk::new();
    let person = member("张三");
    let code = invitation(person.id);
    desk.write(Label::Add, [Edit::create(&person)]);
    let labels = [label(0, code.id)];
    let void = NewRun { reason: Some("lost"), layout: "", pages: 0, ..run(&labels, RunWay::Void, NOW) };
    let revoked = code.clone().with(Field::InvitationIsRevoked, 1);
    let edit = Edit::between(&code, &revoked).unwrap();
    // There is no such invitation (any more).
    assert!(desk.store.write_noting(&operation(Label::Reprint), [edit.clone()], &void).is_err());
    assert!(desk.store.runs(None, 10).unwrap().is_empty());
    desk.write(Label::Invite, [Edit::create(&code)]);
    desk.store.write_noting(&operation(Label::Reprint), [edit], &void).unwrap();
    let is_undone = || desk.store.runs(None, 10).unwrap().iter().map(|run| run.is_undone).collect::<Vec<_>>();
    assert_eq!(is_undone(), [false]);
    desk.store.undo(&request()).unwrap();
    assert_eq!(is_undone(), [true]);
    desk.store.redo(&request()).unwrap();
    assert_eq!(is_undone(), [false]);
}
