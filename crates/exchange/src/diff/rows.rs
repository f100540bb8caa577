//! The plan's rows as a grid shows them: those of a kind, by their places, laid over the columns of the file.

use super::arena::{Borrowed, Item};
use super::plan::{Action, Plan, PlannedRow, PlannedSheet, Verdict};
use super::view::{DiffOf, PlannedRowView};
use crate::read::Cell;
use crate::shape::{Mapping, Target};
use crate::stage::Severity;
use mingce_model::{Field, haystack, needle};

/// Which rows are looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RowsWanted {
    /// All kinds without it.
    pub verdict: Option<Verdict>,
    /// Only those that change one of these; whatever they change when it is empty.
    pub changing: Vec<DiffOf>,
    /// Only those in whose name, or in whose cells of the file, every word stands; in pinyin too.
    pub words: Vec<String>,
    /// Columns in which no word is looked for.
    pub closed: Vec<Target>,
}

/// Where on a walk something has to be looked at: a row among those that are shown, and a column among those that are;
/// none where it is about the row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    pub row: usize,
    pub column: Option<usize>,
}

/// Where a walk goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Next,
    Previous,
}

impl Plan {
    /// The places of the rows that are wanted, in the file's order.
    pub fn find_rows(&self, wanted: &RowsWanted) -> Vec<u32> {
        let is_wanted = |row: &PlannedRow| {
            wanted.verdict.is_none_or(|verdict| row.verdict() == verdict)
                && (wanted.changing.is_empty() || self.changes(row, &wanted.changing))
                && (wanted.words.is_empty() || self.holds(row, &wanted.words, &wanted.closed))
        };
        (0_u32..).zip(&self.rows).filter(|(_, row)| is_wanted(row)).map(|(place, _)| place).collect()
    }

    /// Whether every word, in the form of [`needle`], stands somewhere in the row.
    fn holds(&self, row: &PlannedRow, words: &[String], closed: &[Target]) -> bool {
        let name = self.name_of(row);
        let cells = self.kept.get(row.row).unwrap_or_default();
        let mapping = &self.locate(row.row).0.mapping;
        let cells = self.corrections.on(row.row, &cells, mapping.columns.len());
        let is_open = |column: usize| mapping.columns.get(column).is_none_or(|target| !closed.contains(target));
        let open = cells.iter().enumerate().filter(|(column, cell)| is_open(*column) && !cell.is_blank());
        let texts: Vec<String> = open.map(|(_, cell)| needle(&cell.text())).chain([needle(&name)]).collect();
        let mut spelt = None;
        words.iter().all(|word| {
            texts.iter().any(|text| text.contains(word.as_str()))
                || word.is_ascii() && spelt.get_or_insert_with(|| haystack(&name, &[])).contains(word.as_str())
        })
    }

    /// What the row is called in lists.
    fn name_of(&self, row: &PlannedRow) -> String {
        let name = self.items(row).find_map(|item| match item {
            Item::Label(text) => Some(text.to_owned()),
            Item::Field { field: Field::MemberName, new: Borrowed::Text(name), .. } => Some(name.to_owned()),
            _ => None,
        });
        name.unwrap_or_default()
    }

    /// The row at a place.
    pub fn row_at(&self, place: u32) -> Option<PlannedRowView> {
        self.rows.get(place as usize).map(|row| self.view(row))
    }

    /// The key of the row at a place.
    pub fn key_at(&self, place: u32) -> Option<u32> {
        self.rows.get(place as usize).map(|row| row.row)
    }

    /// The place of the row with the key.
    pub fn place_of(&self, key: u32) -> Option<u32> {
        self.index_of(key).map(|index| index as u32)
    }

    /// What a row has in the columns for these targets, with what was typed over it: the column's place in the row's
    /// sheet, and the text. Of whoever is missing from the file nothing.
    pub fn texts(&self, key: u32, targets: &[Target]) -> Vec<(Option<u16>, String)> {
        let (sheet, _) = self.locate(key);
        let cells = self.kept.get(key).unwrap_or_default();
        let cells = self.corrections.on(key, &cells, sheet.mapping.columns.len());
        let text = |target: &Target| {
            let column = sheet.mapping.column_of(*target);
            let text = column.and_then(|column| cells.get(column)).map(Cell::text);
            (column.and_then(|column| u16::try_from(column).ok()), text.unwrap_or_default().into_owned())
        };
        targets.iter().map(text).collect()
    }

    /// What a column of the row's sheet is for.
    pub fn target_of(&self, key: u32, column: u16) -> Option<Target> {
        self.locate(key).0.mapping.columns.get(usize::from(column)).copied()
    }

    /// What a row would do to these columns, by numbers.
    pub(super) fn items_of_columns(&self, row: &PlannedRow, targets: &[Target]) -> Vec<u16> {
        let mapping = &self.locate(row.row).0.mapping;
        let wanted: Vec<u16> = targets.iter().filter_map(|target| column(mapping, *target)).collect();
        (0_u16..)
            .zip(self.items(row))
            .filter(|(_, item)| columns_of(item, mapping).iter().any(|column| wanted.contains(column)))
            .map(|(number, _)| number)
            .collect()
    }

    /// Whether somebody has to look at the row before it goes in.
    fn asks(&self, row: &PlannedRow, least: Severity) -> bool {
        row.action == Action::Unsure || row.worst.is_some_and(|worst| worst >= least)
    }

    /// The next thing among the rows at these places that somebody has to look at, or the one before it; round again at
    /// either end. Rows that were taken out need no look. Where nothing keeps a row out, whatever is worth a look.
    pub fn next_stop(&self, places: &[u32], targets: &[Target], from: Stop, direction: Direction) -> Option<Stop> {
        [Severity::Cell, Severity::Caution]
            .into_iter()
            .find_map(|least| self.find_stop(places, targets, from, direction, least))
    }

    fn find_stop(
        &self,
        places: &[u32],
        targets: &[Target],
        from: Stop,
        direction: Direction,
        least: Severity,
    ) -> Option<Stop> {
        let count = places.len();
        let start = from.row.min(count.checked_sub(1)?);
        for step in 0..=count {
            let row = match direction {
                Direction::Next => (start + step) % count,
                Direction::Previous => (start + count - step % count) % count,
            };
            let planned = self.rows.get(places[row] as usize)?;
            if planned.is_excluded || !self.asks(planned, least) {
                continue;
            }
            let mut columns = self.stops_in(planned, targets, least);
            if direction == Direction::Previous {
                columns.reverse();
            }
            let is_behind = |column: &Option<usize>| match direction {
                Direction::Next => *column > from.column,
                Direction::Previous => *column < from.column,
            };
            let found = if step == 0 { columns.into_iter().find(is_behind) } else { columns.into_iter().next() };
            if let Some(column) = found {
                return Some(Stop { row, column });
            }
        }
        None
    }

    /// Where in a row to stop: at each faulty cell, or at the row as a whole.
    fn stops_in(&self, row: &PlannedRow, targets: &[Target], least: Severity) -> Vec<Option<usize>> {
        let mapping = &self.locate(row.row).0.mapping;
        let stored = self.stored_problems(row.row);
        let faulty = stored.iter().filter(|problem| problem.code.severity() >= least);
        let mut stops: Vec<Option<usize>> = faulty
            .filter_map(|problem| {
                let target = mapping.columns.get(usize::from(problem.column?))?;
                targets.iter().position(|other| other == target)
            })
            .map(Some)
            .collect();
        if stops.is_empty() || row.action == Action::Unsure {
            stops.push(None);
        }
        stops.sort_unstable();
        stops.dedup();
        stops
    }
}

fn column(mapping: &Mapping, target: Target) -> Option<u16> {
    mapping.column_of(target).and_then(|column| u16::try_from(column).ok())
}

/// The columns from which an item comes; none for what the file does not say.
pub(super) fn columns_of(item: &Item<'_>, mapping: &Mapping) -> Vec<u16> {
    let of = |targets: &[Target]| targets.iter().find_map(|target| column(mapping, *target)).into_iter().collect();
    match *item {
        Item::Label(_) => Vec::new(),
        Item::Field { field, .. } => of(&[Target::Field(field)]),
        Item::Department { .. } => {
            let parts = (0..crate::shape::DEPARTMENT_PARTS).rev().map(Target::DepartmentPart);
            let whole = [Target::DepartmentPath, Target::DepartmentName].into_iter();
            of(&whole.chain(parts).chain([Target::DepartmentIfNone, Target::LeavesDepartments]).collect::<Vec<_>>())
        }
        Item::FurtherDepartment(_) => {
            of(&[Target::FurtherDepartments, Target::DepartmentPath, Target::DepartmentIfNone])
        }
        Item::Leads { old, new, .. } => match DiffOf::of_leading(old, new) {
            DiffOf::DeputyOf => of(&[Target::DeputyOf, Target::IsLeader, Target::LeavesDepartments]),
            DiffOf::FurtherDepartment => of(&[Target::LeavesDepartments]),
            _ => of(&[Target::Leads, Target::IsLeader, Target::LeavesDepartments]),
        },
        Item::Custom { field, .. } => of(&[Target::Custom(field)]),
        Item::Tags { .. } => of(&[Target::Tags]),
        Item::Guardian { slot, .. } => [
            Target::GuardianName(slot),
            Target::GuardianPhone(slot),
            Target::GuardianRelation(slot),
            Target::GuardianMayConfirm(slot),
        ]
        .into_iter()
        .filter_map(|target| column(mapping, target))
        .collect(),
        Item::GuardianField { slot, field: Field::GuardianPhone, .. } => of(&[Target::GuardianPhone(slot)]),
        Item::GuardianField { slot, .. } => of(&[Target::GuardianName(slot)]),
        Item::Guardianship { slot, field: Field::GuardianshipMayConfirm, .. } => {
            of(&[Target::GuardianMayConfirm(slot)])
        }
        Item::Guardianship { slot, .. } => of(&[Target::GuardianRelation(slot)]),
    }
}

impl Plan {
    /// The sheets of the file, without those who are missing from it.
    pub(super) fn file_sheets(&self) -> impl Iterator<Item = &PlannedSheet> {
        self.sheets.iter().filter(|sheet| !sheet.mapping.columns.is_empty())
    }
}
