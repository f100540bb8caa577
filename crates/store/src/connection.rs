//! Opening the encrypted database file, and the pool of reading connections.

use crate::StoreError;
use crate::departments::Ranks;
use data_encoding::HEXLOWER;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Makes the file when it is missing.
    Creator,
    Writer,
    Reader,
}

/// Opens the file and gives the key before anything else (SQLCipher's raw key form: no key derivation).
pub(crate) fn open(path: &Path, key: &[u8; 32], role: Role, ranks: &Ranks) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if role == Role::Creator {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let conn = Connection::open_with_flags(path, flags)?;
    let digits = Zeroizing::new(HEXLOWER.encode(key));
    let pragma = Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", digits.as_str()));
    conn.query_row(&pragma, [], |_| Ok(()))?;
    // Part of the file's format, so the same for ever: large pages and HMAC-SHA256, which processors compute themselves,
    // halve what encryption costs; both are as safe as SQLCipher's own choice.
    run_pragmas(&conn, &["cipher_page_size = 8192", "cipher_hmac_algorithm = HMAC_SHA256"])?;
    // Its messages would go to stderr; ours are named errors. Memory wiping costs 4 to 7 times the CPU on sorts.
    run_pragmas(&conn, &["cipher_log_level = NONE", "cipher_memory_security = OFF"])?;
    // The first read proves the key.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    conn.busy_timeout(Duration::from_secs(20))?;
    match role {
        // FULL: NORMAL loses what was shown as saved when the power fails.
        Role::Creator | Role::Writer => run_pragmas(
            &conn,
            &[
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "cache_size = -65536",
                "journal_size_limit = 67108864",
            ],
        )?,
        Role::Reader => run_pragmas(&conn, &["query_only = ON", "cache_size = -8192"])?,
    }
    conn.set_prepared_statement_cache_capacity(256);
    conn.create_collation("by_number", crate::natural::compare)?;
    let ranks = Ranks::clone(ranks);
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("department_rank", 1, flags, move |context| {
        Ok(ranks.of(context.get_raw(0).as_blob_or_null().ok().flatten()))
    })?;
    Ok(conn)
}

fn run_pragmas(conn: &Connection, pragmas: &[&str]) -> Result<(), StoreError> {
    for pragma in pragmas {
        let mut statement = conn.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}

/// Reading connections: each reader has its own snapshot and never waits for the writer.
pub(crate) struct Readers {
    path: PathBuf,
    key: Zeroizing<[u8; 32]>,
    ranks: Ranks,
    idle: Mutex<Vec<Connection>>,
}

/// More than this many are closed after use instead of kept. A page may take several, and the grid asks for several pages.
const KEPT: usize = 8;

impl Readers {
    pub(crate) fn new(path: PathBuf, key: &[u8; 32], ranks: &Ranks) -> Self {
        Self { path, key: Zeroizing::new(*key), ranks: Ranks::clone(ranks), idle: Mutex::default() }
    }

    /// Runs the call in one read transaction, so that all its statements see the same state.
    pub(crate) fn read<T>(&self, call: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let conn = self.begin()?;
        let answer = call(&conn);
        self.end(conn);
        answer
    }

    /// A connection whose snapshot is taken now and kept until `end`.
    pub(crate) fn begin(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open(&self.path, &self.key, Role::Reader, &self.ranks)?,
        };
        conn.execute_batch("BEGIN")?;
        // The snapshot is taken by the first read, not by BEGIN.
        conn.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
        Ok(conn)
    }

    pub(crate) fn end(&self, conn: Connection) {
        if conn.execute_batch("ROLLBACK").is_ok() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < KEPT {
                idle.push(conn);
            }
        }
    }
}
