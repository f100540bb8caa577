//! What waits, is refused or met another edit: found at the member whom it is about, be it their own record or one that
//! hangs on them.

use crate::StoreError;
use crate::find::Mark;
use crate::page_extras::{has_any, list};
use crate::rows::{self, FRESH};
use mingce_model::{Field, Kind, RecordId, Value, belonging};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// Tables of records that hang on one member each, by their kind.
fn belongings() -> impl Iterator<Item = Kind> {
    let kinds = belonging::OF_MEMBER.into_iter().map(Field::kind);
    // Told apart are two, whom no mark of a row would explain: that is said in its own list.
    kinds.filter(|kind| *kind != Kind::Distinction)
}

/// The member whom a record is about, of any kind that hangs on one. What was removed is in the history with whose it was.
fn owner(kind: &str, id: &str) -> String {
    let cases: String = belongings()
        .map(|of| format!("WHEN {} THEN (SELECT member FROM \"{}\" WHERE id = {id})", of as u8, of.name()))
        .collect::<Vec<_>>()
        .join(" ");
    format!(
        "coalesce(CASE {kind} {cases} END, (SELECT unhex(replace(r.owner, '-', '')) FROM history r
            WHERE r.id = {id} AND r.verb = 2 AND r.owner IS NOT NULL ORDER BY r.seq DESC LIMIT 1))"
    )
}

/// The words of the kinds that hang on a member, as a list.
fn kinds(word: impl Fn(Kind) -> String) -> String {
    belongings().map(word).collect::<Vec<_>>().join(", ")
}

/// Whether the member has such a mark, in SQL.
pub(crate) fn condition(mark: Mark) -> String {
    let (member, guardian) = (Kind::Member as u8, Kind::Guardian as u8);
    let hanging = kinds(|kind| (kind as u8).to_string());
    match mark {
        // One way through all that waits: there may be as much of it as there are records.
        Mark::Pending => format!(
            "(member.ver = {FRESH} OR member.id IN (SELECT id FROM shadow WHERE kind = {member} AND pending > 0)
                OR member.id IN (SELECT {} FROM outbox o JOIN history h ON h.seq = o.seq WHERE h.kind IN ({hanging}))
                OR member.id IN (SELECT l.member FROM shadow s JOIN guardianship l ON l.guardian = s.id
                    WHERE s.kind = {guardian} AND s.pending > 0))",
            owner("h.kind", "h.id")
        ),
        Mark::Refused => format!(
            "(member.id IN (SELECT id FROM shadow WHERE kind = {member} AND refused > 0)
                OR member.id IN (SELECT {} FROM shadow s WHERE s.kind IN ({hanging}) AND s.refused > 0)
                OR member.id IN (SELECT l.member FROM shadow s JOIN guardianship l ON l.guardian = s.id
                    WHERE s.kind = {guardian} AND s.refused > 0))",
            owner("s.kind", "s.id")
        ),
        Mark::Conflict => {
            let record = "unhex(replace(k.record, '-', ''))";
            let numbered: String = belongings()
                .map(|kind| format!("WHEN '{}' THEN {}", kind.name(), kind as u8))
                .collect::<Vec<_>>()
                .join(" ");
            format!(
                "(member.id IN (SELECT {record} FROM conflict k WHERE k.kind = 'member' AND k.settled IS NULL)
                    OR member.id IN (SELECT {} FROM conflict k WHERE k.kind IN ({}) AND k.settled IS NULL)
                    OR member.id IN (SELECT l.member FROM conflict k JOIN guardianship l ON l.guardian = {record}
                        WHERE k.kind = 'guardian' AND k.settled IS NULL))",
                owner(&format!("(CASE k.kind {numbered} END)"), record),
                kinds(|kind| format!("'{}'", kind.name()))
            )
        }
    }
}

/// The gravest mark of what hangs on each of the members; those without any are left out.
pub(crate) fn of_belongings(conn: &Connection, members: &[RecordId]) -> Result<HashMap<RecordId, Mark>, StoreError> {
    let mut found = HashMap::new();
    let in_conflict = open_conflicts(conn)?;
    let has_edits = has_any(conn, "outbox")? || has_any(conn, "shadow")?;
    if in_conflict.is_empty() && !has_edits {
        return Ok(found);
    }
    let among = list(members.iter().copied());
    for kind in belongings() {
        let (table, number) = (kind.name(), kind as u8);
        let sql = format!(
            "SELECT t.member, t.id, t.ver, s.pending, s.refused FROM \"{table}\" t
            LEFT JOIN shadow s ON s.id = t.id AND s.kind = {number}
            WHERE t.member IN (SELECT unhex(value) FROM json_each(?1))"
        );
        add(conn, &sql, &among, &in_conflict, &mut found)?;
    }
    let of_guardians = format!(
        "SELECT l.member, t.id, t.ver, s.pending, s.refused FROM guardianship l JOIN guardian t ON t.id = l.guardian
        LEFT JOIN shadow s ON s.id = t.id AND s.kind = {}
        WHERE l.member IN (SELECT unhex(value) FROM json_each(?1))",
        Kind::Guardian as u8
    );
    add(conn, &of_guardians, &among, &in_conflict, &mut found)?;
    // What was removed is in no table any more.
    let removed = format!(
        "SELECT unhex(replace(h.owner, '-', '')), h.id, 0, s.pending, s.refused FROM history h
        JOIN shadow s ON s.id = h.id AND s.kind = h.kind
        WHERE h.owner IN (SELECT value FROM json_each(?1)) AND h.verb = 2 AND h.kind IN ({})",
        kinds(|kind| (kind as u8).to_string())
    );
    let owners: Vec<String> = members.iter().map(|id| format!("\"{}\"", Value::from(*id))).collect();
    add(conn, &removed, &format!("[{}]", owners.join(",")), &in_conflict, &mut found)?;
    Ok(found)
}

/// Adds the marks of the records that the statement finds: member, id, version, edits that wait, edits that were refused.
fn add(
    conn: &Connection,
    sql: &str,
    among: &str,
    in_conflict: &HashSet<RecordId>,
    found: &mut HashMap<RecordId, Mark>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([among])?;
    while let Some(row) = rows.next()? {
        let (pending, refused): (Option<i64>, Option<i64>) = (row.get(3)?, row.get(4)?);
        let mark = if refused.unwrap_or(0) > 0 {
            Mark::Refused
        } else if in_conflict.contains(&rows::read_id(row.get_ref(1)?)?) {
            Mark::Conflict
        } else if row.get::<_, i64>(2)? == FRESH || pending.unwrap_or(0) > 0 {
            Mark::Pending
        } else {
            continue;
        };
        let gravest = found.entry(rows::read_id(row.get_ref(0)?)?).or_insert(mark);
        *gravest = mark.max(*gravest);
    }
    Ok(())
}

/// Open conflicts that are looked at, the newest: nobody settles more of them by looking at rows.
const CONFLICTS_MAX: i64 = 10_000;

/// Records other than members about which there is an open conflict.
fn open_conflicts(conn: &Connection) -> Result<HashSet<RecordId>, StoreError> {
    let sql = "SELECT record FROM \"conflict\" WHERE kind <> 'member' AND settled IS NULL ORDER BY row DESC LIMIT ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([CONFLICTS_MAX])?;
    let mut records = HashSet::new();
    while let Some(row) = found.next()? {
        records.extend(row.get_ref(0)?.as_str().ok().and_then(|id| id.parse::<RecordId>().ok()));
    }
    Ok(records)
}
