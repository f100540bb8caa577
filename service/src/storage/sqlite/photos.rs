//! Photos by organisation and hash. A photo that no member names any more goes after a while.

use super::super::{OrganisationKey, Photos, StorageError};
use super::{SqliteTransaction, failure};
use mingce_model::PhotoHash;
use rusqlite::OptionalExtension;

impl Photos for SqliteTransaction<'_> {
    fn has_photo(&mut self, organisation: OrganisationKey, hash: PhotoHash) -> Result<bool, StorageError> {
        self.connection
            .prepare_cached("SELECT EXISTS(SELECT 1 FROM photo WHERE organisation=?1 AND hash=?2)")
            .map_err(failure)?
            .query_row((organisation.0, hash.0), |row| row.get(0))
            .map_err(failure)
    }

    fn find_photo(&mut self, organisation: OrganisationKey, hash: PhotoHash) -> Result<Option<Vec<u8>>, StorageError> {
        self.connection
            .prepare_cached("SELECT jpeg FROM photo WHERE organisation=?1 AND hash=?2")
            .map_err(failure)?
            .query_row((organisation.0, hash.0), |row| row.get(0))
            .optional()
            .map_err(failure)
    }

    fn load_photo_bytes(&mut self, organisation: OrganisationKey) -> Result<u64, StorageError> {
        let bytes: Option<i64> = self
            .connection
            .prepare_cached("SELECT bytes FROM photo_total WHERE organisation=?1")
            .map_err(failure)?
            .query_row([organisation.0], |row| row.get(0))
            .optional()
            .map_err(failure)?;
        u64::try_from(bytes.unwrap_or(0)).map_err(|_| StorageError::Inconsistent)
    }

    fn save_photo(
        &mut self,
        organisation: OrganisationKey,
        hash: PhotoHash,
        jpeg: &[u8],
        now_ms: i64,
    ) -> Result<(), StorageError> {
        // What is here already is asked for again: its time begins anew.
        let again = self
            .connection
            .prepare_cached("UPDATE photo SET unused_since=NULL WHERE organisation=?1 AND hash=?2")
            .map_err(failure)?
            .execute((organisation.0, hash.0))
            .map_err(failure)?;
        if again > 0 {
            return Ok(());
        }
        self.connection
            .prepare_cached("INSERT INTO photo(organisation, hash, checked_at, jpeg) VALUES(?1, ?2, ?3, ?4)")
            .map_err(failure)?
            .execute((organisation.0, hash.0, now_ms, jpeg))
            .map_err(failure)?;
        self.add_photo_bytes(organisation, jpeg.len() as i64)
    }

    fn prune_photos(
        &mut self,
        checked_before_ms: i64,
        unused_before_ms: i64,
        now_ms: i64,
    ) -> Result<u64, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT rowid, organisation, hash, unused_since, length(jpeg), EXISTS(SELECT 1 FROM record_member \
                 WHERE record_member.organisation=photo.organisation AND record_member.photo=lower(hex(photo.hash))) \
                 FROM photo WHERE checked_at<?1 ORDER BY checked_at LIMIT 500",
            )
            .map_err(failure)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Checked {
                row: row.get(0)?,
                organisation: OrganisationKey(row.get(1)?),
                hash: row.get(2)?,
                unused_since: row.get(3)?,
                bytes: row.get(4)?,
                is_used: row.get(5)?,
            })
        };
        let checked: Vec<Checked> = statement
            .query_map([checked_before_ms], read)
            .map_err(failure)?
            .collect::<Result<_, _>>()
            .map_err(failure)?;
        let mut removed = 0;
        for photo in checked {
            let is_old = !photo.is_used && photo.unused_since.is_some_and(|since| since < unused_before_ms);
            if is_old && !self.is_in_conflict(&photo)? {
                self.connection
                    .prepare_cached("DELETE FROM photo WHERE rowid=?1")
                    .map_err(failure)?
                    .execute([photo.row])
                    .map_err(failure)?;
                self.add_photo_bytes(photo.organisation, -photo.bytes)?;
                removed += 1;
                continue;
            }
            let unused_since = if photo.is_used { None } else { photo.unused_since.or(Some(now_ms)) };
            self.connection
                .prepare_cached("UPDATE photo SET checked_at=?2, unused_since=?3 WHERE rowid=?1")
                .map_err(failure)?
                .execute((photo.row, now_ms, unused_since))
                .map_err(failure)?;
        }
        Ok(removed)
    }
}

/// A photo that is looked at because it was not for long.
struct Checked {
    row: i64,
    organisation: OrganisationKey,
    hash: [u8; 32],
    unused_since: Option<i64>,
    bytes: i64,
    is_used: bool,
}

impl SqliteTransaction<'_> {
    fn add_photo_bytes(&mut self, organisation: OrganisationKey, bytes: i64) -> Result<(), StorageError> {
        self.connection
            .prepare_cached(
                "INSERT INTO photo_total(organisation, bytes) VALUES(?1, max(?2, 0)) \
                 ON CONFLICT(organisation) DO UPDATE SET bytes=max(bytes+?2, 0)",
            )
            .map_err(failure)?
            .execute((organisation.0, bytes))
            .map_err(failure)?;
        Ok(())
    }

    /// A conflict that is not settled may still choose it.
    fn is_in_conflict(&mut self, photo: &Checked) -> Result<bool, StorageError> {
        self.connection
            .prepare_cached(
                "SELECT EXISTS(SELECT 1 FROM record_conflict WHERE organisation=?1 AND is_deleted=0 AND field='photo' \
                 AND settled IS NULL AND (instr(coalesce(mine, ''), ?2)>0 OR instr(coalesce(theirs, ''), ?2)>0))",
            )
            .map_err(failure)?
            .query_row((photo.organisation.0, PhotoHash(photo.hash).to_string()), |row| row.get(0))
            .map_err(failure)
    }
}
