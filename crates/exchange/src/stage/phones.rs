//! Several phone numbers in one cell: `13800138000/13900139000`, `父13800138000 母13900139000`.

use jiff::civil::Date;
use mingce_model::check::{self, Context, Problem, parse_choice};
use mingce_model::{Field, Value};

/// The numbers of one cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SeveralPhones {
    /// The first mobile number: the one that goes into the field.
    pub first: OwnedPhone,
    /// The others, mobile or not, as they are written on a note.
    pub others: Vec<OwnedPhone>,
}

/// A number with whose it is, where the cell says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OwnedPhone {
    pub number: String,
    /// A word of `GuardianshipRelation`; none for the member's own number.
    pub relation: Option<&'static str>,
    pub is_mobile: bool,
}

/// More numbers in a cell than anybody has are no list of phones.
const PHONES_MAX: usize = 6;

/// Parts a cell that is no single number. `None` unless every part is a number of some kind and one is a mobile number.
pub(crate) fn parted(text: &str, today: Date) -> Option<SeveralPhones> {
    if text.len() > 400 {
        return None;
    }
    let mut parts = parts_of(text);
    if let [only] = parts.as_slice() {
        // A space stands inside numbers too; it parts them only where every piece could be one.
        let pieces: Vec<&str> = only.text.split_whitespace().collect();
        let is_number = |piece: &&str| piece.chars().filter(|c| c.is_numeric()).count() >= 7;
        if pieces.len() > 1 && pieces.iter().all(is_number) {
            let part =
                |(at, piece): (usize, &&str)| Part { text: (*piece).to_owned(), owner: only.owner.filter(|_| at == 0) };
            parts = pieces.iter().enumerate().map(part).collect();
        }
    }
    // One number is worth reading here only where it stands beside a word that says whose it is.
    if parts.len() > PHONES_MAX || parts.is_empty() || matches!(parts.as_slice(), [only] if only.owner.is_none()) {
        return None;
    }
    let mut first: Option<OwnedPhone> = None;
    let mut others: Vec<OwnedPhone> = Vec::new();
    for Part { text, owner } in parts {
        let part = text.trim();
        let relation = owner.and_then(|owner| owner.relation);
        match check::check_field(Field::MemberPhone, Value::text(part), &Context { today, document_kind: None }) {
            Ok(checked) => {
                let phone = OwnedPhone { number: checked.value.as_text()?.to_owned(), relation, is_mobile: true };
                let is_known = |it: &OwnedPhone| it.number == phone.number;
                match &first {
                    None => first = Some(phone),
                    Some(first) if is_known(first) || others.iter().any(is_known) => {}
                    Some(_) => others.push(phone),
                }
            }
            Err(Problem::PhoneLandline) => {
                others.push(OwnedPhone { number: part.to_owned(), relation, is_mobile: false });
            }
            Err(_) => return None,
        }
    }
    Some(SeveralPhones { first: first?, others })
}

/// Whose number it is, as a word beside it says.
#[derive(Clone, Copy)]
struct Owner {
    relation: Option<&'static str>,
}

struct Part {
    text: String,
    owner: Option<Owner>,
}

fn owner_of(word: &str) -> Option<Owner> {
    let word = word.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
    if matches!(word, "本人" | "学生" | "学生本人" | "自己" | "手机" | "电话") {
        return Some(Owner { relation: None });
    }
    parse_choice(Field::GuardianshipRelation, word).map(|relation| Owner { relation: Some(relation) })
}

fn is_mark(c: char) -> bool {
    matches!(c, '/' | '／' | '、' | ',' | '，' | ';' | '；' | '|' | '｜' | '\n' | '\r' | '或' | '和')
}

/// The text taken apart at marks, brackets and words that say whose number it is: `（母）`, `母亲：`, `母`. Words that say
/// something else stay in their part, which is no number then.
fn parts_of(text: &str) -> Vec<Part> {
    let mut parts = Parts::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '(' | '（' | '[' | '【' => {
                let inside = &rest[c.len_utf8()..];
                let end = inside.find([')', '）', ']', '】']).unwrap_or(inside.len());
                let close = inside[end..].chars().next().map_or(0, char::len_utf8);
                parts.meet_word(owner_of(&inside[..end]), Beside::Behind);
                c.len_utf8() + end + close
            }
            _ if is_mark(c) => {
                parts.end();
                c.len_utf8()
            }
            ':' | '：' if parts.text.trim().is_empty() => c.len_utf8(),
            _ if c.is_alphabetic() => {
                let end = rest.find(|c: char| !c.is_alphabetic() || is_mark(c)).unwrap_or(rest.len());
                match owner_of(&rest[..end]) {
                    // `13800138000母` has the word behind the number, `父13800138000 母13900139000` before it.
                    Some(owner) if parts.text.ends_with(char::is_numeric) && parts.owner.is_none() => {
                        parts.meet_word(Some(owner), Beside::Behind);
                    }
                    Some(owner) => parts.meet_word(Some(owner), Beside::Before),
                    None => parts.text.push_str(&rest[..end]),
                }
                end
            }
            _ => {
                parts.text.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    parts.end();
    parts.done
}

/// On which side of its number a word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Before,
    Behind,
}

#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    text: String,
    owner: Option<Owner>,
}

impl Parts {
    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.done.push(Part { text, owner: self.owner.take() });
        }
    }

    /// A word ends the number before it, and belongs to that or to the next.
    fn meet_word(&mut self, owner: Option<Owner>, beside: Beside) {
        let is_behind = beside == Beside::Behind && self.owner.is_none() && !self.text.trim().is_empty();
        if is_behind {
            self.owner = owner;
        }
        self.end();
        if !is_behind {
            self.owner = owner;
        }
    }
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
        let phones = parted(text, TODAY)?;
        Some((phones.first.number, phones.others.into_iter().map(|phone| phone.number).collect()))
    }
    fn relations(text: &str) -> Vec<Option<&'static str>> {
        let phones = parted(text, TODAY).unwrap_or_else(|| panic!("{text} is read"));
        std::iter::once(phones.first).chain(phones.others).map(|phone| phone.relation).collect()
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
            "父13800138000 母13900139000",
            "父亲：13800138000；母亲：13900139000",
            "父:138 0013 8000 母:139 0013 9000",
            "13800138000父 13900139000母",
            "（父）13800138000（母）13900139000",
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
    fn a_word_beside_a_number_says_whose_it_is() {
        for text in [
            "父13800138000 母13900139000",
            "父亲：13800138000；母亲：13900139000",
            "13800138000父 13900139000母",
            "13800138000（爸爸）、13900139000（妈妈）",
            "（父）13800138000（母）13900139000",
            "父 13800138000/妈妈 13900139000",
        ] {
            assert_eq!(relations(text), [Some("father"), Some("mother")], "{text}");
        }
        assert_eq!(relations("母13900139000"), [Some("mother")]);
        assert_eq!(relations("本人13800138000 奶奶13900139000"), [None, Some("grandparent")]);
        assert_eq!(relations("13800138000（夜间）13900139000"), [None, None]);
        assert_eq!(read("班主任13800138000 母13900139000"), None);
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
