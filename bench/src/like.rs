//! What finding by what is typed is compared with: a LIKE scan of the very text that members are found by.

use std::path::Path;

use anyhow::Result;
use mingce_model::needle;
use mingce_vault::DatabaseKey;
use rusqlite::{Connection, Row, params_from_iter};

use crate::sqlcipher;

/// A scan of the text of everybody.
pub struct LikeScan(Connection);

impl LikeScan {
    /// In an encrypted file at `to`, with the store's settings and key.
    pub fn within(database: &Path, key: &DatabaseKey, to: &Path) -> Result<Self> {
        let encrypted = sqlcipher::open(to, key)?;
        copy(&sqlcipher::open(database, key)?, &encrypted)?;
        Ok(Self(encrypted))
    }

    /// Under the best conditions there are: no encryption, nothing but the text, all of it in the page cache. The text
    /// stands in a plain database at `to`.
    pub fn beside(database: &Path, key: &DatabaseKey, to: &Path) -> Result<Self> {
        let plain = Connection::open(to)?;
        plain.execute_batch("PRAGMA cache_size = -1000000; PRAGMA mmap_size = 4000000000;")?;
        copy(&sqlcipher::open(database, key)?, &plain)?;
        plain.query_row("SELECT sum(length(text)) FROM haystack", [], |_| Ok(()))?;
        Ok(Self(plain))
    }

    /// How many hold every word of what is typed, in the same folded form that the store searches.
    pub fn count(&self, text: &str) -> Result<usize> {
        let words: Vec<String> = text.split_whitespace().map(|word| format!("%{}%", needle(word))).collect();
        let conditions = vec!["text LIKE ?"; words.len()].join(" AND ");
        let mut statement = self.0.prepare_cached(&format!("SELECT row FROM haystack WHERE {conditions}"))?;
        let rows = statement.query_map(params_from_iter(words), |row| row.get::<_, i64>(0))?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.len())
    }
}

/// Puts what everybody is found by into a table of its own.
fn copy(from: &Connection, to: &Connection) -> Result<()> {
    to.execute_batch("BEGIN; CREATE TABLE haystack (row INTEGER PRIMARY KEY, text TEXT NOT NULL);")?;
    let mut into = to.prepare("INSERT INTO haystack (row, text) VALUES (?1, ?2)")?;
    let text = |row: &Row<'_>, column| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    let mut members = from.prepare("SELECT row, name, card_number, phone FROM member ORDER BY row")?;
    let mut found = members.query([])?;
    while let Some(row) = found.next()? {
        let lines = mingce_model::haystack(&text(row, 1)?, &[&text(row, 2)?, &text(row, 3)?]);
        into.execute((row.get::<_, i64>(0)?, lines))?;
    }
    Ok(to.execute_batch("COMMIT")?)
}
