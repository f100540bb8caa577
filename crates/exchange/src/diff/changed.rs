//! The rows that change somebody, told apart by what they change.

use super::arena::{Borrowed, Item};
use super::plan::{Plan, PlannedRow, Verdict};
use super::view::DiffOf;

impl DiffOf {
    /// What the line of an item is about; `None` for the name that only says whom the row is about.
    pub(super) fn of(item: &Item<'_>) -> Option<Self> {
        Some(match *item {
            Item::Label(_) => return None,
            Item::Field { field, .. } => Self::Field(field),
            Item::Department { .. } => Self::Department,
            Item::FurtherDepartment(_) => Self::FurtherDepartment,
            Item::Guardian { .. } => Self::Guardian,
            Item::GuardianField { field, .. } | Item::Guardianship { field, .. } => Self::GuardianField(field),
            Item::Custom { field, .. } => Self::Custom(field),
            Item::Tags { .. } => Self::Tags,
            Item::Leads { old, new, .. } => Self::of_leading(old, new),
        })
    }

    /// Of a deputy who becomes head, what comes is shown.
    pub(super) fn of_leading(old: Borrowed<'_>, new: Borrowed<'_>) -> Self {
        let role = if new == Borrowed::Null { old } else { new };
        match role {
            Borrowed::Text("deputy") => Self::DeputyOf,
            // A place without a role that ends.
            Borrowed::Null => Self::FurtherDepartment,
            _ => Self::Leads,
        }
    }
}

impl Plan {
    /// What the rows that change somebody change, with how many of them do, the most frequent first.
    pub fn changed(&self) -> Vec<(DiffOf, u32)> {
        let mut counts: Vec<(DiffOf, u32)> = Vec::new();
        let mut seen = Vec::new();
        for row in self.rows.iter().filter(|row| row.verdict() == Verdict::Change) {
            seen.clear();
            for of in self.items(row).filter_map(|item| DiffOf::of(&item)) {
                if !seen.contains(&of) {
                    seen.push(of);
                }
            }
            for of in &seen {
                match counts.iter_mut().find(|(known, _)| known == of) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((*of, 1)),
                }
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// How many rows change one of these.
    pub fn count_changing(&self, what: &[DiffOf]) -> usize {
        self.rows.iter().filter(|row| self.changes(row, what)).count()
    }

    pub(super) fn changes(&self, row: &PlannedRow, what: &[DiffOf]) -> bool {
        row.verdict() == Verdict::Change
            && self.items(row).any(|item| DiffOf::of(&item).is_some_and(|of| what.contains(&of)))
    }
}
