//! What can go wrong. Never carries names, numbers or links.

/// Why sheets could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// No group has a person.
    #[error("there is nobody to print")]
    NobodyToPrint,
    /// The layout's measures do not fit the paper, or leave no room for a code with four dots a module at 300 dpi.
    #[error("the layout does not fit")]
    LayoutDoesNotFit,
    /// A link has more characters than a code holds here (251 bytes, 365 upper-case characters).
    #[error("the link of person {person} of group {group} is too long for a code")]
    LinkTooLong {
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
