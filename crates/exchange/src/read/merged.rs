//! Cells merged downwards: a class name written once beside its thirty pupils belongs to each of them.

use super::Cell;

/// The rectangle of one merge, zero-based and inclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Area {
    pub first_row: u32,
    pub last_row: u32,
    pub column: u16,
}

/// Fills the lower rows of merges from their first row while rows stream by.
#[derive(Default)]
pub(crate) struct MergeFill<'a> {
    /// Not yet reached, last first.
    waiting: Vec<Area>,
    active: Vec<(Area, Cell<'a>)>,
}

/// More merges than a person makes; beyond that they are ignored rather than held.
const MAX_MERGES: usize = 200_000;

impl<'a> MergeFill<'a> {
    pub(crate) fn new(mut areas: Vec<Area>) -> Self {
        areas.truncate(MAX_MERGES);
        areas.retain(|area| area.last_row > area.first_row);
        areas.sort_by_key(|area| std::cmp::Reverse(area.first_row));
        Self { waiting: areas, active: Vec::new() }
    }

    /// Adds a merge that starts in the row now being read.
    pub(crate) fn begin(&mut self, area: Area, value: Cell<'a>) {
        if area.last_row > area.first_row && self.active.len() < MAX_MERGES {
            self.active.push((area, value));
        }
    }

    /// Whether any merge reaches below its first row here.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.active.is_empty()
    }

    /// Fills the row's covered cells; rows have to come in rising order.
    pub(crate) fn fill(&mut self, row: u32, cells: &mut Vec<Cell<'a>>) {
        if self.is_idle() {
            return;
        }
        self.active.retain(|(area, _)| area.last_row >= row);
        if cells.iter().all(Cell::is_blank) {
            return;
        }
        for (area, value) in &self.active {
            let column = usize::from(area.column);
            if area.first_row < row && cells.get(column).is_none_or(Cell::is_blank) {
                if cells.len() <= column {
                    cells.resize(column + 1, Cell::Empty);
                }
                cells[column] = value.clone();
            }
        }
        while let Some(area) = self.waiting.last().copied().filter(|area| area.first_row <= row) {
            self.waiting.pop();
            let value = cells.get(usize::from(area.column)).filter(|_| area.first_row == row);
            if let Some(value) = value.filter(|cell| !cell.is_blank()).cloned() {
                self.begin(area, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    #[test]
    fn a_merged_class_reaches_every_row_it_covers() {
        let mut fill = MergeFill::new(vec![Area { first_row: 1, last_row: 2, column: 0 }]);
        let mut rows = [
            vec![text("班级"), text("姓名")],
            vec![text("3班"), text("张三")],
            vec![Cell::Empty, text("李四")],
            vec![Cell::Empty, text("王五")],
        ];
        for (row, cells) in rows.iter_mut().enumerate() {
            fill.fill(row as u32, cells);
        }
        assert_eq!(rows[2][0], text("3班"));
        assert_eq!(rows[3][0], Cell::Empty);
        assert!(fill.is_idle());
    }
}
