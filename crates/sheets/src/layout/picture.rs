//! Pictures of a layout: a logo, a seal. Each is a PNG inside the file, so that a layout stays one file; small, read with
//! its size known beforehand, and never anything but pixels.

use std::sync::Arc;

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tiny_skia::Pixmap;

/// Pixels of a picture's longer side at the most: 50 mm at 300 dpi.
pub const PICTURE_SIDE_MAX: u32 = 600;
/// Bytes of a picture's PNG at the most.
pub const PICTURE_BYTES_MAX: usize = 32 * 1024;
/// Bytes of all pictures of a layout together.
pub const PICTURES_BYTES_MAX: usize = 42 * 1024;
/// Pictures of one layout.
pub const PICTURES_MAX: usize = 4;

/// A picture of a layout, read and checked. A copy costs nothing.
#[derive(Clone)]
pub struct LayoutPicture(Arc<Read>);

struct Read {
    png: Vec<u8>,
    pixels: Pixmap,
}

impl LayoutPicture {
    /// Reads a PNG; `None` when it is none, or larger than a layout's picture may be.
    pub fn read(png: Vec<u8>) -> Option<Self> {
        let (width, height) = size(&png)?;
        let sides = 1..=PICTURE_SIDE_MAX;
        if png.len() > PICTURE_BYTES_MAX || !sides.contains(&width) || !sides.contains(&height) {
            return None;
        }
        let pixels = Pixmap::decode_png(&png).ok()?;
        Some(Self(Arc::new(Read { png, pixels })))
    }

    /// Makes a picture of pixels in rows from the top, four bytes each: red, green, blue, opacity. `None` when their
    /// number is wrong or the picture would be larger than it may be.
    pub fn of_pixels(width: u32, height: u32, rgba: &[u8]) -> Option<Self> {
        let mut pixels = Pixmap::new(width, height)?;
        if rgba.len() != pixels.data().len() {
            return None;
        }
        for (pixel, from) in pixels.pixels_mut().iter_mut().zip(rgba.chunks_exact(4)) {
            *pixel = tiny_skia::ColorU8::from_rgba(from[0], from[1], from[2], from[3]).premultiply();
        }
        Self::read(pixels.encode_png().ok()?)
    }

    /// The bytes of the PNG.
    pub fn png(&self) -> &[u8] {
        &self.0.png
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.0.pixels.width(), self.0.pixels.height())
    }

    pub(crate) fn pixels(&self) -> &Pixmap {
        &self.0.pixels
    }
}

/// Width and height as the head of a PNG tells them (ISO/IEC 15948, 11.2.2), before anything is unpacked.
fn size(png: &[u8]) -> Option<(u32, u32)> {
    let head = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..16)?.strip_prefix(b"IHDR")?;
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

impl PartialEq for LayoutPicture {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.png == other.0.png
    }
}

impl std::fmt::Debug for LayoutPicture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.size();
        write!(f, "LayoutPicture({width} x {height})")
    }
}

impl Serialize for LayoutPicture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(self.png()))
    }
}

impl<'de> Deserialize<'de> for LayoutPicture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() > PICTURE_BYTES_MAX * 2 {
            return Err(serde::de::Error::custom("a picture is larger than a layout's may be"));
        }
        let read = BASE64.decode(text.as_bytes()).ok().and_then(Self::read);
        read.ok_or_else(|| serde::de::Error::custom("a picture is a small PNG in base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(side: u32) -> LayoutPicture {
        LayoutPicture::of_pixels(side, side, &[200, 30, 30, 255].repeat((side * side) as usize)).expect("a picture")
    }

    #[test]
    fn a_picture_survives_its_file() {
        let picture = square(40);
        let text = serde_json::to_string(&picture).expect("writes");
        let read: LayoutPicture = serde_json::from_str(&text).expect("reads");
        assert_eq!((read.size(), &read), ((40, 40), &picture));
    }

    #[test]
    fn what_is_too_large_or_no_picture_is_refused_before_it_is_unpacked() {
        assert!(LayoutPicture::of_pixels(601, 1, &[0; 601 * 4]).is_none());
        assert!(LayoutPicture::of_pixels(2, 2, &[0; 4]).is_none());
        // A head that promises a hundred million pixels.
        let mut bomb = square(4).png().to_vec();
        bomb[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
        assert!(LayoutPicture::read(bomb).is_none());
        for png in [Vec::new(), b"\x89PNG\r\n\x1a\n".to_vec(), square(4).png()[..40].to_vec(), b"GIF89a".to_vec()] {
            assert!(LayoutPicture::read(png).is_none());
        }
        assert!(serde_json::from_str::<LayoutPicture>("\"!\"").is_err());
    }
}
