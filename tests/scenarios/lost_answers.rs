//! Requests and answers that get lost, doubled, late or cut: nothing is lost, nothing happens twice.

use crate::desktop::{Desktop, assert_equal};
use crate::line::Weather;
use crate::world::World;
use mingce_client::ClientError;
use mingce_model::{Field, Kind};
use mingce_protocol::ApiFailure;
use mingce_sync::{State, Why};

async fn two_desktops(world: &World) -> (Desktop, Desktop) {
    let (here, there) = (Desktop::new(world, "here").await, Desktop::new(world, "there").await);
    here.sync_all().await;
    there.sync_all().await;
    (here, there)
}

fn is_offline(state: State) -> bool {
    matches!(state, State::Offline { why: Why::Network, .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_survives_a_lost_answer() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    let member = here.add("单于婷");
    here.sync_and_lose_answer(&there).await;
    assert_eq!(here.waiting(), 1);
    // The service took it, although here nobody knows.
    there.sync_all().await;
    assert!(there.record(Kind::Member, member).is_some());
    let head = there.head().await;
    // In the meantime people go on.
    here.set(member, Field::MemberPhone, "13900139000");
    here.line.set(Weather::Clear);
    here.sync_all().await;
    assert_eq!(here.head().await, head + 1);
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    assert_eq!(there.value(member, Field::MemberPhone), "13900139000".into());
    assert!(here.conflicts().is_empty() && here.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_survives_many_lost_answers_in_a_row() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    for round in 0..5 {
        here.add(&format!("学生{round}"));
        here.sync_and_lose_answer(&there).await;
    }
    assert_eq!(here.waiting(), 5);
    here.line.set(Weather::Clear);
    here.sync_all().await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    // The organisation's own record and five members, each written once.
    assert_eq!(here.head().await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicated_push_changes_nothing() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    let member = here.add("欧阳·买买提");
    here.set(member, Field::MemberTitle, "班长");
    let first = here.send_only().await;
    let head = here.head().await;
    let second = here.send(&first.header, &first.ops).await.unwrap();
    assert_eq!(second, first.answer);
    assert_eq!(here.head().await, head);
    here.settle(&first);
    here.sync_all().await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_push_that_arrives_late_changes_nothing() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    let member = here.add("王五");
    let late = here.send_only().await;
    here.settle(&late);
    here.set(member, Field::MemberName, "王武");
    here.sync_all().await;
    let head = here.head().await;
    let refused = here.send(&late.header, &late.ops).await.err();
    assert_eq!(refused, Some(ClientError::Refused(ApiFailure::Fork.into())));
    assert_eq!(here.head().await, head);
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    assert_eq!(there.value(member, Field::MemberName), "王武".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cut_anywhere_is_sent_again() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    for cut in [0, 1, 30, 100, 200, 300, 400, 500, 700] {
        here.add(&format!("学生{cut}"));
        here.line.set(Weather::RequestsCutAfter(cut));
        here.sync().await;
    }
    assert!(here.line.cuts() > 0);
    here.line.set(Weather::Clear);
    here.sync_all().await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    assert_eq!(here.head().await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_anywhere_is_asked_for_again() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    for cut in [1, 20, 100, 300, 600, 900, 1_200] {
        here.add(&format!("学生{cut}"));
        there.add(&format!("老师{cut}"));
        here.line.set(Weather::AnswersCutAfter(cut));
        there.line.set(Weather::AnswersCutAfter(cut));
        here.sync().await;
        there.sync().await;
    }
    assert!(here.line.cuts() > 0 && there.line.cuts() > 0);
    for desktop in [&here, &there, &here] {
        desktop.line.set(Weather::Clear);
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &there]);
    assert_eq!(here.head().await, 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_is_a_state_and_no_error() {
    let world = World::new().await;
    let (here, there) = two_desktops(&world).await;
    here.line.set(Weather::Down);
    let member = here.add("李四");
    assert!(is_offline(here.sync().await));
    here.set(member, Field::MemberNote, "转学");
    here.undo();
    assert!(is_offline(here.sync().await));
    assert_eq!(here.record(Kind::Member, member).unwrap().text(Field::MemberNote), None);
    here.line.set(Weather::Clear);
    here.sync_all().await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
}
