//! Two desktops make the same department while they are apart.

use crate::desktop::{Desktop, assert_equal};
use crate::world::World;
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_protocol::OpCode;
use mingce_store::{Label, StoreError};

fn department(world: &World, name: &str, parent: Option<RecordId>) -> Record {
    let mut record = Record::empty(Kind::Department, world.chance.id())
        .with(Field::DepartmentName, name)
        .with(Field::DepartmentKind, "class");
    if let Some(parent) = parent {
        record.set(Field::DepartmentParent, parent);
    }
    record
}

fn make(desktop: &Desktop, world: &World, name: &str, parent: Option<RecordId>) -> RecordId {
    let record = department(world, name, parent);
    desktop.write(Label::Department, [Edit::create(&record)]);
    record.id
}

fn name_of_department(desktop: &Desktop, member: RecordId) -> RecordId {
    desktop.record(Kind::Member, member).unwrap().reference(Field::MemberDepartment).unwrap()
}

struct Apart {
    here: Desktop,
    there: Desktop,
    /// 高一 and 高一/1班 as each made them.
    ours: (RecordId, RecordId),
    theirs: (RecordId, RecordId),
    /// Only `there` has 高一/2班.
    second: RecordId,
    /// In 高一, 1班 and 2班, all made by `there`.
    members: [RecordId; 3],
    /// Was there before; moved to 1班 by `there`.
    moved: RecordId,
    place: RecordId,
}

async fn apart(world: &World) -> Apart {
    let (here, there) = (Desktop::new(world, "here").await, Desktop::new(world, "there").await);
    let moved = here.add("先来的");
    here.sync_all().await;
    there.sync_all().await;
    let grade = make(&here, world, "高一", None);
    let ours = (grade, make(&here, world, "1班", Some(grade)));
    here.sync_all().await;
    let grade = make(&there, world, "高一", None);
    // Width and case make no difference between names.
    let theirs = (grade, make(&there, world, "１班", Some(grade)));
    let second = make(&there, world, "2班", Some(grade));
    let members = [(grade, "甲"), (theirs.1, "乙"), (second, "丙")]
        .map(|(place, name)| there.add_with(name, &[(Field::MemberDepartment, &place.to_string())]));
    there.set(moved, Field::MemberDepartment, theirs.1);
    let place = Record::empty(Kind::Affiliation, world.chance.id())
        .with(Field::AffiliationMember, members[0])
        .with(Field::AffiliationDepartment, theirs.1);
    there.write(Label::Add, [Edit::create(&place)]);
    there.sync_all().await;
    Apart { here, there, ours, theirs, second, members, moved, place: place.id }
}

fn duplicate(desktop: &Desktop) -> u64 {
    let refusals = desktop.refusals();
    let is_such = |refusal: &&mingce_store::Refusal| refusal.answer.code == OpCode::Duplicate;
    refusals.iter().find(is_such).expect("a department was refused as doubled").number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_made_twice_is_taken_over_with_everything_in_it() {
    let world = World::new().await;
    let Apart { here, there, ours, theirs, second, members, moved, place } = apart(&world).await;
    assert!(there.refusals().len() >= 6);
    let number = duplicate(&there);
    there.take_over_department(number).unwrap();
    assert!(there.record(Kind::Department, theirs.0).is_none());
    assert!(there.record(Kind::Department, theirs.1).is_none());
    for desktop in [&there, &here, &there, &here] {
        desktop.sync_all().await;
    }
    assert!(there.refusals().is_empty(), "{:?}", there.refusals());
    assert!(there.conflicts().is_empty());
    assert_equal(&[&here, &there]);
    assert_eq!(name_of_department(&here, members[0]), ours.0);
    assert_eq!(name_of_department(&here, members[1]), ours.1);
    assert_eq!(name_of_department(&here, members[2]), second);
    assert_eq!(name_of_department(&here, moved), ours.1);
    let record = here.record(Kind::Department, second).unwrap();
    assert_eq!(record.reference(Field::DepartmentParent), Some(ours.0));
    let place = here.record(Kind::Affiliation, place).unwrap();
    assert_eq!(place.reference(Field::AffiliationDepartment), Some(ours.1));
    // It is done once.
    assert!(matches!(there.take_over_department(number), Err(StoreError::NothingToDo)));
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_over_is_undone_as_one_and_can_be_done_again() {
    let world = World::new().await;
    let Apart { here, there, ours, theirs, members, .. } = apart(&world).await;
    there.take_over_department(duplicate(&there)).unwrap();
    there.undo();
    assert_eq!(name_of_department(&there, members[0]), theirs.0);
    assert_eq!(name_of_department(&there, members[1]), theirs.1);
    let grade = there.record(Kind::Department, theirs.1).unwrap().reference(Field::DepartmentParent);
    assert_eq!(grade, Some(theirs.0));
    // The service has not changed its mind.
    there.sync_all().await;
    there.take_over_department(duplicate(&there)).unwrap();
    for desktop in [&there, &here, &there, &here] {
        desktop.sync_all().await;
    }
    assert!(there.refusals().is_empty(), "{:?}", there.refusals());
    assert!(there.conflicts().is_empty());
    assert_equal(&[&here, &there]);
    assert_eq!(name_of_department(&here, members[1]), ours.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_doubled_department_that_is_here_can_be_taken_over() {
    let world = World::new().await;
    let Apart { there, .. } = apart(&world).await;
    for refusal in there.refusals().iter().filter(|refusal| refusal.answer.code != OpCode::Duplicate) {
        assert!(matches!(there.take_over_department(refusal.number), Err(StoreError::NothingToDo)));
    }
    assert!(matches!(there.take_over_department(u64::MAX), Err(StoreError::NothingToDo)));
    let duplicates = |desktop: &Desktop| desktop.refusals().len();
    let before = duplicates(&there);
    // Renaming it instead is a way out, too.
    let number = duplicate(&there);
    let refused = there.refusals().into_iter().find(|refusal| refusal.number == number).unwrap().edit.id;
    there.set(refused, Field::DepartmentName, "高一（新）");
    assert!(matches!(there.take_over_department(number), Err(StoreError::NothingToDo)));
    there.sync_all().await;
    there.sync_all().await;
    assert!(duplicates(&there) < before);
    assert!(there.refusals().is_empty(), "{:?}", there.refusals());
}
