//! The rows of a dry run, a page at a time.

use super::rows::Chosen;
use super::{columns, find};
use crate::failure::{Outcome, told};
use crate::lock;
use crate::session::Session;
use mingce_exchange::diff::{Candidate, DiffOf, FieldDiff, Plan, PlannedRowView, Verdict};
use mingce_exchange::shape::Target;
use mingce_exchange::stage::Severity;
use mingce_ipc::import::{
    ImportCandidate, PlanPage, PlanPageRequest, PlannedCell, PlannedKind, PlannedRow, PlannedText, RowProblem,
};
use mingce_model::custom::CustomField;
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Field, Value};

pub(crate) fn page(session: &Session, asked: &PlanPageRequest) -> Outcome<PlanPage> {
    let import = find(session, &asked.import)?;
    let mut work = lock(&import.work);
    let departments = told(session.store.departments())?;
    let mut customs = columns::fields(session)?;
    customs.extend(work.fresh.iter().map(|(_, field)| field.clone()));
    let round = work.round;
    let targets: Vec<Target> = work.taken_columns().into_iter().map(|(_, target)| target).collect();
    let by = Chosen { kind: asked.kind, what: asked.what.clone(), text: asked.text.clone() };
    let (plan, places) = work.chosen(session, by)?;
    let total = places.len();
    let start = (asked.start as usize).min(total);
    let end = start.saturating_add(asked.count.min(5_000) as usize).min(total);
    let found: Vec<PlannedRowView> = places[start..end].iter().filter_map(|place| plan.row_at(*place)).collect();
    let texts = Texts { session, customs: &customs, targets: &targets, plan };
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
            name: row.label.clone(),
            is_out: row.is_excluded,
            texts: texts.of(&row),
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
                    can_be_left_out: diff.can_be_left_out,
                    is_out: diff.is_excluded,
                    columns: texts.columns_of(&row, diff),
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
    Ok(PlanPage { round, total: u32::try_from(total).unwrap_or(u32::MAX), rows })
}

/// The cells of the file beside what they come to.
struct Texts<'a> {
    session: &'a Session,
    customs: &'a [CustomField],
    targets: &'a [Target],
    plan: &'a Plan,
}

impl Texts<'_> {
    fn of(&self, row: &PlannedRowView) -> Vec<PlannedText> {
        if row.verdict == Verdict::Leave {
            return Vec::new();
        }
        let is_told = |place: Option<u16>| {
            place.is_some() && self.plan.problems_of(row.key).any(|problem| problem.place == place)
        };
        let texts = self.plan.texts(row.key, self.targets).into_iter().zip(self.targets);
        texts
            .map(|((place, text), target)| {
                // Whoever shall mend it has to see it.
                let shown = if is_told(place) { text.clone() } else { self.shown(*target, text.clone()) };
                PlannedText { is_masked: shown != text, text: shown, place }
            })
            .collect()
    }

    fn shown(&self, target: Target, text: String) -> String {
        match target {
            Target::Field(field) => crate::masking::unowned(self.session, field, text),
            Target::GuardianPhone(_) => crate::masking::unowned(self.session, Field::GuardianPhone, text),
            Target::Custom(id) if self.customs.iter().any(|field| field.id == id && field.is_masked()) => {
                crate::masking::hidden(self.session, text)
            }
            _ => text,
        }
    }

    /// The columns that a change comes from, by their places among those that are taken.
    fn columns_of(&self, row: &PlannedRowView, diff: &FieldDiff) -> Vec<u32> {
        let places = diff.columns.iter().filter_map(|place| {
            let target = self.plan.target_of(row.key, *place)?;
            self.targets.iter().position(|other| *other == target)
        });
        places.filter_map(|place| u32::try_from(place).ok()).collect()
    }
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
