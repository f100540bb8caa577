//! What a writing transaction knows of its organisation's records: fetched ahead, and written but not yet sent.
//!
//! Nobody else writes to the organisation meanwhile, so what was read once stays true. Answers from here are exactly
//! those that the tables would give after everything is sent.

use super::super::{AuditLink, Chain, OrganisationKey, OrganisationRow, StorageError, StoredRecord};
use mingce_model::{Field, Kind, PhotoHash, Record, RecordId, Value, Verb, chips};
use std::collections::{BTreeSet, HashMap, HashSet};
use tokio_postgres::types::ToSql;

/// A line of the change log that waits to be sent.
pub(super) struct Line {
    pub ver: i64,
    pub replica: Option<RecordId>,
    pub m: Option<i64>,
    pub account: Option<RecordId>,
    pub at_ms: i64,
    pub received_at_ms: i64,
    pub kind: Kind,
    pub id: RecordId,
    pub verb: Verb,
    pub changes: String,
    pub chain: Chain,
}

/// A statement with all its values but the first.
pub(super) type Waiting = (&'static str, Vec<Box<dyn ToSql + Sync>>);

/// The live records of one kind by the values of some fields, for the values that were asked for.
pub(super) struct Lookup {
    pub fields: Vec<Field>,
    pub found: HashMap<Vec<Value>, BTreeSet<RecordId>>,
}

#[derive(Default)]
pub(super) struct Cache {
    /// All of this is of one organisation.
    pub organisation: Option<OrganisationKey>,
    pub records: HashMap<(Kind, RecordId), Option<StoredRecord>>,
    /// Those in `records` that differ from the tables.
    pub dirty: HashSet<(Kind, RecordId)>,
    /// Those that came to be in this transaction: in the tables nothing refers to them.
    pub fresh: HashSet<(Kind, RecordId)>,
    pub lookups: HashMap<Kind, Vec<Lookup>>,
    pub lines: Vec<Line>,
    pub head: Option<(i64, Chain)>,
    /// Number and link of the audit's last entry, where that is another than the table has.
    pub audit: Option<(i64, AuditLink)>,
    /// Statements that wait, with their values after the organisation's number.
    pub later: Vec<Waiting>,
    /// Invitations by the hash of their token, where these are the same as in the tables.
    pub tokens: HashMap<String, Option<(OrganisationRow, RecordId)>>,
    /// Photos that are there.
    pub photos: HashSet<PhotoHash>,
    /// What `records` held before, newest last, while something may still be taken back.
    undo: Option<Vec<Replaced>>,
}

/// A record's place before it was written.
struct Replaced {
    key: (Kind, RecordId),
    before: Option<StoredRecord>,
    was_fresh: bool,
}

impl Cache {
    pub(super) fn of(organisation: OrganisationKey) -> Self {
        Self { organisation: Some(organisation), ..Self::default() }
    }

    pub(super) fn has_unsent(&self) -> bool {
        !self.dirty.is_empty()
            || !self.lines.is_empty()
            || self.head.is_some()
            || self.audit.is_some()
            || !self.later.is_empty()
    }

    /// Takes note of a record as the table has it.
    pub(super) fn learn(&mut self, kind: Kind, id: RecordId, stored: Option<StoredRecord>) {
        self.records.entry((kind, id)).or_insert(stored);
    }

    /// Writes a record, which must be known.
    pub(super) fn put(&mut self, stored: StoredRecord) -> Result<(), StorageError> {
        let key = (stored.record.kind, stored.record.id);
        let before = self.records.get(&key).ok_or(StorageError::Inconsistent)?.clone();
        let was_fresh = self.fresh.contains(&key);
        if before.is_none() {
            self.fresh.insert(key);
        }
        self.replace(key, Some(stored));
        self.dirty.insert(key);
        if let Some(undo) = &mut self.undo {
            undo.push(Replaced { key, before, was_fresh });
        }
        Ok(())
    }

    fn replace(&mut self, key: (Kind, RecordId), after: Option<StoredRecord>) {
        let before = self.records.insert(key, after).flatten();
        let after = self.records.get(&key).and_then(Option::as_ref);
        let (before, after) = (live(before.as_ref()), live(after));
        for lookup in self.lookups.get_mut(&key.0).into_iter().flatten() {
            let values = |record: &Record| lookup.fields.iter().map(|field| record.get(*field).clone()).collect();
            let (old, new): (Option<Vec<Value>>, Option<Vec<Value>>) = (before.map(values), after.map(values));
            if old == new {
                continue;
            }
            if let Some(ids) = old.and_then(|old| lookup.found.get_mut(&old)) {
                ids.remove(&key.1);
            }
            if let Some(ids) = new.and_then(|new| lookup.found.get_mut(&new)) {
                ids.insert(key.1);
            }
        }
    }

    /// The live records with these values, where that is known.
    pub(super) fn find(&mut self, kind: Kind, filters: &[(Field, &Value)]) -> Option<&BTreeSet<RecordId>> {
        let fields = filters.iter().map(|(field, _)| *field);
        let lookups = self.lookups.get(&kind)?;
        let lookup = lookups.iter().find(|lookup| lookup.fields.iter().copied().eq(fields.clone()))?;
        lookup.found.get(&filters.iter().map(|(_, value)| (*value).clone()).collect::<Vec<_>>())
    }

    /// Whether the record is not in the tables, or only by this transaction.
    pub(super) fn is_new(&self, kind: Kind, id: RecordId) -> bool {
        self.fresh.contains(&(kind, id)) || self.records.get(&(kind, id)).is_some_and(Option::is_none)
    }

    /// Those of the known records that are live and have the value.
    pub(super) fn scan(&self, (field, value): &(Field, &Value)) -> BTreeSet<RecordId> {
        let known = self.records.iter().filter(|((kind, _), _)| *kind == field.kind());
        let live = known.filter_map(|(_, stored)| live(stored.as_ref()));
        live.filter(|record| record.get(*field) == *value).map(|record| record.id).collect()
    }

    /// Puts right what the tables say of who has the chip, by the members that are written and not yet sent.
    pub(super) fn correct_chip_holders(&self, number: &str, ids: &mut BTreeSet<RecordId>) {
        for key in self.dirty.iter().filter(|(kind, _)| *kind == Kind::Member) {
            let record = live(self.records.get(key).and_then(Option::as_ref));
            let held = record.and_then(|record| record.text(Field::MemberChipNumbers)).unwrap_or_default();
            if chips::numbers(held).any(|other| other == number) {
                ids.insert(key.1);
            } else {
                ids.remove(&key.1);
            }
        }
    }

    /// Takes note of all live records of the tables with these values; nothing unsent may concern them.
    pub(super) fn learn_lookup(&mut self, kind: Kind, fields: &[Field], values: Vec<Value>, ids: BTreeSet<RecordId>) {
        let lookups = self.lookups.entry(kind).or_default();
        let at = match lookups.iter().position(|lookup| lookup.fields == fields) {
            Some(at) => at,
            None => {
                lookups.push(Lookup { fields: fields.to_vec(), found: HashMap::new() });
                lookups.len() - 1
            }
        };
        lookups[at].found.entry(values).or_insert(ids);
    }

    /// From here on everything can be taken back. Nothing may be unsent.
    pub(super) fn begin_undo(&mut self) {
        self.undo = Some(Vec::new());
    }

    pub(super) fn keep(&mut self) {
        self.undo = None;
    }

    /// Puts back what was written since `begin_undo`, as the tables have done it too.
    pub(super) fn take_back(&mut self) {
        for Replaced { key, before, was_fresh } in self.undo.take().unwrap_or_default().into_iter().rev() {
            self.replace(key, before);
            if !was_fresh {
                self.fresh.remove(&key);
            }
        }
        self.dirty.clear();
        self.lines.clear();
        self.head = None;
        self.later.clear();
        self.tokens.clear();
    }
}

fn live(stored: Option<&StoredRecord>) -> Option<&Record> {
    stored.filter(|stored| !stored.is_deleted).map(|stored| &stored.record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(n: u8, number: &str) -> StoredRecord {
        let id = RecordId::from_parts(0, [n; 10]);
        let record = Record::empty(Kind::Member, id).with(Field::MemberCardNumber, number);
        StoredRecord { record, is_deleted: false }
    }

    fn holders(cache: &mut Cache, number: &str) -> Option<usize> {
        let value = Value::from(number);
        cache.find(Kind::Member, &[(Field::MemberCardNumber, &value)]).map(BTreeSet::len)
    }

    #[test]
    fn a_lookup_follows_what_is_written_and_what_is_taken_back() {
        let mut cache = Cache::default();
        let (first, second) = (member(1, "A1"), member(2, "A2"));
        for stored in [&first, &second] {
            cache.learn(Kind::Member, stored.record.id, None);
        }
        assert_eq!(holders(&mut cache, "A1"), None);
        for number in ["A1", "A2"] {
            let values = vec![Value::from(number)];
            cache.learn_lookup(Kind::Member, &[Field::MemberCardNumber], values, BTreeSet::new());
        }
        cache.put(first.clone()).unwrap();
        assert_eq!((holders(&mut cache, "A1"), holders(&mut cache, "A2")), (Some(1), Some(0)));
        cache.dirty.clear();
        cache.begin_undo();
        cache.put(member(1, "A2")).unwrap();
        cache.put(second).unwrap();
        assert_eq!((holders(&mut cache, "A1"), holders(&mut cache, "A2")), (Some(0), Some(2)));
        cache.take_back();
        assert_eq!((holders(&mut cache, "A1"), holders(&mut cache, "A2")), (Some(1), Some(0)));
        assert_eq!(cache.records[&(Kind::Member, first.record.id)], Some(first.clone()));
        assert!(!cache.has_unsent());
        cache.put(StoredRecord { is_deleted: true, ..first }).unwrap();
        assert_eq!(holders(&mut cache, "A1"), Some(0));
    }

    #[test]
    fn a_record_that_is_not_known_is_not_written() {
        assert_eq!(Cache::default().put(member(1, "A1")), Err(StorageError::Inconsistent));
    }
}
