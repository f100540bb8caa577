//! A page of a pull for an account that is bound to departments.

use super::Bounds;
use super::crossing::{Crossing, conflicts_about, last_of_removed};
use crate::failure::Failure;
use crate::storage::{OrganisationRow, StorageError, Transaction};
use crate::sync::cursor::{Cursor, CursorKey, ScopeMark, Stage, chain_at};
use crate::sync::pull::{PAGE_BYTES_MAX, Page};
use crate::sync::signing::Signed;
use mingce_model::Kind;
use mingce_protocol::pull::PullWriter;
use mingce_protocol::{PROTOCOL, PullHeader, PulledRecord, PulledScope, Rights, SCHEMA};

/// Records looked at for one page at the most, once it brings something.
const LOOKED_AT_MAX: usize = 100_000;

/// Reads the page after `cursor`, which was checked. With other bounds than its own, or none, everything comes anew.
pub(in crate::sync) fn load_bounded_page(
    transaction: &mut dyn Transaction,
    key: &CursorKey,
    (organisation, rights): (&OrganisationRow, Rights),
    mut bounds: Bounds,
    cursor: Option<Cursor>,
    rows_max: usize,
) -> Result<Page, Failure> {
    let mark = bounds.mark();
    let mut scope = PulledScope::default();
    let known = cursor.and_then(|cursor| Some((cursor, cursor.scope.filter(|scope| scope.mark == mark)?)));
    let crossing = match known {
        Some((cursor, scope)) => {
            let crossed = Crossing::since(transaction, &mut bounds, (scope.at, cursor.ver))?;
            crossed.map(|crossing| (cursor, crossing))
        }
        None => None,
    };
    let (after, stage, crossing) = match crossing {
        Some((cursor, crossing)) => (cursor.ver, cursor.stage, crossing),
        None => {
            scope.begins = true;
            (0, Stage::Filling, Crossing::now(&bounds))
        }
    };
    let stage = if stage == Stage::Following { Stage::CatchingUp { since: after } } else { stage };
    if stage == Stage::Filling {
        bounds.look_at_everybody(transaction)?;
    }
    scope.again = crossing.again.len();
    let mut records = crossing.again.clone();
    let (mut reached, mut more, mut looked_at, mut bytes) = (after, after < organisation.head, 0, 0);
    // A page that says that there is more brings something: what the account may not see is passed over.
    while more && records.len() < rows_max && bytes < PAGE_BYTES_MAX {
        if looked_at >= LOOKED_AT_MAX && !records.is_empty() {
            break;
        }
        let (from, room) = (reached, (rows_max - records.len()).max(1));
        let mut looked: Vec<PulledRecord> = Vec::new();
        transaction.load_records_after(organisation.key, from, room, PAGE_BYTES_MAX, &mut |record| {
            looked.push(record.to_pulled());
            Ok(())
        })?;
        looked_at += looked.len();
        let Some(last) = looked.last() else {
            more = false;
            break;
        };
        reached = last.ver;
        for mut record in looked {
            if shows(transaction, &mut bounds, &crossing, &mut record)? {
                let values = record.values.iter().flatten();
                bytes += values.map(|value| value.as_text().map_or(8, str::len)).sum::<usize>() + 60;
                records.push(record);
            }
        }
        more = reached < organisation.head;
    }
    // What was in dispute about something that is removed is settled by that.
    let removed = records.iter().filter(|record| record.values.is_none()).map(|record| record.id).collect();
    let settled = conflicts_about(transaction, bounds.key, &removed)?;
    let left = crossing.left.iter().copied().chain(settled.into_iter().map(|id| (Kind::Conflict, id)));
    scope.left = left.map(|(kind, id)| (kind as u8, id)).collect();
    let ver = if more { reached } else { organisation.head };
    let chain = chain_at(transaction, organisation, ver)?.ok_or(StorageError::Inconsistent)?;
    let mut signed = Signed::default();
    if let Stage::CatchingUp { since } = stage {
        // Of what was elsewhere until now, and of what is not shown whole, only who made it what it is; where earlier pages
        // may have brought it in, of everything.
        let is_first = known.is_some_and(|(cursor, _)| cursor.stage == Stage::Following);
        let from = |record: &PulledRecord| {
            let is_told = is_first && !crossing.concerns(record) && bounds.shows_whole(record);
            if is_told && record.ver > since { since } else { record.ver.saturating_sub(1) }
        };
        signed.sign(transaction, organisation.key, (&from, rights.limit()), &mut records)?;
    }
    let mut writer = PullWriter::new(signed.authors.len());
    for record in &records {
        writer.record(record)?;
    }
    let stage = if more { stage } else { Stage::Following };
    let at = ScopeMark { mark, at: organisation.head };
    let cursor = Cursor { epoch: organisation.epoch, ver, chain, schema: SCHEMA, stage, scope: Some(at) };
    let rows = records.len() + scope.left.len();
    let header = PullHeader {
        protocol: PROTOCOL,
        epoch: organisation.epoch,
        schema: SCHEMA,
        head: organisation.head,
        cursor: key.seal(organisation.id, &cursor),
        more,
        authors: signed.authors,
        rights: Some(rights),
        batches: signed.batches,
        of_batches: signed.of_batches,
        edits: signed.edits,
        scope: Some(scope),
    };
    Ok(Page { body: writer.finish(&header)?, rows, head: organisation.head })
}

/// Whether the record is told, and what of it: a removal only where the record was shown before.
fn shows(
    transaction: &mut dyn Transaction,
    bounds: &mut Bounds,
    crossing: &Crossing,
    record: &mut PulledRecord,
) -> Result<bool, StorageError> {
    let of = (record.kind, record.id);
    let Some(values) = &mut record.values else {
        let last = last_of_removed(transaction, bounds.key, of)?;
        return match last {
            Some(last) => crossing.showed(transaction, bounds, &last),
            None => Ok(false),
        };
    };
    let is_shown = bounds.shows(transaction, of, values)?;
    if is_shown {
        bounds.cover(of, values);
    }
    Ok(is_shown)
}
