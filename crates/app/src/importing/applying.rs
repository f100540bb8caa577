//! The plan carried out: one batch, and the mapping remembered.

use super::{columns, find, source_places};
use crate::failure::{Outcome, told};
use crate::host::Ids;
use crate::import_history;
use crate::lock;
use crate::session::{Session, version};
use mingce_exchange::diff::{ApplyChoices, FaultyCells, NewDepartments, NewTags, RowsTaken, edits};
use mingce_ipc::import::{ApplyImport, ImportApplied, ImportMode, ImportRecord};
use mingce_ipc::{Code, Event, Failure};
use mingce_model::{Edit, Kind, RecordId};
use mingce_store::Label;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

pub(crate) fn apply(session: &Session, wanted: &ApplyImport) -> Outcome<ImportApplied> {
    let import = find(session, &wanted.import)?;
    import.is_cancelled.store(false, Ordering::Relaxed);
    let mut work = lock(&import.work);
    let mode = work.mode;
    let definitions: Vec<Edit> = work.fresh.iter().map(|(_, field)| columns::definition(field)).collect();
    let plan = work.plan.as_ref().ok_or(Code::ImportGone)?;
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
    work.shown = None;
    work.fresh.clear();
    // Remembered once it was used: the next file of this shape comes mapped.
    if let Some(mapping) = work.mapping.take() {
        let json = serde_json::to_value(&mapping).map_err(|_| Code::Internal)?;
        told(session.store.set_setting(&columns::setting_key(&work.shape), &json))?;
    }
    let places = work.workbook.places_told();
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
    // What cannot be kept now is told again by the next whole package.
    let _ = source_places::remember(session, &places);
    Ok(ImportApplied {
        batch: batch.to_string(),
        added,
        changed,
        left,
        departments: made,
        version: version(touched.version),
    })
}
