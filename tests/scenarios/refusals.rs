//! What the service would not take stays with its author, holds up nobody, and is mended or dropped.

use crate::desktop::{Desktop, assert_equal};
use crate::office::Office;
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::roster::{Column, Undo};
use mingce_ipc::sync::{Listed, RefusalsMeant, RefusalsSettled, SettleRefusals};
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_protocol::OpCode;
use mingce_store::Label;
use tokio::runtime::Runtime;

/// Both give their own member the card number 001; `here` is first.
async fn two_of_one_number(world: &World) -> (Desktop, Desktop, RecordId, RecordId) {
    let (here, there) = (Desktop::new(world, "here").await, Desktop::new(world, "there").await);
    here.sync_all().await;
    there.sync_all().await;
    let first = here.add_with("张三", &[(Field::MemberCardNumber, "2026001")]);
    here.sync_all().await;
    let second = there.add_with("李四", &[(Field::MemberCardNumber, "2026001")]);
    let unconcerned = there.add("王五");
    there.sync_all().await;
    let refusals = there.refusals();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].answer.code, OpCode::Duplicate);
    assert_eq!(refusals[0].answer.other, Some(first));
    assert_eq!(refusals[0].edit.id, second);
    // The other edit of the same push went through.
    here.sync_all().await;
    assert!(here.record(Kind::Member, unconcerned).is_some());
    assert!(here.record(Kind::Member, second).is_none());
    assert!(there.record(Kind::Member, second).is_some());
    (here, there, first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_card_number_is_refused_mended_by_an_edit_and_goes_through() {
    let world = World::new().await;
    let (here, there, _, second) = two_of_one_number(&world).await;
    // An edit beside the point tries again and is refused again; there is still one question, not two.
    there.set(second, Field::MemberTitle, "学习委员");
    there.sync_all().await;
    assert_eq!(there.refusals().len(), 1);
    there.set(second, Field::MemberCardNumber, "2026002");
    assert!(there.refusals().is_empty());
    there.sync_all().await;
    here.sync_all().await;
    assert_equal(&[&here, &there]);
    assert_eq!(here.value(second, Field::MemberCardNumber), "2026002".into());
    assert_eq!(here.value(second, Field::MemberTitle), "学习委员".into());
    assert_eq!(here.value(second, Field::MemberName), "李四".into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_member_that_is_dropped_is_gone_and_nothing_else_is() {
    let world = World::new().await;
    let (here, there, first, second) = two_of_one_number(&world).await;
    there.drop_refusal(there.refusals()[0].number);
    assert!(there.refusals().is_empty());
    assert!(there.record(Kind::Member, second).is_none());
    there.sync_all().await;
    here.sync_all().await;
    assert_equal(&[&here, &there]);
    assert!(there.record(Kind::Member, first).is_some());
}

#[test]
fn giving_up_what_had_changed_nothing_here_is_not_said_to_be_undone() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let [here, there] = ["here", "there"].map(|name| Office::quiet(&runtime, &world, name));
    let sync = |office: &Office| drop(office.app.sync_now(Nothing {}).expect("the service is there"));
    let [same, other] = ["同", "异"].map(|name| here.add(&[(Column::Name, name)]));
    sync(&here);
    sync(&there);
    let first = here.add(&[(Column::Name, "甲"), (Column::CardNumber, "2026001")]);
    here.add(&[(Column::Name, "乙"), (Column::CardNumber, "2026002")]);
    sync(&here);
    there.edit(&same, Column::CardNumber, "2026001");
    there.edit(&other, Column::CardNumber, "2026002");
    sync(&there);
    // Meanwhile the number is given to the very same person.
    here.edit(&first, Column::CardNumber, "2026003");
    here.edit(&same, Column::CardNumber, "2026001");
    sync(&here);
    sync(&there);
    let drop_first = || {
        let m = there.app.refusals(Listed::default()).unwrap().rows[0].m;
        let wanted = SettleRefusals { refusals: RefusalsMeant::One { m }, job: None };
        there.app.drop_refusals(wanted).expect("it is refused")
    };
    assert_eq!(there.status().refused, 2);
    assert_eq!(drop_first(), RefusalsSettled { settled: 1, can_undo: false });
    assert_eq!(there.cell(&same, Column::CardNumber).as_deref(), Some("2026001"));
    assert_eq!(drop_first(), RefusalsSettled { settled: 1, can_undo: true });
    assert_eq!(there.app.undo(Undo::default()).unwrap().operation, "drop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_outlives_a_crash() {
    let world = World::new().await;
    let (here, mut there, _, second) = two_of_one_number(&world).await;
    there.crash();
    assert_eq!(there.refusals().len(), 1);
    there.sync_all().await;
    there.crash();
    there.set(second, Field::MemberCardNumber, "2026002");
    there.crash();
    there.sync_all().await;
    here.sync_all().await;
    assert_equal(&[&here, &there]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_with_people_in_it_stays_when_somebody_removes_it() {
    let world = World::new().await;
    let (here, there) = (Desktop::new(&world, "here").await, Desktop::new(&world, "there").await);
    let class = Record::empty(Kind::Department, world.chance.id())
        .with(Field::DepartmentName, "高一1班")
        .with(Field::DepartmentKind, "class");
    here.write(Label::Department, [Edit::create(&class)]);
    here.sync_all().await;
    there.sync_all().await;
    let member = here.add("张三");
    here.set(member, Field::MemberDepartment, class.id);
    here.sync_all().await;
    there.remove(Kind::Department, class.id);
    there.sync_all().await;
    let refusals = there.refusals();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].answer.rule.as_deref(), Some("department_not_empty"));
    there.drop_refusal(refusals[0].number);
    there.sync_all().await;
    here.sync_all().await;
    assert_equal(&[&here, &there]);
    assert!(there.record(Kind::Department, class.id).is_some());
}
