//! Whose roster a database is, and how it stands with the service.

use crate::{Store, StoreError};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use mingce_protocol::Rights;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, ToSql};

/// Whose roster this is: one organisation as one account sees it. Never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub organisation: OrganisationId,
    pub account: AccountId,
    /// Name of the person, for the history.
    pub actor: String,
    /// This database's first author number; 128 random bits. `SyncState` has the present one.
    pub replica: ReplicaId,
}

/// How this database stands with the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncState {
    pub replica: ReplicaId,
    /// The epoch last heard; 0 before the first contact.
    pub epoch: u64,
    pub cursor: Option<String>,
    /// The place in the log that the newest answer knew, while no page has come up to it; see `PushAnswer::seen`.
    pub seen: Option<String>,
    /// Up to this number every answer is stored.
    pub acked: u64,
    /// The highest number given to an edit.
    pub last_m: u64,
    /// Answers that took a removal and brought no cursor; see `Store::apply_page`.
    pub removals: u64,
    /// The last page said that more are waiting: the roster is not yet a consistent cut.
    pub is_behind: bool,
    /// When a push or pull last went through, milliseconds since 1970, UTC.
    pub last_synced_at_ms: Option<i64>,
}

pub(crate) fn get<T: FromSql>(conn: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get::<_, Option<T>>(0)).optional()?.flatten())
}

pub(crate) fn set(conn: &Connection, key: &str, value: impl ToSql) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
    conn.prepare_cached(sql)?.execute((key, value))?;
    Ok(())
}

fn number(conn: &Connection, key: &str) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(conn, key)?.unwrap_or(0)).map_err(|_| StoreError::Damaged)
}

fn id(conn: &Connection, key: &str) -> Result<RecordId, StoreError> {
    let bytes: Vec<u8> = get(conn, key)?.ok_or(StoreError::Damaged)?;
    RecordId::from_slice(&bytes).ok_or(StoreError::Damaged)
}

pub(crate) fn write(conn: &Connection, identity: &Identity) -> Result<(), StoreError> {
    set(conn, "organisation", identity.organisation.0.as_bytes())?;
    set(conn, "account", identity.account.0.as_bytes())?;
    set(conn, "actor", &identity.actor)?;
    set(conn, "first_replica", identity.replica.0.as_bytes())?;
    set(conn, "replica", identity.replica.0.as_bytes())
}

pub(crate) fn read(conn: &Connection) -> Result<Identity, StoreError> {
    Ok(Identity {
        organisation: id(conn, "organisation")?.into(),
        account: id(conn, "account")?.into(),
        actor: get(conn, "actor")?.ok_or(StoreError::Damaged)?,
        replica: id(conn, "first_replica")?.into(),
    })
}

pub(crate) fn sync_state(conn: &Connection) -> Result<SyncState, StoreError> {
    Ok(SyncState {
        replica: id(conn, "replica")?.into(),
        epoch: number(conn, "epoch")?,
        cursor: get(conn, "cursor")?,
        seen: get(conn, "seen")?,
        acked: number(conn, "acked")?,
        last_m: number(conn, "last_m")?,
        removals: number(conn, "removals")?,
        is_behind: number(conn, "is_behind")? != 0,
        last_synced_at_ms: get(conn, "last_synced_at")?,
    })
}

/// Up to this place of the history, edits in the outbox may have been sent.
pub(crate) fn frontier(conn: &Connection) -> Result<i64, StoreError> {
    Ok(get(conn, "frontier")?.unwrap_or(0))
}

pub(crate) fn set_frontier(conn: &Connection, seq: i64) -> Result<(), StoreError> {
    set(conn, "frontier", seq)
}

/// From here on the history holds every change, so that the past can be shown; what it was before is not known here.
pub(crate) fn begin_past(conn: &Connection, now_ms: i64) -> Result<(), StoreError> {
    let seq: i64 = conn.query_row("SELECT coalesce(max(seq), 0) FROM history", [], |row| row.get(0))?;
    set(conn, "past_from", seq)?;
    set(conn, "past_from_ms", now_ms)
}

/// What a pull from the beginning sends again.
#[derive(Clone, Copy)]
enum Recovery {
    /// Records that do not come.
    OfWhatIsMissing = 1,
    /// Those, and fields that went back.
    OfWhatIsForgotten = 2,
}

/// Everything is being pulled again; records that do not come must be sent again.
pub(crate) fn is_recovering(conn: &Connection) -> Result<bool, StoreError> {
    Ok(number(conn, "is_recovering")? != 0)
}

/// The service's log went back; see `forgotten`.
pub(crate) fn has_log_gone_back(conn: &Connection) -> Result<bool, StoreError> {
    Ok(number(conn, "is_recovering")? == Recovery::OfWhatIsForgotten as u64)
}

/// What does not come although everything comes anew is missing at the service.
pub(crate) fn begin_recovering(conn: &Connection) -> Result<(), StoreError> {
    set(conn, "is_recovering", number(conn, "is_recovering")?.max(Recovery::OfWhatIsMissing as u64) as i64)
}

/// What the account may do, as the service said it last; of a service that knows no rights nothing.
pub(crate) fn set_rights(conn: &Connection, rights: Option<&Rights>) -> Result<(), StoreError> {
    let words = rights.map(serde_json::to_string).transpose().map_err(|_| StoreError::Damaged)?;
    if get::<String>(conn, "rights")? == words { Ok(()) } else { set(conn, "rights", words) }
}

impl Store {
    /// What the service lets the account do, as it said last; `None` when it never said anything of it.
    pub fn rights(&self) -> Result<Option<Rights>, StoreError> {
        self.readers.read(|conn| {
            let words: Option<String> = get(conn, "rights")?;
            words.map(|words| serde_json::from_str(&words).map_err(|_| StoreError::Damaged)).transpose()
        })
    }

    /// Keeps what the service said at signing in.
    pub fn set_rights(&self, rights: Option<&Rights>) -> Result<(), StoreError> {
        self.transact_quietly(|conn| set_rights(conn, rights))
    }

    pub fn sync_state(&self) -> Result<SyncState, StoreError> {
        self.readers.read(sync_state)
    }

    /// Takes a new author number, after the service said `fork`: another copy of this database is at work. Every
    /// edit that waits is numbered anew from 1; what was answered stays answered.
    pub fn renew_replica(&self, replica: ReplicaId) -> Result<(), StoreError> {
        self.transact_quietly(|conn| renew(conn, replica))
    }

    /// Starts with the log of a service that was restored: a new author number, and everything is pulled again.
    ///
    /// Records that the service does not send again by the end of that pull are queued for it (see `apply_page`).
    pub fn begin_epoch(&self, epoch: u64, replica: ReplicaId) -> Result<(), StoreError> {
        self.transact_quietly(|conn| {
            renew(conn, replica)?;
            set(conn, "epoch", epoch as i64)?;
            restart(conn, Recovery::OfWhatIsForgotten)
        })
    }

    /// Pulls everything again from the beginning, taking what the service has for what it is.
    pub fn reset_cursor(&self) -> Result<(), StoreError> {
        self.transact_quietly(|conn| restart(conn, Recovery::OfWhatIsMissing))
    }

    /// The same, because the service's log went back to an earlier state: fields that are there as they were here before
    /// are forgotten edits, and go out again as well.
    pub fn reset_log(&self) -> Result<(), StoreError> {
        self.transact_quietly(|conn| restart(conn, Recovery::OfWhatIsForgotten))
    }
}

fn renew(conn: &Connection, replica: ReplicaId) -> Result<(), StoreError> {
    set(conn, "replica", replica.0.as_bytes())?;
    set(conn, "acked", 0i64)?;
    set(conn, "last_m", 0i64)?;
    set_frontier(conn, 0)
}

/// Versions of the old log mean nothing in the new one: every record that comes now is newer.
fn restart(conn: &Connection, recovery: Recovery) -> Result<(), StoreError> {
    set(conn, "cursor", None::<String>)?;
    set(conn, "seen", None::<String>)?;
    // A log that went back stays so, even if the pull that mends it begins anew.
    let present = number(conn, "is_recovering")?;
    set(conn, "is_recovering", present.max(recovery as u64) as i64)?;
    if matches!(recovery, Recovery::OfWhatIsForgotten) {
        // It may have forgotten what it was told of looking and taking out; what it still has it passes over.
        crate::audit::report_anew(conn)?;
    }
    for kind in mingce_model::Kind::ALL {
        conn.execute(&format!("UPDATE \"{}\" SET ver = 0 WHERE ver > 0", kind.name()), [])?;
    }
    conn.execute("UPDATE shadow SET ver = 0", [])?;
    // A restored service may have lost photos, too.
    conn.execute("UPDATE photo SET sent_at = NULL WHERE sent_at IS NOT NULL", [])?;
    Ok(())
}
