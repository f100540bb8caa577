//! The same sheet of labels as PDF by ours, Typst and ReportLab.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::Sizes;
use super::measured::Measured;
use super::peers::Peers;
use super::table::{Reach, Row, Table};
use crate::{places, process};

/// A peer: its script, its name, which CPU figure counts, and the part of it that ours may need at most. Of Typst only
/// its own work counts, not the script's that hands the people over.
const PEERS: [(&str, &str, &str, f64); 2] =
    [("typst_labels.py", "Typst", "alone_cpu_s", 0.4), ("reportlab_labels.py", "ReportLab", "cpu_s", 0.07)];

/// crates/sheets brings it.
pub(crate) const OURS: &str = "examples/labels";

/// The font of Debian's fonts-hanazono, for the characters that the usual one lacks.
const RARE_FONT: &str = "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf";

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let count = sizes.labels;
    let people = people(peers, count)?;
    let out = peers.folder.join("ours.pdf");
    let mut command = peers.command(&peers.program(OURS)?);
    let ours = Measured::run(peers, command.arg(&people).arg(&out), Some(&out))?;
    let megabytes = |measured: &Measured| measured.number("out_bytes").map(|bytes| bytes / 1e6);
    for (script, peer, cpu, most) in PEERS {
        let theirs = match draw(peers, script, &people) {
            Ok(theirs) => theirs,
            Err(failure) => {
                table.leave_out(format!("labels by {peer}"), format!("{failure:#}"));
                continue;
            }
        };
        let mut add = |what: &str, unit, ours, theirs, reach| {
            table.add(Row { what: format!("{count} labels, {what}"), unit, ours, peer, theirs, reach });
        };
        add("CPU", "s", ours.number("cpu_s")?, theirs.number(cpu)?, Reach::Ratio(most));
        add("peak memory", "MB", ours.number("peak_mb")?, theirs.number("peak_mb")?, Reach::Nothing);
        add("PDF", "MB", megabytes(&ours)?, megabytes(&theirs)?, Reach::Nothing);
    }
    grow(peers, sizes, &ours, table)
}

/// Megabytes of a file that a thousand may take, at most.
const MOST_MB_A_THOUSAND: f64 = 1.2;
/// Seconds of CPU that a thousand may take, at most: 4,000 a second.
const MOST_S_A_THOUSAND: f64 = 0.25;
/// Of a run of any length. The people themselves are counted in.
const PEAK_MOST_MB: f64 = 80.0;
/// Labels of a page.
const LABELS_A_PAGE: u32 = 24;

/// Ten times the labels, and very many pages, beside the usual number: what it costs must grow with the labels, memory not at
/// all. Typst would hold all of it at once, about 11 GB.
fn grow(peers: &Peers, sizes: Sizes, usual: &Measured, table: &mut Table) -> Result<()> {
    for (count, what) in [
        (sizes.labels_large, format!("{} labels", sizes.labels_large)),
        (sizes.pages * LABELS_A_PAGE, format!("{} pages", sizes.pages)),
    ] {
        let people = table_of(peers, count)?;
        let out = peers.folder.join("ours_large.pdf");
        let mut command = peers.command(&peers.program(OURS)?);
        let large = Measured::run(peers, command.arg(&people).arg(&out), Some(&out))?;
        let thousands = f64::from(count) / 1000.0;
        let usual_thousands = f64::from(sizes.labels) / 1000.0;
        let mut add = |figure: &str, unit, ours, theirs, most| {
            let row = Row {
                what: format!("{what}, {figure}"),
                unit,
                ours,
                peer: "fewer",
                theirs,
                reach: Reach::Amount(most),
            };
            table.add(row);
        };
        let cpu = |measured: &Measured, thousands: f64| measured.number("cpu_s").map(|spent| spent / thousands);
        let size =
            |measured: &Measured, thousands: f64| measured.number("out_bytes").map(|bytes| bytes / 1e6 / thousands);
        add("CPU of 1,000", "s", cpu(&large, thousands)?, cpu(usual, usual_thousands)?, MOST_S_A_THOUSAND);
        add("PDF of 1,000", "MB", size(&large, thousands)?, size(usual, usual_thousands)?, MOST_MB_A_THOUSAND);
        add("peak memory", "MB", large.number("peak_mb")?, usual.number("peak_mb")?, PEAK_MOST_MB);
        std::fs::remove_file(&out)?;
    }
    Ok(())
}

/// The list of people, and their codes for those who are not measured for making codes.
fn people(peers: &Peers, count: u32) -> Result<PathBuf> {
    let people = table_of(peers, count)?;
    let codes = peers.folder.join(format!("labels_{count}.tsv.codes"));
    if !codes.exists() {
        let made = File::create(&codes)?;
        process::run(peers.command(&peers.program("make_codes")?).arg(&people).stdout(made))?;
    }
    Ok(people)
}

/// The list of people alone.
fn table_of(peers: &Peers, count: u32) -> Result<PathBuf> {
    let people = peers.folder.join(format!("labels_{count}.tsv"));
    if !people.exists() {
        let script = Peers::script("labels/members.py");
        process::run(peers.command(peers.python()?).arg(script).arg(count.to_string()).arg(&people))?;
    }
    Ok(people)
}

fn draw(peers: &Peers, script: &str, people: &Path) -> Result<Measured> {
    ensure!(Path::new(RARE_FONT).exists(), "the font of fonts-hanazono is not installed");
    let out = peers.folder.join(script).with_extension("pdf");
    let mut command = peers.command(peers.python()?);
    command.env("FONT", places::root().join("crates/sheets/fonts/NotoSansSC-Regular.ttf")).env("RARE_FONT", RARE_FONT);
    command.arg(Peers::script("labels").join(script)).arg(people).arg(&out);
    Measured::run(peers, &command, Some(&out))
}
