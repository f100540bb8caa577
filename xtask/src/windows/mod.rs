//! `cargo xtask windows`: the app, the command line and the service cross-built for Windows on Debian, and the tests of
//! the inner crates run under Wine, keyring, SQLCipher and HTTP included. Outside the ordinary test run: it takes long.
//!
//! What it cannot show: the window itself (Wine has no WebView2), an installer, a build by Microsoft's tools.

mod toolchain;
mod wine;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::packages::{self, Consent};
use crate::session::KEYRING_IS_OURS;
use crate::steps::{self, Outcome, Step};
use crate::{places, process, ui};

pub(crate) const TARGET: &str = "x86_64-pc-windows-gnu";

/// The same set for programs and tests, so that std is built once.
const STD: &str = "build-std=std,panic_abort,test";

/// There is no OpenSSL of the system there.
const OWN_OPENSSL: &str = "mingce-service/vendored-openssl";

/// The programs that users of Windows get.
const PROGRAMS: [&str; 3] = ["mingce-desktop", "mingce", "mingce-service"];
const PACKAGES: [&str; 3] = ["mingce-desktop", "mingce-cli", "mingce-service"];

/// The crates whose tests run under Wine: all but those that need a window or Unix tools.
const TESTED: [&str; 13] = [
    "mingce-model",
    "mingce-protocol",
    "mingce-ipc",
    "mingce-codes",
    "mingce-vault",
    "mingce-store",
    "mingce-sync",
    "mingce-exchange",
    "mingce-sheets",
    "mingce-client",
    "mingce-app",
    "mingce-host",
    "mingce-service",
];

#[derive(Args)]
pub(crate) struct Windows {
    /// Install what is missing without asking (also when CI=true).
    #[arg(long)]
    yes: bool,
    /// Do only this step; may be given more than once.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Show the steps and do nothing.
    #[arg(long)]
    list: bool,
}

/// Where everything of this lies: target/windows.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    consent: Consent,
}

const STEPS: &[Step<Folder>] = &[
    Step { name: "packages", purpose: "mingw and Wine", work: install_packages },
    Step { name: "toolchain", purpose: "a Rust with the sources of its standard library", work: get_toolchain },
    Step { name: "ui-build", purpose: "ui/dist, which the app embeds", work: |_| ui::build().map(|()| Outcome::Done) },
    Step { name: "build", purpose: "app, command line and service", work: build },
    Step { name: "dist", purpose: "the programs in target/windows/dist", work: lay_out },
    Step { name: "wine", purpose: "a Windows of our own to run tests in", work: prepare_wine },
    Step { name: "start", purpose: "command line and service start", work: start },
    Step { name: "test", purpose: "tests of the inner crates", work: test },
];

impl Windows {
    pub(crate) fn run(&self) -> Result<()> {
        if self.list {
            steps::list(STEPS);
            return Ok(());
        }
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) || process::find("apt-get").is_none() {
            bail!("the cross-build takes its toolchain from Debian: on Windows itself, cargo xtask test is the thing");
        }
        let path = places::target()?.join("windows");
        fs::create_dir_all(&path)?;
        steps::run("windows", STEPS, &self.only, &Folder { path, consent: Consent::from_yes(self.yes) })
    }
}

fn install_packages(folder: &Folder) -> Result<Outcome> {
    packages::install(&[&packages::WINDOWS], folder.consent)?;
    Ok(Outcome::Done)
}

fn get_toolchain(folder: &Folder) -> Result<Outcome> {
    toolchain::get(&folder.path)?;
    Ok(Outcome::Done)
}

/// Debian's second cargo, building for Windows into a folder of its own.
fn cargo(folder: &Folder, verb: &str) -> Result<Command> {
    let mut cargo = toolchain::cargo(&folder.path)?;
    cargo.args([verb, "-Z", STD, "--target", TARGET, "--target-dir"]).arg(folder.path.join("target"));
    cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc");
    Ok(cargo)
}

fn build(folder: &Folder) -> Result<Outcome> {
    let mut cargo = cargo(folder, "build")?;
    cargo.arg("--bins");
    for package in PACKAGES {
        cargo.args(["--package", package]);
    }
    cargo.args(["--features", OWN_OPENSSL]);
    process::run(&mut cargo)?;
    Ok(Outcome::Done)
}

/// The folder that holds what was built.
fn built(folder: &Folder) -> PathBuf {
    folder.path.join("target").join(TARGET).join("debug")
}

fn lay_out(folder: &Folder) -> Result<Outcome> {
    let dist = folder.path.join("dist");
    fs::create_dir_all(&dist)?;
    for program in PROGRAMS {
        let name = format!("{program}.exe");
        fs::copy(built(folder).join(&name), dist.join(&name)).with_context(|| format!("{name} was not built"))?;
        process::run(process::command("x86_64-w64-mingw32-strip").arg(dist.join(&name)))?;
    }
    // With this target the loader of the web view is a file of its own and has to lie beside the program.
    let loader = find_loader(&built(folder).join("build")).context("the build left no WebView2Loader.dll")?;
    fs::copy(loader, dist.join("WebView2Loader.dll"))?;
    println!("the programs lie in {}", dist.display());
    Ok(Outcome::Done)
}

fn find_loader(builds: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(builds).ok()?.flatten().map(|entry| entry.path());
    let candidates =
        folders.flat_map(|folder| ["out/x64", "out"].map(|place| folder.join(place).join("WebView2Loader.dll")));
    candidates.into_iter().find(|path| path.is_file())
}

fn prepare_wine(folder: &Folder) -> Result<Outcome> {
    wine::prepare(&folder.path)?;
    Ok(Outcome::Done)
}

fn start(folder: &Folder) -> Result<Outcome> {
    for program in ["mingce", "mingce-service"] {
        let path = folder.path.join("dist").join(format!("{program}.exe"));
        let printed = process::output(wine::command(&folder.path).arg(path).arg("--help"))?;
        ensure!(!printed.trim().is_empty(), "{program}.exe --help says nothing under Wine");
    }
    Ok(Outcome::Done)
}

fn test(folder: &Folder) -> Result<Outcome> {
    let mut cargo = cargo(folder, "test")?;
    cargo.args(["--no-fail-fast", "--lib", "--bins", "--tests"]);
    for package in TESTED {
        cargo.args(["--package", package]);
    }
    cargo.args(["--features", OWN_OPENSSL]);
    wine::lend(&folder.path, &mut cargo);
    cargo.env(KEYRING_IS_OURS, "1");
    cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", wine::runner(&folder.path)?);
    process::run(&mut cargo)?;
    Ok(Outcome::Done)
}
