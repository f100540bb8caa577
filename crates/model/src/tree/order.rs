//! The order of departments' names that people expect: 1班, 2班, 10班; 一年级 … 六年级, 初一 … 高三; by pinyin otherwise.

use crate::check::text::fold_word;
use crate::pinyin::sort_key;

/// A key whose byte order is the natural order of names. Numbers count as numbers, Chinese numerals too where they count
/// something; school years come in the order in which they are attended.
pub fn natural_key(name: &str) -> String {
    let folded = fold_word(name);
    let mut key = String::with_capacity(folded.len() * 2);
    let mut rest = folded.as_str();
    if let Some((year, tail)) = school_year(rest) {
        // Before every letter and digit.
        key.push_str(&format!("!{year:02}"));
        rest = tail;
    }
    let mut words = String::new();
    while let Some(c) = rest.chars().next() {
        if let Some((number, tail)) = leading_number(rest, words.chars().last()) {
            flush(&mut key, &mut words);
            key.push_str(&number);
            rest = tail;
        } else {
            words.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    flush(&mut key, &mut words);
    key
}

fn flush(key: &mut String, words: &mut String) {
    if !words.is_empty() {
        key.push_str(&sort_key(words));
        words.clear();
    }
}

/// A number at the start of `text`, written so that bytes compare like quantities: how many digits, then the digits.
fn leading_number(text: &str, before: Option<char>) -> Option<(String, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if end > 0 {
        let digits = text[..end].trim_start_matches('0');
        // More than 26 digits are no quantity: they stay in the order of their text.
        let length = char::from(b'a' + u8::try_from(digits.len()).unwrap_or(26).min(26) - u8::from(digits.len() >= 26));
        return Some((format!("#{length}{digits}"), &text[end..]));
    }
    let end = text.find(|c| numeral(c).is_none()).unwrap_or(text.len());
    let (numerals, tail) = text.split_at(end);
    let counts = before == Some('第') || before == Some('(') || tail.starts_with(COUNTED);
    if numerals.is_empty() || !counts {
        return None;
    }
    let digits = chinese_number(numerals)?.to_string();
    let length = char::from(b'a' + digits.len() as u8);
    Some((format!("#{length}{digits}"), tail))
}

/// What Chinese numerals count in departments' names.
const COUNTED: [char; 15] = ['班', '年', '级', '组', '队', '部', '科', '室', '处', '连', '排', '号', '区', '中', '小'];

fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '百' => 100,
        _ => return None,
    })
}

/// Reads numerals up to 999: 三, 十, 十二, 二十, 一百零三, 二〇.
fn chinese_number(numerals: &str) -> Option<u32> {
    let values: Vec<u32> = numerals.chars().filter_map(numeral).collect();
    if values.len() > 6 {
        return None;
    }
    if values.iter().all(|value| *value < 10) {
        return Some(values.iter().fold(0, |number, digit| number * 10 + digit));
    }
    let (mut number, mut digit) = (0, None);
    for value in values {
        match value {
            10 | 100 => number += digit.take().unwrap_or(1) * value,
            value => digit = Some(value),
        }
    }
    Some(number + digit.unwrap_or(0))
}

/// The year of school life that a folded name begins with, and what follows: kindergarten 0 to 5, school 11 to 22,
/// university 31 to 36.
pub(super) fn school_year(name: &str) -> Option<(u32, &str)> {
    const KINDERGARTEN: [(&str, u32); 6] =
        [("托班", 0), ("托儿班", 0), ("小班", 1), ("中班", 2), ("大班", 3), ("学前班", 4)];
    for (word, year) in KINDERGARTEN {
        if let Some(tail) = name.strip_prefix(word) {
            return Some((year, tail));
        }
    }
    // 一年级, 7年级, 小学三年级
    let bare = name.strip_prefix("小学").unwrap_or(name);
    if let Some((year, tail)) = small_number(bare)
        && let Some(tail) = tail.strip_prefix("年级")
        && (1..=12).contains(&year)
    {
        return Some((10 + year, tail));
    }
    for (words, years_before, years) in [
        (&["小学", "小"][..], 10, 6),
        (&["初中", "初", "中学初"], 16, 4),
        (&["高中", "高"], 19, 3),
        (&["大学", "大"], 30, 6),
        (&["研究生", "研"], 36, 3),
    ] {
        for word in words {
            if let Some(tail) = name.strip_prefix(word)
                && let Some((year, tail)) = small_number(tail)
                && (1..=years).contains(&year)
            {
                return Some((years_before + year, tail.strip_prefix("年级").unwrap_or(tail)));
            }
        }
    }
    None
}

/// One numeral, Chinese or a digit not followed by more digits.
fn small_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| numeral(c).is_none()).unwrap_or(text.len());
    if end > 0 {
        return Some((chinese_number(&text[..end])?, &text[end..]));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if (1..=2).contains(&end) { Some((text[..end].parse().ok()?, &text[end..])) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn in_order(names: &[&str]) {
        for pair in names.windows(2) {
            assert!(
                natural_key(pair[0]) < natural_key(pair[1]),
                "{} before {}: {:?} {:?}",
                pair[0],
                pair[1],
                natural_key(pair[0]),
                natural_key(pair[1])
            );
        }
    }

    #[test]
    fn classes_count_upwards() {
        in_order(&["1班", "2班", "3班", "10班", "11班", "100班"]);
        in_order(&["一班", "二班", "三班", "十班", "十一班", "二十班", "二十一班"]);
        in_order(&["(1)班", "(2)班", "（10）班"]);
        in_order(&["高一(2)班", "高一（10）班", "高二1班"]);
        in_order(&["第一组", "第二组", "第十组"]);
        in_order(&["2022级", "2023级", "2023级2班", "2023级10班"]);
        assert_eq!(natural_key("３班"), natural_key("3班"));
    }

    #[test]
    fn school_years_come_in_the_order_of_life() {
        in_order(&[
            "小班",
            "中班",
            "大班",
            "学前班",
            "一年级",
            "二年级",
            "三年级",
            "四年级",
            "五年级",
            "六年级",
            "七年级",
            "初二",
            "初三",
            "高一",
            "高二",
            "高三",
            "大一",
        ]);
        in_order(&["初一", "初二", "初三"]);
        assert_eq!(natural_key("初一"), natural_key("七年级"));
        assert_eq!(natural_key("高中二年级"), natural_key("高二"));
        in_order(&["高三", "办公室", "财务部", "人事部"]);
    }

    #[test]
    fn numerals_that_count_nothing_are_words() {
        in_order(&["安全处", "百川阁", "三江", "万里"]);
        assert_eq!(chinese_number("一百零三"), Some(103));
        assert_eq!(chinese_number("二〇"), Some(20));
    }

    proptest! {
        #[test]
        fn any_name_has_a_key(name in "\\PC{0,40}|[0-9一二十百第班级高初()]{0,40}") {
            natural_key(&name);
        }

        #[test]
        fn numbers_order_as_quantities(a in 0u64..2000, b in 0u64..2000) {
            prop_assert_eq!(natural_key(&format!("{a}班")).cmp(&natural_key(&format!("{b}班"))), a.cmp(&b));
        }
    }
}
