//! Who changed records elsewhere and as part of what, as the service says it with each of them.

use crate::StoreError;
use mingce_protocol::{Authored, PullHeader, PulledBatch, PulledEdit, label_of};
use rusqlite::Connection;

/// Names listed with an operation at the most.
const LISTED: usize = 3;

/// Whose a change was that came from the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct By {
    /// Number in the table of authors.
    pub author: i64,
    pub at_ms: i64,
    /// Number in the table of batches that were made elsewhere.
    pub batch: Option<i64>,
}

/// Those who are named on one page and what they did, with their numbers in the tables.
#[derive(Default)]
pub(crate) struct Authors {
    numbers: Vec<i64>,
    batches: Vec<i64>,
    names: String,
}

impl Authors {
    /// Puts those into the tables who are not there yet.
    pub(crate) fn of(conn: &Connection, header: &PullHeader) -> Result<Self, StoreError> {
        let mut numbers = Vec::with_capacity(header.authors.len());
        let mut names: Vec<&str> = Vec::new();
        for author in &header.authors {
            let (name, device) = (&author.name, &author.device);
            conn.prepare_cached("INSERT INTO author (name, device) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute((name, device))?;
            let sql = "SELECT number FROM author WHERE name = ?1 AND device = ?2";
            numbers.push(conn.prepare_cached(sql)?.query_row((name, device), |row| row.get(0))?);
            if !name.is_empty() && !names.contains(&name.as_str()) && names.len() < LISTED {
                names.push(name);
            }
        }
        let mut batches = Vec::with_capacity(header.batches.len());
        for PulledBatch { id, label } in &header.batches {
            conn.prepare_cached("INSERT INTO batch_elsewhere (id, label) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute((id.0.as_bytes(), label_of(label)))?;
            let sql = "SELECT number FROM batch_elsewhere WHERE id = ?1";
            batches.push(conn.prepare_cached(sql)?.query_row([id.0.as_bytes()], |row| row.get(0))?);
        }
        Ok(Self { numbers, batches, names: names.join("、") })
    }

    /// Who made a record's newest version, in the batch of that place, as the history keeps it.
    pub(crate) fn find(&self, by: Authored, batch: Option<usize>) -> Option<By> {
        let author = *self.numbers.get(by.author)?;
        Some(By { author, at_ms: by.at_ms, batch: batch.and_then(|place| self.batches.get(place).copied()) })
    }

    /// Who made an edit.
    pub(crate) fn find_of(&self, edit: &PulledEdit) -> Option<By> {
        self.find(Authored { author: edit.author, at_ms: edit.at_ms }, edit.batch)
    }

    /// The first names, divided by `、`.
    pub(crate) fn names(&self) -> &str {
        &self.names
    }
}
