//! The dry run: staged rows against the roster as it is, giving a [`Plan`] that shows what would be added, changed and
//! left alone. Reads the roster through [`Roster`], never changes it, and holds one batch of members at a time.

mod again;
mod arena;
mod changed;
mod compare;
mod conclude;
mod corrections;
mod department_file;
mod edits;
mod exclusion;
mod extras;
mod guardians;
mod kept;
mod live;
mod matching;
mod mirror;
mod places;
mod plan;
mod planner;
mod renaming;
mod roster;
mod rows;
mod shared_keys;
mod tags;
mod unique;
mod uses;
mod view;

pub use again::{Again, plan_again};
pub use corrections::Corrections;
pub use edits::{ApplyChoices, NewDepartments, NewTags, edits};
pub use exclusion::{Exclusion, Part, TakenOut};
pub use mirror::{Answer, Candidate, Leaving, MirrorScope};
pub use plan::{Counts, FaultyCells, FoundDepartment, Plan, RowsTaken, Verdict};
pub use roster::{EmptyRoster, GuardianKey, KnownExtras, KnownGuardian, KnownPlace, KnownTag, MemberKey, Roster};
pub use rows::{Direction, RowsWanted, Stop};
pub use view::{DiffOf, FieldDiff, PlannedRowView, ProblemView};

use crate::oneroster::{Extent, SOURCED_ID_FIELD};
use crate::read::Workbook;
use crate::shape::{Mapping, Origin, Shape, Subject};
use crate::stage::{StageEnd, Stager};
use crate::{ExchangeError, Run};
use jiff::civil::Date;
use live::Source;
use mingce_model::RecordId;
use mingce_model::custom::CustomField;
use places::Begin;
use planner::Planner;
use std::collections::HashMap;
use std::ops::ControlFlow;
use thiserror::Error;

/// What an import has to know beside the file and the roster.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    pub today: Date,
    /// Left out at the top of department paths, where other systems write it.
    pub organisation_name: Option<String>,
    /// A word of `OrganisationKind`; decides what kinds of departments are made.
    pub organisation_kind: String,
    /// New departments come below this one, and what lies there is meant first; at the top without it.
    pub under: Option<RecordId>,
    /// Whoever is on the roster and not in the file leaves, within this scope.
    pub mirror: Option<MirrorScope>,
    /// What the user said of rows that could be about several people, by their keys in an earlier plan of this file.
    pub answers: HashMap<u32, Answer>,
    /// What the user typed over cells.
    pub corrections: Corrections,
    /// Fields that the organisation defined, those that come with this import among them.
    pub fields: Vec<CustomField>,
}

/// Why there is no plan: the file, or the roster would not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PlanError<E> {
    #[error("the file: {0}")]
    File(ExchangeError),
    #[error("the roster could not be asked")]
    Roster(E),
}

impl<E> From<ExchangeError> for PlanError<E> {
    fn from(error: ExchangeError) -> Self {
        Self::File(error)
    }
}

/// Rows that are matched together: enough to ask the roster for many at once, and few enough that what they hold stays in
/// the processor's cache and is used again by the next.
const BATCH_ROWS: usize = 64;

/// Makes the plan for one sheet. Nothing is changed by it.
pub fn plan_import<R: Roster>(
    workbook: &mut Workbook,
    sheet: &str,
    shape: &Shape,
    mapping: &Mapping,
    roster: &mut R,
    options: &PlanOptions,
    run: &mut Run<'_>,
) -> Result<Plan, PlanError<R::Error>> {
    let sheet = SheetToPlan { name: sheet, shape, mapping, department: None };
    plan_sheets(workbook, &[sheet], roster, options, run)
}

/// One of several sheets that are imported together.
#[derive(Clone, Copy, Debug)]
pub struct SheetToPlan<'s> {
    pub name: &'s str,
    pub shape: &'s Shape,
    pub mapping: &'s Mapping,
    /// The sheet's name, where each class has a sheet of its own: it becomes the last step of the members' department.
    pub department: Option<&'s str>,
}

/// Makes one plan for several sheets of members, or for one of departments. Nothing is changed by it.
pub fn plan_sheets<R: Roster>(
    workbook: &mut Workbook,
    sheets: &[SheetToPlan<'_>],
    roster: &mut R,
    options: &PlanOptions,
    run: &mut Run<'_>,
) -> Result<Plan, PlanError<R::Error>> {
    let Some(first) = sheets.first() else { return Err(ExchangeError::NoSheets.into()) };
    for sheet in sheets {
        sheet.mapping.check()?;
    }
    if first.mapping.subject == Subject::Departments {
        // Departments have numbers of their own file; several files of them make no sense together.
        return department_file::plan(workbook, first.name, first.shape, first.mapping, roster, options, run);
    }
    let mut stager = Stager::new(first.shape, first.mapping, options.today).knowing(&options.fields);
    // What a system writes is whole: there `3班` is one at the top.
    let begin = if workbook.extent().is_some() || first.shape.origin != Origin::Unknown {
        Begin::AtTop
    } else {
        Begin::Anywhere
    };
    let mut planner =
        Planner::new(first.mapping, begin, workbook.renamed(), roster, options).map_err(PlanError::Roster)?;
    planner.live.source = workbook.extent().map(|extent| Source {
        is_delta: extent == Extent::Delta,
        field: options.fields.iter().find(|field| field.name == SOURCED_ID_FIELD).map(|field| field.id),
    });
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    let mut base = 0_u32;
    for sheet in sheets {
        stager.begin_sheet(base, sheet.shape, sheet.mapping, sheet.department);
        let rows_expected = workbook.estimate_rows(sheet.name)?.unwrap_or(0);
        planner.begin_sheet(base, sheet, rows_expected).map_err(PlanError::Roster)?;
        let mut refused = None;
        let mut last_row = 0;
        let read = workbook.read_rows(sheet.name, run, &mut |row, cells| {
            last_row = row;
            if stager.is_below_headings(row) {
                planner.plan.kept.add(base.saturating_add(row), cells);
            }
            let cells = options.corrections.on(base.saturating_add(row), cells, sheet.mapping.columns.len());
            batch.extend(stager.stage(row, &cells));
            if batch.len() == BATCH_ROWS
                && let Err(error) = planner.add(&mut batch, stager.paths())
            {
                refused = Some(error);
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        });
        if let Some(error) = refused {
            return Err(PlanError::Roster(error));
        }
        read?;
        planner.add(&mut batch, stager.paths()).map_err(PlanError::Roster)?;
        base = base.checked_add(last_row).ok_or(ExchangeError::TooManyRows { limit: u32::MAX })?;
    }
    // What only tells of changes says nothing about those it does not name.
    if workbook.extent() == Some(Extent::Delta) {
        planner.live.mirror = None;
    }
    let StageEnd { paths, skipped } = stager.finish();
    planner.plan.skipped = skipped;
    planner.plan.rows_end = base;
    planner.plan.conclude(&planner.live, paths);
    planner.plan.list_renames();
    planner.find_missing().map_err(PlanError::Roster)?;
    planner.live.made = planner.plan.size();
    Ok(planner.finish())
}
