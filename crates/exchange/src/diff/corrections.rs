//! What a person typed over cells of a file that was faulty there. The file itself stays as it is.

use crate::read::Cell;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// Texts by the row's key in an earlier plan of the file and the column's place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Corrections {
    of_rows: HashMap<u32, Vec<(u16, String)>>,
}

impl Corrections {
    /// Puts a text over a cell, in place of one that was put there before.
    pub fn type_over(&mut self, row: u32, column: u16, text: String) {
        let typed = self.of_rows.entry(row).or_default();
        typed.retain(|(other, _)| *other != column);
        typed.push((column, text));
    }

    /// Rows over which something else is typed than in the other.
    pub(crate) fn differing(&self, other: &Self) -> impl Iterator<Item = u32> {
        let typed = |of: &Self, row: u32| {
            let mut typed = of.of_rows.get(&row).cloned().unwrap_or_default();
            typed.sort_unstable();
            typed
        };
        let rows: BTreeSet<u32> = self.of_rows.keys().chain(other.of_rows.keys()).copied().collect();
        let differs = |row: &u32| typed(self, *row) != typed(other, *row);
        rows.into_iter().filter(differs).collect::<Vec<_>>().into_iter()
    }

    /// The row as it is with what was typed. Of a column behind the last one that is read nothing is taken.
    pub(crate) fn on<'c>(&'c self, row: u32, cells: &'c [Cell<'c>], width: usize) -> Cow<'c, [Cell<'c>]> {
        let Some(typed) = self.of_rows.get(&row) else { return Cow::Borrowed(cells) };
        let mut cells = cells.to_vec();
        for (column, text) in typed {
            let column = usize::from(*column);
            if column >= width {
                continue;
            }
            if column >= cells.len() {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = Cell::Text(Cow::Borrowed(text));
        }
        Cow::Owned(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_last_lies_over_the_cell_and_nothing_grows_beyond_the_columns() {
        let mut corrections = Corrections::default();
        corrections.type_over(3, 1, "一".into());
        corrections.type_over(3, 1, "二".into());
        corrections.type_over(3, 2, "三".into());
        corrections.type_over(3, u16::MAX, "四".into());
        let cells = [Cell::Text("名".into()), Cell::Bool(true)];
        let typed = corrections.on(3, &cells, 3);
        let texts: Vec<_> = typed.iter().map(Cell::text).collect();
        assert_eq!(texts, ["名", "二", "三"]);
        assert!(matches!(corrections.on(4, &cells, 3), Cow::Borrowed(_)));
    }
}
