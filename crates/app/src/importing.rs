//! Import: a file opened, its columns mapped, a dry run looked at, and the whole applied as one batch.

mod columns;
mod roster;

use crate::failure::{Outcome, Told, told};
use crate::host::Ids;
use crate::import_history;
use crate::lock;
use crate::session::{Session, version};
use mingce_exchange::diff::{
    Answer, ApplyChoices, Candidate, Corrections, DiffOf, Exclusion, FaultyCells, MirrorScope, NewDepartments, NewTags,
    Plan, PlanError, PlanOptions, RowsTaken, SheetToPlan, Verdict, edits, plan_sheets,
};
use mingce_exchange::oneroster::{Extent, Remark};
use mingce_exchange::read::{Limits, Workbook, open as open_workbook};
use mingce_exchange::shape::{
    FittedSheets, HeadingRow, Mapping, Shape, Target, find_shape_with, find_table, fit_sheets,
};
use mingce_exchange::stage::{Severity, column_letters};
use mingce_exchange::{ExchangeError, Run};
use mingce_ipc::import::{
    ApplyImport, ImportApplied, ImportCandidate, ImportColumn, ImportCounts, ImportFile, ImportMode, ImportPlan,
    ImportRecord, ImportRemark, OpenImport, PlanImport, PlanPage, PlanPageRequest, PlannedCell, PlannedKind,
    PlannedRow, RowProblem,
};
use mingce_ipc::{Code, Event, Failure};
use mingce_model::custom::CustomField;
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Edit, Field, Kind, RecordId, Value};
use mingce_store::Label;
use roster::OpenRoster;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Rows that a remark names.
const ROWS_TOLD: usize = 20;
/// Values of a column shown beside its heading.
const SAMPLES: usize = 5;

/// Files that are open for import, by name.
#[derive(Default)]
pub(crate) struct Imports {
    next: u64,
    open: HashMap<String, Arc<Import>>,
}

struct Import {
    is_cancelled: AtomicBool,
    work: Mutex<Work>,
}

struct Work {
    workbook: Workbook,
    sheet: String,
    shape: Shape,
    plan: Option<Plan>,
    /// As the plan read the columns.
    mapping: Option<Mapping>,
    /// Fields that the plan makes, by the places of their columns.
    fresh: Vec<(usize, CustomField)>,
    mode: ImportMode,
    file_name: String,
    sha256: [u8; 32],
}

fn find(session: &Session, name: &str) -> Outcome<Arc<Import>> {
    lock(&session.imports).open.get(name).cloned().ok_or_else(|| Code::ImportGone.into())
}

pub(crate) fn close(session: &Session, name: &str) {
    cancel(session, name);
    lock(&session.imports).open.remove(name);
}

pub(crate) fn cancel(session: &Session, name: &str) {
    if let Ok(import) = find(session, name) {
        import.is_cancelled.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn open(session: &Session, wanted: &OpenImport) -> Outcome<ImportFile> {
    let path = Path::new(&wanted.path);
    let mut workbook = told(open_workbook(path, &Limits::default()))?;
    let fields = columns::fields(session)?;
    let headings = match wanted.header_row {
        Some(row) => HeadingRow::At(row),
        None => HeadingRow::Find { named: &wanted.headings },
    };
    let (sheet, shape) = told(mingce_exchange::unwatched(|run| match &wanted.sheet {
        Some(name) => find_shape_with(&mut workbook, name, &fields, headings, run).map(|shape| (name.clone(), shape)),
        None => find_table(&mut workbook, &fields, headings, run),
    }))?;
    let rows = told(count_rows(&mut workbook, &sheet, shape.header_row))?;
    let saved = columns::remembered(session, &shape, &fields)?;
    let is_remembered = saved.is_some();
    let mapping = saved.unwrap_or_else(|| shape.proposed.clone());
    let shown = shape
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| ImportColumn {
            letter: column_letters(u16::try_from(index).unwrap_or(u16::MAX)),
            heading: column.heading.clone(),
            samples: shape
                .sample
                .iter()
                .filter_map(|(_, cells)| cells.get(index).filter(|cell| !cell.trim().is_empty()).cloned())
                .take(SAMPLES)
                .collect(),
            target: mapping.columns.get(index).copied().unwrap_or(Target::Ignore).name(),
            form: column.form.form.name().to_owned(),
            choices: column.form.choices.clone(),
            confidence: if is_remembered { 100 } else { (column.confidence.clamp(0.0, 1.0) * 100.0) as u8 },
        })
        .collect();
    let file = ImportFile {
        import: String::new(),
        path: wanted.path.clone(),
        file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        format: format_of(&workbook),
        sheets: workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect(),
        sheet: sheet.clone(),
        header_row: shape.header_row,
        row_count: rows,
        columns: shown,
        targets: columns::words_of_targets(&fields),
        is_remembered,
        is_delta: workbook.extent() == Some(Extent::Delta),
        remarks: workbook.remarks().iter().map(remark).collect(),
    };
    let sha256 = told(workbook.sha256())?;
    let mode = ImportMode::default();
    let import = Import {
        is_cancelled: AtomicBool::new(false),
        work: Mutex::new(Work {
            workbook,
            sheet,
            shape,
            plan: None,
            mapping: None,
            fresh: Vec::new(),
            mode,
            file_name: file.file_name.clone(),
            sha256,
        }),
    };
    let mut imports = lock(&session.imports);
    imports.next += 1;
    let name = format!("import-{}", imports.next);
    imports.open.insert(name.clone(), Arc::new(import));
    Ok(ImportFile { import: name, ..file })
}

/// Rows below the headings: by what the sheet says of itself where that is known, which may count formatted blank ones,
/// so that a large file need not be read twice.
fn count_rows(workbook: &mut Workbook, sheet: &str, header_row: u32) -> Result<u32, ExchangeError> {
    if let Some(rows) = workbook.estimate_rows(sheet)? {
        return Ok(u32::try_from(rows).unwrap_or(u32::MAX).saturating_sub(header_row));
    }
    let mut rows = 0u32;
    mingce_exchange::unwatched(|run| {
        workbook.read_rows(sheet, run, &mut |row, _| {
            rows += u32::from(row > header_row);
            Ok(ControlFlow::Continue(()))
        })
    })?;
    Ok(rows)
}

/// `XLSX`, or the encoding of text: `UTF-8`.
fn format_of(workbook: &Workbook) -> String {
    match workbook.text_form() {
        Some(form) => form.encoding.name().to_uppercase(),
        None => format!("{:?}", workbook.format()).to_uppercase(),
    }
}

fn remark(remark: &Remark) -> ImportRemark {
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let (code, file, count, columns): (&str, &str, u32, Vec<String>) = match remark {
        Remark::ColumnsDropped { file, columns } => {
            ("columns_dropped", file, count(columns.len() as u64), columns.clone())
        }
        Remark::RowsDeleted { file, rows } => ("rows_deleted", file, count(*rows), Vec::new()),
        Remark::LooseReferences { file, rows } => ("loose_references", file, count(*rows), Vec::new()),
        Remark::ManifestIncomplete => ("manifest_incomplete", "", 0, Vec::new()),
        Remark::FileNameTolerated { file } => ("file_name", file, 0, Vec::new()),
        Remark::EncodingTolerated { file } => ("encoding", file, 0, Vec::new()),
        Remark::QuotesUnclosed { rows } => {
            let told = rows.iter().take(ROWS_TOLD).map(u32::to_string).collect();
            ("quotes_unclosed", "", count(rows.len() as u64), told)
        }
    };
    ImportRemark { code: code.to_owned(), file: file.to_owned(), count, columns }
}

pub(crate) fn plan(session: &Session, wanted: &PlanImport) -> Outcome<ImportPlan> {
    let import = find(session, &wanted.import)?;
    import.is_cancelled.store(false, Ordering::Relaxed);
    let mut work = lock(&import.work);
    let work = &mut *work;
    let mut fields = columns::fields(session)?;
    let mut mapping =
        columns::remembered(session, &work.shape, &fields)?.unwrap_or_else(|| work.shape.proposed.clone());
    work.fresh = columns::fresh(session, &work.fresh, wanted)?;
    fields.extend(work.fresh.iter().map(|(_, field)| field.clone()));
    for (column, word) in wanted.targets.iter().enumerate() {
        let made = work.fresh.iter().find(|(of, _)| *of == column).map(|(_, field)| Target::Custom(field.id));
        let target = if word == columns::NEW_FIELD { made } else { Target::from_name(word) };
        let target = target.ok_or_else(|| Failure::from(Code::Malformed).with("target", word))?;
        mapping.assign(column, Target::Ignore);
        mapping.assign(column, target);
    }
    mapping.card_number_digits = wanted.card_number_digits;
    let options = PlanOptions {
        today: session.host.today(),
        organisation_name: Some(session.profile.organisation_name.clone()),
        organisation_kind: session.profile.organisation_kind.clone(),
        mirror: match wanted.options.mode {
            ImportMode::MirrorRoster => Some(MirrorScope::WholeRoster),
            ImportMode::MirrorDepartments => Some(MirrorScope::NamedDepartments),
            ImportMode::Merge | ImportMode::OnlyNew | ImportMode::OnlyKnown => None,
        },
        answers: answers(wanted)?,
        corrections: corrections(wanted)?,
        fields,
    };
    work.mode = wanted.options.mode;
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
    let fitted = if wanted.options.takes_all_sheets {
        told(fit_sheets(&mut work.workbook, &work.sheet, &work.shape, &mapping, &mut run))?
    } else {
        FittedSheets::default()
    };
    let mut sheets: Vec<SheetToPlan<'_>> = fitted
        .sheets
        .iter()
        .map(|it| SheetToPlan { name: &it.name, shape: &it.shape, mapping: &it.mapping, department: Some(&it.name) })
        .collect();
    if sheets.is_empty() {
        sheets.push(SheetToPlan { name: &work.sheet, shape: &work.shape, mapping: &mapping, department: None });
    }
    let planned = plan_sheets(&mut work.workbook, &sheets, &mut roster, &options, &mut run);
    let plan = planned.map_err(|error| match error {
        PlanError::File(error) => error.failure(),
        PlanError::Roster(error) => error.failure(),
    })?;
    let counts = plan.counts();
    let leaving = plan.leaving().unwrap_or_default();
    let answer = ImportPlan {
        import: wanted.import.clone(),
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
        new_tags: plan.tags_to_create(),
        new_fields: work.fresh.iter().map(|(_, field)| columns::planned(field)).collect(),
        offered_card_number_digits: plan.offered_card_number_digits(),
        left_out_sheets: fitted.left_out,
        leave_of: leaving.of,
        confirms_leaving: leaving.must_be_confirmed(),
    };
    work.plan = Some(plan);
    work.mapping = Some(mapping);
    Ok(answer)
}

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

pub(crate) fn page(session: &Session, asked: &PlanPageRequest) -> Outcome<PlanPage> {
    let import = find(session, &asked.import)?;
    let work = lock(&import.work);
    let plan = work.plan.as_ref().ok_or(Code::ImportGone)?;
    let wanted = asked.kind.map(verdict);
    let departments = told(session.store.departments())?;
    let mut customs = columns::fields(session)?;
    customs.extend(work.fresh.iter().map(|(_, field)| field.clone()));
    let rows = plan
        .rows(wanted, asked.start as usize, asked.count.min(5_000) as usize)
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
    Ok(PlanPage { total: u32::try_from(plan.len(wanted)).unwrap_or(u32::MAX), rows })
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

pub(crate) fn apply(session: &Session, wanted: &ApplyImport) -> Outcome<ImportApplied> {
    let import = find(session, &wanted.import)?;
    import.is_cancelled.store(false, Ordering::Relaxed);
    let mut work = lock(&import.work);
    let mode = work.mode;
    let definitions: Vec<Edit> = work.fresh.iter().map(|(_, field)| columns::definition(field)).collect();
    let plan = work.plan.as_mut().ok_or(Code::ImportGone)?;
    for row in &wanted.excluded_rows {
        plan.exclude(*row, Exclusion::Excluded);
    }
    for cell in &wanted.excluded_cells {
        plan.exclude_item(cell.row, cell.item, Exclusion::Excluded);
    }
    let choices = ApplyChoices {
        new_departments: if wanted.creates_departments { NewDepartments::Create } else { NewDepartments::LeaveOut },
        new_tags: if wanted.creates_tags { NewTags::Create } else { NewTags::LeaveOut },
        faulty_cells: if wanted.takes_sound_cells { FaultyCells::LeaveCellOut } else { FaultyCells::LeaveRowOut },
        rows: match mode {
            ImportMode::OnlyNew => RowsTaken::OnlyNew,
            ImportMode::OnlyKnown => RowsTaken::OnlyKnown,
            ImportMode::Merge | ImportMode::MirrorRoster | ImportMode::MirrorDepartments => RowsTaken::All,
        },
        leaving_confirmed: wanted.confirmed_leaving,
    };
    if let Err(leaving) = choices.check_leaving(plan) {
        let failure = Failure::from(Code::MassLeaving).with("count", leaving.people.to_string());
        return Err(failure.with("of", leaving.of.to_string()));
    }
    let left = plan.leaving().map_or(0, |leaving| leaving.people);
    let expected = u32::try_from(plan.len(None)).unwrap_or(u32::MAX);
    let mut has_failed = false;
    let mut ids = Ids::new(&*session.host);
    let mut make_id = || {
        ids.next_id().unwrap_or_else(|_| {
            has_failed = true;
            RecordId::from_parts(0, [0; 10])
        })
    };
    let (mut added, mut made) = (0u32, 0u32);
    let changed = plan.count_changed(&choices);
    let planned = definitions.into_iter().chain(edits(plan, choices, &mut make_id));
    let counted = planned.inspect(|edit| match (edit.kind, edit.verb) {
        (Kind::Member, mingce_model::Verb::Create) => added += 1,
        (Kind::Department, mingce_model::Verb::Create) => made += 1,
        _ => {}
    });
    let operation = session.operation(Label::Import)?;
    let batch = operation.id;
    let mut progress = |done: u64| {
        session.host.emit(Event::Progress {
            job: wanted.import.clone(),
            done: u32::try_from(done).unwrap_or(u32::MAX),
            total: expected,
        });
        if import.is_cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let touched = told(session.store.write_with(&operation, counted, &mut progress))?;
    if has_failed {
        // Ids without randomness must not stay.
        told(session.store.undo_batch(batch, &session.operation(Label::Import)?))?;
        return Err(Failure::from(Code::Internal).with("reason", "no_randomness"));
    }
    work.plan = None;
    work.fresh.clear();
    // Remembered once it was used: the next file of this shape comes mapped.
    if let Some(mapping) = work.mapping.take() {
        let json = serde_json::to_value(&mapping).map_err(|_| Code::Internal)?;
        told(session.store.set_setting(&columns::setting_key(&work.shape), &json))?;
    }
    let (file_name, sha256) = (work.file_name.clone(), work.sha256);
    drop(work);
    session.tell_changed(&touched);
    import_history::keep(
        session,
        ImportRecord {
            batch: batch.to_string(),
            file_name,
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            at_ms: operation.at_ms,
            actor: operation.actor.clone(),
            added,
            changed,
            left,
            departments: made,
            is_undone: false,
        },
    )?;
    Ok(ImportApplied {
        batch: batch.to_string(),
        added,
        changed,
        left,
        departments: made,
        version: version(touched.version),
    })
}
