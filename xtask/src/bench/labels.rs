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
    Ok(())
}

/// The list of people, and their codes for those who are not measured for making codes.
fn people(peers: &Peers, count: u32) -> Result<PathBuf> {
    let people = peers.folder.join(format!("labels_{count}.tsv"));
    let codes = peers.folder.join(format!("labels_{count}.tsv.codes"));
    if !people.exists() {
        let script = Peers::script("labels/members.py");
        process::run(peers.command(peers.python()?).arg(script).arg(count.to_string()).arg(&people))?;
    }
    if !codes.exists() {
        let made = File::create(&codes)?;
        process::run(peers.command(&peers.program("make_codes")?).arg(&people).stdout(made))?;
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
