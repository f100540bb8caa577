//! The rows of a dry run, a page at a time.

use super::{columns, find};
use crate::failure::{Outcome, told};
use crate::lock;
use crate::session::Session;
use mingce_exchange::diff::{Candidate, DiffOf, Verdict};
use mingce_exchange::stage::Severity;
use mingce_ipc::import::{
    ImportCandidate, PlanPage, PlanPageRequest, PlannedCell, PlannedKind, PlannedRow, RowProblem,
};
use mingce_ipc::{Code, Failure};
use mingce_model::custom::CustomField;
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Field, Value};

fn verdict(kind: PlannedKind) -> Verdict {
    match kind {
        PlannedKind::Add => Verdict::Add,
        PlannedKind::Change => Verdict::Change,
        PlannedKind::Unchanged => Verdict::Unchanged,
        PlannedKind::Unsure => Verdict::Unsure,
        PlannedKind::Leave => Verdict::Leave,
        PlannedKind::Problem => Verdict::Problem,
    }
}

pub(crate) fn page(session: &Session, asked: &PlanPageRequest) -> Outcome<PlanPage> {
    let import = find(session, &asked.import)?;
    let work = lock(&import.work);
    let plan = work.plan.as_ref().ok_or(Code::ImportGone)?;
    let wanted = asked.kind.map(verdict);
    let departments = told(session.store.departments())?;
    let mut customs = columns::fields(session)?;
    customs.extend(work.fresh.iter().map(|(_, field)| field.clone()));
    let (start, count) = (asked.start as usize, asked.count.min(5_000) as usize);
    let (total, found) = match &asked.what {
        None => (plan.len(wanted), plan.rows(wanted, start, count)),
        Some(_) if asked.kind != Some(PlannedKind::Change) => {
            return Err(Failure::from(Code::Malformed).with("what", "kind"));
        }
        Some(what) => {
            let changed = columns::called(plan, what);
            (plan.count_changing(&changed), plan.rows_changing(&changed, start, count))
        }
    };
    let rows = found
        .into_iter()
        .map(|row| PlannedRow {
            key: row.key,
            sheet: row.sheet.clone(),
            row: row.row,
            kind: match row.verdict {
                Verdict::Add => PlannedKind::Add,
                Verdict::Change => PlannedKind::Change,
                Verdict::Unchanged => PlannedKind::Unchanged,
                Verdict::Unsure => PlannedKind::Unsure,
                Verdict::Leave => PlannedKind::Leave,
                Verdict::Problem => PlannedKind::Problem,
            },
            member: row.member.filter(|_| row.verdict == Verdict::Leave).map(|id| id.to_string()),
            name: row.label.clone(),
            cells: row
                .diffs
                .iter()
                .map(|diff| PlannedCell {
                    what: columns::what(diff.what),
                    from: shown_diff(session, &customs, &diff.what, &diff.old),
                    to: shown_diff(session, &customs, &diff.what, &diff.new),
                    phone: diff
                        .phone
                        .as_ref()
                        .map(|phone| crate::masking::unowned(session, Field::GuardianPhone, phone.clone())),
                    item: diff.item,
                })
                .collect(),
            problems: plan
                .problems_of(row.key)
                .map(|problem| RowProblem {
                    sheet: problem.sheet.to_owned(),
                    row: problem.row,
                    letter: problem.column.clone(),
                    column: problem.place,
                    heading: problem.heading.to_owned(),
                    value_kind: problem.value_kind.name().to_owned(),
                    value: problem.value.to_owned(),
                    code: problem.code.code().to_owned(),
                    remedy: problem.remedy.code().to_owned(),
                    is_warning: problem.severity == Severity::Caution,
                    other_row: problem.other_row,
                    other_sheet: problem.other_sheet.filter(|sheet| *sheet != problem.sheet).map(str::to_owned),
                    proposal: problem.proposal.map(str::to_owned),
                })
                .collect(),
            can_go_in_partly: row.can_go_in_partly,
            candidates: row.candidates.iter().map(|it| candidate(session, it, &departments)).collect(),
            can_be_new: row.can_be_new,
        })
        .collect();
    Ok(PlanPage { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
}

/// A value of the file or the roster as the preview shows it; the rows are not told apart by person.
fn shown_diff(session: &Session, customs: &[CustomField], what: &DiffOf, value: &Value) -> String {
    let text = value.to_string();
    match what {
        DiffOf::GuardianField(Field::GuardianshipMayConfirm) => {
            if *value == MAY_NOT_CONFIRM { "no" } else { "yes" }.to_owned()
        }
        DiffOf::Field(field) | DiffOf::GuardianField(field) => crate::masking::unowned(session, *field, text),
        DiffOf::Custom(id) if customs.iter().any(|field| field.id == *id && field.is_masked()) => {
            crate::masking::hidden(session, text)
        }
        _ => text,
    }
}

fn candidate(session: &Session, candidate: &Candidate, departments: &mingce_store::Departments) -> ImportCandidate {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    ImportCandidate {
        member: candidate.id.to_string(),
        name: candidate.name.clone(),
        card_number: text(&candidate.card_number),
        birth_date: text(&candidate.birth_date),
        phone: crate::masking::shown(session, candidate.id, Field::MemberPhone, text(&candidate.phone)),
        department: candidate
            .department
            .and_then(|id| departments.get(id))
            .map(|node| node.path.to_string())
            .unwrap_or_default(),
    }
}
