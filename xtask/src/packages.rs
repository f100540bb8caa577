//! What the system has to bring, and getting it where a package manager is known (Debian's apt). Elsewhere the names
//! are told and nothing is installed.

use std::env;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{process, test};

/// A group of system packages with what it is for.
pub(crate) struct Group {
    pub(crate) purpose: &'static str,
    pub(crate) apt: &'static [&'static str],
}

/// Everything needed to compile.
pub(crate) const BUILD: Group = Group {
    purpose: "building the app",
    apt: &["build-essential", "pkg-config", "libssl-dev", "libwebkit2gtk-4.1-dev", "librsvg2-dev"],
};

/// Everything the tests drive: a screen, a message bus, a keyring, a browser, an input method, readers of PDF and QR, a
/// database server, Python for what fuzzes the service.
pub(crate) const TEST: Group = Group {
    purpose: "the tests",
    apt: &[
        "xvfb",
        "xauth",
        "xdotool",
        "openbox",
        "imagemagick",
        "libgl1-mesa-dri",
        "dbus",
        "dbus-x11",
        "gnome-keyring",
        "fonts-noto-cjk",
        "webkit2gtk-driver",
        "chromium",
        "ibus",
        "ibus-gtk3",
        "ibus-libpinyin",
        "poppler-utils",
        "mupdf-tools",
        "qpdf",
        "zbar-tools",
        "postgresql",
        "python3-venv",
    ],
};

/// What the other programs of the comparison need.
pub(crate) const BENCH: Group = Group {
    purpose: "the programs compared with",
    apt: &["python3-venv", "fonts-hanazono", "fonts-noto-cjk", "chromium"],
};

/// What the cross-build for Windows needs besides its own toolchain.
pub(crate) const WINDOWS: Group = Group {
    purpose: "the cross-build for Windows",
    apt: &["gcc-mingw-w64-x86-64", "g++-mingw-w64-x86-64", "wine64", "wine", "perl", "make"],
};

/// Whether a person has to be asked before something is installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// `--yes`, or a machine that sets CI=true.
    Given,
    Ask,
}

impl Consent {
    /// From the command line's `--yes` and the environment.
    pub(crate) fn from_yes(is_given: bool) -> Self {
        let is_ci = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        if is_given || is_ci { Self::Given } else { Self::Ask }
    }
}

/// Sees to it that the groups' packages are installed. Answers a remark where the system is not one we can install on.
pub(crate) fn install(groups: &[&Group], consent: Consent) -> Result<Option<String>> {
    let wanted: Vec<&str> = groups.iter().flat_map(|group| group.apt).copied().collect();
    if !cfg!(target_os = "linux") {
        return Ok(Some(
            "system packages are looked after by apt on Debian only; here they are taken as present".into(),
        ));
    }
    if process::find("apt-get").is_none() {
        let names = wanted.join(" ");
        return Ok(Some(format!("no apt-get here: install by hand what corresponds to Debian's {names}")));
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !is_installed(name) && !is_replaced(name)).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let purposes = groups.iter().map(|group| group.purpose).collect::<Vec<_>>().join(" and ");
    println!("missing for {purposes}: {}", missing.join(" "));
    ensure!(consent == Consent::Given || agrees()?, "not installed; `apt-get install {}` does it", missing.join(" "));
    process::run(as_root("apt-get")?.args(["-o", "DPkg::Lock::Timeout=500", "update", "-q"]))?;
    let options = ["-o", "DPkg::Lock::Timeout=500", "install", "-q", "-y", "--no-install-recommends"];
    process::run(as_root("apt-get")?.env("DEBIAN_FRONTEND", "noninteractive").args(options).args(missing))?;
    Ok(None)
}

fn is_installed(name: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    let answer = query.args(["--show", "--showformat=${Status}", name]).output();
    answer.is_ok_and(|answer| answer.stdout.ends_with(b"ok installed"))
}

/// Where there is no package of the name (Ubuntu has no Chromium), another browser of its family does as well.
fn is_replaced(name: &str) -> bool {
    name == "chromium" && test::browser().is_some()
}

/// apt-get as root, by sudo when we are not.
fn as_root(program: &str) -> Result<Command> {
    let user = process::output(Command::new("id").arg("-u")).context("who we are")?;
    if user.trim() == "0" {
        return Ok(process::command(program));
    }
    if process::find("sudo").is_none() {
        bail!("packages can only be installed by root, and there is no sudo");
    }
    let mut command = process::command("sudo");
    command.arg(program);
    Ok(command)
}

fn agrees() -> Result<bool> {
    if !stdin().is_terminal() {
        println!("nobody to ask; --yes installs without asking");
        return Ok(false);
    }
    print!("install them now? [y/N] ");
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
