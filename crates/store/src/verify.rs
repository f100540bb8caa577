//! Holding what is here against what the service has, and taking a part of it anew that differs.
//!
//! What counts is what the service last said: edits that wait here are left out of the comparison, and stay on top of
//! what is taken anew.

use crate::journal::Journal;
use crate::operation::{Label, Touched};
use crate::pull::{remote, send_lost};
use crate::rebase::Values;
use crate::rows;
use crate::scope::{self, Leaving};
use crate::shadow::{self, Shadow};
use crate::{Store, StoreError, identity};
use mingce_model::{Kind, RecordId, Value, Verb};
use mingce_protocol::digest::{COMPARED_MAX, Compared, HexDigest, Part, PartDigests, RowDigest};
use mingce_protocol::pull::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

/// What became of taking a part anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    pub touched: Touched,
    /// Records that were other than the service's, or missing, or too many.
    pub records: u64,
    /// Records that the service never had, which wait for it now.
    pub sent: u64,
}

impl Store {
    /// Digests of all parts, and the cursor that they belong to. `None` while this is not a consistent cut.
    pub fn part_digests(&self) -> Result<Option<(String, PartDigests)>, StoreError> {
        self.readers.read(|conn| {
            let state = identity::sync_state(conn)?;
            let Some(cursor) = state.cursor.filter(|_| !state.is_behind) else { return Ok(None) };
            let mut digests = PartDigests::default();
            each_known(conn, None, |kind, id, ver, values| {
                digests.add(part_of(kind, id, values), digest_of(kind, id, ver, values));
            })?;
            Ok(Some((cursor, digests)))
        })
    }

    /// The records of one part, each with its digest; `None` when they are too many to be compared.
    pub fn part_rows(&self, part: Part) -> Result<Option<Vec<(RecordId, HexDigest)>>, StoreError> {
        self.readers.read(|conn| {
            let mut found = Vec::new();
            each_known(conn, Kind::from_number(part.kind), |kind, id, ver, values| {
                if part_of(kind, id, values) == part && found.len() <= COMPARED_MAX {
                    found.push((id, HexDigest(digest_of(kind, id, ver, values).0)));
                }
            })?;
            Ok((found.len() <= COMPARED_MAX).then_some(found))
        })
    }

    /// Takes what the service said about a part. `cursor` is the one that was asked with: `OldPage` when it has moved on.
    pub fn take_part(&self, part: Part, compared: Compared, cursor: &str, now_ms: i64) -> Result<Mended, StoreError> {
        let kind = Kind::from_number(part.kind).ok_or(StoreError::Damaged)?;
        let (mut mended, version) = self.transact(|conn| {
            if identity::sync_state(conn)?.cursor.as_deref() != Some(cursor) {
                return Err(StoreError::OldPage);
            }
            let (mut records, mut sent) = (0, 0);
            let is_bound = scope::is_bound(conn)?;
            if is_bound {
                scope::overwrite_deleted(conn)?;
            }
            let mut journal = Journal::begin(conn, &remote(Label::Remote, now_ms))?;
            for record in compared.records {
                let known = known_ver(conn, kind, record.id)?;
                if known.is_some_and(|known| known > record.ver) {
                    continue;
                }
                if is_bound && record.values.is_none() {
                    // Removed or another's: nothing of it may stay.
                    let mut leaving = Leaving::new(&mut journal);
                    leaving.leave(kind, record.id)?;
                    leaving.finish()?;
                    records += 1;
                    continue;
                }
                // As if nothing were known of it: whatever the version here says, what comes counts.
                forget_ver(conn, kind, record.id)?;
                let values = record.values.map(|mut values| {
                    values.resize(kind.fields().len(), Value::Null);
                    values
                });
                // One that was lost here without a word was not made a second time.
                journal.is_filling = !is_removed(conn, kind, record.id)?;
                journal.take(kind, record.id, record.ver, values)?;
                records += 1;
            }
            journal.is_filling = false;
            for id in compared.unknown {
                // One that was created here and whose creation waits was not asked about.
                if known_ver(conn, kind, id)?.is_some() {
                    send_lost(&mut journal, kind, id)?;
                    sent += 1;
                }
            }
            let (touched, effects) = journal.finish()?;
            Ok((Mended { touched, records, sent }, effects))
        })?;
        mended.touched.version = version;
        self.clean();
        Ok(mended)
    }

    /// When this was last held against the service, milliseconds since 1970 UTC.
    pub fn verified_at_ms(&self) -> Result<Option<i64>, StoreError> {
        self.readers.read(|conn| identity::get(conn, "verified_at"))
    }

    /// Takes note that this was held against the service, and how many records were mended by it.
    pub fn note_verified(&self, now_ms: i64, mended: u64) -> Result<(), StoreError> {
        self.transact_quietly(|conn| {
            identity::set(conn, "verified_at", now_ms)?;
            add_mended(conn, mended)
        })
    }

    /// Takes note that so many records were mended by a comparison that is not at its end yet.
    pub fn note_mended(&self, mended: u64) -> Result<(), StoreError> {
        self.transact_quietly(|conn| add_mended(conn, mended))
    }

    /// Records that were ever found to differ from the service's and taken anew.
    pub fn mended(&self) -> Result<u64, StoreError> {
        let mended: Option<i64> = self.readers.read(|conn| identity::get(conn, "mended"))?;
        Ok(mended.unwrap_or(0).unsigned_abs())
    }
}

fn add_mended(conn: &Connection, mended: u64) -> Result<(), StoreError> {
    let before: i64 = identity::get(conn, "mended")?.unwrap_or(0);
    identity::set(conn, "mended", before.saturating_add_unsigned(mended))
}

fn part_of(kind: Kind, id: RecordId, values: &[Value]) -> Part {
    Part::of(kind, id, values.iter().map(ValueRef::from))
}

fn digest_of(kind: Kind, id: RecordId, ver: u64, values: &[Value]) -> RowDigest {
    RowDigest::of(kind, id, ver, values.iter().map(ValueRef::from))
}

/// Gives every record to `each` as the service last said it, of one kind or of all.
fn each_known(
    conn: &Connection,
    only: Option<Kind>,
    mut each: impl FnMut(Kind, RecordId, u64, &Values),
) -> Result<(), StoreError> {
    let kinds: Vec<Kind> = only.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    for kind in kinds {
        let mut statement = conn.prepare_cached("SELECT id FROM shadow WHERE kind = ?1")?;
        let edited = statement.query_map([kind as u8], |row| row.get::<_, Vec<u8>>(0))?;
        let mut edited_ids = HashSet::new();
        for bytes in edited {
            edited_ids.insert(RecordId::from_slice(&bytes?).ok_or(StoreError::Damaged)?);
        }
        let sql = format!("SELECT {} FROM \"{}\"", rows::columns(kind), kind.name());
        let mut statement = conn.prepare_cached(&sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let stored = rows::read(kind, row)?;
            if !stored.is_fresh && !edited_ids.contains(&stored.record.id) {
                each(kind, stored.record.id, stored.record.ver, &stored.record.values);
            }
        }
        for id in edited_ids {
            if let Some(Shadow { ver, stored: Some(values), .. }) = shadow::find(conn, kind, id)? {
                each(kind, id, ver, &values);
            }
        }
    }
    Ok(())
}

/// Up to which version the record is known here; `None` when nothing is, or only what was created here.
fn known_ver(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<u64>, StoreError> {
    if let Some(shadow) = shadow::find(conn, kind, id)? {
        return Ok(shadow.stored.is_some().then_some(shadow.ver));
    }
    let stored = rows::find(conn, kind, id)?;
    Ok(stored.filter(|stored| !stored.is_fresh).map(|stored| stored.record.ver))
}

/// Whether the last that the history knows of the record is its removal.
fn is_removed(conn: &Connection, kind: Kind, id: RecordId) -> Result<bool, StoreError> {
    let sql = "SELECT verb FROM history WHERE id = ?1 AND kind = ?2 ORDER BY seq DESC LIMIT 1";
    let verb =
        conn.prepare_cached(sql)?.query_row((id.as_bytes(), kind as u8), |row| row.get::<_, u8>(0)).optional()?;
    Ok(verb.map(shadow::read_verb).transpose()? == Some(Verb::Remove))
}

pub(crate) fn forget_ver(conn: &Connection, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    let sql = format!("UPDATE \"{}\" SET ver = 0 WHERE id = ?1 AND ver > 0", kind.name());
    conn.prepare_cached(&sql)?.execute([id.as_bytes()])?;
    conn.prepare_cached("UPDATE shadow SET ver = 0 WHERE id = ?1 AND kind = ?2")?
        .execute((id.as_bytes(), kind as u8))?;
    Ok(())
}
