//! Pull: what changed after a cursor, in version order, from one snapshot.

use super::bounds::{Bounds, load_bounded_page};
use super::cursor::{Cursor, CursorKey, Stage, chain_at, check_cursor};
use super::safeguards::Safeguards;
use super::scope::{is_shown, shown_values};
use super::signing::Signed;
use crate::failure::Failure;
use crate::storage::{FedRecord, OrganisationRow, StorageError, Transaction};
use mingce_model::id::AccountId;
use mingce_protocol::pull::PullWriter;
use mingce_protocol::{BODY_BYTES_MAX, Limit, PROTOCOL, PULL_ROWS_MAX, PullHeader, PulledScope, Rights, SCHEMA};

/// A page is cut when its values pass this; escaping at most doubles it.
pub(super) const PAGE_BYTES_MAX: usize = BODY_BYTES_MAX / 4;

/// One page, ready to send.
pub struct Page {
    pub body: Vec<u8>,
    pub rows: usize,
    pub head: u64,
}

/// Reads the page after `cursor`, from the beginning without one, for the account, which has the rights. `seen` is what an
/// answer to a push said of the log.
///
/// # Errors
/// `malformed` and `epoch` as for any cursor.
pub fn load_page(
    transaction: &mut dyn Transaction,
    (key, safeguards): (&CursorKey, Safeguards),
    (organisation, account, rights): (&OrganisationRow, AccountId, Rights),
    (cursor, seen): (Option<&str>, Option<&str>),
    rows_max: usize,
) -> Result<Page, Failure> {
    if let Some(seen) = seen {
        check_cursor(transaction, key, safeguards, organisation, seen)?;
    }
    let cursor = match cursor {
        Some(text) => Some(check_cursor(transaction, key, safeguards, organisation, text)?),
        None => None,
    };
    let rows_max = rows_max.clamp(1, PULL_ROWS_MAX);
    if rights.limit() == Some(Limit::OnlyDepartments) {
        let bounds = Bounds::load(transaction, organisation, account)?;
        return load_bounded_page(transaction, key, (organisation, rights), bounds, cursor, rows_max);
    }
    // Whoever was bound to departments before lacks the rest.
    let was_bound = cursor.is_some_and(|cursor| cursor.scope.is_some());
    let (after, stage) = match cursor.filter(|_| !was_bound) {
        Some(cursor) => (cursor.ver, cursor.stage),
        None => (0, Stage::Filling),
    };
    let stage = if stage == Stage::Following { Stage::CatchingUp { since: after } } else { stage };
    let limit = rights.limit();
    let (mut reached, mut rows, mut more) = (after, 0, true);
    let mut writer = PullWriter::new(0);
    let mut news = Vec::new();
    // A page that says that there is more brings something: what the account may not see is passed over.
    while more && rows == 0 {
        let from = reached;
        transaction.load_records_after(organisation.key, from, rows_max, PAGE_BYTES_MAX, &mut |record| {
            reached = record.ver;
            if !is_shown(limit, &record) {
                return Ok(());
            }
            rows += 1;
            let shown = record.values.and_then(|values| shown_values(limit, record.kind, values));
            let values = shown.as_deref().or(record.values);
            match stage {
                // From the beginning everything is there already; afterwards it is news, and people ask whose.
                Stage::Filling => {
                    let row = (record.kind, record.id, record.ver);
                    let written = writer.row(row, values.map(|values| values.iter().copied()), None);
                    written.map_err(|_| StorageError::Inconsistent)?;
                }
                Stage::Following | Stage::CatchingUp { .. } => news.push(FedRecord { values, ..record }.to_pulled()),
            }
            Ok(())
        })?;
        // Rows changed while earlier pages were read jumped to the end; the last page always ends at the head.
        more = reached < organisation.head && reached > from;
    }
    let ver = if more { reached } else { organisation.head };
    let chain = chain_at(transaction, organisation, ver)?.ok_or(StorageError::Inconsistent)?;
    let mut signed = Signed::default();
    if let Stage::CatchingUp { since } = stage {
        signed.sign(transaction, organisation.key, (&|_| since, limit), &mut news)?;
    }
    if !news.is_empty() {
        writer = PullWriter::new(signed.authors.len());
        for record in &news {
            writer.record(record)?;
        }
    }
    let stage = if more { stage } else { Stage::Following };
    let cursor = Cursor { epoch: organisation.epoch, ver, chain, schema: SCHEMA, stage, scope: None };
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
        scope: was_bound.then(|| PulledScope { begins: true, ..PulledScope::default() }),
    };
    Ok(Page { body: writer.finish(&header)?, rows, head: organisation.head })
}
