//! What a fuzzer calls for pictures: everything that is done with one, from its header to the finished photo. Whatever
//! the bytes are, nothing panics, and what comes out is a photo.

use mingce_photos::{Crop, check, look, prepare, preview, thumbnail};

/// A picture of whatever kind.
pub fn picture(bytes: &[u8]) {
    let _ = check(bytes);
    let Ok(size) = look(bytes) else { return };
    assert!(u64::from(size.width) * u64::from(size.height) <= mingce_photos::SOURCE_PIXELS_MAX);
    // Large ones are within bounds and slow; the fuzzer has nothing to learn from them.
    if u64::from(size.width) * u64::from(size.height) > 1_000_000 {
        return;
    }
    let _ = preview(bytes, 200);
    for crop in [None, Some(Crop { x: 0.3, y: 0.9, width: 0.2 })] {
        if let Ok(photo) = prepare(bytes, crop) {
            assert_eq!(check(&photo.jpeg), Ok(()));
            assert!(thumbnail(&photo.jpeg).is_ok());
        }
    }
}
