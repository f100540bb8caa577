//! The cells of one row until it is whole.

use crate::read::Cell;
use crate::read::merged::{Area, MergeFill};
use crate::read::rows::RowSink;
use crate::{ExchangeError, Run};
use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

/// The row whose cells are being read. Texts that stand in the cells themselves lie one behind the other, so that a row
/// of many takes no memory of its own.
pub(super) struct OpenRow<'b> {
    row: u32,
    slots: Vec<Slot<'b, Range<usize>>>,
    texts: String,
    merges: MergeFill<'b>,
}

/// A cell, or text that is kept elsewhere.
pub(super) enum Slot<'b, T> {
    Cell(Cell<'b>),
    Text(T),
}

impl Slot<'_, &str> {
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Cell(cell) => cell.is_blank(),
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)).is_blank(),
        }
    }
}

impl<'b> OpenRow<'b> {
    pub(super) fn new(merges: Vec<Area>) -> Self {
        Self { row: 0, slots: Vec::new(), texts: String::new(), merges: MergeFill::new(merges) }
    }

    pub(super) fn index(&self) -> u32 {
        self.row
    }

    pub(super) fn put(&mut self, column: usize, value: Slot<'b, &str>) {
        while self.slots.len() <= column {
            self.slots.push(Slot::Cell(Cell::Empty));
        }
        self.slots[column] = match value {
            Slot::Cell(cell) => Slot::Cell(cell),
            Slot::Text(text) => {
                let start = self.texts.len();
                self.texts.push_str(text);
                Slot::Text(start..self.texts.len())
            }
        };
    }

    /// Hands on the row and begins another. Rows stand in rising order in every file that Excel opens (ECMA-376 part 1,
    /// 18.3.1.73).
    pub(super) fn go_on_to(
        &mut self,
        row: u32,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<ControlFlow<()>, ExchangeError> {
        if row < self.row {
            return Err(ExchangeError::Damaged);
        }
        let flow = self.emit(run, sink)?;
        self.slots.clear();
        self.texts.clear();
        self.row = row;
        Ok(flow)
    }

    /// Hands on the row.
    pub(super) fn emit(&mut self, run: &mut Run<'_>, sink: &mut RowSink<'_>) -> Result<ControlFlow<()>, ExchangeError> {
        let texts = &self.texts;
        let text = |range: &Range<usize>| Cow::Borrowed(&texts[range.clone()]);
        if self.merges.is_idle() {
            let cells: Vec<Cell<'_>> = self
                .slots
                .iter()
                .map(|slot| match slot {
                    Slot::Cell(cell) => cell.clone(),
                    Slot::Text(range) => Cell::Text(text(range)),
                })
                .collect();
            return sink.row(self.row, &cells, run);
        }
        // What is merged downwards outlives its row.
        let mut cells: Vec<Cell<'b>> = self
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Cell(cell) => cell.clone(),
                Slot::Text(range) => Cell::Text(Cow::Owned(text(range).into_owned())),
            })
            .collect();
        self.merges.fill(self.row, &mut cells);
        sink.row(self.row, &cells, run)
    }
}
