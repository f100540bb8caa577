//! Administrators invite, change, remove and reset each other; nobody is left without an owner.

use crate::desk::{Answer, Desk, House, PASSWORD};
use crate::phone::{NEW_PASSWORD, Phone, seal};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use mingce_protocol::{
    AdministratorLine, AdministratorList, ApiFailure, AuditPage, ChangeAdministrator, ChangePassword, Device,
    InviteAdministrator, MadeLink, Right, Rights, SignIn, SignedIn,
};
use mingce_service::administrators::{AdministratorError, Administrators};
use mingce_service::audit::{Audits, Evidence};
use mingce_service::storage::Role;
use serde::Serialize;

pub const OWNER: &str = "13800138000";
pub const COLLEAGUE: &str = "13700137000";

/// One request of a desk to a path below its organisation.
pub async fn ask(desk: &Desk<'_>, method: &str, path: &str, body: Option<&impl Serialize>) -> Answer {
    let path = format!("/v1/organisations/{}/{path}", desk.organisation);
    send(desk, method, &path, body).await
}

pub async fn send(desk: &Desk<'_>, method: &str, path: &str, body: Option<&impl Serialize>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", desk.token))
        .header("content-type", "application/json");
    let body = body.map_or(Body::empty(), |body| serde_json::to_vec(body).unwrap().into());
    desk.house.send(request.body(body).unwrap()).await
}

pub const NOTHING: Option<&()> = None;

fn wanted(phone: &str, role: &str, rights: Rights) -> InviteAdministrator {
    InviteAdministrator { name: "李老师".into(), phone: phone.into(), role: role.into(), rights }
}

async fn invite(desk: &Desk<'_>, phone: &str, role: &str) -> MadeLink {
    ask(desk, "POST", "administrators", Some(&wanted(phone, role, Rights::default()))).await.json()
}

fn path_of(link: &MadeLink) -> String {
    link.link.strip_prefix("https://join.example.cn").expect("below the public address").to_owned()
}

/// Uses a link on the page, as a person with a phone would.
pub async fn use_link(house: &House, link: &MadeLink, phone: &str, password: &str, code: &str) -> Answer {
    let path = path_of(link);
    let mut browser = Phone::new(house);
    let form = browser.get(&path).await;
    let seal = seal(&form).unwrap_or_default();
    let fields = [("phone", phone), ("password", password), ("repeat", password), ("code", code), ("seal", &seal)];
    browser.post(&path, &fields).await
}

pub fn form(phone: &str, password: &str, code: Option<&str>) -> SignIn {
    SignIn { phone: phone.into(), password: password.into(), device: "家里".into(), code: code.map(str::to_owned) }
}

async fn sign_in<'h>(desk: &Desk<'h>, phone: &str, password: &str) -> Desk<'h> {
    let signed_in: SignedIn = desk.house.post_json("/v1/sign-in", &form(phone, password, None)).await.json();
    assert!(signed_in.organisations.iter().any(|one| one.id == desk.organisation));
    Desk::new(desk.house, desk.organisation, signed_in.token)
}

/// A colleague in the role, who accepted by the page and is signed in.
async fn colleague<'h>(owner: &Desk<'h>, phone: &str, role: &str) -> Desk<'h> {
    let link = invite(owner, phone, role).await;
    assert_eq!(use_link(owner.house, &link, phone, NEW_PASSWORD, "").await.status, StatusCode::OK);
    sign_in(owner, phone, NEW_PASSWORD).await
}

async fn list(desk: &Desk<'_>) -> AdministratorList {
    ask(desk, "GET", "administrators", NOTHING).await.json()
}

async fn line_of(desk: &Desk<'_>, role: &str) -> AdministratorLine {
    list(desk).await.administrators.into_iter().find(|line| line.role == role).expect("somebody has the role")
}

async fn give(desk: &Desk<'_>, account: &str, role: &str, rights: Rights) -> Answer {
    let change = ChangeAdministrator { role: role.into(), rights };
    ask(desk, "PUT", &format!("administrators/{account}"), Some(&change)).await
}

fn rule(answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", answer.body);
    answer.failure().rule
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_is_an_administrator() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let asked = wanted("137-0013-7000", "auditor", [Right::RevealNumbers].into_iter().collect());
    let link: MadeLink = ask(&owner, "POST", "administrators", Some(&asked)).await.json();
    let listed = list(&owner).await;
    assert_eq!(
        listed.links.iter().map(|it| (it.id.as_str(), it.role.as_str())).collect::<Vec<_>>(),
        [(link.id.as_str(), "auditor")]
    );
    // Looking never uses it up, however it is spelt.
    let token = path_of(&link);
    let mut browser = Phone::new(&house);
    for path in [token.clone(), token.to_lowercase(), token.replace("/a/", "/A/")] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.text().contains("第一中学") && !page.text().contains("李老师") && !page.text().contains("1370013")
        );
        assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    }
    let done = use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert!(done.text().contains("https://join.example.cn"));
    let auditor = sign_in(&owner, COLLEAGUE, NEW_PASSWORD).await;
    let listed = list(&auditor).await;
    assert_eq!((listed.links.len(), listed.may_give.len()), (0, 0));
    let own = listed.administrators.iter().find(|line| line.is_self).unwrap();
    assert_eq!((own.name.as_str(), own.role.as_str(), own.phone.as_str()), ("李老师", "auditor", "137****7000"));
    assert!(own.rights.has(Right::RevealNumbers) && own.devices == 1 && own.last_used_at.is_some());
    // Once only.
    assert_eq!(use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await.status, StatusCode::NOT_FOUND);
    let known = ask(&owner, "POST", "administrators", Some(&asked)).await;
    assert_eq!(rule(&known).as_deref(), Some("administrator_known"));
}

#[tokio::test]
async fn a_link_serves_its_own_phone_its_time_and_nobody_after_it_was_taken_back() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let gone = |answer: Answer| assert_eq!(answer.status, StatusCode::NOT_FOUND);
    // Of another phone.
    let link = invite(&owner, COLLEAGUE, "administrator").await;
    for left in (1..5).rev() {
        let answer = use_link(&house, &link, "13900139000", NEW_PASSWORD, "").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(&format!("还可以试 {left} 次")), "{}", answer.text());
    }
    gone(use_link(&house, &link, "13900139000", NEW_PASSWORD, "").await);
    gone(use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await);
    // Too late.
    let link = invite(&owner, COLLEAGUE, "administrator").await;
    house.pass(7 * 24 * 3_600_000);
    gone(use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await);
    assert_eq!(list(&owner).await.links, []);
    // Taken back.
    let link = invite(&owner, COLLEAGUE, "administrator").await;
    let path = format!("administrator-links/{}", link.id);
    assert_eq!(ask(&owner, "DELETE", &path, NOTHING).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&owner, "DELETE", &path, NOTHING).await.failure().code, ApiFailure::NotFound);
    gone(use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await);
    // A password that anybody guesses is not taken, and neither is a form from elsewhere.
    let link = invite(&owner, COLLEAGUE, "administrator").await;
    for password in ["short", "12345678", COLLEAGUE] {
        let answer = use_link(&house, &link, COLLEAGUE, password, "").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        let page = answer.text();
        let typed = page.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
        let mut secret = typed.filter(|input| input.contains("type=\"password\"")).peekable();
        assert!(secret.peek().is_some() && secret.all(|input| !input.contains("value=")));
    }
    let foreign = Phone::new(&house)
        .post(&path_of(&link), &[("phone", COLLEAGUE), ("password", NEW_PASSWORD), ("repeat", NEW_PASSWORD)])
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    // A member's invitation is none of an administrator, and the other way round.
    gone(Phone::new(&house).get(&format!("/a/{}", crate::phone::token(7))).await);
    gone(Phone::new(&house).get(&path_of(&link).replace("/a/", "/j/")).await);
    assert_eq!(use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_kept_of_a_link_opens_nothing_and_names_no_phone() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let link = invite(&owner, COLLEAGUE, "administrator").await;
    let token = path_of(&link).replace("/a/", "");
    let service = house.service();
    let bytes = data_encoding::BASE32_NOPAD.decode(token.as_bytes()).unwrap();
    let hash = {
        use sha2::{Digest, Sha256};
        <[u8; 32]>::from(Sha256::new_with_prefix(b"mingce administrator link 1").chain_update(&bytes).finalize())
    };
    let found = service.database.read(move |it| it.find_link(&hash)).await.unwrap();
    let (_, row) = found.expect("it is found by its hash only");
    let kept = format!("{row:?}");
    assert!(!kept.contains(COLLEAGUE) && !kept.contains(&token));
    // Bytes are written as numbers there.
    assert!(!kept.contains(format!("{bytes:?}").trim_matches(['[', ']'])));
    let unkeyed = <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(COLLEAGUE));
    assert_ne!(row.phone_digest, unkeyed);
}

#[tokio::test]
async fn whoever_has_an_account_keeps_its_password() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let other = house.found(COLLEAGUE).await;
    let link = invite(&owner, COLLEAGUE, "administrator").await;
    let wrong = use_link(&house, &link, COLLEAGUE, NEW_PASSWORD, "").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(use_link(&house, &link, COLLEAGUE, PASSWORD, "").await.status, StatusCode::OK);
    let signed_in: SignedIn = house.post_json("/v1/sign-in", &form(COLLEAGUE, PASSWORD, None)).await.json();
    assert_eq!(signed_in.organisations.len(), 2);
    // Whoever manages one organisation has no business in the other.
    let account = signed_in.account.0.to_string();
    let refused = ask(&owner, "POST", &format!("administrators/{account}/reset"), NOTHING).await;
    assert_eq!(rule(&refused).as_deref(), Some("in_other_organisations"));
    assert_eq!(other.head().await, 1);
}

#[tokio::test]
async fn each_role_manages_those_below_it_and_gives_only_what_it_has() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let administrator = colleague(&owner, "13700137001", "administrator").await;
    let auditor = colleague(&owner, "13700137002", "auditor").await;
    let printer = colleague(&owner, "13700137003", "printing").await;
    let roles = ["owner", "administrator", "auditor", "printing"];
    for (desk, may) in [
        (&owner, [true; 4].as_slice()),
        (&administrator, &[false, false, true, true]),
        (&auditor, &[false; 4]),
        (&printer, &[false; 4]),
    ] {
        for (role, may) in roles.iter().zip(may) {
            let answer =
                ask(desk, "POST", "administrators", Some(&wanted("13700137009", role, Rights::default()))).await;
            assert_eq!(answer.status == StatusCode::OK, *may, "{role} {:?}", answer.body);
            assert!(*may || answer.failure().code == ApiFailure::Forbidden);
        }
    }
    assert_eq!(list(&administrator).await.may_give, ["auditor", "printing"]);
    assert_eq!(ask(&printer, "GET", "administrators", NOTHING).await.failure().code, ApiFailure::Forbidden);
    // Nobody gives what they have not; nothing that printing could use.
    let with_right = wanted("13700137009", "auditor", Rights::all());
    let answer = ask(&administrator, "POST", "administrators", Some(&with_right)).await;
    assert_eq!(answer.failure().code, ApiFailure::Forbidden);
    let answer = ask(&owner, "POST", "administrators", Some(&wanted("13700137009", "printing", Rights::all()))).await;
    assert_eq!(rule(&answer).as_deref(), Some("printing_has_no_rights"));
    // Nobody touches those above or beside, whatever the way.
    let of = |role: &'static str| line_of(&owner, role);
    let (top, beside, below) = (of("owner").await, of("administrator").await, of("auditor").await);
    for desk in [&administrator, &auditor, &printer] {
        for target in [&top, &beside] {
            if desk.token == administrator.token && target.account == beside.account {
                continue;
            }
            let base = format!("administrators/{}", target.account);
            for (method, path) in [
                ("DELETE", base.clone()),
                ("POST", format!("{base}/reset")),
                ("GET", format!("{base}/devices")),
                ("DELETE", format!("{base}/devices")),
            ] {
                assert_eq!(ask(desk, method, &path, NOTHING).await.failure().code, ApiFailure::Forbidden, "{path}");
            }
            let answer = give(desk, &target.account, "auditor", Rights::default()).await;
            assert_eq!(answer.failure().code, ApiFailure::Forbidden);
        }
    }
    // Oneself cannot be raised, and those below can be changed but not beyond.
    assert_eq!(give(&administrator, &beside.account, "owner", Rights::default()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(give(&administrator, &below.account, "owner", Rights::default()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(give(&auditor, &below.account, "administrator", Rights::all()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        rule(&give(&owner, &below.account, "printing", Rights::default()).await).as_deref(),
        Some("printing_fixed")
    );
    assert_eq!(give(&owner, &below.account, "administrator", Rights::all()).await.status, StatusCode::NO_CONTENT);
    // Of another organisation there is nobody.
    let stranger = house.found("13900139000").await;
    let path = format!("/v1/organisations/{}/administrators", owner.organisation);
    assert_eq!(send(&stranger, "GET", &path, NOTHING).await.failure().code, ApiFailure::NotFound);
    let path = format!("administrators/{}", top.account);
    assert_eq!(ask(&stranger, "DELETE", &path, NOTHING).await.failure().code, ApiFailure::NotFound);
}

#[tokio::test]
async fn the_last_owner_can_neither_step_down_nor_go() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let own = line_of(&owner, "owner").await.account;
    let path = format!("administrators/{own}");
    assert_eq!(rule(&give(&owner, &own, "administrator", Rights::all()).await).as_deref(), Some("last_owner"));
    assert_eq!(rule(&ask(&owner, "DELETE", &path, NOTHING).await).as_deref(), Some("last_owner"));
    let organisation = owner.organisation;
    let refused = house.with_options(|options| Administrators::open(options).unwrap().remove(organisation, OWNER));
    assert_eq!(refused, Err(AdministratorError::LastOwner));
    let second = colleague(&owner, COLLEAGUE, "owner").await;
    assert_eq!(ask(&owner, "DELETE", &path, NOTHING).await.status, StatusCode::NO_CONTENT);
    assert_eq!(owner.send_pull("").await.failure().code, ApiFailure::Unauthorised);
    let left = list(&second).await.administrators;
    assert_eq!(left.iter().map(|line| line.role.as_str()).collect::<Vec<_>>(), ["owner"]);
    let own = line_of(&second, "owner").await.account;
    assert_eq!(rule(&give(&second, &own, "auditor", Rights::all()).await).as_deref(), Some("last_owner"));
    // Whoever went has an account and nothing to do with it.
    let signed_in: SignedIn = house.post_json("/v1/sign-in", &form(OWNER, PASSWORD, None)).await.json();
    assert_eq!(signed_in.organisations, []);
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once_with_everything_they_had_begun() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let administrator = colleague(&owner, COLLEAGUE, "administrator").await;
    let second = sign_in(&owner, COLLEAGUE, NEW_PASSWORD).await;
    let begun = invite(&administrator, "13700137009", "auditor").await;
    let account = line_of(&owner, "administrator").await.account;
    let devices: Vec<Device> = ask(&owner, "GET", &format!("administrators/{account}/devices"), NOTHING).await.json();
    assert_eq!(devices.len(), 2);
    // One session ends by itself, the others only together with the standing.
    let one = format!("administrators/{account}/devices/{}", devices[0].id);
    assert_eq!(ask(&owner, "DELETE", &one, NOTHING).await.status, StatusCode::NO_CONTENT);
    let alive = [administrator.send_pull("").await.status, second.send_pull("").await.status];
    assert_eq!(alive.iter().filter(|status| **status == StatusCode::OK).count(), 1);
    let path = format!("administrators/{account}");
    assert_eq!(ask(&owner, "DELETE", &path, NOTHING).await.status, StatusCode::NO_CONTENT);
    for desk in [&administrator, &second] {
        assert_eq!(desk.send_pull("").await.failure().code, ApiFailure::Unauthorised);
    }
    let answer = use_link(&house, &begun, "13700137009", NEW_PASSWORD, "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&owner, "DELETE", &path, NOTHING).await.failure().code, ApiFailure::NotFound);
}

#[tokio::test]
async fn a_lowered_administrators_links_go_as_far_as_they_may_not_make_them_any_more() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let second = colleague(&owner, COLLEAGUE, "owner").await;
    let (high, low) = (invite(&second, "13700137008", "owner").await, invite(&second, "13700137009", "auditor").await);
    let lines = list(&owner).await.administrators;
    let account = &lines.iter().find(|line| !line.is_self).unwrap().account;
    assert_eq!(give(&owner, account, "administrator", Rights::all()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(use_link(&house, &high, "13700137008", NEW_PASSWORD, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(use_link(&house, &low, "13700137009", NEW_PASSWORD, "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_reset_is_started_by_another_and_finished_by_the_person_alone() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let administrator = colleague(&owner, COLLEAGUE, "administrator").await;
    let account = line_of(&owner, "administrator").await.account;
    let path = format!("administrators/{account}/reset");
    let first: MadeLink = ask(&owner, "POST", &path, NOTHING).await.json();
    let link: MadeLink = ask(&owner, "POST", &path, NOTHING).await.json();
    // Only the newest; and nothing has changed yet.
    assert_eq!(use_link(&house, &first, COLLEAGUE, "another horse", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(administrator.send_pull("").await.status, StatusCode::OK);
    assert_eq!(use_link(&house, &link, COLLEAGUE, "another horse", "").await.status, StatusCode::OK);
    assert_eq!(administrator.send_pull("").await.failure().code, ApiFailure::Unauthorised);
    let answer = house.post_json("/v1/sign-in", &form(COLLEAGUE, NEW_PASSWORD, None)).await;
    assert_eq!(answer.failure().code, ApiFailure::WrongCredentials);
    sign_in(&owner, COLLEAGUE, "another horse").await;
    // Nobody resets themselves so: they know their password, or somebody else helps.
    let own = line_of(&owner, "owner").await.account;
    let answer = ask(&owner, "POST", &format!("administrators/{own}/reset"), NOTHING).await;
    assert_eq!(answer.failure().code, ApiFailure::Forbidden);
    // A day, no longer.
    let link: MadeLink = ask(&owner, "POST", &path, NOTHING).await.json();
    house.pass(24 * 3_600_000);
    assert_eq!(use_link(&house, &link, COLLEAGUE, "third horse", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_password_is_changed_by_the_one_before_and_ends_the_other_sessions() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let other = sign_in(&owner, OWNER, PASSWORD).await;
    let change =
        |password: &str, new: &str| ChangePassword { password: password.into(), new_password: new.into(), code: None };
    let path = "/v1/account/password";
    let answer = send(&owner, "POST", path, Some(&change("not it at all", NEW_PASSWORD))).await;
    assert_eq!(answer.failure().code, ApiFailure::WrongCredentials);
    let answer = send(&owner, "POST", path, Some(&change(PASSWORD, "12345678"))).await;
    assert_eq!(rule(&answer).as_deref(), Some("password_common"));
    let answer = send(&owner, "POST", path, Some(&change(PASSWORD, NEW_PASSWORD))).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(owner.send_pull("").await.status, StatusCode::OK);
    assert_eq!(other.send_pull("").await.failure().code, ApiFailure::Unauthorised);
    sign_in(&owner, OWNER, NEW_PASSWORD).await;
}

#[tokio::test]
async fn the_operator_helps_whom_nobody_else_can() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let organisation = owner.organisation;
    colleague(&owner, COLLEAGUE, "administrator").await;
    let path = house.with_options(|options| {
        let all = Administrators::open(options).unwrap();
        all.set_role(organisation, COLLEAGUE, Role::Owner).unwrap();
        all.set_role(organisation, OWNER, Role::Administrator).unwrap();
        assert_eq!(all.set_role(organisation, COLLEAGUE, Role::Auditor), Err(AdministratorError::LastOwner));
        assert_eq!(all.drop_second_factor(organisation, OWNER), Err(AdministratorError::NoSecondFactor));
        assert_eq!(all.start_reset(organisation, "13900139000"), Err(AdministratorError::Unknown));
        all.start_reset(organisation, COLLEAGUE).unwrap()
    });
    let link = MadeLink { id: String::new(), link: format!("https://join.example.cn{path}"), ends_at: 0 };
    assert_eq!(use_link(&house, &link, COLLEAGUE, "another horse", "").await.status, StatusCode::OK);
    let helped = sign_in(&owner, COLLEAGUE, "another horse").await;
    assert_eq!(line_of(&helped, "owner").await.name, "李老师");
    house.with_options(|options| Administrators::open(options).unwrap().remove(organisation, OWNER).unwrap());
    assert_eq!(owner.send_pull("").await.failure().code, ApiFailure::Unauthorised);
}

#[tokio::test]
async fn every_act_is_in_the_audit_and_none_names_a_phone() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    colleague(&owner, COLLEAGUE, "administrator").await;
    let account = line_of(&owner, "administrator").await.account;
    give(&owner, &account, "auditor", Rights::all()).await;
    give(&owner, &account, "auditor", Rights::default()).await;
    let base = format!("administrators/{account}");
    let link: MadeLink = ask(&owner, "POST", &format!("{base}/reset"), NOTHING).await.json();
    use_link(&house, &link, COLLEAGUE, "another horse", "").await;
    sign_in(&owner, COLLEAGUE, "another horse").await;
    let taken_back = invite(&owner, "13700137009", "printing").await;
    ask(&owner, "DELETE", &format!("administrator-links/{}", taken_back.id), NOTHING).await;
    ask(&owner, "DELETE", &format!("{base}/devices"), NOTHING).await;
    ask(&owner, "DELETE", &base, NOTHING).await;
    let page: AuditPage = ask(&owner, "GET", "audit?limit=100", NOTHING).await.json();
    let acts: Vec<&str> = page.lines.iter().rev().map(|line| line.act.as_str()).collect();
    assert_eq!(
        acts,
        [
            "organisation_created",
            "administrator_invited",
            "administrator_added",
            "sign_in",
            "role_changed",
            "rights_changed",
            "rights_changed",
            "password_reset_started",
            "password_reset",
            "sign_in",
            "administrator_invited",
            "link_withdrawn",
            "device_revoked",
            "administrator_removed",
        ]
    );
    let text = serde_json::to_string(&page).unwrap();
    assert!(!text.contains(COLLEAGUE) && !text.contains("137****7000") && !text.contains("another horse"));
    let removed = page.lines.first().unwrap();
    assert_eq!((removed.subject.as_deref(), removed.actor_kind.as_str()), (Some(account.as_str()), "account"));
    let checked = house.with_options(|options| Audits::open(options).unwrap().verify(Evidence::default()).unwrap());
    assert!(checked.iter().all(|one| one.state.is_ok()));
}

#[tokio::test]
async fn a_link_lets_nobody_in_whom_its_maker_could_not_make_now() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let all: Rights = [Right::RevealNumbers].into_iter().collect();
    let administrator = colleague(&owner, COLLEAGUE, "administrator").await;
    let auditor = colleague(&owner, "13900139000", "auditor").await;
    let (own, other) = (line_of(&owner, "administrator").await, line_of(&owner, "auditor").await);
    let kept = |answer: Answer| answer.json::<MadeLink>();
    let reset = format!("administrators/{}/reset", other.account);
    // A link that was kept until its person stood higher.
    let link = kept(ask(&administrator, "POST", &reset, NOTHING).await);
    assert_eq!(give(&owner, &other.account, "owner", all.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(use_link(&house, &link, "13900139000", "another sentence", "").await.status, StatusCode::NOT_FOUND);
    // Nobody takes over whoever has a right that they lack.
    assert_eq!(give(&owner, &other.account, "auditor", all.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&administrator, "POST", &reset, NOTHING).await.failure().code, ApiFailure::Forbidden);
    // What is made with a right ends with it, also where the operator takes it.
    assert_eq!(give(&owner, &own.account, "administrator", all.clone()).await.status, StatusCode::NO_CONTENT);
    let reset = kept(ask(&administrator, "POST", &reset, NOTHING).await);
    let invitation =
        kept(ask(&administrator, "POST", "administrators", Some(&wanted("13600136000", "auditor", all))).await);
    let organisation = owner.organisation;
    house.with_options(|options| {
        let operator = Administrators::open(options).unwrap();
        operator.set_rights(organisation, COLLEAGUE, Rights::default()).unwrap();
    });
    for (link, phone) in [(&reset, "13900139000"), (&invitation, "13600136000")] {
        assert_eq!(use_link(&house, link, phone, "another sentence", "").await.status, StatusCode::NOT_FOUND);
    }
    drop(auditor);
}

#[tokio::test]
async fn whoever_was_removed_does_not_return_by_a_second_invitation() {
    let house = House::open();
    let owner = house.found(OWNER).await;
    let second = invite(&owner, COLLEAGUE, "administrator").await;
    colleague(&owner, COLLEAGUE, "administrator").await;
    let line = line_of(&owner, "administrator").await;
    let path = format!("administrators/{}", line.account);
    assert_eq!(ask(&owner, "DELETE", &path, NOTHING).await.status, StatusCode::NO_CONTENT);
    assert_eq!(use_link(&house, &second, COLLEAGUE, NEW_PASSWORD, "").await.status, StatusCode::NOT_FOUND);
}
