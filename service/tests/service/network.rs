//! A service on real sockets: port 0, HTTPS, stopping while somebody waits, starting again on the same folder.

use mingce_service::{ServiceOptions, StartError, TlsFiles, start};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn ask(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_starts_answers_stops_and_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let options = || ServiceOptions::system("127.0.0.1:0".parse().unwrap(), folder.path());
    let running = start(options()).await.unwrap();
    assert_ne!(running.address.port(), 0);
    assert_eq!(running.public_url, format!("http://{}", running.address));
    let answer = ask(TcpStream::connect(running.address).await.unwrap(), &get("/ready")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(!answer.contains("strict-transport-security"));
    assert!(matches!(start(options()).await, Err(StartError::Storage(_))));
    let address = running.address;
    // A connection that says nothing does not hold the stop up.
    let _silent = TcpStream::connect(address).await.unwrap();
    let started = Instant::now();
    running.stop().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(15));
    assert!(TcpStream::connect(address).await.is_err());
    start(options()).await.unwrap().stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_desktop_does_not_hold_the_stop_up() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(ServiceOptions::system("127.0.0.1:0".parse().unwrap(), folder.path())).await.unwrap();
    let address = running.address;
    let id = "01990000-0000-7000-8000-000000000001";
    let form = serde_json::json!({
        "id": id, "name": "第一中学", "kind": "school", "admin_name": "王老师", "phone": "13800138000",
        "password": "correct horse battery", "device": "教务处",
    });
    let form = form.to_string();
    let request = format!(
        "POST /v1/organisations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = ask(TcpStream::connect(address).await.unwrap(), &request).await;
    let signed_in: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let token = signed_in["token"].as_str().unwrap();
    let pull = |query: &str| {
        let head = format!("Host: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}");
        format!("GET /v1/organisations/{id}/pull{query} HTTP/1.1\r\n{head}\r\n\r\n")
    };
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(pull("").as_bytes()).await.unwrap();
    let mut page = Vec::new();
    stream.read_to_end(&mut page).await.unwrap();
    let body = page.windows(4).position(|part| part == b"\r\n\r\n").unwrap() + 4;
    let header =
        mingce_protocol::pull::read_pull::<mingce_protocol::BodyError>(&page[body..], 1 << 20, &mut |_, _| Ok(()));
    let query = format!("?wait=25&cursor={}", header.unwrap().cursor);
    let waiting = tokio::spawn({
        let request = pull(&query);
        async move { ask(TcpStream::connect(address).await.unwrap(), &request).await }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let started = Instant::now();
    running.stop().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(waiting.await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_makes_it_https() {
    let folder = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    std::fs::write(&files.certificate, own.cert.pem()).unwrap();
    std::fs::write(&files.key, own.signing_key.serialize_pem()).unwrap();
    let mut options = ServiceOptions::system("127.0.0.1:0".parse().unwrap(), folder.path().join("data"));
    options.tls = Some(files);
    let running = start(options).await.unwrap();
    assert!(running.public_url.starts_with("https://"));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(running.address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    let answer = ask(stream, &get("/v1/meta")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security"));
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_is_none_is_told_before_listening() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = ServiceOptions::system("127.0.0.1:0".parse().unwrap(), folder.path());
    options.tls = Some(TlsFiles { certificate: folder.path().join("none.pem"), key: folder.path().join("none.pem") });
    assert!(matches!(start(options).await, Err(StartError::Certificate(_))));
}
