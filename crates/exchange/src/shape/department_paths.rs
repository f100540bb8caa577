//! How a column writes departments: what parts the steps of a path, and whether a cell may name several.

use super::Origin;
use super::header_row::SampleRow;
use super::headings::{self, Meaning};
use crate::stage::shows_several;
use std::borrow::Cow;

/// How the paths of departments are written in a column, if it holds any.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PathForm {
    pub separator: char,
    /// Whether a cell may name several, the main one first.
    pub has_lists: bool,
}

/// The rank of headings that say no more than department: 部门, 所在部门.
const ANY_DEPARTMENT: u8 = 30;

impl PathForm {
    pub(super) fn of(origin: Origin, names: [&str; 2], data: &[SampleRow], column: usize) -> Self {
        let texts = || data.iter().filter_map(|(_, cells)| cells.get(column)).map(|cell| cell.text());
        let separator = separator_of(origin, texts);
        let has_lists = match origin {
            Origin::Mingce | Origin::WeComDepartments => false,
            Origin::WeComMembers | Origin::DingTalk => true,
            Origin::Unknown => {
                names.into_iter().any(names_any_department) || texts().any(|text| shows_several(&text, separator))
            }
        };
        Self { separator, has_lists }
    }
}

/// A class is one; whoever has departments may have several.
fn names_any_department(heading: &str) -> bool {
    let sense = headings::sense_of(&headings::normalised(heading));
    matches!(sense, Some((Meaning::Department(ANY_DEPARTMENT), _)))
}

fn separator_of<'d, I: Iterator<Item = Cow<'d, str>>>(origin: Origin, texts: impl Fn() -> I) -> char {
    let count = |separator: char| texts().filter(|text| text.contains(separator)).count();
    match origin {
        // A hyphen elsewhere is part of a name: 2023-1班.
        Origin::Mingce => '/',
        Origin::DingTalk if count('-') > count('/') => '-',
        _ => ['/', '>', '\\', '|'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or('/'),
    }
}
