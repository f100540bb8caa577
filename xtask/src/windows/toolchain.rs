//! Debian's second Rust ("rust-web", kept new for browsers) unpacked into a folder: it brings the sources of the whole
//! standard library, so that std can be built for Windows where no ready one can be had. The system is not touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process;

/// Debian's names; what they need besides is asked from apt, since versions come and go with security updates.
const WANTED: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Downloads and unpacks the toolchain unless the folder holds that very version.
pub(crate) fn get(folder: &Path) -> Result<()> {
    let needed = needed_packages()?;
    let stamp = folder.join("toolchain.txt");
    let list = needed.join("\n");
    if root(folder).exists() && fs::read_to_string(&stamp).is_ok_and(|unpacked| unpacked == list) {
        return Ok(());
    }
    let downloads = folder.join("packages");
    for old in [&downloads, &root(folder)] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    fs::create_dir_all(&downloads)?;
    process::run(process::command("apt-get").current_dir(&downloads).args(["download", "-q"]).args(&needed))?;
    for package in fs::read_dir(&downloads)? {
        process::run(process::command("dpkg").arg("-x").arg(package?.path()).arg(root(folder)))?;
    }
    fs::remove_dir_all(&downloads)?;
    fs::write(stamp, list)?;
    Ok(())
}

/// `name=version` of everything that apt would install for it here and has not.
fn needed_packages() -> Result<Vec<String>> {
    let mut apt = process::command("apt-get");
    let printed = process::output(apt.args(["install", "--simulate", "-q", "--no-install-recommends"]).args(WANTED))
        .context("apt knows no rustc-web: apt-get update first, and mind that it is in Debian 12's security archive")?;
    // A line of interest: `Inst rustc-web (1.96.0… Debian-Security:12/oldstable-security [amd64])`.
    let mut needed: Vec<String> = printed
        .lines()
        .filter_map(|line| {
            let mut words = line.strip_prefix("Inst ")?.split_whitespace();
            let name = words.next()?;
            let version = words.find_map(|word| word.strip_prefix('('))?;
            Some(format!("{name}={version}"))
        })
        .collect();
    needed.sort();
    // Installed on the system itself, the toolchain would not be listed, and could not be unpacked from nothing.
    ensure!(
        needed.iter().any(|package| package.starts_with("rustc-web=")),
        "rustc-web is installed on the system: remove it first"
    );
    Ok(needed)
}

fn root(folder: &Path) -> PathBuf {
    folder.join("toolchain")
}

/// Its cargo with its rustc, and with nothing of the toolchain that runs us.
pub(crate) fn cargo(folder: &Path) -> Result<Command> {
    let root = root(folder);
    let cargo = root.join("usr/bin/cargo");
    ensure!(cargo.exists(), "the toolchain is not there: the step toolchain fetches it");
    let mut command = process::command(cargo);
    command.env("LD_LIBRARY_PATH", root.join("usr/lib/x86_64-linux-gnu"));
    command.env("RUSTC", root.join("usr/bin/rustc")).env("RUSTC_BOOTSTRAP", "1").env("RUSTC_WRAPPER", "");
    for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC", "CARGO_TARGET_DIR"] {
        command.env_remove(name);
    }
    Ok(command)
}
