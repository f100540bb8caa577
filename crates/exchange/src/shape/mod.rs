//! Understands the shape of a sheet: where its headings are and what its columns hold. Only proposes; nothing is
//! decided here that the user cannot change.

mod alike;
mod custom;
mod department_paths;
mod header_row;
mod heading_words;
pub(crate) mod headings;
mod mapping;
mod table;
mod target;
mod values;

pub use alike::{FittedSheet, FittedSheets, fit_sheets};
pub use custom::{FormGuess, custom_headings, field_name, is_personal};
pub use department_paths::PathForm;
pub use header_row::HeadingRow;
pub use mapping::{Mapping, Signature, Subject, UnnamedGuardian};
pub use table::find_table;
pub use target::{DEPARTMENT_PARTS, GUARDIAN_SLOTS, MEMBER_FIELDS, Target};

use crate::read::{Cell, Workbook};
use crate::{ExchangeError, Run};
use header_row::{HEADER_WITHIN_ROWS, Header, SampleRow};
use headings::Meaning;
use mingce_model::Field;
use mingce_model::custom::CustomField;
use std::ops::ControlFlow;
use values::Profile;

/// Who wrote the file, as far as its headings tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// An export of ours.
    Mingce,
    WeComMembers,
    WeComDepartments,
    DingTalk,
    Unknown,
}

/// One column of the sheet.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// As the file has it; empty where there is none.
    pub heading: String,
    /// How sure the proposed target is, 0 to 1.
    pub confidence: f32,
    /// What field could be made from it.
    pub form: FormGuess,
    pub paths: PathForm,
}

/// A sheet as it was understood.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    /// The row of headings, as the spreadsheet numbers it; 0 when there is none and data begins at once.
    pub header_row: u32,
    pub columns: Vec<Column>,
    /// What the columns were taken for.
    pub proposed: Mapping,
    pub origin: Origin,
    pub signature: Signature,
    /// The first rows below the headings with their numbers, as text, to be shown beside the mapping.
    pub sample: Vec<(u32, Vec<String>)>,
}

/// Rows below the headings that are looked at.
const SAMPLE_ROWS: usize = 200;
/// Rows of those that are kept for show.
const SHOWN_ROWS: usize = 20;

/// Looks at the first rows of a sheet.
pub fn find_shape(workbook: &mut Workbook, sheet: &str, run: &mut Run<'_>) -> Result<Shape, ExchangeError> {
    find_shape_with(workbook, sheet, &[], HeadingRow::Find { named: &[] }, run)
}

/// `find_shape` where the organisation defined fields of its own, or somebody knows more of the headings.
pub fn find_shape_with(
    workbook: &mut Workbook,
    sheet: &str,
    fields: &[CustomField],
    headings: HeadingRow<'_>,
    run: &mut Run<'_>,
) -> Result<Shape, ExchangeError> {
    let mut rows: Vec<SampleRow> = Vec::new();
    workbook.read_rows(sheet, run, &mut |number, cells| {
        rows.push((number, cells.iter().map(|cell| cell.clone().into_owned()).collect()));
        let is_enough = rows.len() >= HEADER_WITHIN_ROWS + SAMPLE_ROWS;
        Ok(if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if rows.is_empty() {
        return Err(ExchangeError::NoSheets);
    }
    let is_known = |text: &str| is_known(text, fields);
    let header = match headings {
        HeadingRow::Find { named } => header_row::find(&rows, named, &is_known),
        HeadingRow::At(0) => None,
        HeadingRow::At(number) => Some(header_row::at(&rows, number, &is_known).ok_or(ExchangeError::NoHeadings)?),
    };
    Ok(shape_of(&rows, header, fields))
}

/// Whether a text is a heading, of ours or of the organisation's.
fn is_known(text: &str, fields: &[CustomField]) -> bool {
    headings::is_known(text) || custom::is_named(text, fields)
}

fn shape_of(rows: &[SampleRow], header: Option<Header>, fields: &[CustomField]) -> Shape {
    let data = header.as_ref().map_or(rows, |header| &rows[header.row + 1..]);
    let width = rows.iter().map(|row| row.1.len()).max().unwrap_or(0);
    let (mut plain, mut full) = header.as_ref().map(|it| (it.plain.clone(), it.full.clone())).unwrap_or_default();
    // A row far below the headings may be wider than all that were looked at for them.
    plain.resize(width, String::new());
    full.resize(width, String::new());
    let mut profiles = vec![Profile::default(); width];
    for (_, cells) in data.iter().take(SAMPLE_ROWS) {
        for (profile, cell) in profiles.iter_mut().zip(cells) {
            profile.add(cell);
        }
    }
    let origin = origin_of(&plain);
    let (mut proposed, mut confidences) = match origin {
        Origin::WeComDepartments => propose_departments(&plain),
        // An export of ours says what it is; values are whatever people are called.
        Origin::Mingce => propose(&plain, &full, &vec![Profile::default(); width], fields, origin),
        _ => propose(&plain, &full, &profiles, fields, origin),
    };
    if !matches!(origin, Origin::Mingce | Origin::WeComDepartments) {
        propose_by_choices(&mut proposed, &mut confidences, &full, data, fields);
    }
    let column = |(index, (heading, confidence)): (usize, (String, f32))| Column {
        form: custom::guess_form(data, index),
        paths: PathForm::of(origin, [&plain[index], &heading], data, index),
        heading,
        confidence,
    };
    let signature = Signature::of(full.iter().map(String::as_str));
    let columns: Vec<Column> = full.into_iter().zip(confidences).enumerate().map(column).collect();
    if let Some(column) = proposed.column_of(Target::DepartmentPath) {
        proposed.read_departments(columns[column].paths);
    }
    let shown = |cells: &Vec<Cell<'static>>| cells.iter().map(|cell| cell.text().into_owned()).collect();
    Shape {
        header_row: header.as_ref().map_or(0, |header| rows[header.row].0),
        signature,
        columns,
        proposed,
        origin,
        sample: data.iter().take(SHOWN_ROWS).map(|(number, cells)| (*number, shown(cells))).collect(),
    }
}

/// Recognises files by headings that others do not have.
fn origin_of(headings: &[String]) -> Origin {
    let normal: Vec<String> = headings.iter().map(|heading| headings::normalised(heading)).collect();
    let has = |name: &str| normal.iter().any(|heading| heading == name);
    if has("名册标识") || has("mingceid") {
        Origin::Mingce
    } else if has("部门id") && has("父部门id") {
        Origin::WeComDepartments
    } else if ["帐号", "账号", "帳號"].iter().any(|name| has(name)) && (has("所在部门") || has("所在部門"))
    {
        Origin::WeComMembers
    } else if has("员工userid") && has("部门") {
        Origin::DingTalk
    } else {
        Origin::Unknown
    }
}

fn propose_departments(headings: &[String]) -> (Mapping, Vec<f32>) {
    let mut mapping = Mapping::ignoring(headings.len());
    mapping.subject = Subject::Departments;
    let mut confidences = vec![0.0; headings.len()];
    for (column, heading) in headings.iter().enumerate() {
        if let Some(target) = headings::department_sense(&headings::normalised(heading)) {
            mapping.assign(column, target);
            confidences[column] = 0.95;
        }
    }
    (mapping, confidences)
}

fn speaks_of_birth(heading: &str) -> bool {
    let normal = headings::normalised(heading);
    ["出生", "生日", "birth", "born"].iter().any(|word| normal.contains(word))
}

/// What the heading and the values of one column say together.
fn sense_of_column(plain: &str, full: &str, profile: &Profile) -> Option<(Meaning, f32)> {
    let said =
        headings::sense_of(&headings::normalised(full)).or_else(|| headings::sense_of(&headings::normalised(plain)));
    // Dates are of many kinds: under a heading that does not speak of birth they are of another.
    let fits = |target| target != Target::Field(Field::MemberBirthDate) || plain.is_empty() || speaks_of_birth(full);
    let guess = || profile.guess().filter(|(target, _)| fits(*target));
    let Some((meaning, mut confidence)) = said else {
        // An unknown heading is weak evidence against any guess from values.
        let weight = if plain.is_empty() { 1.0 } else { 0.8 };
        return guess().map(|(target, confidence)| (Meaning::Is(target), confidence * weight));
    };
    if let Meaning::Is(target) = meaning {
        match profile.fit(target) {
            Some(fit) if fit < 0.2 => confidence *= 0.6,
            Some(fit) if fit > 0.8 => confidence = (confidence + 0.05).min(0.99),
            _ => {}
        }
        if profile.contradicts(target) {
            return guess().map(|(target, confidence)| (Meaning::Is(target), confidence));
        }
    }
    Some((meaning, confidence))
}

/// Gives columns that nobody knows to fields whose choices stand in them.
fn propose_by_choices(
    mapping: &mut Mapping,
    confidences: &mut [f32],
    headings: &[String],
    data: &[SampleRow],
    fields: &[CustomField],
) {
    let data = &data[..data.len().min(SAMPLE_ROWS)];
    for (column, heading) in headings.iter().enumerate() {
        if mapping.columns[column] == Target::Ignore
            && headings::sense_of(&headings::normalised(heading)).is_none()
            && let Some(field) = custom::by_choices(data, column, mapping, fields)
        {
            mapping.assign(column, Target::Custom(field.id));
            confidences[column] = 0.6;
        }
    }
}

fn propose(
    plain: &[String],
    full: &[String],
    profiles: &[Profile],
    fields: &[CustomField],
    origin: Origin,
) -> (Mapping, Vec<f32>) {
    let mut mapping = Mapping::ignoring(plain.len());
    let mut confidences = vec![0.0; plain.len()];
    let mut departments: Vec<(u8, usize, f32)> = Vec::new();
    let mut wanted: Vec<(Target, usize, f32)> = Vec::new();
    let named = custom::by_heading(plain, full, fields, origin);
    for (column, profile) in profiles.iter().enumerate() {
        if let Some(field) = named[column] {
            wanted.push((Target::Custom(field.id), column, 0.95));
            continue;
        }
        match sense_of_column(&plain[column], &full[column], profile) {
            Some((Meaning::Department(rank), confidence)) => departments.push((rank, column, confidence)),
            Some((Meaning::Is(target), confidence)) => wanted.push((target, column, confidence)),
            None => {}
        }
    }
    // The surest column gets a target; of equals the first.
    wanted.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)));
    for (target, column, confidence) in wanted {
        if target == Target::Ignore {
            confidences[column] = confidence;
        } else if mapping.column_of(target).is_none() {
            mapping.assign(column, target);
            confidences[column] = confidence;
        } else if let Some(other) = spare_guardian(target, &mapping) {
            // A second 家长电话 belongs to a second parent.
            mapping.assign(column, other);
            confidences[column] = confidence * 0.7;
        }
    }
    departments.sort_by_key(|(rank, column, _)| (*rank, *column));
    departments.dedup_by_key(|(rank, ..)| *rank);
    let is_single = departments.len() == 1;
    for (index, (_, column, confidence)) in departments.iter().take(usize::from(DEPARTMENT_PARTS)).enumerate() {
        let target = if is_single { Target::DepartmentPath } else { Target::DepartmentPart(index as u8) };
        if is_single || mapping.column_of(Target::DepartmentPath).is_none() {
            mapping.assign(*column, target);
            confidences[*column] = *confidence;
        }
    }
    mapping.guardian_relations = relations_of(&mapping, full);
    mapping.identity_of_added = identity_of(&mapping, full);
    (mapping, confidences)
}

fn spare_guardian(target: Target, mapping: &Mapping) -> Option<Target> {
    let make: fn(u8) -> Target = match target {
        Target::GuardianName(_) => Target::GuardianName,
        Target::GuardianPhone(_) => Target::GuardianPhone,
        Target::GuardianRelation(_) => Target::GuardianRelation,
        Target::GuardianMayConfirm(_) => Target::GuardianMayConfirm,
        _ => return None,
    };
    (0..GUARDIAN_SLOTS).map(make).find(|target| mapping.column_of(*target).is_none())
}

fn relations_of(mapping: &Mapping, headings: &[String]) -> Vec<Option<String>> {
    let mut relations = Vec::new();
    for (target, heading) in mapping.columns.iter().zip(headings) {
        if let Some(slot) = target.guardian_slot() {
            let slot = usize::from(slot);
            if relations.len() <= slot {
                relations.resize(slot + 1, None);
            }
            let stated = headings::guardian_heading(&headings::normalised(heading)).and_then(|known| known.relation);
            relations[slot] = relations[slot].take().or(stated.map(str::to_owned));
        }
    }
    relations
}

/// Who is added when the file has no column for it: pupils have 学号 and guardians, staff have 工号.
fn identity_of(mapping: &Mapping, headings: &[String]) -> Option<String> {
    if mapping.column_of(Target::Field(Field::MemberIdentity)).is_some() {
        return None;
    }
    let has = |words: &[&str]| headings.iter().any(|heading| words.iter().any(|word| heading.contains(word)));
    let has_guardian = mapping.columns.iter().any(|target| target.guardian_slot().is_some());
    let is_student = has_guardian || has(&["学号", "學號", "学生", "班级", "Student", "student"]);
    let is_staff = has(&["工号", "工號", "员工", "教师", "教职工", "职工", "Employee", "employee", "Staff", "staff"]);
    match (is_student, is_staff) {
        (true, false) => Some("student".into()),
        (false, true) => Some("staff".into()),
        _ => None,
    }
}

impl Shape {
    /// Takes over a mapping that was saved for the same signature; `None` when it does not fit after all.
    pub fn adopt(&self, mut saved: Mapping) -> Option<Mapping> {
        if saved.columns.len() != self.columns.len() || saved.check().is_err() {
            return None;
        }
        // The earlier file may have had nobody in several departments.
        saved.has_department_lists |= self.paths_in(&saved).is_some_and(|paths| paths.has_lists);
        Some(saved)
    }

    /// How the departments of a mapping's column are written.
    pub fn paths_in(&self, mapping: &Mapping) -> Option<PathForm> {
        mapping.column_of(Target::DepartmentPath).and_then(|column| self.columns.get(column)).map(|it| it.paths)
    }

    /// The column with the heading, in any dress; for `--map HEADING=FIELD`.
    pub fn find_column(&self, heading: &str) -> Result<usize, ExchangeError> {
        let exact = self.columns.iter().position(|column| column.heading == heading);
        let normal = headings::normalised(heading);
        let dressed = || self.columns.iter().position(|column| headings::normalised(&column.heading) == normal);
        exact.or_else(dressed).ok_or(ExchangeError::HeadingNotFound)
    }
}

#[cfg(test)]
mod tests;
