//! Removing a member with what hangs on them: what goes along, and which of the edits stand or fall together.

use crate::write::unit;
use crate::{Store, StoreError};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, Verb, belonging};
use std::collections::HashMap;

/// Records that hang on one member at the most, of each kind.
const BELONGING_MAX: usize = 1_000;
/// Edits of one unit at the most: far fewer than fit into one push.
const UNIT_MAX: usize = 1_000;

/// Makes the edits that remove members, one member after the other. They are to be written `WithMember`.
pub struct Removals<'s> {
    store: &'s Store,
    /// A roster without any invitations need not be asked for those of a million members.
    belonging: Vec<Field>,
    /// Guardianships of each guardian that have been ended.
    ended: HashMap<RecordId, usize>,
}

impl<'s> Removals<'s> {
    pub fn begin(store: &'s Store) -> Result<Self, StoreError> {
        let mut belonging = Vec::new();
        for field in belonging::OF_MEMBER {
            if store.count(field.kind())? > 0 {
                belonging.push(field);
            }
        }
        Ok(Self { store, belonging, ended: HashMap::new() })
    }

    /// What belongs to the member goes with it; a guardian of a sibling stays. The member itself is the last.
    pub fn add(&mut self, member: &Record, edits: &mut Vec<Edit>) -> Result<(), StoreError> {
        for field in self.belonging.clone() {
            for record in self.store.find_by(field, &Value::from(member.id), BELONGING_MAX)? {
                edits.push(Edit::remove(&record));
                if field == Field::GuardianshipMember
                    && let Some(guardian) = record.reference(Field::GuardianshipGuardian)
                {
                    edits.extend(self.orphan(guardian)?);
                }
            }
        }
        edits.push(Edit::remove(member));
        Ok(())
    }

    /// The removal of a guardian, when the last of the members that they answer for goes.
    fn orphan(&mut self, guardian: RecordId) -> Result<Option<Edit>, StoreError> {
        let all = self.store.find_by(Field::GuardianshipGuardian, &Value::from(guardian), BELONGING_MAX)?.len();
        if all > 1 {
            let gone = self.ended.entry(guardian).or_default();
            *gone += 1;
            if *gone < all {
                return Ok(None);
            }
        }
        Ok(self.store.get(Kind::Guardian, guardian)?.map(|record| Edit::remove(&record)))
    }
}

/// Hands out the units of an operation's removals: a member's is the one of what was removed for them right before.
pub(crate) struct Units {
    operation: i64,
    place: usize,
    member: Option<RecordId>,
    len: usize,
}

impl Units {
    pub(crate) fn of(operation: i64) -> Self {
        Self { operation, place: 0, member: None, len: 0 }
    }

    /// `None`: the edit is applied on its own.
    pub(crate) fn of_removal(&mut self, edit: &Edit) -> Option<i64> {
        let before =
            |field: Field| edit.changes.iter().find(|change| change.field == field)?.base.as_text()?.parse().ok();
        let member: Option<RecordId> = match edit.kind {
            _ if edit.verb != Verb::Remove => None,
            Kind::Member => Some(edit.id).filter(|id| self.member == Some(*id)),
            Kind::Guardian => self.member,
            kind => belonging::OF_MEMBER.into_iter().find(|field| field.kind() == kind).and_then(before),
        };
        if member.is_none() || member != self.member || self.len == UNIT_MAX {
            self.place += 1;
            self.len = 0;
        }
        self.len += 1;
        self.member = member.filter(|_| edit.kind != Kind::Member);
        member.map(|_| unit(self.operation, self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> RecordId {
        RecordId::from_parts(n, [1; 10])
    }
    fn tagging(n: u64, member: u64) -> Edit {
        Edit::remove(&Record::empty(Kind::Tagging, id(n)).with(Field::TaggingMember, id(member)))
    }
    fn removal(kind: Kind, n: u64) -> Edit {
        Edit::remove(&Record::empty(kind, id(n)))
    }

    #[test]
    fn a_member_stands_or_falls_with_what_was_removed_for_them() {
        let mut units = Units::of(7);
        let edits = [
            tagging(10, 1),
            removal(Kind::Guardian, 11),
            removal(Kind::Member, 1),
            removal(Kind::Member, 2),
            tagging(12, 3),
            removal(Kind::Member, 3),
            removal(Kind::Department, 4),
            removal(Kind::Guardian, 13),
        ];
        let given: Vec<Option<i64>> = edits.iter().map(|edit| units.of_removal(edit)).collect();
        assert!(given[0].is_some() && given[0] == given[1] && given[1] == given[2]);
        assert!(given[4].is_some() && given[4] == given[5] && given[4] != given[0]);
        assert_eq!([given[3], given[6], given[7]], [None; 3]);
    }

    #[test]
    fn no_unit_is_too_large_for_a_push() {
        let mut units = Units::of(7);
        let given: Vec<Option<i64>> = (0..3_000).map(|n| units.of_removal(&tagging(n, 1))).collect();
        assert!(given.chunk_by(|a, b| a == b).all(|unit| unit.len() <= UNIT_MAX));
    }
}
