//! Values that must not be seen: they do not print, do not serialise, and are wiped from memory when dropped.

use crate::VaultError;
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// A secret in memory. Printing it shows that there is one, never which.
pub struct Sensitive<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Sensitive<T> {
    pub fn new(secret: T) -> Self {
        Self(Zeroizing::new(secret))
    }
    /// The secret itself, for as long as the borrow lasts. Do not copy it anywhere that outlives the use.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(…)")
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(secret: T) -> Self {
        Self::new(secret)
    }
}

/// The 256-bit key of one encrypted local database.
#[derive(Debug)]
pub struct DatabaseKey(Sensitive<[u8; 32]>);

impl DatabaseKey {
    /// A fresh key from the system's randomness. Only for a database that does not exist yet.
    pub fn generate() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|_| VaultError::NoRandomness)?;
        Ok(Self(Sensitive::new(*bytes)))
    }
    /// Reads a key that a vault kept; exactly 32 bytes.
    pub fn from_secret(secret: &Sensitive<Vec<u8>>) -> Result<Self, VaultError> {
        let bytes: [u8; 32] = secret.reveal().as_slice().try_into().map_err(|_| VaultError::KeyMalformed)?;
        Ok(Self(Sensitive::new(bytes)))
    }
    /// The form in which a vault keeps it.
    pub fn to_secret(&self) -> Sensitive<Vec<u8>> {
        Sensitive::new(self.0.reveal().to_vec())
    }
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_a_secret_does_not_show_it() {
        let key = DatabaseKey(Sensitive::new([0xab; 32]));
        let shown = format!("{key:?} {:?}", Sensitive::new("hunter2".to_owned()));
        assert!(!shown.contains("hunter2") && !shown.contains("171"));
    }

    #[test]
    fn two_generated_keys_differ() {
        let (a, b) = (DatabaseKey::generate().unwrap(), DatabaseKey::generate().unwrap());
        assert_ne!(a.as_bytes(), b.as_bytes());
        assert_eq!(DatabaseKey::from_secret(&a.to_secret()).unwrap().as_bytes(), a.as_bytes());
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for length in [0, 31, 33] {
            let kept = Sensitive::new(vec![1; length]);
            assert!(matches!(DatabaseKey::from_secret(&kept), Err(VaultError::KeyMalformed)));
        }
    }
}
