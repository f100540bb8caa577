//! Answers to an invitation: joined or refused, each exactly once and in one transaction with what the desktop sees and
//! what the ledger of consents says.

use super::{Door, Invitation, Matched, Proof, Roster, Signature, after_wrong_try, find_door};
use crate::audit::{Act as AuditAct, Actor, Deed, Ledger, bound_consents, joined, record};
use crate::consent::{Act, Giver, LedgerWriter, Purpose, Statements, Way};
use crate::pages::Lang;
use crate::service::Moved;
use crate::storage::{
    Author, ConsentLink, LogHead, MemberSessionRow, OrganisationRow, StorageError, TokenHash, Transaction,
};
use crate::sync::Journal;
use jiff::civil::Date;
use mingce_model::guardians::AgeGroup;
use mingce_model::{Field, Record, RecordId};
use mingce_protocol::push::record_digest;
use serde_json::json;

/// What shows who holds the invitation.
pub struct Shown<'a> {
    pub token_hash: &'a str,
    pub proof: &'a Proof,
    pub now_ms: i64,
    /// The latest date anywhere, for checking values.
    pub today: Date,
    /// The date by which ages count.
    pub day: Date,
}

/// Who stands at the door.
#[derive(Clone, Debug)]
pub enum Seen {
    Person(Person),
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

/// The invited person, once phone and document agreed.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub age: AgeGroup,
    pub consenter: Consenter,
}

/// Who has to agree before the person joins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consenter {
    /// An adult, alone.
    Oneself,
    /// The guardian whose phone was shown, for a child.
    Guardian(RecordId),
    /// The person, 14 to 17, and a guardian in writing; whose phone it was, where it was a guardian's.
    Both { shown: Option<RecordId> },
    /// A guardian, and the phone shown was not theirs.
    GuardianIsMissing,
    /// A guardian, and the roster has none that could be reached.
    NobodyCan { is_age_known: bool },
}

fn consenter(roster: &Roster, matched: Matched) -> Consenter {
    match (roster.age(), matched.guardian) {
        (AgeGroup::Adult, _) => Consenter::Oneself,
        (AgeGroup::Youth, shown) if roster.has_reachable_guardian() => Consenter::Both { shown },
        (AgeGroup::Child | AgeGroup::Unknown, Some(guardian)) => Consenter::Guardian(guardian),
        (AgeGroup::Child | AgeGroup::Unknown, None) if roster.has_reachable_guardian() => Consenter::GuardianIsMissing,
        (age, _) => Consenter::NobodyCan { is_age_known: age != AgeGroup::Unknown },
    }
}

/// Compares what was shown with the roster. A wrong try is counted, so this writes.
pub fn see(transaction: &mut dyn Transaction, shown: &Shown<'_>) -> Result<Seen, StorageError> {
    Ok(match look(transaction, shown)? {
        Looked::Person { invitation, roster, matched } => Seen::Person(Person {
            name: invitation.member.text(Field::MemberName).unwrap_or_default().to_owned(),
            age: roster.age(),
            consenter: consenter(&roster, matched),
        }),
        Looked::Mismatch(tries_left) => Seen::Mismatch { tries_left },
        Looked::Closed(until_ms) => Seen::Closed { until_ms },
        Looked::Unusable => Seen::Unusable,
    })
}

enum Looked {
    Person { invitation: Box<Invitation>, roster: Roster, matched: Matched },
    Mismatch(u32),
    Closed(i64),
    Unusable,
}

fn look(transaction: &mut dyn Transaction, shown: &Shown<'_>) -> Result<Looked, StorageError> {
    let invitation = match find_door(transaction, shown.token_hash, shown.now_ms)? {
        Door::Open(invitation) => invitation,
        Door::Closed { until_ms } => return Ok(Looked::Closed(until_ms)),
        Door::Unusable => return Ok(Looked::Unusable),
    };
    let roster = Roster::load(transaction, &invitation, shown.day)?;
    match roster.find_match(shown.proof, shown.today) {
        Some(matched) => Ok(Looked::Person { invitation: Box::new(invitation), roster, matched }),
        None => note_wrong_try(transaction, invitation, shown.now_ms),
    }
}

/// What was agreed to. The account and the document are, or there is no claim.
pub struct Agreement<'a> {
    pub photo: bool,
    /// A guardian's, where the person is 14 to 17.
    pub signature: Option<&'a Signature>,
    pub statements: &'a Statements,
    pub lang: Lang,
    /// The mark of the statement that was shown.
    pub shown: &'a str,
}

/// Everything a claim brings with it.
pub struct Claim<'a> {
    pub shown: Shown<'a>,
    pub agreement: Agreement<'a>,
    pub password_hash: &'a str,
    /// The session that the person gets on success.
    pub session_hash: &'a TokenHash,
    pub session_ends_at_ms: i64,
}

/// What became of a claim. Every outcome is committed, a wrong try too.
#[derive(Clone, Debug)]
pub enum Claimed {
    Joined(Moved),
    /// Somebody else has to agree, or to another text than was shown; nothing was changed.
    NotYet(Person),
    Mismatch {
        tries_left: u32,
    },
    Closed {
        until_ms: i64,
    },
    Unusable,
}

/// Claims the member's personal account.
pub fn apply_claim(transaction: &mut dyn Transaction, claim: &Claim<'_>) -> Result<Claimed, StorageError> {
    let shown = &claim.shown;
    let (invitation, roster, matched) = match look(transaction, shown)? {
        Looked::Person { invitation, roster, matched } => (invitation, roster, matched),
        Looked::Mismatch(tries_left) => return Ok(Claimed::Mismatch { tries_left }),
        Looked::Closed(until_ms) => return Ok(Claimed::Closed { until_ms }),
        Looked::Unusable => return Ok(Claimed::Unusable),
    };
    let consenter = consenter(&roster, matched);
    let not_yet = || {
        let name = invitation.member.text(Field::MemberName).unwrap_or_default().to_owned();
        Ok(Claimed::NotYet(Person { name, age: roster.age(), consenter }))
    };
    let statement = claim.agreement.statements.for_age(roster.age(), claim.agreement.lang);
    if statement.mark() != claim.agreement.shown {
        return not_yet();
    }
    let given: Vec<(Giver, Way)> = match consenter {
        Consenter::Oneself => vec![(Giver::Member, Way::Page)],
        Consenter::Guardian(guardian) => vec![(Giver::Guardian(guardian), Way::Page)],
        Consenter::Both { .. } => {
            let signed = claim.agreement.signature.and_then(|signature| roster.find_signature(signature, shown.today));
            let Some(guardian) = signed else {
                return Ok(match note_wrong_try(transaction, *invitation, shown.now_ms)? {
                    Looked::Closed(until_ms) => Claimed::Closed { until_ms },
                    Looked::Mismatch(tries_left) => Claimed::Mismatch { tries_left },
                    Looked::Person { .. } | Looked::Unusable => Claimed::Unusable,
                });
            };
            vec![(Giver::Member, Way::Page), (Giver::Guardian(guardian), Way::SignedName)]
        }
        Consenter::GuardianIsMissing | Consenter::NobodyCan { .. } => return not_yet(),
    };
    let key = invitation.organisation.key;
    let member = invitation.member.id;
    transaction.save_member_account(key, member, claim.password_hash, shown.now_ms)?;
    let session = MemberSessionRow {
        organisation: key,
        member,
        created_at_ms: shown.now_ms,
        ends_at_ms: claim.session_ends_at_ms,
    };
    transaction.insert_member_session(claim.session_hash, &session)?;
    let organisation = invitation.organisation;
    let mut ledger = LedgerWriter::new(transaction, organisation, shown.now_ms, member);
    let photo = if claim.agreement.photo { Act::Given } else { Act::Refused };
    for (giver, way) in given {
        for (purpose, act) in [(Purpose::Account, Act::Given), (Purpose::Document, Act::Given), (Purpose::Photo, photo)]
        {
            ledger.write((purpose, act), (giver, way), statement)?;
        }
    }
    let consents = ledger.written();
    let moved = answer(transaction, &invitation, Answer::Joined, consents, shown.now_ms)?;
    Ok(Claimed::Joined(moved))
}

/// Refuses the invitation. Whoever holds the sheet may do so without telling anything about themselves. `None` when the
/// invitation cannot be used. It is the invitation's answer and no entry of the ledger: nobody has shown who they are.
pub fn apply_refusal(
    transaction: &mut dyn Transaction,
    token_hash: &str,
    now_ms: i64,
) -> Result<Option<Moved>, StorageError> {
    let Door::Open(invitation) = find_door(transaction, token_hash, now_ms)? else { return Ok(None) };
    answer(transaction, &invitation, Answer::Refused, None, now_ms).map(Some)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Joined,
    Refused,
}

/// Writes the answer where the desktop will see it, and into the audit.
fn answer(
    transaction: &mut dyn Transaction,
    invitation: &Invitation,
    answer: Answer,
    consents: Option<(u64, u64, ConsentLink)>,
    now_ms: i64,
) -> Result<Moved, StorageError> {
    let member = invitation.member.clone();
    let is_member_already = member.text(Field::MemberJoinState) == Some("joined");
    let mut journal = member_journal(transaction, invitation.organisation, now_ms);
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
    let (head, versions) = (journal.organisation.head, journal.bound());
    let of = json!({ "invitation": invitation.id().to_string() });
    let (act, actor) = match answer {
        Answer::Joined => (AuditAct::InvitationClaimed, Actor::Member(invitation.member.id)),
        // Whoever held the sheet.
        Answer::Refused => (AuditAct::InvitationRefused, Actor::Stranger),
    };
    let details = joined([of, versions].into_iter().chain(consents.map(bound_consents)));
    note_member(transaction, &invitation.organisation, now_ms, (act, actor, invitation.member.id, details))?;
    Ok(Moved { organisation: invitation.organisation.id, head: LogHead { epoch: invitation.organisation.epoch, head } })
}

/// Writes what was done on a member page into the audit. From where, is not held: members are nobody's staff.
pub(super) fn note_member(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    now_ms: i64,
    (act, actor, member, details): (AuditAct, Actor, RecordId, serde_json::Value),
) -> Result<(), StorageError> {
    let deed = Deed { act, actor, device: None, network: None, subject: Some(member), details };
    record(transaction, Ledger::from(organisation), now_ms, deed)
}

/// The organisation's log, open for what a member does.
pub(super) fn member_journal(
    transaction: &mut dyn Transaction,
    organisation: OrganisationRow,
    now_ms: i64,
) -> Journal<'_> {
    Journal::open(transaction, organisation, Author::Member, now_ms, now_ms)
}

pub(super) fn save(journal: &mut Journal<'_>, before: &Record, after: Record) -> Result<(), StorageError> {
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
) -> Result<Looked, StorageError> {
    let tries = after_wrong_try(invitation.tries, now_ms);
    transaction.save_tries(invitation.organisation.key, invitation.id(), tries)?;
    invitation.tries = tries;
    Ok(match now_ms < tries.closed_until_ms {
        true => Looked::Closed(tries.closed_until_ms),
        false => Looked::Mismatch(invitation.tries_left()),
    })
}
