//! What a member does about their own consents once they have joined: take one back, give one in their own name, close
//! the account.

use super::claim::{member_journal, save};
use crate::consent::{Act, Entry, Giver, LedgerWriter, Purpose, Statement, Way};
use crate::service::{Moved, date_at};
use crate::storage::{OrganisationRow, StorageError, Transaction};
use jiff::civil::Date;
use jiff::tz::Offset;
use mingce_model::guardians::{AgeGroup, age_group};
use mingce_model::{Field, Record, Value};

/// Entries of one member that are looked at.
pub const ENTRIES_MAX: usize = 200;

/// How a purpose stands: its last entry, if there is any.
pub fn standing(entries: &[Entry], purpose: Purpose) -> Option<&Entry> {
    entries.iter().rfind(|entry| entry.purpose == purpose)
}

/// Whether it is agreed to now.
pub fn is_agreed(entries: &[Entry], purpose: Purpose) -> bool {
    standing(entries, purpose).is_some_and(|entry| entry.act == Act::Given)
}

/// Whoever turned 14 or 18 since they, or a guardian for them, agreed is asked for a consent of their own.
pub fn lacks_own_consent(entries: &[Entry], member: &Record, day: Date) -> bool {
    let age = age_group(member, day);
    if !matches!(age, AgeGroup::Youth | AgeGroup::Adult) {
        return false;
    }
    let is_given = |entry: &&Entry| entry.purpose == Purpose::Account && entry.act == Act::Given;
    let mut given = entries.iter().filter(is_given).peekable();
    let is_own = |entry: &Entry| {
        entry.giver == Giver::Member && age_group(member, date_at(entry.at_ms, Offset::constant(8))) == age
    };
    // Who joined before there was a ledger is not asked.
    given.peek().is_some() && !given.any(is_own)
}

/// In whose name whoever is signed in speaks: for a child it is the guardian who agreed.
fn speaker(entries: &[Entry], member: &Record, day: Date) -> Giver {
    match age_group(member, day) {
        AgeGroup::Youth | AgeGroup::Adult => Giver::Member,
        AgeGroup::Child | AgeGroup::Unknown => {
            standing(entries, Purpose::Account).map_or(Giver::Member, |entry| entry.giver)
        }
    }
}

/// Who is signed in, and when.
pub struct Signed<'a> {
    pub organisation: OrganisationRow,
    pub member: &'a Record,
    pub now_ms: i64,
    /// The date by which ages count.
    pub day: Date,
}

/// Writes that purposes are agreed to, or no more.
pub fn apply_changes(
    transaction: &mut dyn Transaction,
    signed: &Signed<'_>,
    changes: &[(Purpose, Act)],
    statement: &Statement,
) -> Result<(), StorageError> {
    let entries = transaction.load_consents_of(signed.organisation.key, signed.member.id, ENTRIES_MAX)?;
    let giver = speaker(&entries, signed.member, signed.day);
    let (organisation, member) = (signed.organisation, signed.member.id);
    let mut ledger = LedgerWriter { transaction, organisation, at_ms: signed.now_ms, member };
    changes.iter().try_for_each(|change| ledger.write(*change, (giver, Way::Card), statement))
}

/// Closes the member's personal account: every consent is withdrawn, sessions end, and the desktop sees that the person
/// is joined no more. The roster keeps them; that is the organisation's.
pub fn apply_closing(
    transaction: &mut dyn Transaction,
    signed: &Signed<'_>,
    statement: &Statement,
) -> Result<Moved, StorageError> {
    let (organisation, member) = (signed.organisation, signed.member);
    let entries = transaction.load_consents_of(organisation.key, member.id, ENTRIES_MAX)?;
    let is_open = |purpose: &Purpose| *purpose == Purpose::Account || is_agreed(&entries, *purpose);
    let changes: Vec<(Purpose, Act)> =
        Purpose::ALL.into_iter().filter(is_open).map(|purpose| (purpose, Act::Withdrawn)).collect();
    apply_changes(transaction, signed, &changes, statement)?;
    transaction.remove_member_account(organisation.key, member.id)?;
    let mut journal = member_journal(transaction, organisation, signed.now_ms);
    let mut after = member.clone().with(Field::MemberJoinState, "refused");
    after.set(Field::MemberJoinedAt, Value::Null);
    save(&mut journal, member, after)?;
    journal.finish()?;
    Ok(Moved { organisation: journal.organisation.id, head: journal.organisation.head })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use mingce_model::{Kind, RecordId};

    fn entry(purpose: Purpose, act: Act, giver: Giver) -> Entry {
        Entry {
            number: 1,
            at_ms: 0,
            member: RecordId::from_parts(1, [1; 10]),
            purpose,
            act,
            giver,
            way: Way::Page,
            text: String::new(),
            text_hash: [0; 32],
            link: [0; 32],
        }
    }

    #[test]
    fn growing_up_asks_for_an_own_consent_at_14_and_at_18() {
        let member =
            Record::empty(Kind::Member, RecordId::from_parts(1, [1; 10])).with(Field::MemberBirthDate, "2012-09-01");
        let at = |year: i16, giver| {
            let at = date(year, 12, 1).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond();
            Entry { at_ms: at, ..entry(Purpose::Account, Act::Given, giver) }
        };
        let lacks = |entries: &[Entry], year| lacks_own_consent(entries, &member, date(year, 12, 1));
        let mut entries = vec![at(2024, Giver::Guardian(RecordId::from_parts(2, [2; 10])))];
        assert!(!lacks(&entries, 2025));
        assert!(lacks(&entries, 2026));
        entries.push(at(2026, Giver::Member));
        assert!(!lacks(&entries, 2027));
        assert!(lacks(&entries, 2030));
        entries.push(at(2030, Giver::Member));
        assert!(!lacks(&entries, 2031));
        assert!(!lacks(&[], 2031));
    }

    #[test]
    fn the_last_word_counts() {
        let mut entries = vec![entry(Purpose::Photo, Act::Given, Giver::Member)];
        assert!(is_agreed(&entries, Purpose::Photo));
        entries.push(entry(Purpose::Photo, Act::Withdrawn, Giver::Member));
        assert!(!is_agreed(&entries, Purpose::Photo));
        assert!(!is_agreed(&entries, Purpose::Account));
    }
}
