//! The few words a desktop may be started with. They choose where its data lies and never what it may do.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the command line said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// `--home DIR`: keep everything in this folder instead of the system's place for application data.
    pub(crate) home: Option<PathBuf>,
    /// `FILE`: a roster file that the import shall open with, as a file manager's "open with" gives it.
    pub(crate) file: Option<PathBuf>,
}

/// A command line that cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WrongArguments {
    #[error("--home needs a folder")]
    HomeWithoutFolder,
    #[error("unknown argument; there are --home DIR and one FILE to import")]
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
            } else if arguments.file.is_none() && !word.is_empty() && !word.as_encoded_bytes().starts_with(b"-") {
                arguments.file = Some(PathBuf::from(word));
            } else {
                return Err(WrongArguments::Unknown);
            }
        }
        Ok(arguments)
    }

    /// The file's whole path in words, when one was named: relative to `directory`, where the command was given. A path
    /// that is not Unicode loses what cannot be said, and the import then tells that there is no such file.
    pub(crate) fn file_in(&self, directory: &Path) -> Option<String> {
        self.file.as_deref().map(|file| directory.join(file).to_string_lossy().into_owned())
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
        assert_eq!(parse(&["--home", "a folder"]), Ok(Arguments { home: Some(PathBuf::from("a folder")), file: None }));
        assert_eq!(parse(&[]), Ok(Arguments::default()));
        assert_eq!(parse(&["-psn_0_12345"]), Ok(Arguments::default()));
    }

    #[test]
    fn a_word_that_is_not_known_stops_the_start() {
        assert_eq!(parse(&["--home"]), Err(WrongArguments::HomeWithoutFolder));
        assert_eq!(parse(&["--home", ""]), Err(WrongArguments::HomeWithoutFolder));
        assert_eq!(parse(&["--roster.xlsx"]), Err(WrongArguments::Unknown));
        assert_eq!(parse(&["one.xlsx", "two.xlsx"]), Err(WrongArguments::Unknown));
    }

    #[test]
    fn a_file_is_found_from_where_the_command_was_given() {
        let arguments = parse(&["--home", "kept here", "名单.xlsx"]).expect("a home and a file");
        assert_eq!(arguments.home, Some(PathBuf::from("kept here")));
        let folder = std::env::temp_dir();
        assert_eq!(arguments.file_in(&folder), folder.join("名单.xlsx").to_str().map(str::to_owned));
        let whole = folder.join("else.csv");
        let named = Arguments { file: Some(whole.clone()), ..Arguments::default() };
        assert_eq!(named.file_in(Path::new("elsewhere")), whole.to_str().map(str::to_owned));
        assert_eq!(Arguments::default().file_in(&folder), None);
    }
}
