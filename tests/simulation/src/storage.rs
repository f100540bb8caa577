//! The service's real storage with accidents: busy, full, or ending right after a commit.

use mingce_service::storage::{Job, Storage, StorageError, Turns, Verdict};
use std::sync::{Arc, Mutex};

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
    storage: Arc<dyn Storage>,
    next: Mutex<Option<Accident>>,
}

impl Accidental {
    pub fn over(storage: Arc<dyn Storage>) -> Self {
        Self { storage, next: Mutex::new(None) }
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
        self.storage.run_read(job)
    }

    fn run_write(&self, job: Job<'_>) -> Result<(), StorageError> {
        match self.take() {
            None => self.storage.run_write(job),
            Some(Accident::Busy(_)) => Err(StorageError::Busy),
            Some(Accident::Full) => {
                self.storage.run_write(&mut |transaction| {
                    job(transaction);
                    Verdict::RollBack
                })?;
                Err(StorageError::DiskFull)
            }
            Some(Accident::Forgotten) => {
                self.storage.run_write(job)?;
                Err(StorageError::DiskFull)
            }
        }
    }

    fn turns(&self) -> Turns {
        self.storage.turns()
    }

    fn is_shared(&self) -> bool {
        self.storage.is_shared()
    }

    fn close(&self) -> Result<(), StorageError> {
        self.storage.close()
    }
}
