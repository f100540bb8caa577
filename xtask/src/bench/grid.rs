//! The grid in a browser beside those that can be had for nothing: a million rows that answer asynchronously.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Sizes;
use super::peers::Peers;
use super::table::{Reach, Row, Table};
use crate::{process, ui};

/// Measurements of each grid; the median counts.
const ROUNDS: &str = "3";

/// The others: the runner's name, what the table calls it, and whether ours has to be ahead of it.
const PEERS: [(&str, &str, bool); 3] =
    [("ag-grid", "AG Grid Community", true), ("revogrid", "RevoGrid", true), ("glide", "Glide (canvas)", false)];

/// What is measured: the runner's name of it and the table's. AG Grid sells the pasting of blocks separately: there the
/// page takes the block from the paste event, saves it and sets the loaded rows through their row nodes.
const MEASURED: [(&str, &str); 4] = [
    ("first_paint_ms", "first paint"),
    ("slow_p95_ms", "slow scroll, p95 of a frame"),
    ("fast_p95_ms", "fast scroll, p95 of a frame"),
    ("paste_ms", "paste of 5,000 x 5 cells"),
];

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let packages = peers.grid.as_deref().context("the grids are not installed")?;
    // Ours is bundled with the program's own packages.
    ui::install()?;
    let grids = measure(peers, packages, sizes.grid_rows)?;
    let ours = grids.of("ours").map_err(|failure| failure.context("our own grid"))?;
    for (name, title, is_judged) in PEERS {
        let theirs = match grids.of(name) {
            Ok(theirs) => theirs,
            Err(failure) => {
                table.leave_out(format!("grid beside {title}"), format!("{failure:#}"));
                continue;
            }
        };
        for (figure, what) in MEASURED {
            // AG Grid Community has no paste of its own, so that this one is not the same work.
            let how = if (name, figure) == ("ag-grid", "paste_ms") { " (there by its row nodes)" } else { "" };
            table.add(Row {
                what: format!("grid of {} rows, {what}{how}", sizes.grid_rows),
                unit: "ms",
                ours: number(ours, figure)?,
                peer: title,
                theirs: number(theirs, figure)?,
                reach: if is_judged { Reach::Ratio(1.0) } else { Reach::Nothing },
            });
        }
    }
    Ok(())
}

/// Builds the pages and runs them.
fn measure(peers: &Peers, packages: &Path, rows: u32) -> Result<Grids> {
    let node = process::find("node").context("there is no Node.js")?;
    let pages = packages.join("pages");
    let mut build = peers.command(&node);
    build.arg(Peers::script("grid/build.mjs")).arg(packages).arg(&pages);
    let built = Grids::read(&aloud(build)?, "page")?;
    let (ready, broken): (Vec<_>, Vec<_>) = built.0.into_iter().partition(|(_, told)| told["left_out"].is_null());
    let mut run = peers.command(&node);
    run.arg(Peers::script("grid/run.mjs")).arg(packages).arg(&pages).args([&rows.to_string(), ROUNDS]);
    run.args(ready.iter().map(|(name, _)| name));
    let mut grids = Grids::read(&aloud(run)?, "grid")?;
    grids.0.extend(broken);
    Ok(grids)
}

fn aloud(mut command: std::process::Command) -> Result<String> {
    println!("{}", process::shown(&command));
    let printed = process::output(&mut command)?;
    print!("{printed}");
    Ok(printed)
}

/// What was told of each grid, by its name.
struct Grids(BTreeMap<String, Value>);

impl Grids {
    /// One JSON object a line, each named by its member `key`.
    fn read(printed: &str, key: &str) -> Result<Self> {
        let mut grids = BTreeMap::new();
        for line in printed.lines() {
            let told: Value = serde_json::from_str(line).context("a grid is told in a JSON line")?;
            let name = told[key].as_str().with_context(|| format!("a line without {key}"))?.to_owned();
            grids.insert(name, told);
        }
        Ok(Self(grids))
    }

    fn of(&self, name: &str) -> Result<&Value> {
        let told = self.0.get(name).context("it was not run")?;
        match told["left_out"].as_str() {
            Some(why) => bail!("{why}"),
            None => Ok(told),
        }
    }
}

fn number(told: &Value, figure: &str) -> Result<f64> {
    told[figure].as_f64().with_context(|| format!("no {figure} was told"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_that_failed_says_why_and_the_others_are_read() {
        let printed = "{\"grid\":\"ours\",\"paste_ms\":41.5}\n{\"grid\":\"glide\",\"left_out\":\"no paste\"}\n";
        let grids = Grids::read(printed, "grid").expect("two lines");
        assert_eq!(number(grids.of("ours").expect("ours ran"), "paste_ms").expect("a number"), 41.5);
        assert_eq!(grids.of("glide").expect_err("glide failed").to_string(), "no paste");
        assert!(grids.of("revogrid").is_err() && number(grids.of("ours").expect("ours ran"), "slow_p95_ms").is_err());
        assert!(Grids::read("npm warn\n", "grid").is_err());
    }
}
