//! The way to a database server: encrypted, to the right one, or not at all.

use mingce_service::DatabaseAddress;
use mingce_service::storage::StorageError;
use mingce_service::storage::postgres::Postgres;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server answers to the wish for TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
}

/// A server that lets nobody in, in the protocol's own words; yields its port and its certificate.
async fn serve(says: Says) -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
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
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = answer(stream, says, &acceptor).await;
        }
    });
    (port, made.cert.pem())
}

async fn answer(mut stream: TcpStream, says: Says, acceptor: &tokio_rustls::TlsAcceptor) -> std::io::Result<()> {
    let mut wish = [0; 8];
    stream.read_exact(&mut wish).await?;
    assert_eq!(wish, [0, 0, 0, 8, 4, 210, 22, 47], "TLS is asked for before anything else is said");
    if says == Says::No {
        return stream.write_all(b"N").await;
    }
    stream.write_all(b"S").await?;
    let mut stream = acceptor.accept(stream).await?;
    let length = stream.read_u32().await?;
    let mut start = vec![0; length as usize - 4];
    stream.read_exact(&mut start).await?;
    let fields = b"SFATAL\0C28P01\0Mno\0\0";
    stream.write_u8(b'E').await?;
    stream.write_u32(fields.len() as u32 + 4).await?;
    stream.write_all(fields).await?;
    stream.flush().await
}

async fn open(port: u16, authorities: &Path) -> Option<StorageError> {
    let url = format!("postgresql://mingce:secret@localhost:{port}/mingce?hostaddr=127.0.0.1&sslmode=require");
    let address = DatabaseAddress::parse(&url, None, Some(authorities)).unwrap();
    tokio::task::spawn_blocking(move || Postgres::open(address).err()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_server_with_a_trusted_certificate_is_told_anything() {
    let folder = tempfile::tempdir().unwrap();
    let [own, other] = ["own.pem", "other.pem"].map(|name| folder.path().join(name));
    let (port, certificate) = serve(Says::Yes).await;
    std::fs::write(&own, certificate).unwrap();
    let (plain, certificate) = serve(Says::No).await;
    std::fs::write(&other, certificate).unwrap();
    assert_eq!(open(port, &own).await, Some(StorageError::Refused));
    assert_eq!(open(port, &other).await, Some(StorageError::Untrusted));
    assert_eq!(open(plain, &other).await, Some(StorageError::Untrusted));
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(open(nobody, &own).await, Some(StorageError::Unreachable));
}
