//! A roster in which everything carries a mark and moves about, what of it somebody who is bound should see, worked out by
//! itself, and what a desktop holds that takes pages in.

use crate::desk::{Desk, read_page, set};
use crate::scopes::with_due_id;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, belonging};
use mingce_protocol::{Op, PullHeader};
use std::collections::{BTreeMap, HashMap, HashSet};

pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.below(of.len())].clone()) }
    }
}

/// A text by which a value is known again, wherever it turns up.
pub fn marked(mark: u64) -> String {
    format!("mk{mark:06}z")
}

/// The marks in a body, packed or not.
pub fn marks_in(body: &[u8]) -> HashSet<u64> {
    let unpacked = zstd::decode_all(body).unwrap_or_else(|_| body.to_vec());
    let text = String::from_utf8_lossy(&unpacked).into_owned();
    let parts = text.split("mk").skip(1);
    parts.filter_map(|part| part.get(..6)?.parse().ok().filter(|_| part[6..].starts_with('z'))).collect()
}

type Records = BTreeMap<(Kind, RecordId), Record>;

/// What a desktop holds.
#[derive(Default)]
pub struct Held {
    records: Records,
    /// Versions count for nothing until they come again.
    stale: HashSet<(Kind, RecordId)>,
}

impl Held {
    /// Pulls up to the head; the last header.
    pub async fn pull(&mut self, desk: &mut Desk<'_>, limit: usize) -> PullHeader {
        let mut begins = false;
        loop {
            let (mut header, _) = self.pull_one(desk, limit).await;
            begins |= header.scope.as_ref().is_some_and(|scope| scope.begins);
            if !header.more {
                if let Some(scope) = &mut header.scope {
                    scope.begins = begins;
                }
                return header;
            }
        }
    }

    /// The same; the bodies as they came.
    pub async fn pull_all(&mut self, desk: &mut Desk<'_>, limit: usize) -> Vec<Vec<u8>> {
        let mut bodies = Vec::new();
        loop {
            let (header, body) = self.pull_one(desk, limit).await;
            bodies.push(body);
            if !header.more {
                return bodies;
            }
        }
    }

    async fn pull_one(&mut self, desk: &mut Desk<'_>, limit: usize) -> (PullHeader, Vec<u8>) {
        let cursor = desk.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let answer = desk.send_pull(&format!("?limit={limit}&scope=1{cursor}")).await;
        let (header, records) = read_page(&answer);
        let mut known = 0;
        let scope = header.scope.clone().unwrap_or_default();
        if scope.begins {
            self.stale = self.records.keys().copied().collect();
        }
        for (kind, id) in &scope.left {
            self.leave(Kind::from_number(*kind).unwrap(), *id);
        }
        for (place, pulled) in records.into_iter().enumerate() {
            assert!(pulled.ver > known, "versions rise");
            known = pulled.ver;
            let key = (pulled.kind, pulled.id);
            let is_again = place < scope.again || self.stale.remove(&key);
            if self.records.get(&key).is_some_and(|record| record.ver >= pulled.ver && !is_again) {
                continue;
            }
            match pulled.values {
                None => drop(self.records.remove(&key)),
                Some(values) => {
                    let record = Record { kind: key.0, id: key.1, ver: pulled.ver, values };
                    self.records.insert(key, record);
                }
            }
        }
        if !header.more {
            for key in std::mem::take(&mut self.stale) {
                self.records.remove(&key);
            }
        }
        desk.cursor = Some(header.cursor.clone());
        desk.epoch = header.epoch;
        (header, answer.body.to_vec())
    }

    fn leave(&mut self, kind: Kind, id: RecordId) {
        let mut gone: HashSet<RecordId> = [id].into();
        if kind == Kind::Member {
            let hanging: Vec<Record> =
                self.records.values().filter(|record| belonging::hangs_on(record, id)).cloned().collect();
            gone.extend(hanging.iter().map(|record| record.id));
            self.records.retain(|_, record| !belonging::hangs_on(record, id));
            for guardian in hanging.iter().filter_map(|record| record_at(record, Field::GuardianshipGuardian)) {
                let is_needed = |record: &Record| record_at(record, Field::GuardianshipGuardian) == Some(guardian);
                if !self.records.values().any(is_needed) {
                    self.records.remove(&(Kind::Guardian, guardian));
                }
            }
        }
        self.records.remove(&(kind, id));
        self.records.retain(|_, record| !record_at(record, Field::ConflictRecord).is_some_and(|of| gone.contains(&of)));
    }

    pub fn ids(&self) -> HashSet<RecordId> {
        self.records.keys().map(|(_, id)| *id).collect()
    }

    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// Where this is not what was expected.
    pub fn differing(&self, expected: &[Record]) -> Vec<String> {
        let expected: Records = expected.iter().map(|record| ((record.kind, record.id), record.clone())).collect();
        let keys: HashSet<_> = self.records.keys().chain(expected.keys()).copied().collect();
        let mut differing: Vec<String> = keys
            .into_iter()
            .filter(|key| self.records.get(key) != expected.get(key))
            .map(|key| format!("{key:?}: held {:?}, expected {:?}", self.records.get(&key), expected.get(&key)))
            .collect();
        differing.sort();
        differing
    }
}

fn record_at(record: &Record, field: Field) -> Option<RecordId> {
    if record.kind != field.kind() {
        return None;
    }
    record.get(field).as_text()?.parse().ok()
}

/// What the owner sees, and what marks were given to.
pub struct Roster<'h> {
    pub owner: Desk<'h>,
    field: RecordId,
    tag: RecordId,
    next_mark: u64,
    of: HashMap<u64, (Kind, RecordId)>,
    /// Marks that were in a record while it was shown, by whom.
    shown: HashSet<u64>,
    now: Records,
}

impl<'h> Roster<'h> {
    pub async fn found(owner: Desk<'h>) -> Self {
        let house = owner.house;
        let (field, tag) = (house.new_id(), house.new_id());
        let now = Records::new();
        let (of, shown) = (HashMap::new(), HashSet::new());
        let mut roster = Self { owner, field, tag, next_mark: 1, of, shown, now };
        let definition = Record::empty(Kind::CustomField, field)
            .with(Field::CustomFieldName, "住址")
            .with(Field::CustomFieldForm, "text")
            .with(Field::CustomFieldDataClass, "personal");
        let tag = Record::empty(Kind::Tag, tag).with(Field::TagName, "校队");
        roster.push(&[Edit::create(&definition), Edit::create(&tag)]).await;
        let mut dice = Dice(7);
        for _ in 0..9 {
            roster.add_department(&mut dice).await;
        }
        for _ in 0..14 {
            roster.add_member(&mut dice).await;
        }
        roster
    }

    /// Refusals are part of the game: of two that would make a ring one is refused.
    async fn push(&mut self, edits: &[Edit]) {
        let ops: Vec<Op> = self.owner.ops(edits);
        self.owner.push_ops(&ops).await;
        let mut fresh = self.owner.second();
        self.now.clear();
        for pulled in fresh.pull().await {
            if let Some(values) = pulled.values {
                let record = Record { kind: pulled.kind, id: pulled.id, ver: pulled.ver, values };
                self.now.insert((pulled.kind, pulled.id), record);
            }
        }
    }

    fn mark(&mut self, kind: Kind, id: RecordId) -> String {
        let mark = self.next_mark;
        self.next_mark += 1;
        self.of.insert(mark, (kind, id));
        marked(mark)
    }

    pub fn owner_of(&self, mark: u64) -> Option<(Kind, RecordId)> {
        self.of.get(&mark).copied()
    }

    fn all(&self, kind: Kind) -> Vec<Record> {
        self.now.values().filter(|record| record.kind == kind).cloned().collect()
    }

    pub fn some_departments(&self, dice: &mut Dice, most: usize) -> Vec<RecordId> {
        let all: Vec<RecordId> = self.all(Kind::Department).iter().map(|record| record.id).collect();
        let mut some: Vec<RecordId> = (0..=dice.below(most)).filter_map(|_| dice.pick(&all)).collect();
        some.sort_unstable();
        some.dedup();
        some
    }

    async fn add_department(&mut self, dice: &mut Dice) {
        let id = self.owner.house.new_id();
        let parent = dice.pick(&self.all(Kind::Department)).filter(|_| dice.below(4) > 0);
        let record = Record::empty(Kind::Department, id)
            .with(Field::DepartmentName, self.mark(Kind::Department, id))
            .with(Field::DepartmentKind, "class")
            .with(Field::DepartmentPosition, 1)
            .with(Field::DepartmentParent, parent.map_or(Value::Null, |parent| Value::from(parent.id)));
        self.push(&[Edit::create(&record)]).await;
    }

    async fn add_member(&mut self, dice: &mut Dice) {
        let id = self.owner.house.new_id();
        let place = dice.pick(&self.all(Kind::Department)).filter(|_| dice.below(8) > 0);
        let member = Record::empty(Kind::Member, id)
            .with(Field::MemberName, self.mark(Kind::Member, id))
            .with(Field::MemberNote, self.mark(Kind::Member, id))
            .with(Field::MemberStatus, "active")
            .with(Field::MemberDepartment, place.map_or(Value::Null, |place| Value::from(place.id)));
        let mut value = with_due_id(
            Record::empty(Kind::CustomValue, id)
                .with(Field::CustomValueMember, id)
                .with(Field::CustomValueField, self.field),
        );
        value.set(Field::CustomValueValue, self.mark(Kind::CustomValue, value.id));
        let tagging = with_due_id(
            Record::empty(Kind::Tagging, id).with(Field::TaggingMember, id).with(Field::TaggingTag, self.tag),
        );
        let guardian = self.owner.house.new_id();
        let guardian =
            Record::empty(Kind::Guardian, guardian).with(Field::GuardianName, self.mark(Kind::Guardian, guardian));
        let tie = self.tie(id, guardian.id);
        let invitation = Record::empty(Kind::Invitation, self.owner.house.new_id())
            .with(Field::InvitationMember, id)
            .with(Field::InvitationTokenHash, format!("{:064x}", self.next_mark))
            .with(Field::InvitationCreatedAt, crate::desk::START_MS)
            .with(Field::InvitationExpiresAt, crate::desk::START_MS + 86_400_000);
        self.push(&[&member, &value, &tagging, &guardian, &tie, &invitation].map(Edit::create)).await;
    }

    fn tie(&self, member: RecordId, guardian: RecordId) -> Record {
        Record::empty(Kind::Guardianship, self.owner.house.new_id())
            .with(Field::GuardianshipMember, member)
            .with(Field::GuardianshipGuardian, guardian)
    }

    /// Something happens.
    pub async fn act(&mut self, dice: &mut Dice) {
        let (departments, members) = (self.all(Kind::Department), self.all(Kind::Member));
        let place = dice.pick(&departments).filter(|_| dice.below(10) > 0);
        let place = place.map_or(Value::Null, |place| Value::from(place.id));
        let (Some(member), Some(other)) = (dice.pick(&members), dice.pick(&members)) else {
            return self.add_member(dice).await;
        };
        let edit = match dice.below(14) {
            0 | 1 | 2 => Edit::between(&member, &member.clone().with(Field::MemberDepartment, place)),
            3 => dice.pick(&departments).and_then(|department| {
                Edit::between(&department, &department.clone().with(Field::DepartmentParent, place))
            }),
            4 => place.as_text().and_then(|place| place.parse::<RecordId>().ok()).map(|place| {
                let affiliation = Record::empty(Kind::Affiliation, self.owner.house.new_id())
                    .with(Field::AffiliationMember, member.id)
                    .with(Field::AffiliationDepartment, place);
                Edit::create(&affiliation)
            }),
            5 => dice.pick(&self.all(Kind::Affiliation)).map(|record| Edit::remove(&record)),
            6 => dice
                .pick(&self.all(Kind::Affiliation))
                .filter(|_| !place.is_null())
                .and_then(|record| Edit::between(&record, &record.clone().with(Field::AffiliationDepartment, place))),
            7 | 8 => Some(set(&member, Field::MemberNote, self.mark(Kind::Member, member.id))),
            9 => return self.add_member(dice).await,
            10 => Some(Edit::remove(&member)),
            11 => dice.pick(&self.all(Kind::Guardian)).map(|guardian| Edit::create(&self.tie(member.id, guardian.id))),
            12 => dice.pick(&self.all(Kind::Guardianship)).map(|record| Edit::remove(&record)),
            _ if member.id != other.id => {
                let (one, two) = (member.id.min(other.id), member.id.max(other.id));
                let record = Record::empty(Kind::Distinction, one)
                    .with(Field::DistinctionMember, one)
                    .with(Field::DistinctionOther, two);
                Some(Edit::create(&with_due_id(record)))
            }
            // Two people change one thing.
            _ => {
                let stale = member.clone().with(Field::MemberTitle, "旧");
                Some(set(&stale, Field::MemberTitle, self.mark(Kind::Member, member.id)))
            }
        };
        match edit {
            Some(edit) => self.push(&[edit]).await,
            None => self.add_department(dice).await,
        }
    }

    /// What somebody bound to the departments should see now.
    pub async fn view(&self, roots: &[RecordId]) -> Vec<Record> {
        let all: Vec<&Record> = self.now.values().collect();
        let parent = |id: RecordId| self.now.get(&(Kind::Department, id))?.reference(Field::DepartmentParent);
        let is_live = |id: RecordId| self.now.contains_key(&(Kind::Department, id));
        let way_up = |id: RecordId| {
            let mut way = vec![id];
            while let Some(next) = parent(way[way.len() - 1]) {
                way.push(next);
            }
            way
        };
        let inside = |id: RecordId| is_live(id) && way_up(id).iter().any(|above| roots.contains(above));
        let above: HashSet<RecordId> =
            roots.iter().filter(|root| is_live(**root)).flat_map(|root| way_up(*root)).collect();
        let is_place = |id: Option<RecordId>| id.is_some_and(inside);
        let mut members: HashSet<RecordId> = HashSet::new();
        for record in &all {
            match record.kind {
                Kind::Member if is_place(record.reference(Field::MemberDepartment)) => drop(members.insert(record.id)),
                Kind::Affiliation if is_place(record.reference(Field::AffiliationDepartment)) => {
                    members.extend(record.reference(Field::AffiliationMember));
                }
                _ => {}
            }
        }
        let guardians: HashSet<RecordId> = all
            .iter()
            .filter(|record| record_at(record, Field::GuardianshipMember).is_some_and(|id| members.contains(&id)))
            .filter_map(|record| record_at(record, Field::GuardianshipGuardian))
            .collect();
        let shows = |record: &Record| match record.kind {
            Kind::Organisation | Kind::CustomField | Kind::Tag | Kind::Layout => true,
            Kind::Department => inside(record.id) || above.contains(&record.id),
            Kind::Member => members.contains(&record.id),
            Kind::Guardian => guardians.contains(&record.id),
            Kind::Conflict => false,
            Kind::Affiliation if !is_place(record.reference(Field::AffiliationDepartment)) => false,
            _ => belonging::fields_of(record.kind)
                .all(|field| record.reference(field).is_some_and(|id| members.contains(&id))),
        };
        let mut view: Vec<Record> = all.into_iter().filter(|record| shows(record)).cloned().collect();
        let about: HashSet<(String, RecordId)> =
            view.iter().map(|record| (record.kind.name().to_owned(), record.id)).collect();
        let conflicts = self.now.values().filter(|record| record.kind == Kind::Conflict).filter(|record| {
            let of = record.text(Field::ConflictRecord).and_then(|id| id.parse().ok());
            let kind = record.text(Field::ConflictKind).map(str::to_owned);
            kind.zip(of).is_some_and(|of| about.contains(&of))
        });
        view.extend(conflicts.cloned());
        for record in &mut view {
            match record.kind {
                Kind::Department if !inside(record.id) => {
                    record.set(Field::DepartmentPosition, Value::Null);
                    record.set(Field::DepartmentState, Value::Null);
                }
                Kind::Member if !is_place(record.reference(Field::MemberDepartment)) => {
                    record.set(Field::MemberDepartment, Value::Null);
                }
                _ => {}
            }
        }
        view
    }

    /// Takes note of what is shown; the marks that may be told now: of what is shown, from when it was.
    pub fn note_shown(&mut self, view: &[Record]) -> HashSet<u64> {
        let texts = view.iter().flat_map(|record| &record.values).filter_map(Value::as_text);
        self.shown.extend(texts.flat_map(|text| marks_in(text.as_bytes())));
        let about = |record: &Record| record_at(record, Field::ConflictRecord).unwrap_or(record.id);
        let now: HashSet<RecordId> = view.iter().map(about).collect();
        let is_told = |mark: &&u64| self.of.get(mark).is_some_and(|(_, id)| now.contains(id));
        self.shown.iter().filter(is_told).copied().collect()
    }

    /// Live records that are not in the view.
    pub async fn others(&self, view: &[Record]) -> Vec<Record> {
        let seen: HashSet<(Kind, RecordId)> = view.iter().map(|record| (record.kind, record.id)).collect();
        self.now.values().filter(|record| !seen.contains(&(record.kind, record.id))).cloned().collect()
    }
}
