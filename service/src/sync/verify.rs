//! What a desktop compares itself with: a digest for each part of the roster that its account may see, and the records of
//! a part that differs. Worked out from the records, in one go over all of them; kept until the log goes on.

use super::bounds::Bounds;
use super::cursor::{CursorKey, check_cursor};
use super::safeguards::Safeguards;
use super::scope::{is_shown, shown_values};
use crate::failure::Failure;
use crate::storage::{FedRecord, OrganisationRow, StorageError, Transaction};
use mingce_model::id::AccountId;
use mingce_model::{Kind, OrganisationId, RecordId, Value};
use mingce_protocol::digest::{
    COMPARED_BYTES_MAX, COMPARED_MAX, Compare, Compared, ComparedRecord, HexDigest, Part, PartDigest, PartDigests,
    RowDigest, ServiceDigests,
};
use mingce_protocol::pull::ValueRef;
use mingce_protocol::{ApiFailure, Limit, PulledRecord, Rights, SCHEMA};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
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
    kept: Mutex<HashMap<(OrganisationId, Option<Limit>, Option<u64>), Known>>,
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
    (organisation, account, rights): (&OrganisationRow, AccountId, &Rights),
    known: &KnownDigests,
    cursor: &str,
) -> Result<ServiceDigests, Failure> {
    let cursor = check_cursor(transaction, key, safeguards, organisation, cursor)?;
    let mut answer = ServiceDigests { epoch: organisation.epoch, schema: SCHEMA, parts: None };
    let limit = rights.limit();
    let mut bounds = load_bounds(transaction, organisation, account, limit)?;
    let mark = bounds.as_ref().map(Bounds::mark);
    if cursor.ver != organisation.head || cursor.scope.map(|scope| scope.mark) != mark {
        return Ok(answer);
    }
    let place = (organisation.id, limit, mark);
    let found = known.kept.lock().get(&place).and_then(|known| {
        let is_of_now = (known.epoch, known.head) == (organisation.epoch, organisation.head);
        is_of_now.then(|| known.parts.clone())
    });
    let parts = match found {
        Some(parts) => parts,
        None => {
            let mut digests = PartDigests::default();
            go_through(transaction, organisation, (limit, bounds.as_mut(), None), &mut |record, values| {
                let part = Part::of(record.kind, record.id, values.iter().copied());
                digests.add(part, RowDigest::of(record.kind, record.id, record.ver, values.iter().copied()));
                ControlFlow::Continue(())
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
/// As `load_digests`; `too_large` for a part of which too much differs, which is pulled again with everything else.
pub fn compare_part(
    transaction: &mut dyn Transaction,
    (key, safeguards): (&CursorKey, Safeguards),
    (organisation, account, rights): (&OrganisationRow, AccountId, &Rights),
    asked: &Compare,
) -> Result<Compared, Failure> {
    check_cursor(transaction, key, safeguards, organisation, &asked.cursor)?;
    let kind = Kind::from_number(asked.part.kind).ok_or(ApiFailure::Malformed)?;
    if asked.rows.len() > COMPARED_MAX {
        return Err(ApiFailure::TooLarge.into());
    }
    let limit = rights.limit();
    let mut bounds = load_bounds(transaction, organisation, account, limit)?;
    let theirs: HashMap<RecordId, u64> = asked.rows.iter().map(|(id, HexDigest(digest))| (*id, *digest)).collect();
    let mut alike: HashSet<RecordId> = HashSet::new();
    let mut told = Told::default();
    go_through(transaction, organisation, (limit, bounds.as_mut(), Some(kind)), &mut |record, values| {
        let is_of_part = Part::of(kind, record.id, values.iter().copied()) == asked.part;
        let digest = RowDigest::of(kind, record.id, record.ver, values.iter().copied()).0;
        match theirs.get(&record.id) {
            Some(their) if *their == digest => drop(alike.insert(record.id)),
            None if !is_of_part => {}
            _ => {
                let values = values.iter().copied().map(Value::from).collect();
                return told.add(ComparedRecord { id: record.id, ver: record.ver, values: Some(values) });
            }
        }
        ControlFlow::Continue(())
    })?;
    let known: HashSet<RecordId> = told.compared.records.iter().map(|record| record.id).collect();
    let rest: Vec<RecordId> = theirs.into_keys().filter(|id| !alike.contains(id) && !known.contains(id)).collect();
    let vers = if told.is_too_large { HashMap::new() } else { transaction.find_vers(organisation.key, kind, &rest)? };
    for id in rest {
        match vers.get(&id) {
            // Who may not see it is told that it is gone, and no more.
            Some(ver) => drop(told.add(ComparedRecord { id, ver: *ver, values: None })),
            None => told.compared.unknown.push(id),
        }
    }
    let Told { mut compared, is_too_large: false, .. } = told else { return Err(ApiFailure::TooLarge.into()) };
    compared.records.sort_unstable_by_key(|record| record.ver);
    Ok(compared)
}

/// An answer as it grows.
#[derive(Default)]
struct Told {
    compared: Compared,
    bytes: usize,
    is_too_large: bool,
}

impl Told {
    /// Breaks off where nobody would take the answer.
    fn add(&mut self, record: ComparedRecord) -> ControlFlow<()> {
        self.bytes += serde_json::to_vec(&record).map_or(0, |json| json.len());
        self.is_too_large = self.is_too_large
            || self.bytes > COMPARED_BYTES_MAX
            || record.values.is_some() && self.compared.records.len() >= COMPARED_MAX;
        if self.is_too_large {
            return ControlFlow::Break(());
        }
        self.compared.records.push(record);
        ControlFlow::Continue(())
    }
}

fn load_bounds(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    account: AccountId,
    limit: Option<Limit>,
) -> Result<Option<Bounds>, StorageError> {
    if limit != Some(Limit::OnlyDepartments) {
        return Ok(None);
    }
    let mut bounds = Bounds::load(transaction, organisation, account)?;
    bounds.look_at_everybody(transaction)?;
    Ok(Some(bounds))
}

type Each<'e> = &'e mut dyn FnMut(&FedRecord<'_>, &[ValueRef<'_>]) -> ControlFlow<()>;

/// Gives every live record that is shown under the limit, or within the bounds, to `each`, of one kind or of all, with the
/// values that are shown.
fn go_through(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    (limit, mut bounds, only): (Option<Limit>, Option<&mut Bounds>, Option<Kind>),
    each: Each<'_>,
) -> Result<(), StorageError> {
    let mut reached = 0;
    let mut flow = ControlFlow::Continue(());
    loop {
        let from = reached;
        // What is within bounds can only be found out between two reads.
        let mut looked: Vec<PulledRecord> = Vec::new();
        let is_bound = bounds.is_some();
        let mut give = |record: FedRecord<'_>| -> Result<(), StorageError> {
            reached = record.ver;
            match record.values {
                Some(_) if is_bound => looked.push(record.to_pulled()),
                Some(values) if flow.is_continue() && is_shown(limit, &record) => {
                    let shown = shown_values(limit, record.kind, values);
                    flow = each(&record, shown.as_deref().unwrap_or(values));
                }
                _ => {}
            }
            Ok(())
        };
        match only {
            Some(kind) => transaction.load_kind_after(organisation.key, kind, from, (ROWS, BYTES), &mut give)?,
            None => transaction.load_records_after(organisation.key, from, ROWS, BYTES, &mut give)?,
        }
        if let Some(bounds) = &mut bounds {
            for record in looked {
                let (of, ver) = ((record.kind, record.id), record.ver);
                let mut values = record.values.unwrap_or_default();
                if flow.is_continue() && bounds.shows(transaction, of, &values)? {
                    bounds.cover(of, &mut values);
                    let shown: Vec<ValueRef<'_>> = values.iter().map(ValueRef::from).collect();
                    let fed = FedRecord { kind: of.0, id: of.1, ver, values: Some(&shown) };
                    flow = each(&fed, &shown);
                }
            }
        }
        if flow.is_break() || reached == from || reached >= organisation.head {
            return Ok(());
        }
    }
}
