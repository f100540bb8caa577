//! `mingce-demo`: the whole main job without a window, through the same use cases and a real service on loopback.

mod office;
mod phone;
mod story;

use clap::Parser;
use mingce_ipc::Failure;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "mingce-demo", about = "Import, edit offline on two desktops, sync, settle, print, join")]
struct Arguments {
    /// How many made-up people the roster holds.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    members: u32,
    /// Where everything is laid. A demo that lies there already is replaced; anything else is left alone.
    #[arg(long, default_value = "out/demo")]
    out: PathBuf,
}

/// Why the demo stopped.
enum Trouble {
    UseCase(Failure),
    /// Something did not come out as it must; names what.
    Wrong(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::UseCase(failure)
    }
}
impl From<mingce_ipc::Code> for Trouble {
    fn from(code: mingce_ipc::Code) -> Self {
        Self::UseCase(code.into())
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match story::tell(u64::from(arguments.members), &arguments.out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble::UseCase(failure)) => {
            eprintln!("mingce-demo: {} {:?}\n  {}", failure.code.words().1, failure.params, failure.code.next_step().1);
            ExitCode::FAILURE
        }
        Err(Trouble::Wrong(what)) => {
            eprintln!("mingce-demo: {what}");
            ExitCode::FAILURE
        }
    }
}
