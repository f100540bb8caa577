//! The chain of an audit: what an entry says, and that nobody changed it since.

use super::{Act, Actor};
use crate::storage::{AuditLink, OrganisationKey, OrganisationRow, StorageError, Transaction};
use data_encoding::HEXLOWER;
use mingce_model::{OrganisationId, RecordId};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Whose audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ledger {
    pub key: OrganisationKey,
    pub id: OrganisationId,
}

impl Ledger {
    /// The one of the service itself: what concerns no organisation.
    pub fn of_service() -> Self {
        Self { key: OrganisationKey::SERVICE, id: OrganisationId(RecordId::from_parts(0, [0; 10])) }
    }

    /// Whether no organisation may have this id: that of the service's own audit, and the one of nobody.
    pub fn is_reserved(id: OrganisationId) -> bool {
        id == Self::of_service().id || id.0.as_bytes() == &[0; 16]
    }
}

impl From<&OrganisationRow> for Ledger {
    fn from(row: &OrganisationRow) -> Self {
        Self { key: row.key, id: row.id }
    }
}

/// One line as it is stored. Words are not read here: one that this version does not know is still in the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// 1, 2, 3 … within the audit.
    pub number: u64,
    /// The service's clock.
    pub at_ms: i64,
    pub act: String,
    pub actor_kind: String,
    pub actor: Option<RecordId>,
    pub device: Option<RecordId>,
    pub network: Option<String>,
    pub subject: Option<RecordId>,
    /// A JSON object.
    pub details: String,
    /// SHA-256 over the link before and everything above.
    pub link: AuditLink,
}

impl Entry {
    /// As exports show it: everything that is in the link.
    pub fn to_json(&self) -> Value {
        let id = |id: Option<RecordId>| id.map(|id| id.to_string());
        serde_json::json!({
            "number": self.number,
            "at_ms": self.at_ms,
            "act": self.act,
            "actor_kind": self.actor_kind,
            "actor": id(self.actor),
            "device": id(self.device),
            "network": self.network,
            "subject": id(self.subject),
            "details": self.details,
            "link": HEXLOWER.encode(&self.link),
        })
    }
}

/// What is written down.
pub struct Deed<'a> {
    pub act: Act,
    pub actor: Actor,
    pub device: Option<RecordId>,
    pub network: Option<&'a str>,
    /// Whom or what it was done to.
    pub subject: Option<RecordId>,
    /// An object. No names, phones, numbers or values of the roster.
    pub details: Value,
}

/// Writes an entry, within the transaction of what it is about.
pub fn record(
    transaction: &mut dyn Transaction,
    ledger: Ledger,
    at_ms: i64,
    deed: Deed<'_>,
) -> Result<(), StorageError> {
    let last = transaction.last_audit(ledger.key)?;
    transaction.insert_audit(ledger.key, &entry_after(last, ledger.id, at_ms, deed))
}

/// The entry that comes behind the last one of an audit.
pub fn entry_after(last: Option<(u64, AuditLink)>, organisation: OrganisationId, at_ms: i64, deed: Deed<'_>) -> Entry {
    let (number, before) = last.unwrap_or_else(|| (0, first_link(organisation)));
    let mut entry = Entry {
        number: number + 1,
        at_ms,
        act: deed.act.word().to_owned(),
        actor_kind: deed.actor.kind().to_owned(),
        actor: deed.actor.id(),
        device: deed.device,
        network: deed.network.map(str::to_owned),
        subject: deed.subject,
        details: deed.details.to_string(),
        link: [0; 32],
    };
    entry.link = link_after(&before, &entry);
    entry
}

/// What the first entry's link builds on.
pub fn first_link(organisation: OrganisationId) -> AuditLink {
    Sha256::new().chain_update(b"mingce audit 1").chain_update(organisation.0.as_bytes()).finalize().into()
}

/// The link that the entry must have behind the link before it. Every part has its length before it.
pub fn link_after(before: &AuditLink, entry: &Entry) -> AuditLink {
    let mut hash = Sha256::new();
    let mut part = |bytes: Option<&[u8]>| match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    };
    let bytes = |id: &Option<RecordId>| id.map(|id| *id.as_bytes());
    let (actor, device, subject) = (bytes(&entry.actor), bytes(&entry.device), bytes(&entry.subject));
    part(Some(before));
    part(Some(&entry.number.to_be_bytes()));
    part(Some(&entry.at_ms.to_be_bytes()));
    part(Some(entry.act.as_bytes()));
    part(Some(entry.actor_kind.as_bytes()));
    part(actor.as_ref().map(|id| &id[..]));
    part(device.as_ref().map(|id| &id[..]));
    part(entry.network.as_deref().map(str::as_bytes));
    part(subject.as_ref().map(|id| &id[..]));
    part(Some(entry.details.as_bytes()));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId::from_parts(u64::from(n), [n; 10])
    }

    fn entry() -> Entry {
        Entry {
            number: 7,
            at_ms: 1_788_220_800_000,
            act: "sign_in".to_owned(),
            actor_kind: "account".to_owned(),
            actor: Some(id(1)),
            device: Some(id(2)),
            network: Some("203.0.113.0/24".to_owned()),
            subject: Some(id(3)),
            details: "{\"a\":1}".to_owned(),
            link: [0; 32],
        }
    }

    fn differs(change: fn(&mut Entry)) {
        let before = first_link(OrganisationId(id(9)));
        let mut changed = entry();
        change(&mut changed);
        assert_ne!(changed, entry());
        assert_ne!(link_after(&before, &changed), link_after(&before, &entry()));
    }

    #[test]
    fn the_number_is_in_the_link() {
        differs(|it| it.number = 8);
    }
    #[test]
    fn the_instant_is_in_the_link() {
        differs(|it| it.at_ms += 1);
    }
    #[test]
    fn the_act_is_in_the_link() {
        differs(|it| it.act = "sign_out".to_owned());
    }
    #[test]
    fn the_kind_of_actor_is_in_the_link() {
        differs(|it| it.actor_kind = "member".to_owned());
    }
    #[test]
    fn the_actor_is_in_the_link() {
        differs(|it| it.actor = Some(id(4)));
        differs(|it| it.actor = None);
    }
    #[test]
    fn the_device_is_in_the_link() {
        differs(|it| it.device = Some(id(4)));
        differs(|it| it.device = None);
    }
    #[test]
    fn the_network_is_in_the_link() {
        differs(|it| it.network = Some("203.0.113.1/24".to_owned()));
        differs(|it| it.network = None);
    }
    #[test]
    fn the_subject_is_in_the_link() {
        differs(|it| it.subject = Some(id(4)));
        differs(|it| it.subject = None);
    }
    #[test]
    fn the_details_are_in_the_link() {
        differs(|it| it.details = "{\"a\":2}".to_owned());
    }
    #[test]
    fn what_went_before_is_in_the_link() {
        let links = [[0; 32], first_link(OrganisationId(id(8))), first_link(OrganisationId(id(9)))];
        let after = links.map(|before| link_after(&before, &entry()));
        assert!(after[0] != after[1] && after[1] != after[2] && after[0] != after[2]);
    }
    #[test]
    fn what_stands_in_one_part_cannot_move_into_the_next() {
        differs(|it| (it.act, it.actor_kind) = ("sign_ina".to_owned(), "ccount".to_owned()));
        differs(|it| (it.actor, it.device) = (Some(id(2)), Some(id(1))));
        differs(|it| (it.device, it.subject) = (None, Some(id(2))));
    }
}
