//! Making a photo of a picture. Everything is encoded anew, so that nothing but the pixels is left: no place, no time, no
//! device, no thumbnail of what was cut off.

use crate::crop::Crop;
use crate::source::{Source, is_turned, lying};
use crate::{BYTES_MAX, HEIGHT, PhotoError, SMALL_HEIGHT, SMALL_WIDTH, WIDTH};
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbImage};
use mingce_model::PhotoHash;

/// A photo, finished.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Photo {
    pub hash: PhotoHash,
    pub jpeg: Vec<u8>,
    /// The same, small.
    pub thumbnail: Vec<u8>,
}

/// Dots per inch of a photo's pixels, see `WIDTH`.
const DENSITY: u16 = 350;
/// Tried one after the other until the photo is small enough.
const QUALITIES: [u8; 6] = [88, 80, 70, 55, 35, 10];
const SMALL_QUALITY: u8 = 80;
const PREVIEW_QUALITY: u8 = 80;

/// Makes the photo: the part that is asked for, or the one that is proposed. A part of fewer pixels than a photo has is
/// not blown up.
pub fn prepare(bytes: &[u8], crop: Option<Crop>) -> Result<Photo, PhotoError> {
    let source = Source::open(bytes)?;
    let size = source.size();
    let part = crop.unwrap_or_else(|| Crop::proposed(size)).rectangle(size);
    let (picture, orientation) = source.decode()?;
    let lies = lying(part, size, orientation);
    let mut cut = picture.crop_imm(lies.x, lies.y, lies.width, lies.height);
    drop(picture);
    let width = part.width.min(WIDTH);
    let (width, height) = (width, height_of(width));
    // Made small before it is turned: turning a large picture would take its memory twice.
    cut = if is_turned(orientation) { opaque(cut, height, width) } else { opaque(cut, width, height) };
    cut.apply_orientation(orientation);
    let photo = cut.into_rgb8();
    let jpeg = encode_within(&photo)?;
    Ok(Photo { hash: PhotoHash::of(&jpeg), thumbnail: small(&photo)?, jpeg })
}

/// The height of a photo that is so wide.
pub(crate) fn height_of(width: u32) -> u32 {
    (width * HEIGHT).div_ceil(WIDTH).min(HEIGHT)
}

/// The whole picture, upright, no edge longer than `edge_max`: to choose a part of.
pub fn preview(bytes: &[u8], edge_max: u32) -> Result<Vec<u8>, PhotoError> {
    let (picture, orientation) = Source::open(bytes)?.decode()?;
    let scale = (f64::from(edge_max) / f64::from(picture.width().max(picture.height()))).min(1.0);
    let length = |pixels: u32| ((f64::from(pixels) * scale).round() as u32).max(1);
    let (width, height) = (length(picture.width()), length(picture.height()));
    let mut shown = opaque(picture, width, height);
    shown.apply_orientation(orientation);
    encode(&shown.into_rgb8(), PREVIEW_QUALITY)
}

/// The small form of a finished photo.
pub fn thumbnail(jpeg: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let (photo, _) = Source::open(jpeg)?.decode()?;
    small(&photo.into_rgb8())
}

fn small(photo: &RgbImage) -> Result<Vec<u8>, PhotoError> {
    encode(&imageops::thumbnail(photo, SMALL_WIDTH, SMALL_HEIGHT), SMALL_QUALITY)
}

/// Brings the picture to a size and lays what is transparent on white. Far too large ones are first averaged, which is
/// quick, then smoothed.
fn opaque(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    let has_alpha = picture.color().has_alpha();
    let is_far_larger = picture.width() >= width * 4 && picture.height() >= height * 4;
    let picture = if is_far_larger { picture.thumbnail_exact(width * 2, height * 2) } else { picture };
    let is_right = (picture.width(), picture.height()) == (width, height);
    let sized = if is_right { picture } else { picture.resize_exact(width, height, FilterType::CatmullRom) };
    if !has_alpha {
        return sized;
    }
    let sized = sized.into_rgba8();
    let on_white = |part: u8, alpha: u8| {
        let alpha = u32::from(alpha);
        u8::try_from((u32::from(part) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
    };
    let laid = RgbImage::from_fn(sized.width(), sized.height(), |x, y| {
        let image::Rgba([red, green, blue, alpha]) = *sized.get_pixel(x, y);
        image::Rgb([on_white(red, alpha), on_white(green, alpha), on_white(blue, alpha)])
    });
    DynamicImage::from(laid)
}

fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
    encoder.set_pixel_density(PixelDensity::dpi(DENSITY));
    encoder.encode_image(picture).map_err(|_| PhotoError::Unreadable)?;
    Ok(jpeg)
}

fn encode_within(photo: &RgbImage) -> Result<Vec<u8>, PhotoError> {
    for quality in QUALITIES {
        let jpeg = encode(photo, quality)?;
        if jpeg.len() <= BYTES_MAX {
            return Ok(jpeg);
        }
    }
    // Noise of the worst kind; no camera takes such a picture.
    Err(PhotoError::TooLarge)
}

#[cfg(test)]
mod tests;
