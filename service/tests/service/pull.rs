//! Cursors, pages and waiting.

use crate::desk::{House, read_page, set};
use axum::http::StatusCode;
use mingce_model::{Edit, Field, Kind, Value};
use mingce_protocol::batches::spread;
use mingce_protocol::{ApiFailure, PullHeader, PushHeader, PushedBatch};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[tokio::test]
async fn pages_follow_one_another_without_a_gap() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let edits: Vec<Edit> = (0..25).map(|i| Edit::create(&desk.member(&format!("学生{i}")))).collect();
    desk.push(&edits).await;
    let mut reader = desk.second();
    let mut vers = Vec::new();
    loop {
        let (header, records) = reader.pull_page(10).await;
        vers.extend(records.iter().map(|record| record.ver));
        assert_eq!(header.head, 26);
        if !header.more {
            break;
        }
    }
    assert_eq!(vers, (1..=26).collect::<Vec<u64>>());
    assert!(reader.pull().await.is_empty());
}

#[tokio::test]
async fn a_removed_record_arrives_as_a_tombstone() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let mut reader = desk.second();
    reader.pull().await;
    desk.push(&[Edit::remove(&member)]).await;
    let news = reader.pull().await;
    assert_eq!(news.len(), 1);
    assert_eq!((news[0].kind, news[0].id, &news[0].values), (Kind::Member, member.id, &None));
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_organisation_and_unchanged_only() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let mut other = house.found("13900139000").await;
    desk.pull().await;
    other.pull().await;
    let foreign = other.cursor.clone().unwrap();
    assert_eq!(desk.send_pull(&format!("?cursor={foreign}")).await.failure().code, ApiFailure::Malformed);
    let mut own = desk.cursor.clone().unwrap().into_bytes();
    own[12] = if own[12] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(own).unwrap();
    assert_eq!(desk.send_pull(&format!("?cursor={tampered}")).await.failure().code, ApiFailure::Malformed);
    assert_eq!(desk.send_pull("?cursor=").await.failure().code, ApiFailure::Malformed);
    assert_eq!(desk.send_pull("?limit=many").await.failure().code, ApiFailure::Malformed);
}

#[tokio::test]
async fn another_organisations_roster_looks_like_none() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let mut stranger = house.found("13900139000").await;
    stranger.organisation = desk.organisation;
    assert_eq!(stranger.send_pull("").await.failure().code, ApiFailure::NotFound);
    let edit = Edit::create(&stranger.member("张伟"));
    let code = stranger.push_failing(&stranger.header(), &stranger.ops(&[edit])).await;
    assert_eq!(code, ApiFailure::NotFound);
    stranger.token = "mcd_nonsense".into();
    assert_eq!(stranger.send_pull("").await.failure().code, ApiFailure::Unauthorised);
}

#[tokio::test]
async fn another_organisations_records_cannot_be_touched_or_referred_to() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let class = desk.department("1班", None);
    desk.push(&[Edit::create(&class)]).await;
    let mut other = house.found("13900139000").await;
    let renamed = crate::desk::set(&class, mingce_model::Field::DepartmentName, "2班");
    let lost = other.member("李娜").with(mingce_model::Field::MemberDepartment, class.id);
    let answer = other.push(&[renamed, Edit::create(&lost)]).await;
    let codes: Vec<_> = answer.exceptions.iter().map(|e| (e.code, e.rule.as_deref())).collect();
    use mingce_protocol::OpCode::{Gone, Rejected};
    assert_eq!(codes, [(Gone, None), (Rejected, Some("reference_missing"))]);
    assert_eq!(desk.look(Kind::Department, class.id).await.unwrap().values, class.values);
}

#[tokio::test]
async fn a_waiting_pull_wakes_when_somebody_pushes() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let mut reader = desk.second();
    reader.pull().await;
    let query = format!("?wait=20&cursor={}", reader.cursor.clone().unwrap());
    let started = Instant::now();
    let waiting = reader.send_pull(&query);
    let pushing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        desk.add_member("张伟").await
    };
    let (answer, member) = tokio::join!(waiting, pushing);
    let (_, records) = read_page(&answer);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].id, member.id);
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[tokio::test]
async fn a_waiting_pull_ends_by_itself() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    let started = Instant::now();
    let answer = desk.send_pull(&format!("?wait=1&cursor={}", desk.cursor.clone().unwrap())).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(read_page(&answer).1.is_empty());
    assert!(started.elapsed() >= Duration::from_millis(900));
}

#[tokio::test]
async fn news_say_who_made_them_on_which_device_and_when() {
    let house = House::open();
    let form = house.organisation_form("13800138000");
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    // However many pages the beginning takes.
    let mut more = true;
    while more {
        let (header, records) = b.pull_page(1).await;
        assert!(header.authors.is_empty() && records.iter().all(|record| record.by.is_none()), "it is no news");
        more = header.more;
    }
    a.push(&[set(&member, Field::MemberTitle, "班长")]).await;
    let (header, records) = b.pull_page(100).await;
    let by = records[0].by.unwrap();
    let author = &header.authors[by.author];
    assert_eq!((author.name.as_str(), author.device.as_str()), (form.admin_name.as_str(), form.device.as_str()));
    assert!((1..=house.clock_ms.load(Ordering::Relaxed)).contains(&by.at_ms));
}

/// Of which batch each record of the page is: its word.
fn words(header: &PullHeader, records: usize) -> Vec<&str> {
    let word = |place: Option<usize>| place.map_or("", |place| header.batches[place].label.as_str());
    spread(&header.of_batches).take(records).map(word).collect()
}

#[tokio::test]
async fn news_say_as_part_of_what_they_were_made() {
    let house = House::open();
    let a = house.found("13800138000").await;
    let mut b = a.second();
    b.pull().await;
    let id = house.new_id();
    let people: Vec<_> = ["甲", "乙", "丙", "丁"].map(|name| a.member(name)).into();
    let edits: Vec<Edit> = people.iter().map(Edit::create).collect();
    let ops = a.ops(&edits);
    let first = ops[0].m;
    let batch = |first, id, label: &str| PushedBatch { first, id, label: label.into() };
    // Nothing is said of the first; the last is of none.
    let batches = vec![batch(first + 1, Some(id.into()), "import"), batch(first + 3, None, "recover")];
    let header = PushHeader { batches, ..a.header() };
    assert_eq!(a.send_push(&header, &ops).await.status, StatusCode::OK);
    // The same push once more, as after a lost answer, says nothing new.
    let lying = PushHeader { batches: vec![batch(first, Some(house.new_id().into()), "paste")], ..header.clone() };
    assert_eq!(a.send_push(&lying, &ops).await.status, StatusCode::OK);
    let (header, records) = b.pull_page(100).await;
    assert_eq!(words(&header, records.len()), ["", "import", "import", ""]);
    assert_eq!(header.batches[0].id, id.into());
    assert!(header.edits.is_empty(), "each was edited once");
}

#[tokio::test]
async fn what_a_push_says_of_its_batches_cannot_hurt() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    b.pull().await;
    let id = || Some(house.new_id().into());
    let batch = |first, label: &str| PushedBatch { first, id: id(), label: label.into() };
    for batches in [
        vec![batch(0, "<b>"), batch(u64::MAX, "x")],
        vec![batch(9, "import"), batch(3, "paste"), batch(3, "paste")],
        vec![batch(u64::MAX, "import")],
    ] {
        let ops = a.ops(&[Edit::create(&a.member("甲"))]);
        let header = PushHeader { batches, ..a.header() };
        let answer: mingce_protocol::PushAnswer = a.send_push(&header, &ops).await.json();
        (a.next_m, a.acked) = (answer.last_m + 1, answer.last_m);
    }
    let (header, records) = b.pull_page(100).await;
    // A word that is none is no word; what is out of order, or of other edits, is not listened to.
    assert_eq!(words(&header, records.len()), ["", "", ""]);
    assert_eq!(header.batches.len(), 1);
}

#[tokio::test]
async fn news_tell_the_edits_of_a_record_one_by_one_also_over_several_pages() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let member = a.add_member("张伟").await.with(Field::MemberTitle, Value::Null);
    let mut b = a.second();
    b.pull().await;
    let titled = member.clone().with(Field::MemberTitle, "甲");
    a.push(&[set(&member, Field::MemberTitle, "甲")]).await;
    let others: Vec<Edit> = (0..3).map(|n| Edit::create(&a.member(&format!("学生{n}")))).collect();
    a.push(&others).await;
    let noted = titled.clone().with(Field::MemberNote, "住校");
    a.push(&[set(&titled, Field::MemberNote, "住校"), set(&noted, Field::MemberTitle, "乙")]).await;
    // Those made meanwhile come first, on pages of their own.
    let mut header = b.pull_page(2).await.0;
    assert!(header.more && header.edits.is_empty());
    let mut records = Vec::new();
    while header.more {
        (header, records) = b.pull_page(1).await;
    }
    assert_eq!(records[0].id, member.id);
    let bases: Vec<_> = header.edits.iter().map(|edit| edit.fields(Kind::Member).unwrap()).collect();
    let (none, first) = (Value::Null, Value::from("甲"));
    let title = |base| vec![(Field::MemberTitle, base)];
    assert_eq!(bases, [title(&none), vec![(Field::MemberNote, &none)], title(&first)]);
    assert!(header.edits.iter().all(|edit| (edit.record, edit.is_creation) == (0, false)));
    // Who was there all the while is not told again.
    a.push(&[set(&noted.with(Field::MemberTitle, "乙"), Field::MemberTitle, "丙")]).await;
    assert!(b.pull_page(10).await.0.edits.is_empty());
}

#[tokio::test]
async fn a_record_that_went_and_came_back_is_told_as_it_is() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let member = a.add_member("张伟").await;
    let mut b = a.second();
    b.pull().await;
    a.push(&[Edit::remove(&member)]).await;
    a.push(&[Edit::create(&member)]).await;
    let (header, records) = b.pull_page(10).await;
    assert!(records.iter().any(|record| record.id == member.id && record.values.is_some()));
    assert!(header.edits.is_empty());
    // Made and changed: whoever made it is told first.
    let other = a.member("王芳");
    a.push(&[Edit::create(&other), set(&other, Field::MemberNote, "住校")]).await;
    let told = b.pull_page(10).await.0.edits;
    assert_eq!(told.iter().map(|edit| edit.is_creation).collect::<Vec<_>>(), [true, false]);
}
