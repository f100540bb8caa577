//! The one door to everything a person does with this checkout: `cargo xtask run`, `test`, `bench` and the rest.
//! It starts programs and reads files; no rule of the product is here.

mod bench;
mod codegen;
mod dist;
mod icons;
mod notices;
mod packages;
mod places;
mod postgres;
mod process;
mod python;
mod run;
mod screenshots;
mod session;
mod simulate;
mod steps;
mod test;
mod tidy;
mod ui;
mod windows;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything this checkout can do, by one command each.")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the app and open it; without a display, do the demo instead.
    Run(run::Run),
    /// Install what is missing and run every test there is.
    Test(test::Test),
    /// Speed and memory beside other programs on the same work: one table.
    Bench(bench::Bench),
    /// Histories of desktops and a service in which everything goes wrong; more of them than the tests run.
    Simulate(simulate::Simulate),
    /// Write ui/src/generated from the types in crates/ipc.
    Codegen(codegen::Codegen),
    /// Check the house rules: who imports whom, file lengths, names, paths.
    Tidy,
    /// Clippy over everything, warnings as errors.
    Lint,
    /// The whole main job without a window: import, edit on two desktops, sync, print, join.
    Demo(run::Demo),
    /// Cross-build for Windows on Debian and run the tests of the inner crates under Wine.
    Windows(windows::Windows),
    /// Photograph every screen in both languages into docs/.
    Screenshots,
    /// Make the icon set from icons/icon.svg.
    Icons,
    /// Build the installers and programs of this platform into target/dist.
    Dist(dist::Dist),
}

fn main() -> ExitCode {
    let verb = Arguments::parse().verb;
    let done = match verb {
        Verb::Run(run) => run.run(),
        Verb::Test(test) => test.run(),
        Verb::Bench(bench) => bench.run(),
        Verb::Simulate(simulate) => simulate.run(),
        Verb::Codegen(codegen) => codegen.run(),
        Verb::Tidy => tidy::run(),
        Verb::Lint => test::lint(),
        Verb::Demo(demo) => demo.run(),
        Verb::Windows(windows) => windows.run(),
        Verb::Screenshots => screenshots::run(),
        Verb::Icons => icons::run(),
        Verb::Dist(dist) => dist.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

/// Where the demo and screenshots are laid unless told otherwise; git ignores it.
fn default_out() -> PathBuf {
    places::root().join("out")
}
