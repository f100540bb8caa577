//! How much a symbol holds (ISO/IEC 18004, tables 1 and 9). Only versions 1 to 11 and the levels printed here.

/// Largest version made here.
pub(super) const MAX_VERSION: u8 = 11;

/// Error correction level: about 15, 25 or 30 % of a symbol may be unreadable. Level L is never printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Medium,
    Quartile,
    High,
}

impl Level {
    /// The two bits of the format information (ISO/IEC 18004, table 12).
    pub(super) fn format_bits(self) -> u32 {
        match self {
            Self::Medium => 0b00,
            Self::Quartile => 0b11,
            Self::High => 0b10,
        }
    }

    /// Error correction codewords in each block, and the number of blocks.
    pub(super) fn blocks(self, version: u8) -> (usize, usize) {
        // By version 1 to 11: ISO/IEC 18004, table 9.
        const MEDIUM: [(u8, u8); 11] =
            [(10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5), (30, 5)];
        const QUARTILE: [(u8, u8); 11] =
            [(13, 1), (22, 1), (18, 2), (26, 2), (18, 4), (24, 4), (18, 6), (22, 6), (20, 8), (24, 8), (28, 8)];
        const HIGH: [(u8, u8); 11] =
            [(17, 1), (28, 1), (22, 2), (16, 4), (22, 4), (28, 4), (26, 5), (26, 6), (24, 8), (28, 8), (24, 11)];
        let table = match self {
            Self::Medium => &MEDIUM,
            Self::Quartile => &QUARTILE,
            Self::High => &HIGH,
        };
        let (correction, blocks) = table[usize::from(version) - 1];
        (usize::from(correction), usize::from(blocks))
    }
}

/// All codewords of a symbol, data and error correction, by version.
pub(super) fn raw_codewords(version: u8) -> usize {
    const RAW: [u16; 11] = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404];
    usize::from(RAW[usize::from(version) - 1])
}

/// Codewords left for data.
pub(super) fn data_codewords(version: u8, level: Level) -> usize {
    let (correction, blocks) = level.blocks(version);
    raw_codewords(version) - correction * blocks
}
