//! Sends what a transaction has written: one statement for each kind of record, one for the log, one for the head,
//! and whatever else waits.

use super::super::{StorageError, StoredRecord};
use super::cache::Line;
use super::connection::Values;
use super::transaction::{Mode, PostgresTransaction};
use super::values::{Column, quoted, signed, table, uuid};
use mingce_model::{Kind, Value};
use std::sync::LazyLock;
use tokio_postgres::types::ToSql;

/// Writes records of a kind, tombstones too, whether or not they were there.
static SAVE: LazyLock<Vec<String>> = LazyLock::new(|| Kind::ALL.into_iter().map(save).collect());

fn save(kind: Kind) -> String {
    let columns: Vec<String> = kind.fields().iter().map(|field| quoted(*field)).collect();
    let arrays: Vec<String> = kind
        .fields()
        .iter()
        .enumerate()
        .map(|(i, field)| format!("${}::{}", i + 5, Column::of(*field).array()))
        .collect();
    let set: Vec<String> = columns.iter().map(|column| format!("{column}=excluded.{column}")).collect();
    let (table, columns) = (table(kind), columns.join(", "));
    format!(
        "INSERT INTO {table}(organisation, id, ver, is_deleted, {columns}) \
         SELECT $1::bigint, one.* FROM unnest($2::uuid[], $3::bigint[], $4::boolean[], {}) AS one \
         ON CONFLICT (organisation, id) DO UPDATE SET ver=excluded.ver, is_deleted=excluded.is_deleted, {}",
        arrays.join(", "),
        set.join(", ")
    )
}

const LOG: &str = "INSERT INTO change(organisation, ver, replica, m, account, at_ms, received_at, kind, id, verb, \
    changes, chain) SELECT $1::bigint, one.* FROM unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::uuid[], $6::bigint[], \
    $7::bigint[], $8::smallint[], $9::uuid[], $10::text[], $11::text[], $12::bytea[]) AS one";

const HEAD: &str = "UPDATE organisation SET head=$2, chain=$3 WHERE key=$1";

const AUDIT: &str = "UPDATE organisation SET audit_number=$2, audit_link=$3 WHERE key=$1";
const HEAD_AND_AUDIT: &str = "UPDATE organisation SET head=$2, chain=$3, audit_number=$4, audit_link=$5 WHERE key=$1";

/// A statement's own values.
type Owned<'v> = Vec<Box<dyn ToSql + Sync + 'v>>;

impl PostgresTransaction<'_> {
    /// Sends everything that was written.
    pub(super) fn flush(&mut self) -> Result<(), StorageError> {
        if !self.cache.has_unsent() {
            return Ok(());
        }
        let key = self.cache.organisation.ok_or(StorageError::Inconsistent)?.0;
        let dirty = std::mem::take(&mut self.cache.dirty);
        let lines = std::mem::take(&mut self.cache.lines);
        let head = self.cache.head.take();
        let audit = self.cache.audit.take();
        let later = std::mem::take(&mut self.cache.later);
        let records = std::mem::take(&mut self.cache.records);
        let sent = (|| {
            let mut statements: Vec<(&str, Owned<'_>)> = Vec::new();
            for kind in Kind::ALL {
                let mut written: Vec<&StoredRecord> = dirty
                    .iter()
                    .filter(|(of, _)| *of == kind)
                    .filter_map(|written| records.get(written)?.as_ref())
                    .collect();
                if written.is_empty() {
                    continue;
                }
                // What one gives up another may take: tombstones first, then in the order of the edits.
                written.sort_unstable_by_key(|stored| (!stored.is_deleted, stored.record.ver));
                statements.push((&SAVE[kind as usize - 1], record_values(&key, kind, &written)?));
            }
            if !lines.is_empty() {
                statements.push((LOG, line_values(&key, &lines)));
            }
            // The row is written once.
            match (&head, &audit) {
                (Some((head, chain)), Some((number, link))) => {
                    let audit: Owned<'_> = vec![Box::new(number), Box::new(&link[..])];
                    let head: Owned<'_> = vec![Box::new(&key), Box::new(head), Box::new(&chain[..])];
                    statements.push((HEAD_AND_AUDIT, head.into_iter().chain(audit).collect()));
                }
                (Some((head, chain)), None) => {
                    statements.push((HEAD, vec![Box::new(&key), Box::new(head), Box::new(&chain[..])]));
                }
                (None, Some((number, link))) => {
                    statements.push((AUDIT, vec![Box::new(&key), Box::new(number), Box::new(&link[..])]));
                }
                (None, None) => {}
            }
            let mut lent: Vec<(&str, Vec<&(dyn ToSql + Sync)>)> =
                statements.iter().map(|(sql, values)| (*sql, lend(values).collect())).collect();
            for (sql, values) in &later {
                lent.push((sql, std::iter::once(&key as &(dyn ToSql + Sync)).chain(lend(values)).collect()));
            }
            let questions: Vec<(&str, Values<'_>)> = lent.iter().map(|(sql, values)| (*sql, &values[..])).collect();
            self.query_all(&questions)
        })();
        self.cache.records = records;
        sent.map(drop)
    }

    /// Sends at once where each record is to be written by itself.
    pub(super) fn flush_each(&mut self) -> Result<(), StorageError> {
        if self.mode == Mode::WriteEach { self.flush() } else { Ok(()) }
    }
}

fn lend<'l>(values: &'l [Box<dyn ToSql + Sync + 'l>]) -> impl Iterator<Item = &'l (dyn ToSql + Sync)> {
    values.iter().map(|value| &**value as &(dyn ToSql + Sync))
}

fn record_values<'v>(key: &'v i64, kind: Kind, written: &[&'v StoredRecord]) -> Result<Owned<'v>, StorageError> {
    let ids: Vec<_> = written.iter().map(|stored| uuid(stored.record.id)).collect();
    let vers = written.iter().map(|stored| signed(stored.record.ver)).collect::<Result<Vec<i64>, _>>()?;
    let deleted: Vec<bool> = written.iter().map(|stored| stored.is_deleted).collect();
    let mut values: Owned<'v> = vec![Box::new(key), Box::new(ids), Box::new(vers), Box::new(deleted)];
    for (i, field) in kind.fields().iter().enumerate() {
        let column = written.iter().map(|stored| stored.record.values.get(i).unwrap_or(&Value::Null));
        values.push(Column::of(*field).gather(column)?);
    }
    Ok(values)
}

fn line_values<'v>(key: &'v i64, lines: &'v [Line]) -> Owned<'v> {
    fn each<'v, T: ToSql + Sync + 'v>(lines: &'v [Line], of: impl Fn(&'v Line) -> T) -> Box<dyn ToSql + Sync + 'v> {
        Box::new(lines.iter().map(of).collect::<Vec<T>>())
    }
    vec![
        Box::new(key),
        each(lines, |line| line.ver),
        each(lines, |line| line.replica.map(uuid)),
        each(lines, |line| line.m),
        each(lines, |line| line.account.map(uuid)),
        each(lines, |line| line.at_ms),
        each(lines, |line| line.received_at_ms),
        each(lines, |line| line.kind as i16),
        each(lines, |line| uuid(line.id)),
        each(lines, |line| line.verb.name()),
        each(lines, |line| line.changes.as_str()),
        each(lines, |line| &line.chain[..]),
    ]
}
