//! `mingce`: the use cases for scripts and servers. Words on standard output, errors with code and remedy on
//! standard error, exit status 0 only when the whole verb succeeded.

mod arguments;
mod print;
mod session;
mod telling;
mod verbs;

use arguments::Arguments;
use clap::Parser;
use print::Printer;
use std::io::Write;
use std::process::ExitCode;

/// A whole success.
pub(crate) const DONE: u8 = 0;
/// The verb failed; nothing of it was done, or what was done is printed.
const FAILED: u8 = 1;
/// The arguments were not understood.
const MISUSED: u8 = 2;
/// The verb did its work except for rows that it lists.
pub(crate) const LEFT_OUT: u8 = 3;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error),
    };
    let printer = Printer::new(arguments.json, arguments.language());
    match verbs::run(&arguments, &printer).and_then(|status| printer.check().map(|()| status)) {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(FAILED)
        }
    }
}

/// Help and version, or what was wrong with the arguments: to a script as JSON.
fn misused(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
    if !error.use_stderr() || !wants_json {
        let _ = error.print();
        return ExitCode::from(if error.use_stderr() { MISUSED } else { DONE });
    }
    let text = error.render().to_string();
    let body = serde_json::json!({
        "error": "usage", "params": {}, "words": text.trim_end(), "next_step": "mingce --help",
    });
    let _ = writeln!(std::io::stderr().lock(), "{body}");
    ExitCode::from(MISUSED)
}
