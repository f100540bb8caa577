//! Why a file could not be read or written. A closed list; no variant ever holds a person's data.

use std::io;
use thiserror::Error;

/// Every way in which reading or writing a whole file fails. What is wrong with single rows is a
/// [`Problem`](crate::stage::Problem) instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ExchangeError {
    #[error("the file cannot be read ({0:?})")]
    FileUnreadable(io::ErrorKind),
    #[error("the file is larger than {limit_bytes} bytes")]
    FileTooLarge { limit_bytes: u64 },
    /// The parts of the package would unpack to more than is allowed, or unpack to more than they declare.
    #[error("the file unpacks to more than {limit_bytes} bytes")]
    UnpacksTooLarge { limit_bytes: u64 },
    /// A part is packed so tightly that it can only be meant to exhaust memory.
    #[error("the file is packed like a decompression bomb")]
    SuspiciousCompression,
    #[error("the file has more than {limit} parts")]
    TooManyParts { limit: usize },
    #[error("the sheet has more than {limit} rows")]
    TooManyRows { limit: u32 },
    #[error("the sheet has more than {limit} columns")]
    TooManyColumns { limit: u16 },
    #[error("the sheet has more than {limit} cells")]
    TooManyCells { limit: u64 },
    #[error("a cell is longer than {limit} characters")]
    CellTooLong { limit: usize },
    /// A document type declaration, which ECMA-376 part 2 (8.1.4) forbids and which can define entity bombs.
    #[error("the file declares its own markup entities")]
    ForbiddenMarkup,
    #[error("the file is protected by a password")]
    PasswordProtected,
    /// A spreadsheet of a kind that is not read here (XLSB, Numbers, a web page saved as .xls …).
    #[error("this kind of spreadsheet is not supported")]
    UnsupportedFormat,
    #[error("the file is not a spreadsheet or text table")]
    UnknownFormat,
    #[error("the file is damaged or incomplete")]
    Damaged,
    #[error("the file has no sheet with cells")]
    NoSheets,
    #[error("there is no sheet of that name")]
    SheetNotFound,
    #[error("no row of headings was found")]
    NoHeadings,
    #[error("there is no column with that heading")]
    HeadingNotFound,
    /// Two columns were given the same target, or none the name.
    #[error("the columns are not assigned in a usable way")]
    UnusableMapping,
    #[error("the work was cancelled")]
    Cancelled,
    #[error("the file cannot be written ({0:?})")]
    WriteFailed(io::ErrorKind),
    /// More members than one sheet of a workbook can hold.
    #[error("one sheet cannot hold more than {limit} rows")]
    TooManyRowsToWrite { limit: u32 },
}

impl ExchangeError {
    /// The code from which the user's words and next step are found. Never reused.
    pub fn code(self) -> &'static str {
        match self {
            Self::FileUnreadable(_) => "file_unreadable",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::UnpacksTooLarge { .. } => "file_unpacks_too_large",
            Self::SuspiciousCompression => "file_suspicious_compression",
            Self::TooManyParts { .. } => "file_too_many_parts",
            Self::TooManyRows { .. } => "sheet_too_many_rows",
            Self::TooManyColumns { .. } => "sheet_too_many_columns",
            Self::TooManyCells { .. } => "sheet_too_many_cells",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::ForbiddenMarkup => "file_forbidden_markup",
            Self::PasswordProtected => "file_password_protected",
            Self::UnsupportedFormat => "file_format_unsupported",
            Self::UnknownFormat => "file_format_unknown",
            Self::Damaged => "file_damaged",
            Self::NoSheets => "file_no_sheets",
            Self::SheetNotFound => "sheet_not_found",
            Self::NoHeadings => "headings_not_found",
            Self::HeadingNotFound => "heading_not_found",
            Self::UnusableMapping => "mapping_unusable",
            Self::Cancelled => "cancelled",
            Self::WriteFailed(_) => "file_write_failed",
            Self::TooManyRowsToWrite { .. } => "export_too_many_rows",
        }
    }
}

impl From<io::Error> for ExchangeError {
    /// For reading; writing maps its own errors to `WriteFailed`.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => Self::Damaged,
            kind => Self::FileUnreadable(kind),
        }
    }
}
