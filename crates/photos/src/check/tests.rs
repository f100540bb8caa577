//! What is let through and what is not.

use super::*;
use crate::prepare;
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(width, height)).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn photo() -> Vec<u8> {
    prepare(&jpeg(500, 700), None).unwrap().jpeg
}

#[test]
fn only_photos_of_the_right_size_pass() {
    assert_eq!(check(&photo()), Ok(()));
    assert_eq!(check(&jpeg(WIDTH, HEIGHT)), Ok(()));
    for (width, height) in [(359, 442), (358, 358), (441, 358), (40, 49), (60, 441)] {
        assert_eq!(check(&jpeg(width, height)), Err(Flaw::OddSize), "{width} x {height}");
    }
    assert_eq!(check(&vec![0; BYTES_MAX + 1]), Err(Flaw::TooLarge));
}

#[test]
fn nothing_may_be_hidden_in_a_photo() {
    let photo = photo();
    // A comment, EXIF, and bytes behind the end.
    for marker in [0xFE, 0xE1, 0xED, 0xE2] {
        let mut with = photo[..2].to_vec();
        with.extend([0xFF, marker, 0, 6, b'G', b'P', b'S', b'!']);
        with.extend(&photo[2..]);
        assert_eq!(check(&with), Err(Flaw::CarriesMore), "marker {marker:x}");
    }
    assert_eq!(check(&[photo.as_slice(), b"PK\x03\x04"].concat()), Err(Flaw::CarriesMore));
    let mut twice = photo.clone();
    twice.extend(&photo);
    assert_eq!(check(&twice), Err(Flaw::CarriesMore));
}

#[test]
fn other_files_and_cut_ones_do_not_pass() {
    let mut png = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(WIDTH, HEIGHT)).write_to(&mut png, ImageFormat::Png).unwrap();
    assert_eq!(check(png.get_ref()), Err(Flaw::NotJpeg));
    assert_eq!(check(b""), Err(Flaw::NotJpeg));
    let photo = photo();
    for cut in [1, 3, 20, photo.len() / 2, photo.len() - 1] {
        assert!(check(&photo[..cut]).is_err(), "cut at {cut}");
    }
}
