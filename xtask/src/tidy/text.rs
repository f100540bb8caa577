//! Rules on the text of a file: its length, and things that must not be committed.

use super::Breach;
use super::tree::{File, Tree};

/// No file is longer: past it there are two subjects in one file.
const MOST_LINES: usize = 600;
/// Endings that the rule on length is for.
const CODE: [&str; 8] = [".rs", ".ts", ".tsx", ".mjs", ".js", ".css", ".sql", ".py"];

/// Text that is in no file, and why. Written in two halves, so that this file does not hold it either.
const FORBIDDEN: [(&[&str], &str); 8] = [
    (&["/wo", "rk/"], "a path of one machine"),
    (&["/ro", "ot/"], "a path of one machine"),
    (&["C:\\", "Users\\"], "a path of one machine"),
    (&["tod", "o!("], "unfinished work is not committed"),
    (&["unimplem", "ented!("], "unfinished work is not committed"),
    (&["#[ig", "nore"], "a test that does not run proves nothing"),
    (&["FIX", "ME"], "mend it now or file an issue"),
    (&["@ts-ig", "nore"], "say the type instead"),
];

/// JavaScript's ways of leaving tests out.
const SKIPPED_TESTS: [&[&str]; 4] =
    [&["test.on", "ly("], &["it.on", "ly("], &["describe.on", "ly("], &["test.sk", "ip("]];

pub(crate) fn find(tree: &Tree) -> Vec<Breach> {
    tree.files.iter().filter(|file| !is_made(&file.path)).flat_map(breaches).collect()
}

/// Lock files and generated types are read by programs.
fn is_made(path: &str) -> bool {
    path.ends_with("Cargo.lock") || path.ends_with("package-lock.json") || path.starts_with("ui/src/generated/")
}

fn breaches(file: &File) -> Vec<Breach> {
    let Some(text) = &file.text else { return Vec::new() };
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES && CODE.iter().any(|ending| file.path.ends_with(ending)) {
        found.push(Breach::new(
            &file.path,
            format!("{lines} lines, {MOST_LINES} at most: which two subjects are these?"),
        ));
    }
    for (index, line) in text.lines().enumerate() {
        let place = || format!("{}:{}", file.path, index + 1);
        for (halves, why) in FORBIDDEN {
            let forbidden = halves.concat();
            if line.contains(&forbidden) {
                found.push(Breach::new(place(), format!("{forbidden:?}: {why}")));
            }
        }
        if SKIPPED_TESTS.iter().any(|halves| line.contains(&halves.concat())) {
            found.push(Breach::new(place(), "a test is left out"));
        }
        if file.path.ends_with(".rs") && line.trim_start().starts_with("fn test_") {
            found.push(Breach::new(place(), "a test's name is a sentence, without test_ before it"));
        }
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            found.push(Breach::new(place(), "an unresolved merge"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') && CODE.iter().any(|ending| file.path.ends_with(ending)) {
        found.push(Breach::new(&file.path, "the last line has no end"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), text: Some(text.into()) };
        breaches(&file).into_iter().map(|breach| breach.what).collect()
    }

    #[test]
    fn a_file_past_reading_size_is_found() {
        assert!(whats("a.rs", &"line\n".repeat(600)).is_empty());
        assert_eq!(whats("a.rs", &"line\n".repeat(601)).len(), 1);
        assert!(whats("a.md", &"line\n".repeat(601)).is_empty());
    }

    #[test]
    fn unfinished_work_and_machine_paths_are_found() {
        assert_eq!(whats("a.rs", &format!("    {}!()\n", "todo")).len(), 1);
        assert_eq!(whats("a.md", &format!("see /{}/main\n", "work")).len(), 1);
        assert_eq!(whats("a.rs", "fn test_that_it_works() {}\n").len(), 1);
        assert_eq!(whats("a.ts", &format!("test.{}(\"x\")\n", "only")).len(), 1);
        assert!(whats("a.rs", "fn an_edit_survives() {}\n").is_empty());
    }
}
