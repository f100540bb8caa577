//! Whether bytes are a photo as `prepare` makes them: whoever takes photos from elsewhere asks here.
//!
//! Stricter than decoding: a JPEG may carry a place, a time or another picture beside what is seen, so that only the
//! segments are let through that the pixels need (ITU-T T.81, annex B).

use crate::finish::height_of;
use crate::source::Source;
use crate::{BYTES_MAX, HEIGHT, SOURCE_WIDTH_MIN, WIDTH};

/// Why bytes are not a photo.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Flaw {
    #[error("the photo has too many bytes")]
    TooLarge,
    #[error("it is not a JPEG that can be read")]
    NotJpeg,
    #[error("the photo carries more than its pixels")]
    CarriesMore,
    #[error("the photo's size or ratio is not that of a photo")]
    OddSize,
}

impl Flaw {
    /// The word under which it is told.
    pub fn word(self) -> &'static str {
        match self {
            Flaw::TooLarge => "photo_too_large",
            Flaw::NotJpeg => "photo_not_jpeg",
            Flaw::CarriesMore => "photo_carries_more",
            Flaw::OddSize => "photo_odd_size",
        }
    }
}

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
/// Baseline frame, Huffman tables, quantisation tables.
const NEEDED: [u8; 3] = [0xC0, 0xC4, 0xDB];
const APP0: u8 = 0xE0;
/// A JFIF header without the thumbnail that it may hold: ITU-T T.871, 10.1.
const JFIF_BYTES: usize = 16;

/// Checks size, segments, dimensions, and that it decodes.
pub fn check(bytes: &[u8]) -> Result<(), Flaw> {
    if bytes.len() > BYTES_MAX {
        return Err(Flaw::TooLarge);
    }
    check_segments(bytes)?;
    let source = Source::open(bytes).map_err(|error| match error {
        crate::PhotoError::TooLarge | crate::PhotoError::TooSmall => Flaw::OddSize,
        _ => Flaw::NotJpeg,
    })?;
    let size = source.size();
    let is_photo = size.width >= SOURCE_WIDTH_MIN.min(WIDTH)
        && size.width <= WIDTH
        && size.height <= HEIGHT
        && size.height.abs_diff(height_of(size.width)) <= 1;
    if !is_photo {
        return Err(Flaw::OddSize);
    }
    source.decode().map(drop).map_err(|_| Flaw::NotJpeg)
}

fn check_segments(bytes: &[u8]) -> Result<(), Flaw> {
    let marker = |at: usize| match bytes.get(at..at + 2) {
        Some([0xFF, marker]) => Ok(*marker),
        _ => Err(Flaw::NotJpeg),
    };
    if marker(0)? != SOI {
        return Err(Flaw::NotJpeg);
    }
    let mut at = 2;
    loop {
        let found = marker(at)?;
        let length = bytes.get(at + 2..at + 4).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]])));
        let length = length.filter(|length| *length >= 2).ok_or(Flaw::NotJpeg)?;
        match found {
            SOS => return check_scan(bytes, at + 2 + length),
            APP0 if length == JFIF_BYTES => {}
            _ if NEEDED.contains(&found) => {}
            _ => return Err(Flaw::CarriesMore),
        }
        at += 2 + length;
    }
}

/// One scan of coded pixels, and nothing behind its end.
fn check_scan(bytes: &[u8], mut at: usize) -> Result<(), Flaw> {
    loop {
        match bytes.get(at..at + 2) {
            // A stuffed byte.
            Some([0xFF, 0x00]) => at += 2,
            Some([0xFF, EOI]) if at + 2 == bytes.len() => return Ok(()),
            Some([0xFF, _]) => return Err(Flaw::CarriesMore),
            Some(_) => at += 1,
            None => return Err(Flaw::NotJpeg),
        }
    }
}

#[cfg(test)]
mod tests;
