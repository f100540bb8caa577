//! One CSV file of a package, read row by row by the names of its columns.

use super::Remark;
use crate::read::handle::Handle;
use crate::read::package::zip_error;
use crate::{ExchangeError, Run};
use csv::ByteRecord;
use encoding_rs::GB18030;
use std::borrow::Cow;
use std::cell::Cell as Counter;
use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::rc::Rc;
use zip::ZipArchive;

/// Takes a row with its number; what it answers says whether to go on.
type OnRow<'r> = &'r mut dyn FnMut(u64, &Line<'_>) -> Result<ControlFlow<()>, ExchangeError>;

/// Columns of one file that are looked at, at most.
const COLUMNS_MAX: usize = 512;

/// The package's files by their plain names.
pub(crate) struct Files {
    archive: ZipArchive<Handle>,
    names: HashMap<&'static str, String>,
}

impl Files {
    /// Finds the files wherever they lie and however their names are written.
    pub(crate) fn new(
        handle: Handle,
        wanted: &[&'static str],
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ExchangeError> {
        let archive = ZipArchive::new(handle).map_err(zip_error)?;
        let mut names = HashMap::new();
        for name in archive.file_names() {
            let name = name.map_err(zip_error)?;
            let plain = name.rsplit(['/', '\\']).next().unwrap_or_default();
            // Archives made on a Macintosh hold a shadow of each file.
            if name.contains("__MACOSX") {
                continue;
            }
            let Some(file) = wanted.iter().find(|file| file.eq_ignore_ascii_case(plain)) else { continue };
            if *file != name.as_ref() && !names.contains_key(file) {
                remarks.push(Remark::FileNameTolerated { file });
            }
            names.entry(*file).or_insert_with(|| name.into_owned());
        }
        Ok(Self { archive, names })
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.names.contains_key(file)
    }

    /// Streams a file's rows; nothing where the package has not got it. The row's number counts as a text editor does
    /// where no value holds a line break.
    pub(crate) fn read(
        &mut self,
        file: &'static str,
        rows_max: u64,
        run: &mut Run<'_>,
        remarks: &mut Vec<Remark>,
        on_row: OnRow<'_>,
    ) -> Result<Vec<String>, ExchangeError> {
        let Some(name) = self.names.get(file) else { return Ok(Vec::new()) };
        let part = self.archive.by_name(name).map_err(zip_error)?;
        let since_record = Rc::new(Counter::new(0));
        let bounded = Bounded { inner: part, since_record: Rc::clone(&since_record) };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bounded);
        let mut record = ByteRecord::new();
        if !next(&mut reader, &mut record)? {
            return Ok(Vec::new());
        }
        if record.len() > COLUMNS_MAX {
            return Err(ExchangeError::TooManyColumns { limit: COLUMNS_MAX as u16 });
        }
        let headings: Vec<String> = record
            .iter()
            .enumerate()
            .map(|(index, bytes)| {
                let bytes = if index == 0 { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) } else { bytes };
                text(bytes, &mut false).trim().to_owned()
            })
            .collect();
        let columns: HashMap<String, usize> =
            headings.iter().enumerate().rev().map(|(index, heading)| (heading.to_ascii_lowercase(), index)).collect();
        let names: Vec<String> = headings.iter().map(|heading| heading.to_ascii_lowercase()).collect();
        let mut row = 1_u64;
        let mut is_foreign = false;
        while next(&mut reader, &mut record)? {
            row += 1;
            since_record.set(0);
            if row > rows_max {
                return Err(ExchangeError::TooManyRows { limit: u32::try_from(rows_max).unwrap_or(u32::MAX) });
            }
            run.step(row, None)?;
            if record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            is_foreign = is_foreign || record.iter().any(|field| std::str::from_utf8(field).is_err());
            let line = Line { columns: &columns, names: &names, record: &record };
            if on_row(row, &line)?.is_break() {
                break;
            }
        }
        if is_foreign {
            remarks.push(Remark::EncodingTolerated { file });
        }
        Ok(headings)
    }
}

fn next(reader: &mut csv::Reader<impl Read>, record: &mut ByteRecord) -> Result<bool, ExchangeError> {
    reader.read_byte_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<ExchangeError>()) {
            Some(own) => *own,
            None => error.into(),
        },
        _ => ExchangeError::Damaged,
    })
}

/// One row, by the names of its columns.
pub(crate) struct Line<'r> {
    columns: &'r HashMap<String, usize>,
    names: &'r [String],
    record: &'r ByteRecord,
}

impl Line<'_> {
    /// The value of a column whose name is given in small letters; empty where there is none.
    pub(crate) fn get(&self, column: &str) -> Cow<'_, str> {
        let bytes = self.columns.get(column).and_then(|index| self.record.get(*index)).unwrap_or_default();
        let trimmed = bytes.trim_ascii();
        text(trimmed, &mut false)
    }

    /// Whether the file has the column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// Several references in one value, parted by commas.
    pub(crate) fn list(&self, column: &str) -> Vec<String> {
        let value = self.get(column);
        value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Values that are not blank, with the numbers of their columns.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
        let values = self.record.iter().map(<[u8]>::trim_ascii).enumerate();
        values.filter(|(_, value)| !value.is_empty()).map(|(index, value)| (index, text(value, &mut false)))
    }

    /// What a column is called, in small letters.
    pub(crate) fn name(&self, column: usize) -> Option<&str> {
        self.names.get(column).map(String::as_str)
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.get("status").eq_ignore_ascii_case("tobedeleted")
    }
}

/// A row of a file that the package has not got.
pub(crate) fn with_blank<T>(read: impl FnOnce(&Line<'_>) -> T) -> T {
    read(&Line { columns: &HashMap::new(), names: &[], record: &ByteRecord::new() })
}

fn text<'b>(bytes: &'b [u8], is_foreign: &mut bool) -> Cow<'b, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            *is_foreign = true;
            GB18030.decode_without_bom_handling(bytes).0
        }
    }
}

/// Refuses a record that would have to be held in memory whole and is longer than any row of a roster, line breaks
/// between quotes included.
struct Bounded<R> {
    inner: R,
    since_record: Rc<Counter<u64>>,
}

const RECORD_BYTES_MAX: u64 = 4 << 20;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.since_record.set(self.since_record.get() + read as u64);
        if self.since_record.get() > RECORD_BYTES_MAX {
            return Err(std::io::Error::other(ExchangeError::CellTooLong { limit: RECORD_BYTES_MAX as usize }));
        }
        Ok(read)
    }
}
