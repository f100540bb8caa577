//! Taking back a great many edits that are alike: one field of one member each. Statements over all of them, where each
//! on its own would be read, compared and written by itself; history, outbox and shadows are as if it had been.

use crate::journal::Journal;
use crate::operation::Touched;
use crate::{Store, StoreError, rows, shadow};
use mingce_model::{Edit, Field, Kind, RecordId, Verb};
use rusqlite::{ToSql, params};
use std::collections::{HashMap, HashSet};

const MEMBER: u8 = Kind::Member as u8;
const EDIT: u8 = Verb::Edit as u8;

/// Takes back those of the edits, given with their places in the history, that allow it this way, and answers which.
/// The others are left to whoever takes them back one by one afterwards.
pub(crate) fn take_back(journal: &mut Journal<'_>, edits: &[(i64, Edit)]) -> Result<HashSet<i64>, StoreError> {
    let Some((field, alike)) = alike(edits) else { return Ok(HashSet::new()) };
    let ids: HashMap<i64, RecordId> = alike.iter().map(|(seq, edit)| (*seq, edit.id)).collect();
    // The record has just this edit, which the service has not got: without it, it is what it was before.
    let unsent = format!(
        "SELECT h.seq FROM json_each(?1) j CROSS JOIN history h ON h.seq = j.value
        CROSS JOIN outbox o ON o.seq = h.seq AND o.verb IS NULL AND o.changes IS NULL
        CROSS JOIN shadow s ON s.id = h.id AND s.kind = {MEMBER} AND s.pending = 1 AND s.refused = 0 AND s.stored = '{}'
        CROSS JOIN member m ON m.id = h.id AND m.\"{}\" IS json_extract(h.changes, '$[0][2]') WHERE h.seq > ?2",
        shadow::AS_BEFORE,
        field.name()
    );
    let all: Vec<i64> = alike.iter().map(|(seq, _)| *seq).collect();
    let unsent = select(journal, &unsent, params![list(&all), journal.frontier])?;
    let mut taken: HashSet<i64> = unsent.iter().copied().collect();
    if !unsent.is_empty() {
        let seqs = list(&unsent);
        write(journal, &seqs, field)?;
        let conn = journal.conn;
        let sql = format!(
            "DELETE FROM shadow WHERE kind = {MEMBER} AND id IN (SELECT id FROM history
            WHERE seq IN (SELECT value FROM json_each(?1)))"
        );
        conn.prepare_cached(&sql)?.execute([&seqs])?;
        conn.prepare_cached("DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?1))")?.execute([&seqs])?;
        note_changed(journal, &unsent, &ids);
    }

    // Nothing waits for these: the inverse edit is their only one.
    let settled = format!(
        "SELECT h.seq FROM json_each(?1) j CROSS JOIN history h ON h.seq = j.value
        CROSS JOIN member m ON m.id = h.id AND m.ver <> ?2 AND m.\"{}\" IS json_extract(h.changes, '$[0][2]')
        WHERE NOT EXISTS (SELECT 1 FROM shadow s WHERE s.id = h.id AND s.kind = {MEMBER})",
        field.name()
    );
    let others: Vec<i64> = all.into_iter().filter(|seq| !taken.contains(seq)).collect();
    let settled = select(journal, &settled, params![list(&others), rows::FRESH])?;
    if !settled.is_empty() {
        let seqs = list(&settled);
        let (first, last) = write(journal, &seqs, field)?;
        let conn = journal.conn;
        let sql = "INSERT OR FAIL INTO outbox (seq) SELECT seq FROM history WHERE seq BETWEEN ?1 AND ?2";
        conn.prepare_cached(sql)?.execute([first, last])?;
        let sql = format!(
            "INSERT OR FAIL INTO shadow (id, kind, ver, pending, refused, stored)
            SELECT m.id, {MEMBER}, m.ver, 1, 0, '{}' FROM history h CROSS JOIN member m ON m.id = h.id
            WHERE h.seq BETWEEN ?1 AND ?2",
            shadow::AS_BEFORE
        );
        conn.prepare_cached(&sql)?.execute([first, last])?;
        journal.has_shadows = true;
        note_changed(journal, &settled, &ids);
    }
    taken.extend(settled);
    Ok(taken)
}

/// Edits of one and the same field, which nobody is found by, each the only one of its member.
fn alike(edits: &[(i64, Edit)]) -> Option<(Field, Vec<&(i64, Edit)>)> {
    let mut counts: HashMap<RecordId, u32> = HashMap::with_capacity(edits.len());
    edits.iter().for_each(|(_, edit)| *counts.entry(edit.id).or_default() += 1);
    let field_of = |edit: &Edit| match edit.changes.as_slice() {
        // SQLite's JSON ends a text at such a character.
        [change] if change.base.as_text().is_some_and(|text| text.contains('\0')) => None,
        [change] if edit.verb == Verb::Edit && Store::can_set_all(change.field) => Some(change.field),
        _ => None,
    };
    let field = edits.iter().find_map(|(_, edit)| field_of(edit))?;
    let alike = |(_, edit): &&(i64, Edit)| counts.get(&edit.id) == Some(&1) && field_of(edit) == Some(field);
    Some((field, edits.iter().filter(alike).collect()))
}

fn select(journal: &Journal<'_>, sql: &str, parameters: &[&dyn ToSql]) -> Result<Vec<i64>, StoreError> {
    let mut statement = journal.conn.prepare_cached(sql)?;
    let found = statement.query_map(parameters, |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Puts what was there before back into the rows, and the inverse edits into the history: the places of these.
fn write(journal: &mut Journal<'_>, seqs: &str, field: Field) -> Result<(i64, i64), StoreError> {
    let conn = journal.conn;
    let sql = format!(
        "INSERT OR FAIL INTO history (operation, kind, id, verb, changes)
        SELECT ?2, {MEMBER}, id, {EDIT}, json_array(json_array({},
            json_extract(changes, '$[0][2]'), json_extract(changes, '$[0][1]')))
        FROM history WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq DESC",
        field.number()
    );
    let count = conn.prepare_cached(&sql)?.execute(params![seqs, journal.operation])?;
    let last = conn.last_insert_rowid();
    let first = last + 1 - count as i64;
    journal.note_logged(first, last);
    let sql = format!(
        "UPDATE OR FAIL member SET \"{}\" = json_extract(h.changes, '$[0][2]') FROM history h
        WHERE h.seq BETWEEN ?1 AND ?2 AND member.id = h.id",
        field.name()
    );
    conn.prepare_cached(&sql)?.execute([first, last])?;
    Ok((first, last))
}

fn note_changed(journal: &mut Journal<'_>, seqs: &[i64], ids: &HashMap<i64, RecordId>) {
    let listed: Vec<RecordId> = seqs.iter().take(Touched::LISTED).filter_map(|seq| ids.get(seq).copied()).collect();
    journal.note_many_changed(&listed, seqs.len());
}

fn list(seqs: &[i64]) -> String {
    format!("[{}]", seqs.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::{Change, Value};

    fn edit(id: u128, field: Field, base: &str) -> Edit {
        let change = Change { field, base: Value::from(base), new: Value::from("x") };
        let id = RecordId::from_slice(&id.to_be_bytes()).unwrap();
        Edit { kind: field.kind(), id, verb: Verb::Edit, changes: vec![change] }
    }

    #[test]
    fn only_single_edits_of_the_same_field_are_alike() {
        let edits = [
            (1, edit(1, Field::MemberName, "a")),
            (2, edit(2, Field::MemberTitle, "a")),
            (3, edit(3, Field::MemberNote, "a")),
            (4, edit(4, Field::MemberTitle, "b")),
            (5, edit(5, Field::MemberTitle, "c")),
            (6, edit(5, Field::MemberTitle, "d")),
            (7, edit(6, Field::MemberTitle, "e\0")),
            (8, Edit { verb: Verb::Remove, ..edit(7, Field::MemberTitle, "f") }),
            (9, edit(8, Field::MemberTitle, "")),
        ];
        let (field, found) = alike(&edits).unwrap();
        assert_eq!((field, found.iter().map(|(seq, _)| *seq).collect::<Vec<_>>()), (Field::MemberTitle, vec![2, 4, 9]));
        assert!(alike(&edits[..1]).is_none());
    }
}
