//! A member is removed on one desktop while somebody works on them on another: what hangs on the member stays or goes, and
//! comes back, with them.

use crate::desktop::{Desktop, assert_equal};
use crate::world::World;
use mingce_model::custom::{tagging_id, value_id};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::{Atomicity, Base, Label, Operation, Removals, Side};
use mingce_sync::Subject;
use mingce_testkit::Random;

struct Pupil {
    member: RecordId,
    guardian: RecordId,
    guardianship: RecordId,
    belongings: Vec<(Kind, RecordId)>,
}

impl Desktop {
    fn make(&self, record: &Record) -> (Kind, RecordId) {
        self.write(Label::Add, [Edit::create(record)]);
        (record.kind, record.id)
    }

    fn guardianship(&self, id: RecordId, member: RecordId, guardian: RecordId) -> Record {
        Record::empty(Kind::Guardianship, id)
            .with(Field::GuardianshipMember, member)
            .with(Field::GuardianshipGuardian, guardian)
            .with(Field::GuardianshipRelation, "mother")
    }

    /// A member on whom one of everything hangs.
    fn pupil(&self, world: &World) -> Pupil {
        let fresh = |kind| Record::empty(kind, world.chance.id());
        let member = self.add_with("张三", &[(Field::MemberPhone, "13800000001")]);
        let (_, guardian) = self.make(&fresh(Kind::Guardian).with(Field::GuardianName, "李梅"));
        let (_, guardianship) = self.make(&self.guardianship(world.chance.id(), member, guardian));
        let class = fresh(Kind::Department).with(Field::DepartmentName, "一班").with(Field::DepartmentKind, "class");
        let (_, class) = self.make(&class);
        let (_, tag) = self.make(&fresh(Kind::Tag).with(Field::TagName, "住校"));
        let field = fresh(Kind::CustomField)
            .with(Field::CustomFieldName, "校车")
            .with(Field::CustomFieldForm, "text")
            .with(Field::CustomFieldDataClass, "ordinary");
        let (_, field) = self.make(&field);
        let belongings = vec![
            (Kind::Guardian, guardian),
            (Kind::Guardianship, guardianship),
            self.make(
                &fresh(Kind::Affiliation)
                    .with(Field::AffiliationMember, member)
                    .with(Field::AffiliationDepartment, class),
            ),
            self.make(
                &fresh(Kind::Invitation)
                    .with(Field::InvitationMember, member)
                    .with(Field::InvitationTokenHash, format!("{:064x}", 7))
                    .with(Field::InvitationCreatedAt, 1)
                    .with(Field::InvitationExpiresAt, 2),
            ),
            self.make(
                &Record::empty(Kind::CustomValue, value_id(member, field))
                    .with(Field::CustomValueMember, member)
                    .with(Field::CustomValueField, field)
                    .with(Field::CustomValueValue, "三号线"),
            ),
            self.make(
                &Record::empty(Kind::Tagging, tagging_id(member, tag))
                    .with(Field::TaggingMember, member)
                    .with(Field::TaggingTag, tag),
            ),
        ];
        Pupil { member, guardian, guardianship, belongings }
    }

    fn has_all_of(&self, pupil: &Pupil) -> bool {
        let stands = |kind: Kind, id: RecordId| self.record(kind, id).is_some();
        stands(Kind::Member, pupil.member) && pupil.belongings.iter().all(|(kind, id)| stands(*kind, *id))
    }
    fn has_any_of(&self, pupil: &Pupil) -> bool {
        pupil.belongings.iter().any(|(kind, id)| self.record(*kind, *id).is_some())
    }
}

/// Whoever takes things back in whatever order: whoever stands has all that hangs on them, and nothing hangs in the air.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_ever_parted_from_what_hangs_on_them() {
    for seed in 0..12 {
        let world = World::new().await;
        let mut dice = Random::new(seed);
        let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
        // Made elsewhere, so that nobody takes the making of it back.
        let third = Desktop::new(&world, "third").await;
        let pupil = third.pupil(&world);
        third.sync_all().await;
        sync(&here, &there).await;
        let mut told = Vec::new();
        for step in 0..14 {
            let desktop = if dice.percent(50) { &here } else { &there };
            let act = dice.below(7);
            told.push((desktop.name, act));
            match act {
                0 | 1 if desktop.record(Kind::Member, pupil.member).is_some() => {
                    desktop.set(pupil.member, Field::MemberTitle, format!("职务{step}"));
                }
                2 if desktop.record(Kind::Member, pupil.member).is_some() => {
                    desktop.remove(Kind::Member, pupil.member);
                }
                3 => desktop.try_undo(),
                4 => desktop.try_redo(),
                5 => {
                    if let Some(conflict) = desktop.conflicts().first() {
                        let side = if dice.percent(50) { Side::Mine } else { Side::Theirs };
                        if desktop.record(Kind::Member, pupil.member).is_some() {
                            desktop.resolve(conflict.id, side);
                        }
                    }
                }
                _ => desktop.sync_all().await,
            }
        }
        sync_unequal(&here, &there).await;
        for desktop in [&here, &there] {
            while let Some(refusal) = desktop.refusals().first() {
                desktop.drop_refusal(refusal.number);
            }
        }
        sync(&here, &there).await;
        match here.record(Kind::Member, pupil.member) {
            Some(_) => assert!(here.has_all_of(&pupil), "seed {seed}: {told:?}"),
            None => assert!(!here.has_any_of(&pupil), "seed {seed}: {told:?}"),
        }
    }
}

async fn sync_unequal(here: &Desktop, there: &Desktop) {
    for desktop in [here, there, here, there] {
        desktop.sync_all().await;
    }
}

async fn scene(world: &World) -> (Desktop, Desktop, Pupil) {
    let (here, there) = (Desktop::new(world, "here").await, Desktop::new(world, "there").await);
    let pupil = here.pupil(world);
    sync(&here, &there).await;
    assert!(there.has_all_of(&pupil));
    (here, there, pupil)
}

async fn sync(here: &Desktop, there: &Desktop) {
    sync_unequal(here, there).await;
    assert_equal(&[here, there]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_loses_leaves_everything_alone() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    here.set(pupil.member, Field::MemberEmail, "san@example.com");
    there.remove(Kind::Member, pupil.member);
    assert!(!there.has_any_of(&pupil));
    sync(&here, &there).await;
    assert!(here.has_all_of(&pupil));
    let conflicts = here.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].subject, conflicts[0].record), (1, Subject::Removal, pupil.member));
    // What the other side did is told, so that nobody decides blind.
    assert_eq!(conflicts[0].theirs, Value::from(r#"{"email":"san@example.com"}"#));
    assert_eq!(conflicts[0].base, Value::from(r#"{"email":null}"#));
    assert_eq!(conflicts[0].theirs_by, "王老师");
    there.resolve(conflicts[0].id, Side::Theirs);
    sync(&here, &there).await;
    assert!(here.has_all_of(&pupil) && here.conflicts().is_empty() && there.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_confirmed_against_an_edit_takes_everything() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    here.set(pupil.member, Field::MemberEmail, "san@example.com");
    there.remove(Kind::Member, pupil.member);
    sync(&here, &there).await;
    there.resolve(there.conflicts()[0].id, Side::Mine);
    sync(&here, &there).await;
    assert!(!here.has_any_of(&pupil) && here.record(Kind::Member, pupil.member).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_asks_first_when_what_hangs_on_the_member_was_edited() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    here.set(pupil.guardian, Field::GuardianPhone, "13900139001");
    there.remove(Kind::Member, pupil.member);
    sync(&here, &there).await;
    assert!(there.has_all_of(&pupil));
    let conflicts = there.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].subject, conflicts[0].record), (1, Subject::Removal, pupil.member));
    let theirs = format!(r#"{{"guardian:{}.phone":"13900139001"}}"#, pupil.guardian);
    assert_eq!(conflicts[0].theirs, Value::from(theirs));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_nobody_contradicts_takes_everything_and_comes_back_by_undo() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    there.remove(Kind::Member, pupil.member);
    sync(&here, &there).await;
    assert!(!here.has_any_of(&pupil) && here.conflicts().is_empty());
    there.undo();
    sync(&here, &there).await;
    assert!(here.has_all_of(&pupil) && there.conflicts().is_empty() && there.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_done_again_loses_as_a_whole_too() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    there.remove(Kind::Member, pupil.member);
    there.undo();
    sync(&here, &there).await;
    here.set(pupil.member, Field::MemberEmail, "san@example.com");
    there.try_redo();
    assert!(!there.has_any_of(&pupil));
    sync(&here, &there).await;
    assert!(here.has_all_of(&pupil));
    assert_eq!(here.conflicts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_brought_back_brings_what_went_along() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    // This one went earlier, on its own, and stays away.
    let (kind, tagging) = pupil.belongings[5];
    here.remove(kind, tagging);
    sync(&here, &there).await;
    here.remove(Kind::Member, pupil.member);
    here.sync_all().await;
    there.set(pupil.member, Field::MemberPhone, "13800000003");
    there.sync_all().await;
    assert_eq!(there.refusals().len(), 1);
    assert!(!there.has_any_of(&pupil));
    there.set(pupil.member, Field::MemberTitle, "留级");
    sync(&here, &there).await;
    assert_eq!(here.value(pupil.member, Field::MemberPhone), "13800000003".into());
    for (kind, id) in &pupil.belongings[..5] {
        assert!(here.record(*kind, *id).is_some(), "{kind:?}");
    }
    assert_eq!(here.value(pupil.guardianship, Field::GuardianshipRelation), "mother".into());
    assert!(here.record(kind, tagging).is_none());
    assert!(there.refusals().is_empty() && here.conflicts().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_of_a_sibling_who_stays_stays() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    let sibling = here.add("张四");
    here.make(&here.guardianship(world.chance.id(), sibling, pupil.guardian));
    sync(&here, &there).await;
    here.set(pupil.member, Field::MemberEmail, "san@example.com");
    // Both are removed in one go, the guardian with the second; the removal of the first loses.
    let store = there.store();
    let mut removals = Removals::begin(store).unwrap();
    let mut edits = Vec::new();
    for member in [pupil.member, sibling] {
        removals.add(&there.record(Kind::Member, member).unwrap(), &mut edits).unwrap();
    }
    let operation = Operation::new(world.chance.id().into(), Label::Remove, "there", 5)
        .with_base(Base::TakeCurrent)
        .with_atomicity(Atomicity::WithMember);
    store.write(&operation, edits).unwrap();
    assert!(there.record(Kind::Guardian, pupil.guardian).is_none());
    sync(&here, &there).await;
    assert!(there.has_all_of(&pupil) && there.record(Kind::Member, sibling).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_was_given_another_child_meanwhile_stays() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    let sibling = here.add("张四");
    let (_, second) = here.make(&here.guardianship(world.chance.id(), sibling, pupil.guardian));
    there.remove(Kind::Member, pupil.member);
    sync(&here, &there).await;
    assert!(there.record(Kind::Guardian, pupil.guardian).is_some());
    assert!(there.record(Kind::Guardianship, second).is_some());
    assert!(here.record(Kind::Guardianship, pupil.guardianship).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_after_the_member_came_back_does_not_come_with_them() {
    let world = World::new().await;
    let (here, there, pupil) = scene(&world).await;
    let (_, tag) = here.make(&Record::empty(Kind::Tag, world.chance.id()).with(Field::TagName, "走读"));
    let (_, tagging) = here.make(
        &Record::empty(Kind::Tagging, tagging_id(pupil.member, tag))
            .with(Field::TaggingMember, pupil.member)
            .with(Field::TaggingTag, tag),
    );
    here.remove(Kind::Member, pupil.member);
    sync(&here, &there).await;
    // The removal, then the tag: that the tag came back in between was never sent.
    here.undo();
    here.undo();
    assert!(here.record(Kind::Tagging, tagging).is_none());
    sync(&here, &there).await;
    assert!(here.has_all_of(&pupil) && there.has_all_of(&pupil));
    assert!(here.record(Kind::Tagging, tagging).is_none() && there.record(Kind::Tagging, tagging).is_none());
}
