//! What becomes of edits: merged by value, kept as conflicts, or refused with a reason.

use crate::desk::{Desk, House, START_MS, set};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_protocol::{Exception, Op, OpCode, PushAnswer};

fn codes(answer: &PushAnswer) -> Vec<(u64, OpCode, Option<&str>)> {
    answer.exceptions.iter().map(|e| (e.m, e.code, e.rule.as_deref())).collect()
}

fn only(answer: &PushAnswer) -> &Exception {
    assert_eq!(answer.exceptions.len(), 1, "{:?}", answer.exceptions);
    &answer.exceptions[0]
}

async fn conflicts(desk: &Desk<'_>) -> Vec<Record> {
    let all = desk.second().pull().await;
    let live = all.into_iter().filter(|record| record.kind == Kind::Conflict);
    live.filter_map(|r| Some(Record { kind: r.kind, id: r.id, ver: r.ver, values: r.values? })).collect()
}

#[tokio::test]
async fn edits_of_different_fields_both_hold() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    assert!(a.push(&[set(&member, Field::MemberTitle, "班长")]).await.exceptions.is_empty());
    assert!(b.push(&[set(&member, Field::MemberPhone, "13900000001")]).await.exceptions.is_empty());
    let now = a.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(now.text(Field::MemberTitle), Some("班长"));
    assert_eq!(now.text(Field::MemberPhone), Some("13900000001"));
    assert!(conflicts(&a).await.is_empty());
}

#[tokio::test]
async fn two_people_who_order_the_same_siblings_are_not_asked_about_it() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let class = a.department("1班", None).with(Field::DepartmentPosition, 1024);
    a.push(&[Edit::create(&class)]).await;
    b.pull().await;
    assert!(a.push(&[set(&class, Field::DepartmentPosition, 2048)]).await.exceptions.is_empty());
    // A new name beside it clashes as ever where somebody else gave one.
    assert!(a.push(&[set(&class, Field::DepartmentName, "甲班")]).await.exceptions.is_empty());
    let moved = class.clone().with(Field::DepartmentPosition, 512).with(Field::DepartmentName, "乙班");
    let answer = b.push(&[Edit::between(&class, &moved).unwrap()]).await;
    assert_eq!(only(&answer).fields, ["name"]);
    // What arrives last holds; both are in the log.
    let now = a.look(Kind::Department, class.id).await.unwrap();
    assert_eq!((now.int(Field::DepartmentPosition), now.text(Field::DepartmentName)), (Some(512), Some("甲班")));
    assert_eq!(conflicts(&a).await.len(), 1);
    assert!(a.pull().await.iter().any(|record| record.id == class.id));
}

#[tokio::test]
async fn edits_of_the_same_field_become_a_conflict_that_shows_all_three_values() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.member("张伟").with(Field::MemberPhone, "13900000000");
    a.push(&[Edit::create(&member)]).await;
    a.push(&[set(&member, Field::MemberPhone, "13900000001")]).await;
    let mut both = member.clone().with(Field::MemberTitle, "班长");
    both.set(Field::MemberPhone, "13900000002");
    let answer = b.push(&[Edit::between(&member, &both).unwrap()]).await;
    let exception = only(&answer);
    assert_eq!((exception.code, &exception.fields), (OpCode::Conflict, &vec!["phone".to_owned()]));
    assert_eq!(answer.cursor, None);
    let now = a.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(now.text(Field::MemberPhone), Some("13900000001"));
    assert_eq!(now.text(Field::MemberTitle), Some("班长"));
    let found = conflicts(&a).await;
    assert_eq!(found.len(), 1);
    let conflict = &found[0];
    assert_eq!(conflict.id, exception.conflicts[0]);
    assert_eq!(conflict.text(Field::ConflictKind), Some("member"));
    assert_eq!(conflict.reference(Field::ConflictRecord), Some(member.id));
    assert_eq!(conflict.text(Field::ConflictField), Some("phone"));
    assert_eq!(conflict.text(Field::ConflictBase), Some("\"13900000000\""));
    assert_eq!(conflict.text(Field::ConflictMine), Some("\"13900000002\""));
    assert_eq!(conflict.text(Field::ConflictTheirs), Some("\"13900000001\""));
    assert_eq!(conflict.text(Field::ConflictMineBy), Some("王老师"));
    assert_eq!(conflict.text(Field::ConflictTheirsBy), Some("王老师"));
    assert_eq!(conflict.int(Field::ConflictMineAt), Some(START_MS));
}

#[tokio::test]
async fn a_later_edit_of_the_same_desktop_refreshes_its_conflict() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.member("张伟").with(Field::MemberTitle, "组长");
    a.push(&[Edit::create(&member)]).await;
    a.push(&[set(&member, Field::MemberTitle, "班长")]).await;
    let mine = member.clone().with(Field::MemberTitle, "学习委员");
    b.push(&[set(&member, Field::MemberTitle, "学习委员")]).await;
    let answer = b.push(&[set(&mine, Field::MemberTitle, "体育委员")]).await;
    assert_eq!(only(&answer).code, OpCode::Conflict);
    let found = conflicts(&a).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text(Field::ConflictMine), Some("\"体育委员\""));
    assert_eq!(found[0].text(Field::ConflictBase), Some("\"组长\""));
}

#[tokio::test]
async fn a_conflict_is_settled_by_ordinary_edits() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    a.push(&[set(&member, Field::MemberTitle, "班长")]).await;
    b.push(&[set(&member, Field::MemberTitle, "学习委员")]).await;
    let conflict = conflicts(&a).await.remove(0);
    let theirs = member.clone().with(Field::MemberTitle, "班长");
    let edits = [set(&conflict, Field::ConflictSettled, "mine"), set(&theirs, Field::MemberTitle, "学习委员")];
    assert!(a.push(&edits).await.exceptions.is_empty());
    let now = a.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(now.text(Field::MemberTitle), Some("学习委员"));
    assert_eq!(conflicts(&a).await[0].text(Field::ConflictSettled), Some("mine"));
}

#[tokio::test]
async fn only_the_mark_of_a_conflict_may_be_written() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    a.push(&[set(&member, Field::MemberTitle, "班长")]).await;
    b.push(&[set(&member, Field::MemberTitle, "学习委员")]).await;
    let conflict = conflicts(&a).await.remove(0);
    let made = Record::empty(Kind::Conflict, house.new_id()).with(Field::ConflictKind, "member");
    let edits = [set(&conflict, Field::ConflictMine, "\"别的\""), Edit::remove(&conflict), Edit::create(&made)];
    let answer = a.push(&edits).await;
    assert!(answer.exceptions.iter().all(|e| e.code == OpCode::Forbidden));
    assert_eq!(answer.exceptions.len(), 3);
}

#[tokio::test]
async fn fields_that_belong_together_conflict_together() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member =
        a.member("张伟").with(Field::MemberDocumentKind, "passport").with(Field::MemberDocumentNumber, "E12345678");
    a.push(&[Edit::create(&member)]).await;
    a.push(&[set(&member, Field::MemberDocumentNumber, "E87654321")]).await;
    let mut mine = member.clone().with(Field::MemberDocumentKind, "taiwan_permit");
    mine.set(Field::MemberDocumentNumber, "01234567");
    let answer = b.push(&[Edit::between(&member, &mine).unwrap()]).await;
    let mut fields = only(&answer).fields.clone();
    fields.sort();
    assert_eq!(fields, ["document_kind", "document_number"]);
    let now = a.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(now.text(Field::MemberDocumentKind), Some("passport"));
    assert_eq!(now.text(Field::MemberDocumentNumber), Some("E87654321"));
}

#[tokio::test]
async fn a_removal_does_not_take_an_edit_with_it() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    a.push(&[set(&member, Field::MemberTitle, "班长")]).await;
    let answer = b.push(&[Edit::remove(&member)]).await;
    assert_eq!(only(&answer).fields, ["*"]);
    assert!(a.look(Kind::Member, member.id).await.is_some());
    assert_eq!(conflicts(&a).await[0].text(Field::ConflictField), Some("*"));
    // Removing what one has seen works, and an edit of it is then told that it is gone.
    let seen = member.clone().with(Field::MemberTitle, "班长");
    assert!(b.push(&[Edit::remove(&seen)]).await.exceptions.is_empty());
    assert!(a.look(Kind::Member, member.id).await.is_none());
    let answer = a.push(&[set(&seen, Field::MemberTitle, "组长")]).await;
    assert_eq!(only(&answer).code, OpCode::Gone);
    // Removing it again is no quarrel.
    assert!(a.push(&[Edit::remove(&seen)]).await.exceptions.is_empty());
}

#[tokio::test]
async fn a_removed_record_can_be_brought_back() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    desk.push(&[Edit::remove(&member)]).await;
    let answer = desk.push(&[Edit::remove(&member).inverse()]).await;
    assert!(answer.exceptions.is_empty());
    assert_eq!(desk.look(Kind::Member, member.id).await.unwrap().values, member.values);
}

#[tokio::test]
async fn creating_twice_under_one_id_merges() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    let same = b.push(&[Edit::create(&member)]).await;
    assert_eq!((same.exceptions.len(), same.vers.iter().collect::<Vec<_>>()), (0, vec![0]));
    let richer = member.clone().with(Field::MemberTitle, "班长");
    assert!(b.push(&[Edit::create(&richer)]).await.exceptions.is_empty());
    assert_eq!(a.look(Kind::Member, member.id).await.unwrap().text(Field::MemberTitle), Some("班长"));
    let other = member.clone().with(Field::MemberName, "张威");
    assert_eq!(only(&b.push(&[Edit::create(&other)]).await).code, OpCode::Conflict);
}

#[tokio::test]
async fn a_group_is_applied_all_or_none() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (a, b, c) = (desk.member("张伟"), desk.member("李娜"), desk.member("王芳"));
    let bad = b.clone().with(Field::MemberPhone, "99");
    let op = |m, group, record: &Record| Op::from_edit(m, START_MS, group, Edit::create(record));
    let ops = [op(1, Some(1), &a), op(2, Some(1), &bad), op(3, Some(1), &c), op(4, Some(2), &b), op(5, None, &c)];
    let answer = desk.push_ops(&ops).await;
    assert_eq!(
        codes(&answer),
        [
            (1, OpCode::GroupFailed, None),
            (2, OpCode::Rejected, Some("phone_malformed")),
            (3, OpCode::GroupFailed, None)
        ]
    );
    assert_eq!(answer.vers.iter().collect::<Vec<_>>(), [0, 0, 0, 2, 3]);
    assert!(desk.look(Kind::Member, a.id).await.is_none());
    assert!(desk.look(Kind::Member, b.id).await.is_some());
    assert_eq!(answer.head, 3);
}

#[tokio::test]
async fn a_conflict_in_a_group_gives_the_edits_back() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.add_member("张伟").await;
    a.push(&[set(&member, Field::MemberTitle, "班长")]).await;
    let edits = [set(&member, Field::MemberPhone, "13900000001"), set(&member, Field::MemberTitle, "组长")];
    let ops: Vec<Op> = edits.into_iter().zip(1..).map(|(edit, m)| Op::from_edit(m, START_MS, Some(9), edit)).collect();
    let answer = b.push_ops(&ops).await;
    assert_eq!(codes(&answer), [(1, OpCode::GroupFailed, None), (2, OpCode::Rejected, Some("group_conflict"))]);
    assert!(conflicts(&a).await.is_empty());
    assert_eq!(a.look(Kind::Member, member.id).await.unwrap().text(Field::MemberPhone), None);
}

#[tokio::test]
async fn a_card_number_is_one_members_own() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let a = desk.member("张伟").with(Field::MemberCardNumber, "20260001");
    let b = desk.member("李娜").with(Field::MemberCardNumber, "20260001");
    let answer = desk.push(&[Edit::create(&a), Edit::create(&b)]).await;
    let exception = only(&answer);
    assert_eq!((exception.code, exception.other, exception.m), (OpCode::Duplicate, Some(a.id), 2));
    // A removed member's number is free.
    let answer = desk.push(&[Edit::remove(&a), Edit::create(&b)]).await;
    assert!(answer.exceptions.is_empty());
    // And bringing the first back meets the second.
    assert_eq!(only(&desk.push(&[Edit::create(&a)]).await).other, Some(b.id));
}

#[tokio::test]
async fn a_chip_is_one_members_own() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let a = desk.member("张伟").with(Field::MemberChipNumbers, "04A32F1B;0012345678");
    let b = desk.member("李娜").with(Field::MemberChipNumbers, "0000ABCD;0012345678");
    let c = desk.member("王芳").with(Field::MemberChipNumbers, "0012345670");
    let answer = desk.push(&[Edit::create(&a), Edit::create(&b), Edit::create(&c)]).await;
    let exception = only(&answer);
    assert_eq!((exception.code, exception.other, exception.m), (OpCode::Duplicate, Some(a.id), 2));
    // Of somebody who is in the tables already, too.
    let answer = desk.push(&[set(&c, Field::MemberChipNumbers, "0012345670;04A32F1B")]).await;
    assert_eq!(only(&answer).other, Some(a.id));
    // Given back, or left behind by somebody who was removed, it is free.
    let fewer = a.clone().with(Field::MemberChipNumbers, "0012345678");
    let mine = c.clone().with(Field::MemberChipNumbers, "0012345670;04A32F1B");
    let edits = [Edit::between(&a, &fewer).unwrap(), Edit::between(&c, &mine).unwrap(), Edit::remove(&fewer)];
    assert!(desk.push(&edits).await.exceptions.is_empty());
    assert!(desk.push(&[Edit::create(&b)]).await.exceptions.is_empty());
    // It has one spelling.
    let odd = desk.member("赵敏").with(Field::MemberChipNumbers, "04:a3:2f:1c");
    assert_eq!(codes(&desk.push(&[Edit::create(&odd)]).await), [(9, OpCode::Rejected, Some("not_canonical"))]);
}

#[tokio::test]
async fn the_second_of_two_moves_that_make_a_cycle_is_refused() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let a = desk.department("高一", None);
    let b = desk.department("高二", None);
    desk.push(&[Edit::create(&a), Edit::create(&b)]).await;
    let mut other = desk.second();
    assert!(desk.push(&[set(&a, Field::DepartmentParent, b.id)]).await.exceptions.is_empty());
    let answer = other.push(&[set(&b, Field::DepartmentParent, a.id)]).await;
    assert_eq!(codes(&answer), [(1, OpCode::Rejected, Some("department_cycle"))]);
    let itself = other.push(&[set(&b, Field::DepartmentParent, b.id)]).await;
    assert_eq!(codes(&itself), [(2, OpCode::Rejected, Some("department_cycle"))]);
    assert_eq!(desk.look(Kind::Department, b.id).await.unwrap().reference(Field::DepartmentParent), None);
}

#[tokio::test]
async fn a_tree_has_a_bounded_depth() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let mut parent: Option<RecordId> = None;
    let mut edits = Vec::new();
    let mut line = Vec::new();
    for i in 0..=mingce_model::tree::DEPTH_MAX {
        let department = desk.department(&format!("第{i}层"), parent);
        parent = Some(department.id);
        edits.push(Edit::create(&department));
        line.push(department);
    }
    let answer = desk.push(&edits).await;
    let deepest = edits.len() as u64;
    assert_eq!(codes(&answer), [(deepest, OpCode::Rejected, Some("department_too_deep"))]);
    // A move counts what hangs below.
    let top = desk.department("顶", None);
    let answer = desk.push(&[Edit::create(&top), set(&line[0], Field::DepartmentParent, top.id)]).await;
    assert_eq!(codes(&answer), [(deepest + 2, OpCode::Rejected, Some("department_too_deep"))]);
}

#[tokio::test]
async fn siblings_have_different_names_and_what_is_in_use_stays() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let grade = desk.department("高一", None);
    let class = desk.department("1班", Some(grade.id));
    let twin = desk.department("１班", Some(grade.id));
    let member = desk.member("张伟").with(Field::MemberDepartment, class.id);
    let edits = [&grade, &class, &twin, &member].map(Edit::create);
    let answer = desk.push(&edits).await;
    let exception = only(&answer);
    assert_eq!((exception.code, exception.other), (OpCode::Duplicate, Some(class.id)));
    let answer = desk.push(&[Edit::remove(&grade), Edit::remove(&class)]).await;
    let rules: Vec<_> = answer.exceptions.iter().map(|e| e.rule.as_deref()).collect();
    assert_eq!(rules, [Some("department_not_empty"), Some("department_not_empty")]);
    let answer = desk.push(&[Edit::remove(&member), Edit::remove(&class), Edit::remove(&grade)]).await;
    assert!(answer.exceptions.is_empty());
}

#[tokio::test]
async fn what_the_service_owns_nobody_else_writes() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let joined = desk.member("李娜").with(Field::MemberJoinState, "joined");
    let answer = desk.push(&[set(&member, Field::MemberJoinState, "joined"), Edit::create(&joined)]).await;
    assert!(answer.exceptions.iter().all(|e| e.code == OpCode::Forbidden && e.fields == ["join_state"]));
    assert_eq!(answer.exceptions.len(), 2);
    assert!(desk.look(Kind::Member, joined.id).await.is_none());
}

#[tokio::test]
async fn values_must_be_in_their_stored_form() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let edits = [
        set(&member, Field::MemberPhone, "138-0013-8000"),
        set(&member, Field::MemberName, " 张伟 "),
        set(&member, Field::MemberEntryYear, Value::Text("2026".into())),
        set(&member, Field::MemberName, Value::Null),
        set(&member, Field::MemberSex, "x"),
        set(&member, Field::MemberDepartment, "no id"),
        set(&member, Field::MemberDepartment, house.new_id()),
        set(&member, Field::MemberNote, Value::Text(String::new())),
    ];
    let answer = desk.push(&edits).await;
    let rules: Vec<_> = answer.exceptions.iter().filter_map(|e| e.rule.as_deref()).collect();
    assert_eq!(
        rules,
        [
            "not_canonical",
            "not_canonical",
            "not_canonical",
            "required_missing",
            "choice_unknown",
            "reference_malformed",
            "reference_missing",
            "not_canonical"
        ]
    );
    assert!(answer.exceptions.iter().all(|e| e.code == OpCode::Rejected));
    let nameless = Record::empty(Kind::Member, house.new_id()).with(Field::MemberStatus, "active");
    assert_eq!(only(&desk.push(&[Edit::create(&nameless)]).await).rule.as_deref(), Some("required_missing"));
}

#[tokio::test]
async fn the_organisation_itself_is_edited_but_never_made_or_removed_by_an_edit() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let own = desk.look(Kind::Organisation, desk.organisation.0).await.unwrap();
    let another = Record::empty(Kind::Organisation, house.new_id())
        .with(Field::OrganisationName, "别的学校")
        .with(Field::OrganisationKind, "school");
    let answer =
        desk.push(&[Edit::create(&another), Edit::remove(&own), set(&own, Field::OrganisationName, "第二中学")]).await;
    assert_eq!(codes(&answer), [(1, OpCode::Forbidden, None), (2, OpCode::Forbidden, None)]);
    let now = desk.look(Kind::Organisation, own.id).await.unwrap();
    assert_eq!(now.text(Field::OrganisationName), Some("第二中学"));
}

#[tokio::test]
async fn a_token_hash_leads_to_one_invitation() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let invitation = |id| {
        Record::empty(Kind::Invitation, id)
            .with(Field::InvitationMember, member.id)
            .with(Field::InvitationTokenHash, "ab".repeat(32))
            .with(Field::InvitationCreatedAt, START_MS)
            .with(Field::InvitationExpiresAt, START_MS + 1)
    };
    let (first, second) = (invitation(house.new_id()), invitation(house.new_id()));
    let answer = desk.push(&[Edit::create(&first), Edit::create(&second)]).await;
    assert_eq!(only(&answer).other, Some(first.id));
    let mut other = house.found("13900139000").await;
    let theirs = other.add_member("李娜").await;
    let stolen = second.clone().with(Field::InvitationMember, theirs.id);
    let answer = other.push(&[Edit::create(&stolen)]).await;
    assert_eq!(only(&answer).rule.as_deref(), Some("token_hash_taken"));
    assert_eq!(only(&answer).other, None);
}

#[tokio::test]
async fn a_removed_member_takes_along_what_others_hung_on_it_meanwhile() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let class = a.department("1班", None);
    let (member, sibling) = (a.member("张伟"), a.member("张磊"));
    let guardian = |name: &str| {
        let record = Record::empty(Kind::Guardian, house.new_id());
        record.with(Field::GuardianName, name).with(Field::GuardianPhone, "13900000001")
    };
    let (mother, uncle) = (guardian("李梅"), guardian("张强"));
    let link = |member: &Record, guardian: &Record| {
        Record::empty(Kind::Guardianship, house.new_id())
            .with(Field::GuardianshipMember, member.id)
            .with(Field::GuardianshipGuardian, guardian.id)
            .with(Field::GuardianshipRelation, "other")
    };
    let place = Record::empty(Kind::Affiliation, house.new_id())
        .with(Field::AffiliationMember, member.id)
        .with(Field::AffiliationDepartment, class.id);
    let (known, kept, unknown) = (link(&member, &mother), link(&sibling, &mother), link(&member, &uncle));
    let first = [&class, &member, &sibling, &mother, &known, &kept].map(Edit::create);
    assert!(a.push(&first).await.exceptions.is_empty());
    assert!(b.push(&[&uncle, &unknown, &place].map(Edit::create)).await.exceptions.is_empty());
    b.pull().await;
    a.pull().await;

    let cursor = a.cursor.clone();
    let answer = a.push(&[Edit::remove(&known), Edit::remove(&member)]).await;
    assert!(answer.exceptions.is_empty());
    // More happened than was asked for: the desktop has to pull.
    assert!(cursor.is_some() && answer.cursor.is_none());
    for gone in [&member, &known, &unknown, &place, &uncle] {
        assert!(a.look(gone.kind, gone.id).await.is_none(), "{:?}", gone.kind);
    }
    for left in [&sibling, &mother, &kept, &class] {
        assert!(a.look(left.kind, left.id).await.is_some(), "{:?}", left.kind);
    }
    // Every other desktop hears of each.
    let mut news: Vec<RecordId> = b.pull().await.iter().map(|record| record.id).collect();
    news.sort();
    let mut expected = [&member, &known, &unknown, &place, &uncle].map(|record| record.id);
    expected.sort();
    assert_eq!(news, expected);
}

#[tokio::test]
async fn an_edit_on_a_value_refused_in_the_same_push_stands_on_what_was_there() {
    let house = House::open();
    let mut a = house.found("13800138000").await;
    let mut b = a.second();
    let member = a.member("张伟").with(Field::MemberTitle, "组长");
    let taken = a.member("李娜").with(Field::MemberCardNumber, "1");
    a.push(&[Edit::create(&member), Edit::create(&taken)]).await;
    let refused = member.clone().with(Field::MemberCardNumber, "1").with(Field::MemberTitle, "班长");
    let first = Edit::between(&member, &refused).unwrap();
    let answer = a.push(&[first.clone(), set(&refused, Field::MemberTitle, "委员")]).await;
    assert_eq!(only(&answer).code, OpCode::Duplicate);
    assert_eq!(a.look(Kind::Member, member.id).await.unwrap().text(Field::MemberTitle), Some("委员"));
    // An author who never had the value refused gets no such credit.
    let answer = b.push(&[set(&refused, Field::MemberTitle, "队长")]).await;
    assert_eq!(only(&answer).code, OpCode::Conflict);
    // Nor does anybody once the answer is theirs.
    let answer = a.push(&[set(&refused, Field::MemberCardNumber, "2")]).await;
    assert_eq!(only(&answer).code, OpCode::Conflict);
}
