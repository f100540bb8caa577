//! What an account's role lets it do, checked where it cannot be gone around.

use crate::desk::{Desk, House, PASSWORD, set};
use axum::body::Body;
use axum::http::Request;
use mingce_model::id::AccountId;
use mingce_model::{Edit, Field, Kind, PhotoHash, Record};
use mingce_protocol::batches::spread;
use mingce_protocol::{
    ApiFailure, Limit, OpCode, PHOTO_MEDIA_TYPE, PullHeader, PushHeader, PushedBatch, Right, Rights, SignIn, SignedIn,
};
use mingce_service::Failure;
use mingce_service::storage::{AccountRow, Role, Standing, Transaction};

const PHONE: &str = "13700137000";

/// Makes or changes somebody's standing in the desk's organisation, as the operator's program does.
async fn stand(desk: &Desk<'_>, role: Role, rights: Rights) {
    let (organisation, fresh) = (desk.organisation, AccountId(desk.house.new_id()));
    let service = desk.house.service();
    let written = service.database.write(move |transaction: &mut dyn Transaction| -> Result<(), Failure> {
        let owner = transaction.find_account_by_phone("13800138000")?.expect("the owner");
        let account = match transaction.find_account_by_phone(PHONE)? {
            Some(account) => account,
            None => {
                // Whoever has the owner's hash has the owner's password.
                let account = AccountRow { id: fresh, name: "李老师".into(), phone: PHONE.into(), ..owner };
                transaction.insert_account(&account, 0)?;
                account
            }
        };
        let row = transaction.find_organisation(organisation)?.expect("the organisation");
        Ok(transaction.save_standing(account.id, row.key, &Standing::of(role, rights.clone()), 0)?)
    });
    written.await.unwrap();
}

async fn sign_in<'h>(desk: &Desk<'h>) -> (Desk<'h>, Rights) {
    let form = SignIn { phone: PHONE.into(), password: PASSWORD.into(), device: "家里".into(), code: None };
    let signed_in: SignedIn = desk.house.post_json("/v1/sign-in", &form).await.json();
    let rights = signed_in.organisations[0].rights.clone().expect("this service knows rights");
    (Desk::new(desk.house, desk.organisation, signed_in.token), rights)
}

#[tokio::test]
async fn an_auditor_sees_everything_and_changes_nothing() {
    let house = House::open();
    let mut owner = house.found("13800138000").await;
    let member = owner.add_member("张伟").await;
    stand(&owner, Role::Auditor, [Right::RevealNumbers].into_iter().collect()).await;
    let (mut auditor, rights) = sign_in(&owner).await;
    assert_eq!((rights.limit(), rights.has(Right::RevealNumbers)), (Some(Limit::OnlyReads), true));
    let (header, records) = auditor.pull_page(100).await;
    assert_eq!(header.rights, Some(rights));
    assert!(records.iter().any(|record| record.id == member.id));
    let head = owner.head().await;
    let class = auditor.department("1班", None);
    let ops = auditor.ops(&[
        set(&member, Field::MemberTitle, "班长"),
        Edit::remove(&member),
        Edit::create(&class),
        Edit::create(&auditor.member("李娜").with(Field::MemberDepartment, class.id)),
    ]);
    let answer = auditor.push_ops(&ops).await;
    let words: Vec<_> = answer.exceptions.iter().map(|one| (one.m, one.code, one.rule.as_deref())).collect();
    let refused = |m| (m, OpCode::Forbidden, Some("only_reads"));
    assert_eq!(words, [refused(1), refused(2), refused(3), refused(4)]);
    // As a group, too; and nothing of it moved the log.
    let mut ops = auditor.ops(&[set(&member, Field::MemberTitle, "班长"), Edit::remove(&member)]);
    ops.iter_mut().for_each(|op| op.group = Some(1));
    let answer = auditor.push_ops(&ops).await;
    assert_eq!(answer.exceptions[0].code, OpCode::Forbidden);
    assert_eq!(answer.exceptions[1].code, OpCode::GroupFailed);
    assert_eq!((owner.head().await, answer.head), (head, head));
    assert_eq!(owner.look(Kind::Member, member.id).await.unwrap().values, member.values);
}

#[tokio::test]
async fn an_auditor_lends_no_photo() {
    let house = House::open();
    let owner = house.found("13800138000").await;
    stand(&owner, Role::Auditor, Rights::default()).await;
    let (auditor, _) = sign_in(&owner).await;
    let path = format!("/v1/organisations/{}/photos/{}", owner.organisation, PhotoHash::of(b"jpeg"));
    let request = Request::put(path).header("authorization", format!("Bearer {}", auditor.token));
    let request = request.header("content-type", PHOTO_MEDIA_TYPE).body(Body::from("jpeg")).unwrap();
    let failure = house.send(request).await.failure();
    assert_eq!((failure.code, failure.rule.as_deref()), (ApiFailure::Invalid, Some("only_reads")));
}

/// Everything that a printing account is told, searched for what it must not see.
#[tokio::test]
async fn printing_gets_names_departments_and_invitations_and_not_a_byte_more() {
    let house = House::open();
    let mut owner = house.found("13800138000").await;
    let class = owner.department("高一3班", None);
    let hidden = ["13912345678", "S20260001", "孤儿", "13600136000", "校队"];
    let member = owner
        .member("单于婷")
        .with(Field::MemberDepartment, class.id)
        .with(Field::MemberPhone, hidden[0])
        .with(Field::MemberCardNumber, hidden[1])
        .with(Field::MemberNote, hidden[2]);
    let guardian = Record::empty(Kind::Guardian, house.new_id())
        .with(Field::GuardianName, "单于大海")
        .with(Field::GuardianPhone, hidden[3]);
    let tag = Record::empty(Kind::Tag, house.new_id()).with(Field::TagName, hidden[4]);
    // The paper that it prints on is no secret.
    let layout = Record::empty(Kind::Layout, house.new_id())
        .with(Field::LayoutName, "两列标签")
        .with(Field::LayoutFormat, 1)
        .with(Field::LayoutStock, "{}")
        .with(Field::LayoutDesign, "{}");
    let made = [&class, &member, &guardian, &tag, &layout].map(Edit::create);
    assert_eq!(owner.push(&made).await.exceptions, []);
    stand(&owner, Role::Printing, Rights::all()).await;
    let (mut printer, rights) = sign_in(&owner).await;
    assert_eq!((rights.limit(), rights.has(Right::RevealNumbers)), (Some(Limit::OnlyPrints), false));
    let check = |what: &str, records: &[mingce_protocol::PulledRecord]| {
        let text = format!("{records:?}");
        for word in hidden.iter().chain(&["单于大海"]) {
            assert!(!text.contains(word), "{what} tells {word}");
        }
    };
    let first = printer.pull().await;
    check("the first pull", &first);
    let found = first.iter().find(|record| record.id == member.id).expect("the member's name is there");
    let known = Record { kind: Kind::Member, id: member.id, ver: found.ver, values: found.values.clone().unwrap() };
    assert_eq!(known.text(Field::MemberName), Some("单于婷"));
    assert_eq!(known.reference(Field::MemberDepartment), Some(class.id));
    assert!(first.iter().any(|record| record.id == class.id));
    assert!(first.iter().any(|record| record.id == layout.id));
    assert!(first.iter().all(|record| ![guardian.id, tag.id].contains(&record.id)));
    // What happens later comes in the same measure; a page of what is not seen moves the cursor all the same.
    let head = printer.head().await;
    owner.push(&[set(&member, Field::MemberNote, "转学"), Edit::remove(&guardian)]).await;
    let news = printer.pull().await;
    check("news", &news);
    assert!(!format!("{news:?}").contains("转学"));
    assert_eq!(news.len(), 1);
    owner.push(&[set(&tag, Field::TagName, "别的")]).await;
    assert!(printer.pull().await.is_empty());
    assert_eq!(printer.head().await, head + 3);
    // It makes invitations and changes nothing else.
    let invitation = Record::empty(Kind::Invitation, house.new_id())
        .with(Field::InvitationMember, member.id)
        .with(Field::InvitationTokenHash, "ab".repeat(32))
        .with(Field::InvitationCreatedAt, crate::desk::START_MS)
        .with(Field::InvitationExpiresAt, crate::desk::START_MS + 86_400_000);
    let edits = [
        Edit::create(&invitation),
        set(&known, Field::MemberName, "别人"),
        Edit::remove(&class),
        set(&layout, Field::LayoutName, "别的"),
    ];
    let ops = printer.ops(&edits);
    let answer = printer.send_push(&printer.header(), &ops).await;
    let text = answer.text();
    assert!(hidden.iter().all(|word| !text.contains(word)));
    let answer: mingce_protocol::PushAnswer = answer.json();
    let words: Vec<_> = answer.exceptions.iter().map(|one| (one.m, one.code, one.rule.as_deref())).collect();
    let refused = |m| (m, OpCode::Forbidden, Some("only_prints"));
    assert_eq!(words, [refused(2), refused(3), refused(4)]);
    assert!(owner.look(Kind::Invitation, invitation.id).await.is_some());
    // Photos neither come nor go.
    let path = format!("/v1/organisations/{}/photos/{}", owner.organisation, PhotoHash::of(b"jpeg"));
    let ask = Request::get(&path).header("authorization", format!("Bearer {}", printer.token));
    assert_eq!(house.send(ask.body(Body::empty()).unwrap()).await.failure().code, ApiFailure::Forbidden);
}

#[tokio::test]
async fn a_role_counts_from_the_moment_it_is_given_and_is_heard() {
    let house = House::open();
    let mut owner = house.found("13800138000").await;
    let member = owner.add_member("张伟").await;
    stand(&owner, Role::Administrator, Rights::default()).await;
    let (mut colleague, rights) = sign_in(&owner).await;
    assert_eq!(rights.limit(), None);
    let mut stream = colleague.listen().await;
    let first = stream.next().await.unwrap();
    assert_eq!(colleague.push(&[set(&member, Field::MemberTitle, "班长")]).await.exceptions, []);
    stream.next().await.unwrap();
    stand(&owner, Role::Auditor, Rights::default()).await;
    let answer = colleague.push(&[set(&member, Field::MemberNote, "转学")]).await;
    assert_eq!(answer.exceptions[0].code, OpCode::Forbidden);
    house.service().watch_accounts().await.unwrap();
    assert_eq!(stream.next().await.unwrap().scope, first.scope + 1);
    let (header, _) = colleague.pull_page(100).await;
    assert_eq!(header.rights.unwrap().limit(), Some(Limit::OnlyReads));
    stand(&owner, Role::Administrator, Rights::default()).await;
    let member = owner.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(colleague.push(&[set(&member, Field::MemberNote, "转学")]).await.exceptions, []);
}

#[tokio::test]
async fn a_personal_field_does_not_become_another_by_way_of_its_removal() {
    let house = House::open();
    let mut owner = house.found("13800138000").await;
    let field = Record::empty(Kind::CustomField, house.new_id())
        .with(Field::CustomFieldName, "过敏")
        .with(Field::CustomFieldForm, "text")
        .with(Field::CustomFieldDataClass, "personal");
    assert_eq!(owner.push(&[Edit::create(&field)]).await.exceptions, []);
    let ordinary = field.clone().with(Field::CustomFieldDataClass, "ordinary");
    stand(&owner, Role::Administrator, Rights::default()).await;
    let (mut colleague, _) = sign_in(&owner).await;
    let answer = colleague.push(&[Edit::remove(&field), Edit::create(&ordinary)]).await;
    let words: Vec<_> = answer.exceptions.iter().map(|one| (one.m, one.code, one.rule.as_deref())).collect();
    assert_eq!(words, [(2, OpCode::Forbidden, Some("class_lowered"))]);
    // As it was it comes back; twice changes nothing.
    let answer = colleague.push(&[Edit::create(&field), Edit::remove(&field), Edit::create(&ordinary)]).await;
    assert_eq!(answer.exceptions.iter().map(|one| one.m).collect::<Vec<_>>(), [5]);
    assert_eq!(owner.push(&[Edit::create(&ordinary)]).await.exceptions, [], "the right is there");
}

/// Pushes one edit as part of a batch.
async fn push_as(desk: &mut Desk<'_>, batch: PushedBatch, edit: Edit) {
    let ops = desk.ops(&[edit]);
    let header = PushHeader { batches: vec![batch], ..desk.header() };
    let answer: mingce_protocol::PushAnswer = desk.send_push(&header, &ops).await.json();
    assert_eq!(answer.exceptions, []);
    (desk.next_m, desk.acked) = (answer.last_m + 1, answer.last_m);
}

#[tokio::test]
async fn nobody_adds_to_what_somebody_else_did_as_one_and_who_prints_hears_only_of_what_they_see() {
    let house = House::open();
    let mut owner = house.found("13800138000").await;
    let member = owner.add_member("张伟").await;
    stand(&owner, Role::Administrator, Rights::default()).await;
    let (mut colleague, _) = sign_in(&owner).await;
    let mut reader = owner.second();
    reader.pull().await;
    let batch =
        |desk: &Desk<'_>, id, label: &str| PushedBatch { first: desk.next_m, id: Some(id), label: label.into() };
    let (first, second) = (house.new_id().into(), house.new_id().into());
    let (person, class) = (owner.member("李娜"), owner.department("1班", None));
    let said = batch(&owner, first, "import");
    push_as(&mut owner, said, Edit::create(&person)).await;
    let said = batch(&colleague, first, "import");
    push_as(&mut colleague, said, set(&member, Field::MemberNote, "转学")).await;
    // The same account's other computer may go on with it.
    let mut other = owner.second();
    let said = batch(&other, first, "import");
    push_as(&mut other, said, Edit::create(&class)).await;
    let (header, records) = reader.pull_page(100).await;
    let of = |header: &PullHeader, count| spread(&header.of_batches).take(count).collect::<Vec<_>>();
    assert_eq!(records.iter().map(|record| record.id).collect::<Vec<_>>(), [person.id, member.id, class.id]);
    assert_eq!(of(&header, 3), [Some(0), None, Some(0)]);
    // Whoever prints is not told as part of what a member's hidden fields were changed.
    stand(&owner, Role::Printing, Rights::default()).await;
    let (mut printer, _) = sign_in(&owner).await;
    printer.pull().await;
    let said = batch(&owner, second, "paste");
    let titled = owner.look(Kind::Member, member.id).await.unwrap();
    push_as(&mut owner, said, set(&titled, Field::MemberTitle, "班长")).await;
    let (header, records) = printer.pull_page(100).await;
    assert_eq!((records.len(), header.batches.len()), (1, 0));
    assert_eq!(reader.pull_page(100).await.0.batches.len(), 1);
}
