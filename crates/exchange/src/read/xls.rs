//! XLS (BIFF in a compound file). The format's readers hold the whole workbook, so its cells are counted beforehand.

use super::cell::{CellDate, ValueKind, digits_of_format};
use super::dates::{Epoch, from_iso, from_serial};
use super::handle::Handle;
use super::limits::Limits;
use super::merged::Area;
use super::merged::MergeFill;
use super::rows::{RowSink, Sheet};
use super::{Cell, unpanicking};
use crate::{ExchangeError, Run};
use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufReader, Read, Seek, SeekFrom};

pub(crate) struct XlsFile {
    workbook: Xls<Handle>,
    zeros: FilledUp,
}

/// Numbers whose format fills up with zeros, which the library does not tell: by sheet, row and column, how many digits.
type FilledUp = HashMap<(usize, u32, u32), u8>;

pub(crate) fn open(mut handle: Handle, limits: &Limits) -> Result<(XlsFile, Vec<Sheet>), ExchangeError> {
    let zeros = inspect(&mut handle, limits)?;
    handle.rewind()?;
    let workbook: Xls<Handle> = unpanicking(|| Xls::new(handle).map_err(xls_error))?;
    let sheets = sheets_of(workbook.sheets_metadata());
    Ok((XlsFile { workbook, zeros }, sheets))
}

impl XlsFile {
    pub(crate) fn estimate_rows(&mut self, sheet: &str) -> Result<u64, ExchangeError> {
        let range = unpanicking(|| self.workbook.worksheet_range(sheet).map_err(xls_error))?;
        Ok(range.height() as u64)
    }

    pub(crate) fn read_rows(
        &mut self,
        sheet: &str,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<(), ExchangeError> {
        let range = unpanicking(|| self.workbook.worksheet_range(sheet).map_err(xls_error))?;
        let Some((first_row, first_column)) = range.start() else { return Ok(()) };
        let areas = unpanicking(|| self.workbook.merge_cells_by_sheet_name(sheet).map_err(xls_error))?;
        let mut merges = MergeFill::new(areas_of(&areas));
        let index = self.workbook.sheets_metadata().iter().position(|it| it.name == sheet).unwrap_or(usize::MAX);
        sink.expect_rows(Some(range.height() as u64));
        let mut cells: Vec<Cell<'_>> = Vec::new();
        for (row, values) in (first_row..).zip(range.rows()) {
            cells.clear();
            cells.resize(first_column as usize, Cell::Empty);
            for (column, value) in (first_column..).zip(values) {
                let digits = || self.zeros.get(&(index, row, column)).copied().unwrap_or(0);
                cells.push(convert(value, digits));
            }
            merges.fill(row, &mut cells);
            if sink.row(row, &cells, run)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Worksheets as the library lists them; chart sheets and macro sheets hold no rows.
fn sheets_of(metadata: &[calamine::Sheet]) -> Vec<Sheet> {
    metadata
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| Sheet { name: sheet.name.clone(), is_hidden: sheet.visible != SheetVisible::Visible })
        .collect()
}

fn areas_of(areas: &[calamine::Dimensions]) -> Vec<Area> {
    let column = |area: &calamine::Dimensions| u16::try_from(area.start.1).ok();
    let area = |it: &calamine::Dimensions| {
        Some(Area { first_row: it.start.0, last_row: it.end.0, column: column(it).filter(|column| *column < 512)? })
    };
    areas.iter().filter_map(area).collect()
}

fn convert(value: &Data, digits: impl Fn() -> u8) -> Cell<'_> {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) => Cell::Text(Cow::Borrowed(text)),
        Data::Int(number) => Cell::Number { value: *number as f64, shown_digits: digits() },
        Data::Float(value) => Cell::Number { value: *value, shown_digits: digits() },
        Data::Bool(is_true) => Cell::Bool(*is_true),
        Data::DateTime(date) if date.is_duration() => Cell::Number { value: date.as_f64(), shown_digits: 0 },
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            if from_serial(date.as_f64(), Epoch::Year1900).kind() == ValueKind::Date {
                Cell::Date(CellDate { year, month, day })
            } else {
                Cell::Number { value: date.as_f64(), shown_digits: 0 }
            }
        }
        Data::DateTimeIso(text) => from_iso(text),
        Data::DurationIso(text) => Cell::Text(Cow::Borrowed(text)),
        Data::Error(_) => Cell::Fault,
    }
}

fn xls_error(error: XlsError) -> ExchangeError {
    match error {
        XlsError::Io(error) => error.into(),
        XlsError::Password => ExchangeError::PasswordProtected,
        XlsError::WorksheetNotFound(_) => ExchangeError::SheetNotFound,
        _ => ExchangeError::Damaged,
    }
}

/// Record types of [MS-XLS] that matter before parsing.
mod record {
    pub(super) const BOF: u16 = 0x0809;
    pub(super) const END: u16 = 0x000A;
    pub(super) const FILEPASS: u16 = 0x002F;
    pub(super) const BOUNDSHEET: u16 = 0x0085;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const MULRK: u16 = 0x00BD;
    /// Each of these begins with a row and a column, both 16 bits.
    pub(super) const CELLS: [u16; 9] = [NUMBER, RK, MULRK, 0x0204, 0x0205, 0x0006, 0x0207, 0x00FD, 0x00D6];
}

/// Refuses encrypted files and sheets whose cells, laid out in full, would not fit.
fn inspect(handle: &mut Handle, limits: &Limits) -> Result<FilledUp, ExchangeError> {
    let mut file = cfb::CompoundFile::open(handle).map_err(|_| ExchangeError::Damaged)?;
    // [MS-OFFCRYPTO] 2.3.4: an encrypted OOXML package lies in a compound file under this name.
    if file.exists("/EncryptedPackage") {
        return Err(ExchangeError::PasswordProtected);
    }
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| file.exists(name));
    let stream = file.open_stream(name.ok_or(ExchangeError::UnsupportedFormat)?).map_err(|_| ExchangeError::Damaged)?;
    let mut scan = Scan::default();
    scan.run(BufReader::new(stream), limits)?;
    Ok(scan.zeros)
}

/// Times that the stream may be walked through for its sheets; those of an honest book lie beside each other.
const WALKS_MAX: u64 = 4;

/// A walk over the records of a workbook stream, by the way that the library takes: what it never sees does not count,
/// and what it sees twice counts twice.
#[derive(Default)]
struct Scan {
    /// Cells of the sheets walked through, laid out in full.
    cells: u64,
    /// The rectangle of the sheet being walked: top, bottom, left, right.
    used: Option<(u64, u64, u64, u64)>,
    /// Where each sheet's records begin, in the order of the tabs.
    sheets: Vec<u64>,
    sheet: usize,
    /// The number format of each cell format, and the digits of those that fill up.
    formats: Vec<u16>,
    digits: HashMap<u16, u8>,
    zeros: FilledUp,
}

impl Scan {
    /// The book's own records up to their end, then each sheet's from where the book says that they begin: that may be
    /// anywhere, also in the middle of a record.
    fn run(&mut self, mut stream: impl Read + Seek, limits: &Limits) -> Result<(), ExchangeError> {
        let mut body = Vec::new();
        while let Some(kind) = next_record(&mut stream, &mut body)? {
            if kind == record::END {
                break;
            }
            self.see_of_book(kind, &body)?;
        }
        let length = stream.seek(SeekFrom::End(0))?;
        let mut walked = 0;
        for (sheet, start) in std::mem::take(&mut self.sheets).into_iter().enumerate() {
            if start >= length {
                return Err(ExchangeError::Damaged);
            }
            stream.seek(SeekFrom::Start(start))?;
            self.sheet = sheet;
            let (mut has_begun, mut depth) = (false, 0_u32);
            // A stream cut short is for the reader to judge; what is there has been counted.
            while let Some(kind) = next_record(&mut stream, &mut body)? {
                walked += 4 + body.len() as u64;
                if walked > WALKS_MAX * length {
                    return Err(ExchangeError::Damaged);
                }
                match kind {
                    record::END if depth == 0 => break,
                    record::END => depth -= 1,
                    // What is embedded in a sheet, a chart for one, has records like cells.
                    record::BOF if has_begun => depth += 1,
                    record::BOF => has_begun = true,
                    kind if depth == 0 => self.see_of_sheet(kind, &body)?,
                    _ => {}
                }
                if self.cells + self.area() > limits.xls_cells {
                    return Err(ExchangeError::TooManyCells { limit: limits.xls_cells });
                }
            }
            self.cells += self.area();
            self.used = None;
        }
        Ok(())
    }

    fn area(&self) -> u64 {
        self.used.map_or(0, |(top, bottom, left, right)| (bottom - top + 1) * (right - left + 1))
    }

    fn see_of_book(&mut self, kind: u16, body: &[u8]) -> Result<(), ExchangeError> {
        let number = |index: usize| short_at(body, index);
        match kind {
            record::FILEPASS => return Err(ExchangeError::PasswordProtected),
            record::BOUNDSHEET => self.sheets.push(u64::from(number(0)) | (u64::from(number(2)) << 16)),
            record::XF => self.formats.push(number(2)),
            // A format made of zeros has one byte a character: flags 0.
            record::FORMAT if body.get(4) == Some(&0) => {
                let code = body.get(5..5 + usize::from(number(2))).unwrap_or_default();
                let digits = std::str::from_utf8(code).map_or(0, digits_of_format);
                if digits > 0 {
                    self.digits.insert(number(0), digits);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn see_of_sheet(&mut self, kind: u16, body: &[u8]) -> Result<(), ExchangeError> {
        let number = |index: usize| short_at(body, index);
        match kind {
            record::DIMENSIONS if !is_within_a_sheet(body) => return Err(ExchangeError::Damaged),
            kind if record::CELLS.contains(&kind) && body.len() >= 6 => {
                let (row, column) = (u32::from(number(0)), u32::from(number(2)));
                // MULRK: cell formats and numbers of 6 bytes a cell, and the last column at the end.
                let cells = if kind == record::MULRK { (body.len() as u32 - 6) / 6 } else { 1 };
                self.cover(row.into(), column.into(), u64::from(column + cells.max(1) - 1));
                if matches!(kind, record::NUMBER | record::RK | record::MULRK) {
                    for cell in 0..cells {
                        self.format(row, column + cell, number(4 + cell as usize * 6));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn cover(&mut self, row: u64, first: u64, last: u64) {
        let (top, bottom, left, right) = self.used.unwrap_or((row, row, first, last));
        self.used = Some((top.min(row), bottom.max(row), left.min(first), right.max(last)));
    }

    fn format(&mut self, row: u32, column: u32, format: u16) {
        let digits = self.formats.get(usize::from(format)).and_then(|code| self.digits.get(code));
        if let Some(digits) = digits {
            self.zeros.insert((self.sheet, row, column), *digits);
        }
    }
}

/// Whether a sheet could have the dimensions that it says it has: 65,536 rows of 256 columns ([MS-XLS] 2.4.90; before
/// BIFF8 row numbers have two bytes). The library makes room for all of them at once and believes any number.
fn is_within_a_sheet(body: &[u8]) -> bool {
    let short = |at: usize| u64::from(short_at(body, at));
    let long = |at: usize| short(at) | short(at + 2) << 16;
    let (first, behind, columns_behind) =
        if body.len() == 10 { (short(0), short(2), short(6)) } else { (long(0), long(4), short(10)) };
    let is_empty = behind == 0 || columns_behind == 0;
    is_empty || first < behind && behind <= 65_536 && columns_behind <= 256
}

/// The two bytes there, least significant first; 0 behind the end.
fn short_at(body: &[u8], at: usize) -> u16 {
    body.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

/// Reads a record's content into `body` and answers its type; nothing when the stream ends first.
fn next_record(stream: &mut impl Read, body: &mut Vec<u8>) -> Result<Option<u16>, ExchangeError> {
    let mut head = [0; 4];
    if !fill(stream, &mut head)? {
        return Ok(None);
    }
    body.resize(usize::from(short_at(&head, 2)), 0);
    Ok(fill(stream, body)?.then(|| short_at(&head, 0)))
}

/// Fills the buffer; false when the stream ends first.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> Result<bool, ExchangeError> {
    match stream.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((body.len() as u16).to_le_bytes());
        bytes.extend(body);
        bytes
    }

    fn number_at(row: u16, column: u16) -> Vec<u8> {
        let mut body = row.to_le_bytes().to_vec();
        body.extend(column.to_le_bytes());
        body.extend([0; 10]);
        record(0x0203, &body)
    }

    /// A book whose only sheet begins `skipped` bytes into these records.
    fn book(sheet: &[u8], skipped: u32) -> Vec<u8> {
        let begin = record(record::BOF, &[0; 16]);
        let end = record(record::END, &[]);
        let start = (begin.len() + 4 + 6 + end.len()) as u32 + skipped;
        let listed = record(record::BOUNDSHEET, &[&start.to_le_bytes()[..], &[0, 0]].concat());
        [&begin, &listed, &end, sheet].concat()
    }

    fn verdict(stream: &[u8]) -> Result<(), ExchangeError> {
        Scan::default().run(std::io::Cursor::new(stream), &Limits::default())
    }

    fn dimensions(first: u32, behind: u32, columns_behind: u16) -> Vec<u8> {
        let rows = [first.to_le_bytes(), behind.to_le_bytes()].concat();
        let columns = [0u16, columns_behind, 0].map(u16::to_le_bytes).concat();
        record(record::DIMENSIONS, &[rows, columns].concat())
    }

    #[test]
    fn two_far_corners_are_refused_before_the_sheet_is_laid_out() {
        let begin = record(record::BOF, &[0; 16]);
        let too_many = Err(ExchangeError::TooManyCells { limit: Limits::default().xls_cells });
        assert_eq!(verdict(&book(&[&*begin, &number_at(0, 0), &number_at(65_535, 255)].concat(), 0)), too_many);
        assert_eq!(verdict(&book(&[&*begin, &number_at(0, 0), &number_at(65_535, 11)].concat(), 0)), Ok(()));
        // A chart between the two corners does not make them two sheets.
        let chart = [record(record::BOF, &[0; 16]), number_at(9, 9), record(record::END, &[])].concat();
        let parted = [&*begin, &number_at(0, 0), &chart, &number_at(65_535, 255)].concat();
        assert_eq!(verdict(&book(&parted, 0)), too_many);
    }

    #[test]
    fn no_room_is_made_for_what_no_sheet_can_have() {
        let says = |first: u32, behind: u32, columns_behind: u16| {
            let begin = record(record::BOF, &[0; 16]);
            verdict(&book(&[begin, dimensions(first, behind, columns_behind)].concat(), 0))
        };
        assert_eq!([says(0, 65_536, 256), says(0, 0, 0), says(7, 0, 9)], [Ok(()), Ok(()), Ok(())]);
        for beyond in [says(0, 65_537, 2), says(9, 9, 2), says(0, u32::MAX, 2), says(0, 9, 257)] {
            assert_eq!(beyond, Err(ExchangeError::Damaged));
        }
    }

    #[test]
    fn a_sheet_that_begins_within_a_record_is_walked_from_there() {
        // To whoever walks the records from the beginning it is one, of a type that nobody knows.
        let hidden = record(0x7777, &dimensions(0, u32::MAX, 2));
        assert_eq!(verdict(&book(&hidden, 0)), Ok(()));
        assert_eq!(verdict(&book(&hidden, 4)), Err(ExchangeError::Damaged));
        assert_eq!(verdict(&book(&hidden, 4_000)), Err(ExchangeError::Damaged), "behind the end");
    }

    #[test]
    fn sheets_that_are_one_and_the_same_are_not_walked_without_end() {
        let sheets = 2_000_u32;
        let start = 20 + sheets * 10 + 4;
        let listed = record(record::BOUNDSHEET, &[&start.to_le_bytes()[..], &[0, 0]].concat()).repeat(sheets as usize);
        let sheet = record(0x7777, &[0; 200]);
        let stream =
            [&record(record::BOF, &[0; 16]), &listed, &record(record::END, &[]), &sheet].map(|it| &it[..]).concat();
        assert_eq!(verdict(&stream), Err(ExchangeError::Damaged));
    }

    #[test]
    fn an_encrypted_stream_is_told_apart() {
        let stream = [record(record::BOF, &[0; 16]), record(record::FILEPASS, &[1, 0])].concat();
        assert_eq!(verdict(&stream), Err(ExchangeError::PasswordProtected));
    }
}
