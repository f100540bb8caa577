//! Which rows name what the plan would make, and how many need it: it is made once, in the order of the rows.

/// By the number of a path or a tag.
#[derive(Default, Debug)]
pub(super) struct Uses {
    /// Places in the file, in order.
    places: Vec<Vec<Named>>,
    needs: Vec<u32>,
}

/// A row, and how many others it names before.
type Named = (u32, u32);

impl Uses {
    fn grow(&mut self, number: u32) -> usize {
        let index = number as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, Vec::new());
            self.needs.resize(index + 1, 0);
        }
        index
    }

    /// What a row names, in order, and what of it the row needs.
    pub(super) fn put(&mut self, row: u32, named: &[u32], needed: &[u32]) {
        for (before, number) in (0_u32..).zip(named) {
            let index = self.grow(*number);
            let places = &mut self.places[index];
            // Rows mostly come in order.
            if places.last().is_none_or(|(other, _)| *other < row) {
                places.push((row, before));
                continue;
            }
            let place = places.partition_point(|other| *other < (row, before));
            if places.get(place).is_none_or(|(other, _)| *other != row) {
                places.insert(place, (row, before));
            }
        }
        for number in needed {
            let index = self.grow(*number);
            self.needs[index] += 1;
        }
    }

    /// Takes back what was put for the row.
    pub(super) fn take(&mut self, row: u32, named: &[u32], needed: &[u32]) {
        for number in named {
            let index = self.grow(*number);
            self.places[index].retain(|(other, _)| *other != row);
        }
        for number in needed {
            let index = self.grow(*number);
            self.needs[index] = self.needs[index].saturating_sub(1);
        }
    }

    /// The first row that names it, of those that count.
    pub(super) fn first(&self, number: u32, counts: impl Fn(u32) -> bool) -> Option<u32> {
        self.places.get(number as usize)?.iter().map(|(row, _)| *row).find(|row| counts(*row))
    }

    pub(super) fn is_needed(&self, number: u32) -> bool {
        self.needs.get(number as usize).is_some_and(|needs| *needs > 0)
    }

    /// Everything that a row names, in the order in which the file does.
    pub(super) fn in_order(&self) -> Vec<u32> {
        let first = |(number, places): (u32, &Vec<Named>)| places.first().map(|place| (*place, number));
        let mut named: Vec<(Named, u32)> = (0_u32..).zip(&self.places).filter_map(first).collect();
        named.sort_unstable();
        named.into_iter().map(|(_, number)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_rows_whatever_was_put_first() {
        let mut uses = Uses::default();
        uses.put(7, &[0, 1], &[0]);
        uses.put(3, &[1, 2, 1], &[]);
        assert_eq!(uses.in_order(), [1, 2, 0]);
        assert_eq!((uses.is_needed(0), uses.is_needed(1), uses.is_needed(9)), (true, false, false));
        uses.take(3, &[1, 2, 1], &[]);
        assert_eq!(uses.in_order(), [0, 1]);
        assert_eq!(
            (uses.first(1, |_| true), uses.first(1, |row| row != 7), uses.first(9, |_| true)),
            (Some(7), None, None)
        );
        uses.take(7, &[0, 1], &[0]);
        assert!(uses.in_order().is_empty() && !uses.is_needed(0));
    }
}
