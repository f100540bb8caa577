//! The power goes, on the desktop or at the service, at the worst moments.

use crate::desktop::{Desktop, assert_equal};
use crate::line::Weather;
use crate::world::World;
use mingce_model::{Field, Kind};
use mingce_sync::State;

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_killed_before_it_sends_has_its_edits_after_the_restart() {
    let world = World::new().await;
    let mut here = Desktop::new(&world, "here").await;
    here.sync_all().await;
    let member = here.add("赵一");
    here.crash();
    assert_eq!(here.waiting(), 1);
    // Numbered for sending, and killed again.
    here.plan(100).unwrap();
    here.crash();
    here.set(member, Field::MemberTitle, "组长");
    here.sync_all().await;
    let there = Desktop::new(&world, "there").await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    assert_eq!(there.value(member, Field::MemberTitle), "组长".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_killed_between_sending_and_the_answer_sends_again_and_nothing_is_doubled() {
    let world = World::new().await;
    let mut here = Desktop::new(&world, "here").await;
    here.sync_all().await;
    let members: Vec<_> = (0..20).map(|n| here.add(&format!("学生{n}"))).collect();
    let sent = here.send_only().await;
    let head = here.head().await;
    here.crash();
    assert_eq!(here.waiting(), 20);
    here.set(members[3], Field::MemberPhone, "13700137000");
    here.sync_all().await;
    assert_eq!(here.head().await, head + 1);
    assert_eq!(sent.ops.len(), 20);
    // Once the answer is stored, a crash brings nothing back.
    here.crash();
    assert_eq!(here.waiting(), 0);
    here.sync_all().await;
    let there = Desktop::new(&world, "there").await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    assert!(here.conflicts().is_empty() && here.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_killed_in_the_middle_of_a_pull_goes_on_where_it_was() {
    let world = World::new().await;
    let here = Desktop::new(&world, "here").await;
    here.sync_all().await;
    for n in 0..25 {
        here.add(&format!("学生{n}"));
    }
    here.sync_all().await;
    let mut there = Desktop::new(&world, "there").await;
    let own = there.add("本地");
    let mut pages = 0;
    loop {
        // Fetched, not stored, killed; fetched again and stored; killed.
        there.fetch(4).await.unwrap();
        there.crash();
        let (header, records) = there.fetch(4).await.unwrap();
        assert!(records.len() <= 4);
        let more = header.more;
        there.apply(&header, records.clone()).unwrap();
        // The same page once more, as a duplicate would come.
        there.apply(&header, records).unwrap();
        there.crash();
        pages += 1;
        if !more {
            break;
        }
    }
    assert!(pages >= 6);
    assert!(there.record(Kind::Member, own).is_some());
    there.sync_all().await;
    here.sync_all().await;
    assert_equal(&[&here, &there]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_restarted_in_between_is_only_a_pause() {
    let mut world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    here.sync_all().await;
    there.sync_all().await;
    here.add("钱二");
    world.stop_service().await;
    assert!(matches!(here.sync().await, State::Offline { .. }));
    there.add("孙三");
    let address = world.start_again().await;
    for desktop in [&here, &there, &here] {
        desktop.line.lead_to(address);
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &there]);
    assert_eq!(here.head().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_killed_after_it_took_edits_remembers_its_answers() {
    let mut world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    here.sync_all().await;
    here.add("周四");
    here.sync_and_lose_answer(&there).await;
    assert_eq!(here.waiting(), 1);
    world.kill_service();
    let address = world.start_again().await;
    here.line.set(Weather::Clear);
    here.line.lead_to(address);
    there.line.lead_to(address);
    here.sync_all().await;
    assert_eq!(here.head().await, 2);
    there.sync_all().await;
    assert_equal(&[&here, &there]);
}
