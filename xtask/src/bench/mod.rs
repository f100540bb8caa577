//! `cargo xtask bench`: our programs and others on the same work in the same run, and one table of what each cost.
//! The others are installed under target/bench; whatever cannot be had or built is left out, aloud.

mod codes;
mod grid;
mod import;
mod labels;
mod measured;
mod peers;
mod roster;
mod search;
mod sync;
mod table;

use anyhow::{Result, bail};
use clap::Args;

use crate::packages::{self, Consent};
use crate::process;
use peers::Peers;
use table::Table;

#[derive(Args)]
pub(crate) struct Bench {
    /// Do only this comparison: sync, labels, codes, import, search, roster or grid. May be given more than once.
    #[arg(long, value_name = "WHAT")]
    only: Vec<String>,
    /// A tenth of the usual sizes: soon done, good for a look, not for the record.
    #[arg(long)]
    quick: bool,
    /// Sync so many members in place of the usual number.
    #[arg(long, value_name = "MEMBERS")]
    synced: Option<u32>,
    /// Install what the other programs need without asking.
    #[arg(long)]
    yes: bool,
}

/// A comparison: its name and how it adds its rows.
type Comparison = (&'static str, fn(&Peers, Sizes, &mut Table) -> Result<()>);

const COMPARISONS: [Comparison; 7] = [
    ("sync", sync::compare),
    ("labels", labels::compare),
    ("codes", codes::compare),
    ("import", import::compare),
    ("search", search::compare),
    ("roster", roster::compare),
    ("grid", grid::compare),
];

/// How much work each program gets.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) synced: u32,
    pub(crate) labels: u32,
    pub(crate) labels_large: u32,
    /// Of one run, for its memory and its first page.
    pub(crate) pages: u32,
    pub(crate) codes: u32,
    pub(crate) imported: u32,
    pub(crate) imported_large: u32,
    pub(crate) searched: u32,
    pub(crate) grid_rows: u32,
}

impl Sizes {
    const USUAL: Self = Self {
        synced: 100_000,
        labels: 10_000,
        labels_large: 100_000,
        pages: 10_000,
        codes: 100_000,
        imported: 100_000,
        imported_large: 300_000,
        searched: 1_000_000,
        grid_rows: 1_000_000,
    };
    const QUICK: Self = Self {
        synced: 10_000,
        labels: 1_000,
        labels_large: 10_000,
        pages: 1_000,
        codes: 10_000,
        imported: 10_000,
        imported_large: 30_000,
        searched: 100_000,
        grid_rows: 100_000,
    };
}

impl Bench {
    pub(crate) fn run(&self) -> Result<()> {
        if !cfg!(target_os = "linux") {
            bail!("the comparison reads CPU and memory from /proc, so it runs on Linux only");
        }
        if let Some(unknown) = self.only.iter().find(|name| COMPARISONS.iter().all(|(known, _)| known != name)) {
            let known: Vec<&str> = COMPARISONS.iter().map(|(name, _)| *name).collect();
            bail!("there is no comparison {unknown:?}; there are {}", known.join(", "));
        }
        if let Err(failure) = packages::install(&[&packages::BENCH], Consent::from_yes(self.yes)) {
            println!("left out: {failure:#}");
        }
        let programs = ["--package", "mingce-bench", "--bins", "--package", "mingce-sheets", "--example", "labels"];
        process::run(process::cargo().args(["build", "--release"]).args(programs))?;
        let peers = Peers::prepare()?;
        let usual = if self.quick { Sizes::QUICK } else { Sizes::USUAL };
        let sizes = Sizes { synced: self.synced.unwrap_or(usual.synced), ..usual };
        let mut table = Table::default();
        for (name, compare) in COMPARISONS {
            if self.only.is_empty() || self.only.iter().any(|only| only == name) {
                println!("\n=== {name}");
                if let Err(failure) = compare(&peers, sizes, &mut table) {
                    table.leave_out(name, format!("{failure:#}"));
                }
            }
        }
        print!("\n{table}");
        Ok(())
    }
}
