//! What a member is found and ordered by, from the record alone.

use mingce_model::{Field, Record};

/// Fields that the haystack is made of.
pub(crate) fn is_searched(field: Field) -> bool {
    matches!(field, Field::MemberName | Field::MemberCardNumber | Field::MemberPhone)
}

/// The member's lines to search in: folded name, spellings, initials, numbers.
pub(crate) fn haystack(member: &Record) -> String {
    let number = |field| member.text(field).unwrap_or("");
    haystack_of(number(Field::MemberName), &[number(Field::MemberCardNumber), number(Field::MemberPhone)])
}

/// The name's place in the pinyin order; nothing for a member without a name.
pub(crate) fn name_key(member: &Record) -> Option<String> {
    member.text(Field::MemberName).map(sort_key)
}

fn haystack_of(name: &str, numbers: &[&str]) -> String {
    let mut text = needle(name);
    for number in numbers.iter().filter(|number| !number.is_empty()) {
        text.push('\n');
        text.push_str(&needle(number));
    }
    text
}

pub(crate) fn needle(query: &str) -> String {
    query.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn sort_key(name: &str) -> String {
    needle(name)
}
