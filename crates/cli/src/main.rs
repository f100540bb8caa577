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
use std::process::ExitCode;

/// A whole success.
pub(crate) const DONE: u8 = 0;
/// The verb failed; nothing of it was done, or what was done is printed.
const FAILED: u8 = 1;
/// The verb did its work except for rows that it lists.
pub(crate) const LEFT_OUT: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let printer = Printer::new(arguments.json, arguments.language());
    match verbs::run(&arguments, &printer) {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(FAILED)
        }
    }
}
