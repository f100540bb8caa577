//! XLSX, row by row: only the row being written is in memory. Every cell is text, so that no number loses a digit and no
//! cell is ever a formula.
//!
//! The library keeps the sheet in a temporary file without a name until the package is closed.

use super::words::{ExportColumn, Language};
use super::{ExportError, ExportOptions, ExportRow, ExportSummary, columns_with, heading};
use crate::shape::Target;
use crate::{ExchangeError, Run};
use jiff::civil::Date;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, XlsxError};
use std::io::{self, Write};
use std::path::Path;

/// What an XLSX export has to know.
#[derive(Clone, Copy, Debug)]
pub struct XlsxOptions<'o> {
    pub export: ExportOptions,
    /// Written into the file's properties as its date.
    pub today: Date,
    /// Where the temporary file goes: beside the target, on a disk that has room for it. The system's place otherwise.
    pub temporary_directory: Option<&'o Path>,
}

/// Rows of a sheet, ECMA-376 and Excel: the first is for the headings.
const SHEET_ROWS: u32 = 1_048_576;

/// Writes a workbook with one sheet, 名册.
pub fn export_xlsx<E>(
    rows: impl Iterator<Item = Result<ExportRow, E>>,
    options: XlsxOptions<'_>,
    target: impl Write + Send,
    run: &mut Run<'_>,
) -> Result<ExportSummary, ExportError<E>> {
    export_xlsx_with(rows, options, &[], target, run)
}

/// `export_xlsx` with more columns, which have these headings and the rows' own `more` cells.
pub fn export_xlsx_with<E>(
    rows: impl Iterator<Item = Result<ExportRow, E>>,
    options: XlsxOptions<'_>,
    more: &[String],
    target: impl Write + Send,
    run: &mut Run<'_>,
) -> Result<ExportSummary, ExportError<E>> {
    let language = options.export.language;
    let columns = columns_with(options.export, more);
    let mut workbook = Workbook::new();
    let date = ExcelDateTime::from_ymd(
        options.today.year().max(1900) as u16,
        options.today.month() as u8,
        options.today.day() as u8,
    )
    .map_err(write_error)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&date));
    if let Some(directory) = options.temporary_directory {
        workbook.set_tempdir(directory).map_err(write_error)?;
    }
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(write_error)?;
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xDD_E7_F0))
        .set_align(FormatAlign::VerticalCenter)
        .set_num_format("@");
    let text = Format::new().set_num_format("@");
    sheet.set_name(if language == Language::Chinese { "名册" } else { "Roster" }).map_err(write_error)?;
    sheet.set_freeze_panes(1, 1).map_err(write_error)?;
    for (index, column) in (0_u16..).zip(&columns) {
        sheet.set_column_width(index, column.width()).map_err(write_error)?;
        // What people type below the last row stays text as well.
        sheet.set_column_format(index, &text).map_err(write_error)?;
        if *column == ExportColumn::Into(Target::RecordId) {
            sheet.set_column_hidden(index).map_err(write_error)?;
        }
        sheet.write_string_with_format(0, index, heading(*column, more, language), &head).map_err(write_error)?;
    }
    let last_column = columns.len() as u16 - 1;
    // Excel's green corners on every ID number help nobody here.
    sheet
        .ignore_error_range(1, 0, SHEET_ROWS - 1, last_column, IgnoreError::NumberStoredAsText)
        .map_err(write_error)?;
    let mut summary = ExportSummary::default();
    for row in rows {
        let row = row.map_err(ExportError::Roster)?;
        summary.rows += 1;
        run.step(summary.rows, None)?;
        let index = u32::try_from(summary.rows).unwrap_or(u32::MAX);
        if index >= SHEET_ROWS {
            return Err(ExchangeError::TooManyRowsToWrite { limit: SHEET_ROWS - 1 }.into());
        }
        for (place, column) in (0_u16..).zip(&columns) {
            let value = row.text(*column, language);
            if !value.is_empty() {
                sheet.write_string_with_format(index, place, value, &text).map_err(write_error)?;
            }
        }
        summary.guardians_left_out += row.guardians_left_out(options.export);
    }
    let last_row = u32::try_from(summary.rows).unwrap_or(SHEET_ROWS - 1);
    sheet.autofilter(0, 0, last_row, last_column).map_err(write_error)?;
    run.check()?;
    workbook.save_to_writer(target).map_err(write_error)?;
    Ok(summary)
}

fn write_error(error: XlsxError) -> ExchangeError {
    match error {
        XlsxError::IoError(error) => ExchangeError::WriteFailed(error.kind()),
        _ => ExchangeError::WriteFailed(io::ErrorKind::Other),
    }
}
