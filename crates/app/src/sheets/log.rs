//! The log of sheets, and the marks of what came out well: only what a person confirms counts as printed.

use super::layouts;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::invitations::state;
use crate::jobs::Job;
use crate::rewrite::streamed;
use crate::session::{Session, version};
use mingce_ipc::sheets::{CameOut, CheckRun, RunChecked, RunLabelRow, RunLabels, RunLabelsAsked, RunRow, RunsAsked};
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::{Checked, Label, RunLabelRow as Kept};
use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

const MOST_RUNS: u32 = 500;
const MOST_LABELS: u32 = 5_000;
/// Labels read at a time.
const PART: usize = 1_000;

pub(crate) fn runs(session: &Session, asked: &RunsAsked) -> Outcome<Vec<RunRow>> {
    let names = layouts::layouts(session)?;
    let (before, most) = (asked.before.map(u64::from), asked.count.min(MOST_RUNS) as usize);
    let kept = told(match asked.is_only_unchecked {
        Some(true) => session.store.unchecked_runs(before, most),
        _ => session.store.runs(before, most),
    })?;
    let row = |run: mingce_store::RunRow| {
        let layout = names.iter().find(|layout| layout.id == run.layout);
        RunRow {
            number: u32::try_from(run.number).unwrap_or(u32::MAX),
            way: run.way.word().to_owned(),
            actor: run.actor,
            at: run.at_ms,
            layout_zh: layout.map_or_else(|| run.layout.clone(), |layout| layout.name_zh.clone()),
            layout_en: layout.map_or_else(|| run.layout.clone(), |layout| layout.name_en.clone()),
            layout: run.layout,
            pages: run.pages,
            people: run.people,
            reason: run.reason,
            checked_at: run.checked_at_ms,
            printed: run.printed,
            is_paper: run.way.is_paper(),
            is_undone: run.is_undone,
        }
    };
    Ok(kept.into_iter().map(row).collect())
}

fn find(session: &Session, number: u32) -> Outcome<mingce_store::RunRow> {
    told(session.store.run(u64::from(number)))?.ok_or_else(|| Failure::from(Code::NotFound).with("field", "run"))
}

fn describe(session: &Session, kept: &Kept, now_ms: i64) -> Outcome<RunLabelRow> {
    let label = kept.label;
    let member = told(session.store.get(Kind::Member, label.member))?;
    let text = |field: Field| member.as_ref().map_or_else(String::new, |member| member.get(field).to_string());
    let department = match member.as_ref().and_then(|member| member.reference(Field::MemberDepartment)) {
        Some(id) => told(session.store.department_tree())?.get(id).map(|node| node.path.to_string()),
        None => None,
    };
    let invitation = told(session.store.get(Kind::Invitation, label.invitation))?;
    let state = invitation.map(|invitation| state(session, &invitation, now_ms)).transpose()?;
    Ok(RunLabelRow {
        place: kept.place,
        page: label.page,
        invitation: label.invitation.to_string(),
        member: label.member.to_string(),
        member_name: text(Field::MemberName),
        card_number: text(Field::MemberCardNumber),
        department: department.unwrap_or_default(),
        state: state.unwrap_or_default().to_owned(),
        is_printed: kept.is_printed,
    })
}

pub(crate) fn run_labels(session: &Session, asked: &RunLabelsAsked) -> Outcome<RunLabels> {
    find(session, asked.number)?;
    let now_ms = session.host.now_ms();
    let most = asked.count.clamp(1, MOST_LABELS) as usize;
    let text = asked.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let mut rows = Vec::new();
    let mut start = asked.start;
    loop {
        let part = told(session.store.run_labels(u64::from(asked.number), start, PART))?;
        let Some(last) = part.last() else { return Ok(RunLabels { rows, next: None }) };
        start = last.place.saturating_add(1);
        for kept in &part {
            if rows.len() == most {
                return Ok(RunLabels { rows, next: Some(kept.place) });
            }
            let row = describe(session, kept, now_ms)?;
            if text.is_none_or(|text| row.member_name.contains(text) || row.card_number.contains(text)) {
                rows.push(row);
            }
        }
    }
}

/// Whether a label came out well, as the person says it.
struct Verdict<'a> {
    came_out: &'a CameOut,
    pages: HashSet<u32>,
    but: HashSet<RecordId>,
}

impl<'a> Verdict<'a> {
    fn of(came_out: &'a CameOut, pages_made: u32) -> Outcome<Self> {
        let (mut pages, mut but) = (HashSet::new(), HashSet::new());
        match came_out {
            CameOut::UpTo { page } => pages.extend([*page]),
            CameOut::Pages { pages: some } => pages.extend(some),
            CameOut::AllBut { invitations } => {
                but = invitations.iter().map(|id| departments::id(id)).collect::<Outcome<_>>()?;
            }
            CameOut::All {} | CameOut::Nothing {} => {}
        }
        if pages.iter().any(|page| !(1..=pages_made).contains(page)) {
            return Err(Failure::from(Code::Invalid).with("field", "pages").with("rule", "out_of_range"));
        }
        Ok(Self { came_out, pages, but })
    }

    fn is_good(&self, kept: &Kept) -> bool {
        match self.came_out {
            CameOut::All {} => true,
            CameOut::UpTo { page } => kept.label.page <= *page,
            CameOut::Pages { .. } => self.pages.contains(&kept.label.page),
            CameOut::AllBut { .. } => !self.but.contains(&kept.label.invitation),
            CameOut::Nothing {} => false,
        }
    }
}

pub(crate) fn check_run(session: &Session, wanted: &CheckRun) -> Outcome<RunChecked> {
    let run = find(session, wanted.number)?;
    if !run.way.is_paper() {
        return Err(Failure::from(Code::Malformed).with("run", "no_paper"));
    }
    let verdict = Verdict::of(&wanted.came_out, run.pages)?;
    let today = Value::from(session.host.today().to_string());
    let job = Job::begin(session, wanted.job.as_deref(), run.people as usize);
    // As spans: mostly all of them are one.
    let good: RefCell<Vec<Range<u32>>> = RefCell::new(Vec::new());
    let mut start = 0;
    // A part at a time, written on the way: there may be a label for everybody.
    let mut more = |made: &mut Vec<Edit>| -> Outcome<bool> {
        job.go_on(start)?;
        let part = told(session.store.run_labels(run.number, start, PART))?;
        let Some(last) = part.last() else { return Ok(false) };
        start = last.place.saturating_add(1);
        for kept in &part {
            let marked = if verdict.is_good(kept) {
                put(&mut good.borrow_mut(), kept.place);
                Some(&today)
            } else if kept.is_printed && !told(session.store.is_printed_besides(run.number, kept.label.invitation))? {
                // Said otherwise before, by mistake.
                None
            } else {
                continue;
            };
            // It may have been removed with its member.
            let Some(before) = told(session.store.get(Kind::Invitation, kept.label.invitation))? else { continue };
            made.extend(marking(&before, marked));
        }
        Ok(true)
    };
    let at_ms = session.host.now_ms();
    let operation = session.operation(Label::Print)?;
    let touched = streamed(&mut more, |edits, stop| {
        let checked = || Checked { run: run.number, at_ms, printed: good.take() };
        session.store.write_checked(&operation, edits, stop, checked)
    })?;
    session.tell_changed(&touched);
    let printed = told(session.store.run(run.number))?.map_or(0, |run| run.printed);
    Ok(RunChecked { printed, version: version(touched.version) })
}

/// Adds a place behind those that are there.
fn put(spans: &mut Vec<Range<u32>>, place: u32) {
    match spans.last_mut().filter(|span| span.end == place) {
        Some(span) => span.end += 1,
        None => spans.push(place..place + 1),
    }
}

/// A day that stands there already stays.
fn marking(before: &Record, day: Option<&Value>) -> Option<Edit> {
    let field = Field::InvitationPrintedOn;
    let after = match day {
        Some(_) if !before.get(field).is_null() => return None,
        Some(day) => before.clone().with(field, day.clone()),
        None => before.clone().with(field, Value::Null),
    };
    Edit::between(before, &after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_beside_each_other_are_one_span() {
        let mut spans = Vec::new();
        [0, 1, 2, 5, 7, 8].into_iter().for_each(|place| put(&mut spans, place));
        assert_eq!(spans, [0..3, 5..6, 7..9]);
    }
}
