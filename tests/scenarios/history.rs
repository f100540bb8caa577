//! One random history: what people do on a few desktops, what befalls them, and what everybody is owed in the end.

use crate::desktop::{Desktop, assert_equal};
use crate::house::House;
use crate::line::Weather;
use crate::world::Place;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, Verb};
use mingce_protocol::SignedIn;
use mingce_store::{Label, Side};
use std::collections::BTreeSet;

/// Names of desktops: at most so many, copies included.
const NAMES: [&str; 5] = ["甲", "乙", "丙", "丁", "戊"];
const FIELDS: [Field; 5] =
    [Field::MemberName, Field::MemberTitle, Field::MemberNote, Field::MemberCardNumber, Field::MemberDepartment];
/// Rounds in a kind world after which everything must be quiet.
const ROUNDS_MAX: usize = 12;

/// Numbers are taken modulo whatever there is.
#[derive(Clone, Debug)]
pub enum Deed {
    Add { card: u8 },
    AddDepartment { parent: u8, name: u8 },
    Set { member: u8, field: u8, value: u8 },
    MoveDepartment { department: u8, parent: u8 },
    Remove { member: u8 },
    RemoveDepartment { department: u8 },
    Undo,
    Redo,
    Resolve { conflict: u8, side: u8 },
    DropRefusal,
    RetryRefusal,
    Sync,
    SyncIn(Weather),
    Crash,
    CrashWhilePushing,
    CrashWhilePulling,
    Copy,
}

/// A value that its author has not replaced: it must be found somewhere in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owed {
    desktop: usize,
    kind: Kind,
    id: RecordId,
    /// `None`: the record was removed.
    value: Option<(Field, Value)>,
}

pub struct History<'h> {
    house: &'h House,
    place: Place,
    signed_in: SignedIn,
    desktops: Vec<Desktop>,
    members: Vec<RecordId>,
    departments: Vec<RecordId>,
    owed: Vec<Owed>,
    /// Refusals that somebody has read and given up, or that were open in the end.
    seen_refused: Vec<Owed>,
    next_value: u32,
}

impl<'h> History<'h> {
    pub async fn begin(house: &'h House, desktops: usize) -> Self {
        let (place, signed_in) = house.found().await;
        let mut history = Self {
            house,
            place,
            signed_in,
            desktops: Vec::new(),
            members: Vec::new(),
            departments: Vec::new(),
            owed: Vec::new(),
            seen_refused: Vec::new(),
            next_value: 0,
        };
        for name in &NAMES[..desktops] {
            let desktop = Desktop::signed_in(&history.place, name, &history.signed_in).await;
            desktop.sync_all().await;
            history.desktops.push(desktop);
        }
        history
    }

    pub async fn run(&mut self, desktop: usize, deed: &Deed) {
        let desktop = desktop % self.desktops.len();
        match deed {
            Deed::Sync => drop(self.desktops[desktop].sync().await),
            Deed::SyncIn(weather) => {
                self.desktops[desktop].line.set(*weather);
                self.desktops[desktop].sync().await;
                self.desktops[desktop].line.set(Weather::Clear);
            }
            Deed::Crash => self.desktops[desktop].crash(),
            Deed::CrashWhilePushing => {
                if let Some((header, ops)) = self.desktops[desktop].plan(3) {
                    let _ = self.desktops[desktop].send(&header, &ops).await;
                }
                self.desktops[desktop].crash();
            }
            Deed::CrashWhilePulling => {
                if let Ok((header, records)) = self.desktops[desktop].fetch(2).await {
                    let _ = self.desktops[desktop].apply(&header, records);
                }
                self.desktops[desktop].crash();
            }
            Deed::Copy => {
                if let Some(name) = NAMES.get(self.desktops.len()) {
                    let copy = self.desktops[desktop].copied_with(&self.place, name, &self.signed_in.token).await;
                    self.desktops.push(copy);
                }
            }
            local => self.do_locally(desktop, local),
        }
    }

    /// What a person does: never touches the network.
    fn do_locally(&mut self, at: usize, deed: &Deed) {
        // What this desktop showed of its own work; what it replaces itself is owed no longer.
        let standing: Vec<bool> = self.owed.iter().map(|owed| owed.desktop == at && self.stands(owed)).collect();
        let fresh = self.act(at, deed);
        let mut standing = standing.into_iter();
        let owed = std::mem::take(&mut self.owed);
        self.owed = owed
            .into_iter()
            .filter(|owed| !standing.next().unwrap_or(false) || self.stands(owed))
            .filter(|owed| !fresh.iter().any(|new| replaces(new, owed)))
            .collect();
        self.owed.extend(fresh);
    }

    fn stands(&self, owed: &Owed) -> bool {
        let record = self.desktops[owed.desktop].record(owed.kind, owed.id);
        match (&owed.value, record) {
            (None, record) => record.is_none(),
            (Some((field, value)), Some(record)) => record.get(*field) == value,
            (Some(_), None) => false,
        }
    }

    /// Does it, and says what is owed for it.
    fn act(&mut self, at: usize, deed: &Deed) -> Vec<Owed> {
        let desktop = &self.desktops[at];
        match deed {
            Deed::Add { card } => {
                let mut record = Record::empty(Kind::Member, self.place.chance.id())
                    .with(Field::MemberName, format!("学生{}", self.next_value))
                    .with(Field::MemberStatus, "active");
                if *card < 4 {
                    record.set(Field::MemberCardNumber, format!("2026{card}"));
                }
                self.next_value += 1;
                self.members.push(record.id);
                self.create(at, &record)
            }
            Deed::AddDepartment { parent, name } => {
                let mut record = Record::empty(Kind::Department, self.place.chance.id())
                    .with(Field::DepartmentName, format!("部门{}", name % 4))
                    .with(Field::DepartmentKind, "unit");
                if let Some(parent) = pick(&self.departments, *parent) {
                    record.set(Field::DepartmentParent, parent);
                }
                self.departments.push(record.id);
                self.create(at, &record)
            }
            Deed::Set { member, field, value } => {
                let field = FIELDS[usize::from(*field) % FIELDS.len()];
                let Some(id) = pick(&self.members, *member) else { return Vec::new() };
                let value = match field {
                    Field::MemberCardNumber => Value::from(format!("2026{}", value % 6)),
                    Field::MemberDepartment => pick(&self.departments, *value).map_or(Value::Null, Value::from),
                    // Now and then two people write the same.
                    _ if value % 8 == 0 => Value::from("同样的"),
                    _ => {
                        self.next_value += 1;
                        Value::from(format!("值{}", self.next_value))
                    }
                };
                self.set(at, id, field, value)
            }
            Deed::MoveDepartment { department, parent } => {
                let Some(id) = pick(&self.departments, *department) else { return Vec::new() };
                let parent = pick(&self.departments, *parent).map_or(Value::Null, Value::from);
                self.set(at, id, Field::DepartmentParent, parent)
            }
            Deed::Remove { member } => self.remove(at, Kind::Member, pick(&self.members, *member)),
            Deed::RemoveDepartment { department } => {
                self.remove(at, Kind::Department, pick(&self.departments, *department))
            }
            Deed::Undo => {
                desktop.try_undo();
                Vec::new()
            }
            Deed::Redo => {
                desktop.try_redo();
                Vec::new()
            }
            Deed::Resolve { conflict, side } => {
                let conflicts = desktop.conflicts();
                if !conflicts.is_empty() {
                    let conflict = conflicts[usize::from(*conflict) % conflicts.len()].id;
                    desktop.resolve(conflict, if side % 2 == 0 { Side::Mine } else { Side::Theirs });
                }
                Vec::new()
            }
            Deed::DropRefusal => {
                self.drop_one_refusal(at);
                Vec::new()
            }
            Deed::RetryRefusal => {
                if let Some(refusal) = desktop.refusals().first() {
                    desktop.retry_refusal(refusal.number);
                }
                Vec::new()
            }
            _ => unreachable!("deeds of the network are not local"),
        }
    }

    fn create(&self, at: usize, record: &Record) -> Vec<Owed> {
        self.desktops[at].write(Label::Add, [Edit::create(record)]);
        owed_for(at, &Edit::create(record))
    }

    fn set(&self, at: usize, id: RecordId, field: Field, value: Value) -> Vec<Owed> {
        let Some(before) = self.desktops[at].record(field.kind(), id) else { return Vec::new() };
        let Some(edit) = Edit::between(&before, &before.clone().with(field, value)) else { return Vec::new() };
        let owed = owed_for(at, &edit);
        self.desktops[at].write(Label::Edit, [edit]);
        owed
    }

    fn remove(&self, at: usize, kind: Kind, id: Option<RecordId>) -> Vec<Owed> {
        let Some(before) = id.and_then(|id| self.desktops[at].record(kind, id)) else { return Vec::new() };
        let edit = Edit::remove(&before);
        let owed = owed_for(at, &edit);
        self.desktops[at].write(Label::Remove, [edit]);
        owed
    }

    fn drop_one_refusal(&mut self, at: usize) -> bool {
        let Some(refusal) = self.desktops[at].refusals().into_iter().next() else { return false };
        self.seen_refused.extend(owed_for(at, &refusal.edit));
        self.desktops[at].drop_refusal(refusal.number);
        true
    }

    /// The world turns kind: everybody syncs and gives up what was refused until nothing moves any more. Then all
    /// desktops must hold the same, and every value its author did not replace must be somewhere.
    pub async fn end(mut self) {
        let mut rounds = 0;
        loop {
            let mut is_quiet = true;
            for at in 0..self.desktops.len() {
                self.desktops[at].line.set(Weather::Clear);
                let head = self.desktops[at].head().await;
                self.desktops[at].sync_all().await;
                is_quiet &= self.desktops[at].head().await == head;
                while self.drop_one_refusal(at) {
                    is_quiet = false;
                }
            }
            if is_quiet {
                break;
            }
            rounds += 1;
            assert!(rounds < ROUNDS_MAX, "the desktops never come to rest");
        }
        let fresh = Desktop::signed_in(&self.place, "new", &self.signed_in).await;
        fresh.sync_all().await;
        let mut all: Vec<&Desktop> = self.desktops.iter().collect();
        all.push(&fresh);
        assert_equal(&all);
        self.check_tree(&fresh);
        for owed in &self.owed {
            assert!(self.is_paid(owed, &fresh).await, "{owed:?} of {} is nowhere", NAMES[owed.desktop]);
        }
    }

    async fn is_paid(&self, owed: &Owed, fresh: &Desktop) -> bool {
        let was_refused = |seen: &Owed| (seen.kind, seen.id, &seen.value) == (owed.kind, owed.id, &owed.value);
        if self.seen_refused.iter().any(was_refused) {
            return true;
        }
        let log = self.house.changes(self.place.organisation, owed.kind, owed.id).await;
        let field = owed.value.as_ref().map_or("*", |(field, _)| field.name());
        let is_logged = log.iter().any(|line| match &owed.value {
            None => line.verb == Verb::Remove,
            Some((_, value)) => line.became.get(field) == Some(value),
        });
        if is_logged {
            return true;
        }
        let mine = owed.value.as_ref().map(|(_, value)| serde_json::to_string(value).expect("a value is JSON"));
        for (key, (_, values)) in fresh.rows() {
            if key.0 != Kind::Conflict as u8 {
                continue;
            }
            let conflict = Record { kind: Kind::Conflict, id: key.1, ver: 0, values };
            let is_about = conflict.reference(Field::ConflictRecord) == Some(owed.id)
                && conflict.text(Field::ConflictField) == Some(field);
            if is_about {
                // A later clash of the same desktop refreshes the conflict; the log has both.
                let log = self.house.changes(self.place.organisation, Kind::Conflict, key.1).await;
                let kept = Field::ConflictMine.name();
                let has_mine =
                    |line: &crate::house::Logged| line.became.get(kept).and_then(Value::as_text) == mine.as_deref();
                if owed.value.is_none() || log.iter().any(has_mine) {
                    return true;
                }
            }
        }
        // Removing what somebody else had removed already changes nothing and is what was asked for.
        owed.value.is_none() && fresh.record(owed.kind, owed.id).is_none()
    }

    /// No cycle, no member or department under something that is not there.
    fn check_tree(&self, fresh: &Desktop) {
        for id in &self.departments {
            let (mut seen, mut next) = (BTreeSet::new(), Some(*id));
            while let Some(at) = next {
                assert!(seen.insert(at), "a cycle of departments");
                let Some(record) = fresh.record(Kind::Department, at) else {
                    assert_eq!(at, *id, "a department under one that is gone");
                    break;
                };
                next = record.reference(Field::DepartmentParent);
            }
        }
        for id in &self.members {
            let Some(member) = fresh.record(Kind::Member, *id) else { continue };
            if let Some(department) = member.reference(Field::MemberDepartment) {
                assert!(fresh.record(Kind::Department, department).is_some(), "a member in a department that is gone");
            }
        }
    }

    pub fn conflicts(&self) -> usize {
        self.desktops.iter().map(|desktop| desktop.conflicts().len()).sum()
    }
}

fn owed_for(desktop: usize, edit: &Edit) -> Vec<Owed> {
    let (kind, id) = (edit.kind, edit.id);
    if edit.verb == Verb::Remove {
        return vec![Owed { desktop, kind, id, value: None }];
    }
    let values = edit.changes.iter().map(|change| (change.field, change.new.clone()));
    values.map(|value| Owed { desktop, kind, id, value: Some(value) }).collect()
}

/// The same desktop has written something else there since.
fn replaces(new: &Owed, old: &Owed) -> bool {
    let same_record = (new.desktop, new.kind, new.id) == (old.desktop, old.kind, old.id);
    let field_of = |owed: &Owed| owed.value.as_ref().map(|(field, _)| *field);
    same_record && (new.value.is_none() || old.value.is_none() || field_of(new) == field_of(old))
}

fn pick(ids: &[RecordId], number: u8) -> Option<RecordId> {
    if ids.is_empty() { None } else { Some(ids[usize::from(number) % ids.len()]) }
}
