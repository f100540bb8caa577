//! What the service lets into the tree: nothing into an archived department, no name with a path mark in it.

use crate::desk::{Desk, House, set};
use mingce_model::tree::ARCHIVED;
use mingce_model::{Edit, Field, Kind, Record, Value};
use mingce_protocol::{OpCode, PushAnswer};

fn rules(answer: &PushAnswer) -> Vec<(u64, OpCode, Option<&str>)> {
    answer.exceptions.iter().map(|exception| (exception.m, exception.code, exception.rule.as_deref())).collect()
}

/// 高一 (archived) { 1班 }, 高二, and somebody in 1班.
async fn house_with_an_archived_grade(desk: &mut Desk<'_>) -> [Record; 4] {
    let grade = desk.department("高一", None);
    let class = desk.department("1班", Some(grade.id));
    let other = desk.department("高二", None);
    let member = desk.member("张伟").with(Field::MemberDepartment, class.id);
    let edits = [&grade, &class, &other, &member].map(Edit::create);
    assert_eq!(rules(&desk.push(&edits).await), []);
    assert_eq!(rules(&desk.push(&[set(&grade, Field::DepartmentState, ARCHIVED)]).await), []);
    [grade.with(Field::DepartmentState, ARCHIVED), class, other, member]
}

#[tokio::test]
async fn nothing_is_put_into_an_archived_department_or_below_one() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let [grade, class, other, member] = house_with_an_archived_grade(&mut desk).await;
    let somebody = desk.add_member("李娜").await;
    let new = desk.department("2班", Some(grade.id));
    let place = Record::empty(Kind::Affiliation, house.new_id())
        .with(Field::AffiliationMember, somebody.id)
        .with(Field::AffiliationDepartment, class.id);
    let answer = desk
        .push(&[
            set(&somebody, Field::MemberDepartment, class.id),
            set(&other, Field::DepartmentParent, class.id),
            Edit::create(&new),
            Edit::create(&place),
            // Who is there stays there and can be edited.
            set(&member, Field::MemberTitle, "班长"),
            set(&class, Field::DepartmentPosition, 3),
        ])
        .await;
    let refused = (OpCode::Rejected, Some("department_archived"));
    let found: Vec<_> = rules(&answer).into_iter().map(|(_, code, rule)| (code, rule)).collect();
    assert_eq!(found, [refused; 4]);
    // Once it is back, everything goes.
    let back = Edit::between(&grade, &grade.clone().with(Field::DepartmentState, Value::Null)).unwrap();
    let answer = desk
        .push(&[
            back,
            set(&somebody, Field::MemberDepartment, class.id),
            set(&other, Field::DepartmentParent, class.id),
            Edit::create(&new),
            Edit::create(&place),
        ])
        .await;
    assert_eq!(rules(&answer), []);
}

#[tokio::test]
async fn archiving_and_moving_in_within_one_push_is_refused_too() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let class = desk.department("1班", None);
    let (first, second) = (desk.member("张伟"), desk.member("李娜"));
    let answer = desk
        .push(&[
            Edit::create(&class),
            Edit::create(&first.clone().with(Field::MemberDepartment, class.id)),
            set(&class, Field::DepartmentState, ARCHIVED),
            Edit::create(&second.with(Field::MemberDepartment, class.id)),
        ])
        .await;
    let found: Vec<_> = rules(&answer).into_iter().map(|(_, _, rule)| rule).collect();
    assert_eq!(found, [Some("department_archived")]);
}

#[tokio::test]
async fn what_was_taken_out_of_an_archived_department_may_come_back() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let [_, class, other, member] = house_with_an_archived_grade(&mut desk).await;
    let out = set(&member, Field::MemberDepartment, other.id);
    assert_eq!(rules(&desk.push(&[out.clone(), out.inverse()]).await), []);
    let moved = set(&class, Field::DepartmentParent, other.id);
    assert_eq!(rules(&desk.push(&[moved.clone(), moved.inverse()]).await), []);
    let gone = Edit::remove(&member);
    assert_eq!(rules(&desk.push(&[gone.clone(), gone.inverse()]).await), []);
    // Only to where it was last: from elsewhere there is no way in.
    let third = desk.department("高三", None);
    let elsewhere = member.clone().with(Field::MemberDepartment, third.id);
    let answer = desk
        .push(&[
            Edit::create(&third),
            set(&member, Field::MemberDepartment, other.id),
            Edit::between(&member.clone().with(Field::MemberDepartment, other.id), &elsewhere).unwrap(),
            set(&elsewhere, Field::MemberDepartment, class.id),
        ])
        .await;
    let found: Vec<_> = rules(&answer).into_iter().map(|(_, _, rule)| rule).collect();
    assert_eq!(found, [Some("department_archived")]);
}

#[tokio::test]
async fn a_name_is_bounded_and_holds_no_path_mark() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let long = "长".repeat(64);
    let (fits, class) = (desk.department(&long, None), desk.department("1班", None));
    assert_eq!(rules(&desk.push(&[Edit::create(&fits), Edit::create(&class)]).await), []);
    let answer = desk
        .push(&[
            set(&class, Field::DepartmentName, "高一/1班"),
            set(&class, Field::DepartmentName, "高一＞1班"),
            set(&class, Field::DepartmentName, format!("{long}长")),
            set(&class, Field::DepartmentName, long.as_str()),
        ])
        .await;
    let found: Vec<_> = rules(&answer).into_iter().map(|(_, code, rule)| (code, rule)).collect();
    let rejected = |rule| (OpCode::Rejected, Some(rule));
    assert_eq!(
        found,
        [
            rejected("department_name_separator"),
            rejected("department_name_separator"),
            rejected("text_too_long"),
            (OpCode::Duplicate, Some("department_name_taken")),
        ]
    );
}
