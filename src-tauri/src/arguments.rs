//! The few words a desktop may be started with. They choose where its data lies and never what it may do.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the command line said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// `--home DIR`: keep everything in this folder instead of the system's place for application data.
    pub(crate) home: Option<PathBuf>,
}

/// A command line that cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WrongArguments {
    #[error("--home needs a folder")]
    HomeWithoutFolder,
    #[error("unknown argument; the only one is --home DIR")]
    Unknown,
}

impl Arguments {
    /// Reads the arguments after the program's name.
    pub(crate) fn parse(words: impl Iterator<Item = OsString>) -> Result<Self, WrongArguments> {
        let mut arguments = Self::default();
        let mut words = words;
        while let Some(word) = words.next() {
            if word == "--home" {
                let folder =
                    words.next().filter(|folder| !folder.is_empty()).ok_or(WrongArguments::HomeWithoutFolder)?;
                arguments.home = Some(PathBuf::from(folder));
            } else if word.to_str().is_some_and(|word| word.starts_with("-psn_")) {
                // macOS adds a process serial number when the app is opened from the Finder.
            } else {
                return Err(WrongArguments::Unknown);
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, WrongArguments> {
        Arguments::parse(words.iter().map(OsString::from))
    }

    #[test]
    fn a_home_is_taken_from_the_command_line() {
        assert_eq!(parse(&["--home", "a folder"]), Ok(Arguments { home: Some(PathBuf::from("a folder")) }));
        assert_eq!(parse(&[]), Ok(Arguments::default()));
        assert_eq!(parse(&["-psn_0_12345"]), Ok(Arguments::default()));
    }

    #[test]
    fn a_word_that_is_not_known_stops_the_start() {
        assert_eq!(parse(&["--home"]), Err(WrongArguments::HomeWithoutFolder));
        assert_eq!(parse(&["--home", ""]), Err(WrongArguments::HomeWithoutFolder));
        assert_eq!(parse(&["roster.xlsx"]), Err(WrongArguments::Unknown));
    }
}
