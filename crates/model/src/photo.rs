//! What a photo is called: the SHA-256 of its bytes, so that equal photos are one and a name cannot lie.

use crate::Value;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Names a photo wherever it lies; `Field::MemberPhoto` holds it as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhotoHash(pub [u8; 32]);

/// A text that names no photo.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a photo's name has 64 lower-case hexadecimal digits")]
pub struct NotAPhotoHash;

impl PhotoHash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
    /// The photo that a value names.
    pub fn from_value(value: &Value) -> Option<Self> {
        value.as_text()?.parse().ok()
    }
    /// Reads 32 stored bytes; `None` when the length differs.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
impl fmt::Debug for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for PhotoHash {
    type Err = NotAPhotoHash;
    fn from_str(text: &str) -> Result<Self, NotAPhotoHash> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(is_digit) {
            return Err(NotAPhotoHash);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| NotAPhotoHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAPhotoHash)?;
        }
        Ok(Self(bytes))
    }
}
impl From<PhotoHash> for Value {
    fn from(hash: PhotoHash) -> Self {
        Value::Text(hash.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_nothing_else_is_one() {
        let hash = PhotoHash::of(b"abc");
        // FIPS 180-4, the example of SHA-256 for "abc".
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(PhotoHash::from_value(&hash.into()), Some(hash));
        for text in ["", "ba78", &hash.to_string().to_uppercase(), &"é".repeat(32), &"g".repeat(64)] {
            assert!(text.parse::<PhotoHash>().is_err(), "{text}");
        }
    }
}
