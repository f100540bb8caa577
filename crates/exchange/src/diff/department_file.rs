//! WeCom's file of departments: `部门名称,部门ID,父部门ID,排序`. Makes departments only; the numbers are the file's own
//! and are forgotten once the tree is known.

use super::arena::{Arena, Item, encode};
use super::kept::KeptRows;
use super::places::{Above, Place, Places};
use super::plan::{Action, Plan, PlannedRow, PlannedSheet, StoredProblem};
use super::roster::Roster;
use super::{PlanError, PlanOptions, SheetToPlan};
use crate::read::{Cell, ValueKind, Workbook};
use crate::shape::{Mapping, Shape, Subject, Target};
use crate::stage::{PathId, Paths, ProblemCode, Severity};
use crate::{ExchangeError, Run};
use mingce_model::check::{self, Context};
use mingce_model::tree::DEPTH_MAX;
use mingce_model::{Field, Value};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Departments that one file may have.
const DEPARTMENTS_MAX: usize = 100_000;

struct Line {
    row: u32,
    name: Result<String, ProblemCode>,
    number: String,
    parent: String,
    order: Option<i64>,
}

pub(super) fn plan<R: Roster>(
    workbook: &mut Workbook,
    sheet: &str,
    shape: &Shape,
    mapping: &Mapping,
    roster: &mut R,
    options: &PlanOptions,
    run: &mut Run<'_>,
) -> Result<Plan, PlanError<R::Error>> {
    let departments = roster.departments().map_err(PlanError::Roster)?;
    let mut places =
        Places::new(departments, options.organisation_name.as_deref(), &options.organisation_kind).under(options.under);
    let mut kept = KeptRows::default();
    let lines = read_lines(workbook, sheet, shape, mapping, options, &mut kept, run)?;
    let mut plan = Builder { arena: Arena::default(), rows: Vec::new(), problems: Vec::new(), bytes: Vec::new() };
    let mut paths = Paths::default();
    let mut by_number: HashMap<&str, usize> = HashMap::new();
    let mut repeated: HashMap<usize, u32> = HashMap::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.number.is_empty()) {
        let first = *by_number.entry(&line.number).or_insert(index);
        if first != index {
            repeated.insert(index, lines[first].row);
        }
    }
    let mut orders: HashMap<Above, Vec<(i64, u32)>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        let names = match repeated.get(&index) {
            Some(_) => Err(ProblemCode::DepartmentNumberRepeated),
            None => names_of(line, &lines, &by_number),
        };
        let names = match names {
            Ok(names) => names,
            Err(code) => {
                plan.problem(line, code, repeated.get(&index).copied());
                continue;
            }
        };
        let path = paths.intern(names);
        let place = places.find(path, &paths);
        match place {
            Place::New(department) => {
                places.need(place);
                if let Some(order) = line.order {
                    orders.entry(places.above(department)).or_default().push((order, department));
                }
                plan.row(line, path, &paths, Action::Add);
            }
            Place::Known(_) | Place::Archived(Some(_)) | Place::Top => plan.row(line, path, &paths, Action::Unchanged),
            Place::Unclear => plan.problem(line, ProblemCode::DepartmentAmbiguous, None),
            Place::TooDeep => plan.problem(line, ProblemCode::DepartmentTooDeep, None),
            Place::Archived(None) => plan.problem(line, ProblemCode::DepartmentArchived, None),
        }
    }
    // WeCom puts the larger number first.
    for siblings in orders.values_mut() {
        siblings.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        for (position, (_, department)) in siblings.iter().enumerate() {
            places.set_position(*department, position as i64 + 1);
        }
    }
    let mut whole = Plan::empty(Subject::Departments, places);
    whole.sheets.push(PlannedSheet::of(0, &SheetToPlan { name: sheet, shape, mapping, department: None }));
    whole.corrections.clone_from(&options.corrections);
    Ok(Plan { rows: plan.rows, arena: plan.arena, problems: plan.problems, paths, kept, ..whole })
}

fn read_lines(
    workbook: &mut Workbook,
    sheet: &str,
    shape: &Shape,
    mapping: &Mapping,
    options: &PlanOptions,
    kept: &mut KeptRows,
    run: &mut Run<'_>,
) -> Result<Vec<Line>, ExchangeError> {
    let context = Context { today: options.today, document_kind: None };
    let mut lines: Vec<Line> = Vec::new();
    workbook.read_rows(sheet, run, &mut |row, cells| {
        if row <= shape.header_row {
            return Ok(ControlFlow::Continue(()));
        }
        if lines.len() == DEPARTMENTS_MAX {
            return Err(ExchangeError::TooManyRows { limit: DEPARTMENTS_MAX as u32 });
        }
        kept.add(row, cells);
        let cells = options.corrections.on(row, cells, mapping.columns.len());
        let text = |target: Target| {
            let cell = mapping.column_of(target).and_then(|column| cells.get(column));
            cell.map(Cell::text).unwrap_or_default().trim().to_owned()
        };
        let name = check::check_field(Field::DepartmentName, Value::text(text(Target::DepartmentName)), &context);
        lines.push(Line {
            row,
            name: name.map(|checked| checked.value.to_string()).map_err(ProblemCode::Rule),
            number: text(Target::DepartmentNumber),
            parent: text(Target::DepartmentParentNumber),
            order: text(Target::DepartmentPosition).parse().ok(),
        });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(lines)
}

/// The names from the top down to the line's own.
fn names_of(line: &Line, lines: &[Line], by_number: &HashMap<&str, usize>) -> Result<Vec<String>, ProblemCode> {
    let mut names = vec![line.name.clone()?];
    let mut at = line;
    // 0 stands above the root, 1 is the root that WeCom gives every organisation; files often leave it out.
    while !at.parent.is_empty() && at.parent != "0" {
        match by_number.get(at.parent.as_str()) {
            Some(parent) => at = &lines[*parent],
            None if at.parent == "1" => break,
            None => return Err(ProblemCode::DepartmentParentMissing),
        }
        if names.len() == DEPTH_MAX {
            return Err(ProblemCode::DepartmentTooDeep);
        }
        names.push(at.name.clone()?);
    }
    names.reverse();
    Ok(names)
}

struct Builder {
    arena: Arena,
    rows: Vec<PlannedRow>,
    problems: Vec<StoredProblem>,
    bytes: Vec<u8>,
}

impl Builder {
    fn row(&mut self, line: &Line, path: PathId, paths: &Paths, action: Action) {
        let label = paths.text(path);
        let mut items = vec![Item::Label(&label)];
        if action == Action::Add {
            items.push(Item::Department { old: None, new: path.0 });
        }
        encode(&items, &mut self.bytes);
        let span = self.arena.add(&self.bytes);
        self.rows.push(PlannedRow { row: line.row, action, worst: None, is_excluded: false, span });
    }

    fn problem(&mut self, line: &Line, code: ProblemCode, other_row: Option<u32>) {
        let label = line.name.clone().unwrap_or_default();
        encode(&[Item::Label(&label)], &mut self.bytes);
        let span = self.arena.add(&self.bytes);
        let worst = Some(Severity::Row);
        self.rows.push(PlannedRow { row: line.row, action: Action::Nothing, worst, is_excluded: false, span });
        let value = self.arena.add(line.number.as_bytes());
        self.problems.push(StoredProblem {
            row: line.row,
            column: None,
            value_kind: ValueKind::Text,
            code,
            other_row,
            value,
            proposal: None,
        });
    }
}
