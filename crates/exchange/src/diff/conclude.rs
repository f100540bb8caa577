//! The end of planning: what can only be said of all rows together.

use super::arena::{Borrowed, Item, encode};
use super::live::Live;
use super::mirror::{Mirror, MirrorScope, Missing};
use super::places::{Place, Use};
use super::plan::{Action, Plan, PlannedRow, PlannedSheet, StoredProblem};
use super::planner::Planner;
use super::roster::Roster;
use crate::shape::{Mapping, Target};
use crate::stage::{PathId, Paths, ProblemCode, ZerosLost};
use mingce_model::{Field, RecordId};
use std::collections::HashSet;

impl Live {
    /// Departments that the file names, in its order.
    fn named_paths(&self) -> Vec<PathId> {
        self.paths.in_order().into_iter().map(PathId).collect()
    }
}

impl Plan {
    /// Says which departments and tags would be made, and whose numbers lost zeros.
    pub(super) fn conclude(&mut self, live: &Live, paths: Paths) {
        let used = |path: PathId| if live.paths.is_needed(path.0) { Use::Needed } else { Use::Named };
        let named = live.named_paths().into_iter().map(|path| (path, used(path)));
        self.places.settle(named, &paths);
        self.paths = paths;
        self.tags.need_those(|number| live.tags.is_needed(number));
        self.point_out_lost_zeros(live.zeros.lost());
    }

    /// Offers the zeros back for rows whose card number would come into the roster without them.
    fn point_out_lost_zeros(&mut self, lost: Option<(u8, Vec<ZerosLost>)>) {
        let Some((digits, rows)) = lost else { return };
        let mut is_offered = false;
        for lost in rows {
            let Some(index) = self.index_of(lost.row) else { continue };
            let number = self.items(&self.rows[index]).find_map(|item| match item {
                Item::Field { field: Field::MemberCardNumber, new: Borrowed::Text(number), .. } => {
                    Some(number.to_owned())
                }
                _ => None,
            });
            // A member who has just this number on the roster has lost nothing.
            let Some(number) = number else { continue };
            let proposal = format!("{number:0>width$}", width = usize::from(digits));
            let column = self.locate(lost.row).0.mapping.column_of(Target::Field(Field::MemberCardNumber));
            self.problems.push(StoredProblem {
                row: lost.row,
                column: column.and_then(|column| u16::try_from(column).ok()),
                value_kind: lost.value_kind,
                code: ProblemCode::LeadingZerosLost,
                other_row: None,
                value: self.arena.add(number.as_bytes()),
                proposal: Some(self.arena.add(proposal.as_bytes())),
            });
            let severity = ProblemCode::LeadingZerosLost.severity();
            self.rows[index].worst = self.rows[index].worst.max(Some(severity));
            is_offered = true;
        }
        if is_offered {
            self.card_number_digits = Some(digits);
            self.problems.sort_by_key(|problem| problem.row);
        }
    }

    /// Takes back what was said of lost zeros.
    pub(super) fn forget_lost_zeros(&mut self) {
        if self.card_number_digits.take().is_none() {
            return;
        }
        let code = ProblemCode::LeadingZerosLost;
        let rows: Vec<u32> = self.problems.iter().filter(|problem| problem.code == code).map(|it| it.row).collect();
        self.problems.retain(|problem| problem.code != code);
        for row in rows {
            let worst = self.stored_problems(row).iter().map(|problem| problem.code.severity()).max();
            if let Some(index) = self.index_of(row) {
                self.rows[index].worst = worst;
            }
        }
    }

    /// Rows for those who are missing, numbered behind the sheets' rows; in place of such rows that were there.
    fn list_missing(&mut self, missing: Vec<Missing>) {
        let from = self.rows.partition_point(|row| row.row <= self.rows_end);
        if from < self.rows.len() {
            self.rows.truncate(from);
            self.sheets.pop();
        }
        let base = self.rows_end;
        if missing.is_empty() {
            return;
        }
        let mapping = Mapping::ignoring(0);
        let (name, headings) = (String::new(), Vec::new());
        self.sheets.push(PlannedSheet { base, name, header_row: 0, headings, mapping, department: None });
        let mut bytes = Vec::new();
        for (key, member) in (base.saturating_add(1)..).zip(missing) {
            let (old, new) = (Borrowed::Text(&member.status), Borrowed::Text("left"));
            encode(&[Item::Label(&member.name), Item::Field { field: Field::MemberStatus, old, new }], &mut bytes);
            let span = self.arena.add(&bytes);
            let (action, is_excluded) = (Action::Leave(member.id), self.staying.contains(&member.id));
            self.rows.push(PlannedRow { row: key, action, worst: None, is_excluded, span });
        }
    }

    fn missing(&self) -> impl Iterator<Item = Missing> {
        let from = self.rows.partition_point(|row| row.row <= self.rows_end);
        self.rows[from..].iter().filter_map(|row| {
            let Action::Leave(id) = row.action else { return None };
            let mut missing = Missing { id, name: String::new(), status: String::new() };
            for item in self.items(row) {
                match item {
                    Item::Label(name) => missing.name = name.to_owned(),
                    Item::Field { old: Borrowed::Text(status), .. } => missing.status = status.to_owned(),
                    _ => {}
                }
            }
            Some(missing)
        })
    }
}

/// Whether somebody of the roster can be told to be missing without asking for everybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    Yes,
    No,
}

/// More people of one name than a roster may name.
const NAMESAKES_MAX: usize = 250;

impl<R: Roster> Planner<'_, R> {
    /// Finds everybody who is not in the file; after [`Plan::conclude`].
    pub(super) fn find_missing(&mut self) -> Result<(), R::Error> {
        let Some(mirror) = &mut self.live.mirror else { return Ok(()) };
        mirror.named = named_departments(&self.plan, mirror.scope);
        mirror.forget_changes();
        let (mut missing, of) = mirror.missing(self.roster)?;
        missing.sort_by_key(|member| member.id);
        self.plan.mirrored = Some(of);
        self.plan.list_missing(missing);
        Ok(())
    }

    /// Finds who is missing once some rows are about somebody else; after [`Plan::conclude`].
    pub(super) fn find_missing_again(&mut self) -> Result<(), R::Error> {
        let Some(mirror) = &mut self.live.mirror else { return Ok(()) };
        if mirror.named != named_departments(&self.plan, mirror.scope) || self.find_changed()? == Told::No {
            return self.find_missing();
        }
        Ok(())
    }

    fn find_changed(&mut self) -> Result<Told, R::Error> {
        let Some(mirror) = &mut self.live.mirror else { return Ok(Told::Yes) };
        let (members, names) = mirror.take_changes();
        if members.is_empty() && names.is_empty() {
            return Ok(Told::Yes);
        }
        let mirror: &Mirror = mirror;
        let ids = members.iter().map(|id| super::MemberKey::Id(*id));
        let keys: Vec<_> = ids.chain(names.iter().map(|name| super::MemberKey::Name(name))).collect();
        let found = self.roster.find_members(&keys)?;
        if found.iter().any(|found| found.len() >= NAMESAKES_MAX) {
            return Ok(Told::No);
        }
        let asked: Vec<_> = found.into_iter().flatten().collect();
        let is_asked = |id: RecordId| asked.iter().any(|member| member.id == id);
        let mut missing: Vec<Missing> = self.plan.missing().filter(|member| !is_asked(member.id)).collect();
        missing.extend(asked.iter().filter_map(|member| mirror.misses(member)));
        missing.sort_by_key(|member| member.id);
        missing.dedup_by_key(|member| member.id);
        self.plan.list_missing(missing);
        Ok(Told::Yes)
    }
}

/// Departments whose members are looked for in the file.
fn named_departments(plan: &Plan, scope: MirrorScope) -> HashSet<RecordId> {
    let is_here = |path: &PathId| match plan.places.at(*path) {
        Some(Place::Known(id) | Place::Archived(Some(id))) => Some(id),
        _ => None,
    };
    match scope {
        MirrorScope::WholeRoster => HashSet::new(),
        MirrorScope::NamedDepartments => plan.places.paths().filter_map(|path| is_here(&path)).collect(),
    }
}

impl Plan {
    pub(super) fn stored_problems(&self, row: u32) -> &[StoredProblem] {
        let start = self.problems.partition_point(|problem| problem.row < row);
        let end = self.problems.partition_point(|problem| problem.row <= row);
        &self.problems[start..end]
    }

    /// Takes a row out of the plan, and answers where it and its problems stood, or would stand.
    pub(super) fn remove_row(&mut self, row: u32) -> (usize, usize) {
        let start = self.problems.partition_point(|problem| problem.row < row);
        let end = self.problems.partition_point(|problem| problem.row <= row);
        self.problems.drain(start..end);
        self.candidates.remove(&row);
        let at = self.rows.partition_point(|planned| planned.row < row);
        if self.rows.get(at).is_some_and(|planned| planned.row == row) {
            self.rows.remove(at);
        }
        (at, start)
    }
}
