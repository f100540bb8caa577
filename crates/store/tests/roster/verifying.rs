//! Parts that are not what the service has are taken anew; what waits here stays on top.

use crate::service::*;
use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_protocol::digest::{Compared, ComparedRecord, HexDigest, Part, PartDigests, RowDigest};
use mingce_protocol::pull::ValueRef;
use mingce_store::{Label, StoreError};

fn digest(kind: Kind, id: RecordId, ver: u64, values: &[Value]) -> (Part, RowDigest) {
    let values = || values.iter().map(ValueRef::from);
    (Part::of(kind, id, values()), RowDigest::of(kind, id, ver, values()))
}

fn digests(service: &Service) -> PartDigests {
    let mut digests = PartDigests::default();
    for ((kind, id), (ver, values)) in &service.rows {
        if let Some(values) = values {
            let (part, digest) = digest(*kind, *id, *ver, values);
            digests.add(part, digest);
        }
    }
    digests
}

/// What the real service answers, worked out the long way.
fn compare(service: &Service, part: Part, asked: &[(RecordId, HexDigest)]) -> Compared {
    let kind = Kind::from_number(part.kind).unwrap();
    let mut compared = Compared::default();
    for ((its_kind, id), (ver, values)) in service.rows.iter().filter(|((its, _), _)| *its == kind) {
        let said = values.as_ref().map(|values| digest(*its_kind, *id, *ver, values));
        let known = asked.iter().find(|(known, _)| known == id).map(|(_, digest)| digest.0);
        let is_of_part = said.is_some_and(|(its, _)| its == part);
        let differs = known.is_some() || is_of_part;
        if differs && known != said.map(|(_, digest)| digest.0) {
            compared.records.push(ComparedRecord { id: *id, ver: *ver, values: values.clone() });
        }
    }
    let is_known = |id: &RecordId| service.rows.contains_key(&(kind, *id));
    compared.unknown = asked.iter().map(|(id, _)| *id).filter(|id| !is_known(id)).collect();
    compared
}

/// Compares everything and mends it; answers how many records were taken anew and how many wait now.
fn mend(desk: &Desk, service: &Service) -> (u64, u64) {
    let (cursor, mine) = desk.store.part_digests().unwrap().unwrap();
    let (mut records, mut sent) = (0, 0);
    for part in mine.differing(&digests(service)) {
        let rows = desk.store.part_rows(part).unwrap().unwrap();
        let mended = desk.store.take_part(part, compare(service, part, &rows), &cursor, NOW).unwrap();
        records += mended.records;
        sent += mended.sent;
    }
    (records, sent)
}

/// Makes the service say something else at the same version: as good as a desk that was spoiled.
fn say_otherwise(service: &mut Service, record: &Record, field: Field, value: &str) {
    let (_, values) = service.rows.get_mut(&(record.kind, record.id)).unwrap();
    values.as_mut().unwrap()[field.index()] = value.into();
}

#[test]
fn whatever_differs_is_taken_anew_and_nothing_else() {
    let (desk, mut service) = (Desk::new(), Service::new());
    let class = department("一班", None);
    let people: Vec<Record> =
        (0..40).map(|n| member(&format!("成员{n}")).with(Field::MemberDepartment, class.id)).collect();
    desk.write(Label::Add, [&class].into_iter().chain(&people).map(Edit::create));
    desk.sync(&mut service);
    assert_eq!(mend(&desk, &service), (0, 0), "both are the same");

    let missing = member("缺").with(Field::MemberDepartment, class.id);
    service.rows.insert((Kind::Member, missing.id), (service.head, Some(missing.values.clone())));
    say_otherwise(&mut service, &people[0], Field::MemberName, "甲");
    say_otherwise(&mut service, &class, Field::DepartmentName, "二班");
    // Removed there without a word; and never heard of there.
    service.rows.insert((Kind::Member, people[1].id), (service.head, None));
    service.rows.remove(&(Kind::Member, people[2].id));
    // Edits wait: of one that differs, of one that does not, and a new one.
    desk.set(&people[0], Field::MemberTitle, "班长");
    desk.set(&people[3], Field::MemberTitle, "组长");
    let fresh = member("新");
    desk.write(Label::Add, [Edit::create(&fresh)]);

    assert_eq!(mend(&desk, &service), (4, 1));
    assert_eq!(mend(&desk, &service), (0, 0));
    let now = desk.get(&people[0]).unwrap();
    assert_eq!((now.get(Field::MemberName), now.get(Field::MemberTitle)), (&"甲".into(), &"班长".into()));
    assert!(desk.get(&people[1]).is_none());
    assert_eq!(desk.get(&missing).unwrap().get(Field::MemberName), &"缺".into());
    desk.sync(&mut service);
    assert_eq!(service.everything(), everything(&desk.store));
    assert!(service.get(&people[2]).is_some() && service.get(&fresh).is_some());
    assert_eq!(desk.store.counts().unwrap().waiting, 0);
    assert!(desk.store.conflicts(10).unwrap().is_empty());
}

#[test]
fn an_answer_about_the_past_is_not_stored_and_a_newer_record_not_written_over() {
    let (desk, mut service, person) = (Desk::new(), Service::new(), member("单雄信"));
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.sync(&mut service);
    let (cursor, _) = desk.store.part_digests().unwrap().unwrap();
    let values = service.get(&person).unwrap();
    let (part, _) = digest(Kind::Member, person.id, 1, &values);
    let old = ComparedRecord { id: person.id, ver: 0, values: None };
    let compared = Compared { records: vec![old.clone()], unknown: Vec::new() };
    assert_eq!(desk.store.take_part(part, compared.clone(), &cursor, NOW).unwrap().records, 0);
    assert!(desk.get(&person).is_some());
    service.set(&person, Field::MemberTitle, "老师");
    desk.sync(&mut service);
    assert!(matches!(desk.store.take_part(part, compared, &cursor, NOW), Err(StoreError::OldPage)));
}
