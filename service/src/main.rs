//! `mingce-service`: reads the command line, runs the service until it is told to stop.

mod audit_verbs;
mod backing_up;
mod place;
mod verbs;

use audit_verbs::AuditVerb;
use backing_up::{CheckBackup, MakeBackup, MakeKey, Restore};
use clap::{Parser, Subcommand};
use mingce_service::consent::Statements;
use mingce_service::{ServiceOptions, TlsFiles, start};
use place::Place;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use verbs::{AdministratorVerb, ConsentsVerb};

/// The same as the desktop's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "mingce-service", version, about = "The service that Mingce desktops sync with")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serves until interrupted.
    Serve(Serve),
    /// Who administers which organisation; works while the service runs.
    #[command(subcommand)]
    Administrator(AdministratorVerb),
    /// The ledger of consents; works while the service runs.
    #[command(subcommand)]
    Consents(ConsentsVerb),
    /// Makes a key for backups.
    BackupKey(MakeKey),
    /// Writes everything to one sealed file and reads it back; works while the service runs.
    Backup(MakeBackup),
    /// Reads a backup from end to end and says what is in it; changes nothing.
    BackupCheck(CheckBackup),
    /// Brings a backup back into an empty place, with the service stopped. Desktops then send what it has forgotten.
    Restore(Restore),
    /// Who did what; works while the service runs.
    #[command(subcommand)]
    Audit(AuditVerb),
}

#[derive(clap::Args)]
struct Serve {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8430")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
    /// Address that phones use in invitation links, such as https://join.example.cn
    #[arg(long)]
    public_url: Option<String>,
    /// Certificate chain, PEM; serves HTTPS.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Proxy whose X-Forwarded-For is believed; may be given several times.
    #[arg(long)]
    trusted_proxy: Vec<IpAddr>,
    /// MiB of photos that one organisation may keep.
    #[arg(long)]
    photo_quota_mib: Option<u64>,
    /// Folder with the texts that people agree to, in place of the shipped samples: privacy.zh.md, privacy.en.md,
    /// children.zh.md, children.en.md. The first line of each is `version: …`.
    #[arg(long, value_name = "DIR")]
    statements: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    let serve = match Arguments::parse().verb {
        Verb::Serve(serve) => serve,
        Verb::Administrator(verb) => return verbs::run(verb),
        Verb::Consents(verb) => return verbs::run_consents(verb),
        Verb::BackupKey(verb) => return backing_up::make_key(verb),
        Verb::Backup(verb) => return backing_up::make(verb),
        Verb::BackupCheck(verb) => return backing_up::check(verb),
        Verb::Restore(verb) => return backing_up::restore(verb),
        Verb::Audit(verb) => return audit_verbs::run(verb),
    };
    allow_many_connections();
    let options = options(serve)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(options))
}

fn options(serve: Serve) -> anyhow::Result<ServiceOptions> {
    let mut options = serve.place.options(serve.listen)?;
    options.public_url = serve.public_url;
    options.trusted_proxies = serve.trusted_proxy;
    options.statements = Arc::new(Statements::load(serve.statements.as_deref())?);
    if let Some(mib) = serve.photo_quota_mib {
        options.photo_quota_bytes = mib.saturating_mul(1 << 20);
    }
    if let (Some(certificate), Some(key)) = (serve.tls_cert, serve.tls_key) {
        options.tls = Some(TlsFiles { certificate, key });
    }
    Ok(options)
}

/// Each desktop that listens holds a connection, and shells give a thousand files unless asked for more.
#[cfg(unix)]
fn allow_many_connections() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // What cannot be had is not needed by a small service.
    let _ = setrlimit(Resource::Nofile, limit);
}

#[cfg(not(unix))]
fn allow_many_connections() {}

async fn run(options: ServiceOptions) -> anyhow::Result<()> {
    let mut running = start(options).await?;
    // One line for people and scripts; everything else goes to the log.
    println!("listening on {} as {}", running.address, running.public_url);
    tokio::select! {
        () = interrupted() => {}
        () = running.ended() => anyhow::bail!("the service cannot go on"),
    }
    running.stop().await?;
    Ok(())
}

#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
