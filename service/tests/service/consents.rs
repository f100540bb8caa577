//! Who has to agree before somebody joins, what the ledger says of it, and how it is taken back.

use crate::desk::{Answer, Desk, House, START_MS, set};
use crate::join::invite_member;
use crate::phone::{NEW_PASSWORD, Phone, hidden, seal, token};
use axum::http::StatusCode;
use mingce_model::{Edit, Field, Kind, OrganisationId, Record};
use mingce_service::ServiceOptions;
use mingce_service::consent::{Broken, Entry, LedgerError, Statements};
use serde_json::Value;

const DAY_MS: i64 = 24 * 3_600_000;
const PASSPORT: &str = "E12345678";
const MOTHER: &str = "13700137001";
const OWN: &str = "13900139001";

/// A member born then (an empty text: nobody knows), with a phone of their own and, if wanted, a mother on the roster.
async fn invited(desk: &mut Desk<'_>, n: u8, born: &str, has_mother: bool) -> Record {
    let member = desk
        .member("欧阳静怡")
        .with(Field::MemberPhone, OWN)
        .with(Field::MemberDocumentKind, "passport")
        .with(Field::MemberDocumentNumber, PASSPORT)
        .with(Field::MemberCardNumber, format!("2026{n:04}"));
    let member = if born.is_empty() { member } else { member.with(Field::MemberBirthDate, born) };
    let (member, _) = invite_member(desk, &member, &token(n)).await;
    if has_mother {
        let mother = Record::empty(Kind::Guardian, desk.house.new_id())
            .with(Field::GuardianName, "欧阳梅")
            .with(Field::GuardianPhone, MOTHER);
        let tie = Record::empty(Kind::Guardianship, desk.house.new_id())
            .with(Field::GuardianshipMember, member.id)
            .with(Field::GuardianshipGuardian, mother.id);
        assert_eq!(desk.push(&[Edit::create(&mother), Edit::create(&tie)]).await.exceptions, []);
    }
    member
}

async fn state_of(desk: &Desk<'_>, member: &Record) -> Option<String> {
    desk.look(Kind::Member, member.id).await.unwrap().text(Field::MemberJoinState).map(str::to_owned)
}

/// The member's data, by the password.
async fn export(phone: &mut Phone<'_>, password: &str) -> Answer {
    let seal = seal(&phone.get("/card/export").await).unwrap();
    phone.post("/card/export", &[("password", password), ("seal", &seal)]).await
}

/// The consents that the member can take along: purpose, act, whether a guardian said it, way, text.
async fn taken_along(phone: &mut Phone<'_>) -> Vec<(String, String, bool, String, String)> {
    let data: Value = export(phone, NEW_PASSWORD).await.json();
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entry = |entry: &Value| {
        let text = word(entry, "text").split('@').next().unwrap().to_owned();
        (word(entry, "purpose"), word(entry, "act"), entry["guardian"].is_string(), word(entry, "way"), text)
    };
    data["consents"].as_array().unwrap().iter().map(entry).collect()
}

fn said(purpose: &str, act: &str, by_guardian: bool, way: &str, text: &str) -> (String, String, bool, String, String) {
    (purpose.to_owned(), act.to_owned(), by_guardian, way.to_owned(), text.to_owned())
}

/// Presses a button of the consents' page.
async fn change(phone: &mut Phone<'_>, purpose: &str, act: &str) -> Answer {
    let page = phone.get("/card/consents").await;
    // Where nothing can be decided there is no form.
    let (seal, statement) = (seal(&page).unwrap_or_default(), hidden(&page, "statement").unwrap_or_default());
    let fields = [
        ("purpose", purpose),
        ("act", act),
        ("account", "yes"),
        ("document", "yes"),
        ("statement", statement.as_str()),
        ("seal", seal.as_str()),
    ];
    match phone.post("/card/consents", &fields).await {
        answer if answer.status == StatusCode::SEE_OTHER => phone.get("/card/consents").await,
        refused => refused,
    }
}

#[tokio::test]
async fn an_adult_decides_alone() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = invited(&mut desk, 1, "1990-05-01", true).await;
    let mut phone = Phone::new(&house);
    // A guardian's number is no proof for an adult.
    assert_eq!(phone.show(&token(1), MOTHER, PASSPORT).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let offered = phone.show(&token(1), OWN, PASSPORT).await.text();
    assert!(offered.contains("aria-label=\"个人信息保护说明\"") && !offered.contains("请监护人"));
    assert!(!offered.contains("checked"), "nothing is ticked beforehand");
    assert_eq!(phone.join(&token(1), OWN, PASSPORT).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state_of(&desk, &member).await.as_deref(), Some("joined"));
    assert_eq!(
        taken_along(&mut phone).await,
        [
            said("account", "given", false, "page", "privacy"),
            said("document", "given", false, "page", "privacy"),
            said("photo", "refused", false, "page", "privacy"),
        ]
    );
}

#[tokio::test]
async fn of_a_child_a_guardian_decides() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    // Who is of an unknown age is treated as a child.
    for (n, born) in [(1, "2016-05-01"), (2, "2012-09-02"), (3, "")] {
        let child = invited(&mut desk, n, born, true).await;
        let mut phone = Phone::new(&house);
        let alone = phone.join(&token(n), OWN, PASSPORT).await;
        assert_eq!(alone.status, StatusCode::CONFLICT, "{born}");
        assert!(alone.text().contains("需要监护人来决定"));
        // Nor by the second form itself.
        let offered = phone.show(&token(n), MOTHER, PASSPORT).await;
        let text = offered.text();
        assert!(text.contains("aria-label=\"儿童个人信息保护说明\"") && text.contains("请监护人为 欧阳静怡 决定"));
        let seal = seal(&offered).unwrap();
        let forged = [
            ("phone", OWN),
            ("document_number", PASSPORT),
            ("account", "yes"),
            ("document", "yes"),
            ("password", NEW_PASSWORD),
            ("repeat", NEW_PASSWORD),
            ("seal", seal.as_str()),
        ];
        let answer = phone.post(&format!("/j/{}/agree", token(n)), &forged).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(state_of(&desk, &child).await, None);
        let joined = phone.join_with(&token(n), MOTHER, PASSPORT, &[("photo", "yes")]).await;
        assert_eq!(joined.status, StatusCode::SEE_OTHER, "{born}");
        assert_eq!(
            taken_along(&mut phone).await,
            ["account", "document", "photo"].map(|purpose| said(purpose, "given", true, "page", "children"))
        );
    }
}

#[tokio::test]
async fn from_14_on_the_person_agrees_and_a_guardian_signs() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let youth = invited(&mut desk, 1, "2012-09-01", true).await;
    let mut phone = Phone::new(&house);
    let offered = phone.show(&token(1), OWN, PASSPORT).await.text();
    assert!(offered.contains("监护人书面确认") && offered.contains("name=\"guardian_phone\""));
    // Without a signature nothing happens and no try is lost; a wrong one is a wrong try.
    let unsigned = phone.join(&token(1), OWN, PASSPORT).await;
    assert!(unsigned.text().contains("请监护人签上姓名") && unsigned.text().contains("请填写监护人的手机号"));
    for (name, number, left) in [("欧阳", MOTHER, 4), ("欧阳梅", OWN, 3)] {
        let signed = [("guardian_name", name), ("guardian_phone", number)];
        let answer = phone.join_with(&token(1), OWN, PASSPORT, &signed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(&format!("还可以试 {left} 次")), "{name}");
    }
    assert_eq!(state_of(&desk, &youth).await, None);
    let signed = [("guardian_name", " 欧阳梅 "), ("guardian_phone", "137 0013 7001")];
    assert_eq!(phone.join_with(&token(1), OWN, PASSPORT, &signed).await.status, StatusCode::SEE_OTHER);
    let given = |purpose, act, by_guardian, way| said(purpose, act, by_guardian, way, "privacy");
    assert_eq!(
        taken_along(&mut phone).await,
        [
            given("account", "given", false, "page"),
            given("document", "given", false, "page"),
            given("photo", "refused", false, "page"),
            given("account", "given", true, "signed_name"),
            given("document", "given", true, "signed_name"),
            given("photo", "refused", true, "signed_name"),
        ]
    );
    // Where the guardian's phone was shown, only the signature is asked for.
    invited(&mut desk, 2, "2010-01-01", true).await;
    let mut phone = Phone::new(&house);
    assert!(!phone.show(&token(2), MOTHER, PASSPORT).await.text().contains("name=\"guardian_phone\""));
    let answer = phone.join_with(&token(2), MOTHER, PASSPORT, &[("guardian_name", "欧阳梅")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_has_no_guardian_on_the_roster_is_told_what_to_do() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    for (n, born, words) in [(1, "", "没有出生日期"), (2, "2016-05-01", "补上监护人"), (3, "2011-05-01", "补上监护人")]
    {
        let member = invited(&mut desk, n, born, false).await;
        let answer = Phone::new(&house).join(&token(n), OWN, PASSPORT).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{born}");
        assert!(answer.text().contains(words), "{born}");
        assert_eq!(state_of(&desk, &member).await, None);
        // The administrator adds what is missing; the same code goes on.
        desk.push(&[set(&member, Field::MemberBirthDate, "1999-01-01")]).await;
        assert_eq!(Phone::new(&house).join(&token(n), OWN, PASSPORT).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_consent_is_taken_back_as_easily_as_it_was_given() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = invited(&mut desk, 1, "1990-05-01", false).await;
    let mut phone = Phone::new(&house);
    phone.join_with(&token(1), OWN, PASSPORT, &[("photo", "yes")]).await;
    assert!(change(&mut phone, "photo", "withdrawn").await.text().contains("已撤回"));
    // Twice is once; the account is not taken back here, and nothing else can be written.
    assert_eq!(change(&mut phone, "photo", "withdrawn").await.status, StatusCode::OK);
    for (purpose, act) in
        [("account", "withdrawn"), ("account", "given"), ("document", "withdrawn"), ("photo", "refused")]
    {
        assert_eq!(change(&mut phone, purpose, act).await.status, StatusCode::CONFLICT, "{purpose} {act}");
    }
    change(&mut phone, "everything", "given").await;
    // A form that lay open for too long says so, and so does one of another text.
    let stale = phone.post("/card/consents", &[("purpose", "photo"), ("act", "given"), ("seal", "00")]).await;
    assert!(stale.status == StatusCode::FORBIDDEN && stale.text().contains("没有改动"));
    let form = seal(&phone.get("/card/consents").await).unwrap();
    let other = [("purpose", "photo"), ("act", "given"), ("statement", "privacy@old.zh:00"), ("seal", form.as_str())];
    assert_eq!(phone.post("/card/consents", &other).await.status, StatusCode::CONFLICT);
    assert!(change(&mut phone, "photo", "given").await.text().contains("已同意"));
    let mut stranger = Phone::new(&house);
    assert!(stranger.get("/card/consents").await.text().contains("还没有卡"));
    let acts: Vec<String> = taken_along(&mut phone).await.into_iter().skip(2).map(|it| it.1).collect();
    assert_eq!(acts, ["given", "withdrawn", "given"]);

    // Another sheet that was never used is void with the account.
    let second = crate::join::invitation(&desk, &member, &token(9));
    assert_eq!(desk.push(&[Edit::create(&second)]).await.exceptions, []);
    // What the file says is worth asking who it is.
    let wrong = export(&mut phone, "not the password").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && !wrong.text().contains(PASSPORT));
    let kept = phone.cookies.clone();
    let seal = seal(&phone.get("/card/close").await).unwrap();
    let closed = phone.post("/card/close", &[("seal", &seal)]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let now = desk.look(Kind::Member, member.id).await.unwrap();
    assert_eq!((now.text(Field::MemberJoinState), now.int(Field::MemberJoinedAt)), (Some("refused"), None));
    phone.cookies = kept;
    assert!(phone.get("/card").await.text().contains("还没有卡"), "every session has ended");
    assert_eq!(Phone::new(&house).get(&format!("/j/{}", token(9))).await.status, StatusCode::NOT_FOUND);
    let organisation = desk.organisation;
    let acts = house.with_ledgers(|ledgers| {
        let mut acts = Vec::new();
        let mut each = |entry: &Entry| {
            acts.push((entry.purpose.word(), entry.act.word()));
            Ok(())
        };
        ledgers.export(organisation, &mut each).unwrap();
        acts
    });
    let closing = ["account", "document", "photo"].map(|purpose| (purpose, "withdrawn"));
    assert_eq!(acts[acts.len() - 3..], closing);
    let nobody = OrganisationId(house.new_id());
    let unknown = house.with_ledgers(|ledgers| ledgers.export(nobody, &mut |_| Ok(())));
    assert!(matches!(unknown, Err(LedgerError::OrganisationUnknown)));
}

#[tokio::test]
async fn turning_14_asks_for_an_own_consent() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invited(&mut desk, 1, "2012-10-01", true).await;
    let mut phone = Phone::new(&house);
    phone.join_with(&token(1), MOTHER, PASSPORT, &[("photo", "yes")]).await;
    let asks = "请您自己确认一次";
    assert!(!phone.get("/card/consents").await.text().contains(asks));
    // The child may always say no, and cannot agree in its mother's place.
    assert_eq!(change(&mut phone, "photo", "withdrawn").await.status, StatusCode::OK);
    assert_eq!(change(&mut phone, "photo", "given").await.status, StatusCode::FORBIDDEN);
    house.pass(31 * DAY_MS);
    let card = phone.get("/card").await;
    let led_to = card.headers["location"].to_str().unwrap();
    assert_eq!((card.status, led_to), (StatusCode::SEE_OTHER, "/card/consents?lang=zh"));
    let page = phone.get("/card/consents").await;
    assert!(page.text().contains(asks));
    let unticked = [("purpose", "account"), ("act", "given"), ("seal", &seal(&page).unwrap())];
    assert_eq!(phone.post("/card/consents", &unticked).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!change(&mut phone, "account", "given").await.text().contains(asks));
    let entries = taken_along(&mut phone).await;
    assert_eq!(entries[3], said("photo", "withdrawn", false, "card", "children"));
    assert_eq!(entries[4..], ["account", "document"].map(|purpose| said(purpose, "given", false, "card", "privacy")));
    assert_eq!(phone.get("/card").await.status, StatusCode::OK);
    // Now it may, because its mother did.
    assert!(change(&mut phone, "photo", "given").await.text().contains("撤回"));
}

#[tokio::test]
async fn what_a_guardian_refused_somebody_below_18_cannot_agree_to_alone() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    invited(&mut desk, 1, "2011-05-01", true).await;
    let mut phone = Phone::new(&house);
    phone.join_with(&token(1), MOTHER, PASSPORT, &[("guardian_name", "欧阳梅")]).await;
    assert!(phone.get("/card/consents").await.text().contains("显示照片要监护人同意"));
    assert_eq!(change(&mut phone, "photo", "given").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_turns_out_to_be_a_minor_has_no_card_until_a_guardian_agrees() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = invited(&mut desk, 1, "1916-05-01", true).await;
    let mut phone = Phone::new(&house);
    assert_eq!(phone.join_with(&token(1), OWN, PASSPORT, &[("photo", "yes")]).await.status, StatusCode::SEE_OTHER);
    desk.push(&[set(&member, Field::MemberBirthDate, "2016-05-01")]).await;
    assert_eq!(phone.get("/card").await.status, StatusCode::SEE_OTHER);
    assert!(phone.get("/card/consents").await.text().contains("需要监护人同意"));
    assert_eq!(phone.get("/card/photo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(change(&mut phone, "account", "given").await.status, StatusCode::FORBIDDEN);
    let second = crate::join::invitation(&desk, &member, &token(2));
    desk.push(&[Edit::create(&second)]).await;
    assert_eq!(phone.join(&token(2), MOTHER, PASSPORT).await.status, StatusCode::SEE_OTHER);
    assert_eq!(phone.get("/card").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_shown_is_what_is_written_down() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = invited(&mut desk, 1, "1990-05-01", true).await;
    let mut phone = Phone::new(&house);
    let offered = phone.show(&token(1), OWN, PASSPORT).await;
    let (seal, statement) = (seal(&offered).unwrap(), hidden(&offered, "statement").unwrap());
    let fields = |statement: &str| -> Vec<(&'static str, String)> {
        let own = |text: &str| text.to_owned();
        vec![
            ("phone", own(OWN)),
            ("document_number", own(PASSPORT)),
            ("account", own("yes")),
            ("document", own("yes")),
            ("password", own(NEW_PASSWORD)),
            ("repeat", own(NEW_PASSWORD)),
            ("statement", own(statement)),
            ("seal", seal.clone()),
        ]
    };
    let path = format!("/j/{}/agree", token(1));
    // Another text, or none: it is shown again, and nothing is ticked.
    for other in ["", "privacy@2020-01-01.zh:00"] {
        let fields = fields(other);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let again = phone.post(&path, &fields).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.text().contains("刚刚有变化") && !again.text().contains("checked"));
    }
    // The roster learns meanwhile that it is a child.
    desk.push(&[set(&member, Field::MemberBirthDate, "2016-05-01")]).await;
    let fields = fields(&statement);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_ne!(phone.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state_of(&desk, &member).await, None);
}

#[tokio::test]
async fn a_ledger_that_was_changed_is_noticed() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    for n in [1, 2, 3] {
        invited(&mut desk, n, "1990-05-01", false).await;
        Phone::new(&house).join(&token(n), OWN, PASSPORT).await;
    }
    let states = |house: &House| -> Vec<Result<u64, Broken>> {
        let checked = house.with_ledgers(|ledgers| ledgers.verify().unwrap());
        checked.into_iter().map(|it| it.state.map(|(entries, _)| entries)).collect()
    };
    assert_eq!(states(&house), [Ok(9)]);
    for (sql, state) in [
        ("UPDATE consent SET at_ms=at_ms+1 WHERE number=4", Err(Broken::Changed { number: 4 })),
        ("UPDATE consent SET at_ms=at_ms-1 WHERE number=4", Ok(9)),
        ("UPDATE consent SET act='given' WHERE number=9", Err(Broken::Changed { number: 9 })),
        ("UPDATE consent SET act='refused' WHERE number=9", Ok(9)),
        ("DELETE FROM consent WHERE number=9", Ok(8)),
        ("DELETE FROM consent WHERE number=5", Err(Broken::Missing { number: 5 })),
    ] {
        house.restart(|database| database.execute(sql));
        assert_eq!(states(&house), [state], "{sql}");
    }
}

#[tokio::test]
async fn own_texts_are_shown_and_named_in_the_ledger() {
    let texts = tempfile::tempdir().unwrap();
    std::fs::write(texts.path().join("privacy.zh.md"), "version: school-7\n## 我校的说明\n\n内容\n").unwrap();
    let own = Statements::load(Some(texts.path())).unwrap();
    let house = House::open_with(|options: &mut ServiceOptions| options.statements = own.into());
    let mut desk = house.found("13800138000").await;
    invited(&mut desk, 1, "1990-05-01", false).await;
    let mut phone = Phone::new(&house);
    assert!(phone.show(&token(1), OWN, PASSPORT).await.text().contains("我校的说明"));
    phone.join(&token(1), OWN, PASSPORT).await;
    let data: Value = export(&mut phone, NEW_PASSWORD).await.json();
    assert_eq!(data["consents"][0]["text"], "privacy@school-7.zh");
    assert_eq!(data["consents"][0]["at_ms"], START_MS);
    assert_eq!(data["records"][0]["values"]["document_number"], PASSPORT);
}
