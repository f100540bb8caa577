//! Pictures of a layout: a logo, a seal. Each is a PNG inside the file, so that a layout stays one file; small, and never
//! anything but pixels. Reading a layout looks at a picture's head only: layouts are listed by the hundred, and a file may
//! hold more pictures than it should. It is unpacked when it is drawn.

use std::sync::{Arc, OnceLock};

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

/// A picture of a layout, of a size that it may have. A copy costs nothing.
#[derive(Clone)]
pub struct LayoutPicture(Arc<Read>);

struct Read {
    png: Vec<u8>,
    size: (u32, u32),
    /// Once it was drawn; nothing when it cannot be unpacked.
    pixels: OnceLock<Option<Pixmap>>,
}

impl LayoutPicture {
    /// Reads a PNG; `None` when it is none, or larger than a layout's picture may be. Unpacks nothing.
    pub fn read(png: Vec<u8>) -> Option<Self> {
        let size = size(&png)?;
        let sides = 1..=PICTURE_SIDE_MAX;
        if png.len() > PICTURE_BYTES_MAX || !sides.contains(&size.0) || !sides.contains(&size.1) || !is_whole(&png) {
            return None;
        }
        Some(Self(Arc::new(Read { png, size, pixels: OnceLock::new() })))
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
        self.0.size
    }

    #[cfg(test)]
    pub(crate) fn is_unpacked(&self) -> bool {
        self.0.pixels.get().is_some()
    }

    /// Unpacked, once for all copies; `None` when that cannot be done.
    pub(crate) fn pixels(&self) -> Option<&Pixmap> {
        self.0.pixels.get_or_init(|| Pixmap::decode_png(&self.0.png).ok()).as_ref()
    }
}

/// Width and height as the head of a PNG tells them (ISO/IEC 15948, 11.2.2), before anything is unpacked.
fn size(png: &[u8]) -> Option<(u32, u32)> {
    let head = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..16)?.strip_prefix(b"IHDR")?;
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

/// Whether the parts of a PNG go on to its end, with something to unpack among them (ISO/IEC 15948, 5.3).
fn is_whole(png: &[u8]) -> bool {
    let mut rest = png.get(8..).unwrap_or_default();
    let mut has_pixels = false;
    loop {
        let Some((&[a, b, c, d, name @ ..], behind)) = rest.split_first_chunk::<8>() else { return false };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        // Behind each stands its checksum.
        let Some(next) = length.checked_add(4).and_then(|end| behind.get(end..)) else { return false };
        match &name {
            b"IDAT" => has_pixels = true,
            b"IEND" => return has_pixels,
            _ => {}
        }
        rest = next;
    }
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
        // The checksum of the head is wrong in both, and nobody has looked at it: it is the size that is refused.
        let promising = |side: u32| {
            let mut png = square(4).png().to_vec();
            png[16..24].copy_from_slice(&[side.to_be_bytes(), side.to_be_bytes()].concat());
            LayoutPicture::read(png)
        };
        assert!(promising(10_000).is_none(), "a hundred million pixels");
        assert!(promising(PICTURE_SIDE_MAX + 1).is_none());
        let broken = promising(PICTURE_SIDE_MAX).expect("small enough to be tried");
        assert!(broken.pixels().is_none());
        for png in [Vec::new(), b"\x89PNG\r\n\x1a\n".to_vec(), square(4).png()[..40].to_vec(), b"GIF89a".to_vec()] {
            assert!(LayoutPicture::read(png).is_none());
        }
        assert!(serde_json::from_str::<LayoutPicture>("\"!\"").is_err());
    }

    #[test]
    fn a_picture_is_unpacked_when_it_is_drawn_and_once_for_its_copies() {
        let picture = square(40);
        let copy = picture.clone();
        assert!(!copy.is_unpacked());
        assert_eq!(picture.pixels().map(|pixels| pixels.width()), Some(40));
        assert!(copy.is_unpacked());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_behind_a_head_go_on_for_ever_or_panic(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80),
        ) {
            let head = square(4).png()[..33].to_vec();
            let _ = LayoutPicture::read([head, bytes].concat());
        }
    }
}
