//! Push: contiguous numbers, digests and stored answers. A number is applied once and answered the same every time.

use super::Random;
use super::ahead::wanted_by;
use super::apply::{Applied, Applier};
use super::bounds::Bounds;
use super::cursor::{Cursor, CursorKey, Stage, check_cursor};
use super::journal::Journal;
use super::refused::Refused;
use super::safeguards::{Safeguard, Safeguards};
use crate::audit::{Act, Actor, Deed, Ledger, joined, record};
use crate::failure::Failure;
use crate::storage::{
    AnsweredRow, Author, BatchRow, CursorMove, OrganisationRow, ReplicaRow, Role, StorageError, Transaction, Verdict,
};
use jiff::civil::Date;
use mingce_model::id::{AccountId, ReplicaId};
use mingce_model::{RecordId, ValueDigest};
use mingce_protocol::push::Push;
use mingce_protocol::{
    ApiFailure, Exception, Limit, Op, OpCode, PulledBatch, PushAnswer, PushHeader, SCHEMA, VersionRuns, label_of,
};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};

/// Who pushes, and what the host lends.
pub struct Pusher<'a> {
    pub account: AccountId,
    pub account_name: &'a str,
    pub role: Role,
    /// May see what is personal.
    pub may_reveal: bool,
    pub device: RecordId,
    /// The neighbourhood that the request came from.
    pub network: Option<&'a str>,
    pub now_ms: i64,
    pub today: Date,
    pub random: &'a Random,
    pub cursor_key: &'a CursorKey,
    pub safeguards: Safeguards,
}

impl Pusher<'_> {
    /// Works on some departments only.
    fn is_bound(&self) -> bool {
        self.role.limit() == Some(Limit::OnlyDepartments)
    }
}

/// Applies the edits that are new and answers all of them. The caller has checked the account's right to the
/// organisation in the same transaction, and wakes waiting pulls when the answer's head is above the organisation's.
///
/// # Errors
/// `epoch`, `fork`, `gap` and `malformed` as in the protocol; then nothing was applied.
pub fn apply_push(
    transaction: &mut dyn Transaction,
    organisation: OrganisationRow,
    pusher: &Pusher<'_>,
    push: &Push,
) -> Result<PushAnswer, Failure> {
    let Push { header, ops, digests } = push;
    let replica: ReplicaId = header.replica.parse().map_err(|_| ApiFailure::Malformed)?;
    let safeguards = pusher.safeguards;
    if header.epoch != 0 && header.epoch != organisation.epoch && safeguards.has(Safeguard::Epoch) {
        return Err(ApiFailure::Epoch.into());
    }
    let cursor = match &header.cursor {
        Some(text) => Some(check_cursor(transaction, pusher.cursor_key, safeguards, &organisation, text)?),
        None => None,
    };
    if let Some(seen) = &header.seen {
        check_cursor(transaction, pusher.cursor_key, safeguards, &organisation, seen)?;
    }
    let row = find_row(transaction, &organisation, pusher, replica, header)?;
    let answered = transaction.load_answers(organisation.key, replica)?;
    let known = usize::try_from((row.last_m + 1).saturating_sub(header.first)).unwrap_or(usize::MAX).min(ops.len());
    let mut answer = PushAnswer {
        epoch: organisation.epoch,
        head: organisation.head,
        last_m: row.last_m,
        vers: VersionRuns::default(),
        exceptions: Vec::new(),
        cursor: None,
        seen: None,
    };
    let replayed = replay(&answered, (&ops[..known], &digests[..known]), safeguards, &mut answer)?;
    let acked = ReplicaRow { acked_m: header.acked, device: Some(pusher.device), ..row };
    let base = organisation.head;
    if known == ops.len() {
        if let Some(moves) = replayed
            && !pusher.is_bound()
            && cursor.is_some_and(|cursor| cursor.ver == moves.base)
        {
            answer.cursor = Some(seal(pusher.cursor_key, &organisation, moves));
        } else {
            answer.seen = Some(seal(pusher.cursor_key, &organisation, place(&organisation)));
        }
        transaction.remove_answers(organisation.key, replica, header.acked)?;
        transaction.save_replica(organisation.key, replica, &acked, pusher.now_ms)?;
        return Ok(answer);
    }

    let (fresh, digests) = (&ops[known..], &digests[known..]);
    let mut refused = Refused::default();
    let mut exceptions = answer.exceptions.iter().peekable();
    for op in &ops[..known] {
        refused.note(op, exceptions.next_if(|exception| exception.m == op.m));
    }
    transaction.expect(organisation.key, &|| wanted_by(fresh))?;
    let (results, organisation, bound) =
        apply_all(transaction, organisation, pusher, replica, (fresh, digests), refused)?;
    let mut stored = AnsweredRow {
        first_m: fresh[0].m,
        digests: digests.to_vec(),
        vers: VersionRuns::default(),
        exceptions: Vec::new(),
        moves: None,
    };
    for result in results {
        stored.vers.push(result.ver);
        answer.vers.push(result.ver);
        stored.exceptions.extend(result.exception);
    }
    answer.exceptions.extend(stored.exceptions.iter().cloned());
    answer.head = organisation.head;
    answer.last_m = row.last_m + fresh.len() as u64;
    // Nobody else wrote in between, and nothing was written but what these edits ask for.
    let own: u64 = stored.vers.iter().filter(|ver| *ver != 0).count() as u64;
    // Who is bound to departments may have moved somebody across their edge: a pull says who came and went.
    let is_at_base = cursor.is_some_and(|cursor| cursor.ver == base && cursor.scope.is_none());
    if known == 0 && is_at_base && !pusher.is_bound() && organisation.head == base + own {
        let moves = CursorMove { base, head: organisation.head, chain: organisation.chain };
        stored.moves = Some(moves);
        answer.cursor = Some(seal(pusher.cursor_key, &organisation, moves));
    } else {
        answer.seen = Some(seal(pusher.cursor_key, &organisation, place(&organisation)));
    }
    note_push(transaction, (&organisation, bound), pusher, replica, (fresh, &stored))?;
    for batch in batches_of(header, fresh) {
        transaction.insert_batch(organisation.key, (pusher.account, replica), &batch)?;
    }
    transaction.insert_answer(organisation.key, replica, &stored)?;
    transaction.remove_answers(organisation.key, replica, header.acked)?;
    let row = ReplicaRow { last_m: answer.last_m, ..acked };
    transaction.save_replica(organisation.key, replica, &row, pusher.now_ms)?;
    Ok(answer)
}

/// What the push says of its new edits: which of them were made as one. What it says of others is not listened to.
fn batches_of(header: &PushHeader, fresh: &[Op]) -> Vec<BatchRow> {
    let (Some(first), Some(last)) = (fresh.first().map(|op| op.m), fresh.last().map(|op| op.m)) else {
        return Vec::new();
    };
    let told = &header.batches;
    let is_in_order = told.is_sorted_by(|one, next| one.first < next.first);
    let until = told.iter().skip(1).map(|next| next.first.saturating_sub(1)).chain([last]);
    let runs = told.iter().zip(until).filter(|_| is_in_order).filter_map(|(run, until)| {
        let (first_m, last_m) = (run.first.max(first), until.min(last));
        let batch = PulledBatch { id: run.id?, label: label_of(&run.label).to_owned() };
        (first_m <= last_m).then_some(BatchRow { first_m, last_m, batch })
    });
    runs.collect()
}

/// The replica's counters, after the checks that see a copied or restored desktop database.
fn find_row(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    pusher: &Pusher<'_>,
    replica: ReplicaId,
    header: &PushHeader,
) -> Result<ReplicaRow, Failure> {
    if header.first == 0 || header.first <= header.acked {
        return Err(ApiFailure::Malformed.into());
    }
    let unknown = ReplicaRow { account: pusher.account, device: None, last_m: 0, acked_m: 0 };
    let row = transaction.find_replica(organisation.key, replica)?.unwrap_or(unknown);
    let forgets_answers = header.acked < row.acked_m || header.first <= row.acked_m;
    if row.account != pusher.account || (forgets_answers && pusher.safeguards.has(Safeguard::Acknowledged)) {
        return Err(ApiFailure::Fork.into());
    }
    if header.acked > row.last_m {
        return Err(ApiFailure::Epoch.into());
    }
    if header.first > row.last_m + 1 {
        return Err(Failure::gap(row.last_m + 1));
    }
    Ok(row)
}

/// Checks that this log gave the answers that a desktop holds. It may hold some without a cursor past them: then nothing
/// else tells it that the log was put back to before them.
///
/// # Errors
/// `epoch` when it holds answers that this log never gave.
pub fn check_answered(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    replica: ReplicaId,
    acked: u64,
) -> Result<(), Failure> {
    let last_m = match acked {
        0 => 0,
        _ => transaction.find_replica(organisation.key, replica)?.map_or(0, |row| row.last_m),
    };
    if acked > last_m { Err(ApiFailure::Epoch.into()) } else { Ok(()) }
}

/// Answers edits that were answered before. Returns the cursor move of the push that these edits were, exactly.
fn replay(
    answered: &[AnsweredRow],
    (ops, digests): (&[Op], &[ValueDigest]),
    safeguards: Safeguards,
    answer: &mut PushAnswer,
) -> Result<Option<CursorMove>, Failure> {
    let mut moves = None;
    let (mut left, mut left_digests) = (ops, digests);
    for row in answered {
        let Some(first) = left.first() else { break };
        let last_m = row.first_m + row.digests.len() as u64 - 1;
        if first.m > last_m {
            continue;
        }
        let skip = usize::try_from(first.m.checked_sub(row.first_m).ok_or(StorageError::Inconsistent)?)
            .map_err(|_| StorageError::Inconsistent)?;
        let count = left.len().min(row.digests.len() - skip);
        let (these, rest) = left_digests.split_at(count);
        if *these != row.digests[skip..skip + count] && safeguards.has(Safeguard::Digest) {
            return Err(ApiFailure::Fork.into());
        }
        row.vers.iter().skip(skip).take(count).for_each(|ver| answer.vers.push(ver));
        let range = first.m..first.m + count as u64;
        answer.exceptions.extend(row.exceptions.iter().filter(|exception| range.contains(&exception.m)).cloned());
        if skip == 0 && count == row.digests.len() && ops.len() == count {
            moves = row.moves;
        }
        (left, left_digests) = (&left[count..], rest);
    }
    // Every answer above `acked` is kept, so whatever is left here was never answered: the database is inconsistent.
    if left.is_empty() { Ok(moves) } else { Err(StorageError::Inconsistent.into()) }
}

/// Applies new edits in order; edits of one group all or none. Answers also what the audit says of the lines.
fn apply_all(
    transaction: &mut dyn Transaction,
    organisation: OrganisationRow,
    pusher: &Pusher<'_>,
    replica: ReplicaId,
    (ops, digests): (&[Op], &[ValueDigest]),
    refused: Refused,
) -> Result<(Vec<Applied>, OrganisationRow, serde_json::Value), Failure> {
    let author = |m| Author::Administrator { account: pusher.account, replica, m };
    let bounds = match pusher.is_bound() {
        true => Some(Bounds::load(transaction, &organisation, pusher.account)?),
        false => None,
    };
    let journal = Journal::open(transaction, organisation, author(ops[0].m), 0, pusher.now_ms);
    let mut applier = Applier {
        journal,
        account_name: pusher.account_name,
        limit: pusher.role.limit(),
        bounds,
        may_reveal: pusher.may_reveal,
        replica,
        today: pusher.today,
        random: pusher.random,
        live: HashSet::new(),
        refused,
        digest: digests[0],
    };
    let mut digests = digests.iter().copied();
    let mut results = Vec::with_capacity(ops.len());
    for part in ops.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
        let before = applier.journal.place();
        if part[0].group.is_some() {
            applier.transaction().begin_savepoint()?;
        }
        let mut done: Vec<Applied> = Vec::with_capacity(part.len());
        let of_part: Vec<ValueDigest> = digests.by_ref().take(part.len()).collect();
        for (op, digest) in part.iter().zip(of_part) {
            applier.journal.author = author(op.m);
            applier.journal.at_ms = op.at_ms.clamp(0, pusher.now_ms.max(0));
            done.push(applier.apply(op, digest)?);
            if part[0].group.is_some() && done.last().is_some_and(|applied| applied.exception.is_some()) {
                break;
            }
        }
        if part[0].group.is_some() {
            let failed = done.last().and_then(|applied| applied.exception.clone());
            let verdict = if failed.is_some() { Verdict::RollBack } else { Verdict::Commit };
            applier.transaction().end_savepoint(verdict)?;
            if let Some(failed) = failed {
                applier.journal.go_back(before);
                applier.live.clear();
                if let Some(bounds) = &mut applier.bounds {
                    bounds.forget(None);
                }
                if let Some(owner) = part.last() {
                    applier.journal.author = author(owner.m);
                }
                done = match applier.settle_lost_removal(part, &failed)? {
                    Some(answers) => answers,
                    None => part.iter().map(|op| group_failure(op.m, &failed)).collect(),
                };
            }
        }
        for (op, applied) in part.iter().zip(&done) {
            applier.refused.note(op, applied.exception.as_ref());
        }
        results.append(&mut done);
    }
    applier.journal.finish()?;
    Ok((results, applier.journal.organisation, applier.journal.bound()))
}

/// Writes into the audit that the edits came, and what became of them; what they say is in the change log.
fn note_push(
    transaction: &mut dyn Transaction,
    (organisation, bound): (&OrganisationRow, serde_json::Value),
    pusher: &Pusher<'_>,
    replica: ReplicaId,
    (ops, answered): (&[Op], &AnsweredRow),
) -> Result<(), StorageError> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for op in ops {
        *kinds.entry(op.kind.name()).or_default() += 1;
    }
    let came = json!({
        "replica": replica.to_string(),
        "first_m": answered.first_m,
        "edits": ops.len(),
        "kinds": kinds,
        "not_applied": answered.exceptions.len(),
    });
    let deed = Deed {
        act: Act::Push,
        actor: Actor::Account(pusher.account),
        device: Some(pusher.device),
        network: pusher.network,
        subject: None,
        details: joined([came, bound]),
    };
    record(transaction, Ledger::from(organisation), pusher.now_ms, deed)
}

/// The answer to an edit of a group in which `failed` was not applied.
fn group_failure(m: u64, failed: &Exception) -> Applied {
    let exception = if m != failed.m {
        Exception { m, code: OpCode::GroupFailed, fields: Vec::new(), rule: None, other: None, conflicts: Vec::new() }
    } else if failed.code == OpCode::Conflict {
        // Its conflict record was rolled back with the group, so the desktop must keep the values.
        Exception {
            code: OpCode::Rejected,
            rule: Some("group_conflict".to_owned()),
            conflicts: Vec::new(),
            ..failed.clone()
        }
    } else {
        failed.clone()
    };
    Applied { ver: 0, exception: Some(exception) }
}

/// Where the log is now.
fn place(organisation: &OrganisationRow) -> CursorMove {
    CursorMove { base: organisation.head, head: organisation.head, chain: organisation.chain }
}

fn seal(key: &CursorKey, organisation: &OrganisationRow, moves: CursorMove) -> String {
    let stage = Stage::Following;
    let cursor =
        Cursor { epoch: organisation.epoch, ver: moves.head, chain: moves.chain, schema: SCHEMA, stage, scope: None };
    key.seal(organisation.id, &cursor)
}
