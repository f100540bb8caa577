//! Search for those who may not see masked values: such a value finds somebody only when it is typed whole. What the
//! index found is looked at again, because a haystack does not tell which of its lines are masked.

use crate::find::Masked;
use crate::find_related::load_custom_fields;
use crate::search::{Hit, words_of};
use crate::search_text::{is_value_searched, open_lines};
use crate::{Store, StoreError, rows};
use mingce_model::{Field, Kind, Record, RecordId, needle};
use rusqlite::Connection;
use std::collections::HashSet;

/// Hits looked at together.
const CHUNK: usize = 500;

impl Store {
    pub(crate) fn search_as(&self, text: &str, masked: Masked) -> Result<Vec<Hit>, StoreError> {
        let hits = self.search_members(text)?;
        if masked == Masked::ByParts {
            return Ok(hits);
        }
        let words = words_of(text);
        self.readers.read(|conn| {
            let closed: HashSet<RecordId> = load_custom_fields(conn)?
                .into_values()
                .filter(|field| field.is_masked())
                .map(|field| field.id)
                .collect();
            // Without a digit it is no part of a phone.
            if closed.is_empty() && !words.iter().any(|word| word.contains(|c: char| c.is_ascii_digit())) {
                return Ok(hits);
            }
            let mut kept = Vec::with_capacity(hits.len());
            for hits in hits.chunks(CHUNK) {
                let open = openly_found(conn, hits, &words, &closed)?;
                kept.extend(hits.iter().filter(|hit| open.contains(&i64::from(hit.row))));
            }
            Ok(kept)
        })
    }
}

/// Rows of those whom every word finds without a part of what is masked.
fn openly_found(
    conn: &Connection,
    hits: &[Hit],
    words: &[String],
    closed: &HashSet<RecordId>,
) -> Result<HashSet<i64>, StoreError> {
    let list: Vec<String> = hits.iter().map(|hit| hit.row.to_string()).collect();
    let sql =
        format!("SELECT {} FROM member WHERE row IN (SELECT value FROM json_each(?1))", rows::columns(Kind::Member));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([format!("[{}]", list.join(","))])?;
    let mut open = HashSet::new();
    while let Some(row) = found.next()? {
        let stored = rows::read(Kind::Member, row)?;
        if is_openly_found(conn, &stored.record, words, closed)? {
            open.insert(stored.row);
        }
    }
    Ok(open)
}

fn is_openly_found(
    conn: &Connection,
    member: &Record,
    words: &[String],
    closed: &HashSet<RecordId>,
) -> Result<bool, StoreError> {
    let (mut lines, mut secrets) = (open_lines(member), Vec::new());
    secrets.extend(member.text(Field::MemberPhone).map(needle));
    let mut statement = conn.prepare_cached("SELECT field, value FROM custom_value WHERE member = ?1")?;
    let mut found = statement.query([member.id.as_bytes()])?;
    while let Some(row) = found.next()? {
        let field = rows::read_id(row.get_ref(0)?)?;
        let value = rows::read_value(row.get_ref(1)?)?;
        let Some(text) = value.as_text().filter(|_| is_value_searched(&value)) else { continue };
        if closed.contains(&field) {
            secrets.push(needle(text));
        } else {
            lines.push('\n');
            lines.push_str(&needle(text));
        }
    }
    Ok(words.iter().all(|word| lines.contains(word.as_str()) || secrets.contains(word)))
}
