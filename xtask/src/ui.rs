//! Building and checking the web UI by npm's own commands, with the packages of the lock file and no others.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{places, process};

/// The oldest Node whose runtime the UI's tools accept.
const OLDEST_NODE: u32 = 20;

/// Installs the packages of the lock file, unless they are installed already.
pub(crate) fn install() -> Result<()> {
    check_node()?;
    let ui = places::root().join("ui");
    if is_installed(&ui) {
        return Ok(());
    }
    process::run(process::npm().args(["ci", "--no-audit", "--no-fund"]))
}

/// npm leaves a copy of the lock file among the packages; an older copy means that the lock file has changed since.
fn is_installed(ui: &Path) -> bool {
    let changed_at = |path: &str| fs::metadata(ui.join(path)).and_then(|found| found.modified()).ok();
    match (changed_at("node_modules/.package-lock.json"), changed_at("package-lock.json")) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}

fn check_node() -> Result<()> {
    let node = process::find("node").context("Node.js 20 or newer is needed to build the UI, and there is none")?;
    let version = process::output(process::command(node).arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= OLDEST_NODE),
        "Node.js {} is too old: {OLDEST_NODE} or newer is needed",
        version.trim()
    );
    Ok(())
}

/// Runs a script of ui/package.json.
pub(crate) fn script(name: &str) -> Result<()> {
    process::run(process::npm().args(["run", "--silent", name]))
}

/// Makes ui/dist, which the shell embeds.
pub(crate) fn build() -> Result<()> {
    install()?;
    script("build")
}
