//! Where secrets live: the operating system's keyring, or a key file for servers without one.
//!
//! The only room that names a keyring. It never prints a secret, never writes one in clear, and never makes a new key
//! when it was asked for an existing one.

mod error;
mod file;
mod keyring;
mod sensitive;

pub use error::VaultError;
pub use file::FileVault;
pub use keyring::KeyringVault;
pub use sensitive::{DatabaseKey, Sensitive};

/// Bytes of one secret at the most: Windows refuses credentials above 2,560 bytes (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
pub const SECRET_BYTES_MAX: usize = 2_048;

/// A place for named secrets. Calls may wait for a person to unlock a keyring: use a blocking thread.
pub trait Vault: Send + Sync {
    /// The secret of that name, or `None` when there is none. A locked keyring may also answer `None` (the Secret
    /// Service lists nothing of a collection it has not opened), so `None` never means "make a new key" while a
    /// database sealed with that key exists.
    fn load(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, VaultError>;
    /// Keeps the secret under the name, replacing an earlier one.
    fn store(&self, name: &str, secret: &Sensitive<Vec<u8>>) -> Result<(), VaultError>;
    /// Forgets the secret; nothing happens when there is none.
    fn remove(&self, name: &str) -> Result<(), VaultError>;
}

/// Names become keyring attributes and JSON keys: short, printable ASCII.
fn check_name(name: &str) -> Result<(), VaultError> {
    let fits = (1..=200).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(VaultError::NameUnfit) }
}

fn check_size(secret: &Sensitive<Vec<u8>>) -> Result<(), VaultError> {
    if secret.reveal().len() <= SECRET_BYTES_MAX { Ok(()) } else { Err(VaultError::SecretTooLong) }
}
