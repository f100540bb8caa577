//! Organisations, sign-in, devices, and what strangers may do.

use crate::desk::{Desk, House, PASSWORD};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use mingce_protocol::{ApiFailure, Device, Meta, SignIn, SignedIn};
use mingce_service::Rate;
use std::time::Duration;

fn sign_in(phone: &str, password: &str) -> SignIn {
    SignIn { phone: phone.into(), password: password.into(), device: "家里".into(), code: None }
}

async fn get(house: &House, path: &str, token: Option<&str>) -> crate::desk::Answer {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    house.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_organisation_is_made_once_however_often_it_is_asked_for() {
    let house = House::open();
    let form = house.organisation_form("138-0013-8000");
    let first: SignedIn = house.post_json("/v1/organisations", &form).await.json();
    let second: SignedIn = house.post_json("/v1/organisations", &form).await.json();
    assert_eq!(first.organisations, second.organisations);
    assert_eq!(first.organisations.len(), 1);
    assert_eq!(first.organisations[0].name, "第一中学");
    assert_eq!(first.account, second.account);
    assert_ne!(first.token, second.token);
    assert!(first.token.starts_with("mcd_"));
    assert_eq!(Desk::new(&house, form.id, first.token).head().await, 1);
}

#[tokio::test]
async fn a_known_phone_needs_its_password_and_another_organisation_its_owner() {
    let house = House::open();
    let first = house.organisation_form("13800138000");
    house.post_json("/v1/organisations", &first).await.json::<SignedIn>();
    let mut wrong = house.organisation_form("13800138000");
    wrong.password = "another horse".into();
    assert_eq!(house.post_json("/v1/organisations", &wrong).await.failure().code, ApiFailure::AccountExists);
    let second: SignedIn = house.post_json("/v1/organisations", &house.organisation_form("13800138000")).await.json();
    assert_eq!(second.organisations.len(), 2);
    let mut thief = house.organisation_form("13900139000");
    thief.id = first.id;
    assert_eq!(house.post_json("/v1/organisations", &thief).await.failure().code, ApiFailure::Forbidden);
    // The refused request left no account behind.
    let answer = house.post_json("/v1/sign-in", &sign_in("13900139000", PASSWORD)).await;
    assert_eq!(answer.failure().code, ApiFailure::WrongCredentials);
}

#[tokio::test]
async fn values_that_break_a_rule_are_named() {
    let house = House::open();
    type Spoil = fn(&mut mingce_protocol::CreateOrganisation);
    let cases: [(&str, &str, Spoil); 6] = [
        ("name", "required_missing", |form| form.name = " ".into()),
        ("kind", "choice_unknown", |form| form.kind = "club".into()),
        ("phone", "phone_malformed", |form| form.phone = "12".into()),
        ("admin_name", "required_missing", |form| form.admin_name = String::new()),
        ("password", "password_too_short", |form| form.password = "short".into()),
        ("password", "password_common", |form| form.password = "12345678".into()),
    ];
    for (field, rule, spoil) in cases {
        let mut form = house.organisation_form("13800138000");
        spoil(&mut form);
        let answer = house.post_json("/v1/organisations", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let failure = answer.failure();
        assert_eq!((failure.field.as_deref(), failure.rule.as_deref()), (Some(field), Some(rule)));
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_phone_look_the_same() {
    let house = House::open();
    house.found("13800138000").await;
    let signed_in: SignedIn = house.post_json("/v1/sign-in", &sign_in("+86 138 0013 8000", PASSWORD)).await.json();
    assert_eq!(signed_in.account_name, "王老师");
    let wrong = house.post_json("/v1/sign-in", &sign_in("13800138000", "wrong horse")).await;
    let unknown = house.post_json("/v1/sign-in", &sign_in("13900139000", PASSWORD)).await;
    let none = house.post_json("/v1/sign-in", &sign_in("not a phone", PASSWORD)).await;
    assert_eq!(wrong.failure().code, ApiFailure::WrongCredentials);
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    assert_eq!((wrong.status, &wrong.body), (none.status, &none.body));
}

#[tokio::test]
async fn devices_are_listed_and_sent_away() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let other: SignedIn = house.post_json("/v1/sign-in", &sign_in("13800138000", PASSWORD)).await.json();
    let devices: Vec<Device> = get(&house, "/v1/devices", Some(&desk.token)).await.json();
    assert_eq!(devices.len(), 2);
    let lost = devices.iter().find(|device| !device.is_current).unwrap();
    assert_eq!(lost.name, "家里");
    let stranger = house.found("13900139000").await;
    let remove = |token: &str| {
        Request::delete(format!("/v1/devices/{}", lost.id))
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(house.send(remove(&stranger.token)).await.failure().code, ApiFailure::NotFound);
    assert_eq!(house.send(remove(&desk.token)).await.status, StatusCode::NO_CONTENT);
    let answer = get(&house, "/v1/devices", Some(&other.token)).await;
    assert_eq!(answer.failure().code, ApiFailure::Unauthorised);
    let out = Request::post("/v1/sign-out").header("authorization", format!("bearer {}", desk.token));
    assert_eq!(house.send(out.body(Body::empty()).unwrap()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(desk.send_pull("").await.failure().code, ApiFailure::Unauthorised);
}

#[tokio::test]
async fn strangers_and_guessers_are_slowed_down() {
    let house = House::open_with(|options| {
        let slow = |burst| Rate { burst, refill: Duration::from_secs(3600) };
        options.rate_limits.strangers = slow(8);
        options.rate_limits.sign_in_phone = slow(2);
    });
    for expected in [ApiFailure::WrongCredentials, ApiFailure::WrongCredentials, ApiFailure::TooMany] {
        let answer = house.post_json("/v1/sign-in", &sign_in("13800138000", "guess guess")).await;
        assert_eq!(answer.failure().code, expected);
    }
    for _ in 0..5 {
        assert_eq!(get(&house, "/v1/meta", None).await.status, StatusCode::OK);
    }
    let answer = get(&house, "/v1/meta", None).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 60);
    // A made-up token is no way around.
    let answer = get(&house, "/v1/devices", Some("mcd_made-up")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn every_answer_is_protected_and_meta_tells_what_is_spoken() {
    let house = House::open();
    let answer = get(&house, "/v1/meta", None).await;
    for (name, part) in [
        ("content-security-policy", "frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("strict-transport-security", "max-age"),
        ("x-request-id", ""),
    ] {
        assert!(answer.headers[name].to_str().unwrap().contains(part), "{name}");
    }
    let meta: Meta = answer.json();
    assert_eq!((meta.protocol_min, meta.protocol_max, meta.public_url.as_str()), (1, 1, "https://join.example.cn"));
    assert_eq!(get(&house, "/v1/nothing", None).await.failure().code, ApiFailure::NotFound);
    assert_eq!(get(&house, "/health", None).await.status, StatusCode::OK);
    assert_eq!(get(&house, "/ready", None).await.status, StatusCode::OK);
    let huge = vec![b' '; 20_000];
    let answer = house.send(Request::post("/v1/sign-in").body(huge.into()).unwrap()).await;
    assert_eq!(answer.failure().code, ApiFailure::TooLarge);
    assert_eq!(house.post_json("/v1/sign-in", &serde_json::json!({})).await.failure().code, ApiFailure::Malformed);
}

#[tokio::test]
async fn a_waiting_pull_ends_at_once_when_its_device_is_sent_away() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.pull().await;
    let other: SignedIn = house.post_json("/v1/sign-in", &sign_in("13800138000", PASSWORD)).await.json();
    let mut away = crate::desk::Desk::new(&house, desk.organisation, other.token);
    away.pull().await;
    let devices: Vec<Device> = get(&house, "/v1/devices", Some(&desk.token)).await.json();
    let lost = devices.iter().find(|device| !device.is_current).unwrap();
    let waiting = |desk: &crate::desk::Desk<'_>, wait| format!("?wait={wait}&cursor={}", desk.cursor.clone().unwrap());
    let (long, short) = (waiting(&away, 20), waiting(&desk, 2));
    let started = std::time::Instant::now();
    let sending_away = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let request = Request::delete(format!("/v1/devices/{}", lost.id));
        let request = request.header("authorization", format!("Bearer {}", desk.token));
        house.send(request.body(Body::empty()).unwrap()).await.status
    };
    let (ended, stayed, sent) = tokio::join!(away.send_pull(&long), desk.send_pull(&short), sending_away);
    assert_eq!(sent, StatusCode::NO_CONTENT);
    assert_eq!(ended.failure().code, ApiFailure::Unauthorised);
    assert!(started.elapsed() < std::time::Duration::from_secs(15));
    // Whoever stays signed in has waited on.
    assert_eq!(stayed.status, StatusCode::OK);
}
