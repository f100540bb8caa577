//! `cargo xtask simulate`: more simulated histories than the tests have time for, or a single one again.

use anyhow::Result;
use clap::Args;

use crate::process;

#[derive(Args)]
pub(crate) struct Simulate {
    /// How many histories.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first seed; with `--seeds 1` just that history.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Build with optimisation: slower to build, faster for very many.
    #[arg(long)]
    release: bool,
    /// Instead of histories: so many kills of the real programs while they push, pull and import.
    #[arg(long)]
    kills: Option<u32>,
    /// The histories on a disk that forgets at a power cut what was not synced.
    #[arg(long)]
    power: bool,
    /// Of the history that breaks, once it is small: everything that happens in it.
    #[arg(long)]
    tell: bool,
}

impl Simulate {
    pub(crate) fn run(&self) -> Result<()> {
        if self.kills.is_some() {
            self.build_programs()?;
        }
        let mut cargo = process::cargo();
        cargo.args(["run", "--quiet", "--package", "mingce-simulation"]);
        if self.release {
            cargo.arg("--release");
        }
        if cfg!(windows) {
            cargo.args(["--features", "mingce-simulation/vendored-openssl"]);
        }
        let numbers = [("--seeds", self.seeds), ("--seed", self.seed)];
        cargo.arg("--");
        for (name, number) in numbers {
            cargo.args([name, &number.to_string()]);
        }
        if let Some(kills) = self.kills {
            cargo.args(["--kills", &kills.to_string()]);
        }
        if self.power {
            cargo.arg("--power");
        }
        if self.tell {
            cargo.arg("--tell");
        }
        process::run(&mut cargo)
    }

    /// What is killed, beside the program that kills.
    fn build_programs(&self) -> Result<()> {
        let mut cargo = process::cargo();
        cargo.args(["build", "--quiet", "--bin", "mingce", "--bin", "mingce-service"]);
        if self.release {
            cargo.arg("--release");
        }
        process::run(cargo.args(process::OWN_OPENSSL))
    }
}
