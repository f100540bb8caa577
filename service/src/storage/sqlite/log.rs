//! Organisations, change logs, replicas and their answers.

use super::super::rows::*;
use super::super::{Log, StorageError, Verdict};
use super::records::{id_from, signed, ver_from};
use super::{SqliteTransaction, failure};
use mingce_model::id::{AccountId, OrganisationId, ReplicaId};
use mingce_model::{Kind, RecordId, ValueDigest, Verb};
use mingce_protocol::PulledBatch;
use rusqlite::{OptionalExtension, Row};

const ORGANISATION: &str = "SELECT key, id, epoch, head, chain FROM organisation";

pub(super) fn organisation_from(row: &Row<'_>) -> Result<OrganisationRow, StorageError> {
    Ok(OrganisationRow {
        key: OrganisationKey(row.get(0).map_err(failure)?),
        id: OrganisationId(id_from(row, 1)?),
        epoch: ver_from(row, 2)?,
        head: ver_from(row, 3)?,
        chain: row.get(4).map_err(failure)?,
    })
}

impl Log for SqliteTransaction<'_> {
    fn find_organisation(&mut self, id: OrganisationId) -> Result<Option<OrganisationRow>, StorageError> {
        let sql = format!("{ORGANISATION} WHERE id=?1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let mut rows = statement.query([id.0.as_bytes()]).map_err(failure)?;
        rows.next().map_err(failure)?.map(organisation_from).transpose()
    }

    fn insert_organisation(
        &mut self,
        id: OrganisationId,
        chain: Chain,
        now_ms: i64,
    ) -> Result<OrganisationRow, StorageError> {
        self.connection
            .execute(
                "INSERT INTO organisation(id, epoch, head, chain, created_at) VALUES(?1, 1, 0, ?2, ?3)",
                (id.0.as_bytes(), chain, now_ms),
            )
            .map_err(failure)?;
        let key = OrganisationKey(self.connection.last_insert_rowid());
        Ok(OrganisationRow { key, id, epoch: 1, head: 0, chain })
    }

    fn save_head(&mut self, organisation: OrganisationKey, head: u64, chain: Chain) -> Result<(), StorageError> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE organisation SET head=?2, chain=?3 WHERE key=?1")
            .map_err(failure)?;
        statement.execute((organisation.0, signed(head)?, chain)).map_err(failure)?;
        Ok(())
    }

    fn insert_change(&mut self, organisation: OrganisationKey, change: &NewChange<'_>) -> Result<(), StorageError> {
        let (replica, m, account) = match change.author {
            Author::Administrator { account, replica, m } => {
                (Some(*replica.0.as_bytes()), Some(signed(m)?), Some(*account.0.as_bytes()))
            }
            Author::Account(account) => (None, None, Some(*account.0.as_bytes())),
            Author::Member => (None, None, None),
        };
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO change VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)")
            .map_err(failure)?;
        statement
            .execute((
                organisation.0,
                signed(change.ver)?,
                replica,
                m,
                account,
                change.at_ms,
                change.received_at_ms,
                change.kind as u8,
                change.id.as_bytes(),
                change.verb.name(),
                change.changes,
                change.chain,
            ))
            .map_err(failure)?;
        Ok(())
    }

    fn find_chain(&mut self, organisation: OrganisationKey, ver: u64) -> Result<Option<Chain>, StorageError> {
        self.connection
            .prepare_cached("SELECT chain FROM change WHERE organisation=?1 AND ver=?2")
            .map_err(failure)?
            .query_row((organisation.0, signed(ver)?), |row| row.get(0))
            .optional()
            .map_err(failure)
    }

    fn load_changes(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
        limit: usize,
    ) -> Result<Vec<ChangeRow>, StorageError> {
        let sql = format!(
            "SELECT verb, changes, at_ms, received_at, (SELECT name FROM account WHERE account.id=change.account) \
             FROM change WHERE organisation=?1 AND id=?2 AND kind=?3 ORDER BY ver DESC LIMIT {limit}"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let mut rows = statement.query((organisation.0, id.as_bytes(), kind as u8)).map_err(failure)?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let verb: String = row.get(0).map_err(failure)?;
            changes.push(ChangeRow {
                verb: Verb::from_name(&verb).ok_or(StorageError::Inconsistent)?,
                changes: row.get(1).map_err(failure)?,
                at_ms: row.get(2).map_err(failure)?,
                received_at_ms: row.get(3).map_err(failure)?,
                account_name: row.get(4).map_err(failure)?,
            });
        }
        Ok(changes)
    }

    fn load_edits(
        &mut self,
        organisation: OrganisationKey,
        (kind, id): (Kind, RecordId),
        (after, until): (u64, u64),
        limit: usize,
    ) -> Result<Vec<EditRow>, StorageError> {
        let sql = "SELECT change.ver, change.verb, change.changes, change.at_ms, coalesce(account.name, ''), coalesce(device.name, ''), \
             batch.id, batch.label FROM change \
             LEFT JOIN account ON account.id=change.account \
             LEFT JOIN replica ON replica.organisation=change.organisation AND replica.id=change.replica \
             LEFT JOIN device ON device.id=replica.device \
             LEFT JOIN batch ON batch.organisation=change.organisation AND batch.replica=change.replica \
             AND batch.first_m=(SELECT max(first_m) FROM batch AS any_batch \
             WHERE any_batch.organisation=change.organisation AND any_batch.replica=change.replica \
             AND any_batch.first_m<=change.m) AND batch.last_m>=change.m \
             WHERE change.organisation=?1 AND change.id=?2 AND change.kind=?3 AND change.ver>?4 \
             AND change.ver<=?5 ORDER BY change.ver DESC LIMIT ?6";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let parameters = (organisation.0, id.as_bytes(), kind as u8, signed(after)?, signed(until)?, limit);
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows = statement.query(parameters).map_err(failure)?;
        let mut edits = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let verb: String = row.get(1).map_err(failure)?;
            let label: Option<String> = row.get(7).map_err(failure)?;
            let batch = label.map(|label| Ok::<_, StorageError>(PulledBatch { id: id_from(row, 6)?.into(), label }));
            edits.push(EditRow {
                ver: ver_from(row, 0)?,
                verb: Verb::from_name(&verb).ok_or(StorageError::Inconsistent)?,
                changes: row.get(2).map_err(failure)?,
                at_ms: row.get(3).map_err(failure)?,
                author: AuthorRow { name: row.get(4).map_err(failure)?, device: row.get(5).map_err(failure)? },
                batch: batch.transpose()?,
            });
        }
        Ok(edits)
    }

    fn insert_batch(
        &mut self,
        organisation: OrganisationKey,
        (account, replica): (AccountId, ReplicaId),
        BatchRow { first_m, last_m, batch }: &BatchRow,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO batch SELECT ?1,?2,?3,?4,?5,?6 WHERE NOT EXISTS(SELECT 1 FROM batch AS other \
            JOIN replica ON replica.organisation=?1 AND replica.id=other.replica \
            WHERE other.organisation=?1 AND other.id=?5 AND replica.account<>?7) ON CONFLICT DO NOTHING";
        let id = batch.id.0;
        let values = (
            organisation.0,
            replica.0.as_bytes(),
            signed(*first_m)?,
            signed(*last_m)?,
            id.as_bytes(),
            &batch.label,
            account.0.as_bytes(),
        );
        self.connection.prepare_cached(sql).map_err(failure)?.execute(values).map_err(failure)?;
        Ok(())
    }

    fn find_replica(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
    ) -> Result<Option<ReplicaRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT account, last_m, acked_m, device FROM replica WHERE organisation=?1 AND id=?2")
            .map_err(failure)?;
        let mut rows = statement.query((organisation.0, replica.0.as_bytes())).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        Ok(Some(ReplicaRow {
            account: AccountId(id_from(row, 0)?),
            last_m: ver_from(row, 1)?,
            acked_m: ver_from(row, 2)?,
            device: match row.get_ref(3).map_err(failure)? {
                rusqlite::types::ValueRef::Null => None,
                _ => Some(id_from(row, 3)?),
            },
        }))
    }

    fn save_replica(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        row: &ReplicaRow,
        now_ms: i64,
    ) -> Result<(), StorageError> {
        self.connection
            .prepare_cached(
                "INSERT INTO replica(organisation, id, account, last_m, acked_m, last_at, device) \
                 VALUES(?1,?2,?3,?4,?5,?6,?7) \
                 ON CONFLICT(organisation, id) DO UPDATE SET last_m=excluded.last_m, acked_m=excluded.acked_m, \
                 last_at=excluded.last_at, device=excluded.device",
            )
            .map_err(failure)?
            .execute((
                organisation.0,
                replica.0.as_bytes(),
                row.account.0.as_bytes(),
                signed(row.last_m)?,
                signed(row.acked_m)?,
                now_ms,
                row.device.map(|device| *device.as_bytes()),
            ))
            .map_err(failure)?;
        Ok(())
    }

    fn load_answers(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
    ) -> Result<Vec<AnsweredRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT first_m, digests, vers, exceptions, base, head, chain FROM answer \
                 WHERE organisation=?1 AND replica=?2 ORDER BY first_m",
            )
            .map_err(failure)?;
        let mut rows = statement.query((organisation.0, replica.0.as_bytes())).map_err(failure)?;
        let mut answers = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let digests = row.get_ref(1).map_err(failure)?.as_blob().map_err(|_| StorageError::Inconsistent)?;
            let vers: String = row.get(2).map_err(failure)?;
            let exceptions: String = row.get(3).map_err(failure)?;
            let has_move = row.get::<_, Option<i64>>(4).map_err(failure)?.is_some();
            answers.push(AnsweredRow {
                first_m: ver_from(row, 0)?,
                digests: digests.as_chunks::<8>().0.iter().map(|chunk| ValueDigest(*chunk)).collect(),
                vers: serde_json::from_str(&vers).map_err(|_| StorageError::Inconsistent)?,
                exceptions: serde_json::from_str(&exceptions).map_err(|_| StorageError::Inconsistent)?,
                moves: match has_move {
                    false => None,
                    true => Some(CursorMove {
                        base: ver_from(row, 4)?,
                        head: ver_from(row, 5)?,
                        chain: row.get(6).map_err(failure)?,
                    }),
                },
            });
        }
        Ok(answers)
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
        let count = answer.digests.len() as u64;
        let last_m = answer.first_m + count.saturating_sub(1);
        let base = answer.moves.map(|moves| signed(moves.base)).transpose()?;
        let head = answer.moves.map(|moves| signed(moves.head)).transpose()?;
        self.connection
            .prepare_cached("INSERT INTO answer VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")
            .map_err(failure)?
            .execute((
                organisation.0,
                replica.0.as_bytes(),
                signed(answer.first_m)?,
                signed(last_m)?,
                digests,
                vers,
                exceptions,
                base,
                head,
                answer.moves.map(|moves| moves.chain),
            ))
            .map_err(failure)?;
        Ok(())
    }

    fn remove_answers(
        &mut self,
        organisation: OrganisationKey,
        replica: ReplicaId,
        acked_m: u64,
    ) -> Result<(), StorageError> {
        self.connection
            .prepare_cached("DELETE FROM answer WHERE organisation=?1 AND replica=?2 AND last_m<=?3")
            .map_err(failure)?
            .execute((organisation.0, replica.0.as_bytes(), signed(acked_m)?))
            .map_err(failure)?;
        Ok(())
    }

    fn find_open_conflict(
        &mut self,
        organisation: OrganisationKey,
        of: &ConflictOf<'_>,
    ) -> Result<Option<RecordId>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT conflict FROM conflict_of JOIN record_conflict ON record_conflict.organisation=?1 \
                 AND record_conflict.id=conflict_of.conflict AND is_deleted=0 AND settled IS NULL \
                 WHERE conflict_of.organisation=?1 AND conflict_of.replica=?2 AND conflict_of.kind=?3 \
                 AND conflict_of.record=?4 AND conflict_of.field=?5 LIMIT 1",
            )
            .map_err(failure)?;
        let mut rows = statement
            .query((organisation.0, of.replica.0.as_bytes(), of.kind as u8, of.record.as_bytes(), of.field))
            .map_err(failure)?;
        rows.next().map_err(failure)?.map(|row| id_from(row, 0)).transpose()
    }

    fn insert_conflict_of(
        &mut self,
        organisation: OrganisationKey,
        conflict: RecordId,
        of: &ConflictOf<'_>,
    ) -> Result<(), StorageError> {
        self.connection
            .prepare_cached("INSERT INTO conflict_of VALUES(?1,?2,?3,?4,?5,?6)")
            .map_err(failure)?
            .execute((
                organisation.0,
                of.replica.0.as_bytes(),
                of.kind as u8,
                of.record.as_bytes(),
                of.field,
                conflict.as_bytes(),
            ))
            .map_err(failure)?;
        Ok(())
    }

    fn begin_savepoint(&mut self) -> Result<(), StorageError> {
        self.connection.execute_batch("SAVEPOINT group_of_edits").map_err(failure)
    }

    fn end_savepoint(&mut self, verdict: Verdict) -> Result<(), StorageError> {
        let sql = match verdict {
            Verdict::Commit => "RELEASE group_of_edits",
            Verdict::RollBack => "ROLLBACK TO group_of_edits; RELEASE group_of_edits",
        };
        self.connection.execute_batch(sql).map_err(failure)
    }
}
