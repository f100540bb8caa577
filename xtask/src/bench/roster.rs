//! A roster of a million members as a person feels it: opened, searched, leafed through, changed all at once. Beside it
//! the same with a thousand members, and a LIKE scan and a raw UPDATE in the same encrypted file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::Sizes;
use super::measured::Measured;
use super::peers::Peers;
use super::table::{Reach, Row, Table};
use crate::process;

/// What the large roster is compared with. It has as many departments for its members as the large one.
const FEW: u32 = 1_000;
const MEMBERS_OF_A_DEPARTMENT: u32 = 200;
/// A school, its grades and a class of each.
const FEWEST_DEPARTMENTS: u32 = 5;
/// A start is a process of its own; the median of these counts.
const STARTS: usize = 9;

/// The first page of a large roster may take so many times that of a small one.
const START_MOST: f64 = 2.0;
/// A page at a random place may take so many times one of a small roster.
const PAGE_MOST: f64 = 3.0;
/// At least fifty times as fast as a LIKE scan.
const SEARCH_MOST: f64 = 0.02;
/// History, outbox and what undo needs may cost so many times the bare writing of the column.
const SET_MOST: f64 = 4.0;
/// Of the process that holds the large roster open.
const PEAK_MOST_MB: f64 = 500.0;

/// What people type, as `roster_peer` names it and as the table says it.
const TYPED: [(&str, &str); 6] = [
    ("name", "name"),
    ("pinyin", "pinyin"),
    ("initials", "initials"),
    ("number", "number"),
    ("phone", "phone"),
    ("middle", "middle of a number"),
];

/// The orders under which pages are fetched, likewise.
const SORTS: [(&str, &str); 9] = [
    ("added", "as added"),
    ("name", "by name"),
    ("card_number", "by number"),
    ("department", "by department"),
    ("phone", "by phone"),
    ("birth_date", "by birth date"),
    ("document_number", "by document"),
    ("entry_year", "by entry year"),
    ("address", "by address"),
];

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let peer = Peer { peers, program: peers.program("roster_peer")? };
    let count = sizes.searched;
    let many = peer.make("roster_many", count)?;
    let few = peer.make("roster_few", FEW)?;
    let measure = |step: &str, folder: &Path| peer.run(&[step], folder, &[]);
    let mut add = |what: String, unit, ours, peer, theirs, reach| {
        table.add(Row { what, unit, ours, peer, theirs, reach });
    };

    let peer_name = "1,000 members";
    let (ours, theirs) = (measure("pages", &many)?, measure("pages", &few)?);
    for (name, title) in SORTS {
        let figure = format!("page_{name}_ms");
        let what = format!("random page of {count} {title}, median");
        add(what, "ms", ours.number(&figure)?, peer_name, theirs.number(&figure)?, Reach::Ratio(PAGE_MOST));
        let figure = format!("open_{name}_ms");
        let what = format!("{count} put in order {title}");
        add(what, "ms", ours.number(&figure)?, peer_name, theirs.number(&figure)?, Reach::Nothing);
    }

    // Not first: what was just made is still being written to the disk.
    let mut starts = [Vec::new(), Vec::new()];
    for _ in 0..STARTS {
        for (folder, times) in [&many, &few].into_iter().zip(&mut starts) {
            times.push(measure("start", folder)?.number("start_ms")?);
        }
    }
    let [ours, theirs] = starts.map(median);
    add(format!("start of {count} to the first page"), "ms", ours, peer_name, theirs, Reach::Ratio(START_MOST));

    let found = peer.run(&["search"], &many, &[count.to_string()])?;
    for (name, title) in TYPED {
        let scan = found.number(&format!("{name}_like_ms"))?;
        // The scan takes as long for every text, so that its median stands for all.
        let percentiles = [("p50", Reach::Ratio(SEARCH_MOST)), ("p95", Reach::Nothing), ("p99", Reach::Nothing)];
        for (figure, reach) in percentiles {
            let ours = found.number(&format!("{name}_{figure}_ms"))?;
            add(format!("keystroke to page of {count}, {title}, {figure}"), "ms", ours, "LIKE scan", scan, reach);
        }
    }

    let held = measure("hold", &many)?.number("peak_mb")?;
    let small = measure("hold", &few)?.number("peak_mb")?;
    add(format!("peak memory with {count} open"), "MB", held, peer_name, small, Reach::Amount(PEAK_MOST_MB));

    // Each writes into a roster that nobody wrote into before; the last may have the original.
    let copy = peer.copy(&many, "roster_raw")?;
    let raw = measure("raw", &copy)?;
    fs::remove_dir_all(&copy)?;
    let set = measure("set", &many)?;
    ensure!(set.number("rows")? == raw.number("rows")?, "not the same rows were set");
    let (cpu, raw_cpu, peer_name) = (set.number("op_cpu_s")?, raw.number("op_cpu_s")?, "raw UPDATE");
    add(format!("a field of {count} set, CPU"), "s", cpu, peer_name, raw_cpu, Reach::Ratio(SET_MOST));
    let (undo, peak, raw_peak) = (set.number("undo_cpu_s")?, set.number("peak_mb")?, raw.number("peak_mb")?);
    add("… and undone, CPU".to_owned(), "s", undo, peer_name, raw_cpu, Reach::Nothing);
    add("… peak memory".to_owned(), "MB", peak, peer_name, raw_peak, Reach::Nothing);
    for folder in [many, few] {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Our program and where it works.
struct Peer<'a> {
    peers: &'a Peers,
    program: PathBuf,
}

impl Peer<'_> {
    fn run(&self, step: &[&str], folder: &Path, more: &[String]) -> Result<Measured> {
        let mut command: Command = self.peers.command(&self.program);
        Measured::run(self.peers, command.args(step).arg(folder).args(more), None)
    }

    /// A fresh roster of so many members.
    fn make(&self, name: &str, members: u32) -> Result<PathBuf> {
        let folder = self.peers.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let departments = (members / MEMBERS_OF_A_DEPARTMENT).max(FEWEST_DEPARTMENTS);
        self.run(&["make"], &folder, &[members.to_string(), departments.to_string()])?;
        Ok(folder)
    }

    fn copy(&self, from: &Path, name: &str) -> Result<PathBuf> {
        let to = self.peers.folder.join(name);
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        process::run(process::command("cp").arg("-r").arg(from).arg(&to))?;
        Ok(to)
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_median_start_counts() {
        assert_eq!(super::median(vec![9.0, 1.0, 3.0, 2.0, 100.0]), 3.0);
    }
}
