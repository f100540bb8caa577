//! Which part of a picture becomes the photo.

use crate::source::Size;
use crate::{HEIGHT, SOURCE_WIDTH_MIN, WIDTH};

/// A part of an upright picture in the photo's ratio: left and top edge and width as parts of the picture's width and
/// height. Anything may stand in it; `rectangle` makes it fit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Crop {
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

/// Pixels of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rectangle {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// Of what is above and below the photo in a tall picture, so much is above: heads are in the upper part.
const ABOVE: f64 = 0.2;

impl Crop {
    /// The largest part, in the middle of a wide picture and towards the top of a tall one. It does not look for a face.
    pub fn proposed(size: Size) -> Self {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let widest = widest(size);
        let tall = widest * ratio();
        Self { x: (width - widest) / 2.0 / width, y: (height - tall) * ABOVE / height, width: widest / width }
    }

    /// The pixels that it means, inside the picture.
    pub(crate) fn rectangle(self, size: Size) -> Rectangle {
        let (across, down) = (f64::from(size.width), f64::from(size.height));
        let sane = |part: f64| if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
        let least = f64::from(SOURCE_WIDTH_MIN).min(widest(size));
        let width = (sane(self.width) * across).clamp(least, widest(size));
        let height = (width * ratio()).min(down);
        let place = |part: f64, whole: f64, taken: f64| (sane(part) * whole).min(whole - taken).max(0.0).round();
        let (x, y) = (place(self.x, across, width) as u32, place(self.y, down, height) as u32);
        let fit = |taken: f64, from: u32, whole: u32| (taken.round() as u32).clamp(1, whole - from.min(whole - 1));
        Rectangle { x, y, width: fit(width, x, size.width), height: fit(height, y, size.height) }
    }
}

/// Height by width of a photo.
fn ratio() -> f64 {
    f64::from(HEIGHT) / f64::from(WIDTH)
}

fn widest(size: Size) -> f64 {
    f64::from(size.width).min(f64::from(size.height) / ratio())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    #[test]
    fn the_proposal_is_the_largest_part_towards_the_top() {
        // A telephone's picture, upright: all of the width, a fifth of what is over above it.
        let tall = Crop::proposed(size(3_000, 4_000)).rectangle(size(3_000, 4_000));
        assert_eq!((tall.x, tall.width), (0, 3_000));
        assert_eq!((tall.y, tall.height), (61, 3_696));
        let wide = Crop::proposed(size(4_000, 3_000)).rectangle(size(4_000, 3_000));
        assert_eq!((wide.y, wide.height), (0, 3_000));
        assert_eq!(wide.x, (4_000 - wide.width) / 2);
        let exact = Crop::proposed(size(358, 441)).rectangle(size(358, 441));
        assert_eq!((exact.x, exact.y, exact.width, exact.height), (0, 0, 358, 441));
    }

    #[test]
    fn whatever_is_asked_for_lies_inside_the_picture() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, 0.0, 0.3, 0.999, 1.0, 7.0];
        for picture in [size(60, 60), size(61, 2_000), size(2_000, 60), size(358, 441), size(8_000, 6_000)] {
            for x in odd {
                for y in odd {
                    for width in odd {
                        let part = Crop { x, y, width }.rectangle(picture);
                        assert!(part.width > 0 && part.x + part.width <= picture.width, "{part:?} of {picture:?}");
                        assert!(part.height > 0 && part.y + part.height <= picture.height, "{part:?} of {picture:?}");
                    }
                }
            }
        }
    }
}
