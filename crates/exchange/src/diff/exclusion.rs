//! What a person takes out of a plan before it is applied.

use super::arena::Item;
use super::plan::{Action, Plan, PlannedRow, Verdict};
use super::view::DiffOf;
use mingce_model::{Field, RecordId};
use std::collections::{HashMap, HashSet};

/// Whether a row takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    Excluded,
    Included,
}

/// What was taken out of a plan, told so that another plan of the file knows it again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TakenOut {
    rows: HashSet<u32>,
    /// By row, what it is about, and how many such changes the row has before it.
    items: HashSet<(u32, DiffOf, u16)>,
    staying: HashSet<RecordId>,
}

impl Plan {
    /// Everything that was taken out.
    pub fn taken_out(&self) -> TakenOut {
        let mut keys: Vec<u32> = self.rows.iter().filter(|row| row.is_excluded).map(|row| row.row).collect();
        keys.extend(self.excluded_items.iter().map(|(row, _)| *row));
        self.taken_out_of(&keys)
    }

    /// What was taken out of these rows.
    pub(super) fn taken_out_of(&self, keys: &[u32]) -> TakenOut {
        let mut taken_out = TakenOut::default();
        for index in keys.iter().filter_map(|key| self.index_of(*key)) {
            let row = self.rows[index];
            match row.action {
                Action::Leave(id) if row.is_excluded => {
                    taken_out.staying.insert(id);
                }
                _ if row.is_excluded => {
                    taken_out.rows.insert(row.row);
                }
                _ => {}
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
        self.let_stay(&before.staying);
        for key in before.rows.iter().filter(|key| !is_new(**key)) {
            self.exclude(*key, Exclusion::Excluded);
        }
        let keys: HashSet<u32> = before.items.iter().map(|(key, ..)| *key).collect();
        self.excluded_items.retain(|(key, _)| !keys.contains(key) && !is_new(*key));
        for key in keys.into_iter().filter(|key| !is_new(*key)) {
            let Some(row) = self.index_of(key).map(|index| self.rows[index]) else { continue };
            let taken: Vec<u16> = self
                .named_items(&row)
                .filter(|(_, name)| before.items.contains(&(key, name.0, name.1)))
                .map(|(number, _)| number)
                .collect();
            for item in taken {
                self.exclude_item(key, item, Exclusion::Excluded);
            }
        }
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

    /// Takes a row out of the import, or back in. Answers whether there is such a row.
    pub fn exclude(&mut self, row: u32, exclusion: Exclusion) -> bool {
        let index = self.index_of(row);
        if let Some(index) = index {
            self.rows[index].is_excluded = exclusion == Exclusion::Excluded;
        }
        index.is_some()
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

    /// Takes out of the import whoever stays although the file does not name them.
    fn let_stay(&mut self, members: &HashSet<RecordId>) {
        for row in &mut self.rows {
            row.is_excluded |= matches!(row.action, Action::Leave(id) if members.contains(&id));
        }
    }
}

impl PlannedRow {
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
