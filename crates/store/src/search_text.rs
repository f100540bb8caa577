//! What a member is found and ordered by: the record, and what it has in custom fields.

use crate::{StoreError, rows};
use mingce_model::pinyin::push_number;
use mingce_model::{Field, Kind, Record, RecordId, Value, chips};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Row, Statement};

/// Fields that the haystack is made of.
pub(crate) fn is_searched(field: Field) -> bool {
    let fields = [Field::MemberName, Field::MemberCardNumber, Field::MemberPhone, Field::MemberChipNumbers];
    fields.contains(&field)
}

/// Bytes of a haystack that custom values may fill.
const CUSTOM_BYTES_MAX: usize = 600;

/// Reads members for the index in memory.
pub(crate) const MEMBERS: &str = "SELECT row, id, name, card_number, phone, chip_numbers FROM member";

/// Members as lines to search in: folded name, spellings, initials, numbers, and what custom fields hold.
pub(crate) struct Haystacks<'c> {
    /// Some member has something in a custom field.
    customs: Option<CachedStatement<'c>>,
}

impl<'c> Haystacks<'c> {
    pub(crate) fn of(conn: &'c Connection) -> Result<Self, StoreError> {
        let has_custom: bool =
            conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM custom_value)")?.query_row([], |row| row.get(0))?;
        let sql = "SELECT value FROM custom_value v WHERE member = ?1 AND NOT EXISTS
            (SELECT 1 FROM custom_field f WHERE f.id = v.field AND f.is_archived = 1) ORDER BY field";
        Ok(Self { customs: has_custom.then(|| conn.prepare_cached(sql)).transpose()? })
    }

    /// The haystack of the member in a row of `MEMBERS`, and the number of the member's row.
    pub(crate) fn read(&mut self, row: &Row<'_>) -> Result<(i64, String), StoreError> {
        let text = |column| match row.get_ref(column)? {
            ValueRef::Text(text) => std::str::from_utf8(text).map_err(|_| StoreError::Damaged),
            _ => Ok(""),
        };
        let mut haystack = lines(text(2)?, &[text(3)?, text(4)?], text(5)?);
        if let Some(customs) = &mut self.customs {
            push_custom(customs, row.get_ref(1)?, &mut haystack)?;
        }
        Ok((row.get(0)?, haystack))
    }
}

/// Those lines of the member's own record that are never masked.
pub(crate) fn open_lines(member: &Record) -> String {
    let text = |field| member.text(field).unwrap_or("");
    lines(text(Field::MemberName), &[text(Field::MemberCardNumber)], text(Field::MemberChipNumbers))
}

fn lines(name: &str, numbers: &[&str], chip_numbers: &str) -> String {
    let mut lines = mingce_model::haystack(name, numbers);
    chips::numbers(chip_numbers).for_each(|number| push_number(&mut lines, number));
    lines
}

/// Adds the lines of the member's custom fields.
fn push_custom(customs: &mut Statement<'_>, member: ValueRef<'_>, haystack: &mut String) -> Result<(), StoreError> {
    let own = haystack.len();
    let mut found = customs.query([ToSqlOutput::Borrowed(member)])?;
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

/// The member's row and haystack; nothing when there is no such member (any more).
pub(crate) fn haystack(conn: &Connection, member: RecordId) -> Result<Option<(i64, String)>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{MEMBERS} WHERE id = ?1"))?;
    let mut found = statement.query([member.as_bytes()])?;
    let mut haystacks = Haystacks::of(conn)?;
    found.next()?.map(|row| haystacks.read(row)).transpose()
}

/// The columns that are computed here, in the order of `schema::computed_columns`, and the field that they follow.
pub(crate) fn computed(record: &Record) -> Vec<Option<String>> {
    let name = named_by(record.kind).and_then(|field| record.text(field));
    match record.kind {
        Kind::Member => vec![name.map(mingce_model::sort_key)],
        Kind::Guardian => {
            let (whole, initials) = name.and_then(mingce_model::spelling).unzip();
            vec![whole, initials]
        }
        _ => Vec::new(),
    }
}

/// The field that the computed columns of the kind follow.
pub(crate) fn named_by(kind: Kind) -> Option<Field> {
    match kind {
        Kind::Member => Some(Field::MemberName),
        Kind::Guardian => Some(Field::GuardianName),
        _ => None,
    }
}
