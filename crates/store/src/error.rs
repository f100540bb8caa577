//! What can go wrong with the local roster, named for the condition. Never carries a value of a record.

use mingce_model::tree::TreeProblem;
use mingce_model::{Field, Kind, RecordId};
use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the store could not do what it was asked. Whatever fails inside a write leaves nothing of it behind.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process has this roster open.
    #[error("the roster is open in another process")]
    InUse,
    /// There is no roster in this folder.
    #[error("there is no roster in this folder")]
    NoRoster,
    /// A roster is already in this folder.
    #[error("there is a roster in this folder already")]
    RosterExists,
    /// The file was sealed with another key than the one given.
    #[error("the roster was sealed with another key")]
    WrongKey,
    /// The file is no roster of this program.
    #[error("the file is not a roster")]
    NotARoster,
    /// The file is a roster, but parts of it cannot be read any more.
    #[error("the roster file is damaged")]
    Damaged,
    /// A newer version of the program wrote this roster.
    #[error("the roster has schema {found}, this version knows {known}")]
    NewerSchema { found: i64, known: i64 },
    #[error("the disk is full")]
    DiskFull,
    /// The record is not what the edit was based on.
    #[error("the {} has changed since", kind.name())]
    Stale { kind: Kind, id: RecordId, field: Option<Field> },
    #[error("there is no such {}", kind.name())]
    NotFound { kind: Kind, id: RecordId },
    /// No operation, refusal or view of that name, or it was undone or settled already.
    #[error("there is nothing like that to act on")]
    NothingToDo,
    /// Only the service may write this field.
    #[error("only the service writes {}", field.name())]
    ServiceField { field: Field },
    /// A department would stand where the tree has no place for it.
    #[error("the tree of departments has no such place")]
    Misplaced(TreeProblem),
    /// There is another one of the name by now.
    #[error("there is another {} of the name", kind.name())]
    NameTaken { kind: Kind },
    /// More edits than one push can carry were to be applied all or none.
    #[error("too many edits to be applied all or none")]
    GroupTooLarge,
    /// The batch id was used before.
    #[error("the batch exists already")]
    BatchExists,
    /// The caller stopped the write; nothing of it was kept.
    #[error("the write was stopped")]
    Cancelled,
    /// The service's answer does not fit what was sent; nothing of it was taken.
    #[error("the answer does not fit what was sent")]
    AnswerMismatch,
    /// The page was read before something that happened here since; it has to be asked for anew.
    #[error("the page is older than what is here")]
    OldPage,
    /// The page or answer belongs to another epoch of the service's log.
    #[error("the service is at epoch {found}, this roster at {known}")]
    OtherEpoch { found: u64, known: u64 },
    #[error("a roster file could not be read or written: {0}")]
    Io(std::io::ErrorKind),
    /// The database refused a statement; the text is its own and holds no value.
    #[error("the database failed: {0}")]
    Database(String),
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            kind => Self::Io(kind),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, text) => match failure.code {
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::NotADatabase => Self::NotARoster,
                ErrorCode::DatabaseCorrupt => Self::Damaged,
                ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Self::Io(std::io::ErrorKind::Other),
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::Io(std::io::ErrorKind::PermissionDenied),
                code => {
                    Self::Database(format!("{code:?} ({}) {}", failure.extended_code, text.as_deref().unwrap_or("")))
                }
            },
            // A column holds something that no version of this program wrote.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => Self::Damaged,
            // Statements and parameter counts; values are never part of these texts.
            _ => Self::Database(error.to_string()),
        }
    }
}
