//! The history of a person or department as people think of it: with what belongs to them by records of its own, those
//! that are gone by now included.

use crate::history::{HistoryEntry, bound, entries, most};
use crate::page_extras::list;
use crate::{Moment, Store, StoreError, rows};
use mingce_model::{Field, Kind, RecordId};
use rusqlite::{Connection, Params};

/// Records that belong to one which are looked at, at the most.
const BELONGING_MAX: i64 = 10_000;

/// What a member has by records of its own; an invitation is a story of its own.
pub(crate) const OF_MEMBER: [Kind; 4] = [Kind::Affiliation, Kind::CustomValue, Kind::Tagging, Kind::Guardianship];

/// What of a kind belonged to the record and was taken away.
const GONE_OF: &str = "SELECT id FROM history WHERE owner = ?1 AND kind = ?3 AND verb = 2 LIMIT ?2";

/// Somebody was made to lead a department by this row of the history, or ceased to.
const TELLS_OF_ROLE: &str = "(instr(changes, '\"head\"') > 0 OR instr(changes, '\"deputy\"') > 0)";

impl Store {
    /// What happened to the record and to what belongs to it, newest first, older than an entry that was read. To a
    /// member belong their values of custom fields, tags, further places and guardians; to a department the places of
    /// those who lead it or led it.
    pub fn history_with_belonging(
        &self,
        kind: Kind,
        id: RecordId,
        before: Option<Moment>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        // The plus keeps SQLite from going through the whole history in its order.
        let condition = "WHERE h.id IN (SELECT unhex(value) FROM json_each(?1))
            AND (h.kind IN (4, 5, 6, 10, 12) OR h.id = ?2 AND h.kind = ?3)
            AND +h.seq < ?4 ORDER BY +h.seq DESC LIMIT ?5";
        self.readers.read(|conn| {
            let belonging = match kind {
                Kind::Member => of_member(conn, id)?.into_iter().map(|(_, id)| id).collect(),
                Kind::Department => of_department(conn, id)?,
                _ => Vec::new(),
            };
            let among = list(belonging.into_iter().chain([id]));
            let before = bound(before.map(|moment| moment.0));
            entries(conn, condition, (among, id.as_bytes(), kind as u8, before, most(limit)))
        })
    }
}

/// Records that belong to the member or did, each once, guardians before guardianships.
pub(crate) fn of_member(conn: &Connection, member: RecordId) -> Result<Vec<(Kind, RecordId)>, StoreError> {
    let mut all = Vec::new();
    for kind in OF_MEMBER {
        let sql = format!("SELECT id FROM \"{}\" WHERE member = ?1 LIMIT ?2", kind.name());
        let mut found = ids(conn, &sql, (member.as_bytes(), BELONGING_MAX))?;
        found.extend(ids(conn, GONE_OF, (member.to_string(), BELONGING_MAX, kind as u8))?);
        if kind == Kind::Guardianship {
            for guardianship in &found {
                let guardians = guardians_of(conn, *guardianship)?;
                all.extend(guardians.into_iter().map(|guardian| (Kind::Guardian, guardian)));
            }
        }
        all.extend(found.into_iter().map(|id| (kind, id)));
    }
    all.sort_unstable_by_key(|(kind, id)| (*kind as u8, *id));
    all.dedup();
    Ok(all)
}

/// Whom the guardianship names or named.
fn guardians_of(conn: &Connection, guardianship: RecordId) -> Result<Vec<RecordId>, StoreError> {
    let (kind, field) = (Kind::Guardianship, Field::GuardianshipGuardian);
    let now = rows::find(conn, kind, guardianship)?.and_then(|stored| stored.record.reference(field));
    let mut guardians: Vec<RecordId> = now.into_iter().collect();
    let condition = "WHERE h.id = ?1 AND h.kind = ?2 ORDER BY h.seq LIMIT ?3";
    for entry in entries(conn, condition, (guardianship.as_bytes(), kind as u8, BELONGING_MAX))? {
        let named = entry.edit.changes.iter().filter(|change| change.field == field);
        let named = named.flat_map(|change| [&change.base, &change.new]);
        guardians.extend(named.filter_map(|value| value.as_text()?.parse::<RecordId>().ok()));
    }
    Ok(guardians)
}

/// Places in the department that say or said who leads it: those that are there, those that were taken away, and those
/// that were moved elsewhere.
fn of_department(conn: &Connection, department: RecordId) -> Result<Vec<RecordId>, StoreError> {
    let [there, gone] = places_of_department();
    let mut all = ids(conn, &there, (department.as_bytes(), BELONGING_MAX))?;
    all.extend(ids(conn, &gone, (department.to_string(), BELONGING_MAX))?);
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Statements for the places that are in a department and for those that were.
fn places_of_department() -> [String; 2] {
    let told = |of: &str| {
        format!("EXISTS (SELECT 1 FROM history WHERE history.id = {of}.id AND kind = 4 AND {TELLS_OF_ROLE})")
    };
    [
        format!(
            "SELECT id FROM affiliation WHERE department = ?1 AND (role IS NOT NULL OR {}) LIMIT ?2",
            told("affiliation")
        ),
        format!("SELECT id FROM history AS gone WHERE place = ?1 AND {} LIMIT ?2", told("gone")),
    ]
}

fn ids(conn: &Connection, sql: &str, parameters: impl Params) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query(parameters)?;
    let mut ids = Vec::new();
    while let Some(row) = found.next()? {
        ids.push(rows::read_id(row.get_ref(0)?)?);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn what_belonged_to_a_member_is_found_without_going_through_the_history() {
        let conn = Connection::open_in_memory().unwrap();
        schema::create(&conn).unwrap();
        let plan: String =
            conn.query_row(&format!("EXPLAIN QUERY PLAN {GONE_OF}"), ("x", 1, 4), |row| row.get(3)).unwrap();
        assert!(plan.contains("history_removed"), "{plan}");
    }

    #[test]
    fn who_led_a_department_is_found_without_going_through_the_history() {
        let conn = Connection::open_in_memory().unwrap();
        schema::create(&conn).unwrap();
        let plan_of = |sql: &str| -> Vec<String> {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map(("x", 1), |row| row.get(3)).unwrap();
            lines.collect::<Result<_, _>>().unwrap()
        };
        let [there, gone] = places_of_department().map(|sql| plan_of(&sql));
        assert!(there.iter().any(|line| line.contains("affiliation_department")), "{there:?}");
        assert!(gone.iter().any(|line| line.contains("history_place")), "{gone:?}");
        for line in there.iter().chain(&gone) {
            assert!(!line.starts_with("SCAN") || line.contains("CONSTANT"), "{line}");
        }
    }
}
