//! Bearer tokens: 256 random bits with a prefix that secret scanners can know; kept only as SHA-256.

use crate::storage::TokenHash;
use crate::sync::Random;
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

/// Begins every device token.
pub const DEVICE_PREFIX: &str = "mcd_";
/// Begins every member's session token.
pub const MEMBER_PREFIX: &str = "mcm_";
/// 256 bits in base32.
const SECRET_CHARS: usize = 52;

/// A token as its owner holds it. Never logged, never stored.
pub struct Token(String);

impl Token {
    /// Makes one from the host's randomness.
    pub fn random(prefix: &str, random: &Random) -> Self {
        let mut bytes = [0; 32];
        random(&mut bytes);
        Self(format!("{prefix}{}", BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()))
    }
    /// Takes what a client sent; `None` when it cannot be a token with this prefix.
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let secret = text.strip_prefix(prefix)?;
        let is_token =
            secret.len() == SECRET_CHARS && secret.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        is_token.then(|| Self(text.to_owned()))
    }
    /// What is stored and looked up. A plain hash is enough: 256 random bits cannot be searched.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
    /// Gives the text to its owner.
    pub fn reveal(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_token_is_read_back_with_its_own_prefix_only() {
        let random: Random = Arc::new(|bytes| bytes.fill(0xA5));
        let hash = Token::random(DEVICE_PREFIX, &random).hash();
        let text = Token::random(DEVICE_PREFIX, &random).reveal();
        assert_eq!(text.len(), DEVICE_PREFIX.len() + SECRET_CHARS);
        assert_eq!(Token::parse(DEVICE_PREFIX, &text).unwrap().hash(), hash);
        assert!(Token::parse(MEMBER_PREFIX, &text).is_none());
        assert!(Token::parse(DEVICE_PREFIX, &text[..text.len() - 1]).is_none());
        assert!(Token::parse(DEVICE_PREFIX, &text.to_uppercase()).is_none());
    }
}
