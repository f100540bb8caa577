//! A plan brought up to what a person typed or answered since: the rows that this touches are planned anew, and no others.
//! Comes to just what planning the whole file anew would come to.

use super::live::{Asked, Looking, Trace};
use super::plan::Plan;
use super::planner::{Planner, UNSURE_ROWS_MAX};
use super::roster::Roster;
use super::{PlanOptions, SheetToPlan};
use crate::read::Cell;
use crate::shape::{Subject, Target};
use crate::stage::{PathId, Skipped, StagedRow, Stager};
use std::collections::BTreeSet;
use std::ops::Range;

/// What became of a plan that was to be brought up to date.
pub enum Again {
    /// It is, and so many rows were planned anew.
    Done(Plan, usize),
    /// What was typed may touch any row, or something else was asked for, or more lies idle in the plan than is of use: the
    /// file has to be planned anew. The plan is as it was.
    Whole(Plan),
}

/// Rows that are planned by themselves: for more of them the whole file takes no longer, tells how far it is and can be
/// stopped.
const ROWS_MAX: usize = 1_000;

/// Brings a plan up to other corrections and answers of its rows. The file and the roster must be those that it was made
/// of; the plan is lost only when the roster would not answer.
pub fn plan_again<R: Roster>(
    mut plan: Plan,
    sheets: &[SheetToPlan<'_>],
    roster: &mut R,
    options: &PlanOptions,
) -> Result<Again, R::Error> {
    let Some(live) = plan.live.take() else { return Ok(Again::Whole(plan)) };
    let is_the_same = plan.subject == Subject::Members
        && live.asked == Asked::of(options)
        && plan.file_sheets().count() == sheets.len()
        && plan.file_sheets().zip(sheets).all(|(planned, sheet)| planned.is_read_as(sheet))
        // Whose order in the file decides.
        && plan.candidates.len() < UNSURE_ROWS_MAX
        // Otherwise somebody who corrects for hours would fill the memory.
        && !plan.size().is_more_than_twice(&live.made)
        && !(live.has_tags && plan.tags.is_full());
    let Some(first) = sheets.first().filter(|_| is_the_same) else {
        plan.live = Some(live);
        return Ok(Again::Whole(plan));
    };
    let answered = |row: &&u32| live.answers.get(*row) != options.answers.get(*row);
    let mut changed: BTreeSet<u32> = plan.corrections.differing(&options.corrections).collect();
    changed.extend(live.answers.keys().chain(options.answers.keys()).filter(answered));
    if changed.len() > ROWS_MAX {
        plan.live = Some(live);
        return Ok(Again::Whole(plan));
    }
    let paths = std::mem::take(&mut plan.paths);
    let stager = Stager::new(first.shape, first.mapping, options.today).knowing(&options.fields).going_on_with(paths);
    let planner = Planner::going_on(first.mapping, plan, live, roster, options);
    Replanning { planner, stager, sheets, options, changed }.run()
}

struct Replanning<'m, 's, R: Roster> {
    planner: Planner<'m, R>,
    stager: Stager<'m>,
    sheets: &'s [SheetToPlan<'m>],
    options: &'m PlanOptions,
    /// Rows that were typed over or answered otherwise.
    changed: BTreeSet<u32>,
}

/// What rows share with others, by row.
type Traces = Vec<(u32, Trace)>;

/// Which corrections and answers a row is looked at with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    After,
}

impl<R: Roster> Replanning<'_, '_, R> {
    fn run(mut self) -> Result<Again, R::Error> {
        let rows: Vec<u32> =
            self.changed.iter().copied().filter(|row| self.cells(*row, State::Before).is_some()).collect();
        let (before, skipped) = self.look(&rows, State::Before)?;
        let (after, now_skipped) = self.look(&rows, State::After)?;
        let mut touched: BTreeSet<u32> = rows.iter().copied().collect();
        for (_, trace) in before.iter().chain(&after) {
            touched.extend(trace.keys.iter().flat_map(|key| self.planner.live.seen.rows(*key)));
        }
        if touched.len() > ROWS_MAX || !self.keeps_order(&rows, &before, &after) {
            return Ok(self.leave_it());
        }
        let touched: Vec<u32> = touched.into_iter().collect();
        let taken_out = self.planner.plan.taken_out_of(&touched);
        let (traces, _) = self.look(&touched, State::Before)?;
        for (row, trace) in &traces {
            self.planner.live.discount(*row, trace);
        }
        self.planner.plan.forget_lost_zeros();
        self.planner.plan.skipped.take(skipped);
        self.planner.plan.skipped.add(now_skipped);
        self.planner.plan.corrections.clone_from(&self.options.corrections);
        self.planner.live.answers.clone_from(&self.options.answers);
        for row in &rows {
            self.planner.plan.remove_row(*row);
        }
        for (sheet, part) in self.by_sheet(&touched) {
            let mut batch = Vec::new();
            for row in &touched[part] {
                batch.extend(self.stage(sheet, *row, State::After));
            }
            self.turn_to(sheet);
            self.planner.plan_batch(&mut batch, self.stager.paths(), Planner::put)?;
        }
        let Self { mut planner, stager, changed, .. } = self;
        planner.plan.conclude(&planner.live, stager.finish().paths);
        planner.find_missing_again()?;
        planner.plan.take_out_again(&taken_out, |row| changed.contains(&row));
        Ok(Again::Done(planner.finish(), touched.len()))
    }

    /// The plan as it was, but for what was looked for on the way: that is of no use for another row.
    fn leave_it(self) -> Again {
        let Self { mut planner, stager, .. } = self;
        planner.plan.paths = stager.finish().paths;
        Again::Whole(planner.plan)
    }

    /// What these rows share with others, and which of them are no data; nothing is changed by looking.
    fn look(&mut self, rows: &[u32], state: State) -> Result<(Traces, Skipped), R::Error> {
        self.planner.looking = if state == State::Before { Looking::AtAll } else { Looking::Ahead };
        let answers = match state {
            State::Before => None,
            State::After => Some(std::mem::replace(&mut self.planner.live.answers, self.options.answers.clone())),
        };
        self.stager.take_skipped();
        let mut failed = Ok(());
        for (sheet, part) in self.by_sheet(rows) {
            let mut batch = Vec::new();
            for row in &rows[part] {
                batch.extend(self.stage(sheet, *row, state));
            }
            self.turn_to(sheet);
            failed = failed.and(self.planner.plan_batch(&mut batch, self.stager.paths(), Planner::note));
        }
        if let Some(answers) = answers {
            self.planner.live.answers = answers;
        }
        self.planner.looking = Looking::AtAll;
        failed?;
        Ok((std::mem::take(&mut self.planner.traces), self.stager.take_skipped()))
    }

    /// Whether the order in which the file names new tags, and how it spells what is made, stays as it is; otherwise rows
    /// come to be called differently that have nothing to do with those that were changed.
    fn keeps_order(&self, rows: &[u32], before: &[(u32, Trace)], after: &[(u32, Trace)]) -> bool {
        let none = Trace::default();
        let of = |traces: &'_ [(u32, Trace)], row: u32| {
            traces.iter().find(|(of, _)| *of == row).map(|(_, trace)| trace.clone())
        };
        rows.iter().all(|row| {
            let (before, after) = (of(before, *row), of(after, *row));
            let (before, after) = (before.as_ref().unwrap_or(&none), after.as_ref().unwrap_or(&none));
            let is_led = |number: &u32| {
                let tag = &self.planner.plan.tags.all()[*number as usize];
                let first = self.planner.live.tags.first(*number, |other| !self.changed.contains(&other));
                tag.id.is_some() || first.is_some_and(|first| first < *row)
            };
            let keeps_tags = before.tag_names == after.tag_names || before.tags.iter().chain(&after.tags).all(is_led);
            let keeps_paths = before.paths == after.paths && !self.changes_departments(*row)
                || before
                    .paths
                    .iter()
                    .chain(&after.paths)
                    .all(|path| !self.stager.paths().is_spelt_otherwise(PathId(*path)));
            keeps_tags && keeps_paths
        })
    }

    /// Whether a cell that names departments reads differently.
    fn changes_departments(&self, row: u32) -> bool {
        let Some(sheet) = self.sheet_of(row) else { return false };
        let names = |target: &Target| {
            matches!(
                target,
                Target::DepartmentPath
                    | Target::DepartmentPart(_)
                    | Target::DepartmentIfNone
                    | Target::LeavesDepartments
                    | Target::FurtherDepartments
                    | Target::IsLeader
                    | Target::Leads
                    | Target::DeputyOf
            )
        };
        let (before, after) = (self.cells(row, State::Before), self.cells(row, State::After));
        let cell = |cells: &Option<Vec<Cell<'_>>>, column: usize| {
            cells.as_ref().and_then(|cells| cells.get(column)).map(|cell| cell.text().into_owned()).unwrap_or_default()
        };
        let columns = &self.sheets[sheet].mapping.columns;
        let mut places = columns.iter().enumerate().filter(|(_, target)| names(target));
        places.any(|(column, _)| cell(&before, column) != cell(&after, column))
    }

    fn sheet_of(&self, row: u32) -> Option<usize> {
        self.planner.plan.sheets[..self.sheets.len()].partition_point(|sheet| sheet.base < row).checked_sub(1)
    }

    /// Rows in order, parted by their sheets.
    fn by_sheet(&self, rows: &[u32]) -> Vec<(usize, Range<usize>)> {
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let Some(sheet) = self.sheet_of(*row) else { continue };
            match parts.last_mut() {
                Some((last, part)) if *last == sheet => part.end = place + 1,
                _ => parts.push((sheet, place..place + 1)),
            }
        }
        parts
    }

    fn turn_to(&mut self, sheet: usize) {
        self.planner.turn_to_sheet(self.sheets[sheet].mapping);
    }

    /// The row's cells with what was typed over them; `None` where the file has no such row.
    fn cells(&self, row: u32, state: State) -> Option<Vec<Cell<'_>>> {
        let plan = &self.planner.plan;
        let corrections = if state == State::Before { &plan.corrections } else { &self.options.corrections };
        let cells = plan.kept.get(row)?;
        let width = self.sheets[self.sheet_of(row)?].mapping.columns.len();
        Some(corrections.on(row, &cells, width).iter().cloned().map(Cell::into_owned).collect())
    }

    fn stage(&mut self, sheet: usize, row: u32, state: State) -> Option<StagedRow> {
        let cells = self.cells(row, state)?.into_iter().map(Cell::into_owned).collect::<Vec<Cell<'static>>>();
        let base = self.planner.plan.sheets[sheet].base;
        let SheetToPlan { shape, mapping, department, .. } = self.sheets[sheet];
        self.stager.begin_sheet(base, shape, mapping, department);
        self.stager.stage_again(row - base, &cells)
    }
}
