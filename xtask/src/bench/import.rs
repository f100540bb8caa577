//! The same workbook into the encrypted store by ours, and into a bare SQLite table by openpyxl.

use std::fs;

use anyhow::{Result, ensure};

use super::Sizes;
use super::measured::Measured;
use super::peers::Peers;
use super::table::{Reach, Row, Table};
use crate::process;

/// At least ten times as fast.
const MOST: f64 = 0.1;

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let count = sizes.imported;
    let workbook = peers.folder.join(format!("import_{count}.xlsx"));
    if !workbook.exists() {
        let script = Peers::script("import/workbook.py");
        process::run(peers.command(peers.python()?).arg(script).arg(count.to_string()).arg(&workbook))?;
    }
    let folder = peers.folder.join("import_ours");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut command = peers.command(&peers.program("import_peer")?);
    let ours = Measured::run(peers, command.arg(&workbook).arg(&folder), None)?;
    let mut command = peers.command(peers.python()?);
    command
        .arg(Peers::script("import/openpyxl_import.py"))
        .arg(&workbook)
        .arg(peers.folder.join("import_openpyxl.sqlite"));
    let theirs = Measured::run(peers, &command, None)?;
    for (measured, whose) in [(&ours, "ours"), (&theirs, "openpyxl's")] {
        ensure!(
            measured.number("rows")? == f64::from(count),
            "{whose} brought in {} of {count} rows",
            measured.number("rows")?
        );
    }
    let peer = "openpyxl";
    let mut add = |what: &str, unit, ours, theirs, reach| {
        table.add(Row { what: format!("import of {count} rows, {what}"), unit, ours, peer, theirs, reach });
    };
    add("CPU", "s", ours.number("op_cpu_s")?, theirs.number("op_cpu_s")?, Reach::Ratio(MOST));
    add("peak memory", "MB", ours.number("peak_mb")?, theirs.number("peak_mb")?, Reach::Nothing);
    Ok(())
}
