//! Digests of what an account may see, and the comparison of a part that differs.

use crate::desk::{Answer, Desk, House, set};
use axum::body::Body;
use axum::http::Request;
use mingce_model::{Edit, Field, Kind, RecordId, Value};
use mingce_protocol::digest::{Compare, Compared, HexDigest, Part, PartDigests, RowDigest, ServiceDigests};
use mingce_protocol::pull::ValueRef;
use mingce_protocol::{ApiFailure, PulledRecord, SCHEMA};

fn refs(values: &[Value]) -> impl Iterator<Item = ValueRef<'_>> {
    values.iter().map(ValueRef::from)
}

/// What a desktop that holds these records works out.
fn worked_out(records: &[PulledRecord]) -> PartDigests {
    let mut digests = PartDigests::default();
    for record in records {
        if let Some(values) = &record.values {
            let part = Part::of(record.kind, record.id, refs(values));
            digests.add(part, RowDigest::of(record.kind, record.id, record.ver, refs(values)));
        }
    }
    digests
}

async fn ask(desk: &Desk<'_>, cursor: &str) -> Answer {
    let path = format!("/v1/organisations/{}/digests?cursor={cursor}", desk.organisation);
    let request = Request::get(path).header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.body(Body::empty()).unwrap()).await
}

async fn said(desk: &Desk<'_>) -> ServiceDigests {
    ask(desk, desk.cursor.as_deref().unwrap()).await.json()
}

async fn compare(desk: &Desk<'_>, part: Part, rows: Vec<(RecordId, HexDigest)>) -> Compared {
    send_compare(desk, part, rows).await.json()
}

async fn send_compare(desk: &Desk<'_>, part: Part, rows: Vec<(RecordId, HexDigest)>) -> Answer {
    let asked = Compare { cursor: desk.cursor.clone().unwrap(), part, rows };
    let path = format!("/v1/organisations/{}/compare", desk.organisation);
    let request = Request::post(path).header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.body(serde_json::to_vec(&asked).unwrap().into()).unwrap()).await
}

#[tokio::test]
async fn an_answer_that_nobody_would_take_is_too_large() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let class = desk.department("一班", None);
    desk.push(&[Edit::create(&class)]).await;
    let note = "字".repeat(1_000);
    // Three thousand bytes each.
    for _ in 0..3 {
        let member = || {
            let member = desk.member("张伟").with(Field::MemberDepartment, Value::from(class.id));
            Edit::create(&member.with(Field::MemberNote, note.as_str()))
        };
        let edits: Vec<Edit> = (0..1_000).map(|_| member()).collect();
        assert_eq!(desk.push(&edits).await.exceptions, []);
    }
    desk.pull().await;
    let part = Part { kind: Kind::Member as u8, department: Some(class.id), shard: 0 };
    let failure = send_compare(&desk, part, Vec::new()).await.failure();
    assert_eq!(failure.code, ApiFailure::TooLarge);
    // Parts of other kinds are small.
    let part = Part { kind: Kind::Department as u8, department: None, shard: class.id.as_bytes()[15] % 64 };
    assert_eq!(compare(&desk, part, Vec::new()).await.records.len(), 1);
}

#[tokio::test]
async fn a_desktop_that_has_everything_works_out_what_the_service_says() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let class = desk.department("一班", None);
    let member = desk.member("张伟").with(Field::MemberDepartment, Value::from(class.id));
    desk.push(&[Edit::create(&class), Edit::create(&member), Edit::create(&desk.member("李娜"))]).await;
    let gone = desk.add_member("王芳").await;
    desk.push(&[Edit::remove(&gone)]).await;
    let records = desk.second().pull().await;
    desk.pull().await;
    let answer = said(&desk).await;
    assert_eq!(answer.schema, SCHEMA);
    let theirs = PartDigests(answer.parts.unwrap().into_iter().collect());
    assert_eq!(theirs.differing(&worked_out(&records)), []);
    assert!(theirs.0.keys().any(|part| part.department == Some(class.id)));
    // Whoever is behind pulls first; what was kept is of the log as it was.
    let behind = desk.cursor.clone().unwrap();
    desk.second().push(&[set(&member, Field::MemberNote, "新")]).await;
    assert_eq!(ask(&desk, &behind).await.json::<ServiceDigests>().parts, None);
    desk.pull().await;
    let theirs = PartDigests(said(&desk).await.parts.unwrap().into_iter().collect());
    let part = Part { kind: Kind::Member as u8, department: Some(class.id), shard: 0 };
    assert_eq!(theirs.differing(&worked_out(&records)), [part]);
    assert_eq!(ask(&desk, "nonsense").await.failure().code, ApiFailure::Malformed);
    let stranger = house.found("13900139000").await;
    let mut away = stranger.second();
    away.organisation = desk.organisation;
    assert_eq!(ask(&away, &behind).await.failure().code, ApiFailure::NotFound);
}

#[tokio::test]
async fn a_comparison_brings_just_what_differs() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (class, other) = (desk.department("一班", None), desk.department("二班", None));
    let of_class = |name: &str| desk.member(name).with(Field::MemberDepartment, Value::from(class.id));
    let [same, spoiled, missing, moved, removed] = ["同", "坏", "缺", "转", "走"].map(of_class);
    let all = [&same, &spoiled, &missing, &moved, &removed];
    let creations: Vec<Edit> = [&class, &other].into_iter().chain(all).map(Edit::create).collect();
    desk.push(&creations).await;
    desk.pull().await;
    let records = desk.second().pull().await;
    let row = |id: RecordId| {
        let record = records.iter().find(|record| record.id == id).unwrap();
        let values = record.values.as_ref().unwrap();
        (id, HexDigest(RowDigest::of(record.kind, id, record.ver, refs(values)).0))
    };
    desk.push(&[set(&moved, Field::MemberDepartment, Value::from(other.id)), Edit::remove(&removed)]).await;
    let part = Part { kind: Kind::Member as u8, department: Some(class.id), shard: 0 };
    let unknown = house.new_id();
    let rows = vec![row(same.id), (spoiled.id, HexDigest(1)), row(moved.id), row(removed.id), (unknown, HexDigest(2))];
    desk.pull().await;
    let compared = compare(&desk, part, rows).await;
    let mut told: Vec<(RecordId, bool)> =
        compared.records.iter().map(|record| (record.id, record.values.is_some())).collect();
    told.sort_unstable();
    let mut expected = vec![(spoiled.id, true), (missing.id, true), (moved.id, true), (removed.id, false)];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert_eq!(compared.unknown, [unknown]);
    let now = compared.records.iter().find(|record| record.id == moved.id).unwrap();
    let department = now.values.as_ref().unwrap()[Field::MemberDepartment.index()].clone();
    assert_eq!(department, Value::from(other.id));
}
