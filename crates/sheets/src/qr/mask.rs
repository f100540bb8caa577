//! Choice of the mask with the lowest penalty (ISO/IEC 18004, 7.8.3). This is nearly all the work of making a symbol, so
//! it looks at a whole row at a time: bit `i` of a word is the module `i`, and what lies outside a row is light.

use super::MAX_SIZE;
use super::blueprint::Blueprint;
use super::capacity::Level;

const RUN: u32 = 3;
const SQUARE: u32 = 3;
const FINDER_LIKE: u32 = 40;
const BALANCE: u32 = 10;

/// The mask with the lowest penalty, the lowest number among equals.
pub(super) fn choose(blueprint: &Blueprint, level: Level, rows: &[u64; MAX_SIZE]) -> u8 {
    let size = blueprint.size;
    let columns = transposed(rows);
    let mut best = (u32::MAX, 0);
    for mask in 0..8 {
        let pattern = blueprint.pattern(level, mask);
        let masked_rows: [u64; MAX_SIZE] = std::array::from_fn(|at| rows[at] ^ pattern.rows[at]);
        let masked_columns: [u64; MAX_SIZE] = std::array::from_fn(|at| columns[at] ^ pattern.columns[at]);
        let found = penalty(&masked_rows[..size], &masked_columns[..size]);
        best = best.min((found, mask));
    }
    best.1
}

fn penalty(rows: &[u64], columns: &[u64]) -> u32 {
    let size = rows.len();
    let pairs = (1u64 << (size - 1)) - 1;
    let mut total = 0;
    for &line in rows.iter().chain(columns) {
        total += runs(line, pairs) + FINDER_LIKE * finder_like(line);
    }
    for (&above, &below) in rows.iter().zip(&rows[1..]) {
        let equal = !(above ^ above >> 1) & !(below ^ below >> 1) & !(above ^ below) & pairs;
        total += SQUARE * equal.count_ones();
    }
    let dark: u32 = rows.iter().map(|row| row.count_ones()).sum();
    let all = (size * size) as u32;
    // The smallest k with dark modules within 50 % ± (5 + 5k) %.
    let k = (dark * 20).abs_diff(all * 10).div_ceil(all).saturating_sub(1);
    total + BALANCE * k
}

/// A run of five equal modules counts 3, each further module 1.
fn runs(line: u64, pairs: u64) -> u32 {
    let equal = !(line ^ line >> 1) & pairs;
    let two = equal & equal >> 1;
    let five = two & two >> 2;
    let starts = five & !(five << 1);
    five.count_ones() + (RUN - 1) * starts.count_ones()
}

/// How often dark and light stand 1:1:3:1:1 with four light before, and how often with four light behind.
pub(super) fn finder_like(line: u64) -> u32 {
    let core = line & !(line >> 1) & line >> 2 & line >> 3 & line >> 4 & !(line >> 5) & line >> 6;
    let mut found = 0;
    if core != 0 {
        let before = line << 1;
        let four_before = before | line << 2 | line << 3 | line << 4;
        let behind = line >> 7;
        let four_behind = behind | line >> 8 | line >> 9 | line >> 10;
        found += (core & !four_before & !behind).count_ones() + (core & !four_behind & !before).count_ones();
    }
    // The same at twice the scale and more. Nearly every line is ruled out by its dark runs alone.
    let two = line & line >> 1;
    let six = two & two >> 2 & two >> 4;
    if six != 0 {
        if two & six >> 4 & two >> 12 != 0 {
            found += finder_like_scaled(line, 2);
        }
        if six & six >> 3 != 0 {
            // Seven units must fit the widest symbol.
            found += (3..=MAX_SIZE / 7).map(|unit| finder_like_scaled(line, unit)).sum::<u32>();
        }
    }
    found
}

fn finder_like_scaled(line: u64, unit: usize) -> u32 {
    let shifted = |by: usize| if by < 64 { line >> by } else { 0 };
    let light = |from: usize, length: usize| (from..from + length).fold(u64::MAX, |bits, by| bits & !shifted(by));
    let dark = |from: usize, length: usize| (from..from + length).fold(u64::MAX, |bits, by| bits & shifted(by));
    let light_before = |length: usize| (1..=length).fold(u64::MAX, |bits, by| bits & !(line << by));
    let core =
        dark(2 * unit, 3 * unit) & dark(0, unit) & light(unit, unit) & light(5 * unit, unit) & dark(6 * unit, unit);
    if core == 0 {
        return 0;
    }
    let (behind, four_behind) = (light(7 * unit, unit), light(7 * unit, 4 * unit));
    let (before, four_before) = (light_before(unit), light_before(4 * unit));
    (core & four_before & behind).count_ones() + (core & four_behind & before).count_ones()
}

/// Columns as words, by exchanging ever smaller squares of bits.
fn transposed(rows: &[u64; MAX_SIZE]) -> [u64; MAX_SIZE] {
    let mut words = [0; 64];
    words[..MAX_SIZE].copy_from_slice(rows);
    let mut reach = 32;
    let mut low = u64::MAX >> 32;
    while reach != 0 {
        let mut at = 0;
        while at < 64 {
            let swap = (words[at] >> reach ^ words[at + reach]) & low;
            words[at] ^= swap << reach;
            words[at + reach] ^= swap;
            at = (at + reach + 1) & !reach;
        }
        reach >>= 1;
        low ^= low << reach;
    }
    let mut columns = [0; MAX_SIZE];
    columns.copy_from_slice(&words[..MAX_SIZE]);
    columns
}
