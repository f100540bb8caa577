//! Accounts that are bound to departments: what they are told, what they may change, and that it follows whoever moves.

use crate::desk::{Desk, House, PASSWORD, set};
use crate::within::{Held, Roster, marked, marks_in};
use axum::body::Body;
use axum::http::Request;
use mingce_model::custom::{distinction_id, tagging_id, value_id};
use mingce_model::id::AccountId;
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_protocol::digest::{Compare, Part, PartDigests, RowDigest, ServiceDigests};
use mingce_protocol::pull::ValueRef;
use mingce_protocol::{ApiFailure, OUT_OF_SCOPE, OpCode, PushAnswer, Rights, SignIn, SignedIn};
use mingce_service::Failure;
use mingce_service::storage::{AccountRow, Role, Standing, Transaction};
use std::collections::HashSet;

const PHONE: &str = "13700137000";

/// Binds somebody to the departments, or sets them free of any.
pub async fn bind(desk: &Desk<'_>, roots: &[RecordId]) {
    let (organisation, fresh, roots) = (desk.organisation, AccountId(desk.house.new_id()), roots.to_vec());
    let service = desk.house.service();
    let written = service.database.write(move |transaction: &mut dyn Transaction| -> Result<(), Failure> {
        let owner = transaction.find_account_by_phone("13800138000")?.expect("the owner");
        let account = match transaction.find_account_by_phone(PHONE)? {
            Some(account) => account,
            None => {
                let account = AccountRow { id: fresh, name: "李老师".into(), phone: PHONE.into(), ..owner };
                transaction.insert_account(&account, 0)?;
                account
            }
        };
        let row = transaction.find_organisation(organisation)?.expect("the organisation");
        transaction.save_roots(row.key, account.id, &roots)?;
        let role = if roots.is_empty() { Role::Administrator } else { Role::Department };
        Ok(transaction.save_standing(account.id, row.key, &Standing::of(role, Rights::default()), 0)?)
    });
    written.await.unwrap();
}

async fn sign_in<'h>(desk: &Desk<'h>) -> Desk<'h> {
    let form = SignIn { phone: PHONE.into(), password: PASSWORD.into(), device: "家里".into(), code: None };
    let signed_in: SignedIn = desk.house.post_json("/v1/sign-in", &form).await.json();
    Desk::new(desk.house, desk.organisation, signed_in.token)
}

fn refusals(answer: &PushAnswer) -> Vec<(u64, OpCode, Option<&str>)> {
    answer.exceptions.iter().map(|one| (one.m, one.code, one.rule.as_deref())).collect()
}

fn beyond(m: u64) -> (u64, OpCode, Option<&'static str>) {
    (m, OpCode::Forbidden, Some(OUT_OF_SCOPE))
}

fn affiliation(house: &House, member: RecordId, department: RecordId) -> Record {
    Record::empty(Kind::Affiliation, house.new_id())
        .with(Field::AffiliationMember, member)
        .with(Field::AffiliationDepartment, department)
}

/// Two grades of two classes; the first grade is what somebody is bound to.
struct School<'h> {
    owner: Desk<'h>,
    /// School, grades, classes of the first, classes of the second.
    tree: [Record; 7],
}

impl<'h> School<'h> {
    async fn found(house: &'h House) -> Self {
        let mut owner = house.found("13800138000").await;
        let school = owner.department("学校", None);
        let [first, second] = ["初一", "初二"].map(|name| owner.department(name, Some(school.id)));
        let [one, two] = ["一班", "二班"].map(|name| owner.department(name, Some(first.id)));
        let [three, four] = ["三班", "四班"].map(|name| owner.department(name, Some(second.id)));
        let tree = [school, first, second, one, two, three, four];
        assert_eq!(owner.push(&tree.each_ref().map(Edit::create)).await.exceptions, []);
        Self { owner, tree }
    }

    async fn add(&mut self, name: &str, place: usize) -> Record {
        let member = self.owner.member(name).with(Field::MemberDepartment, self.tree[place].id);
        assert_eq!(self.owner.push(&[Edit::create(&member)]).await.exceptions, []);
        member
    }

    fn grade(&self) -> RecordId {
        self.tree[1].id
    }
}

#[tokio::test]
async fn what_is_within_is_told_and_the_way_up_by_name() {
    let house = House::open();
    let mut school = School::found(&house).await;
    let own = school.add("张伟", 3).await;
    let other = school.add("李娜", 5).await;
    bind(&school.owner, &[school.grade()]).await;
    let mut bound = sign_in(&school.owner).await;
    let mut held = Held::default();
    held.pull(&mut bound, 2).await;
    let ids = held.ids();
    for place in [0, 1, 3, 4] {
        assert!(ids.contains(&school.tree[place].id), "{place}");
    }
    for place in [2, 5, 6] {
        assert!(!ids.contains(&school.tree[place].id), "{place}");
    }
    assert!(ids.contains(&own.id) && !ids.contains(&other.id));
    // A desktop that would keep what leaves is told that it is too old.
    let old = bound.send_pull("?limit=10").await;
    assert_eq!(old.failure().code, ApiFailure::Upgrade);
    // The audit tells of everybody.
    let path = format!("/v1/organisations/{}/audit", bound.organisation);
    let ask = Request::get(path).header("authorization", format!("Bearer {}", bound.token));
    assert_eq!(house.send(ask.body(Body::empty()).unwrap()).await.failure().code, ApiFailure::Forbidden);
}

#[tokio::test]
async fn who_is_moved_leaves_and_who_comes_brings_everything_along() {
    let house = House::open();
    let mut school = School::found(&house).await;
    let own = school.add("张伟", 3).await;
    let other = school.add("李娜", 5).await;
    let guardian = Record::empty(Kind::Guardian, house.new_id()).with(Field::GuardianName, "李建国");
    let tie = Record::empty(Kind::Guardianship, house.new_id())
        .with(Field::GuardianshipMember, other.id)
        .with(Field::GuardianshipGuardian, guardian.id);
    assert_eq!(school.owner.push(&[Edit::create(&guardian), Edit::create(&tie)]).await.exceptions, []);
    bind(&school.owner, &[school.grade()]).await;
    let mut bound = sign_in(&school.owner).await;
    let mut held = Held::default();
    held.pull(&mut bound, 100).await;
    assert!(held.ids().contains(&own.id) && !held.ids().contains(&guardian.id));
    let swap = [
        set(&own, Field::MemberDepartment, school.tree[6].id),
        set(&other, Field::MemberDepartment, school.tree[4].id),
    ];
    assert_eq!(school.owner.push(&swap).await.exceptions, []);
    let header = held.pull(&mut bound, 100).await;
    assert_eq!(header.scope.unwrap().left, [(Kind::Member as u8, own.id)]);
    let ids = held.ids();
    assert!([other.id, guardian.id, tie.id].iter().all(|id| ids.contains(id)) && !ids.contains(&own.id));
    // A class moves with all who are in it, and everybody is told again of nothing.
    let moved = set(&school.tree[3], Field::DepartmentParent, school.tree[2].id);
    let back = set(&school.tree[5], Field::DepartmentParent, school.tree[1].id);
    let third = school.add("王芳", 5).await;
    assert_eq!(school.owner.push(&[moved, back]).await.exceptions, []);
    held.pull(&mut bound, 100).await;
    let ids = held.ids();
    assert!(ids.contains(&third.id) && ids.contains(&school.tree[5].id) && !ids.contains(&school.tree[3].id));
    assert_eq!(held.pull(&mut bound, 100).await.scope.unwrap(), Default::default());
    // Other departments, and then all of them.
    bind(&school.owner, &[school.tree[6].id]).await;
    assert!(held.pull(&mut bound, 100).await.scope.unwrap().begins);
    assert!(held.ids().contains(&own.id) && !held.ids().contains(&other.id));
    bind(&school.owner, &[]).await;
    held.pull(&mut bound, 100).await;
    assert!([own.id, other.id, third.id].iter().all(|id| held.ids().contains(id)));
}

#[tokio::test]
async fn both_places_of_an_edit_must_be_within_when_it_is_applied() {
    let house = House::open();
    let mut school = School::found(&house).await;
    let own = school.add("张伟", 3).await;
    let other = school.add("李娜", 5).await;
    let both = school.add("周宁", 6).await;
    let second = affiliation(&house, both.id, school.tree[3].id);
    let tag = Record::empty(Kind::Tag, house.new_id()).with(Field::TagName, "校队");
    let taken = school.owner.member("赵敏").with(Field::MemberCardNumber, "S1");
    assert_eq!(school.owner.push(&[&second, &tag, &taken].map(Edit::create)).await.exceptions, []);
    bind(&school.owner, &[school.grade()]).await;
    let mut bound = sign_in(&school.owner).await;
    bound.pull().await;
    let head = school.owner.head().await;
    let [_, grade, second_grade, one, two, three, _] = school.tree.clone();
    let answer = bound
        .push(&[
            set(&other, Field::MemberNote, "改"),
            set(&own, Field::MemberDepartment, three.id),
            set(&both, Field::MemberDepartment, one.id),
            Edit::remove(&both),
            Edit::remove(&other),
            Edit::create(&bound.member("新人").with(Field::MemberDepartment, three.id)),
            Edit::create(&bound.member("无处")),
            set(&second_grade, Field::DepartmentName, "改名"),
            set(&one, Field::DepartmentParent, second_grade.id),
            set(&grade, Field::DepartmentParent, second_grade.id),
            Edit::create(&bound.department("新班", Some(second_grade.id))),
            Edit::create(&bound.department("新校", None)),
            Edit::create(&affiliation(&house, other.id, one.id)),
            Edit::create(&affiliation(&house, own.id, three.id)),
            set(&tag, Field::TagName, "改"),
            Edit::create(
                &Record::empty(Kind::Tagging, tagging_id(other.id, tag.id))
                    .with(Field::TaggingMember, other.id)
                    .with(Field::TaggingTag, tag.id),
            ),
            Edit::create(
                &Record::empty(Kind::Distinction, distinction_id(own.id, other.id))
                    .with(Field::DistinctionMember, own.id.min(other.id))
                    .with(Field::DistinctionOther, own.id.max(other.id)),
            ),
        ])
        .await;
    assert_eq!(refusals(&answer), (1..=17).map(beyond).collect::<Vec<_>>());
    assert_eq!(school.owner.head().await, head);
    assert!(answer.exceptions.iter().all(|exception| exception.other.is_none()));
    // Within, everything is as ever; the tree counts as it is after each edit.
    let fresh = bound.department("三班", Some(grade.id));
    let newcomer = bound.member("新人").with(Field::MemberDepartment, fresh.id);
    let guardian = Record::empty(Kind::Guardian, house.new_id()).with(Field::GuardianName, "新人的父亲");
    let tie = Record::empty(Kind::Guardianship, house.new_id())
        .with(Field::GuardianshipMember, newcomer.id)
        .with(Field::GuardianshipGuardian, guardian.id);
    let answer = bound
        .push(&[
            Edit::create(&fresh),
            Edit::create(&newcomer),
            Edit::create(&guardian),
            Edit::create(&tie),
            set(&own, Field::MemberDepartment, two.id),
            set(&both, Field::MemberNote, "也在我班"),
            set(&grade, Field::DepartmentName, "初一年级"),
            Edit::remove(&second),
            set(&both, Field::MemberTitle, "不再在我班"),
        ])
        .await;
    assert_eq!(refusals(&answer), [beyond(26)]);
    assert!(answer.cursor.is_none(), "a pull says who left by the own edits");
    // Whose number it is stays untold.
    let clash = set(&own.clone().with(Field::MemberDepartment, two.id), Field::MemberCardNumber, "S1");
    let answer = bound.push(&[clash]).await;
    assert_eq!((answer.exceptions[0].code, answer.exceptions[0].other), (OpCode::Duplicate, None));
    // Somebody moved the class away meanwhile.
    assert_eq!(school.owner.push(&[set(&two, Field::DepartmentParent, second_grade.id)]).await.exceptions, []);
    let answer = bound.push(&[set(&own, Field::MemberTitle, "班长")]).await;
    assert_eq!(answer.exceptions[0].rule.as_deref(), Some(OUT_OF_SCOPE));
}

#[tokio::test]
async fn a_photo_is_lent_to_whoever_sees_somebody_who_has_it() {
    let house = House::open();
    let mut school = School::found(&house).await;
    let own = school.add("张伟", 3).await;
    let other = school.add("李娜", 5).await;
    let (mine, theirs) = (crate::photos::photo(1), crate::photos::photo(2));
    for (hash, jpeg) in [&mine, &theirs] {
        crate::photos::put(&school.owner, &hash.to_string(), jpeg.clone()).await;
    }
    let named =
        [set(&own, Field::MemberPhoto, mine.0.to_string()), set(&other, Field::MemberPhoto, theirs.0.to_string())];
    assert_eq!(school.owner.push(&named).await.exceptions, []);
    bind(&school.owner, &[school.grade()]).await;
    let bound = sign_in(&school.owner).await;
    let status = async |hash: mingce_model::PhotoHash| {
        let path = format!("/v1/organisations/{}/photos/{hash}", bound.organisation);
        let ask = Request::get(path).header("authorization", format!("Bearer {}", bound.token));
        house.send(ask.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    assert_eq!((status(mine.0).await, status(theirs.0).await), (200, 404));
}

/// The digests are those of what is held, and a question about another's record is answered as about none.
async fn compare(held: &Held, bound: &Desk<'_>, others: &[Record]) -> String {
    let cursor = bound.cursor.clone().unwrap();
    let authorised =
        |request: axum::http::request::Builder| request.header("authorization", format!("Bearer {}", bound.token));
    let path = format!("/v1/organisations/{}/digests?cursor={cursor}", bound.organisation);
    let answer = bound.house.send(authorised(Request::get(path)).body(Body::empty()).unwrap()).await;
    let mut text = answer.text();
    let theirs: ServiceDigests = answer.json();
    let mut mine = PartDigests::default();
    for record in held.records() {
        let values = || record.values.iter().map(ValueRef::from);
        let digest = RowDigest::of(record.kind, record.id, record.ver, values());
        mine.add(Part::of(record.kind, record.id, values()), digest);
    }
    let theirs = PartDigests(theirs.parts.expect("it is at the head").into_iter().collect());
    assert_eq!(mine.differing(&theirs), []);
    for record in others.iter().take(2) {
        let part = Part::of(record.kind, record.id, record.values.iter().map(ValueRef::from));
        let asked =
            Compare { cursor: cursor.clone(), part, rows: vec![(record.id, mingce_protocol::digest::HexDigest(7))] };
        let path = format!("/v1/organisations/{}/compare", bound.organisation);
        let body = serde_json::to_vec(&asked).unwrap();
        text.push_str(&bound.house.send(authorised(Request::post(path)).body(body.into()).unwrap()).await.text());
    }
    text
}

/// Histories of everything that moves, seen by somebody who is bound: byte for byte nothing of what is not theirs, and all
/// of what is.
#[tokio::test]
async fn nothing_outside_is_ever_told_and_nothing_inside_is_missed() {
    for seed in 1..=4 {
        run_history(seed, 60).await;
    }
}

async fn run_history(seed: u64, steps: usize) {
    let house = House::open();
    let mut dice = crate::within::Dice(seed);
    let owner = house.found("13800138000").await;
    let mut roster = Roster::found(owner).await;
    let mut roots = roster.some_departments(&mut dice, 2);
    bind(&roster.owner, &roots).await;
    let mut bound = sign_in(&roster.owner).await;
    let mut held = Held::default();
    for step in 0..steps {
        roster.act(&mut dice).await;
        if dice.below(12) == 0 {
            roots = roster.some_departments(&mut dice, 2);
            bind(&roster.owner, &roots).await;
        }
        let view = roster.view(&roots).await;
        let told = roster.note_shown(&view);
        if dice.below(3) > 0 {
            continue;
        }
        let limit = [3, 20, 1_000][dice.below(3)];
        let bodies = held.pull_all(&mut bound, limit).await;
        for mark in bodies.iter().flat_map(|body| marks_in(body)) {
            assert!(told.contains(&mark), "seed {seed}, step {step}: {mark} of {:?}", roster.owner_of(mark));
        }
        let expected: Vec<Record> = view.iter().cloned().collect();
        let differing = held.differing(&expected);
        assert_eq!(differing, Vec::<String>::new(), "seed {seed}, step {step}");
        let others = roster.others(&view).await;
        let text = compare(&held, &bound, &others).await;
        for mark in marks_in(text.as_bytes()) {
            assert!(told.contains(&mark), "seed {seed}, step {step}: compared {mark}");
        }
        // Their own hand at what is not theirs.
        if let Some(other) = others.iter().find(|record| record.kind == Kind::Member) {
            let edit = set(other, Field::MemberNote, marked(999_999));
            let ops = bound.ops(&[edit, Edit::remove(other)]);
            let answer = bound.send_push(&bound.header(), &ops).await;
            let known: HashSet<u64> = told.iter().copied().chain([999_999]).collect();
            assert!(marks_in(&answer.body).iter().all(|mark| known.contains(mark)));
            let answer: PushAnswer = answer.json();
            assert_eq!(answer.exceptions.iter().filter(|one| one.rule.as_deref() == Some(OUT_OF_SCOPE)).count(), 2);
            (bound.next_m, bound.acked) = (answer.last_m + 1, answer.last_m);
        }
    }
}

/// Ids that follow from what a record refers to.
pub fn with_due_id(record: Record) -> Record {
    let at = |field: Field| record.reference(field).expect("it is filled in");
    let id = match record.kind {
        Kind::Tagging => tagging_id(at(Field::TaggingMember), at(Field::TaggingTag)),
        Kind::CustomValue => value_id(at(Field::CustomValueMember), at(Field::CustomValueField)),
        Kind::Distinction => distinction_id(at(Field::DistinctionMember), at(Field::DistinctionOther)),
        _ => return record,
    };
    Record { id, ..record }
}

#[tokio::test]
async fn nobody_contests_who_is_beyond_by_way_of_what_is_removed_together() {
    let house = House::open();
    let mut school = School::found(&house).await;
    let own = school.add("张伟", 3).await;
    let other = school.add("李娜", 5).await;
    let place = affiliation(&house, own.id, school.tree[4].id);
    assert_eq!(school.owner.push(&[Edit::create(&place)]).await.exceptions, []);
    bind(&school.owner, &[school.grade()]).await;
    let mut bound = sign_in(&school.owner).await;
    // The first meets an edit that it does not know of; the last is none of the account's.
    let stale = place.with(Field::AffiliationDepartment, school.tree[3].id);
    let mut ops = bound.ops(&[Edit::remove(&stale), Edit::remove(&other)]);
    ops.iter_mut().for_each(|op| op.group = Some(1));
    let answer = bound.push_ops(&ops).await;
    assert_eq!(answer.exceptions.len(), 2);
    assert!(answer.exceptions.iter().all(|one| one.conflicts.is_empty()), "{:?}", answer.exceptions);
    let told = school.owner.pull().await;
    assert!(told.iter().all(|record| record.kind != Kind::Conflict));
    assert!(school.owner.look(Kind::Member, other.id).await.is_some());
}

#[tokio::test]
async fn who_goes_takes_the_guardians_along_who_have_nobody_else() {
    let house = House::open();
    let mut school = School::found(&house).await;
    let [own, sibling] = [school.add("张伟", 3).await, school.add("张丽", 5).await];
    let [father, mother] =
        ["张建国", "王芳"].map(|name| Record::empty(Kind::Guardian, house.new_id()).with(Field::GuardianName, name));
    let tie = |member: &Record, guardian: &Record| {
        Record::empty(Kind::Guardianship, house.new_id())
            .with(Field::GuardianshipMember, member.id)
            .with(Field::GuardianshipGuardian, guardian.id)
    };
    let ties = [tie(&own, &father), tie(&own, &mother), tie(&sibling, &mother)];
    let made: Vec<Edit> = [&father, &mother].into_iter().chain(&ties).map(Edit::create).collect();
    assert_eq!(school.owner.push(&made).await.exceptions, []);
    bind(&school.owner, &[school.grade()]).await;
    let mut bound = sign_in(&school.owner).await;
    // By themselves they are none of the account's, whoever they answer for elsewhere.
    let alone = bound.push(&[Edit::remove(&ties[2]), Edit::remove(&sibling)]).await;
    assert_eq!(alone.exceptions.len(), 2);
    let gone = [&ties[0], &father, &ties[1], &mother, &own].map(Edit::remove);
    let mut ops = bound.ops(&gone);
    ops.iter_mut().for_each(|op| op.group = Some(1));
    assert_eq!(bound.push_ops(&ops).await.exceptions, []);
    let owner = &school.owner;
    assert!(owner.look(Kind::Member, own.id).await.is_none() && owner.look(Kind::Guardian, father.id).await.is_none());
    // The sibling elsewhere keeps theirs.
    assert!(owner.look(Kind::Guardian, mother.id).await.is_some());
    assert!(owner.look(Kind::Guardianship, ties[2].id).await.is_some());
}
