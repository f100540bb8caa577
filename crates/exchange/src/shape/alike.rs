//! The sheets of a workbook that are imported together: one class a sheet, each with the headings of the first.

use super::headings::normalised;
use super::table::count_known;
use super::{HeadingRow, Mapping, Shape, Target, find_shape_with};
use crate::read::Workbook;
use crate::{ExchangeError, Run};
use std::collections::HashMap;

/// A sheet that goes in with the others.
#[derive(Clone, PartialEq, Debug)]
pub struct FittedSheet {
    pub name: String,
    pub shape: Shape,
    pub mapping: Mapping,
}

/// The workbook's sheets, apart.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FittedSheets {
    pub sheets: Vec<FittedSheet>,
    /// Sheets that stay out: hidden, blank, without the headings by which members are known, or of other things.
    pub left_out: Vec<String>,
}

/// Carries the mapping of the sheet `first` over to every other sheet, by headings: columns may stand in another order,
/// and a column that the first has not is left alone.
pub fn fit_sheets(
    workbook: &mut Workbook,
    first: &str,
    shape: &Shape,
    mapping: &Mapping,
    run: &mut Run<'_>,
) -> Result<FittedSheets, ExchangeError> {
    let mut fitted = FittedSheets::default();
    let mut targets: HashMap<String, Target> = HashMap::new();
    for (column, target) in shape.columns.iter().zip(&mapping.columns) {
        targets.entry(normalised(&column.heading)).or_insert(*target);
    }
    // Headings that are known find themselves; of others the first sheet's tell where they stand on the next.
    let are_known = count_known(shape, HeadingRow::Find { named: &[] }, &[]) > 0;
    let headings = shape.columns.iter().map(|column| &column.heading);
    let named: Vec<String> = headings.filter(|heading| !are_known && !heading.is_empty()).cloned().collect();
    let listed = workbook.sheets().to_vec();
    for sheet in listed {
        if sheet.name == first {
            fitted.sheets.push(FittedSheet { name: sheet.name, shape: shape.clone(), mapping: mapping.clone() });
            continue;
        }
        if sheet.is_hidden {
            fitted.left_out.push(sheet.name);
            continue;
        }
        let found = match find_shape_with(workbook, &sheet.name, &[], HeadingRow::Find { named: &named }, run) {
            Ok(found) => Some(found),
            Err(ExchangeError::NoSheets) => None,
            Err(error) => return Err(error),
        };
        match found.and_then(|found| carried(&found, &targets, mapping).map(|mapping| (found, mapping))) {
            Some((shape, mapping)) => fitted.sheets.push(FittedSheet { name: sheet.name, shape, mapping }),
            None => fitted.left_out.push(sheet.name),
        }
    }
    Ok(fitted)
}

/// The mapping for another sheet; `None` when nobody could be known by it.
fn carried(shape: &Shape, targets: &HashMap<String, Target>, first: &Mapping) -> Option<Mapping> {
    if shape.header_row == 0 {
        return None;
    }
    let mut mapping = Mapping { columns: vec![Target::Ignore; shape.columns.len()], ..first.clone() };
    for (index, column) in shape.columns.iter().enumerate() {
        let target = targets.get(&normalised(&column.heading)).copied().unwrap_or(Target::Ignore);
        if target != Target::Ignore && mapping.column_of(target).is_none() {
            mapping.columns[index] = target;
        }
    }
    mapping.check().is_ok().then_some(mapping)
}
