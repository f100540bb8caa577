//! A workbook brought into an encrypted roster: read, checked, compared with the roster, applied as one batch with
//! history, outbox and search keys; or only read, to tell how much of that is reading.
//! usage: `import_peer IN.xlsx FOLDER` or `import_peer IN.xlsx`; the last line is JSON.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mingce_bench::desk;
use mingce_bench::meter::Meter;
use mingce_exchange::read::{Limits, open};
use mingce_exchange::unwatched;
use mingce_ipc::profile::ServicePlace;

fn main() -> Result<()> {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let workbook = words.next().context("usage: import_peer IN.xlsx [FOLDER]")?;
    match words.next() {
        Some(folder) => import(&workbook, &folder),
        None => read(&workbook),
    }
}

fn import(workbook: &Path, folder: &Path) -> Result<()> {
    let app = desk::app(folder)?;
    desk::create(&app, ServicePlace::ThisComputer)?;
    desk::open(&app)?;
    let meter = Meter::start();
    let applied = desk::import(&app, workbook, None)?;
    meter.print(u64::from(applied.added))
}

/// Goes over every cell and does nothing with it.
fn read(workbook: &Path) -> Result<()> {
    let meter = Meter::start();
    let mut workbook = open(workbook, &Limits::default())?;
    let sheet = workbook.default_sheet().name.clone();
    let mut rows = 0;
    unwatched(|run| {
        workbook.read_rows(&sheet, run, &mut |_, cells| {
            std::hint::black_box(cells);
            rows += 1;
            Ok(ControlFlow::Continue(()))
        })
    })?;
    // The headings are no member.
    meter.print(rows - 1)
}
