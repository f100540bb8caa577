//! Opens a spreadsheet or text table and streams its rows, within bounds. Knows nothing of members and columns, and
//! never holds a whole sheet where the format allows it.

mod cell;
mod dates;
mod delimited;
mod encoding;
pub(crate) mod handle;
mod limits;
mod merged;
mod ods;
pub(crate) mod package;
mod quotes;
pub(crate) mod rows;
mod xls;
mod xlsx;

pub use cell::{Cell, CellDate, SAFE_DIGITS, ValueKind};
pub use delimited::{Delimiter, TextForm};
pub use encoding::TextEncoding;
pub use limits::Limits;
pub use rows::{OnRow, Sheet};

use crate::oneroster::{self, Extent, KnownPlaces, OneRosterFile, Remark, Renamed, ToldPlace};
use crate::{ExchangeError, Run};
use handle::{Handle, Source};
use package::PackageKind;
use rows::RowSink;
use std::io::{BufRead, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// The kinds of files that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Xlsx,
    Xls,
    Ods,
    OneRoster,
    Text,
}

enum Reader {
    Xlsx(Box<xlsx::XlsxFile>),
    Xls(Box<xls::XlsFile>),
    Ods(ods::OdsFile),
    OneRoster(Box<OneRosterFile>),
    Text(TextForm),
}

/// An open file: its sheets are known, its rows are read on demand, as often as wanted.
pub struct Workbook {
    source: Source,
    limits: Limits,
    sheets: Vec<Sheet>,
    reader: Reader,
    /// What was noticed of a text table so far.
    noticed: Vec<Remark>,
}

/// Opens a file from disk.
pub fn open(path: &Path, limits: &Limits) -> Result<Workbook, ExchangeError> {
    open_knowing(path, limits, &KnownPlaces::new())
}

/// `open`, with where the classes and organisations of earlier packages are on the roster: what tells only of changes
/// names them without telling them.
pub fn open_knowing(path: &Path, limits: &Limits, places: &KnownPlaces) -> Result<Workbook, ExchangeError> {
    // The one kind that is told by its name alone: an Apple Numbers file is a package like many others.
    if Source::extension_of(path) == "numbers" {
        return Err(ExchangeError::UnsupportedFormat);
    }
    Workbook::open(Source::File(path.to_path_buf()), limits, places)
}

/// Opens a file that is already in memory.
pub fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Result<Workbook, ExchangeError> {
    open_bytes_knowing(bytes, limits, &KnownPlaces::new())
}

/// See `open_knowing`.
pub fn open_bytes_knowing(bytes: Vec<u8>, limits: &Limits, places: &KnownPlaces) -> Result<Workbook, ExchangeError> {
    Workbook::open(Source::Bytes(bytes.into()), limits, places)
}

impl Workbook {
    fn open(source: Source, limits: &Limits, places: &KnownPlaces) -> Result<Self, ExchangeError> {
        let mut handle = source.open(limits)?;
        let start: Vec<u8> = handle.fill_buf()?.iter().take(1024).copied().collect();
        let (reader, sheets) = if start.starts_with(b"PK\x03\x04") {
            let kind = package::inspect(&mut handle, limits)?;
            handle.rewind()?;
            match kind {
                PackageKind::Xlsx => {
                    let (file, sheets) = xlsx::open(handle, limits)?;
                    (Reader::Xlsx(Box::new(file)), sheets)
                }
                PackageKind::Ods => {
                    let (file, sheets) = ods::open(handle)?;
                    (Reader::Ods(file), sheets)
                }
                PackageKind::OneRoster => {
                    let (file, sheets) = oneroster::open(handle, limits, places)?;
                    (Reader::OneRoster(Box::new(file)), sheets)
                }
                PackageKind::Other => return Err(ExchangeError::UnknownFormat),
            }
        } else if start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            let (file, sheets) = xls::open(handle, limits)?;
            (Reader::Xls(Box::new(file)), sheets)
        } else if start.is_empty() {
            return Err(ExchangeError::NoSheets);
        } else if is_markup(&start) {
            return Err(ExchangeError::UnsupportedFormat);
        } else {
            let form = delimited::find_form(&mut handle)?;
            (Reader::Text(form), vec![Sheet { name: String::new(), is_hidden: false }])
        };
        if sheets.is_empty() {
            return Err(ExchangeError::NoSheets);
        }
        Ok(Self { source, limits: *limits, sheets, reader, noticed: Vec::new() })
    }

    pub fn format(&self) -> Format {
        match self.reader {
            Reader::Xlsx(_) => Format::Xlsx,
            Reader::Xls(_) => Format::Xls,
            Reader::Ods(_) => Format::Ods,
            Reader::OneRoster(_) => Format::OneRoster,
            Reader::Text(_) => Format::Text,
        }
    }

    /// Every sheet, hidden ones too, in the file's order.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The sheet to begin with: the first that is not hidden.
    pub fn default_sheet(&self) -> &Sheet {
        self.sheets.iter().find(|sheet| !sheet.is_hidden).unwrap_or(&self.sheets[0])
    }

    /// The sheet with exactly this name.
    pub fn find_sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }

    /// What was passed over or put up with, in text tables as far as they were read.
    pub fn remarks(&self) -> &[Remark] {
        match &self.reader {
            Reader::OneRoster(file) => file.remarks(),
            _ => &self.noticed,
        }
    }

    /// Whether the file says all there is or only what changed, where it says so itself.
    pub fn extent(&self) -> Option<Extent> {
        match &self.reader {
            Reader::OneRoster(file) => Some(file.extent()),
            _ => None,
        }
    }

    /// Classes and organisations that the package tells, by its ids, with the paths that they have in it.
    pub fn places_told(&self) -> Vec<ToldPlace> {
        match &self.reader {
            Reader::OneRoster(file) => file.places_told(),
            _ => Vec::new(),
        }
    }

    /// Departments of the roster that the package calls otherwise than it did before.
    pub fn renamed(&self) -> &[Renamed] {
        match &self.reader {
            Reader::OneRoster(file) => file.renamed(),
            _ => &[],
        }
    }

    /// Columns that a package has beside those of its format and that fields of text could keep, by their numbers.
    pub fn columns_to_keep(&self) -> Vec<usize> {
        match &self.reader {
            Reader::OneRoster(file) => file.columns_to_keep(),
            _ => Vec::new(),
        }
    }

    /// SHA-256 of the whole file, by which an import's record names it.
    pub fn sha256(&self) -> Result<[u8; 32], ExchangeError> {
        use sha2::{Digest, Sha256};
        let mut handle = self.source.open(&self.limits)?;
        let mut hash = Sha256::new();
        loop {
            let read = {
                let bytes = handle.fill_buf()?;
                hash.update(bytes);
                bytes.len()
            };
            if read == 0 {
                return Ok(hash.finalize().into());
            }
            std::io::BufRead::consume(&mut handle, read);
        }
    }

    /// Encoding and delimiter of a text table.
    pub fn text_form(&self) -> Option<TextForm> {
        match self.reader {
            Reader::Text(form) => Some(form),
            _ => None,
        }
    }

    /// Reads a text table differently from now on; the delimiter is found anew in another encoding unless it is said. Other
    /// formats take no notice.
    pub fn read_text_as(
        &mut self,
        encoding: Option<TextEncoding>,
        delimiter: Option<Delimiter>,
    ) -> Result<(), ExchangeError> {
        let Reader::Text(form) = &mut self.reader else { return Ok(()) };
        if let Some(encoding) = encoding {
            *form = delimited::form_in(&mut self.source.open(&self.limits)?, encoding)?;
        }
        if let Some(delimiter) = delimiter {
            form.delimiter = delimiter;
        }
        self.noticed.clear();
        Ok(())
    }

    /// How many rows the sheet has, headings and formatted blank ones among them, if that is known without reading
    /// all of them as rows.
    pub fn estimate_rows(&mut self, sheet: &str) -> Result<Option<u64>, ExchangeError> {
        let index = self.sheets.iter().position(|known| known.name == sheet).ok_or(ExchangeError::SheetNotFound)?;
        match &mut self.reader {
            Reader::Xlsx(file) => file.estimate_rows(index).map(Some),
            Reader::Xls(file) => file.estimate_rows(sheet).map(Some),
            Reader::OneRoster(file) => Ok(Some(file.rows() + 1)),
            Reader::Ods(_) | Reader::Text(_) => Ok(None),
        }
    }

    /// Streams the sheet's rows that are not blank to `on_row`, until it breaks off.
    pub fn read_rows(&mut self, sheet: &str, run: &mut Run<'_>, on_row: &mut OnRow<'_>) -> Result<(), ExchangeError> {
        let index = self.sheets.iter().position(|known| known.name == sheet).ok_or(ExchangeError::SheetNotFound)?;
        run.check()?;
        let limits = self.limits;
        let mut sink = RowSink::new(on_row, limits);
        match &mut self.reader {
            Reader::Xlsx(file) => file.read_rows(index, &limits, run, &mut sink),
            Reader::Xls(file) => file.read_rows(sheet, run, &mut sink),
            Reader::Ods(file) => file.read_rows(sheet, &limits, run, &mut sink),
            Reader::OneRoster(file) => file.read_rows(&limits, run, &mut sink),
            Reader::Text(form) => {
                let form = *form;
                let handle: Handle = self.source.open(&limits)?;
                let unclosed = delimited::read_rows(handle, form, &limits, run, &mut sink)?;
                // A reading that breaks off sees no more than a whole one.
                if unclosed.len() > self.noticed.first().map_or(0, Remark::count) {
                    self.noticed = vec![Remark::QuotesUnclosed { rows: unclosed }];
                }
                Ok(())
            }
        }
    }
}

/// A web page or XML document that only bears the name of a spreadsheet, as many school systems write it.
fn is_markup(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let starts = |tag: &str| text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    ["<?xml", "<!doctype", "<html", "<table", "<meta", "<head", "<style", "<div"].into_iter().any(starts)
}

/// Calls into a workbook library, which may panic on a file made to hurt it; that is a damaged file and no more.
fn unpanicking<T>(work: impl FnOnce() -> Result<T, ExchangeError>) -> Result<T, ExchangeError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(ExchangeError::Damaged))
}
