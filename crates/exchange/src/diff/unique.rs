//! Custom values that nobody else may have.

use super::arena::Item;
use super::extras::CustomColumn;
use super::planner::{Known, Planner};
use super::roster::Roster;
use crate::stage::{Problem, ProblemCode, StagedRow};
use mingce_model::RecordId;

impl<R: Roster> Planner<'_, R> {
    /// Asks who has the values that nobody else may have.
    pub(super) fn ask_for_holders(&mut self, batch: &[StagedRow], known: &mut [Known]) -> Result<(), R::Error> {
        let unique = |field: RecordId| self.customs.iter().any(|it| it.field.id == field && it.field.is_unique);
        let mut keys = Vec::new();
        let mut owners = Vec::new();
        for (index, row) in batch.iter().enumerate() {
            for value in row.custom.iter().filter(|value| unique(value.field)) {
                keys.push((value.field, value.value.as_text().unwrap_or_default()));
                owners.push((index, value.field));
            }
        }
        if !keys.is_empty() {
            for ((index, field), holders) in owners.into_iter().zip(self.roster.holders(&keys)?) {
                known[index].holders.extend(holders.into_iter().map(|holder| (field, holder)));
            }
        }
        Ok(())
    }

    /// Values that nobody else may have: neither another row nor somebody on the roster. Whoever has one already keeps it.
    pub(super) fn check_unique(
        &mut self,
        row: &StagedRow,
        member: Option<RecordId>,
        known: &Known,
        items: &mut Vec<Item<'_>>,
        problems: &mut Vec<Problem>,
    ) {
        for at in 0..self.customs.len() {
            let CustomColumn { column, field } = self.customs[at];
            let Some(value) = row.custom.iter().find(|value| value.field == field.id).filter(|_| field.is_unique)
            else {
                continue;
            };
            let text = value.value.as_text().unwrap_or_default();
            let other = self.first_with((field.id, text), row.row);
            let is_set = |item: &Item<'_>| matches!(item, Item::Custom { field: set, .. } if *set == field.id);
            if !items.iter().any(is_set) {
                continue;
            }
            let is_taken = known.holders.iter().any(|(of, holder)| *of == field.id && Some(*holder) != member);
            let code = if other != row.row {
                ProblemCode::CustomValueRepeated
            } else if is_taken {
                ProblemCode::CustomValueTaken
            } else {
                continue;
            };
            items.retain(|item| !is_set(item));
            let problem = row.problem(Some(usize::from(column)), code);
            problems.push(Problem {
                other_row: Some(other).filter(|other| *other != row.row),
                value: text.to_owned(),
                ..problem
            });
        }
    }
}
