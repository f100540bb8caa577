//! What the roster knows of an invited person, and whether it is what was typed.
//!
//! Every comparison is of hashes and takes the same time whatever is wrong.

use super::Invitation;
use crate::storage::{StorageError, Transaction};
use jiff::civil::Date;
use mingce_model::check::{Context, check_field, document_identity, parse_date, resident_id_facts};
use mingce_model::{Field, Kind, Record, Value};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use unicode_normalization::UnicodeNormalization;

/// Guardians of one member that are looked at.
const GUARDIANS_MAX: usize = 20;
/// 民法典 17: a natural person of 18 years is an adult.
const ADULT_YEARS: i16 = 18;

/// What a person typed.
pub struct Proof {
    pub phone: String,
    pub document_number: String,
}

/// What the roster has to compare it with.
pub struct Roster {
    /// The member's own phone and, for a minor, the guardians'.
    phones: Vec<String>,
    document: Option<String>,
    document_kind: Option<String>,
}

impl Roster {
    pub fn load(transaction: &mut dyn Transaction, invitation: &Invitation, today: Date) -> Result<Self, StorageError> {
        let member = &invitation.member;
        let mut phones: Vec<String> = member.text(Field::MemberPhone).map(str::to_owned).into_iter().collect();
        if !is_adult(member, today) {
            phones.extend(guardians_phones(transaction, invitation)?);
        }
        Ok(Self {
            phones,
            document: member.text(Field::MemberDocumentNumber).map(str::to_owned),
            document_kind: member.text(Field::MemberDocumentKind).map(str::to_owned),
        })
    }

    /// Whether the proof agrees with everything that the roster has; with nothing to compare it never does.
    pub fn is_matched_by(&self, proof: &Proof, today: Date) -> bool {
        let context = Context { today, document_kind: self.document_kind.as_deref() };
        let typed_phone = stored_form(Field::MemberPhone, &proof.phone, &context);
        let typed_document = stored_form(Field::MemberDocumentNumber, &proof.document_number, &context);
        let mut is_phone = Choice::from(0);
        for phone in &self.phones {
            is_phone |= same(phone, &typed_phone);
        }
        let kind = self.document_kind.as_deref().unwrap_or_default();
        let document = self.document.as_deref().unwrap_or_default();
        let is_document = same(document_identity(kind, document), document_identity(kind, &typed_document));
        // What the roster lacks cannot be asked for; but something it must have.
        let lacks_phone = Choice::from(u8::from(self.phones.is_empty()));
        let lacks_document = Choice::from(u8::from(self.document.is_none()));
        let is_matched = (is_phone | lacks_phone) & (is_document | lacks_document) & !(lacks_phone & lacks_document);
        is_matched.into()
    }
}

/// Whether the roster knows the member to be of age. Of an unknown age the guardians are asked too.
fn is_adult(member: &Record, today: Date) -> bool {
    let from_id = || {
        let kind = member.text(Field::MemberDocumentKind);
        let number = member.text(Field::MemberDocumentNumber)?;
        matches!(kind, None | Some("resident_id" | "residence_permit")).then(|| resident_id_facts(number))?
    };
    let birth =
        member.text(Field::MemberBirthDate).and_then(parse_date).or_else(|| from_id().map(|facts| facts.birth_date));
    let Some(birth) = birth else { return false };
    // Born on 29 February: of age on 1 March.
    let years = today.year() - birth.year() - i16::from((today.month(), today.day()) < (birth.month(), birth.day()));
    years >= ADULT_YEARS
}

fn guardians_phones(transaction: &mut dyn Transaction, invitation: &Invitation) -> Result<Vec<String>, StorageError> {
    let key = invitation.organisation.key;
    let member = Value::from(invitation.member.id);
    let ties =
        transaction.find_live(key, Kind::Guardianship, &[(Field::GuardianshipMember, &member)], GUARDIANS_MAX)?;
    let mut phones = Vec::new();
    for tie in ties {
        let tie = super::live(transaction, &invitation.organisation, Kind::Guardianship, Some(tie))?;
        let guardian = tie.and_then(|tie| tie.reference(Field::GuardianshipGuardian));
        let guardian = super::live(transaction, &invitation.organisation, Kind::Guardian, guardian)?;
        phones.extend(guardian.and_then(|guardian| guardian.text(Field::GuardianPhone).map(str::to_owned)));
    }
    Ok(phones)
}

/// The text as the roster would store it; what breaks a rule is only cleaned, it will not match anyway.
fn stored_form(field: Field, text: &str, context: &Context<'_>) -> String {
    match check_field(field, Value::Text(text.to_owned()), context) {
        Ok(checked) => checked.value.to_string(),
        Err(_) => text.nfkc().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect(),
    }
}

/// Equal, told in the same time for all texts; nothing equals nothing.
fn same(known: &str, typed: &str) -> Choice {
    let is_equal = Sha256::digest(known.as_bytes()).as_slice().ct_eq(Sha256::digest(typed.as_bytes()).as_slice());
    is_equal & Choice::from(u8::from(!known.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use mingce_model::RecordId;

    const TODAY: Date = date(2026, 9, 1);

    fn roster(phones: &[&str], kind: Option<&str>, document: Option<&str>) -> Roster {
        Roster {
            phones: phones.iter().map(|phone| (*phone).to_owned()).collect(),
            document: document.map(str::to_owned),
            document_kind: kind.map(str::to_owned),
        }
    }

    fn proof(phone: &str, document_number: &str) -> Proof {
        Proof { phone: phone.to_owned(), document_number: document_number.to_owned() }
    }

    #[test]
    fn both_must_agree_in_whatever_form_they_are_typed() {
        let known = roster(&["13800138000"], Some("resident_id"), Some("11010519491231002X"));
        assert!(known.is_matched_by(&proof("138 0013 8000", "11010519491231002x"), TODAY));
        assert!(known.is_matched_by(&proof("+86１３８００１３８０００", "110105491231002"), TODAY));
        assert!(!known.is_matched_by(&proof("13800138001", "11010519491231002X"), TODAY));
        assert!(!known.is_matched_by(&proof("13800138000", "110105194912310011"), TODAY));
        assert!(!known.is_matched_by(&proof("", ""), TODAY));
        let permit = roster(&["+85251234567"], Some("hong_kong_macau_permit"), Some("H1234567801"));
        assert!(permit.is_matched_by(&proof("00852 5123 4567", "h12345678"), TODAY));
        let passport = roster(&["13800138000"], Some("passport"), Some("E12345678"));
        assert!(passport.is_matched_by(&proof("13800138000", "e 1234 5678"), TODAY));
    }

    #[test]
    fn what_the_roster_lacks_is_not_asked_but_something_it_must_have() {
        assert!(roster(&["13800138000"], None, None).is_matched_by(&proof("13800138000", "any"), TODAY));
        assert!(roster(&[], Some("passport"), Some("E12345678")).is_matched_by(&proof("any", "E12345678"), TODAY));
        assert!(!roster(&[], None, None).is_matched_by(&proof("13800138000", "E12345678"), TODAY));
        assert!(!roster(&[], None, None).is_matched_by(&proof("", ""), TODAY));
    }

    #[test]
    fn any_of_several_phones_will_do() {
        let known = roster(&["13800138000", "13900139000"], Some("passport"), Some("E12345678"));
        assert!(known.is_matched_by(&proof("13900139000", "E12345678"), TODAY));
    }

    #[test]
    fn age_is_known_by_birth_date_or_resident_number() {
        let id = RecordId::from_parts(0, [0; 10]);
        let member = Record::empty(Kind::Member, id);
        assert!(!is_adult(&member, TODAY));
        let born = |day: &str| member.clone().with(Field::MemberBirthDate, day);
        assert!(is_adult(&born("2008-09-01"), TODAY));
        assert!(!is_adult(&born("2008-09-02"), TODAY));
        assert!(is_adult(&member.clone().with(Field::MemberDocumentNumber, "11010519491231002X"), TODAY));
    }
}
