//! What can go wrong. Never carries names, numbers or links.

use crate::layout::LayoutFault;

/// Why sheets could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// No group has a person.
    #[error("there is nobody to print")]
    NobodyToPrint,
    /// The layout is not one that can be printed.
    #[error("the layout cannot be used: {0}")]
    LayoutUnusable(#[from] LayoutFault),
    /// A link is so long that its code has not even two dots a module in the layout's box.
    #[error("the code of person {person} of group {group} does not fit the layout")]
    CodeDoesNotFit {
        /// Index of the group in the run.
        group: usize,
        /// Index of the person in the group.
        person: usize,
    },
    /// A list between the sheets must be of their paper.
    #[error("the list is for other paper")]
    OtherPaper,
    /// Shifts are at most 10 mm, rulers from 95 to 105 mm.
    #[error("the calibration is out of range")]
    CalibrationOutOfRange,
    /// The first free label is beyond the sheet.
    #[error("the sheet has no label there")]
    NoSuchPlace,
    /// A link has more characters than a code holds here (251 bytes, 365 upper-case characters).
    #[error("the link of person {person} of group {group} is too long for a code")]
    LinkTooLong {
        /// Index of the group in the run.
        group: usize,
        /// Index of the person in the group.
        person: usize,
    },
    /// The finished code of a person could not be read back, or says something else.
    #[error("the code of person {person} of group {group} does not read back")]
    CodeUnreadable {
        /// Index of the group in the run.
        group: usize,
        /// Index of the person in the group.
        person: usize,
    },
    /// There is no page with this index.
    #[error("there is no page {index}")]
    NoSuchPage {
        /// The index asked for.
        index: usize,
    },
    /// Pictures are made from 36 to 600 dots an inch, and codes from one to 4,096 dots a side.
    #[error("the picture would be too small or too large")]
    PictureSizeOutOfRange,
    /// The bytes are not a font with outlines, or not one that can be embedded in parts.
    #[error("the font cannot be read")]
    FontUnreadable,
    /// The font's own settings forbid embedding (OpenType OS/2 fsType).
    #[error("the font may not be embedded")]
    FontNotEmbeddable,
    /// The caller's progress function asked to stop. What was written so far is no PDF.
    #[error("stopped")]
    Cancelled,
    /// The output could not be written.
    #[error("the sheets could not be written")]
    OutputFailed(#[from] std::io::Error),
}
