//! Who made the records of a page what they are, as part of what, and by which edits one after the other.
//!
//! For people only: without any of it a desktop ends up with the same roster.

use super::scope::may_see_edits;
use crate::storage::{AuthorRow, EditRow, OrganisationKey, StorageError, Transaction};
use mingce_model::{Kind, Value, Verb};
use mingce_protocol::batches::add_to_runs;
use mingce_protocol::{Authored, Limit, PullAuthor, PulledBatch, PulledEdit, PulledRecord};
use std::collections::HashMap;

/// Edits told of one record at the most; the older ones are then the oldest one's.
const EDITS_MAX: usize = 32;
/// Bytes of all edits told on a page at the most, about; afterwards records have only their newest.
const EDITS_BYTES_MAX: usize = 1024 * 1024;

/// What the header of a page says of its records.
#[derive(Default)]
pub(super) struct Signed {
    pub authors: Vec<PullAuthor>,
    pub batches: Vec<PulledBatch>,
    pub of_batches: Vec<(usize, Option<usize>)>,
    pub edits: Vec<PulledEdit>,
    author_places: HashMap<AuthorRow, usize>,
    batch_places: HashMap<PulledBatch, usize>,
    bytes: usize,
}

impl Signed {
    /// Writes into each record who made it what it is; notes the rest for the header. `since` says up to which version the
    /// desktop knows of a record, or is not to be told of it.
    pub(super) fn sign(
        &mut self,
        transaction: &mut dyn Transaction,
        organisation: OrganisationKey,
        (since, limit): (&dyn Fn(&PulledRecord) -> u64, Option<Limit>),
        records: &mut [PulledRecord],
    ) -> Result<(), StorageError> {
        for (place, record) in records.iter_mut().enumerate() {
            let of = (record.kind, record.id);
            let rows = transaction.load_edits(organisation, of, (since(record), record.ver), EDITS_MAX)?;
            let newest = rows.first().filter(|row| row.ver == record.ver).ok_or(StorageError::Inconsistent)?;
            // What it was part of says what was done to others.
            let batch = if may_see_edits(limit, record.kind) { self.batch(newest) } else { None };
            add_to_runs(&mut self.of_batches, batch);
            record.by = Some(Authored { author: self.author(newest), at_ms: newest.at_ms });
            if rows.len() > 1 && record.values.is_some() && may_see_edits(limit, record.kind) {
                self.tell_edits(place, record.kind, &rows)?;
            }
        }
        if self.batches.is_empty() {
            self.of_batches.clear();
        }
        Ok(())
    }

    /// Tells the edits one by one, where that makes a whole: of a record that was removed in between it does not.
    fn tell_edits(&mut self, record: usize, kind: Kind, rows: &[EditRow]) -> Result<(), StorageError> {
        let oldest = rows.len() - 1;
        let is_whole =
            |(age, row): (usize, &EditRow)| row.verb == Verb::Edit || age == oldest && row.verb == Verb::Create;
        let bytes: usize = rows.iter().map(|row| row.changes.len() + 64).sum();
        if !rows.iter().enumerate().all(is_whole) || self.bytes + bytes > EDITS_BYTES_MAX {
            return Ok(());
        }
        self.bytes += bytes;
        for row in rows.iter().rev() {
            let is_creation = row.verb == Verb::Create;
            let bases = if is_creation { Vec::new() } else { bases(kind, &row.changes)? };
            let (author, batch) = (self.author(row), self.batch(row));
            self.edits.push(PulledEdit { record, author, at_ms: row.at_ms, batch, is_creation, bases });
        }
        Ok(())
    }

    fn author(&mut self, EditRow { author, .. }: &EditRow) -> usize {
        *self.author_places.entry(author.clone()).or_insert_with_key(|row| {
            self.authors.push(PullAuthor { name: row.name.clone(), device: row.device.clone() });
            self.authors.len() - 1
        })
    }

    fn batch(&mut self, EditRow { batch, .. }: &EditRow) -> Option<usize> {
        let place = self.batch_places.entry(batch.clone()?).or_insert_with_key(|batch| {
            self.batches.push(batch.clone());
            self.batches.len() - 1
        });
        Some(*place)
    }
}

/// What the change found in each field that it changed. A field that there is no more is left out.
fn bases(kind: Kind, changes: &str) -> Result<Vec<(u16, Value)>, StorageError> {
    let pairs: HashMap<String, (Value, Value)> =
        serde_json::from_str(changes).map_err(|_| StorageError::Inconsistent)?;
    let mut bases: Vec<(u16, Value)> =
        pairs.into_iter().filter_map(|(name, (before, _))| Some((kind.field(&name)?.number(), before))).collect();
    bases.sort_unstable_by_key(|(number, _)| *number);
    Ok(bases)
}
