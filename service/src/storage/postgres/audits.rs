//! The audits. An entry goes out with what it is about: nothing is asked for it, because the organisation's row, which
//! whoever writes reads first, holds the last one's number and link.

use super::super::rows::*;
use super::super::{Audits, StorageError};
use super::log::{ORGANISATION_COLUMNS, organisation_from};
use super::transaction::PostgresTransaction;
use super::values::{bytes_from, get, id_from, signed, uuid, ver_from};
use crate::audit::{Entry, Head, Ledger};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use std::borrow::Cow;
use std::collections::HashMap;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

const COLUMNS: &str = "number, at_ms, act, actor_kind, actor, device, network, subject, details, link";
const INSERT: &str = "INSERT INTO audit(organisation, number, at_ms, act, actor_kind, actor, device, network, subject, \
    details, link) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)";

/// What `last_audit_from` reads.
pub(super) const LAST_AUDIT: &str = "audit_number, audit_link";

/// Reads number and link of an audit's last entry, beginning at a column.
pub(super) fn last_audit_from(row: &Row, first: usize) -> Result<Option<(u64, AuditLink)>, StorageError> {
    let number = ver_from(row, first)?;
    match get::<Option<&[u8]>>(row, first + 1)? {
        None if number == 0 => Ok(None),
        None => Err(StorageError::Inconsistent),
        Some(link) => Ok(Some((number, link.try_into().map_err(|_| StorageError::Inconsistent)?))),
    }
}

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
         WHERE it.audit_number>{} AND NOT ({} BETWEEN $1 AND $2) AND EXISTS(SELECT 1 FROM audit WHERE audit.organisation=it.{key} \
         AND audit.number=it.audit_number AND audit.link=it.audit_link) LIMIT $3",
        last("sequence"),
        last("number"),
        last("at_ms"),
    )
}

fn read_id(row: &Row, column: usize) -> Result<Option<RecordId>, StorageError> {
    get::<Option<Uuid>>(row, column)?.map(|_| id_from(row, column)).transpose()
}

fn entry_from(row: &Row) -> Result<Entry, StorageError> {
    Ok(Entry {
        number: ver_from(row, 0)?,
        at_ms: get(row, 1)?,
        act: get(row, 2)?,
        actor_kind: get(row, 3)?,
        actor: read_id(row, 4)?,
        device: read_id(row, 5)?,
        network: get(row, 6)?,
        subject: read_id(row, 7)?,
        details: get(row, 8)?,
        link: bytes_from(row, 9)?,
    })
}

fn log_line_from(row: &Row) -> Result<LogLine<'static>, StorageError> {
    Ok(LogLine {
        ver: ver_from(row, 0)?,
        replica: read_id(row, 1)?,
        m: get::<Option<i64>>(row, 2)?.map(|_| ver_from(row, 2)).transpose()?,
        account: read_id(row, 3)?,
        at_ms: get(row, 4)?,
        received_at_ms: get(row, 5)?,
        kind: get(row, 6)?,
        id: id_from(row, 7)?,
        verb: Cow::Owned(get(row, 8)?),
        changes: Cow::Owned(get(row, 9)?),
        chain: bytes_from(row, 10)?,
    })
}

impl PostgresTransaction<'_> {
    /// Hashes by number, of one table.
    fn hashes<const N: usize>(
        &mut self,
        sql: &str,
        organisation: OrganisationKey,
        numbers: &[u64],
    ) -> Result<HashMap<u64, [u8; N]>, StorageError> {
        self.flush()?;
        let numbers = numbers.iter().map(|number| signed(*number)).collect::<Result<Vec<i64>, _>>()?;
        let rows = self.query(sql, &[&organisation.0, &numbers])?;
        let mut found = HashMap::new();
        for row in &rows {
            // A hash of another length is none.
            if let Ok(hash) = bytes_from(row, 1) {
                found.insert(ver_from(row, 0)?, hash);
            }
        }
        Ok(found)
    }
}

impl Audits for PostgresTransaction<'_> {
    fn hold_organisations_of(&mut self, account: AccountId) -> Result<Vec<OrganisationRow>, StorageError> {
        self.flush()?;
        // In the order of their keys, so that no two who do this wait for each other; who holds one only waits for nobody.
        let lock = if self.writes() { " FOR UPDATE OF organisation" } else { "" };
        let sql = format!(
            "SELECT {ORGANISATION_COLUMNS}, {LAST_AUDIT} FROM organisation WHERE key IN \
             (SELECT organisation FROM account_organisation WHERE account=$1) ORDER BY key{lock}"
        );
        let rows = self.query(&sql, &[&uuid(account.0)])?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let organisation = organisation_from(row)?;
            if self.writes() {
                self.held.get_or_insert(organisation.key);
                self.audits.insert(organisation.key, last_audit_from(row, 5)?);
            }
            all.push(organisation);
        }
        Ok(all)
    }

    fn last_audit(&mut self, organisation: OrganisationKey) -> Result<Option<(u64, AuditLink)>, StorageError> {
        if let Some(known) = self.audits.get(&organisation) {
            return Ok(*known);
        }
        self.flush()?;
        let (table, key) = match organisation {
            OrganisationKey::SERVICE => ("audit_service", "organisation"),
            _ => ("organisation", "key"),
        };
        let lock = if self.writes() { " FOR UPDATE" } else { "" };
        let sql = format!("SELECT {LAST_AUDIT} FROM {table} WHERE {key}=$1{lock}");
        let row = self.query_opt(&sql, &[&organisation.0])?.ok_or(StorageError::Inconsistent)?;
        let last = last_audit_from(&row, 0)?;
        if self.writes() {
            self.audits.insert(organisation, last);
        }
        Ok(last)
    }

    fn insert_audit(&mut self, organisation: OrganisationKey, entry: &Entry) -> Result<(), StorageError> {
        let number = signed(entry.number)?;
        self.later(
            organisation,
            INSERT,
            vec![
                Box::new(number),
                Box::new(entry.at_ms),
                Box::new(entry.act.clone()),
                Box::new(entry.actor_kind.clone()),
                Box::new(entry.actor.map(uuid)),
                Box::new(entry.device.map(uuid)),
                Box::new(entry.network.clone()),
                Box::new(entry.subject.map(uuid)),
                Box::new(entry.details.clone()),
                Box::new(entry.link.to_vec()),
            ],
        )?;
        self.audits.insert(organisation, Some((entry.number, entry.link)));
        if organisation == OrganisationKey::SERVICE {
            let sql = "UPDATE audit_service SET audit_number=$2, audit_link=$3 WHERE organisation=$1";
            return self.later(organisation, sql, vec![Box::new(number), Box::new(entry.link.to_vec())]);
        }
        self.cache.audit = Some((number, entry.link));
        self.flush_each()
    }

    fn load_audit_after(
        &mut self,
        organisation: OrganisationKey,
        number: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        self.flush()?;
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE organisation=$1 AND number>$2 ORDER BY number LIMIT $3");
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        self.query(&sql, &[&organisation.0, &signed(number)?, &limit])?.iter().map(entry_from).collect()
    }

    fn find_audit(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        self.flush()?;
        let mut values: Vec<Box<dyn ToSql + Sync>> = vec![Box::new(organisation.0)];
        let mut sql = format!("SELECT {COLUMNS} FROM audit WHERE organisation=$1");
        let mut ask = |condition: &str, value: Option<Box<dyn ToSql + Sync>>| {
            if let Some(value) = value {
                values.push(value);
                sql.push_str(&format!(" AND {condition}${}", values.len()));
            }
        };
        fn boxed<T: ToSql + Sync + 'static>(value: Option<T>) -> Option<Box<dyn ToSql + Sync>> {
            value.map(|value| Box::new(value) as Box<dyn ToSql + Sync>)
        }
        ask("number<", boxed(filter.before.map(|before| i64::try_from(before).unwrap_or(i64::MAX))));
        ask("at_ms>=", boxed(filter.from_ms));
        ask("at_ms<", boxed(filter.to_ms));
        ask("act=", boxed(filter.act.clone()));
        ask("actor=", boxed(filter.actor.map(uuid)));
        sql.push_str(&format!(" ORDER BY number DESC LIMIT {limit}"));
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        self.query(&sql, &values)?.iter().map(entry_from).collect()
    }

    fn load_audit_keys(&mut self) -> Result<Vec<OrganisationKey>, StorageError> {
        self.flush()?;
        let sql = "SELECT DISTINCT organisation FROM audit UNION SELECT DISTINCT organisation FROM audit_head";
        self.query(sql, &[])?.iter().map(|row| get(row, 0).map(OrganisationKey)).collect()
    }

    fn load_unsigned_audits(
        &mut self,
        (since_ms, now_ms): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Unsigned>, StorageError> {
        self.flush()?;
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut due = Vec::new();
        let none = "NULL::uuid";
        for sql in [unsigned_sql("audit_service", "organisation", none), unsigned_sql("organisation", "key", "it.id")] {
            for row in &self.query(&sql, &[&since_ms, &now_ms, &limit])? {
                let key = OrganisationKey(get(row, 0)?);
                due.push(Unsigned {
                    ledger: match read_id(row, 4)? {
                        Some(id) => Ledger { key, id: OrganisationId(id) },
                        None => Ledger::of_service(),
                    },
                    number: ver_from(row, 1)?,
                    link: bytes_from(row, 2)?,
                    sequence: ver_from(row, 3)?,
                });
            }
        }
        Ok(due)
    }

    fn insert_audit_head(&mut self, organisation: OrganisationKey, head: &Head) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO audit_head(organisation, sequence, number, link, at_ms, public, signature) \
             VALUES($1,$2,$3,$4,$5,$6,$7)",
            &[
                &organisation.0,
                &signed(head.sequence)?,
                &signed(head.number)?,
                &&head.link[..],
                &head.at_ms,
                &&head.public[..],
                &&head.signature[..],
            ],
        )?;
        Ok(())
    }

    fn load_audit_heads(&mut self, ledger: Ledger, sequence: u64, limit: usize) -> Result<Vec<Head>, StorageError> {
        self.flush()?;
        let sql = "SELECT sequence, number, link, at_ms, public, signature FROM audit_head \
            WHERE organisation=$1 AND sequence>$2 ORDER BY sequence LIMIT $3";
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let rows = self.query(sql, &[&ledger.key.0, &signed(sequence)?, &limit])?;
        let read = |row: &Row| {
            Ok(Head {
                organisation: ledger.id,
                sequence: ver_from(row, 0)?,
                number: ver_from(row, 1)?,
                link: bytes_from(row, 2)?,
                at_ms: get(row, 3)?,
                public: bytes_from(row, 4)?,
                signature: bytes_from(row, 5)?,
            })
        };
        rows.iter().map(read).collect()
    }

    fn load_chains(
        &mut self,
        organisation: OrganisationKey,
        vers: &[u64],
    ) -> Result<HashMap<u64, Chain>, StorageError> {
        self.hashes("SELECT ver, chain FROM change WHERE organisation=$1 AND ver=ANY($2)", organisation, vers)
    }

    fn load_log(
        &mut self,
        organisation: OrganisationKey,
        (first, last): (u64, u64),
        limit: usize,
    ) -> Result<Vec<LogLine<'static>>, StorageError> {
        self.flush()?;
        let sql = "SELECT ver, replica, m, account, at_ms, received_at, kind::bigint, id, verb, changes, chain FROM change \
            WHERE organisation=$1 AND ver BETWEEN $2 AND $3 ORDER BY ver LIMIT $4";
        let most = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        self.query(sql, &[&organisation.0, &most(first), &most(last), &limit])?.iter().map(log_line_from).collect()
    }

    fn load_consent_links(
        &mut self,
        organisation: OrganisationKey,
        numbers: &[u64],
    ) -> Result<HashMap<u64, ConsentLink>, StorageError> {
        let sql = "SELECT number, link FROM consent WHERE organisation=$1 AND number=ANY($2)";
        self.hashes(sql, organisation, numbers)
    }

    fn note_look(
        &mut self,
        organisation: OrganisationKey,
        store: ReplicaId,
        number: u64,
        digest: [u8; 8],
    ) -> Result<bool, StorageError> {
        let added = self.execute(
            "INSERT INTO audit_look(organisation, replica, number, digest) VALUES($1,$2,$3,$4) ON CONFLICT DO NOTHING",
            &[&organisation.0, &uuid(store.0), &signed(number)?, &&digest[..]],
        )?;
        Ok(added == 1)
    }

    fn load_names(
        &mut self,
        organisation: OrganisationKey,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, String>, StorageError> {
        self.flush()?;
        let ids: Vec<Uuid> = ids.iter().copied().map(uuid).collect();
        let is_known = |account: &str| {
            format!(
                "(EXISTS(SELECT 1 FROM account_organisation AS it WHERE it.organisation=$2 AND it.account={account}) \
                 OR EXISTS(SELECT 1 FROM audit WHERE audit.organisation=$2 AND audit.actor={account}))"
            )
        };
        let sql = format!(
            "SELECT id, name FROM account WHERE id=ANY($1) AND {} \
             UNION ALL SELECT id, name FROM device WHERE id=ANY($1) AND {}",
            is_known("account.id"),
            is_known("device.account"),
        );
        self.query(&sql, &[&ids, &organisation.0])?.iter().map(|row| Ok((id_from(row, 0)?, get(row, 1)?))).collect()
    }
}
