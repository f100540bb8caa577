//! Creations are not written down twice. A record holds what it was made with until it is changed, and every change says
//! what stood there before: so the history of a creation may leave the values out, and they are worked out when asked
//! for. In an import that is nearly half of all there is to write.

use crate::history::{Moment, record_at};
use crate::{StoreError, rows};
use mingce_model::{Change, Edit, Field, Kind, Record, RecordId, Value, Verb};
use rusqlite::Connection;

/// Stands in place of the changes of a creation whose values are left out.
pub(crate) const LEFT_OUT: &str = "";

/// What a creation's history row says: nothing, unless the row itself is looked for by what it says. By such rows a
/// department knows who led it.
pub(crate) fn to_write(record: &Record) -> Result<Option<String>, StoreError> {
    let is_looked_for = record.kind == Kind::Affiliation && !record.get(Field::AffiliationRole).is_null();
    if is_looked_for { rows::changes_to_json(&Edit::create(record)).map(Some) } else { Ok(None) }
}

/// What the history row in this place says of its record, with what it leaves out.
pub(crate) fn changes(
    conn: &Connection,
    (kind, id): (Kind, RecordId),
    verb: Verb,
    seq: i64,
    text: &str,
) -> Result<Vec<Change>, StoreError> {
    if verb != Verb::Create || text != LEFT_OUT {
        return rows::changes_from_json(kind, verb, text);
    }
    let made = match rows::find(conn, kind, id)? {
        Some(stored) if stored.is_fresh => Some(stored.record),
        _ => record_at(conn, kind, id, Moment(seq.unsigned_abs()))?,
    };
    let filled =
        kind.fields().iter().zip(made.ok_or(StoreError::Damaged)?.values).filter(|(_, value)| !value.is_null());
    Ok(filled.map(|(field, new)| Change { field: *field, base: Value::Null, new }).collect())
}

/// The same for whoever goes back in time: of a creation it matters only that it was.
pub(crate) fn changes_but_of_creations(kind: Kind, verb: Verb, text: &str) -> Result<Vec<Change>, StoreError> {
    if verb == Verb::Create { Ok(Vec::new()) } else { rows::changes_from_json(kind, verb, text) }
}
