//! The same workbook into the encrypted store by ours, and into a bare SQLite table by openpyxl; and a larger one beside
//! what only reading it costs: by the reader that libraries give, and by ours, which is several times as fast.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::Sizes;
use super::measured::Measured;
use super::peers::Peers;
use super::table::{Reach, Row, Table};
use crate::process;

/// At least ten times as fast.
const MOST: f64 = 0.1;

/// A large workbook: all of the import against its reading alone, and what it may hold in memory. The reading is
/// calamine's, which any program would take: a reader of ours that costs less does not make an import worse. What the
/// import is beside our own reader is told.
const MOST_BY_READING: f64 = 3.0;
const MOST_MB: f64 = 400.0;

/// What the workbook holds, and what has to be reached with it. With guardians a row is three records of ours, each
/// with its history and its place in the outbox, and still one row of the other's table: told, not judged.
const WORKBOOKS: [(&str, Reach); 2] = [("members", Reach::Ratio(MOST)), ("guardians", Reach::Nothing)];

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    for (kind, reach) in WORKBOOKS {
        compare_workbook(peers, sizes.imported, (kind, reach), table)?;
    }
    compare_with_reading(peers, sizes.imported_large, table)
}

/// The workbook with so many rows, which is made when it is missing.
fn workbook(peers: &Peers, count: u32, kind: &str) -> Result<PathBuf> {
    let workbook = peers.folder.join(format!("import_{kind}_{count}.xlsx"));
    if !workbook.exists() {
        let script = Peers::script("import/workbook.py");
        let mut command = peers.command(peers.python()?);
        process::run(command.arg(script).arg(count.to_string()).arg(kind).arg(&workbook))?;
    }
    Ok(workbook)
}

/// Ours, into a new roster.
fn import(peers: &Peers, workbook: &Path) -> Result<Measured> {
    let folder = peers.folder.join("import_ours");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut command = peers.command(&peers.program("import_peer")?);
    Measured::run(peers, command.arg(workbook).arg(&folder), None)
}

fn check_rows(measured: &Measured, whose: &str, count: u32) -> Result<()> {
    let rows = measured.number("rows")?;
    ensure!(rows == f64::from(count), "{whose} brought in {rows} of {count} rows");
    Ok(())
}

fn compare_workbook(peers: &Peers, count: u32, (kind, reach): (&str, Reach), table: &mut Table) -> Result<()> {
    let workbook = workbook(peers, count, kind)?;
    let ours = import(peers, &workbook)?;
    let mut command = peers.command(peers.python()?);
    command
        .arg(Peers::script("import/openpyxl_import.py"))
        .arg(&workbook)
        .arg(peers.folder.join("import_openpyxl.sqlite"));
    let theirs = Measured::run(peers, &command, None)?;
    check_rows(&ours, "ours", count)?;
    check_rows(&theirs, "openpyxl's", count)?;
    let peer = "openpyxl";
    let mut add = |what: &str, unit, ours, theirs, reach| {
        table.add(Row { what: format!("import of {count} rows, {kind}, {what}"), unit, ours, peer, theirs, reach });
    };
    add("CPU", "s", ours.number("op_cpu_s")?, theirs.number("op_cpu_s")?, reach);
    add("peak memory", "MB", ours.number("peak_mb")?, theirs.number("peak_mb")?, Reach::Nothing);
    Ok(())
}

fn compare_with_reading(peers: &Peers, count: u32, table: &mut Table) -> Result<()> {
    let workbook = workbook(peers, count, "members")?;
    let ours = import(peers, &workbook)?;
    let read = |program: &str| -> Result<Measured> {
        let mut command = peers.command(&peers.program(program)?);
        let reading = Measured::run(peers, command.arg(&workbook), None)?;
        check_rows(&reading, program, count)?;
        Ok(reading)
    };
    check_rows(&ours, "ours", count)?;
    let by_calamine = read("calamine_peer")?;
    let by_ours = read("import_peer")?;
    let mut add = |what: &str, unit, ours, peer, theirs, reach| {
        table.add(Row { what: format!("import of {count} rows, members, {what}"), unit, ours, peer, theirs, reach });
    };
    let cpu = ours.number("op_cpu_s")?;
    let reach = Reach::Ratio(MOST_BY_READING);
    add("CPU", "s", cpu, "reading alone, calamine", by_calamine.number("op_cpu_s")?, reach);
    add("CPU", "s", cpu, "reading alone, our reader", by_ours.number("op_cpu_s")?, Reach::Nothing);
    let (peak, reach) = (ours.number("peak_mb")?, Reach::Amount(MOST_MB));
    add("peak memory", "MB", peak, "reading alone, calamine", by_calamine.number("peak_mb")?, reach);
    Ok(())
}
