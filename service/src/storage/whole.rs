//! Everything that the database holds, table by table and row by row, in a shape that no storage owns: what a backup is
//! made of and a restore is fed with.

use super::{OrganisationKey, OrganisationRow, StorageError};
use mingce_model::{Form, Kind};
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// The short number of an organisation, which each database gives by itself.
    Organisation,
    /// Sixteen bytes.
    Id,
    Number,
    /// A number of a few bits.
    Small,
    /// Zero or one.
    Flag,
    Text,
    Bytes,
}

/// A column that both storages have under this name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableColumn {
    pub name: String,
    pub kind: CellKind,
}

/// A table that both storages have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<TableColumn>,
}

/// One value on its way out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell<'c> {
    Null,
    Number(i64),
    Id([u8; 16]),
    Text(&'c str),
    Bytes(&'c [u8]),
}

/// One value on its way in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnedCell {
    Null,
    Number(i64),
    Id([u8; 16]),
    Text(String),
    Bytes(Vec<u8>),
}

/// An organisation with what only whole tables know of it.
pub struct WholeOrganisation {
    pub row: OrganisationRow,
    pub created_at: i64,
    /// Number and link of the audit's last entry.
    pub audit_number: i64,
    pub audit_link: Option<Vec<u8>>,
}

/// Name of the table that the others' organisations are in. It has no column for its own number.
pub const ORGANISATIONS: &str = "organisation";

/// Whole tables, for backups.
pub trait Whole {
    /// Whether nothing is here that anybody would miss: no organisation and no account.
    fn is_blank(&mut self) -> Result<bool, StorageError>;
    /// Gives every row of the table to `each`, in no order; memory stays flat.
    fn read_table(
        &mut self,
        table: &Table,
        each: &mut dyn FnMut(&[Cell<'_>]) -> Result<(), StorageError>,
    ) -> Result<(), StorageError>;
    /// Removes every row of the table.
    fn clear_table(&mut self, table: &Table) -> Result<(), StorageError>;
    /// Writes rows that are not there yet.
    fn insert_rows(&mut self, table: &Table, rows: &[Vec<OwnedCell>]) -> Result<(), StorageError>;
    /// Writes an organisation as it was, under a number of this database's own: that of its row says nothing.
    fn insert_whole_organisation(&mut self, whole: &WholeOrganisation) -> Result<OrganisationKey, StorageError>;
    /// Puts all tables aside under the name and makes empty ones; where a database is a file, the file is moved instead.
    fn set_aside(&mut self, name: &str) -> Result<(), StorageError> {
        let _ = name;
        Err(StorageError::Inconsistent)
    }
}

/// Every table of this version, organisations before what refers to them.
pub fn tables() -> Vec<Table> {
    use CellKind::{Bytes, Id, Number, Organisation, Small, Text};
    const TABLES: &[(&str, &[(&str, CellKind)])] = &[
        ("secret", &[("name", Text), ("value", Bytes)]),
        (
            ORGANISATIONS,
            &[
                ("id", Id),
                ("epoch", Number),
                ("head", Number),
                ("chain", Bytes),
                ("created_at", Number),
                ("audit_number", Number),
                ("audit_link", Bytes),
            ],
        ),
        ("account", &[("id", Id), ("name", Text), ("phone", Text), ("password_hash", Text), ("created_at", Number)]),
        (
            "account_organisation",
            &[
                ("organisation", Organisation),
                ("account", Id),
                ("role", Text),
                ("rights", Text),
                ("since", Number),
                ("scope_ver", Number),
            ],
        ),
        ("scope_root", &[("organisation", Organisation), ("account", Id), ("department", Id)]),
        (
            "device",
            &[
                ("id", Id),
                ("account", Id),
                ("name", Text),
                ("token_hash", Bytes),
                ("created_at", Number),
                ("last_used_at", Number),
            ],
        ),
        (
            "administrator_link",
            &[
                ("organisation", Organisation),
                ("id", Id),
                ("token_hash", Bytes),
                ("purpose", Text),
                ("name", Text),
                ("phone_digest", Bytes),
                ("role", Text),
                ("rights", Text),
                ("account", Id),
                ("made_by", Id),
                ("made_at", Number),
                ("ends_at", Number),
                ("wrong", Number),
            ],
        ),
        ("second_factor", &[("account", Id), ("secret", Bytes), ("is_on", Small), ("last_step", Number)]),
        ("recovery_code", &[("account", Id), ("digest", Bytes)]),
        (
            "replica",
            &[
                ("organisation", Organisation),
                ("id", Id),
                ("account", Id),
                ("device", Id),
                ("last_m", Number),
                ("acked_m", Number),
                ("last_at", Number),
            ],
        ),
        (
            "answer",
            &[
                ("organisation", Organisation),
                ("replica", Id),
                ("first_m", Number),
                ("last_m", Number),
                ("digests", Bytes),
                ("vers", Text),
                ("exceptions", Text),
                ("base", Number),
                ("head", Number),
                ("chain", Bytes),
            ],
        ),
        (
            "conflict_of",
            &[
                ("organisation", Organisation),
                ("replica", Id),
                ("kind", Small),
                ("record", Id),
                ("field", Text),
                ("conflict", Id),
            ],
        ),
        ("tries", &[("organisation", Organisation), ("invitation", Id), ("wrong", Number), ("closed_until", Number)]),
        (
            "member_account",
            &[("organisation", Organisation), ("member", Id), ("password_hash", Text), ("created_at", Number)],
        ),
        (
            "member_session",
            &[
                ("organisation", Organisation),
                ("token_hash", Bytes),
                ("member", Id),
                ("created_at", Number),
                ("ends_at", Number),
            ],
        ),
        (
            "consent",
            &[
                ("organisation", Organisation),
                ("number", Number),
                ("at_ms", Number),
                ("member", Id),
                ("purpose", Text),
                ("act", Text),
                ("guardian", Id),
                ("way", Text),
                ("text", Text),
                ("text_hash", Bytes),
                ("link", Bytes),
            ],
        ),
        (
            "batch",
            &[
                ("organisation", Organisation),
                ("replica", Id),
                ("first_m", Number),
                ("last_m", Number),
                ("id", Id),
                ("label", Text),
            ],
        ),
        ("audit_service", &[("organisation", Organisation), ("audit_number", Number), ("audit_link", Bytes)]),
        (
            "audit",
            &[
                ("organisation", Organisation),
                ("number", Number),
                ("at_ms", Number),
                ("act", Text),
                ("actor_kind", Text),
                ("actor", Id),
                ("device", Id),
                ("network", Text),
                ("subject", Id),
                ("details", Text),
                ("link", Bytes),
            ],
        ),
        (
            "audit_head",
            &[
                ("organisation", Organisation),
                ("sequence", Number),
                ("number", Number),
                ("link", Bytes),
                ("at_ms", Number),
                ("public", Bytes),
                ("signature", Bytes),
            ],
        ),
        ("audit_look", &[("organisation", Organisation), ("replica", Id), ("number", Number), ("digest", Bytes)]),
        ("photo_total", &[("organisation", Organisation), ("bytes", Number)]),
        (
            "photo",
            &[
                ("organisation", Organisation),
                ("hash", Bytes),
                ("checked_at", Number),
                ("unused_since", Number),
                ("jpeg", Bytes),
            ],
        ),
        (
            "change",
            &[
                ("organisation", Organisation),
                ("ver", Number),
                ("replica", Id),
                ("m", Number),
                ("account", Id),
                ("at_ms", Number),
                ("received_at", Number),
                ("kind", Small),
                ("id", Id),
                ("verb", Text),
                ("changes", Text),
                ("chain", Bytes),
            ],
        ),
    ];
    let fixed = TABLES.iter().map(|(name, columns)| Table {
        name: (*name).to_owned(),
        columns: columns.iter().map(|(name, kind)| TableColumn { name: (*name).to_owned(), kind: *kind }).collect(),
    });
    fixed.chain(Kind::ALL.into_iter().map(record_table)).collect()
}

/// The table of a kind's records.
fn record_table(kind: Kind) -> Table {
    let own = [
        ("organisation", CellKind::Organisation),
        ("id", CellKind::Id),
        ("ver", CellKind::Number),
        ("is_deleted", CellKind::Flag),
    ];
    let own = own.into_iter().map(|(name, kind)| TableColumn { name: name.to_owned(), kind });
    let fields = kind.fields().iter().map(|field| TableColumn {
        name: field.name().to_owned(),
        kind: match field.form() {
            Form::Ref(_) => CellKind::Id,
            Form::Int | Form::Year | Form::Instant => CellKind::Number,
            _ => CellKind::Text,
        },
    });
    Table { name: format!("record_{}", kind.name()), columns: own.chain(fields).collect() }
}

impl Table {
    /// The column's names, quoted, parted by commas.
    pub(super) fn column_list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        names.join(", ")
    }

    /// The cell of a row in the column; `None` where the table has no such column.
    pub fn cell<'c>(&self, cells: &'c [OwnedCell], name: &str) -> Option<&'c OwnedCell> {
        cells.get(self.columns.iter().position(|column| column.name == name)?)
    }

    /// The number of a row in the column.
    pub fn number(&self, cells: &[OwnedCell], name: &str) -> Option<i64> {
        match self.cell(cells, name) {
            Some(OwnedCell::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Writes a cell, where the table has the column.
    pub fn set(&self, cells: &mut [OwnedCell], name: &str, value: OwnedCell) {
        let place = self.columns.iter().position(|column| column.name == name);
        if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
            *cell = value;
        }
    }

    /// Whether this is one of this version's tables with all or some of its columns, and so may stand in a statement.
    pub fn is_known(&self) -> bool {
        let Some(own) = tables().into_iter().find(|own| own.name == self.name) else { return false };
        !self.columns.is_empty() && self.columns.iter().all(|column| own.columns.contains(column))
    }
}
