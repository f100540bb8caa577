//! What changed of a record since it was last heard of, edit by edit, where the service tells them one by one: each part of
//! the difference with whoever made it.

use crate::author::{Authors, By};
use crate::rebase::Values;
use mingce_model::{Change, Edit, Field, Kind, Value};
use mingce_protocol::PulledEdit;

/// One of the edits by which a record became what the service has.
pub(crate) struct ToldEdit {
    by: By,
    is_creation: bool,
    /// What it found in each field that it changed.
    bases: Vec<(Field, Value)>,
}

/// The edits of a record, oldest first; none when not all of them can be read.
pub(crate) fn read(authors: &Authors, kind: Kind, edits: &[PulledEdit]) -> Vec<ToldEdit> {
    let told = edits.iter().enumerate().map(|(age, edit)| {
        let bases = edit.fields(kind)?.into_iter().map(|(field, base)| (field, base.clone())).collect();
        let is_in_place = !edit.is_creation || age == 0;
        is_in_place.then_some(())?;
        Some(ToldEdit { by: authors.find_of(edit)?, is_creation: edit.is_creation, bases })
    });
    told.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Who made the record, where that is told.
pub(crate) fn maker(told: &[ToldEdit]) -> Option<By> {
    told.first().filter(|first| first.is_creation).map(|first| first.by)
}

/// The parts of `whole`, which turns what was here into what is here now, each with who made it, oldest first. The record at
/// the service is `stored` now. What was here may differ from what the service had, by edits made here: a field's steps
/// are told from the value on that was here, or else it is the last one's who changed it.
pub(crate) fn parts(whole: &Edit, told: &[ToldEdit], stored: &Values) -> Vec<(By, Edit)> {
    let mut changes: Vec<Vec<Change>> = told.iter().map(|_| Vec::new()).collect();
    for change in &whole.changes {
        let steps = steps(change.field, told, stored);
        let start = steps.iter().position(|step| step.base == change.base);
        let leads_here = steps.last().is_some_and(|step| step.new == change.new);
        match (start, steps.last()) {
            (Some(start), Some(_)) if leads_here => {
                for Step { place, base, new } in steps.into_iter().skip(start) {
                    changes[place].push(Change { field: change.field, base, new });
                }
            }
            (_, Some(last)) => changes[last.place].push(change.clone()),
            // Nobody is told to have changed it: it came with the newest.
            (_, None) => {
                if let Some(newest) = changes.last_mut() {
                    newest.push(change.clone());
                }
            }
        }
    }
    let parts = told.iter().zip(changes).filter(|(_, changes)| !changes.is_empty());
    parts.map(|(edit, changes)| (edit.by, Edit { changes, ..whole.clone() })).collect()
}

/// The edits that followed the record's making, each with what it changed.
pub(crate) fn since_made(kind: Kind, told: &[ToldEdit], stored: &Values) -> Vec<(By, Vec<Change>)> {
    let mut changes: Vec<Vec<Change>> = told.iter().map(|_| Vec::new()).collect();
    for field in kind.fields() {
        for Step { place, base, new } in steps(*field, told, stored) {
            changes[place].push(Change { field: *field, base, new });
        }
    }
    told.iter().zip(changes).filter(|(_, changes)| !changes.is_empty()).map(|(edit, all)| (edit.by, all)).collect()
}

struct Step {
    /// Which of the edits it is of.
    place: usize,
    base: Value,
    new: Value,
}

/// One field through the edits that changed it: what one put there is what the next one found.
fn steps(field: Field, told: &[ToldEdit], stored: &Values) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut new = stored.get(field.index()).cloned().unwrap_or(Value::Null);
    for (place, edit) in told.iter().enumerate().rev() {
        let Some((_, base)) = edit.bases.iter().find(|(of, _)| *of == field) else { continue };
        if *base != new {
            steps.push(Step { place, base: base.clone(), new });
        }
        new = base.clone();
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::{Record, RecordId, Verb};

    const NAME: Field = Field::MemberName;
    const NOTE: Field = Field::MemberNote;
    const PHONE: Field = Field::MemberPhone;

    fn by(author: i64) -> By {
        By { author, at_ms: author * 10, batch: Some(author) }
    }

    fn told(bases: &[&[(Field, &str)]]) -> Vec<ToldEdit> {
        let edit = |(age, bases): (usize, &&[(Field, &str)])| ToldEdit {
            by: by(age as i64),
            is_creation: false,
            bases: bases.iter().map(|(field, base)| (*field, Value::from(*base))).collect(),
        };
        bases.iter().enumerate().map(edit).collect()
    }

    fn record(values: &[(Field, &str)]) -> Record {
        let empty = Record::empty(Kind::Member, RecordId::from_parts(1, [1; 10]));
        values.iter().fold(empty, |record, (field, value)| record.with(*field, *value))
    }

    /// By author: field, from, to.
    fn shown(parts: Vec<(By, Edit)>) -> Vec<(i64, Vec<(Field, String, String)>)> {
        let change = |change: Change| (change.field, change.base.to_string(), change.new.to_string());
        parts.into_iter().map(|(by, edit)| (by.author, edit.changes.into_iter().map(change).collect())).collect()
    }

    fn split(
        here: &Record,
        after: &Record,
        told: &[ToldEdit],
        stored: &Record,
    ) -> Vec<(i64, Vec<(Field, String, String)>)> {
        shown(parts(&Edit::between(here, after).unwrap(), told, &stored.values))
    }

    #[test]
    fn each_field_is_whoever_changed_it() {
        let (here, now) = (record(&[(NOTE, "a"), (PHONE, "1")]), record(&[(NOTE, "b"), (PHONE, "2")]));
        let told = told(&[&[(NOTE, "a")], &[(PHONE, "1")]]);
        let line = |field, from: &str, to: &str| vec![(field, from.to_owned(), to.to_owned())];
        assert_eq!(split(&here, &now, &told, &now), [(0, line(NOTE, "a", "b")), (1, line(PHONE, "1", "2"))]);
    }

    #[test]
    fn a_field_that_went_through_several_hands_is_told_step_by_step() {
        let (here, now) = (record(&[(NOTE, "a")]), record(&[(NOTE, "c")]));
        let told = told(&[&[(NOTE, "a")], &[(NOTE, "b")]]);
        let line = |from: &str, to: &str| vec![(NOTE, from.to_owned(), to.to_owned())];
        assert_eq!(split(&here, &now, &told, &now), [(0, line("a", "b")), (1, line("b", "c"))]);
        // The first of them was made here, and is in the history already.
        assert_eq!(split(&record(&[(NOTE, "b")]), &now, &told, &now), [(1, line("b", "c"))]);
        // What was here none of them found: it is the last one's.
        assert_eq!(split(&record(&[(NOTE, "x")]), &now, &told, &now), [(1, line("x", "c"))]);
        // An edit made here lies on top.
        let mine = record(&[(NOTE, "mine")]);
        assert_eq!(split(&here, &mine, &told, &now), [(1, line("a", "mine"))]);
    }

    #[test]
    fn what_nobody_is_told_to_have_changed_came_with_the_newest() {
        let (here, now) = (record(&[(NOTE, "a"), (NAME, "n")]), record(&[(NOTE, "b"), (NAME, "m")]));
        let told = told(&[&[(NOTE, "a")], &[]]);
        let parts = split(&here, &now, &told, &now);
        assert_eq!(parts.iter().map(|(by, changes)| (*by, changes[0].0)).collect::<Vec<_>>(), [(0, NOTE), (1, NAME)]);
    }

    #[test]
    fn the_parts_of_a_change_are_the_change() {
        let (here, now) = (record(&[(NOTE, "a"), (PHONE, "1")]), record(&[(NOTE, "d"), (PHONE, "2")]));
        let told = told(&[&[(NOTE, "a"), (PHONE, "1")], &[(NOTE, "b")], &[(NOTE, "a")]]);
        let whole = Edit::between(&here, &now).unwrap();
        let mut values = here.values.clone();
        for (_, part) in parts(&whole, &told, &now.values) {
            assert_eq!(part.verb, Verb::Edit);
            for change in part.changes {
                assert_eq!(values[change.field.index()], change.base);
                values[change.field.index()] = change.new;
            }
        }
        assert_eq!(values, now.values);
    }
}
