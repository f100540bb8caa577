//! The bounds of an account that works on some departments only: which record is within them, what of it is shown, and
//! what comes in or goes out when people and departments move. Decided here for whoever reads or writes on its behalf.
//!
//! A member is within by their main department or by an affiliation. What hangs on a member follows them: a guardian by
//! any ward who is within, what tells two members apart when both are. Departments above are shown by name, kind and
//! parent. Definitions that belong to the whole organisation are shown to all. Everything is judged by the tree as it is
//! in the transaction at hand.

mod crossing;
mod page;
mod writing;

pub(super) use page::load_bounded_page;

use crate::storage::{OrganisationKey, OrganisationRow, StorageError, Transaction};
use mingce_model::id::AccountId;
use mingce_model::tree::DEPTH_MAX;
use mingce_model::{Field, Kind, PhotoHash, Record, RecordId, Value, belonging};
use mingce_protocol::PulledRecord;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Departments read at a time.
const ROWS: usize = 5_000;
const BYTES: usize = 4 << 20;
/// More than a storage ever holds of anything.
const ALL: usize = i32::MAX as usize;

/// Live departments, each with the one above it.
type Parents = HashMap<RecordId, Option<RecordId>>;

/// Departments as an account sees them.
#[derive(Clone, Default)]
struct Places {
    /// Its own and all below them.
    inside: HashSet<RecordId>,
    /// Those above, of which it sees the name.
    above: HashSet<RecordId>,
}

impl Places {
    fn of(parents: &Parents, roots: &[RecordId]) -> Self {
        let mut below: HashMap<RecordId, Vec<RecordId>> = HashMap::new();
        for (id, parent) in parents {
            if let Some(parent) = parent {
                below.entry(*parent).or_default().push(*id);
            }
        }
        let mut places = Self::default();
        let mut next: Vec<RecordId> = roots.iter().copied().filter(|root| parents.contains_key(root)).collect();
        while let Some(id) = next.pop() {
            if places.inside.insert(id) {
                next.extend(below.get(&id).into_iter().flatten());
            }
        }
        for root in roots {
            let mut above = parents.get(root).copied().flatten();
            // What is stored has no ring; the bound is for what it might hold one day.
            for _ in 0..DEPTH_MAX {
                let Some(id) = above.filter(|id| parents.contains_key(id)) else { break };
                if !places.inside.contains(&id) {
                    places.above.insert(id);
                }
                above = parents[&id];
            }
        }
        places
    }
}

/// The bounds of one account at one moment.
pub(super) struct Bounds {
    key: OrganisationKey,
    roots: Vec<RecordId>,
    parents: Parents,
    places: Places,
    /// The tree was written to since it was read.
    is_tree_old: bool,
    members: HashMap<RecordId, bool>,
    /// Whoever is not among `members` is outside.
    has_all_members: bool,
    guardians: HashMap<RecordId, bool>,
    has_all_guardians: bool,
    /// Guardians whom this push parted from somebody within: they may go along.
    parted: HashSet<RecordId>,
}

impl Bounds {
    pub(super) fn load(
        transaction: &mut dyn Transaction,
        organisation: &OrganisationRow,
        account: AccountId,
    ) -> Result<Self, StorageError> {
        let roots = transaction.load_roots(organisation.key, account)?;
        let mut bounds = Self {
            key: organisation.key,
            roots,
            parents: Parents::new(),
            places: Places::default(),
            is_tree_old: true,
            members: HashMap::new(),
            has_all_members: false,
            guardians: HashMap::new(),
            has_all_guardians: false,
            parted: HashSet::new(),
        };
        bounds.look_at_tree(transaction)?;
        Ok(bounds)
    }

    /// Stands for the departments that were given, whatever is below them now. Never zero.
    pub(super) fn mark(&self) -> u64 {
        let mut hash = Sha256::new();
        hash.update(b"mingce scope 1");
        self.roots.iter().for_each(|root| hash.update(root.as_bytes()));
        let full = hash.finalize();
        let mut short = [0; 8];
        short.copy_from_slice(&full[..8]);
        u64::from_be_bytes(short).max(1)
    }

    fn look_at_tree(&mut self, transaction: &mut dyn Transaction) -> Result<(), StorageError> {
        if !self.is_tree_old {
            return Ok(());
        }
        let mut parents = Parents::new();
        let mut reached = 0;
        loop {
            let (from, mut rows) = (reached, 0);
            transaction.load_kind_after(self.key, Kind::Department, from, (ROWS, BYTES), &mut |record| {
                (reached, rows) = (record.ver, rows + 1);
                let pulled = record.to_pulled();
                if let Some(values) = pulled.values {
                    parents.insert(record.id, reference(&values, Field::DepartmentParent));
                }
                Ok(())
            })?;
            if rows == 0 {
                break;
            }
        }
        self.places = Places::of(&parents, &self.roots);
        (self.parents, self.is_tree_old) = (parents, false);
        Ok(())
    }

    /// Finds everybody within at once, for whoever will ask about most of the roster.
    pub(super) fn look_at_everybody(&mut self, transaction: &mut dyn Transaction) -> Result<(), StorageError> {
        self.look_at_tree(transaction)?;
        if !self.has_all_members {
            let mut members = HashSet::new();
            for department in self.places.inside.clone() {
                members.extend(members_of(transaction, self.key, department)?);
            }
            self.members = members.into_iter().map(|id| (id, true)).collect();
            self.has_all_members = true;
        }
        if !self.has_all_guardians {
            let mut guardians = HashMap::new();
            for (member, _) in self.members.iter().filter(|(_, is_within)| **is_within) {
                let of_member = (Field::GuardianshipMember, &Value::from(*member));
                for id in transaction.find_live(self.key, Kind::Guardianship, &[of_member], ALL)? {
                    if let Some(stored) = transaction.find_record(self.key, Kind::Guardianship, id)?
                        && let Some(guardian) = stored.record.reference(Field::GuardianshipGuardian)
                    {
                        guardians.insert(guardian, true);
                    }
                }
            }
            (self.guardians, self.has_all_guardians) = (guardians, true);
        }
        Ok(())
    }

    /// Something was written that may have moved somebody; with `None`, what was written was taken back.
    pub(super) fn forget(&mut self, written: Option<Kind>) {
        match written {
            None => {
                self.is_tree_old = true;
                self.members.clear();
                self.guardians.clear();
                self.parted.clear();
            }
            Some(Kind::Department) => {
                self.is_tree_old = true;
                self.members.clear();
                self.guardians.clear();
            }
            Some(Kind::Member | Kind::Affiliation) => {
                self.members.clear();
                self.guardians.clear();
            }
            Some(Kind::Guardian | Kind::Guardianship) => self.guardians.clear(),
            Some(_) => return,
        }
        (self.has_all_members, self.has_all_guardians) = (false, false);
    }

    fn is_inside(&self, department: Option<RecordId>) -> bool {
        department.is_some_and(|id| self.places.inside.contains(&id))
    }

    /// Whether a live member is within.
    pub(super) fn holds_member(
        &mut self,
        transaction: &mut dyn Transaction,
        id: RecordId,
    ) -> Result<bool, StorageError> {
        if let Some(is_within) = self.members.get(&id) {
            return Ok(*is_within);
        }
        if self.has_all_members {
            return Ok(false);
        }
        let stored = transaction.find_record(self.key, Kind::Member, id)?.filter(|stored| !stored.is_deleted);
        let is_within = match stored {
            None => false,
            Some(stored) if self.is_inside(stored.record.reference(Field::MemberDepartment)) => true,
            Some(_) => self.holds_by_affiliation(transaction, id)?,
        };
        self.members.insert(id, is_within);
        Ok(is_within)
    }

    fn holds_by_affiliation(&self, transaction: &mut dyn Transaction, member: RecordId) -> Result<bool, StorageError> {
        let of_member = (Field::AffiliationMember, &Value::from(member));
        for id in transaction.find_live(self.key, Kind::Affiliation, &[of_member], ALL)? {
            let stored = transaction.find_record(self.key, Kind::Affiliation, id)?;
            let place = stored.and_then(|stored| stored.record.reference(Field::AffiliationDepartment));
            if self.is_inside(place) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a guardian answers for somebody within.
    fn holds_guardian(&mut self, transaction: &mut dyn Transaction, id: RecordId) -> Result<bool, StorageError> {
        if let Some(is_within) = self.guardians.get(&id) {
            return Ok(*is_within);
        }
        if self.has_all_guardians {
            return Ok(false);
        }
        let mut is_within = false;
        for member in wards_of(transaction, self.key, id)? {
            is_within = is_within || self.holds_member(transaction, member)?;
        }
        self.guardians.insert(id, is_within);
        Ok(is_within)
    }

    /// Whether a live record is shown.
    pub(super) fn shows(
        &mut self,
        transaction: &mut dyn Transaction,
        (kind, id): (Kind, RecordId),
        values: &[Value],
    ) -> Result<bool, StorageError> {
        self.look_at_tree(transaction)?;
        match kind {
            Kind::Organisation | Kind::CustomField | Kind::Tag | Kind::Layout => Ok(true),
            Kind::Department => Ok(self.places.inside.contains(&id) || self.places.above.contains(&id)),
            Kind::Member if self.is_inside(reference(values, Field::MemberDepartment)) => Ok(true),
            Kind::Member => self.holds_member(transaction, id),
            Kind::Affiliation if !self.is_inside(reference(values, Field::AffiliationDepartment)) => Ok(false),
            Kind::Affiliation
            | Kind::Guardianship
            | Kind::Invitation
            | Kind::CustomValue
            | Kind::Tagging
            | Kind::Distinction => self.holds_owners(transaction, kind, values),
            Kind::Guardian => self.holds_guardian(transaction, id),
            Kind::Conflict => self.shows_conflict(transaction, values),
        }
    }

    /// Whether all members that the record hangs on are within.
    fn holds_owners(
        &mut self,
        transaction: &mut dyn Transaction,
        kind: Kind,
        values: &[Value],
    ) -> Result<bool, StorageError> {
        for field in belonging::fields_of(kind) {
            match reference(values, field) {
                Some(member) if self.holds_member(transaction, member)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// A conflict is shown to whoever sees all of what it is about, and no department beyond.
    fn shows_conflict(&mut self, transaction: &mut dyn Transaction, values: &[Value]) -> Result<bool, StorageError> {
        let text = |field: Field| values.get(field.index()).and_then(Value::as_text);
        let kind = text(Field::ConflictKind).and_then(Kind::from_name);
        let id = text(Field::ConflictRecord).and_then(|id| id.parse::<RecordId>().ok());
        let (Some(kind), Some(id)) = (kind, id) else { return Ok(false) };
        if is_shared(kind) || kind == Kind::Conflict {
            return Ok(false);
        }
        let sides = [Field::ConflictBase, Field::ConflictMine, Field::ConflictTheirs];
        if sides.into_iter().filter_map(text).any(|side| self.names_another_place(side)) {
            return Ok(false);
        }
        let Some(stored) = transaction.find_record(self.key, kind, id)?.filter(|stored| !stored.is_deleted) else {
            return Ok(false);
        };
        let is_shown = self.shows(transaction, (kind, id), &stored.record.values)?;
        Ok(is_shown && (kind != Kind::Department || self.places.inside.contains(&id)))
    }

    /// Whether the JSON names a department that is not within.
    fn names_another_place(&self, json: &str) -> bool {
        fn any(value: &serde_json::Value, is_such: &dyn Fn(&str) -> bool) -> bool {
            match value {
                serde_json::Value::String(text) => is_such(text),
                serde_json::Value::Array(values) => values.iter().any(|value| any(value, is_such)),
                serde_json::Value::Object(values) => values.values().any(|value| any(value, is_such)),
                _ => false,
            }
        }
        let is_elsewhere = |text: &str| {
            let id = text.parse::<RecordId>().ok();
            id.is_some_and(|id| self.parents.contains_key(&id) && !self.places.inside.contains(&id))
        };
        serde_json::from_str(json).map_or(true, |value| any(&value, &is_elsewhere))
    }

    /// Takes out of a record that is shown what is not.
    pub(super) fn cover(&self, (kind, id): (Kind, RecordId), values: &mut [Value]) {
        match kind {
            Kind::Department if !self.places.inside.contains(&id) => {
                let kept = [Field::DepartmentName, Field::DepartmentKind, Field::DepartmentParent];
                for field in kind.fields().iter().filter(|field| !kept.contains(field)) {
                    values[field.index()] = Value::Null;
                }
            }
            Kind::Member if !self.is_inside(reference(values, Field::MemberDepartment)) => {
                values[Field::MemberDepartment.index()] = Value::Null;
            }
            _ => {}
        }
    }

    /// Whether nothing of a record, as it is told, is covered.
    fn shows_whole(&self, record: &PulledRecord) -> bool {
        match (record.kind, &record.values) {
            (Kind::Department, Some(_)) => self.places.inside.contains(&record.id),
            (Kind::Member, Some(values)) => self.is_inside(reference(values, Field::MemberDepartment)),
            _ => true,
        }
    }

    /// Whether somebody within has the photo.
    pub(super) fn holds_photo(
        &mut self,
        transaction: &mut dyn Transaction,
        hash: PhotoHash,
    ) -> Result<bool, StorageError> {
        let named = (Field::MemberPhoto, &Value::from(hash.to_string()));
        for member in transaction.find_live(self.key, Kind::Member, &[named], ALL)? {
            if self.holds_member(transaction, member)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether an account that is bound to departments may have the photo: somebody within them has it.
pub fn may_see_photo(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    account: AccountId,
    hash: PhotoHash,
) -> Result<bool, StorageError> {
    Bounds::load(transaction, organisation, account)?.holds_photo(transaction, hash)
}

/// Whether records of the kind belong to the organisation as a whole.
fn is_shared(kind: Kind) -> bool {
    matches!(kind, Kind::Organisation | Kind::CustomField | Kind::Tag | Kind::Layout)
}

fn reference(values: &[Value], field: Field) -> Option<RecordId> {
    values.get(field.index())?.as_text()?.parse().ok()
}

/// Live members whose main department it is, or who have an affiliation there.
fn members_of(
    transaction: &mut dyn Transaction,
    key: OrganisationKey,
    department: RecordId,
) -> Result<Vec<RecordId>, StorageError> {
    let place = Value::from(department);
    let mut members = transaction.find_live(key, Kind::Member, &[(Field::MemberDepartment, &place)], ALL)?;
    for id in transaction.find_live(key, Kind::Affiliation, &[(Field::AffiliationDepartment, &place)], ALL)? {
        let stored = transaction.find_record(key, Kind::Affiliation, id)?;
        members.extend(stored.and_then(|stored| stored.record.reference(Field::AffiliationMember)));
    }
    Ok(members)
}

/// Those whom a guardian answers for.
fn wards_of(
    transaction: &mut dyn Transaction,
    key: OrganisationKey,
    guardian: RecordId,
) -> Result<Vec<RecordId>, StorageError> {
    let by_guardian = (Field::GuardianshipGuardian, &Value::from(guardian));
    let mut wards = Vec::new();
    for id in transaction.find_live(key, Kind::Guardianship, &[by_guardian], ALL)? {
        let stored = transaction.find_record(key, Kind::Guardianship, id)?;
        wards.extend(stored.and_then(|stored| stored.record.reference(Field::GuardianshipMember)));
    }
    Ok(wards)
}

/// A live record.
fn find_live_record(
    transaction: &mut dyn Transaction,
    key: OrganisationKey,
    (kind, id): (Kind, RecordId),
) -> Result<Option<Record>, StorageError> {
    Ok(transaction.find_record(key, kind, id)?.filter(|stored| !stored.is_deleted).map(|stored| stored.record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId::from_parts(1, [n; 10])
    }

    #[test]
    fn below_a_root_is_inside_and_the_way_up_is_above() {
        let tree = [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(2)), (5, Some(1)), (6, Some(4))];
        let parents: Parents = tree.into_iter().map(|(own, parent)| (id(own), parent.map(id))).collect();
        let sorted = |set: &HashSet<RecordId>| {
            let mut ids: Vec<RecordId> = set.iter().copied().collect();
            ids.sort_unstable();
            ids
        };
        let places = Places::of(&parents, &[id(4)]);
        assert_eq!(sorted(&places.inside), [id(4), id(6)]);
        assert_eq!(sorted(&places.above), [id(1), id(2)]);
        // One root below another adds nothing, and one that is gone holds nothing.
        let places = Places::of(&parents, &[id(2), id(6), id(9)]);
        assert_eq!(sorted(&places.inside), [id(2), id(3), id(4), id(6)]);
        assert_eq!(sorted(&places.above), [id(1)]);
        let ring: Parents = [(id(1), Some(id(2))), (id(2), Some(id(1)))].into();
        assert_eq!(Places::of(&ring, &[id(1)]).inside.len(), 2);
    }
}
