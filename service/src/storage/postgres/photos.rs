//! Photos by organisation and hash. A photo that no member names any more goes after a while.

use super::super::{OrganisationKey, Photos, StorageError};
use super::transaction::PostgresTransaction;
use super::values::get;
use mingce_model::PhotoHash;
use std::collections::BTreeMap;
use tokio_postgres::Row;

/// Photos that are looked at in one go.
const LOOKED_AT: i64 = 500;

impl Photos for PostgresTransaction<'_> {
    fn has_photo(&mut self, organisation: OrganisationKey, hash: PhotoHash) -> Result<bool, StorageError> {
        if self.cache.organisation == Some(organisation) && self.cache.photos.contains(&hash) {
            return Ok(true);
        }
        let sql = "SELECT EXISTS(SELECT 1 FROM photo WHERE organisation=$1 AND hash=$2)";
        let row = self.query_opt(sql, &[&organisation.0, &&hash.0[..]])?.ok_or(StorageError::Inconsistent)?;
        get(&row, 0)
    }

    fn find_photo(&mut self, organisation: OrganisationKey, hash: PhotoHash) -> Result<Option<Vec<u8>>, StorageError> {
        let sql = "SELECT jpeg FROM photo WHERE organisation=$1 AND hash=$2";
        let row = self.query_opt(sql, &[&organisation.0, &&hash.0[..]])?;
        row.map(|row| get(&row, 0)).transpose()
    }

    fn load_photo_bytes(&mut self, organisation: OrganisationKey) -> Result<u64, StorageError> {
        let row = self.query_opt("SELECT bytes FROM photo_total WHERE organisation=$1", &[&organisation.0])?;
        let bytes: i64 = row.map(|row| get(&row, 0)).transpose()?.unwrap_or(0);
        u64::try_from(bytes).map_err(|_| StorageError::Inconsistent)
    }

    fn save_photo(
        &mut self,
        organisation: OrganisationKey,
        hash: PhotoHash,
        jpeg: &[u8],
        now_ms: i64,
    ) -> Result<(), StorageError> {
        // What is here already is asked for again: its time begins anew.
        let again = self.execute(
            "UPDATE photo SET unused_since=NULL WHERE organisation=$1 AND hash=$2",
            &[&organisation.0, &&hash.0[..]],
        )?;
        if again > 0 {
            return Ok(());
        }
        self.execute(
            "INSERT INTO photo(organisation, hash, checked_at, jpeg) VALUES($1, $2, $3, $4)",
            &[&organisation.0, &&hash.0[..], &now_ms, &jpeg],
        )?;
        self.add_photo_bytes(organisation, jpeg.len() as i64)
    }

    fn prune_photos(
        &mut self,
        checked_before_ms: i64,
        unused_before_ms: i64,
        now_ms: i64,
    ) -> Result<u64, StorageError> {
        let due = self.query(
            "SELECT organisation, hash FROM photo WHERE checked_at<$1 ORDER BY checked_at LIMIT $2",
            &[&checked_before_ms, &LOOKED_AT],
        )?;
        let mut by_organisation: BTreeMap<i64, Vec<Vec<u8>>> = BTreeMap::new();
        for row in &due {
            by_organisation.entry(get(row, 0)?).or_default().push(get(row, 1)?);
        }
        let mut removed = 0;
        for (organisation, hashes) in by_organisation {
            // One after another in the order of their numbers, so that no two such jobs wait for each other. While it is
            // held no member can be given a photo that is going.
            self.query("SELECT key FROM organisation WHERE key=$1 FOR UPDATE", &[&organisation])?;
            removed += self.prune_of(organisation, &hashes, unused_before_ms, now_ms)?;
        }
        Ok(removed)
    }
}

impl PostgresTransaction<'_> {
    fn prune_of(
        &mut self,
        organisation: i64,
        hashes: &[Vec<u8>],
        unused_before_ms: i64,
        now_ms: i64,
    ) -> Result<u64, StorageError> {
        let gone = self.query(
            "DELETE FROM photo WHERE organisation=$1 AND hash=ANY($2) AND unused_since<$3 \
             AND NOT EXISTS(SELECT 1 FROM record_member WHERE record_member.organisation=$1 \
             AND record_member.photo=encode(photo.hash, 'hex')) \
             AND NOT EXISTS(SELECT 1 FROM record_conflict WHERE record_conflict.organisation=$1 AND NOT is_deleted \
             AND field='photo' AND settled IS NULL AND (strpos(mine, encode(photo.hash, 'hex'))>0 \
             OR strpos(theirs, encode(photo.hash, 'hex'))>0)) \
             RETURNING octet_length(jpeg)",
            &[&organisation, &hashes, &unused_before_ms],
        )?;
        let bytes: i64 = gone.iter().map(|row: &Row| Ok(i64::from(get::<i32>(row, 0)?))).sum::<Result<_, _>>()?;
        if !gone.is_empty() {
            self.add_photo_bytes(OrganisationKey(organisation), -bytes)?;
        }
        self.execute(
            "UPDATE photo SET checked_at=$3, unused_since=CASE WHEN EXISTS(SELECT 1 FROM record_member \
             WHERE record_member.organisation=$1 AND record_member.photo=encode(photo.hash, 'hex')) \
             THEN NULL ELSE coalesce(unused_since, $3) END WHERE organisation=$1 AND hash=ANY($2)",
            &[&organisation, &hashes, &now_ms],
        )?;
        Ok(gone.len() as u64)
    }

    fn add_photo_bytes(&mut self, organisation: OrganisationKey, bytes: i64) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO photo_total(organisation, bytes) VALUES($1, greatest($2::bigint, 0)) \
             ON CONFLICT(organisation) DO UPDATE SET bytes=greatest(photo_total.bytes+$2::bigint, 0)",
            &[&organisation.0, &bytes],
        )?;
        Ok(())
    }
}
