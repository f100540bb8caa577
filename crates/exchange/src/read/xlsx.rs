//! XLSX and XLSM, streamed cell by cell: only the table of shared strings is held in memory.

use super::cell::{CellDate, digits_of_format};
use super::handle::Handle;
use super::limits::Limits;
use super::merged::{Area, MergeFill};
use super::rows::{RowSink, Sheet};
use super::{Cell, unpanicking};
use crate::{ExchangeError, Run};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::borrow::Cow;

pub(crate) struct XlsxFile {
    workbook: Xlsx<Handle>,
    has_merges: bool,
}

pub(crate) fn open(handle: Handle, has_merges: bool) -> Result<(XlsxFile, Vec<Sheet>), ExchangeError> {
    let workbook: Xlsx<Handle> = unpanicking(|| Xlsx::new(handle).map_err(xlsx_error))?;
    let sheets = sheets_of(workbook.sheets_metadata());
    Ok((XlsxFile { workbook, has_merges }, sheets))
}

/// Worksheets as calamine lists them; chart sheets and macro sheets hold no rows.
pub(crate) fn sheets_of(metadata: &[calamine::Sheet]) -> Vec<Sheet> {
    metadata
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| Sheet { name: sheet.name.clone(), is_hidden: sheet.visible != SheetVisible::Visible })
        .collect()
}

impl XlsxFile {
    pub(crate) fn read_rows(
        &mut self,
        sheet: &str,
        limits: &Limits,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<(), ExchangeError> {
        let mut merges = MergeFill::new(if self.has_merges { self.merges(sheet)? } else { Vec::new() });
        let mut reader = unpanicking(|| self.workbook.worksheet_cells_reader(sheet).map_err(xlsx_error))?;
        let shown_digits: Vec<u8> = reader
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref().map_or(0, |format| digits_of_format(&format.format_code)))
            .collect();
        let rows_expected = Some(u64::from(reader.dimensions().end.0) + 1).filter(|rows| *rows > 1);
        sink.expect_rows(rows_expected);
        let mut row = 0;
        let mut cells: Vec<Cell<'_>> = Vec::new();
        while let Some((cell, style)) = unpanicking(|| reader.next_cell_with_style_id().map_err(xlsx_error))? {
            let (cell_row, column) = cell.get_position();
            if cell_row != row {
                // Rows stand in rising order in every file that Excel opens (ECMA-376 part 1, 18.3.1.73).
                if cell_row < row {
                    return Err(ExchangeError::Damaged);
                }
                merges.fill(row, &mut cells);
                if sink.row(row, &cells, run)?.is_break() {
                    return Ok(());
                }
                cells.clear();
                row = cell_row;
            }
            let value = convert(cell.get_value(), shown_digits.get(style).copied().unwrap_or(0));
            if matches!(value, Cell::Empty) {
                continue;
            }
            if column >= u32::from(limits.columns) {
                if value.is_blank() {
                    continue;
                }
                return Err(ExchangeError::TooManyColumns { limit: limits.columns });
            }
            let column = column as usize;
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = value;
        }
        merges.fill(row, &mut cells);
        sink.row(row, &cells, run).map(|_| ())
    }

    fn merges(&mut self, sheet: &str) -> Result<Vec<Area>, ExchangeError> {
        let areas = unpanicking(|| self.workbook.merge_cells_by_sheet_name(sheet).map_err(xlsx_error))?;
        Ok(areas_of(&areas))
    }
}

/// Merges as the library lists them.
pub(crate) fn areas_of(areas: &[calamine::Dimensions]) -> Vec<Area> {
    let column = |area: &calamine::Dimensions| u16::try_from(area.start.1).ok();
    let area = |it: &calamine::Dimensions| {
        Some(Area { first_row: it.start.0, last_row: it.end.0, column: column(it).filter(|column| *column < 512)? })
    };
    areas.iter().filter_map(area).collect()
}

fn convert<'a>(value: &DataRef<'a>, shown_digits: u8) -> Cell<'a> {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::SharedString(text) => Cell::Text(Cow::Borrowed(text)),
        DataRef::String(text) => Cell::Text(Cow::Owned(text.clone())),
        DataRef::Int(number) => Cell::Number { value: *number as f64, shown_digits },
        DataRef::Float(value) => Cell::Number { value: *value, shown_digits },
        DataRef::Bool(is_true) => Cell::Bool(*is_true),
        DataRef::DateTime(date) => from_serial(date),
        DataRef::DateTimeIso(text) => from_iso(text),
        DataRef::DurationIso(text) => Cell::Text(Cow::Owned(text.clone())),
        DataRef::Error(_) => Cell::Fault,
    }
}

/// A cell formatted as a date. Time of day is dropped: nothing on a roster has one.
pub(crate) fn from_serial(date: &ExcelDateTime) -> Cell<'static> {
    let value = date.as_f64();
    // Numbers that no calendar knows stay numbers, so that a card number with a date format is not turned into a date.
    if date.is_duration() || !(1.0..2_958_466.0).contains(&value) {
        return Cell::Number { value, shown_digits: 0 };
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    Cell::Date(CellDate { year, month, day })
}

/// An ISO 8601 date, with or without a time of day; anything else stays text.
pub(crate) fn from_iso(text: &str) -> Cell<'static> {
    let date = text.split(['T', ' ']).next().unwrap_or_default();
    let mut parts = date.splitn(3, '-');
    let mut next = || parts.next()?.parse::<u16>().ok();
    match (next(), next(), next()) {
        (Some(year), Some(month @ 1..=12), Some(day @ 1..=31)) => {
            Cell::Date(CellDate { year, month: month as u8, day: day as u8 })
        }
        _ => Cell::Text(Cow::Owned(text.to_owned())),
    }
}

fn xlsx_error(error: XlsxError) -> ExchangeError {
    match error {
        XlsxError::Io(error) => error.into(),
        XlsxError::Zip(error) => super::package::zip_error(error),
        XlsxError::Password => ExchangeError::PasswordProtected,
        XlsxError::RowNumberOverflow => ExchangeError::TooManyRows { limit: 1_048_576 },
        XlsxError::ColumnNumberOverflow => ExchangeError::TooManyColumns { limit: 16_384 },
        XlsxError::WorksheetNotFound(_) => ExchangeError::SheetNotFound,
        _ => ExchangeError::Damaged,
    }
}
