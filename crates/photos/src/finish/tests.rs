//! Pictures made here: turned, with metadata, transparent, tiny, huge, broken.

use super::*;
use crate::{Size, check, look};
use image::{ImageFormat, Rgb, Rgba, RgbaImage};
use std::io::Cursor;

/// Red above, blue below: which way is up can be seen.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| if y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    encode(picture, 90).unwrap()
}

/// Puts an EXIF block with an orientation, and a text that must not survive, behind the first marker.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 31.23N 121.47E");
    let mut with = jpeg[..2].to_vec();
    with.extend([0xFF, 0xE1]);
    with.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    with.extend(exif);
    with.extend(&jpeg[2..]);
    with
}

fn pixel(jpeg: &[u8], x: f64, y: f64) -> [u8; 3] {
    let picture = image::load_from_memory(jpeg).unwrap().into_rgb8();
    let at = |part: f64, whole: u32| (part * f64::from(whole - 1)) as u32;
    picture.get_pixel(at(x, picture.width()), at(y, picture.height())).0
}

fn is_red([red, _, blue]: [u8; 3]) -> bool {
    red > 150 && blue < 100
}

fn is_blue([red, _, blue]: [u8; 3]) -> bool {
    blue > 150 && red < 100
}

#[test]
fn a_photo_has_the_cards_size_and_is_one_by_its_own_check() {
    let photo = prepare(&jpeg(&flag(1_200, 1_600)), None).unwrap();
    assert_eq!(look(&photo.jpeg), Ok(Size { width: WIDTH, height: HEIGHT }));
    assert_eq!(look(&photo.thumbnail), Ok(Size { width: SMALL_WIDTH, height: SMALL_HEIGHT }));
    assert_eq!(check(&photo.jpeg), Ok(()));
    assert_eq!(photo.hash, PhotoHash::of(&photo.jpeg));
    assert_eq!(thumbnail(&photo.jpeg).map(|small| small.len() < 4_000), Ok(true));
    assert_eq!(prepare(&jpeg(&flag(1_200, 1_600)), None).unwrap(), photo, "the same picture gives the same photo");
}

#[test]
fn the_orientation_is_applied_and_all_metadata_gone() {
    for number in 1..=8u8 {
        let orientation = image::metadata::Orientation::from_exif(number).unwrap();
        // What the camera wrote when the upright picture is the flag.
        let mut lying = DynamicImage::from(flag(600, 800));
        let back = match orientation {
            image::metadata::Orientation::Rotate90 => image::metadata::Orientation::Rotate270,
            image::metadata::Orientation::Rotate270 => image::metadata::Orientation::Rotate90,
            same => same,
        };
        lying.apply_orientation(back);
        let bytes = with_exif(&jpeg(&lying.into_rgb8()), number);
        assert_eq!(look(&bytes), Ok(Size { width: 600, height: 800 }), "orientation {number}");
        let photo = prepare(&bytes, None).unwrap();
        assert!(is_red(pixel(&photo.jpeg, 0.5, 0.1)) && is_blue(pixel(&photo.jpeg, 0.5, 0.9)), "orientation {number}");
        let shown = preview(&bytes, 400).unwrap();
        assert_eq!(look(&shown), Ok(Size { width: 300, height: 400 }));
        assert!(is_red(pixel(&shown, 0.5, 0.1)));
        for finished in [&photo.jpeg, &photo.thumbnail, &shown] {
            let holds = |words: &[u8]| finished.windows(words.len()).any(|window| window == words);
            assert!(!holds(b"Exif") && !holds(b"GPS"));
        }
    }
}

#[test]
fn the_part_that_was_asked_for_is_taken() {
    let bytes = jpeg(&flag(1_000, 2_000));
    let lower = prepare(&bytes, Some(Crop { x: 0.2, y: 0.6, width: 0.5 })).unwrap();
    assert!(is_blue(pixel(&lower.jpeg, 0.5, 0.02)) && is_blue(pixel(&lower.jpeg, 0.5, 0.98)));
    // Asked for outside, it is moved inside.
    let below = prepare(&bytes, Some(Crop { x: 9.0, y: 9.0, width: 0.5 })).unwrap();
    assert!(is_blue(pixel(&below.jpeg, 0.5, 0.98)));
}

#[test]
fn a_small_picture_is_not_blown_up_and_a_tiny_one_refused() {
    let photo = prepare(&jpeg(&flag(120, 160)), None).unwrap();
    assert_eq!(look(&photo.jpeg), Ok(Size { width: 120, height: 148 }));
    assert_eq!(check(&photo.jpeg), Ok(()));
    for (width, height) in [(59, 400), (400, 73), (60, 60)] {
        assert_eq!(prepare(&jpeg(&flag(width, height)), None), Err(PhotoError::TooSmall), "{width} x {height}");
    }
    // However small a part is asked for, what comes out is a photo.
    for size in [(60, 74), (61, 500), (500, 75)] {
        let tiny = Crop { x: 0.9, y: 0.9, width: 0.0 };
        assert_eq!(check(&prepare(&jpeg(&flag(size.0, size.1)), Some(tiny)).unwrap().jpeg), Ok(()), "{size:?}");
    }
}

#[test]
fn png_and_webp_are_read_and_what_is_transparent_is_white() {
    let clear = RgbaImage::from_pixel(300, 400, Rgba([0, 0, 0, 0]));
    let mut png = Cursor::new(Vec::new());
    DynamicImage::from(clear.clone()).write_to(&mut png, ImageFormat::Png).unwrap();
    let photo = prepare(png.get_ref(), None).unwrap();
    assert!(pixel(&photo.jpeg, 0.5, 0.5).iter().all(|part| *part > 250));
    let mut webp = Cursor::new(Vec::new());
    DynamicImage::from(flag(300, 400)).write_to(&mut webp, ImageFormat::WebP).unwrap();
    assert!(is_red(pixel(&prepare(webp.get_ref(), None).unwrap().jpeg, 0.5, 0.1)));
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    // 60,000 x 60,000 pixels in a few bytes: the header alone says so.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(60_000u32.to_be_bytes());
    png.extend(60_000u32.to_be_bytes());
    png.extend([8, 2, 0, 0, 0, 0x99, 0x99, 0x99, 0x99]);
    assert!(matches!(prepare(&png, None), Err(PhotoError::TooLarge | PhotoError::Unreadable)));
    let mut jpeg = jpeg(&flag(100, 100));
    let frame = jpeg.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(prepare(&jpeg, None), Err(PhotoError::TooLarge));
}

#[test]
fn what_is_no_picture_has_a_reason() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice();
    for bytes in [heic, b"", b"GIF89a\x01\0\x01\0", b"%PDF-1.7", "姓名,学号\n".as_bytes()] {
        assert_eq!(prepare(bytes, None), Err(PhotoError::Unsupported));
    }
    let whole = jpeg(&flag(300, 400));
    assert_eq!(look(&whole[..900]), Ok(Size { width: 300, height: 400 }), "the beginning is enough to look at");
    assert_eq!(prepare(b"\xFF\xD8\xFF\xE0 nothing", None), Err(PhotoError::Unreadable));
}

#[test]
fn the_noisiest_photo_is_small_enough() {
    let mut state = 1u32;
    let noise = RgbImage::from_fn(WIDTH, HEIGHT, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [red, green, blue, _] = state.to_be_bytes();
        Rgb([red, green, blue])
    });
    let photo = prepare(&jpeg(&noise), None).unwrap();
    assert!(photo.jpeg.len() <= BYTES_MAX);
}
