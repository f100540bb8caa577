//! What the roster knows of an invited person, and whether it is what was typed.
//!
//! Every comparison is of hashes and takes the same time whatever is wrong.

use super::Invitation;
use crate::storage::{StorageError, Transaction};
use jiff::civil::Date;
use mingce_model::check::{Context, check_field, document_identity};
use mingce_model::guardians::{is_adult, may_confirm};
use mingce_model::{Field, Kind, Value};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use unicode_normalization::UnicodeNormalization;

/// Guardians of one member that are looked at.
const GUARDIANS_MAX: usize = 20;

/// What a person typed.
pub struct Proof {
    pub phone: String,
    pub document_number: String,
}

/// What the roster has to compare it with.
pub struct Roster {
    /// The member's own phone and, for a minor, those of the guardians who may confirm.
    phones: Vec<String>,
    /// It has a phone, be it one that proves nothing: then one has to be shown.
    has_phone: bool,
    document: Option<String>,
    document_kind: Option<String>,
}

impl Roster {
    pub fn load(transaction: &mut dyn Transaction, invitation: &Invitation, today: Date) -> Result<Self, StorageError> {
        let member = &invitation.member;
        let mut phones: Vec<String> = member.text(Field::MemberPhone).map(str::to_owned).into_iter().collect();
        let mut has_phone = !phones.is_empty();
        // Of an unknown age the guardians are asked too.
        if !is_adult(member, today) {
            for (phone, may_confirm) in guardians_phones(transaction, invitation)? {
                has_phone = true;
                phones.extend(Some(phone).filter(|_| may_confirm));
            }
        }
        Ok(Self {
            phones,
            has_phone,
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
        let lacks_phone = Choice::from(u8::from(!self.has_phone));
        let lacks_document = Choice::from(u8::from(self.document.is_none()));
        let is_matched = (is_phone | lacks_phone) & (is_document | lacks_document) & !(lacks_phone & lacks_document);
        is_matched.into()
    }
}

/// Each with whether its guardian may confirm.
fn guardians_phones(
    transaction: &mut dyn Transaction,
    invitation: &Invitation,
) -> Result<Vec<(String, bool)>, StorageError> {
    let key = invitation.organisation.key;
    let member = Value::from(invitation.member.id);
    let ties =
        transaction.find_live(key, Kind::Guardianship, &[(Field::GuardianshipMember, &member)], GUARDIANS_MAX)?;
    let mut phones = Vec::new();
    for tie in ties {
        let Some(tie) = super::live(transaction, &invitation.organisation, Kind::Guardianship, Some(tie))? else {
            continue;
        };
        let guardian = tie.reference(Field::GuardianshipGuardian);
        let guardian = super::live(transaction, &invitation.organisation, Kind::Guardian, guardian)?;
        let phone = guardian.and_then(|guardian| guardian.text(Field::GuardianPhone).map(str::to_owned));
        phones.extend(phone.map(|phone| (phone, may_confirm(&tie))));
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

    const TODAY: Date = date(2026, 9, 1);

    fn roster(phones: &[&str], kind: Option<&str>, document: Option<&str>) -> Roster {
        Roster {
            phones: phones.iter().map(|phone| (*phone).to_owned()).collect(),
            has_phone: !phones.is_empty(),
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
    fn a_phone_that_proves_nothing_is_not_a_lack_of_one() {
        let mut known = roster(&[], Some("passport"), Some("E12345678"));
        known.has_phone = true;
        assert!(!known.is_matched_by(&proof("13800138000", "E12345678"), TODAY));
    }

    #[test]
    fn any_of_several_phones_will_do() {
        let known = roster(&["13800138000", "13900139000"], Some("passport"), Some("E12345678"));
        assert!(known.is_matched_by(&proof("13900139000", "E12345678"), TODAY));
    }
}
