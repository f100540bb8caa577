//! What a page shows from records beside the member: custom values and tags, each read by one statement for the page.

use crate::find::Mark;
use crate::{Store, StoreError, marks, rows};
use mingce_model::custom::CustomField;
use mingce_model::{Kind, Record, RecordId, Value};
use rusqlite::Connection;
use std::collections::HashMap;

/// A tag that a member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRow {
    pub id: RecordId,
    pub name: String,
    /// A word of `Field::TagColour`.
    pub colour: Option<String>,
}

/// What belongs to one member of a page.
#[derive(Default)]
pub(crate) struct Extras {
    pub custom: Vec<(RecordId, String)>,
    pub tags: Vec<TagRow>,
    pub mark: Option<Mark>,
}

/// Which custom fields a page is read with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Customs<'a> {
    All,
    /// Only these; the others are as if nobody had any.
    Some(&'a [RecordId]),
}

pub(crate) fn list(ids: impl Iterator<Item = RecordId>) -> String {
    let ids: Vec<String> = ids.map(|id| format!("\"{}\"", id.0.simple())).collect();
    format!("[{}]", ids.join(","))
}

pub(crate) fn has_any(conn: &Connection, what: &str) -> Result<bool, StoreError> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {what})");
    Ok(conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}

/// Reads what belongs to the members.
pub(crate) fn load(
    conn: &Connection,
    members: &[RecordId],
    customs: Customs<'_>,
) -> Result<HashMap<RecordId, Extras>, StoreError> {
    let mut extras: HashMap<RecordId, Extras> = HashMap::new();
    if members.is_empty() {
        return Ok(extras);
    }
    for (member, mark) in marks::of_belongings(conn, members)? {
        extras.entry(member).or_default().mark = Some(mark);
    }
    let among = list(members.iter().copied());
    if customs != Customs::Some(&[]) && has_any(conn, "custom_value")? {
        let only = match customs {
            Customs::All => None,
            Customs::Some(fields) => Some(list(fields.iter().copied())),
        };
        let narrowed = if only.is_some() { "AND field IN (SELECT unhex(value) FROM json_each(?2))" } else { "" };
        let sql = format!(
            "SELECT member, field, value FROM custom_value
            WHERE member IN (SELECT unhex(value) FROM json_each(?1)) AND value IS NOT NULL {narrowed}"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut found = match &only {
            Some(only) => statement.query((&among, only))?,
            None => statement.query([&among])?,
        };
        while let Some(row) = found.next()? {
            let member = rows::read_id(row.get_ref(0)?)?;
            let value = rows::read_value(row.get_ref(2)?)?.to_string();
            extras.entry(member).or_default().custom.push((rows::read_id(row.get_ref(1)?)?, value));
        }
    }
    if has_any(conn, "tagging")? {
        let sql = "SELECT s.member, t.id, t.name, t.colour FROM tagging s JOIN tag t ON t.id = s.tag
            WHERE s.member IN (SELECT unhex(value) FROM json_each(?1))
            ORDER BY coalesce(t.position, 9223372036854775807), t.name";
        let mut statement = conn.prepare_cached(sql)?;
        let mut found = statement.query([&among])?;
        while let Some(row) = found.next()? {
            let member = rows::read_id(row.get_ref(0)?)?;
            let tag = TagRow { id: rows::read_id(row.get_ref(1)?)?, name: row.get(2)?, colour: row.get(3)? };
            extras.entry(member).or_default().tags.push(tag);
        }
    }
    Ok(extras)
}

/// What a member has in custom fields, emptied values as `Null`, and the ids of its tags.
pub type MemberExtras = (Vec<(RecordId, Value)>, Vec<RecordId>);

impl Store {
    /// What each of the members has; nothing for those who have none.
    pub fn extras_of(&self, members: &[RecordId]) -> Result<HashMap<RecordId, MemberExtras>, StoreError> {
        let among = list(members.iter().copied());
        self.readers.read(|conn| {
            let mut extras: HashMap<RecordId, MemberExtras> = HashMap::new();
            let sql = "SELECT member, field, value FROM custom_value
                WHERE member IN (SELECT unhex(value) FROM json_each(?1))";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([&among])?;
            while let Some(row) = found.next()? {
                let value = (rows::read_id(row.get_ref(1)?)?, rows::read_value(row.get_ref(2)?)?);
                extras.entry(rows::read_id(row.get_ref(0)?)?).or_default().0.push(value);
            }
            let sql = "SELECT member, tag FROM tagging WHERE member IN (SELECT unhex(value) FROM json_each(?1))";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([&among])?;
            while let Some(row) = found.next()? {
                let tag = rows::read_id(row.get_ref(1)?)?;
                extras.entry(rows::read_id(row.get_ref(0)?)?).or_default().1.push(tag);
            }
            Ok(extras)
        })
    }

    /// The organisation's custom fields in their order, archived ones among them.
    pub fn custom_fields(&self) -> Result<Vec<CustomField>, StoreError> {
        let mut fields = self.readers.read(|conn| {
            let found = crate::find_related::load_custom_fields(conn)?;
            Ok(found.into_values().collect::<Vec<_>>())
        })?;
        fields.sort_by(|a, b| (a.position.unwrap_or(i64::MAX), a.id).cmp(&(b.position.unwrap_or(i64::MAX), b.id)));
        Ok(fields)
    }

    /// The organisation's tags in their order, each with the number of members who have it.
    pub fn tags(&self) -> Result<Vec<(Record, u64)>, StoreError> {
        self.readers.read(|conn| {
            let sql = format!(
                "SELECT {} FROM tag ORDER BY coalesce(position, 9223372036854775807), row",
                rows::columns(Kind::Tag)
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query([])?;
            let mut tags = Vec::new();
            while let Some(row) = found.next()? {
                let record = rows::read(Kind::Tag, row)?.record;
                let sql = "SELECT count(*) FROM tagging WHERE tag = ?1";
                let count: i64 = conn.prepare_cached(sql)?.query_row([record.id.as_bytes()], |row| row.get(0))?;
                tags.push((record, count.unsigned_abs()));
            }
            Ok(tags)
        })
    }

    /// Who else has the value in the custom field; at most `limit`.
    pub fn custom_holders(&self, field: RecordId, value: &str, limit: usize) -> Result<Vec<RecordId>, StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT member FROM custom_value WHERE field = ?1 AND value = ?2 LIMIT ?3";
            let mut statement = conn.prepare_cached(sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut found = statement.query((field.as_bytes(), value, limit))?;
            let mut members = Vec::new();
            while let Some(row) = found.next()? {
                members.push(rows::read_id(row.get_ref(0)?)?);
            }
            Ok(members)
        })
    }

    /// How many members have that value in the custom field.
    pub fn custom_holder_count(&self, field: RecordId, value: &str) -> Result<u64, StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT count(*) FROM custom_value WHERE field = ?1 AND value = ?2";
            let count: i64 = conn.prepare_cached(sql)?.query_row((field.as_bytes(), value), |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    /// The next of those members, from behind the row that was read last; with it the row to go on from.
    pub fn custom_holders_after(
        &self,
        (field, value): (RecordId, &str),
        after: i64,
        limit: usize,
    ) -> Result<(Vec<RecordId>, i64), StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT row, member FROM custom_value WHERE field = ?1 AND value = ?2 AND row > ?3
                ORDER BY row LIMIT ?4";
            let mut statement = conn.prepare_cached(sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut found = statement.query((field.as_bytes(), value, after, limit))?;
            let (mut members, mut last) = (Vec::new(), after);
            while let Some(row) = found.next()? {
                last = row.get(0)?;
                members.push(rows::read_id(row.get_ref(1)?)?);
            }
            Ok((members, last))
        })
    }

    /// How many members have something in the custom field, and whether two have the same.
    pub fn custom_use(&self, field: RecordId) -> Result<(u64, bool), StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT count(value), count(DISTINCT value) FROM custom_value WHERE field = ?1";
            let (filled, distinct): (i64, i64) =
                conn.prepare_cached(sql)?.query_row([field.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((filled.unsigned_abs(), distinct < filled))
        })
    }
}
