//! Brings a backup back: all of it or nothing, into a place where nothing is, and as a log of its own.

use super::BackupError;
use super::key::BackupKey;
use super::lines::{Header, PartWriter, write_row};
use super::making::{Backup, organisation_in, read_all, read_backup, sync_folder_of};
use super::notes::{AUDIT, AUDIT_SERVICE, Notes, find_table};
use super::tally::{Counter, Totals};
use crate::options::ServiceOptions;
use crate::storage::postgres::{DatabaseAddress, Postgres};
use crate::storage::sqlite::{DATABASE_FILE, Lock, Sqlite};
use crate::storage::whole::{Cell, CellKind, ORGANISATIONS, OwnedCell, Table, WholeOrganisation, tables};
use crate::storage::{OrganisationKey, OrganisationRow, Storage, StorageError, Transaction};
use mingce_model::{OrganisationId, RecordId};
use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Sink};
use std::path::{Path, PathBuf};

/// Rows written at a time: so many, or fewer when they are long.
const ROWS: usize = 1_000;
const BYTES: usize = 4 << 20;
/// Where a database is made before it gets its place.
const MADE_IN: &str = "restoring";

/// Onto what a backup is brought back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Onto {
    /// An empty place; anything else is refused.
    Nothing,
    /// What is there is put aside under another name.
    Replaced,
}

/// What becomes of the sign-ins that the backup remembers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sessions {
    /// Desktops and members stay signed in. Devices sent away since the backup are back as well.
    Kept,
    /// Everybody signs in again.
    Ended,
}

/// Brings the backup into the place that the options name. No service may be running there.
///
/// # Errors
/// As `check`; `NotEmpty`, `Differs`; `FolderInUse` and others as the storage has them. Then everything is as it was.
pub fn restore(
    options: &ServiceOptions,
    key: &BackupKey,
    from: &Path,
    (onto, sessions): (Onto, Sessions),
    tell: &mut dyn FnMut(&str, u64),
) -> Result<Backup, BackupError> {
    let bytes = std::fs::metadata(from).map_err(BackupError::File)?.len();
    let plan = Plan { key, from, sessions, now_ms: (options.clock)() };
    let (header, totals) = match &options.database {
        Some(address) => into_database(address.clone(), &plan, onto, tell)?,
        None => into_folder(options, &plan, onto, tell)?,
    };
    Ok(Backup { header, totals, bytes })
}

struct Plan<'p> {
    key: &'p BackupKey,
    from: &'p Path,
    sessions: Sessions,
    now_ms: i64,
}

impl Plan<'_> {
    /// A name for what is put aside: the time, in seconds.
    fn aside(&self) -> String {
        (self.now_ms / 1_000).to_string()
    }

    /// An epoch that no desktop of this organisation has met: more than the backup's, more than that of what is put aside,
    /// and by the clock more than any that another restore of the same backup gave before.
    fn epoch_after(&self, before: u64, there: Option<u64>) -> u64 {
        let now_s = u64::try_from(self.now_ms / 1_000).unwrap_or(0);
        now_s.max(before.saturating_add(1)).max(there.unwrap_or(0).saturating_add(1))
    }
}

/// The epochs of the organisations that are put aside, by their ids.
type Epochs = HashMap<[u8; 16], u64>;

fn into_database(
    address: DatabaseAddress,
    plan: &Plan<'_>,
    onto: Onto,
    tell: &mut dyn FnMut(&str, u64),
) -> Result<(Header, Totals), BackupError> {
    let storage: Box<dyn Storage> = Box::new(Postgres::open(address)?);
    (*storage).write(|transaction| {
        let there = transaction.load_organisations()?;
        let there: Epochs = there.into_iter().map(|row| (*row.id.0.as_bytes(), row.epoch)).collect();
        if !transaction.is_blank()? {
            match onto {
                Onto::Nothing => return Err(BackupError::NotEmpty),
                Onto::Replaced => transaction.set_aside(&plan.aside())?,
            }
        }
        let poured = pour(transaction, plan, &there)?;
        poured.compare(transaction, tell)?;
        Ok((poured.header, poured.totals))
    })
}

/// The new database is made beside the old one and takes its place in one step.
fn into_folder(
    options: &ServiceOptions,
    plan: &Plan<'_>,
    onto: Onto,
    tell: &mut dyn FnMut(&str, u64),
) -> Result<(Header, Totals), BackupError> {
    let folder = &options.data_folder;
    let _lock = Lock::take(folder)?;
    let place = folder.join(DATABASE_FILE);
    if onto == Onto::Nothing && (place.exists() || beside(&place, "-wal").exists()) {
        return Err(BackupError::NotEmpty);
    }
    let settle = || match Sqlite::settle(folder, options.database_key.as_ref()) {
        Err(StorageError::Busy) => Err(BackupError::Storage(StorageError::Busy)),
        // One that cannot be opened is what a backup is brought back for: it is put aside as it is.
        settled => Ok(settled.unwrap_or_default()),
    };
    let there = settle()?;
    let making = folder.join(MADE_IN);
    // A restore that was killed left it.
    let _ = std::fs::remove_dir_all(&making);
    let made = (|| {
        let sqlite = Sqlite::open_unborn(&making, options.database_key.clone())?;
        let storage: &dyn Storage = &sqlite;
        let poured: Poured = storage.write(|transaction| pour(transaction, plan, &there))?;
        sqlite.finish_birth()?;
        // From the file, not from what is still in memory.
        let made = Sqlite::open_beside(&making, options.database_key.clone())?;
        let storage: &dyn Storage = &made;
        storage.read(|transaction| poured.compare(transaction, tell))?;
        made.close()?;
        Ok::<_, BackupError>((poured.header, poured.totals))
    })();
    let done = made.inspect_err(|_| drop(std::fs::remove_dir_all(&making)))?;
    let fresh = making.join(DATABASE_FILE);
    let placed = File::options()
        .write(true)
        .open(&fresh)
        .and_then(|file| file.sync_all())
        .map_err(BackupError::File)
        // Verbs of the operator may have written since.
        .and_then(|()| settle())
        .and_then(|_| put_in_place(&fresh, &place, &plan.aside()));
    let _ = std::fs::remove_dir_all(&making);
    placed.map(|()| done)
}

/// What SQLite may keep beside a database.
const LOGS: [&str; 2] = ["-wal", "-shm"];

/// Gives the fresh file the name of the old one in one step; the old one has another name before, under which nothing was.
fn put_in_place(fresh: &Path, place: &Path, aside: &str) -> Result<(), BackupError> {
    let ends = || std::iter::once("").chain(LOGS);
    let old: Vec<&str> = ends().filter(|end| beside(place, end).exists()).collect();
    let mut names =
        (1..).map(|n| beside(place, &if n == 1 { format!(".before-{aside}") } else { format!(".before-{aside}-{n}") }));
    let is_free = |name: &PathBuf| ends().all(|end| !beside(name, end).exists());
    let name = names.find(is_free).unwrap_or_default();
    let mut kept = Vec::new();
    let mut put = || {
        for end in &old {
            let (from, to) = (beside(place, end), beside(&name, end));
            keep_under(&from, &to)?;
            kept.push((from, to));
        }
        sync_folder_of(place)?;
        // Only a database that could not be opened has them still. Taken for those of the fresh one they would spoil it.
        for log in LOGS.map(|end| beside(place, end)).iter().filter(|log| log.exists()) {
            std::fs::remove_file(log).map_err(BackupError::File)?;
        }
        std::fs::rename(fresh, place).map_err(BackupError::File)
    };
    if let Err(error) = put() {
        for (_, to) in kept.iter().filter(|(from, _)| from.exists()) {
            let _ = std::fs::remove_file(to);
        }
        return Err(error);
    }
    sync_folder_of(place)
}

/// Gives a file a second name that nothing has; where the file system knows no such thing, a copy.
fn keep_under(from: &Path, to: &Path) -> Result<(), BackupError> {
    let linked = std::fs::hard_link(from, to);
    if linked.as_ref().is_err_and(|error| error.kind() != ErrorKind::AlreadyExists) {
        let copied = File::options().write(true).create_new(true).open(to).and_then(|mut copy| {
            std::io::copy(&mut File::open(from)?, &mut copy)?;
            copy.set_permissions(std::fs::metadata(from)?.permissions())?;
            copy.sync_all()
        });
        let is_half = copied.as_ref().is_err_and(|error| error.kind() != ErrorKind::AlreadyExists);
        if is_half {
            let _ = std::fs::remove_file(to);
        }
        return copied.map_err(BackupError::File);
    }
    linked.map_err(BackupError::File)
}

fn beside(place: &Path, end: &str) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(end);
    place.with_file_name(name)
}

/// What was written.
struct Poured {
    header: Header,
    totals: Totals,
    tables: Vec<Table>,
}

impl Poured {
    /// Reads it back and holds it against what was written.
    fn compare(&self, transaction: &mut dyn Transaction, tell: &mut dyn FnMut(&str, u64)) -> Result<(), BackupError> {
        let there = read_all(transaction, &self.tables, None::<&mut PartWriter<Sink>>, tell)?;
        if there == self.totals { Ok(()) } else { Err(BackupError::Differs) }
    }
}

/// Writes all of the backup.
fn pour(transaction: &mut dyn Transaction, plan: &Plan<'_>, there: &Epochs) -> Result<Poured, BackupError> {
    // A service that ran on the empty place has made secrets; the backup's are those that desktops' cursors know.
    for table in tables() {
        transaction.clear_table(&table)?;
    }
    let mut pouring = Pouring {
        plan,
        there,
        keys: HashMap::new(),
        notes: Notes::default(),
        written: Counter::default(),
        tables: Vec::new(),
        at: None,
        waiting: Vec::new(),
        waiting_bytes: 0,
        line: Vec::new(),
    };
    let file = File::open(plan.from).map_err(BackupError::File)?;
    let (header, _) =
        read_backup(plan.key, &file, &mut |header, table, cells| pouring.take(transaction, header, table, cells))?;
    pouring.write_notes(transaction, &header)?;
    pouring.flush(transaction)?;
    let Pouring { written, tables, .. } = pouring;
    Ok(Poured { header, totals: written.finish(), tables })
}

struct Pouring<'p> {
    plan: &'p Plan<'p>,
    there: &'p Epochs,
    /// The database's number of each organisation.
    keys: HashMap<[u8; 16], OrganisationKey>,
    notes: Notes,
    written: Counter,
    tables: Vec<Table>,
    /// The table that rows are waiting for.
    at: Option<Table>,
    waiting: Vec<Vec<OwnedCell>>,
    waiting_bytes: usize,
    line: Vec<u8>,
}

impl Pouring<'_> {
    fn take(
        &mut self,
        transaction: &mut dyn Transaction,
        header: &Header,
        table: &Table,
        mut cells: Vec<OwnedCell>,
    ) -> Result<(), BackupError> {
        let is_session = matches!(table.name.as_str(), "device" | "member_session");
        if is_session && self.plan.sessions == Sessions::Ended {
            return self.begin(transaction, table);
        }
        let of = organisation_in(table, &cells);
        match table.name.as_str() {
            ORGANISATIONS => {
                self.begin(transaction, table)?;
                let whole = self.organisation_from(header, table, &mut cells)?;
                self.count(table, of, &cells);
                let key = transaction.insert_whole_organisation(&whole)?;
                self.keys.insert(*whole.row.id.0.as_bytes(), key);
                return Ok(());
            }
            AUDIT_SERVICE if of.is_none() => drop(self.notes.add_service(header, self.plan.now_ms, table, &mut cells)),
            AUDIT => self.notes.make_way(of, table, &cells),
            _ => {}
        }
        self.write(transaction, table, of, cells)
    }

    /// Writes the notes about this restore behind the audits that came.
    fn write_notes(&mut self, transaction: &mut dyn Transaction, header: &Header) -> Result<(), BackupError> {
        if let Some((table, cells)) = self.notes.missing_service(header, self.plan.now_ms) {
            self.write(transaction, &table, None, cells)?;
        }
        let came = self.tables.iter().find(|table| table.name == AUDIT).cloned();
        let Some(table) = came.or_else(|| find_table(AUDIT)) else { return Ok(()) };
        for (of, cells) in std::mem::take(&mut self.notes).rows(&table) {
            self.write(transaction, &table, of, cells)?;
        }
        Ok(())
    }

    /// The rows that come are of this table.
    fn begin(&mut self, transaction: &mut dyn Transaction, table: &Table) -> Result<(), BackupError> {
        if self.at.as_ref() == Some(table) {
            return Ok(());
        }
        self.flush(transaction)?;
        if !self.tables.contains(table) {
            self.written.begin(&table.name);
            self.tables.push(table.clone());
        }
        self.at = Some(table.clone());
        Ok(())
    }

    fn write(
        &mut self,
        transaction: &mut dyn Transaction,
        table: &Table,
        of: Option<[u8; 16]>,
        mut cells: Vec<OwnedCell>,
    ) -> Result<(), BackupError> {
        self.begin(transaction, table)?;
        self.count(table, of, &cells);
        for (cell, column) in cells.iter_mut().zip(&table.columns) {
            if column.kind == CellKind::Organisation {
                let key = match &*cell {
                    OwnedCell::Id(id) => *self.keys.get(id).ok_or(BackupError::Damaged)?,
                    // What concerns no organisation.
                    OwnedCell::Null => OrganisationKey::SERVICE,
                    _ => return Err(BackupError::Damaged),
                };
                *cell = OwnedCell::Number(key.0);
            }
        }
        self.waiting_bytes += self.line.len();
        self.waiting.push(cells);
        if self.waiting.len() >= ROWS || self.waiting_bytes >= BYTES {
            self.flush(transaction)?;
        }
        Ok(())
    }

    fn count(&mut self, table: &Table, of: Option<[u8; 16]>, cells: &[OwnedCell]) {
        self.line.clear();
        write_row(cells.iter().map(OwnedCell::borrow), &mut self.line);
        self.written.add(&table.name, of, &self.line);
    }

    fn flush(&mut self, transaction: &mut dyn Transaction) -> Result<(), BackupError> {
        if let Some(table) = &self.at
            && !self.waiting.is_empty()
        {
            transaction.insert_rows(table, &self.waiting)?;
        }
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// The organisation of a row, in its new epoch and with the note about this restore, which are written into the row as
    /// well.
    fn organisation_from(
        &mut self,
        header: &Header,
        table: &Table,
        cells: &mut [OwnedCell],
    ) -> Result<WholeOrganisation, BackupError> {
        let id = match table.cell(cells, "id") {
            Some(OwnedCell::Id(id)) => *id,
            _ => return Err(BackupError::Damaged),
        };
        let chain = match table.cell(cells, "chain") {
            Some(OwnedCell::Bytes(bytes)) => bytes.as_slice().try_into().map_err(|_| BackupError::Damaged)?,
            _ => return Err(BackupError::Damaged),
        };
        let created_at = table.number(cells, "created_at").ok_or(BackupError::Damaged)?;
        let unsigned = |name: &str| {
            let number = table.number(cells, name).ok_or(BackupError::Damaged)?;
            u64::try_from(number).map_err(|_| BackupError::Damaged)
        };
        let (epoch, head) = (unsigned("epoch")?, unsigned("head")?);
        let epoch = self.plan.epoch_after(epoch, self.there.get(&id).copied());
        let signed = i64::try_from(epoch).map_err(|_| BackupError::Damaged)?;
        table.set(cells, "epoch", OwnedCell::Number(signed));
        let now_ms = self.plan.now_ms;
        let (audit_number, audit_link) = self.notes.add(header, now_ms, (id, head, epoch), table, cells)?;
        let id = OrganisationId(RecordId::from_slice(&id).ok_or(BackupError::Damaged)?);
        let row = OrganisationRow { key: OrganisationKey(0), id, epoch, head, chain };
        Ok(WholeOrganisation { row, created_at, audit_number, audit_link: Some(audit_link.to_vec()) })
    }
}

impl OwnedCell {
    fn borrow(&self) -> Cell<'_> {
        match self {
            OwnedCell::Null => Cell::Null,
            OwnedCell::Number(number) => Cell::Number(*number),
            OwnedCell::Id(id) => Cell::Id(*id),
            OwnedCell::Text(text) => Cell::Text(text),
            OwnedCell::Bytes(bytes) => Cell::Bytes(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_restores_of_one_backup_are_two_epochs() {
        let key = BackupKey::new([1; 32]);
        let at = |now_ms| Plan { key: &key, from: Path::new("x"), sessions: Sessions::Kept, now_ms };
        assert_eq!(at(1_788_220_800_000).epoch_after(1, None), 1_788_220_800);
        assert!(at(1_788_220_801_000).epoch_after(1, None) > at(1_788_220_800_000).epoch_after(1, None));
        // A clock that stands still or was never set must not bring an epoch back.
        assert_eq!(at(0).epoch_after(1_788_220_800, None), 1_788_220_801);
        assert_eq!(at(-5).epoch_after(3, None), 4);
        assert_eq!(at(1_788_220_800_000).epoch_after(1, Some(1_788_220_800)), 1_788_220_801);
    }
}
