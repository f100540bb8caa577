//! What nobody else may have: values of some custom fields, and the numbers of chips.

use super::arena::Item;
use super::extras::CustomColumn;
use super::planner::{Known, Planner};
use super::roster::Roster;
use crate::shape::Target;
use crate::stage::{Problem, ProblemCode, StagedRow};
use mingce_model::{Field, RecordId, chips};

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

    /// Asks who has the chips of the rows.
    pub(super) fn ask_for_chips(&mut self, batch: &[StagedRow], known: &mut [Known]) -> Result<(), R::Error> {
        let of = |(index, row): (usize, &StagedRow)| -> Vec<(usize, String)> {
            let stored = row.text(Field::MemberChipNumbers).unwrap_or_default();
            chips::numbers(stored).map(|number| (index, number.to_owned())).collect()
        };
        let asked: Vec<(usize, String)> = batch.iter().enumerate().flat_map(of).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let numbers: Vec<&str> = asked.iter().map(|(_, number)| number.as_str()).collect();
        for ((index, _), holders) in asked.iter().zip(self.roster.chip_holders(&numbers)?) {
            known[*index].chip_holders.extend(holders);
        }
        Ok(())
    }

    /// Chips that another row or somebody on the roster has already. Whoever has them keeps them.
    pub(super) fn check_chips(
        &mut self,
        row: &StagedRow,
        member: Option<RecordId>,
        known: &Known,
        items: &mut Vec<Item<'_>>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(stored) = row.text(Field::MemberChipNumbers) else { return };
        let firsts: Vec<u32> =
            chips::numbers(stored).map(|number| self.first_with(("chip", number), row.row)).collect();
        let is_set = |item: &Item<'_>| matches!(item, Item::Field { field: Field::MemberChipNumbers, .. });
        if !items.iter().any(is_set) {
            return;
        }
        let other_row = firsts.into_iter().find(|first| *first != row.row);
        let code = match other_row {
            Some(_) => ProblemCode::CustomValueRepeated,
            None if known.chip_holders.iter().any(|holder| Some(*holder) != member) => ProblemCode::CustomValueTaken,
            None => return,
        };
        items.retain(|item| !is_set(item));
        let column = self.comparer.mapping.column_of(Target::Field(Field::MemberChipNumbers));
        problems.push(Problem { other_row, value: stored.to_owned(), ..row.problem(column, code) });
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
