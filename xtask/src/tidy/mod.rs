//! The house rules as a test: every rule looks at what git would commit and answers each breach with file and remedy.
//! What a compiler, clippy or Biome already checks is not repeated here.

mod arrows;
mod licences;
mod promises;
mod text;
mod tree;
mod web;

use anyhow::{Result, bail};

/// A breach of a rule: where, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    pub(crate) place: String,
    pub(crate) what: String,
}

impl Breach {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Checks every rule and prints each breach.
pub(crate) fn run() -> Result<()> {
    let tree = tree::Tree::load()?;
    let mut breaches = arrows::find()?;
    breaches.extend(licences::find()?);
    breaches.extend(promises::find(&tree));
    breaches.extend(text::find(&tree));
    breaches.extend(tree.find_misplaced());
    breaches.extend(web::find(&tree));
    breaches.sort();
    if breaches.is_empty() {
        println!("tidy: {} files, the crates' arrows and licences are in order", tree.files.len());
        return Ok(());
    }
    for breach in &breaches {
        eprintln!("{}: {}", breach.place, breach.what);
    }
    bail!("tidy: {} breaches of the house rules", breaches.len())
}
