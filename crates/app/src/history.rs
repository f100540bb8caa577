//! What happened to a record and in each operation, and bringing parts of it back.

use crate::attention;
use crate::custom;
use crate::custom_values;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::session::{Session, version};
use crate::{masking, members, past};
use mingce_ipc::custom::CustomColumn;
use mingce_ipc::history::*;
use mingce_ipc::roster::FieldChange;
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Form, Kind, Record, RecordId, Verb};
use mingce_store::{HistoryEntry, Label, LeftOut, Moment, OperationNumber, OperationRow, Origin, StoreError, Undone};
use std::collections::HashMap;

/// Lines of one page at the most.
pub(crate) const LINES_MAX: u32 = 500;
/// Larger batches are undone without being tried first.
const PLANNED_MAX: u64 = 20_000;

fn kind(word: &str) -> Outcome<Kind> {
    Kind::from_name(word).ok_or_else(|| Failure::from(Code::Malformed).with("kind", "unknown"))
}

/// What the record is or was called.
pub(crate) fn title(session: &Session, kind: Kind, id: RecordId) -> Outcome<String> {
    let now = told(session.store.get(kind, id))?;
    let record = match now {
        Some(record) => Some(record),
        None => match told(session.store.removed_at(kind, id))? {
            Some(moment) => told(session.store.record_at(kind, id, moment))?,
            None => None,
        },
    };
    let Some(record) = record else { return Ok(told(session.store.departed(kind, id))?.unwrap_or_default()) };
    let own = record.kind.fields().iter().find(|field| field.name() == "name");
    if let Some(field) = own {
        return Ok(record.get(*field).to_string());
    }
    // What hangs on a member is called like them, what hangs on two like both.
    let places = record.kind.fields().iter().filter(|field| field.form() == Form::Ref(Kind::Member));
    let names = places.filter_map(|field| record.reference(*field)).map(|member| title(session, Kind::Member, member));
    Ok(names.collect::<Outcome<Vec<String>>>()?.join(" · "))
}

/// What a record is or was called that a value names; nothing when that is not known.
pub(crate) fn called(session: &Session, kind: Kind, id: &str) -> String {
    id.parse().ok().and_then(|id| title(session, kind, id).ok()).unwrap_or_default()
}

/// What records are or were called, and whether they are there: asked for once a page.
type Names = HashMap<(Kind, RecordId), (String, bool)>;

fn line(session: &Session, entry: HistoryEntry, names: &mut Names) -> Outcome<HistoryLine> {
    let by = attention::author_of_what_held(session, &entry)?.unwrap_or_else(|| entry.actor.clone());
    let Edit { kind, id, verb, ref changes } = entry.edit;
    let (title, is_there) = match names.get(&(kind, id)) {
        Some(known) => known.clone(),
        None => {
            let named = (title(session, kind, id)?, told(session.store.get(kind, id))?.is_some());
            names.insert((kind, id), named.clone());
            named
        }
    };
    let text = |field: Field, value: &mingce_model::Value| {
        custom_values::shown(session, (kind, id), field, changes, members::shown(session, field, value))
    };
    // What belongs to a member is told as any field of theirs, from the first value on.
    let is_told = verb != Verb::Create || custom_values::BELONGS.contains(&kind);
    let changes = changes
        .iter()
        .filter(|change| is_told && !(verb != Verb::Edit && custom_values::says_whose(change.field)))
        .map(|change| {
            Ok(FieldChange {
                field: custom_values::word(session, kind, id, change.field, changes)?,
                from: text(change.field, &change.base)?,
                to: text(change.field, &change.new)?,
            })
        })
        .collect::<Outcome<_>>()?;
    Ok(HistoryLine {
        moment: entry.moment.0,
        at: entry.at_ms,
        by,
        device: entry.device,
        verb: verb.name().to_owned(),
        operation: match &entry.elsewhere {
            Some(batch) if !batch.label.is_empty() => batch.label.clone(),
            _ => word(entry.origin, entry.label).to_owned(),
        },
        operation_number: entry.operation.0,
        batch: entry.batch.map(|batch| batch.to_string()),
        elsewhere: entry.elsewhere.map(|batch| batch.id.to_string()),
        kind: kind.name().to_owned(),
        record: id.to_string(),
        title,
        changes,
        is_there,
    })
}

fn word(origin: Origin, label: Label) -> &'static str {
    match origin {
        Origin::Local => label.word(),
        other => other.word(),
    }
}

fn page(session: &Session, mut entries: Vec<HistoryEntry>, limit: usize) -> Outcome<HistoryPage> {
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let mut names = Names::new();
    let lines = entries.into_iter().map(|entry| line(session, entry, &mut names)).collect::<Outcome<_>>()?;
    Ok(HistoryPage { lines, has_more })
}

/// What happened to the record and to what belongs to it, the newest first.
pub(crate) fn with_belonging(
    session: &Session,
    (kind, id): (Kind, RecordId),
    before: Option<Moment>,
    limit: usize,
) -> Outcome<HistoryPage> {
    page(session, told(session.store.history_with_belonging(kind, id, before, limit + 1))?, limit)
}

pub(crate) fn of_record(session: &Session, asked: &RecordHistory) -> Outcome<RecordPast> {
    let limit = asked.limit.clamp(1, LINES_MAX) as usize;
    let (kind, id) = (kind(&asked.kind)?, departments::id(&asked.id)?);
    let HistoryPage { lines, has_more } = with_belonging(session, (kind, id), asked.before.map(Moment), limit)?;
    let is_there = told(session.store.get(kind, id))?.is_some();
    Ok(RecordPast { title: title(session, kind, id)?, is_there, lines, has_more })
}

pub(crate) fn of_operation(session: &Session, asked: &OperationEntries) -> Outcome<HistoryPage> {
    let limit = asked.limit.clamp(1, LINES_MAX) as usize;
    let number = OperationNumber(asked.operation);
    page(session, told(session.store.operation_entries(number, asked.after.map(Moment), limit + 1))?, limit)
}

/// What somebody did as one on another computer, as far as it came here.
pub(crate) fn of_batch_elsewhere(session: &Session, asked: &BatchElsewhere) -> Outcome<BatchPast> {
    let limit = asked.limit.clamp(1, LINES_MAX) as usize;
    let batch = departments::id(&asked.batch)?.into();
    let entries = told(session.store.entries_elsewhere(batch, asked.after.map(Moment), limit + 1))?;
    // Asked for once, with the first page: it is gone over for it from the first line to the last.
    let records = match asked.after {
        None => told(session.store.count_elsewhere(batch))?,
        Some(_) => 0,
    };
    let HistoryPage { lines, has_more } = page(session, entries, limit)?;
    Ok(BatchPast { records: count(records), lines, has_more })
}

pub(crate) fn operations(session: &Session, asked: &OperationsAsked) -> Outcome<OperationPage> {
    let limit = asked.limit.clamp(1, LINES_MAX) as usize;
    let before = match (asked.before, asked.until) {
        (Some(before), _) => Some(OperationNumber(before)),
        (None, Some(until)) => match told(session.store.operation_at(until))? {
            Some(OperationNumber(newest)) => Some(OperationNumber(newest + 1)),
            None => return Ok(OperationPage { operations: Vec::new(), has_more: false }),
        },
        (None, None) => None,
    };
    let mut rows = told(session.store.operations(before, limit + 1))?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok(OperationPage { operations: rows.into_iter().map(operation_line).collect(), has_more })
}

fn operation_line(row: OperationRow) -> OperationLine {
    OperationLine {
        number: row.number.0,
        moment: row.moment.0,
        batch: row.batch.map(|batch| batch.to_string()),
        operation: row.label.word().to_owned(),
        origin: row.origin.word().to_owned(),
        by: row.actor,
        at: row.at_ms,
        changed: count(row.changed),
        can_undo: row.can_undo,
        is_undone: row.is_undone,
    }
}

pub(crate) fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What undoing the batch would change and what it would leave alone; nothing is written.
pub(crate) fn plan_undo(session: &Session, batch: &str) -> Outcome<UndoPlan> {
    let batch = departments::id(batch)?.into();
    let by = session.operation(Label::Edit)?;
    let planned = match session.store.plan_undo_batch(batch, PLANNED_MAX, &by) {
        Err(StoreError::NothingToDo) => return Err(Code::NothingToUndo.into()),
        other => told(other)?,
    };
    let Some(Undone { touched, kept, kept_count, .. }) = planned else {
        return Ok(UndoPlan { is_unknown: true, changed: 0, kept: Vec::new(), kept_count: 0 });
    };
    let kept = kept
        .into_iter()
        .map(|kept| {
            // A value of a custom field is called by the field.
            let word = |field| custom_values::word(session, kept.kind, kept.id, field, &[]);
            Ok(KeptField {
                kind: kept.kind.name().to_owned(),
                record: kept.id.to_string(),
                title: title(session, kept.kind, kept.id)?,
                field: kept.field.map(word).transpose()?,
            })
        })
        .collect::<Outcome<_>>()?;
    Ok(UndoPlan { is_unknown: false, changed: count(touched.changed), kept, kept_count: count(kept_count) })
}

pub(crate) fn restore_fields(session: &Session, wanted: &RestoreFields) -> Outcome<Restored> {
    let kind = kind(&wanted.kind)?;
    let field = |name: &String| {
        let is_custom = kind == Kind::CustomValue && name.parse::<CustomColumn>().is_ok();
        let found = if is_custom { Some(Field::CustomValueValue) } else { kind.field(name) };
        found.ok_or_else(|| Failure::from(Code::Malformed).with("field", "unknown"))
    };
    let fields: Vec<Field> = wanted.fields.iter().map(field).collect::<Outcome<_>>()?;
    let of = (kind, departments::id(&wanted.id)?);
    if fields.contains(&Field::CustomFieldDataClass) {
        check_unmasking(session, of, Moment(wanted.before).before())?;
    }
    let by = session.operation(Label::Restore)?;
    restored(session, told(session.store.restore_fields(of, &fields, Moment(wanted.before).before(), &by))?)
}

pub(crate) fn restore_record(session: &Session, wanted: &RestoreRecord) -> Outcome<Restored> {
    let (kind, id) = (kind(&wanted.kind)?, departments::id(&wanted.id)?);
    let moment = match (&wanted.past, wanted.before) {
        (Some(past), _) => past::moment(session, past)?,
        (None, Some(before)) => Moment(before).before(),
        (None, None) => told(session.store.removed_at(kind, id))?.ok_or(Code::NotFound)?,
    };
    check_unmasking(session, (kind, id), moment)?;
    let by = session.operation(Label::Restore)?;
    let is_whole = wanted.past.is_some() && kind == Kind::Member && told(session.store.get(kind, id))?.is_some();
    restored(
        session,
        told(match is_whole {
            true => session.store.restore_member(id, moment, &by),
            false => session.store.restore_record((kind, id), moment, &by),
        })?,
    )
}

/// Refuses to whoever may not see what is personal to bring a field back to when it was not. One that was removed counts as
/// what it was last.
fn check_unmasking(session: &Session, (kind, id): (Kind, RecordId), moment: Moment) -> Outcome<()> {
    if kind != Kind::CustomField {
        return Ok(());
    }
    let last = match told(session.store.get(kind, id))? {
        Some(now) => Some(now),
        None => match told(session.store.removed_at(kind, id))? {
            Some(removed) => told(session.store.record_at(kind, id, removed))?,
            None => None,
        },
    };
    let then = told(session.store.record_at(kind, id, moment))?;
    let is_masked = |record: &Option<Record>| record.as_ref().is_some_and(custom::is_masked);
    if is_masked(&last) && !is_masked(&then) { masking::check_right(session) } else { Ok(()) }
}

fn restored(session: &Session, restored: mingce_store::Restored) -> Outcome<Restored> {
    session.tell_changed(&restored.touched);
    let left_out = restored
        .left_out
        .into_iter()
        .map(|left_out| {
            let (kind, id, field, reason) = match left_out {
                LeftOut::PlaceGone { kind, id, field } => (kind, id, field, "place_gone"),
                LeftOut::ValueUnfit { member } => (Kind::Member, member, Field::CustomValueValue, "value_unfit"),
                LeftOut::NumberTaken { id, field } => (Kind::Member, id, field, "number_taken"),
            };
            let title = title(session, kind, id)?;
            Ok(LeftOutField { title, field: field.name().to_owned(), reason: reason.to_owned() })
        })
        .collect::<Outcome<_>>()?;
    let version = version(restored.touched.version.max(session.store.version()));
    Ok(Restored { changed: count(restored.touched.changed), left_out, version })
}
