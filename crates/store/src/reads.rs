//! Plain reading of records, for use cases that need more than the grid.

use crate::find::Masked;
use crate::page::mark_of;
use crate::rows::{self, Bound};
use crate::{Mark, Store, StoreError};
use mingce_model::{Field, Kind, Record, RecordId, Value};
use rusqlite::{Connection, ToSql};
use std::ops::ControlFlow;

/// So many digits are a part of somebody's phone, and not of everybody's.
const PHONE_PART_MIN: usize = 4;
/// Guardians that are looked through for a text that one of them may hold somewhere.
const GUARDIANS_LOOKED_THROUGH: i64 = 50_000;

/// Statements for guardians with a phone, for those whose column begins with a text, in its order, and for those of the
/// newest that hold it.
fn guardian_statements(column: Field) -> [String; 3] {
    let (columns, column) = (rows::columns(Kind::Guardian), column.name());
    let select = format!("SELECT {columns} FROM guardian WHERE");
    [
        format!("{select} phone = ?1 LIMIT ?2"),
        guardians_beginning(column),
        format!("{select} row > (SELECT max(row) FROM guardian) - ?2 AND instr({column}, ?1) ORDER BY row LIMIT ?3"),
    ]
}

fn guardians_beginning(column: &str) -> String {
    let columns = rows::columns(Kind::Guardian);
    format!("SELECT {columns} FROM guardian WHERE {column} >= ?1 AND {column} < ?2 ORDER BY {column} LIMIT ?3")
}

/// How a guardian's name is typed by somebody without an input method, the likelier first.
const SPELT: [&str; 2] = ["initials", "spelling"];

fn select(
    conn: &Connection,
    kind: Kind,
    condition: &str,
    limit: usize,
    parameters: &[&dyn ToSql],
) -> Result<Vec<Record>, StoreError> {
    let (columns, table) = (rows::columns(kind), kind.name());
    let sql = format!("SELECT {columns} FROM \"{table}\" WHERE {condition} ORDER BY row LIMIT {limit}");
    read_all(conn, kind, &sql, parameters)
}

fn read_all(conn: &Connection, kind: Kind, sql: &str, parameters: &[&dyn ToSql]) -> Result<Vec<Record>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query(parameters)?;
    let mut records = Vec::new();
    while let Some(row) = found.next()? {
        records.push(rows::read(kind, row)?.record);
    }
    Ok(records)
}

impl Store {
    /// The record as it is here, with the edits that wait.
    pub fn get(&self, kind: Kind, id: RecordId) -> Result<Option<Record>, StoreError> {
        self.readers.read(|conn| Ok(rows::find(conn, kind, id)?.map(|stored| stored.record)))
    }

    /// The records whose field holds the value, in the order they were added; at most `limit`.
    ///
    /// Fast for references, names, card and document numbers of members, and the records of conflicts: these are
    /// indexed.
    pub fn find_by(&self, field: Field, value: &Value, limit: usize) -> Result<Vec<Record>, StoreError> {
        let condition = match (field, value.as_text()) {
            (Field::MemberName, Some(_)) => "name_key = ?2 AND name = ?1".to_owned(),
            _ => format!("\"{}\" = ?1", field.name()),
        };
        let name_key = match field {
            Field::MemberName => value.as_text().map(mingce_model::sort_key),
            _ => None,
        };
        self.readers.read(|conn| match &name_key {
            Some(key) => select(conn, field.kind(), &condition, limit, &[&Bound(field, value), key]),
            None => select(conn, field.kind(), &condition, limit, &[&Bound(field, value)]),
        })
    }

    /// The next of those records, from behind the row that was read last; with it the row to go on from. For a walk over
    /// more of them than memory should hold.
    pub fn find_by_after(
        &self,
        field: Field,
        value: &Value,
        after: i64,
        limit: usize,
    ) -> Result<(Vec<Record>, i64), StoreError> {
        let (columns, table) = (rows::columns(field.kind()), field.kind().name());
        let sql = format!(
            "SELECT {columns} FROM \"{table}\" WHERE \"{}\" = ?1 AND row > ?2 ORDER BY row LIMIT {limit}",
            field.name()
        );
        self.readers.read(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query((Bound(field, value), after))?;
            let (mut records, mut last) = (Vec::new(), after);
            while let Some(row) = found.next()? {
                let stored = rows::read(field.kind(), row)?;
                last = stored.row;
                records.push(stored.record);
            }
            Ok((records, last))
        })
    }

    /// The members who have a chip of this number; at most `limit`.
    pub fn find_chip(&self, number: &str, limit: usize) -> Result<Vec<Record>, StoreError> {
        let condition = "row IN (SELECT row FROM chip WHERE number = ?1)";
        self.readers.read(|conn| select(conn, Kind::Member, condition, limit, &[&number]))
    }

    /// The records whose field's text begins with the prefix; at most `limit`. Fast where `find_by` is, but for names.
    pub fn find_by_prefix(&self, field: Field, prefix: &str, limit: usize) -> Result<Vec<Record>, StoreError> {
        let condition = format!("\"{0}\" >= ?1 AND \"{0}\" < ?2", field.name());
        // No text sorts behind the greatest character.
        let end = format!("{prefix}{}", char::MAX);
        self.readers.read(|conn| select(conn, field.kind(), &condition, limit, &[&prefix, &end]))
    }

    /// Guardians with this phone, then those whose name or its pinyin or initials begin with the text, or whose phone does
    /// when it is digits, then those that only hold it somewhere. At most `limit`.
    ///
    /// All but the last are found by indexes. No index knows what holds a text: in a very large roster only those are looked
    /// through for it who were added last. Whoever may not see phones finds nobody by a part of one.
    pub fn find_guardians(
        &self,
        text: &str,
        phone: Option<&str>,
        masked: Masked,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let is_digits = text.len() >= PHONE_PART_MIN && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_part_of_phone = is_digits && masked == Masked::ByParts;
        let column = if is_part_of_phone { Field::GuardianPhone } else { Field::GuardianName };
        let [same, begins, holds] = guardian_statements(column);
        // No text sorts behind the greatest character.
        let end = format!("{text}{}", char::MAX);
        self.readers.read(|conn| {
            let mut found = match phone {
                Some(_) => read_all(conn, Kind::Guardian, &same, &[&phone, &(limit as i64)])?,
                None => Vec::new(),
            };
            let mut begins = read_all(conn, Kind::Guardian, &begins, &[&text, &end, &(limit as i64)])?;
            let typed = mingce_model::needle(text);
            if !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_lowercase()) {
                let end = format!("{typed}{}", char::MAX);
                for column in SPELT {
                    let sql = guardians_beginning(column);
                    begins.extend(read_all(conn, Kind::Guardian, &sql, &[&typed, &end, &(limit as i64)])?);
                }
            }
            let holds = read_all(conn, Kind::Guardian, &holds, &[&text, &GUARDIANS_LOOKED_THROUGH, &(limit as i64)])?;
            for record in begins.into_iter().chain(holds) {
                if found.len() < limit && !found.iter().any(|known| known.id == record.id) {
                    found.push(record);
                }
            }
            Ok(found)
        })
    }

    /// Hands every record of the kind to `each`, in the order they were added, all as of one moment.
    ///
    /// Writing goes on meanwhile. `Break` ends it early.
    pub fn scan(&self, kind: Kind, each: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.readers.read(|conn| {
            let (columns, table) = (rows::columns(kind), kind.name());
            let mut statement = conn.prepare_cached(&format!("SELECT {columns} FROM \"{table}\" ORDER BY row"))?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                if each(rows::read(kind, row)?.record).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Records of the kind from the one that was added last, without the first `skip`; at most `limit`.
    pub fn newest(&self, kind: Kind, skip: usize, limit: usize) -> Result<Vec<Record>, StoreError> {
        let (columns, table) = (rows::columns(kind), kind.name());
        let sql = format!("SELECT {columns} FROM \"{table}\" ORDER BY row DESC LIMIT ?1 OFFSET ?2");
        self.readers.read(|conn| read_all(conn, kind, &sql, &[&(limit as i64), &(skip as i64)]))
    }

    /// What the record's edits wait for.
    pub fn mark(&self, kind: Kind, id: RecordId) -> Result<Option<Mark>, StoreError> {
        self.readers.read(|conn| {
            let is_fresh = rows::find(conn, kind, id)?.is_some_and(|stored| stored.is_fresh);
            mark_of(conn, kind, id, is_fresh)
        })
    }

    /// Live records of the kind.
    pub fn count(&self, kind: Kind) -> Result<u64, StoreError> {
        self.readers.read(|conn| {
            let sql = format!("SELECT count(*) FROM \"{}\"", kind.name());
            let count: i64 = conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn guardians_are_looked_up_and_never_all_gone_through() {
        let conn = Connection::open_in_memory().unwrap();
        schema::create(&conn).unwrap();
        for column in [Field::GuardianName, Field::GuardianPhone] {
            let plans = guardian_statements(column).map(|sql| {
                let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
                let count = statement.parameter_count();
                let lines =
                    statement.query_map(rusqlite::params_from_iter(vec!["x"; count]), |row| row.get(3)).unwrap();
                lines.collect::<Result<Vec<String>, _>>().unwrap()
            });
            let by = format!("guardian_{}", column.name());
            for (plan, index) in plans.iter().zip(["guardian_phone", &by, "INTEGER PRIMARY KEY (rowid>?)"]) {
                assert!(plan[0].starts_with("SEARCH") && plan[0].contains(index), "{plan:?}");
                assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{plan:?}");
            }
        }
        for column in SPELT {
            let sql = format!("EXPLAIN QUERY PLAN {}", guardians_beginning(column));
            let plan: String = conn.query_row(&sql, ("x", "y", 8), |row| row.get(3)).unwrap();
            assert!(plan.starts_with("SEARCH") && plan.contains(&format!("guardian_{column}")), "{plan}");
        }
    }
}
