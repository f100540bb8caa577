//! What a person takes out of a plan before it is applied.

use super::arena::Item;
use super::plan::{Action, FaultyCells, Plan, PlannedRow, Verdict};
use super::view::DiffOf;
use crate::shape::Target;
use mingce_model::{Field, RecordId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Whether a row takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    Excluded,
    Included,
}

/// What was taken out of a plan, or of what is taken out a part, told so that another plan of the file knows it again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TakenOut {
    rows: HashSet<u32>,
    /// By row, what it is about, and how many such changes the row has before it.
    items: HashSet<(u32, DiffOf, u16)>,
    staying: HashSet<RecordId>,
}

impl TakenOut {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.items.is_empty() && self.staying.is_empty()
    }

    /// How many rows and changes it tells of.
    pub fn len(&self) -> usize {
        self.rows.len() + self.items.len() + self.staying.len()
    }

    /// Only the people who stay although the file does not name them: they are the same in every file.
    pub fn only_staying(self) -> Self {
        Self { staying: self.staying, ..Self::default() }
    }
}

/// What of rows is taken out, or back in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part<'a> {
    Rows,
    /// What comes from the columns for these targets.
    Columns(&'a [Target]),
    /// Changes by their numbers in the row's view.
    Items(&'a [u16]),
}

impl Plan {
    /// Everything that was taken out, and everybody who was said to stay.
    pub fn taken_out(&self) -> TakenOut {
        let mut keys: Vec<u32> = self.rows.iter().filter(|row| row.is_excluded).map(|row| row.row).collect();
        keys.extend(self.excluded_items.iter().map(|(row, _)| *row));
        let staying = self.staying.clone();
        TakenOut { staying, ..self.taken_out_of(&keys) }
    }

    /// What was taken out of these rows of the file.
    pub(super) fn taken_out_of(&self, keys: &[u32]) -> TakenOut {
        let mut taken_out = TakenOut::default();
        for index in keys.iter().filter_map(|key| self.index_of(*key)) {
            let row = self.rows[index];
            if row.is_excluded && !matches!(row.action, Action::Leave(_)) {
                taken_out.rows.insert(row.row);
            }
            for (number, name) in self.named_items(&row) {
                if self.excluded_items.contains(&(row.row, number)) {
                    taken_out.items.insert((row.row, name.0, name.1));
                }
            }
        }
        taken_out
    }

    /// Takes out what was taken out of an earlier plan, but for rows that are to be looked at anew. What is no more of
    /// these rows is forgotten.
    pub fn take_out_again(&mut self, before: &TakenOut, is_new: impl Fn(u32) -> bool) {
        let keys: HashSet<u32> = before.items.iter().map(|(key, ..)| *key).collect();
        self.excluded_items.retain(|(key, _)| !keys.contains(key) && !is_new(*key));
        let rows = before.rows.iter().copied().filter(|key| !is_new(*key)).collect();
        let items = before.items.iter().copied().filter(|(key, ..)| !is_new(*key)).collect();
        self.take(&TakenOut { rows, items, staying: before.staying.clone() }, Exclusion::Excluded);
    }

    /// Takes all of it out, or all of it back in. Answers what of it was otherwise before.
    pub fn take(&mut self, all: &TakenOut, exclusion: Exclusion) -> TakenOut {
        let mut changed = TakenOut::default();
        for key in &all.rows {
            if self.exclude(*key, exclusion) {
                changed.rows.insert(*key);
            }
        }
        for member in &all.staying {
            let is_other = match exclusion {
                Exclusion::Excluded => self.staying.insert(*member),
                Exclusion::Included => self.staying.remove(member),
            };
            if is_other {
                changed.staying.insert(*member);
            }
        }
        if !all.staying.is_empty() {
            for row in &mut self.rows {
                if let Action::Leave(member) = row.action {
                    row.is_excluded = self.staying.contains(&member);
                }
            }
        }
        let keys: BTreeSet<u32> = all.items.iter().map(|(key, ..)| *key).collect();
        for row in keys.into_iter().filter_map(|key| self.index_of(key)).collect::<Vec<_>>() {
            let row = self.rows[row];
            let named: Vec<(u16, (DiffOf, u16))> = self.named_items(&row).collect();
            for (item, (what, before)) in named {
                let name = (row.row, what, before);
                if all.items.contains(&name) && self.exclude_item_newly(row.row, item, exclusion) {
                    changed.items.insert(name);
                }
            }
        }
        changed
    }

    /// Takes rows, or a part of what they would do, out of the import, or back in. Answers what of it was otherwise before.
    pub fn take_out(&mut self, keys: &[u32], part: Part<'_>, exclusion: Exclusion) -> TakenOut {
        let mut changed = TakenOut::default();
        for key in keys {
            let Some(row) = self.index_of(*key).map(|index| self.rows[index]) else { continue };
            let items = match part {
                Part::Rows => {
                    if self.exclude(*key, exclusion) {
                        match row.action {
                            Action::Leave(member) => changed.staying.insert(member),
                            _ => changed.rows.insert(*key),
                        };
                    }
                    continue;
                }
                Part::Columns(targets) => self.items_of_columns(&row, targets),
                Part::Items(items) => items.to_vec(),
            };
            let named: Vec<(u16, (DiffOf, u16))> = self.named_items(&row).collect();
            for (item, (what, before)) in named {
                if items.contains(&item) && self.exclude_item_newly(*key, item, exclusion) {
                    changed.items.insert((*key, what, before));
                }
            }
        }
        changed
    }

    /// How many rows of a verdict were taken out.
    pub fn count_taken_out(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.is_excluded && row.verdict() == verdict).count()
    }

    /// The row's items by their numbers, with what each is about and how many such are before it.
    fn named_items(&self, row: &PlannedRow) -> impl Iterator<Item = (u16, (DiffOf, u16))> {
        let mut seen: HashMap<DiffOf, u16> = HashMap::new();
        (0_u16..).zip(self.items(row)).filter_map(move |(number, item)| {
            let of = DiffOf::of(&item)?;
            let before = seen.entry(of).or_default();
            *before += 1;
            Some((number, (of, *before - 1)))
        })
    }

    /// Takes a row out of the import, or back in. Answers whether it was otherwise before: what does not go in by itself
    /// cannot be taken out.
    pub fn exclude(&mut self, row: u32, exclusion: Exclusion) -> bool {
        let Some(index) = self.index_of(row) else { return false };
        let row = &mut self.rows[index];
        let is_out = exclusion == Exclusion::Excluded;
        if row.is_excluded == is_out || is_out && !row.could_go_in() {
            return false;
        }
        row.is_excluded = is_out;
        if let Action::Leave(member) = row.action {
            match exclusion {
                Exclusion::Excluded => self.staying.insert(member),
                Exclusion::Included => self.staying.remove(&member),
            };
        }
        true
    }

    /// Takes one change of a row out of the import, or back in, by its number in the row's view. Answers whether that
    /// can be: nobody is added without a name, and leaving is all that one who leaves does.
    pub fn exclude_item(&mut self, key: u32, item: u16, exclusion: Exclusion) -> bool {
        let Some(index) = self.index_of(key) else { return false };
        let row = self.rows[index];
        let found = self.items(&row).nth(usize::from(item));
        let can_be_left_out = found.is_some_and(|found| row.can_do_without(&found));
        if can_be_left_out {
            match exclusion {
                Exclusion::Excluded => self.excluded_items.insert((key, item)),
                Exclusion::Included => self.excluded_items.remove(&(key, item)),
            };
        }
        can_be_left_out
    }

    /// Answers whether the change was otherwise before.
    fn exclude_item_newly(&mut self, key: u32, item: u16, exclusion: Exclusion) -> bool {
        let was_out = self.excluded_items.contains(&(key, item));
        was_out != (exclusion == Exclusion::Excluded) && self.exclude_item(key, item, exclusion)
    }
}

impl PlannedRow {
    /// Whether the row goes in, at least in part, unless it is taken out.
    pub(super) fn could_go_in(&self) -> bool {
        Self { is_excluded: false, ..*self }.goes_in(FaultyCells::LeaveCellOut)
    }

    /// Whether the row can go in without this.
    pub(super) fn can_do_without(&self, item: &Item<'_>) -> bool {
        !matches!(
            (self.action, item),
            (Action::Leave(_), _)
                | (_, Item::Label(_))
                | (Action::Add, Item::Field { field: Field::MemberName | Field::MemberStatus, .. })
        )
    }
}
