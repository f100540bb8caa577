//! Where things lie in the checkout and beside it. Nothing is written outside `target`, `out` and the tree itself.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The top of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the top folder")
}

/// What cargo knows about the workspace, dependencies' own dependencies left out.
pub(crate) fn metadata() -> Result<&'static Value> {
    static METADATA: OnceLock<Value> = OnceLock::new();
    if let Some(known) = METADATA.get() {
        return Ok(known);
    }
    let text = process::output(process::cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let value = serde_json::from_str(&text).context("cargo metadata did not answer with JSON")?;
    Ok(METADATA.get_or_init(|| value))
}

/// Cargo's folder for what it builds.
pub(crate) fn target() -> Result<PathBuf> {
    let folder = metadata()?["target_directory"].as_str().context("cargo metadata names no target directory")?;
    Ok(PathBuf::from(folder))
}

/// A program's file name on this platform.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Tools that the tests need and no package manager brings, each under `bin`.
pub(crate) fn tools() -> Result<PathBuf> {
    Ok(target()?.join("tools"))
}

/// A package of the workspace and the names of their integration tests.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) tests: Vec<String>,
}

/// The workspace's packages as cargo lists them.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let packages = metadata()?["packages"].as_array().context("cargo metadata lists no packages")?;
    packages.iter().map(package).collect()
}

fn package(entry: &Value) -> Result<Package> {
    let name = entry["name"].as_str().context("a package without a name")?.to_owned();
    let is_test =
        |target: &&Value| target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"));
    let tests = entry["targets"].as_array().into_iter().flatten().filter(is_test);
    let tests = tests.filter_map(|target| target["name"].as_str().map(str::to_owned)).collect();
    Ok(Package { name, tests })
}

/// Files directly in a folder of the tree whose name ends so, in order of name. No folder, no files.
pub(crate) fn files_ending(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.to_str().is_some_and(|path| path.ends_with(ending))).collect();
    files.sort();
    files
}
