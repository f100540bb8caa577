//! Contiguous numbers, digests, stored answers: what a lost, doubled or strange push does.

use crate::desk::{House, set};
use mingce_model::{Edit, Field, Kind};
use mingce_protocol::push::write_push;
use mingce_protocol::{ApiFailure, OpCode, PushAnswer};

#[tokio::test]
async fn a_lost_answer_is_given_again_and_nothing_is_applied_twice() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    let edits: Vec<Edit> = ["张伟", "李娜", "王芳"].iter().map(|name| Edit::create(&desk.member(name))).collect();
    let ops = desk.ops(&edits);
    let first: PushAnswer = desk.send_push(&desk.header(), &ops).await.json();
    assert_eq!(first.vers.iter().collect::<Vec<_>>(), [2, 3, 4]);
    assert!(first.cursor.is_some());
    let head = desk.head().await;
    let second: PushAnswer = desk.send_push(&desk.header(), &ops).await.json();
    assert_eq!(first, second);
    assert_eq!(desk.head().await, head);
}

#[tokio::test]
async fn a_push_may_overlap_what_was_answered() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let edits: Vec<Edit> = ["张伟", "李娜", "王芳"].iter().map(|name| Edit::create(&desk.member(name))).collect();
    let ops = desk.ops(&edits);
    let _: PushAnswer = desk.send_push(&desk.header(), &ops[..2]).await.json();
    let answer = desk.push_ops(&ops).await;
    assert_eq!(answer.vers.iter().collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!((answer.last_m, answer.head), (3, 4));
    // The stored answers of both pushes serve a replay of the whole and of a part.
    desk.acked = 1;
    desk.next_m = 2;
    let again: PushAnswer = desk.send_push(&desk.header(), &ops[1..]).await.json();
    assert_eq!(again.vers.iter().collect::<Vec<_>>(), [3, 4]);
    assert_eq!(desk.head().await, 4);
}

#[tokio::test]
async fn refusals_are_answered_again_too() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let edits = [set(&member, Field::MemberPhone, "12345"), set(&member, Field::MemberTitle, "班长")];
    let ops = desk.ops(&edits);
    let first: PushAnswer = desk.send_push(&desk.header(), &ops).await.json();
    assert_eq!(first.exceptions.len(), 1);
    assert_eq!(first.exceptions[0].code, OpCode::Rejected);
    assert_eq!(first.exceptions[0].rule.as_deref(), Some("phone_malformed"));
    let second: PushAnswer = desk.send_push(&desk.header(), &ops).await.json();
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_number_left_out_is_a_gap() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    let member = desk.member("李娜");
    desk.next_m = 5;
    let answer = desk.send_push(&desk.header(), &desk.ops(&[Edit::create(&member)])).await.failure();
    assert_eq!((answer.code, answer.expected), (ApiFailure::Gap, Some(2)));
    assert!(desk.look(Kind::Member, member.id).await.is_none());
}

#[tokio::test]
async fn another_edit_under_an_answered_number_is_a_fork() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let (a, b) = (desk.member("张伟"), desk.member("李娜"));
    let _: PushAnswer = desk.send_push(&desk.header(), &desk.ops(&[Edit::create(&a)])).await.json();
    let code = desk.push_failing(&desk.header(), &desk.ops(&[Edit::create(&b)])).await;
    assert_eq!(code, ApiFailure::Fork);
    assert!(desk.look(Kind::Member, b.id).await.is_none());
}

#[tokio::test]
async fn acknowledging_less_than_before_is_a_fork() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    desk.add_member("李娜").await;
    desk.add_member("王芳").await;
    let newer = desk.ops(&[Edit::create(&desk.member("刘洋"))]);
    let mut header = desk.header();
    header.acked = 1;
    assert_eq!(desk.push_failing(&header, &newer).await, ApiFailure::Fork);
    header.first = 1;
    header.acked = 0;
    assert_eq!(desk.push_failing(&header, &newer).await, ApiFailure::Fork);
}

#[tokio::test]
async fn answers_that_this_log_never_gave_mean_that_it_was_put_back() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.acked = 7;
    desk.next_m = 8;
    let code = desk.push_failing(&desk.header(), &desk.ops(&[Edit::create(&desk.member("张伟"))])).await;
    assert_eq!(code, ApiFailure::Epoch);
}

#[tokio::test]
async fn an_unknown_epoch_is_told() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.epoch = 2;
    let code = desk.push_failing(&desk.header(), &desk.ops(&[Edit::create(&desk.member("张伟"))])).await;
    assert_eq!(code, ApiFailure::Epoch);
}

#[tokio::test]
async fn organisations_count_their_replicas_apart() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    let mut other = house.found("13900139000").await;
    other.replica = desk.replica.clone();
    assert_eq!(other.push(&[Edit::create(&other.member("李娜"))]).await.exceptions, []);
}

#[tokio::test]
async fn the_cursor_moves_only_when_nobody_else_wrote() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    a.pull().await;
    b.pull().await;
    let answer = a.push(&[Edit::create(&a.member("张伟"))]).await;
    assert!(answer.cursor.is_some());
    assert!(a.pull().await.is_empty());
    let answer = b.push(&[Edit::create(&b.member("李娜"))]).await;
    assert_eq!(answer.cursor, None);
    assert_eq!(b.pull().await.len(), 2);
}

#[tokio::test]
async fn a_cursor_that_was_tampered_with_is_refused_in_a_push_too() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    desk.cursor = desk.cursor.map(|cursor| format!("A{}", &cursor[1..cursor.len() - 1]));
    let code = desk.push_failing(&desk.header(), &desk.ops(&[Edit::create(&desk.member("张伟"))])).await;
    assert_eq!(code, ApiFailure::Malformed);
}

#[tokio::test]
async fn damaged_bodies_and_bombs_change_nothing() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let member = desk.member("张伟");
    let body = write_push(&desk.header(), &desk.ops(&[Edit::create(&member)])).unwrap();
    assert_eq!(desk.send_body(body[..body.len() - 3].to_vec()).await.failure().code, ApiFailure::Malformed);
    let mut flipped = body.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    assert_eq!(desk.send_body(flipped).await.failure().code, ApiFailure::Malformed);
    assert_eq!(desk.send_body(Vec::new()).await.failure().code, ApiFailure::Malformed);
    // 40 MB of one letter in a few kilobytes.
    let note = "a".repeat(10_000);
    let long = desk.member("张伟").with(Field::MemberNote, note);
    let bomb = write_push(&desk.header(), &vec![desk.ops(&[Edit::create(&long)])[0].clone(); 4_000]).unwrap();
    assert!(bomb.len() < 200_000);
    assert_eq!(desk.send_body(bomb).await.failure().code, ApiFailure::TooLarge);
    assert_eq!(desk.send_body(vec![0; 9 * 1024 * 1024]).await.failure().code, ApiFailure::TooLarge);
    assert_eq!(desk.head().await, 1);
}

#[tokio::test]
async fn a_later_protocol_is_told_to_wait() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let mut header = desk.header();
    header.protocol = 2;
    assert_eq!(desk.push_failing(&header, &[]).await, ApiFailure::Upgrade);
}

#[tokio::test]
async fn an_empty_push_only_acknowledges() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let ops = desk.ops(&[Edit::create(&desk.member("张伟"))]);
    desk.push_ops(&ops).await;
    let answer = desk.push(&[]).await;
    assert_eq!((answer.last_m, answer.head), (1, 2));
    // The answer to number 1 is forgotten: whoever asks for it again has another copy of the database.
    desk.next_m = 1;
    desk.acked = 0;
    assert_eq!(desk.push_failing(&desk.header(), &ops).await, ApiFailure::Fork);
}
