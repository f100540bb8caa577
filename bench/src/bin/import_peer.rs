//! A workbook brought into an encrypted roster: read, checked, compared with the roster, applied as one batch with
//! history, outbox and search keys. usage: `import_peer IN.xlsx FOLDER`; the last line is JSON.

use std::path::PathBuf;

use anyhow::{Context, Result};
use mingce_bench::desk;
use mingce_bench::meter::Meter;
use mingce_ipc::profile::ServicePlace;

fn main() -> Result<()> {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let mut word = || words.next().context("usage: import_peer IN.xlsx FOLDER");
    let (workbook, folder) = (word()?, word()?);
    let app = desk::app(&folder)?;
    desk::create(&app, ServicePlace::ThisComputer)?;
    desk::open(&app)?;
    let meter = Meter::start();
    let applied = desk::import(&app, &workbook, None)?;
    meter.print(u64::from(applied.added))
}
