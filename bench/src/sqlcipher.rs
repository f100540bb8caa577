//! A roster's file opened without our store, with the same settings as the store's writing connection.

use std::path::Path;

use anyhow::Result;
use mingce_vault::DatabaseKey;
use rusqlite::Connection;

/// The format of the file, and how the store writes it (`connection.rs` of mingce-store).
const PRAGMAS: [&str; 7] = [
    "cipher_page_size = 8192",
    "cipher_hmac_algorithm = HMAC_SHA256",
    "cipher_memory_security = OFF",
    "journal_mode = WAL",
    "synchronous = FULL",
    "cache_size = -65536",
    "journal_size_limit = 67108864",
];

/// Opens the database; wrong keys and formats show at the first question put to it.
pub fn open(database: &Path, key: &DatabaseKey) -> Result<Connection> {
    let conn = Connection::open(database)?;
    let digits: String = key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let pragmas = PRAGMAS.iter().map(|pragma| format!("PRAGMA {pragma}"));
    for pragma in std::iter::once(format!("PRAGMA key = \"x'{digits}'\"")).chain(pragmas) {
        // Many of them answer with a row.
        let mut statement = conn.prepare(&pragma)?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(conn)
}
