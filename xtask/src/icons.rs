//! The icon set: drawn once in icons/icon.svg, everything else made from it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::{places, process};

/// What the bundles, the window and the pages use; whatever else the generator makes is dropped.
const KEPT: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.icns", "icon.ico"];

pub(crate) fn run() -> Result<()> {
    let tauri = tauri_program()?;
    let made = tempfile::tempdir().context("a folder for the generator")?;
    process::run(process::command(tauri).args(["icon", "icons/icon.svg", "--output"]).arg(made.path()))?;
    for name in KEPT {
        let from = made.path().join(name);
        fs::copy(&from, places::root().join("icons").join(name))
            .with_context(|| format!("the generator made no {name}"))?;
    }
    println!("icons: {} written", KEPT.join(", "));
    Ok(())
}

/// The bundler that fits the tauri of Cargo.lock; its npm package holds a ready program.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// The bundler's program, installed among the tools when it is first wanted.
pub(crate) fn tauri_program() -> Result<PathBuf> {
    let tools = places::tools()?;
    let program = tools.join("node_modules/.bin").join(if cfg!(windows) { "tauri.cmd" } else { "tauri" });
    if !program.exists() {
        fs::create_dir_all(&tools)?;
        let mut npm = process::npm();
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(&tools).arg(TAURI_CLI);
        process::run(&mut npm)?;
    }
    ensure!(program.exists(), "{TAURI_CLI} brought no program");
    Ok(program)
}
