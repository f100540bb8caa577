//! The fuzz target's entry function over its corpus, spoiled thousands of times by a seeded generator: nothing panics, and
//! what is read comes back. What a fuzzer found belongs into the corpus.

#[path = "../../../../fuzz/src/layouts.rs"]
mod layouts;

use mingce_sheets::Layout;
use mingce_testkit::Random;
use std::path::PathBuf;

const ROUNDS: u64 = 20_000;

/// Pieces that a reader of layouts treats specially.
const PIECES: [&str; 16] = [
    "-1", "0", "1e400", "NaN", "null", "true", "\"\"", "[]", "{}", "{{", "}}", "{name", "\\u0000", "\\ud800", "#fff",
    ",",
];

fn seeds() -> Vec<Vec<u8>> {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "fixtures", "fuzz", "layout"].iter().collect();
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 3, "a letter, a card and a list");
    names.iter().map(|name| std::fs::read(name).unwrap()).collect()
}

fn spoiled(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(seeds).clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() as u64 + 1) as usize;
        let end = (at + 1 + random.below(30) as usize).min(bytes.len());
        match random.below(5) {
            0 if at < bytes.len() => bytes[at] = random.next_u64() as u8,
            1 if at < end => drop(bytes.drain(at..end)),
            2 if at < end => drop(bytes.splice(at..end, random.pick(&PIECES).bytes())),
            3 if at < bytes.len() && bytes[at].is_ascii_digit() => bytes[at] = b'0' + random.below(10) as u8,
            _ => drop(bytes.splice(at..at, random.pick(&PIECES).bytes())),
        }
    }
    bytes
}

#[test]
fn spoiled_layouts_never_panic() {
    let seeds = seeds();
    for seed in &seeds {
        assert!(Layout::read(seed).is_ok(), "a seed is a layout");
        layouts::layout(seed);
    }
    let mut random = Random::new(11);
    for _ in 0..ROUNDS {
        layouts::layout(&spoiled(&seeds, &mut random));
    }
}
