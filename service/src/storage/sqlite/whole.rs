//! Whole tables.

use super::super::whole::{Cell, CellKind, ORGANISATIONS, OwnedCell, Table, Whole, WholeOrganisation};
use super::super::{OrganisationKey, StorageError};
use super::records::signed;
use super::{SqliteTransaction, failure};
use rusqlite::types::ValueRef;
use rusqlite::{ToSql, types};

impl Whole for SqliteTransaction<'_> {
    fn is_blank(&mut self) -> Result<bool, StorageError> {
        let sql = "SELECT NOT EXISTS(SELECT 1 FROM organisation) AND NOT EXISTS(SELECT 1 FROM account)";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(failure)
    }

    fn read_table(
        &mut self,
        table: &Table,
        each: &mut dyn FnMut(&[Cell<'_>]) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let sql = format!("SELECT {} FROM {}", table.column_list(), table.name);
        let mut statement = self.connection.prepare(&sql).map_err(failure)?;
        let mut rows = statement.query([]).map_err(failure)?;
        while let Some(row) = rows.next().map_err(failure)? {
            let mut cells = Vec::with_capacity(table.columns.len());
            for (place, column) in table.columns.iter().enumerate() {
                cells.push(read(row.get_ref(place).map_err(failure)?, column.kind)?);
            }
            each(&cells)?;
        }
        Ok(())
    }

    fn clear_table(&mut self, table: &Table) -> Result<(), StorageError> {
        self.connection.execute(&format!("DELETE FROM {}", table.name), []).map_err(failure)?;
        Ok(())
    }

    fn insert_rows(&mut self, table: &Table, rows: &[Vec<OwnedCell>]) -> Result<(), StorageError> {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("INSERT INTO {}({}) VALUES({marks})", table.name, table.column_list());
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        for row in rows {
            for (place, cell) in row.iter().enumerate() {
                statement.raw_bind_parameter(place + 1, cell).map_err(failure)?;
            }
            statement.raw_execute().map_err(failure)?;
        }
        Ok(())
    }

    fn insert_whole_organisation(&mut self, whole: &WholeOrganisation) -> Result<OrganisationKey, StorageError> {
        let sql = format!(
            "INSERT INTO {ORGANISATIONS}(id, epoch, head, chain, created_at, audit_number, audit_link) \
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        );
        let WholeOrganisation { row, created_at, audit_number, audit_link } = whole;
        let (id, epoch, head) = (row.id.0.as_bytes(), signed(row.epoch)?, signed(row.head)?);
        let values = (id, epoch, head, row.chain, created_at, audit_number, audit_link);
        self.connection.execute(&sql, values).map_err(failure)?;
        Ok(OrganisationKey(self.connection.last_insert_rowid()))
    }
}

fn read(value: ValueRef<'_>, kind: CellKind) -> Result<Cell<'_>, StorageError> {
    Ok(match (value, kind) {
        (ValueRef::Null, _) => Cell::Null,
        (ValueRef::Integer(number), CellKind::Organisation | CellKind::Number | CellKind::Small | CellKind::Flag) => {
            Cell::Number(number)
        }
        (ValueRef::Text(text), CellKind::Text) => {
            Cell::Text(std::str::from_utf8(text).map_err(|_| StorageError::Inconsistent)?)
        }
        (ValueRef::Blob(bytes), CellKind::Id) => Cell::Id(bytes.try_into().map_err(|_| StorageError::Inconsistent)?),
        (ValueRef::Blob(bytes), CellKind::Bytes) => Cell::Bytes(bytes),
        _ => return Err(StorageError::Inconsistent),
    })
}

impl ToSql for OwnedCell {
    fn to_sql(&self) -> rusqlite::Result<types::ToSqlOutput<'_>> {
        Ok(types::ToSqlOutput::Borrowed(match self {
            OwnedCell::Null => ValueRef::Null,
            OwnedCell::Number(number) => ValueRef::Integer(*number),
            OwnedCell::Id(id) => ValueRef::Blob(id),
            OwnedCell::Text(text) => ValueRef::Text(text.as_bytes()),
            OwnedCell::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::whole::tables;
    use super::super::{DATABASE_FILE, Sqlite};
    use std::collections::BTreeSet;

    /// What a backup would leave out, somebody would miss one day.
    #[test]
    fn a_backup_knows_every_table_and_every_column() {
        let folder = tempfile::tempdir().unwrap();
        drop(Sqlite::open(folder.path(), None).unwrap());
        let file = rusqlite::Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
        let sql = "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type='table'";
        let mut statement = file.prepare(sql).unwrap();
        let there: BTreeSet<(String, String)> =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        let known: BTreeSet<(String, String)> = tables()
            .into_iter()
            .flat_map(|table| table.columns.into_iter().map(move |column| (table.name.clone(), column.name)))
            .collect();
        // The numbers of organisations are each database's own; chips are kept by triggers from the members.
        let is_own = |(table, column): &(String, String)| {
            (table.as_str(), column.as_str()) == ("organisation", "key") || table == "chip"
        };
        let missing: Vec<_> = there.iter().filter(|one| !known.contains(*one) && !is_own(one)).collect();
        assert_eq!(missing, Vec::<&(String, String)>::new());
        assert!(known.iter().all(|one| there.contains(one)));
    }
}
