//! What can go wrong with secrets, named for what the person can do about it.

use thiserror::Error;

/// Why a vault could not answer. Carries no secret and no name of one.
#[derive(Debug, Error)]
pub enum VaultError {
    /// This computer runs no keyring (Linux without a Secret Service), or it stopped.
    #[error("no keyring service is running")]
    KeyringMissing,
    /// The keyring is there but closed, and nobody opened it.
    #[error("the keyring is locked")]
    KeyringLocked,
    /// The person or the system refused this program access to its entry.
    #[error("access to the keyring was denied")]
    KeyringDenied,
    /// The keyring answered with something else; the text is the platform's own.
    #[error("the keyring failed: {0}")]
    KeyringFailed(String),
    /// A key file is already there; it is never overwritten.
    #[error("the key file exists already")]
    KeyFileExists,
    #[error("the key file does not exist")]
    KeyFileMissing,
    /// Other users of this computer could read the key file (Unix mode wider than 0600).
    #[error("the key file can be read by other users")]
    KeyFileExposed,
    /// The file is not a key file: 64 hexadecimal digits were expected.
    #[error("the key file is malformed")]
    KeyFileMalformed,
    /// The sealed file was made with another key, or was changed.
    #[error("the sealed secrets cannot be opened with this key")]
    SealBroken,
    /// A stored key has not the 32 bytes of a database key.
    #[error("the stored key is malformed")]
    KeyMalformed,
    #[error("the secret's name is unfit")]
    NameUnfit,
    #[error("the secret is too long")]
    SecretTooLong,
    /// The system's source of randomness failed.
    #[error("the system gave no randomness")]
    NoRandomness,
    #[error("a vault file could not be read or written: {0}")]
    Io(std::io::ErrorKind),
}

impl From<std::io::Error> for VaultError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind())
    }
}
