//! A new school year: the plan is made from the roster of the moment and the decisions kept beside it, changed decision
//! by decision, and carried out as one batch. Decisions stay on this computer; the plan itself is never stored.

mod deciding;
mod shown;

use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::lock;
use crate::session::{Session, version};
use mingce_ipc::Code;
use mingce_ipc::year::{ApplyYear, YearApplied, YearChange, YearPlan, YearPupilQuery, YearPupils};
use mingce_model::year::{Choices, ClassFate, Person, Plan, Roster, edits, find_grades, newest_cohort, year_to_plan};
use mingce_model::{Kind, Verb};
use mingce_store::{Label, StoreError};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Keys of settings: what was decided, and what was carried out last.
const CHOICES: &str = "year-choices";
const APPLIED: &str = "year-applied";

/// The roster as plans look at it, as long as it does not change.
pub(crate) struct HeldRoster {
    version: u64,
    roster: Arc<Roster>,
}

/// The roster now, and its version. When it changes while it is read, the version is the older one.
fn roster(session: &Session) -> Outcome<(Arc<Roster>, u64)> {
    let version = session.store.version();
    let mut held = lock(&session.year);
    if let Some(held) = &*held
        && held.version == version
    {
        return Ok((held.roster.clone(), version));
    }
    let mut departments = Vec::new();
    let mut people = Vec::new();
    let mut places = Vec::new();
    let mut take = |record: mingce_model::Record| {
        match record.kind {
            Kind::Department => departments.push(record),
            Kind::Member => people.extend(Person::from_record(&record)),
            _ => places.push(record),
        }
        ControlFlow::Continue(())
    };
    for kind in [Kind::Department, Kind::Member, Kind::Affiliation] {
        told(session.store.scan(kind, &mut take))?;
    }
    let roster = Arc::new(Roster::new(departments, people, places));
    *held = Some(HeldRoster { version, roster: roster.clone() });
    Ok((roster, version))
}

/// What was decided so far, and whether anything was.
fn choices(session: &Session, roster: &Roster) -> Outcome<(Choices, bool)> {
    let kept = told(session.store.setting(CHOICES))?;
    if let Some(choices) = kept.and_then(|kept| serde_json::from_value(kept).ok()) {
        return Ok((choices, true));
    }
    let mut seed = [0; 16];
    session.host.fill_random(&mut seed)?;
    let year = year_to_plan(session.host.today(), newest_cohort(&find_grades(roster)));
    Ok((Choices::new(seed, session.store.identity().organisation, year), false))
}

fn keep(session: &Session, choices: &Choices) -> Outcome<()> {
    told(session.store.set_setting(CHOICES, &serde_json::to_value(choices).map_err(|_| Code::Internal)?))
}

fn applied(session: &Session) -> Outcome<Option<YearApplied>> {
    Ok(told(session.store.setting(APPLIED))?.and_then(|kept| serde_json::from_value(kept).ok()))
}

fn keep_applied(session: &Session, applied: Option<&YearApplied>) -> Outcome<()> {
    told(session.store.set_setting(APPLIED, &serde_json::to_value(applied).map_err(|_| Code::Internal)?))
}

/// Everything that a call needs to answer.
pub(crate) struct Look {
    roster: Arc<Roster>,
    version: u64,
    choices: Choices,
    is_changed: bool,
    plan: Plan,
}

fn look(session: &Session) -> Outcome<Look> {
    let (roster, version) = roster(session)?;
    let (choices, is_changed) = choices(session, &roster)?;
    let plan = mingce_model::year::plan(&roster, &choices);
    Ok(Look { roster, version, choices, is_changed, plan })
}

pub(crate) fn load(session: &Session) -> Outcome<YearPlan> {
    Ok(shown::plan(&look(session)?, applied(session)?))
}

pub(crate) fn change(session: &Session, wanted: YearChange) -> Outcome<YearPlan> {
    let mut look = look(session)?;
    deciding::decide(session, &mut look, wanted)?;
    keep(session, &look.choices)?;
    look.is_changed = true;
    look.plan = mingce_model::year::plan(&look.roster, &look.choices);
    Ok(shown::plan(&look, applied(session)?))
}

pub(crate) fn forget(session: &Session) -> Outcome<YearPlan> {
    told(session.store.set_setting(CHOICES, &serde_json::Value::Null))?;
    load(session)
}

pub(crate) fn pupils(session: &Session, asked: &YearPupilQuery) -> Outcome<YearPupils> {
    shown::pupils(&look(session)?, asked)
}

pub(crate) fn apply(session: &Session, wanted: &ApplyYear) -> Outcome<YearApplied> {
    let look = look(session)?;
    if version(look.version) != wanted.version {
        return Err(Code::Stale.into());
    }
    if !look.plan.can_be_applied() {
        return Err(mingce_ipc::Failure::from(Code::Invalid).with("rule", look.plan.findings[0].code.code()));
    }
    let all = edits(&look.roster, &look.choices, &look.plan, session.host.today());
    let pupils: HashSet<_> =
        all.iter().filter(|edit| edit.kind == Kind::Member && edit.verb == Verb::Edit).map(|edit| edit.id).collect();
    let classes = look.plan.classes.iter().filter(|class| class.fate != ClassFate::Stays).count();
    // Every edit names what it was planned on: what changed in this very moment stops the whole.
    let operation = session.operation(Label::Year)?;
    let job = Job::begin(session, wanted.job.as_deref(), all.len());
    let touched = match session.store.write_with(&operation, all, &mut job.progress()) {
        Err(StoreError::NotFound { .. }) => return Err(Code::Stale.into()),
        other => told(other)?,
    };
    let done = YearApplied {
        batch: operation.id.to_string(),
        year: look.choices.year,
        classes: u32::try_from(classes).unwrap_or(u32::MAX),
        pupils: u32::try_from(pupils.len()).unwrap_or(u32::MAX),
        version: version(touched.version),
    };
    // The decisions stay until the next plan: whoever takes it back goes on from them.
    keep(session, &look.choices)?;
    keep_applied(session, (touched.changed > 0).then_some(&done))?;
    session.tell_changed(&touched);
    Ok(done)
}
