//! The cells of one XLSX sheet, streamed.

use super::formats::NumberFormat;
use super::markup::{Markup, PlainCell, PlainContent, Tag, Token, resolve};
use super::row::{OpenRow, Slot};
use super::strings::{SharedStrings, read_item, read_run, unescape};
use crate::read::Cell;
use crate::read::dates::{Epoch, from_iso, from_serial};
use crate::read::limits::Limits;
use crate::read::merged::Area;
use crate::read::rows::RowSink;
use crate::{ExchangeError, Run};
use std::borrow::Cow;
use std::io::Read;

/// What cells refer to.
pub(crate) struct Book<'b> {
    pub strings: &'b SharedStrings,
    pub formats: &'b [NumberFormat],
    pub epoch: Epoch,
}

/// Tokens between two looks at whether the work is cancelled: a sheet may have millions of rows with nothing in them.
const TOKENS_PER_LOOK: u32 = 1 << 16;
/// Rows and columns that the format has; references beyond them are no cells.
const FORMAT_ROWS: u64 = 1_048_576;
const FORMAT_COLUMNS: u64 = 16_384;

pub(crate) fn read_rows(
    part: impl Read,
    merges: Vec<Area>,
    book: &Book<'_>,
    limits: &Limits,
    run: &mut Run<'_>,
    sink: &mut RowSink<'_>,
) -> Result<(), ExchangeError> {
    let mut markup = Markup::new(part)?;
    let mut rows = OpenRow::new(merges);
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut tokens = 0_u32;
    let mut text = String::new();
    let mut has_data = false;
    loop {
        tokens += 1;
        if tokens.is_multiple_of(TOKENS_PER_LOOK) {
            run.check()?;
        }
        let value = if let Some(cell) = markup.next_plain_cell() {
            (row, column) = parse_reference(cell.reference)?;
            read_plain(&cell, book, &mut text)?
        } else {
            let tag = match markup.next()? {
                Some(Token::Open(tag)) => tag,
                Some(Token::Close(b"row")) => {
                    row = row.saturating_add(1);
                    column = 0;
                    continue;
                }
                Some(Token::Close(b"sheetData")) => break,
                Some(_) => continue,
                // Cut short, unless there was nothing to cut.
                None if !has_data => break,
                None => return Err(ExchangeError::Damaged),
            };
            match tag.name() {
                b"c" => {}
                b"sheetData" => {
                    has_data = !tag.is_empty;
                    if tag.is_empty {
                        break;
                    }
                    continue;
                }
                b"row" => {
                    if let Some((_, number)) = tag.attributes().find(|(name, _)| *name == b"r") {
                        row = parse_row(number)?;
                    }
                    column = 0;
                    if tag.is_empty {
                        row = row.saturating_add(1);
                    }
                    continue;
                }
                _ => continue,
            }
            let (mut style, mut kind): (usize, Kind) = (0, Kind::Number);
            for (name, value) in tag.attributes() {
                match name {
                    b"r" => (row, column) = parse_reference(value)?,
                    b"s" => style = parse_number(value).unwrap_or(0) as usize,
                    b"t" => kind = Kind::of(value)?,
                    _ => {}
                }
            }
            if tag.is_empty {
                column = column.saturating_add(1);
                continue;
            }
            read_cell(&mut markup, kind, style, book, &mut text)?
        };
        let this_column = column;
        column = column.saturating_add(1);
        if matches!(value, Slot::Cell(Cell::Empty)) {
            continue;
        }
        if row != rows.index() && rows.go_on_to(row, run, sink)?.is_break() {
            return Ok(());
        }
        if this_column >= u32::from(limits.columns) {
            if value.is_blank() {
                continue;
            }
            return Err(ExchangeError::TooManyColumns { limit: limits.columns });
        }
        rows.put(this_column as usize, value);
    }
    rows.emit(run, sink).map(|_| ())
}

/// Takes a cell that was found whole.
fn read_plain<'b, 'w>(
    cell: &PlainCell<'w>,
    book: &Book<'b>,
    text: &'w mut String,
) -> Result<Slot<'b, &'w str>, ExchangeError> {
    let kind = cell.kind.map_or(Ok(Kind::Number), Kind::of)?;
    match cell.content {
        PlainContent::Value(value) => {
            let style = cell.style.and_then(parse_number).unwrap_or(0) as usize;
            convert(value, kind, style, book).map(Slot::Cell)
        }
        PlainContent::Inline(_) if !matches!(kind, Kind::Inline) => Ok(Slot::Cell(Cell::Empty)),
        PlainContent::Inline(run) => {
            text.clear();
            read_run(run, text)?;
            Ok(Slot::Text(text))
        }
    }
}

/// How a cell's value is written (ECMA-376 part 1, 18.18.11).
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Fault,
    Date,
}

impl Kind {
    fn of(value: &[u8]) -> Result<Self, ExchangeError> {
        Ok(match value {
            b"n" => Self::Number,
            b"s" => Self::Shared,
            b"str" => Self::Text,
            b"inlineStr" => Self::Inline,
            b"b" => Self::Bool,
            b"e" => Self::Fault,
            b"d" => Self::Date,
            _ => return Err(ExchangeError::Damaged),
        })
    }
}

/// Reads up to the end of the cell.
fn read_cell<'b, 'w>(
    markup: &mut Markup<impl Read>,
    kind: Kind,
    style: usize,
    book: &Book<'b>,
    text: &'w mut String,
) -> Result<Slot<'b, &'w str>, ExchangeError> {
    let mut value = Cell::Empty;
    let mut has_text = false;
    loop {
        match markup.next()? {
            Some(Token::Open(tag)) if tag.name() == b"v" && !tag.is_empty => {
                // Nearly always one text; then it need not be copied.
                match markup.next()? {
                    Some(Token::Text(bytes) | Token::Verbatim(bytes)) => {
                        value = convert(bytes, kind, style, book)?;
                        has_text = false;
                    }
                    Some(Token::Close(_)) => continue,
                    Some(Token::Open(_)) | None => return Err(ExchangeError::Damaged),
                }
            }
            Some(Token::Open(tag)) if tag.name() == b"is" && !tag.is_empty => {
                text.clear();
                read_item(markup, b"is", text)?;
                has_text = matches!(kind, Kind::Inline);
            }
            // Formulas are not read: what they came to stands beside them.
            Some(Token::Open(tag)) if !tag.is_empty => markup.skip_element()?,
            Some(Token::Close(b"c")) => return Ok(if has_text { Slot::Text(text) } else { Slot::Cell(value) }),
            Some(_) => {}
            None => return Err(ExchangeError::Damaged),
        }
    }
}

fn convert<'b>(bytes: &[u8], kind: Kind, style: usize, book: &Book<'b>) -> Result<Cell<'b>, ExchangeError> {
    let trimmed = bytes.trim_ascii();
    if trimmed.is_empty() && !matches!(kind, Kind::Text) {
        return Ok(Cell::Empty);
    }
    Ok(match kind {
        Kind::Shared => {
            let index = parse_number(trimmed).ok_or(ExchangeError::Damaged)?;
            Cell::Text(Cow::Borrowed(book.strings.get(index as usize).ok_or(ExchangeError::Damaged)?))
        }
        Kind::Number => {
            let number = std::str::from_utf8(trimmed).ok().and_then(|text| text.parse::<f64>().ok());
            let value = number.ok_or(ExchangeError::Damaged)?;
            match book.formats.get(style).copied().unwrap_or_default() {
                NumberFormat::Date => from_serial(value, book.epoch),
                NumberFormat::Number { shown_digits } => Cell::Number { value, shown_digits },
                NumberFormat::Plain => Cell::Number { value, shown_digits: 0 },
            }
        }
        Kind::Text => Cell::Text(Cow::Owned(unescape(&resolve(bytes)?).into_owned())),
        // Its text stands in `is`.
        Kind::Inline => Cell::Empty,
        Kind::Bool => Cell::Bool(matches!(trimmed, b"1" | b"true" | b"TRUE")),
        Kind::Fault => Cell::Fault,
        Kind::Date => from_iso(&resolve(trimmed)?),
    })
}

fn parse_number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0')))
}

/// A row's number, from 1 in the file, as an index.
fn parse_row(digits: &[u8]) -> Result<u32, ExchangeError> {
    match parse_number(digits) {
        Some(number @ 1..=FORMAT_ROWS) => Ok(number as u32 - 1),
        Some(number) if number > FORMAT_ROWS => Err(ExchangeError::TooManyRows { limit: FORMAT_ROWS as u32 }),
        _ => Err(ExchangeError::Damaged),
    }
}

/// `AB12` as row and column indexes.
fn parse_reference(reference: &[u8]) -> Result<(u32, u32), ExchangeError> {
    let letters = reference.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 {
        return Err(ExchangeError::Damaged);
    }
    let column = reference[..letters].iter().fold(0_u64, |column, letter| {
        (column * 26 + u64::from(letter.to_ascii_uppercase() - b'A' + 1)).min(FORMAT_COLUMNS * 26)
    });
    if column > FORMAT_COLUMNS {
        return Err(ExchangeError::TooManyColumns { limit: FORMAT_COLUMNS as u16 });
    }
    Ok((parse_row(&reference[letters..])?, column as u32 - 1))
}

/// What stands behind a sheet's cells but has to be known before them.
pub(crate) struct Look {
    /// Merges that reach over several rows.
    pub merges: Vec<Area>,
    pub rows: u64,
}

/// Goes over a sheet's bytes once before it is read for its cells.
pub(crate) fn look_through(mut part: impl Read) -> Result<Look, ExchangeError> {
    let merge = memchr::memmem::Finder::new(b"mergeCell ");
    let row = memchr::memmem::Finder::new(b"</row>");
    let mut window = vec![0; 256 << 10];
    // Bytes kept from the last window: what may be the beginning of something, but nothing whole.
    let mut kept = 0;
    let mut look = Look { merges: Vec::new(), rows: 0 };
    loop {
        let read = part.read(&mut window[kept..])?;
        let end = kept + read;
        let mut at = 0;
        while let Some(found) = row.find(&window[at..end]) {
            look.rows += 1;
            at += found + 6;
        }
        while let Some(found) = merge.find(&window[at..end]) {
            let start = at + found;
            let Some(length) = memchr::memchr(b'>', &window[start..end]) else {
                at = start;
                break;
            };
            let tag = Tag::of(&window[start..start + length]);
            look.merges.extend(tag.attribute(b"ref")?.and_then(|range| area_of(&range)));
            at = start + length;
        }
        if read == 0 {
            return Ok(look);
        }
        // Short, so that a window of junk does not grow.
        kept = (end - at).min(256);
        window.copy_within(end - kept..end, 0);
    }
}

fn area_of(range: &str) -> Option<Area> {
    let (first, last) = range.split_once(':')?;
    let (first_row, column) = parse_reference(first.as_bytes()).ok()?;
    let (last_row, _) = parse_reference(last.as_bytes()).ok()?;
    (last_row > first_row && column < 512).then_some(Area { first_row, last_row, column: column as u16 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that no cell is ever found whole.
    struct Trickle<'b>(&'b [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.len().min(buffer.len()).min(1);
            buffer[..read].copy_from_slice(&self.0[..read]);
            self.0 = &self.0[read..];
            Ok(read)
        }
    }

    #[test]
    fn cells_found_whole_are_those_found_piece_by_piece() {
        let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>张&amp;三</t></is></c>\
            <c r=\"C1\" s=\"1\"><v>39448</v></c><c r=\"D1\"><v>2023</v></c><c r=\"E1\"><is><t>no</t></is></c>\
            <c r=\"F1\" t=\"inlineStr\"><is><t> x_x0041_ </t></is></c></row>\
            <row r=\"3\"><c r=\"B3\" t=\"str\"><f>A1</f><v>b</v></c><c r=\"C3\" t=\"inlineStr\"><is><t>below</t></is></c></row>\
            <row r=\"4\"><c r=\"A4\" t=\"b\"><v>1</v></c><c r=\"C4\" t=\"e\"><v>#N/A</v></c></row></sheetData>";
        let strings = SharedStrings::read("<sst><si><t>shared</t></si></sst>".as_bytes(), &Limits::default()).unwrap();
        let formats = [NumberFormat::Plain, NumberFormat::Date];
        let book = Book { strings: &strings, formats: &formats, epoch: Epoch::default() };
        let read = |part: &mut dyn Read, merges: &[Area]| {
            let mut rows = Vec::new();
            let mut on_row = |row: u32, cells: &[Cell<'_>]| {
                rows.push((row, cells.iter().cloned().map(Cell::into_owned).collect::<Vec<_>>()));
                Ok(std::ops::ControlFlow::Continue(()))
            };
            let limits = Limits::default();
            let mut sink = RowSink::new(&mut on_row, limits);
            crate::unwatched(|run| read_rows(part, merges.to_vec(), &book, &limits, run, &mut sink)).unwrap();
            rows
        };
        let merged = [Area { first_row: 0, last_row: 2, column: 0 }];
        for merges in [&[][..], &merged] {
            let rows = read(&mut sheet.as_bytes(), merges);
            assert_eq!(rows, read(&mut Trickle(sheet.as_bytes()), merges));
            let texts: Vec<Vec<_>> =
                rows.iter().map(|(_, cells)| cells.iter().map(|cell| cell.text().into_owned()).collect()).collect();
            let below = if merges.is_empty() { "" } else { "shared" };
            assert_eq!(texts[0], ["shared", "张&三", "2008-01-01", "2023", "", "xA"]);
            assert_eq!(texts[1], [below, "b", "below"]);
            assert_eq!(texts[2], ["TRUE", "", ""]);
        }
    }

    #[test]
    fn references_are_read_and_bounded() {
        assert_eq!(parse_reference(b"A1"), Ok((0, 0)));
        assert_eq!(parse_reference(b"xfd1048576"), Ok((1_048_575, 16_383)));
        assert_eq!(parse_reference(b"XFE1"), Err(ExchangeError::TooManyColumns { limit: 16_384 }));
        assert_eq!(parse_reference(b"A1048577"), Err(ExchangeError::TooManyRows { limit: 1_048_576 }));
        for broken in [b"".as_slice(), b"A", b"1", b"A0", b"A1B", b"A99999999999999999999"] {
            assert_eq!(parse_reference(broken), Err(ExchangeError::Damaged), "{broken:?}");
        }
        assert!(parse_reference(&[b'Z'; 100]).is_err());
    }

    #[test]
    fn merges_are_found_wherever_the_window_ends() {
        let merges = r#"<row></row><row/></row></sheetData><mergeCells count="2"><mergeCell ref="A1:H1"/><mergeCell ref="B3:C5"/></mergeCells>"#;
        for padding in (256 << 10) - 120..(256 << 10) {
            let part = format!("{}{merges}", " ".repeat(padding));
            let look = look_through(part.as_bytes()).unwrap();
            assert_eq!(look.merges, [Area { first_row: 2, last_row: 4, column: 1 }], "{padding}");
            assert_eq!(look.rows, 2, "{padding}");
        }
    }
}
