//! Starting other programs, aloud: what was run is always in the message when it fails.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::places;

/// Runs a command to its end with our own output; a status other than zero is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("could not start: {shown}"))?;
    ensure!(status.success(), "{status}: {shown}");
    Ok(())
}

/// Runs a command and answers what it printed; its complaints go to our own.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start: {shown}"))?;
    ensure!(output.status.success(), "{}: {shown}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("not UTF-8: {shown}"))
}

/// A command at the top of the checkout.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(places::root());
    command
}

/// The cargo that started us, with the compiler cache where one is installed.
pub(crate) fn cargo() -> Command {
    let mut command = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    if env::var_os("RUSTC_WRAPPER").is_none() && find("sccache").is_some() {
        command.env("RUSTC_WRAPPER", "sccache");
    }
    command
}

/// Windows has no system OpenSSL for SQLCipher to use, so one is built in. For commands that build mingce-app.
pub(crate) const OWN_OPENSSL: &[&str] =
    if cfg!(windows) { &["--features", "mingce-app/vendored-openssl"] } else { &[] };

/// npm in ui/.
pub(crate) fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(places::root().join("ui"));
    command
}

/// Looks a program up in PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let names = [places::executable(program), program.to_owned()];
    env::split_paths(&folders)
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words.map(|word| {
        let word = word.to_string_lossy();
        let is_plain = |letter: char| letter.is_alphanumeric() || "-_=/.:,+@%".contains(letter);
        if !word.is_empty() && word.chars().all(is_plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_is_named_in_full() {
        let failure = run(command("cargo").args(["no-such-verb", "two words"])).expect_err("cargo has no such verb");
        assert!(failure.to_string().contains("cargo no-such-verb 'two words'"), "{failure}");
    }
}
