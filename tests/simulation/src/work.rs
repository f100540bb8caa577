//! What people do at their desktops. Every free text that is written is a value of its own, so that in the end each can be
//! asked for: where are you?

use crate::desk::Desk;
use crate::event::{Act, Temper};
use crate::model::mark_in;
use crate::world::World;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::{Atomicity, Base, Label, Operation, Removals, Side, StoreError};
use mingce_testkit::Random;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

const MEMBERS_MAX: usize = 6;
const DEPARTMENTS_MAX: usize = 4;
const FREE: [Field; 3] = [Field::MemberTitle, Field::MemberNote, Field::MemberAddress];

impl World {
    pub(crate) fn work(&mut self, act: Act, desk: usize, dice: &mut Random) -> Result<(), String> {
        match act {
            Act::Create => {
                let members = self.records(desk, Kind::Member);
                if members.len() < MEMBERS_MAX {
                    let record = Record::empty(Kind::Member, self.ids.next_id())
                        .with(Field::MemberName, "张三")
                        .with(Field::MemberStatus, "active");
                    let field = self.free_field(desk, dice);
                    let record = self.marked(record, field);
                    self.write(desk, Label::Add, vec![Edit::create(&record)]);
                }
            }
            Act::Edit => self.edit(desk, dice, |_, _| {}),
            Act::EditBadly => self.edit(desk, dice, |record, dice| {
                let number = if dice.percent(60) { "12345" } else { "13800138000" };
                record.set(Field::MemberPhone, number);
            }),
            Act::EditAlike => {
                if let Some(before) = self.pick(desk, Kind::Member, dice) {
                    let field = *dice.pick(&FREE);
                    let word = *dice.pick(&["甲", "乙"]);
                    self.written_over.extend(mark_in(before.get(field)));
                    self.change(desk, Label::Edit, before, |record| record.set(field, word));
                }
            }
            Act::EditTogether => self.edit_together(desk, dice),
            Act::TakeNumber => {
                if let Some(before) = self.pick(desk, Kind::Member, dice) {
                    let number = *dice.pick(&["1001", "1002", "1003"]);
                    self.change(desk, Label::Edit, before, |record| record.set(Field::MemberCardNumber, number));
                }
            }
            Act::MoveMember => {
                if let Some(before) = self.pick(desk, Kind::Member, dice) {
                    let place = self.pick(desk, Kind::Department, dice).map_or(Value::Null, |to| to.id.into());
                    self.change(desk, Label::Move, before, |record| record.set(Field::MemberDepartment, place));
                }
            }
            Act::Remove | Act::RemoveDepartment => {
                let kind = if act == Act::Remove { Kind::Member } else { Kind::Department };
                if let Some(record) = self.pick(desk, kind, dice) {
                    self.removed.insert(record.id);
                    let mut edits = Vec::new();
                    match kind {
                        Kind::Member => {
                            let removals = Removals::begin(self.desks[desk].store());
                            let made = removals.and_then(|mut removals| removals.add(&record, &mut edits));
                            tolerable(made)?;
                        }
                        _ => edits.push(Edit::remove(&record)),
                    }
                    let operation = self.operation(desk, Label::Remove).with_atomicity(Atomicity::WithMember);
                    self.write_as(desk, &operation, edits);
                }
            }
            Act::CreateDepartment => self.create_department(desk, dice),
            Act::RenameDepartment => {
                if let Some(before) = self.pick(desk, Kind::Department, dice) {
                    let name = format!("{}班", dice.below(3));
                    self.change(desk, Label::Department, before, |record| record.set(Field::DepartmentName, name));
                }
            }
            Act::MoveDepartment => {
                if let (Some(before), Some(to)) =
                    (self.pick(desk, Kind::Department, dice), self.pick(desk, Kind::Department, dice))
                {
                    self.change(desk, Label::Department, before, |record| record.set(Field::DepartmentParent, to.id));
                }
            }
            Act::Undo | Act::Redo => {
                let by = self.operation(desk, Label::Edit);
                self.watched(desk, |desk| {
                    let done = if act == Act::Undo { desk.store().undo(&by) } else { desk.store().redo(&by) };
                    done.map(|_| ())
                })?;
            }
            Act::Resolve => self.resolve(desk, dice)?,
            Act::DropRefusal | Act::RetryRefusal => {
                let refusals = self.desks[desk].store().refusals(20).map_err(|error| error.to_string())?;
                if refusals.is_empty() {
                    return Ok(());
                }
                let refusal = dice.pick(&refusals);
                let by = self.operation(desk, Label::Edit);
                if act == Act::DropRefusal {
                    for mark in refusal.edit.changes.iter().filter_map(|change| mark_in(&change.new)) {
                        self.owes[desk].remove(&mark);
                        self.given_up.insert(mark);
                    }
                    self.watched(desk, |desk| desk.store().drop_refusal(refusal.number, &by).map(|_| ()))?;
                } else {
                    tolerable(self.desks[desk].store().retry_refusal(refusal.number, &by).map(|_| ()))?;
                }
            }
            _ => {}
        }
        if self.desks[desk].store().counts().is_ok_and(|counts| counts.waiting > 0) {
            self.desks[desk].hear(mingce_sync::Event::LocalEdit);
        }
        Ok(())
    }

    /// Desktops that are to keep apart have a field each.
    fn free_field(&self, desk: usize, dice: &mut Random) -> Field {
        match self.temper {
            Temper::Apart => FREE[desk % FREE.len()],
            _ => *dice.pick(&FREE),
        }
    }

    fn edit(&mut self, desk: usize, dice: &mut Random, more: impl FnOnce(&mut Record, &mut Random)) {
        let Some(before) = self.pick(desk, Kind::Member, dice) else { return };
        let field = self.free_field(desk, dice);
        let mut after = self.marked(before.clone(), field);
        if self.temper != Temper::Apart || desk == 0 {
            more(&mut after, dice);
        }
        self.write(desk, Label::Edit, Edit::between(&before, &after).into_iter().collect());
    }

    /// Two edits that apply both or neither.
    fn edit_together(&mut self, desk: usize, dice: &mut Random) {
        let (Some(one), Some(other)) = (self.pick(desk, Kind::Member, dice), self.pick(desk, Kind::Member, dice))
        else {
            return;
        };
        if one.id == other.id {
            return;
        }
        let mut edits = Vec::new();
        for before in [one, other] {
            let field = self.free_field(desk, dice);
            edits.extend(Edit::between(&before, &self.marked(before.clone(), field)));
        }
        let operation = self.operation(desk, Label::Set).with_atomicity(Atomicity::AllOrNone);
        self.write_as(desk, &operation, edits);
    }

    fn resolve(&mut self, desk: usize, dice: &mut Random) -> Result<(), String> {
        let conflicts = self.desks[desk].store().conflicts(20).map_err(|error| error.to_string())?;
        if conflicts.is_empty() {
            return Ok(());
        }
        let conflict = dice.pick(&conflicts).clone();
        let side = if dice.percent(50) { Side::Mine } else { Side::Theirs };
        if conflict.text(Field::ConflictField) == Some("*")
            && let Some(id) = conflict.text(Field::ConflictRecord).and_then(|id| id.parse().ok())
        {
            self.removed.insert(id);
        }
        let field = conflict.text(Field::ConflictField).and_then(|name| Kind::Member.field(name));
        let of = |record: &&Record| conflict.text(Field::ConflictRecord) == Some(&record.id.to_string());
        if let (Some(field), Some(record)) = (field, self.records(desk, Kind::Member).iter().find(of)) {
            self.written_over.extend(mark_in(record.get(field)));
        }
        let by = self.operation(desk, Label::Resolve);
        tolerable(self.desks[desk].store().resolve(&[conflict.id], side, &by).map(|_| ()))
    }

    fn marked(&mut self, record: Record, field: Field) -> Record {
        self.written_over.extend(mark_in(record.get(field)));
        self.next_mark += 1;
        let mark = format!("T{}", self.next_mark);
        self.marks.insert(mark.clone(), (record.id, field));
        record.with(field, mark)
    }

    fn create_department(&mut self, desk: usize, dice: &mut Random) {
        if self.records(desk, Kind::Department).len() >= DEPARTMENTS_MAX {
            return;
        }
        let parent = if dice.percent(50) { self.pick(desk, Kind::Department, dice) } else { None };
        let record = Record::empty(Kind::Department, self.ids.next_id())
            .with(Field::DepartmentName, format!("{}班", dice.below(3)))
            .with(Field::DepartmentKind, "class")
            .with(Field::DepartmentParent, parent.map_or(Value::Null, |parent| parent.id.into()));
        self.write(desk, Label::Department, vec![Edit::create(&record)]);
    }

    fn change(&mut self, desk: usize, label: Label, before: Record, change: impl FnOnce(&mut Record)) {
        let mut after = before.clone();
        change(&mut after);
        self.write(desk, label, Edit::between(&before, &after).into_iter().collect());
    }

    fn operation(&mut self, desk: usize, label: Label) -> Operation {
        let id = self.ids.next_id();
        Operation::new(id.into(), label, "王老师", self.desks[desk].clock_ms).with_base(Base::MustMatch)
    }

    fn write(&mut self, desk: usize, label: Label, edits: Vec<Edit>) {
        let operation = self.operation(desk, label);
        self.write_as(desk, &operation, edits);
    }

    /// An edit counts from the moment when the store says that it is kept.
    fn write_as(&mut self, desk: usize, operation: &Operation, edits: Vec<Edit>) {
        let marks: Vec<String> =
            edits.iter().flat_map(|edit| &edit.changes).filter_map(|change| mark_in(&change.new)).collect();
        if edits.is_empty() || self.desks[desk].store().write(operation, edits).is_err() {
            // A full disk; the person was told.
            return;
        }
        self.counts.edits += 1;
        self.owes[desk].extend(marks);
    }

    /// Runs what may take marked values out of the roster or bring them back.
    pub(crate) fn watched(
        &mut self,
        desk: usize,
        act: impl FnOnce(&Desk) -> Result<(), StoreError>,
    ) -> Result<(), String> {
        let (before, were) = (self.shown(desk), self.ids_here(desk));
        tolerable(act(&self.desks[desk]))?;
        let (after, are) = (self.shown(desk), self.ids_here(desk));
        // A backup or a copy of this desktop owes what it shows, no more.
        for gone in before.difference(&after) {
            self.owes[desk].remove(gone);
            self.given_up.insert(gone.clone());
        }
        for back in after.difference(&before) {
            self.owes[desk].insert(back.clone());
            self.given_up.remove(back);
        }
        // To take back that a member was added is to remove it.
        self.removed.extend(were.difference(&are));
        Ok(())
    }

    /// Marked values that the desktop shows.
    fn shown(&self, desk: usize) -> BTreeSet<String> {
        self.records(desk, Kind::Member).iter().flat_map(|record| &record.values).filter_map(mark_in).collect()
    }

    fn ids_here(&self, desk: usize) -> BTreeSet<RecordId> {
        self.records(desk, Kind::Member).iter().map(|record| record.id).collect()
    }

    fn records(&self, desk: usize, kind: Kind) -> Vec<Record> {
        let mut records = Vec::new();
        let scanned = self.desks[desk].store().scan(kind, &mut |record| {
            records.push(record);
            ControlFlow::Continue(())
        });
        scanned.expect("the roster can be read");
        // Rows stand in the order in which they came here; histories must not depend on it.
        records.sort_by_key(|record: &Record| record.id);
        records
    }

    fn pick(&self, desk: usize, kind: Kind, dice: &mut Random) -> Option<Record> {
        let records = self.records(desk, kind);
        let count = records.len() as u64;
        let place = dice.below(count) as usize;
        records.into_iter().nth(place)
    }
}

/// What a store may answer to a person without being wrong.
fn tolerable(done: Result<(), StoreError>) -> Result<(), String> {
    match done {
        Ok(())
        | Err(
            StoreError::NothingToDo | StoreError::DiskFull | StoreError::NotFound { .. } | StoreError::Stale { .. },
        ) => Ok(()),
        Err(error) => Err(format!("the store failed: {error}")),
    }
}
