//! The operator's key for backups: a file with 64 hexadecimal digits that only its owner can read.

use super::BackupError;
use crate::sync::Random;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// A 256-bit key. Shows nothing of itself.
#[derive(Clone)]
pub struct BackupKey([u8; 32]);

impl std::fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BackupKey(…)")
    }
}

impl BackupKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Makes a key and writes it to a file that is not there yet.
    ///
    /// # Errors
    /// `Exists`, `File`.
    pub fn make(path: &Path, random: &Random) -> Result<Self, BackupError> {
        let mut bytes = [0; 32];
        random(&mut bytes);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => BackupError::Exists,
            _ => BackupError::File(error),
        })?;
        writeln!(file, "{}", HEXLOWER.encode(&bytes)).and_then(|()| file.sync_all()).map_err(BackupError::File)?;
        Ok(Self(bytes))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// `KeyUnreadable`, `KeyIsOpen` where others can read the file.
    pub fn load(path: &Path) -> Result<Self, BackupError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let about = std::fs::metadata(path).map_err(|_| BackupError::KeyUnreadable)?;
            if about.permissions().mode() & 0o077 != 0 {
                return Err(BackupError::KeyIsOpen);
            }
        }
        let text = std::fs::read_to_string(path).map_err(|_| BackupError::KeyUnreadable)?;
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| BackupError::KeyUnreadable)?;
        bytes.try_into().map(Self).map_err(|_| BackupError::KeyUnreadable)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Eight bytes by which a backup says which key it needs, and nothing of the key.
    pub(super) fn mark(&self) -> [u8; 8] {
        let mut mark = [0; 8];
        let hkdf = Hkdf::<Sha256>::new(None, &self.0);
        hkdf.expand(b"mingce backup 1 mark", &mut mark).expect("HKDF gives 8 bytes");
        mark
    }

    /// The same for people.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&self.mark())
    }
}
