//! Two computers on line: what one administrator writes is on the other's screen because the service says so, not because
//! a timer came round. While a stream is open the loop's own timer is an hour away (`mingce_sync`, loop transitions).

use crate::line::Weather;
use crate::office::{Office, is_at_rest, wait_until};
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::roster::Column;
use mingce_ipc::sync::SyncPhase;
use tokio::runtime::Runtime;

fn two_offices() -> (Runtime, World, Office, Office) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let there = Office::open(&runtime, &world, "there");
    (runtime, world, here, there)
}

fn listens(runtime: &Runtime, world: &World, count: usize) {
    wait_until(runtime, "everybody listens", || world.streams() == count);
}

fn writes(runtime: &Runtime, from: &Office, to: &Office, name: &str) {
    let member = from.add(&[(Column::Name, name)]);
    wait_until(runtime, "the other has it", || to.cell(&member, Column::Name).as_deref() == Some(name));
    wait_until(runtime, "both rest", || is_at_rest(from) && is_at_rest(to));
}

#[test]
fn an_edit_is_on_the_other_screen_without_a_timer() {
    let (runtime, world, here, there) = two_offices();
    listens(&runtime, &world, 2);
    // No timer of either loop is due before an hour has passed: whatever arrives, the stream has called for it.
    for round in 0..5 {
        writes(&runtime, &here, &there, &format!("学生{round}"));
        writes(&runtime, &there, &here, &format!("同学{round}"));
    }
    assert_eq!(world.streams(), 2);
}

#[test]
fn a_lost_stream_is_found_again_and_nothing_is_missed() {
    let (runtime, world, here, there) = two_offices();
    listens(&runtime, &world, 2);
    there.line.set(Weather::Down);
    wait_until(&runtime, "it is off line", || there.status().phase == SyncPhase::Offline);
    let missed = here.add(&[(Column::Name, "单于婷")]);
    here.app.sync_now(Nothing {}).unwrap();
    there.line.set(Weather::Clear);
    wait_until(&runtime, "what was missed is there", || there.cell(&missed, Column::Name).is_some());
    listens(&runtime, &world, 2);
    writes(&runtime, &here, &there, "张伟");
}

#[test]
fn a_service_that_starts_again_is_listened_to_again() {
    let (runtime, mut world, here, there) = two_offices();
    listens(&runtime, &world, 2);
    runtime.block_on(world.stop_service());
    let address = runtime.block_on(world.start_again());
    here.line.lead_to(address);
    there.line.lead_to(address);
    listens(&runtime, &world, 2);
    writes(&runtime, &here, &there, "张伟");
}

#[test]
fn a_computer_that_is_sent_away_listens_no_more() {
    let (runtime, world, here, there) = two_offices();
    listens(&runtime, &world, 2);
    let device = runtime.block_on(async {
        let client = world.direct();
        let client = client.with_token(&world.sign_in(&client, "the office").await.token);
        let devices = client.devices().await.expect("the list");
        let there = devices.into_iter().find(|device| device.name == "there").expect("it is signed in");
        client.revoke_device(&there.id).await.expect("it is sent away");
        there.id
    });
    wait_until(&runtime, "it is told", || there.status().phase == SyncPhase::SignInNeeded);
    assert_eq!(world.streams(), 1, "{device}");
    here.add(&[(Column::Name, "张伟")]);
    here.app.sync_now(Nothing {}).unwrap();
    assert_eq!((there.status().phase, there.status().waiting), (SyncPhase::SignInNeeded, 0));
    assert_eq!(there.app.departments(Nothing {}).unwrap_err().code, Code::Locked);
}
