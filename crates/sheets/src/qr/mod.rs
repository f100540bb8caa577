//! QR codes of links, fast enough for a whole school: ISO/IEC 18004 model 2, versions 1 to 11, a row of modules in one u64.
//! Gives exactly the modules that the independent encoder in the tests gives, mask choice included. It must never
//! draw: PDF, SVG and PNG take the modules from here.

mod blueprint;
mod capacity;
mod mask;
mod reed_solomon;

use blueprint::Blueprint;
pub use capacity::Level;
use capacity::{MAX_VERSION, data_codewords, raw_codewords};

/// Widest symbol made here, in modules (version 11). A row still fits one u64, which is where the speed comes from.
pub const MAX_SIZE: usize = 61;

/// Light modules wanted around a symbol (ISO/IEC 18004, 5.3.8).
pub const QUIET_MODULES: usize = 4;

/// The link has more characters than a version 11 symbol holds at level M (251 bytes, 365 upper-case characters).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is too long for a code")]
pub struct LinkTooLong;

/// One QR code symbol, without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    version: u8,
    level: Level,
    mask: u8,
    rows: [u64; MAX_SIZE],
}

/// A block of dark modules: column and row of its top left module, width and height in modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub x: u8,
    pub y: u8,
    pub width: u8,
    pub height: u8,
}

impl Code {
    /// The smallest symbol for `text` at error correction level M, raised to Q or H where the same size allows.
    ///
    /// Text made of `0-9 A-Z $%*+-./:` and space is packed in alphanumeric mode, all else as bytes.
    pub fn encode(text: &str) -> Result<Self, LinkTooLong> {
        let packing = Packing::of(text);
        let (version, bits) = packing.smallest(text)?;
        let level = [Level::High, Level::Quartile]
            .into_iter()
            .find(|&level| bits <= data_codewords(version, level) * 8)
            .unwrap_or(Level::Medium);
        Ok(Self::make(text, packing, version, level))
    }

    /// The text must fit the version at the level.
    fn make(text: &str, packing: Packing, version: u8, level: Level) -> Self {
        let mut data = Bits::default();
        packing.write(text, version, &mut data);
        data.fill_up_to(data_codewords(version, level));
        let codewords = reed_solomon::protect(&data.bytes, version, level);
        debug_assert_eq!(codewords.len(), raw_codewords(version));

        let blueprint = Blueprint::of(version);
        let mut rows = blueprint.place(&codewords);
        let mask = mask::choose(blueprint, level, &rows);
        for (row, pattern) in rows.iter_mut().zip(&blueprint.pattern(level, mask).rows) {
            *row ^= pattern;
        }
        Self { version, level, mask, rows }
    }

    /// Modules along one side: 21 for version 1, four more for each further version.
    pub fn size(&self) -> usize {
        size_of_version(self.version)
    }

    /// Version 1 to 11.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The error correction level reached.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The mask pattern chosen, 0 to 7.
    pub fn mask(&self) -> u8 {
        self.mask
    }

    /// The rows from the top; bit `x` of a row is the module in column `x`, set when dark.
    pub fn rows(&self) -> &[u64] {
        &self.rows[..self.size()]
    }

    /// Whether the module in column `x` and row `y` is dark; light outside the symbol.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size() && y < self.size() && self.rows[y] >> x & 1 == 1
    }

    /// The dark modules as blocks that do not overlap, from the top: runs in a row, joined with equal runs below.
    pub fn for_each_block(&self, mut give: impl FnMut(Block)) {
        let size = self.size();
        let mut rows = self.rows;
        for y in 0..size {
            while rows[y] != 0 {
                let x = rows[y].trailing_zeros();
                let width = (rows[y] >> x).trailing_ones();
                let run = ((1u64 << width) - 1) << x;
                // The run with its light neighbours: a row below joins only when it has the very same run.
                let frame = run | run << 1 | run >> 1;
                let mut height = 1;
                rows[y] ^= run;
                while y + height < size && rows[y + height] & frame == run {
                    rows[y + height] ^= run;
                    height += 1;
                }
                // All four are below 64, the width of a row.
                give(Block { x: x as u8, y: y as u8, width: width as u8, height: height as u8 });
            }
        }
    }
}

fn size_of_version(version: u8) -> usize {
    usize::from(version) * 4 + 17
}

/// Modules along one side of the code that [`Code::encode`] makes, without making it.
pub fn size_of(text: &str) -> Result<usize, LinkTooLong> {
    Packing::of(text).smallest(text).map(|(version, _)| size_of_version(version))
}

/// How text becomes bits (ISO/IEC 18004, 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Alphanumeric,
    Bytes,
}

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Value of each ASCII character in alphanumeric mode; 255 where there is none.
const ALPHANUMERIC_VALUE: [u8; 128] = {
    let mut values = [255; 128];
    let mut at = 0;
    while at < ALPHANUMERIC.len() {
        values[ALPHANUMERIC[at] as usize] = at as u8;
        at += 1;
    }
    values
};

fn alphanumeric_value(byte: u8) -> Option<u32> {
    ALPHANUMERIC_VALUE.get(usize::from(byte)).filter(|&&value| value != 255).map(|&value| u32::from(value))
}

impl Packing {
    fn of(text: &str) -> Self {
        if text.bytes().all(|byte| alphanumeric_value(byte).is_some()) { Self::Alphanumeric } else { Self::Bytes }
    }

    /// Width of the character count (ISO/IEC 18004, table 3).
    fn count_bits(self, version: u8) -> u32 {
        match (self, version) {
            (Self::Alphanumeric, ..=9) => 9,
            (Self::Alphanumeric, _) => 11,
            (Self::Bytes, ..=9) => 8,
            (Self::Bytes, _) => 16,
        }
    }

    fn total_bits(self, length: usize, version: u8) -> usize {
        let content = match self {
            Self::Alphanumeric => length / 2 * 11 + length % 2 * 6,
            Self::Bytes => length * 8,
        };
        if length >> self.count_bits(version) == 0 {
            4 + self.count_bits(version) as usize + content
        } else {
            usize::MAX
        }
    }

    /// The smallest version that holds the text at level M, and the bits it takes.
    fn smallest(self, text: &str) -> Result<(u8, usize), LinkTooLong> {
        (1..=MAX_VERSION)
            .map(|version| (version, self.total_bits(text.len(), version)))
            .find(|&(version, bits)| bits <= data_codewords(version, Level::Medium) * 8)
            .ok_or(LinkTooLong)
    }

    fn write(self, text: &str, version: u8, out: &mut Bits) {
        let count = text.len() as u32; // below 2^16: checked by total_bits
        match self {
            Self::Alphanumeric => {
                out.push(0b0010, 4);
                out.push(count, self.count_bits(version));
                let value = |byte: u8| alphanumeric_value(byte).unwrap_or_default();
                for pair in text.as_bytes().chunks(2) {
                    match *pair {
                        [first, second] => out.push(value(first) * 45 + value(second), 11),
                        [last] => out.push(value(last), 6),
                        _ => {}
                    }
                }
            }
            Self::Bytes => {
                out.push(0b0100, 4);
                out.push(count, self.count_bits(version));
                for &byte in text.as_bytes() {
                    out.push(u32::from(byte), 8);
                }
            }
        }
    }
}

/// Bits written from the most significant one.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u64,
    waiting_bits: u32,
}

impl Bits {
    fn push(&mut self, value: u32, bits: u32) {
        self.waiting = self.waiting << bits | u64::from(value);
        self.waiting_bits += bits;
        while self.waiting_bits >= 8 {
            self.waiting_bits -= 8;
            self.bytes.push((self.waiting >> self.waiting_bits) as u8);
        }
    }

    /// Terminator, zero bits to the end of the byte, then the two pad codewords in turn (ISO/IEC 18004, 7.4.10).
    fn fill_up_to(&mut self, codewords: usize) {
        let room = codewords * 8 - self.bytes.len() * 8 - self.waiting_bits as usize;
        self.push(0, room.min(4) as u32);
        if self.waiting_bits > 0 {
            self.push(0, 8 - self.waiting_bits);
        }
        for pad in [0xEC, 0x11].into_iter().cycle().take(codewords - self.bytes.len()) {
            self.bytes.push(pad);
        }
    }
}

#[cfg(test)]
mod tests;
