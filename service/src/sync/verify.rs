//! What a desktop compares itself with: a digest for each part of the roster that its account may see, and the records of
//! a part that differs. Worked out from the records, in one go over all of them; kept until the log goes on.

use super::cursor::{CursorKey, check_cursor};
use super::safeguards::Safeguards;
use super::scope::{is_shown, shown_values};
use crate::failure::Failure;
use crate::storage::{FedRecord, OrganisationRow, StorageError, Transaction};
use mingce_model::{Kind, OrganisationId, RecordId, Value};
use mingce_protocol::digest::{
    COMPARED_MAX, Compare, Compared, ComparedRecord, HexDigest, Part, PartDigest, PartDigests, RowDigest,
    ServiceDigests,
};
use mingce_protocol::pull::ValueRef;
use mingce_protocol::{ApiFailure, Limit, Rights, SCHEMA};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Records read at a time.
const ROWS: usize = 5_000;
const BYTES: usize = 4 << 20;
/// Organisations whose digests are kept.
const KEPT: usize = 64;

type Parts = Vec<(Part, PartDigest)>;

/// Digests of logs that have not gone on since.
#[derive(Default)]
pub struct KnownDigests {
    kept: Mutex<HashMap<(OrganisationId, Option<Limit>), Known>>,
}

struct Known {
    epoch: u64,
    head: u64,
    parts: Arc<Parts>,
}

/// The digests for a desktop whose cursor is at the head.
///
/// # Errors
/// `malformed` and `epoch` as for any cursor.
pub fn load_digests(
    transaction: &mut dyn Transaction,
    (key, safeguards): (&CursorKey, Safeguards),
    (organisation, rights): (&OrganisationRow, &Rights),
    known: &KnownDigests,
    cursor: &str,
) -> Result<ServiceDigests, Failure> {
    let cursor = check_cursor(transaction, key, safeguards, organisation, cursor)?;
    let mut answer = ServiceDigests { epoch: organisation.epoch, schema: SCHEMA, parts: None };
    if cursor.ver != organisation.head {
        return Ok(answer);
    }
    let limit = rights.limit();
    let place = (organisation.id, limit);
    let found = known.kept.lock().get(&place).and_then(|known| {
        let is_of_now = (known.epoch, known.head) == (organisation.epoch, organisation.head);
        is_of_now.then(|| known.parts.clone())
    });
    let parts = match found {
        Some(parts) => parts,
        None => {
            let mut digests = PartDigests::default();
            go_through(transaction, organisation, limit, &mut |record, values| {
                let part = Part::of(record.kind, record.id, values.iter().copied());
                digests.add(part, RowDigest::of(record.kind, record.id, record.ver, values.iter().copied()));
            })?;
            let parts = Arc::new(digests.0.into_iter().collect::<Parts>());
            let mut kept = known.kept.lock();
            if kept.len() >= KEPT {
                kept.clear();
            }
            let (epoch, head) = (organisation.epoch, organisation.head);
            kept.insert(place, Known { epoch, head, parts: parts.clone() });
            parts
        }
    };
    answer.parts = Some(parts.to_vec());
    Ok(answer)
}

/// Where the desktop's part and the service's differ.
///
/// # Errors
/// As `load_digests`; `too_large` for a part of too many records, which is pulled again with everything else.
pub fn compare_part(
    transaction: &mut dyn Transaction,
    (key, safeguards): (&CursorKey, Safeguards),
    (organisation, rights): (&OrganisationRow, &Rights),
    asked: &Compare,
) -> Result<Compared, Failure> {
    check_cursor(transaction, key, safeguards, organisation, &asked.cursor)?;
    let kind = Kind::from_number(asked.part.kind).ok_or(ApiFailure::Malformed)?;
    if asked.rows.len() > COMPARED_MAX {
        return Err(ApiFailure::TooLarge.into());
    }
    let limit = rights.limit();
    let theirs: HashMap<RecordId, u64> = asked.rows.iter().map(|(id, HexDigest(digest))| (*id, *digest)).collect();
    let mut alike: HashSet<RecordId> = HashSet::new();
    let mut compared = Compared::default();
    let mut is_too_large = false;
    go_through(transaction, organisation, limit, &mut |record, values| {
        if record.kind != kind {
            return;
        }
        let is_of_part = Part::of(kind, record.id, values.iter().copied()) == asked.part;
        let digest = RowDigest::of(kind, record.id, record.ver, values.iter().copied()).0;
        match theirs.get(&record.id) {
            Some(their) if *their == digest => drop(alike.insert(record.id)),
            None if !is_of_part => {}
            _ if compared.records.len() >= COMPARED_MAX => is_too_large = true,
            _ => {
                let values = values.iter().copied().map(Value::from).collect();
                compared.records.push(ComparedRecord { id: record.id, ver: record.ver, values: Some(values) });
            }
        }
    })?;
    if is_too_large {
        return Err(ApiFailure::TooLarge.into());
    }
    let told: HashSet<RecordId> = compared.records.iter().map(|record| record.id).collect();
    for id in theirs.into_keys().filter(|id| !alike.contains(id) && !told.contains(id)) {
        match transaction.find_record(organisation.key, kind, id)? {
            // Who may not see it is told that it is gone, and no more.
            Some(stored) => {
                compared.records.push(ComparedRecord { id, ver: stored.record.ver, values: None });
            }
            None => compared.unknown.push(id),
        }
    }
    compared.records.sort_unstable_by_key(|record| record.ver);
    Ok(compared)
}

/// Gives every live record that is shown under the limit to `each`, with the values that are shown.
fn go_through(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    limit: Option<Limit>,
    each: &mut dyn FnMut(&FedRecord<'_>, &[ValueRef<'_>]),
) -> Result<(), StorageError> {
    let mut reached = 0;
    loop {
        let from = reached;
        transaction.load_records_after(organisation.key, from, ROWS, BYTES, &mut |record| {
            reached = record.ver;
            if let Some(values) = record.values
                && is_shown(limit, &record)
            {
                let shown = shown_values(limit, record.kind, values);
                each(&record, shown.as_deref().unwrap_or(values));
            }
            Ok(())
        })?;
        if reached == from || reached >= organisation.head {
            return Ok(());
        }
    }
}
