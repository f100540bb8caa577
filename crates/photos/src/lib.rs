//! Photos of members: a picture in, a small upright JPEG of the card's ratio out, without any metadata; and the check
//! that a stranger's photo is such a one; and the bare pixels of any other picture, such as a logo. Bytes in, bytes out: no disk, no network, no clock.
//!
//! Pictures are hostile: their size is read from the header and bounded before anything is decoded.

mod check;
mod crop;
mod finish;
mod pixels;
mod source;

pub use check::{Flaw, check};
pub use crop::Crop;
pub use finish::{Photo, prepare, preview, thumbnail};
pub use pixels::{Pixels, pixels};
pub use source::{Size, look};

/// Pixels of a photo: those of the photo on a resident identity card, 26 mm x 32 mm at 350 dpi (GA 461, as the national
/// register of pupils asks for them). A card of CR80 size prints it at 300 dpi with some to spare.
pub const WIDTH: u32 = 358;
pub const HEIGHT: u32 = 441;
/// Bytes of a photo at the most, as the same register asks.
pub const BYTES_MAX: usize = 60 * 1024;
/// Pixels of the small form, in lists.
pub const SMALL_WIDTH: u32 = 65;
pub const SMALL_HEIGHT: u32 = 80;
/// Bytes of a picture that a photo is made from.
pub const SOURCE_BYTES_MAX: u64 = 30 * 1024 * 1024;
/// Pixels of such a picture: more than telephones make unless they are asked to.
pub const SOURCE_PIXELS_MAX: u64 = 50_000_000;
/// Bytes that a decoded picture may take.
const DECODED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A face on fewer pixels is nobody's.
pub const SOURCE_WIDTH_MIN: u32 = 60;

/// Why a picture cannot become a photo.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum PhotoError {
    /// Not JPEG, PNG or WebP.
    #[error("the picture's format is not one of those that can be read")]
    Unsupported,
    #[error("the picture is damaged")]
    Unreadable,
    #[error("the picture is larger than is safe")]
    TooLarge,
    #[error("the picture is too small to show a face")]
    TooSmall,
}

impl PhotoError {
    /// The word under which it is told.
    pub fn word(self) -> &'static str {
        match self {
            PhotoError::Unsupported => "unsupported",
            PhotoError::Unreadable => "unreadable",
            PhotoError::TooLarge => "too_large",
            PhotoError::TooSmall => "too_small",
        }
    }
}
