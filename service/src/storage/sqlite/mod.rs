//! One SQLite file for all organisations, encrypted by SQLCipher when a key is given.
//!
//! One file, because an edit and the organisation's head must be one transaction wherever organisations live, and the
//! same statements then serve PostgreSQL: every primary key begins with the organisation. WAL with `synchronous=FULL`:
//! what was answered survives a power cut.

mod accounts;
mod administering;
mod audits;
mod consents;
mod joining;
mod log;
mod photos;
mod records;
mod schema;
mod scopes;
mod watching;
mod whole;

use super::{Job, Storage, StorageError, Verdict};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the database inside the data folder.
pub const DATABASE_FILE: &str = "service.db";
const LOCK_FILE: &str = "service.lock";
const BUSY_WAIT: Duration = Duration::from_secs(5);
const CACHED_STATEMENTS: usize = 200;
/// KiB of pages that a connection keeps. Feeds are read from one end to the other, once: readers need little.
const WRITER_CACHE_KIB: u32 = 16_000;
const READER_CACHE_KIB: u32 = 4_000;

/// A 256-bit SQLCipher key. Shows nothing of itself.
#[derive(Clone)]
pub struct DatabaseKey([u8; 32]);

impl DatabaseKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// Reads 64 hexadecimal digits; white space around them is ignored.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey(…)")
    }
}

/// The storage over SQLite.
pub struct Sqlite {
    path: PathBuf,
    key: Option<DatabaseKey>,
    writer: Mutex<Option<Connection>>,
    /// Idle reading connections.
    readers: Mutex<Vec<Connection>>,
    /// Held while the storage lives, so that a second service on the folder is refused.
    _lock: Option<Lock>,
}

/// A folder of which no service may be started while this is held.
pub struct Lock(#[allow(dead_code, reason = "held, not used")] File);

impl Lock {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    /// `FolderInUse`, `DiskFull`.
    pub fn take(folder: &Path) -> Result<Self, StorageError> {
        std::fs::create_dir_all(folder).map_err(|_| StorageError::DiskFull)?;
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(folder.join(LOCK_FILE))
            .map_err(|_| StorageError::DiskFull)?;
        lock.try_lock().map_err(|_| StorageError::FolderInUse)?;
        Ok(Self(lock))
    }
}

/// One transaction's statements.
pub(crate) struct SqliteTransaction<'a> {
    connection: &'a Connection,
}

impl Sqlite {
    /// Opens or makes the database in `folder` and brings it to this version's schema.
    ///
    /// # Errors
    /// `FolderInUse`, `Unreadable` (also for a wrong or missing key), `TooNew`, `DiskFull`.
    pub fn open(folder: &Path, key: Option<DatabaseKey>) -> Result<Self, StorageError> {
        let lock = Lock::take(folder)?;
        let path = folder.join(DATABASE_FILE);
        let mut writer =
            connect(&path, key.as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        restrict(&path);
        writer.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(())).map_err(failure)?;
        writer.execute_batch("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000").map_err(failure)?;
        keep_pages(&writer, WRITER_CACHE_KIB)?;
        schema::migrate(&mut writer)?;
        Ok(Self { path, key, writer: Mutex::new(Some(writer)), readers: Mutex::new(Vec::new()), _lock: Some(lock) })
    }

    /// Opens the database of a service that may be running, for a single change by its operator. Makes nothing and
    /// leaves the tables as they are.
    ///
    /// # Errors
    /// As `open`, and `TooOld`.
    pub fn open_beside(folder: &Path, key: Option<DatabaseKey>) -> Result<Self, StorageError> {
        let path = folder.join(DATABASE_FILE);
        let writer = connect(&path, key.as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        writer.execute_batch("PRAGMA synchronous=FULL").map_err(failure)?;
        schema::check(&writer)?;
        Ok(Self { path, key, writer: Mutex::new(Some(writer)), readers: Mutex::new(Vec::new()), _lock: None })
    }

    /// Makes a database in a folder of its own, to be filled in one go and then put in its place. Nothing of it survives
    /// a crash before `finish_birth`, so nothing is written twice.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_unborn(folder: &Path, key: Option<DatabaseKey>) -> Result<Self, StorageError> {
        std::fs::create_dir_all(folder).map_err(|_| StorageError::DiskFull)?;
        let path = folder.join(DATABASE_FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut writer = connect(&path, key.as_ref(), flags)?;
        restrict(&path);
        writer.query_row("PRAGMA journal_mode=OFF", [], |_| Ok(())).map_err(failure)?;
        writer.execute_batch("PRAGMA synchronous=OFF").map_err(failure)?;
        keep_pages(&writer, WRITER_CACHE_KIB)?;
        schema::migrate(&mut writer)?;
        Ok(Self { path, key, writer: Mutex::new(Some(writer)), readers: Mutex::new(Vec::new()), _lock: None })
    }

    /// Makes the file of `open_unborn` one like any other, whole by itself.
    pub fn finish_birth(&self) -> Result<(), StorageError> {
        if let Some(writer) = self.writer.lock().as_ref() {
            writer.execute_batch("PRAGMA synchronous=FULL").map_err(failure)?;
            writer.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(())).map_err(failure)?;
        }
        self.close()
    }

    /// Brings what lies in the log of a database into its file, so that the file is whole by itself, and tells every
    /// organisation's epoch. Tables may be of any version. No service may be running there.
    ///
    /// # Errors
    /// `Busy` while somebody has it open all the same; `Unreadable`, `DiskFull`.
    pub fn settle(folder: &Path, key: Option<&DatabaseKey>) -> Result<HashMap<[u8; 16], u64>, StorageError> {
        let path = folder.join(DATABASE_FILE);
        let connection = connect(&path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let is_busy: bool =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(failure)?;
        let epochs = schema::epochs(&connection).unwrap_or_default();
        connection.close().map_err(|(_, error)| failure(error))?;
        // The last one to close takes the log away: where it stays, there is another, who would go on writing to it.
        let has_log = folder.join(format!("{DATABASE_FILE}-wal")).exists();
        if is_busy || has_log { Err(StorageError::Busy) } else { Ok(epochs) }
    }

    fn reader(&self) -> Result<Connection, StorageError> {
        if let Some(connection) = self.readers.lock().pop() {
            return Ok(connection);
        }
        let connection = connect(&self.path, self.key.as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.execute_batch("PRAGMA query_only=ON").map_err(failure)?;
        keep_pages(&connection, READER_CACHE_KIB)?;
        Ok(connection)
    }
}

impl Storage for Sqlite {
    fn run_read(&self, job: Job<'_>) -> Result<(), StorageError> {
        let mut connection = self.reader()?;
        {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred).map_err(failure)?;
            job(&mut SqliteTransaction { connection: &transaction });
        }
        self.readers.lock().push(connection);
        Ok(())
    }

    fn run_write(&self, job: Job<'_>) -> Result<(), StorageError> {
        let mut writer = self.writer.lock();
        let connection = writer.as_mut().ok_or(StorageError::Busy)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failure)?;
        match job(&mut SqliteTransaction { connection: &transaction }) {
            Verdict::Commit => transaction.commit().map_err(failure),
            // After some failures, a full disk among them, SQLite has rolled back by itself.
            Verdict::RollBack if transaction.is_autocommit() => Ok(()),
            Verdict::RollBack => transaction.rollback().map_err(failure),
        }
    }

    fn close(&self) -> Result<(), StorageError> {
        self.readers.lock().clear();
        if let Some(writer) = self.writer.lock().take() {
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failure)?;
        }
        Ok(())
    }
}

fn connect(path: &Path, key: Option<&DatabaseKey>, flags: OpenFlags) -> Result<Connection, StorageError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failure)?;
    // SQLCipher writes to standard error by itself; its words could name the file.
    connection.execute_batch("PRAGMA cipher_log_level=NONE").map_err(failure)?;
    if let Some(DatabaseKey(bytes)) = key {
        let hex = data_encoding::HEXLOWER.encode(bytes);
        // The raw form skips PBKDF2: the key is random already (SQLCipher API, "PRAGMA key", example 2).
        connection.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"")).map_err(failure)?;
    }
    connection.busy_timeout(BUSY_WAIT).map_err(failure)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // The first look at the file: a wrong key or a foreign file shows here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(failure)?;
    connection.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY").map_err(failure)?;
    Ok(connection)
}

fn keep_pages(connection: &Connection, kib: u32) -> Result<(), StorageError> {
    connection.execute_batch(&format!("PRAGMA cache_size=-{kib}")).map_err(failure)
}

/// The roster is for the service's own user only.
fn restrict(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Maps SQLite's codes to conditions; its words are dropped, they may quote values.
pub(crate) fn failure(error: rusqlite::Error) -> StorageError {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, ReadOnly, SystemIoFailure,
    };
    match error {
        rusqlite::Error::SqliteFailure(code, _) => match code.code {
            DatabaseBusy | DatabaseLocked => StorageError::Busy,
            DiskFull | SystemIoFailure | ReadOnly | CannotOpen => StorageError::DiskFull,
            NotADatabase | DatabaseCorrupt => StorageError::Unreadable,
            _ => StorageError::Failed(code.extended_code),
        },
        _ => StorageError::Inconsistent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::AccountRow;
    use mingce_model::id::AccountId;

    #[test]
    fn a_keyed_file_holds_no_clear_text_and_opens_with_its_key_only() {
        let folder = tempfile::tempdir().unwrap();
        let key = DatabaseKey::new([7; 32]);
        Sqlite::open(folder.path(), Some(key.clone())).unwrap().close().unwrap();
        let bytes = std::fs::read(folder.path().join(DATABASE_FILE)).unwrap();
        assert_ne!(&bytes[..15], b"SQLite format 3");
        assert_eq!(Sqlite::open(folder.path(), None).err(), Some(StorageError::Unreadable));
        let wrong = DatabaseKey::new([8; 32]);
        assert_eq!(Sqlite::open(folder.path(), Some(wrong)).err(), Some(StorageError::Unreadable));
        assert!(Sqlite::open(folder.path(), Some(key)).is_ok());
    }

    #[test]
    fn a_second_service_on_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Sqlite::open(folder.path(), None).unwrap();
        assert_eq!(Sqlite::open(folder.path(), None).err(), Some(StorageError::FolderInUse));
        drop(first);
        assert!(Sqlite::open(folder.path(), None).is_ok());
    }

    #[test]
    fn a_database_of_a_later_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(Sqlite::open(folder.path(), None).unwrap());
        let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
        connection.execute_batch("PRAGMA user_version=9999").unwrap();
        drop(connection);
        assert_eq!(Sqlite::open(folder.path(), None).err(), Some(StorageError::TooNew));
    }

    #[test]
    fn a_full_disk_is_told_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(folder.path(), None).unwrap();
        let limit = |pages: &str| {
            let writer = sqlite.writer.lock();
            writer.as_ref().unwrap().query_row(&format!("PRAGMA max_page_count={pages}"), [], |_| Ok(())).unwrap();
        };
        limit("1");
        let storage: &dyn Storage = &sqlite;
        let account = |n: u8| AccountRow {
            id: AccountId(mingce_model::RecordId::from_parts(0, [n; 10])),
            name: "王老师".repeat(2_000),
            phone: format!("138001380{n:02}"),
            password_hash: String::new(),
        };
        let filled: Result<(), StorageError> =
            storage.write(|transaction| (0..20).try_for_each(|n| transaction.insert_account(&account(n), 0)));
        assert_eq!(filled, Err(StorageError::DiskFull));
        limit("1000000");
        let found = storage.read(|transaction| transaction.find_account_by_phone("13800138000"));
        assert!(matches!(found, Ok::<_, StorageError>(None)));
        assert_eq!(storage.write(|transaction| transaction.insert_account(&account(0), 0)), Ok::<_, StorageError>(()));
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", DatabaseKey::new([1; 32])), "DatabaseKey(…)");
        assert!(DatabaseKey::from_hex("00").is_none());
        assert!(DatabaseKey::from_hex(&format!(" {}\n", "ab".repeat(32))).is_some());
    }
}
