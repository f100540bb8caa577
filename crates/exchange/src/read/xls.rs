//! XLS (BIFF in a compound file). The format's readers hold the whole workbook, so its cells are counted beforehand.

use super::handle::Handle;
use super::limits::Limits;
use super::rows::{RowSink, Sheet};
use super::xlsx::{from_iso, from_serial, sheets_of};
use super::{Cell, unpanicking};
use crate::{ExchangeError, Run};
use calamine::{Data, Reader, Xls, XlsError};
use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};

pub(crate) struct XlsFile {
    workbook: Xls<Handle>,
}

pub(crate) fn open(mut handle: Handle, limits: &Limits) -> Result<(XlsFile, Vec<Sheet>), ExchangeError> {
    inspect(&mut handle, limits)?;
    handle.rewind()?;
    let workbook: Xls<Handle> = unpanicking(|| Xls::new(handle).map_err(xls_error))?;
    let sheets = sheets_of(workbook.sheets_metadata());
    Ok((XlsFile { workbook }, sheets))
}

impl XlsFile {
    pub(crate) fn read_rows(
        &mut self,
        sheet: &str,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<(), ExchangeError> {
        let range = unpanicking(|| self.workbook.worksheet_range(sheet).map_err(xls_error))?;
        let Some((first_row, first_column)) = range.start() else { return Ok(()) };
        sink.expect_rows(Some(range.height() as u64));
        let mut cells = Vec::new();
        for (offset, row) in range.rows().enumerate() {
            cells.clear();
            cells.resize(first_column as usize, Cell::Empty);
            cells.extend(row.iter().map(convert));
            if sink.row(first_row + offset as u32, &cells, run)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn convert(value: &Data) -> Cell<'_> {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) => Cell::Text(Cow::Borrowed(text)),
        Data::Int(number) => Cell::Number { value: *number as f64, shown_digits: 0 },
        Data::Float(value) => Cell::Number { value: *value, shown_digits: 0 },
        Data::Bool(is_true) => Cell::Bool(*is_true),
        Data::DateTime(date) => from_serial(date),
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
    pub(super) const FILEPASS: u16 = 0x002F;
    /// Each of these begins with a row and a column, both 16 bits.
    pub(super) const CELLS: [u16; 9] = [0x0203, 0x0204, 0x0205, 0x0006, 0x0207, 0x00FD, 0x027E, 0x00BD, 0x00D6];
}

/// Refuses encrypted files and sheets whose cells, laid out in full, would not fit.
fn inspect(handle: &mut Handle, limits: &Limits) -> Result<(), ExchangeError> {
    let mut file = cfb::CompoundFile::open(handle).map_err(|_| ExchangeError::Damaged)?;
    // [MS-OFFCRYPTO] 2.3.4: an encrypted OOXML package lies in a compound file under this name.
    if file.exists("/EncryptedPackage") {
        return Err(ExchangeError::PasswordProtected);
    }
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| file.exists(name));
    let stream = file.open_stream(name.ok_or(ExchangeError::UnsupportedFormat)?).map_err(|_| ExchangeError::Damaged)?;
    count_cells(BufReader::new(stream), limits)
}

fn count_cells(mut stream: impl Read, limits: &Limits) -> Result<(), ExchangeError> {
    let mut total: u64 = 0;
    let mut used: Option<(u64, u64, u64, u64)> = None;
    let area = |used: Option<(u64, u64, u64, u64)>| {
        used.map_or(0, |(top, bottom, left, right)| (bottom - top + 1) * (right - left + 1))
    };
    let mut head = [0; 4];
    let mut body = Vec::new();
    loop {
        if !fill(&mut stream, &mut head)? {
            break;
        }
        let kind = u16::from_le_bytes([head[0], head[1]]);
        body.resize(usize::from(u16::from_le_bytes([head[2], head[3]])), 0);
        // A stream cut short is for the reader to judge; what is there has been counted.
        if !fill(&mut stream, &mut body)? {
            break;
        }
        match kind {
            record::FILEPASS => return Err(ExchangeError::PasswordProtected),
            record::BOF => {
                total += area(used.take());
            }
            kind if record::CELLS.contains(&kind) && body.len() >= 4 => {
                let row = u64::from(u16::from_le_bytes([body[0], body[1]]));
                let column = u64::from(u16::from_le_bytes([body[2], body[3]]));
                let (top, bottom, left, right) = used.unwrap_or((row, row, column, column));
                // MULRK ends with its last column.
                let last = if kind == 0x00BD {
                    u64::from(u16::from_le_bytes([body[body.len() - 2], body[body.len() - 1]])).max(column)
                } else {
                    column
                };
                used = Some((top.min(row), bottom.max(row), left.min(column), right.max(last)));
            }
            _ => {}
        }
        if total + area(used) > limits.xls_cells {
            return Err(ExchangeError::TooManyCells { limit: limits.xls_cells });
        }
    }
    Ok(())
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

    #[test]
    fn two_far_corners_are_refused_before_the_sheet_is_laid_out() {
        let stream = [record(record::BOF, &[0; 16]), number_at(0, 0), number_at(65_535, 255)].concat();
        assert_eq!(
            count_cells(stream.as_slice(), &Limits::default()),
            Err(ExchangeError::TooManyCells { limit: Limits::default().xls_cells })
        );
        let stream = [record(record::BOF, &[0; 16]), number_at(0, 0), number_at(65_535, 11)].concat();
        assert_eq!(count_cells(stream.as_slice(), &Limits::default()), Ok(()));
    }

    #[test]
    fn an_encrypted_stream_is_told_apart() {
        let stream = [record(record::BOF, &[0; 16]), record(record::FILEPASS, &[1, 0])].concat();
        assert_eq!(count_cells(stream.as_slice(), &Limits::default()), Err(ExchangeError::PasswordProtected));
    }
}
