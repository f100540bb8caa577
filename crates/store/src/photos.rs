//! Photos of members: bytes named by their own hash, kept beside the records that name them.
//!
//! A photo outlives the record that named it, so that undo finds it again, and goes some time after nothing names it.

use crate::{Store, StoreError, identity, pull};
use mingce_model::{Kind, PhotoHash};
use rusqlite::{Connection, OptionalExtension, Row};

/// A photo to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewPhoto<'a> {
    pub jpeg: &'a [u8],
    /// The same, small.
    pub thumbnail: &'a [u8],
}

/// Where a photo came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhotoOrigin {
    /// Made on this computer; the service may not have it.
    Here,
    Service,
}

/// A photo that no record names goes after this long: until then undo can bring it back.
const UNUSED_MS: i64 = 30 * 24 * 3_600_000;
/// What was sent is not sent again within this; the service keeps for longer what nothing names.
const SENT_MS: i64 = 24 * 3_600_000;
/// Photos looked at by one `prune_photos`.
const CHECKED: usize = 2_000;
/// With more edits waiting than this, nothing is thrown away: each photo would be looked for in all of them.
const WAITING_MAX: i64 = 10_000;

impl Store {
    /// Keeps photos under the hash of their bytes; one that is here already stays.
    pub fn put_photos(
        &self,
        photos: &[NewPhoto<'_>],
        origin: PhotoOrigin,
        now_ms: i64,
    ) -> Result<Vec<PhotoHash>, StoreError> {
        let sent_at = match origin {
            PhotoOrigin::Here => None,
            PhotoOrigin::Service => Some(now_ms),
        };
        self.transact_quietly(|conn| {
            // That no record names it yet is noted by the next look at it, so that its time begins then.
            let sql = "INSERT INTO photo (hash, sent_at, thumbnail, jpeg) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (hash) DO UPDATE SET sent_at = coalesce(?2, sent_at), unused_since = NULL";
            let mut statement = conn.prepare_cached(sql)?;
            photos
                .iter()
                .map(|photo| {
                    let hash = PhotoHash::of(photo.jpeg);
                    statement.execute((hash.to_string(), sent_at, photo.thumbnail, photo.jpeg))?;
                    Ok(hash)
                })
                .collect()
        })
    }

    /// The photo's bytes, when they are here.
    pub fn photo(&self, hash: PhotoHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.readers.read(|conn| bytes(conn, "SELECT jpeg FROM photo WHERE hash = ?1", hash))
    }

    /// Small forms in the order asked for.
    pub fn thumbnails(&self, hashes: &[PhotoHash]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.readers.read(|conn| {
            hashes.iter().map(|hash| bytes(conn, "SELECT thumbnail FROM photo WHERE hash = ?1", *hash)).collect()
        })
    }

    /// Photos that members have and that are not here, behind `after` in the order of their hashes.
    pub fn lacking_photos(&self, after: Option<PhotoHash>, limit: usize) -> Result<Vec<PhotoHash>, StoreError> {
        let after = after.map_or(String::new(), |hash| hash.to_string());
        self.readers.read(|conn| {
            if pull::lacks_indexes(conn)? {
                return Ok(Vec::new());
            }
            let sql = "SELECT DISTINCT photo FROM member WHERE photo IS NOT NULL AND photo > ?1
                AND NOT EXISTS (SELECT 1 FROM photo WHERE hash = member.photo) ORDER BY photo LIMIT ?2";
            let mut statement = conn.prepare_cached(sql)?;
            let found = statement.query_map((after, i64::try_from(limit).unwrap_or(i64::MAX)), text)?;
            // What is no hash was never let in; it names nothing that could be fetched.
            Ok(found.collect::<Result<Vec<_>, _>>()?.iter().filter_map(|text| text.parse().ok()).collect())
        })
    }

    /// Photos kept here.
    pub fn photo_count(&self) -> Result<u64, StoreError> {
        self.readers.read(|conn| {
            let count: i64 = conn.prepare_cached("SELECT count(*) FROM photo")?.query_row([], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    /// Whether the photo is here and was not sent lately.
    pub fn is_photo_unsent(&self, hash: PhotoHash, now_ms: i64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM photo WHERE hash = ?1 AND (sent_at IS NULL OR sent_at NOT BETWEEN ?2 AND ?3)";
        self.readers.read(|conn| {
            let of = (hash.to_string(), now_ms - SENT_MS, now_ms);
            Ok(conn.prepare_cached(sql)?.query_row(of, |_| Ok(())).optional()?.is_some())
        })
    }

    /// The service has these.
    pub fn note_photos_sent(&self, hashes: &[PhotoHash], now_ms: i64) -> Result<(), StoreError> {
        self.set_sent(hashes, Some(now_ms))
    }

    /// The service says that it does not have these after all.
    pub fn note_photos_lost(&self, hashes: &[PhotoHash]) -> Result<(), StoreError> {
        self.set_sent(hashes, None)
    }

    fn set_sent(&self, hashes: &[PhotoHash], sent_at: Option<i64>) -> Result<(), StoreError> {
        if hashes.is_empty() {
            return Ok(());
        }
        self.transact_quietly(|conn| {
            let mut statement = conn.prepare_cached("UPDATE photo SET sent_at = ?2 WHERE hash = ?1")?;
            hashes.iter().try_for_each(|hash| statement.execute((hash.to_string(), sent_at)).map(drop))?;
            Ok(())
        })
    }

    /// Looks through some of the photos and throws away what nothing has named for long; answers how many went.
    pub fn prune_photos(&self, now_ms: i64) -> Result<u64, StoreError> {
        self.transact_quietly(|conn| {
            if pull::lacks_indexes(conn)? || identity::is_recovering(conn)? {
                return Ok(0);
            }
            let again = "UPDATE photo SET unused_since = NULL WHERE unused_since IS NOT NULL
                AND EXISTS (SELECT 1 FROM member WHERE member.photo = photo.hash)";
            conn.prepare_cached(again)?.execute([])?;
            mark_unused(conn, now_ms)?;
            remove_unused(conn, now_ms - UNUSED_MS)
        })
    }
}

/// Goes on where it stopped the last time.
fn mark_unused(conn: &Connection, now_ms: i64) -> Result<(), StoreError> {
    let after = identity::get::<String>(conn, "photos_checked")?.unwrap_or_default();
    let sql = "SELECT hash FROM photo WHERE unused_since IS NULL AND hash > ?1 ORDER BY hash LIMIT ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let looked_at: Vec<String> = statement.query_map((after, CHECKED as i64), text)?.collect::<Result<_, _>>()?;
    let sql = "UPDATE photo SET unused_since = ?2 WHERE hash = ?1
        AND NOT EXISTS (SELECT 1 FROM member WHERE member.photo = ?1)";
    for hash in &looked_at {
        conn.prepare_cached(sql)?.execute((hash, now_ms))?;
    }
    let next = if looked_at.len() < CHECKED { String::new() } else { looked_at.last().cloned().unwrap_or_default() };
    identity::set(conn, "photos_checked", next)
}

fn remove_unused(conn: &Connection, before: i64) -> Result<u64, StoreError> {
    let waiting: i64 = conn.prepare_cached("SELECT count(*) FROM outbox")?.query_row([], |row| row.get(0))?;
    if waiting > WAITING_MAX {
        return Ok(0);
    }
    let sql = "SELECT hash FROM photo WHERE unused_since < ?1 ORDER BY unused_since LIMIT 100";
    let mut statement = conn.prepare_cached(sql)?;
    let old: Vec<String> = statement.query_map([before], text)?.collect::<Result<_, _>>()?;
    let mut removed = 0;
    for hash in old {
        if !is_waited_for(conn, &hash)? {
            removed += conn.prepare_cached("DELETE FROM photo WHERE hash = ?1")?.execute([hash])? as u64;
        }
    }
    Ok(removed)
}

/// Edits that wait or were refused, what the service last said, and open conflicts may name a photo too.
fn is_waited_for(conn: &Connection, hash: &str) -> Result<bool, StoreError> {
    let member = Kind::Member as u8;
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM outbox o JOIN history h ON h.seq = o.seq
                WHERE h.kind = {member} AND instr(coalesce(o.changes, h.changes), ?1) > 0)
        OR EXISTS (SELECT 1 FROM attention o JOIN history h ON h.seq = o.seq
                WHERE o.state = 'open' AND h.kind = {member} AND instr(coalesce(o.changes, h.changes), ?1) > 0)
        OR EXISTS (SELECT 1 FROM shadow WHERE kind = {member} AND instr(stored, ?1) > 0)
        OR EXISTS (SELECT 1 FROM \"conflict\" WHERE settled IS NULL AND field = 'photo'
                AND (instr(coalesce(base, ''), ?1) > 0 OR instr(coalesce(mine, ''), ?1) > 0
                    OR instr(coalesce(theirs, ''), ?1) > 0))"
    );
    Ok(conn.prepare_cached(&sql)?.query_row([hash], |row| row.get(0))?)
}

fn bytes(conn: &Connection, sql: &str, hash: PhotoHash) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(conn.prepare_cached(sql)?.query_row([hash.to_string()], |row| row.get(0)).optional()?)
}

fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}
