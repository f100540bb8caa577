//! A whole roster brought in offline, and taken back after it was shared.

use crate::desktop::{Desktop, assert_equal};
use crate::line::Weather;
use crate::world::World;
use mingce_model::{Field, Kind, Record};
use mingce_testkit::people;

fn roster(world: &World, count: u64) -> Vec<Record> {
    people(count, 7).map(|person| person.to_record(world.chance.id(), None)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_rows_brought_in_offline_arrive_row_by_row() {
    let world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    there.sync_all().await;
    here.line.set(Weather::Down);
    let records = roster(&world, 2_000);
    here.import(&records);
    here.sync().await;
    assert_eq!(here.waiting(), 2_000);
    here.line.set(Weather::Clear);
    here.sync_all().await;
    there.sync_all().await;
    assert_equal(&[&here, &there]);
    for record in &records {
        assert_eq!(there.record(Kind::Member, record.id).map(|there| there.values), Some(record.values.clone()));
    }
    assert!(here.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_undone_after_it_was_shared_goes_from_the_other_desktop_too() {
    let world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    let before = here.add("原有的");
    here.sync_all().await;
    let records = roster(&world, 50);
    let batch = here.import(&records);
    here.sync_all().await;
    there.sync_all().await;
    assert!(records.iter().all(|record| there.record(Kind::Member, record.id).is_some()));
    // What somebody worked on since is not taken away.
    there.set(records[7].id, Field::MemberNote, "已核对");
    there.sync_all().await;
    here.sync_all().await;
    here.undo_batch(batch);
    for desktop in [&here, &there, &here] {
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &there]);
    let left: Vec<_> = records.iter().filter(|record| there.record(Kind::Member, record.id).is_some()).collect();
    assert_eq!(left.iter().map(|record| record.id).collect::<Vec<_>>(), [records[7].id]);
    assert_eq!(there.value(records[7].id, Field::MemberNote), "已核对".into());
    assert!(there.record(Kind::Member, before).is_some());
    assert!(here.conflicts().is_empty() && here.refusals().is_empty());
}
