//! CSV as RFC 4180 has it, with a choice of encodings. Formulas are disarmed; see [`super::guard`].

use super::guard::guarded;
use super::{ExportError, ExportOptions, ExportRow, ExportSummary, columns_with, heading};
use crate::{ExchangeError, Run};
use encoding_rs::{Encoder, EncoderResult, GB18030, GBK};
use mingce_model::{Field, RecordId};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// How the text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CsvEncoding {
    /// With the mark by which Excel knows it.
    Utf8,
    /// Every character of Unicode, in the national standard's form.
    Gb18030,
    /// Two bytes a character, for old programs. Cannot write every name: 276 of the 8,105 standard characters are not
    /// in it.
    Gbk,
}

/// A row that the encoding cannot hold. Personal data: for the screen, never for a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnwritableName {
    pub member: RecordId,
    pub name: String,
    /// The first character that cannot be written, wherever in the row it stands.
    pub character: char,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CsvOutcome {
    Written(ExportSummary),
    /// Rows with characters that the encoding has not: the first [`UNWRITABLE_LISTED`] of them and how many there are.
    /// What was written up to there is no file to keep.
    Unwritable {
        rows: Vec<UnwritableName>,
        count: u64,
    },
}

/// Rows that are listed by name.
pub const UNWRITABLE_LISTED: usize = 1000;

/// Writes the members as CSV.
pub fn export_csv<E>(
    rows: impl Iterator<Item = Result<ExportRow, E>>,
    options: ExportOptions,
    encoding: CsvEncoding,
    target: impl Write,
    run: &mut Run<'_>,
) -> Result<CsvOutcome, ExportError<E>> {
    export_csv_with(rows, options, &[], encoding, target, run)
}

/// `export_csv` with more columns, which have these headings and the rows' own `more` cells.
pub fn export_csv_with<E>(
    rows: impl Iterator<Item = Result<ExportRow, E>>,
    options: ExportOptions,
    more: &[String],
    encoding: CsvEncoding,
    mut target: impl Write,
    run: &mut Run<'_>,
) -> Result<CsvOutcome, ExportError<E>> {
    let columns = columns_with(options, more);
    let mut line = Line::new(encoding);
    if encoding == CsvEncoding::Utf8 {
        target.write_all(b"\xEF\xBB\xBF").map_err(write_error)?;
    }
    let headings: Vec<String> = columns.iter().map(|column| heading(*column, more, options.language)).collect();
    line.build(headings.iter().map(String::as_str))?;
    // Headings are ours: GBK has all their characters.
    target.write_all(&line.encoded).map_err(write_error)?;
    let mut summary = ExportSummary::default();
    let mut unwritable = Vec::new();
    let mut count = 0;
    for row in rows {
        let row = row.map_err(ExportError::Roster)?;
        summary.rows += 1;
        run.step(summary.rows, None)?;
        summary.guardians_left_out += row.guardians_left_out(options);
        let cells: Vec<_> = columns.iter().map(|column| row.text(*column, options.language)).collect();
        match line.build(cells.iter().map(|cell| cell.as_ref()))? {
            // Once one row cannot be written the file is lost; the rest is only looked at, so that all are named.
            None if count > 0 => {}
            None => target.write_all(&line.encoded).map_err(write_error)?,
            Some(character) => {
                count += 1;
                if unwritable.len() < UNWRITABLE_LISTED {
                    let name = row.member.text(Field::MemberName).unwrap_or_default().to_owned();
                    unwritable.push(UnwritableName { member: row.member.id, name, character });
                }
            }
        }
    }
    if count > 0 {
        return Ok(CsvOutcome::Unwritable { rows: unwritable, count });
    }
    target.flush().map_err(write_error)?;
    Ok(CsvOutcome::Written(summary))
}

fn write_error(error: io::Error) -> ExchangeError {
    ExchangeError::WriteFailed(error.kind())
}

/// One line, first as UTF-8, then in the target's encoding.
struct Line {
    encoder: Option<Encoder>,
    encoded: Vec<u8>,
}

impl Line {
    fn new(encoding: CsvEncoding) -> Self {
        let encoder = match encoding {
            CsvEncoding::Utf8 => None,
            CsvEncoding::Gb18030 => Some(GB18030.new_encoder()),
            CsvEncoding::Gbk => Some(GBK.new_encoder()),
        };
        Self { encoder, encoded: Vec::new() }
    }

    /// Builds the line; answers the first character that cannot be encoded.
    fn build<'c>(&mut self, cells: impl Iterator<Item = &'c str>) -> Result<Option<char>, ExchangeError> {
        let mut builder = ::csv::WriterBuilder::new();
        let mut writer = builder
            .terminator(::csv::Terminator::CRLF)
            .buffer_capacity(1 << 10)
            .from_writer(Vec::with_capacity(1 << 10));
        let failed = |_| ExchangeError::WriteFailed(io::ErrorKind::Other);
        for cell in cells {
            writer.write_field(guarded(cell).as_ref()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
        let bytes = writer.into_inner().map_err(|_| ExchangeError::WriteFailed(io::ErrorKind::Other))?;
        let Some(encoder) = &mut self.encoder else {
            self.encoded = bytes;
            return Ok(None);
        };
        self.encoded.clear();
        let text = std::str::from_utf8(&bytes).map_err(|_| ExchangeError::WriteFailed(io::ErrorKind::Other))?;
        let mut rest = text;
        loop {
            let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len() * 4);
            self.encoded.reserve(room);
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut self.encoded, false);
            rest = &rest[read..];
            match result {
                EncoderResult::InputEmpty => return Ok(None),
                EncoderResult::OutputFull => {}
                EncoderResult::Unmappable(character) => return Ok(Some(character)),
            }
        }
    }
}
