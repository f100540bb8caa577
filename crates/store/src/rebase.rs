//! The arithmetic of records with edits that the service has not answered. Pure; every rule of it is tested below.
//!
//! `stored` is what the service last said of the record (`None`: it has none), `mine` the edits made here since, oldest
//! first. Whether an edit applies or conflicts is the service's decision, by `mingce_model::merge`; nothing here decides.

use mingce_model::{Change, Edit, Field, Kind, Owner, Record, RecordId, Value, Verb};

/// A record's values in registry order.
pub(crate) type Values = Vec<Value>;

/// What the record looks like here: the stored values with my edits on top of them.
///
/// When the service has removed what I edited, the row stays as it is here (`local`) until the service has answered.
pub(crate) fn rebase(stored: Option<&Values>, local: Option<&Values>, mine: &[Edit]) -> Option<Values> {
    let mut state = stored.cloned();
    for edit in mine {
        state = match (edit.verb, state) {
            (Verb::Remove, _) => None,
            (Verb::Create, None) => Some(overlay(vec![Value::Null; edit.kind.fields().len()], edit)),
            (Verb::Edit, None) => local.cloned().map(|values| overlay(values, edit)),
            (Verb::Create | Verb::Edit, Some(values)) => Some(overlay(values, edit)),
        };
    }
    state
}

/// The values with the edit on top of them.
pub(crate) fn overlay(mut values: Values, edit: &Edit) -> Values {
    for change in &edit.changes {
        values[change.field.index()] = change.new.clone();
    }
    values
}

/// What the service has stored after it took the edit except for the named fields, which conflicted.
///
/// `local` serves when the service has the record though we were told that it is gone: the next pull tells the rest.
pub(crate) fn accept(
    stored: Option<&Values>,
    local: Option<&Values>,
    edit: &Edit,
    conflicted: &[Field],
) -> Option<Values> {
    let mut taken = edit.clone();
    taken.changes.retain(|change| !conflicted.contains(&change.field));
    rebase(stored, local, std::slice::from_ref(&taken))
}

/// The edit from one state of a record to another; `None` when they are the same.
pub(crate) fn step(kind: Kind, id: RecordId, from: Option<&Values>, to: Option<&Values>) -> Option<Edit> {
    let record = |values: &Values| Record { kind, id, ver: 0, values: values.clone() };
    match (from, to) {
        (None, None) => None,
        (None, Some(to)) => Some(Edit::create(&record(to))),
        (Some(from), None) => Some(Edit::remove(&record(from))),
        (Some(from), Some(to)) => Edit::between(&record(from), &record(to)),
    }
}

/// The one edit that turns what the service would have (`from`) into what is here (`to`).
///
/// Fields that only the service writes are left out of it.
pub(crate) fn difference(kind: Kind, id: RecordId, from: Option<&Values>, to: Option<&Values>) -> Option<Edit> {
    let edit = without_service_fields(step(kind, id, from, to)?);
    (edit.verb != Verb::Edit || !edit.changes.is_empty()).then_some(edit)
}

/// The edit as it may be sent: a removal keeps all bases, everything else only names fields of administrators.
pub(crate) fn without_service_fields(mut edit: Edit) -> Edit {
    if edit.verb != Verb::Remove {
        edit.changes.retain(|change| change.field.owner() == Owner::Administrator);
    }
    edit
}

/// Two edits that together change nothing: the second takes exactly the first one back.
pub(crate) fn cancel_out(first: &Edit, second: &Edit) -> bool {
    let undone = first.inverse();
    undone.kind == second.kind
        && undone.id == second.id
        && undone.verb == second.verb
        && undone.changes.len() == second.changes.len()
        && undone.changes.iter().all(|change| second.changes.contains(change))
}

/// The present record as bases of the changes asked for; changes that would change nothing are left out.
pub(crate) fn on_current(current: &Values, changes: &[Change]) -> Vec<Change> {
    changes
        .iter()
        .filter(|change| current[change.field.index()] != change.new)
        .map(|change| Change { base: current[change.field.index()].clone(), ..change.clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id() -> RecordId {
        RecordId::from_parts(1, [7; 10])
    }
    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![Just(Value::Null), (0i64..3).prop_map(Value::Int), "[ab]".prop_map(Value::from)]
    }
    fn any_values() -> impl Strategy<Value = Values> {
        prop::collection::vec(any_value(), Kind::Department.fields().len())
    }
    /// Edits as a person makes them: each on what is there.
    fn edits_from(start: Option<Values>, steps: &[Option<Values>]) -> (Vec<Edit>, Option<Values>) {
        let (mut edits, mut state) = (Vec::new(), start);
        for step in steps {
            if let Some(edit) = difference(Kind::Department, id(), state.as_ref(), step.as_ref()) {
                edits.push(edit);
                state = step.clone();
            }
        }
        (edits, state)
    }

    proptest! {
        #[test]
        fn edits_on_what_they_were_made_on_give_what_was_made(
            start in prop::option::of(any_values()), steps in prop::collection::vec(prop::option::of(any_values()), 0..5)
        ) {
            let (edits, end) = edits_from(start.clone(), &steps);
            prop_assert_eq!(rebase(start.as_ref(), end.as_ref(), &edits), end);
        }

        #[test]
        fn accepting_the_oldest_edit_leaves_the_record_as_it_is_here(
            start in prop::option::of(any_values()), theirs in any_values(),
            steps in prop::collection::vec(prop::option::of(any_values()), 1..5)
        ) {
            let (edits, end) = edits_from(start.clone(), &steps);
            for stored in [start, Some(theirs)] {
                let local = rebase(stored.as_ref(), end.as_ref(), &edits);
                if let Some((first, rest)) = edits.split_first() {
                    let accepted = accept(stored.as_ref(), local.as_ref(), first, &[]);
                    prop_assert_eq!(rebase(accepted.as_ref(), local.as_ref(), rest), local);
                }
            }
        }

        #[test]
        fn fields_that_nobody_edited_here_follow_the_service(
            start in any_values(), theirs in any_values(), new in any_value()
        ) {
            let mut edited = start.clone();
            edited[1] = new;
            let (edits, _) = edits_from(Some(start.clone()), &[Some(edited.clone())]);
            let local = rebase(Some(&theirs), Some(&edited), &edits).unwrap();
            for (index, value) in local.iter().enumerate() {
                let expected = if index == 1 && start != edited { &edited[1] } else { &theirs[index] };
                prop_assert_eq!(value, expected);
            }
        }

        #[test]
        fn rebasing_twice_is_the_same_as_once(
            start in prop::option::of(any_values()), theirs in prop::option::of(any_values()),
            steps in prop::collection::vec(prop::option::of(any_values()), 0..4)
        ) {
            let (edits, end) = edits_from(start, &steps);
            let once = rebase(theirs.as_ref(), end.as_ref(), &edits);
            prop_assert_eq!(rebase(theirs.as_ref(), once.as_ref(), &edits), once);
        }

        #[test]
        fn an_edit_and_its_inverse_cancel_out(start in prop::option::of(any_values()), end in prop::option::of(any_values())) {
            if let Some(edit) = difference(Kind::Department, id(), start.as_ref(), end.as_ref()) {
                prop_assert!(cancel_out(&edit, &edit.inverse()));
                prop_assert!(!cancel_out(&edit, &edit) || edit.changes.is_empty());
            }
        }
    }

    #[test]
    fn a_row_that_the_service_removed_stays_while_its_edit_waits() {
        let mut local = vec![Value::Null; Kind::Department.fields().len()];
        local[1] = Value::from("二班");
        let edit = Edit {
            kind: Kind::Department,
            id: id(),
            verb: Verb::Edit,
            changes: vec![Change {
                field: Field::DepartmentName, base: Value::from("一班"), new: Value::from("二班")
            }],
        };
        assert_eq!(rebase(None, Some(&local), &[edit]), Some(local));
    }

    #[test]
    fn a_removal_that_waits_keeps_the_record_away() {
        let stored = vec![Value::Null; Kind::Department.fields().len()];
        let removal = Edit::remove(&Record { kind: Kind::Department, id: id(), ver: 1, values: stored.clone() });
        assert_eq!(rebase(Some(&stored), None, std::slice::from_ref(&removal)), None);
    }

    #[test]
    fn conflicting_fields_stay_as_the_service_has_them() {
        let fields = Kind::Department.fields();
        let stored = vec![Value::Null; fields.len()];
        let mut wanted = stored.clone();
        wanted[1] = Value::from("甲");
        wanted[2] = Value::from("class");
        let edit = difference(Kind::Department, id(), Some(&stored), Some(&wanted)).unwrap();
        let accepted = accept(Some(&stored), Some(&wanted), &edit, &[Field::DepartmentName]).unwrap();
        assert_eq!((&accepted[1], &accepted[2]), (&Value::Null, &Value::from("class")));
    }

    #[test]
    fn fields_of_the_service_are_never_sent() {
        let mut joined = vec![Value::Null; Kind::Member.fields().len()];
        joined[Field::MemberName.index()] = Value::from("单雄信");
        joined[Field::MemberJoinState.index()] = Value::from("joined");
        let made = difference(Kind::Member, id(), None, Some(&joined)).unwrap();
        assert_eq!(made.changes.len(), 1);
        let mut left = joined.clone();
        left[Field::MemberJoinState.index()] = Value::Null;
        assert_eq!(difference(Kind::Member, id(), Some(&joined), Some(&left)), None);
        assert_eq!(difference(Kind::Member, id(), Some(&joined), None).unwrap().changes.len(), 2);
    }
}
