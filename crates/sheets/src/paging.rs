//! Which people stand on which page, found without laying any page out.

use crate::failure::SheetError;
use crate::run::SheetRun;

/// The people of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Index of the group in the run.
    pub group: usize,
    /// Index of the page's first person in the group.
    pub first_person: usize,
    pub people: usize,
    /// Place of the first person on the page.
    pub first_place: usize,
    /// Within the group, from 1.
    pub number: usize,
    /// Pages of the group.
    pub of: usize,
}

/// The pages of each group in order; groups without people have none.
struct GroupPages {
    group: usize,
    people: usize,
    /// People on the group's first page if it is full.
    first_holds: usize,
    holds: usize,
}

impl GroupPages {
    fn count(&self) -> usize {
        1 + self.people.saturating_sub(self.first_holds).div_ceil(self.holds)
    }

    fn sheet(&self, index: usize) -> Sheet {
        let first_person = if index == 0 { 0 } else { self.first_holds + (index - 1) * self.holds };
        let room = if index == 0 { self.first_holds } else { self.holds };
        Sheet {
            group: self.group,
            first_person,
            people: room.min(self.people - first_person),
            first_place: self.holds - room,
            number: index + 1,
            of: self.count(),
        }
    }
}

fn group_pages(run: &SheetRun) -> impl Iterator<Item = GroupPages> {
    let holds = run.layout.people_a_page();
    let mut used = run.layout.used_places();
    run.groups.iter().enumerate().filter(|(_, group)| !group.people.is_empty()).map(move |(index, group)| {
        let first_holds = holds - std::mem::take(&mut used);
        GroupPages { group: index, people: group.people.len(), first_holds, holds }
    })
}

/// All pages in order.
pub(crate) fn sheets(run: &SheetRun) -> impl Iterator<Item = Sheet> {
    group_pages(run).flat_map(|pages| (0..pages.count()).map(move |index| pages.sheet(index)))
}

/// The page at `index`, found in the time it takes to look at each group once.
pub(crate) fn load_sheet(run: &SheetRun, index: usize) -> Result<Sheet, SheetError> {
    let mut before = 0;
    for pages in group_pages(run) {
        let count = pages.count();
        if index < before + count {
            return Ok(pages.sheet(index - before));
        }
        before += count;
    }
    Err(SheetError::NoSuchPage { index })
}

/// How many pages the run has.
pub(crate) fn count(run: &SheetRun) -> usize {
    group_pages(run).map(|pages| pages.count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::run::{Group, Person};
    use crate::words::Words;

    fn run(sizes: &[usize], used_labels: u16) -> SheetRun {
        let groups =
            sizes.iter().map(|&size| Group { heading: String::new(), people: vec![Person::default(); size] }).collect();
        let mut layout = Layout::label();
        if let Layout::Label(label) = &mut layout {
            label.used_labels = used_labels;
        }
        SheetRun::of("", groups, Words::english(""), layout)
    }

    #[test]
    fn each_group_starts_on_a_page_of_its_own() {
        let run = run(&[45, 0, 24, 1], 0);
        let all: Vec<_> = sheets(&run).map(|sheet| (sheet.group, sheet.people, sheet.number, sheet.of)).collect();
        assert_eq!(all, [(0, 24, 1, 2), (0, 21, 2, 2), (2, 24, 1, 1), (3, 1, 1, 1)]);
        assert_eq!(count(&run), 4);
    }

    #[test]
    fn a_started_sheet_of_labels_is_used_up_once() {
        let run = run(&[5, 25], 20);
        let all: Vec<_> = sheets(&run).map(|sheet| (sheet.first_person, sheet.people, sheet.first_place)).collect();
        assert_eq!(all, [(0, 4, 20), (4, 1, 0), (0, 24, 0), (24, 1, 0)]);
    }

    #[test]
    fn a_page_found_by_its_index_is_the_one_in_the_row() {
        for used in [0, 7, 23] {
            let run = run(&[1, 24, 25, 0, 100, 48], used);
            for (index, sheet) in sheets(&run).enumerate() {
                assert_eq!(load_sheet(&run, index).expect("exists"), sheet);
            }
            assert!(matches!(load_sheet(&run, count(&run)), Err(SheetError::NoSuchPage { .. })));
        }
    }
}
