//! Pages that come late: other requests were answered since they were read.

use crate::service::*;
use crate::support::*;
use crate::syncing::{synced, text};
use mingce_model::{Edit, Field};
use mingce_store::{Label, StoreError};

#[test]
fn a_page_that_was_read_before_an_own_edit_does_not_take_it_back() {
    let (desk, mut service, person) = synced("单雄信");
    let asked = desk.store.sync_state().unwrap();
    service.set(&person, Field::MemberNote, "别人");
    let (header, records) = service.pull(asked.cursor.as_deref(), 10);
    desk.set(&person, Field::MemberTitle, "老师");
    desk.push(&mut service, 10);
    desk.store.apply_page(&asked, &header, records, NOW).unwrap();
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("老师"));
    desk.set(&person, Field::MemberTitle, "班主任");
    desk.sync(&mut service);
    assert!(desk.store.conflicts(10).unwrap().is_empty());
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn a_page_that_was_read_before_an_own_removal_does_not_bring_the_record_back() {
    let (desk, mut service, person) = (Desk::new(), Service::new(), member("单雄信"));
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.push(&mut service, 10);
    let asked = desk.store.sync_state().unwrap();
    let (header, records) = service.pull(None, 10);
    desk.write(Label::Remove, [Edit::remove(&desk.get(&person).unwrap())]);
    desk.push(&mut service, 10);
    assert_eq!(desk.store.sync_state().unwrap().cursor, None, "nothing else tells that the page is old");
    let old = desk.store.apply_page(&asked, &header, records, NOW);
    assert!(matches!(old, Err(StoreError::OldPage)), "{old:?}");
    desk.sync(&mut service);
    assert!(desk.get(&person).is_none());
    assert_eq!(service.everything(), everything(&desk.store));
}

#[test]
fn a_page_that_comes_twice_or_late_changes_nothing() {
    let (desk, mut service, person) = synced("单雄信");
    let (old_header, old) = service.pull(None, 10);
    service.set(&person, Field::MemberTitle, "老师");
    desk.pull(&service, 10);
    let version = desk.store.version();
    desk.store.apply_page(&desk.store.sync_state().unwrap(), &old_header, old, NOW).unwrap();
    assert_eq!(text(&desk, &person, Field::MemberTitle).as_deref(), Some("老师"));
    assert_eq!(desk.store.version(), version);
}
