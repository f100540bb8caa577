//! The dry run: what the file would do with these columns, answers and corrections.

use super::roster::OpenRoster;
use super::{MadeOf, columns, find, rows};
use crate::failure::{Outcome, Told, told};
use crate::lock;
use crate::session::Session;
use mingce_exchange::Run;
use mingce_exchange::diff::{
    Again, Answer, Corrections, MirrorScope, PlanError, PlanOptions, SheetToPlan, plan_again, plan_sheets,
};
use mingce_exchange::read::Limits;
use mingce_exchange::shape::{Target, fit_sheets};
use mingce_ipc::import::{FoundDepartment, ImportCounts, ImportMode, ImportPlan, PlanColumn, PlanImport};
use mingce_ipc::{Code, Event, Failure};
use mingce_model::RecordId;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

pub(crate) fn plan(session: &Session, wanted: &PlanImport) -> Outcome<ImportPlan> {
    let import = find(session, &wanted.import)?;
    import.is_cancelled.store(false, Ordering::Relaxed);
    let mut work = lock(&import.work);
    let work = &mut *work;
    let mut fields = columns::fields(session)?;
    let mut mapping =
        columns::remembered(session, &work.shape, &fields)?.unwrap_or_else(|| work.shape.proposed.clone());
    let fresh = columns::fresh(session, &work.fresh, wanted)?;
    fields.extend(fresh.iter().map(|(_, field)| field.clone()));
    let departments = mapping.column_of(Target::DepartmentPath);
    for (column, word) in wanted.targets.iter().enumerate() {
        let made = fresh.iter().find(|(of, _)| *of == column).map(|(_, field)| Target::Custom(field.id));
        let target = if word == columns::NEW_FIELD { made } else { Target::from_name(word) };
        let target = target.ok_or_else(|| Failure::from(Code::Malformed).with("target", word))?;
        mapping.assign(column, Target::Ignore);
        mapping.assign(column, target);
    }
    if mapping.column_of(Target::DepartmentPath) != departments
        && let Some(paths) = work.shape.paths_in(&mapping)
    {
        mapping.read_departments(paths);
    }
    mapping.card_number_digits = wanted.card_number_digits;
    let options = PlanOptions {
        today: session.host.today(),
        organisation_name: Some(session.profile.organisation_name.clone()),
        organisation_kind: session.profile.organisation_kind.clone(),
        under: wanted.options.under.as_deref().map(|id| parent(session, id)).transpose()?,
        mirror: match wanted.options.mode {
            ImportMode::MirrorRoster => Some(MirrorScope::WholeRoster),
            ImportMode::MirrorDepartments => Some(MirrorScope::NamedDepartments),
            ImportMode::Merge | ImportMode::OnlyNew | ImportMode::OnlyKnown => None,
        },
        answers: answers(wanted)?,
        corrections: corrections(wanted)?,
        fields,
    };
    let version = session.store.version();
    let mut roster = OpenRoster { session };
    let mut tell = |progress: mingce_exchange::Progress| {
        session.host.emit(Event::Progress {
            job: wanted.import.clone(),
            done: u32::try_from(progress.rows_done).unwrap_or(u32::MAX),
            total: progress.rows_expected.and_then(|rows| u32::try_from(rows).ok()).unwrap_or(0),
        });
    };
    let is_cancelled = || import.is_cancelled.load(Ordering::Relaxed);
    let mut run = Run { is_cancelled: &is_cancelled, on_progress: &mut tell };
    if !wanted.options.takes_all_sheets {
        work.fitted = None;
    } else if work.fitted.as_ref().is_none_or(|(of, _)| *of != mapping) {
        let fitted = told(fit_sheets(&mut work.workbook, &work.sheet, &work.shape, &mapping, &mut run))?;
        work.fitted = Some((mapping.clone(), fitted));
    }
    let fitted = work.fitted.as_ref().map(|(_, fitted)| fitted);
    let mut sheets: Vec<SheetToPlan<'_>> = fitted
        .iter()
        .flat_map(|fitted| &fitted.sheets)
        .map(|it| SheetToPlan { name: &it.name, shape: &it.shape, mapping: &it.mapping, department: Some(&it.name) })
        .collect();
    if sheets.is_empty() {
        sheets.push(SheetToPlan { name: &work.sheet, shape: &work.shape, mapping: &mapping, department: None });
    }
    let before = work.made_of.as_ref();
    // What nobody else has changed meanwhile need not be looked at again.
    let is_as_it_was = before.is_some_and(|before| before.version == version);
    let mut taken_out = None;
    let mut again = None;
    if let Some(plan) = work.plan.take() {
        let is_of_one_file = before.is_some_and(|before| is_of_one_file(&before.asked, wanted));
        let all = plan.taken_out();
        taken_out = Some(if is_of_one_file { all } else { all.only_staying() });
        if !is_of_one_file {
            work.changes.forget();
        }
        if is_as_it_was {
            match plan_again(plan, &sheets, &mut roster, &options).map_err(|error| error.failure())? {
                Again::Done(plan, _) => again = Some(plan),
                Again::Whole(plan) => work.plan = Some(plan),
            }
        } else {
            work.plan = Some(plan);
        }
    }
    let plan = match again {
        Some(plan) => plan,
        None => {
            let planned = plan_sheets(&mut work.workbook, &sheets, &mut roster, &options, &mut run);
            let mut plan = planned.map_err(|error| match error {
                PlanError::File(error) => error.failure(),
                PlanError::Roster(error) => error.failure(),
            })?;
            let typed: HashSet<u32> = before.map(|before| changed_rows(&before.asked, wanted)).unwrap_or_default();
            if let Some(taken_out) = taken_out {
                plan.take_out_again(&taken_out, |row| typed.contains(&row));
            }
            plan
        }
    };
    let left_out_sheets = fitted.map(|fitted| fitted.left_out.clone()).unwrap_or_default();
    let columns = mapping.columns.iter().enumerate().filter(|(_, target)| **target != Target::Ignore);
    let columns = columns
        .map(|(place, target)| PlanColumn { place: u32::try_from(place).unwrap_or(u32::MAX), target: target.name() })
        .collect();
    work.round += 1;
    let counts = plan.counts();
    let leaving = plan.leaving().unwrap_or_default();
    let answer = ImportPlan {
        import: wanted.import.clone(),
        round: work.round,
        counts: ImportCounts {
            add: counts.add,
            change: counts.change,
            unchanged: counts.unchanged,
            unsure: counts.unsure,
            leave: counts.leave,
            problem: counts.problem,
            skipped: plan.skipped().total(),
        },
        new_departments: plan.departments_to_create(),
        found_departments: plan
            .departments_by_end()
            .into_iter()
            .map(|found| FoundDepartment { named: found.named, path: found.path })
            .collect(),
        changed: columns::changed(&plan),
        new_tags: plan.tags_to_create(),
        new_fields: fresh.iter().map(|(_, field)| columns::planned(field)).collect(),
        offered_card_number_digits: plan.offered_card_number_digits(),
        left_out_sheets,
        leave_of: leaving.of,
        confirms_leaving: leaving.must_be_confirmed(),
        columns,
        taken_out: rows::taken_out(&plan),
    };
    work.plan = Some(plan);
    work.fresh = fresh;
    work.mode = wanted.options.mode;
    work.shown = None;
    work.made_of = Some(MadeOf { asked: wanted.clone(), version });
    work.mapping = Some(mapping);
    Ok(answer)
}

/// Whether rows have the same keys in both, and what is taken out of one is meant for the other.
fn is_of_one_file(one: &PlanImport, other: &PlanImport) -> bool {
    let rows = |it: &PlanImport| (it.targets.clone(), it.options.takes_all_sheets);
    rows(one) == rows(other)
}

/// Rows that were typed over or answered since.
fn changed_rows(before: &PlanImport, now: &PlanImport) -> HashSet<u32> {
    let differs = |one: &PlanImport, other: &PlanImport| -> Vec<u32> {
        let typed = one.corrections.iter().filter(|cell| !other.corrections.contains(cell)).map(|cell| cell.row);
        let answers = one.options.answers.iter().filter(|answer| !other.options.answers.contains(answer));
        typed.chain(answers.map(|answer| answer.row)).collect()
    };
    differs(before, now).into_iter().chain(differs(now, before)).collect()
}

/// The department below which new ones come.
fn parent(session: &Session, id: &str) -> Outcome<RecordId> {
    let id = id.parse().map_err(|_| Failure::from(Code::Malformed))?;
    let departments = told(session.store.departments())?;
    let node = departments.get(id).ok_or(Code::NotFound)?;
    if node.is_hidden { Err(Code::DepartmentArchived.into()) } else { Ok(id) }
}

fn answers(wanted: &PlanImport) -> Outcome<HashMap<u32, Answer>> {
    let answer = |member: &Option<String>| match member {
        Some(id) => id.parse().map(Answer::SamePerson).map_err(|_| Failure::from(Code::Malformed)),
        None => Ok(Answer::NewPerson),
    };
    wanted.options.answers.iter().map(|it| Ok((it.row, answer(&it.member)?))).collect()
}

fn corrections(wanted: &PlanImport) -> Outcome<Corrections> {
    let mut corrections = Corrections::default();
    for cell in &wanted.corrections {
        // No longer than the cell of a file may be.
        if cell.text.chars().count() > Limits::default().cell_characters {
            return Err(Failure::from(Code::Malformed).with("text", "too_long"));
        }
        corrections.type_over(cell.row, cell.column, cell.text.clone());
    }
    Ok(corrections)
}
