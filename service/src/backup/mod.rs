//! Backups of a whole service, while it runs, and bringing one back.
//!
//! A backup is one snapshot of the database, row by row in a shape that neither storage owns: one made of SQLite can be
//! brought into PostgreSQL and the other way round. It is sealed with the operator's key, and read back as a whole before
//! it gets its name. What is brought back begins a new epoch, so that desktops send what the backup has forgotten.

mod key;
mod lines;
mod making;
mod notes;
mod restoring;
mod sealed;
mod tally;

pub use key::BackupKey;
pub use lines::Header;
pub use making::{Backup, back_up, check};
pub use restoring::{Onto, Sessions, restore};
pub use tally::{Counted, Totals};

use crate::storage::StorageError;
use sealed::Unsealed;

/// Why there is no backup, or nothing was brought back. Names no person and no value.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("the file cannot be written or read: {0}")]
    File(std::io::Error),
    #[error("the file is there already; give the new one another name")]
    Exists,
    #[error("another backup is being written to this file")]
    InUse,
    #[error("the key file cannot be read, or does not hold 64 hexadecimal digits; `backup-key` makes one")]
    KeyUnreadable,
    #[error("others than its owner can read the key file: chmod 600")]
    KeyIsOpen,
    #[error("this is not a backup of a Mingce service")]
    NotABackup,
    #[error("this backup was made with another key")]
    OtherKey,
    #[error("the backup is damaged or was cut off; nothing of it was used. Take another one")]
    Damaged,
    #[error("what was read back is not what was written; the disk may be failing. Nothing was kept")]
    Differs,
    #[error("the backup was made by a newer version of the service: bring it back with that version")]
    TooNew,
    #[error(
        "there is data already where the backup should go. Give an empty place, or --replace, which puts what is there aside and loses nothing"
    )]
    NotEmpty,
}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::InvalidData => BackupError::Damaged,
            _ => BackupError::File(error),
        }
    }
}

impl From<Unsealed> for BackupError {
    fn from(unsealed: Unsealed) -> Self {
        match unsealed {
            Unsealed::NotABackup => BackupError::NotABackup,
            Unsealed::OtherKey => BackupError::OtherKey,
        }
    }
}
