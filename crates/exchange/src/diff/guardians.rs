//! Guardians: brothers and sisters share one, and naming one again changes nothing.

use super::arena::{Arena, Borrowed, GuardianRef, Item};
use super::plan::NewGuardian;
use super::roster::KnownGuardian;
use crate::stage::StagedGuardian;
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::mask::mask_phone;
use mingce_model::{Field, RecordId};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Guardians that the plan makes, each once.
#[derive(Default, Debug)]
pub(crate) struct NewGuardians {
    all: Vec<NewGuardian>,
    /// By a hash of name and phone: the texts themselves lie in the arena.
    by_hash: HashMap<u64, u32>,
}

impl NewGuardians {
    /// One with a phone is shared by everybody who names both; one without could be anybody.
    fn make(&mut self, name: &str, phone: Option<&str>, arena: &mut Arena) -> u32 {
        let next = self.all.len() as u32;
        if let Some(phone) = phone {
            let mut hasher = DefaultHasher::new();
            (name, phone).hash(&mut hasher);
            let index = *self.by_hash.entry(hasher.finish()).or_insert(next);
            if index != next && self.is(index, name, phone, arena) {
                return index;
            }
        }
        let span = arena.add(name.as_bytes());
        self.all.push(NewGuardian { name: span, phone: phone.map(|phone| arena.add(phone.as_bytes())) });
        next
    }

    fn is(&self, index: u32, name: &str, phone: &str, arena: &Arena) -> bool {
        let guardian = &self.all[index as usize];
        arena.text(guardian.name) == name && guardian.phone.is_some_and(|span| arena.text(span) == phone)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn get(&self, index: u32) -> Option<&NewGuardian> {
        self.all.get(index as usize)
    }
}

/// Compares the guardians that a row names with those that its member has. `elsewhere` answers for each staged
/// guardian whether another member has the same one.
pub(crate) fn compare<'a>(
    staged: &'a [StagedGuardian],
    known: &'a [KnownGuardian],
    elsewhere: &[Option<RecordId>],
    new: &mut NewGuardians,
    arena: &mut Arena,
    items: &mut Vec<Item<'a>>,
) {
    if staged.is_empty() {
        return;
    }
    let mut partners: Vec<Option<usize>> = vec![None; staged.len()];
    // The surest likeness first, so that a phone typed for one parent does not take the other's place.
    for likeness in [same_name_and_phone, same_phone, same_name] {
        for (index, guardian) in staged.iter().enumerate() {
            if partners[index].is_none() {
                partners[index] = (0..known.len())
                    .find(|other| !partners.contains(&Some(*other)) && likeness(guardian, &known[*other]));
            }
        }
    }
    for (index, guardian) in staged.iter().enumerate() {
        let relation = Borrowed::from(guardian.relation);
        match partners[index] {
            Some(other) => change(guardian, &known[other], relation, items),
            None => {
                let guardian_ref = match elsewhere.get(index).copied().flatten() {
                    Some(id) => GuardianRef::Known(id),
                    None => {
                        let name = guardian.name.as_deref().unwrap_or_default();
                        GuardianRef::New(new.make(name, guardian.phone.as_deref(), arena))
                    }
                };
                let may_confirm = stored(guardian.may_confirm.unwrap_or(true));
                items.push(Item::Guardian { guardian: guardian_ref, slot: guardian.slot, relation, may_confirm });
            }
        }
    }
}

fn same_name_and_phone(staged: &StagedGuardian, known: &KnownGuardian) -> bool {
    staged.name.as_deref() == Some(&known.name) && phone_fits(staged, known)
}

/// The same phone, or one that looks so where the file shows it masked.
fn phone_fits(staged: &StagedGuardian, known: &KnownGuardian) -> bool {
    match &staged.masked_phone {
        Some(masked) => known.phone.as_deref().is_some_and(|phone| mask_phone(phone) == *masked),
        None => staged.phone == known.phone,
    }
}

fn same_phone(staged: &StagedGuardian, known: &KnownGuardian) -> bool {
    (staged.phone.is_some() || staged.masked_phone.is_some()) && phone_fits(staged, known)
}

fn same_name(staged: &StagedGuardian, known: &KnownGuardian) -> bool {
    staged.name.as_deref() == Some(&known.name)
}

fn change<'a>(staged: &'a StagedGuardian, known: &'a KnownGuardian, relation: Borrowed<'a>, items: &mut Vec<Item<'a>>) {
    let mut field = |field: Field, old: Option<&'a str>, new: Option<&'a str>| {
        if new.is_some() && old != new {
            let (guardian, slot) = (known.guardian, staged.slot);
            items.push(Item::GuardianField { guardian, slot, field, old: old.into(), new: new.into() });
        }
    };
    // A name made up from the child's says nothing against a real one.
    let name = staged.name.as_deref().filter(|_| !staged.is_named_after_member);
    field(Field::GuardianName, Some(&known.name), name);
    field(Field::GuardianPhone, known.phone.as_deref(), staged.phone.as_deref());
    let (guardianship, slot) = (known.guardianship, staged.slot);
    let old = Borrowed::from(known.relation.as_deref());
    if relation != Borrowed::Null && relation != old {
        let field = Field::GuardianshipRelation;
        items.push(Item::Guardianship { guardianship, slot, field, old, new: relation });
    }
    if let Some(may_confirm) = staged.may_confirm.filter(|may_confirm| *may_confirm != known.may_confirm) {
        let (old, new) = (stored(known.may_confirm), stored(may_confirm));
        items.push(Item::Guardianship { guardianship, slot, field: Field::GuardianshipMayConfirm, old, new });
    }
}

/// As `mingce_model::guardians` has it: only who may not is written down.
fn stored(may_confirm: bool) -> Borrowed<'static> {
    if may_confirm { Borrowed::Null } else { Borrowed::from(&MAY_NOT_CONFIRM) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staged(name: &str, phone: Option<&str>) -> StagedGuardian {
        StagedGuardian { name: Some(name.into()), phone: phone.map(str::to_owned), ..StagedGuardian::default() }
    }
    fn known(number: u8, name: &str, phone: Option<&str>) -> KnownGuardian {
        KnownGuardian {
            guardianship: RecordId::from_parts(1, [number; 10]),
            guardian: RecordId::from_parts(2, [number; 10]),
            name: name.into(),
            phone: phone.map(str::to_owned),
            relation: Some("father".into()),
            may_confirm: true,
        }
    }
    fn items<'a>(staged: &'a [StagedGuardian], known: &'a [KnownGuardian]) -> Vec<Item<'a>> {
        let mut items = Vec::new();
        compare(staged, known, &[], &mut NewGuardians::default(), &mut Arena::default(), &mut items);
        items
    }

    #[test]
    fn naming_the_same_guardians_again_changes_nothing() {
        let on_roster =
            [known(1, "张大", Some("13800138000")), known(2, "李二", None), known(3, "张大", Some("13800138000"))];
        let named = [
            staged("张大", Some("13800138000")),
            staged("李二", None),
            staged("张大", Some("13800138000")),
            StagedGuardian { is_named_after_member: true, ..staged("张三家长", None) },
        ];
        assert!(items(&named[..3], &on_roster).is_empty());
        let by_phone = StagedGuardian { is_named_after_member: true, ..staged("张三家长", Some("13800138000")) };
        assert!(items(std::slice::from_ref(&by_phone), &on_roster).is_empty());
    }

    #[test]
    fn a_new_phone_goes_to_the_guardian_of_that_name() {
        let on_roster = [known(1, "张大", Some("13800138000")), known(2, "李二", Some("13900139000"))];
        let named = [staged("李二", Some("13700137000"))];
        let changes = items(&named, &on_roster);
        assert!(
            matches!(&changes[..], [Item::GuardianField { guardian, field: Field::GuardianPhone, .. }] if *guardian == on_roster[1].guardian)
        );
    }

    #[test]
    fn who_may_confirm_changes_only_where_the_file_says_it() {
        let on_roster = [known(1, "张大", None), KnownGuardian { may_confirm: false, ..known(2, "李二", None) }];
        let says = |name: &str, may_confirm| StagedGuardian { may_confirm, ..staged(name, None) };
        assert!(items(&[says("张大", None), says("李二", None)], &on_roster).is_empty());
        assert!(items(&[says("张大", Some(true)), says("李二", Some(false))], &on_roster).is_empty());
        let named = [says("张大", Some(false)), says("李二", Some(true))];
        let changes: Vec<_> = items(&named, &on_roster)
            .into_iter()
            .filter_map(|item| match item {
                Item::Guardianship { guardianship, field: Field::GuardianshipMayConfirm, old, new, .. } => {
                    Some((guardianship, old, new))
                }
                _ => None,
            })
            .collect();
        let [first, second] = &on_roster;
        let may_not = Borrowed::Int(0);
        assert_eq!(
            changes,
            [(first.guardianship, Borrowed::Null, may_not), (second.guardianship, may_not, Borrowed::Null)]
        );
    }

    #[test]
    fn brothers_and_sisters_share_a_new_guardian() {
        let (mut new, mut arena, mut items) = (NewGuardians::default(), Arena::default(), Vec::new());
        let named = [staged("张大", Some("13800138000")), staged("张大", None)];
        for _ in 0..2 {
            compare(&named, &[], &[None, None], &mut new, &mut arena, &mut items);
        }
        let made: Vec<u32> = items
            .iter()
            .map(|item| match item {
                Item::Guardian { guardian: GuardianRef::New(index), .. } => *index,
                _ => u32::MAX,
            })
            .collect();
        assert_eq!(made, [0, 1, 0, 2]);
    }
}
