//! A key file for computers without a keyring: servers and scripts (`mingce --key-file`).
//!
//! The master key lies in a file that only its owner may read; the other secrets lie sealed beside the rosters, so that
//! a copy of the home folder alone opens nothing. Never falls back to a plain file.

use crate::{Sensitive, Vault, VaultError, check_name, check_size};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use hkdf::Hkdf;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// First bytes of the sealed file, bound into the seal; the digit is the format's version.
const MARK: &[u8] = b"MINGCE-SEALED-1\n";
const NONCE_BYTES: usize = 24;
/// A key file has 64 digits and a line end; anything much longer is some other file.
const KEY_FILE_BYTES_MAX: u64 = 80;
/// Far more than a few hundred secrets of the allowed size.
const SEALED_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Secrets sealed under a master key that lies in a file.
pub struct FileVault {
    cipher: XChaCha20Poly1305,
    sealed_path: PathBuf,
    lock_path: PathBuf,
}

impl FileVault {
    /// Makes a new key file of mode 0600 with 256 random bits in hexadecimal. Refuses to overwrite anything.
    pub fn create_key_file(path: &Path) -> Result<(), VaultError> {
        let mut master = Zeroizing::new([0u8; 32]);
        getrandom::fill(master.as_mut()).map_err(|_| VaultError::NoRandomness)?;
        let mut text = Zeroizing::new(HEXLOWER.encode(master.as_ref()));
        text.push('\n');
        let mut file = create_private(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => VaultError::KeyFileExists,
            kind => VaultError::Io(kind),
        })?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(())
    }

    /// Makes a new key file and opens the vault of `home` with it.
    pub fn create(key_file: &Path, home: &Path) -> Result<Self, VaultError> {
        Self::create_key_file(key_file)?;
        Self::open(key_file, home)
    }

    /// Opens the vault of `home` with an existing key file. Never makes one.
    pub fn open(key_file: &Path, home: &Path) -> Result<Self, VaultError> {
        let master = read_master(key_file)?;
        let mut key = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::new(None, master.as_ref())
            .expand(b"mingce vault.sealed 1", key.as_mut())
            .expect("32 bytes are within the length HKDF-SHA256 can give");
        let cipher = XChaCha20Poly1305::new_from_slice(key.as_ref()).expect("the key has 32 bytes");
        Ok(Self { cipher, sealed_path: home.join("vault.sealed"), lock_path: home.join("vault.lock") })
    }

    fn read(&self) -> Result<Secrets, VaultError> {
        let file = match File::open(&self.sealed_path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Secrets::default()),
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        file.take(SEALED_BYTES_MAX).read_to_end(&mut bytes)?;
        let sealed = bytes.strip_prefix(MARK).ok_or(VaultError::SealBroken)?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(VaultError::SealBroken)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::SealBroken)?;
        let plain = self.cipher.decrypt(&nonce, Payload { msg: sealed, aad: MARK });
        let plain = Zeroizing::new(plain.map_err(|_| VaultError::SealBroken)?);
        serde_json::from_slice::<BTreeMap<String, Zeroizing<String>>>(&plain)
            .map(Secrets)
            .map_err(|_| VaultError::SealBroken)
    }

    /// Writes a sealed copy beside the old one, syncs it and puts it in its place in one step.
    fn write(&self, secrets: &Secrets) -> Result<(), VaultError> {
        let plain = Zeroizing::new(serde_json::to_vec(&secrets.0).map_err(|_| VaultError::SealBroken)?);
        let mut nonce = [0u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain.as_slice(), aad: MARK });
        let sealed = sealed.map_err(|_| VaultError::SealBroken)?;
        let folder = self.sealed_path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for part in [MARK, &nonce, &sealed] {
            file.write_all(part)?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.sealed_path).map_err(|failed| VaultError::from(failed.error))?;
        sync_folder(folder)
    }

    /// Reads, changes and writes while no other process does.
    fn change(&self, edit: impl FnOnce(&mut Secrets)) -> Result<(), VaultError> {
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&self.lock_path)?;
        lock.lock()?;
        let mut secrets = self.read()?;
        edit(&mut secrets);
        self.write(&secrets)
    }
}

/// Base64 texts by name.
#[derive(Default)]
struct Secrets(BTreeMap<String, Zeroizing<String>>);

impl Vault for FileVault {
    fn load(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, VaultError> {
        check_name(name)?;
        let secrets = self.read()?;
        let Some(text) = secrets.0.get(name) else { return Ok(None) };
        BASE64.decode(text.as_bytes()).map(|bytes| Some(Sensitive::new(bytes))).map_err(|_| VaultError::SealBroken)
    }
    fn store(&self, name: &str, secret: &Sensitive<Vec<u8>>) -> Result<(), VaultError> {
        check_name(name)?;
        check_size(secret)?;
        let text = Zeroizing::new(BASE64.encode(secret.reveal()));
        self.change(|secrets| {
            secrets.0.insert(name.to_owned(), text);
        })
    }
    fn remove(&self, name: &str) -> Result<(), VaultError> {
        check_name(name)?;
        self.change(|secrets| {
            secrets.0.remove(name);
        })
    }
}

fn read_master(path: &Path) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => VaultError::KeyFileMissing,
        kind => VaultError::Io(kind),
    })?;
    check_private(&file)?;
    let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_BYTES_MAX as usize));
    (&mut file).take(KEY_FILE_BYTES_MAX).read_to_string(&mut text).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => VaultError::KeyFileMalformed,
        kind => VaultError::Io(kind),
    })?;
    let digits = text.trim_end();
    let mut master = Zeroizing::new([0u8; 32]);
    if digits.len() != 64 {
        return Err(VaultError::KeyFileMalformed);
    }
    HEXLOWER_PERMISSIVE.decode_mut(digits.as_bytes(), master.as_mut()).map_err(|_| VaultError::KeyFileMalformed)?;
    Ok(master)
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
/// On Windows a new file takes the access list of its folder; profile folders are the user's own.
#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn check_private(file: &File) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(VaultError::KeyFileExposed) }
}
#[cfg(not(unix))]
fn check_private(_: &File) -> Result<(), VaultError> {
    Ok(())
}

/// A rename is durable only once its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), VaultError> {
    File::open(folder)?.sync_all()?;
    Ok(())
}
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), VaultError> {
    Ok(())
}
