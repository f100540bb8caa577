//! CSV and TSV: any encoding, the delimiter guessed, streamed.

use super::Cell;
use super::encoding::{self, TextEncoding};
use super::handle::Handle;
use super::limits::Limits;
use super::quotes::{Quotes, Unclosed};
use super::rows::RowSink;
use crate::shape::headings;
use crate::write::guard;
use crate::{ExchangeError, Run};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use serde::{Deserialize, Serialize};
use std::cell::Cell as Counter;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// What stands between two cells of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    Bar,
}

impl Delimiter {
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

/// How a text table is read. Found out by [`super::open`]; the user may correct it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextForm {
    pub encoding: TextEncoding,
    pub delimiter: Delimiter,
}

pub(crate) fn find_form(handle: &mut Handle) -> Result<TextForm, ExchangeError> {
    let encoding = encoding::detect(handle)?;
    form_in(handle, encoding)
}

/// The form of a table that is in this encoding.
pub(crate) fn form_in(handle: &mut Handle, encoding: TextEncoding) -> Result<TextForm, ExchangeError> {
    let sample = encoding::read_sample(handle)?;
    let mark = encoding.mark_bytes(&sample) as usize;
    let text = encoding.encoding().decode_without_bom_handling(&sample[mark..]).0;
    Ok(TextForm { encoding, delimiter: guess_delimiter(&text) })
}

/// Lines compared when guessing.
const GUESS_LINES: usize = 50;
/// A longer cell is none, for guessing.
const GUESS_CELL_BYTES: usize = 8 << 10;

/// The delimiter under which headings appear and lines have equally many cells.
fn guess_delimiter(text: &str) -> Delimiter {
    // Excel's own hint.
    let hint = text.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    if let Some(hinted) = hint.and_then(|hint| Delimiter::ALL.into_iter().find(|delimiter| delimiter.byte() == hint)) {
        return hinted;
    }
    let score = |delimiter: Delimiter| {
        let lines = Quotes::new(text.as_bytes(), delimiter.byte(), GUESS_CELL_BYTES, Unclosed::default());
        let mut reader = csv_builder(delimiter).from_reader(lines);
        let mut widths = Vec::new();
        let mut known = 0;
        for record in reader.records().take(GUESS_LINES).flatten() {
            known += record.iter().filter(|cell| headings::is_known(cell)).count();
            widths.push(record.len());
        }
        let widest = widths.iter().copied().max().unwrap_or(0);
        let alike = |width: usize| widths.iter().filter(|other| **other == width).count();
        let usual = (2..=widest).max_by_key(|width| (alike(*width), *width)).unwrap_or(0);
        (known.min(GUESS_LINES), alike(usual) * usual.min(64))
    };
    // `max_by_key` answers the last of equals; the list is turned so that the comma wins.
    Delimiter::ALL.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(Delimiter::Comma)
}

fn csv_builder(delimiter: Delimiter) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter.byte()).buffer_capacity(64 << 10);
    builder
}

/// One record may not be longer than this.
const MAX_RECORD_BYTES: u64 = 32 << 20;

/// Gives every line the same end, the last one too, so that the reader's line count is the spreadsheet's; and ends a
/// record that does not end.
struct Lines<R> {
    inner: R,
    since_record: Rc<Counter<u64>>,
    after_return: bool,
    ends_with_newline: bool,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 {
                if self.ends_with_newline || buffer.is_empty() {
                    return Ok(0);
                }
                self.ends_with_newline = true;
                buffer[0] = b'\n';
                return Ok(1);
            }
            self.since_record.set(self.since_record.get() + read as u64);
            if self.since_record.get() > MAX_RECORD_BYTES {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
            let kept = self.unify(&mut buffer[..read]);
            if kept > 0 {
                self.ends_with_newline = buffer[kept - 1] == b'\n';
                return Ok(kept);
            }
        }
    }
}

impl<R> Lines<R> {
    /// Turns `\r\n` and `\r` into `\n` in place; answers how many bytes are left.
    fn unify(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_return && memchr::memchr(b'\r', bytes).is_none() {
            return bytes.len();
        }
        let mut kept = 0;
        for index in 0..bytes.len() {
            let byte = bytes[index];
            if !(byte == b'\n' && self.after_return) {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.after_return = byte == b'\r';
        }
        kept
    }
}

fn decoded(mut handle: Handle, encoding: TextEncoding) -> Result<DecodeReaderBytes<Handle, Vec<u8>>, ExchangeError> {
    let mut start = [0; 4];
    let read = handle.read(&mut start)?;
    handle.seek(SeekFrom::Start(encoding.mark_bytes(&start[..read])))?;
    Ok(DecodeReaderBytesBuilder::new().encoding(Some(encoding.encoding())).bom_sniffing(false).build(handle))
}

/// Answers the rows in which a quotation mark is opened that is not closed.
pub(crate) fn read_rows(
    handle: Handle,
    form: TextForm,
    limits: &Limits,
    run: &mut Run<'_>,
    sink: &mut RowSink<'_>,
) -> Result<Vec<u32>, ExchangeError> {
    let since_record = Rc::new(Counter::new(0));
    let lines = Lines {
        inner: decoded(handle, form.encoding)?,
        since_record: Rc::clone(&since_record),
        after_return: false,
        ends_with_newline: true,
    };
    let unclosed = Unclosed::default();
    // A character has four bytes at the most.
    let cell_bytes = limits.cell_characters.saturating_mul(4);
    let quotes = Quotes::new(lines, form.delimiter.byte(), cell_bytes, Rc::clone(&unclosed));
    let mut reader = csv_builder(form.delimiter).from_reader(quotes);
    let mut record = csv::ByteRecord::new();
    // Line ends inside quotation marks make later lines differ from rows.
    let mut lines_inside: u64 = 0;
    while reader.read_byte_record(&mut record).map_err(|error| csv_error(error, limits))? {
        since_record.set(0);
        let mut cells = Vec::with_capacity(record.len());
        for field in &record {
            // The decoder gives UTF-8 for every other encoding; a declared UTF-8 may still be broken.
            let text = String::from_utf8_lossy(field);
            lines_inside += memchr::memchr_iter(b'\n', field).count() as u64;
            cells.push(match text {
                text if text.is_empty() => Cell::Empty,
                std::borrow::Cow::Borrowed(text) => Cell::Text(guard::unguarded(text).into()),
                std::borrow::Cow::Owned(text) => Cell::Text(guard::unguarded(&text).to_owned().into()),
            });
        }
        // The line that follows the record, counted from 1, less 2 for the record's own index from 0.
        let row = reader.position().line().saturating_sub(2 + lines_inside);
        if sink.row(u32::try_from(row).unwrap_or(u32::MAX), &cells, run)?.is_break() {
            break;
        }
    }
    Ok(unclosed.take())
}

fn csv_error(error: csv::Error, limits: &Limits) -> ExchangeError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            ExchangeError::CellTooLong { limit: limits.cell_characters }
        }
        csv::ErrorKind::Io(error) => error.into(),
        _ => ExchangeError::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Limits, open_bytes};
    use crate::run::unwatched;
    use std::ops::ControlFlow;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let mut rows = Vec::new();
        let mut workbook = open_bytes(text.as_bytes().to_vec(), &Limits::default()).unwrap();
        unwatched(|run| {
            workbook.read_rows("", run, &mut |row, cells| {
                rows.push((row, cells.iter().map(|cell| cell.text().into_owned()).collect()));
                Ok(ControlFlow::Continue(()))
            })
        })
        .unwrap();
        rows
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "c,\"d\ne\"", "", "", "f,g"].join(end);
            for text in [text.clone(), text + end] {
                let read = rows(&text);
                assert_eq!(read.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 3, 6], "{end:?}");
                assert_eq!(read[1].1, ["c", "d\ne"]);
            }
        }
    }

    #[test]
    fn an_unclosed_quotation_mark_swallows_no_row_and_is_told() {
        let text = format!("a,\"b\n{}", "x,y\n".repeat(1 << 20));
        let mut workbook = open_bytes(text.into_bytes(), &Limits { rows: 2 << 20, ..Limits::default() }).unwrap();
        let mut rows = 0;
        let mut first = Vec::new();
        unwatched(|run| {
            workbook.read_rows("", run, &mut |_, cells| {
                if rows == 0 {
                    first = cells.iter().map(|cell| cell.text().into_owned()).collect();
                }
                rows += 1;
                Ok(ControlFlow::Continue(()))
            })
        })
        .unwrap();
        assert_eq!((rows, first), ((1 << 20) + 1, vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(workbook.remarks(), [crate::oneroster::Remark::QuotesUnclosed { rows: vec![1] }]);
    }

    #[test]
    fn a_record_without_an_end_is_refused() {
        let text = "x,".repeat(20 << 20);
        let mut workbook = open_bytes(text.into_bytes(), &Limits::default()).unwrap();
        let read = unwatched(|run| workbook.read_rows("", run, &mut |_, _| Ok(ControlFlow::Continue(()))));
        assert_eq!(read, Err(ExchangeError::CellTooLong { limit: Limits::default().cell_characters }));
    }

    #[test]
    fn the_delimiter_is_found_among_the_other_marks() {
        assert_eq!(guess_delimiter("姓名,手机\n张三,1\n"), Delimiter::Comma);
        assert_eq!(guess_delimiter("姓名;部门;备注\n张三;高一/3班;a,b,c\n李四;高一/3班;a,b\n"), Delimiter::Semicolon);
        assert_eq!(guess_delimiter("姓名\t手机\n张三\t1\n"), Delimiter::Tab);
        assert_eq!(guess_delimiter("姓名|手机\n张三|1\n"), Delimiter::Bar);
        assert_eq!(guess_delimiter("sep=;\na,b;c\n"), Delimiter::Semicolon);
        assert_eq!(guess_delimiter("姓名\n张三\n"), Delimiter::Comma);
        assert_eq!(guess_delimiter(""), Delimiter::Comma);
    }
}
