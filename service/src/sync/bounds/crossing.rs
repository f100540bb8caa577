//! What came within the bounds and what left them since a version, read from the log: people who were moved, departments
//! that were hung elsewhere with everybody in them, guardians whose ward changed.
//!
//! What is within now is told whether or not it was before. What is not is told to have left only where it may have been
//! within, so that nobody hears of records that were never theirs.

use super::{ALL, BYTES, Bounds, Parents, Places, ROWS, find_live_record, members_of, reference};
use crate::storage::{MoveRow, OrganisationKey, StorageError, Transaction};
use mingce_model::{Field, Kind, Record, RecordId, Value, Verb, belonging};
use mingce_protocol::PulledRecord;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Lines of the log that are looked through, and people looked after; where there are more, everything comes anew.
const LINES_MAX: usize = 2_000;
const PEOPLE_MAX: usize = 2_000;
/// Records that are sent again at the most, likewise.
const AGAIN_MAX: usize = 4_000;

/// What moved since a version.
#[derive(Default)]
pub(in crate::sync) struct Crossing {
    /// Departments that are or were inside.
    ever: HashSet<RecordId>,
    /// Departments that are or were shown.
    ever_shown: HashSet<RecordId>,
    /// Members that were moved, and whether they may have been within.
    moved: HashMap<RecordId, bool>,
    /// Guardians whose wards changed, and these.
    wards: HashMap<RecordId, HashSet<RecordId>>,
    /// Of them those one of whose wards is or was within.
    guardians: HashSet<RecordId>,
    /// Affiliations that were changed and whose place is or was inside.
    affiliations: HashSet<RecordId>,
    /// Departments were hung elsewhere, perhaps there and back.
    has_rearranged: bool,
    /// Told to have left.
    pub left: Vec<(Kind, RecordId)>,
    /// Within, whatever version of them is known.
    pub again: Vec<PulledRecord>,
}

/// A line's record before and after it, as far as the line says; a side without a record is `None`.
struct Sides {
    before: Option<HashMap<Field, Value>>,
    after: Option<HashMap<Field, Value>>,
}

impl Sides {
    fn of(line: &MoveRow) -> Result<Self, StorageError> {
        if line.verb == Verb::Create {
            let values: Vec<Value> = read(&line.changes)?;
            return Ok(Self { before: None, after: Some(line.kind.fields().iter().copied().zip(values).collect()) });
        }
        let pairs: HashMap<String, (Value, Value)> = read(&line.changes)?;
        let (mut before, mut after) = (HashMap::new(), HashMap::new());
        for (name, (old, new)) in pairs {
            if let Some(field) = line.kind.field(&name) {
                before.insert(field, old);
                after.insert(field, new);
            }
        }
        Ok(Self { before: Some(before), after: (line.verb == Verb::Edit).then_some(after) })
    }

    /// What the field refers to on both sides, as far as the line says.
    fn both(&self, field: Field) -> impl Iterator<Item = RecordId> {
        let named = |side: &Option<HashMap<Field, Value>>| side.as_ref()?.get(&field)?.as_text()?.parse().ok();
        [named(&self.before), named(&self.after)].into_iter().flatten()
    }
}

fn read<T: serde::de::DeserializeOwned>(changes: &str) -> Result<T, StorageError> {
    serde_json::from_str(changes).map_err(|_| StorageError::Inconsistent)
}

/// The tree as it was before the lines.
fn parents_before(now: &Parents, lines: &[(MoveRow, Sides)]) -> Parents {
    let mut parents = now.clone();
    for (line, sides) in lines.iter().rev().filter(|(line, _)| line.kind == Kind::Department) {
        let parent = |value: &Value| value.as_text().and_then(|id| id.parse().ok());
        match &sides.before {
            None => drop(parents.remove(&line.id)),
            Some(before) => match (before.get(&Field::DepartmentParent), line.verb) {
                (Some(value), _) => drop(parents.insert(line.id, parent(value))),
                // Of a removal what was empty is not named.
                (None, Verb::Remove) => drop(parents.insert(line.id, None)),
                (None, _) => {}
            },
        }
    }
    parents
}

impl Crossing {
    /// Nothing moved.
    pub(super) fn now(bounds: &Bounds) -> Self {
        let Places { inside, above } = bounds.places.clone();
        Self { ever_shown: inside.union(&above).copied().collect(), ever: inside, ..Self::default() }
    }

    /// Whether the record is about somebody who was moved.
    pub(super) fn concerns(&self, record: &PulledRecord) -> bool {
        let values = record.values.as_deref().unwrap_or_default();
        let mut owners = belonging::fields_of(record.kind).filter_map(|field| reference(values, field));
        self.has_rearranged
            || self.moved.contains_key(&record.id)
            || self.wards.contains_key(&record.id)
            || owners.any(|owner| self.moved.contains_key(&owner))
    }

    /// What moved after the version; of what is within now, records up to `known` are told again. `None`: too much.
    pub(super) fn since(
        transaction: &mut dyn Transaction,
        bounds: &mut Bounds,
        (ver, known): (u64, u64),
    ) -> Result<Option<Self>, StorageError> {
        bounds.look_at_tree(transaction)?;
        let rows = transaction.load_moves(bounds.key, ver, LINES_MAX + 1)?;
        if rows.len() > LINES_MAX {
            return Ok(None);
        }
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let sides = Sides::of(&row)?;
            lines.push((row, sides));
        }
        let before = Places::of(&parents_before(&bounds.parents, &lines), &bounds.roots);
        let mut crossing = Self::default();
        let now = bounds.places.clone();
        crossing.ever.extend(now.inside.union(&before.inside));
        crossing.ever_shown.extend(now.inside.iter().chain(&now.above).chain(&before.inside).chain(&before.above));
        let mut again: BTreeSet<(Kind, RecordId)> = BTreeSet::new();
        crossing.look_at_departments(&before, &now, &mut again);
        for department in before.inside.symmetric_difference(&now.inside) {
            for member in members_of(transaction, bounds.key, *department)? {
                crossing.moved.insert(member, true);
            }
        }
        crossing.look_at_lines(&lines, &before.inside.intersection(&now.inside).copied().collect());
        if crossing.moved.len() > PEOPLE_MAX {
            return Ok(None);
        }
        crossing.look_at_people(transaction, bounds, &mut again)?;
        crossing.look_at_guardians(transaction, bounds)?;
        look_at_conflicts(transaction, bounds.key, &mut again)?;
        if again.len() > AGAIN_MAX {
            return Ok(None);
        }
        for of in again {
            let Some(mut record) = find_live_record(transaction, bounds.key, of)? else { continue };
            // What is newer comes by itself.
            if record.ver <= known && bounds.shows(transaction, of, &record.values)? {
                bounds.cover(of, &mut record.values);
                let Record { kind, id, ver, values } = record;
                crossing.again.push(PulledRecord { kind, id, ver, values: Some(values), by: None });
            }
        }
        crossing.again.sort_unstable_by_key(|record| record.ver);
        crossing.left.sort_unstable();
        crossing.left.dedup();
        Ok(Some(crossing))
    }

    fn look_at_departments(&mut self, before: &Places, now: &Places, again: &mut BTreeSet<(Kind, RecordId)>) {
        let shown_as = |places: &Places, id: &RecordId| (places.inside.contains(id), places.above.contains(id));
        for id in self.ever_shown.iter().filter(|id| shown_as(before, id) != shown_as(now, id)) {
            match shown_as(now, id) {
                (false, false) => self.left.push((Kind::Department, *id)),
                _ => drop(again.insert((Kind::Department, *id))),
            }
        }
    }

    /// `stays`: departments that are inside and were all the time.
    fn look_at_lines(&mut self, lines: &[(MoveRow, Sides)], stays: &HashSet<RecordId>) {
        for (line, sides) in lines {
            match line.kind {
                Kind::Member => {
                    let places: Vec<RecordId> = sides.both(Field::MemberDepartment).collect();
                    // From one class into another of the same head nobody comes or goes.
                    if places.len() != 2 || !places.iter().all(|place| stays.contains(place)) {
                        let was_within = places.iter().any(|place| self.ever.contains(place));
                        *self.moved.entry(line.id).or_default() |= was_within;
                    }
                }
                Kind::Affiliation => {
                    let is_ours = self.affiliations.contains(&line.id)
                        || sides.both(Field::AffiliationDepartment).any(|place| self.ever.contains(&place));
                    if is_ours {
                        self.affiliations.insert(line.id);
                    }
                    for member in sides.both(Field::AffiliationMember) {
                        *self.moved.entry(member).or_default() |= is_ours;
                    }
                }
                Kind::Guardianship => {
                    let members: Vec<RecordId> = sides.both(Field::GuardianshipMember).collect();
                    for member in &members {
                        self.moved.entry(*member).or_default();
                    }
                    for guardian in sides.both(Field::GuardianshipGuardian) {
                        self.wards.entry(guardian).or_default().extend(&members);
                    }
                }
                Kind::Department => {
                    self.has_rearranged |=
                        sides.before.is_some() && sides.both(Field::DepartmentParent).next().is_some();
                }
                _ => {}
            }
        }
    }

    fn look_at_people(
        &mut self,
        transaction: &mut dyn Transaction,
        bounds: &mut Bounds,
        again: &mut BTreeSet<(Kind, RecordId)>,
    ) -> Result<(), StorageError> {
        // An edit of an affiliation names its member only where that is another: who it is stands in the record.
        for id in self.affiliations.clone() {
            if let Some(record) = find_live_record(transaction, bounds.key, (Kind::Affiliation, id))?
                && let Some(member) = record.reference(Field::AffiliationMember)
            {
                *self.moved.entry(member).or_default() = true;
            }
        }
        for (member, was_within) in self.moved.clone() {
            if !bounds.holds_member(transaction, member)? {
                if was_within && self.has_to_leave(transaction, bounds, member)? {
                    self.left.push((Kind::Member, member));
                }
                continue;
            }
            again.insert((Kind::Member, member));
            let value = Value::from(member);
            for field in belonging::OF_MEMBER {
                for id in transaction.find_live(bounds.key, field.kind(), &[(field, &value)], ALL)? {
                    let Some(record) = find_live_record(transaction, bounds.key, (field.kind(), id))? else { continue };
                    if field == Field::AffiliationMember {
                        let place = record.reference(Field::AffiliationDepartment);
                        if !bounds.is_inside(place) {
                            let is_ours = place.is_some_and(|place| self.ever.contains(&place));
                            if is_ours || self.affiliations.contains(&id) {
                                self.left.push((Kind::Affiliation, id));
                            }
                            continue;
                        }
                    }
                    again.insert((field.kind(), id));
                    if field == Field::GuardianshipMember
                        && let Some(guardian) = record.reference(Field::GuardianshipGuardian)
                    {
                        again.insert((Kind::Guardian, guardian));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whoever was removed from a place within is told of by the removal, on this page or a later one; from elsewhere a later
    /// page might not tell it.
    fn has_to_leave(
        &self,
        transaction: &mut dyn Transaction,
        bounds: &Bounds,
        member: RecordId,
    ) -> Result<bool, StorageError> {
        let last = last_of_removed(transaction, bounds.key, (Kind::Member, member))?;
        Ok(last.is_none_or(|last| !bounds.is_inside(last.reference(Field::MemberDepartment))))
    }

    fn look_at_guardians(
        &mut self,
        transaction: &mut dyn Transaction,
        bounds: &mut Bounds,
    ) -> Result<(), StorageError> {
        for (guardian, wards) in &self.wards {
            for member in wards {
                if self.moved.get(member).copied().unwrap_or_default()
                    || bounds.holds_member(transaction, *member)?
                    || self.showed_removed(transaction, bounds.key, *member)?
                {
                    self.guardians.insert(*guardian);
                    break;
                }
            }
        }
        for guardian in &self.guardians {
            if !bounds.holds_guardian(transaction, *guardian)? {
                self.left.push((Kind::Guardian, *guardian));
            }
        }
        Ok(())
    }

    /// Whether a record that was removed was shown before; `last` is what it was.
    pub(super) fn showed(
        &self,
        transaction: &mut dyn Transaction,
        bounds: &mut Bounds,
        last: &Record,
    ) -> Result<bool, StorageError> {
        match last.kind {
            Kind::Organisation | Kind::CustomField | Kind::Tag | Kind::Layout => Ok(true),
            Kind::Department => {
                let parent = last.reference(Field::DepartmentParent);
                Ok(self.ever_shown.contains(&last.id) || parent.is_some_and(|parent| self.ever.contains(&parent)))
            }
            Kind::Member => Ok(self.showed_member(last)),
            Kind::Guardian => Ok(self.guardians.contains(&last.id)),
            Kind::Conflict => Ok(false),
            Kind::Affiliation => {
                Ok(last.reference(Field::AffiliationDepartment).is_some_and(|place| self.ever.contains(&place)))
            }
            Kind::Guardianship | Kind::Invitation | Kind::CustomValue | Kind::Tagging | Kind::Distinction => {
                for field in belonging::fields_of(last.kind) {
                    let Some(member) = reference(&last.values, field) else { return Ok(false) };
                    let was_moved = self.moved.get(&member).copied().unwrap_or_default();
                    if !was_moved
                        && !bounds.holds_member(transaction, member)?
                        && !self.showed_removed(transaction, bounds.key, member)?
                    {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn showed_member(&self, last: &Record) -> bool {
        let place = last.reference(Field::MemberDepartment);
        place.is_some_and(|place| self.ever.contains(&place)) || self.moved.get(&last.id).copied().unwrap_or_default()
    }

    /// Whether the member was removed and shown before.
    fn showed_removed(
        &self,
        transaction: &mut dyn Transaction,
        key: OrganisationKey,
        member: RecordId,
    ) -> Result<bool, StorageError> {
        Ok(last_of_removed(transaction, key, (Kind::Member, member))?.is_some_and(|last| self.showed_member(&last)))
    }
}

/// Conflicts come along with what they are about.
fn look_at_conflicts(
    transaction: &mut dyn Transaction,
    key: OrganisationKey,
    again: &mut BTreeSet<(Kind, RecordId)>,
) -> Result<(), StorageError> {
    let subjects: HashSet<RecordId> = again.iter().map(|(_, id)| *id).collect();
    again.extend(conflicts_about(transaction, key, &subjects)?.into_iter().map(|id| (Kind::Conflict, id)));
    Ok(())
}

/// Live conflicts about any of the records.
pub(super) fn conflicts_about(
    transaction: &mut dyn Transaction,
    key: OrganisationKey,
    subjects: &HashSet<RecordId>,
) -> Result<Vec<RecordId>, StorageError> {
    let (mut reached, mut about) = (0, Vec::new());
    if subjects.is_empty() {
        return Ok(about);
    }
    loop {
        let (from, mut rows) = (reached, 0);
        transaction.load_kind_after(key, Kind::Conflict, from, (ROWS, BYTES), &mut |record| {
            (reached, rows) = (record.ver, rows + 1);
            let values = record.to_pulled().values.unwrap_or_default();
            if reference(&values, Field::ConflictRecord).is_some_and(|subject| subjects.contains(&subject)) {
                about.push(record.id);
            }
            Ok(())
        })?;
        if rows == 0 {
            return Ok(about);
        }
    }
}

/// What a record was that is removed; `None` for one that is not.
pub(super) fn last_of_removed(
    transaction: &mut dyn Transaction,
    key: OrganisationKey,
    (kind, id): (Kind, RecordId),
) -> Result<Option<Record>, StorageError> {
    let newest = transaction.load_changes(key, kind, id, 1)?.into_iter().next();
    let Some(removal) = newest.filter(|change| change.verb == Verb::Remove) else { return Ok(None) };
    let pairs: HashMap<String, (Value, Value)> = read(&removal.changes)?;
    let mut last = Record::empty(kind, id);
    for (name, (before, _)) in pairs {
        if let Some(field) = kind.field(&name) {
            last.set(field, before);
        }
    }
    Ok(Some(last))
}
