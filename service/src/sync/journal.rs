//! Writes records together with their line in the change log: the only way in which a record ever changes.
//!
//! Every write takes the organisation's next version and carries the chain on.

use crate::audit::Lines;
use crate::storage::{Author, Chain, LogLine, NewChange, OrganisationRow, StorageError, Transaction};
use mingce_model::{Kind, Record, RecordId, Value, ValueDigest, Verb};
use sha2::{Digest, Sha256};

/// An organisation's log, open for writing inside one transaction. `finish` must be called before the end.
pub struct Journal<'a> {
    pub transaction: &'a mut dyn Transaction,
    pub organisation: OrganisationRow,
    pub author: Author,
    /// The author's clock; information only.
    pub at_ms: i64,
    pub received_at_ms: i64,
    /// What was written, for the audit.
    lines: Lines,
}

/// Where a journal was, to go back to with the transaction.
#[derive(Clone)]
pub(super) struct Place {
    organisation: OrganisationRow,
    lines: Lines,
}

impl<'a> Journal<'a> {
    /// Opens the log; whoever writes into it says so in the audit, with what `bound` gives.
    pub fn open(
        transaction: &'a mut dyn Transaction,
        organisation: OrganisationRow,
        author: Author,
        at_ms: i64,
        received_at_ms: i64,
    ) -> Self {
        Self { transaction, organisation, author, at_ms, received_at_ms, lines: Lines::default() }
    }

    pub(super) fn place(&self) -> Place {
        Place { organisation: self.organisation, lines: self.lines.clone() }
    }

    /// The transaction took back what was written since.
    pub(super) fn go_back(&mut self, place: Place) {
        (self.organisation, self.lines) = (place.organisation, place.lines);
    }

    /// What the audit says of what was written: the lines cannot be changed without it.
    pub fn bound(&self) -> serde_json::Value {
        self.lines.bound(self.organisation.head, self.organisation.chain)
    }
}

impl Journal<'_> {
    /// Writes the record at the next version, which it returns. `before` is the live record, if there was one.
    /// `digest` stands for the edit in the chain.
    pub fn save(
        &mut self,
        before: Option<&Record>,
        mut after: Record,
        digest: ValueDigest,
    ) -> Result<u64, StorageError> {
        let (verb, changes) = match before {
            None => {
                let filled = after.values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1);
                (Verb::Create, to_json(&after.values[..filled])?)
            }
            Some(before) => (Verb::Edit, pairs(before, &after)?),
        };
        let ver = self.log(after.kind, after.id, verb, &changes, digest)?;
        after.ver = ver;
        match before {
            None => self.transaction.save_record(self.organisation.key, &after)?,
            Some(before) => self.transaction.update_record(self.organisation.key, before, &after)?,
        }
        Ok(ver)
    }

    /// Leaves a tombstone at the next version.
    pub fn remove(&mut self, before: &Record, digest: ValueDigest) -> Result<u64, StorageError> {
        let changes = pairs(before, &Record::empty(before.kind, before.id))?;
        let ver = self.log(before.kind, before.id, Verb::Remove, &changes, digest)?;
        self.transaction.save_tombstone(self.organisation.key, before.kind, before.id, ver)?;
        Ok(ver)
    }

    /// Stores the head that was reached.
    pub fn finish(&mut self) -> Result<(), StorageError> {
        self.transaction.save_head(self.organisation.key, self.organisation.head, self.organisation.chain)
    }

    fn log(
        &mut self,
        kind: Kind,
        id: RecordId,
        verb: Verb,
        changes: &str,
        digest: ValueDigest,
    ) -> Result<u64, StorageError> {
        let ver = self.organisation.head + 1;
        let chain = next_chain(self.organisation.chain, ver, digest);
        let change = NewChange {
            ver,
            author: self.author,
            at_ms: self.at_ms,
            received_at_ms: self.received_at_ms,
            kind,
            id,
            verb,
            changes,
            chain,
        };
        self.transaction.insert_change(self.organisation.key, &change)?;
        self.lines.add(&LogLine::from(&change));
        self.organisation.head = ver;
        self.organisation.chain = chain;
        Ok(ver)
    }
}

/// `SHA-256(chain ‖ version ‖ digest)`, cut to eight bytes.
fn next_chain(chain: Chain, ver: u64, digest: ValueDigest) -> Chain {
    let mut hash = Sha256::new();
    hash.update(chain);
    hash.update(ver.to_be_bytes());
    hash.update(digest.0);
    let full = hash.finalize();
    let mut next = Chain::default();
    next.copy_from_slice(&full[..8]);
    next
}

fn to_json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::Inconsistent)
}

/// `{field: [before, after]}` of the fields that differ.
fn pairs(before: &Record, after: &Record) -> Result<String, StorageError> {
    let changed: std::collections::BTreeMap<&str, (&Value, &Value)> = before
        .kind
        .fields()
        .iter()
        .zip(before.values.iter().zip(&after.values))
        .filter(|(_, (before, after))| before != after)
        .map(|(field, pair)| (field.name(), pair))
        .collect();
    to_json(&changed)
}
