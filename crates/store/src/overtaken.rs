//! Refused edits that their own author has overtaken: edits made on top of them are put on what the service holds, and
//! what is left of them goes out again.
//!
//! Never drops a value, and never lets people conflict with themselves: only a value of somebody else may do that.

use crate::journal::Journal;
use crate::rebase::{self, Values};
use crate::shadow::{self, EDIT_COLUMNS, Shadow, read_edit};
use crate::{StoreError, rows};
use mingce_model::{Change, Edit, Field, Form, Kind, RecordId, Value, Verb};
use mingce_protocol::{Exception, OpCode};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// What is left of the refused edits once the same author's later edit was answered; `None` when they have nothing in
/// common.
pub(crate) fn rest_of(refused: &[Edit], later: &Edit) -> Option<Vec<Edit>> {
    if later.verb != Verb::Edit {
        return (!refused.is_empty()).then(Vec::new);
    }
    let is_overtaken = |change: &Change| later.changes.iter().any(|other| other.field == change.field);
    let concerns = |edit: &Edit| edit.verb != Verb::Remove && edit.changes.iter().any(is_overtaken);
    if !refused.iter().any(concerns) {
        return None;
    }
    let rest = refused.iter().map(|edit| {
        let mut rest = edit.clone();
        if edit.verb != Verb::Remove {
            rest.changes.retain(|change| !is_overtaken(change));
        }
        rest
    });
    Some(rest.filter(|edit| edit.verb != Verb::Edit || !edit.changes.is_empty()).collect())
}

/// The waiting edits with the bases that the refused ones had: what they were made on never came to be, and nobody else
/// has seen it. A base that somebody else has changed meanwhile still conflicts.
pub(crate) fn on_what_held(refused: &[Edit], waiting: &[Edit]) -> Vec<Edit> {
    let mut believed = believed(refused);
    let mut moved = Vec::with_capacity(waiting.len());
    for edit in waiting {
        let mut edit = edit.clone();
        match edit.verb {
            Verb::Create => believed.clear(),
            Verb::Edit => {
                for change in &mut edit.changes {
                    if let Some((new, base)) = believed.remove(&change.field)
                        && new == change.base
                    {
                        change.base = base;
                    }
                }
            }
            Verb::Remove => {
                for (field, (new, base)) in believed.drain() {
                    let at = edit.changes.iter().position(|change| change.field == field);
                    if at.map_or(Value::Null, |at| edit.changes[at].base.clone()) != new {
                        continue;
                    }
                    edit.changes.retain(|change| change.field != field);
                    if !base.is_null() {
                        edit.changes.push(Change { field, base, new: Value::Null });
                    }
                }
                edit.changes.sort_by_key(|change| change.field);
            }
        }
        moved.push(edit);
    }
    moved
}

/// What the refused edits made their author believe of each field, and what stood there before.
fn believed(refused: &[Edit]) -> HashMap<Field, (Value, Value)> {
    let mut believed: HashMap<Field, (Value, Value)> = HashMap::new();
    for change in refused.iter().filter(|edit| edit.verb == Verb::Edit).flat_map(|edit| &edit.changes) {
        let base = match believed.remove(&change.field) {
            Some((new, base)) if new == change.base => base,
            _ => change.base.clone(),
        };
        believed.insert(change.field, (change.new.clone(), base));
    }
    believed
}

/// An edit that goes out in place of refused ones, with the bases that its author knew of. What somebody else put into
/// such a field since is hidden behind the refused value here: the edit must not be taken for an answer to it.
pub(crate) fn as_it_was_seen(mut edit: Edit, refused: &[Edit], waiting: &[Edit]) -> Edit {
    let mut seen: HashMap<Field, Value> =
        believed(refused).into_iter().map(|(field, (_, base))| (field, base)).collect();
    // What waits is there before it.
    for change in waiting.iter().flat_map(|edit| &edit.changes) {
        seen.remove(&change.field);
    }
    match edit.verb {
        Verb::Create => {}
        Verb::Edit => {
            for change in &mut edit.changes {
                if let Some(base) = seen.remove(&change.field) {
                    change.base = base;
                }
            }
        }
        Verb::Remove => {
            edit.changes.retain(|change| !seen.contains_key(&change.field));
            let held = seen.into_iter().filter(|(_, base)| !base.is_null());
            edit.changes.extend(held.map(|(field, base)| Change { field, base, new: Value::Null }));
            edit.changes.sort_by_key(|change| change.field);
        }
    }
    edit
}

/// After an answer that refused an edit of the record: looks after what was made on top of it.
///
/// `received`: place of the last waiting edit that the service has in hand already; those are not touched. A later one
/// may be, even if it was read for sending: the service has said that it does not have it. Should it arrive late after
/// all, the changed one under its number is seen as a fork and sent anew.
pub(crate) fn look_after(journal: &mut Journal<'_>, kind: Kind, id: RecordId, received: i64) -> Result<(), StoreError> {
    let conn = journal.conn;
    let Some(mut shadow) = shadow::find(conn, kind, id)? else { return Ok(()) };
    let refused = open_refusals(conn, kind, id)?;
    let Some((_, oldest)) = refused.first() else { return Ok(()) };
    let waiting = shadow::waiting_edits(conn, kind, id)?;
    let current = rows::find(conn, kind, id)?;
    let local = current.as_ref().map(|stored| &stored.record.values);
    if oldest.verb == Verb::Create && shadow.stored.is_none() {
        match waiting.first() {
            // The edits that followed found nothing to edit: together they are one creation.
            None if refused.len() > 1 => send_rest(journal, (kind, id), &mut shadow, local)?,
            Some((place, next)) if *place > received && next.verb == Verb::Edit => {
                let mut mine: Vec<Edit> = refused.iter().map(|(_, edit)| edit.clone()).collect();
                mine.push(next.clone());
                let values = rebase::rebase(None, local, &mine);
                let Some(creation) = rebase::difference(kind, id, None, values.as_ref()) else { return Ok(()) };
                replace(conn, *place, &creation)?;
                close(conn, kind, id)?;
                shadow.refused = 0;
            }
            _ => return Ok(()),
        }
        return journal.put_shadow(kind, id, &shadow);
    }
    if refused.iter().any(|(code, edit)| *code == OpCode::Gone || edit.verb != Verb::Edit) {
        // Whether the record is to come back is for a person to say.
        return Ok(());
    }
    let refused: Vec<Edit> = refused.into_iter().map(|(_, edit)| edit).collect();
    put_on_what_held(conn, (kind, id), &refused, received)?;
    let edits: Vec<Edit> = waiting.into_iter().map(|(_, edit)| edit).collect();
    if edits.iter().any(|later| rest_of(&refused, later).is_some()) {
        send_rest(journal, (kind, id), &mut shadow, local)?;
        journal.put_shadow(kind, id, &shadow)?;
    }
    Ok(())
}

/// Writes `on_what_held` into the outbox, from behind the place `received` on.
pub(crate) fn put_on_what_held(
    conn: &Connection,
    (kind, id): (Kind, RecordId),
    refused: &[Edit],
    received: i64,
) -> Result<(), StoreError> {
    let (places, edits): (Vec<i64>, Vec<Edit>) = shadow::waiting_edits(conn, kind, id)?.into_iter().unzip();
    for ((place, before), after) in places.iter().zip(&edits).zip(on_what_held(refused, &edits)) {
        if *place > received && after != *before {
            replace(conn, *place, &after)?;
        }
    }
    Ok(())
}

/// Sends what was refused for want of a record that the service has now.
pub(crate) fn send_what_waited_for(
    journal: &mut Journal<'_>,
    created: &HashSet<(Kind, RecordId)>,
) -> Result<(), StoreError> {
    let conn = journal.conn;
    let sql = "SELECT o.answer, h.kind, h.id FROM attention o JOIN history h ON h.seq = o.seq
        WHERE o.state = 'open' AND o.answer LIKE '%\"reference_missing\"%' ORDER BY o.number";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([])?;
    let mut waiting = Vec::new();
    while let Some(row) = found.next()? {
        let kind = Kind::from_number(row.get(1)?).ok_or(StoreError::Damaged)?;
        let id = rows::read_id(row.get_ref(2)?)?;
        let fields: Vec<Field> =
            read_answer(row.get_ref(0)?)?.fields.iter().filter_map(|name| kind.field(name)).collect();
        waiting.push((kind, id, fields));
    }
    for (kind, id, fields) in waiting {
        let Some(current) = rows::find(conn, kind, id)? else { continue };
        let mut needed = fields.iter().filter_map(|field| match field.form() {
            Form::Ref(kind) => Some((kind, current.record.reference(*field)?)),
            _ => None,
        });
        if !needed.any(|reference| created.contains(&reference)) {
            continue;
        }
        let Some(mut shadow) = shadow::find(conn, kind, id)?.filter(|shadow| shadow.refused > 0) else { continue };
        send_rest(journal, (kind, id), &mut shadow, Some(&current.record.values))?;
        journal.put_shadow(kind, id, &shadow)?;
        journal.note_touched(kind, id);
    }
    Ok(())
}

/// Closes the record's refusals and queues whatever the service would still lack of `after`, what the record is here, as
/// one edit of the operation whose edit was refused.
pub(crate) fn send_rest(
    journal: &mut Journal<'_>,
    (kind, id): (Kind, RecordId),
    shadow: &mut Shadow,
    after: Option<&Values>,
) -> Result<(), StoreError> {
    let conn = journal.conn;
    let waiting = shadow::pending_edits(conn, kind, id)?;
    let expected = rebase::rebase(shadow.stored.as_ref(), after, &waiting);
    let place = match rebase::difference(kind, id, expected.as_ref(), after) {
        Some(_) => log_again(conn, kind, id)?,
        None => 0,
    };
    journal.mend(place, (kind, id), shadow, (after, after), None)
}

/// The record's refusals that are open, oldest first.
fn open_refusals(conn: &Connection, kind: Kind, id: RecordId) -> Result<Vec<(OpCode, Edit)>, StoreError> {
    let sql = format!(
        "SELECT o.answer, {EDIT_COLUMNS} FROM history h JOIN attention o ON o.seq = h.seq
        WHERE h.id = ?1 AND h.kind = ?2 AND o.state = 'open' ORDER BY h.seq"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    let mut refusals = Vec::new();
    while let Some(row) = found.next()? {
        refusals.push((read_answer(row.get_ref(0)?)?.code, read_edit(conn, row, 1)?));
    }
    Ok(refusals)
}

fn read_answer(value: rusqlite::types::ValueRef<'_>) -> Result<Exception, StoreError> {
    let text = value.as_str().map_err(|_| StoreError::Damaged)?;
    serde_json::from_str(text).map_err(|_| StoreError::Damaged)
}

pub(crate) fn close(conn: &Connection, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    let sql = "UPDATE attention SET state = 'mended' WHERE state = 'open'
        AND seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
    conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8))?;
    Ok(())
}

/// Sends another edit in the place of a waiting one.
fn replace(conn: &Connection, place: i64, edit: &Edit) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET verb = ?2, changes = ?3 WHERE seq = ?1";
    conn.prepare_cached(sql)?.execute((place, edit.verb as u8, rows::changes_to_json(edit)?))?;
    Ok(())
}

/// A history row that stands for sending something of the record again, as part of the operation that was refused: it
/// changes nothing here, so that it names nothing.
fn log_again(conn: &Connection, kind: Kind, id: RecordId) -> Result<i64, StoreError> {
    let sql = "INSERT INTO history (operation, kind, id, verb, changes)
        SELECT h.operation, ?1, ?2, ?3, '[]' FROM history h JOIN attention o ON o.seq = h.seq
        WHERE h.id = ?2 AND h.kind = ?1 AND o.state = 'open' ORDER BY h.seq DESC LIMIT 1";
    let added = conn.prepare_cached(sql)?.execute((kind as u8, id.as_bytes(), Verb::Edit as u8))?;
    if added == 1 { Ok(conn.last_insert_rowid()) } else { Err(StoreError::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> RecordId {
        RecordId::from_parts(1, [7; 10])
    }
    fn edit(changes: &[(Field, &str, &str)]) -> Edit {
        let value = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        let changes =
            changes.iter().map(|(field, base, new)| Change { field: *field, base: value(base), new: value(new) });
        Edit { kind: Kind::Member, id: id(), verb: Verb::Edit, changes: changes.collect() }
    }
    const TITLE: Field = Field::MemberTitle;
    const NOTE: Field = Field::MemberNote;

    #[test]
    fn an_edit_on_a_refused_value_stands_on_what_was_there_before_all_refused_ones() {
        let refused = [edit(&[(TITLE, "原", "甲")]), edit(&[(TITLE, "甲", "乙"), (NOTE, "", "记")])];
        let waiting = [edit(&[(TITLE, "乙", "丙")]), edit(&[(TITLE, "丙", "丁"), (NOTE, "记", "")])];
        let moved = on_what_held(&refused, &waiting);
        assert_eq!(moved[0], edit(&[(TITLE, "原", "丙")]));
        assert_eq!(moved[1], edit(&[(TITLE, "丙", "丁"), (NOTE, "", "")]));
        assert_eq!(on_what_held(&refused, &moved), moved);
    }

    #[test]
    fn an_edit_beside_what_was_refused_stays_as_it_is() {
        let waiting = [edit(&[(NOTE, "甲", "乙")]), edit(&[(TITLE, "别的", "丙")])];
        assert_eq!(on_what_held(&[edit(&[(TITLE, "原", "甲")])], &waiting), waiting);
    }

    #[test]
    fn a_removal_after_a_refused_edit_names_what_is_there() {
        let removal = |values: &[(Field, &str)]| {
            let changes = values.iter().map(|(field, base)| (*field, *base, "")).collect::<Vec<_>>();
            Edit { verb: Verb::Remove, ..edit(&changes) }
        };
        let name = Field::MemberName;
        let refused = [edit(&[(TITLE, "原", "甲"), (NOTE, "", "记"), (Field::MemberPhone, "1", "")])];
        let moved = on_what_held(&refused, &[removal(&[(name, "张三"), (TITLE, "甲"), (NOTE, "记")])]);
        assert_eq!(moved, [removal(&[(name, "张三"), (Field::MemberPhone, "1"), (TITLE, "原")])]);
    }

    #[test]
    fn what_goes_out_in_place_of_a_refused_edit_stands_on_what_its_author_saw() {
        let refused = [edit(&[(TITLE, "原", "甲"), (NOTE, "", "记")])];
        // Somebody else has made the title 乙 since.
        let fresh = edit(&[(TITLE, "乙", "丙"), (NOTE, "", "记")]);
        let seen = edit(&[(TITLE, "原", "丙"), (NOTE, "", "记")]);
        assert_eq!(as_it_was_seen(fresh.clone(), &refused, &[]), seen);
        // An own edit that waits comes first.
        let waiting = [edit(&[(TITLE, "原", "乙")])];
        assert_eq!(as_it_was_seen(fresh.clone(), &refused, &waiting), fresh);
        let removal = |title: &str| Edit { verb: Verb::Remove, ..edit(&[(TITLE, title, "")]) };
        assert_eq!(as_it_was_seen(removal("乙"), &refused, &[]), removal("原"));
    }

    #[test]
    fn of_refused_edits_only_what_was_not_overtaken_is_left() {
        let refused = [edit(&[(TITLE, "原", "甲"), (NOTE, "", "记")])];
        assert_eq!(rest_of(&refused, &edit(&[(Field::MemberPhone, "", "1")])), None);
        assert_eq!(rest_of(&refused, &edit(&[(TITLE, "甲", "乙")])), Some(vec![edit(&[(NOTE, "", "记")])]));
        assert_eq!(rest_of(&refused, &edit(&[(NOTE, "记", "二"), (TITLE, "甲", "乙")])), Some(vec![]));
        assert_eq!(rest_of(&refused, &Edit { verb: Verb::Remove, ..edit(&[]) }), Some(vec![]));
        assert_eq!(rest_of(&[], &Edit { verb: Verb::Remove, ..edit(&[]) }), None);
    }
}
