//! What a person takes out of a plan before it is applied.

use super::arena::Item;
use super::plan::{Action, Plan};
use mingce_model::{Field, RecordId};
use std::collections::HashSet;

/// Whether a row takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    Excluded,
    Included,
}

impl Plan {
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
        let can_be_left_out = match self.items(&row).nth(usize::from(item)) {
            None | Some(Item::Label(_)) => false,
            Some(Item::Field { field: Field::MemberName | Field::MemberStatus, .. }) => {
                !matches!(row.action, Action::Add | Action::Leave(_))
            }
            Some(_) => !matches!(row.action, Action::Leave(_)),
        };
        if can_be_left_out {
            match exclusion {
                Exclusion::Excluded => self.excluded_items.insert((key, item)),
                Exclusion::Included => self.excluded_items.remove(&(key, item)),
            };
        }
        can_be_left_out
    }

    /// Takes everything into the import again that was taken out.
    pub fn include_all(&mut self) {
        self.rows.iter_mut().for_each(|row| row.is_excluded = false);
        self.excluded_items.clear();
    }

    /// Who would leave because the file does not name them.
    pub fn leavers(&self) -> impl Iterator<Item = RecordId> {
        self.rows.iter().filter_map(|row| if let Action::Leave(id) = row.action { Some(id) } else { None })
    }

    /// Takes out of the import whoever stays although the file does not name them.
    pub fn let_stay(&mut self, members: &HashSet<RecordId>) {
        for row in &mut self.rows {
            row.is_excluded |= matches!(row.action, Action::Leave(id) if members.contains(&id));
        }
    }
}
