//! What a member's consents come to once they have joined, and what can be done about them: take one back, give one in
//! one's own name, close the account.

use super::claim::{member_journal, note_member, save};
use crate::audit::{Act as AuditAct, Actor, bound_consents, joined};
use crate::consent::{Act, Entry, Giver, LedgerWriter, Purpose, Statement, Way};
use crate::service::{Moved, date_at};
use crate::storage::{ConsentLink, LogHead, OrganisationRow, StorageError, Transaction};
use jiff::civil::Date;
use jiff::tz::Offset;
use mingce_model::guardians::{AgeGroup, age_group};
use mingce_model::{Field, Kind, Record, Value};

/// Open invitations of one member that are withdrawn with the account.
const INVITATIONS_MAX: usize = 100;

/// What is missing before the card may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lacking {
    Nothing,
    /// The person's own consent: they turned 14 or 18 since.
    Own,
    /// A guardian's: the roster knows by now that the person is a minor.
    Guardian,
}

/// A member's consents: for each purpose what the member said last, and what a guardian did.
#[derive(Clone, Debug, Default)]
pub struct Consents(pub Vec<Entry>);

impl Consents {
    fn last(&self, purpose: Purpose, by_guardian: bool) -> Option<&Entry> {
        let is_by = |entry: &&Entry| matches!(entry.giver, Giver::Guardian(_)) == by_guardian;
        self.0.iter().filter(is_by).rfind(|entry| entry.purpose == purpose)
    }

    fn is_given(&self, purpose: Purpose, by_guardian: bool) -> bool {
        self.last(purpose, by_guardian).is_some_and(|entry| entry.act == Act::Given)
    }

    /// What was last said of the purpose, by anybody.
    pub fn newest(&self, purpose: Purpose) -> Option<&Entry> {
        self.0.iter().filter(|entry| entry.purpose == purpose).max_by_key(|entry| entry.number)
    }

    /// Whose consent the account lacks on the day. Who joined before there was a ledger is not asked.
    pub fn lacking(&self, member: &Record, day: Date) -> Lacking {
        let age = age_group(member, day);
        if self.newest(Purpose::Account).is_none() {
            return Lacking::Nothing;
        }
        let has_guardian = self.is_given(Purpose::Account, true);
        let has_own = self.last(Purpose::Account, false).is_some_and(|entry| {
            // Given at an age at which it counted.
            let then = age_group(member, date_at(entry.at_ms, Offset::constant(8)));
            entry.act == Act::Given && then == age
        });
        match age {
            AgeGroup::Child | AgeGroup::Unknown if has_guardian => Lacking::Nothing,
            AgeGroup::Adult if has_own => Lacking::Nothing,
            AgeGroup::Youth if has_guardian && has_own => Lacking::Nothing,
            AgeGroup::Adult => Lacking::Own,
            AgeGroup::Youth if has_guardian => Lacking::Own,
            AgeGroup::Child | AgeGroup::Unknown | AgeGroup::Youth => Lacking::Guardian,
        }
    }

    /// Whether the card may show the photo: everybody who has to agree did, and nobody took it back. Who joined before there
    /// was a ledger sees it as before.
    pub fn shows_photo(&self, age: AgeGroup) -> bool {
        if self.newest(Purpose::Photo).is_none() {
            return self.newest(Purpose::Account).is_none();
        }
        let own = self.last(Purpose::Photo, false).map(|entry| entry.act);
        match age {
            AgeGroup::Child | AgeGroup::Unknown => self.is_given(Purpose::Photo, true) && own != Some(Act::Withdrawn),
            AgeGroup::Youth => self.is_given(Purpose::Photo, true) && own == Some(Act::Given),
            AgeGroup::Adult => own == Some(Act::Given),
        }
    }

    /// Whether whoever is signed in may agree to the photo: where a guardian has to, only after one did.
    pub fn may_give_photo(&self, age: AgeGroup) -> bool {
        match age {
            AgeGroup::Child | AgeGroup::Unknown => false,
            AgeGroup::Youth => self.is_given(Purpose::Photo, true),
            AgeGroup::Adult => true,
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

/// Writes that purposes are agreed to, or no more, in the name of whoever is signed in: never in a guardian's.
pub fn apply_changes(
    transaction: &mut dyn Transaction,
    signed: &Signed<'_>,
    changes: &[(Purpose, Act)],
    statement: &Statement,
) -> Result<(), StorageError> {
    let written = write_changes(transaction, signed, changes, statement)?;
    note(transaction, signed, AuditAct::ConsentsChanged, joined(written.map(bound_consents)))
}

fn write_changes(
    transaction: &mut dyn Transaction,
    signed: &Signed<'_>,
    changes: &[(Purpose, Act)],
    statement: &Statement,
) -> Result<Option<(u64, u64, ConsentLink)>, StorageError> {
    let (organisation, member) = (signed.organisation, signed.member.id);
    let mut ledger = LedgerWriter::new(transaction, organisation, signed.now_ms, member);
    changes.iter().try_for_each(|change| ledger.write(*change, (Giver::Member, Way::Card), statement))?;
    Ok(ledger.written())
}

fn note(
    transaction: &mut dyn Transaction,
    signed: &Signed<'_>,
    act: AuditAct,
    details: serde_json::Value,
) -> Result<(), StorageError> {
    let member = signed.member.id;
    note_member(transaction, &signed.organisation, signed.now_ms, (act, Actor::Member(member), member, details))
}

/// Closes the member's personal account: every consent is withdrawn, sessions end, open invitations are void, and the
/// desktop sees that the person is joined no more. The roster keeps them; that is the organisation's.
pub fn apply_closing(
    transaction: &mut dyn Transaction,
    signed: &Signed<'_>,
    statement: &Statement,
) -> Result<Moved, StorageError> {
    let (organisation, member) = (signed.organisation, signed.member);
    let changes = Purpose::ALL.map(|purpose| (purpose, Act::Withdrawn));
    let written = write_changes(transaction, signed, &changes, statement)?;
    transaction.remove_member_account(organisation.key, member.id)?;
    let of = Value::from(member.id);
    let filter = [(Field::InvitationMember, &of)];
    let invitations = transaction.find_live(organisation.key, Kind::Invitation, &filter, INVITATIONS_MAX)?;
    let mut journal = member_journal(transaction, organisation, signed.now_ms);
    for id in invitations {
        let known = super::live(journal.transaction, &organisation, Kind::Invitation, Some(id))?;
        if let Some(invitation) = known.filter(|invitation| invitation.get(Field::InvitationState).is_null()) {
            let after = invitation.clone().with(Field::InvitationIsRevoked, 1);
            save(&mut journal, &invitation, after)?;
        }
    }
    let mut after = member.clone().with(Field::MemberJoinState, "refused");
    after.set(Field::MemberJoinedAt, Value::Null);
    save(&mut journal, member, after)?;
    journal.finish()?;
    let (head, versions) = (journal.organisation.head, journal.bound());
    let details = joined([versions].into_iter().chain(written.map(bound_consents)));
    note(transaction, signed, AuditAct::AccountClosed, details)?;
    Ok(Moved { organisation: organisation.id, head: LogHead { epoch: organisation.epoch, head } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use mingce_model::RecordId;

    fn guardian() -> Giver {
        Giver::Guardian(RecordId::from_parts(2, [2; 10]))
    }

    fn entry(number: u64, purpose: Purpose, act: Act, giver: Giver) -> Entry {
        Entry {
            number,
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

    fn at(year: i16, giver: Giver) -> Entry {
        let at = date(year, 12, 1).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond();
        Entry { at_ms: at, ..entry(year as u64, Purpose::Account, Act::Given, giver) }
    }

    #[test]
    fn growing_up_asks_for_an_own_consent_at_14_and_at_18() {
        let member =
            Record::empty(Kind::Member, RecordId::from_parts(1, [1; 10])).with(Field::MemberBirthDate, "2012-09-01");
        let lacking = |consents: &Consents, year| consents.lacking(&member, date(year, 12, 1));
        let mut consents = Consents(vec![at(2024, guardian())]);
        assert_eq!(lacking(&consents, 2025), Lacking::Nothing);
        assert_eq!(lacking(&consents, 2026), Lacking::Own);
        consents.0.push(at(2026, Giver::Member));
        assert_eq!(lacking(&consents, 2027), Lacking::Nothing);
        assert_eq!(lacking(&consents, 2030), Lacking::Own);
        consents.0.push(at(2030, Giver::Member));
        assert_eq!(lacking(&consents, 2031), Lacking::Nothing);
        assert_eq!(lacking(&Consents::default(), 2031), Lacking::Nothing);
    }

    #[test]
    fn who_turns_out_to_be_a_minor_lacks_a_guardians_consent() {
        let born =
            |day: &str| Record::empty(Kind::Member, RecordId::from_parts(1, [1; 10])).with(Field::MemberBirthDate, day);
        let alone = Consents(vec![at(2025, Giver::Member)]);
        let today = date(2026, 12, 1);
        assert_eq!(alone.lacking(&born("1990-01-01"), today), Lacking::Nothing);
        assert_eq!(alone.lacking(&born("2011-01-01"), today), Lacking::Guardian);
        assert_eq!(alone.lacking(&born("2016-01-01"), today), Lacking::Guardian);
        let unknown = Record::empty(Kind::Member, RecordId::from_parts(1, [1; 10]));
        assert_eq!(alone.lacking(&unknown, today), Lacking::Guardian);
    }

    #[test]
    fn a_photo_is_shown_when_everybody_agreed_who_has_to() {
        use AgeGroup::{Adult, Child, Unknown, Youth};
        let said = |acts: &[(Act, Giver)]| {
            let entries = acts.iter().zip(1..).map(|((act, giver), n)| entry(n, Purpose::Photo, *act, *giver));
            Consents(entries.collect())
        };
        let shown = |acts: &[(Act, Giver)]| [Child, Unknown, Youth, Adult].map(|age| said(acts).shows_photo(age));
        assert_eq!(shown(&[(Act::Given, guardian())]), [true, true, false, false]);
        assert_eq!(shown(&[(Act::Given, Giver::Member)]), [false, false, false, true]);
        assert_eq!(shown(&[(Act::Given, guardian()), (Act::Given, Giver::Member)]), [true; 4]);
        assert_eq!(shown(&[(Act::Refused, guardian()), (Act::Given, Giver::Member)]), [false, false, false, true]);
        assert_eq!(shown(&[(Act::Given, guardian()), (Act::Withdrawn, Giver::Member)]), [false; 4]);
        let given = said(&[(Act::Given, guardian()), (Act::Withdrawn, Giver::Member)]);
        assert_eq!([Child, Unknown, Youth, Adult].map(|age| given.may_give_photo(age)), [false, false, true, true]);
        // Who joined before there was a ledger.
        assert!(Consents::default().shows_photo(Adult));
    }
}
