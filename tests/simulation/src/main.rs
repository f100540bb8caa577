//! `cargo xtask simulate`: as many histories as wished, from any seed on.

use clap::Parser;
use mingce_simulation::{Missing, run_many, shrink};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Runs simulated histories; the first that breaks a promise is made small and printed.")]
struct Arguments {
    /// How many histories.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Tries at making a broken history smaller.
    #[arg(long, default_value_t = 600)]
    shrink: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run_many(arguments.seed, arguments.seeds, Missing::Nothing) {
        Ok(counts) => {
            println!("{} histories from seed {}: {counts:?}", arguments.seeds, arguments.seed);
            ExitCode::SUCCESS
        }
        Err(broken) => {
            eprintln!("{}", shrink(*broken, Missing::Nothing, arguments.shrink));
            ExitCode::FAILURE
        }
    }
}
