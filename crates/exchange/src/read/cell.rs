//! A cell as it lies in the file: its kind is kept, because a number where text belongs is how spreadsheets spoil data.

use std::borrow::Cow;

/// A calendar date of a cell, as the spreadsheet holds it (not checked: Excel knows a 29 February 1900).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CellDate {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// One cell. Text is borrowed from the workbook's string table where it can be.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Cell<'a> {
    #[default]
    Empty,
    Text(Cow<'a, str>),
    Number {
        value: f64,
        /// Least count of digits that the cell's format shows (`00000000` shows eight); 0 when it does not fill up.
        shown_digits: u8,
    },
    Date(CellDate),
    Bool(bool),
    /// `#N/A`, `#REF!` and their like.
    Fault,
}

/// The kind of a cell, named in problems.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    Empty,
    Text,
    Number,
    Date,
    Bool,
    Fault,
}

impl ValueKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Bool => "bool",
            Self::Fault => "fault",
        }
    }
}

/// Decimal digits that a binary64 number can always carry (IEEE 754: 15). Excel stores no more than these.
pub const SAFE_DIGITS: usize = 15;

impl<'a> Cell<'a> {
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Empty => ValueKind::Empty,
            Self::Text(_) => ValueKind::Text,
            Self::Number { .. } => ValueKind::Number,
            Self::Date(_) => ValueKind::Date,
            Self::Bool(_) => ValueKind::Bool,
            Self::Fault => ValueKind::Fault,
        }
    }

    /// Nothing in it, or nothing but white space.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(char::is_whitespace),
            _ => false,
        }
    }

    /// The cell as a person would read it; empty for a fault. Whole numbers have no decimal point and no exponent.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty | Self::Fault => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text.as_ref()),
            Self::Number { value, shown_digits } => Cow::Owned(number_text(*value, *shown_digits)),
            Self::Date(date) => Cow::Owned(format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)),
            Self::Bool(true) => Cow::Borrowed("TRUE"),
            Self::Bool(false) => Cow::Borrowed("FALSE"),
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Number { value, shown_digits } => Cell::Number { value, shown_digits },
            Self::Date(date) => Cell::Date(date),
            Self::Bool(is_true) => Cell::Bool(is_true),
            Self::Fault => Cell::Fault,
        }
    }
}

/// A number in plain decimals.
fn number_text(value: f64, shown_digits: u8) -> String {
    if value.fract() == 0.0 && value.abs() < 1e21 {
        let width = usize::from(shown_digits);
        if value < 0.0 { format!("{value:.0}") } else { format!("{value:0width$.0}") }
    } else {
        // The shortest decimals that read back as the same number.
        format!("{value}")
    }
}

/// How many digits a format code made only of zeros fills up to: `00000000` gives 8, everything else 0.
pub fn digits_of_format(code: &str) -> u8 {
    // `00000000;@` and `"@"`-like tails are common; only the first section formats positive numbers.
    let first = code.split(';').next().unwrap_or_default();
    if first.len() >= 2 && first.len() <= 30 && first.bytes().all(|byte| byte == b'0') { first.len() as u8 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let shown = |value, shown_digits| Cell::Number { value, shown_digits }.text().into_owned();
        assert_eq!(shown(20230001.0, 0), "20230001");
        assert_eq!(shown(123.0, 8), "00000123");
        assert_eq!(shown(1.5, 0), "1.5");
        assert_eq!(shown(-3.0, 8), "-3");
        assert_eq!(shown(13800138000.0, 0), "13800138000");
        assert_eq!(shown(f64::NAN, 0), "NaN");
    }

    #[test]
    fn only_formats_made_of_zeros_fill_up() {
        assert_eq!(digits_of_format("00000000"), 8);
        assert_eq!(digits_of_format("0000;@"), 4);
        assert_eq!(digits_of_format("0"), 0);
        assert_eq!(digits_of_format("0.00"), 0);
        assert_eq!(digits_of_format("General"), 0);
    }
}
