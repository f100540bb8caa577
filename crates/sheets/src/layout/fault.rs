//! What is wrong with a layout, and where in its file.

/// A layout that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at {place}")]
pub struct LayoutFault {
    /// `design.front[2].box`, or line and column where the file is no JSON.
    pub place: String,
    pub problem: LayoutProblem,
}

/// The closed list of what can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LayoutProblem {
    #[error("the file is larger than a layout can be")]
    FileTooLarge,
    #[error("the file is not JSON")]
    NotJson,
    /// A key that is missing, unknown or of another type.
    #[error("a setting is missing, unknown or of the wrong kind")]
    NotASetting,
    #[error("the file is of a format that this version does not know")]
    OtherFormat,
    #[error("the id is not made of small letters, digits and hyphens")]
    BadId,
    #[error("a text is empty or too long")]
    BadLength,
    #[error("a number is out of range")]
    OutOfRange,
    #[error("the labels are wider or higher than their pitch")]
    LabelsOverlap,
    #[error("the labels do not fit the sheet")]
    OffTheSheet,
    #[error("there are too many elements")]
    TooMany,
    #[error("there is nothing on the label")]
    NothingOnIt,
    #[error("a box leaves the label or its safe area")]
    OffTheLabel,
    #[error("the box is too small for a code that phones read")]
    CodeTooSmall,
    #[error("something stands on the code")]
    CodeCovered,
    #[error("a label has more than one code")]
    TwoCodes,
    #[error("the code belongs on the label")]
    CodeOnThePage,
    #[error("a word in braces is not known")]
    UnknownWord,
    #[error("the type is smaller than anybody reads")]
    TypeTooSmall,
    #[error("there is no picture of that name, or none that can be drawn")]
    UnknownPicture,
    #[error("the pictures are too many or too large")]
    PicturesTooLarge,
    #[error("there is more text than can be laid out")]
    TooMuchText,
    /// Stands last, for all that is not told.
    #[error("more is wrong than is told")]
    AndMore,
}

impl LayoutProblem {
    /// Whether a layout with it cannot even be drawn to look at.
    pub(crate) fn stops_drawing(self) -> bool {
        matches!(
            self,
            Self::FileTooLarge
                | Self::NotJson
                | Self::NotASetting
                | Self::OtherFormat
                | Self::OutOfRange
                | Self::TooMany
                | Self::PicturesTooLarge
                | Self::TooMuchText
        )
    }

    /// The problem's word in messages between programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::FileTooLarge => "file_too_large",
            Self::NotJson => "not_json",
            Self::NotASetting => "not_a_setting",
            Self::OtherFormat => "other_format",
            Self::BadId => "bad_id",
            Self::BadLength => "bad_length",
            Self::OutOfRange => "out_of_range",
            Self::LabelsOverlap => "labels_overlap",
            Self::OffTheSheet => "off_the_sheet",
            Self::TooMany => "too_many",
            Self::NothingOnIt => "nothing_on_it",
            Self::OffTheLabel => "off_the_label",
            Self::CodeTooSmall => "code_too_small",
            Self::CodeCovered => "code_covered",
            Self::TwoCodes => "two_codes",
            Self::CodeOnThePage => "code_on_the_page",
            Self::UnknownWord => "unknown_word",
            Self::TypeTooSmall => "type_too_small",
            Self::UnknownPicture => "unknown_picture",
            Self::PicturesTooLarge => "pictures_too_large",
            Self::TooMuchText => "too_much_text",
            Self::AndMore => "and_more",
        }
    }
}

impl LayoutFault {
    pub(crate) fn at(place: impl Into<String>, problem: LayoutProblem) -> Self {
        Self { place: place.into(), problem }
    }

    pub(super) fn of_json(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let inner = error.inner();
        if inner.classify() != serde_json::error::Category::Data {
            return Self::of_end(inner);
        }
        // The path names keys of the format; a key it does not know stands outside it and is not repeated.
        let path = error.path().to_string();
        let line = inner.line();
        let place = if path == "." { format!("line {line}") } else { format!("{path} (line {line})") };
        Self::at(place.chars().take(120).collect::<String>(), LayoutProblem::NotASetting)
    }

    pub(super) fn of_end(error: &serde_json::Error) -> Self {
        Self::at(format!("line {}, column {}", error.line(), error.column()), LayoutProblem::NotJson)
    }
}
