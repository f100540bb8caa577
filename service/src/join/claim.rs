//! Answers to an invitation: joined or refused, each exactly once and in one transaction with what the desktop sees.

use super::{Door, Invitation, Proof, Roster, after_wrong_try, find_door};
use crate::service::Moved;
use crate::storage::{Author, MemberSessionRow, StorageError, TokenHash, Transaction};
use crate::sync::Journal;
use jiff::civil::Date;
use mingce_model::{Field, Record};
use mingce_protocol::push::record_digest;

/// Everything a claim brings with it.
pub struct Claim<'a> {
    pub token_hash: &'a str,
    pub proof: &'a Proof,
    pub password_hash: &'a str,
    /// The session that the person gets on success.
    pub session_hash: &'a TokenHash,
    pub session_ends_at_ms: i64,
    pub now_ms: i64,
    pub today: Date,
}

/// What became of a claim. Every outcome is committed, a wrong try too.
#[derive(Clone, Debug)]
pub enum Claimed {
    Joined(Moved),
    /// What was typed does not agree with the roster; how many tries are left.
    Mismatch {
        tries_left: u32,
    },
    /// The invitation is closed for a while, by this very try or an earlier one.
    Closed {
        until_ms: i64,
    },
    Unusable,
}

/// Claims the member's personal account.
pub fn apply_claim(transaction: &mut dyn Transaction, claim: &Claim<'_>) -> Result<Claimed, StorageError> {
    let invitation = match find_door(transaction, claim.token_hash, claim.now_ms)? {
        Door::Open(invitation) => invitation,
        Door::Closed { until_ms } => return Ok(Claimed::Closed { until_ms }),
        Door::Unusable => return Ok(Claimed::Unusable),
    };
    let roster = Roster::load(transaction, &invitation, claim.today)?;
    if !roster.is_matched_by(claim.proof, claim.today) {
        return note_wrong_try(transaction, invitation, claim.now_ms);
    }
    let key = invitation.organisation.key;
    let member = invitation.member.id;
    transaction.save_member_account(key, member, claim.password_hash, claim.now_ms)?;
    let session = MemberSessionRow {
        organisation: key,
        member,
        created_at_ms: claim.now_ms,
        ends_at_ms: claim.session_ends_at_ms,
    };
    transaction.insert_member_session(claim.session_hash, &session)?;
    let moved = answer(transaction, &invitation, Answer::Joined, claim.now_ms)?;
    Ok(Claimed::Joined(moved))
}

/// Refuses the invitation. Whoever holds the sheet may do so without telling anything about themselves. `None` when the invitation cannot be used.
pub fn apply_refusal(
    transaction: &mut dyn Transaction,
    token_hash: &str,
    now_ms: i64,
) -> Result<Option<Moved>, StorageError> {
    let Door::Open(invitation) = find_door(transaction, token_hash, now_ms)? else { return Ok(None) };
    answer(transaction, &invitation, Answer::Refused, now_ms).map(Some)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Joined,
    Refused,
}

/// Writes the answer where the desktop will see it.
fn answer(
    transaction: &mut dyn Transaction,
    invitation: &Invitation,
    answer: Answer,
    now_ms: i64,
) -> Result<Moved, StorageError> {
    let member = invitation.member.clone();
    let is_member_already = member.text(Field::MemberJoinState) == Some("joined");
    let mut journal = Journal {
        transaction,
        organisation: invitation.organisation,
        author: Author::Member,
        at_ms: now_ms,
        received_at_ms: now_ms,
    };
    let record = invitation.record.clone().with(Field::InvitationAnsweredAt, now_ms);
    let record = match answer {
        Answer::Joined => {
            let joined = member.with(Field::MemberJoinState, "joined").with(Field::MemberJoinedAt, now_ms);
            save(&mut journal, &invitation.member, joined)?;
            record.with(Field::InvitationState, "claimed")
        }
        Answer::Refused => {
            // A second invitation to somebody who has joined gives a new password; refusing it takes nothing away.
            if !is_member_already {
                save(&mut journal, &invitation.member, member.with(Field::MemberJoinState, "refused"))?;
            }
            record.with(Field::InvitationState, "refused")
        }
    };
    save(&mut journal, &invitation.record, record)?;
    journal.finish()?;
    Ok(Moved { organisation: invitation.organisation.id, head: journal.organisation.head })
}

fn save(journal: &mut Journal<'_>, before: &Record, after: Record) -> Result<(), StorageError> {
    if before.values == after.values {
        return Ok(());
    }
    let digest = record_digest(&after.values);
    journal.save(Some(before), after, digest)?;
    Ok(())
}

fn note_wrong_try(
    transaction: &mut dyn Transaction,
    mut invitation: Invitation,
    now_ms: i64,
) -> Result<Claimed, StorageError> {
    let tries = after_wrong_try(invitation.tries, now_ms);
    transaction.save_tries(invitation.organisation.key, invitation.id(), tries)?;
    invitation.tries = tries;
    Ok(match now_ms < tries.closed_until_ms {
        true => Claimed::Closed { until_ms: tries.closed_until_ms },
        false => Claimed::Mismatch { tries_left: invitation.tries_left() },
    })
}
