//! Whole tables.

use super::super::whole::{Cell, CellKind, OwnedCell, Table, Whole, WholeOrganisation};
use super::super::{OrganisationKey, StorageError};
use super::schema;
use super::transaction::PostgresTransaction;
use super::values::{get, key_of, signed, uuid};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// Rows fetched at a time: fewer of tables whose rows may have hundreds of kilobytes each.
const FETCHED: u32 = 2_000;
const WIDE: [&str; 4] = ["photo", "answer", "change", "record_layout"];
const FETCHED_WIDE: u32 = 32;
/// Names that are tried for what is put aside.
const ASIDE_MAX: u32 = 1_000;

impl Whole for PostgresTransaction<'_> {
    fn is_blank(&mut self) -> Result<bool, StorageError> {
        let sql = "SELECT NOT EXISTS(SELECT 1 FROM organisation) AND NOT EXISTS(SELECT 1 FROM account)";
        get(&self.query_opt(sql, &[])?.ok_or(StorageError::Inconsistent)?, 0)
    }

    fn read_table(
        &mut self,
        table: &Table,
        each: &mut dyn FnMut(&[Cell<'_>]) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let cursor = format!("whole_{}", table.name);
        let columns = table.column_list();
        self.batch(&format!("DECLARE {cursor} NO SCROLL CURSOR FOR SELECT {columns} FROM {}", table.name))?;
        let count = if WIDE.contains(&table.name.as_str()) { FETCHED_WIDE } else { FETCHED };
        let fetch = format!("FETCH FORWARD {count} FROM {cursor}");
        loop {
            let rows = self.query(&fetch, &[])?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let mut cells = Vec::with_capacity(table.columns.len());
                for (place, column) in table.columns.iter().enumerate() {
                    cells.push(read(row, place, column.kind)?);
                }
                each(&cells)?;
            }
        }
        self.batch(&format!("CLOSE {cursor}"))
    }

    fn clear_table(&mut self, table: &Table) -> Result<(), StorageError> {
        self.execute(&format!("DELETE FROM {}", table.name), &[])?;
        Ok(())
    }

    fn insert_rows(&mut self, table: &Table, rows: &[Vec<OwnedCell>]) -> Result<(), StorageError> {
        let arrays: Vec<String> =
            table.columns.iter().enumerate().map(|(i, column)| format!("${}::{}", i + 1, array(column.kind))).collect();
        let sql =
            format!("INSERT INTO {}({}) SELECT * FROM unnest({})", table.name, table.column_list(), arrays.join(", "));
        let mut values: Vec<Box<dyn ToSql + Sync + '_>> = Vec::with_capacity(table.columns.len());
        for (place, column) in table.columns.iter().enumerate() {
            values.push(gather(column.kind, rows.iter().map(|row| row.get(place).unwrap_or(&OwnedCell::Null)))?);
        }
        let marks: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        self.execute(&sql, &marks)?;
        Ok(())
    }

    fn insert_whole_organisation(&mut self, whole: &WholeOrganisation) -> Result<OrganisationKey, StorageError> {
        let WholeOrganisation { row, created_at, audit_number, audit_link } = whole;
        let key = key_of(row.id);
        let sql = "INSERT INTO organisation(key, id, epoch, head, chain, created_at, audit_number, audit_link) \
             VALUES($1, $2, $3, $4, $5, $6, $7, $8)";
        let (id, epoch, head) = (uuid(row.id.0), signed(row.epoch)?, signed(row.head)?);
        self.execute(sql, &[&key.0, &id, &epoch, &head, &&row.chain[..], created_at, audit_number, audit_link])?;
        Ok(key)
    }

    fn set_aside(&mut self, name: &str) -> Result<(), StorageError> {
        let row = self.query_opt("SELECT current_schema()::text", &[])?.ok_or(StorageError::Inconsistent)?;
        let own: String = get(&row, 0)?;
        let mut aside = format!("{own}_before_{name}");
        // The clock may stand still; a name that is too long is cut.
        let sql = "SELECT 1 FROM pg_namespace WHERE nspname=$1::text::name";
        let mut n = 1;
        while self.query_opt(sql, &[&aside])?.is_some() {
            n += 1;
            if n > ASIDE_MAX {
                return Err(StorageError::Inconsistent);
            }
            aside = format!("{own}_before_{name}_{n}");
        }
        let aside = aside.replace('"', "\"\"");
        let rows = self.query("SELECT tablename::text FROM pg_tables WHERE schemaname=current_schema()", &[])?;
        let there = rows.iter().map(|row| get::<String>(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let mut sql = format!("CREATE SCHEMA \"{aside}\";\n");
        let own = super::super::whole::tables().into_iter().map(|table| table.name).chain(["schema".to_owned()]);
        for table in own.filter(|table| there.contains(table)) {
            sql.push_str(&format!("ALTER TABLE {table} SET SCHEMA \"{aside}\";\n"));
        }
        self.batch(&sql)?;
        schema::migrate(self)
    }
}

fn array(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Organisation | CellKind::Number => "bigint[]",
        CellKind::Small => "smallint[]",
        CellKind::Flag => "boolean[]",
        CellKind::Id => "uuid[]",
        CellKind::Text => "text[]",
        CellKind::Bytes => "bytea[]",
    }
}

fn read(row: &Row, place: usize, kind: CellKind) -> Result<Cell<'_>, StorageError> {
    let number = |number: Option<i64>| number.map_or(Cell::Null, Cell::Number);
    Ok(match kind {
        CellKind::Organisation | CellKind::Number => number(get(row, place)?),
        CellKind::Small => number(get::<Option<i16>>(row, place)?.map(i64::from)),
        CellKind::Flag => number(get::<Option<bool>>(row, place)?.map(i64::from)),
        CellKind::Id => get::<Option<Uuid>>(row, place)?.map_or(Cell::Null, |id| Cell::Id(id.into_bytes())),
        CellKind::Text => get::<Option<&str>>(row, place)?.map_or(Cell::Null, Cell::Text),
        CellKind::Bytes => get::<Option<&[u8]>>(row, place)?.map_or(Cell::Null, Cell::Bytes),
    })
}

/// One column's values, one for each row, as one array.
fn gather<'v>(
    kind: CellKind,
    cells: impl Iterator<Item = &'v OwnedCell>,
) -> Result<Box<dyn ToSql + Sync + 'v>, StorageError> {
    fn all<'v, T>(
        cells: impl Iterator<Item = &'v OwnedCell>,
        one: impl Fn(&'v OwnedCell) -> Option<T>,
    ) -> Result<Vec<Option<T>>, StorageError> {
        cells
            .map(|cell| match cell {
                OwnedCell::Null => Ok(None),
                cell => one(cell).map(Some).ok_or(StorageError::Inconsistent),
            })
            .collect()
    }
    let number = |cell: &OwnedCell| if let OwnedCell::Number(number) = cell { Some(*number) } else { None };
    Ok(match kind {
        CellKind::Organisation | CellKind::Number => Box::new(all(cells, number)?),
        CellKind::Small => Box::new(all(cells, |cell| i16::try_from(number(cell)?).ok())?),
        CellKind::Flag => Box::new(all(cells, |cell| number(cell).map(|flag| flag != 0))?),
        CellKind::Id => {
            Box::new(all(cells, |cell| if let OwnedCell::Id(id) = cell { Some(Uuid::from_bytes(*id)) } else { None })?)
        }
        CellKind::Text => {
            Box::new(all(cells, |cell| if let OwnedCell::Text(text) = cell { Some(text.as_str()) } else { None })?)
        }
        CellKind::Bytes => {
            Box::new(all(cells, |cell| if let OwnedCell::Bytes(bytes) = cell { Some(&bytes[..]) } else { None })?)
        }
    })
}
