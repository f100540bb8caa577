//! Ed25519 (RFC 8032): a key that signs, and the check of what it signed. The seed comes from the caller.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// Bytes of a public key.
pub const PUBLIC_KEY_BYTES: usize = 32;
/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// A key that signs. Shows nothing of itself.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: [u8; PUBLIC_KEY_BYTES],
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// The key that belongs to 32 random bytes; the same bytes always give the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { pair, public })
    }

    /// What others check signatures with.
    pub fn public(&self) -> [u8; PUBLIC_KEY_BYTES] {
        self.public
    }

    /// Signs the message.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut bytes = [0; SIGNATURE_BYTES];
        let signature = self.pair.sign(message);
        let signature = signature.as_ref();
        let count = signature.len().min(SIGNATURE_BYTES);
        bytes[..count].copy_from_slice(&signature[..count]);
        bytes
    }
}

/// Whether the owner of the public key signed just this message.
pub fn is_signed(public: &[u8; PUBLIC_KEY_BYTES], message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    /// RFC 8032, 7.1, test 2.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let bytes = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
        let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = SigningKey::from_seed(&seed.try_into().unwrap()).unwrap();
        let public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        assert_eq!(HEXLOWER.encode(&key.public()), public);
        let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        assert_eq!(HEXLOWER.encode(&key.sign(&[0x72])), signature);
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }

    #[test]
    fn another_message_key_or_signature_is_not_taken() {
        let (key, other) = (SigningKey::from_seed(&[1; 32]).unwrap(), SigningKey::from_seed(&[2; 32]).unwrap());
        let signature = key.sign(b"head");
        assert!(is_signed(&key.public(), b"head", &signature));
        assert!(!is_signed(&key.public(), b"heaD", &signature));
        assert!(!is_signed(&other.public(), b"head", &signature));
        for place in 0..SIGNATURE_BYTES {
            let mut changed = signature;
            changed[place] ^= 1;
            assert!(!is_signed(&key.public(), b"head", &changed), "{place}");
        }
    }
}
