//! What an account that is bound to departments may write: both the place that something has and the place that it is to
//! get must be within, by the tree as it is when the edit is applied.

use super::crossing::last_of_removed;
use super::{ALL, Bounds, find_live_record, is_shared, wards_of};
use crate::storage::{StorageError, Transaction};
use crate::sync::rules::Refusal;
use mingce_model::{Field, Kind, Record, RecordId, Value, belonging};
use mingce_protocol::{OUT_OF_SCOPE, Op, OpCode, OpFields};

/// Why an edit reaches beyond the bounds: the field, where it is one.
type Beyond = Option<Field>;

fn check(is_within: bool, field: Field) -> Result<(), Beyond> {
    if is_within { Ok(()) } else { Err(Some(field)) }
}

impl Bounds {
    /// The refusal of an edit that reaches beyond the bounds.
    pub(in crate::sync) fn find_refusal(
        &mut self,
        transaction: &mut dyn Transaction,
        op: &Op,
    ) -> Result<Option<Refusal>, StorageError> {
        self.look_at_tree(transaction)?;
        let of = (op.kind, op.id);
        let before = find_live_record(transaction, self.key, of)?;
        let after = match &op.fields {
            OpFields::Remove(_) => None,
            OpFields::Create(values) => {
                let mut wanted = before.clone().unwrap_or_else(|| Record::empty(op.kind, op.id));
                // Over a record that is there a creation writes what it fills in.
                for (field, value) in op.kind.fields().iter().zip(values) {
                    if before.is_none() || !value.is_null() {
                        wanted.set(*field, value.clone());
                    }
                }
                Some(wanted)
            }
            OpFields::Edit(parts) => {
                // What is not there is said to be gone by whoever applies the edit.
                let Some(mut wanted) = before.clone() else { return Ok(None) };
                for part in parts {
                    wanted.set(part.field, part.new.clone());
                }
                Some(wanted)
            }
        };
        let removed = match (&before, &after) {
            (None, Some(_)) => last_of_removed(transaction, self.key, of)?,
            // What a removal asks for is so already.
            (None, None) => return Ok(None),
            _ => None,
        };
        let judged = match (&before, &after) {
            (Some(before), None) if op.kind == Kind::Guardian && self.parted.contains(&op.id) => {
                // Whoever still has others stays, if it was asked for together with what else goes: the answer is that
                // there is nothing to do.
                if op.group.is_some() { Ok(()) } else { self.judge_guardian(transaction, Some(before), None)? }
            }
            _ => self.judge(transaction, (before.as_ref(), removed.as_ref()), after.as_ref())?,
        };
        if let (Ok(()), Some(before), None) = (&judged, &before, &after)
            && op.kind == Kind::Guardianship
        {
            self.parted.extend(before.reference(Field::GuardianshipGuardian));
        }
        Ok(judged.err().map(|field| Refusal {
            code: OpCode::Forbidden,
            fields: field.into_iter().collect(),
            rule: Some(OUT_OF_SCOPE),
            other: None,
        }))
    }

    fn judge(
        &mut self,
        transaction: &mut dyn Transaction,
        (before, removed): (Option<&Record>, Option<&Record>),
        after: Option<&Record>,
    ) -> Result<Result<(), Beyond>, StorageError> {
        let Some(kind) = before.or(after).map(|record| record.kind) else { return Ok(Ok(())) };
        if is_shared(kind) {
            return Ok(Err(None));
        }
        if let Some(before) = before
            && !self.shows(transaction, (kind, before.id), &before.values)?
        {
            return Ok(Err(None));
        }
        match kind {
            Kind::Department => Ok(self.judge_department((before, removed), after)),
            Kind::Member => self.judge_member(transaction, (before, removed), after),
            Kind::Guardian => self.judge_guardian(transaction, before, after),
            _ => {
                for record in [removed, after].into_iter().flatten() {
                    if let Err(beyond) = self.judge_belonging(transaction, before, record)? {
                        return Ok(Err(beyond));
                    }
                }
                Ok(Ok(()))
            }
        }
    }

    /// A department that is not there is named by whoever applies the edit.
    fn is_inside_or_missing(&self, department: Option<RecordId>) -> bool {
        department.is_some_and(|id| self.places.inside.contains(&id) || !self.parents.contains_key(&id))
    }

    /// Its own topmost departments an account may rename, but neither move nor remove: they stand in another's place.
    fn judge_department(
        &self,
        (before, removed): (Option<&Record>, Option<&Record>),
        after: Option<&Record>,
    ) -> Result<(), Beyond> {
        let field = Field::DepartmentParent;
        let parent = |record: &Record| record.reference(field);
        if let Some(before) = before {
            check(self.places.inside.contains(&before.id), Field::DepartmentName)?;
            if after.is_none_or(|after| parent(after) != parent(before)) {
                check(self.is_inside(parent(before)), field)?;
            }
        }
        if let Some(removed) = removed {
            check(self.is_inside(parent(removed)), field)?;
        }
        match after {
            Some(after) if before.is_none_or(|before| parent(before) != parent(after)) => {
                check(self.is_inside_or_missing(parent(after)), field)
            }
            _ => Ok(()),
        }
    }

    fn judge_member(
        &mut self,
        transaction: &mut dyn Transaction,
        (before, removed): (Option<&Record>, Option<&Record>),
        after: Option<&Record>,
    ) -> Result<Result<(), Beyond>, StorageError> {
        let field = Field::MemberDepartment;
        let place = |record: &Record| record.reference(field);
        if let (Some(before), None) = (before, after) {
            // Nobody is removed who is somewhere else, too.
            let of_member = (Field::AffiliationMember, &Value::from(before.id));
            for id in transaction.find_live(self.key, Kind::Affiliation, &[of_member], ALL)? {
                let affiliation = find_live_record(transaction, self.key, (Kind::Affiliation, id))?;
                let place = affiliation.and_then(|record| record.reference(Field::AffiliationDepartment));
                if !self.is_inside(place) {
                    return Ok(Err(None));
                }
            }
            let is_elsewhere = place(before).is_some_and(|place| !self.places.inside.contains(&place));
            return Ok(if is_elsewhere { Err(None) } else { Ok(()) });
        }
        if let Some(removed) = removed
            && !self.is_inside(place(removed))
        {
            return Ok(Err(None));
        }
        let Some(after) = after else { return Ok(Ok(())) };
        if before.is_some_and(|before| place(before) == place(after)) {
            return Ok(Ok(()));
        }
        let comes_from_elsewhere = before.and_then(place).is_some_and(|place| !self.places.inside.contains(&place));
        Ok(check(!comes_from_elsewhere && self.is_inside_or_missing(place(after)), field))
    }

    fn judge_guardian(
        &mut self,
        transaction: &mut dyn Transaction,
        before: Option<&Record>,
        after: Option<&Record>,
    ) -> Result<Result<(), Beyond>, StorageError> {
        if let (Some(before), None) = (before, after) {
            for ward in wards_of(transaction, self.key, before.id)? {
                if !self.holds_member(transaction, ward)? {
                    return Ok(Err(None));
                }
            }
        }
        Ok(Ok(()))
    }

    fn judge_belonging(
        &mut self,
        transaction: &mut dyn Transaction,
        before: Option<&Record>,
        record: &Record,
    ) -> Result<Result<(), Beyond>, StorageError> {
        for field in belonging::fields_of(record.kind) {
            let Some(member) = record.reference(field) else { continue };
            if !self.holds_member(transaction, member)?
                && find_live_record(transaction, self.key, (Kind::Member, member))?.is_some()
            {
                return Ok(Err(Some(field)));
            }
        }
        let field = Field::AffiliationDepartment;
        if record.kind == Kind::Affiliation && !self.is_inside_or_missing(record.reference(field)) {
            return Ok(Err(Some(field)));
        }
        let field = Field::GuardianshipGuardian;
        if record.kind == Kind::Guardianship
            && let Some(guardian) = record.reference(field)
            && before.and_then(|before| before.reference(field)) != Some(guardian)
            // One who was just made answers for nobody yet.
            && !self.holds_guardian(transaction, guardian)?
            && !wards_of(transaction, self.key, guardian)?.is_empty()
        {
            return Ok(Err(Some(field)));
        }
        Ok(Ok(()))
    }

    /// Whether a record that a refusal of an edit of the kind would name is shown.
    pub(in crate::sync) fn may_name(
        &mut self,
        transaction: &mut dyn Transaction,
        kind: Kind,
        id: RecordId,
    ) -> Result<bool, StorageError> {
        for kind in [kind, Kind::Member] {
            if let Some(record) = find_live_record(transaction, self.key, (kind, id))? {
                return self.shows(transaction, (kind, id), &record.values);
            }
        }
        Ok(false)
    }
}
