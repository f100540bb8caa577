//! What stays of planning beside the plan: which rows share what. With it a row that a person corrects is planned anew
//! by itself, and the rows whose lot hangs on it.

use super::PlanOptions;
use super::arena::{Borrowed, Item, LeadBy};
use super::matching::Match;
use super::mirror::{Answer, Mirror};
use super::plan::Action;
use super::shared_keys::SharedKeys;
use super::tags::PlannedTags;
use super::uses::Uses;
use crate::read::ValueKind;
use crate::shape::{Mapping, Target};
use crate::stage::{Severity, StagedRow, ZeroWatch};
use jiff::civil::Date;
use mingce_model::custom::{CustomField, tag_names};
use mingce_model::{Field, RecordId};
use std::collections::HashMap;

pub(crate) struct Live {
    pub(super) has_members: bool,
    /// Some sheet has a column of tags.
    pub(super) has_tags: bool,
    pub(super) answers: HashMap<u32, Answer>,
    /// The rest of what was asked for.
    pub(super) asked: Asked,
    pub(super) seen: SharedKeys,
    pub(super) zeros: ZeroWatch,
    pub(super) paths: Uses,
    pub(super) tags: Uses,
    pub(super) mirror: Option<Mirror>,
    /// How large the plan was when the whole file was planned last.
    pub(super) made: Size,
    /// The file tells only of changes, of people whom another system's package knows by its own ids.
    pub(super) source: Option<Source>,
}

/// How much a plan holds. What a row came to before it was planned anew lies there still: it is given back when the whole
/// file is planned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Size {
    pub(super) bytes: usize,
    pub(super) guardians: usize,
    pub(super) departments: usize,
    pub(super) paths: usize,
}

/// What may lie idle in the smallest of plans.
const IDLE_BYTES: usize = 1 << 20;
const IDLE_THINGS: usize = 4_096;

impl Size {
    /// More lies idle than is of use.
    pub(super) fn is_more_than_twice(&self, made: &Self) -> bool {
        let exceeds = |now: usize, then: usize, idle: usize| now > 2 * then + idle;
        exceeds(self.bytes, made.bytes, IDLE_BYTES)
            || exceeds(self.guardians, made.guardians, IDLE_THINGS)
            || exceeds(self.departments, made.departments, IDLE_THINGS)
            || exceeds(self.paths, made.paths, IDLE_THINGS)
    }
}

/// Whose package it is.
pub(crate) struct Source {
    pub is_delta: bool,
    /// The field in which the ids are kept.
    pub field: Option<RecordId>,
}

/// What must be the same for a row to be planned by itself.
#[derive(PartialEq)]
pub(super) struct Asked {
    today: Date,
    organisation_name: Option<String>,
    organisation_kind: String,
    under: Option<RecordId>,
    mirror: Option<super::MirrorScope>,
    fields: Vec<CustomField>,
}

impl Asked {
    pub(super) fn of(options: &PlanOptions) -> Self {
        Self {
            today: options.today,
            organisation_name: options.organisation_name.clone(),
            organisation_kind: options.organisation_kind.clone(),
            under: options.under,
            mirror: options.mirror,
            fields: options.fields.clone(),
        }
    }
}

/// How a row that is planned looks at what other rows have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Looking {
    /// And is seen by them.
    AtAll,
    /// Not at all: what it shares is asked for first.
    Ahead,
}

/// What a row shares with others, and what of it counts for the plan as a whole.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Trace {
    pub keys: Vec<u64>,
    /// Departments that it names, and those that it needs.
    pub paths: Vec<u32>,
    pub needed_paths: Vec<u32>,
    /// Tags that it names, by number and as it spells them.
    pub tags: Vec<u32>,
    pub tag_names: Vec<String>,
    pub needed_tags: Vec<u32>,
    /// Members whom it is about, or could be about.
    pub met: Vec<RecordId>,
    /// The name of whom it is about where nobody could be found because something in it cannot be read.
    pub spared: Option<String>,
    pub card_number: Option<(ValueKind, String)>,
}

impl Trace {
    /// Begins with what the row says by itself.
    pub(super) fn begin(&mut self, row: &StagedRow, found: &Match, mapping: &Mapping) {
        self.keys.clear();
        self.paths.clear();
        self.needed_paths.clear();
        self.tags.clear();
        self.tag_names.clear();
        self.needed_tags.clear();
        self.met.clear();
        self.spared = None;
        let led = row.leading.iter().map(|(path, _)| path);
        let left = row.leaves.iter().flat_map(|(path, above)| std::iter::once(path).chain(above));
        for path in row.department.iter().chain(&row.further_departments).chain(led).chain(left) {
            if !self.paths.contains(&path.0) {
                self.paths.push(path.0);
            }
        }
        match found {
            Match::Member(member) => self.met.push(member.id),
            Match::Unclear(_, others) | Match::NobodyButSimilar(others) => {
                self.met.extend(others.iter().map(|other| other.id));
            }
            Match::Nobody => {}
        }
        self.card_number = row.text(Field::MemberCardNumber).map(|number| {
            let column = mapping.column_of(Target::Field(Field::MemberCardNumber));
            let kind = column.and_then(|column| row.kinds.get(column)).copied().unwrap_or(ValueKind::Empty);
            (kind, number.to_owned())
        });
    }

    pub(super) fn name_tags(&mut self, row: &StagedRow, tags: &PlannedTags) {
        let names = row.tags.iter().flat_map(|(_, names)| names);
        for name in names {
            self.tag_names.push(name.clone());
            self.tags.extend(tags.find(name).map(|(number, _)| number as u32));
        }
    }

    /// What has to be there for the row, and whom it could not find.
    pub(super) fn need(&mut self, items: &[Item<'_>], action: Action, worst: Option<Severity>, tags: &PlannedTags) {
        if worst != Some(Severity::Row) {
            for item in items {
                match item {
                    Item::Department { new: path, .. }
                    | Item::FurtherDepartment(path)
                    | Item::Leads { path, by: LeadBy::Making, .. } => self.needed_paths.push(*path),
                    Item::Tags { new, .. } => {
                        let found = tag_names(new).filter_map(|name| tags.find(name));
                        self.needed_tags.extend(found.map(|(number, _)| number as u32));
                    }
                    _ => {}
                }
            }
        }
        // Somebody who could not be found because of a faulty cell is not missing.
        if action == Action::Add && matches!(worst, Some(Severity::Cell | Severity::Row)) {
            self.spared = items.iter().find_map(|item| match item {
                Item::Field { field: Field::MemberName, new: Borrowed::Text(name), .. } => Some((*name).to_owned()),
                _ => None,
            });
        }
    }
}

impl Live {
    pub(super) fn new(has_members: bool, options: &PlanOptions) -> Self {
        Self {
            has_members,
            has_tags: false,
            answers: options.answers.clone(),
            asked: Asked::of(options),
            seen: SharedKeys::default(),
            zeros: ZeroWatch::default(),
            paths: Uses::default(),
            tags: Uses::default(),
            mirror: None,
            made: Size::default(),
            source: None,
        }
    }

    /// Takes note of what a row that was planned shares; its keys are seen already.
    pub(super) fn count(&mut self, row: u32, trace: &Trace) {
        self.paths.put(row, &trace.paths, &trace.needed_paths);
        self.tags.put(row, &trace.tags, &trace.needed_tags);
        if let Some((kind, number)) = &trace.card_number {
            self.zeros.see(row, *kind, number);
        }
        if let Some(mirror) = &mut self.mirror {
            mirror.meet(&trace.met, trace.spared.as_deref());
        }
    }

    /// Takes that back.
    pub(super) fn discount(&mut self, row: u32, trace: &Trace) {
        for key in &trace.keys {
            self.seen.remove(*key, row);
        }
        self.paths.take(row, &trace.paths, &trace.needed_paths);
        self.tags.take(row, &trace.tags, &trace.needed_tags);
        if let Some((_, number)) = &trace.card_number {
            self.zeros.forget(row, number);
        }
        if let Some(mirror) = &mut self.mirror {
            mirror.part(&trace.met, trace.spared.as_deref());
        }
    }
}
