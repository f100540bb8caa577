//! Three-way merge by value, used by the desktop when it rebases and by the service when it applies.
//!
//! Nothing here looks at a clock or a version: base equal to current means apply, otherwise a person decides.

use crate::{Field, Value, ValueDigest};

/// What becomes of one field of an edit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Merged {
    /// The record already holds the new value.
    Same,
    /// The record still holds the base: take the new value.
    Apply,
    /// The record holds a third value: both are kept until a person settles it.
    Conflict,
}

/// Decides one field from the digest of the base it was edited on, the current value and the new one.
pub fn merge_field(base: ValueDigest, current: &Value, new: &Value) -> Merged {
    if current == new {
        Merged::Same
    } else if current.digest() == base {
        Merged::Apply
    } else {
        Merged::Conflict
    }
}

/// `merge_field` for a field of a record: where both sides only arranged something, nobody is asked. The edit that the
/// service gets last is taken, so that every desktop ends up with the same order.
pub fn merge_in(field: Field, base: ValueDigest, current: &Value, new: &Value) -> Merged {
    match merge_field(base, current, new) {
        Merged::Conflict if is_arrangement(field) => Merged::Apply,
        merged => merged,
    }
}

/// Where something stands among its fellows: nothing is lost when somebody else's place for it holds.
fn is_arrangement(field: Field) -> bool {
    matches!(field, Field::DepartmentPosition | Field::CustomFieldPosition | Field::TagPosition)
}

/// Fields that only make sense together: when one conflicts, the whole group does.
pub fn group_of(field: Field) -> &'static [Field] {
    match field {
        Field::MemberDocumentKind | Field::MemberDocumentNumber => {
            &[Field::MemberDocumentKind, Field::MemberDocumentNumber]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![Just(Value::Null), (0i64..4).prop_map(Value::Int), "[ab]{1,2}".prop_map(Value::from)]
    }

    #[test]
    fn the_place_among_siblings_is_never_a_conflict() {
        let [base, current, new] = [1, 2, 3].map(Value::Int);
        for field in Field::ALL.iter().copied() {
            let expected = if field.name() == "position" { Merged::Apply } else { Merged::Conflict };
            assert_eq!(merge_in(field, base.digest(), &current, &new), expected, "{}", field.name());
            assert_eq!(merge_in(field, base.digest(), &new, &new), Merged::Same);
        }
    }

    proptest! {
        #[test]
        fn an_edit_on_the_current_value_always_applies(current in any_value(), new in any_value()) {
            let merged = merge_field(current.digest(), &current, &new);
            prop_assert_eq!(merged, if current == new { Merged::Same } else { Merged::Apply });
        }

        #[test]
        fn applying_twice_is_the_same_as_once(base in any_value(), new in any_value()) {
            if merge_field(base.digest(), &base, &new) == Merged::Apply {
                prop_assert_eq!(merge_field(base.digest(), &new, &new), Merged::Same);
            }
        }

        #[test]
        fn a_conflict_is_reported_exactly_when_base_current_and_new_all_disagree(
            base in any_value(), current in any_value(), new in any_value()
        ) {
            let expected = current != new && current != base;
            prop_assert_eq!(merge_field(base.digest(), &current, &new) == Merged::Conflict, expected);
        }
    }
}
