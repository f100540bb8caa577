//! The audits.

use super::super::rows::*;
use super::super::{Audits, StorageError};
use super::log::organisation_from;
use super::records::{id_from, signed, ver_from};
use super::{SqliteTransaction, failure};
use crate::audit::{Entry, Head, Ledger};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{OptionalExtension, Params, Row};
use std::borrow::Cow;
use std::collections::HashMap;

const COLUMNS: &str = "number, at_ms, act, actor_kind, actor, device, network, subject, details, link";

/// Key, last entry and sequence of the next head of what has to be signed: in the table, by the column of its key.
fn unsigned_sql(table: &str, key: &str, id: &str) -> String {
    let last = |column: &str| {
        format!(
            "coalesce((SELECT {column} FROM audit_head WHERE audit_head.organisation=it.{key} \
             ORDER BY sequence DESC LIMIT 1), 0)"
        )
    };
    format!(
        "SELECT it.{key}, it.audit_number, it.audit_link, {} + 1, {id} FROM {table} AS it \
         WHERE it.audit_number>{} AND NOT ({} BETWEEN ?1 AND ?2) AND EXISTS(SELECT 1 FROM audit WHERE audit.organisation=it.{key} \
         AND audit.number=it.audit_number AND audit.link=it.audit_link) LIMIT ?3",
        last("sequence"),
        last("number"),
        last("at_ms"),
    )
}

fn table_of(organisation: OrganisationKey) -> (&'static str, &'static str) {
    match organisation {
        OrganisationKey::SERVICE => ("audit_service", "organisation"),
        _ => ("organisation", "key"),
    }
}

fn read_id(row: &Row<'_>, column: usize) -> Result<Option<RecordId>, StorageError> {
    match row.get_ref(column).map_err(failure)? {
        ValueRef::Null => Ok(None),
        _ => id_from(row, column).map(Some),
    }
}

fn entry_from(row: &Row<'_>) -> Result<Entry, StorageError> {
    let text = |column: usize| match row.get_ref(column).map_err(failure)?.as_str() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(StorageError::Inconsistent),
    };
    let network = match row.get_ref(6).map_err(failure)? {
        ValueRef::Null => None,
        _ => Some(text(6)?),
    };
    Ok(Entry {
        number: ver_from(row, 0)?,
        at_ms: row.get(1).map_err(|_| StorageError::Inconsistent)?,
        act: text(2)?,
        actor_kind: text(3)?,
        actor: read_id(row, 4)?,
        device: read_id(row, 5)?,
        network,
        subject: read_id(row, 7)?,
        details: text(8)?,
        link: row.get(9).map_err(|_| StorageError::Inconsistent)?,
    })
}

/// What `log_line_from` reads.
const LOG: &str = "ver, replica, m, account, at_ms, received_at, kind, id, verb, changes, chain";

fn log_line_from(row: &Row<'_>) -> Result<LogLine<'static>, StorageError> {
    let text = |column: usize| match row.get_ref(column).map_err(failure)?.as_str() {
        Ok(text) => Ok(Cow::Owned(text.to_owned())),
        Err(_) => Err(StorageError::Inconsistent),
    };
    let number = |column: usize| row.get::<_, i64>(column).map_err(|_| StorageError::Inconsistent);
    let counted = |column: usize| u64::try_from(number(column)?).map_err(|_| StorageError::Inconsistent);
    let m = match row.get_ref(2).map_err(failure)? {
        ValueRef::Null => None,
        _ => Some(counted(2)?),
    };
    Ok(LogLine {
        ver: counted(0)?,
        replica: read_id(row, 1)?,
        m,
        account: read_id(row, 3)?,
        at_ms: number(4)?,
        received_at_ms: number(5)?,
        kind: number(6)?,
        id: id_from(row, 7)?,
        verb: text(8)?,
        changes: text(9)?,
        chain: row.get(10).map_err(|_| StorageError::Inconsistent)?,
    })
}

impl SqliteTransaction<'_> {
    fn audit_entries(&mut self, sql: &str, parameters: impl Params) -> Result<Vec<Entry>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows = statement.query(parameters).map_err(failure)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            entries.push(entry_from(row)?);
        }
        Ok(entries)
    }

    /// Hashes by number, of one table.
    fn hashes<const N: usize>(
        &mut self,
        sql: &str,
        organisation: OrganisationKey,
        numbers: &[u64],
    ) -> Result<HashMap<u64, [u8; N]>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut found = HashMap::new();
        for number in numbers {
            let hash: Option<Option<[u8; N]>> = statement
                .query_row((organisation.0, signed(*number)?), |row| Ok(row.get(0).ok()))
                .optional()
                .map_err(failure)?;
            found.extend(hash.flatten().map(|hash| (*number, hash)));
        }
        Ok(found)
    }
}

impl Audits for SqliteTransaction<'_> {
    fn hold_organisations_of(&mut self, account: AccountId) -> Result<Vec<OrganisationRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT key, id, epoch, head, chain FROM organisation \
                 WHERE key IN (SELECT organisation FROM account_organisation WHERE account=?1) ORDER BY key",
            )
            .map_err(failure)?;
        let mut rows = statement.query([account.0.as_bytes()]).map_err(failure)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            all.push(organisation_from(row)?);
        }
        Ok(all)
    }

    fn last_audit(&mut self, organisation: OrganisationKey) -> Result<Option<(u64, AuditLink)>, StorageError> {
        let (table, key) = table_of(organisation);
        let sql = format!("SELECT audit_number, audit_link FROM {table} WHERE {key}=?1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let mut rows = statement.query([organisation.0]).map_err(failure)?;
        let row = rows.next().map_err(failure)?.ok_or(StorageError::Inconsistent)?;
        match row.get_ref(1).map_err(failure)? {
            ValueRef::Null if ver_from(row, 0)? == 0 => Ok(None),
            _ => Ok(Some((ver_from(row, 0)?, row.get(1).map_err(|_| StorageError::Inconsistent)?))),
        }
    }

    fn insert_audit(&mut self, organisation: OrganisationKey, entry: &Entry) -> Result<(), StorageError> {
        let sql = format!("INSERT INTO audit(organisation, {COLUMNS}) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
        let number = signed(entry.number)?;
        let bytes = |id: Option<RecordId>| id.map(|id| *id.as_bytes());
        self.connection
            .prepare_cached(&sql)
            .map_err(failure)?
            .execute((
                organisation.0,
                number,
                entry.at_ms,
                &entry.act,
                &entry.actor_kind,
                bytes(entry.actor),
                bytes(entry.device),
                &entry.network,
                bytes(entry.subject),
                &entry.details,
                entry.link,
            ))
            .map_err(failure)?;
        let (table, key) = table_of(organisation);
        let sql = format!("UPDATE {table} SET audit_number=?2, audit_link=?3 WHERE {key}=?1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        match statement.execute((organisation.0, number, entry.link)).map_err(failure)? {
            1 => Ok(()),
            _ => Err(StorageError::Inconsistent),
        }
    }

    fn load_audit_after(
        &mut self,
        organisation: OrganisationKey,
        number: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE organisation=?1 AND number>?2 ORDER BY number LIMIT ?3");
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        self.audit_entries(&sql, (organisation.0, signed(number)?, limit))
    }

    fn find_audit(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let mut values = vec![Sql::Integer(organisation.0)];
        let mut sql = format!("SELECT {COLUMNS} FROM audit WHERE organisation=?1");
        let mut ask = |condition: &str, value: Option<Sql>| {
            if let Some(value) = value {
                values.push(value);
                sql.push_str(&format!(" AND {condition}?{}", values.len()));
            }
        };
        ask("number<", filter.before.map(|before| Sql::Integer(i64::try_from(before).unwrap_or(i64::MAX))));
        ask("at_ms>=", filter.from_ms.map(Sql::Integer));
        ask("at_ms<", filter.to_ms.map(Sql::Integer));
        ask("act=", filter.act.clone().map(Sql::Text));
        ask("actor=", filter.actor.map(|id| Sql::Blob(id.as_bytes().to_vec())));
        sql.push_str(&format!(" ORDER BY number DESC LIMIT {limit}"));
        self.audit_entries(&sql, rusqlite::params_from_iter(values))
    }

    fn load_audit_keys(&mut self) -> Result<Vec<OrganisationKey>, StorageError> {
        let sql = "SELECT DISTINCT organisation FROM audit UNION SELECT DISTINCT organisation FROM audit_head";
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let keys = statement.query_map([], |row| row.get(0).map(OrganisationKey)).map_err(failure)?;
        keys.collect::<Result<_, _>>().map_err(failure)
    }

    fn load_unsigned_audits(
        &mut self,
        (since_ms, now_ms): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Unsigned>, StorageError> {
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut due = Vec::new();
        for sql in [unsigned_sql("audit_service", "organisation", "NULL"), unsigned_sql("organisation", "key", "it.id")]
        {
            let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
            let mut rows = statement.query((since_ms, now_ms, limit)).map_err(failure)?;
            while let Some(row) = rows.next().map_err(failure)? {
                let key = OrganisationKey(row.get(0).map_err(failure)?);
                due.push(Unsigned {
                    ledger: match read_id(row, 4)? {
                        Some(id) => Ledger { key, id: OrganisationId(id) },
                        None => Ledger::of_service(),
                    },
                    number: ver_from(row, 1)?,
                    link: row.get(2).map_err(|_| StorageError::Inconsistent)?,
                    sequence: ver_from(row, 3)?,
                });
            }
        }
        Ok(due)
    }

    fn insert_audit_head(&mut self, organisation: OrganisationKey, head: &Head) -> Result<(), StorageError> {
        self.connection
            .prepare_cached("INSERT INTO audit_head VALUES(?1,?2,?3,?4,?5,?6,?7)")
            .map_err(failure)?
            .execute((
                organisation.0,
                signed(head.sequence)?,
                signed(head.number)?,
                head.link,
                head.at_ms,
                head.public,
                head.signature,
            ))
            .map_err(failure)?;
        Ok(())
    }

    fn load_audit_heads(&mut self, ledger: Ledger, sequence: u64, limit: usize) -> Result<Vec<Head>, StorageError> {
        let sql = "SELECT sequence, number, link, at_ms, public, signature FROM audit_head \
            WHERE organisation=?1 AND sequence>?2 ORDER BY sequence LIMIT ?3";
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows = statement.query((ledger.key.0, signed(sequence)?, limit)).map_err(failure)?;
        let mut heads = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            heads.push(Head {
                organisation: ledger.id,
                sequence: ver_from(row, 0)?,
                number: ver_from(row, 1)?,
                link: row.get(2).map_err(|_| StorageError::Inconsistent)?,
                at_ms: row.get(3).map_err(|_| StorageError::Inconsistent)?,
                public: row.get(4).map_err(|_| StorageError::Inconsistent)?,
                signature: row.get(5).map_err(|_| StorageError::Inconsistent)?,
            });
        }
        Ok(heads)
    }

    fn load_chains(
        &mut self,
        organisation: OrganisationKey,
        vers: &[u64],
    ) -> Result<HashMap<u64, Chain>, StorageError> {
        self.hashes("SELECT chain FROM change WHERE organisation=?1 AND ver=?2", organisation, vers)
    }

    fn load_log(
        &mut self,
        organisation: OrganisationKey,
        (first, last): (u64, u64),
        limit: usize,
    ) -> Result<Vec<LogLine<'static>>, StorageError> {
        let sql =
            format!("SELECT {LOG} FROM change WHERE organisation=?1 AND ver BETWEEN ?2 AND ?3 ORDER BY ver LIMIT ?4");
        let most = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut rows = statement.query((organisation.0, most(first), most(last), limit)).map_err(failure)?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            lines.push(log_line_from(row)?);
        }
        Ok(lines)
    }

    fn load_consent_links(
        &mut self,
        organisation: OrganisationKey,
        numbers: &[u64],
    ) -> Result<HashMap<u64, ConsentLink>, StorageError> {
        self.hashes("SELECT link FROM consent WHERE organisation=?1 AND number=?2", organisation, numbers)
    }

    fn note_look(
        &mut self,
        organisation: OrganisationKey,
        store: ReplicaId,
        number: u64,
        digest: [u8; 8],
    ) -> Result<bool, StorageError> {
        let added = self
            .connection
            .prepare_cached(
                "INSERT OR IGNORE INTO audit_look(organisation, replica, number, digest) VALUES(?1,?2,?3,?4)",
            )
            .map_err(failure)?
            .execute((organisation.0, store.0.as_bytes(), signed(number)?, digest))
            .map_err(failure)?;
        Ok(added == 1)
    }

    fn load_names(
        &mut self,
        organisation: OrganisationKey,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, String>, StorageError> {
        let is_known = |account: &str| {
            format!(
                "(EXISTS(SELECT 1 FROM account_organisation AS it WHERE it.organisation=?2 AND it.account={account}) \
                 OR EXISTS(SELECT 1 FROM audit WHERE audit.organisation=?2 AND audit.actor={account}))"
            )
        };
        let sql = format!(
            "SELECT name FROM account WHERE id=?1 AND {} UNION ALL SELECT name FROM device WHERE id=?1 AND {}",
            is_known("account.id"),
            is_known("device.account"),
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let mut names = HashMap::new();
        for id in ids {
            let found = statement.query_row((id.as_bytes(), organisation.0), |row| row.get(0));
            let name: Option<String> = found.optional().map_err(failure)?;
            names.extend(name.map(|name| (*id, name)));
        }
        Ok(names)
    }
}
