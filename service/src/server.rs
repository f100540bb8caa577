//! Listens, serves, stops: the service as one value that a host holds.

use crate::audit::Until;
use crate::options::{ServiceOptions, TlsFiles};
use crate::routes::router;
use crate::service::{Service, Shared};
use crate::storage::StorageError;
use crate::watching::{ACCOUNTS_EVERY, HEADS_EVERY};
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// A request's head must arrive within this.
const HEAD_WAIT: Duration = Duration::from_secs(15);
/// How often counters of quiet peers are forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("the address cannot be listened on: {0}")]
    Address(std::io::Error),
    #[error("the certificate or its key cannot be used: {0}")]
    Certificate(String),
    #[error("the public address must begin with http:// or https://")]
    PublicUrl,
    #[error("the service ended while starting")]
    Ended,
}

/// A running service. Call `stop`; a dropped one is cut off without grace.
pub struct Running {
    /// What is listened on, with the port that was taken.
    pub address: SocketAddr,
    /// What phones use, without a trailing slash.
    pub public_url: String,
    handle: Handle<SocketAddr>,
    serving: Option<JoinHandle<std::io::Result<()>>>,
    /// What the service does by itself.
    chores: [JoinHandle<()>; 2],
    service: Shared,
    stop_grace: Duration,
}

/// Starts a service and returns once it listens.
pub async fn start(options: ServiceOptions) -> Result<Running, StartError> {
    let tls = options.tls.as_ref().map(load_tls).transpose()?;
    let listener = std::net::TcpListener::bind(options.listen).map_err(StartError::Address)?;
    let address = listener.local_addr().map_err(StartError::Address)?;
    let public_url = match &options.public_url {
        Some(url) => check_public_url(url)?,
        None => own_url(address, if tls.is_some() { "https" } else { "http" }),
    };
    let stop_grace = options.stop_grace;
    let opened = {
        let public_url = public_url.clone();
        tokio::task::spawn_blocking(move || Service::open(&options, public_url))
    };
    let service = opened.await.map_err(|_| StartError::Ended)??;
    let make_service = router(service.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener)
        .map_err(StartError::Address)?
        .handle(handle.clone())
        .first_request_timeout(HEAD_WAIT);
    server.http_builder().http1().header_read_timeout(HEAD_WAIT);
    let serving = match tls {
        Some(config) => tokio::spawn(server.acceptor(RustlsAcceptor::new(config)).serve(make_service)),
        None => tokio::spawn(server.serve(make_service)),
    };
    if handle.listening().await.is_none() {
        return Err(StartError::Ended);
    }
    let chores = [tokio::spawn(tidy(service.clone())), tokio::spawn(watch(service.clone()))];
    tracing::info!(%address, "service listens");
    Ok(Running { address, public_url, handle, serving: Some(serving), chores, service, stop_grace })
}

impl Running {
    /// Stops taking requests, lets running ones finish within the grace, and closes the storage.
    pub async fn stop(mut self) -> Result<(), StorageError> {
        self.service.stopping.send_replace(true);
        self.handle.graceful_shutdown(Some(self.stop_grace));
        if let Some(serving) = self.serving.take() {
            let _ = serving.await;
        }
        self.chores.iter().for_each(JoinHandle::abort);
        // One that cannot be written now was refused all the same.
        let _ = self.service.write_refusals(Until::All).await;
        self.service.database.close().await?;
        tracing::info!("service stopped");
        Ok(())
    }

    /// Streams of events that desktops hold now.
    pub fn streams(&self) -> usize {
        self.service.streams.count()
    }

    /// Waits until the service ends by itself, which it does only when it cannot go on.
    pub async fn ended(&mut self) {
        if let Some(serving) = self.serving.as_mut() {
            let _ = serving.await;
            self.serving = None;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.service.stopping.send_replace(true);
        self.handle.shutdown();
        self.chores.iter().for_each(JoinHandle::abort);
    }
}

async fn tidy(service: Shared) {
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    loop {
        ticks.tick().await;
        service.forget_idle();
        // What could not be done now is done at the next tick; the storage has said why.
        let _ = service.prune_photos().await;
        let _ = service.write_refusals(Until::Due).await;
        let _ = service.sign_audits().await;
    }
}

async fn watch(service: Shared) {
    let is_shared = service.database.is_shared();
    let every = if is_shared { HEADS_EVERY } else { ACCOUNTS_EVERY };
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut until_accounts = Duration::ZERO;
    loop {
        ticks.tick().await;
        // What could not be asked now is asked at the next tick; the storage has said why.
        if is_shared {
            let _ = service.watch_heads().await;
        }
        until_accounts = until_accounts.saturating_sub(every);
        if until_accounts.is_zero() {
            let _ = service.watch_accounts().await;
            until_accounts = ACCOUNTS_EVERY;
        }
    }
}

fn check_public_url(url: &str) -> Result<String, StartError> {
    let url = url.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => Ok(url.to_owned()),
        _ => Err(StartError::PublicUrl),
    }
}

/// The address as a link; "every interface" becomes loopback, which at least works here.
fn own_url(address: SocketAddr, scheme: &str) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

fn load_tls(files: &TlsFiles) -> Result<RustlsConfig, StartError> {
    let certificates: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_file_iter(&files.certificate).and_then(Iterator::collect);
    let certificates = certificates.map_err(|error| StartError::Certificate(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| StartError::Certificate(error.to_string()))?;
    // The provider is named here, so that another crate's choice of provider cannot change or break it.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| StartError::Certificate(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_a_link_without_a_slash_at_its_end() {
        assert_eq!(check_public_url("https://join.example.cn/ ").unwrap(), "https://join.example.cn");
        for url in ["join.example.cn", "ftp://a", "https://", "https://a b"] {
            assert!(check_public_url(url).is_err(), "{url}");
        }
        assert_eq!(own_url("0.0.0.0:80".parse().unwrap(), "http"), "http://127.0.0.1:80");
        assert_eq!(own_url("[::]:443".parse().unwrap(), "https"), "https://[::1]:443");
    }
}
