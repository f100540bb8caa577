//! What the client makes of servers that are slow, foreign, broken or hostile. Loopback only.

use mingce_client::{Client, ClientError, ClientOptions, Trust};
use mingce_model::{Kind, OrganisationId, RecordId};
use mingce_protocol::digest::{Compare, Part};
use mingce_protocol::pull::PullWriter;
use mingce_protocol::{
    ApiError, ApiFailure, MEDIA_TYPE, Meta, News, PROTOCOL, PullHeader, PulledRecord, PushHeader, SCHEMA,
};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What a server does with a connection once a request's head has arrived.
#[derive(Clone)]
enum Deed {
    Answer(Vec<u8>),
    /// Says so many bytes of the answer and hangs up.
    Cut(Vec<u8>, usize),
    Silence,
}

/// A server with one deed. Yields its address and the heads of the requests it saw.
async fn serve(deed: Deed) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (seen, heads) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(do_deed(stream, deed.clone(), seen.clone()));
        }
    });
    (address, heads)
}

async fn do_deed(mut stream: TcpStream, deed: Deed, seen: mpsc::UnboundedSender<String>) {
    while let Some(head) = read_head(&mut stream).await {
        let _ = seen.send(head);
        match &deed {
            Deed::Answer(bytes) => {
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Deed::Cut(bytes, length) => {
                let _ = stream.write_all(&bytes[..*length]).await;
                return;
            }
            Deed::Silence => {}
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn patient() -> ClientOptions {
    ClientOptions::default()
}

fn impatient() -> ClientOptions {
    ClientOptions { connect_ms: 300, answer_ms: 300, push_ms: 300, ..ClientOptions::default() }
}

fn meta() -> Meta {
    Meta {
        product: "mingce".into(),
        version: "0.1.0".into(),
        protocol_min: PROTOCOL,
        protocol_max: PROTOCOL,
        schema: SCHEMA,
        now_ms: 0,
        public_url: String::new(),
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    http("200 OK", "content-type: application/json\r\n", &serde_json::to_vec(value).unwrap())
}

async fn meta_from(answer: Vec<u8>) -> Result<Meta, ClientError> {
    let (address, _heads) = serve(Deed::Answer(answer)).await;
    Client::new(&address, patient()).unwrap().meta().await
}

fn organisation() -> OrganisationId {
    RecordId::from_parts(1, [1; 10]).into()
}

fn page(records: u64) -> (PullHeader, Vec<u8>) {
    let header = PullHeader {
        protocol: PROTOCOL,
        epoch: 1,
        schema: SCHEMA,
        head: 99,
        cursor: "c/1".into(),
        more: false,
        ..PullHeader::default()
    };
    let mut writer = PullWriter::new(0);
    for ver in 1..=records {
        let id = RecordId::from_parts(ver, [2; 10]);
        writer.record(&PulledRecord { kind: Kind::Member, id, ver, values: None, by: None }).unwrap();
    }
    let body = writer.finish(&header).unwrap();
    (header, body)
}

fn page_answer(body: &[u8]) -> Vec<u8> {
    http("200 OK", &format!("content-type: {MEDIA_TYPE}\r\ncontent-encoding: zstd\r\n"), body)
}

async fn pull_from(deed: Deed) -> Result<(PullHeader, usize), ClientError> {
    let (address, _heads) = serve(deed).await;
    let client = Client::new(&address, patient()).unwrap().with_token("t");
    let (header, records) = client.pull(organisation(), Some("a b"), 10, None).await?.read()?;
    Ok((header, records.len()))
}

#[tokio::test]
async fn a_comparison_that_is_longer_than_is_read_is_too_large() {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", 17 << 20);
    let (address, _heads) = serve(Deed::Answer(head.into_bytes())).await;
    let client = Client::new(&address, patient()).unwrap().with_token("t");
    let part = Part { kind: Kind::Member as u8, department: None, shard: 0 };
    let asked = Compare { cursor: "c/1".into(), part, rows: Vec::new() };
    let refused = client.compare(organisation(), &asked).await.unwrap_err();
    assert_eq!(refused, ClientError::from(ApiFailure::TooLarge));
}

#[tokio::test]
async fn a_service_says_what_it_is() {
    assert_eq!(meta_from(json(&meta())).await, Ok(meta()));
    let newer = Meta { protocol_min: PROTOCOL + 1, protocol_max: PROTOCOL + 1, ..meta() };
    assert_eq!(meta_from(json(&newer)).await, Err(ClientError::TooOld));
    let other = Meta { product: "other".into(), ..meta() };
    assert_eq!(meta_from(json(&other)).await, Err(ClientError::NotMingce));
}

#[tokio::test]
async fn a_sign_in_page_of_a_hotel_is_not_a_service() {
    assert_eq!(meta_from(http("200 OK", "", b"<html>Welcome</html>")).await, Err(ClientError::NotMingce));
    let redirect = http("302 Found", "location: http://127.0.0.1:1/login\r\n", b"");
    assert_eq!(meta_from(redirect).await, Err(ClientError::NotMingce));
    assert_eq!(meta_from(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()).await, Err(ClientError::NotMingce));
}

#[tokio::test]
async fn no_way_no_answer_and_a_cut_answer_are_all_offline() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(Client::new(&nobody, patient()).unwrap().meta().await, Err(ClientError::Offline));
    let (silent, _heads) = serve(Deed::Silence).await;
    assert_eq!(Client::new(&silent, impatient()).unwrap().meta().await, Err(ClientError::Offline));
    let answer = json(&meta());
    for length in [0, 10, answer.len() - 1] {
        let (cut, _heads) = serve(Deed::Cut(answer.clone(), length)).await;
        assert_eq!(Client::new(&cut, patient()).unwrap().meta().await, Err(ClientError::Offline), "{length}");
    }
    assert_eq!(
        Client::new("http://no-such-host.localhost:1", patient()).unwrap().meta().await,
        Err(ClientError::Offline)
    );
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_its_hint() {
    let error = ApiError { retry_after_s: Some(30), ..ApiFailure::TooMany.into() };
    let body = serde_json::to_vec(&error).unwrap();
    let refused = meta_from(http("429 Too Many Requests", "", &body)).await;
    assert_eq!(refused, Err(ClientError::Refused(error)));
}

#[tokio::test]
async fn a_page_is_read_record_by_record() {
    let (header, body) = page(7);
    assert_eq!(pull_from(Deed::Answer(page_answer(&body))).await, Ok((header, 7)));
}

#[tokio::test]
async fn a_page_that_is_cut_damaged_foreign_or_endless_brings_nothing() {
    let (_, body) = page(7);
    let whole = page_answer(&body);
    assert_eq!(pull_from(Deed::Cut(whole.clone(), whole.len() - 3)).await, Err(ClientError::Offline));
    let mut flipped = body.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    assert_eq!(pull_from(Deed::Answer(page_answer(&flipped))).await, Err(ClientError::Offline));
    let html = http("200 OK", "content-type: text/html\r\n", &body);
    assert_eq!(pull_from(Deed::Answer(html)).await, Err(ClientError::NotMingce));
    // Stated length and chunks without end alike stop at the bound.
    let stated = format!("HTTP/1.1 200 OK\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: 99999999999\r\n\r\n");
    assert_eq!(pull_from(Deed::Answer(stated.into_bytes())).await, Err(ClientError::NotMingce));
    let mut endless =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {MEDIA_TYPE}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..17 {
        endless.extend_from_slice(b"100000\r\n");
        endless.resize(endless.len() + 0x10_0000, b'x');
        endless.extend_from_slice(b"\r\n");
    }
    assert_eq!(pull_from(Deed::Answer(endless)).await, Err(ClientError::NotMingce));
}

#[tokio::test]
async fn a_request_carries_token_cursor_and_the_base_path() {
    let (_, body) = page(0);
    let (address, mut heads) = serve(Deed::Answer(page_answer(&body))).await;
    let client = Client::new(&format!("{address}/roster/"), patient()).unwrap();
    client.set_token("mgd_secret");
    client.pull(organisation(), Some("a+b&c=/"), 10, None).await.unwrap();
    let head = heads.recv().await.unwrap();
    let line = format!(
        "GET /roster/v1/organisations/{}/pull?limit=10&scope=1&cursor=a%2Bb%26c%3D%2F HTTP/1.1",
        organisation()
    );
    assert!(head.starts_with(&line), "{head}");
    assert!(head.to_ascii_lowercase().contains("authorization: bearer mgd_secret\r\n"), "{head}");
    assert!(!format!("{client:?}").contains("secret"));
}

/// What a stream says that is answered so and then falls silent.
async fn heard_from(answer: &str) -> Vec<Result<News, ClientError>> {
    let (address, _heads) = serve(Deed::Answer(answer.as_bytes().to_vec())).await;
    let options = ClientOptions { silence_ms: 300, ..patient() };
    let client = Client::new(&address, options).unwrap();
    client.set_token("t");
    let mut stream = match client.listen(organisation()).await {
        Ok(stream) => stream,
        Err(error) => return vec![Err(error)],
    };
    let mut heard = Vec::new();
    while heard.last().is_none_or(Result::is_ok) {
        heard.push(stream.next().await);
    }
    heard
}

#[tokio::test]
async fn a_stream_is_read_until_it_falls_silent_ends_or_says_what_it_must_not() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    let news = |head| Ok(News { epoch: 0, head, scope: 1 });
    let said = "data: {\"head\":4,\"scope\":1}\n\n:\n\ndata: {\"head\":5,\"scope\":1}\n\n";
    let silent = format!("{head}content-length: 9999\r\n\r\n{said}");
    assert_eq!(heard_from(&silent).await, [news(4), news(5), Err(ClientError::Offline)]);
    let ended = format!("{head}content-length: {}\r\n\r\n{said}", said.len());
    assert_eq!(heard_from(&ended).await, [news(4), news(5), Err(ClientError::Offline)]);
    let odd = format!("{head}content-length: 9999\r\n\r\ndata: hello\n\n");
    assert_eq!(heard_from(&odd).await, [Err(ClientError::NotMingce)]);
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nhtml";
    assert_eq!(heard_from(page).await, [Err(ClientError::NotMingce)]);
    let old = "HTTP/1.1 404 Not Found\r\ncontent-length: 20\r\n\r\n{\"code\":\"not_found\"}";
    assert_eq!(heard_from(old).await, [Err(ClientError::Refused(ApiFailure::NotFound.into()))]);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let (address, mut heads) = serve(Deed::Silence).await;
    let client = Client::new(&address, patient()).unwrap();
    let refused = Err(ClientError::Refused(ApiFailure::Unauthorised.into()));
    assert_eq!(client.devices().await, refused);
    client.set_token("not a\nheader");
    assert_eq!(client.devices().await, refused);
    client.set_token("t");
    client.forget_token();
    let header = PushHeader {
        protocol: PROTOCOL,
        replica: String::new(),
        epoch: 0,
        acked: 0,
        first: 1,
        cursor: None,
        seen: None,
        batches: Vec::new(),
    };
    assert_eq!(client.push(organisation(), &header, &[]).await.err(), refused.clone().err());
    assert_eq!(client.listen(organisation()).await.err(), refused.err());
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn connections_are_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(&address, patient()).unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let answer = json(&meta());
        for _ in 0..3 {
            read_head(&mut stream).await.unwrap();
            stream.write_all(&answer).await.unwrap();
        }
    });
    for _ in 0..3 {
        client.meta().await.unwrap();
    }
    serving.await.unwrap();
}

/// A TLS server with a certificate of its own; yields its address and the certificate.
async fn serve_tls(name: &str) -> (String, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let pem = made.cert.pem().into_bytes();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { return };
                    head.push(byte);
                }
                let _ = stream.write_all(&json(&meta())).await;
            });
        }
    });
    (address, pem)
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_apart_from_no_network() {
    let (address, pem) = serve_tls("127.0.0.1").await;
    let only = |pem: Vec<u8>| ClientOptions { trust: Trust::Only(pem), ..patient() };
    assert_eq!(Client::new(&address, only(pem.clone())).unwrap().meta().await, Ok(meta()));
    // Another certificate is not this one, and this one is not for another name.
    let (_, other_pem) = serve_tls("127.0.0.1").await;
    assert_eq!(Client::new(&address, only(other_pem)).unwrap().meta().await, Err(ClientError::Untrusted));
    let (misnamed, pem) = serve_tls("example.cn").await;
    assert_eq!(Client::new(&misnamed, only(pem)).unwrap().meta().await, Err(ClientError::Untrusted));
}

#[tokio::test]
async fn https_to_a_server_without_it_is_not_a_service() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 16];
        stream.read_exact(&mut hello).await.unwrap();
        stream.write_all(&http("400 Bad Request", "", b"plain HTTP here")).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let (_, pem) = serve_tls("127.0.0.1").await;
    let options = ClientOptions { trust: Trust::Only(pem), ..patient() };
    assert_eq!(Client::new(&address, options).unwrap().meta().await, Err(ClientError::NotMingce));
}
