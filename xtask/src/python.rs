//! Python programs that others wrote, in a virtual environment of their own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// The interpreter of an environment in the folder with the packages that the list pins. A copy of the list in there tells
/// whether it is still the right one.
pub(crate) fn environment(folder: &Path, list: &Path) -> Result<PathBuf> {
    let python = folder.join("bin").join("python");
    let wanted = fs::read_to_string(list)?;
    let installed = folder.join("requirements.txt");
    if python.exists() && fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let system = process::find("python3").context("there is no python3")?;
    process::run(process::command(system).args(["-m", "venv"]).arg(folder))?;
    process::run(process::command(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(list))?;
    fs::write(installed, wanted)?;
    Ok(python)
}
