//! Where the database is and how the way there is protected.

use super::super::StorageError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long the server may take to take a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// How long what was sent may stay unconfirmed by the server's network.
const SENT_WAIT: Duration = Duration::from_secs(15);

/// A database of a PostgreSQL server. Shows nothing of itself.
#[derive(Clone)]
pub struct DatabaseAddress {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
}

impl std::fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseAddress(…)")
    }
}

/// Why an address cannot be used. Repeats nothing of it: there may be a password in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressError {
    #[error("the address of the database must be like postgresql://user@host/database")]
    Malformed,
    #[error("the certificates to trust cannot be read")]
    Certificates,
}

impl DatabaseAddress {
    /// Reads `postgresql://user@host/database` with libpq's further parameters. Without `sslmode`, TLS is asked of every
    /// server that is not on this machine; the server's certificate is always checked. `authorities` is a file of
    /// certificates to trust instead of the system's.
    pub fn parse(url: &str, password: Option<&str>, authorities: Option<&Path>) -> Result<Self, AddressError> {
        if !url.starts_with("postgresql://") && !url.starts_with("postgres://") {
            return Err(AddressError::Malformed);
        }
        let mut config: Config = url.parse().map_err(|_| AddressError::Malformed)?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none() {
            return Err(AddressError::Malformed);
        }
        if let Some(password) = password {
            config.password(password);
        }
        if config.get_ssl_mode() == SslMode::Prefer && !config.get_hosts().iter().all(is_here) {
            config.ssl_mode(SslMode::Require);
        }
        if config.get_application_name().is_none() {
            config.application_name("mingce-service");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WAIT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SENT_WAIT);
        }
        Ok(Self { config, tls: MakeRustlsConnect::new(trusting(authorities)?) })
    }
}

/// On this machine nobody is in between.
fn is_here(host: &Host) -> bool {
    match host {
        #[cfg(unix)]
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

fn trusting(authorities: Option<&Path>) -> Result<ClientConfig, AddressError> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(path) => {
            let read = CertificateDer::pem_file_iter(path).map_err(|_| AddressError::Certificates)?;
            for certificate in read {
                let certificate = certificate.map_err(|_| AddressError::Certificates)?;
                roots.add(certificate).map_err(|_| AddressError::Certificates)?;
            }
            if roots.is_empty() {
                return Err(AddressError::Certificates);
            }
        }
        // A system without any trusts nobody; one certificate that cannot be read is no reason to trust none.
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    // The provider is named here, so that another crate's choice of provider cannot change or break it.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| AddressError::Certificates)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Why no connection came about.
pub(super) fn connect_failure(error: &tokio_postgres::Error) -> StorageError {
    if let Some(state) = error.code() {
        return super::transaction::condition(state);
    }
    // The library keeps its kinds to itself; the source of a TLS failure is one of rustls or of its own words.
    let words = error.to_string();
    let is_tls = words.contains("TLS");
    if words.contains("password") || words.contains("authentication") {
        StorageError::Refused
    } else if is_tls {
        StorageError::Untrusted
    } else {
        StorageError::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> SslMode {
        DatabaseAddress::parse(url, None, None).unwrap().config.get_ssl_mode()
    }

    #[test]
    fn tls_is_asked_of_every_server_that_is_not_here() {
        assert_eq!(mode("postgresql://mingce@db.example.cn/mingce"), SslMode::Require);
        assert_eq!(mode("postgresql://mingce@10.0.0.7/mingce"), SslMode::Require);
        assert_eq!(mode("postgresql://mingce@127.0.0.1,10.0.0.7/mingce"), SslMode::Require);
        assert_eq!(mode("postgresql://mingce@127.0.0.1/mingce"), SslMode::Prefer);
        assert_eq!(mode("postgresql://mingce@10.0.0.7/mingce?sslmode=disable"), SslMode::Disable);
        #[cfg(unix)]
        assert_eq!(mode("postgresql://mingce@%2Frun%2Fpostgresql/mingce"), SslMode::Prefer);
    }

    #[test]
    fn an_address_shows_nothing_of_itself() {
        let address = DatabaseAddress::parse("postgresql://mingce:secret@localhost/mingce", None, None).unwrap();
        assert_eq!(format!("{address:?}"), "DatabaseAddress(…)");
        for url in ["mingce", "mysql://a@b/c", "postgresql://", "postgresql://user@host", "host=a password=secret"] {
            let error = DatabaseAddress::parse(url, None, None).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{url}");
        }
    }

    #[test]
    fn certificates_that_are_none_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let parsed = DatabaseAddress::parse("postgresql://a@b/c", None, Some(file.path()));
        assert_eq!(parsed.err(), Some(AddressError::Certificates));
    }
}
