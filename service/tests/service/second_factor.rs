//! The second factor: asked for after the password, each code once, recovery codes once, and delays for guessers.

use crate::administrators::{ask, form, send, use_link};
use crate::desk::{Answer, Desk, House, PASSWORD};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use mingce_protocol::{
    AdministratorList, ApiFailure, BeginSecondFactor, BegunSecondFactor, ChangePassword, ConfirmSecondFactor,
    InviteAdministrator, MadeLink, ProveSecondFactor, RecoveryCodes, Rights, SecondFactorState, SignedIn,
};
use sha1::Sha1;
use std::sync::atomic::Ordering;

const PHONE: &str = "13800138000";
const STEP_MS: i64 = 30_000;

/// What an authenticator shows now (RFC 6238).
fn code(house: &House, secret: &str) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let step = house.clock_ms.load(Ordering::Relaxed) / STEP_MS;
    let hash = Hmac::<Sha1>::new_from_slice(&secret).unwrap().chain_update(step.to_be_bytes()).finalize().into_bytes();
    let at = usize::from(hash[19] & 0xf);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

async fn post(desk: &Desk<'_>, path: &str, body: &impl serde::Serialize) -> Answer {
    send(desk, "POST", &format!("/v1/account/second-factor{path}"), Some(body)).await
}

/// Turns the second factor on; the secret, and the recovery codes.
async fn turn_on(desk: &Desk<'_>) -> (String, Vec<String>) {
    let begun: BegunSecondFactor = post(desk, "", &BeginSecondFactor { password: PASSWORD.into() }).await.json();
    assert!(begun.uri.contains(&begun.secret) && !begun.uri.contains(PHONE));
    // Until a code was shown, nothing is asked for.
    let early = desk.house.post_json("/v1/sign-in", &form(PHONE, PASSWORD, None)).await;
    assert_eq!(early.status, StatusCode::OK);
    let confirm = ConfirmSecondFactor { code: code(desk.house, &begun.secret) };
    let codes: RecoveryCodes = post(desk, "/confirm", &confirm).await.json();
    desk.house.pass(STEP_MS);
    (begun.secret, codes.codes)
}

async fn sign_in(house: &House, code: Option<&str>) -> Result<SignedIn, ApiFailure> {
    let answer = house.post_json("/v1/sign-in", &form(PHONE, PASSWORD, code)).await;
    if answer.status == StatusCode::OK { Ok(answer.json()) } else { Err(answer.failure().code) }
}

async fn state(desk: &Desk<'_>) -> SecondFactorState {
    let request = Request::get("/v1/account/second-factor").header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.body(Body::empty()).unwrap()).await.json()
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_taken_once() {
    let house = House::open();
    let desk = house.found(PHONE).await;
    assert_eq!(state(&desk).await, SecondFactorState { is_on: false, recovery_codes_left: 0 });
    let wrong = post(&desk, "", &BeginSecondFactor { password: "not it at all".into() }).await;
    assert_eq!(wrong.failure().code, ApiFailure::WrongCredentials);
    let (secret, _) = turn_on(&desk).await;
    assert_eq!(state(&desk).await, SecondFactorState { is_on: true, recovery_codes_left: 10 });
    assert_eq!(sign_in(&house, None).await.err(), Some(ApiFailure::CodeNeeded));
    assert_eq!(sign_in(&house, Some(" ")).await.err(), Some(ApiFailure::CodeNeeded));
    assert_eq!(sign_in(&house, Some("000000")).await.err(), Some(ApiFailure::CodeWrong));
    let now = code(&house, &secret);
    assert!(sign_in(&house, Some(&now)).await.is_ok());
    assert_eq!(sign_in(&house, Some(&now)).await.err(), Some(ApiFailure::CodeWrong), "once only");
    house.pass(STEP_MS);
    assert!(sign_in(&house, Some(&code(&house, &secret))).await.is_ok());
    // Who does not know the password learns nothing of the second factor.
    let answer = house.post_json("/v1/sign-in", &form(PHONE, "not it at all", None)).await;
    assert_eq!(answer.failure().code, ApiFailure::WrongCredentials);
    // A further organisation of the same account asks for it, too.
    house.pass(STEP_MS);
    let wanted = house.organisation_form(PHONE);
    assert_eq!(house.post_json("/v1/organisations", &wanted).await.failure().code, ApiFailure::CodeNeeded);
    let wanted = mingce_protocol::CreateOrganisation { code: Some(code(&house, &secret)), ..wanted };
    assert_eq!(house.post_json("/v1/organisations", &wanted).await.json::<SignedIn>().organisations.len(), 2);
}

#[tokio::test]
async fn recovery_codes_let_in_once_each_and_are_replaced_together() {
    let house = House::open();
    let desk = house.found(PHONE).await;
    let (secret, codes) = turn_on(&desk).await;
    assert_eq!(codes.len(), 10);
    assert!(sign_in(&house, Some(&codes[0].to_lowercase().replace('-', " "))).await.is_ok());
    assert_eq!(sign_in(&house, Some(&codes[0])).await.err(), Some(ApiFailure::CodeWrong));
    assert_eq!(state(&desk).await.recovery_codes_left, 9);
    let prove = ProveSecondFactor { password: PASSWORD.into(), code: code(&house, &secret) };
    let fresh: RecoveryCodes = post(&desk, "/codes", &prove).await.json();
    assert_eq!(sign_in(&house, Some(&codes[1])).await.err(), Some(ApiFailure::CodeWrong));
    assert!(sign_in(&house, Some(&fresh.codes[1])).await.is_ok());
    // Off only by both; then the password alone is enough.
    let off = |code: String| ProveSecondFactor { password: PASSWORD.into(), code };
    assert_eq!(post(&desk, "/off", &off("000000".into())).await.failure().code, ApiFailure::CodeWrong);
    assert_eq!(post(&desk, "/off", &off(fresh.codes[2].clone())).await.status, StatusCode::NO_CONTENT);
    assert!(sign_in(&house, None).await.is_ok());
    let page: mingce_protocol::AuditPage =
        send(&desk, "GET", &format!("/v1/organisations/{}/audit", desk.organisation), crate::administrators::NOTHING)
            .await
            .json();
    let count = |act: &str| page.lines.iter().filter(|line| line.act == act).count();
    assert_eq!(
        ["second_factor_on", "recovery_code_used", "recovery_codes_made", "second_factor_off"].map(count),
        [1, 2, 1, 1]
    );
}

#[tokio::test]
async fn the_secret_and_the_codes_are_not_in_the_database() {
    let house = House::open();
    let desk = house.found(PHONE).await;
    let (secret, codes) = turn_on(&desk).await;
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let account: SignedIn = sign_in(&house, Some(&codes[0])).await.unwrap();
    let id = account.account;
    let row = house.service().database.read(move |it| it.find_second_factor(id)).await.unwrap().unwrap();
    assert!(!row.sealed_secret.windows(bytes.len()).any(|part| part == bytes));
    // With another key the row is worth nothing; with its own it still is after a restart.
    house.restart(|_| {});
    house.pass(STEP_MS);
    assert!(sign_in(&house, Some(&code(&house, &secret))).await.is_ok());
    let key = house.folder.path().join("secret.key");
    let kept = std::fs::read(&key).unwrap();
    house.restart(|_| std::fs::remove_file(&key).unwrap());
    house.pass(STEP_MS);
    assert_eq!(sign_in(&house, Some(&code(&house, &secret))).await.err(), Some(ApiFailure::Internal));
    house.restart(|_| std::fs::write(&key, &kept).unwrap());
    assert!(sign_in(&house, Some(&code(&house, &secret))).await.is_ok());
}

#[tokio::test]
async fn a_password_is_changed_and_a_link_used_with_the_code_only() {
    let house = House::open();
    let desk = house.found(PHONE).await;
    let other = house.found("13700137000").await;
    let (secret, _) = turn_on(&desk).await;
    let change =
        |code: Option<String>| ChangePassword { password: PASSWORD.into(), new_password: "another horse".into(), code };
    let path = "/v1/account/password";
    assert_eq!(send(&desk, "POST", path, Some(&change(None))).await.failure().code, ApiFailure::CodeNeeded);
    // Invited elsewhere, the account shows its code on the page.
    let wanted = InviteAdministrator {
        name: "王老师".into(),
        phone: PHONE.into(),
        role: "administrator".into(),
        rights: Rights::default(),
    };
    let link: MadeLink = ask(&other, "POST", "administrators", Some(&wanted)).await.json();
    let without = use_link(&house, &link, PHONE, PASSWORD, "").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.text().contains("两步验证"));
    let used = use_link(&house, &link, PHONE, PASSWORD, &code(&house, &secret)).await;
    assert_eq!(used.status, StatusCode::OK);
    let list: AdministratorList = ask(&other, "GET", "administrators", crate::administrators::NOTHING).await.json();
    assert!(list.administrators.iter().any(|line| line.has_second_factor && line.role == "administrator"));
    house.pass(STEP_MS);
    let now = code(&house, &secret);
    assert_eq!(send(&desk, "POST", path, Some(&change(Some(now)))).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_guesser_waits_longer_and_longer_and_nobody_else_waits() {
    let house = House::open_with(|options| {
        options.trusted_proxies = vec!["0.0.0.0".parse().unwrap()];
        // Those refill by the real clock and would answer before the delays do.
        options.rate_limits.sign_in_peer.burst = 100;
        options.rate_limits.sign_in_phone.burst = 30;
    });
    house.found(PHONE).await;
    let from = async |network: &str, phone: &str, password: &str| {
        let body = serde_json::to_vec(&form(phone, password, None)).unwrap();
        let request = Request::post("/v1/sign-in").header("x-forwarded-for", network);
        house.send(request.body(body.into()).unwrap()).await
    };
    // The same answers for a phone that nobody has.
    for phone in [PHONE, "13900139000"] {
        let mut waits = Vec::new();
        for _ in 0..9 {
            let answer = from("203.0.113.7", phone, "guess guess").await;
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                let wait = answer.failure().retry_after_s.unwrap();
                waits.push(wait);
                house.pass(i64::try_from(wait).unwrap() * 1_000);
                assert_eq!(
                    from("203.0.113.7", phone, "guess guess").await.failure().code,
                    ApiFailure::WrongCredentials
                );
            } else {
                waits.push(0);
                assert_eq!(answer.failure().code, ApiFailure::WrongCredentials);
            }
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 10, 10, 10, 60], "{phone}");
    }
    // The owner comes from elsewhere, and is known there from then on.
    assert_eq!(from("198.51.100.3", PHONE, PASSWORD).await.status, StatusCode::OK);
    from("203.0.113.7", PHONE, "guess guess").await;
    assert_eq!(from("203.0.113.7", PHONE, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    for network in 0..30 {
        from(&format!("192.0.2.{network}"), PHONE, "guess guess").await;
    }
    assert_eq!(from("192.0.2.99", PHONE, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("198.51.100.3", PHONE, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn beginning_anew_does_not_make_guessers_wait_less() {
    let house = House::open();
    let desk = house.found(PHONE).await;
    turn_on(&desk).await;
    let guess = ProveSecondFactor { password: PASSWORD.into(), code: "000000".into() };
    let mut waits = false;
    for _ in 0..8 {
        waits |= post(&desk, "/off", &guess).await.failure().code == ApiFailure::TooMany;
        let _ = post(&desk, "", &BeginSecondFactor { password: PASSWORD.into() }).await;
    }
    assert!(waits && state(&desk).await.is_on);
}
