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
    SigningKey::from_seed(&load_or_make_seed(path, random)?).ok_or(AuditKeyError::Malformed)
}

/// The 32 secret bytes in the file; made where there is none.
pub(crate) fn load_or_make_seed(path: &Path, random: &Random) -> Result<[u8; 32], AuditKeyError> {
    match find_seed(path) {
        Err(AuditKeyError::Missing) => {}
        found => return found,
    }
    let mut seed = [0; 32];
    random(&mut seed);
    let made = make(path, HEXLOWER.encode(&seed).as_bytes(), random);
    match made {
        // Another instance was first: its key is the key.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => find_seed(path),
        Err(_) => Err(AuditKeyError::File),
        Ok(()) => Ok(seed),
    }
}

/// Writes the file so that it is there as a whole or not at all, whatever happens meanwhile. One that is there wins.
fn make(path: &Path, text: &[u8], random: &Random) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut mark = [0; 8];
    random(&mut mark);
    let mut name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
    name.push(format!(".{}.new", HEXLOWER.encode(&mark)));
    let temporary = folder.join(name);
    let written = write(&temporary, text).and_then(|()| std::fs::hard_link(&temporary, path));
    // Where it stays behind it is in nobody's way.
    let _ = std::fs::remove_file(&temporary);
    written?;
    sync_folder(folder)
}

fn write(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// The file's name is kept, too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// The key in the file.
pub fn find_key(path: &Path) -> Result<SigningKey, AuditKeyError> {
    SigningKey::from_seed(&find_seed(path)?).ok_or(AuditKeyError::Malformed)
}

fn find_seed(path: &Path) -> Result<[u8; 32], AuditKeyError> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => AuditKeyError::Missing,
        _ => AuditKeyError::File,
    })?;
    let seed = HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| AuditKeyError::Malformed)?;
    seed.try_into().map_err(|_| AuditKeyError::Malformed)
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
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["audit.key"]);
        std::fs::write(&path, "no key").unwrap();
        assert_eq!(find_key(&path).err(), Some(AuditKeyError::Malformed));
    }

    #[test]
    fn a_key_that_is_there_wins_over_one_that_is_being_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        let random: Random = Arc::new(|bytes| bytes.fill(1));
        make(&path, &[b'1'; 64], &random).unwrap();
        assert_eq!(make(&path, &[b'2'; 64], &random).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim(), "1".repeat(64));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
