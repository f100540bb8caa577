//! What finding by what is typed is compared with: a LIKE scan of the very text that members are found by.

use std::path::Path;

use anyhow::{Context, Result};
use mingce_model::needle;
use mingce_vault::DatabaseKey;
use rusqlite::{Connection, params_from_iter};

use crate::sqlcipher;

/// A scan of the text of everybody.
pub struct LikeScan(Connection);

impl LikeScan {
    /// In the encrypted file itself, with the store's settings.
    pub fn within(database: &Path, key: &DatabaseKey) -> Result<Self> {
        Ok(Self(sqlcipher::open(database, key)?))
    }

    /// Under the best conditions there are: no encryption, nothing but the text, all of it in the page cache. The text
    /// is copied out of the encrypted database into a plain one at `to`.
    pub fn beside(database: &Path, key: &DatabaseKey, to: &Path) -> Result<Self> {
        let from = sqlcipher::open(database, key)?;
        from.execute("ATTACH ?1 AS plain KEY ''", [to.to_str().context("a path that is text")?])?;
        from.execute_batch("CREATE TABLE plain.haystack AS SELECT row, text FROM haystack; DETACH plain;")?;
        let plain = Connection::open(to)?;
        plain.execute_batch("PRAGMA cache_size = -1000000; PRAGMA mmap_size = 4000000000;")?;
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
