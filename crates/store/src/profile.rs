//! The files of one roster: the encrypted database, a lock, and a note of which key opens it.
//!
//! Never deletes a roster; a damaged one is moved aside.

use crate::StoreError;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The database with its log and the key mark lie in a folder of their own, so that one rename moves them all.
const FOLDER: &str = "roster";
const UNFINISHED: &str = "roster.unfinished";
const DATABASE: &str = "roster.db";
const LOCK: &str = "roster.lock";
/// Sixteen hexadecimal digits that tell a wrong key from a damaged file.
const KEY_MARK: &str = "roster.key";

/// Held while a roster is open; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

pub(crate) fn lock(dir: &Path) -> Result<Lock, StoreError> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Where the encrypted database of a profile folder lies.
pub fn database_path(dir: &Path) -> PathBuf {
    dir.join(FOLDER).join(DATABASE)
}

/// Makes the roster's files with `fill` (given the database's path) and shows them only when they are complete, so that
/// a roster that was half made when the process died is not taken for a damaged one.
pub(crate) fn make(
    dir: &Path,
    key: &[u8; 32],
    fill: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let unfinished = dir.join(UNFINISHED);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir(&unfinished)?;
    write_key_mark(&unfinished, key)?;
    fill(&unfinished.join(DATABASE))?;
    sync_folder(&unfinished)?;
    fs::rename(&unfinished, dir.join(FOLDER))?;
    Ok(sync_folder(dir)?)
}

/// Names in a folder are durable only once the folder is: without this a power cut takes a roster with all that was
/// saved in it since.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A roster file lies in the folder, readable or not.
pub fn has_roster(dir: &Path) -> bool {
    database_path(dir).exists()
}

/// Eight bytes of a hash of the 256-bit random key: they tell keys apart and give nothing of them away.
fn mark_of(key: &[u8; 32]) -> String {
    let full = Sha256::new().chain_update(b"mingce roster key mark").chain_update(key).finalize();
    HEXLOWER.encode(&full[..8])
}

fn write_key_mark(folder: &Path, key: &[u8; 32]) -> Result<(), StoreError> {
    let mut file = File::create(folder.join(KEY_MARK))?;
    file.write_all(mark_of(key).as_bytes())?;
    file.sync_all()?;
    Ok(())
}

/// Names the reason why the database could not be read with this key at all.
pub(crate) fn why_unreadable(dir: &Path, key: &[u8; 32]) -> StoreError {
    let mut head = [0u8; 15];
    let is_plain = File::open(database_path(dir)).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && &head == b"SQLite format 3";
    match fs::read_to_string(dir.join(FOLDER).join(KEY_MARK)) {
        _ if is_plain => StoreError::NotARoster,
        Ok(mark) if mark == mark_of(key) => StoreError::Damaged,
        Ok(_) => StoreError::WrongKey,
        Err(_) => StoreError::NotARoster,
    }
}

/// Moves the roster's files into a folder of their own beside it, named for `now_ms` (milliseconds since 1970, UTC),
/// so that a new one can be pulled from the service. Refused while a process has the roster open.
pub fn set_aside(dir: &Path, now_ms: i64) -> Result<PathBuf, StoreError> {
    let _lock = lock(dir)?;
    if !has_roster(dir) {
        return Err(StoreError::NoRoster);
    }
    let mut aside = dir.join(format!("aside-{now_ms}"));
    let mut count = 1;
    while aside.exists() {
        count += 1;
        aside = dir.join(format!("aside-{now_ms}-{count}"));
    }
    fs::rename(dir.join(FOLDER), &aside)?;
    sync_folder(dir)?;
    Ok(aside)
}
