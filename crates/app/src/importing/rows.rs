//! The rows of a dry run as a grid shows them: found, walked through, taken out and back in.

use super::{Shown, Work, columns, find};
use crate::failure::Outcome;
use crate::lock;
use crate::masking;
use crate::session::Session;
use mingce_exchange::diff::{self, Direction, Exclusion, Part, Plan, RowsWanted, Stop, Verdict};
use mingce_exchange::shape::Target;
use mingce_ipc::import::{FindPlanned, PlanStop, PlannedAt, PlannedKind, TakeOut, TakenNow, TakenOut, WalkPlan};
use mingce_ipc::{Code, Failure};
use mingce_model::mask::is_masked;
use mingce_model::needle;
use std::collections::VecDeque;

/// What rows are chosen by: their kind, what they change, and what stands in them.
#[derive(Clone, PartialEq, Default)]
pub(super) struct Chosen {
    pub(super) kind: Option<PlannedKind>,
    pub(super) what: Option<String>,
    pub(super) text: Option<String>,
}

pub(super) fn verdict(kind: PlannedKind) -> Verdict {
    match kind {
        PlannedKind::Add => Verdict::Add,
        PlannedKind::Change => Verdict::Change,
        PlannedKind::Unchanged => Verdict::Unchanged,
        PlannedKind::Unsure => Verdict::Unsure,
        PlannedKind::Leave => Verdict::Leave,
        PlannedKind::Problem => Verdict::Problem,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Work {
    /// The plan and the places of the rows that are chosen; found once, however many pages of them are asked for.
    pub(super) fn chosen(&mut self, session: &Session, by: Chosen) -> Outcome<(&mut Plan, &[u32])> {
        let closed = self.closed(session)?;
        let (kind, what) = (by.kind, by.what.as_deref());
        let plan = self.plan.as_mut().ok_or(Code::ImportGone)?;
        if what.is_some() && kind != Some(PlannedKind::Change) {
            return Err(Failure::from(Code::Malformed).with("what", "kind"));
        }
        if self.shown.as_ref().is_none_or(|shown| shown.by != by) {
            let changing = what.map(|what| columns::called(plan, what)).unwrap_or_default();
            // What nobody changes any more is changed by no row.
            let is_gone = what.is_some() && changing.is_empty();
            let text = by.text.as_deref().unwrap_or_default();
            let words = text.split_whitespace().map(needle).filter(|word| !word.is_empty()).collect();
            let wanted = RowsWanted { verdict: kind.map(verdict), changing, words, closed };
            let places = if is_gone { Vec::new() } else { plan.find_rows(&wanted) };
            self.shown = Some(Shown { by, places });
        }
        let places = self.shown.as_ref().map_or(&[][..], |shown| &shown.places);
        Ok((plan, places))
    }

    /// The columns that the plan takes, by their places in the file.
    pub(super) fn taken_columns(&self) -> Vec<(usize, Target)> {
        let columns = self.mapping.iter().flat_map(|mapping| mapping.columns.iter().copied().enumerate());
        columns.filter(|(_, target)| *target != Target::Ignore).collect()
    }

    /// Columns whose values the person may not see whole, and so may not read out word by word.
    fn closed(&self, session: &Session) -> Outcome<Vec<Target>> {
        if masking::may_reveal_now(session) {
            return Ok(Vec::new());
        }
        let mut customs = columns::fields(session)?;
        customs.extend(self.fresh.iter().map(|(_, field)| field.clone()));
        let is_closed = |target: &Target| match target {
            Target::Field(field) => is_masked(*field),
            Target::GuardianPhone(_) => true,
            Target::Custom(id) => customs.iter().any(|field| field.id == *id && field.is_masked()),
            _ => false,
        };
        Ok(self.targets().into_iter().filter(is_closed).collect())
    }

    /// Refuses places of another plan than the one that there is.
    fn check_round(&self, round: Option<u32>) -> Outcome<()> {
        if round.is_some_and(|round| round != self.round) { Err(Code::PlanChanged.into()) } else { Ok(()) }
    }

    fn targets(&self) -> Vec<Target> {
        self.taken_columns().into_iter().map(|(_, target)| target).collect()
    }
}

/// The next thing that somebody has to look at.
pub(crate) fn walk(session: &Session, asked: &WalkPlan) -> Outcome<PlanStop> {
    let import = find(session, &asked.import)?;
    let mut work = lock(&import.work);
    work.check_round(asked.round)?;
    let targets = work.targets();
    let by = Chosen { kind: asked.kind, what: asked.what.clone(), text: asked.text.clone() };
    let (plan, places) = work.chosen(session, by)?;
    let from = Stop { row: asked.row as usize, column: asked.column.map(|column| column as usize) };
    let direction = if asked.is_backwards { Direction::Previous } else { Direction::Next };
    let found = plan.next_stop(places, &targets, from, direction);
    Ok(found
        .map_or_else(PlanStop::default, |stop| PlanStop { row: Some(count(stop.row)), column: stop.column.map(count) }))
}

/// Where a row is among those that are shown.
pub(crate) fn find_planned(session: &Session, asked: &FindPlanned) -> Outcome<PlannedAt> {
    let import = find(session, &asked.import)?;
    let mut work = lock(&import.work);
    work.check_round(asked.round)?;
    let by = Chosen { kind: asked.kind, what: asked.what.clone(), text: asked.text.clone() };
    let (plan, places) = work.chosen(session, by)?;
    let found = plan.place_of(asked.key).map_or(Err(0), |place| places.binary_search(&place));
    let above = found.unwrap_or_else(|above| above);
    Ok(PlannedAt { row: found.ok().map(count), above: count(above) })
}

/// Takes rows, or part of what they would do, out of the import or back in.
pub(crate) fn take_out(session: &Session, wanted: &TakeOut) -> Outcome<TakenNow> {
    let import = find(session, &wanted.import)?;
    let mut work = lock(&import.work);
    let exclusion = if wanted.is_out { Exclusion::Excluded } else { Exclusion::Included };
    let changed = match wanted.change {
        Some(number) => {
            let work = &mut *work;
            let plan = work.plan.as_mut().ok_or(Code::ImportGone)?;
            // What is so long ago that it is forgotten changes nothing.
            work.changes.get(number).map(|change| plan.take(change, exclusion)).unwrap_or_default()
        }
        None => take_out_rows(session, &mut work, wanted, exclusion)?,
    };
    let change = match wanted.change {
        _ if changed.is_empty() => None,
        Some(number) => Some(number),
        None => Some(work.changes.add(changed)),
    };
    let plan = work.plan.as_ref().ok_or(Code::ImportGone)?;
    let confirms_leaving = plan.leaving().unwrap_or_default().must_be_confirmed();
    Ok(TakenNow { round: work.round, taken_out: taken_out(plan), confirms_leaving, change })
}

/// Answers what was otherwise before.
fn take_out_rows(
    session: &Session,
    work: &mut Work,
    wanted: &TakeOut,
    exclusion: Exclusion,
) -> Outcome<diff::TakenOut> {
    work.check_round(wanted.round)?;
    let targets = work.targets();
    let by = Chosen { kind: wanted.kind, what: wanted.what.clone(), text: wanted.text.clone() };
    let (plan, places) = work.chosen(session, by)?;
    let mut keys = wanted.keys.clone();
    for span in &wanted.spans {
        let last = (span.last as usize).saturating_add(1).min(places.len());
        let shown = places.get(span.first as usize..last).unwrap_or_default();
        keys.extend(shown.iter().filter_map(|place| plan.key_at(*place)));
    }
    let of = |column: &u32| targets.get(*column as usize).copied();
    let columns: Vec<Target> = wanted.columns.iter().flatten().filter_map(of).collect();
    let part = match (&wanted.columns, &wanted.items) {
        (Some(_), Some(_)) => return Err(Failure::from(Code::Malformed).with("columns", "items")),
        (Some(_), None) => Part::Columns(&columns),
        (None, Some(items)) => Part::Items(items),
        (None, None) => Part::Rows,
    };
    Ok(plan.take_out(&keys, part, exclusion))
}

/// What was taken out of the plan and back in, by numbers, so that it can be undone: the latest of it.
#[derive(Default)]
pub(super) struct Changes {
    next: u32,
    kept: VecDeque<(u32, diff::TakenOut)>,
}

/// Rows and single changes that are remembered together; one step can be all rows of a file.
const CHANGES_KEPT: usize = 2_000_000;

impl Changes {
    fn add(&mut self, change: diff::TakenOut) -> u32 {
        self.next += 1;
        self.kept.push_back((self.next, change));
        while self.kept.len() > 1 && self.kept.iter().map(|(_, change)| change.len()).sum::<usize>() > CHANGES_KEPT {
            self.kept.pop_front();
        }
        self.next
    }

    /// Rows have other keys now.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
    }

    fn get(&self, number: u32) -> Option<&diff::TakenOut> {
        self.kept.iter().find(|(of, _)| *of == number).map(|(_, change)| change)
    }
}

pub(super) fn taken_out(plan: &Plan) -> TakenOut {
    let of = |verdict| count(plan.count_taken_out(verdict));
    TakenOut {
        add: of(Verdict::Add),
        change: of(Verdict::Change),
        leave: of(Verdict::Leave),
        problem: of(Verdict::Problem),
    }
}
