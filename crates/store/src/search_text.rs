//! What a member is found and ordered by, from the record alone.

use mingce_model::{Field, Record};

/// Fields that the haystack is made of.
pub(crate) fn is_searched(field: Field) -> bool {
    matches!(field, Field::MemberName | Field::MemberCardNumber | Field::MemberPhone)
}

/// The member's lines to search in: folded name, spellings, initials, numbers.
pub(crate) fn haystack(member: &Record) -> String {
    let text = |field| member.text(field).unwrap_or("");
    mingce_model::haystack(text(Field::MemberName), &[text(Field::MemberCardNumber), text(Field::MemberPhone)])
}

/// The name's place in the pinyin order; nothing for a member without a name.
pub(crate) fn name_key(member: &Record) -> Option<String> {
    member.text(Field::MemberName).map(mingce_model::sort_key)
}
