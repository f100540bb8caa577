//! The chain of the ledger: what an entry says, and that nobody changed it since.

use super::{Act, Purpose, Statement, Way};
use crate::storage::{ConsentLink, OrganisationRow, StorageError, Transaction};
use data_encoding::HEXLOWER;
use mingce_model::{OrganisationId, RecordId};
use sha2::{Digest, Sha256};

/// Entries read at a time.
const PAGE: usize = 1_000;

/// Who said it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Giver {
    /// The person.
    Member,
    /// A guardian of theirs, by the record on the roster.
    Guardian(RecordId),
}

/// One line of an organisation's ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// 1, 2, 3 … within the organisation.
    pub number: u64,
    /// The service's clock.
    pub at_ms: i64,
    pub member: RecordId,
    pub purpose: Purpose,
    pub act: Act,
    pub giver: Giver,
    pub way: Way,
    /// Name, version and language of the text that was shown: `children@2026-11-29.zh`.
    pub text: String,
    /// SHA-256 of that text.
    pub text_hash: [u8; 32],
    /// SHA-256 over the link before and everything above.
    pub link: [u8; 32],
}

impl Entry {
    /// As exports show it.
    pub fn to_json(&self) -> serde_json::Value {
        let guardian = match self.giver {
            Giver::Member => None,
            Giver::Guardian(id) => Some(id.to_string()),
        };
        serde_json::json!({
            "number": self.number,
            "at_ms": self.at_ms,
            "member": self.member.to_string(),
            "purpose": self.purpose.word(),
            "act": self.act.word(),
            "guardian": guardian,
            "way": self.way.word(),
            "text": self.text,
            "text_sha256": HEXLOWER.encode(&self.text_hash),
            "link": HEXLOWER.encode(&self.link),
        })
    }
}

/// What the first entry's link builds on.
pub fn first_link(organisation: OrganisationId) -> [u8; 32] {
    Sha256::new().chain_update(b"mingce consent ledger 1").chain_update(organisation.0.as_bytes()).finalize().into()
}

/// The link that the entry must have behind the link before it.
pub fn link_after(before: &[u8; 32], entry: &Entry) -> [u8; 32] {
    let (kind, guardian) = match entry.giver {
        Giver::Member => (0_u8, RecordId::from_parts(0, [0; 10])),
        Giver::Guardian(id) => (1, id),
    };
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(entry.number.to_be_bytes());
    hash.update(entry.at_ms.to_be_bytes());
    hash.update(entry.member.as_bytes());
    hash.update([kind]);
    hash.update(guardian.as_bytes());
    for word in [entry.purpose.word(), entry.act.word(), entry.way.word(), entry.text.as_str()] {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word);
    }
    hash.update(entry.text_hash);
    hash.finalize().into()
}

/// Writes what one person said, within one transaction.
pub struct LedgerWriter<'t> {
    transaction: &'t mut dyn Transaction,
    organisation: OrganisationRow,
    at_ms: i64,
    member: RecordId,
    written: Option<(u64, u64, ConsentLink)>,
}

impl<'t> LedgerWriter<'t> {
    /// For what the member, or somebody for them, says now.
    pub fn new(
        transaction: &'t mut dyn Transaction,
        organisation: OrganisationRow,
        at_ms: i64,
        member: RecordId,
    ) -> Self {
        Self { transaction, organisation, at_ms, member, written: None }
    }

    /// First and last number that were written, and the last one's link, for the audit.
    pub fn written(&self) -> Option<(u64, u64, ConsentLink)> {
        self.written
    }

    /// Adds a line.
    pub fn write(
        &mut self,
        (purpose, act): (Purpose, Act),
        (giver, way): (Giver, Way),
        statement: &Statement,
    ) -> Result<(), StorageError> {
        let key = self.organisation.key;
        let last = self.transaction.last_consent(key)?;
        let (number, before) = last.unwrap_or_else(|| (0, first_link(self.organisation.id)));
        let mut entry = Entry {
            number: number + 1,
            at_ms: self.at_ms,
            member: self.member,
            purpose,
            act,
            giver,
            way,
            text: statement.label(),
            text_hash: statement.hash(),
            link: [0; 32],
        };
        entry.link = link_after(&before, &entry);
        let first = self.written.map_or(entry.number, |(first, ..)| first);
        self.written = Some((first, entry.number, entry.link));
        self.transaction.insert_consent(key, &entry)
    }
}

/// Where a ledger is not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Broken {
    #[error("entry {number} is missing")]
    Missing { number: u64 },
    #[error("entry {number} is not what was written, or one before it is not")]
    Changed { number: u64 },
}

/// Goes over an organisation's ledger. Answers how many entries it has and its last link, which somebody who kept an
/// earlier one can compare: only that shows a cut at the end.
pub fn verify(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
) -> Result<Result<(u64, [u8; 32]), Broken>, StorageError> {
    let (mut number, mut link) = (0, first_link(organisation.id));
    loop {
        let page = transaction.load_consents_after(organisation.key, number, PAGE)?;
        if page.is_empty() {
            return Ok(Ok((number, link)));
        }
        for entry in page {
            if entry.number != number + 1 {
                return Ok(Err(Broken::Missing { number: number + 1 }));
            }
            if entry.link != link_after(&link, &entry) {
                return Ok(Err(Broken::Changed { number: entry.number }));
            }
            (number, link) = (entry.number, entry.link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            number: 7,
            at_ms: 1_788_220_800_000,
            member: RecordId::from_parts(1, [1; 10]),
            purpose: Purpose::Account,
            act: Act::Given,
            giver: Giver::Guardian(RecordId::from_parts(2, [2; 10])),
            way: Way::Page,
            text: "children@2026-11-29.zh".to_owned(),
            text_hash: [3; 32],
            link: [0; 32],
        }
    }

    #[test]
    fn every_part_of_an_entry_is_in_its_link() {
        let before = first_link(OrganisationId(RecordId::from_parts(9, [9; 10])));
        let whole = link_after(&before, &entry());
        let other = |change: fn(&mut Entry)| {
            let mut entry = entry();
            change(&mut entry);
            link_after(&before, &entry)
        };
        let changed = [
            other(|it| it.number = 8),
            other(|it| it.at_ms += 1),
            other(|it| it.member = RecordId::from_parts(1, [2; 10])),
            other(|it| it.purpose = Purpose::Photo),
            other(|it| it.act = Act::Withdrawn),
            other(|it| it.giver = Giver::Member),
            other(|it| it.giver = Giver::Guardian(RecordId::from_parts(2, [3; 10]))),
            other(|it| it.way = Way::Card),
            other(|it| it.text = "children@2026-11-30.zh".to_owned()),
            other(|it| it.text_hash[31] = 4),
            link_after(&[0; 32], &entry()),
        ];
        for (place, link) in changed.iter().enumerate() {
            assert_ne!(*link, whole, "{place}");
        }
    }
}
