//! Every cell of a view that needs a person: counted off the UI's thread, listed by pages.
//!
//! Kept is one byte a member: how many such cells they have, or that nobody has looked yet. So a filter is counted
//! without reading anybody again, and after an edit only those it changed are read.

use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::rules::{Rules, Wrong};
use crate::session::Session;
use crate::{lock, masking, views};
use mingce_ipc::problem::{
    LookForProblems, ProblemCell, ProblemCount, ProblemOfCell, ProblemPage, ProblemPageRequest, RowOfView,
};
use mingce_ipc::roster::Column;
use mingce_model::custom::CustomField;
use mingce_model::{Field, RecordId};
use mingce_store::{Customs, MemberRow, Moment, View};
use std::sync::Mutex;

/// Members read between two words about how far it is.
const CHUNK: usize = 8_000;
/// Cells of one page at the most.
const PAGE_MAX: u32 = 500;
/// Nobody has looked at the member yet.
const UNSEEN: u8 = u8::MAX;

/// What is known of everybody.
#[derive(Default)]
pub(crate) struct Known {
    /// One looks at a time: two would write down what they saw at different moments.
    looking: Mutex<()>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Cells that need a person, by the member's row number.
    cells: Vec<u8>,
    /// Everything that happened up to here is in it.
    as_of: Option<Moment>,
    /// What is right on one day may be wrong on the next.
    day: Option<jiff::civil::Date>,
}

impl Seen {
    fn of(&self, row: u32) -> u8 {
        self.cells.get(row as usize).copied().unwrap_or(UNSEEN)
    }
    fn known(&self, row: u32) -> u32 {
        match self.of(row) {
            UNSEEN => 0,
            cells => u32::from(cells),
        }
    }
    fn put(&mut self, row: u32, cells: u8) {
        let place = row as usize;
        if self.cells.len() <= place {
            self.cells.resize(place + 1, UNSEEN);
        }
        self.cells[place] = cells;
    }

    /// Forgets those whose rules may have another answer now.
    fn catch_up(&mut self, session: &Session) -> Outcome<()> {
        let day = Some(session.host.today());
        let since = self.as_of.filter(|_| self.day == day);
        let changes = told(session.store.changes_since(since))?;
        match changes.rows {
            Some(rows) => rows.into_iter().for_each(|row| self.put(row, UNSEEN)),
            None => self.cells.clear(),
        }
        (self.as_of, self.day) = (changes.as_of, day);
        Ok(())
    }

    fn count(&self, view: &View) -> ProblemCount {
        let mut count = ProblemCount::default();
        for cells in view.rows().iter().map(|row| self.known(*row)).filter(|cells| *cells > 0) {
            count.cells = count.cells.saturating_add(cells);
            count.members += 1;
        }
        count
    }
}

pub(crate) fn look(session: &Session, wanted: &LookForProblems) -> Outcome<ProblemCount> {
    let view = views::find(session, &wanted.view)?;
    let known = &session.problems;
    let _looking = lock(&known.looking);
    let unseen: Vec<u32> = {
        let mut seen = lock(&known.seen);
        seen.catch_up(session)?;
        view.rows().iter().copied().filter(|row| seen.of(*row) == UNSEEN).collect()
    };
    let customs = told(session.store.custom_fields())?;
    let fields: Vec<RecordId> = customs.iter().filter(|field| !field.is_archived).map(|field| field.id).collect();
    let rules = Rules::of(session, &customs);
    let job = Job::begin(session, wanted.job.as_deref(), unseen.len());
    let mut done = 0;
    for rows in unseen.chunks(CHUNK) {
        job.go_on(done)?;
        done = done.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let members = told(session.store.glance(rows, &fields))?;
        let counts = members
            .iter()
            .map(|glance| glance.as_ref().map_or(0, |glance| count_cells(&rules.wrong_with(glance.into()))));
        let counts: Vec<u8> = counts.collect();
        let mut seen = lock(&known.seen);
        rows.iter().zip(counts).for_each(|(row, cells)| seen.put(*row, cells));
    }
    Ok(lock(&known.seen).count(&view))
}

/// Different cells among what is wrong, as far as a byte counts.
fn count_cells(wrong: &[Wrong]) -> u8 {
    let is_first = |(place, one): &(usize, &Wrong)| !wrong[..*place].iter().any(|before| before.column == one.column);
    u8::try_from(wrong.iter().enumerate().filter(is_first).count()).map_or(UNSEEN - 1, |count| count.min(UNSEEN - 1))
}

pub(crate) fn above(session: &Session, wanted: &RowOfView) -> Outcome<u32> {
    let view = views::find(session, &wanted.view)?;
    let seen = lock(&session.problems.seen);
    Ok(view.rows().iter().take(wanted.row as usize).map(|row| seen.known(*row)).fold(0, u32::saturating_add))
}

pub(crate) fn page(session: &Session, wanted: &ProblemPageRequest) -> Outcome<ProblemPage> {
    let view = views::find(session, &wanted.view)?;
    let (start, count) = (wanted.start, wanted.count.min(PAGE_MAX));
    let (total, places, mut skipped) = {
        let seen = lock(&session.problems.seen);
        let (mut before, mut places, mut skipped) = (0u32, Vec::new(), 0);
        let end = start.saturating_add(count);
        for (place, row) in view.rows().iter().enumerate() {
            let cells = seen.known(*row);
            let after = before.saturating_add(cells);
            if cells > 0 && after > start && before < end {
                if places.is_empty() {
                    skipped = start.saturating_sub(before) as usize;
                }
                places.push(place);
            }
            before = after;
        }
        (before, places, skipped)
    };
    let customs = told(session.store.custom_fields())?;
    let rules = Rules::of(session, &customs);
    let mut cells = Vec::new();
    for place in places {
        let member = told(session.store.page_with(&view, place, 1, Customs::All))?.pop().flatten();
        if let Some(member) = member {
            let of_member = cells_of(session, &member, place, &rules, &customs, &wanted.columns);
            cells.extend(of_member.into_iter().skip(skipped));
        }
        skipped = 0;
    }
    cells.truncate(count as usize);
    Ok(ProblemPage { total, cells })
}

fn cells_of(
    session: &Session,
    member: &MemberRow,
    place: usize,
    rules: &Rules<'_>,
    customs: &[CustomField],
    order: &[Column],
) -> Vec<ProblemCell> {
    let now_ms = session.host.now_ms();
    let mut cells: Vec<ProblemCell> = Vec::new();
    for wrong in rules.wrong_with(member.into()) {
        let problem = ProblemOfCell { code: wrong.code.to_owned(), is_warning: wrong.is_warning };
        if let Some(cell) = cells.iter_mut().find(|cell| cell.column == wrong.column) {
            cell.problems.push(problem);
            continue;
        }
        let text = views::cell(member, wrong.column, now_ms);
        cells.push(ProblemCell {
            row: u32::try_from(place).unwrap_or(u32::MAX),
            member: member.member.id.to_string(),
            name: member.member.get(Field::MemberName).to_string(),
            column: wrong.column,
            text: masking::cell(session, customs, member.member.id, wrong.column, text),
            problems: vec![problem],
        });
    }
    for cell in &mut cells {
        cell.problems.sort_by_key(|problem| problem.is_warning);
    }
    cells.sort_by_key(|cell| order.iter().position(|column| *column == cell.column).unwrap_or(usize::MAX));
    cells
}
