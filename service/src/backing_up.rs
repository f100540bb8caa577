//! The verbs about backups.

use crate::place::Place;
use crate::verbs::existing;
use clap::Args;
use mingce_service::ServiceOptions;
use mingce_service::backup::{self, Backup, BackupKey, Onto, Sessions};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

#[derive(Args)]
pub struct MakeKey {
    /// File to be made; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct MakeBackup {
    #[command(flatten)]
    place: Place,
    /// Key from `backup-key`.
    #[arg(long, value_name = "FILE")]
    backup_key: PathBuf,
    /// File to be made; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct CheckBackup {
    /// Key that the backup was made with.
    #[arg(long, value_name = "FILE")]
    backup_key: PathBuf,
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// Key that the backup was made with.
    #[arg(long, value_name = "FILE")]
    backup_key: PathBuf,
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Puts what is there aside, under a name with the time in it.
    #[arg(long)]
    replace: bool,
    /// Ends everybody's sign-in. Without it, devices that were sent away since the backup are signed in again.
    #[arg(long)]
    sign_out: bool,
}

pub fn make_key(verb: MakeKey) -> anyhow::Result<()> {
    let nowhere = ServiceOptions::system(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), PathBuf::new());
    let key = BackupKey::make(&verb.out, &nowhere.random)?;
    println!(
        "made the key {}; keep a copy of it where the backups are not: without it none can be read",
        key.fingerprint()
    );
    Ok(())
}

pub fn make(verb: MakeBackup) -> anyhow::Result<()> {
    let options = existing(verb.place)?;
    let key = BackupKey::load(&verb.backup_key)?;
    let made = backup::back_up(&options, &key, &verb.out, &mut tell)?;
    println!("written and read back");
    show(&made);
    Ok(())
}

pub fn check(verb: CheckBackup) -> anyhow::Result<()> {
    let key = BackupKey::load(&verb.backup_key)?;
    show(&backup::check(&key, &verb.from)?);
    Ok(())
}

pub fn restore(verb: Restore) -> anyhow::Result<()> {
    let options = verb.place.options(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let key = BackupKey::load(&verb.backup_key)?;
    let onto = if verb.replace { Onto::Replaced } else { Onto::Nothing };
    let sessions = if verb.sign_out { Sessions::Ended } else { Sessions::Kept };
    let done = backup::restore(&options, &key, &verb.from, (onto, sessions), &mut tell)?;
    println!("brought back and read back; start the service, and desktops send what the backup has forgotten");
    show(&done);
    Ok(())
}

fn tell(table: &str, rows: u64) {
    eprintln!("{table}: {rows}");
}

fn show(backup: &Backup) {
    println!("made at {} (milliseconds since 1970) by version {}", backup.header.made_at_ms, backup.header.program);
    println!("{} bytes, {} rows", backup.bytes, backup.totals.tables.values().sum::<u64>());
    for (id, counted) in &backup.totals.organisations {
        println!("{id}\t{}\t{}", counted.rows, counted.digest);
    }
}
