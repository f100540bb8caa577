//! What the roster knows of an invited person, and whether it is what was typed.
//!
//! Every comparison is of hashes and takes the same time whatever is wrong.

use super::Invitation;
use crate::storage::{StorageError, Transaction};
use jiff::civil::Date;
use mingce_model::check::{Context, check_field, document_identity};
use mingce_model::guardians::{AgeGroup, age_group, may_confirm};
use mingce_model::{Field, Kind, RecordId, Value};
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

/// A number on the roster, and whose it is; `None`: the member's own.
struct KnownPhone {
    number: String,
    guardian: Option<RecordId>,
}

/// A guardian who may confirm.
struct KnownGuardian {
    id: RecordId,
    name: String,
    phone: Option<String>,
}

/// What the roster has to compare it with.
pub struct Roster {
    age: AgeGroup,
    /// The member's own phone and, for a minor, those of the guardians who may confirm.
    phones: Vec<KnownPhone>,
    /// It has a phone, be it one that proves nothing: then one has to be shown.
    has_phone: bool,
    document: Option<String>,
    document_kind: Option<String>,
    /// Those who may confirm; empty for an adult.
    guardians: Vec<KnownGuardian>,
}

/// Whose number it was that agreed with the roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Matched {
    /// A guardian's; `None` where it was the member's own, or the roster has none.
    pub guardian: Option<RecordId>,
}

impl Roster {
    /// `day`: the date by which ages count.
    pub fn load(transaction: &mut dyn Transaction, invitation: &Invitation, day: Date) -> Result<Self, StorageError> {
        let member = &invitation.member;
        let age = age_group(member, day);
        let own = |number: &str| KnownPhone { number: number.to_owned(), guardian: None };
        let mut phones: Vec<KnownPhone> = member.text(Field::MemberPhone).map(own).into_iter().collect();
        let mut has_phone = !phones.is_empty();
        let mut guardians = Vec::new();
        // Of an unknown age the guardians are asked too.
        if age != AgeGroup::Adult {
            for (guardian, may_confirm) in load_guardians(transaction, invitation)? {
                has_phone |= guardian.phone.is_some();
                if may_confirm {
                    let number = guardian.phone.clone();
                    phones.extend(number.map(|number| KnownPhone { number, guardian: Some(guardian.id) }));
                    guardians.push(guardian);
                }
            }
        }
        Ok(Self {
            age,
            phones,
            has_phone,
            document: member.text(Field::MemberDocumentNumber).map(str::to_owned),
            document_kind: member.text(Field::MemberDocumentKind).map(str::to_owned),
            guardians,
        })
    }

    pub fn age(&self) -> AgeGroup {
        self.age
    }

    /// Somebody on the roster may confirm for the member and can show it by a phone.
    pub fn has_reachable_guardian(&self) -> bool {
        self.guardians.iter().any(|guardian| guardian.phone.is_some())
    }

    /// Whether the proof agrees with everything that the roster has; with nothing to compare it never does.
    pub fn find_match(&self, proof: &Proof, today: Date) -> Option<Matched> {
        let context = Context { today, document_kind: self.document_kind.as_deref() };
        let typed_phone = stored_form(Field::MemberPhone, &proof.phone, &context);
        let typed_document = stored_form(Field::MemberDocumentNumber, &proof.document_number, &context);
        let mut is_phone = Choice::from(0);
        for phone in &self.phones {
            is_phone |= same(&phone.number, &typed_phone);
        }
        let kind = self.document_kind.as_deref().unwrap_or_default();
        let document = self.document.as_deref().unwrap_or_default();
        let is_document = same(document_identity(kind, document), document_identity(kind, &typed_document));
        // What the roster lacks cannot be asked for; but something it must have.
        let lacks_phone = Choice::from(u8::from(!self.has_phone));
        let lacks_document = Choice::from(u8::from(self.document.is_none()));
        let is_matched = (is_phone | lacks_phone) & (is_document | lacks_document) & !(lacks_phone & lacks_document);
        if !bool::from(is_matched) {
            return None;
        }
        // A number that is the child's and a parent's is the parent's where a parent is needed.
        let of = |phone: &&KnownPhone| bool::from(same(&phone.number, &typed_phone));
        let guardian = self.phones.iter().filter(of).find_map(|phone| phone.guardian);
        Some(Matched { guardian })
    }

    /// The guardian with this phone and this very name, who may confirm.
    pub fn find_signature(&self, signature: &Signature, today: Date) -> Option<RecordId> {
        let context = Context { today, document_kind: None };
        let phone = stored_form(Field::GuardianPhone, &signature.phone, &context);
        let name = stored_form(Field::GuardianName, &signature.name, &context);
        let mut found = None;
        for guardian in &self.guardians {
            let number = guardian.phone.as_deref().unwrap_or_default();
            if bool::from(same(number, &phone) & same(&guardian.name, &name)) {
                found = found.or(Some(guardian.id));
            }
        }
        found
    }
}

/// How a guardian confirms in writing: their phone, and their name as a signature.
pub struct Signature {
    pub phone: String,
    pub name: String,
}

/// Each with whether they may confirm.
fn load_guardians(
    transaction: &mut dyn Transaction,
    invitation: &Invitation,
) -> Result<Vec<(KnownGuardian, bool)>, StorageError> {
    let key = invitation.organisation.key;
    let member = Value::from(invitation.member.id);
    let ties =
        transaction.find_live(key, Kind::Guardianship, &[(Field::GuardianshipMember, &member)], GUARDIANS_MAX)?;
    let mut guardians = Vec::new();
    for tie in ties {
        let Some(tie) = super::live(transaction, &invitation.organisation, Kind::Guardianship, Some(tie))? else {
            continue;
        };
        let guardian = tie.reference(Field::GuardianshipGuardian);
        if let Some(guardian) = super::live(transaction, &invitation.organisation, Kind::Guardian, guardian)? {
            let known = KnownGuardian {
                id: guardian.id,
                name: guardian.text(Field::GuardianName).unwrap_or_default().to_owned(),
                phone: guardian.text(Field::GuardianPhone).map(str::to_owned),
            };
            guardians.push((known, may_confirm(&tie)));
        }
    }
    Ok(guardians)
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

    fn own(number: &str) -> KnownPhone {
        KnownPhone { number: number.to_owned(), guardian: None }
    }

    fn roster(phones: &[&str], kind: Option<&str>, document: Option<&str>) -> Roster {
        Roster {
            age: AgeGroup::Adult,
            phones: phones.iter().map(|phone| own(phone)).collect(),
            has_phone: !phones.is_empty(),
            document: document.map(str::to_owned),
            document_kind: kind.map(str::to_owned),
            guardians: Vec::new(),
        }
    }

    fn proof(phone: &str, document_number: &str) -> Proof {
        Proof { phone: phone.to_owned(), document_number: document_number.to_owned() }
    }

    #[test]
    fn both_must_agree_in_whatever_form_they_are_typed() {
        let known = roster(&["13800138000"], Some("resident_id"), Some("11010519491231002X"));
        assert!(known.find_match(&proof("138 0013 8000", "11010519491231002x"), TODAY).is_some());
        assert!(known.find_match(&proof("+86１３８００１３８０００", "110105491231002"), TODAY).is_some());
        assert!(known.find_match(&proof("13800138001", "11010519491231002X"), TODAY).is_none());
        assert!(known.find_match(&proof("13800138000", "110105194912310011"), TODAY).is_none());
        assert!(known.find_match(&proof("", ""), TODAY).is_none());
        let permit = roster(&["+85251234567"], Some("hong_kong_macau_permit"), Some("H1234567801"));
        assert!(permit.find_match(&proof("00852 5123 4567", "h12345678"), TODAY).is_some());
        let passport = roster(&["13800138000"], Some("passport"), Some("E12345678"));
        assert!(passport.find_match(&proof("13800138000", "e 1234 5678"), TODAY).is_some());
    }

    #[test]
    fn what_the_roster_lacks_is_not_asked_but_something_it_must_have() {
        assert!(roster(&["13800138000"], None, None).find_match(&proof("13800138000", "any"), TODAY).is_some());
        assert!(
            roster(&[], Some("passport"), Some("E12345678")).find_match(&proof("any", "E12345678"), TODAY).is_some()
        );
        assert!(roster(&[], None, None).find_match(&proof("13800138000", "E12345678"), TODAY).is_none());
        assert!(roster(&[], None, None).find_match(&proof("", ""), TODAY).is_none());
    }

    #[test]
    fn a_phone_that_proves_nothing_is_not_a_lack_of_one() {
        let mut known = roster(&[], Some("passport"), Some("E12345678"));
        known.has_phone = true;
        assert!(known.find_match(&proof("13800138000", "E12345678"), TODAY).is_none());
    }

    #[test]
    fn it_is_told_whose_phone_it_was_and_who_signed() {
        let mother = RecordId::from_parts(1, [1; 10]);
        let mut known = roster(&["13800138000"], Some("passport"), Some("E12345678"));
        known.phones.push(KnownPhone { number: "13700137000".to_owned(), guardian: Some(mother) });
        known.guardians =
            vec![KnownGuardian { id: mother, name: "欧阳梅".to_owned(), phone: Some("13700137000".to_owned()) }];
        let whose =
            |known: &Roster, phone| known.find_match(&proof(phone, "E12345678"), TODAY).map(|matched| matched.guardian);
        assert_eq!(whose(&known, "13800138000"), Some(None));
        assert_eq!(whose(&known, "13700137000"), Some(Some(mother)));
        assert_eq!(whose(&known, "1"), None);
        let signed = |phone: &str, name: &str| {
            known.find_signature(&Signature { phone: phone.to_owned(), name: name.to_owned() }, TODAY)
        };
        assert_eq!(signed("137 0013 7000", " 欧阳梅 "), Some(mother));
        assert_eq!(signed("13700137000", "欧阳"), None);
        assert_eq!(signed("13800138000", "欧阳梅"), None);
        assert_eq!(signed("", ""), None);
        // One number for both is the parent's.
        known.phones.push(KnownPhone { number: "13800138000".to_owned(), guardian: Some(mother) });
        assert_eq!(whose(&known, "13800138000"), Some(Some(mother)));
    }

    #[test]
    fn any_of_several_phones_will_do() {
        let known = roster(&["13800138000", "13900139000"], Some("passport"), Some("E12345678"));
        assert!(known.find_match(&proof("13900139000", "E12345678"), TODAY).is_some());
    }
}
