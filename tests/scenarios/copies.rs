//! Copied and restored databases, on either side: a normal event, and nothing is lost by it.

use crate::desktop::{Desktop, assert_equal};
use crate::world::World;
use mingce_model::{Field, Kind};

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_profile_goes_on_beside_the_original() {
    let world = World::new().await;
    let here = Desktop::new(&world, "here").await;
    let member = here.add_with("张三", &[(Field::MemberPhone, "13800000001")]);
    here.sync_all().await;
    let waiting = here.add("在途");
    let copy = here.copied(&world, "copy").await;
    // Both hold the same number for different edits, and the same edit that waited twice.
    here.set(member, Field::MemberPhone, "13800000002");
    copy.set(member, Field::MemberTitle, "副本");
    let only_copy = copy.add("副本的人");
    for desktop in [&here, &copy, &here, &copy] {
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &copy]);
    assert_eq!(here.value(member, Field::MemberPhone), "13800000002".into());
    assert_eq!(here.value(member, Field::MemberTitle), "副本".into());
    for id in [waiting, only_copy] {
        assert!(here.record(Kind::Member, id).is_some());
    }
    assert!(here.conflicts().is_empty() && here.refusals().is_empty() && copy.refusals().is_empty());
    // From now on they are two desktops like any others.
    here.add("以后");
    copy.add("也以后");
    for desktop in [&here, &copy, &here] {
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &copy]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_restored_from_a_backup_loses_nothing() {
    let world = World::new().await;
    let here = Desktop::new(&world, "here").await;
    let member = here.add_with("张三", &[(Field::MemberPhone, "13800000001")]);
    here.sync_all().await;
    let backup = here.copied(&world, "backup").await;
    here.set(member, Field::MemberPhone, "13800000002");
    let later = here.add("备份之后");
    here.sync_all().await;
    drop(here);
    // Goes on from the old state: the same numbers, other edits.
    backup.set(member, Field::MemberPhone, "13800000003");
    let other = backup.add("恢复之后");
    backup.sync_all().await;
    assert!(backup.record(Kind::Member, later).is_some());
    assert!(backup.record(Kind::Member, other).is_some());
    assert_eq!(backup.value(member, Field::MemberPhone), "13800000002".into());
    let conflicts = backup.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].mine, "13800000003".into());
    let fresh = Desktop::new(&world, "fresh").await;
    fresh.sync_all().await;
    assert_equal(&[&backup, &fresh]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_put_back_by_hand_gets_the_people_it_lost_from_the_desktops() {
    restore(|_| {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_restored_by_its_operator_gets_the_people_it_lost_from_the_desktops() {
    restore(World::begin_epoch).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_after_a_backup_are_all_back_once_it_was_brought_back() {
    let mut world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    let member = here.add_with("张三", &[(Field::MemberPhone, "13800000001")]);
    let second = here.add("李四");
    here.sync_all().await;
    there.sync_all().await;
    // The service runs, and somebody has an edit under way.
    there.set(second, Field::MemberTitle, "组长");
    world.back_up("service.backup");
    there.sync_all().await;
    here.set(member, Field::MemberPhone, "13800000002");
    let made = here.add("备份之后");
    here.sync_all().await;
    there.sync_all().await;
    there.set(made, Field::MemberTitle, "班长");
    there.set(member, Field::MemberNote, "两处");
    for desktop in [&there, &here] {
        desktop.sync_all().await;
    }
    // One more that the service never saw.
    here.set(second, Field::MemberNote, "在途");
    world.stop_service().await;
    world.bring_back("service.backup");
    let address = world.start_again().await;
    for desktop in [&here, &there] {
        desktop.line.lead_to(address);
    }
    let fresh = Desktop::new(&world, "fresh").await;
    fresh.add("恢复之后");
    for desktop in [&fresh, &there, &here, &fresh, &there, &here] {
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &there, &fresh]);
    assert_eq!(fresh.value(member, Field::MemberPhone), "13800000002".into());
    assert_eq!(fresh.value(member, Field::MemberNote), "两处".into());
    assert_eq!(fresh.value(made, Field::MemberTitle), "班长".into());
    assert_eq!(fresh.value(second, Field::MemberTitle), "组长".into());
    assert_eq!(fresh.value(second, Field::MemberNote), "在途".into());
    for desktop in [&here, &there, &fresh] {
        assert!(desktop.conflicts().is_empty() && desktop.refusals().is_empty() && desktop.waiting() == 0);
    }
}

/// The service goes back to a backup, with `announce` done to its folder; desktops that know more come back later.
async fn restore(announce: impl FnOnce(&World)) {
    let mut world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    here.add("早");
    here.sync_all().await;
    there.sync_all().await;
    world.stop_service().await;
    world.keep_service();
    let address = world.start_again().await;
    for desktop in [&here, &there] {
        desktop.line.lead_to(address);
    }
    let lost = here.add("丢失的");
    here.sync_all().await;
    there.sync_all().await;
    world.stop_service().await;
    world.put_service_back();
    announce(&world);
    let address = world.start_again().await;
    for desktop in [&here, &there] {
        desktop.line.lead_to(address);
    }
    // Somebody writes before those who know more come back, so that the same versions now mean other changes.
    let fresh = Desktop::new(&world, "fresh").await;
    fresh.add("恢复后一");
    fresh.add("恢复后二");
    fresh.add("恢复后三");
    for desktop in [&fresh, &here, &there, &fresh, &here, &there] {
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &there, &fresh]);
    assert!(fresh.record(Kind::Member, lost).is_some());
    assert!(here.refusals().is_empty() && there.refusals().is_empty());
}
