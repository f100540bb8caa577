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

/// What the workbook holds, and what has to be reached with it. With guardians a row is three records of ours, each
/// with its history and its place in the outbox, and still one row of the other's table: told, not judged.
const WORKBOOKS: [(&str, Reach); 2] = [("members", Reach::Ratio(MOST)), ("guardians", Reach::Nothing)];

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    for (kind, reach) in WORKBOOKS {
        compare_workbook(peers, sizes.imported, (kind, reach), table)?;
    }
    Ok(())
}

fn compare_workbook(peers: &Peers, count: u32, (kind, reach): (&str, Reach), table: &mut Table) -> Result<()> {
    let workbook = peers.folder.join(format!("import_{kind}_{count}.xlsx"));
    if !workbook.exists() {
        let script = Peers::script("import/workbook.py");
        let mut command = peers.command(peers.python()?);
        process::run(command.arg(script).arg(count.to_string()).arg(kind).arg(&workbook))?;
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
        table.add(Row { what: format!("import of {count} rows, {kind}, {what}"), unit, ours, peer, theirs, reach });
    };
    add("CPU", "s", ours.number("op_cpu_s")?, theirs.number("op_cpu_s")?, reach);
    add("peak memory", "MB", ours.number("peak_mb")?, theirs.number("peak_mb")?, Reach::Nothing);
    Ok(())
}
