//! Reading a picture: header first, then its pixels, turned upright.

use crate::crop::Rectangle;
use crate::finish::height_of;
use crate::{DECODED_BYTES_MAX, PhotoError, SOURCE_BYTES_MAX, SOURCE_PIXELS_MAX, SOURCE_WIDTH_MIN};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, Limits};
use std::io::Cursor;

/// Pixels of a picture as people see it, upright.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// A picture whose header has been read and found within bounds.
pub(crate) struct Source<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    orientation: Orientation,
}

/// Looks at the header: the picture's size, or why it cannot be used. The beginning of a file is enough when it holds
/// the header whole.
pub fn look(bytes: &[u8]) -> Result<Size, PhotoError> {
    Ok(Source::open(bytes)?.size())
}

impl<'a> Source<'a> {
    /// A picture that may show a face.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, PhotoError> {
        let source = Self::of_any_size(bytes)?;
        // So small that the largest part of the photo's ratio is narrower than that.
        let size = source.size();
        if size.width < SOURCE_WIDTH_MIN || size.height < height_of(SOURCE_WIDTH_MIN) {
            return Err(PhotoError::TooSmall);
        }
        Ok(source)
    }

    /// However small.
    pub(crate) fn of_any_size(bytes: &'a [u8]) -> Result<Self, PhotoError> {
        if bytes.len() as u64 > SOURCE_BYTES_MAX {
            return Err(PhotoError::TooLarge);
        }
        let reader = Cursor::new(bytes);
        let mut decoder: Box<dyn ImageDecoder + 'a> = match image::guess_format(bytes) {
            Ok(ImageFormat::Jpeg) => Box::new(JpegDecoder::new(reader).map_err(unreadable)?),
            Ok(ImageFormat::Png) => Box::new(PngDecoder::with_limits(reader, limits()).map_err(unreadable)?),
            Ok(ImageFormat::WebP) => Box::new(WebPDecoder::new(reader).map_err(unreadable)?),
            Ok(_) | Err(_) => return Err(PhotoError::Unsupported),
        };
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > SOURCE_PIXELS_MAX || decoder.total_bytes() > DECODED_BYTES_MAX {
            return Err(PhotoError::TooLarge);
        }
        decoder.set_limits(limits()).map_err(unreadable)?;
        // A picture whose metadata cannot be read is taken as it lies.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        Ok(Self { decoder, orientation })
    }

    pub(crate) fn size(&self) -> Size {
        let (width, height) = self.decoder.dimensions();
        if is_turned(self.orientation) { Size { width: height, height: width } } else { Size { width, height } }
    }

    /// The pixels as they lie in the file, and how they are to be turned.
    pub(crate) fn decode(self) -> Result<(DynamicImage, Orientation), PhotoError> {
        let orientation = self.orientation;
        Ok((DynamicImage::from_decoder(self.decoder).map_err(unreadable)?, orientation))
    }
}

/// Width and height change places.
pub(crate) fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(2 * DECODED_BYTES_MAX);
    limits
}

fn unreadable(error: ImageError) -> PhotoError {
    match error {
        ImageError::Limits(_) => PhotoError::TooLarge,
        ImageError::Unsupported(_) => PhotoError::Unsupported,
        _ => PhotoError::Unreadable,
    }
}

/// Where a part of the upright picture lies in the picture as it is in the file: only that part need be turned.
pub(crate) fn lying(part: Rectangle, size: Size, orientation: Orientation) -> Rectangle {
    let Rectangle { x, y, width, height } = part;
    let (right, below) = (size.width - x - width, size.height - y - height);
    let rectangle = |x, y, width, height| Rectangle { x, y, width, height };
    match orientation {
        Orientation::NoTransforms => part,
        Orientation::FlipHorizontal => rectangle(right, y, width, height),
        Orientation::FlipVertical => rectangle(x, below, width, height),
        Orientation::Rotate180 => rectangle(right, below, width, height),
        Orientation::Rotate90 => rectangle(y, right, height, width),
        Orientation::Rotate270 => rectangle(below, x, height, width),
        Orientation::Rotate90FlipH => rectangle(y, x, height, width),
        Orientation::Rotate270FlipH => rectangle(below, right, height, width),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    #[test]
    fn a_part_is_the_same_whether_cut_before_or_after_turning() {
        let picture = RgbImage::from_fn(9, 6, |x, y| Rgb([x as u8, y as u8, 0]));
        for number in 1..=8 {
            let orientation = Orientation::from_exif(number).unwrap();
            let mut upright = DynamicImage::from(picture.clone());
            upright.apply_orientation(orientation);
            let size = Size { width: upright.width(), height: upright.height() };
            let part = Rectangle { x: 1, y: 2, width: 3, height: 2 };
            let lies = lying(part, size, orientation);
            let mut cut = DynamicImage::from(picture.clone()).crop_imm(lies.x, lies.y, lies.width, lies.height);
            cut.apply_orientation(orientation);
            let wanted = upright.crop_imm(part.x, part.y, part.width, part.height);
            assert_eq!(cut, wanted, "orientation {number}");
        }
    }
}
