//! Organisations, change logs, replicas and their answers.

use super::super::rows::*;
use super::super::{Log, StorageError, Verdict};
use super::audits::{LAST_AUDIT, last_audit_from};
use super::cache::Line;
use super::transaction::PostgresTransaction;
use super::values::{bytes_from, get, id_from, key_of, signed, uuid, ver_from};
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use mingce_model::{Kind, RecordId, ValueDigest, Verb};
use mingce_protocol::PulledBatch;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// What `organisation_from` reads, from the first column on.
pub(super) const ORGANISATION_COLUMNS: &str =
    "organisation.key, organisation.id, organisation.epoch, organisation.head, organisation.chain";

pub(super) fn organisation_from(row: &Row) -> Result<OrganisationRow, StorageError> {
    Ok(OrganisationRow {
        key: OrganisationKey(get(row, 0)?),
        id: OrganisationId(id_from(row, 1)?),
        epoch: ver_from(row, 2)?,
        head: ver_from(row, 3)?,
        chain: bytes_from(row, 4)?,
    })
}

impl PostgresTransaction<'_> {
    /// Lets a statement wait for the next round trip. Its first mark is the organisation's number.
    pub(super) fn later(
        &mut self,
        organisation: OrganisationKey,
        sql: &'static str,
        values: Vec<Box<dyn ToSql + Sync>>,
    ) -> Result<(), StorageError> {
        self.enter(organisation)?;
        self.cache.later.push((sql, values));
        self.flush_each()
    }

    /// Reads an organisation's row. A transaction that writes holds the first one from here on; of others it only learns
    /// where they are, so that no two can wait for each other.
    pub(super) fn hold(&mut self, key: OrganisationKey) -> Result<Option<OrganisationRow>, StorageError> {
        self.flush()?;
        let lock = if self.writes() && self.held.is_none() { " FOR UPDATE" } else { "" };
        let sql = format!("SELECT {ORGANISATION_COLUMNS}, {LAST_AUDIT} FROM organisation WHERE key=$1{lock}");
        let Some(row) = self.query_opt(&sql, &[&key.0])? else { return Ok(None) };
        if !lock.is_empty() {
            self.audits.insert(key, last_audit_from(&row, 5)?);
        }
        self.held.get_or_insert(key);
        organisation_from(&row).map(Some)
    }
}

impl Log for PostgresTransaction<'_> {
    fn find_organisation(&mut self, id: OrganisationId) -> Result<Option<OrganisationRow>, StorageError> {
        Ok(self.hold(key_of(id))?.filter(|row| row.id == id))
    }

    fn insert_organisation(
        &mut self,
        id: OrganisationId,
        chain: Chain,
        now_ms: i64,
    ) -> Result<OrganisationRow, StorageError> {
        let key = key_of(id);
        self.execute(
            "INSERT INTO organisation(key, id, epoch, head, chain, created_at) VALUES($1, $2, 1, 0, $3, $4)",
            &[&key.0, &uuid(id.0), &&chain[..], &now_ms],
        )?;
        self.held.get_or_insert(key);
        self.audits.insert(key, None);
        Ok(OrganisationRow { key, id, epoch: 1, head: 0, chain })
    }

    fn save_head(&mut self, organisation: OrganisationKey, head: u64, chain: Chain) -> Result<(), StorageError> {
        self.enter(organisation)?;
        self.cache.head = Some((signed(head)?, chain));
        Ok(())
    }

    fn insert_change(&mut self, organisation: OrganisationKey, change: &NewChange<'_>) -> Result<(), StorageError> {
        self.enter(organisation)?;
        let (replica, m, account) = match change.author {
            Author::Administrator { account, replica, m } => (Some(replica.0), Some(signed(m)?), Some(account.0)),
            Author::Account(account) => (None, None, Some(account.0)),
            Author::Member => (None, None, None),
        };
        self.cache.lines.push(Line {
            ver: signed(change.ver)?,
            replica,
            m,
            account,
            at_ms: change.at_ms,
            received_at_ms: change.received_at_ms,
            kind: change.kind,
            id: change.id,
            verb: change.verb,
            changes: change.changes.to_owned(),
            chain: change.chain,
        });
        self.flush_each()
    }

    fn find_chain(&mut self, organisation: OrganisationKey, ver: u64) -> Result<Option<Chain>, StorageError> {
        self.flush()?;
        let sql = "SELECT chain FROM change WHERE organisation=$1 AND ver=$2";
        let row = self.query_opt(sql, &[&organisation.0, &signed(ver)?])?;
        row.map(|row| bytes_from(&row, 0)).transpose()
    }

    fn load_changes(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
        limit: usize,
    ) -> Result<Vec<ChangeRow>, StorageError> {
        self.flush()?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.query(
            "SELECT verb, changes, at_ms, received_at, account.name FROM change \
             LEFT JOIN account ON account.id=change.account \
             WHERE organisation=$1 AND change.id=$2 AND kind=$3 ORDER BY ver DESC LIMIT $4",
            &[&organisation.0, &uuid(id), &(kind as i16), &limit],
        )?;
        let read = |row: &Row| {
            Ok(ChangeRow {
                verb: Verb::from_name(get(row, 0)?).ok_or(StorageError::Inconsistent)?,
                changes: get(row, 1)?,
                at_ms: get(row, 2)?,
                received_at_ms: get(row, 3)?,
                account_name: get(row, 4)?,
            })
        };
        rows.iter().map(read).collect()
    }

    fn load_edits(
        &mut self,
        organisation: OrganisationKey,
        (kind, id): (Kind, RecordId),
        (after, until): (u64, u64),
        limit: usize,
    ) -> Result<Vec<EditRow>, StorageError> {
        self.flush()?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.query(
            "SELECT change.ver, change.verb, change.changes, change.at_ms, coalesce(account.name, ''), coalesce(device.name, ''), \
             batch.id, batch.label FROM change \
             LEFT JOIN account ON account.id=change.account \
             LEFT JOIN replica ON replica.organisation=change.organisation AND replica.id=change.replica \
             LEFT JOIN device ON device.id=replica.device \
             LEFT JOIN batch ON batch.organisation=change.organisation AND batch.replica=change.replica \
             AND batch.first_m=(SELECT max(first_m) FROM batch AS any_batch \
             WHERE any_batch.organisation=change.organisation AND any_batch.replica=change.replica \
             AND any_batch.first_m<=change.m) AND batch.last_m>=change.m \
             WHERE change.organisation=$1 AND change.id=$2 AND change.kind=$3 AND change.ver>$4 \
             AND change.ver<=$5 ORDER BY change.ver DESC LIMIT $6",
            &[&organisation.0, &uuid(id), &(kind as i16), &signed(after)?, &signed(until)?, &limit],
        )?;
        rows.iter().map(edit_from).collect()
    }

    fn insert_batch(
        &mut self,
        organisation: OrganisationKey,
        (account, replica): (AccountId, ReplicaId),
        BatchRow { first_m, last_m, batch }: &BatchRow,
    ) -> Result<(), StorageError> {
        self.later(
            organisation,
            "INSERT INTO batch(organisation, replica, first_m, last_m, id, label) \
             SELECT $1::bigint,$2::uuid,$3::bigint,$4::bigint,$5::uuid,$6::text WHERE NOT EXISTS(SELECT 1 FROM batch AS other \
             JOIN replica ON replica.organisation=$1 AND replica.id=other.replica \
             WHERE other.organisation=$1 AND other.id=$5 AND replica.account<>$7::uuid) ON CONFLICT DO NOTHING",
            vec![
                Box::new(uuid(replica.0)),
                Box::new(signed(*first_m)?),
                Box::new(signed(*last_m)?),
                Box::new(uuid(batch.id.0)),
                Box::new(batch.label.clone()),
                Box::new(uuid(account.0)),
            ],
        )
    }

    fn find_replica(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
    ) -> Result<Option<ReplicaRow>, StorageError> {
        self.flush()?;
        let sql = "SELECT account, last_m, acked_m, device FROM replica WHERE organisation=$1 AND id=$2";
        let Some(row) = self.query_opt(sql, &[&organisation.0, &uuid(replica.0)])? else { return Ok(None) };
        let device = get::<Option<Uuid>>(&row, 3)?.map(|_| id_from(&row, 3)).transpose()?;
        Ok(Some(ReplicaRow {
            account: AccountId(id_from(&row, 0)?),
            device,
            last_m: ver_from(&row, 1)?,
            acked_m: ver_from(&row, 2)?,
        }))
    }

    fn save_replica(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        row: &ReplicaRow,
        now_ms: i64,
    ) -> Result<(), StorageError> {
        self.later(
            organisation,
            "INSERT INTO replica(organisation, id, account, last_m, acked_m, last_at, device) \
             VALUES($1,$2,$3,$4,$5,$6,$7) \
             ON CONFLICT(organisation, id) DO UPDATE SET last_m=excluded.last_m, acked_m=excluded.acked_m, \
             last_at=excluded.last_at, device=excluded.device",
            vec![
                Box::new(uuid(replica.0)),
                Box::new(uuid(row.account.0)),
                Box::new(signed(row.last_m)?),
                Box::new(signed(row.acked_m)?),
                Box::new(now_ms),
                Box::new(row.device.map(uuid)),
            ],
        )
    }

    fn load_answers(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
    ) -> Result<Vec<AnsweredRow>, StorageError> {
        self.flush()?;
        let rows = self.query(
            "SELECT first_m, digests, vers, exceptions, base, head, chain FROM answer \
             WHERE organisation=$1 AND replica=$2 ORDER BY first_m",
            &[&organisation.0, &uuid(replica.0)],
        )?;
        rows.iter().map(answer_from).collect()
    }

    fn insert_answer(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        answer: &AnsweredRow,
    ) -> Result<(), StorageError> {
        let digests: Vec<u8> = answer.digests.iter().flat_map(|digest| digest.0).collect();
        let vers = serde_json::to_string(&answer.vers).map_err(|_| StorageError::Inconsistent)?;
        let exceptions = serde_json::to_string(&answer.exceptions).map_err(|_| StorageError::Inconsistent)?;
        let last_m = answer.first_m + (answer.digests.len() as u64).saturating_sub(1);
        let base = answer.moves.map(|moves| signed(moves.base)).transpose()?;
        let head = answer.moves.map(|moves| signed(moves.head)).transpose()?;
        let chain = answer.moves.map(|moves| moves.chain.to_vec());
        self.later(
            organisation,
            "INSERT INTO answer(organisation, replica, first_m, last_m, digests, vers, exceptions, base, head, chain) \
             VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
            vec![
                Box::new(uuid(replica.0)),
                Box::new(signed(answer.first_m)?),
                Box::new(signed(last_m)?),
                Box::new(digests),
                Box::new(vers),
                Box::new(exceptions),
                Box::new(base),
                Box::new(head),
                Box::new(chain),
            ],
        )
    }

    fn remove_answers(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        acked_m: u64,
    ) -> Result<(), StorageError> {
        self.later(
            organisation,
            "DELETE FROM answer WHERE organisation=$1 AND replica=$2 AND last_m<=$3",
            vec![Box::new(uuid(replica.0)), Box::new(signed(acked_m)?)],
        )
    }

    fn find_open_conflict(
        &mut self,
        organisation: OrganisationKey,
        of: &ConflictOf<'_>,
    ) -> Result<Option<RecordId>, StorageError> {
        self.flush()?;
        let row = self.query_opt(
            "SELECT conflict FROM conflict_of JOIN record_conflict ON record_conflict.organisation=$1 \
             AND record_conflict.id=conflict_of.conflict AND NOT is_deleted AND settled IS NULL \
             WHERE conflict_of.organisation=$1 AND conflict_of.replica=$2 AND conflict_of.kind=$3 \
             AND conflict_of.record=$4 AND conflict_of.field=$5 LIMIT 1",
            &[&organisation.0, &uuid(of.replica.0), &(of.kind as i16), &uuid(of.record), &of.field],
        )?;
        row.map(|row| id_from(&row, 0)).transpose()
    }

    fn insert_conflict_of(
        &mut self,
        organisation: OrganisationKey,
        conflict: RecordId,
        of: &ConflictOf<'_>,
    ) -> Result<(), StorageError> {
        self.later(
            organisation,
            "INSERT INTO conflict_of(organisation, replica, kind, record, field, conflict) VALUES($1,$2,$3,$4,$5,$6)",
            vec![
                Box::new(uuid(of.replica.0)),
                Box::new(of.kind as i16),
                Box::new(uuid(of.record)),
                Box::new(of.field.to_owned()),
                Box::new(uuid(conflict)),
            ],
        )
    }

    fn begin_savepoint(&mut self) -> Result<(), StorageError> {
        self.flush()?;
        self.batch("SAVEPOINT group_of_edits")?;
        self.cache.begin_undo();
        Ok(())
    }

    fn end_savepoint(&mut self, verdict: Verdict) -> Result<(), StorageError> {
        match verdict {
            Verdict::Commit => {
                self.flush()?;
                self.cache.keep();
                self.batch("RELEASE SAVEPOINT group_of_edits")
            }
            Verdict::RollBack => {
                self.cache.take_back();
                self.batch("ROLLBACK TO SAVEPOINT group_of_edits; RELEASE SAVEPOINT group_of_edits")
            }
        }
    }
}

fn edit_from(row: &Row) -> Result<EditRow, StorageError> {
    let label: Option<String> = get(row, 7)?;
    let batch = label.map(|label| Ok::<_, StorageError>(PulledBatch { id: id_from(row, 6)?.into(), label }));
    Ok(EditRow {
        ver: ver_from(row, 0)?,
        verb: Verb::from_name(get(row, 1)?).ok_or(StorageError::Inconsistent)?,
        changes: get(row, 2)?,
        at_ms: get(row, 3)?,
        author: AuthorRow { name: get(row, 4)?, device: get(row, 5)? },
        batch: batch.transpose()?,
    })
}

fn answer_from(row: &Row) -> Result<AnsweredRow, StorageError> {
    let digests: &[u8] = get(row, 1)?;
    let base: Option<i64> = get(row, 4)?;
    Ok(AnsweredRow {
        first_m: ver_from(row, 0)?,
        digests: digests.as_chunks::<8>().0.iter().map(|chunk| ValueDigest(*chunk)).collect(),
        vers: serde_json::from_str(get(row, 2)?).map_err(|_| StorageError::Inconsistent)?,
        exceptions: serde_json::from_str(get(row, 3)?).map_err(|_| StorageError::Inconsistent)?,
        moves: match base {
            None => None,
            Some(_) => {
                Some(CursorMove { base: ver_from(row, 4)?, head: ver_from(row, 5)?, chain: bytes_from(row, 6)? })
            }
        },
    })
}
