//! Photographs of every screen, by the same browser and host as the browser tests.

use anyhow::{Result, ensure};

use crate::{places, process, test, ui};

/// Takes the browser with it and writes under docs/.
const SCRIPT: &str = "tests/e2e/screenshots.mjs";

pub(crate) fn run() -> Result<()> {
    ensure!(places::root().join(SCRIPT).exists(), "{SCRIPT} is not there");
    ui::build()?;
    process::run(process::cargo().args(["build", "--package", "mingce-devhost", "--package", "mingce-cli", "--bins"]))?;
    let mut node = process::command("node");
    test::name_programs(&mut node)?;
    process::run(node.arg(SCRIPT))
}
