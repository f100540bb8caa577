//! Which people stand on which page, found without laying any page out.

use crate::failure::SheetError;
use crate::layout::Layout;
use crate::printer::Side;
use crate::run::SheetRun;

/// What a sheet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    List,
    Invitations,
}

/// The people of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub leaf: Leaf,
    /// Index of the group in the run.
    pub group: usize,
    /// Index of the page's first person in the group.
    pub first_person: usize,
    pub people: usize,
    /// Place of the first person on the page.
    pub first_place: usize,
    /// The sheet within the group, from 1.
    pub number: usize,
    /// Sheets of the group.
    pub of: usize,
    pub side: Side,
}

/// The pages of each group in order; groups without people have none. A back follows its front.
struct GroupPages {
    leaf: Leaf,
    group: usize,
    people: usize,
    /// People on the group's first page if it is full.
    first_holds: usize,
    holds: usize,
    sides: usize,
}

impl GroupPages {
    fn sheets(&self) -> usize {
        1 + self.people.saturating_sub(self.first_holds).div_ceil(self.holds)
    }

    fn count(&self) -> usize {
        self.sheets() * self.sides
    }

    fn page(&self, page: usize) -> Sheet {
        let index = page / self.sides;
        let first_person = if index == 0 { 0 } else { self.first_holds + (index - 1) * self.holds };
        let room = if index == 0 { self.first_holds } else { self.holds };
        Sheet {
            leaf: self.leaf,
            group: self.group,
            first_person,
            people: room.min(self.people - first_person),
            first_place: self.holds - room,
            number: index + 1,
            of: self.sheets(),
            side: if page.is_multiple_of(self.sides) { Side::Front } else { Side::Back },
        }
    }
}

fn group_pages(run: &SheetRun) -> impl Iterator<Item = GroupPages> {
    // Where sheets are turned over a list has an empty back, so that the fronts that follow stay fronts.
    let (holds, sides) = (run.layout.places(), run.layout.sides());
    let listed = run.list.as_ref().map(Layout::places);
    let mut used = run.used_places;
    let filled = run.groups.iter().enumerate().filter(|(_, group)| !group.people.is_empty());
    filled.flat_map(move |(index, group)| {
        let (group, people) = (index, group.people.len());
        let first_holds = holds - std::mem::take(&mut used);
        let list = listed.map(|holds| (Leaf::List, holds, holds));
        let pages = list.into_iter().chain([(Leaf::Invitations, first_holds, holds)]);
        pages.map(move |(leaf, first_holds, holds)| GroupPages { leaf, group, people, first_holds, holds, sides })
    })
}

/// All pages in order.
pub(crate) fn sheets(run: &SheetRun) -> impl Iterator<Item = Sheet> {
    group_pages(run).flat_map(|pages| (0..pages.count()).map(move |index| pages.page(index)))
}

/// The page at `index`, found in the time it takes to look at each group once.
pub(crate) fn load_sheet(run: &SheetRun, index: usize) -> Result<Sheet, SheetError> {
    let mut before = 0;
    for pages in group_pages(run) {
        let count = pages.count();
        if index < before + count {
            return Ok(pages.page(index - before));
        }
        before += count;
    }
    Err(SheetError::NoSuchPage { index })
}

/// The first free label of the last sheet, or 0 when it is full.
pub(crate) fn next_free(run: &SheetRun) -> usize {
    let last = group_pages(run).last().map(|pages| pages.page(pages.count() - 1));
    last.map_or(0, |sheet| (sheet.first_place + sheet.people) % run.layout.places())
}

/// How many pages the run has.
pub(crate) fn count(run: &SheetRun) -> usize {
    group_pages(run).map(|pages| pages.count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Group, Person};
    use crate::words::Words;
    use proptest::prelude::*;

    fn run(layout: &str, sizes: &[usize], used_places: usize) -> SheetRun {
        let groups = sizes
            .iter()
            .map(|&size| Group { heading: String::new(), people: vec![Person::default(); size].into() })
            .collect();
        let layout = Layout::find_named(layout).expect("shipped");
        SheetRun { used_places, ..SheetRun::of("", groups, Words::english(""), layout) }
    }

    #[test]
    fn each_group_starts_on_a_page_of_its_own() {
        let run = run("labels", &[45, 0, 24, 1], 0);
        let all: Vec<_> = sheets(&run).map(|sheet| (sheet.group, sheet.people, sheet.number, sheet.of)).collect();
        assert_eq!(all, [(0, 24, 1, 2), (0, 21, 2, 2), (2, 24, 1, 1), (3, 1, 1, 1)]);
        assert_eq!((count(&run), next_free(&run)), (4, 1));
    }

    #[test]
    fn a_started_sheet_of_labels_is_used_up_once() {
        let run = run("labels", &[5, 25], 20);
        let all: Vec<_> = sheets(&run).map(|sheet| (sheet.first_person, sheet.people, sheet.first_place)).collect();
        assert_eq!(all, [(0, 4, 20), (4, 1, 0), (0, 24, 0), (24, 1, 0)]);
        assert_eq!(next_free(&run), 1);
    }

    #[test]
    fn a_list_comes_before_the_sheets_of_its_class() {
        let list = Layout::find_named("a4-tick-list");
        let run = SheetRun { list, ..run("labels", &[45, 0, 2], 20) };
        let told = |sheet: Sheet| (sheet.leaf, sheet.group, sheet.first_person, sheet.first_place, sheet.number);
        use Leaf::{Invitations, List};
        let all: Vec<_> = sheets(&run).map(told).collect();
        let first = [(List, 0, 0, 0, 1), (List, 0, 28, 0, 2), (Invitations, 0, 0, 20, 1), (Invitations, 0, 4, 0, 2)];
        assert_eq!(all[..4], first);
        assert_eq!(all[4..], [(Invitations, 0, 28, 0, 3), (List, 2, 0, 0, 1), (Invitations, 2, 0, 0, 1)]);
        assert_eq!((count(&run), next_free(&run)), (7, 2));
        for (index, sheet) in sheets(&run).enumerate() {
            assert_eq!(load_sheet(&run, index).expect("exists"), sheet);
        }
    }

    #[test]
    fn a_list_among_sheets_that_are_turned_over_has_an_empty_back() {
        let list = Layout::find_named("a4-tick-list");
        let run = SheetRun { list, ..run("cr80-10-up", &[3], 0) };
        let all: Vec<_> = sheets(&run).map(|sheet| (sheet.leaf, sheet.side)).collect();
        use Side::{Back, Front};
        let (list, cards) = (Leaf::List, Leaf::Invitations);
        assert_eq!(all, [(list, Front), (list, Back), (cards, Front), (cards, Back)]);
    }

    #[test]
    fn a_back_follows_its_front_with_the_same_people() {
        let run = run("cr80-10-up", &[12, 3], 4);
        let all: Vec<_> = sheets(&run).map(|sheet| (sheet.first_person, sheet.people, sheet.side)).collect();
        use Side::{Back, Front};
        assert_eq!(all, [(0, 6, Front), (0, 6, Back), (6, 6, Front), (6, 6, Back), (0, 3, Front), (0, 3, Back)]);
    }

    proptest! {
        #[test]
        fn everyone_stands_on_one_front_in_order_and_no_used_place_is_taken(
            sizes in proptest::collection::vec(0usize..120, 0..8),
            layout in proptest::sample::select(crate::layout::presets()),
            used in 0usize..1000,
        ) {
            let used = used % layout.places();
            let run = run(&layout.id, &sizes, used);
            let mut seen: Vec<usize> = vec![0; sizes.len()];
            for (index, sheet) in sheets(&run).enumerate() {
                prop_assert_eq!(load_sheet(&run, index).expect("exists"), sheet);
                prop_assert!(sheet.people > 0 && sheet.first_place + sheet.people <= layout.places());
                prop_assert_eq!(sheet.first_place, if index < layout.sides() { used } else { 0 });
                if sheet.side == Side::Front {
                    prop_assert_eq!(sheet.first_person, seen[sheet.group]);
                    seen[sheet.group] += sheet.people;
                }
            }
            prop_assert!(load_sheet(&run, count(&run)).is_err());
            prop_assert_eq!(seen, sizes);
        }
    }
}
