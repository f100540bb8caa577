//! What people set on this computer, secrets of invitations, and the counts of the status bar.

use crate::{Store, StoreError, identity};
use mingce_model::RecordId;
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use zeroize::Zeroizing;

/// What the bar at the bottom tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Edits that the service has not answered.
    pub waiting: u64,
    /// Open conflicts.
    pub conflicts: u64,
    /// Refused edits that wait for a person.
    pub refused: u64,
    /// When a push or pull last went through, milliseconds since 1970, UTC.
    pub last_synced_at_ms: Option<i64>,
    /// A pull is not through yet: the roster is not a consistent cut.
    pub is_behind: bool,
}

fn count(conn: &Connection, sql: &str) -> Result<u64, StoreError> {
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

impl Store {
    /// What the bar at the bottom tells.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        self.readers.read(|conn| {
            let state = identity::sync_state(conn)?;
            Ok(Counts {
                waiting: count(conn, "SELECT count(*) FROM outbox")?,
                conflicts: count(conn, "SELECT count(*) FROM \"conflict\" WHERE settled IS NULL")?,
                refused: count(conn, "SELECT count(*) FROM attention WHERE state = 'open'")?,
                last_synced_at_ms: state.last_synced_at_ms,
                is_behind: state.is_behind,
            })
        })
    }

    /// A remembered setting.
    pub fn setting(&self, key: &str) -> Result<Option<Value>, StoreError> {
        self.readers.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
            let text: Option<String> = statement.query_row([key], |row| row.get(0)).optional()?;
            text.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Damaged)).transpose()
        })
    }

    /// Remembers a setting: import mappings, column layouts. It stays on this computer.
    pub fn set_setting(&self, key: &str, value: &Value) -> Result<(), StoreError> {
        self.transact_quietly(|conn| {
            let sql = "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
            conn.prepare_cached(sql)?.execute((key, value.to_string()))?;
            Ok(())
        })
    }

    /// Keeps the tokens of invitations that are about to be written. They are never sent: the service gets hashes.
    pub fn keep_invitation_secrets<T: AsRef<[u8]>>(&self, secrets: &[(RecordId, T)]) -> Result<(), StoreError> {
        self.transact_quietly(|conn| {
            let sql = "INSERT OR REPLACE INTO invitation_secret (invitation, token) VALUES (?1, ?2)";
            let mut statement = conn.prepare_cached(sql)?;
            for (invitation, token) in secrets {
                statement.execute((invitation.as_bytes(), token.as_ref()))?;
            }
            Ok(())
        })
    }

    /// Forgets the tokens of invitations that were not written after all.
    pub fn drop_invitation_secrets(&self, invitations: impl IntoIterator<Item = RecordId>) -> Result<(), StoreError> {
        self.transact_quietly(|conn| {
            let mut statement = conn.prepare_cached("DELETE FROM invitation_secret WHERE invitation = ?1")?;
            for invitation in invitations {
                statement.execute([invitation.as_bytes()])?;
            }
            Ok(())
        })
    }

    /// The token of an invitation that was made on this computer.
    pub fn invitation_secret(&self, invitation: RecordId) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.readers.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT token FROM invitation_secret WHERE invitation = ?1")?;
            let token: Option<Vec<u8>> = statement.query_row([invitation.as_bytes()], |row| row.get(0)).optional()?;
            Ok(token.map(Zeroizing::new))
        })
    }
}
