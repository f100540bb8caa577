//! The roster as it stood at a moment: opened, read a page at a time, exported.

use crate::departments;
use crate::exporting;
use crate::failure::{Outcome, told};
use crate::history::{LINES_MAX, count};
use crate::jobs::Job;
use crate::session::Session;
use crate::{lock, masking, views};
use mingce_ipc::history::*;
use mingce_ipc::import::{Exported, Masking};
use mingce_ipc::{Code, Failure};
use mingce_model::{Field, RecordId};
use mingce_store::{AuditAct, GuardianRow, MemberRow, Moment, OperationNumber, Past, Stands, StoreError};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

/// Pasts kept open at a time.
const PASTS_MAX: usize = 2;
/// Members read at a time for an export.
const CHUNK: usize = 500;

/// Open pasts, the newest last.
#[derive(Default)]
pub(crate) struct Pasts {
    next: u64,
    open: VecDeque<(String, Arc<Mutex<Opened>>)>,
}

pub(crate) struct Opened {
    past: Past,
    /// What was asked for last, and where it is.
    found: Option<(Option<RecordId>, String, Arc<Vec<u32>>)>,
}

/// Of an open past.
pub(crate) fn moment(session: &Session, name: &str) -> Outcome<Moment> {
    Ok(lock(&*find(session, name)?).past.moment())
}

pub(crate) fn begins(session: &Session) -> Outcome<PastBegins> {
    Ok(PastBegins { at: told(session.store.past_begins())?.1 })
}

pub(crate) fn open(session: &Session, wanted: &OpenPast) -> Outcome<PastInfo> {
    let (moment, at) = moment_of(session, wanted)?;
    let size = told(session.store.past_size(moment))?;
    let job = Job::begin(session, wanted.job.as_deref(), usize::try_from(size).unwrap_or(usize::MAX));
    let mut tell = |done: u64| match job.go_on(count(done)) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    let past = told(session.store.open_past(moment, &mut tell))?;
    let nodes = past.departments().nodes();
    let departments = nodes
        .iter()
        .map(|node| PastDepartment {
            id: node.id.to_string(),
            name: node.name.to_string(),
            depth: u32::from(node.depth),
            count: node.count,
        })
        .collect();
    let total = count(past.len() as u64);
    let mut pasts = lock(&session.pasts);
    pasts.next += 1;
    let name = pasts.next.to_string();
    pasts.open.push_back((name.clone(), Arc::new(Mutex::new(Opened { past, found: None }))));
    if pasts.open.len() > PASTS_MAX {
        pasts.open.pop_front();
    }
    Ok(PastInfo { past: name, at, total, departments })
}

/// The moment asked for and its instant.
fn moment_of(session: &Session, wanted: &OpenPast) -> Outcome<(Moment, i64)> {
    if let Some(moment) = wanted.moment {
        let entry = told(session.store.history_entry(Moment(moment)))?.ok_or(Code::NotFound)?;
        let number = OperationNumber(entry.operation.0 + 1);
        let at = told(session.store.operations(Some(number), 1))?.first().map_or(entry.at_ms, |row| row.at_ms);
        return Ok((Moment(moment), at));
    }
    let (first, first_at) = told(session.store.past_begins())?;
    let at = wanted.at.ok_or(Code::Malformed)?;
    Ok(newest_at(session, at)?.map_or((first, first_at), |moment| (moment, at)))
}

/// The last moment at the instant; `None` before all of them.
fn newest_at(session: &Session, at_ms: i64) -> Outcome<Option<Moment>> {
    let Some(OperationNumber(number)) = told(session.store.operation_at(at_ms))? else { return Ok(None) };
    let newest = told(session.store.operations(Some(OperationNumber(number + 1)), 1))?;
    Ok(newest.first().map(|row| row.moment))
}

/// The last moment at the instant (milliseconds since 1970, UTC); refused where this computer does not know so early a past.
pub(crate) fn moment_at(session: &Session, at_ms: i64) -> Outcome<Moment> {
    let (first, first_at) = told(session.store.past_begins())?;
    match newest_at(session, at_ms)? {
        Some(moment) if moment >= first && at_ms >= first_at => Ok(moment),
        _ => Err(Code::ChangesNotTellable.into()),
    }
}

fn find(session: &Session, name: &str) -> Outcome<Arc<Mutex<Opened>>> {
    let pasts = lock(&session.pasts);
    let found = pasts.open.iter().find(|(other, _)| other == name);
    found.map(|(_, opened)| opened.clone()).ok_or_else(|| Failure::from(Code::NotFound).with("past", "closed"))
}

pub(crate) fn close(session: &Session, name: &str) {
    lock(&session.pasts).open.retain(|(other, _)| other != name);
}

pub(crate) fn past_page(session: &Session, asked: &PastPageRequest) -> Outcome<PastPage> {
    let opened = find(session, &asked.past)?;
    let mut opened = lock(&*opened);
    let Opened { past, found } = &mut *opened;
    let department = asked.department.as_deref().map(departments::id).transpose()?;
    let text = asked.text.clone().unwrap_or_default();
    let places = match found {
        Some((of, with, places)) if *of == department && *with == text => places.clone(),
        _ => {
            let places = Arc::new(told(session.store.find_in_past(past, department, Some(&text)))?);
            *found = Some((department, text, places.clone()));
            places
        }
    };
    let start = (asked.start as usize).min(places.len());
    let end = start.saturating_add(asked.count.min(LINES_MAX) as usize).min(places.len());
    let members = told(session.store.past_page(past, &places[start..end]))?;
    let customs = told(session.store.custom_fields())?;
    let mut rows: Vec<_> =
        members.iter().map(|member| views::row(session, Some(member), &asked.columns, &customs)).collect();
    // What is over needs no mending.
    rows.iter_mut().for_each(|row| row.problems.clear());
    let ids: Vec<RecordId> = members.iter().map(|member| member.member.id).collect();
    let stand = told(session.store.stand_since(&ids, past.moment()))?;
    let people = members.iter().zip(stand).map(|(member, stands)| person(session, past, member, stands)).collect();
    let (gone_departments, changed_departments) = departments_since(session, past)?;
    let total = count(places.len() as u64);
    Ok(PastPage { total, start: asked.start, rows, people, gone_departments, changed_departments })
}

/// What is told of somebody beside the cells.
fn person(session: &Session, past: &Past, member: &MemberRow, stands: Stands) -> PastPerson {
    let path = |id: &RecordId| past.departments().get(*id).map(|node| node.path.to_string());
    let guardian = |guardian: &GuardianRow| {
        let phone = guardian.phone.clone().unwrap_or_default();
        PastGuardian {
            name: guardian.name.clone(),
            phone: masking::shown(session, member.member.id, Field::GuardianPhone, phone),
            relation: guardian.relation.clone().unwrap_or_default(),
        }
    };
    PastPerson {
        is_there: stands != Stands::NoMore,
        is_changed: stands == Stands::Otherwise,
        places: past.further_places(member.member.id).iter().filter_map(path).collect(),
        guardians: member.guardians.iter().map(guardian).collect(),
    }
}

/// Departments of the past that are gone, and those that are other than they were.
fn departments_since(session: &Session, past: &Past) -> Outcome<(Vec<String>, Vec<String>)> {
    let now = told(session.store.department_tree())?;
    let (mut gone, mut changed) = (Vec::new(), Vec::new());
    for then in past.departments().nodes() {
        let Some(node) = now.get(then.id) else {
            gone.push(then.id.to_string());
            continue;
        };
        let is_same = (&node.name, node.parent, &node.kind, node.position, node.is_archived)
            == (&then.name, then.parent, &then.kind, then.position, then.is_archived);
        if !is_same {
            changed.push(then.id.to_string());
        }
    }
    Ok((gone, changed))
}

pub(crate) fn export(session: &Session, wanted: &ExportPast) -> Outcome<Exported> {
    if wanted.masking == Masking::Full {
        masking::check_right(session)?;
    }
    let opened = find(session, &wanted.past)?;
    let mut opened = lock(&*opened);
    let past = &mut opened.past;
    let department = wanted.department.as_deref().map(departments::id).transpose()?;
    let places = told(session.store.find_in_past(past, department, wanted.text.as_deref()))?;
    let more = exporting::More::of_past(session, &wanted.language, past)?;
    // Once for how many guardians anybody has, once for the file.
    let meter = exporting::Meter::begin(session, wanted.job.as_deref(), 2 * places.len());
    let mut chunk = |part: &[u32]| -> Result<Vec<MemberRow>, StoreError> {
        meter.go_on(part.len())?;
        session.store.past_page(past, part)
    };
    let mut most = 0;
    for part in places.chunks(CHUNK) {
        most = told(chunk(part))?.iter().map(|member| member.guardians.len()).fold(most, usize::max);
    }
    let most = u8::try_from(most).unwrap_or(u8::MAX);
    let rows = places.chunks(CHUNK).flat_map(|part| match chunk(part) {
        Err(error) => vec![Err(error)],
        Ok(members) => members.into_iter().map(|row| Ok(exporting::export_row(row, wanted.masking, &more))).collect(),
    });
    let exported = exporting::write_table(session, &wanted.path, &wanted.language, most, &more, rows)?;
    let is_full = wanted.masking == Masking::Full;
    masking::note_export(session, AuditAct::ExportPast, u64::from(exported.rows), is_full)?;
    exporting::put_in_place(exported)
}
