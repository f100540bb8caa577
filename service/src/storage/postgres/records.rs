//! Records in their tables: one column for each field.

use super::super::{FedRecord, OrganisationKey, Records, StorageError, StoredRecord, Wanted};
use super::cache::Cache;
use super::transaction::PostgresTransaction;
use super::values::{Column, get, id_from, quoted, signed, table, uuid, ver_from};
use mingce_model::{Field, Kind, Record, RecordId, Value};
use mingce_protocol::pull::ValueRef;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// The statements of one kind.
pub(super) struct Sql {
    pub find: String,
    after: String,
    vers: String,
    page: String,
    below: String,
}

static SQL: LazyLock<Vec<Sql>> = LazyLock::new(|| Kind::ALL.into_iter().map(statements).collect());
/// The version of the last record of a page.
static LAST_OF_PAGE: LazyLock<String> = LazyLock::new(|| {
    let vers: Vec<String> = Kind::ALL
        .into_iter()
        .map(|kind| format!("(SELECT ver FROM {} WHERE organisation=$1 AND ver>$2 ORDER BY ver LIMIT $3)", table(kind)))
        .collect();
    format!(
        "SELECT max(ver) FROM (SELECT ver FROM ({}) AS every ORDER BY ver LIMIT $3) AS page",
        vers.join(" UNION ALL ")
    )
});

pub(super) fn sql(kind: Kind) -> &'static Sql {
    // `Kind` is numbered from 1 in the order of `Kind::ALL`.
    &SQL[kind as usize - 1]
}

fn statements(kind: Kind) -> Sql {
    let columns: Vec<String> = kind.fields().iter().map(|field| quoted(*field)).collect();
    let select = format!("SELECT id, ver, is_deleted, {} FROM {}", columns.join(", "), table(kind));
    Sql {
        // One look at the primary key for each: with `= ANY` the whole organisation may be gone through.
        find: format!(
            "SELECT it.* FROM unnest($2::uuid[]) AS one(id) CROSS JOIN LATERAL \
             ({select} AS that WHERE organisation=$1 AND that.id=one.id LIMIT 1) AS it"
        ),
        after: format!("{select} WHERE organisation=$1 AND ver>$2 AND ver<=$3 ORDER BY ver"),
        vers: format!(
            "SELECT it.id, it.ver FROM unnest($2::uuid[]) AS one(id) CROSS JOIN LATERAL \
             (SELECT id, ver FROM {} AS that WHERE organisation=$1 AND that.id=one.id LIMIT 1) AS it",
            table(kind)
        ),
        page: format!("{select} WHERE organisation=$1 AND ver>$2 ORDER BY ver LIMIT $3"),
        below: format!("{select} WHERE organisation=$1 AND NOT is_deleted AND "),
    }
}

/// Reads a row of `SELECT id, ver, is_deleted, fields`.
pub(super) fn stored_from(row: &Row, kind: Kind) -> Result<StoredRecord, StorageError> {
    let read = |(i, field): (usize, &Field)| Column::of(*field).read(row, i + 3).map(Value::from);
    let values = kind.fields().iter().enumerate().map(read).collect::<Result<Vec<Value>, _>>()?;
    let record = Record { kind, id: id_from(row, 0)?, ver: ver_from(row, 1)?, values };
    Ok(StoredRecord { record, is_deleted: get(row, 2)? })
}

/// Gives such a row as it is; answers about how many bytes it is.
fn give(
    row: &Row,
    kind: Kind,
    each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
) -> Result<usize, StorageError> {
    let (id, ver) = (id_from(row, 0)?, ver_from(row, 1)?);
    let mut bytes = 60;
    if get(row, 2)? {
        each(FedRecord { kind, id, ver, values: None })?;
        return Ok(bytes);
    }
    let mut values = Vec::with_capacity(kind.fields().len());
    for (i, field) in kind.fields().iter().enumerate() {
        let value = Column::of(*field).read(row, i + 3)?;
        bytes += 5 + if let ValueRef::Text(text) = value { text.len() } else { 8 };
        values.push(value);
    }
    each(FedRecord { kind, id, ver, values: Some(&values) })?;
    Ok(bytes)
}

impl PostgresTransaction<'_> {
    /// Begins to work on an organisation's records.
    pub(super) fn enter(&mut self, organisation: OrganisationKey) -> Result<(), StorageError> {
        if self.cache.organisation != Some(organisation) {
            self.flush()?;
            self.cache = Cache::of(organisation);
        }
        Ok(())
    }

    /// The record, which is then known.
    fn known(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
    ) -> Result<Option<&StoredRecord>, StorageError> {
        self.enter(organisation)?;
        if !self.cache.records.contains_key(&(kind, id)) {
            self.fetch(organisation, std::iter::once((kind, id)))?;
        }
        Ok(self.cache.records.get(&(kind, id)).and_then(Option::as_ref))
    }
}

impl Records for PostgresTransaction<'_> {
    fn expect(&mut self, organisation: OrganisationKey, wanted: &dyn Fn() -> Wanted) -> Result<(), StorageError> {
        if self.writes() { self.fetch_ahead(organisation, &wanted()) } else { Ok(()) }
    }

    fn find_record(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
    ) -> Result<Option<StoredRecord>, StorageError> {
        if self.writes() {
            return Ok(self.known(organisation, kind, id)?.cloned());
        }
        let row = self.query_opt(&sql(kind).find, &[&organisation.0, &vec![uuid(id)]])?;
        row.map(|row| stored_from(&row, kind)).transpose()
    }

    fn find_vers(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, u64>, StorageError> {
        self.flush()?;
        let ids: Vec<Uuid> = ids.iter().copied().map(uuid).collect();
        let rows = self.query(&sql(kind).vers, &[&organisation.0, &ids])?;
        rows.iter().map(|row| Ok((id_from(row, 0)?, ver_from(row, 1)?))).collect()
    }

    fn save_record(&mut self, organisation: OrganisationKey, record: &Record) -> Result<(), StorageError> {
        self.known(organisation, record.kind, record.id)?;
        self.cache.put(StoredRecord { record: record.clone(), is_deleted: false })?;
        self.note_token(record);
        self.flush_each()
    }

    fn update_record(&mut self, organisation: OrganisationKey, _: &Record, after: &Record) -> Result<(), StorageError> {
        match self.known(organisation, after.kind, after.id)? {
            Some(stored) if !stored.is_deleted => {}
            _ => return Err(StorageError::Inconsistent),
        }
        self.cache.put(StoredRecord { record: after.clone(), is_deleted: false })?;
        self.note_token(after);
        self.flush_each()
    }

    fn save_tombstone(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
        ver: u64,
    ) -> Result<(), StorageError> {
        let mut record = Record::empty(kind, id);
        record.ver = ver;
        if self.known(organisation, kind, id)?.is_none() {
            return Err(StorageError::Inconsistent);
        }
        self.note_token(&record);
        self.cache.put(StoredRecord { record, is_deleted: true })?;
        self.flush_each()
    }

    fn find_live(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        filters: &[(Field, &Value)],
        limit: usize,
    ) -> Result<Vec<RecordId>, StorageError> {
        if self.writes() {
            self.enter(organisation)?;
            if let Some(ids) = self.cache.find(kind, filters) {
                return Ok(ids.iter().copied().take(limit).collect());
            }
            self.flush()?;
        }
        let mut text = format!("SELECT id FROM {} WHERE organisation=$1 AND NOT is_deleted", table(kind));
        let mut given: Vec<Box<dyn ToSql + Sync + '_>> = vec![Box::new(organisation.0)];
        for (field, value) in filters {
            if value.is_null() {
                text.push_str(&format!(" AND {} IS NULL", quoted(*field)));
            } else {
                given.push(Column::of(*field).single(value)?);
                text.push_str(&format!(" AND {}=${}", quoted(*field), given.len()));
            }
        }
        text.push_str(&format!(" ORDER BY id LIMIT {limit}"));
        let values: Vec<&(dyn ToSql + Sync)> = given.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        let rows = self.query(&text, &values)?;
        rows.iter().map(|row| id_from(row, 0)).collect()
    }

    fn find_chip(
        &mut self,
        organisation: OrganisationKey,
        number: &str,
        limit: usize,
    ) -> Result<Vec<RecordId>, StorageError> {
        let rows = self.query(
            "SELECT id FROM record_member WHERE organisation=$1 AND NOT is_deleted AND chip_numbers IS NOT NULL \
             AND string_to_array(chip_numbers, ';') @> ARRAY[$2::text COLLATE \"C\"]",
            &[&organisation.0, &number],
        )?;
        let mut ids = rows.iter().map(|row| id_from(row, 0)).collect::<Result<BTreeSet<RecordId>, _>>()?;
        if self.writes() {
            self.enter(organisation)?;
            self.cache.correct_chip_holders(number, &mut ids);
        }
        Ok(ids.into_iter().take(limit).collect())
    }

    fn load_departments_below(
        &mut self,
        organisation: OrganisationKey,
        parent: Option<RecordId>,
    ) -> Result<Vec<(RecordId, String)>, StorageError> {
        let named = |stored: &StoredRecord| {
            (stored.record.id, stored.record.text(Field::DepartmentName).unwrap_or_default().to_owned())
        };
        if !self.writes() {
            return Ok(self.fetch_below(organisation, parent)?.iter().map(named).collect());
        }
        self.enter(organisation)?;
        let value = parent.map_or(Value::Null, Value::from);
        let filters = [(Field::DepartmentParent, &value)];
        if self.cache.find(Kind::Department, &filters).is_none() {
            let ids = match parent {
                // In the tables nothing can lie below what was not in them.
                Some(id) if self.cache.is_new(Kind::Department, id) => self.cache.scan(&filters[0]),
                _ => {
                    self.flush()?;
                    let below = self.fetch_below(organisation, parent)?;
                    let ids = below.iter().map(|stored| stored.record.id).collect();
                    for stored in below {
                        self.cache.learn(Kind::Department, stored.record.id, Some(stored));
                    }
                    ids
                }
            };
            self.cache.learn_lookup(Kind::Department, &[Field::DepartmentParent], vec![value.clone()], ids);
        }
        let ids: Vec<RecordId> = self.cache.find(Kind::Department, &filters).into_iter().flatten().copied().collect();
        let stored = ids.iter().filter_map(|id| self.cache.records.get(&(Kind::Department, *id))?.as_ref());
        Ok(stored.map(named).collect())
    }

    fn load_records_after(
        &mut self,
        organisation: OrganisationKey,
        ver: u64,
        rows_max: usize,
        bytes_max: usize,
        each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.flush()?;
        let limit = i64::try_from(rows_max).map_err(|_| StorageError::Inconsistent)?;
        let after = signed(ver)?;
        let last = self.query_opt(&LAST_OF_PAGE, &[&organisation.0, &after, &limit])?;
        let Some(last) = last.map(|row| get::<Option<i64>>(&row, 0)).transpose()?.flatten() else { return Ok(()) };
        let values: [&(dyn ToSql + Sync); 3] = [&organisation.0, &after, &last];
        let questions: Vec<_> = Kind::ALL.into_iter().map(|kind| (sql(kind).after.as_str(), &values[..])).collect();
        let answers = self.query_all(&questions)?;
        let mut places: Vec<(i64, Kind, &Row)> = Vec::new();
        for (kind, rows) in Kind::ALL.into_iter().zip(&answers) {
            for row in rows {
                places.push((get(row, 1)?, kind, row));
            }
        }
        places.sort_unstable_by_key(|(ver, ..)| *ver);
        let mut bytes = 0;
        for (_, kind, row) in places.into_iter().take(rows_max) {
            if bytes >= bytes_max {
                break;
            }
            bytes += give(row, kind, each)?;
        }
        Ok(())
    }

    fn load_kind_after(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        ver: u64,
        (rows_max, bytes_max): (usize, usize),
        each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.flush()?;
        let limit = i64::try_from(rows_max).map_err(|_| StorageError::Inconsistent)?;
        let rows = self.query(&sql(kind).page, &[&organisation.0, &signed(ver)?, &limit])?;
        let mut bytes = 0;
        for row in &rows {
            if bytes >= bytes_max {
                break;
            }
            bytes += give(row, kind, each)?;
        }
        Ok(())
    }
}

impl PostgresTransaction<'_> {
    fn fetch_below(
        &mut self,
        organisation: OrganisationKey,
        parent: Option<RecordId>,
    ) -> Result<Vec<StoredRecord>, StorageError> {
        let below = &sql(Kind::Department).below;
        let rows = match parent {
            Some(parent) => self.query(&format!("{below} parent=$2"), &[&organisation.0, &uuid(parent)])?,
            None => self.query(&format!("{below} parent IS NULL"), &[&organisation.0])?,
        };
        rows.iter().map(|row| stored_from(row, Kind::Department)).collect()
    }
}
