//! Signed heads: once a day the last entry of each audit, signed. Whoever keeps one elsewhere sees a later cut.

use super::Ledger;
use crate::storage::{AuditLink, StorageError, Transaction, Unsigned};
use data_encoding::HEXLOWER;
use mingce_codes::signing::{SigningKey, is_signed};
use mingce_model::{OrganisationId, RecordId};
use std::str::FromStr;

/// Audits whose heads are signed in one transaction.
const SIGNED_AT_ONCE: usize = 200;
const DAY_MS: i64 = 24 * 3_600_000;
/// Days are counted by the calendar of China.
const OFFSET_MS: i64 = 8 * 3_600_000;

/// The state of an audit at an instant, signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    pub organisation: OrganisationId,
    /// 1, 2, 3 … within the audit.
    pub sequence: u64,
    /// The entry that was the last, and its link.
    pub number: u64,
    pub link: AuditLink,
    /// The service's clock.
    pub at_ms: i64,
    /// Whose signature it is.
    pub public: [u8; 32],
    pub signature: [u8; 64],
}

impl Head {
    /// Signs what is unsigned.
    pub fn sign(key: &SigningKey, unsigned: &Unsigned, at_ms: i64) -> Self {
        let mut head = Self {
            organisation: unsigned.ledger.id,
            sequence: unsigned.sequence,
            number: unsigned.number,
            link: unsigned.link,
            at_ms,
            public: key.public(),
            signature: [0; 64],
        };
        head.signature = key.sign(&head.message());
        head
    }

    fn message(&self) -> Vec<u8> {
        let mut message = b"mingce audit head 1".to_vec();
        message.extend_from_slice(self.organisation.0.as_bytes());
        message.extend_from_slice(&self.sequence.to_be_bytes());
        message.extend_from_slice(&self.number.to_be_bytes());
        message.extend_from_slice(&self.at_ms.to_be_bytes());
        message.extend_from_slice(&self.link);
        message
    }

    /// Whether one of the keys signed it.
    pub fn is_signed_by(&self, keys: &[[u8; 32]]) -> bool {
        keys.contains(&self.public) && is_signed(&self.public, &self.message(), &self.signature)
    }
}

/// `organisation:sequence:number:instant:link:public key:signature`
impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (link, public) = (HEXLOWER.encode(&self.link), HEXLOWER.encode(&self.public));
        let Self { organisation, sequence, number, at_ms, signature, .. } = self;
        write!(f, "{organisation}:{sequence}:{number}:{at_ms}:{link}:{public}:{}", HEXLOWER.encode(signature))
    }
}

/// A text that is no head.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a head as `audit heads` prints it")]
pub struct HeadUnreadable;

impl FromStr for Head {
    type Err = HeadUnreadable;
    fn from_str(text: &str) -> Result<Self, HeadUnreadable> {
        fn bytes<const N: usize>(text: &str) -> Result<[u8; N], HeadUnreadable> {
            let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| HeadUnreadable)?;
            bytes.try_into().map_err(|_| HeadUnreadable)
        }
        fn number<T: FromStr>(text: &str) -> Result<T, HeadUnreadable> {
            text.parse().map_err(|_| HeadUnreadable)
        }
        let parts: Vec<&str> = text.trim().split(':').collect();
        let [organisation, sequence, last, at_ms, link, public, signature] = parts[..] else {
            return Err(HeadUnreadable);
        };
        Ok(Self {
            organisation: OrganisationId(number::<RecordId>(organisation)?),
            sequence: number(sequence)?,
            number: number(last)?,
            at_ms: number(at_ms)?,
            link: bytes(link)?,
            public: bytes(public)?,
            signature: bytes(signature)?,
        })
    }
}

/// Signs the audits that went on and have no head of today yet; some at a time. Answers the new heads. One that was signed
/// while the clock was ahead holds nothing up.
pub fn sign_due(transaction: &mut dyn Transaction, key: &SigningKey, now_ms: i64) -> Result<Vec<Head>, StorageError> {
    let today_ms = (now_ms + OFFSET_MS).div_euclid(DAY_MS) * DAY_MS - OFFSET_MS;
    let due = transaction.load_unsigned_audits((today_ms, now_ms), SIGNED_AT_ONCE)?;
    let mut heads = Vec::with_capacity(due.len());
    for unsigned in due {
        let Ledger { key: organisation, .. } = unsigned.ledger;
        let head = Head::sign(key, &unsigned, now_ms);
        transaction.insert_audit_head(organisation, &head)?;
        heads.push(head);
    }
    Ok(heads)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::OrganisationKey;

    fn head() -> (Head, [u8; 32]) {
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        let ledger = Ledger { key: OrganisationKey(1), id: OrganisationId(RecordId::from_parts(9, [9; 10])) };
        let unsigned = Unsigned { ledger, sequence: 3, number: 41, link: [5; 32] };
        (Head::sign(&key, &unsigned, 1_788_220_800_000), key.public())
    }

    #[test]
    fn a_head_is_written_and_read_back() {
        let (head, _) = head();
        assert_eq!(head.to_string().parse(), Ok(head.clone()));
        for text in ["", "a:b", &head.to_string()[1..], &format!("{head}:1")] {
            assert_eq!(text.parse::<Head>(), Err(HeadUnreadable), "{text}");
        }
    }

    #[test]
    fn every_part_of_a_head_is_signed() {
        let (whole, public) = head();
        assert!(whole.is_signed_by(&[public]));
        assert!(!whole.is_signed_by(&[]));
        let changes: [fn(&mut Head); 7] = [
            |it| it.organisation = OrganisationId(RecordId::from_parts(9, [8; 10])),
            |it| it.sequence += 1,
            |it| it.number -= 1,
            |it| it.link[31] ^= 1,
            |it| it.at_ms += 1,
            |it| it.public[0] ^= 1,
            |it| it.signature[63] ^= 1,
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut changed = whole.clone();
            change(&mut changed);
            assert!(!changed.is_signed_by(&[public]), "{place}");
        }
    }
}
