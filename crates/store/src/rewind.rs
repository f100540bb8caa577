//! The arithmetic of the past: what a record was before changes that came later. Pure.
//!
//! Changes are told oldest first. The first one that touches a field knows what the field held before; a removal knows
//! everything, a creation that there was nothing. What no later change touched is as it is now.

use crate::rebase::Values;
use mingce_model::{Edit, Field, Value, Verb};

/// What is known of one record at an earlier moment.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Rewind {
    /// Nothing told yet: as it is now.
    #[default]
    Unchanged,
    /// These fields held these values; the others are as they are now.
    Partly(Vec<(Field, Value)>),
    /// Every field that is not listed was empty.
    Wholly(Vec<(Field, Value)>),
    Absent,
}

impl Rewind {
    /// Takes the next later change in. Only fields that are `wanted` are kept.
    pub(crate) fn tell(&mut self, edit: &Edit, wanted: impl Fn(Field) -> bool) {
        let mut known = match std::mem::take(self) {
            Rewind::Unchanged if edit.verb == Verb::Create => {
                *self = Rewind::Absent;
                return;
            }
            Rewind::Unchanged => Vec::new(),
            Rewind::Partly(known) => known,
            settled => {
                *self = settled;
                return;
            }
        };
        for change in edit.changes.iter().filter(|change| wanted(change.field)) {
            if !known.iter().any(|(field, _)| *field == change.field) {
                known.push((change.field, change.base.clone()));
            }
        }
        *self = match edit.verb {
            Verb::Remove => Rewind::Wholly(known),
            _ if known.is_empty() => Rewind::Unchanged,
            _ => Rewind::Partly(known),
        };
    }

    /// The record as it was; `current` is what it is now.
    pub(crate) fn values(self, current: Option<Values>, fields: usize) -> Option<Values> {
        let (mut values, known) = match self {
            Rewind::Unchanged => return current,
            Rewind::Absent => return None,
            Rewind::Partly(known) => (current?, known),
            Rewind::Wholly(known) => (vec![Value::Null; fields], known),
        };
        for (field, value) in known {
            values[field.index()] = value;
        }
        Some(values)
    }

    /// One field as it was; `current` is what it holds now. `None`: there was no record.
    pub(crate) fn value(&self, field: Field, current: impl FnOnce() -> Value) -> Option<Value> {
        let find =
            |known: &[(Field, Value)]| known.iter().find(|(one, _)| *one == field).map(|(_, value)| value.clone());
        match self {
            Rewind::Unchanged => Some(current()),
            Rewind::Absent => None,
            Rewind::Partly(known) => Some(find(known).unwrap_or_else(current)),
            Rewind::Wholly(known) => Some(find(known).unwrap_or(Value::Null)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebase::step;
    use mingce_model::{Kind, RecordId};
    use proptest::prelude::*;

    fn any_state() -> impl Strategy<Value = Option<Values>> {
        let value = prop_oneof![Just(Value::Null), (0i64..3).prop_map(Value::Int), "[ab]".prop_map(Value::from)];
        prop::option::weighted(0.8, prop::collection::vec(value, Kind::Department.fields().len()))
    }

    proptest! {
        #[test]
        fn every_earlier_state_comes_back(states in prop::collection::vec(any_state(), 1..8)) {
            let (kind, id) = (Kind::Department, RecordId::from_parts(1, [7; 10]));
            let last = states.last().unwrap();
            for (at, state) in states.iter().enumerate() {
                let (mut all, mut one) = (Rewind::default(), Rewind::default());
                for pair in states[at..].windows(2) {
                    if let Some(edit) = step(kind, id, pair[0].as_ref(), pair[1].as_ref()) {
                        all.tell(&edit, |_| true);
                        one.tell(&edit, |field| field == Field::DepartmentName);
                    }
                }
                let name = Field::DepartmentName;
                let now = || last.as_ref().map_or(Value::Null, |values| values[name.index()].clone());
                let was = state.as_ref().map(|values| values[name.index()].clone());
                // Where there is no record now, a record that nothing was told of is none.
                if last.is_some() || one != Rewind::Unchanged {
                    prop_assert_eq!(one.value(name, now), was);
                }
                prop_assert_eq!(&all.values(last.clone(), kind.fields().len()), state);
            }
        }
    }
}
