//! What a service remembers when it starts again, and what it notices when somebody changed its files meanwhile.

use crate::database::TestDatabase;
use crate::desk::{Desk, House};
use mingce_model::{Edit, Kind};
use mingce_protocol::{ApiFailure, PushAnswer, PushHeader};

#[tokio::test]
async fn tokens_cursors_and_answers_survive_a_restart() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    let ops = desk.ops(&[Edit::create(&desk.member("张伟"))]);
    let before: PushAnswer = desk.send_push(&desk.header(), &ops).await.json();
    house.restart(|_| {});
    let after: PushAnswer = desk.send_push(&desk.header(), &ops).await.json();
    assert_eq!(before, after);
    assert_eq!(desk.pull().await.len(), 1);
}

#[tokio::test]
async fn a_database_put_back_by_hand_is_noticed() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let mut other = desk.second();
    desk.add_member("张伟").await;
    house.restart(TestDatabase::keep_copy);
    let lost = desk.add_member("李娜").await;
    desk.pull().await;
    house.restart(TestDatabase::put_copy_back);
    // The cursor is ahead of the log, and the desktop holds an answer that this log never gave.
    let ask = |cursor: &str| format!("?cursor={cursor}");
    let cursor = desk.cursor.clone().unwrap();
    assert_eq!(desk.send_pull(&ask(&cursor)).await.failure().code, ApiFailure::Epoch);
    desk.cursor = None;
    let again = desk.ops(&[Edit::create(&desk.member("王芳"))]);
    assert_eq!(desk.push_failing(&desk.header(), &again).await, ApiFailure::Epoch);
    // Once the log has grown past it again, the chain still tells the two apart.
    other.push(&[Edit::create(&other.member("刘洋")), Edit::create(&other.member("陈静"))]).await;
    assert!(desk.head().await > 3);
    assert_eq!(desk.send_pull(&ask(&cursor)).await.failure().code, ApiFailure::Epoch);
    assert!(desk.look(Kind::Member, lost.id).await.is_none());
}

#[tokio::test]
async fn answers_that_the_log_never_gave_are_noticed_by_a_pull_too() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    house.restart(TestDatabase::keep_copy);
    // Somebody else wrote in between: the answer has no cursor past the edit, and the desktop goes off line with it.
    desk.second().push(&[Edit::create(&desk.member("张伟"))]).await;
    let before = desk.cursor.clone().unwrap();
    desk.push(&[Edit::create(&desk.member("李娜"))]).await;
    assert_eq!(desk.cursor.as_ref(), Some(&before));
    let query = format!("?cursor={before}&replica={}&acked={}", desk.replica, desk.acked);
    assert_eq!(desk.send_pull(&query).await.status, 200);
    house.restart(TestDatabase::put_copy_back);
    assert_eq!(desk.send_pull(&query).await.failure().code, ApiFailure::Epoch);
    assert_eq!(desk.send_pull("?replica=x&acked=1").await.failure().code, ApiFailure::Malformed);
}

#[tokio::test]
async fn answers_of_a_log_that_is_gone_are_noticed_when_a_copy_of_the_desktop_filled_up_their_numbers() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    house.restart(TestDatabase::keep_copy);
    // Somebody else wrote in between: the answer moves no cursor, and says instead what log it knew.
    desk.second().push(&[Edit::create(&desk.member("张伟"))]).await;
    let answer = desk.push(&[Edit::create(&desk.member("李娜"))]).await;
    let seen = answer.seen.unwrap();
    assert_eq!(answer.cursor, None);
    let query = |desk: &Desk<'_>| {
        let cursor = desk.cursor.clone().unwrap();
        format!("?cursor={cursor}&replica={}&acked={}", desk.replica, desk.acked)
    };
    assert_eq!(desk.send_pull(&format!("{}&seen={seen}", query(&desk))).await.status, 200);
    house.restart(TestDatabase::put_copy_back);
    let mut copy = desk.second();
    copy.replica = desk.replica.clone();
    copy.push(&[Edit::create(&copy.member("王芳")), Edit::create(&copy.member("刘洋"))]).await;
    assert!(desk.head().await >= answer.head);
    // Neither its number nor its cursor gives it away.
    assert_eq!(desk.send_pull(&query(&desk)).await.status, 200);
    assert_eq!(desk.send_pull(&format!("{}&seen={seen}", query(&desk))).await.failure().code, ApiFailure::Epoch);
    let header = PushHeader { seen: Some(seen), first: 3, ..desk.header() };
    let mut late = desk.second();
    late.next_m = 3;
    let ops = late.ops(&[Edit::create(&late.member("陈静"))]);
    assert_eq!(desk.push_failing(&header, &ops).await, ApiFailure::Epoch);
    assert_eq!(desk.send_pull("?seen=x").await.failure().code, ApiFailure::Malformed);
}
