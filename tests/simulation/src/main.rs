//! `cargo xtask simulate`: as many histories as wished, from any seed on.

use clap::Parser;
use mingce_simulation::{Missing, kills, power, run_events, run_many, shrink, tell_everything};
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
    /// Instead of histories: so many SIGKILLs of the real programs while they push, pull and import.
    #[arg(long)]
    kills: Option<u32>,
    /// The histories on a disk that forgets at a power cut what was not synced.
    #[arg(long)]
    power: bool,
    /// Of the history that breaks, once it is small: everything that happens in it.
    #[arg(long)]
    tell: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(kills) = arguments.kills {
        return kill(arguments.seed, kills);
    }
    if arguments.power {
        power::install();
    }
    match run_many(arguments.seed, arguments.seeds, Missing::Nothing) {
        Ok(counts) => {
            println!("{} histories from seed {}: {counts:?}", arguments.seeds, arguments.seed);
            ExitCode::SUCCESS
        }
        Err(broken) => {
            let small = shrink(*broken, Missing::Nothing, arguments.shrink);
            eprintln!("{small}");
            if arguments.tell {
                tell_everything(true);
                // As it was found: it breaks.
                let _ = run_events(small.seed, &small.events, Missing::Nothing);
            }
            ExitCode::FAILURE
        }
    }
}

fn kill(seed: u64, kills: u32) -> ExitCode {
    let Some(programs) = kills::built_programs() else {
        eprintln!("mingce and mingce-service are not built; cargo xtask simulate builds them");
        return ExitCode::FAILURE;
    };
    match kills::run(&programs, seed, kills) {
        Ok(killed) => {
            println!("{killed}");
            ExitCode::SUCCESS
        }
        Err(broken) => {
            eprintln!("seed {seed}: {broken}");
            ExitCode::FAILURE
        }
    }
}
