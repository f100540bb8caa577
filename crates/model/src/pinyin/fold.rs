//! The text that a search looks through and the text it looks for, brought to one form, so that a plain substring search
//! finds a person by name, pinyin, initials, card number, phone or the middle of a number.

use super::Reading;
use crate::check::text::{is_blank, is_dot, is_format, is_han};
use unicode_normalization::char::decompose_compatible;

/// Everything a person can be found by: the name, its spellings and initials in pinyin, then the numbers, one a line.
/// Empty numbers are left out.
pub fn haystack(name: &str, numbers: &[&str]) -> String {
    let mut text = String::with_capacity(64);
    push_name(&mut text, name);
    for number in numbers {
        push_number(&mut text, number);
    }
    text
}

/// Adds a name (a second one, a guardian's) to a haystack.
pub fn push_name(haystack: &mut String, name: &str) {
    push_number(haystack, name);
    let own = haystack.len() - haystack.rsplit('\n').next().map_or(0, str::len)..haystack.len();
    let reading = Reading::of(name);
    if reading.units.is_empty() {
        return;
    }
    reading.for_each_full(|parts| {
        let start = haystack.len();
        haystack.push('\n');
        parts.for_each(|part| haystack.push_str(part));
        if haystack[start + 1..] == haystack[own.clone()] {
            haystack.truncate(start);
        }
    });
    if reading.units.len() > 1 {
        reading.for_each_initials(|letters| {
            haystack.push('\n');
            haystack.extend(letters);
        });
    }
}

/// Adds a card number, phone number or any other text to a haystack.
pub fn push_number(haystack: &mut String, number: &str) {
    let start = haystack.len();
    if start > 0 {
        haystack.push('\n');
    }
    let text = haystack.len();
    fold_into(haystack, number);
    if haystack.len() == text {
        haystack.truncate(start);
    }
}

/// Brings a query to the form of haystacks: lower-case, half-width, without spaces, dots, dashes and tone marks
/// (`Zhāng San` becomes `zhangsan`, `138-0013` becomes `1380013`), `ü` as `v`. An empty needle means no search.
pub fn needle(query: &str) -> String {
    let mut text = String::with_capacity(query.len());
    fold_into(&mut text, query);
    text
}

/// Characters that divide but do not tell: they are left out on both sides.
fn is_divider(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '.' | '/' | '\'' | '’' | '‘' | '`' | '(' | ')' | '+' | ',' | '，' | '、' | '\u{2010}'..='\u{2015}'
    ) || is_blank(c)
        || is_dot(c)
        || is_format(c)
        || c.is_control()
}

/// Adds the folded form of `text`.
pub(super) fn fold_into(folded: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase());
        } else if is_han(c) {
            folded.push(c);
        } else {
            decompose_compatible(c, |part| fold_part(folded, part));
        }
    }
}

fn fold_part(folded: &mut String, part: char) {
    for c in part.to_lowercase() {
        match c {
            '\u{308}' if folded.ends_with('u') => {
                folded.pop();
                folded.push('v');
            }
            '\u{300}'..='\u{36f}' => {}
            c if is_divider(c) => {}
            c => folded.push(c),
        }
    }
}
