//! The imports made on this computer: which file, who, when, what came of it, and the way back.
//!
//! Kept beside the roster on this computer and not synced: only here can a batch be taken back as a whole. A file's name
//! is kept, nothing of what was in it.

use crate::custom_values;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::session::{Session, version};
use crate::undoing;
use mingce_ipc::Code;
use mingce_ipc::import::{ImportRecord, ImportUndone, KeptChange};
use mingce_ipc::roster::UndoBatch;
use mingce_model::id::BatchId;
use mingce_model::{Field, Kind, RecordId};
use mingce_store::{Kept, Label, StoreError, TakenBack};

const KEY: &str = "imports";
/// Imports that are remembered.
const RECORDS_MAX: usize = 500;
/// Later changes that are listed one by one.
const KEPT_LISTED: usize = 200;

/// Newest first.
pub(crate) fn list(session: &Session) -> Outcome<Vec<ImportRecord>> {
    let mut records = load(session)?;
    records.reverse();
    Ok(records)
}

/// Whether a batch stands or was taken back, by whatever button; batches that are no imports are nothing to it.
pub(crate) fn mark(session: &Session, batch: BatchId, is_undone: IsUndone) -> Outcome<()> {
    let mut records = load(session)?;
    let batch = batch.to_string();
    let Some(record) = records.iter_mut().find(|record| record.batch == batch) else { return Ok(()) };
    record.is_undone = is_undone == IsUndone::Yes;
    save(session, &records)
}

/// Whether an import was taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IsUndone {
    Yes,
    /// Or was done again.
    No,
}

fn load(session: &Session) -> Outcome<Vec<ImportRecord>> {
    let kept = told(session.store.setting(KEY))?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default())
}

fn save(session: &Session, records: &[ImportRecord]) -> Outcome<()> {
    told(session.store.set_setting(KEY, &serde_json::to_value(records).map_err(|_| Code::Internal)?))
}

/// Remembers an import that was written.
pub(crate) fn keep(session: &Session, record: ImportRecord) -> Outcome<()> {
    let mut records = load(session)?;
    records.push(record);
    let surplus = records.len().saturating_sub(RECORDS_MAX);
    records.drain(..surplus);
    save(session, &records)
}

/// Takes an import back; what people changed since stays, and is listed.
pub(crate) fn undo(session: &Session, wanted: &UndoBatch) -> Outcome<ImportUndone> {
    let batch: BatchId = departments::id(&wanted.batch)?.into();
    undoing::check_unmasking(session, TakenBack::Batch(batch))?;
    let operation = session.operation(Label::Import)?;
    let job = Job::begin(session, wanted.job.as_deref(), 0);
    let undone = match session.store.undo_batch_with(batch, &operation, &mut |done, total| job.watch(done, total)) {
        Err(StoreError::NothingToDo) => return Err(Code::NothingToUndo.into()),
        other => told(other)?,
    };
    session.tell_changed(&undone.touched);
    mark(session, batch, IsUndone::Yes)?;
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let kept: Outcome<Vec<KeptChange>> =
        undone.kept.iter().take(KEPT_LISTED).map(|kept| described(session, kept)).collect();
    Ok(ImportUndone {
        changed: count(undone.touched.changed),
        kept_count: count(undone.kept_count),
        kept: kept?,
        version: version(undone.touched.version),
    })
}

/// A kept change, masked as it would be anywhere, with the name of whom it is about, by way of what it belongs to.
fn described(session: &Session, kept: &Kept) -> Outcome<KeptChange> {
    let record = told(session.store.get(kept.kind, kept.id))?;
    let named = |kind: Kind, id: Option<RecordId>, field: Field| -> Outcome<String> {
        let Some(id) = id else { return Ok(String::new()) };
        let record = told(session.store.get(kind, id))?;
        Ok(record.and_then(|record| record.text(field).map(str::to_owned)).unwrap_or_default())
    };
    let reference = |field: Field| record.as_ref().and_then(|record| record.reference(field));
    let name = match kept.kind {
        Kind::Member => named(Kind::Member, Some(kept.id), Field::MemberName)?,
        Kind::Department => named(Kind::Department, Some(kept.id), Field::DepartmentName)?,
        Kind::Guardian => named(Kind::Guardian, Some(kept.id), Field::GuardianName)?,
        Kind::Affiliation => named(Kind::Member, reference(Field::AffiliationMember), Field::MemberName)?,
        Kind::Guardianship => named(Kind::Member, reference(Field::GuardianshipMember), Field::MemberName)?,
        Kind::CustomValue => named(Kind::Member, reference(Field::CustomValueMember), Field::MemberName)?,
        Kind::Tagging => named(Kind::Member, reference(Field::TaggingMember), Field::MemberName)?,
        Kind::CustomField => named(Kind::CustomField, Some(kept.id), Field::CustomFieldName)?,
        Kind::Tag => named(Kind::Tag, Some(kept.id), Field::TagName)?,
        Kind::Layout => named(Kind::Layout, Some(kept.id), Field::LayoutName)?,
        _ => String::new(),
    };
    let value = match (kept.field, &record) {
        (Some(Field::MemberDepartment), Some(record)) => {
            let departments = told(session.store.department_tree())?;
            let node = record.reference(Field::MemberDepartment).and_then(|id| departments.get(id));
            node.map(|node| node.path.to_string()).unwrap_or_default()
        }
        (Some(field), Some(record)) => {
            custom_values::shown(session, (kept.kind, kept.id), field, &[], record.get(field).to_string())?
        }
        _ => String::new(),
    };
    let what = match kept.field {
        Some(field) => custom_values::word(session, kept.kind, kept.id, field, &[])?,
        None => String::new(),
    };
    Ok(KeptChange { name, what, value })
}
