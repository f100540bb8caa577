//! ODS (OpenDocument 1.2, part 1, chapter 9), streamed.
//!
//! Read here and not by the workbook library, because that lays out every sheet of the file twice in memory and does
//! not end on a file cut short. Repeat counts are never expanded beyond the bounds.

use super::Cell;
use super::dates::from_iso;
use super::handle::Handle;
use super::limits::Limits;
use super::merged::{Area, MergeFill};
use super::package::zip_error;
use super::rows::{RowSink, Sheet};
use crate::{ExchangeError, Run};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use zip::ZipArchive;

pub(crate) struct OdsFile {
    archive: ZipArchive<Handle>,
}

type Xml<R> = quick_xml::Reader<R>;

/// Reads the list of sheets; their rows are left for later.
pub(crate) fn open(handle: Handle) -> Result<(OdsFile, Vec<Sheet>), ExchangeError> {
    let mut file = OdsFile { archive: ZipArchive::new(handle).map_err(zip_error)? };
    let sheets = file.list_sheets()?;
    Ok((file, sheets))
}

impl OdsFile {
    fn content(&mut self) -> Result<Xml<impl BufRead + '_>, ExchangeError> {
        let part = self.archive.by_name("content.xml").map_err(zip_error)?;
        let mut xml = Xml::from_reader(BufReader::with_capacity(64 << 10, part));
        xml.config_mut().expand_empty_elements = true;
        Ok(xml)
    }

    fn list_sheets(&mut self) -> Result<Vec<Sheet>, ExchangeError> {
        let mut xml = self.content()?;
        let mut buffer = Vec::new();
        let mut hidden_styles = HashSet::new();
        let mut style = String::new();
        let mut sheets = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(xml_error)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => style = attribute(&element, "name")?.unwrap_or_default(),
                    "table-properties" if attribute(&element, "display")?.as_deref() == Some("false") => {
                        hidden_styles.insert(style.clone());
                    }
                    "table" => {
                        let name = attribute(&element, "name")?.unwrap_or_default();
                        let style = attribute(&element, "style-name")?.unwrap_or_default();
                        sheets.push(Sheet { name, is_hidden: hidden_styles.contains(&style) });
                    }
                    _ => {}
                },
                Event::Eof => return Ok(sheets),
                _ => {}
            }
        }
    }

    pub(crate) fn read_rows(
        &mut self,
        sheet: &str,
        limits: &Limits,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<(), ExchangeError> {
        let mut xml = self.content()?;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(xml_error)? {
                Event::Start(element)
                    if element.local_name().as_ref() == "table"
                        && attribute(&element, "name")?.unwrap_or_default() == sheet =>
                {
                    return Table { xml, limits, text: String::new() }.read_rows(run, sink);
                }
                Event::Eof => return Err(ExchangeError::SheetNotFound),
                _ => {}
            }
        }
    }
}

/// One sheet while it streams by.
struct Table<'l, R: BufRead> {
    xml: Xml<R>,
    limits: &'l Limits,
    /// Text of the cell being read.
    text: String,
}

impl<R: BufRead> Table<'_, R> {
    fn read_rows(mut self, run: &mut Run<'_>, sink: &mut RowSink<'_>) -> Result<(), ExchangeError> {
        let mut merges = MergeFill::new(Vec::new());
        let mut row: u32 = 0;
        let mut buffer = Vec::new();
        let mut seen: u64 = 0;
        loop {
            buffer.clear();
            let repeat = match self.xml.read_event_into(&mut buffer).map_err(xml_error)? {
                Event::Start(element) if element.local_name().as_ref() == "table-row" => {
                    count(&element, "number-rows-repeated")?
                }
                Event::End(element) if element.local_name().as_ref() == "table" => return Ok(()),
                Event::Eof => return Err(ExchangeError::Damaged),
                _ => continue,
            };
            // Empty rows do not reach the sink, so a file made of them is watched here.
            seen += 1;
            run.step(seen, None)?;
            let (mut cells, began) = self.read_row(row)?;
            if cells.iter().all(Cell::is_blank) {
                row = row.saturating_add(repeat);
                continue;
            }
            for _ in 0..repeat {
                merges.fill(row, &mut cells);
                if sink.row(row, &cells, run)?.is_break() {
                    return Ok(());
                }
                row = row.saturating_add(1);
            }
            for (area, value) in began {
                merges.begin(area, value);
            }
        }
    }

    /// The cells up to the end of the row, and the merges that begin in it.
    #[allow(clippy::type_complexity)]
    fn read_row(&mut self, row: u32) -> Result<(Vec<Cell<'static>>, Vec<(Area, Cell<'static>)>), ExchangeError> {
        let mut cells: Vec<Cell<'static>> = Vec::new();
        let mut began = Vec::new();
        let mut column: u32 = 0;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(xml_error)? {
                Event::Start(element) => {
                    let is_covered = match element.local_name().as_ref() {
                        "table-cell" => false,
                        "covered-table-cell" => true,
                        _ => continue,
                    };
                    let repeat = count(&element, "number-columns-repeated")?;
                    let rows_spanned = count(&element, "number-rows-spanned")?;
                    let declared = Declared::of(&element)?;
                    self.read_text()?;
                    let value = if is_covered { Cell::Empty } else { declared.value(&self.text) };
                    if !value.is_blank() {
                        let end = column.saturating_add(repeat);
                        if end > u32::from(self.limits.columns) {
                            return Err(ExchangeError::TooManyColumns { limit: self.limits.columns });
                        }
                        if rows_spanned > 1 {
                            let last_row = row.saturating_add(rows_spanned - 1);
                            began.push((Area { first_row: row, last_row, column: column as u16 }, value.clone()));
                        }
                        cells.resize(column as usize, Cell::Empty);
                        cells.resize(end as usize, value);
                    }
                    column = column.saturating_add(repeat);
                }
                Event::End(element) if element.local_name().as_ref() == "table-row" => return Ok((cells, began)),
                Event::Eof => return Err(ExchangeError::Damaged),
                _ => {}
            }
        }
    }

    /// Collects the paragraphs of a cell up to its end; comments on the cell are left out.
    fn read_text(&mut self) -> Result<(), ExchangeError> {
        self.text.clear();
        let mut buffer = Vec::new();
        let (mut annotations, mut paragraphs) = (0_u32, 0_u32);
        loop {
            buffer.clear();
            let event = self.xml.read_event_into(&mut buffer).map_err(xml_error)?;
            match event {
                Event::Start(element) => match element.local_name().as_ref() {
                    "annotation" => annotations += 1,
                    "p" if annotations == 0 => {
                        if paragraphs > 0 {
                            self.text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "s" if annotations == 0 => {
                        let spaces = count(&element, "c")?.min(1000);
                        self.text.extend(std::iter::repeat_n(' ', spaces as usize));
                    }
                    "tab" if annotations == 0 => self.text.push('\t'),
                    "line-break" if annotations == 0 => self.text.push('\n'),
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "annotation" => annotations = annotations.saturating_sub(1),
                    "table-cell" | "covered-table-cell" => return Ok(()),
                    _ => {}
                },
                Event::Text(text) if annotations == 0 && paragraphs > 0 => self.text.push_str(&text.xml10_content()),
                Event::CData(text) if annotations == 0 && paragraphs > 0 => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) if annotations == 0 && paragraphs > 0 => {
                    if let Some(text) = quick_xml::escape::resolve_predefined_entity(&reference) {
                        self.text.push_str(text);
                    } else if let Ok(Some(character)) = reference.resolve_char_ref() {
                        self.text.push(character);
                    } else {
                        return Err(ExchangeError::ForbiddenMarkup);
                    }
                }
                Event::Eof => return Err(ExchangeError::Damaged),
                _ => {}
            }
            if self.text.len() > self.limits.cell_characters * 4 {
                return Err(ExchangeError::CellTooLong { limit: self.limits.cell_characters });
            }
        }
    }
}

/// What the cell's attributes say of its value.
enum Declared {
    Nothing,
    Text(Option<String>),
    Number(f64),
    Date(String),
    Bool(bool),
    Fault,
}

impl Declared {
    fn of(element: &BytesStart<'_>) -> Result<Self, ExchangeError> {
        // LibreOffice's extension; the standard's own attribute calls a fault a string.
        if element.try_get_attribute("calcext:value-type").ok().flatten().is_some_and(|kind| kind.value == "error") {
            return Ok(Self::Fault);
        }
        Ok(match attribute(element, "value-type")?.as_deref() {
            None => Self::Nothing,
            Some("float" | "currency" | "percentage") => {
                let value = attribute(element, "value")?.unwrap_or_default();
                Self::Number(value.parse().map_err(|_| ExchangeError::Damaged)?)
            }
            Some("date") => Self::Date(attribute(element, "date-value")?.unwrap_or_default()),
            Some("boolean") => Self::Bool(attribute(element, "boolean-value")?.as_deref() == Some("true")),
            Some(_) => Self::Text(attribute(element, "string-value")?),
        })
    }

    fn value(self, shown: &str) -> Cell<'static> {
        match self {
            Self::Nothing if shown.is_empty() => Cell::Empty,
            Self::Nothing | Self::Text(None) => Cell::Text(Cow::Owned(shown.to_owned())),
            Self::Text(Some(text)) => Cell::Text(Cow::Owned(text)),
            Self::Number(value) => Cell::Number { value, shown_digits: digits_shown(value, shown) },
            Self::Date(date) => from_iso(&date),
            Self::Bool(is_true) => Cell::Bool(is_true),
            Self::Fault => Cell::Fault,
        }
    }
}

/// The cell shows `00012345` for 12345: then its format fills up to eight digits.
fn digits_shown(value: f64, shown: &str) -> u8 {
    let is_filled = shown.starts_with('0') && (2..=30).contains(&shown.len());
    if is_filled && shown.bytes().all(|byte| byte.is_ascii_digit()) && shown.parse() == Ok(value) {
        shown.len() as u8
    } else {
        0
    }
}

fn attribute(element: &BytesStart<'_>, local_name: &str) -> Result<Option<String>, ExchangeError> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| ExchangeError::Damaged)?;
        if attribute.key.local_name().as_ref() == local_name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| ExchangeError::Damaged)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// A repeat count: at least 1.
fn count(element: &BytesStart<'_>, local_name: &str) -> Result<u32, ExchangeError> {
    match attribute(element, local_name)? {
        None => Ok(1),
        Some(text) => Ok(text.trim().parse::<u32>().map_err(|_| ExchangeError::Damaged)?.max(1)),
    }
}

fn xml_error(error: quick_xml::Error) -> ExchangeError {
    match error {
        quick_xml::Error::Io(error) => ExchangeError::from(std::io::Error::from(error.kind())),
        _ => ExchangeError::Damaged,
    }
}
