//! Rows of a sheet that are no data: blank ones, sums, footnotes, headings repeated on every printed page.

use crate::read::Cell;
use crate::shape::{Mapping, Target};
use mingce_model::Field;
use serde::Serialize;

/// How many rows were left out, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Skipped {
    pub blank: u32,
    /// Sums and the feet of printed pages.
    pub totals: u32,
    pub notes: u32,
    pub repeated_headings: u32,
}

impl Skipped {
    pub fn total(&self) -> u32 {
        self.blank + self.totals + self.notes + self.repeated_headings
    }

    /// Counts these too.
    pub(crate) fn add(&mut self, others: Skipped) {
        self.blank += others.blank;
        self.totals += others.totals;
        self.notes += others.notes;
        self.repeated_headings += others.repeated_headings;
    }

    /// Counts these no more.
    pub(crate) fn take(&mut self, others: Skipped) {
        self.blank -= others.blank;
        self.totals -= others.totals;
        self.notes -= others.notes;
        self.repeated_headings -= others.repeated_headings;
    }

    /// Whether the row is no data; counts it then.
    pub(crate) fn is_no_data(&mut self, cells: &[Cell<'_>], mapping: &Mapping, headings: &[String]) -> bool {
        let record_id = mapping.column_of(Target::RecordId).and_then(|column| cells.get(column));
        let count = if cells.iter().all(Cell::is_blank) {
            &mut self.blank
        } else if is_heading_row(cells, headings) {
            &mut self.repeated_headings
        } else if record_id.is_some_and(|cell| !cell.is_blank()) {
            // A row of an export is a member, whatever it is called.
            return false;
        } else if is_total(cells) || is_page_foot(cells) {
            &mut self.totals
        } else if is_note(cells, || has_key(cells, mapping)) {
            &mut self.notes
        } else {
            return false;
        };
        *count += 1;
        true
    }
}

/// What a row has by which a person can be known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Present,
    Missing,
}

fn has_key(cells: &[Cell<'_>], mapping: &Mapping) -> Key {
    let filled = |field: Field| {
        mapping
            .column_of(Target::Field(field))
            .and_then(|column| cells.get(column))
            .is_some_and(|cell| !cell.is_blank() && !is_example_word(&cell.text()))
    };
    let keys = [Field::MemberName, Field::MemberCardNumber, Field::MemberDocumentNumber, Field::MemberPhone];
    if keys.into_iter().any(filled) { Key::Present } else { Key::Missing }
}

fn is_total_word(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let text = text.trim_end_matches([':', '：']);
    matches!(
        text,
        "合计"
            | "总计"
            | "小计"
            | "共计"
            | "总人数"
            | "人数"
            | "合計"
            | "總計"
            | "total"
            | "subtotal"
            | "sum"
            | "grandtotal"
    ) || ((text.starts_with("合计")
        || text.starts_with("共计")
        || text.starts_with("总计")
        || text.starts_with("小计"))
        && text.chars().any(|c| c.is_ascii_digit()))
}

fn is_example_word(text: &str) -> bool {
    matches!(text.trim(), "示例" | "例" | "例如" | "样例" | "举例" | "example" | "Example")
}

/// `合计  2  男 1 女 1`: a word for a sum, and counts behind it.
fn is_total(cells: &[Cell<'_>]) -> bool {
    let mut filled = cells.iter().filter(|cell| !cell.is_blank());
    let is_count = |cell: &Cell<'_>| {
        let text = cell.text();
        text.chars().count() <= 12
            && text.chars().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation() || "人男女名个 ：".contains(c))
    };
    // Of a person the second cell is no count, which is soon seen.
    filled.next().is_some_and(|first| filled.all(is_count) && is_total_word(&first.text()))
}

/// `第2页`, `第 2 页 共 5 页`: what a printed page ends with, in one cell or several.
fn is_page_foot(cells: &[Cell<'_>]) -> bool {
    let mut pattern = String::new();
    for cell in cells.iter().filter(|cell| !cell.is_blank()) {
        let text = cell.text();
        // Of a person the cells are longer together.
        if pattern.len() + text.len() > 60 {
            return false;
        }
        for c in text.chars() {
            match c {
                _ if c.is_numeric() || "一二三四五六七八九十百".contains(c) => {
                    if !pattern.ends_with('0') {
                        pattern.push('0');
                    }
                }
                '/' | ',' | '，' | '、' | '-' | '—' | '·' | ';' | '；' => {}
                _ if c.is_whitespace() => {}
                _ => pattern.extend(c.to_lowercase()),
            }
            // Nearly every row is told by its first character.
            if !pattern.is_empty() && !pattern.starts_with(['第', '共', 'p']) {
                return false;
            }
        }
    }
    let pattern = pattern.replace('頁', "页");
    matches!(pattern.as_str(), "第0页" | "第0页共0页" | "第0页总0页" | "共0页" | "共0页第0页" | "page0" | "page0of0")
}

/// `填表人：…`, `注：…`, `示例`: prose under or above the table.
fn is_note(cells: &[Cell<'_>], key: impl Fn() -> Key) -> bool {
    let mut filled = cells.iter().filter(|cell| !cell.is_blank());
    let Some(first) = filled.next() else { return false };
    let first = first.text();
    if is_example_word(&first) {
        return true;
    }
    // A person has more cells than a footnote.
    let count = 1 + filled.take(4).count();
    let has_colon = count <= 4 && first.contains([':', '：']);
    (count <= 2 && has_colon) || (count == 1 || has_colon) && key() == Key::Missing
}

fn is_heading_row(cells: &[Cell<'_>], headings: &[String]) -> bool {
    let (mut filled, mut equal) = (0, 0);
    for (cell, heading) in cells.iter().zip(headings) {
        if let Cell::Text(text) = cell
            && !text.is_empty()
        {
            filled += 1;
            equal += usize::from(!heading.is_empty() && text.trim() == heading);
        } else if !cell.is_blank() {
            filled += 1;
        }
        // Headings begin to agree at once.
        if filled >= 4 && equal == 0 {
            return false;
        }
    }
    equal >= 2 && equal * 10 >= filled * 6
}
