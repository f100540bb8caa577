//! The fuzz target's entry function over its corpus, spoiled thousands of times by a seeded generator: nothing panics, and
//! what comes out is a photo. What a fuzzer found belongs into the corpus.

#[path = "../../../fuzz/src/pictures.rs"]
mod pictures;

use mingce_testkit::Random;
use std::path::PathBuf;

const ROUNDS: u64 = 3_000;

/// Pieces that decoders treat specially.
const PIECES: [&[u8]; 14] = [
    b"\0",
    b"\xFF",
    b"\xFF\xFF\xFF\xFF",
    b"\xFF\xD8",
    b"\xFF\xD9",
    b"\xFF\xDA",
    b"\xFF\xC4",
    b"\xFF\xC2",
    b"\xFF\xE1\x00\x08Exif\0\0",
    b"\xFF\xEE\x00\x0EAdobe",
    b"IDAT",
    b"acTL",
    b"RIFF\xFF\xFF\xFF\xFFWEBP",
    b"VP8X",
];

fn seeds() -> Vec<Vec<u8>> {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "fixtures", "fuzz", "picture"].iter().collect();
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 6, "every format has a seed");
    names.iter().map(|name| std::fs::read(name).unwrap()).collect()
}

fn spoiled(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(seeds).clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() as u64 + 1) as usize;
        let end = (at + 1 + random.below(40) as usize).min(bytes.len());
        match random.below(6) {
            0 | 1 if at < bytes.len() => bytes[at] = random.next_u64() as u8,
            2 if at < end => drop(bytes.drain(at..end)),
            3 if at < end => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy.repeat(1 + random.below(20) as usize));
            }
            4 => bytes.truncate(at),
            _ => drop(bytes.splice(at..at, random.pick(&PIECES).iter().copied())),
        }
    }
    bytes
}

#[test]
fn spoiled_pictures_never_panic() {
    let seeds = seeds();
    for seed in &seeds {
        assert!(mingce_photos::prepare(seed, None).is_ok(), "a seed is a picture");
        pictures::picture(seed);
    }
    let mut random = Random::new(7);
    for _ in 0..ROUNDS {
        pictures::picture(&spoiled(&seeds, &mut random));
    }
}
