//! Dates as spreadsheets write them.

use super::Cell;
use super::cell::CellDate;
use calamine::{ExcelDateTime, ExcelDateTimeType};
use std::borrow::Cow;

/// The day that a workbook counts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Epoch {
    #[default]
    Year1900,
    /// Workbooks made on old Macintoshes.
    Year1904,
}

/// A number in a cell that is formatted as a date. Time of day is dropped: nothing on a roster has one. Numbers that no
/// calendar knows stay numbers, so that a card number with a date format is not turned into a date.
pub(crate) fn from_serial(value: f64, epoch: Epoch) -> Cell<'static> {
    if !(1.0..2_958_466.0).contains(&value) {
        return Cell::Number { value, shown_digits: 0 };
    }
    let (year, month, day, ..) =
        ExcelDateTime::new(value, ExcelDateTimeType::DateTime, epoch == Epoch::Year1904).to_ymd_hms_milli();
    Cell::Date(CellDate { year, month, day })
}

/// An ISO 8601 date, with or without a time of day; anything else stays text.
pub(crate) fn from_iso(text: &str) -> Cell<'static> {
    let date = text.split(['T', ' ']).next().unwrap_or_default();
    let mut parts = date.splitn(3, '-');
    let mut next = || parts.next()?.parse::<u16>().ok();
    match (next(), next(), next()) {
        (Some(year), Some(month @ 1..=12), Some(day @ 1..=31)) => {
            Cell::Date(CellDate { year, month: month as u8, day: day as u8 })
        }
        _ => Cell::Text(Cow::Owned(text.to_owned())),
    }
}
