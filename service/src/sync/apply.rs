//! One edit: merged field by field by value, checked, numbered, written.
//!
//! A refused edit changes nothing. A field whose base no longer holds becomes a conflict record; the others apply.

use super::Random;
use super::bounds::Bounds;
use super::conflict::Clash;
use super::journal::Journal;
use super::refused::Refused;
use super::rules::{Refusal, check_owners};
use super::scope::may_write;
use crate::storage::{StorageError, StoredRecord, Transaction};
use jiff::civil::Date;
use mingce_model::custom::CustomField;
use mingce_model::merge::{Merged, group_of, merge_in};
use mingce_model::{Field, Kind, Owner, Record, RecordId, Value, ValueDigest, Verb, belonging};
use mingce_protocol::push::record_digest;
use mingce_protocol::{Exception, FieldBase, Limit, Op, OpCode, OpFields};
use std::collections::HashSet;

/// Applies one replica's edits inside one transaction.
pub(super) struct Applier<'a> {
    pub journal: Journal<'a>,
    pub account_name: &'a str,
    /// What the account may not do.
    pub limit: Option<Limit>,
    /// Beyond which it neither sees nor changes anything.
    pub bounds: Option<Bounds>,
    /// The account may see what is personal.
    pub may_reveal: bool,
    pub replica: mingce_model::id::ReplicaId,
    pub today: Date,
    pub random: &'a Random,
    /// References already seen to be live in this transaction.
    pub live: HashSet<(Kind, RecordId)>,
    /// What the replica still believes because this push refused it.
    pub refused: Refused,
    /// Digest of the edit at hand, for the chain.
    pub digest: ValueDigest,
}

/// What became of an edit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Applied {
    /// The version the edited record got; 0 when it did not change.
    pub ver: u64,
    pub exception: Option<Exception>,
}

/// Why applying stopped.
pub(super) enum Stop {
    Refused(Refusal),
    Storage(StorageError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}
impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Stop::Storage(error)
    }
}

impl Applier<'_> {
    /// Applies one edit; `digest` is the edit's own.
    pub(super) fn apply(&mut self, op: &Op, digest: ValueDigest) -> Result<Applied, StorageError> {
        self.digest = digest;
        if let Some(limit) = self.limit.filter(|_| !may_write(self.limit, op)) {
            return Ok(Applied { ver: 0, exception: Some(exception(op.m, Refusal::beyond(limit))) });
        }
        let outcome = self.check_bounds(op).and_then(|()| match &op.fields {
            OpFields::Create(values) => self.create(op, values),
            OpFields::Edit(bases) => self.edit(op, bases),
            OpFields::Remove(digest) => self.remove(op, *digest),
        });
        match outcome {
            Ok(applied) => {
                if let Some(bounds) = &mut self.bounds {
                    bounds.forget(Some(op.kind));
                }
                Ok(applied)
            }
            Err(Stop::Storage(error)) => Err(error),
            Err(Stop::Refused(mut refusal)) => {
                if let (Some(bounds), Some(other)) = (&mut self.bounds, refusal.other)
                    && !bounds.may_name(&mut *self.journal.transaction, op.kind, other)?
                {
                    refusal.other = None;
                }
                Ok(Applied { ver: 0, exception: Some(exception(op.m, refusal)) })
            }
        }
    }

    fn check_bounds(&mut self, op: &Op) -> Result<(), Stop> {
        let Some(bounds) = &mut self.bounds else { return Ok(()) };
        match bounds.find_refusal(&mut *self.journal.transaction, op)? {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }

    fn create(&mut self, op: &Op, values: &[Value]) -> Result<Applied, Stop> {
        let is_organisation = op.kind == Kind::Organisation;
        if op.kind == Kind::Conflict || (is_organisation && op.id != self.journal.organisation.id.0) {
            return Err(Refusal::plain(OpCode::Forbidden).into());
        }
        let mut wanted = Record::empty(op.kind, op.id);
        wanted.values[..values.len()].clone_from_slice(values);
        let stored = self.find(op)?;
        let was_removed = match stored {
            Some(ref stored) if !stored.is_deleted => {
                // The same create under another number, or two desktops with one id: base is "nothing" everywhere.
                let bases: Vec<FieldBase> = filled(&wanted)
                    .into_iter()
                    .map(|field| FieldBase { field, base: Value::Null.digest(), new: wanted.get(field).clone() })
                    .collect();
                return self.merge(op, stored.record.clone(), &bases);
            }
            Some(_) => true,
            None => false,
        };
        // A removed record comes back with what the service knew of it; nobody else can give that.
        let mut kept = Record::empty(op.kind, op.id);
        if was_removed {
            self.restore_service_fields(&mut kept)?;
        }
        check_owners(&kept, &wanted, &filled(&wanted))?;
        if was_removed && !self.may_reveal && op.kind == Kind::CustomField {
            // Nor by way of a removal.
            let last = self.find_removed(op.kind, op.id)?;
            if last.is_some_and(|last| unmasks(&last, &wanted)) {
                return Err(Refusal::forbidden_by("class_lowered", Field::CustomFieldDataClass).into());
            }
        }
        for field in op.kind.fields().iter().copied().filter(|field| field.owner() == Owner::Service) {
            wanted.set(field, kept.get(field).clone());
        }
        self.check_values(&wanted, op.kind.fields())?;
        let fields = filled(&wanted);
        self.check_relations(&wanted, &fields)?;
        let removed_at = stored.map_or(0, |stored| stored.record.ver);
        let ver = self.journal.save(None, wanted, self.digest)?;
        self.live.insert((op.kind, op.id));
        if was_removed && op.kind == Kind::Member {
            self.bring_back_what_belonged_to(op.id, removed_at)?;
        }
        Ok(Applied { ver, exception: None })
    }

    fn edit(&mut self, op: &Op, bases: &[FieldBase]) -> Result<Applied, Stop> {
        match self.find(op)? {
            Some(stored) if !stored.is_deleted => self.merge(op, stored.record, bases),
            _ => Err(Refusal::plain(OpCode::Gone).into()),
        }
    }

    fn remove(&mut self, op: &Op, digest: ValueDigest) -> Result<Applied, Stop> {
        if matches!(op.kind, Kind::Organisation | Kind::Conflict) {
            return Err(Refusal::plain(OpCode::Forbidden).into());
        }
        let record = match self.find(op)? {
            Some(stored) if !stored.is_deleted => stored.record,
            // What it asks for is so already.
            _ => return Ok(Applied::default()),
        };
        let is_among_others = op.group.is_some();
        if is_among_others && record.kind == Kind::Guardian && self.answers_for_somebody(record.id)? {
            // They go with the last who needs them; who that is may have changed since.
            return Ok(Applied::default());
        }
        let is_as_known = record_digest(&record.values) == digest || self.refused.knows_as(&record, digest);
        // The service itself writes into invitations: a scan does not hold a removal up.
        let is_answered_meanwhile = is_among_others && record.kind == Kind::Invitation;
        if !is_as_known && !is_answered_meanwhile {
            let conflict = self.record_clash(op, &record, &Clash::Removal { edited: &record, digest })?;
            return Ok(conflicted(op.m, 0, vec!["*".to_owned()], vec![conflict]));
        }
        self.check_removal(&record)?;
        self.remove_what_belongs_to(&record)?;
        let ver = self.journal.remove(&record, self.digest)?;
        self.live.remove(&(op.kind, op.id));
        Ok(Applied { ver, exception: None })
    }

    /// Merges the fields into a live record.
    fn merge(&mut self, op: &Op, current: Record, bases: &[FieldBase]) -> Result<Applied, Stop> {
        let mut wanted = current.clone();
        for part in bases {
            wanted.set(part.field, part.new.clone());
        }
        let named: Vec<Field> =
            bases.iter().map(|part| part.field).filter(|field| wanted.get(*field) != current.get(*field)).collect();
        check_owners(&current, &wanted, &named)?;
        if !self.may_reveal && unmasks(&current, &wanted) {
            return Err(Refusal::forbidden_by("class_lowered", Field::CustomFieldDataClass).into());
        }
        self.check_values(&wanted, &named)?;
        let moved = self.refused.on_what_held(op, &current, bases);
        let (applying, clashing) = decide(&current, moved.as_deref().unwrap_or(bases));
        let mut ver = 0;
        if !applying.is_empty() {
            let mut after = current.clone();
            for part in &applying {
                after.set(part.field, part.new.clone());
            }
            let fields: Vec<Field> = applying.iter().map(|part| part.field).collect();
            if !clashing.is_empty() {
                self.check_values(&after, &fields)?;
            }
            self.check_relations(&after, &fields)?;
            ver = self.journal.save(Some(&current), after, self.digest)?;
        }
        if clashing.is_empty() {
            return Ok(Applied { ver, exception: None });
        }
        let mut conflicts = Vec::with_capacity(clashing.len());
        for part in &clashing {
            conflicts.push(self.record_clash(op, &current, &Clash::Field(part))?);
        }
        let names = clashing.iter().map(|part| part.field.name().to_owned()).collect();
        Ok(conflicted(op.m, ver, names, conflicts))
    }

    /// Removes what makes no sense without the record, as the desktop does that removes it; what others hung on it
    /// meanwhile is in the log. Each gets a version of its own, so that every desktop hears of it.
    fn remove_what_belongs_to(&mut self, record: &Record) -> Result<(), StorageError> {
        let fields: &[Field] = match record.kind {
            Kind::Member => &belonging::OF_MEMBER,
            Kind::Tag => &[Field::TaggingTag],
            Kind::Guardian => &[Field::GuardianshipGuardian],
            _ => return Ok(()),
        };
        for field in fields {
            for belonging in self.load_referring(*field, record.id, usize::MAX)? {
                self.remove_belonging(&belonging)?;
                if *field != Field::GuardianshipMember {
                    continue;
                }
                // A guardian who answers for nobody else goes too; a guardian of a sibling stays.
                let Some(guardian) = belonging.reference(Field::GuardianshipGuardian) else { continue };
                if !self.answers_for_somebody(guardian)? {
                    let key = self.key();
                    let stored = self.transaction().find_record(key, Kind::Guardian, guardian)?;
                    if let Some(stored) = stored.filter(|stored| !stored.is_deleted) {
                        self.remove_belonging(&stored.record)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn answers_for_somebody(&mut self, guardian: RecordId) -> Result<bool, StorageError> {
        Ok(!self.load_referring(Field::GuardianshipGuardian, guardian, 1)?.is_empty())
    }

    fn remove_belonging(&mut self, record: &Record) -> Result<(), StorageError> {
        self.journal.remove(record, record_digest(&record.values))?;
        self.live.remove(&(record.kind, record.id));
        Ok(())
    }

    /// Live records whose field refers to the id.
    fn load_referring(&mut self, field: Field, id: RecordId, limit: usize) -> Result<Vec<Record>, StorageError> {
        let (key, value) = (self.key(), Value::from(id));
        let limit = limit.min(i32::MAX as usize);
        let ids = self.transaction().find_live(key, field.kind(), &[(field, &value)], limit)?;
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            let stored = self.transaction().find_record(key, field.kind(), id)?;
            records.extend(stored.map(|stored| stored.record));
        }
        Ok(records)
    }

    /// Takes over the service's own fields from the record's removal.
    fn restore_service_fields(&mut self, record: &mut Record) -> Result<(), StorageError> {
        let fields: Vec<Field> =
            record.kind.fields().iter().copied().filter(|field| field.owner() == Owner::Service).collect();
        if fields.is_empty() {
            return Ok(());
        }
        let Some(removed) = self.find_removed(record.kind, record.id)? else { return Ok(()) };
        for field in fields {
            record.set(field, removed.get(field).clone());
        }
        Ok(())
    }

    /// A record that is removed, as it was last.
    fn find_removed(&mut self, kind: Kind, id: RecordId) -> Result<Option<Record>, StorageError> {
        let key = self.key();
        let newest = self.transaction().load_changes(key, kind, id, 1)?.into_iter().next();
        let Some(removal) = newest.filter(|change| change.verb == Verb::Remove) else { return Ok(None) };
        let mut pairs: std::collections::HashMap<String, (Value, Value)> =
            serde_json::from_str(&removal.changes).map_err(|_| StorageError::Inconsistent)?;
        let mut record = Record::empty(kind, id);
        for field in kind.fields() {
            if let Some((before, _)) = pairs.remove(field.name()) {
                record.set(*field, before);
            }
        }
        Ok(Some(record))
    }

    pub(super) fn find(&mut self, op: &Op) -> Result<Option<StoredRecord>, StorageError> {
        let key = self.key();
        self.transaction().find_record(key, op.kind, op.id)
    }
    pub(super) fn transaction(&mut self) -> &mut dyn Transaction {
        &mut *self.journal.transaction
    }
    pub(super) fn key(&self) -> crate::storage::OrganisationKey {
        self.journal.organisation.key
    }
}

/// Whether values of a custom field that are masked would no longer be.
fn unmasks(current: &Record, wanted: &Record) -> bool {
    let is_masked = |record| CustomField::from_record(record).is_some_and(|field| field.is_masked());
    current.kind == Kind::CustomField && is_masked(current) && !is_masked(wanted)
}

/// Which parts apply and which clash; a group of fields that belong together clashes as a whole.
fn decide<'b>(current: &Record, bases: &'b [FieldBase]) -> (Vec<&'b FieldBase>, Vec<&'b FieldBase>) {
    let merged = |part: &FieldBase| merge_in(part.field, part.base, current.get(part.field), &part.new);
    let clashing: HashSet<Field> =
        bases.iter().filter(|part| merged(part) == Merged::Conflict).map(|part| part.field).collect();
    let is_drawn_in = |field: Field| group_of(field).iter().any(|fellow| clashing.contains(fellow));
    bases
        .iter()
        .filter(|part| merged(part) != Merged::Same)
        .partition(|part| !clashing.contains(&part.field) && !is_drawn_in(part.field))
}

pub(super) fn filled(record: &Record) -> Vec<Field> {
    record.kind.fields().iter().copied().filter(|field| !record.get(*field).is_null()).collect()
}

fn exception(m: u64, refusal: Refusal) -> Exception {
    Exception {
        m,
        code: refusal.code,
        fields: refusal.fields.iter().map(|field| field.name().to_owned()).collect(),
        rule: refusal.rule.map(str::to_owned),
        other: refusal.other,
        conflicts: Vec::new(),
    }
}

pub(super) fn conflicted(m: u64, ver: u64, fields: Vec<String>, conflicts: Vec<RecordId>) -> Applied {
    let exception = Exception { m, code: OpCode::Conflict, fields, rule: None, other: None, conflicts };
    Applied { ver, exception: Some(exception) }
}
