//! The other programs: installed once under target/bench, by their registries' own clients.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{places, process, python};

/// What could be prepared; what could not is None, and why was told.
pub(crate) struct Peers {
    /// The work folder.
    pub(crate) folder: PathBuf,
    /// A Python with the packages of bench/peers/requirements.txt.
    pub(crate) python: Option<PathBuf>,
    /// The folder that holds PouchDB's node_modules.
    pub(crate) pouch: Option<PathBuf>,
    /// The folder that holds the grids' node_modules.
    pub(crate) grid: Option<PathBuf>,
    programs: PathBuf,
}

impl Peers {
    pub(crate) fn prepare() -> Result<Self> {
        let folder = places::target()?.join("bench");
        fs::create_dir_all(&folder)?;
        let python =
            told("Python's programs", python::environment(&folder.join("python"), &Self::script("requirements.txt")));
        let pouch = told("PouchDB", prepare_node(&folder.join("pouch"), "sync/pouch", "pouchdb"));
        let grid = told("the grids", prepare_node(&folder.join("grid"), "grid", "ag-grid-community"));
        Ok(Self { python, pouch, grid, programs: places::target()?.join("release"), folder })
    }

    /// A program of mingce-bench, or `examples/NAME` of another crate; the name of the missing one is the error.
    pub(crate) fn program(&self, name: &str) -> Result<PathBuf> {
        let path = self.programs.join(places::executable(name));
        ensure!(path.exists(), "there is no program {name} to compare");
        Ok(path)
    }

    /// The Python of the peers.
    pub(crate) fn python(&self) -> Result<&Path> {
        self.python.as_deref().context("there is no Python with the programs compared with")
    }

    /// A command in the work folder.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        command
    }

    /// A file under bench/peers.
    pub(crate) fn script(path: &str) -> PathBuf {
        places::root().join("bench/peers").join(path)
    }
}

fn told<T>(what: &str, prepared: Result<T>) -> Option<T> {
    match prepared {
        Ok(prepared) => Some(prepared),
        Err(failure) => {
            println!("LEFT OUT: {what}: {failure:#}");
            None
        }
    }
}

/// The packages that the folder under bench/peers pins; the copy of its list tells whether they are still the right ones.
fn prepare_node(folder: &Path, pinned: &str, one_of_them: &str) -> Result<PathBuf> {
    ensure!(process::find("node").is_some(), "there is no Node.js");
    fs::create_dir_all(folder)?;
    let lock = fs::read_to_string(Peers::script(pinned).join("package-lock.json"))?;
    let is_installed = folder.join("node_modules").join(one_of_them).exists();
    if is_installed && fs::read_to_string(folder.join("package-lock.json")).is_ok_and(|installed| installed == lock) {
        return Ok(folder.to_owned());
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(Peers::script(pinned).join(name), folder.join(name))?;
    }
    process::run(process::npm().current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--silent"]))?;
    Ok(folder.to_owned())
}
