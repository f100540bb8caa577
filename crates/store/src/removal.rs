//! Removing a member with what hangs on them: what goes along, and which of the edits stand or fall together.

use crate::write::unit;
use crate::{Store, StoreError};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, Verb, belonging};
use std::collections::{HashMap, HashSet};

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
    /// Distinctions that went with one of their two: the other finds them still.
    parted: HashSet<RecordId>,
}

impl<'s> Removals<'s> {
    pub fn begin(store: &'s Store) -> Result<Self, StoreError> {
        let mut belonging = Vec::new();
        for field in belonging::OF_MEMBER {
            if store.count(field.kind())? > 0 {
                belonging.push(field);
            }
        }
        Ok(Self { store, belonging, ended: HashMap::new(), parted: HashSet::new() })
    }

    /// What belongs to the member goes with it; a guardian of a sibling stays. The member itself is the last.
    pub fn add(&mut self, member: &Record, edits: &mut Vec<Edit>) -> Result<(), StoreError> {
        for field in self.belonging.clone() {
            for record in self.store.find_by(field, &Value::from(member.id), BELONGING_MAX)? {
                if record.kind == Kind::Distinction && !self.parted.insert(record.id) {
                    continue;
                }
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
    /// Whose the unit may be: a distinction hangs on two, and which of them goes shows only with what comes next.
    members: Vec<RecordId>,
    len: usize,
}

impl Units {
    pub(crate) fn of(operation: i64) -> Self {
        Self { operation, place: 0, members: Vec::new(), len: 0 }
    }

    /// `None`: the edit is applied on its own.
    pub(crate) fn of_removal(&mut self, edit: &Edit) -> Option<i64> {
        let before =
            |field: Field| edit.changes.iter().find(|change| change.field == field)?.base.as_text()?.parse().ok();
        let of: Vec<RecordId> = match edit.kind {
            _ if edit.verb != Verb::Remove => Vec::new(),
            Kind::Member => self.members.iter().copied().filter(|id| *id == edit.id).collect(),
            Kind::Guardian => self.members.clone(),
            kind => belonging::fields_of(kind).filter_map(before).collect(),
        };
        let mut members: Vec<RecordId> = of.iter().copied().filter(|id| self.members.contains(id)).collect();
        if members.is_empty() || self.len == UNIT_MAX {
            self.place += 1;
            self.len = 0;
            members.clone_from(&of);
        }
        self.len += 1;
        self.members = if edit.kind == Kind::Member { Vec::new() } else { members };
        (!of.is_empty()).then(|| unit(self.operation, self.place))
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

    /// The ids of records are random: either of the two may be the smaller.
    #[test]
    fn a_distinction_stands_or_falls_with_the_one_of_the_two_that_goes() {
        let distinction = |a, b| Edit::remove(&mingce_model::custom::distinction(id(a), id(b)));
        for gone in [1, 2] {
            let mut units = Units::of(7);
            let edits = [distinction(1, 2), removal(Kind::Member, gone), distinction(2, 3), removal(Kind::Member, 3)];
            let given: Vec<Option<i64>> = edits.iter().map(|edit| units.of_removal(edit)).collect();
            assert!(given.iter().all(Option::is_some));
            assert!(given[0] == given[1] && given[2] == given[3] && given[1] != given[2]);
        }
        let mut units = Units::of(7);
        let edits = [distinction(1, 2), distinction(2, 3), tagging(4, 2), removal(Kind::Member, 2)];
        let given: Vec<Option<i64>> = edits.iter().map(|edit| units.of_removal(edit)).collect();
        assert!(given[0].is_some() && given.iter().all(|unit| *unit == given[0]));
    }

    #[test]
    fn no_unit_is_too_large_for_a_push() {
        let mut units = Units::of(7);
        let given: Vec<Option<i64>> = (0..3_000).map(|n| units.of_removal(&tagging(n, 1))).collect();
        assert!(given.chunk_by(|a, b| a == b).all(|unit| unit.len() <= UNIT_MAX));
    }
}
