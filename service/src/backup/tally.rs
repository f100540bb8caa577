//! What is compared: how many rows, and a digest of them that does not depend on their order.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Rows and what they hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    pub rows: u64,
    /// SHA-256 of the rows, combined by exclusive or: every row is the only one of its key.
    digest: [u8; 32],
}

/// A tally as a backup keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counted {
    pub rows: u64,
    pub digest: String,
}

/// Everything that a backup holds, in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
    /// By organisation's id.
    pub organisations: BTreeMap<String, Counted>,
    /// What belongs to no single organisation: accounts, devices, the service's secrets and its own audit.
    pub shared: Option<Counted>,
}

/// Counts rows as they pass.
#[derive(Clone, Default)]
pub(super) struct Counter {
    tables: BTreeMap<String, u64>,
    organisations: BTreeMap<[u8; 16], Tally>,
    shared: Tally,
}

impl Counter {
    pub(super) fn begin(&mut self, table: &str) {
        self.tables.entry(table.to_owned()).or_default();
    }

    /// Takes a row in its encoded form; `of` is the organisation that it belongs to.
    pub(super) fn add(&mut self, table: &str, of: Option<[u8; 16]>, row: &[u8]) {
        if let Some(rows) = self.tables.get_mut(table) {
            *rows += 1;
        }
        let tally = match of {
            Some(id) => self.organisations.entry(id).or_default(),
            None => &mut self.shared,
        };
        tally.rows += 1;
        let mut hasher = Sha256::new();
        hasher.update(table.as_bytes());
        hasher.update([0]);
        hasher.update(row);
        tally.digest.iter_mut().zip(hasher.finalize()).for_each(|(mine, new)| *mine ^= new);
    }

    pub(super) fn finish(self) -> Totals {
        let counted = |tally: Tally| Counted { rows: tally.rows, digest: HEXLOWER.encode(&tally.digest) };
        let id = |id: [u8; 16]| uuid::Uuid::from_bytes(id).to_string();
        Totals {
            tables: self.tables,
            organisations: self.organisations.into_iter().map(|(of, tally)| (id(of), counted(tally))).collect(),
            shared: Some(counted(self.shared)),
        }
    }
}
