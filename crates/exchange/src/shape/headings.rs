//! What columns are called in the field, in Chinese and English, and what each name means.

use super::Target;
use super::heading_words::WHOLE;
use super::target::Numbered;
use unicode_normalization::UnicodeNormalization;

/// What a heading says the column is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    Is(Target),
    /// One of several columns that together name the department; they are ordered by this rank, from the top.
    Department(u8),
}

/// A heading's meaning with the confidence that it deserves by itself, 0 to 1.
pub(crate) type Sense = (Meaning, f32);

/// As [`sense_of`] reads it: brackets with their content, marks and white space are gone, Latin letters are small.
/// `*性别（男/女）` and `性 别` are the same heading.
pub(crate) fn normalised(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut text = String::with_capacity(heading.len());
    for character in heading.chars().take(200).nfkc() {
        match character {
            '(' | '[' | '{' | '<' | '【' | '〔' | '《' | '「' => depth += 1,
            ')' | ']' | '}' | '>' | '】' | '〕' | '》' | '」' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '*' | ':' | '_' | '-' | '.' | '#' | '\'' | '"' | '/' | '\\' | '、' | ',' | ';' | '。' | '?' | '!' | '|' =>
                {}
            _ if character.is_whitespace() || character.is_control() => {}
            '\u{200B}'..='\u{200F}' | '\u{FEFF}' => {}
            _ => text.extend(character.to_lowercase()),
        }
    }
    text
}

/// Headings of a file of departments; only asked for when the first of them is there.
const DEPARTMENTS: &[(Target, &[&str])] = &[
    (Target::DepartmentName, &["部门名称", "departmentname"]),
    (Target::DepartmentNumber, &["部门id", "departmentid"]),
    (Target::DepartmentParentNumber, &["父部门id", "上级部门id", "parentdepartmentid", "parentid"]),
    (Target::DepartmentPosition, &["排序", "order", "sort"]),
];

/// Who a guardian's heading speaks of, with the relation that it implies (a word of `GuardianshipRelation`) and the
/// number that such a guardian gets when the heading has none.
const GUARDIANS: &[(&str, Option<&str>, u8)] = &[
    ("父亲", Some("father"), 0),
    ("母亲", Some("mother"), 1),
    ("父親", Some("father"), 0),
    ("母親", Some("mother"), 1),
    ("爸爸", Some("father"), 0),
    ("妈妈", Some("mother"), 1),
    ("媽媽", Some("mother"), 1),
    ("祖父母", Some("grandparent"), 2),
    ("爷爷", Some("grandparent"), 2),
    ("奶奶", Some("grandparent"), 3),
    ("外公", Some("grandparent"), 4),
    ("外婆", Some("grandparent"), 5),
    ("家长", None, 0),
    ("家長", None, 0),
    ("监护人", None, 0),
    ("監護人", None, 0),
    ("father", Some("father"), 0),
    ("mother", Some("mother"), 1),
    ("grandparent", Some("grandparent"), 2),
    ("guardian", None, 0),
    ("parent", None, 0),
];

/// What a guardian's heading asks about the guardian; empty stands for the name.
const GUARDIAN_PARTS: &[(Numbered, &[&str])] = &[
    (Target::GuardianRelation, &["关系", "關係", "称谓", "relation", "relationship"]),
    (
        Target::GuardianMayConfirm,
        &["可以确认", "可确认", "确认", "能否确认", "是否可确认", "可以確認", "可確認", "mayconfirm", "canconfirm"],
    ),
    (
        Target::GuardianPhone,
        &[
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "联系电话",
            "联系方式",
            "联系手机",
            "手機",
            "電話",
            "phone",
            "phonenumber",
            "mobile",
            "tel",
            "telephone",
            "mobilephone",
            "contact",
        ],
    ),
    (Target::GuardianName, &["", "姓名", "名字", "name", "信息姓名", "fullname"]),
];

/// Numbers of guardians in headings.
const NUMBERS: [[&str; 2]; 9] = [
    ["1", "一"],
    ["2", "二"],
    ["3", "三"],
    ["4", "四"],
    ["5", "五"],
    ["6", "六"],
    ["7", "七"],
    ["8", "八"],
    ["9", "九"],
];

/// A guardian's column, with the relation that the heading itself states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct GuardianHeading {
    pub target: Target,
    pub relation: Option<&'static str>,
}

/// Reads headings such as `家长手机号`, `母亲姓名`, `监护人2电话`, `第二监护人姓名`, `家长信息姓名`.
pub(crate) fn guardian_heading(normal: &str) -> Option<GuardianHeading> {
    let (word, relation, usual_slot) = GUARDIANS.iter().find(|(word, _, _)| normal.contains(word))?;
    let mut rest = normal.replacen(word, "", 1);
    let mut slot = *usual_slot;
    for (index, names) in (0_u8..).zip(NUMBERS) {
        if let Some(name) = names.iter().find(|name| rest.contains(**name)) {
            rest = rest.replacen(name, "", 1);
            slot = index;
            break;
        }
    }
    let rest = rest.replace(['第', '的'], "");
    let rest = rest.strip_prefix("信息").unwrap_or(&rest);
    let (make, _) = GUARDIAN_PARTS.iter().find(|(_, parts)| parts.contains(&rest))?;
    Some(GuardianHeading { target: make(slot), relation: *relation })
}

/// What a heading means; `None` for one that nobody knows.
pub(crate) fn sense_of(normal: &str) -> Option<Sense> {
    if normal.is_empty() {
        return None;
    }
    if let Some((meaning, confidence, _)) = WHOLE.iter().find(|(_, _, names)| names.contains(&normal)) {
        return Some((*meaning, *confidence));
    }
    if let Some(guardian) = guardian_heading(normal) {
        return Some((Meaning::Is(guardian.target), 0.9));
    }
    None
}

/// The target of a heading in a file of departments.
pub(crate) fn department_sense(normal: &str) -> Option<Target> {
    DEPARTMENTS.iter().find(|(_, names)| names.contains(&normal)).map(|(target, _)| *target)
}

/// Whether the cell's text is a heading that is known.
pub(crate) fn is_known(cell: &str) -> bool {
    // No heading is long; prose that happens to stand in brackets is no heading either.
    cell.len() <= 120 && {
        let normal = normalised(cell);
        sense_of(&normal).is_some() || department_sense(&normal).is_some()
    }
}

/// How many known headings stand in the first lines of a text, whatever its delimiter.
pub(crate) fn count_known(text: &str) -> usize {
    text.lines().take(20).flat_map(|line| line.split([',', ';', '\t', '|'])).filter(|cell| is_known(cell)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::Field;
    use std::collections::HashMap;

    fn target(heading: &str) -> Option<Target> {
        match sense_of(&normalised(heading)) {
            Some((Meaning::Is(target), _)) => Some(target),
            _ => None,
        }
    }

    #[test]
    fn no_heading_has_two_meanings() {
        let mut seen = HashMap::new();
        for (meaning, _, names) in WHOLE {
            for name in *names {
                assert_eq!(&normalised(name), name, "the table holds normalised headings");
                assert_eq!(seen.insert(*name, *meaning), None, "{name}");
            }
        }
    }

    #[test]
    fn dressed_up_headings_are_read_as_plain_ones() {
        assert_eq!(target("* 姓 名（必填）"), Some(Target::Field(Field::MemberName)));
        assert_eq!(target("性别(男/女)"), Some(Target::Field(Field::MemberSex)));
        assert_eq!(target("Date of Birth"), Some(Target::Field(Field::MemberBirthDate)));
        assert_eq!(target("出生日期【格式：2008-01-01】"), Some(Target::Field(Field::MemberBirthDate)));
        assert_eq!(target("ＩＤ Card No."), Some(Target::Field(Field::MemberDocumentNumber)));
        assert_eq!(target("口味"), None);
    }

    #[test]
    fn guardians_are_told_apart() {
        assert_eq!(target("家长手机号"), Some(Target::GuardianPhone(0)));
        assert_eq!(target("家长姓名"), Some(Target::GuardianName(0)));
        assert_eq!(target("监护人"), Some(Target::GuardianName(0)));
        assert_eq!(target("母亲姓名"), Some(Target::GuardianName(1)));
        assert_eq!(target("监护人2电话"), Some(Target::GuardianPhone(1)));
        assert_eq!(target("第二监护人姓名"), Some(Target::GuardianName(1)));
        assert_eq!(target("家长信息姓名"), Some(Target::GuardianName(0)));
        assert_eq!(target("Guardian 2 phone"), Some(Target::GuardianPhone(1)));
        assert_eq!(guardian_heading("父亲电话").unwrap().relation, Some("father"));
        assert_eq!(target("家长职业"), None);
    }
}
