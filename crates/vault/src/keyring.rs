//! The operating system's keyring: Secret Service on Linux, Credential Manager on Windows, Keychain on macOS.
//!
//! The connection is made at the first use and made anew when it broke, so that a keyring which was started or unlocked
//! later is found without restarting the program.

use crate::{Sensitive, Vault, VaultError, check_name, check_size};
use keyring_core::{CredentialStore, Entry, Error};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Under this service name entries are listed in the system's own keyring window.
const SERVICE: &str = "Mingce";

/// Secrets in the keyring of the signed-in user.
#[derive(Default)]
pub struct KeyringVault {
    connected: Mutex<Option<Arc<CredentialStore>>>,
}

impl KeyringVault {
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the keyring for a sign of life, for a check-up before anything is at stake.
    pub fn probe(&self) -> Result<(), VaultError> {
        self.run("probe", |entry| match entry.get_secret() {
            Ok(_) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }

    /// Runs the call on a live connection. A broken one (the keyring was restarted) is replaced once.
    fn run<T>(&self, name: &str, call: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, VaultError> {
        check_name(name)?;
        let mut connected = self.lock();
        let was_connected = connected.is_some();
        match attempt(&mut connected, name, &call) {
            Err(Attempt::Call(Error::PlatformFailure(_))) if was_connected => {
                *connected = None;
                attempt(&mut connected, name, &call).map_err(|failed| {
                    *connected = None;
                    failed.into()
                })
            }
            Err(failed) => {
                *connected = None;
                Err(failed.into())
            }
            Ok(value) => Ok(value),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<CredentialStore>>> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for KeyringVault {
    fn load(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, VaultError> {
        self.run(name, |entry| match entry.get_secret() {
            Ok(secret) => Ok(Some(Sensitive::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }
    fn store(&self, name: &str, secret: &Sensitive<Vec<u8>>) -> Result<(), VaultError> {
        check_size(secret)?;
        self.run(name, |entry| entry.set_secret(secret.reveal()))
    }
    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.run(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }
}

enum Attempt {
    Connect,
    Call(Error),
}

fn attempt<T>(
    connected: &mut Option<Arc<CredentialStore>>,
    name: &str,
    call: &impl Fn(&Entry) -> Result<T, Error>,
) -> Result<T, Attempt> {
    let store = match connected {
        Some(store) => Arc::clone(store),
        None => {
            let fresh = connect().map_err(|_| Attempt::Connect)?;
            *connected = Some(Arc::clone(&fresh));
            fresh
        }
    };
    let entry = store.build(SERVICE, name, None).map_err(Attempt::Call)?;
    call(&entry).map_err(Attempt::Call)
}

#[cfg(target_os = "linux")]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}
#[cfg(target_os = "windows")]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}
#[cfg(target_os = "macos")]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}
#[cfg(not(any(target_os = "linux", target_os = "windows", target_os = "macos")))]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

impl From<Attempt> for VaultError {
    fn from(failed: Attempt) -> Self {
        match failed {
            // No session bus, or nobody on it who offers org.freedesktop.secrets.
            Attempt::Connect => VaultError::KeyringMissing,
            Attempt::Call(error) => named(error),
        }
    }
}

/// Names the condition behind a store's error. The stores' own texts hold no secret and no entry name.
fn named(error: Error) -> VaultError {
    match error {
        Error::NoDefaultStore => VaultError::KeyringMissing,
        Error::NoStorageAccess(_) if cfg!(target_os = "windows") => VaultError::KeyringDenied,
        Error::NoStorageAccess(_) => VaultError::KeyringLocked,
        Error::PlatformFailure(cause) => match apple_condition(cause.as_ref()) {
            Some(condition) => condition,
            None => named_by_text(&cause.to_string()),
        },
        Error::TooLong(..) => VaultError::SecretTooLong,
        Error::Invalid(..) => VaultError::NameUnfit,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            VaultError::KeyringFailed("the keyring's entry is malformed".to_owned())
        }
        Error::Ambiguous(_) => VaultError::KeyringFailed("several entries have the same name".to_owned()),
        other => VaultError::KeyringFailed(other.to_string()),
    }
}

/// D-Bus names its errors in the text: <https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces>.
fn named_by_text(text: &str) -> VaultError {
    let says = |part: &str| text.contains(part);
    if says("Error.AccessDenied") || says("AuthFailed") {
        VaultError::KeyringDenied
    } else if says("Error.ServiceUnknown") || says("Error.NoReply") || says("Error.Disconnected") {
        VaultError::KeyringMissing
    } else if says("Secret.Error.IsLocked") {
        VaultError::KeyringLocked
    } else {
        VaultError::KeyringFailed(text.to_owned())
    }
}

/// Result codes of Apple's Security framework (`SecBase.h`).
#[cfg(target_os = "macos")]
fn apple_condition(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<VaultError> {
    match cause.downcast_ref::<security_framework::base::Error>()?.code() {
        // errSecUserCanceled, errSecAuthFailed
        -128 | -25293 => Some(VaultError::KeyringDenied),
        // errSecInteractionNotAllowed
        -25308 => Some(VaultError::KeyringLocked),
        _ => None,
    }
}
#[cfg(not(target_os = "macos"))]
fn apple_condition(_: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<VaultError> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d_bus_errors_are_named_for_what_helps() {
        let missing = "org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided";
        assert!(matches!(named_by_text(missing), VaultError::KeyringMissing));
        let denied = "org.freedesktop.DBus.Error.AccessDenied: An AppArmor policy prevents this sender";
        assert!(matches!(named_by_text(denied), VaultError::KeyringDenied));
        assert!(matches!(named_by_text("odd"), VaultError::KeyringFailed(_)));
    }

    #[test]
    fn a_locked_keyring_is_told_from_one_that_is_missing_or_denied() {
        let locked = "org.freedesktop.Secret.Error.IsLocked: Cannot get secret of a locked object";
        assert!(matches!(named_by_text(locked), VaultError::KeyringLocked));
        let no_access = || Error::NoStorageAccess("the collection is locked".into());
        if cfg!(target_os = "windows") {
            assert!(matches!(named(no_access()), VaultError::KeyringDenied));
        } else {
            assert!(matches!(named(no_access()), VaultError::KeyringLocked));
            assert!(matches!(VaultError::from(Attempt::Call(no_access())), VaultError::KeyringLocked));
        }
        assert!(matches!(VaultError::from(Attempt::Connect), VaultError::KeyringMissing));
    }

    #[test]
    fn unfit_names_and_long_secrets_are_refused_before_any_keyring_is_asked() {
        let vault = KeyringVault::new();
        for name in ["", "with space", "名册", "line\nbreak"] {
            assert!(matches!(vault.load(name), Err(VaultError::NameUnfit)));
        }
        let long = Sensitive::new(vec![0; crate::SECRET_BYTES_MAX + 1]);
        assert!(matches!(vault.store("a", &long), Err(VaultError::SecretTooLong)));
    }
}
