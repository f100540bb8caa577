//! What a field holds. Text is stored normalised (see `check`), so that equal values have equal bytes everywhere.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// One field's value. `Null` is "not filled in"; an empty text is never stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
#[serde(untagged)]
pub enum Value {
    #[default]
    Null,
    Int(i64),
    Text(String),
}

impl Value {
    /// Text, or `Null` for an empty string.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
    /// The first eight bytes of SHA-256 over a type mark and the bytes; carried by an edit as the base it was made on.
    pub fn digest(&self) -> ValueDigest {
        let mut hash = Sha256::new();
        match self {
            Self::Null => hash.update(b"n"),
            Self::Int(number) => {
                hash.update(b"i");
                hash.update(number.to_be_bytes());
            }
            Self::Text(text) => {
                hash.update(b"t");
                hash.update(text.as_bytes());
            }
        }
        let full = hash.finalize();
        let mut short = [0; 8];
        short.copy_from_slice(&full[..8]);
        ValueDigest(short)
    }
}

/// Read directly: serde's way of trying one variant after the other makes an error text for each that does not fit, which
/// costs more than everything else about a million values.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, a whole number or a text")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Int(number))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
                i64::try_from(number).map(Value::Int).map_err(|_| E::custom("the number is too large"))
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Value, E> {
                Ok(Value::Text(text))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
/// For people: the text itself, a number in decimals, nothing for `Null`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Eight bytes that stand for a value. On the wire: 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValueDigest(pub [u8; 8]);

impl Serialize for ValueDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{:016x}", u64::from_be_bytes(self.0)))
    }
}
impl<'de> Deserialize<'de> for ValueDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        if text.len() != 16 {
            return Err(serde::de::Error::custom("a value digest has 16 hexadecimal digits"));
        }
        u64::from_str_radix(&text, 16).map(|number| Self(number.to_be_bytes())).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_different_types_have_different_digests() {
        let digests = [Value::Null, Value::Int(1), Value::from("1"), Value::from("n")].map(|value| value.digest());
        for (i, a) in digests.iter().enumerate() {
            for b in &digests[i + 1..] {
                assert_ne!(a, b);
            }
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for json in ["true", "1.5", "[1]", "{}", "9223372036854775808"] {
            assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_value_survives_json() {
        for value in [Value::Null, Value::Int(-5), Value::from("欧阳·𠮷")] {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
        }
    }
}
