//! How many members there are, kept with every write, so that a large roster opens without a look at everybody.

use crate::{StoreError, identity};
use rusqlite::Connection;
use std::ops::Range;

const KEY: &str = "members";

/// Counts everybody where nobody did so before: in a file of an older program.
pub(crate) fn begin(conn: &Connection) -> Result<(), StoreError> {
    if identity::get::<i64>(conn, KEY)?.is_none() {
        let members: i64 = conn.query_row("SELECT count(*) FROM member", [], |row| row.get(0))?;
        identity::set(conn, KEY, members)?;
    }
    Ok(())
}

/// So many members more, or fewer.
pub(crate) fn add(conn: &Connection, more: i64) -> Result<(), StoreError> {
    if more != 0 {
        identity::set(conn, KEY, of(conn)? + more)?;
    }
    Ok(())
}

/// How many there are.
pub(crate) fn of(conn: &Connection) -> Result<i64, StoreError> {
    identity::get(conn, KEY)?.ok_or(StoreError::Damaged)
}

/// From the first row to behind the last one.
pub(crate) fn row_range(conn: &Connection) -> Result<Range<u32>, StoreError> {
    // Each from its end of the table: asked for together, both would be looked for in all of it.
    let ends = "SELECT (SELECT min(row) FROM member), (SELECT max(row) FROM member)";
    let ends = conn.prepare_cached(ends)?.query_row([], |row| Ok((row.get(0)?, row.get::<_, Option<u32>>(1)?)))?;
    Ok(match ends {
        (Some(first), Some(last)) => first..last.saturating_add(1),
        _ => 0..0,
    })
}

/// The rows of everybody, in order, where none is missing between the first and the last: then nobody is looked at.
pub(crate) fn unbroken_rows(conn: &Connection) -> Result<Option<Vec<u32>>, StoreError> {
    let rows = row_range(conn)?;
    let is_unbroken = rows.len() as i64 == of(conn)?;
    Ok(is_unbroken.then(|| rows.collect()))
}
