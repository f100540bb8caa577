//! What a member is found and ordered by: the record, and what it has in custom fields.

use crate::{StoreError, rows};
use mingce_model::pinyin::push_number;
use mingce_model::{Field, Kind, Record, RecordId, Value, chips};
use rusqlite::Connection;

/// Fields that the haystack is made of.
pub(crate) fn is_searched(field: Field) -> bool {
    let fields = [Field::MemberName, Field::MemberCardNumber, Field::MemberPhone, Field::MemberChipNumbers];
    fields.contains(&field)
}

/// Bytes of a haystack that custom values may fill.
const CUSTOM_BYTES_MAX: usize = 600;

/// The member's lines to search in: folded name, spellings, initials, numbers, and what custom fields hold.
pub(crate) fn haystack(conn: &Connection, member: &Record) -> Result<String, StoreError> {
    let mut haystack = own_lines(member);
    if has_custom(conn)? {
        push_custom(conn, member, &mut haystack)?;
    }
    Ok(haystack)
}

/// Those lines of the haystack that the member's own record tells.
pub(crate) fn own_lines(member: &Record) -> String {
    let text = |field| member.text(field).unwrap_or("");
    let mut haystack =
        mingce_model::haystack(text(Field::MemberName), &[text(Field::MemberCardNumber), text(Field::MemberPhone)]);
    for number in chips::numbers(text(Field::MemberChipNumbers)) {
        push_number(&mut haystack, number);
    }
    haystack
}

/// Anybody has anything in a custom field.
pub(crate) fn has_custom(conn: &Connection) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM custom_value)")?.query_row([], |row| row.get(0))?)
}

/// Adds the lines of the member's custom fields.
pub(crate) fn push_custom(conn: &Connection, member: &Record, haystack: &mut String) -> Result<(), StoreError> {
    let own = haystack.len();
    let mut statement = conn.prepare_cached("SELECT value FROM custom_value WHERE member = ?1 ORDER BY field")?;
    let mut found = statement.query([member.id.as_bytes()])?;
    while let Some(row) = found.next()? {
        let value = rows::read_value(row.get_ref(0)?)?;
        if let Some(text) = value.as_text().filter(|_| is_value_searched(&value))
            && haystack.len() + text.len() <= own + CUSTOM_BYTES_MAX
        {
            push_number(haystack, text);
        }
    }
    Ok(())
}

/// A bare yes or no finds nobody.
pub(crate) fn is_value_searched(value: &Value) -> bool {
    !matches!(value.as_text(), None | Some("yes" | "no"))
}

/// Writes the haystack of the member anew and answers its row and text; nothing when there is no such member (yet).
pub(crate) fn refresh(conn: &Connection, member: RecordId) -> Result<Option<(i64, String)>, StoreError> {
    let Some(stored) = rows::find(conn, Kind::Member, member)? else { return Ok(None) };
    let text = haystack(conn, &stored.record)?;
    conn.prepare_cached("UPDATE haystack SET text = ?2 WHERE row = ?1")?.execute((stored.row, &text))?;
    Ok(Some((stored.row, text)))
}

/// The name's place in the pinyin order; nothing for a member without a name.
pub(crate) fn name_key(member: &Record) -> Option<String> {
    member.text(Field::MemberName).map(mingce_model::sort_key)
}
