//! What people set on this computer, secrets of invitations, and the counts of the status bar.

use crate::{Store, StoreError, identity};
use mingce_model::id::InvitationId;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// What the bar at the bottom tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Status {
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
    pub fn status(&self) -> Result<Status, StoreError> {
        self.readers.read(|conn| {
            let state = identity::sync_state(conn)?;
            Ok(Status {
                waiting: count(conn, "SELECT count(*) FROM outbox")?,
                conflicts: count(conn, "SELECT count(*) FROM \"conflict\" WHERE settled IS NULL")?,
                refused: count(conn, "SELECT count(*) FROM attention WHERE state = 'open'")?,
                last_synced_at_ms: state.last_synced_at_ms,
                is_behind: state.is_behind,
            })
        })
    }

    /// A remembered setting; `None` also when it was written in a form that is no longer understood.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.readers.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
            let text: Option<String> = statement.query_row([key], |row| row.get(0)).optional()?;
            Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
        })
    }

    /// Remembers a setting. It stays on this computer.
    pub fn put_setting(&self, key: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let text = serde_json::to_string(value).map_err(|_| StoreError::Database("a setting is no JSON".to_owned()))?;
        self.transact_quietly(|conn| {
            let sql = "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
            conn.prepare_cached(sql)?.execute((key, text))?;
            Ok(())
        })
    }

    /// Keeps the tokens of invitations that are about to be written. They are never sent: the service gets hashes.
    pub fn put_invitation_tokens<'t>(
        &self,
        tokens: impl IntoIterator<Item = (InvitationId, &'t [u8])>,
    ) -> Result<(), StoreError> {
        self.transact_quietly(|conn| {
            let sql = "INSERT OR REPLACE INTO invitation_secret (invitation, token) VALUES (?1, ?2)";
            let mut statement = conn.prepare_cached(sql)?;
            for (invitation, token) in tokens {
                statement.execute((invitation.0.as_bytes(), token))?;
            }
            Ok(())
        })
    }

    /// The token of an invitation that was made on this computer.
    pub fn invitation_token(&self, invitation: InvitationId) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.readers.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT token FROM invitation_secret WHERE invitation = ?1")?;
            let token: Option<Vec<u8>> = statement.query_row([invitation.0.as_bytes()], |row| row.get(0)).optional()?;
            Ok(token.map(Zeroizing::new))
        })
    }
}
