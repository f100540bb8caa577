//! What every symbol of a version has in common: finder, timing and alignment patterns, version information, the order of
//! the data modules, and the eight masks with their format information. Made once for each version, then only read.

use std::sync::OnceLock;

use super::MAX_SIZE;
use super::capacity::{Level, MAX_VERSION, raw_codewords};

/// The fixed part of all symbols of one version.
pub(super) struct Blueprint {
    pub size: usize,
    dark: [u64; MAX_SIZE],
    /// Row and column of each data bit in the order of placement (ISO/IEC 18004, 7.7.3).
    order: Vec<(u8, u8)>,
    /// By level (M, Q, H) and mask.
    patterns: Vec<Pattern>,
}

/// A mask over the data modules together with its format information: one XOR finishes a symbol.
pub(super) struct Pattern {
    pub rows: [u64; MAX_SIZE],
    pub columns: [u64; MAX_SIZE],
}

impl Blueprint {
    pub fn of(version: u8) -> &'static Self {
        static MADE: [OnceLock<Blueprint>; MAX_VERSION as usize] = [const { OnceLock::new() }; MAX_VERSION as usize];
        MADE[usize::from(version) - 1].get_or_init(|| Self::make(version))
    }

    pub fn pattern(&self, level: Level, mask: u8) -> &Pattern {
        &self.patterns[level as usize * 8 + usize::from(mask)]
    }

    /// The fixed patterns with the codewords in place; not yet masked, format information still light.
    pub fn place(&self, codewords: &[u8]) -> [u64; MAX_SIZE] {
        let mut rows = self.dark;
        for (byte, places) in codewords.iter().zip(self.order.chunks_exact(8)) {
            for (bit, &(row, column)) in places.iter().enumerate() {
                rows[usize::from(row)] |= u64::from(byte >> (7 - bit) & 1) << column;
            }
        }
        rows
    }

    fn make(version: u8) -> Self {
        let size = usize::from(version) * 4 + 17;
        let mut fixed = Fixed { size, dark: [0; MAX_SIZE], taken: [0; MAX_SIZE] };
        for at in 0..size {
            fixed.set(6, at, at % 2 == 0);
            fixed.set(at, 6, at % 2 == 0);
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            fixed.square(x, y, 4, |distance| distance != 2 && distance != 4);
        }
        let centres = alignment_centres(version);
        let last = centres.len().saturating_sub(1);
        for (i, &x) in centres.iter().enumerate() {
            for (j, &y) in centres.iter().enumerate() {
                let is_at_finder = matches!((i, j), (0, 0)) || (i, j) == (0, last) || (i, j) == (last, 0);
                if !is_at_finder {
                    fixed.square(x, y, 2, |distance| distance != 1);
                }
            }
        }
        if version >= 7 {
            let bits = version_information(version);
            for at in 0..18 {
                let is_dark = bits >> at & 1 == 1;
                fixed.set(size - 11 + at % 3, at / 3, is_dark);
                fixed.set(at / 3, size - 11 + at % 3, is_dark);
            }
        }
        for (x, y) in format_places(size).into_iter().flatten() {
            fixed.set(x, y, false);
        }
        fixed.set(8, size - 8, true);

        let order = placement_order(&fixed, raw_codewords(version) * 8);
        let patterns = [Level::Medium, Level::Quartile, Level::High]
            .into_iter()
            .flat_map(|level| (0..8).map(move |mask| (level, mask)))
            .map(|(level, mask)| Pattern::make(&fixed, level, mask))
            .collect();
        Self { size, dark: fixed.dark, order, patterns }
    }
}

/// The fixed modules while they are laid down.
struct Fixed {
    size: usize,
    dark: [u64; MAX_SIZE],
    taken: [u64; MAX_SIZE],
}

impl Fixed {
    fn set(&mut self, x: usize, y: usize, is_dark: bool) {
        self.taken[y] |= 1 << x;
        self.dark[y] = self.dark[y] & !(1 << x) | u64::from(is_dark) << x;
    }

    /// Rings around a centre; `is_dark` takes the ring's distance from it. What falls outside is left out.
    fn square(&mut self, x: usize, y: usize, reach: usize, is_dark: impl Fn(usize) -> bool) {
        for row in (y.saturating_sub(reach))..=(y + reach).min(self.size - 1) {
            for column in (x.saturating_sub(reach))..=(x + reach).min(self.size - 1) {
                self.set(column, row, is_dark(row.abs_diff(y).max(column.abs_diff(x))));
            }
        }
    }
}

impl Pattern {
    fn make(fixed: &Fixed, level: Level, mask: u8) -> Self {
        let mut made = Self { rows: [0; MAX_SIZE], columns: [0; MAX_SIZE] };
        let mut set = |x: usize, y: usize| {
            made.rows[y] |= 1 << x;
            made.columns[x] |= 1 << y;
        };
        for y in 0..fixed.size {
            for x in 0..fixed.size {
                if fixed.taken[y] >> x & 1 == 0 && is_masked(mask, x, y) {
                    set(x, y);
                }
            }
        }
        let bits = format_information(level, mask);
        for copy in format_places(fixed.size) {
            for (at, (x, y)) in copy.into_iter().enumerate() {
                if bits >> at & 1 == 1 {
                    set(x, y);
                }
            }
        }
        made
    }
}

/// ISO/IEC 18004, table 10.
fn is_masked(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x / 3 + y / 2).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// Centre coordinates of the alignment patterns (ISO/IEC 18004, annex E).
fn alignment_centres(version: u8) -> &'static [usize] {
    const CENTRES: [&[usize]; 11] = [
        &[],
        &[6, 18],
        &[6, 22],
        &[6, 26],
        &[6, 30],
        &[6, 34],
        &[6, 22, 38],
        &[6, 24, 42],
        &[6, 26, 46],
        &[6, 28, 50],
        &[6, 30, 54],
    ];
    CENTRES[usize::from(version) - 1]
}

/// Golay code of the version number (ISO/IEC 18004, 7.10).
fn version_information(version: u8) -> u32 {
    let data = u32::from(version);
    let rest = (0..12).fold(data, |rest, _| (rest << 1) ^ ((rest >> 11) * 0x1F25));
    data << 12 | rest
}

/// BCH code of level and mask (ISO/IEC 18004, 7.9).
fn format_information(level: Level, mask: u8) -> u32 {
    let data = level.format_bits() << 3 | u32::from(mask);
    let rest = (0..10).fold(data, |rest, _| (rest << 1) ^ ((rest >> 9) * 0x537));
    (data << 10 | rest) ^ 0x5412
}

/// Column and row of each format bit, for both copies, from the least significant bit.
fn format_places(size: usize) -> [[(usize, usize); 15]; 2] {
    let first = std::array::from_fn(|at| match at {
        0..=5 => (8, at),
        6 => (8, 7),
        7 => (8, 8),
        8 => (7, 8),
        _ => (14 - at, 8),
    });
    let second = std::array::from_fn(|at| if at < 8 { (size - 1 - at, 8) } else { (8, size - 15 + at) });
    [first, second]
}

/// The zigzag of two-module columns from the right (ISO/IEC 18004, 7.7.3); remainder bits stay light.
fn placement_order(fixed: &Fixed, bits: usize) -> Vec<(u8, u8)> {
    let size = fixed.size;
    let mut order = Vec::with_capacity(bits);
    // Column 6 is timing, so the pairs left of it begin one further to the left.
    let pairs = (7..size).rev().step_by(2).chain([5, 3, 1]);
    for (number, right) in pairs.enumerate() {
        for step in 0..size {
            let y = if number % 2 == 0 { size - 1 - step } else { step };
            for x in [right, right - 1] {
                if fixed.taken[y] >> x & 1 == 0 && order.len() < bits {
                    order.push((y as u8, x as u8)); // both below 64
                }
            }
        }
    }
    debug_assert_eq!(order.len(), bits);
    order
}
