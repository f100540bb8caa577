//! The service's real storage with accidents: busy, full, or ending right after a commit.

use mingce_service::storage::sqlite::Sqlite;
use mingce_service::storage::{Job, Storage, StorageError, Verdict};
use std::path::Path;
use std::sync::Mutex;

/// What happens to the next writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accident {
    /// So many transactions are told that somebody else has the database.
    Busy(u32),
    /// The disk is full when the next transaction would commit.
    Full,
    /// The next transaction commits, and then nobody learns of it.
    Forgotten,
}

pub struct Accidental {
    sqlite: Sqlite,
    next: Mutex<Option<Accident>>,
}

impl Accidental {
    pub fn open(folder: &Path) -> Self {
        let sqlite = Sqlite::open(folder, None).expect("the service's database opens");
        Self { sqlite, next: Mutex::new(None) }
    }

    pub fn prepare(&self, accident: Option<Accident>) {
        *self.next.lock().expect("nobody panics here") = accident;
    }

    /// Whether an accident still waits to happen.
    pub fn is_prepared(&self) -> bool {
        self.next.lock().expect("nobody panics here").is_some()
    }

    fn take(&self) -> Option<Accident> {
        let mut next = self.next.lock().expect("nobody panics here");
        let accident = next.take();
        if let Some(Accident::Busy(times)) = accident
            && times > 1
        {
            *next = Some(Accident::Busy(times - 1));
        }
        accident
    }
}

impl Storage for Accidental {
    fn run_read(&self, job: Job<'_>) -> Result<(), StorageError> {
        self.sqlite.run_read(job)
    }

    fn run_write(&self, job: Job<'_>) -> Result<(), StorageError> {
        match self.take() {
            None => self.sqlite.run_write(job),
            Some(Accident::Busy(_)) => Err(StorageError::Busy),
            Some(Accident::Full) => {
                self.sqlite.run_write(&mut |transaction| {
                    job(transaction);
                    Verdict::RollBack
                })?;
                Err(StorageError::DiskFull)
            }
            Some(Accident::Forgotten) => {
                self.sqlite.run_write(job)?;
                Err(StorageError::DiskFull)
            }
        }
    }

    fn close(&self) -> Result<(), StorageError> {
        self.sqlite.close()
    }
}
