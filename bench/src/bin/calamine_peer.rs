//! A workbook read by calamine, cell by cell as its own streaming does it, and nothing done with the cells.
//! usage: `calamine_peer IN.xlsx`; the last line is JSON.

use std::hint::black_box;

use anyhow::{Context, Result};
use calamine::{Reader, Xlsx, open_workbook};
use mingce_bench::meter::Meter;

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).context("usage: calamine_peer IN.xlsx")?;
    let meter = Meter::start();
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    let sheet = workbook.sheet_names().first().context("the workbook has no sheet")?.clone();
    let mut cells = workbook.worksheet_cells_reader(&sheet)?;
    let (mut rows, mut last) = (0, None);
    while let Some(cell) = cells.next_cell()? {
        let row = black_box(&cell).get_position().0;
        rows += u64::from(last != Some(row));
        last = Some(row);
    }
    // The headings are no member.
    meter.print(rows.saturating_sub(1))
}
