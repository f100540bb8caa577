//! What a restore writes into the audits that it brings back: an entry behind the last of each, so that whoever misses
//! something that was there before knows why.

use super::BackupError;
use super::lines::Header;
use crate::audit::{Act, Entry, Ledger, by_operator, entry_after, joined};
use crate::storage::AuditLink;
use crate::storage::whole::{OwnedCell, Table, tables};
use mingce_model::{OrganisationId, RecordId};
use serde_json::{Value, json};
use std::collections::HashMap;

pub(super) const AUDIT: &str = "audit";
/// The last entry of the service's own audit.
pub(super) const AUDIT_SERVICE: &str = "audit_service";

/// The table as this version has it.
pub(super) fn find_table(name: &str) -> Option<Table> {
    tables().into_iter().find(|table| table.name == name)
}

/// One entry for each organisation, and one for the service.
#[derive(Default)]
pub(super) struct Notes {
    entries: HashMap<Option<[u8; 16]>, Entry>,
    has_service: bool,
}

impl Notes {
    /// For an organisation with the head and in the epoch. Its row, which says the last entry, says this one then; answers
    /// what it says.
    pub(super) fn add(
        &mut self,
        header: &Header,
        now_ms: i64,
        (id, head, epoch): ([u8; 16], u64, u64),
        table: &Table,
        cells: &mut [OwnedCell],
    ) -> Result<(i64, AuditLink), BackupError> {
        let organisation = OrganisationId(RecordId::from_slice(&id).ok_or(BackupError::Damaged)?);
        let what = json!({ "head": head, "epoch": epoch });
        Ok(self.put(Some(id), organisation, (header, now_ms, what), table, cells))
    }

    /// The same for the service.
    pub(super) fn add_service(
        &mut self,
        header: &Header,
        now_ms: i64,
        table: &Table,
        cells: &mut [OwnedCell],
    ) -> (i64, AuditLink) {
        self.has_service = true;
        self.put(None, Ledger::of_service().id, (header, now_ms, json!({})), table, cells)
    }

    /// The row of the service's audit where the backup has none, because it was made before there were audits.
    pub(super) fn missing_service(&mut self, header: &Header, now_ms: i64) -> Option<(Table, Vec<OwnedCell>)> {
        let table = find_table(AUDIT_SERVICE).filter(|_| !self.has_service)?;
        let mut cells = vec![OwnedCell::Null; table.columns.len()];
        self.add_service(header, now_ms, &table, &mut cells);
        Some((table, cells))
    }

    fn put(
        &mut self,
        of: Option<[u8; 16]>,
        organisation: OrganisationId,
        (header, now_ms, what): (&Header, i64, Value),
        table: &Table,
        cells: &mut [OwnedCell],
    ) -> (i64, AuditLink) {
        // Columns that the backup has not, and what somebody spoiled, count as an audit that is empty.
        let number = table.number(cells, "audit_number").and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
        let last: Option<(u64, AuditLink)> = match table.cell(cells, "audit_link") {
            Some(OwnedCell::Bytes(link)) => link.as_slice().try_into().ok().map(|link| (number, link)),
            _ => None,
        };
        let details = joined([json!({ "made_at_ms": header.made_at_ms }), what]);
        let entry = entry_after(last, organisation, now_ms, by_operator(Act::Restore, details));
        let number = signed(entry.number);
        table.set(cells, "audit_number", OwnedCell::Number(number));
        table.set(cells, "audit_link", OwnedCell::Bytes(entry.link.to_vec()));
        let link = entry.link;
        self.entries.insert(of, entry);
        (number, link)
    }

    /// A row of an audit comes. Where it has the number of the note, somebody spoiled the audit: what is there counts, and
    /// the check of audits tells.
    pub(super) fn make_way(&mut self, of: Option<[u8; 16]>, table: &Table, cells: &[OwnedCell]) {
        let number = table.number(cells, "number");
        if self.entries.get(&of).is_some_and(|entry| Some(signed(entry.number)) == number) {
            self.entries.remove(&of);
        }
    }

    /// The entries as rows.
    pub(super) fn rows(self, table: &Table) -> impl Iterator<Item = (Option<[u8; 16]>, Vec<OwnedCell>)> {
        self.entries.into_iter().map(move |(of, entry)| {
            let cell = |name: &str| match name {
                "organisation" => of.map_or(OwnedCell::Null, OwnedCell::Id),
                "number" => OwnedCell::Number(signed(entry.number)),
                "at_ms" => OwnedCell::Number(entry.at_ms),
                "act" => OwnedCell::Text(entry.act.clone()),
                "actor_kind" => OwnedCell::Text(entry.actor_kind.clone()),
                "details" => OwnedCell::Text(entry.details.clone()),
                "link" => OwnedCell::Bytes(entry.link.to_vec()),
                // The operator has no account, no device and no network.
                _ => OwnedCell::Null,
            };
            (of, table.columns.iter().map(|column| cell(&column.name)).collect())
        })
    }
}

/// Numbers of entries stay far below the limit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header { format: 1, made_at_ms: 5, program: String::new() }
    }

    #[test]
    fn a_backup_from_before_there_were_audits_gets_its_first_entries() {
        let mut table = find_table("organisation").unwrap();
        table.columns.retain(|column| !column.name.starts_with("audit_"));
        let mut cells = vec![OwnedCell::Null; table.columns.len()];
        let mut notes = Notes::default();
        let (number, _) = notes.add(&header(), 9, ([7; 16], 3, 4), &table, &mut cells).unwrap();
        assert_eq!((number, &cells), (1, &vec![OwnedCell::Null; table.columns.len()]));
        let (service, row) = notes.missing_service(&header(), 9).unwrap();
        assert_eq!(service.number(&row, "audit_number"), Some(1));
        assert!(notes.missing_service(&header(), 9).is_none());
        assert_eq!(notes.rows(&find_table(AUDIT).unwrap()).count(), 2);
    }

    #[test]
    fn a_spoiled_audit_stays_as_it_is() {
        let table = find_table("organisation").unwrap();
        let mut cells = vec![OwnedCell::Null; table.columns.len()];
        let mut notes = Notes::default();
        notes.add(&header(), 9, ([7; 16], 3, 4), &table, &mut cells).unwrap();
        let audit = find_table(AUDIT).unwrap();
        let mut row = vec![OwnedCell::Null; audit.columns.len()];
        audit.set(&mut row, "number", OwnedCell::Number(2));
        notes.make_way(Some([7; 16]), &audit, &row);
        assert_eq!(notes.entries.len(), 1);
        audit.set(&mut row, "number", OwnedCell::Number(1));
        notes.make_way(Some([7; 16]), &audit, &row);
        assert_eq!(notes.entries.len(), 0);
    }
}
