//! Several phone numbers in one cell: `13800138000/13900139000`, `13800138000（母） 13900139000（父）`.

use jiff::civil::Date;
use mingce_model::check::{self, Context, Problem};
use mingce_model::{Field, Value};

/// The numbers of one cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SeveralPhones {
    /// The first mobile number: the one that goes into the field.
    pub first: String,
    /// The others, mobile or not, as they are written on a note.
    pub others: Vec<String>,
}

/// More numbers in a cell than anybody has are no list of phones.
const PHONES_MAX: usize = 6;

/// Parts a cell that is no single number. `None` unless every part is a number of some kind and one is a mobile number.
pub(crate) fn parted(text: &str, today: Date) -> Option<SeveralPhones> {
    if text.len() > 400 {
        return None;
    }
    let plain = without_brackets(text);
    let is_mark =
        |c: char| matches!(c, '/' | '／' | '、' | ',' | '，' | ';' | '；' | '|' | '｜' | '\n' | '\r' | '或' | '和');
    let mut parts: Vec<&str> = plain.split(is_mark).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() == 1 {
        // A space stands inside numbers too; it parts them only where every piece could be one.
        parts = plain.split_whitespace().collect();
        if parts.iter().any(|part| part.chars().filter(|c| c.is_numeric()).count() < 7) {
            return None;
        }
    }
    if !(2..=PHONES_MAX).contains(&parts.len()) {
        return None;
    }
    let mut first = None;
    let mut others = Vec::new();
    for part in parts {
        match check::check_field(Field::MemberPhone, Value::text(part), &Context { today, document_kind: None }) {
            Ok(checked) => {
                let number = checked.value.as_text()?.to_owned();
                if first.is_none() {
                    first = Some(number);
                } else if first.as_ref() != Some(&number) && !others.contains(&number) {
                    others.push(number);
                }
            }
            Err(Problem::PhoneLandline) => others.push(part.to_owned()),
            Err(_) => return None,
        }
    }
    Some(SeveralPhones { first: first?, others })
}

/// The text with every bracket and what stands in it as a break: `（母）` says whose number it is.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => {
                depth += 1;
                plain.push('、');
            }
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// The note with the numbers that are not in it yet; `None` when it has them all, or has no room.
pub(crate) fn noted(note: &str, others: &[String]) -> Option<String> {
    /// The note's own bound.
    const NOTE_CHARACTERS: usize = 1000;
    let missing: Vec<&str> = others.iter().map(String::as_str).filter(|number| !note.contains(number)).collect();
    if missing.is_empty() {
        return None;
    }
    let gap = if note.is_empty() { "" } else { "；" };
    let text = format!("{note}{gap}其他电话：{}", missing.join("、"));
    (text.chars().count() <= NOTE_CHARACTERS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 9, 1);

    fn read(text: &str) -> Option<(String, Vec<String>)> {
        parted(text, TODAY).map(|phones| (phones.first, phones.others))
    }

    #[test]
    fn every_usual_mark_parts_two_numbers() {
        for text in [
            "13800138000/13900139000",
            "13800138000、13900139000",
            "13800138000，13900139000",
            "13800138000;13900139000",
            "13800138000 13900139000",
            "13800138000\n13900139000",
            "１３８００１３８０００　１３９００１３９０００",
            "13800138000（母）13900139000（父）",
            "138-0013-8000 或 139-0013-9000",
        ] {
            assert_eq!(read(text), Some(("13800138000".into(), vec!["13900139000".into()])), "{text}");
        }
        assert_eq!(read("010-62770334/13800138000"), Some(("13800138000".into(), vec!["010-62770334".into()])));
        assert_eq!(read("13800138000、13800138000"), Some(("13800138000".into(), vec![])));
    }

    #[test]
    fn what_is_no_list_of_phones_stays_whole() {
        for text in
            ["13800138000", "138 0013 8000", "13800138000、无", "1380013800013900139000", "010-62770334", "、", ""]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_note_takes_each_number_once() {
        let numbers = vec!["13900139000".to_owned()];
        let once = noted("住校", &numbers).unwrap();
        assert_eq!(once, "住校；其他电话：13900139000");
        assert_eq!(noted(&once, &numbers), None);
        assert_eq!(noted(&"长".repeat(1000), &numbers), None);
    }
}
