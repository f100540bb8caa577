//! Who changed records elsewhere, as the service says it with each of them.

use crate::StoreError;
use mingce_protocol::{Authored, PullAuthor};
use rusqlite::Connection;

/// Names listed with an operation at the most.
const LISTED: usize = 3;

/// Those who are named on one page, with their numbers in the table.
#[derive(Default)]
pub(crate) struct Authors {
    numbers: Vec<i64>,
    names: String,
}

impl Authors {
    /// Puts those into the table who are not there yet.
    pub(crate) fn of(conn: &Connection, authors: &[PullAuthor]) -> Result<Self, StoreError> {
        let mut numbers = Vec::with_capacity(authors.len());
        let mut names: Vec<&str> = Vec::new();
        for PullAuthor { name, device } in authors {
            conn.prepare_cached("INSERT INTO author (name, device) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute((name, device))?;
            let sql = "SELECT number FROM author WHERE name = ?1 AND device = ?2";
            numbers.push(conn.prepare_cached(sql)?.query_row((name, device), |row| row.get(0))?);
            if !name.is_empty() && !names.contains(&name.as_str()) && names.len() < LISTED {
                names.push(name);
            }
        }
        Ok(Self { numbers, names: names.join("、") })
    }

    /// The author's number and when they did it, as the history keeps it.
    pub(crate) fn find(&self, by: Authored) -> Option<(i64, i64)> {
        Some((*self.numbers.get(by.author)?, by.at_ms))
    }

    /// The first names, divided by `、`.
    pub(crate) fn names(&self) -> &str {
        &self.names
    }
}
