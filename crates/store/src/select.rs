//! Which rows a query chooses, in which order.

use crate::departments::Departments;
use crate::find::{Builder, Column, Matching, Query};
use crate::find_related::{CustomFields, load_custom_fields};
use crate::parts::in_parts;
use crate::search::Hit;
use crate::sorted::{self, Keyed, SortKey};
use crate::{Store, StoreError, headcount, marks, schema};
use mingce_model::{Field, Kind};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use std::ops::Range;

/// Rows that are worth a reader of their own when all are read.
const PART: usize = 50_000;

/// A query in SQL.
struct Selection {
    wheres: Vec<String>,
    parameters: Vec<Sql>,
    keys: Vec<SortKey>,
}

impl Store {
    /// The rows that the query chooses without its text: in its order, or else as they were added. With `among`, only
    /// those of them.
    pub(crate) fn select_rows(
        &self,
        query: &Query,
        departments: &Departments,
        among: Option<&[Hit]>,
    ) -> Result<Vec<u32>, StoreError> {
        let selection = self.readers.read(|conn| Selection::of(conn, query, departments, among))?;
        match query.sort.as_slice() {
            [] => {
                let mut rows = self.readers.read(|conn| selection.rows(conn, ""))?;
                // Cheaper than asking SQLite, which then walks the smallest index instead of the table.
                rows.sort_unstable();
                Ok(rows)
            }
            // The index has their order.
            [(Column::Field(Field::MemberName), _)] => self.readers.read(|conn| selection.sorted_rows(conn)),
            [(first, _), others @ ..] => {
                let is_covered = others.is_empty() && is_indexed(*first);
                let keyed = if selection.wheres.is_empty() && !is_covered {
                    let everybody = self.readers.read(headcount::row_range)?;
                    let row = |place: usize| u64::from(everybody.start) + place as u64;
                    in_parts(everybody.len(), PART, |part| {
                        self.readers.read(|conn| selection.keyed(conn, Some(row(part.start)..row(part.end))))
                    })
                } else {
                    vec![self.readers.read(|conn| selection.keyed(conn, None))]
                };
                match keyed.into_iter().collect::<Result<Option<Vec<Keyed>>, _>>()? {
                    Some(keyed) => Ok(sorted::in_order(keyed)),
                    None => self.readers.read(|conn| selection.sorted_rows(conn)),
                }
            }
        }
    }
}

/// Whether an index alone tells what is ordered by, so that the table is not read.
fn is_indexed(column: Column) -> bool {
    match column {
        Column::DepartmentPath => true,
        Column::Field(field) => schema::is_indexed(Kind::Member, field.name()),
        _ => false,
    }
}

impl Selection {
    fn of(
        conn: &Connection,
        query: &Query,
        departments: &Departments,
        among: Option<&[Hit]>,
    ) -> Result<Self, StoreError> {
        let columns =
            query.filters.iter().map(|filter| filter.column).chain(query.sort.iter().map(|(column, _)| *column));
        let customs = match columns.into_iter().any(|column| matches!(column, Column::Custom(_))) {
            true => load_custom_fields(conn)?,
            false => CustomFields::new(),
        };
        let mut builder = Builder::new(query.now_ms, departments, customs);
        if let Some(hits) = among {
            let rows: Vec<String> = hits.iter().map(|hit| hit.row.to_string()).collect();
            let place = builder.bind(format!("[{}]", rows.join(",")));
            builder.wheres.push(format!("member.row IN (SELECT value FROM json_each({place}))"));
        }
        if let Some(department) = query.department {
            builder.department(department);
        }
        if let Some(mark) = query.mark {
            builder.wheres.push(marks::condition(mark));
        }
        let conditions: Vec<String> = query.filters.iter().map(|filter| builder.filter(filter)).collect();
        match query.matching {
            Matching::Any if !conditions.is_empty() => builder.wheres.push(format!("({})", conditions.join(" OR "))),
            _ => builder.wheres.extend(conditions),
        }
        let keys = query.sort.iter().map(|(column, direction)| builder.order(*column).toward(*direction)).collect();
        Ok(Self { wheres: builder.wheres, parameters: builder.parameters, keys })
    }

    /// `SELECT member.row, …` up to its conditions.
    fn sql(&self, columns: &str, and: Option<String>) -> String {
        let wheres: Vec<&str> = self.wheres.iter().chain(&and).map(String::as_str).collect();
        let wheres = if wheres.is_empty() { String::new() } else { format!(" WHERE {}", wheres.join(" AND ")) };
        format!("SELECT member.row{columns} FROM member{wheres}")
    }

    fn rows(&self, conn: &Connection, order: &str) -> Result<Vec<u32>, StoreError> {
        let mut statement = conn.prepare(&(self.sql("", None) + order))?;
        let mut found = statement.query(params_from_iter(&self.parameters))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            rows.push(row.get::<_, u32>(0)?);
        }
        rows.shrink_to_fit();
        Ok(rows)
    }

    /// The rows as SQLite orders them.
    fn sorted_rows(&self, conn: &Connection) -> Result<Vec<u32>, StoreError> {
        let terms: Vec<String> = self.keys.iter().map(SortKey::term).collect();
        self.rows(conn, &format!(" ORDER BY {}, member.row", terms.join(", ")))
    }

    /// The rows with their keys, all or those of the range; `None` when these are too many bytes.
    fn keyed(&self, conn: &Connection, among: Option<Range<u64>>) -> Result<Option<Keyed>, StoreError> {
        let columns: String = self.keys.iter().map(|key| format!(", {}", key.sql)).collect();
        let among = among.map(|rows| format!("member.row >= {} AND member.row < {}", rows.start, rows.end));
        let mut statement = conn.prepare(&self.sql(&columns, among))?;
        let mut found = statement.query(params_from_iter(&self.parameters))?;
        let mut keyed = Keyed::default();
        while let Some(row) = found.next()? {
            if !keyed.add(row.get(0)?, &self.keys, |place| row.get_ref(1 + place))? {
                return Ok(None);
            }
        }
        Ok(Some(keyed))
    }
}
