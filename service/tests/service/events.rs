//! The stream of events: what it says, to whom, and when it ends.

use crate::desk::{Desk, House, Listening, PASSWORD};
use axum::body::Body;
use axum::http::Request;
use mingce_model::{Edit, Field};
use mingce_protocol::{ApiFailure, Device, News, SignIn, SignedIn};
use mingce_service::storage::{Standing, Transaction};
use mingce_service::{Failure, ServiceOptions, start};
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The same administrator on another computer.
async fn elsewhere<'h>(desk: &Desk<'h>, phone: &str) -> Desk<'h> {
    let form = SignIn { phone: phone.into(), password: PASSWORD.into(), device: "家里".into(), code: None };
    let signed_in: SignedIn = desk.house.post_json("/v1/sign-in", &form).await.json();
    Desk::new(desk.house, desk.organisation, signed_in.token)
}

#[tokio::test]
async fn a_stream_says_the_head_at_once_and_whenever_it_moves_and_nothing_else() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let mut stranger = house.found("13900139000").await;
    let mut stream = desk.listen().await;
    let head = desk.head().await;
    assert_eq!(stream.next().await.unwrap(), News { epoch: 1, head, scope: 1 });
    desk.push(&[Edit::create(&desk.member("单于婷").with(Field::MemberPhone, "13812345678"))]).await;
    assert_eq!(stream.next().await.unwrap(), News { epoch: 1, head: head + 1, scope: 1 });
    // What was asked for and changed nothing, and what others do, is no news.
    stranger.add_member("张伟").await;
    desk.pull().await;
    assert!(stream.is_quiet().await);
    desk.add_member("李娜").await;
    assert_eq!(stream.next().await.unwrap().head, head + 2);
    let said = (head..=head + 2).map(|head| format!("data: {{\"epoch\":1,\"head\":{head},\"scope\":1}}\n\n"));
    assert_eq!(stream.text, said.collect::<String>());
}

#[tokio::test]
async fn a_log_that_was_put_back_is_told_while_the_stream_stands() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    let mut stream = desk.listen().await;
    let first = stream.next().await.unwrap();
    // By the operator, and by hand.
    house.database.execute("UPDATE organisation SET epoch=epoch+1");
    house.service().watch_heads().await.unwrap();
    assert_eq!(stream.next().await.unwrap(), News { epoch: first.epoch + 1, ..first });
    house.database.execute("UPDATE organisation SET head=head-1");
    house.service().watch_heads().await.unwrap();
    assert_eq!(stream.next().await.unwrap(), News { epoch: first.epoch + 1, head: first.head - 1, ..first });
}

#[tokio::test]
async fn a_stream_is_for_an_administrator_of_the_organisation_only() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let mut stranger = house.found("13900139000").await;
    let refused = async |request| house.send(request).await.failure().code;
    stranger.organisation = desk.organisation;
    assert_eq!(refused(stranger.listen_request()).await, ApiFailure::NotFound);
    stranger.token = "mcd_nonsense".into();
    assert_eq!(refused(stranger.listen_request()).await, ApiFailure::Unauthorised);
    let path = format!("/v1/organisations/{}/events", desk.organisation);
    assert_eq!(refused(Request::get(path).body(Body::empty()).unwrap()).await, ApiFailure::Unauthorised);
}

#[tokio::test]
async fn a_device_that_is_sent_away_or_signs_out_hears_no_more() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let away = elsewhere(&desk, "13800138000").await;
    let (mut here, mut there) = (desk.listen().await, away.listen().await);
    assert_eq!(here.next().await, there.next().await);
    let ask = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        request.header("authorization", format!("Bearer {}", desk.token)).body(Body::empty()).unwrap()
    };
    let devices: Vec<Device> = house.send(ask("GET", "/v1/devices")).await.json();
    let other = devices.iter().find(|device| !device.is_current).unwrap();
    let answer = house.send(ask("DELETE", &format!("/v1/devices/{}", other.id))).await;
    assert_eq!(answer.status, 204);
    let out = ask("POST", "/v1/sign-out");
    desk.add_member("单于婷").await;
    assert_eq!(there.next().await, None);
    assert!(here.next().await.is_some());
    assert_eq!(house.send(out).await.status, 204);
    assert_eq!(here.next().await, None);
}

#[tokio::test]
async fn what_the_operator_changes_is_heard() {
    let house = House::open();
    let desk = house.found("13800138000").await;
    let mut stream = desk.listen().await;
    let first = stream.next().await.unwrap();
    let service = house.service();
    service.watch_accounts().await.unwrap();
    assert!(stream.is_quiet().await);
    // As the operator's program does it, beside the service.
    let organisation = desk.organisation;
    let changed = service.database.write(move |transaction: &mut dyn Transaction| -> Result<(), Failure> {
        let account = transaction.find_account_by_phone("13800138000")?.expect("the owner");
        let row = transaction.find_organisation(organisation)?.expect("the organisation");
        Ok(transaction.save_standing(account.id, row.key, &Standing::owner(), 0)?)
    });
    changed.await.unwrap();
    service.watch_accounts().await.unwrap();
    assert_eq!(stream.next().await.unwrap(), News { scope: first.scope + 1, ..first });
}

/// Two instances on one database know nothing of each other.
#[tokio::test]
async fn another_instances_pushes_and_ends_are_heard() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let Some((other, router)) = house.second_instance() else { return };
    let mut there = Listening::open(router, desk.listen_request()).await;
    let first = there.next().await.unwrap();
    desk.add_member("单于婷").await;
    assert!(there.is_quiet().await);
    other.watch_heads().await.unwrap();
    assert_eq!(there.next().await.unwrap(), News { head: first.head + 1, ..first });
    other.watch_heads().await.unwrap();
    other.watch_accounts().await.unwrap();
    assert!(there.is_quiet().await);
    let path = "/v1/sign-out";
    let out =
        Request::post(path).header("authorization", format!("Bearer {}", desk.token)).body(Body::empty()).unwrap();
    assert_eq!(house.send(out).await.status, 204);
    other.watch_accounts().await.unwrap();
    assert_eq!(there.next().await, None);
}

/// A stream on a real socket: its lines, one after another.
async fn hold(address: SocketAddr, desk: &Desk<'_>) -> BufReader<TcpStream> {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let path = format!("/v1/organisations/{}/events", desk.organisation);
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n", desk.token);
    socket.write_all(head.as_bytes()).await.unwrap();
    BufReader::new(socket)
}

async fn next_head(stream: &mut BufReader<TcpStream>) -> u64 {
    loop {
        let mut line = String::new();
        assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "the stream has ended");
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str::<News>(data).unwrap().head;
        }
    }
}

/// The services' own chores, over real sockets: nobody tells the second instance to look.
#[tokio::test(flavor = "multi_thread")]
async fn two_running_instances_keep_each_others_desktops_informed() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let options = || {
        let mut options = ServiceOptions::system("127.0.0.1:0".parse().unwrap(), house.folder.path());
        options.database = house.database.address();
        options
    };
    if options().database.is_none() {
        return;
    }
    let (one, two) = (start(options()).await.unwrap(), start(options()).await.unwrap());
    let mut streams = Vec::new();
    for running in [&one, &two] {
        streams.push(hold(running.address, &desk).await);
    }
    let head = desk.head().await;
    for stream in &mut streams {
        assert_eq!(next_head(stream).await, head);
    }
    // The house is a third instance.
    desk.add_member("单于婷").await;
    for stream in &mut streams {
        assert_eq!(next_head(stream).await, head + 1);
    }
    // Streams do not hold up a stop; each ends with its service.
    one.stop().await.unwrap();
    two.stop().await.unwrap();
    for mut stream in streams {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    }
}
