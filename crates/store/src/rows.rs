//! Records as table rows: the statements for each kind, and values going in and coming out.
//!
//! Knows nothing of history, outbox or sync.

use crate::{StoreError, schema, search_text};
use mingce_model::{Change, Edit, Field, Form, Kind, Record, RecordId, Value, Verb};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, Statement, ToSql};
use std::sync::LazyLock;

/// A stored record with the number of its row.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub row: i64,
    pub record: Record,
    /// Created here, and that is its only edit; see `FRESH`.
    pub is_fresh: bool,
}

/// Stands in the version column of a record that was created here and whose creation, its only edit, waits in the
/// outbox. Such a record has no shadow: all that one would say is known.
pub(crate) const FRESH: i64 = -1;

struct Statements {
    select_by_id: String,
    select_by_row: String,
    insert: String,
    inserted: usize,
    delete: String,
    columns: String,
}

static STATEMENTS: LazyLock<Vec<Statements>> = LazyLock::new(|| Kind::ALL.into_iter().map(Statements::of).collect());

impl Statements {
    fn of(kind: Kind) -> Self {
        let table = kind.name();
        let names: Vec<String> = kind.fields().iter().map(|field| format!("\"{}\"", field.name())).collect();
        let columns = format!("row, id, ver, {}", names.join(", "));
        let mut into = format!("id, ver, {}", names.join(", "));
        let computed = schema::computed_columns(kind);
        for column in computed {
            into.push_str(&format!(", {column}"));
        }
        let count = names.len() + computed.len() + 2;
        let places: Vec<String> = (1..=count).map(|place| format!("?{place}")).collect();
        Self {
            select_by_id: format!("SELECT {columns} FROM \"{table}\" WHERE id = ?1"),
            select_by_row: format!("SELECT {columns} FROM \"{table}\" WHERE row = ?1"),
            insert: format!(
                "INSERT INTO \"{table}\" ({into}, row) VALUES ({}, ?{}) ON CONFLICT (id) DO NOTHING",
                places.join(", "),
                count + 1
            ),
            inserted: count,
            delete: format!("DELETE FROM \"{table}\" WHERE row = ?1"),
            columns,
        }
    }
    fn for_kind(kind: Kind) -> &'static Self {
        &STATEMENTS[kind as usize - 1]
    }
}

/// `row, id, ver` and the kind's fields, as `read` expects them.
pub(crate) fn columns(kind: Kind) -> &'static str {
    &Statements::for_kind(kind).columns
}

/// Reads a row selected with `columns(kind)`.
pub(crate) fn read(kind: Kind, row: &Row<'_>) -> Result<Stored, StoreError> {
    let id = read_id(row.get_ref(1)?)?;
    let ver = row.get::<_, i64>(2)?;
    let values =
        (3..3 + kind.fields().len()).map(|column| read_value(row.get_ref(column)?)).collect::<Result<_, _>>()?;
    let record = Record { kind, id, ver: u64::try_from(ver).unwrap_or(0), values };
    Ok(Stored { row: row.get(0)?, record, is_fresh: ver == FRESH })
}

pub(crate) fn read_id(value: ValueRef<'_>) -> Result<RecordId, StoreError> {
    match value {
        ValueRef::Blob(bytes) => RecordId::from_slice(bytes).ok_or(StoreError::Damaged),
        _ => Err(StoreError::Damaged),
    }
}

/// References are stored as the 16 bytes of the id; everything else as it is.
pub(crate) fn read_value(value: ValueRef<'_>) -> Result<Value, StoreError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map(|text| Value::Text(text.to_owned())).map_err(|_| StoreError::Damaged)
        }
        ValueRef::Blob(_) => read_id(value).map(Value::from),
        ValueRef::Real(_) => Err(StoreError::Damaged),
    }
}

/// A value on its way into a column.
pub(crate) struct Bound<'a>(pub Field, pub &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.1 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(number) => ToSqlOutput::from(*number),
            Value::Text(text) => match as_reference(self.0, text) {
                Some(id) => ToSqlOutput::Owned(rusqlite::types::Value::Blob(id.as_bytes().to_vec())),
                None => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            },
        })
    }
}

/// The id that a reference field's text stands for, when it is written the canonical way.
fn as_reference(field: Field, text: &str) -> Option<RecordId> {
    if !matches!(field.form(), Form::Ref(_)) || text.len() != 36 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    text.parse().ok()
}

pub(crate) fn find(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<Stored>, StoreError> {
    find_with(conn, kind, &Statements::for_kind(kind).select_by_id, id.as_bytes())
}

pub(crate) fn find_row(conn: &Connection, kind: Kind, row: i64) -> Result<Option<Stored>, StoreError> {
    find_with(conn, kind, &Statements::for_kind(kind).select_by_row, row)
}

fn find_with(conn: &Connection, kind: Kind, sql: &str, key: impl ToSql) -> Result<Option<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(|row| read(kind, row)).transpose()
}

/// The row in which the record stood when it was removed; no other record ever gets it.
pub(crate) fn former(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT row FROM history WHERE id = ?1 AND kind = ?2 AND row IS NOT NULL ORDER BY seq DESC LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row((id.as_bytes(), kind as u8), |row| row.get(0)).optional()?)
}

/// Puts a new row in, the given one or the next. `false`: the id is there already.
pub(crate) fn insert(conn: &Connection, record: &Record, row: Option<i64>) -> Result<bool, StoreError> {
    let statements = Statements::for_kind(record.kind);
    let mut statement = conn.prepare_cached(&statements.insert)?;
    bind_fields(&mut statement, 1, record, record.ver as i64, record.kind.fields())?;
    if let Some(row) = row {
        statement.raw_bind_parameter(statements.inserted + 1, row)?;
    }
    Ok(statement.raw_execute()? > 0)
}

/// The columns that some of the records fill, to put these in together: nothing is said of the others.
pub(crate) struct Filled {
    kind: Kind,
    fields: Vec<Field>,
}

impl Filled {
    /// `records` are of the kind.
    pub(crate) fn by<'r>(kind: Kind, records: impl Iterator<Item = &'r Record>) -> Self {
        let mut is_filled = vec![false; kind.fields().len()];
        for record in records {
            is_filled.iter_mut().zip(&record.values).for_each(|(is_filled, value)| *is_filled |= !value.is_null());
        }
        let fields = kind.fields().iter().zip(is_filled);
        Self { kind, fields: fields.filter(|(_, is_filled)| *is_filled).map(|(field, _)| *field).collect() }
    }

    /// The beginning of the statement, and how many columns each row has.
    pub(crate) fn insert(&self) -> (String, usize) {
        let computed = schema::computed_columns(self.kind);
        let mut head = format!("INSERT OR FAIL INTO \"{}\" (id, ver", self.kind.name());
        for field in &self.fields {
            head.push_str(&format!(", \"{}\"", field.name()));
        }
        for column in computed {
            head.push_str(&format!(", {column}"));
        }
        head.push_str(") VALUES ");
        (head, self.fields.len() + 2 + computed.len())
    }

    /// Binds a row, its first column at the place given.
    pub(crate) fn bind(
        &self,
        statement: &mut Statement<'_>,
        first: usize,
        record: &Record,
        ver: i64,
    ) -> rusqlite::Result<()> {
        bind_fields(statement, first, record, ver, &self.fields)
    }
}

fn bind_fields(
    statement: &mut Statement<'_>,
    first: usize,
    record: &Record,
    ver: i64,
    fields: &[Field],
) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(first, record.id.as_bytes().as_slice())?;
    statement.raw_bind_parameter(first + 1, ver)?;
    for (place, field) in (first + 2..).zip(fields) {
        let value = record.get(*field);
        // What is not bound is NULL.
        if !value.is_null() {
            statement.raw_bind_parameter(place, Bound(*field, value))?;
        }
    }
    for (place, computed) in (first + 2 + fields.len()..).zip(search_text::computed(record)) {
        statement.raw_bind_parameter(place, computed)?;
    }
    Ok(())
}

/// Writes the changed fields of the row; `after` is the record as it is then.
pub(crate) fn update(conn: &Connection, row: i64, after: &Record, changed: &[Field]) -> Result<(), StoreError> {
    let kind = after.kind;
    let is_renamed = search_text::named_by(kind).is_some_and(|name| changed.contains(&name));
    let computed = if is_renamed { schema::computed_columns(kind) } else { &[] };
    let mut sql = format!("UPDATE \"{}\" SET ver = ?2", kind.name());
    for (place, field) in (3..).zip(changed) {
        sql.push_str(&format!(", \"{}\" = ?{place}", field.name()));
    }
    for (place, column) in (changed.len() + 3..).zip(computed) {
        sql.push_str(&format!(", {column} = ?{place}"));
    }
    sql.push_str(" WHERE row = ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    statement.raw_bind_parameter(1, row)?;
    statement.raw_bind_parameter(2, after.ver as i64)?;
    for (place, field) in (3..).zip(changed) {
        statement.raw_bind_parameter(place, Bound(*field, after.get(*field)))?;
    }
    if is_renamed {
        for (place, computed) in (changed.len() + 3..).zip(search_text::computed(after)) {
            statement.raw_bind_parameter(place, computed)?;
        }
    }
    statement.raw_execute()?;
    Ok(())
}

pub(crate) fn delete(conn: &Connection, stored: &Stored) -> Result<(), StoreError> {
    conn.prepare_cached(&Statements::for_kind(stored.record.kind).delete)?.execute([stored.row])?;
    Ok(())
}

/// A live record that refers to this one, if there is any.
pub(crate) fn is_referred_to(conn: &Connection, kind: Kind, id: RecordId) -> Result<bool, StoreError> {
    for field in Field::ALL.iter().filter(|field| field.form() == Form::Ref(kind)) {
        let sql = format!("SELECT 1 FROM \"{}\" WHERE \"{}\" = ?1", field.kind().name(), field.name());
        let found = conn.prepare_cached(&sql)?.query_row([id.as_bytes()], |_| Ok(())).optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fields whose values differ.
pub(crate) fn differing(kind: Kind, a: &[Value], b: &[Value]) -> Vec<Field> {
    kind.fields().iter().zip(a.iter().zip(b)).filter(|(_, (a, b))| a != b).map(|(field, _)| *field).collect()
}

/// Changes as the history keeps them. Of a creation or removal the values, `[value, …]` in registry order; of an edit
/// `[[field number, base, new], …]`.
pub(crate) fn changes_to_json(edit: &Edit) -> Result<String, StoreError> {
    let side: fn(&Change) -> &Value = match edit.verb {
        Verb::Create => |change| &change.new,
        Verb::Remove => |change| &change.base,
        Verb::Edit => {
            let parts: Vec<(u16, &Value, &Value)> =
                edit.changes.iter().map(|change| (change.field.number(), &change.base, &change.new)).collect();
            return serde_json::to_string(&parts).map_err(|_| StoreError::Damaged);
        }
    };
    let mut values: Vec<&Value> = Vec::with_capacity(edit.kind.fields().len());
    for change in &edit.changes {
        let index = change.field.index();
        if values.len() <= index {
            values.resize(index + 1, &Value::Null);
        }
        values[index] = side(change);
    }
    serde_json::to_string(&values).map_err(|_| StoreError::Damaged)
}

pub(crate) fn changes_from_json(kind: Kind, verb: Verb, text: &str) -> Result<Vec<Change>, StoreError> {
    if verb == Verb::Edit {
        let parts: Vec<(u16, Value, Value)> = serde_json::from_str(text).map_err(|_| StoreError::Damaged)?;
        let change = |(number, base, new): (u16, Value, Value)| {
            let index = usize::from(number).checked_sub(1).ok_or(StoreError::Damaged)?;
            let field = *kind.fields().get(index).ok_or(StoreError::Damaged)?;
            Ok(Change { field, base, new })
        };
        return parts.into_iter().map(change).collect();
    }
    let values: Vec<Value> = serde_json::from_str(text).map_err(|_| StoreError::Damaged)?;
    if values.len() > kind.fields().len() {
        return Err(StoreError::Damaged);
    }
    let filled = kind.fields().iter().zip(values).filter(|(_, value)| !value.is_null());
    Ok(filled
        .map(|(field, value)| match verb {
            Verb::Remove => Change { field: *field, base: value, new: Value::Null },
            _ => Change { field: *field, base: Value::Null, new: value },
        })
        .collect())
}

/// A whole record's values as the shadow keeps them: an array with trailing nulls cut.
pub(crate) fn values_to_json(values: &[Value]) -> Result<String, StoreError> {
    let filled = values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1);
    serde_json::to_string(&values[..filled]).map_err(|_| StoreError::Damaged)
}

pub(crate) fn values_from_json(kind: Kind, text: &str) -> Result<Vec<Value>, StoreError> {
    let mut values: Vec<Value> = serde_json::from_str(text).map_err(|_| StoreError::Damaged)?;
    if values.len() > kind.fields().len() {
        return Err(StoreError::Damaged);
    }
    values.resize(kind.fields().len(), Value::Null);
    Ok(values)
}
