//! Which sheet of a workbook the table stands in: instructions often come before it.

use super::{HeadingRow, Shape, find_shape_with, is_known};
use crate::read::Workbook;
use crate::{ExchangeError, Run};
use mingce_model::custom::CustomField;

/// Sheets that are looked at.
const SHEETS: usize = 30;
/// Known headings that leave no doubt about the first sheet.
const ENOUGH: usize = 2;

/// The first sheet that is not hidden, or where headings are hardly known on it the one on which most are.
pub fn find_table(
    workbook: &mut Workbook,
    fields: &[CustomField],
    headings: HeadingRow<'_>,
    run: &mut Run<'_>,
) -> Result<(String, Shape), ExchangeError> {
    let first = workbook.default_sheet().name.clone();
    let begun = find_shape_with(workbook, &first, fields, headings, run);
    let known = begun.as_ref().map_or(0, |shape| count_known(shape, headings, fields));
    if known >= ENOUGH || workbook.sheets().len() < 2 {
        return begun.map(|shape| (first, shape));
    }
    let others = workbook.sheets().iter().filter(|sheet| !sheet.is_hidden && sheet.name != first);
    let others: Vec<String> = others.take(SHEETS).map(|sheet| sheet.name.clone()).collect();
    let mut best: Option<(usize, String, Shape)> = None;
    for name in others {
        // One that cannot be read is no reason not to read the file.
        let shape = match find_shape_with(workbook, &name, fields, headings, run) {
            Err(ExchangeError::Cancelled) => return Err(ExchangeError::Cancelled),
            Err(_) => continue,
            Ok(shape) => shape,
        };
        let count = count_known(&shape, headings, fields);
        if count > best.as_ref().map_or(known, |(most, ..)| *most) {
            best = Some((count, name, shape));
        }
    }
    match best {
        Some((_, name, shape)) => Ok((name, shape)),
        None => begun.map(|shape| (first, shape)),
    }
}

pub(super) fn count_known(shape: &Shape, headings: HeadingRow<'_>, fields: &[CustomField]) -> usize {
    if shape.header_row == 0 {
        return 0;
    }
    let is_named = |heading: &String| matches!(headings, HeadingRow::Find { named } if named.contains(heading));
    shape.columns.iter().filter(|column| is_named(&column.heading) || is_known(&column.heading, fields)).count()
}
