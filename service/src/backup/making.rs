//! Makes a backup and reads backups back.

use super::BackupError;
use super::key::BackupKey;
use super::lines::{FORMAT, Header, Part, PartReader, PartWriter, write_row};
use super::sealed::{SealedReader, SealedWriter};
use super::tally::{Counter, Totals};
use crate::audit::note_backup;
use crate::options::ServiceOptions;
use crate::storage::postgres::Postgres;
use crate::storage::sqlite::Sqlite;
use crate::storage::whole::{Cell, CellKind, ORGANISATIONS, OwnedCell, Table, tables};
use crate::storage::{OrganisationKey, Storage, StorageError, Transaction};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Levels above cost several times the time for a tenth of the size.
const ZSTD_LEVEL: i32 = 3;
/// A decoder keeps no larger window, whatever a file says.
const WINDOW_LOG_MAX: u32 = 24;

/// A backup in numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    pub header: Header,
    pub totals: Totals,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Writes a backup of the service's database to a file that is not there yet. The service may be running, and others may
/// write meanwhile: the backup is what was there at one instant. `tell` hears of each table that is done.
///
/// # Errors
/// As `Sqlite::open_beside` and `Postgres::open_beside`; `Exists`, `InUse`, `File`, `Differs`. Then there is no such file.
pub fn back_up(
    options: &ServiceOptions,
    key: &BackupKey,
    to: &Path,
    tell: &mut dyn FnMut(&str, u64),
) -> Result<Backup, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists);
    }
    let storage: Box<dyn Storage> = match &options.database {
        Some(address) => Box::new(Postgres::open_beside(address.clone())?),
        None => Box::new(Sqlite::open_beside(&options.data_folder, options.database_key.clone())?),
    };
    let mut salt = [0; 32];
    (options.random)(&mut salt);
    let header =
        Header { format: FORMAT, made_at_ms: (options.clock)(), program: env!("CARGO_PKG_VERSION").to_owned() };
    let partial = Partial::begin(to)?;
    // Before the snapshot, so that the backup says of itself that it was made.
    note_backup(&*storage, header.made_at_ms)?;
    let sealed = SealedWriter::new(BufWriter::new(&partial.file), key, salt)?;
    let mut writer = PartWriter::new(zstd::stream::write::Encoder::new(sealed, ZSTD_LEVEL)?);
    writer.header(&header)?;
    let totals = (*storage).read(|transaction| read_all(transaction, &tables(), Some(&mut writer), tell))?;
    writer.end(&totals)?.finish()?.finish()?.flush()?;
    partial.file.sync_all().map_err(BackupError::File)?;
    // Only what can be read is a backup. Through the same handle: where locks are binding, no other could read it.
    let mut again = &partial.file;
    again.rewind().map_err(BackupError::File)?;
    let bytes = again.metadata().map_err(BackupError::File)?.len();
    let read = read_backup(key, again, &mut |_, _, _| Ok(()))?;
    if read != (header.clone(), totals.clone()) {
        return Err(BackupError::Differs);
    }
    partial.name_it(to)?;
    Ok(Backup { header, totals, bytes })
}

/// Reads a backup from one end to the other, holds what it says against what it holds, and changes nothing.
///
/// # Errors
/// `NotABackup`, `OtherKey`, `TooNew`, `Damaged`, `File`.
pub fn check(key: &BackupKey, from: &Path) -> Result<Backup, BackupError> {
    let bytes = std::fs::metadata(from).map_err(BackupError::File)?.len();
    let file = File::open(from).map_err(BackupError::File)?;
    let (header, totals) = read_backup(key, &file, &mut |_, _, _| Ok(()))?;
    Ok(Backup { header, totals, bytes })
}

/// Gives every row of a backup to `each`. Only once this has returned is it certain that the file was whole.
pub(super) fn read_backup(
    key: &BackupKey,
    file: &File,
    each: &mut dyn FnMut(&Header, &Table, Vec<OwnedCell>) -> Result<(), BackupError>,
) -> Result<(Header, Totals), BackupError> {
    let sealed = SealedReader::new(BufReader::with_capacity(1 << 16, file), key)??;
    let mut decoder = zstd::stream::read::Decoder::new(sealed)?;
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    let mut reader = PartReader::new(decoder);
    let header = match reader.next::<Totals>()? {
        Part::Header(header) if header.format > FORMAT => return Err(BackupError::TooNew),
        Part::Header(header) => header,
        _ => return Err(BackupError::Damaged),
    };
    let mut counter = Counter::default();
    let mut at: Option<Table> = None;
    loop {
        match reader.next::<Totals>()? {
            Part::Table(table) if !table.is_known() => return Err(BackupError::TooNew),
            Part::Table(table) => {
                counter.begin(&table.name);
                at = Some(table);
            }
            Part::Row(row) => {
                let table = at.as_ref().ok_or(BackupError::Damaged)?;
                let cells = super::lines::read_row(table, &row)?;
                counter.add(&table.name, organisation_in(table, &cells), &row);
                each(&header, table, cells)?;
            }
            Part::End(totals) => {
                return if counter.finish() == totals { Ok((header, totals)) } else { Err(BackupError::Damaged) };
            }
            Part::Header(_) => return Err(BackupError::Damaged),
        }
    }
}

/// Reads the tables from one snapshot, writes their rows out where there is a writer, and counts them. Organisations'
/// numbers, which are each database's own, become ids; that of what concerns no organisation becomes null.
pub(super) fn read_all<W: Write>(
    transaction: &mut dyn Transaction,
    tables: &[Table],
    mut writer: Option<&mut PartWriter<W>>,
    tell: &mut dyn FnMut(&str, u64),
) -> Result<Totals, BackupError> {
    let ids: HashMap<i64, [u8; 16]> =
        transaction.load_organisations()?.into_iter().map(|row| (row.key.0, *row.id.0.as_bytes())).collect();
    let mut counter = Counter::default();
    let mut line = Vec::new();
    for table in tables {
        if let Some(writer) = &mut writer {
            writer.table(table)?;
        }
        counter.begin(&table.name);
        let (mut broken, mut rows): (Option<io::Error>, u64) = (None, 0);
        let own_id = table.columns.iter().position(|column| is_of_organisation(table, column.kind));
        let read = transaction.read_table(table, &mut |cells| {
            line.clear();
            let mut of = None;
            let mut named = Vec::with_capacity(cells.len());
            for (place, (cell, column)) in cells.iter().zip(&table.columns).enumerate() {
                let cell = match (column.kind, cell) {
                    (CellKind::Organisation, Cell::Number(key)) if *key == OrganisationKey::SERVICE.0 => Cell::Null,
                    (CellKind::Organisation, Cell::Number(key)) => {
                        Cell::Id(*ids.get(key).ok_or(StorageError::Inconsistent)?)
                    }
                    (_, cell) => *cell,
                };
                if Some(place) == own_id
                    && let Cell::Id(id) = cell
                {
                    of = Some(id);
                }
                named.push(cell);
            }
            write_row(named, &mut line);
            counter.add(&table.name, of, &line);
            rows += 1;
            if let Some(writer) = &mut writer
                && let Err(error) = writer.row(&line)
            {
                broken = Some(error);
                return Err(StorageError::DiskFull);
            }
            Ok(())
        });
        if let Some(error) = broken {
            return Err(error.into());
        }
        read?;
        tell(&table.name, rows);
    }
    Ok(counter.finish())
}

/// Whether a column of the table says which organisation a row belongs to.
fn is_of_organisation(table: &Table, kind: CellKind) -> bool {
    match table.name.as_str() {
        ORGANISATIONS => kind == CellKind::Id,
        _ => kind == CellKind::Organisation,
    }
}

/// The organisation that a row of a backup belongs to.
pub(super) fn organisation_in(table: &Table, cells: &[OwnedCell]) -> Option<[u8; 16]> {
    let place = table.columns.iter().position(|column| is_of_organisation(table, column.kind))?;
    match cells.get(place) {
        Some(OwnedCell::Id(id)) => Some(*id),
        _ => None,
    }
}

/// A file that has not got its name yet, and goes away unless it gets it.
struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    fn begin(to: &Path) -> Result<Self, BackupError> {
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let path = to.with_file_name(name);
        let mut options = File::options();
        options.create(true).read(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(BackupError::File)?;
        // One that was killed left its part behind; one that runs holds it.
        file.try_lock().map_err(|_| BackupError::InUse)?;
        file.set_len(0).map_err(BackupError::File)?;
        Ok(Self { path, file })
    }

    fn name_it(self, to: &Path) -> Result<(), BackupError> {
        // Links and does not rename: what appeared meanwhile under the name stays.
        std::fs::hard_link(&self.path, to).or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Err(BackupError::Exists),
            // Not every file system has links.
            _ if to.exists() => Err(BackupError::Exists),
            _ => std::fs::rename(&self.path, to).map_err(BackupError::File),
        })?;
        sync_folder_of(to)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Renamed already, or not wanted.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Makes a new name last through a power cut.
pub(super) fn sync_folder_of(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::File)?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
