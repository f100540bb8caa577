//! Two people at work on the same records: different fields merge, the same field is for people to settle.

use crate::desktop::{Desktop, assert_equal};
use crate::world::World;
use mingce_model::{Field, Kind, RecordId, Value};
use mingce_store::Side;
use mingce_sync::Subject;

async fn two_with_a_member(world: &World) -> (Desktop, Desktop, RecordId) {
    let (here, there) = (Desktop::new(world, "here").await, Desktop::new(world, "there").await);
    let member = here.add_with("张三", &[(Field::MemberPhone, "13800000001")]);
    here.sync_all().await;
    there.sync_all().await;
    (here, there, member)
}

async fn sync_both(here: &Desktop, there: &Desktop) {
    for desktop in [here, there, here] {
        desktop.sync_all().await;
    }
    assert_equal(&[here, there]);
}

#[tokio::test(flavor = "multi_thread")]
async fn different_fields_of_one_member_merge() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    here.set(member, Field::MemberPhone, "13800000002");
    there.set(member, Field::MemberTitle, "班主任");
    there.set(member, Field::MemberNote, "新来的");
    sync_both(&here, &there).await;
    assert_eq!(here.value(member, Field::MemberTitle), "班主任".into());
    assert_eq!(there.value(member, Field::MemberPhone), "13800000002".into());
    assert!(here.conflicts().is_empty() && there.conflicts().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_value_from_two_people_is_no_conflict() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    here.set(member, Field::MemberPhone, "13800000002");
    there.set(member, Field::MemberPhone, "13800000002");
    sync_both(&here, &there).await;
    assert!(here.conflicts().is_empty());
}

/// Both change the phone; `here` is first. Returns the conflict's id.
async fn clash(here: &Desktop, there: &Desktop, member: RecordId) -> RecordId {
    here.set(member, Field::MemberPhone, "13800000002");
    there.set(member, Field::MemberPhone, "13800000003");
    there.set(member, Field::MemberTitle, "班主任");
    sync_both(here, there).await;
    for desktop in [here, there] {
        let conflicts = desktop.conflicts();
        assert_eq!(conflicts.len(), 1, "on {}", desktop.name);
        let conflict = &conflicts[0];
        assert_eq!((conflict.kind, conflict.record), (Kind::Member, member));
        assert_eq!(conflict.subject, Subject::Field(Field::MemberPhone));
        assert_eq!(conflict.base, "13800000001".into());
        assert_eq!(conflict.theirs, "13800000002".into());
        assert_eq!(conflict.mine, "13800000003".into());
        assert_eq!((conflict.mine_by.as_str(), conflict.theirs_by.as_str()), ("王老师", "王老师"));
        // The first value holds until somebody settles it; what did not clash is merged.
        assert_eq!(desktop.value(member, Field::MemberPhone), "13800000002".into());
        assert_eq!(desktop.value(member, Field::MemberTitle), "班主任".into());
    }
    here.conflicts()[0].id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_seen_by_both_and_settled_with_mine() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    let conflict = clash(&here, &there, member).await;
    there.resolve(conflict, Side::Mine);
    assert!(there.conflicts().is_empty());
    sync_both(&here, &there).await;
    assert!(here.conflicts().is_empty());
    assert_eq!(here.value(member, Field::MemberPhone), "13800000003".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_settled_with_theirs_keeps_the_value_and_undo_brings_the_question_back() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    let conflict = clash(&here, &there, member).await;
    here.resolve(conflict, Side::Theirs);
    sync_both(&here, &there).await;
    assert!(there.conflicts().is_empty());
    assert_eq!(there.value(member, Field::MemberPhone), "13800000002".into());
    here.undo();
    sync_both(&here, &there).await;
    assert_eq!(there.conflicts().len(), 1);
    // The value that lost is still there to be taken.
    there.resolve(conflict, Side::Mine);
    sync_both(&here, &there).await;
    assert_eq!(here.value(member, Field::MemberPhone), "13800000003".into());
    there.undo();
    sync_both(&here, &there).await;
    assert_eq!(here.value(member, Field::MemberPhone), "13800000002".into());
    assert_eq!(here.conflicts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn kind_and_number_of_a_document_clash_together() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    let set_document = |desktop: &Desktop, kind: &str, number: &str| {
        let before = desktop.record(Kind::Member, member).unwrap();
        let after = before.clone().with(Field::MemberDocumentKind, kind).with(Field::MemberDocumentNumber, number);
        desktop.write(mingce_store::Label::Edit, mingce_model::Edit::between(&before, &after));
    };
    set_document(&here, "passport", "E12345678");
    here.sync_all().await;
    // Made without knowing of the passport: never a passport with the other document's number.
    set_document(&there, "other", "X-99");
    sync_both(&here, &there).await;
    assert_eq!(there.value(member, Field::MemberDocumentKind), "passport".into());
    assert_eq!(there.value(member, Field::MemberDocumentNumber), "E12345678".into());
    assert_eq!(there.conflicts().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_of_what_somebody_edited_asks_first() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    here.set(member, Field::MemberPhone, "13800000002");
    here.sync_all().await;
    there.remove(Kind::Member, member);
    sync_both(&here, &there).await;
    assert_eq!(there.value(member, Field::MemberPhone), "13800000002".into());
    let conflicts = here.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].subject, Subject::Removal);
    there.resolve(conflicts[0].id, Side::Mine);
    sync_both(&here, &there).await;
    assert!(here.record(Kind::Member, member).is_none());
    assert!(here.conflicts().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_what_somebody_removed_is_kept_for_its_author() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    here.remove(Kind::Member, member);
    here.sync_all().await;
    there.set(member, Field::MemberPhone, "13800000003");
    there.sync_all().await;
    assert!(here.record(Kind::Member, member).is_none());
    let refusals = there.refusals();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].answer.code, mingce_protocol::OpCode::Gone);
    assert_eq!(refusals[0].edit.changes[0].new, Value::from("13800000003"));
    // The author sees it still, until deciding.
    assert_eq!(there.value(member, Field::MemberPhone), "13800000003".into());
    there.drop_refusal(refusals[0].number);
    sync_both(&here, &there).await;
    assert!(there.record(Kind::Member, member).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_what_somebody_removed_can_bring_it_back() {
    let world = World::new().await;
    let (here, there, member) = two_with_a_member(&world).await;
    here.remove(Kind::Member, member);
    here.sync_all().await;
    there.set(member, Field::MemberPhone, "13800000003");
    there.sync_all().await;
    // Any further edit of the record sends the whole of it.
    there.set(member, Field::MemberTitle, "留级");
    sync_both(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.value(member, Field::MemberPhone), "13800000003".into());
    assert_eq!(here.value(member, Field::MemberName), "张三".into());
}
