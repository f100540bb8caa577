//! Photos kept beside the records that name them: found again after undo, thrown away when nothing names them for long.

use crate::support::*;
use mingce_model::{Edit, Field, Kind, PhotoHash, Record, Value};
use mingce_store::{Filter, Label, NewPhoto, PhotoOrigin, Query, Store, Test};

const DAY: i64 = 24 * 3_600_000;

fn put(store: &Store, bytes: &[u8], origin: PhotoOrigin, now_ms: i64) -> PhotoHash {
    let photo = NewPhoto { jpeg: bytes, thumbnail: &bytes[..1] };
    store.put_photos(&[photo], origin, now_ms).unwrap()[0]
}

fn someone(desk: &Desk, photo: PhotoHash) -> Record {
    let person = member("尉迟恭").with(Field::MemberPhoto, photo);
    desk.write(Label::Add, [Edit::create(&person)]);
    person
}

#[test]
fn a_photo_lies_under_its_hash_and_survives_a_restart() {
    let desk = Desk::new();
    let hash = put(&desk.store, b"jpeg", PhotoOrigin::Here, NOW);
    assert_eq!(hash, PhotoHash::of(b"jpeg"));
    assert_eq!(put(&desk.store, b"jpeg", PhotoOrigin::Here, NOW), hash, "the same photo is one");
    let other = PhotoHash::of(b"other");
    let desk = desk.reopened();
    assert_eq!(desk.store.photo(hash).unwrap().as_deref(), Some(b"jpeg".as_slice()));
    assert_eq!(desk.store.photo(other).unwrap(), None);
    assert_eq!(desk.store.thumbnails(&[other, hash]).unwrap(), [None, Some(b"j".to_vec())]);
    assert_eq!(desk.store.photo_count().unwrap(), 1);
}

#[test]
fn what_members_have_and_is_not_here_is_listed_once() {
    let desk = Desk::new();
    let here = put(&desk.store, b"here", PhotoOrigin::Service, NOW);
    let (a, b) = (PhotoHash::of(b"a"), PhotoHash::of(b"b"));
    for photo in [here, a, b, a] {
        someone(&desk, photo);
    }
    desk.write(Label::Add, [Edit::create(&member("没有照片"))]);
    let mut expected = vec![a, b];
    expected.sort();
    assert_eq!(desk.store.lacking_photos(None, 10).unwrap(), expected);
    assert_eq!(desk.store.lacking_photos(None, 1).unwrap(), expected[..1]);
    assert_eq!(desk.store.lacking_photos(Some(expected[0]), 10).unwrap(), expected[1..]);
    // The grid asks who has none.
    let filter = |test| Filter { column: mingce_store::Column::Field(Field::MemberPhoto), test };
    let count = |test| {
        let query = Query { filters: vec![filter(test)], ..Query::default() };
        desk.store.find_members(&query).unwrap().len()
    };
    assert_eq!((count(Test::IsFilled), count(Test::IsEmpty)), (4, 1));
}

#[test]
fn a_photo_is_sent_once_and_again_when_the_service_lost_it() {
    let desk = Desk::new();
    let hash = put(&desk.store, b"jpeg", PhotoOrigin::Here, NOW);
    let fetched = put(&desk.store, b"fetched", PhotoOrigin::Service, NOW);
    let is_unsent = |hash, now_ms| desk.store.is_photo_unsent(hash, now_ms).unwrap();
    assert!(is_unsent(hash, NOW) && !is_unsent(fetched, NOW + 1));
    assert!(!is_unsent(PhotoHash::of(b"never seen"), NOW));
    desk.store.note_photos_sent(&[hash], NOW).unwrap();
    assert!(!is_unsent(hash, NOW + DAY - 1));
    // Long after, and by a clock that was put back, it is better sent once more.
    assert!(is_unsent(hash, NOW + 2 * DAY) && is_unsent(hash, NOW - 1));
    desk.store.note_photos_lost(&[hash]).unwrap();
    assert!(is_unsent(hash, NOW));
    desk.store.note_photos_sent(&[hash], NOW).unwrap();
    desk.store.begin_epoch(7, identity().replica).unwrap();
    assert!(is_unsent(hash, NOW), "a restored service may have lost it");
}

#[test]
fn undo_finds_a_photo_that_was_replaced() {
    let desk = Desk::new();
    let (first, second) =
        (put(&desk.store, b"one", PhotoOrigin::Here, NOW), put(&desk.store, b"two", PhotoOrigin::Here, NOW));
    let person = someone(&desk, first);
    desk.set(&person, Field::MemberPhoto, second);
    assert_eq!(desk.store.prune_photos(NOW + DAY).unwrap(), 0);
    assert_eq!(desk.store.prune_photos(NOW + 29 * DAY).unwrap(), 0);
    desk.store.undo(&request()).unwrap();
    let now = desk.store.get(Kind::Member, person.id).unwrap().unwrap();
    assert_eq!(now.get(Field::MemberPhoto), &Value::from(first));
    assert!(desk.store.photo(first).unwrap().is_some());
}

#[test]
fn what_nothing_names_goes_after_a_while_and_nothing_else() {
    let desk = Desk::new();
    let names = [b"worn".as_slice(), b"loose", b"waits"];
    let [worn, loose, waits] = names.map(|bytes| put(&desk.store, bytes, PhotoOrigin::Here, NOW));
    someone(&desk, worn);
    // Taken away again, but the edit that gave it has not been answered yet.
    let person = someone(&desk, waits);
    desk.store.outbox_page(10).unwrap();
    desk.set(&person, Field::MemberPhoto, Value::Null);
    for day in 0..40 {
        desk.store.prune_photos(NOW + day * DAY).unwrap();
    }
    let is_here = |hash| desk.store.photo(hash).unwrap().is_some();
    assert!(is_here(worn) && is_here(waits) && !is_here(loose));
    // Put again, it has its time again.
    put(&desk.store, b"loose", PhotoOrigin::Here, NOW + 40 * DAY);
    desk.store.prune_photos(NOW + 41 * DAY).unwrap();
    assert!(is_here(loose));
}

#[test]
fn a_roster_of_an_earlier_schema_takes_photos() {
    for schema in [1, 2] {
        let files = format!("{}/tests/fixtures/schema-{schema}", env!("CARGO_MANIFEST_DIR"));
        let desk = Desk::of_files(std::path::Path::new(&files));
        let person = desk.store.find_by(Field::MemberName, &"尉迟恭".into(), 10).unwrap().remove(0);
        assert!(person.get(Field::MemberPhoto).is_null());
        let hash = put(&desk.store, b"jpeg", PhotoOrigin::Here, NOW);
        desk.set(&person, Field::MemberPhoto, hash);
        let desk = desk.reopened();
        let found = desk.store.find_by(Field::MemberPhoto, &hash.into(), 10).unwrap();
        assert_eq!(found[0].id, person.id);
        assert_eq!(desk.store.prune_photos(NOW + 100 * DAY).unwrap(), 0);
        desk.store.check_integrity().unwrap();
    }
}
