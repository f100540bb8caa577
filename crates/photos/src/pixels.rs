//! The bare pixels of a picture that is no photo of anybody: a logo, a seal. Read under the same limits.

use crate::PhotoError;
use crate::source::Source;
use image::imageops::FilterType;

/// A picture without anything but its pixels, upright.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// In rows from the top, four bytes each: red, green, blue, opacity.
    pub rgba: Vec<u8>,
}

/// Reads JPEG, PNG or WebP; no edge is longer than `edge_max`, and a smaller picture stays as it is.
pub fn pixels(bytes: &[u8], edge_max: u32) -> Result<Pixels, PhotoError> {
    let (picture, orientation) = Source::of_any_size(bytes)?.decode()?;
    let longest = picture.width().max(picture.height()).max(1);
    let mut shown = if longest > edge_max {
        let length = |pixels: u32| (u64::from(pixels) * u64::from(edge_max) / u64::from(longest)).max(1) as u32;
        let (width, height) = (length(picture.width()), length(picture.height()));
        // Far too large ones are first averaged, which is quick, then smoothed.
        let averaged =
            if longest > edge_max.saturating_mul(4) { picture.thumbnail_exact(width * 2, height * 2) } else { picture };
        averaged.resize_exact(width, height, FilterType::Lanczos3)
    } else {
        picture
    };
    shown.apply_orientation(orientation);
    let rgba = shown.into_rgba8();
    Ok(Pixels { width: rgba.width(), height: rgba.height(), rgba: rgba.into_raw() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbaImage::from_fn(width, height, |x, _| Rgba([x as u8, 0, 0, if x == 0 { 0 } else { 255 }]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_logo_may_be_small_and_see_through_and_a_large_one_is_made_smaller() {
        let small = pixels(&png(20, 4), 600).unwrap();
        assert_eq!((small.width, small.height, small.rgba[3], small.rgba[7]), (20, 4, 0, 255));
        let large = pixels(&png(3_000, 1_000), 600).unwrap();
        assert_eq!((large.width, large.height, large.rgba.len()), (600, 200, 600 * 200 * 4));
        let thin = pixels(&png(4_000, 1), 600).unwrap();
        assert_eq!((thin.width, thin.height), (600, 1));
    }

    #[test]
    fn what_is_no_picture_is_told() {
        assert_eq!(pixels(b"GIF89a", 600), Err(PhotoError::Unsupported));
        assert_eq!(pixels(&png(9, 9)[..60], 600).unwrap_err(), PhotoError::Unreadable);
    }
}
