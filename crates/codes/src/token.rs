//! The invitation token itself. Must never show its bytes through `Debug`.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// Length of a token's text form: 128 bits in base32 without padding.
pub const TOKEN_TEXT_CHARS: usize = 26;

/// Keeps the hash of an invitation apart from any other hash of 16 bytes. Changing it voids every printed invitation.
const PURPOSE: &[u8] = b"mingce invitation 1";

/// A single-use right to claim a member's personal account: 128 random bits.
///
/// `Display` writes the text form (26 upper-case base32 characters, RFC 4648 section 6, no padding);
/// `Debug` writes no part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token([u8; 16]);

/// The text is not a token: wrong length, a character outside base32, or spare bits that are not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an invitation token")]
pub struct TokenUnreadable;

impl Token {
    /// A token from 16 bytes of the caller's cryptographic random source.
    pub const fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The secret bytes, for the encrypted local store only.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads the text form, in upper or lower case. Every token has exactly one text but for its case.
    pub fn parse(text: &str) -> Result<Self, TokenUnreadable> {
        if text.len() != TOKEN_TEXT_CHARS {
            return Err(TokenUnreadable);
        }
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| TokenUnreadable)?;
        Ok(Self(bytes.try_into().map_err(|_| TokenUnreadable)?))
    }

    /// What the service keeps and looks up instead of the token: SHA-256 over a purpose prefix and the 16 bytes.
    ///
    /// A plain hash is enough because 128 random bits cannot be searched.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new_with_prefix(PURPOSE).chain_update(self.0).finalize().into()
    }

    /// [`Token::hash`] in 64 lower-case hexadecimal digits.
    pub fn hash_hex(&self) -> String {
        HEXLOWER.encode(&self.hash())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FromStr for Token {
    type Err = TokenUnreadable;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_written_in_twenty_six_characters_and_read_in_any_case() {
        let token = Token::from_random_bytes([0xA5; 16]);
        let text = token.to_string();
        assert_eq!(text, "UWS2LJNFUWS2LJNFUWS2LJNFUU");
        assert_eq!(Token::parse(&text.to_lowercase()), Ok(token));
        assert_eq!(text.parse::<Token>(), Ok(token));
    }

    #[test]
    fn the_hash_is_that_of_the_purpose_and_the_bytes() {
        // printf 'mingce invitation 1\0…\0' | sha256sum, with sixteen zero bytes
        let token = Token::from_random_bytes([0; 16]);
        assert_eq!(token.hash_hex(), "b751e2cda2d4a4da895373286a6867848b7542eb4dee8d24e03302373aaa6159");
        assert_eq!(HEXLOWER.decode(token.hash_hex().as_bytes()).expect("hex"), token.hash());
    }

    #[test]
    fn debug_shows_no_part_of_the_secret() {
        let token = Token::from_random_bytes(*b"0123456789abcdef");
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn text_that_is_no_token_is_refused() {
        for text in [
            "",
            "UWS2LJNFUWS2LJNFUWS2LJNFU",
            "UWS2LJNFUWS2LJNFUWS2LJNFUUA",
            "UWS2LJNFUWS2LJNFUWS2LJNFU1",
            "名册名册名册名册ab",
        ] {
            assert_eq!(Token::parse(text), Err(TokenUnreadable), "{text}");
        }
        // The two spare bits of the last character must be zero, or one token would have four texts.
        assert_eq!(Token::parse("UWS2LJNFUWS2LJNFUWS2LJNFUV"), Err(TokenUnreadable));
    }

    proptest! {
        #[test]
        fn every_token_survives_its_text(bytes: [u8; 16]) {
            let token = Token::from_random_bytes(bytes);
            prop_assert_eq!(Token::parse(&token.to_string()), Ok(token));
        }

        #[test]
        fn reading_any_text_never_panics(text in ".{0,40}") {
            if let Ok(token) = Token::parse(&text) {
                prop_assert_eq!(token.to_string(), text.to_ascii_uppercase());
            }
        }
    }
}
