//! Who is marked in the roster: members with edits that wait, were refused or met another, of their own record or of one
//! that hangs on them.

use crate::service::*;
use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_store::{Customs, Label, Mark, Query};

/// The members with the mark; a page and the panel say the same of them as the filter.
fn marked(desk: &Desk, mark: Mark) -> Vec<RecordId> {
    let everybody = desk.store.find_members(&Query::default()).unwrap();
    let page = desk.store.page_with(&everybody, 0, everybody.len(), Customs::Some(&[])).unwrap();
    let rows: Vec<_> = page.into_iter().flatten().collect();
    let in_page: Vec<RecordId> = rows.iter().filter(|row| row.mark == Some(mark)).map(|row| row.member.id).collect();
    let in_panel: Vec<RecordId> = rows
        .iter()
        .map(|row| row.member.id)
        .filter(|id| desk.store.member(*id).unwrap().unwrap().mark == Some(mark))
        .collect();
    let view = desk.store.find_members(&Query { mark: Some(mark), ..Query::default() }).unwrap();
    let found: Vec<RecordId> =
        desk.store.page(&view, 0, view.len()).unwrap().into_iter().flatten().map(|row| row.member.id).collect();
    assert_eq!((&in_page, &in_panel), (&found, &found));
    found
}

/// A member with one of everything that hangs on a member, and another with nothing; both known to the service.
fn household() -> (Desk, Service, RecordId, Vec<Record>) {
    let (desk, mut service) = (Desk::new(), Service::new());
    let (person, other, club) = (member("单雄信"), member("秦叔宝"), department("象棋社", None));
    let tag = Record::empty(Kind::Tag, id()).with(Field::TagName, "住校");
    let field = Record::empty(Kind::CustomField, id())
        .with(Field::CustomFieldName, "爱好")
        .with(Field::CustomFieldForm, "text")
        .with(Field::CustomFieldDataClass, "ordinary");
    let guardian = Record::empty(Kind::Guardian, id()).with(Field::GuardianName, "单父");
    let hanging = vec![
        guardian.clone(),
        Record::empty(Kind::Guardianship, id())
            .with(Field::GuardianshipMember, person.id)
            .with(Field::GuardianshipGuardian, guardian.id),
        Record::empty(Kind::Affiliation, id())
            .with(Field::AffiliationMember, person.id)
            .with(Field::AffiliationDepartment, club.id),
        Record::empty(Kind::Tagging, id()).with(Field::TaggingMember, person.id).with(Field::TaggingTag, tag.id),
        Record::empty(Kind::CustomValue, id())
            .with(Field::CustomValueMember, person.id)
            .with(Field::CustomValueField, field.id)
            .with(Field::CustomValueValue, "下棋"),
        Record::empty(Kind::Invitation, id())
            .with(Field::InvitationMember, person.id)
            .with(Field::InvitationExpiresAt, 1i64),
    ];
    desk.write(Label::Add, [&person, &other, &club, &tag, &field].map(Edit::create));
    desk.sync(&mut service);
    for record in &hanging {
        desk.write(Label::Add, [Edit::create(record)]);
        // A guardian is nobody's until the link is there.
        let expected = if record.kind == Kind::Guardian { Vec::new() } else { vec![person.id] };
        assert_eq!(marked(&desk, Mark::Pending), expected, "a new {:?}", record.kind);
        desk.sync(&mut service);
        assert!(marked(&desk, Mark::Pending).is_empty(), "{:?}", record.kind);
    }
    (desk, service, person.id, hanging)
}

#[test]
fn what_hangs_on_a_member_and_waits_is_found_at_the_member() {
    let (desk, mut service, person, hanging) = household();
    desk.set(&hanging[0], Field::GuardianPhone, "13900000001");
    assert_eq!(marked(&desk, Mark::Pending), [person]);
    desk.sync(&mut service);
    // Removed ones are in no table any more, and wait all the same.
    for record in hanging.iter().skip(1) {
        desk.write(Label::Remove, [Edit::remove(&desk.get(record).unwrap())]);
        assert_eq!(marked(&desk, Mark::Pending), [person], "{:?} is removed", record.kind);
        desk.sync(&mut service);
        assert!(marked(&desk, Mark::Pending).is_empty());
    }
}

#[test]
fn what_hangs_on_a_member_and_was_refused_is_found_at_the_member() {
    let (desk, mut service, person, hanging) = household();
    service.refuses.push("坏".into());
    for (place, field) in [(0, Field::GuardianName), (2, Field::AffiliationTitle), (4, Field::CustomValueValue)] {
        desk.set(&hanging[place], field, "坏");
        desk.sync(&mut service);
        assert_eq!(marked(&desk, Mark::Refused), [person], "{:?}", hanging[place].kind);
        let refused = desk.store.refusals(2).unwrap().remove(0);
        desk.store.drop_refusal(refused.number, &request()).unwrap();
        assert!(marked(&desk, Mark::Refused).is_empty());
    }
}

#[test]
fn what_hangs_on_a_member_and_met_another_edit_is_found_at_the_member() {
    let (desk, mut service, person, hanging) = household();
    for (place, field) in [(0, Field::GuardianName), (2, Field::AffiliationTitle), (4, Field::CustomValueValue)] {
        desk.set(&hanging[place], field, "我的");
        service.set(&hanging[place], field, "他们的");
        desk.sync(&mut service);
        assert_eq!(marked(&desk, Mark::Conflict), [person], "{:?}", hanging[place].kind);
        let conflicts = desk.store.conflicts(2).unwrap();
        desk.store.resolve(&[conflicts[0].id], mingce_store::Side::Theirs, &request()).unwrap();
        desk.sync(&mut service);
        assert!(marked(&desk, Mark::Conflict).is_empty());
    }
}
