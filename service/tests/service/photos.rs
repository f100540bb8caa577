//! Photos lent, fetched, refused, named by edits, and forgotten.

use crate::desk::{Answer, Desk, House, set};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use mingce_model::{Edit, Field, Kind, PhotoHash, Value};
use mingce_photos::prepare;
use mingce_protocol::{ApiFailure, OpCode, PHOTO_BYTES_MAX, PHOTO_MISSING};
use mingce_testkit::pictures::png;

const DAY_MS: i64 = 24 * 3_600_000;

pub fn photo(seed: u8) -> (PhotoHash, Vec<u8>) {
    let photo = prepare(&png(400, 500, seed), None).unwrap();
    (photo.hash, photo.jpeg)
}

pub async fn put(desk: &Desk<'_>, hash: &str, jpeg: Vec<u8>) -> Answer {
    put_as(desk, hash, jpeg, "image/jpeg").await
}

async fn put_as(desk: &Desk<'_>, hash: &str, jpeg: Vec<u8>, kind: &str) -> Answer {
    let path = format!("/v1/organisations/{}/photos/{hash}", desk.organisation);
    let request = Request::put(path).header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.header("content-type", kind).body(jpeg.into()).unwrap()).await
}

async fn get(desk: &Desk<'_>, hash: &str) -> Answer {
    let path = format!("/v1/organisations/{}/photos/{hash}", desk.organisation);
    let request = Request::get(path).header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.body(Body::empty()).unwrap()).await
}

fn rule(answer: &Answer) -> (ApiFailure, Option<String>) {
    let failure = answer.failure();
    (failure.code, failure.rule)
}

#[tokio::test]
async fn a_photo_is_lent_and_fetched_by_its_hash() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let (hash, jpeg) = photo(1);
    for _ in 0..2 {
        assert_eq!(put(&desk, &hash.to_string(), jpeg.clone()).await.status, StatusCode::NO_CONTENT);
    }
    let answer = get(&desk, &hash.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "image/jpeg");
    assert_eq!(answer.body, jpeg);
}

#[tokio::test]
async fn what_is_no_photo_is_not_taken() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let (hash, jpeg) = photo(1);
    let named = |bytes: &[u8]| PhotoHash::of(bytes).to_string();
    let mut commented = jpeg[..2].to_vec();
    commented.extend([0xFF, 0xFE, 0, 4, b'h', b'i']);
    commented.extend(&jpeg[2..]);
    let picture = png(358, 441, 1);
    for (bytes, expected) in [
        (commented, "photo_carries_more"),
        (b"GIF89a".to_vec(), "photo_not_jpeg"),
        (jpeg[..jpeg.len() / 2].to_vec(), "photo_not_jpeg"),
        (picture[..PHOTO_BYTES_MAX.min(picture.len())].to_vec(), "photo_not_jpeg"),
    ] {
        let answer = put(&desk, &named(&bytes), bytes).await;
        assert_eq!(rule(&answer), (ApiFailure::Invalid, Some(expected.to_owned())));
    }
    let other = photo(2).0;
    let answer = put(&desk, &other.to_string(), jpeg.clone()).await;
    assert_eq!(rule(&answer), (ApiFailure::Invalid, Some("photo_hash_differs".to_owned())));
    let answer = put(&desk, &hash.to_string(), vec![0; PHOTO_BYTES_MAX + 1]).await;
    assert_eq!(answer.failure().code, ApiFailure::TooLarge);
    assert_eq!(put_as(&desk, &hash.to_string(), jpeg, "image/png").await.failure().code, ApiFailure::Malformed);
    for odd in ["", "x", &hash.to_string().to_uppercase()] {
        assert_eq!(get(&desk, odd).await.failure().code, ApiFailure::NotFound);
    }
    assert_eq!(get(&desk, &hash.to_string()).await.failure().code, ApiFailure::NotFound);
}

#[tokio::test]
async fn another_organisation_sees_nothing_of_it() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let stranger = house.found("13900139000").await;
    let (hash, jpeg) = photo(1);
    put(&desk, &hash.to_string(), jpeg.clone()).await;
    assert_eq!(get(&stranger, &hash.to_string()).await.failure().code, ApiFailure::NotFound);
    // Nor may it lend or ask under the other's name, or without a token.
    let mut posing = Desk::new(&house, desk.organisation, stranger.token.clone());
    assert_eq!(put(&posing, &hash.to_string(), jpeg.clone()).await.failure().code, ApiFailure::NotFound);
    assert_eq!(get(&posing, &hash.to_string()).await.failure().code, ApiFailure::NotFound);
    posing.token = "mcd_nobody".into();
    assert_eq!(put(&posing, &hash.to_string(), jpeg).await.failure().code, ApiFailure::Unauthorised);
    assert_eq!(get(&posing, &hash.to_string()).await.failure().code, ApiFailure::Unauthorised);
}

#[tokio::test]
async fn an_edit_names_only_photos_that_are_there() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let (hash, jpeg) = photo(1);
    let naming = set(&member, Field::MemberPhoto, hash);
    let answer = desk.push(std::slice::from_ref(&naming)).await;
    assert_eq!(answer.exceptions[0].code, OpCode::Rejected);
    assert_eq!(answer.exceptions[0].rule.as_deref(), Some(PHOTO_MISSING));
    let fresh = desk.member("李娜").with(Field::MemberPhoto, hash);
    assert_eq!(desk.push(&[Edit::create(&fresh)]).await.exceptions.len(), 1);
    put(&desk, &hash.to_string(), jpeg).await;
    assert_eq!(desk.push(&[naming, Edit::create(&fresh)]).await.exceptions, []);
    let stored = desk.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(stored.get(Field::MemberPhoto), &Value::from(hash));
    // Other fields of somebody with a photo go on as ever.
    let moved = set(&stored, Field::MemberTitle, "班长");
    assert_eq!(desk.push(&[moved]).await.exceptions, []);
}

#[tokio::test]
async fn an_organisation_has_only_so_much_room() {
    let (first, jpeg) = photo(1);
    let room = jpeg.len() as u64 + 100;
    let house = House::open_with(|options| options.photo_quota_bytes = room);
    let desk = house.found("13800138000").await;
    assert_eq!(put(&desk, &first.to_string(), jpeg.clone()).await.status, StatusCode::NO_CONTENT);
    let (second, other) = photo(2);
    let answer = put(&desk, &second.to_string(), other.clone()).await;
    assert_eq!(rule(&answer), (ApiFailure::Invalid, Some("photo_quota".to_owned())));
    // What is there already takes no more room, and another organisation has its own.
    assert_eq!(put(&desk, &first.to_string(), jpeg).await.status, StatusCode::NO_CONTENT);
    let neighbour = house.found("13900139000").await;
    assert_eq!(put(&neighbour, &second.to_string(), other).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_photo_goes_some_time_after_nobody_has_it() {
    let (unused, jpeg) = photo(1);
    let room = jpeg.len() as u64 * 2 + 200;
    let house = House::open_with(|options| options.photo_quota_bytes = room);
    let mut desk = house.found("13800138000").await;
    let (used, worn) = photo(2);
    put(&desk, &unused.to_string(), jpeg.clone()).await;
    put(&desk, &used.to_string(), worn).await;
    let member = desk.add_member("张伟").await;
    desk.push(&[set(&member, Field::MemberPhoto, used)]).await;
    let is_there = async |hash: PhotoHash| get(&desk, &hash.to_string()).await.status == StatusCode::OK;
    for _ in 0..29 {
        house.pass(DAY_MS + 1);
        house.prune_photos().await;
    }
    assert!(is_there(unused).await && is_there(used).await, "undo may still bring it back");
    for _ in 0..3 {
        house.pass(DAY_MS + 1);
        house.prune_photos().await;
    }
    assert!(!is_there(unused).await && is_there(used).await);
    // The room is free again.
    let (third, other) = photo(3);
    assert_eq!(put(&desk, &third.to_string(), other).await.status, StatusCode::NO_CONTENT);
    // Whoever is removed loses their photo the same way; coming back in time keeps it.
    let stored = desk.look(Kind::Member, member.id).await.unwrap();
    desk.push(&[Edit::remove(&stored)]).await;
    for _ in 0..20 {
        house.pass(DAY_MS + 1);
        house.prune_photos().await;
    }
    assert_eq!(desk.push(&[Edit::create(&stored)]).await.exceptions, []);
    for _ in 0..40 {
        house.pass(DAY_MS + 1);
        house.prune_photos().await;
    }
    assert_eq!(get(&desk, &used.to_string()).await.status, StatusCode::OK);
    let again = desk.look(Kind::Member, member.id).await.unwrap();
    desk.push(&[Edit::remove(&again)]).await;
    for _ in 0..33 {
        house.pass(DAY_MS + 1);
        house.prune_photos().await;
    }
    assert_eq!(get(&desk, &used.to_string()).await.status, StatusCode::NOT_FOUND);
}
