//! Invitations as a phone meets them: look, join, refuse, try wrongly, try again.

use crate::desk::{Desk, House, START_MS, set};
use crate::phone::{NEW_PASSWORD, Phone, hidden, seal, token};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use mingce_codes::Token;
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Edit, Field, Kind, Record};

const PHONE: &str = "13900139001";
const DOCUMENT: &str = "11010519491231002X";
const MINUTE_MS: i64 = 60_000;

pub fn invitation(desk: &Desk<'_>, member: &Record, token: &Token) -> Record {
    Record::empty(Kind::Invitation, desk.house.new_id())
        .with(Field::InvitationMember, member.id)
        .with(Field::InvitationTokenHash, token.hash_hex())
        .with(Field::InvitationCreatedAt, START_MS)
        .with(Field::InvitationExpiresAt, START_MS + 14 * 24 * 60 * MINUTE_MS)
}

/// A member with phone and document, invited with the token.
async fn invite(desk: &mut Desk<'_>, token: &Token) -> (Record, Record) {
    let member = desk
        .member("欧阳静怡")
        .with(Field::MemberPhone, PHONE)
        .with(Field::MemberDocumentKind, "resident_id")
        .with(Field::MemberDocumentNumber, DOCUMENT)
        .with(Field::MemberCardNumber, "20260001");
    invite_member(desk, &member, token).await
}

pub async fn invite_member(desk: &mut Desk<'_>, member: &Record, token: &Token) -> (Record, Record) {
    let invitation = invitation(desk, member, token);
    let answer = desk.push(&[Edit::create(member), Edit::create(&invitation)]).await;
    assert_eq!(answer.exceptions, []);
    (member.clone(), invitation)
}

#[tokio::test]
async fn who_is_invited_joins_and_the_desktop_hears_of_it() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let class = desk.department("3班", None);
    desk.push(&[Edit::create(&class)]).await;
    let member = desk
        .member("欧阳<静怡>")
        .with(Field::MemberPhone, PHONE)
        .with(Field::MemberDocumentNumber, DOCUMENT)
        .with(Field::MemberCardNumber, "20260001")
        .with(Field::MemberDepartment, class.id);
    let (member, invitation) = invite_member(&mut desk, &member, &token(1)).await;
    desk.pull().await;
    let mut phone = Phone::new(&house);

    let page = phone.get(&format!("/J/{}", token(1))).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("第一中学"));
    assert!(!page.text().contains("静怡"), "the page names nobody");

    let query = format!("?wait=20&cursor={}", desk.cursor.clone().unwrap());
    let (waited, joined) = tokio::join!(desk.send_pull(&query), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        phone.join(&token(1), "139-0013-9001", &DOCUMENT.to_lowercase()).await
    });
    assert_eq!((joined.status, joined.headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/card?lang=zh"));
    let (_, news) = crate::desk::read_page(&waited);
    assert_eq!(news.len(), 2, "the waiting desktop woke with the member and the invitation");

    let now = desk.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(now.text(Field::MemberJoinState), Some("joined"));
    assert_eq!(now.int(Field::MemberJoinedAt), Some(START_MS));
    let answered = desk.look(Kind::Invitation, invitation.id).await.unwrap();
    assert_eq!(answered.text(Field::InvitationState), Some("claimed"));
    assert_eq!(answered.int(Field::InvitationAnsweredAt), Some(START_MS));

    let card = phone.get("/card").await.text();
    for part in ["欧阳&lt;静怡&gt;", "3班", "20260001", "第一中学"] {
        assert!(card.contains(part), "{part}");
    }
    assert!(!card.contains(PHONE) && !card.contains(DOCUMENT));

    // Once only, for anybody.
    let again = phone.join(&token(1), PHONE, DOCUMENT).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    // Signing out ends it on the service too.
    let kept = phone.cookies.clone();
    let seal = seal(&phone.get("/card").await).unwrap();
    phone.post("/card/sign-out", &[("seal", &seal)]).await;
    phone.cookies = kept;
    assert!(!phone.get("/card").await.text().contains("20260001"));
}

#[tokio::test]
async fn two_at_once_join_once() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invite(&mut desk, &token(1)).await;
    let (mut a, mut b) = (Phone::new(&house), Phone::new(&house));
    let token = token(1);
    let (one, two) = tokio::join!(a.join(&token, PHONE, DOCUMENT), b.join(&token, PHONE, DOCUMENT));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invite(&mut desk, &token(1)).await;
    let bare = desk.member("李明");
    invite_member(&mut desk, &bare, &token(2)).await;
    let mut alerts = Vec::new();
    for (token, number, document) in
        [(token(1), "13900139002", DOCUMENT), (token(2), PHONE, DOCUMENT), (token(1), PHONE, "110105199001010015")]
    {
        let answer = Phone::new(&house).join(&token, number, document).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let alert = answer.text().split("role=\"alert\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
        alerts.push(alert.replace("试 3 次", "试 4 次"));
    }
    assert!(alerts[0].contains("试 4 次"));
    alerts.dedup();
    assert_eq!(alerts.len(), 1);
    assert_eq!(desk.head().await, 5, "a wrong try changes no record");
}

#[tokio::test]
async fn five_wrong_tries_close_the_invitation_for_a_while_and_longer_each_time() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invite(&mut desk, &token(1)).await;
    let mut phone = Phone::new(&house);
    for closing_minutes in [30, 120] {
        for left in [4, 3, 2, 1] {
            let answer = phone.join(&token(1), "13900139002", DOCUMENT).await;
            assert!(answer.text().contains(&format!("还可以试 {left} 次")));
        }
        assert_eq!(phone.join(&token(1), "13900139002", DOCUMENT).await.status, StatusCode::TOO_MANY_REQUESTS);
        // Closed for the right person too, and the page says for how long.
        let closed = phone.join(&token(1), PHONE, DOCUMENT).await;
        assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(closed.text().contains(if closing_minutes == 30 { "30 分钟" } else { "2 小时" }));
        house.pass(closing_minutes * MINUTE_MS - 1);
        assert_eq!(phone.get(&format!("/j/{}", token(1))).await.status, StatusCode::TOO_MANY_REQUESTS);
        house.pass(1);
    }
    assert_eq!(phone.join(&token(1), PHONE, DOCUMENT).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn refusing_is_seen_by_the_desktop_and_ends_the_invitation() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (member, invitation) = invite(&mut desk, &token(1)).await;
    let mut phone = Phone::new(&house);
    let path = format!("/j/{}/refuse", token(1));
    let page = phone.get(&path).await;
    let seal = seal(&page).unwrap();
    let answer = phone.post(&path, &[("seal", &seal)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let declined = phone.get(answer.headers["location"].to_str().unwrap()).await;
    assert_eq!(declined.status, StatusCode::OK);
    let now = desk.look(Kind::Member, member.id).await.unwrap();
    assert_eq!((now.text(Field::MemberJoinState), now.int(Field::MemberJoinedAt)), (Some("refused"), None));
    let answered = desk.look(Kind::Invitation, invitation.id).await.unwrap();
    assert_eq!(answered.text(Field::InvitationState), Some("refused"));
    assert_eq!(phone.get(&format!("/j/{}", token(1))).await.status, StatusCode::NOT_FOUND);
    // A new invitation lets the person change their mind.
    let second = super::join::invitation(&desk, &member, &token(2));
    desk.push(&[Edit::create(&second)]).await;
    assert_eq!(phone.join(&token(2), PHONE, DOCUMENT).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.look(Kind::Member, member.id).await.unwrap().text(Field::MemberJoinState), Some("joined"));
}

#[tokio::test]
async fn invitations_that_cannot_be_used_all_look_alike() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (member, revoked) = invite(&mut desk, &token(1)).await;
    desk.push(&[set(&revoked, Field::InvitationIsRevoked, 1)]).await;
    let expired = invitation(&desk, &member, &token(2)).with(Field::InvitationExpiresAt, START_MS);
    let removed = invitation(&desk, &member, &token(3));
    let gone = desk.member("李明");
    let for_gone = invitation(&desk, &gone, &token(4));
    desk.push(&[Edit::create(&expired), Edit::create(&removed), Edit::remove(&removed)]).await;
    desk.push(&[Edit::create(&gone), Edit::create(&for_gone), Edit::remove(&gone)]).await;
    let mut pages = Vec::new();
    for path in [
        format!("/j/{}", token(1)),
        format!("/j/{}", token(2)),
        format!("/j/{}", token(3)),
        format!("/j/{}", token(4)),
        format!("/j/{}/join", token(9)),
        format!("/j/{}/refuse", token(9)),
        "/j/cut-off".to_owned(),
    ] {
        let answer = Phone::new(&house).get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        pages.push(answer.text());
    }
    pages.dedup();
    assert_eq!(pages.len(), 1);
}

#[tokio::test]
async fn a_form_from_elsewhere_is_not_taken() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (member, _) = invite(&mut desk, &token(1)).await;
    let mut phone = Phone::new(&house);
    let (first, second) = (format!("/j/{}/join", token(1)), format!("/j/{}/agree", token(1)));
    let who = [("phone", PHONE), ("document_number", DOCUMENT)];
    let own = [("origin", "https://join.example.cn")];
    let first_seal = seal(&phone.get(&first).await).unwrap();
    let first_form = [&who[..], &[("seal", first_seal.as_str())]].concat();
    let offered = phone.post_from(&first, &first_form, &own).await;
    let (second_seal, shown) = (seal(&offered).unwrap(), hidden(&offered, "statement").unwrap());
    let agreed = [
        ("account", "yes"),
        ("document", "yes"),
        ("statement", shown.as_str()),
        ("password", NEW_PASSWORD),
        ("repeat", NEW_PASSWORD),
    ];
    let second_form = [&who[..], &agreed, &[("seal", second_seal.as_str())]].concat();
    for (path, form) in [(&first, &first_form), (&second, &second_form)] {
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("origin", "https://evil.example"), ("host", "join.example.cn")],
            vec![("origin", "null")],
        ] {
            let answer = phone.post_from(path, form, &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(!answer.text().contains("欧阳"), "nobody is named to a stranger");
        }
        assert_eq!(phone.post(path, &[&who[..], &agreed].concat()).await.status, StatusCode::FORBIDDEN);
        // The seal of one browser is worth nothing in another, nor that of one form in the other.
        let mut other = Phone::new(&house);
        assert_eq!(other.post(path, form).await.status, StatusCode::FORBIDDEN);
    }
    let swapped = [&who[..], &agreed, &[("seal", first_seal.as_str())]].concat();
    assert_eq!(phone.post(&second, &swapped).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.look(Kind::Member, member.id).await.unwrap().text(Field::MemberJoinState), None);
    assert_eq!(phone.post_from(&second, &second_form, &own).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn mistakes_in_the_form_are_told_and_cost_no_try() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invite(&mut desk, &token(1)).await;
    let mut phone = Phone::new(&house);
    for _ in 0..6 {
        let page = phone.show(&token(1), " ", "<b>").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = page.text();
        assert!(text.contains("请填写手机号") && text.contains("aria-invalid=\"true\""));
        assert!(text.contains("value=\"&lt;b&gt;\""));
    }
    let path = format!("/j/{}/agree", token(1));
    let seal = seal(&phone.show(&token(1), PHONE, DOCUMENT).await).unwrap();
    for (account, password, repeat, words) in [
        ("yes", "short", "short", "至少要 8 个字符"),
        ("yes", "12345678", "12345678", "太常见"),
        ("yes", PHONE, PHONE, "太常见"),
        ("yes", NEW_PASSWORD, "another sentence", "不一样"),
        ("", NEW_PASSWORD, NEW_PASSWORD, "同意之后才能"),
        ("on", NEW_PASSWORD, NEW_PASSWORD, "同意之后才能"),
    ] {
        for _ in 0..2 {
            let fields = [
                ("phone", PHONE),
                ("document_number", DOCUMENT),
                ("account", account),
                ("document", "yes"),
                ("password", password),
                ("repeat", repeat),
                ("seal", seal.as_str()),
            ];
            let page = phone.post(&path, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            let text = page.text();
            assert!(text.contains(words), "{words}");
            assert!(text.contains("aria-invalid=\"true\""));
            assert!(password == PHONE || !text.contains(password), "a password is never sent back");
        }
    }
    assert_eq!(phone.join(&token(1), PHONE, DOCUMENT).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_guardian_answers_for_a_minor_only() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let guardian = Record::empty(Kind::Guardian, house.new_id())
        .with(Field::GuardianName, "欧阳建国")
        .with(Field::GuardianPhone, "13700137000");
    desk.push(&[Edit::create(&guardian)]).await;
    for (n, birth_date, status) in
        [(1, "2012-05-01", StatusCode::SEE_OTHER), (2, "2000-05-01", StatusCode::UNPROCESSABLE_ENTITY)]
    {
        let member = desk
            .member("欧阳静怡")
            .with(Field::MemberBirthDate, birth_date)
            .with(Field::MemberDocumentKind, "passport")
            .with(Field::MemberDocumentNumber, "E12345678");
        let member = if n == 2 { member.with(Field::MemberPhone, PHONE) } else { member };
        invite_member(&mut desk, &member, &token(n)).await;
        let tie = Record::empty(Kind::Guardianship, house.new_id())
            .with(Field::GuardianshipMember, member.id)
            .with(Field::GuardianshipGuardian, guardian.id);
        desk.push(&[Edit::create(&tie)]).await;
        let signed = [("guardian_name", "欧阳建国")];
        let answer = Phone::new(&house).join_with(&token(n), "13700137000", "E12345678", &signed).await;
        assert_eq!(answer.status, status, "{birth_date}");
    }
}

#[tokio::test]
async fn a_guardian_who_may_not_confirm_does_not_answer_for_a_minor() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let guardian = |name: &str, phone: &str| {
        Record::empty(Kind::Guardian, house.new_id()).with(Field::GuardianName, name).with(Field::GuardianPhone, phone)
    };
    let (mother, grandfather) = (guardian("欧阳梅", "13700137001"), guardian("欧阳建国", "13700137002"));
    desk.push(&[&mother, &grandfather].map(Edit::create)).await;
    let child = desk
        .member("欧阳静怡")
        .with(Field::MemberBirthDate, "2016-05-01")
        .with(Field::MemberDocumentKind, "passport")
        .with(Field::MemberDocumentNumber, "E12345678");
    invite_member(&mut desk, &child, &token(1)).await;
    let tie = |guardian: &Record| {
        Record::empty(Kind::Guardianship, house.new_id())
            .with(Field::GuardianshipMember, child.id)
            .with(Field::GuardianshipGuardian, guardian.id)
    };
    let (may, may_not) = (tie(&mother), tie(&grandfather).with(Field::GuardianshipMayConfirm, MAY_NOT_CONFIRM));
    assert_eq!(desk.push(&[&may_not].map(Edit::create)).await.exceptions, []);
    let join = async |phone: &str| Phone::new(&house).join(&token(1), phone, "E12345678").await.status;
    // Nobody may: the number of the document alone is not enough.
    for phone in ["13700137002", "13700137001", "13900139000"] {
        assert_eq!(join(phone).await, StatusCode::UNPROCESSABLE_ENTITY, "{phone}");
    }
    desk.push(&[Edit::create(&may)]).await;
    assert_eq!(join("13700137002").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(join("13700137001").await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_new_invitation_gives_a_new_password_and_ends_old_sessions() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (member, _) = invite(&mut desk, &token(1)).await;
    let mut lost = Phone::new(&house);
    lost.join(&token(1), PHONE, DOCUMENT).await;
    assert!(lost.get("/card").await.text().contains("20260001"));
    let second = invitation(&desk, &member, &token(2));
    assert_eq!(desk.push(&[Edit::create(&second)]).await.exceptions, []);
    let mut found = Phone::new(&house);
    assert_eq!(found.join(&token(2), PHONE, DOCUMENT).await.status, StatusCode::SEE_OTHER);
    assert!(found.get("/card").await.text().contains("20260001"));
    assert!(!lost.get("/card").await.text().contains("20260001"));
    // Who leaves has no card any more; who comes back has it again.
    let now = desk.look(Kind::Member, member.id).await.unwrap();
    desk.push(&[set(&now, Field::MemberStatus, "left")]).await;
    assert!(!found.get("/card").await.text().contains("20260001"));
    let left = now.clone().with(Field::MemberStatus, "left");
    desk.push(&[set(&left, Field::MemberStatus, "active")]).await;
    assert!(found.get("/card").await.text().contains("20260001"));
    // A session ends by itself.
    house.pass(181 * 24 * 60 * MINUTE_MS);
    assert!(!found.get("/card").await.text().contains("20260001"));
}

#[tokio::test]
async fn a_joined_member_who_is_removed_and_brought_back_is_still_joined() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (member, _) = invite(&mut desk, &token(1)).await;
    Phone::new(&house).join(&token(1), PHONE, DOCUMENT).await;
    let joined = desk.look(Kind::Member, member.id).await.unwrap();
    desk.push(&[Edit::remove(&joined)]).await;
    // Undo on the desktop brings everything it knew, or only what an administrator may write.
    let answer = desk.push(&[Edit::remove(&joined).inverse()]).await;
    assert_eq!(answer.exceptions, []);
    assert_eq!(desk.look(Kind::Member, member.id).await.unwrap().values, joined.values);
    desk.push(&[Edit::remove(&joined), Edit::create(&member)]).await;
    assert_eq!(desk.look(Kind::Member, member.id).await.unwrap().values, joined.values);
}

#[tokio::test]
async fn pages_speak_the_browsers_language_and_allow_no_script() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invite(&mut desk, &token(1)).await;
    let mut phone = Phone::new(&house);
    let path = format!("/j/{}", token(1).to_string().to_lowercase());
    let english = phone.send(Request::get(&path).header("accept-language", "en-GB,en;q=0.9"), Body::empty()).await;
    assert!(english.text().contains("invites you to join") && english.text().contains("lang=\"en\""));
    let chinese =
        phone.send(Request::get(format!("{path}?lang=zh")).header("accept-language", "en"), Body::empty()).await;
    assert!(chinese.text().contains("邀请您加入") && chinese.text().contains("lang=\"zh-CN\""));
    let policy = chinese.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src") && !policy.contains("unsafe"));
    assert_eq!(chinese.headers["cache-control"], "no-store");
    assert!(!chinese.text().contains("<script"));
    let lost = phone.get("/nowhere").await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert!(lost.text().contains("<html"));
}

#[tokio::test]
async fn the_card_shows_its_owners_photo_to_nobody_else() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (member, _) = invite(&mut desk, &token(1)).await;
    let mut phone = Phone::new(&house);
    phone.join_with(&token(1), PHONE, DOCUMENT, &[("photo", "yes")]).await;
    assert!(!phone.get("/card").await.text().contains("/card/photo"));
    assert_eq!(phone.get("/card/photo").await.status, StatusCode::NOT_FOUND);
    let (hash, jpeg) = crate::photos::photo(1);
    assert_eq!(crate::photos::put(&desk, &hash.to_string(), jpeg.clone()).await.status, StatusCode::NO_CONTENT);
    let now = desk.look(Kind::Member, member.id).await.unwrap();
    assert_eq!(desk.push(&[set(&now, Field::MemberPhoto, hash)]).await.exceptions, []);
    assert!(phone.get("/card").await.text().contains("src=\"/card/photo\""));
    let shown = phone.get("/card/photo").await;
    assert_eq!((shown.status, shown.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "image/jpeg"));
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert_eq!(shown.body, jpeg);
    // Nobody needs to agree to it: whoever takes that back has a card without.
    let seal = seal(&phone.get("/card/consents").await).unwrap();
    phone.post("/card/consents", &[("purpose", "photo"), ("act", "withdrawn"), ("seal", &seal)]).await;
    assert!(!phone.get("/card").await.text().contains("/card/photo"));
    assert_eq!(phone.get("/card/photo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(Phone::new(&house).get("/card/photo").await.status, StatusCode::NOT_FOUND);
}
