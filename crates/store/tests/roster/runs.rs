//! The log of sheets outlives a restart and keeps what a person said of each run.

use crate::support::*;
use mingce_model::RecordId;
use mingce_store::{NewRun, RunLabel, RunWay};

fn run<'a>(labels: &'a [RunLabel], way: RunWay, at_ms: i64) -> NewRun<'a> {
    NewRun { way, actor: "王老师", at_ms, layout: "avery-l7159", pages: 2, reason: None, labels }
}

fn label(page: u32, invitation: RecordId) -> RunLabel {
    RunLabel { page, invitation, member: id() }
}

#[test]
fn a_run_is_kept_with_its_labels_and_what_came_out_well() {
    let desk = Desk::new();
    let labels = [label(1, id()), label(1, id()), label(2, id())];
    let first = desk.store.note_run(&run(&labels, RunWay::Print, NOW)).unwrap();
    let void = NewRun { reason: Some("lost"), layout: "", pages: 0, ..run(&labels[..1], RunWay::Void, NOW + 1) };
    let second = desk.store.note_run(&void).unwrap();
    desk.store.note_checked(first, NOW + 2, &[0, 2, 77]).unwrap();

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
    desk.store.note_checked(first, NOW + 3, &[1]).unwrap();
    assert_eq!(desk.store.run(first).unwrap().unwrap().printed, 1);
    let kept = desk.store.run_labels(first, 0, 10).unwrap();
    assert_eq!(kept.iter().map(|row| row.is_printed).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_code_may_come_out_well_in_more_than_one_run() {
    let desk = Desk::new();
    let labels = [label(1, id())];
    let numbers = [NOW, NOW + 1].map(|at_ms| desk.store.note_run(&run(&labels, RunWay::Pdf, at_ms)).unwrap());
    desk.store.note_checked(numbers[0], NOW + 2, &[0]).unwrap();
    let besides = |number| desk.store.is_printed_besides(number, labels[0].invitation).unwrap();
    assert_eq!((besides(numbers[0]), besides(numbers[1])), (false, true));
    desk.store.note_checked(numbers[0], NOW + 3, &[]).unwrap();
    assert!(!besides(numbers[1]));
}
