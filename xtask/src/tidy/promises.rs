//! What the documents say is shown by a test is shown by one that exists: a test that is renamed or dropped takes the
//! promise along.

use std::collections::HashSet;

use super::Breach;
use super::tree::Tree;

/// Pages of which every table's last column names tests.
const PAGES: [&str; 1] = ["docs/security.md"];
/// What a row says in place of tests.
const EXCUSES: [&str; 3] = ["**not yet**", "**cannot**", "cargo xtask "];

pub(crate) fn find(tree: &Tree) -> Vec<Breach> {
    let text = |path: &str| tree.files.iter().find(|file| file.path == path).and_then(|file| file.text.as_deref());
    let code = tree.files.iter().filter(|file| file.path.ends_with(".rs")).filter_map(|file| file.text.as_deref());
    let tests: HashSet<&str> = code.flat_map(functions).collect();
    let pages = PAGES.iter().filter_map(|page| Some((*page, text(page)?)));
    pages.flat_map(|(page, text)| breaches(page, text, &tests)).collect()
}

fn breaches(page: &str, text: &str, tests: &HashSet<&str>) -> Vec<Breach> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let place = format!("{page}:{}", index + 1);
        let names: Vec<&str> = line.split('`').skip(1).step_by(2).filter(|name| is_test_name(name)).collect();
        for name in names.iter().filter(|name| !tests.contains(*name)) {
            found.push(Breach::new(
                &place,
                format!("names the test {name:?}, which is not there: name the one that is"),
            ));
        }
        let is_row = line.starts_with("| ") && !line.starts_with("| They try to");
        if is_row && names.is_empty() && !EXCUSES.iter().any(|excuse| line.contains(excuse)) {
            found.push(Breach::new(&place, "promises something and names no test: name one, or say **not yet**"));
        }
    }
    found
}

/// Several words joined by underscores.
fn is_test_name(name: &str) -> bool {
    name.matches('_').count() > 1
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

/// Names of the functions in Rust code.
fn functions(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let rest = line.trim_start().trim_start_matches("pub ").trim_start_matches("async ").strip_prefix("fn ")?;
        rest.split(['(', '<']).next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_names_tests_that_are_there() {
        let code = "#[test]\nfn a_lock_holds() {}\nasync fn a_key_turns(x: u8) {}\n";
        let tests: HashSet<&str> = functions(code).collect();
        let of = |row: &str| breaches("page", row, &tests).len();
        assert_eq!(of("| open it | it stays shut | `a_lock_holds`, `a_key_turns` |"), 0);
        assert_eq!(of("| open it | it stays shut | `a_lock_held_once` |"), 1);
        assert_eq!(of("| open it | it stays shut | |"), 1);
        assert_eq!(of("| open it | **not yet** | |"), 0);
        assert_eq!(of("| They try to | What happens | Shown by |"), 0);
    }
}
