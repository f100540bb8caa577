//! How rows leave the readers: one at a time, bounded, blank ones left out.

use super::Cell;
use super::limits::Limits;
use crate::{ExchangeError, Run};
use std::ops::ControlFlow;

/// A sheet of a workbook; a text table is one sheet without a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    pub name: String,
    /// Listed, but never chosen unless the user names it.
    pub is_hidden: bool,
}

/// Takes a row: its number as the spreadsheet shows it (from 1) and its cells from column A on.
pub type OnRow<'c> = dyn FnMut(u32, &[Cell<'_>]) -> Result<ControlFlow<()>, ExchangeError> + 'c;

/// Stands between a reader and its caller: enforces bounds, reports progress, leaves out blank rows.
pub(crate) struct RowSink<'c> {
    on_row: &'c mut OnRow<'c>,
    limits: Limits,
    rows_done: u64,
    rows_expected: Option<u64>,
}

impl<'c> RowSink<'c> {
    pub(crate) fn new(on_row: &'c mut OnRow<'c>, limits: Limits) -> Self {
        Self { on_row, limits, rows_done: 0, rows_expected: None }
    }

    pub(crate) fn expect_rows(&mut self, rows_expected: Option<u64>) {
        self.rows_expected = rows_expected;
    }

    /// Hands on the row with the zero-based index.
    pub(crate) fn row(
        &mut self,
        index: u32,
        cells: &[Cell<'_>],
        run: &mut Run<'_>,
    ) -> Result<ControlFlow<()>, ExchangeError> {
        let filled = cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |last| last + 1);
        if filled == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        if index >= self.limits.rows {
            return Err(ExchangeError::TooManyRows { limit: self.limits.rows });
        }
        if filled > usize::from(self.limits.columns) {
            return Err(ExchangeError::TooManyColumns { limit: self.limits.columns });
        }
        for cell in &cells[..filled] {
            // Counting characters only where bytes alone do not settle it.
            if let Cell::Text(text) = cell
                && text.len() > self.limits.cell_characters
                && text.chars().count() > self.limits.cell_characters
            {
                return Err(ExchangeError::CellTooLong { limit: self.limits.cell_characters });
            }
        }
        self.rows_done += 1;
        run.step(self.rows_done, self.rows_expected)?;
        (self.on_row)(index + 1, &cells[..filled])
    }
}
