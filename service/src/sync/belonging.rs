//! What hangs on a member shares its fate: a removal that loses leaves all of it alone, and a member who comes back
//! brings along what went with them.

use super::apply::{Applied, Applier, Stop, conflicted, filled};
use super::conflict::Clash;
use crate::storage::{ChangeRow, StorageError};
use mingce_model::{Field, Kind, Record, RecordId, Value, Verb, belonging};
use mingce_protocol::push::record_digest;
use mingce_protocol::{Exception, Op, OpCode, OpFields};
use std::collections::HashMap;

/// A member's belongings stand in the log right before the member; so many lines are looked at.
const LINES_MAX: u64 = 1_000;
const BYTES_MAX: usize = 1 << 20;

/// A removal as the log has it.
struct Removal {
    change: ChangeRow,
    record: Record,
}

impl Removal {
    /// Both were removed in one operation.
    fn is_of_one_with(&self, other: &Removal) -> bool {
        let stamp = |change: &ChangeRow| (change.account_name.clone(), change.at_ms, change.received_at_ms);
        stamp(&self.change) == stamp(&other.change)
    }
}

impl Applier<'_> {
    /// The answers to removals that belong together of which one met an edit: nothing of them is done, and one conflict
    /// tells of them all, about the record that the others hang on. `None` when these are no such removals.
    pub(super) fn settle_lost_removal(
        &mut self,
        part: &[Op],
        failed: &Exception,
    ) -> Result<Option<Vec<Applied>>, StorageError> {
        let is_removal = |op: &Op| matches!(op.fields, OpFields::Remove(_));
        let (Some(owner), Some(met)) = (part.last(), part.iter().find(|op| op.m == failed.m)) else { return Ok(None) };
        let OpFields::Remove(digest) = met.fields else { return Ok(None) };
        if failed.code != OpCode::Conflict || !part.iter().all(is_removal) {
            return Ok(None);
        }
        let (Some(current), Some(edited)) = (self.find(owner)?, self.find(met)?) else { return Ok(None) };
        if current.is_deleted || edited.is_deleted {
            return Ok(None);
        }
        // Its own turn did not come, so nobody has asked yet whether it is the account's to remove.
        if let Some(bounds) = &mut self.bounds
            && bounds.find_refusal(&mut *self.journal.transaction, owner)?.is_some()
        {
            return Ok(None);
        }
        let clash = Clash::Removal { edited: &edited.record, digest };
        let conflict = self.record_clash(owner, &current.record, &clash)?;
        let answer = |op: &Op| conflicted(op.m, 0, vec!["*".to_owned()], vec![conflict]);
        Ok(Some(part.iter().map(answer).collect()))
    }

    /// Puts back what was removed together with the member, as far as its place is still there. `removed_at` is the
    /// version of the member's removal.
    pub(super) fn bring_back_what_belonged_to(&mut self, member: RecordId, removed_at: u64) -> Result<(), Stop> {
        // The newest line is the member's return.
        let Some(own) = self.find_removal(Kind::Member, member, 1)? else { return Ok(()) };
        let key = self.key();
        let mut lines: Vec<(Kind, RecordId)> = Vec::new();
        let after = removed_at.saturating_sub(LINES_MAX);
        let rows = usize::try_from(removed_at - after).unwrap_or(0);
        self.transaction().load_records_after(key, after, rows, BYTES_MAX, &mut |line| {
            if line.values.is_none() && line.ver < removed_at {
                lines.push((line.kind, line.id));
            }
            Ok(())
        })?;
        for (kind, id) in lines {
            if !belonging::comes_back(kind) {
                continue;
            }
            let Some(removal) = self.find_removal(kind, id, 0)? else { continue };
            if !removal.is_of_one_with(&own) || !belonging::hangs_on(&removal.record, member) {
                continue;
            }
            if kind == Kind::Guardianship
                && let Some(guardian) = removal.record.reference(Field::GuardianshipGuardian)
                && !self.is_live(Kind::Guardian, guardian)?
                && let Some(person) = self.find_removal(Kind::Guardian, guardian, 0)?
                && person.is_of_one_with(&own)
            {
                self.bring_back(person.record)?;
            }
            self.bring_back(removal.record)?;
        }
        Ok(())
    }

    /// Puts a removed record back, unless what it refers to is gone or its number taken.
    fn bring_back(&mut self, record: Record) -> Result<(), Stop> {
        match self.check_relations(&record, &filled(&record)) {
            Ok(()) => {}
            Err(Stop::Refused(_)) => return Ok(()),
            Err(stop) => return Err(stop),
        }
        let (kind, id, digest) = (record.kind, record.id, record_digest(&record.values));
        self.journal.save(None, record, digest)?;
        self.live.insert((kind, id));
        Ok(())
    }

    fn is_live(&mut self, kind: Kind, id: RecordId) -> Result<bool, StorageError> {
        let key = self.key();
        Ok(self.transaction().find_record(key, kind, id)?.is_some_and(|stored| !stored.is_deleted))
    }

    /// The record's removal and what it was before it, if that is its newest change but `newer`.
    fn find_removal(&mut self, kind: Kind, id: RecordId, newer: usize) -> Result<Option<Removal>, StorageError> {
        let key = self.key();
        let change = self.transaction().load_changes(key, kind, id, newer + 1)?.into_iter().nth(newer);
        let Some(change) = change.filter(|change| change.verb == Verb::Remove) else { return Ok(None) };
        let pairs: HashMap<String, (Value, Value)> =
            serde_json::from_str(&change.changes).map_err(|_| StorageError::Inconsistent)?;
        let mut record = Record::empty(kind, id);
        for (name, (before, _)) in pairs {
            if let Some(field) = kind.field(&name) {
                record.set(field, before);
            }
        }
        Ok(Some(Removal { change, record }))
    }
}
