//! Opening the app, and the demo that does the same job without a window.

use std::env;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::packages::{self, Consent};
use crate::{default_out, places, process, ui};

#[derive(Args)]
pub(crate) struct Run {
    /// Build with optimisation: slower to build, faster to use.
    #[arg(long)]
    release: bool,
    /// Install missing system packages without asking.
    #[arg(long)]
    yes: bool,
    /// Given to the app, such as --home DIR.
    #[arg(last = true)]
    app: Vec<String>,
}

impl Run {
    pub(crate) fn run(&self) -> Result<()> {
        if !has_display() {
            println!(
                "there is no display here, so the window cannot open: doing the demo instead (cargo xtask demo)\n"
            );
            return Demo { members: 1_000, out: None, release: self.release, yes: self.yes }.run();
        }
        install_packages(self.yes)?;
        ui::build()?;
        let profile: &[&str] = if self.release { &["--release"] } else { &[] };
        process::run(
            process::cargo().args(["build", "--package", "mingce-desktop"]).args(process::OWN_OPENSSL).args(profile),
        )?;
        let folder = places::target()?.join(if self.release { "release" } else { "debug" });
        process::run(process::command(folder.join(places::executable("mingce-desktop"))).args(&self.app))
    }
}

fn install_packages(yes: bool) -> Result<()> {
    if let Some(remark) = packages::install(&[&packages::BUILD], Consent::from_yes(yes))? {
        println!("{remark}");
    }
    Ok(())
}

/// Windows and macOS always have one; elsewhere X11 or Wayland say so.
fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[derive(Args)]
pub(crate) struct Demo {
    /// How many made-up people the roster holds.
    #[arg(long, default_value_t = 1_000)]
    members: u32,
    /// Where everything is laid; the two desktops are DIR/desktop-1 and DIR/desktop-2 [default: out/demo]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Build with optimisation, for large rosters.
    #[arg(long)]
    release: bool,
    /// Install missing system packages without asking.
    #[arg(long)]
    yes: bool,
}

impl Demo {
    pub(crate) fn run(&self) -> Result<()> {
        let out = match &self.out {
            Some(out) => std::path::absolute(out)?,
            None => default_out().join("demo"),
        };
        install_packages(self.yes)?;
        let mut cargo = process::cargo();
        cargo.args(["run", "--quiet", "--package", "mingce-cli", "--bin", "mingce-demo"]).args(process::OWN_OPENSSL);
        if self.release {
            cargo.arg("--release");
        }
        process::run(cargo.args(["--", "--members", &self.members.to_string(), "--out"]).arg(out))
    }
}
