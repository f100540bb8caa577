//! Why the storage could not do its work. Never holds a value of a row, nor an address or a password.

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database is in use by something else")]
    Busy,
    #[error("the disk is full or cannot be written")]
    DiskFull,
    #[error("the database file is not ours, is damaged, or the key is not its key")]
    Unreadable,
    #[error("the database was written by a newer version of the service")]
    TooNew,
    #[error("the database was written by an older version of the service: start that once")]
    TooOld,
    #[error("another service is running on this folder")]
    FolderInUse,
    #[error("the database server does not answer, or broke the connection off")]
    Unreachable,
    #[error("the database server refuses us: check user, password, name of the database and its rights")]
    Refused,
    #[error("the database server speaks no TLS, or shows a certificate that is not trusted")]
    Untrusted,
    #[error("the database must be in UTF-8")]
    Encoding,
    #[error("the database answered with code {0}")]
    Failed(i32),
    /// Five letters and digits of the SQL standard.
    #[error("the database answered with condition {}", std::str::from_utf8(.0).unwrap_or("unknown"))]
    Condition([u8; 5]),
    #[error("the file with the key of the audits cannot be read or made, or holds something else")]
    AuditKey,
    #[error("the file with the key of secrets cannot be read or made, or holds something else")]
    SecretKey,
    #[error("a stored value is not what this version writes")]
    Inconsistent,
}
