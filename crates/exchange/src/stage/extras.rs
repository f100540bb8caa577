//! Cells of what belongs to a member beside its own fields: values of fields that the organisation defined, tags, and
//! the departments it leads.

use super::problem::ProblemCode;
use super::value::{Staged, date_of_serial};
use super::{At, PathId, StagedRow, Stager, spoiled};
use crate::read::{Cell, ValueKind};
use mingce_model::check::{self, Context};
use mingce_model::custom::{CustomField, CustomForm, tag_names, yes_or_no};
use mingce_model::mask::is_custom_mask;
use mingce_model::tree::SEPARATORS;
use mingce_model::{Field, RecordId, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// A value of a field that the organisation defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StagedValue {
    pub field: RecordId,
    pub column: u16,
    pub value: Value,
}

/// What a row says of a member's leading a department.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leading {
    Head,
    Deputy,
    /// Not its head; of a deputy that says nothing.
    NotHead,
}

/// Reads the cell as the field.
fn stage_value(field: &CustomField, cell: &Cell<'_>) -> Staged {
    if cell.kind() == ValueKind::Fault {
        return Staged::Bad(ProblemCode::FormulaFault);
    }
    if cell.is_blank() {
        return Staged::Nothing;
    }
    let mut text = cell.text();
    if field.is_masked() && is_custom_mask(&text) {
        return Staged::Bad(ProblemCode::Rule(check::Problem::NumberMasked));
    }
    let mut caution = None;
    match field.form {
        CustomForm::Text if spoiled::has_lost_digits(cell) || spoiled::is_exponent_form(&text) => {
            return Staged::Bad(ProblemCode::NumberSpoiled);
        }
        CustomForm::Number => {
            if let Cell::Number { value, .. } = cell
                && let Some(short) = without_binary_noise(*value)
            {
                text = Cow::Owned(short);
            }
        }
        CustomForm::Date => {
            if let Some(date) = date_of_serial(cell) {
                caution = Some(ProblemCode::DateFromSerial);
                text = Cow::Owned(date.to_string());
            }
        }
        _ => {}
    }
    match field.read(&text) {
        // Of invisible marks nothing is left.
        Ok(Value::Null) | Err(check::Problem::RequiredMissing) => Staged::Nothing,
        Ok(value) => Staged::Value(value, caution),
        Err(check::Problem::ChoiceUnknown) if field.form == CustomForm::Choice => {
            Staged::Bad(ProblemCode::CustomChoiceUnknown)
        }
        Err(problem) => Staged::Bad(ProblemCode::Rule(problem)),
    }
}

/// The decimals that were typed: `0.30000000000000004` is how a computer keeps 0.3.
fn without_binary_noise(value: f64) -> Option<String> {
    let short = format!("{value:.6}");
    let near = short.parse::<f64>().ok()?;
    let is_noise = value.fract() != 0.0 && (near - value).abs() <= value.abs() * 1e-14;
    is_noise.then_some(short)
}

impl Stager<'_> {
    pub(super) fn custom_value(&self, at: &At<'_, '_>, id: RecordId, staged: &mut StagedRow) {
        let Some(field) = self.fields.iter().find(|field| field.id == id) else { return };
        match stage_value(field, at.cell) {
            Staged::Nothing => {}
            Staged::Value(value, caution) => {
                staged.problems.extend(caution.map(|code| at.problem(code)));
                staged.custom.push(StagedValue { field: id, column: at.column, value });
            }
            Staged::Bad(code) => staged.problems.push(at.problem(code)),
        }
    }

    pub(super) fn tags(&self, at: &At<'_, '_>, staged: &mut StagedRow) {
        if at.cell.is_blank() {
            return;
        }
        let context = Context { today: self.today, document_kind: None };
        let mut names: Vec<String> = Vec::new();
        for name in tag_names(&at.cell.text()) {
            match check::check_field(Field::TagName, Value::text(name), &context) {
                Ok(checked) => names.extend(checked.value.as_text().map(str::to_owned)),
                Err(check::Problem::RequiredMissing) => {}
                Err(problem) => {
                    staged.problems.push(at.problem(ProblemCode::Rule(problem)));
                    return;
                }
            }
        }
        if !names.is_empty() {
            staged.tags = Some((at.column, names));
        }
    }

    /// Reads the departments beside the main one; after that.
    pub(super) fn further_departments(&mut self, cells: &[Cell<'_>], staged: &mut StagedRow) {
        for path in self.paths_in(self.departments.further, cells, staged) {
            if staged.department != Some(path) && !staged.further_departments.contains(&path) {
                staged.further_departments.push(path);
            }
        }
    }

    /// Reads the departments of somebody who is in none.
    pub(super) fn departments_if_none(&mut self, cells: &[Cell<'_>], staged: &mut StagedRow) {
        let mut paths = self.paths_in(self.departments.if_none, cells, staged);
        let mut seen = HashSet::new();
        paths.retain(|path| seen.insert(*path));
        staged.departments_if_none = paths;
    }

    /// Reads the departments that the member is in no longer.
    pub(super) fn leaves(&mut self, cells: &[Cell<'_>], staged: &mut StagedRow) {
        for path in self.paths_in(self.departments.leaves, cells, staged) {
            if staged.leaves.iter().any(|(other, _)| *other == path) {
                continue;
            }
            let above = self.paths.above(path);
            staged.leaves.push((path, above));
        }
    }

    /// The paths that a column's cell lists.
    fn paths_in(&mut self, column: Option<usize>, cells: &[Cell<'_>], staged: &mut StagedRow) -> Vec<PathId> {
        let found = column.and_then(|column| Some((column, cells.get(column)?)));
        let Some((column, cell)) = found.filter(|(_, cell)| !cell.is_blank()) else { return Vec::new() };
        let at = At { row: staged.row, column: column as u16, cell };
        let mut paths = Vec::new();
        for path in listed(&cell.text()) {
            match self.paths.read(&path, self.mapping.department_separator) {
                Ok(path) => paths.extend(path),
                Err(code) => staged.problems.push(at.problem(code)),
            }
        }
        paths
    }

    /// Reads the departments that the row says its member leads; after those that it is in.
    pub(super) fn leading(&mut self, cells: &[Cell<'_>], staged: &mut StagedRow) {
        for (column, leading) in
            [(self.departments.leads, Leading::Head), (self.departments.deputy_of, Leading::Deputy)]
        {
            let Some((column, cell)) = column.and_then(|column| Some((column, cells.get(column)?))) else { continue };
            let at = At { row: staged.row, column: column as u16, cell };
            for path in listed(&cell.text()) {
                match self.paths.read(&path, self.mapping.department_separator) {
                    Ok(path) => staged.leading.extend(path.map(|path| (path, leading))),
                    Err(code) => staged.problems.push(at.problem(code)),
                }
            }
        }
        let Some(column) = self.departments.is_leader else { return };
        let Some(cell) = cells.get(column).filter(|cell| !cell.is_blank()) else { return };
        let at = At { row: staged.row, column: column as u16, cell };
        let text = cell.text();
        let places: Vec<_> = staged.department.iter().chain(&staged.further_departments).copied().collect();
        for (place, word) in text.split([';', '；']).map(str::trim).enumerate() {
            let leading = match yes_or_no(word) {
                Some("yes") => Leading::Head,
                Some(_) => Leading::NotHead,
                None if word.is_empty() => continue,
                None => {
                    staged.problems.push(at.problem(ProblemCode::Rule(check::Problem::ChoiceUnknown)));
                    return;
                }
            };
            match places.get(place) {
                Some(path) => staged.leading.push((*path, leading)),
                None if leading == Leading::Head => {
                    staged.problems.push(at.problem(ProblemCode::LeaderWithoutDepartment));
                    return;
                }
                None => {}
            }
        }
    }
}

/// Paths in one cell, parted by `;` or line breaks; one with such a mark in a name stands in quotes.
fn listed(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut path = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut characters = quoted.char_indices().peekable();
            rest = "";
            while let Some((at, c)) = characters.next() {
                if c != '"' {
                    path.push(c);
                } else if characters.next_if(|(_, next)| *next == '"').is_some() {
                    path.push('"');
                } else {
                    rest = &quoted[at + 1..];
                    break;
                }
            }
            rest = rest.trim_start().trim_start_matches(LIST_MARKS);
        } else {
            let (one, others) = rest.split_once(LIST_MARKS).unwrap_or((rest, ""));
            path.push_str(one.trim());
            rest = others;
        }
        rest = rest.trim_start();
        if !path.trim_matches(SEPARATORS).is_empty() {
            paths.push(path);
        }
    }
    paths
}

const LIST_MARKS: [char; 3] = [';', '；', '\n'];

/// The paths as one cell.
pub(crate) fn list_of<'p>(paths: impl Iterator<Item = &'p str>) -> String {
    let mut text = String::new();
    for path in paths {
        if !text.is_empty() {
            text.push(LIST_MARKS[0]);
        }
        if path.contains(LIST_MARKS) || path.contains('"') {
            text.push('"');
            text.push_str(&path.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(path);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(form: CustomForm, data_class: &str) -> CustomField {
        CustomField {
            id: RecordId::from_parts(1, [1; 10]),
            name: "宿舍".into(),
            form,
            choices: vec!["住校".into(), "走读".into()],
            is_required: false,
            is_unique: false,
            data_class: data_class.into(),
            position: None,
            is_archived: false,
        }
    }
    fn text(form: CustomForm, text: &str) -> Staged {
        stage_value(&field(form, "ordinary"), &Cell::Text(text.into()))
    }
    fn number(form: CustomForm, value: f64) -> Staged {
        stage_value(&field(form, "ordinary"), &Cell::Number { value, shown_digits: 0 })
    }
    fn value(text: &str) -> Staged {
        Staged::Value(Value::from(text), None)
    }

    #[test]
    fn cells_become_values_of_their_form() {
        assert_eq!(text(CustomForm::Choice, " 走读 "), value("走读"));
        assert_eq!(text(CustomForm::YesNo, "√"), value("yes"));
        assert_eq!(stage_value(&field(CustomForm::YesNo, "ordinary"), &Cell::Bool(true)), value("yes"));
        assert_eq!(text(CustomForm::Date, "2024年9月1日"), value("2024-09-01"));
        let expected = Staged::Value(Value::from("2008-01-02"), Some(ProblemCode::DateFromSerial));
        assert_eq!(number(CustomForm::Date, 39_449.0), expected);
        assert_eq!(number(CustomForm::Number, 0.1 + 0.2), value("0.3"));
        assert_eq!(number(CustomForm::Number, -2.5), value("-2.5"));
        assert_eq!(text(CustomForm::Number, "1,234.50"), value("1234.5"));
        assert_eq!(text(CustomForm::Text, " \u{3000}"), Staged::Nothing);
    }

    #[test]
    fn what_cannot_be_read_has_a_reason() {
        let broken = |problem| Staged::Bad(ProblemCode::Rule(problem));
        assert_eq!(text(CustomForm::Choice, "半走读"), Staged::Bad(ProblemCode::CustomChoiceUnknown));
        assert_eq!(text(CustomForm::YesNo, "也许"), broken(check::Problem::ChoiceUnknown));
        assert_eq!(text(CustomForm::Number, "三"), broken(check::Problem::NumberMalformed));
        assert_eq!(text(CustomForm::Date, "明天"), broken(check::Problem::DateMalformed));
        assert_eq!(number(CustomForm::Text, 6_222_020_200_112_233_000.0), Staged::Bad(ProblemCode::NumberSpoiled));
        assert_eq!(text(CustomForm::Text, "6.2220202E+18"), Staged::Bad(ProblemCode::NumberSpoiled));
        let masked = stage_value(&field(CustomForm::Text, "sensitive"), &Cell::Text("***".into()));
        assert_eq!(masked, broken(check::Problem::NumberMasked));
        assert_eq!(text(CustomForm::Text, "***"), value("***"));
    }

    proptest! {
        #[test]
        fn a_list_of_paths_comes_back(names in prop::collection::vec("[a;；\"/ 班]{0,5}x", 0..5)) {
            let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
            prop_assert_eq!(listed(&list_of(names.iter().map(String::as_str))), names);
        }
    }
}
