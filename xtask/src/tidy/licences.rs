//! What we link must be under a permissive licence: those named here, and a few exceptions by name, each with its reason.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Breach;
use crate::{notices, process};

/// SPDX identifiers of licences that ask for no more than a notice.
const PERMISSIVE: [&str; 16] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "BSL-1.0",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "NCSA",
    "OFL-1.1",
];

/// Crates that may be linked all the same: name, the licence, why.
const EXCEPTIONS: [(&str, &str, &str); 8] = [
    ("cssparser", "MPL-2.0", "comes with the web view; unchanged, so the file-level copyleft asks nothing of us"),
    ("cssparser-macros", "MPL-2.0", "as cssparser"),
    ("dtoa-short", "MPL-2.0", "as cssparser"),
    ("option-ext", "MPL-2.0", "as cssparser"),
    ("selectors", "MPL-2.0", "as cssparser"),
    ("sqlcipher-src", "blessing", "SQLite's dedication to the public domain"),
    ("sqlcipher-src", "WTFPL", "allows everything"),
    ("webdriver", "MPL-2.0", "drives the window in tests; in nothing that is shipped"),
];

/// Crates linked on this platform whose licence is not permissive, and parts that the window's list lacks.
pub(crate) fn find() -> Result<Vec<Breach>> {
    let platform = platform()?;
    let stale = notices::stale(&platform)?.into_iter();
    let stale = stale.map(|what| Breach::new("ui/src/generated/parts.json", format!("{what}: `cargo xtask codegen`")));
    let text =
        process::output(process::cargo().args(["metadata", "--format-version", "1", "--filter-platform", &platform]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata did not answer with JSON")?;
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo metadata resolved nothing")?;
    let linked: std::collections::HashSet<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let packages = packages.iter().filter(|package| package["id"].as_str().is_some_and(|id| linked.contains(id)));
    let forbidden = packages.filter_map(|package| {
        let name = package["name"].as_str()?;
        let licence = package["license"].as_str().unwrap_or("none named");
        (!is_allowed(name, licence)).then(|| Breach::new(name, format!("licence {licence:?} is not a permissive one")))
    });
    Ok(stale.chain(forbidden).collect())
}

/// Metadata of every platform would download what others link.
fn platform() -> Result<String> {
    let rustc = process::output(process::command("rustc").arg("-vV"))?;
    let line = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).context("rustc does not tell its host")
}

/// Evaluates an SPDX expression for a crate; older crates write `/` for OR.
fn is_allowed(name: &str, expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { name, words: &words };
    reader.any_of() && reader.words.is_empty()
}

struct Reader<'a> {
    name: &'a str,
    words: &'a [&'a str],
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn any_of(&mut self) -> bool {
        let mut allowed = self.all_of();
        while self.take("OR") {
            allowed |= self.all_of();
        }
        allowed
    }

    fn all_of(&mut self) -> bool {
        let mut allowed = self.one();
        while self.take("AND") {
            allowed &= self.one();
        }
        allowed
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let allowed = self.any_of();
            return self.take(")") && allowed;
        }
        let Some((licence, rest)) = self.words.split_first() else { return false };
        self.words = rest;
        let mut licence = (*licence).to_owned();
        if self.take("WITH") {
            let Some((exception, rest)) = self.words.split_first() else { return false };
            self.words = rest;
            licence = format!("{licence} WITH {exception}");
        }
        PERMISSIVE.contains(&licence.as_str())
            || EXCEPTIONS.iter().any(|(name, excepted, _)| *name == self.name && *excepted == licence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_allowed_by_one_and_a_sum_by_all() {
        assert!(is_allowed("x", "MIT OR GPL-3.0"));
        assert!(is_allowed("x", "Unlicense/MIT"));
        assert!(is_allowed("x", "(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_allowed("x", "Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
        assert!(!is_allowed("x", "MIT AND GPL-3.0"));
        assert!(!is_allowed("x", "(MIT OR Apache-2.0) AND MPL-2.0"));
        assert!(!is_allowed("x", "AGPL-3.0-only"));
        assert!(!is_allowed("x", "none named"));
    }

    #[test]
    fn an_exception_holds_for_one_crate() {
        assert!(is_allowed("selectors", "MPL-2.0"));
        assert!(!is_allowed("other", "MPL-2.0"));
    }
}
