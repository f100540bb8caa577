//! Joining: what a scanned invitation opens, and what its holder may do with it.
//!
//! Nothing here tells whether a phone or document number stands on the roster; the token alone leads in, and what the
//! person types only confirms that the right one holds it.

mod claim;
mod leaving;
mod roster;

pub use claim::{Agreement, Claim, Claimed, Consenter, Person, Seen, Shown, apply_claim, apply_refusal, see};
pub use leaving::{Consents, Lacking, Signed, apply_changes, apply_closing};
pub use roster::{Matched, Proof, Roster, Signature};

use crate::storage::{OrganisationRow, StorageError, Transaction, Tries};
use mingce_model::{Field, Kind, Record, RecordId};

/// Wrong tries until an invitation closes for a while.
const TRIES_MAX: u32 = 5;
/// How long, at the first closing, the second, and so on.
const CLOSED_MS: [i64; 4] = [30 * 60_000, 2 * 3_600_000, 8 * 3_600_000, 24 * 3_600_000];

/// What a token leads to.
#[derive(Clone, Debug)]
pub enum Door {
    Open(Invitation),
    /// Too many wrong tries; opens again at the instant.
    Closed {
        until_ms: i64,
    },
    /// Unknown, expired, revoked, answered or for nobody: never told apart.
    Unusable,
}

/// An invitation that can still be answered.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub organisation: OrganisationRow,
    pub organisation_name: String,
    pub record: Record,
    pub member: Record,
    pub tries: Tries,
}

impl Invitation {
    pub fn id(&self) -> RecordId {
        self.record.id
    }
    pub fn expires_at_ms(&self) -> i64 {
        self.record.int(Field::InvitationExpiresAt).unwrap_or(0)
    }
    /// Wrong tries left before the invitation closes.
    pub fn tries_left(&self) -> u32 {
        TRIES_MAX - self.tries.wrong % TRIES_MAX
    }
}

/// Looks behind the door. Changes nothing: previews of messengers open links too.
pub fn find_door(transaction: &mut dyn Transaction, token_hash: &str, now_ms: i64) -> Result<Door, StorageError> {
    let Some((organisation, id)) = transaction.find_invitation(token_hash)? else { return Ok(Door::Unusable) };
    let Some(record) = live(transaction, &organisation, Kind::Invitation, Some(id))? else { return Ok(Door::Unusable) };
    let is_usable = record.get(Field::InvitationState).is_null()
        && record.int(Field::InvitationIsRevoked).unwrap_or(0) == 0
        && record.int(Field::InvitationExpiresAt).is_some_and(|expires_at| now_ms < expires_at);
    let member = live(transaction, &organisation, Kind::Member, record.reference(Field::InvitationMember))?;
    let own = live(transaction, &organisation, Kind::Organisation, Some(organisation.id.0))?;
    let (Some(member), Some(own), true) = (member, own, is_usable) else { return Ok(Door::Unusable) };
    if member.text(Field::MemberStatus) == Some("left") {
        return Ok(Door::Unusable);
    }
    let tries = transaction.find_tries(organisation.key, id)?;
    if now_ms < tries.closed_until_ms {
        return Ok(Door::Closed { until_ms: tries.closed_until_ms });
    }
    let organisation_name = own.text(Field::OrganisationName).unwrap_or_default().to_owned();
    Ok(Door::Open(Invitation { organisation, organisation_name, record, member, tries }))
}

/// The record, unless it is removed.
pub(crate) fn live(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    kind: Kind,
    id: Option<RecordId>,
) -> Result<Option<Record>, StorageError> {
    let Some(id) = id else { return Ok(None) };
    let stored = transaction.find_record(organisation.key, kind, id)?;
    Ok(stored.filter(|stored| !stored.is_deleted).map(|stored| stored.record))
}

/// Tries after one more wrong one.
fn after_wrong_try(tries: Tries, now_ms: i64) -> Tries {
    let wrong = tries.wrong.saturating_add(1);
    if !wrong.is_multiple_of(TRIES_MAX) {
        return Tries { wrong, ..tries };
    }
    let closing = (wrong / TRIES_MAX) as usize - 1;
    let closed_ms = CLOSED_MS[closing.min(CLOSED_MS.len() - 1)];
    Tries { wrong, closed_until_ms: now_ms.saturating_add(closed_ms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fifth_wrong_try_closes_for_longer() {
        let mut tries = Tries::default();
        let mut closed = Vec::new();
        for i in 1..=25 {
            tries = after_wrong_try(tries, 1_000_000_000 * i);
            if tries.wrong % TRIES_MAX == 0 {
                closed.push((tries.closed_until_ms - 1_000_000_000 * i) / 60_000);
            }
        }
        assert_eq!(closed, [30, 120, 480, 1440, 1440]);
    }
}
