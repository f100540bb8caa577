//! The encoder beside an independent one: every module equal, mask choice included.

use proptest::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::*;

fn independent(text: &str) -> Option<QrCode> {
    let is_alphanumeric = text.bytes().all(|byte| ALPHANUMERIC.contains(&byte));
    let segment =
        if is_alphanumeric { QrSegment::make_alphanumeric(text) } else { QrSegment::make_bytes(text.as_bytes()) };
    let (low, high) = (Version::new(1), Version::new(MAX_VERSION));
    QrCode::encode_segments_advanced(&[segment], QrCodeEcc::Medium, low, high, None, true).ok()
}

fn assert_equal(text: &str) {
    let ours = Code::encode(text).ok();
    let theirs = independent(text);
    assert_eq!(ours.is_some(), theirs.is_some(), "both make it or neither");
    if let (Some(ours), Some(theirs)) = (ours, theirs) {
        assert_same_modules(&ours, &theirs);
    }
}

fn assert_same_modules(ours: &Code, theirs: &QrCode) {
    assert_eq!(ours.version(), theirs.version().value());
    assert_eq!(ours.mask(), theirs.mask().value());
    for y in 0..ours.size() {
        for x in 0..ours.size() {
            assert_eq!(ours.is_dark(x, y), theirs.get_module(x as i32, y as i32), "module {x}, {y}");
        }
    }
    assert!(ours.rows().iter().all(|row| row >> ours.size() == 0), "nothing outside the symbol");
}

#[test]
fn every_version_at_every_level_equals_the_independent_encoder() {
    for version in 1..=MAX_VERSION {
        for (level, theirs) in
            [(Level::Medium, QrCodeEcc::Medium), (Level::Quartile, QrCodeEcc::Quartile), (Level::High, QrCodeEcc::High)]
        {
            let room = data_codewords(version, level) - 3;
            for length in [0, 1, room / 2, room] {
                let text: String = "https://join.example.cn/i#aZ9_-".chars().cycle().take(length).collect();
                let ours = Code::make(&text, Packing::Bytes, version, level);
                let only = Version::new(version);
                let segment = QrSegment::make_bytes(text.as_bytes());
                let theirs =
                    QrCode::encode_segments_advanced(&[segment], theirs, only, only, None, false).expect("fits");
                assert_same_modules(&ours, &theirs);
            }
        }
    }
}

#[test]
fn every_length_of_link_equals_the_independent_encoder() {
    for length in 0..=380 {
        let upper: String = ALPHANUMERIC.iter().cycle().skip(length).take(length).map(|&b| char::from(b)).collect();
        let bytes: String = "https://join.example.cn/i#aZ9_-".chars().cycle().take(length).collect();
        assert_equal(&upper);
        assert_equal(&bytes);
    }
}

#[test]
fn a_link_beyond_version_eleven_is_refused() {
    assert!(Code::encode(&"a".repeat(251)).is_ok());
    assert_eq!(Code::encode(&"a".repeat(252)), Err(LinkTooLong));
    assert_eq!(Code::encode(&"A".repeat(100_000)), Err(LinkTooLong));
}

#[test]
fn an_upper_case_link_is_coarser() {
    let link = "HTTPS://JOIN.EXAMPLE.CN/J/UWS2LJNFUWS2LJNFUWS2LJNFUU";
    assert_eq!(Code::encode(link).expect("fits").size(), 29);
    assert_eq!(Code::encode(&link.to_lowercase()).expect("fits").size(), 33);
}

#[test]
fn scaled_finder_like_rows_are_counted() {
    // Two modules a unit with eight light before and the edge behind: both readings count.
    let units: u64 = 0b11_0011_1111_0011;
    let line = units << 8;
    assert_eq!(finder_count(line), 2);
    // A light gap of seven before, closed by a dark module, is too narrow for the first reading.
    let line = (units << 8) | 1;
    assert_eq!(finder_count(line), 1);
}

/// The same rule, read run by run as the standard words it.
fn finder_count_by_runs(line: u64, size: usize) -> u32 {
    let mut runs: Vec<(bool, usize)> = Vec::new();
    for at in 0..size {
        let is_dark = line >> at & 1 == 1;
        match runs.last_mut() {
            Some((dark, length)) if *dark == is_dark => *length += 1,
            _ => runs.push((is_dark, 1)),
        }
    }
    // Outside the symbol all is light.
    for (end, at) in [(runs.first().copied(), 0), (runs.last().copied(), runs.len())] {
        if end.is_some_and(|(is_dark, _)| is_dark) {
            runs.insert(if at == 0 { 0 } else { runs.len() }, (false, 0));
        }
    }
    if let Some(first) = runs.first_mut() {
        first.1 += 64;
    }
    if let Some(last) = runs.last_mut() {
        last.1 += 64;
    }
    let mut found = 0;
    for window in runs.windows(7).filter(|window| !window[0].0) {
        let unit = window[1].1;
        let lengths: Vec<usize> = window.iter().map(|run| run.1).collect();
        if lengths[1..6] == [unit, unit, 3 * unit, unit, unit] {
            found += u32::from(lengths[0] >= 4 * unit && lengths[6] >= unit);
            found += u32::from(lengths[6] >= 4 * unit && lengths[0] >= unit);
        }
    }
    found
}

fn finder_count(line: u64) -> u32 {
    super::mask::finder_like(line)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn upper_case_text_equals_the_independent_encoder(text in "[0-9A-Z $%*+./:-]{0,366}") {
        assert_equal(&text);
    }

    #[test]
    fn any_text_equals_the_independent_encoder(text in "\\PC{0,90}") {
        assert_equal(&text);
    }

    #[test]
    fn finder_like_patterns_are_counted_at_every_scale(unit in 1usize..=8, before in 0usize..12, behind in 0usize..40, noise: u64) {
        // A pattern in the middle, something random around it.
        let mut line = 0u64;
        let mut at = before;
        for (length, is_dark) in [(1, true), (1, false), (3, true), (1, false), (1, true)] {
            for _ in 0..length * unit {
                if at < MAX_SIZE {
                    line |= u64::from(is_dark) << at;
                }
                at += 1;
            }
        }
        if at + behind < MAX_SIZE {
            line |= noise << (at + behind);
        }
        line &= (1 << MAX_SIZE) - 1;
        prop_assert_eq!(finder_count(line), finder_count_by_runs(line, MAX_SIZE));
        let random = noise & ((1 << MAX_SIZE) - 1);
        prop_assert_eq!(finder_count(random), finder_count_by_runs(random, MAX_SIZE));
    }

    #[test]
    fn blocks_cover_the_dark_modules_and_no_others(text in "[a-zA-Z0-9]{1,200}") {
        let code = Code::encode(&text).expect("fits");
        let mut covered = [0u64; MAX_SIZE];
        code.for_each_block(|block| {
            for y in block.y..block.y + block.height {
                for x in block.x..block.x + block.width {
                    assert_eq!(covered[usize::from(y)] >> x & 1, 0, "no module twice");
                    covered[usize::from(y)] |= 1 << x;
                }
            }
        });
        prop_assert_eq!(&covered[..code.size()], code.rows());
    }
}
