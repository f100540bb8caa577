//! The ledger of consents.

use super::super::rows::*;
use super::super::{Consents, StorageError};
use super::log::organisation_from;
use super::records::{id_from, signed};
use super::{SqliteTransaction, failure};
use crate::consent::{Act, Entry, Giver, Purpose, Way};
use mingce_model::RecordId;
use rusqlite::{OptionalExtension, Params, Row};

const COLUMNS: &str = "number, at_ms, member, purpose, act, guardian, way, text, text_hash, link";

impl SqliteTransaction<'_> {
    fn entries(&mut self, sql: &str, parameters: impl Params) -> Result<Vec<Entry>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows = statement.query(parameters).map_err(failure)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            entries.push(entry_from(row)?);
        }
        Ok(entries)
    }
}

fn entry_from(row: &Row<'_>) -> Result<Entry, StorageError> {
    let word = |column: usize| row.get_ref(column).map_err(failure)?.as_str().map_err(|_| StorageError::Inconsistent);
    let guardian: Option<Vec<u8>> = row.get(5).map_err(failure)?;
    Ok(Entry {
        number: u64::try_from(row.get::<_, i64>(0).map_err(failure)?).map_err(|_| StorageError::Inconsistent)?,
        at_ms: row.get(1).map_err(failure)?,
        member: id_from(row, 2)?,
        purpose: Purpose::from_word(word(3)?).ok_or(StorageError::Inconsistent)?,
        act: Act::from_word(word(4)?).ok_or(StorageError::Inconsistent)?,
        giver: match guardian {
            None => Giver::Member,
            Some(bytes) => Giver::Guardian(RecordId::from_slice(&bytes).ok_or(StorageError::Inconsistent)?),
        },
        way: Way::from_word(word(6)?).ok_or(StorageError::Inconsistent)?,
        text: word(7)?.to_owned(),
        text_hash: row.get(8).map_err(failure)?,
        link: row.get(9).map_err(failure)?,
    })
}

impl Consents for SqliteTransaction<'_> {
    fn last_consent(&mut self, organisation: OrganisationKey) -> Result<Option<(u64, ConsentLink)>, StorageError> {
        let last = self
            .connection
            .prepare_cached("SELECT number, link FROM consent WHERE organisation=?1 ORDER BY number DESC LIMIT 1")
            .map_err(failure)?
            .query_row([organisation.0], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
            .optional()
            .map_err(failure)?;
        last.map(|(number, link)| Ok((u64::try_from(number).map_err(|_| StorageError::Inconsistent)?, link)))
            .transpose()
    }

    fn insert_consent(&mut self, organisation: OrganisationKey, entry: &Entry) -> Result<(), StorageError> {
        let guardian = match &entry.giver {
            Giver::Member => None,
            Giver::Guardian(id) => Some(id.as_bytes()),
        };
        let sql = format!("INSERT INTO consent(organisation, {COLUMNS}) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
        let words = (entry.purpose.word(), entry.act.word(), entry.way.word());
        self.connection
            .prepare_cached(&sql)
            .map_err(failure)?
            .execute((
                organisation.0,
                signed(entry.number)?,
                entry.at_ms,
                entry.member.as_bytes(),
                words.0,
                words.1,
                guardian,
                words.2,
                &entry.text,
                entry.text_hash,
                entry.link,
            ))
            .map_err(failure)?;
        Ok(())
    }

    fn load_consents_after(
        &mut self,
        organisation: OrganisationKey,
        number: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM consent WHERE organisation=?1 AND number>?2 ORDER BY number LIMIT ?3");
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        self.entries(&sql, (organisation.0, signed(number)?, limit))
    }

    fn load_consents_of(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql =
            format!("SELECT {COLUMNS} FROM consent WHERE organisation=?1 AND member=?2 ORDER BY number DESC LIMIT ?3");
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut entries = self.entries(&sql, (organisation.0, member.as_bytes(), limit))?;
        entries.reverse();
        Ok(entries)
    }

    fn load_standing_consents(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM consent WHERE organisation=?1 AND number IN (SELECT max(number) FROM consent \
             WHERE organisation=?1 AND member=?2 GROUP BY purpose, guardian IS NULL) ORDER BY number"
        );
        self.entries(&sql, (organisation.0, member.as_bytes()))
    }

    fn load_organisations(&mut self) -> Result<Vec<OrganisationRow>, StorageError> {
        let sql = "SELECT key, id, epoch, head, chain FROM organisation ORDER BY key";
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows = statement.query(()).map_err(failure)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            all.push(organisation_from(row)?);
        }
        Ok(all)
    }
}
