//! The ledger of consents.

use super::super::rows::*;
use super::super::{Consents, StorageError};
use super::connection::Values;
use super::log::{ORGANISATION_COLUMNS, organisation_from};
use super::transaction::PostgresTransaction;
use super::values::{bytes_from, get, id_from, signed, uuid, ver_from};
use crate::consent::{Act, Entry, Giver, Purpose, Way};
use mingce_model::RecordId;
use tokio_postgres::Row;
use uuid::Uuid;

const COLUMNS: &str = "number, at_ms, member, purpose, act, guardian, way, text, text_hash, link";

impl PostgresTransaction<'_> {
    fn entries(&mut self, sql: &str, values: Values<'_>) -> Result<Vec<Entry>, StorageError> {
        self.query(sql, values)?.iter().map(entry_from).collect()
    }
}

fn entry_from(row: &Row) -> Result<Entry, StorageError> {
    Ok(Entry {
        number: ver_from(row, 0)?,
        at_ms: get(row, 1)?,
        member: id_from(row, 2)?,
        purpose: Purpose::from_word(get(row, 3)?).ok_or(StorageError::Inconsistent)?,
        act: Act::from_word(get(row, 4)?).ok_or(StorageError::Inconsistent)?,
        giver: match get::<Option<Uuid>>(row, 5)? {
            None => Giver::Member,
            Some(id) => Giver::Guardian(RecordId::from_slice(id.as_bytes()).ok_or(StorageError::Inconsistent)?),
        },
        way: Way::from_word(get(row, 6)?).ok_or(StorageError::Inconsistent)?,
        text: get(row, 7)?,
        text_hash: bytes_from(row, 8)?,
        link: bytes_from(row, 9)?,
    })
}

impl Consents for PostgresTransaction<'_> {
    fn last_consent(&mut self, organisation: OrganisationKey) -> Result<Option<(u64, ConsentLink)>, StorageError> {
        let sql = "SELECT number, link FROM consent WHERE organisation=$1 ORDER BY number DESC LIMIT 1";
        let row = self.query_opt(sql, &[&organisation.0])?;
        row.map(|row| Ok((ver_from(&row, 0)?, bytes_from(&row, 1)?))).transpose()
    }

    fn insert_consent(&mut self, organisation: OrganisationKey, entry: &Entry) -> Result<(), StorageError> {
        let guardian = match entry.giver {
            Giver::Member => None,
            Giver::Guardian(id) => Some(uuid(id)),
        };
        let sql = format!("INSERT INTO consent(organisation, {COLUMNS}) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)");
        self.execute(
            &sql,
            &[
                &organisation.0,
                &signed(entry.number)?,
                &entry.at_ms,
                &uuid(entry.member),
                &entry.purpose.word(),
                &entry.act.word(),
                &guardian,
                &entry.way.word(),
                &entry.text,
                &&entry.text_hash[..],
                &&entry.link[..],
            ],
        )?;
        Ok(())
    }

    fn load_consents_after(
        &mut self,
        organisation: OrganisationKey,
        number: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM consent WHERE organisation=$1 AND number>$2 ORDER BY number LIMIT $3");
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        self.entries(&sql, &[&organisation.0, &signed(number)?, &limit])
    }

    fn load_consents_of(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql =
            format!("SELECT {COLUMNS} FROM consent WHERE organisation=$1 AND member=$2 ORDER BY number DESC LIMIT $3");
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut entries = self.entries(&sql, &[&organisation.0, &uuid(member), &limit])?;
        entries.reverse();
        Ok(entries)
    }

    fn load_standing_consents(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM consent WHERE organisation=$1 AND number IN (SELECT max(number) FROM consent \
             WHERE organisation=$1 AND member=$2 GROUP BY purpose, guardian IS NULL) ORDER BY number"
        );
        self.entries(&sql, &[&organisation.0, &uuid(member)])
    }

    fn load_organisations(&mut self) -> Result<Vec<OrganisationRow>, StorageError> {
        let sql = format!("SELECT {ORGANISATION_COLUMNS} FROM organisation ORDER BY key");
        self.query(&sql, &[])?.iter().map(organisation_from).collect()
    }
}
