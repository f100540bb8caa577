//! Syncing when somebody says so, with nothing at work in the background.

use crate::desktop::Desktop;
use crate::line::Weather;
use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::roster::Column;
use mingce_model::{Field, Kind, Record};
use mingce_testkit::people;
use tokio::runtime::Runtime;

#[test]
fn what_was_received_is_counted_in_records_of_others() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let there = Office::quiet(&runtime, &world, "there");
    let here = runtime.block_on(Desktop::new(&world, "here"));
    let members = ["张三", "李四", "王五"].map(|name| here.add(name));
    runtime.block_on(here.sync_all());
    there.add(&[(Column::Name, "赵六")]);
    let done = there.app.sync_now(Nothing {}).unwrap();
    assert_eq!((done.pushed, done.pulled), (1, 3));
    let done = there.app.sync_now(Nothing {}).unwrap();
    assert_eq!((done.pushed, done.pulled), (0, 0));

    // One member changed twice, one removed; an edit of one's own comes back with them and is no news.
    here.set(members[0], Field::MemberTitle, "班长");
    runtime.block_on(here.sync_all());
    here.set(members[0], Field::MemberTitle, "组长");
    here.remove(Kind::Member, members[1]);
    runtime.block_on(here.sync_all());
    there.edit(&members[2].to_string(), Column::Title, "委员");
    let done = there.app.sync_now(Nothing {}).unwrap();
    assert_eq!((done.pushed, done.pulled), (1, 2));
}

#[test]
fn trouble_with_sending_does_not_keep_away_what_others_wrote() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let there = Office::quiet(&runtime, &world, "there");
    let here = runtime.block_on(Desktop::new(&world, "here"));
    let records: Vec<Record> = people(2_000, 7).map(|person| person.to_record(world.chance.id(), None)).collect();
    here.import(&records);
    runtime.block_on(here.sync_all());
    for number in 0..200 {
        there.add(&[(Column::Name, &format!("学生{number}"))]);
    }
    // Enough for asking, not for sending.
    there.line.set(Weather::RequestsCutAfter(3_000));
    assert_eq!(there.app.sync_now(Nothing {}).unwrap_err().code, Code::Offline);
    assert!(there.line.cuts() >= 1);
    assert_eq!(there.status().waiting, 200);
    let last = records.last().unwrap().id.to_string();
    assert!(there.cell(&last, Column::Name).is_some());
    there.line.set(Weather::Clear);
    assert!(there.app.sync_now(Nothing {}).is_ok());
    assert_eq!(there.status().waiting, 0);
}
