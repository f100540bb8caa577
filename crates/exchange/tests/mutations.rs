//! The fuzz targets' entry functions over their corpus, spoiled thousands of times by a seeded generator: nothing
//! panics, nothing takes long, memory stays bounded. What a fuzzer found belongs into the corpus.

#[path = "../../../fuzz/src/entries.rs"]
mod entries;

use entries::ENTRIES;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Spoiled inputs for each entry.
const ROUNDS: u64 = 1_000;
/// A single input may take so long in an unoptimised build on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);
/// More than the limits of the entries allow, with what the tests themselves take.
const PEAK_KIB: u64 = 700 << 10;

/// Pieces that parsers treat specially.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\n",
    b"\"",
    b",",
    b";",
    b"<",
    b">",
    b"/>",
    b"&amp;",
    b"&#x110000;",
    b"<!DOCTYPE a [",
    b"]]>",
    b"<![CDATA[",
    b"4294967295",
    b"-1",
    b"1e308",
    b"A1048576",
    b"ZZZ1",
    b"\xFF\xFF\xFF\xFF",
    b"\xEF\xBB\xBF",
    b"=1+1",
    "合计".as_bytes(),
    "姓名".as_bytes(),
    "13800138000/13900139000".as_bytes(),
];

/// SplitMix64: the same spoiled inputs on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

fn seeds(entry: &str) -> Vec<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "fixtures", "fuzz", entry].iter().collect();
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    assert!(!names.is_empty(), "{entry} has seeds");
    names.iter().map(|name| std::fs::read(name).unwrap()).collect()
}

fn spoiled(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..1 + chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + 1 + chance.below(64)).min(bytes.len());
        match chance.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 if at < bytes.len() => bytes[at] = chance.next() as u8,
            2 if at < end => {
                bytes.drain(at..end);
            }
            3 if at < end => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy.repeat(1 + chance.below(20)));
            }
            4 => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            5 => bytes.truncate(at),
            _ => {
                bytes.splice(at..at, PIECES[chance.below(PIECES.len())].iter().copied());
            }
        }
        bytes.truncate(1 << 20);
    }
    bytes
}

/// The most memory that this process ever took, where the system tells.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn run(entry: usize) {
    let (name, work) = ENTRIES[entry];
    let seeds = seeds(name);
    for seed in &seeds {
        work(seed);
    }
    let mut chance = Chance(entry as u64 + 1);
    for round in 0..ROUNDS {
        let bytes = spoiled(&seeds, &mut chance);
        let start = Instant::now();
        work(&bytes);
        assert!(start.elapsed() < LONGEST, "{name}, round {round}: {:?}", start.elapsed());
    }
    if let Some(peak) = peak_kib() {
        assert!(peak < PEAK_KIB, "{name}: {peak} KiB");
    }
}

#[test]
fn spoiled_files_never_panic() {
    run(0);
}

#[test]
fn spoiled_text_never_panics() {
    run(1);
}

#[test]
fn spoiled_parts_of_a_workbook_never_panic() {
    run(2);
}

#[test]
fn spoiled_content_of_a_document_never_panics() {
    run(3);
}

#[test]
fn spoiled_streams_of_old_workbooks_never_panic() {
    run(4);
}

#[test]
fn spoiled_packages_never_panic() {
    run(5);
}

#[test]
fn every_entry_is_run_here_and_has_a_target() {
    assert_eq!(ENTRIES.len(), 6);
    for (name, _) in ENTRIES {
        let target: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "..", "..", "fuzz", "fuzz_targets", &format!("{name}.rs")].iter().collect();
        assert!(target.exists(), "{name}");
    }
}
