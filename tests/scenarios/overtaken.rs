//! A person goes on before the service has said no: what they made on top of a refused value is neither lost nor held
//! against them.

use crate::desktop::{Desktop, assert_equal};
use crate::world::World;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::Label;

const NUMBER: Field = Field::MemberCardNumber;
const TAKEN: &str = "2026001";

/// `here` has given the number to somebody; `there` knows its own member, without a number, and not of that.
async fn a_number_is_taken(world: &World) -> (Desktop, Desktop, RecordId) {
    let (here, there) = (Desktop::new(world, "here").await, Desktop::new(world, "there").await);
    let member = there.add("李四");
    there.sync_all().await;
    here.add_with("张三", &[(NUMBER, TAKEN)]);
    here.sync_all().await;
    (here, there, member)
}

async fn settle(here: &Desktop, there: &Desktop) {
    for desktop in [there, here, there] {
        desktop.sync_all().await;
    }
    assert_equal(&[here, there]);
    assert!(there.conflicts().is_empty(), "{:?}", there.conflicts());
}

fn change(desktop: &Desktop, id: RecordId, values: &[(Field, &str)]) {
    let before = desktop.record(Kind::Member, id).expect("the member is here");
    let mut after = before.clone();
    values.iter().for_each(|(field, value)| after.set(*field, *value));
    desktop.write(Label::Edit, Edit::between(&before, &after));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_thought_in_the_same_push_as_what_is_refused_goes_through() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    change(&there, member, &[(NUMBER, TAKEN), (Field::MemberTitle, "班长")]);
    there.set(member, NUMBER, "2026002");
    there.set(member, NUMBER, "2026003");
    settle(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.value(member, NUMBER), "2026003".into());
    // What was refused together with the number comes through too.
    assert_eq!(here.value(member, Field::MemberTitle), "班长".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_thought_while_the_refusal_is_on_its_way_goes_through() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    change(&there, member, &[(NUMBER, TAKEN), (Field::MemberTitle, "班长")]);
    let sent = there.send_only().await;
    there.set(member, NUMBER, "2026002");
    there.settle(&sent);
    assert!(there.refusals().is_empty());
    assert_eq!(there.value(member, NUMBER), "2026002".into());
    settle(&here, &there).await;
    assert_eq!(here.value(member, NUMBER), "2026002".into());
    assert_eq!(here.value(member, Field::MemberTitle), "班长".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_thought_while_a_refusal_and_what_followed_it_are_on_their_way_goes_through() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    change(&there, member, &[(NUMBER, TAKEN), (Field::MemberTitle, "班长")]);
    // Taken, and with it half of what was refused.
    there.set(member, Field::MemberTitle, "副班长");
    let sent = there.send_only().await;
    // Made on the half that was not.
    change(&there, member, &[(NUMBER, "2026002"), (Field::MemberTitle, "学习委员")]);
    there.settle(&sent);
    settle(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.value(member, NUMBER), "2026002".into());
    assert_eq!(here.value(member, Field::MemberTitle), "学习委员".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_thought_after_a_refusal_that_got_lost_goes_through() {
    let world = World::new().await;
    let (here, mut there, member) = a_number_is_taken(&world).await;
    there.set(member, NUMBER, TAKEN);
    there.send_only().await;
    there.crash();
    there.set(member, NUMBER, "2026002");
    settle(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.value(member, NUMBER), "2026002".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_thought_that_was_read_for_sending_but_never_sent_goes_through() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    there.set(member, NUMBER, TAKEN);
    there.set(member, NUMBER, "2026002");
    let (header, ops) = there.plan(100).unwrap();
    let answer = there.send(&header, &ops[..1]).await.unwrap();
    there.settle(&crate::desktop::Sent { header, ops: ops[..1].to_vec(), answer });
    settle(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.value(member, NUMBER), "2026002".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_value_still_conflicts_with_what_was_made_on_a_refused_one() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    let class = Record::empty(Kind::Department, world.chance.id())
        .with(Field::DepartmentName, "高一1班")
        .with(Field::DepartmentKind, "class");
    here.write(Label::Department, [Edit::create(&class)]);
    here.sync_all().await;
    there.sync_all().await;
    here.set(member, NUMBER, "2026009");
    here.remove(Kind::Department, class.id);
    here.sync_all().await;
    // Refused for the department, and the number with it.
    change(&there, member, &[(NUMBER, "2026008"), (Field::MemberDepartment, &class.id.to_string())]);
    there.set(member, NUMBER, "2026002");
    there.set(member, Field::MemberDepartment, Value::Null);
    for desktop in [&there, &here, &there] {
        desktop.sync_all().await;
    }
    assert_equal(&[&here, &there]);
    let conflicts = there.conflicts();
    assert_eq!(conflicts.len(), 1);
    // The base is what both had seen, not the value that was refused.
    assert_eq!((&conflicts[0].base, &conflicts[0].mine), (&Value::Null, &"2026002".into()));
    assert_eq!(conflicts[0].theirs, "2026009".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_removed_after_a_refused_edit_is_removed() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    there.set(member, NUMBER, TAKEN);
    there.remove(Kind::Member, member);
    settle(&here, &there).await;
    assert!(here.record(Kind::Member, member).is_none());
    assert!(there.refusals().is_empty());

    let again = there.add("王五");
    there.sync_all().await;
    there.set(again, NUMBER, TAKEN);
    let sent = there.send_only().await;
    there.remove(Kind::Member, again);
    there.settle(&sent);
    settle(&here, &there).await;
    assert!(here.record(Kind::Member, again).is_none());
    assert!(there.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_whose_number_was_mended_in_time_is_added_whole() {
    let world = World::new().await;
    let (here, there, _) = a_number_is_taken(&world).await;
    // In one push, and while the refusal is on its way.
    let first = there.add_with("王五", &[(NUMBER, TAKEN)]);
    there.set(first, NUMBER, "2026005");
    settle(&here, &there).await;
    let second = there.add_with("赵六", &[(NUMBER, TAKEN)]);
    let sent = there.send_only().await;
    there.set(second, NUMBER, "2026006");
    there.set(second, Field::MemberTitle, "班长");
    there.settle(&sent);
    assert!(there.refusals().is_empty());
    settle(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.value(first, NUMBER), "2026005".into());
    assert_eq!(here.value(second, NUMBER), "2026006".into());
    assert_eq!(here.value(second, Field::MemberTitle), "班长".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_beside_a_refused_one_leaves_the_question_open() {
    let world = World::new().await;
    let (here, there, member) = a_number_is_taken(&world).await;
    there.set(member, NUMBER, TAKEN);
    there.set(member, Field::MemberTitle, "班长");
    there.sync_all().await;
    here.sync_all().await;
    assert_eq!(there.refusals().len(), 1);
    assert_eq!(there.value(member, NUMBER), TAKEN.into());
    assert_eq!(here.value(member, Field::MemberTitle), "班长".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_whose_removal_was_refused_and_undone_stays() {
    let world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    let class = Record::empty(Kind::Department, world.chance.id())
        .with(Field::DepartmentName, "高一1班")
        .with(Field::DepartmentKind, "class");
    here.write(Label::Department, [Edit::create(&class)]);
    here.sync_all().await;
    there.sync_all().await;
    here.add_with("张三", &[(Field::MemberDepartment, &class.id.to_string())]);
    here.sync_all().await;
    there.remove(Kind::Department, class.id);
    let sent = there.send_only().await;
    there.undo();
    there.settle(&sent);
    settle(&here, &there).await;
    assert!(there.record(Kind::Department, class.id).is_some());
    assert!(there.refusals().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_for_want_of_a_refused_member_follows_it() {
    let world = World::new().await;
    let (here, there, _) = a_number_is_taken(&world).await;
    let class = Record::empty(Kind::Department, world.chance.id())
        .with(Field::DepartmentName, "高一1班")
        .with(Field::DepartmentKind, "class");
    there.write(Label::Department, [Edit::create(&class)]);
    let member = there.add_with("王五", &[(NUMBER, TAKEN)]);
    let place = Record::empty(Kind::Affiliation, world.chance.id())
        .with(Field::AffiliationMember, member)
        .with(Field::AffiliationDepartment, class.id);
    there.write(Label::Add, [Edit::create(&place)]);
    there.sync_all().await;
    assert_eq!(there.refusals().len(), 2);
    there.set(member, NUMBER, "2026005");
    settle(&here, &there).await;
    assert!(there.refusals().is_empty());
    assert_eq!(here.record(Kind::Affiliation, place.id).unwrap().values, place.values);
}
