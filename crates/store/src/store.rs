//! The open roster: one writing connection behind a lock, reading connections beside it, and what is kept in memory.

use crate::connection::{self, Readers, Role};
use crate::departments::{Departments, Ranks};
use crate::identity::Identity;
use crate::journal::Effects;
use crate::profile::{self, Lock};
use crate::search::Search;
use crate::{StoreError, headcount, identity, schema};
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An open roster. All calls block; share it between threads freely. Reading never waits for writing.
pub struct Store {
    writer: Mutex<Connection>,
    pub(crate) readers: Readers,
    pub(crate) search: Search,
    /// The tree, and the tree with its counts, each with the number of the change that it is as of.
    pub(crate) arranged: Mutex<Option<(u64, Arc<Departments>)>>,
    pub(crate) counted: Mutex<Option<(u64, Arc<Departments>)>>,
    pub(crate) ranks: Ranks,
    version: AtomicU64,
    /// Counts changes of departments.
    arrangement: AtomicU64,
    /// Counts changes of departments and of who is where.
    placement: AtomicU64,
    identity: Identity,
    _lock: Lock,
}

/// A commit and what memory makes of it happen under the writer's lock, so that both have the same order.
pub(crate) struct Writing<'s> {
    pub conn: MutexGuard<'s, Connection>,
}

impl Store {
    /// Makes a new roster in the folder, which is made when it is missing.
    ///
    /// `RosterExists` when one is there (readable or not), `InUse` when another process works on the folder.
    pub fn create(dir: &Path, key: &[u8; 32], identity: &Identity) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir)?;
        let lock = profile::lock(dir)?;
        if profile::has_roster(dir) {
            return Err(StoreError::RosterExists);
        }
        let ranks = Ranks::default();
        profile::make(dir, key, |path| {
            let conn = connection::open(path, key, Role::Creator, &ranks)?;
            schema::create(&conn)?;
            identity::write(&conn, identity)?;
            headcount::begin(&conn)?;
            // Closed before the folder is moved: what lies in the log belongs into the file.
            conn.close().map_err(|(_, error)| StoreError::from(error))
        })?;
        let conn = connection::open(&profile::database_path(dir), key, Role::Writer, &ranks)?;
        Self::with(conn, dir, key, ranks, lock)
    }

    /// Opens the roster of the folder.
    ///
    /// `InUse`, `NoRoster`, `WrongKey`, `NotARoster`, `Damaged` and `NewerSchema` say why it cannot be.
    pub fn open(dir: &Path, key: &[u8; 32]) -> Result<Self, StoreError> {
        if !profile::has_roster(dir) {
            return Err(StoreError::NoRoster);
        }
        let lock = profile::lock(dir)?;
        let ranks = Ranks::default();
        let opened = connection::open(&profile::database_path(dir), key, Role::Writer, &ranks);
        let conn = match opened {
            Err(StoreError::NotARoster | StoreError::Damaged) => return Err(profile::why_unreadable(dir, key)),
            other => other?,
        };
        schema::migrate(&conn)?;
        let store = Self::with(conn, dir, key, ranks, lock)?;
        store.transact_quietly(|conn| {
            headcount::begin(conn)?;
            if crate::scope::is_bound(conn)? {
                crate::scope::overwrite_deleted(conn)?;
            }
            crate::pull::restore_indexes(conn)
        })?;
        store.clean();
        Ok(store)
    }

    fn with(conn: Connection, dir: &Path, key: &[u8; 32], ranks: Ranks, lock: Lock) -> Result<Self, StoreError> {
        let identity = identity::read(&conn)?;
        Ok(Self {
            readers: Readers::new(profile::database_path(dir), key, &ranks),
            writer: Mutex::new(conn),
            search: Search::default(),
            arranged: Mutex::default(),
            counted: Mutex::default(),
            ranks,
            version: AtomicU64::new(1),
            arrangement: AtomicU64::new(1),
            placement: AtomicU64::new(1),
            identity,
            _lock: lock,
        })
    }

    /// Whose roster this is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Rises with every change of any record; starts anew with every opening.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(crate) fn arrangement(&self) -> u64 {
        self.arrangement.load(Ordering::Acquire)
    }

    pub(crate) fn placement(&self) -> u64 {
        self.placement.load(Ordering::Acquire)
    }

    pub(crate) fn lock_writer(&self) -> Writing<'_> {
        Writing { conn: self.writer.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Runs the call in one write transaction; an error takes all of it back.
    pub(crate) fn transact<T>(
        &self,
        call: impl FnOnce(&Connection) -> Result<(T, Effects), StoreError>,
    ) -> Result<(T, u64), StoreError> {
        let writing = self.lock_writer();
        let conn = &*writing.conn;
        conn.execute_batch("BEGIN IMMEDIATE")?;
        let done = Rollback { conn, is_armed: true };
        let (answer, effects) = call(conn)?;
        conn.execute_batch("COMMIT")?;
        done.disarm();
        Ok((answer, self.learn(conn, effects)))
    }

    /// Runs a write that touches no record.
    pub(crate) fn transact_quietly<T>(
        &self,
        call: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.transact(|conn| Ok((call(conn)?, Effects::default()))).map(|(answer, _)| answer)
    }

    /// Brings memory up to what was just committed; answers the new version.
    fn learn(&self, conn: &Connection, effects: Effects) -> u64 {
        self.search.learn(conn, effects.search);
        if effects.has_rearranged {
            self.arrangement.fetch_add(1, Ordering::AcqRel);
        }
        if effects.has_moved {
            self.placement.fetch_add(1, Ordering::AcqRel);
        }
        if effects.has_changed { self.version.fetch_add(1, Ordering::AcqRel) + 1 } else { self.version() }
    }

    /// Looks through the whole file for damage: slow, for a check-up. `Damaged` when there is any.
    pub fn check_integrity(&self) -> Result<(), StoreError> {
        self.readers.read(|conn| {
            for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA quick_check"] {
                let mut statement = conn.prepare(pragma)?;
                let mut findings = statement.query([])?;
                while let Some(row) = findings.next()? {
                    if row.get_ref(0)?.as_str().ok() != Some("ok") {
                        return Err(StoreError::Damaged);
                    }
                }
            }
            Ok(())
        })
    }

    /// Lets the file grow to so many bytes at the most; what does not fit fails with `DiskFull`.
    pub fn limit_size(&self, max_bytes: u64) -> Result<(), StoreError> {
        let writing = self.lock_writer();
        let page_bytes: u64 = writing.conn.query_row("PRAGMA page_size", [], |row| {
            // SQLCipher answers some pragmas with texts.
            let value: rusqlite::types::Value = row.get(0)?;
            Ok(match value {
                rusqlite::types::Value::Integer(number) => number.unsigned_abs(),
                rusqlite::types::Value::Text(text) => text.parse().unwrap_or(4_096),
                _ => 4_096,
            })
        })?;
        let pages = (max_bytes / page_bytes.max(1)).clamp(1, 1 << 31);
        writing.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    }
}

/// Takes an unfinished transaction back, also when the caller's code panics.
struct Rollback<'c> {
    conn: &'c Connection,
    is_armed: bool,
}

impl Rollback<'_> {
    fn disarm(mut self) {
        self.is_armed = false;
    }
}

impl Drop for Rollback<'_> {
    fn drop(&mut self) {
        if self.is_armed && !self.conn.is_autocommit() && self.conn.execute_batch("ROLLBACK").is_err() {
            tracing::error!("a write could not be taken back");
        }
    }
}
