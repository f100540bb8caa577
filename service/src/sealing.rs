//! Seals small secrets and digests guessable values under a key that does not lie in the database.
//!
//! Whoever has the database alone then cannot read a second factor's secret, and cannot find a phone by trying all of them:
//! an unkeyed hash of a phone number is undone by a list of them in seconds.

use crate::audit::load_or_make_seed;
use crate::options::ServiceOptions;
use crate::storage::{Storage, StorageError};
use crate::sync::Random;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const NONCE_BYTES: usize = 24;

/// What is sealed or digested: of one purpose nothing opens as of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sealed {
    SecondFactor,
    RecoveryCode,
    /// Of a link to become an administrator or to choose a new password.
    LinkPhone,
}

impl Sealed {
    fn word(self) -> &'static [u8] {
        match self {
            Sealed::SecondFactor => b"mingce second factor 1",
            Sealed::RecoveryCode => b"mingce recovery code 1",
            Sealed::LinkPhone => b"mingce link phone 1",
        }
    }
}

/// The service's key for secrets, and the one that was used while it had none of its own.
pub struct Sealing {
    key: [u8; 32],
    before: Option<[u8; 32]>,
}

impl Sealing {
    /// Seals under the first, and still opens what was sealed under the second.
    pub fn new(key: [u8; 32], before: Option<[u8; 32]>) -> Self {
        Self { key, before }
    }

    /// Under the service's key in its file, or one within the database where there is none.
    ///
    /// # Errors
    /// `SecretKey` when the file cannot be read or made.
    pub fn load(storage: &(dyn Storage + 'static), options: &ServiceOptions) -> Result<Self, StorageError> {
        let made = options.secret_key_file().map(|path| load_or_make_seed(&path, &options.random)).transpose();
        let key = made.map_err(|_| StorageError::SecretKey)?;
        if key.is_none() {
            tracing::warn!("second factors are sealed under a key within the database: give --secret-key");
        }
        Self::within(storage, options, key)
    }

    /// Under the key, or one within the database.
    pub fn within(
        storage: &(dyn Storage + 'static),
        options: &ServiceOptions,
        key: Option<[u8; 32]>,
    ) -> Result<Self, StorageError> {
        let mut candidate = [0; 32];
        (options.random)(&mut candidate);
        let within = storage.write(|transaction| transaction.load_secret("sealing", candidate))?;
        Ok(match key {
            // What was sealed before there was a file still opens.
            Some(key) => Self::new(key, Some(within)),
            None => Self::new(within, None),
        })
    }

    fn key_of(key: &[u8; 32], of: Sealed) -> [u8; 32] {
        let mut derived = [0; 32];
        Hkdf::<Sha256>::new(None, key).expand(of.word(), &mut derived).expect("HKDF gives 32 bytes");
        derived
    }

    /// A fresh nonce and the sealed bytes; they open for the same `whose` only.
    pub fn seal(&self, of: Sealed, whose: &[u8], plain: &[u8], random: &Random) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce);
        let cipher = XChaCha20Poly1305::new(&Key::from(Self::key_of(&self.key, of)));
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: whose }).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// `None` for what was sealed under another key, for another purpose or for somebody else, or was changed.
    pub fn open(&self, of: Sealed, whose: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let open = |key: &[u8; 32]| {
            let cipher = XChaCha20Poly1305::new(&Key::from(Self::key_of(key, of)));
            cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: whose }).ok()
        };
        open(&self.key).or_else(|| self.before.as_ref().and_then(open))
    }

    fn digest_under(key: &[u8; 32], of: Sealed, whose: &[u8], plain: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&Self::key_of(key, of)).expect("HMAC takes a key of any length");
        for part in [whose, plain] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What stands for the value and is looked up in its stead.
    pub fn digest(&self, of: Sealed, whose: &[u8], plain: &[u8]) -> [u8; 32] {
        Self::digest_under(&self.key, of, whose, plain)
    }

    /// Every digest that may stand for the value: the one of today, and the one of before.
    pub fn digests(&self, of: Sealed, whose: &[u8], plain: &[u8]) -> Vec<[u8; 32]> {
        let keys = [Some(&self.key), self.before.as_ref()];
        keys.into_iter().flatten().map(|key| Self::digest_under(key, of, whose, plain)).collect()
    }

    /// Whether the digest stands for the value; takes as long either way.
    pub fn is_digest_of(&self, digest: &[u8; 32], of: Sealed, whose: &[u8], plain: &[u8]) -> bool {
        let all = self.digests(of, whose, plain);
        all.iter().fold(false, |found, own| found | bool::from(own.ct_eq(digest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn what_is_sealed_opens_for_its_own_purpose_and_owner_only() {
        let random: Random = Arc::new(|bytes| bytes.fill(3));
        let sealing = Sealing::new([1; 32], None);
        let sealed = sealing.seal(Sealed::SecondFactor, b"who", b"secret", &random).unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(sealing.open(Sealed::SecondFactor, b"who", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(sealing.open(Sealed::SecondFactor, b"other", &sealed), None);
        assert_eq!(sealing.open(Sealed::RecoveryCode, b"who", &sealed), None);
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(sealing.open(Sealed::SecondFactor, b"who", &changed), None);
        assert_eq!(sealing.open(Sealed::SecondFactor, b"who", b"short"), None);
        assert_eq!(Sealing::new([2; 32], None).open(Sealed::SecondFactor, b"who", &sealed), None);
    }

    #[test]
    fn a_service_that_got_a_key_of_its_own_still_knows_what_was_before() {
        let random: Random = Arc::new(|bytes| bytes.fill(3));
        let before = Sealing::new([1; 32], None);
        let after = Sealing::new([2; 32], Some([1; 32]));
        let sealed = before.seal(Sealed::SecondFactor, b"who", b"secret", &random).unwrap();
        assert!(after.open(Sealed::SecondFactor, b"who", &sealed).is_some());
        let digest = before.digest(Sealed::LinkPhone, b"link", b"13800138000");
        assert!(after.is_digest_of(&digest, Sealed::LinkPhone, b"link", b"13800138000"));
        assert!(!after.is_digest_of(&digest, Sealed::LinkPhone, b"link", b"13900139000"));
        assert_ne!(after.digest(Sealed::LinkPhone, b"link", b"13800138000"), digest);
    }
}
