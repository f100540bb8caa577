//! A plan becomes edits: departments, then members, affiliations, guardians and who guards whom, custom values, tags and
//! who has them, so that nothing refers to what is not there yet.

use super::arena::{Borrowed, GuardianRef, Item, LeadBy};
use super::mirror::Leaving;
use super::places::{Above, Place};
use super::plan::{Action, FaultyCells, Plan, PlannedRow, RowsTaken};
use super::renaming::Renaming;
use crate::shape::Subject;
use crate::stage::PathId;
use mingce_model::custom::{tag_names, tagging_id, value_id};
use mingce_model::{Change, Edit, Field, Kind, Record, RecordId, Value, Verb};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet, VecDeque};

/// Whether departments that are missing are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewDepartments {
    Create,
    /// Members of such departments stay where they are, or get none.
    LeaveOut,
}

/// Whether tags that are missing are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewTags {
    Create,
    /// Members get the others.
    LeaveOut,
}

/// What the user decided after looking at the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ApplyChoices {
    pub new_departments: NewDepartments,
    pub new_tags: NewTags,
    pub faulty_cells: FaultyCells,
    pub rows: RowsTaken,
    /// How many people leave, as the user read it; nobody leaves while it has to be confirmed and is not this number.
    pub leaving_confirmed: Option<u32>,
}

impl ApplyChoices {
    /// Whether those who are missing from the file leave, or why not yet.
    pub fn check_leaving(&self, plan: &Plan) -> Result<(), Leaving> {
        match plan.leaving() {
            Some(leaving) if leaving.must_be_confirmed() && self.leaving_confirmed != Some(leaving.people) => {
                Err(leaving)
            }
            _ => Ok(()),
        }
    }
}

/// The edits of a plan, to be written as one batch. `new_id` makes an id for each record that is added.
pub fn edits<'p>(plan: &'p Plan, choices: ApplyChoices, new_id: &'p mut dyn FnMut() -> RecordId) -> Edits<'p> {
    let mut edits = Edits {
        plan,
        choices,
        leaves: choices.check_leaving(plan).is_ok(),
        new_id,
        stage: Stage::Departments,
        index: 0,
        ready: VecDeque::new(),
        departments: vec![None; plan.places.made().len()],
        tags: vec![None; plan.tags.all().len()],
        renaming: Renaming::of(plan, &choices),
        guardians: HashMap::new(),
        has_links: false,
        added: HashMap::new(),
        written: HashSet::new(),
    };
    edits.ready.extend(std::mem::take(&mut edits.renaming.edits));
    edits.choose();
    edits
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Departments,
    Members,
    Affiliations,
    Guardians,
    Guardianships,
    CustomValues,
    Tags,
    Taggings,
    Done,
}

/// See [`edits`].
pub struct Edits<'p> {
    plan: &'p Plan,
    choices: ApplyChoices,
    leaves: bool,
    new_id: &'p mut dyn FnMut() -> RecordId,
    stage: Stage,
    index: usize,
    ready: VecDeque<Edit>,
    /// Ids of the new departments that are made.
    departments: Vec<Option<RecordId>>,
    /// Ids of the new tags that are made, by their numbers.
    tags: Vec<Option<RecordId>>,
    /// What is renamed before anything else is done.
    renaming: Renaming,
    /// Ids of the new guardians that are made.
    guardians: HashMap<u32, RecordId>,
    /// Whether any row has more than a member's own fields and department.
    has_links: bool,
    /// Ids of the members that are added and linked to something, by their place in the plan.
    added: HashMap<u32, RecordId>,
    /// Guardians, or fields of them, for which there is an edit already.
    written: HashSet<(RecordId, Field)>,
}

impl Edits<'_> {
    fn goes_in(&self, row: &PlannedRow) -> bool {
        row.goes_in(self.choices.faulty_cells)
            && row.is_taken(self.choices.rows)
            && (self.leaves || !matches!(row.action, Action::Leave(_)))
    }

    /// Gives ids to what the chosen rows need: nothing is made for rows that stay out.
    fn choose(&mut self) {
        let (plan, choices) = (self.plan, self.choices);
        for row in plan.rows.iter().filter(|row| row.goes_in(choices.faulty_cells) && row.is_taken(choices.rows)) {
            for item in plan.chosen_links(row) {
                match item {
                    Item::Label(_) | Item::Field { .. } => continue,
                    Item::Department { new: path, .. } => {
                        self.need(path);
                        continue;
                    }
                    Item::FurtherDepartment(path) | Item::Leads { path, by: LeadBy::Making, .. } => self.need(path),
                    Item::Tags { new, .. } if choices.new_tags == NewTags::Create => self.need_tags(new),
                    Item::Guardian { guardian: GuardianRef::New(index), .. } => {
                        self.guardians.entry(index).or_insert_with(&mut *self.new_id);
                    }
                    _ => {}
                }
                self.has_links = true;
            }
        }
    }

    fn need(&mut self, path: u32) {
        if self.choices.new_departments == NewDepartments::LeaveOut {
            return;
        }
        let mut at = match self.plan.places.at(PathId(path)) {
            Some(Place::New(index)) => Above::New(index),
            _ => return,
        };
        while let Above::New(index) = at {
            let slot = &mut self.departments[index as usize];
            if slot.is_none() {
                let kept = self.renaming.holder_of(&self.plan.places.made()[index as usize]);
                *slot = Some(kept.unwrap_or_else(&mut *self.new_id));
            }
            at = self.plan.places.above(index);
        }
    }

    fn need_tags(&mut self, names: &str) {
        for name in tag_names(names) {
            if let Some((number, tag)) = self.plan.tags.find(name)
                && tag.id.is_none()
                && self.tags[number].is_none()
            {
                self.tags[number] = Some((self.new_id)());
            }
        }
    }

    /// Where a path leads once the edits are made.
    fn department(&self, path: u32) -> Option<RecordId> {
        match self.plan.places.at(PathId(path))? {
            Place::Known(id) => Some(id),
            Place::New(index) => self.departments[index as usize],
            Place::Top | Place::Unclear | Place::TooDeep | Place::Archived(_) => None,
        }
    }

    fn member_of(&self, index: usize) -> Option<RecordId> {
        match self.plan.rows[index].action {
            Action::Change(id) => Some(id),
            Action::Add => self.added.get(&(index as u32)).copied(),
            Action::Unchanged | Action::Unsure | Action::Leave(_) | Action::Rename(_) | Action::Nothing => None,
        }
    }

    fn department_edit(&mut self, index: usize) {
        let Some(id) = self.departments[index] else { return };
        let new = &self.plan.places.made()[index];
        if self.renaming.holder_of(new) == Some(id) {
            return;
        }
        let mut record = Record::empty(Kind::Department, id)
            .with(Field::DepartmentName, new.name.as_str())
            .with(Field::DepartmentKind, new.kind);
        match new.above {
            Above::Top => {}
            Above::Known(parent) => record.set(Field::DepartmentParent, parent),
            Above::New(parent) => {
                // Departments above stand before those below in the plan, and got their ids with them.
                if let Some(parent) = self.departments[parent as usize] {
                    record.set(Field::DepartmentParent, parent);
                }
            }
        }
        if let Some(position) = new.position {
            record.set(Field::DepartmentPosition, position);
        }
        self.ready.push_back(Edit::create(&record));
    }

    fn member_edit(&mut self, index: usize, row: &PlannedRow) {
        let mut changes: Vec<Change> = Vec::with_capacity(16);
        for item in self.plan.chosen(row) {
            match item {
                Item::Field { field, old, new } => {
                    changes.push(Change { field, base: old.to_value(), new: new.to_value() });
                }
                Item::Department { old, new } => {
                    if let Some(id) = self.department(new) {
                        let base = old.map_or(Value::Null, Value::from);
                        changes.push(Change { field: Field::MemberDepartment, base, new: Value::from(id) });
                    }
                }
                _ => {}
            }
        }
        changes.sort_by_key(|change| change.field);
        let (id, verb) = match row.action {
            Action::Change(id) | Action::Leave(id) => (id, Verb::Edit),
            _ => {
                let id = (self.new_id)();
                let is_link = |item| !matches!(item, Item::Label(_) | Item::Department { .. });
                if self.plan.chosen_links(row).any(is_link) {
                    self.added.insert(index as u32, id);
                }
                (id, Verb::Create)
            }
        };
        if !changes.is_empty() {
            self.ready.push_back(Edit { kind: Kind::Member, id, verb, changes });
        }
    }

    fn affiliation_edits(&mut self, index: usize, row: &PlannedRow) {
        let Some(member) = self.member_of(index) else { return };
        for item in self.plan.chosen_links(row) {
            if let Item::FurtherDepartment(path) = item
                && let Some(department) = self.department(path)
            {
                let record = Record::empty(Kind::Affiliation, (self.new_id)())
                    .with(Field::AffiliationMember, member)
                    .with(Field::AffiliationDepartment, department);
                self.ready.push_back(Edit::create(&record));
            }
            if let Item::Leads { path, old, new, by } = item {
                self.lead_edit(member, path, old, new, by);
            }
        }
    }

    fn lead_edit(&mut self, member: RecordId, path: u32, old: Borrowed<'_>, new: Borrowed<'_>, by: LeadBy) {
        let place = |id, department: RecordId, role: Borrowed<'_>| {
            let record = Record::empty(Kind::Affiliation, id)
                .with(Field::AffiliationMember, member)
                .with(Field::AffiliationDepartment, department);
            record.with(Field::AffiliationRole, role.to_value())
        };
        self.ready.push_back(match by {
            LeadBy::Making => {
                let Some(department) = self.department(path) else { return };
                Edit::create(&place((self.new_id)(), department, new))
            }
            LeadBy::Removing { place: id, department } => Edit::remove(&place(id, department, old)),
            LeadBy::Changing(id) => {
                let change = Change { field: Field::AffiliationRole, base: old.to_value(), new: new.to_value() };
                Edit { kind: Kind::Affiliation, id, verb: Verb::Edit, changes: vec![change] }
            }
        });
    }

    fn custom_edits(&mut self, index: usize, row: &PlannedRow) {
        let Some(member) = self.member_of(index) else { return };
        for item in self.plan.chosen_links(row) {
            let Item::Custom { field, is_there, old, new } = item else { continue };
            let id = value_id(member, field);
            if is_there {
                let change = Change { field: Field::CustomValueValue, base: old.to_value(), new: new.to_value() };
                let kind = Kind::CustomValue;
                self.ready.push_back(Edit { kind, id, verb: Verb::Edit, changes: vec![change] });
            } else {
                let record = Record::empty(Kind::CustomValue, id)
                    .with(Field::CustomValueMember, member)
                    .with(Field::CustomValueField, field)
                    .with(Field::CustomValueValue, new.to_value());
                self.ready.push_back(Edit::create(&record));
            }
        }
    }

    fn tag_edit(&mut self, number: usize) {
        let Some(id) = self.tags[number] else { return };
        let tag = &self.plan.tags.all()[number];
        let mut record = Record::empty(Kind::Tag, id).with(Field::TagName, tag.name.as_str());
        record.set(Field::TagPosition, tag.position.map_or(Value::Null, Value::Int));
        self.ready.push_back(Edit::create(&record));
    }

    fn tagging_edits(&mut self, index: usize, row: &PlannedRow) {
        let Some(member) = self.member_of(index) else { return };
        let ids = |names: &str| -> Vec<RecordId> {
            let id = |name: &str| {
                let (number, tag) = self.plan.tags.find(name)?;
                tag.id.or(self.tags[number])
            };
            tag_names(names).filter_map(id).collect()
        };
        let mut edits = Vec::new();
        for item in self.plan.chosen_links(row) {
            let Item::Tags { old, new } = item else { continue };
            let (old, new) = (ids(old), ids(new));
            let tagging = |tag: &RecordId| {
                Record::empty(Kind::Tagging, tagging_id(member, *tag))
                    .with(Field::TaggingMember, member)
                    .with(Field::TaggingTag, *tag)
            };
            edits.extend(new.iter().filter(|tag| !old.contains(tag)).map(|tag| Edit::create(&tagging(tag))));
            edits.extend(old.iter().filter(|tag| !new.contains(tag)).map(|tag| Edit::remove(&tagging(tag))));
        }
        self.ready.extend(edits);
    }

    fn guardian_edits(&mut self, row: &PlannedRow) {
        for item in self.plan.chosen_links(row) {
            match item {
                Item::Guardian { guardian: GuardianRef::New(index), .. } => {
                    let Some(id) = self.guardians.get(&index).copied() else { continue };
                    if self.written.insert((id, Field::GuardianshipGuardian)) {
                        let Some(new) = self.plan.guardians.get(index) else { continue };
                        let mut record = Record::empty(Kind::Guardian, id);
                        record.set(Field::GuardianName, self.plan.arena.text(new.name));
                        record.set(Field::GuardianPhone, new.phone.map_or("", |span| self.plan.arena.text(span)));
                        self.ready.push_back(Edit::create(&record));
                    }
                }
                // Brothers and sisters name the same guardian with the same new phone.
                Item::GuardianField { guardian, field, old, new, .. } if self.written.insert((guardian, field)) => {
                    let changes = vec![Change { field, base: old.to_value(), new: new.to_value() }];
                    self.ready.push_back(Edit { kind: Kind::Guardian, id: guardian, verb: Verb::Edit, changes });
                }
                _ => {}
            }
        }
    }

    fn guardianship_edits(&mut self, index: usize, row: &PlannedRow) {
        let Some(member) = self.member_of(index) else { return };
        for item in self.plan.chosen_links(row) {
            match item {
                Item::Guardian { guardian, relation, may_confirm, .. } => {
                    let guardian = match guardian {
                        GuardianRef::Known(id) => Some(id),
                        GuardianRef::New(index) => self.guardians.get(&index).copied(),
                    };
                    let Some(guardian) = guardian else { continue };
                    let mut record = Record::empty(Kind::Guardianship, (self.new_id)())
                        .with(Field::GuardianshipMember, member)
                        .with(Field::GuardianshipGuardian, guardian);
                    record.set(Field::GuardianshipRelation, relation.to_value());
                    record.set(Field::GuardianshipMayConfirm, may_confirm.to_value());
                    self.ready.push_back(Edit::create(&record));
                }
                Item::Guardianship { guardianship, field, old, new, .. } => {
                    let changes = vec![Change { field, base: old.to_value(), new: new.to_value() }];
                    let kind = Kind::Guardianship;
                    self.ready.push_back(Edit { kind, id: guardianship, verb: Verb::Edit, changes });
                }
                _ => {}
            }
        }
    }

    fn step(&mut self) {
        let plan = self.plan;
        let count = match self.stage {
            Stage::Departments => plan.places.made().len(),
            Stage::Tags => plan.tags.all().len(),
            _ => plan.rows.len(),
        };
        if self.index >= count {
            self.index = 0;
            self.stage = match (self.stage, plan.subject) {
                (Stage::Departments, Subject::Members) => Stage::Members,
                (Stage::Members, _) if self.has_links => Stage::Affiliations,
                (Stage::Affiliations, _) => Stage::Guardians,
                (Stage::Guardians, _) => Stage::Guardianships,
                (Stage::Guardianships, _) => Stage::CustomValues,
                (Stage::CustomValues, _) => Stage::Tags,
                (Stage::Tags, _) => Stage::Taggings,
                _ => Stage::Done,
            };
            return;
        }
        let index = self.index;
        self.index += 1;
        match self.stage {
            Stage::Departments => return self.department_edit(index),
            Stage::Tags => return self.tag_edit(index),
            _ => {}
        }
        let row = &plan.rows[index];
        if !self.goes_in(row) || matches!(row.action, Action::Rename(_)) {
            return;
        }
        match self.stage {
            Stage::Members => self.member_edit(index, row),
            Stage::Affiliations => self.affiliation_edits(index, row),
            Stage::Guardians => self.guardian_edits(row),
            Stage::Guardianships => self.guardianship_edits(index, row),
            Stage::CustomValues => self.custom_edits(index, row),
            Stage::Taggings => self.tagging_edits(index, row),
            Stage::Departments | Stage::Tags | Stage::Done => {}
        }
    }
}

impl Iterator for Edits<'_> {
    type Item = Edit;

    fn next(&mut self) -> Option<Edit> {
        while self.ready.is_empty() && self.stage != Stage::Done {
            self.step();
        }
        self.ready.pop_front()
    }
}
