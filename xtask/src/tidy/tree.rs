//! The files that git has or would take, with their text; and the rules on what may lie where.

use std::path::Path;

use anyhow::Result;

use super::Breach;
use crate::{places, process};

/// A file of the tree, by its path from the top with `/` between.
pub(crate) struct File {
    pub(crate) path: String,
    /// None when it is not text.
    pub(crate) text: Option<String>,
}

pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// The only places for files that cannot be read in a diff.
const BINARY_PLACES: [&str; 3] = ["icons/", "docs/", "ui/public/"];
/// Files for tests lie in a folder of this name beside the tests.
const FIXTURES: &str = "tests/fixtures/";
/// Fonts lie with the crate that embeds them.
const FONT_ENDINGS: [&str; 4] = [".ttf", ".otf", ".ttc", ".woff2"];
/// Words that say nothing about what a file is for, and words that only time gives a meaning to.
const EMPTY_WORDS: [&str; 14] = [
    "core", "common", "util", "utils", "helper", "helpers", "manager", "misc", "v2", "new", "old", "legacy", "temp",
    "tmp",
];

impl Tree {
    /// Reads everything that is committed or would be by `git add --all`.
    pub(crate) fn load() -> Result<Self> {
        let mut git = process::command("git");
        let listed = process::output(git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
        let mut paths: Vec<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        let files = paths.into_iter().filter_map(|path| {
            // A file that was removed but not yet committed so is still listed.
            let bytes = std::fs::read(places::root().join(path)).ok()?;
            let is_text = !bytes.contains(&0);
            Some(File { path: path.to_owned(), text: is_text.then(|| String::from_utf8(bytes).ok()).flatten() })
        });
        Ok(Self { files: files.collect() })
    }

    /// Files whose name or place breaks a rule.
    pub(crate) fn find_misplaced(&self) -> Vec<Breach> {
        self.files.iter().filter_map(misplaced).collect()
    }
}

fn misplaced(file: &File) -> Option<Breach> {
    let path = &file.path;
    let is_font = FONT_ENDINGS.iter().any(|ending| path.ends_with(ending));
    let has_place = path.contains(FIXTURES) || BINARY_PLACES.iter().any(|place| path.starts_with(place));
    if file.text.is_none() && !is_font && !has_place {
        return Some(Breach::new(
            path,
            "not UTF-8 text: such files lie in icons, docs or tests/fixtures, fonts with their crate",
        ));
    }
    let is_code =
        [".rs", ".ts", ".tsx", ".mjs", ".js", ".py", ".css", ".sql"].iter().any(|ending| path.ends_with(ending));
    let word = is_code.then(|| empty_word(path)).flatten()?;
    Some(Breach::new(path, format!("{word:?} does not say what it is for: name it for what it owns")))
}

/// A folder or file (without its endings) that is nothing but an empty word.
fn empty_word(path: &str) -> Option<&str> {
    let parts = Path::new(path).iter().filter_map(|part| part.to_str());
    parts.map(|part| part.split('.').next().unwrap_or(part)).find(|part| EMPTY_WORDS.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: Option<&str>) -> File {
        File { path: path.into(), text: text.map(str::to_owned) }
    }

    #[test]
    fn a_name_that_says_nothing_is_found() {
        assert!(misplaced(&file("crates/store/src/utils.rs", Some(""))).is_some());
        assert!(misplaced(&file("ui/src/common/Button.tsx", Some(""))).is_some());
        assert!(misplaced(&file("crates/store/src/new.test.ts", Some(""))).is_some());
        assert!(misplaced(&file("crates/store/src/renew.rs", Some(""))).is_none());
    }

    #[test]
    fn what_is_not_text_has_its_few_places() {
        assert!(misplaced(&file("crates/store/data.bin", None)).is_some());
        assert!(misplaced(&file("tests/fixtures/roster.xls", None)).is_none());
        assert!(misplaced(&file("crates/exchange/tests/fixtures/roster.xls", None)).is_none());
        assert!(misplaced(&file("crates/sheets/fonts/sans.ttf", None)).is_none());
    }
}
