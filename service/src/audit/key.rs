//! The key that signs heads: made once, kept in a file that only the service's user reads, never in the database.

use crate::sync::Random;
use data_encoding::HEXLOWER;
use mingce_codes::signing::SigningKey;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Why there is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuditKeyError {
    #[error("the file of the audit's key cannot be read or made")]
    File,
    #[error("the file of the audit's key must hold 64 hexadecimal digits")]
    Malformed,
    #[error("there is no key of the audit yet: it is made when the service starts, or give --public-key")]
    Missing,
}

/// The key in the file; made where there is none.
pub fn load_or_make_key(path: &Path, random: &Random) -> Result<SigningKey, AuditKeyError> {
    match find_key(path) {
        Err(AuditKeyError::Missing) => {}
        found => return found,
    }
    let mut seed = [0; 32];
    random(&mut seed);
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let made = options.open(path).and_then(|mut file| {
        file.write_all(HEXLOWER.encode(&seed).as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    match made {
        // Another instance was first: its key is the key.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => find_key(path),
        Err(_) => Err(AuditKeyError::File),
        Ok(()) => SigningKey::from_seed(&seed).ok_or(AuditKeyError::Malformed),
    }
}

/// The key in the file.
pub fn find_key(path: &Path) -> Result<SigningKey, AuditKeyError> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => AuditKeyError::Missing,
        _ => AuditKeyError::File,
    })?;
    let seed = HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| AuditKeyError::Malformed)?;
    let seed: [u8; 32] = seed.try_into().map_err(|_| AuditKeyError::Malformed)?;
    SigningKey::from_seed(&seed).ok_or(AuditKeyError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        assert_eq!(find_key(&path).err(), Some(AuditKeyError::Missing));
        let (first, second): (Random, Random) = (Arc::new(|bytes| bytes.fill(1)), Arc::new(|bytes| bytes.fill(2)));
        let made = load_or_make_key(&path, &first).unwrap().public();
        assert_eq!(load_or_make_key(&path, &second).unwrap().public(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "no key").unwrap();
        assert_eq!(find_key(&path).err(), Some(AuditKeyError::Malformed));
    }
}
