//! Signing in and out, and what a service tells strangers.

use crate::line::Weather;
use crate::office::Office;
use crate::world::{PASSWORD, PHONE, World, client_options};
use mingce_client::{Client, ClientError};
use mingce_ipc::calls::Calls;
use mingce_ipc::profile::{CreateOrganisation as Asked, ProfileSummary, ServicePlace};
use mingce_ipc::{Code, Failure};
use mingce_protocol::{ApiError, ApiFailure, CreateOrganisation, SignIn};
use tokio::runtime::Runtime;

fn form(phone: &str, password: &str) -> SignIn {
    SignIn { phone: phone.into(), password: password.into(), device: "教务处".into(), code: None }
}

fn refused(code: ApiFailure) -> ClientError {
    ClientError::Refused(ApiError::from(code))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_never_tells_whether_the_phone_is_known() {
    let world = World::new().await;
    let client = world.direct();
    let wrong_password = client.sign_in(&form(PHONE, "not the password")).await.err();
    let unknown_phone = client.sign_in(&form("13900139000", PASSWORD)).await.err();
    let no_phone = client.sign_in(&form("nobody", PASSWORD)).await.err();
    assert_eq!(wrong_password, Some(refused(ApiFailure::WrongCredentials)));
    assert_eq!(unknown_phone, wrong_password);
    assert_eq!(no_phone, wrong_password);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_sent_away_must_sign_in_again() {
    let world = World::new().await;
    let (here, there) = (world.direct(), world.direct());
    here.set_token(&world.sign_in(&here, "教务处").await.token);
    there.set_token(&world.sign_in(&there, "家里").await.token);
    let devices = here.devices().await.unwrap();
    let lost = devices.iter().find(|device| device.name == "家里").unwrap();
    assert!(!lost.is_current && devices.iter().filter(|device| device.is_current).count() == 1);
    here.revoke_device(&lost.id).await.unwrap();
    assert_eq!(there.devices().await.err(), Some(refused(ApiFailure::Unauthorised)));
    assert_eq!(here.revoke_device(&lost.id).await.err(), Some(refused(ApiFailure::NotFound)));
    here.sign_out().await.unwrap();
    assert_eq!(here.devices().await.err(), Some(refused(ApiFailure::Unauthorised)));
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_twice_for_an_organisation_makes_one() {
    let world = World::new().await;
    let again = world.direct().create_organisation(&world.form()).await.unwrap();
    assert_eq!(again.organisations.len(), 1);
    assert_eq!(again.organisations[0].id, world.organisation);
    // Somebody else's phone does not get in that way.
    let stranger = CreateOrganisation { password: "another password".into(), ..world.form() };
    assert_eq!(world.direct().create_organisation(&stranger).await.err(), Some(refused(ApiFailure::AccountExists)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_breaks_where_the_weather_says() {
    let world = World::new().await;
    let line = world.line().await;
    let client = Client::new(&line.url(), client_options()).unwrap();
    client.meta().await.unwrap();
    for weather in [Weather::Down, Weather::REQUESTS_LOST, Weather::ANSWERS_LOST, Weather::AnswersCutAfter(40)] {
        line.set(weather);
        assert_eq!(client.meta().await.err(), Some(ClientError::Offline), "{weather:?}");
    }
    assert!(line.cuts() >= 3);
    line.set(Weather::Clear);
    client.meta().await.unwrap();
}

fn create(office: &Office, name: &str, phone: &str) -> Result<ProfileSummary, Failure> {
    office.app.create_organisation(Asked {
        name: name.into(),
        kind: "school".into(),
        admin_name: "王老师".into(),
        phone: phone.into(),
        password: PASSWORD.into(),
        service: ServicePlace::Remote { url: office.line.url() },
        code: None,
    })
}

#[test]
fn an_account_that_makes_another_organisation_gets_into_that_one() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::closed(&runtime, &world, "here");
    let first = create(&office, "阿一小学", PHONE).unwrap();
    let second = create(&office, "第二小学", PHONE).unwrap();
    assert_eq!((first.organisation_name.as_str(), second.organisation_name.as_str()), ("阿一小学", "第二小学"));
    // One of the same name, asked for after the first has come, is another.
    assert_ne!(create(&office, "第二小学", PHONE).unwrap().id, second.id);
}

#[test]
fn an_organisation_whose_answer_got_lost_is_not_made_twice() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::closed(&runtime, &world, "here");
    office.line.set(Weather::ANSWERS_LOST);
    for _ in 0..2 {
        assert_eq!(create(&office, "第一小学", PHONE).unwrap_err().code, Code::Offline);
    }
    office.line.set(Weather::Clear);
    let made = create(&office, "第一小学", PHONE).unwrap();
    let all = runtime.block_on(world.sign_in(&world.direct(), "办公室")).organisations;
    let named: Vec<_> = all.iter().filter(|one| one.name == "第一小学").collect();
    assert_eq!(named.len(), 1);
    assert!(made.id.starts_with(&named[0].id.to_string()));
}

#[test]
fn two_people_of_one_computer_make_organisations_of_one_name() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::closed(&runtime, &world, "here");
    office.line.set(Weather::ANSWERS_LOST);
    assert_eq!(create(&office, "第一小学", PHONE).unwrap_err().code, Code::Offline);
    office.line.set(Weather::Clear);
    assert_eq!(create(&office, "第一小学", "13900139000").unwrap_err().code, Code::Forbidden);
    assert_eq!(create(&office, "第一小学", "13900139000").unwrap().organisation_name, "第一小学");
}
