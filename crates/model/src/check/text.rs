//! Turns what people type and paste into the one form that is stored: names, lines, notes and numbers.

use super::problem::{Problem, Warning};
use unicode_normalization::UnicodeNormalization;

/// 民委发〔2016〕33 号 asks for at least 50 characters.
pub(super) const NAME_CHARACTERS_MAX: usize = 50;
/// Numbers longer than this are not looked at.
const NUMBER_BYTES_MAX: usize = 1024;

/// Invisible marks that copying leaves behind: soft hyphen, zero-width space, direction marks, word joiner, BOM.
fn is_leftover(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// General category Cf, Unicode 16.
pub(crate) fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
        | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}')
}

/// White space, and letters that show as nothing and stand in for a space: Hangul fillers and the blank Braille cell.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// The many dots that people type between the parts of a name; 民委发〔2016〕33 号 allows U+00B7 only.
pub(crate) fn is_dot(c: char) -> bool {
    matches!(
        c,
        '\u{b7}'
            | '\u{387}'
            | '\u{2022}'
            | '\u{2024}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22c5}'
            | '\u{25cf}'
            | '\u{2981}'
            | '\u{2e31}'
            | '\u{2e33}'
            | '\u{30fb}'
            | '\u{318d}'
            | '\u{ff0e}'
            | '\u{ff65}'
    )
}

/// A character of the unified ideograph blocks; none of them changes under normalisation.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2f7ff}'
        | '\u{30000}'..='\u{3fffd}' | '\u{3007}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}')
}

fn is_private_use(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// A person's name: NFC, U+00B7 between the parts, no padding. Not NFKC: a name's characters are the person's own.
pub(super) fn name(text: &str) -> Result<(String, Option<Warning>), Problem> {
    if text.len() <= 4 * NAME_CHARACTERS_MAX && !text.is_empty() && text.chars().all(is_han) {
        return if text.chars().count() <= NAME_CHARACTERS_MAX {
            Ok((text.to_owned(), None))
        } else {
            Err(Problem::NameTooLong)
        };
    }
    if is_settled_latin_name(text) {
        return Ok((text.to_owned(), None));
    }
    cleaned_name(text)
}

fn cleaned_name(text: &str) -> Result<(String, Option<Warning>), Problem> {
    if text.len() > 64 * NAME_CHARACTERS_MAX {
        return Err(Problem::NameTooLong);
    }
    let spaced: String = text
        .chars()
        .filter(|c| !is_leftover(*c))
        .map(|c| {
            if is_dot(c) {
                '·'
            } else if is_blank(c) {
                ' '
            } else {
                c
            }
        })
        .nfc()
        .collect();
    let trimmed = spaced.trim_matches(|c| c == ' ' || is_format(c));
    if trimmed.is_empty() {
        return Ok((String::new(), None));
    }
    if trimmed.contains('\u{fffd}') {
        return Err(Problem::CharacterDamaged);
    }
    if trimmed.chars().any(|c| c.is_control() || is_format(c)) {
        return Err(Problem::ControlCharacter);
    }
    let dotted = dots_between_ideographs(trimmed);
    let words: Vec<&str> = dotted.split(' ').filter(|word| !word.is_empty()).collect();
    let mut name = String::with_capacity(dotted.len());
    if words.iter().all(|word| word.chars().count() == 1 && word.chars().all(is_han)) {
        // 王　明: spread out so that columns of two and three characters line up.
        name.extend(words);
    } else {
        for word in words {
            if !name.is_empty() && !name.ends_with('·') && !word.starts_with('·') {
                name.push(' ');
            }
            name.push_str(word);
        }
    }
    while name.contains("··") {
        name = name.replace("··", "·");
    }
    if name.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Problem::NameTooLong);
    }
    if !name.chars().any(|c| c.is_alphabetic() || is_han(c) || is_private_use(c)) {
        return Err(Problem::NameWithoutLetters);
    }
    let suspect = name.chars().any(|c| is_private_use(c) || matches!(c, '?' | '？' | '□' | '■' | '〓'));
    Ok((name, suspect.then_some(Warning::NameCharacterSuspect)))
}

/// Whether [`name`] has nothing to do: plain Latin words with single spaces between them.
fn is_settled_latin_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.len() <= NAME_CHARACTERS_MAX
        && bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(u8::is_ascii_alphabetic)
        && bytes.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'\''))
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

/// A full stop between two ideographs is a middle dot typed on a Latin keyboard.
fn dots_between_ideographs(text: &str) -> String {
    if !text.contains('.') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let is_han_at = |c: Option<&char>| c.is_some_and(|c| is_han(*c));
    (0..chars.len())
        .map(|i| {
            let before = chars[..i].iter().rev().find(|c| **c != ' ');
            let after = chars[i + 1..].iter().find(|c| **c != ' ');
            if chars[i] == '.' && is_han_at(before) && is_han_at(after) { '·' } else { chars[i] }
        })
        .collect()
}

/// Commas, full stops and brackets as Chinese is written with, and full-width forms; NFC leaves them alone.
fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3001}' | '\u{3002}' | '\u{300a}'..='\u{3011}' | '\u{ff01}'..='\u{ff5e}')
}

/// Whether [`line`] and [`lines`] have nothing to do: ideographs, their marks and ASCII, with single spaces inside.
/// Nearly all that is imported.
fn is_settled_line(text: &str) -> bool {
    let mut before = ' ';
    for c in text.chars() {
        let is_settled = c.is_ascii_graphic() || is_han(c) || is_wide_mark(c) || (c == ' ' && before != ' ');
        if !is_settled {
            return false;
        }
        before = c;
    }
    before != ' '
}

/// One line of text: NFC, white space of any kind and length becomes one space, none at the edges.
pub(crate) fn line(text: &str, characters_max: usize) -> Result<String, Problem> {
    bounded(text, characters_max)?;
    if is_settled_line(text) {
        return fitting(text.to_owned(), characters_max);
    }
    let clean: String =
        text.chars().filter(|c| !is_leftover(*c)).map(|c| if is_blank(c) { ' ' } else { c }).nfc().collect();
    let mut line = String::with_capacity(clean.len());
    for word in clean.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    finished(line, characters_max)
}

/// Text of several lines: NFC, `\n` between lines, no blank lines at the ends.
pub(crate) fn lines(text: &str, characters_max: usize) -> Result<String, Problem> {
    bounded(text, characters_max)?;
    if is_settled_line(text) {
        return fitting(text.to_owned(), characters_max);
    }
    let clean: String = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let clean: String = clean.chars().filter(|c| !is_leftover(*c)).nfc().collect();
    finished(clean.trim_matches(is_blank).to_owned(), characters_max)
}

fn bounded(text: &str, characters_max: usize) -> Result<(), Problem> {
    // Padding may be cut away, but not without end.
    if text.len() > 16 * characters_max + 4096 { Err(Problem::TextTooLong) } else { Ok(()) }
}

fn finished(text: String, characters_max: usize) -> Result<String, Problem> {
    if text.contains('\u{fffd}') {
        return Err(Problem::CharacterDamaged);
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Problem::ControlCharacter);
    }
    fitting(text, characters_max)
}

fn fitting(text: String, characters_max: usize) -> Result<String, Problem> {
    if text.len() > characters_max && text.chars().count() > characters_max {
        return Err(Problem::TextTooLong);
    }
    Ok(text)
}

/// A number as typed: NFKC (full-width digits become ASCII), one kind of dash, no marks of Excel's text prefix `'`, no
/// invisible characters, no space at the edges.
pub(crate) fn number(text: &str) -> Result<String, Problem> {
    if text.len() > NUMBER_BYTES_MAX {
        return Err(Problem::TextTooLong);
    }
    if is_settled_number(text.as_bytes()) {
        return Ok(text.to_owned());
    }
    let mut settled = text.to_owned();
    // Cutting characters out can bring others together that compose; twice settles all but made-up input.
    for _ in 0..4 {
        let next = number_once(&settled);
        if next == settled {
            break;
        }
        settled = next;
    }
    if settled.contains('\u{fffd}') { Err(Problem::CharacterDamaged) } else { Ok(settled) }
}

/// Whether [`number_once`] has nothing to do: ASCII without control characters, and no space or quote to cut at an edge.
fn is_settled_number(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| b.is_ascii_graphic() || *b == b' ')
        && !bytes.first().is_some_and(|b| matches!(b, b' ' | b'\'' | b'`'))
        && bytes.last() != Some(&b' ')
}

fn number_once(text: &str) -> String {
    let mapped: String = text
        .chars()
        .filter(|c| !is_format(*c))
        .nfkc()
        .map(|c| {
            if is_dash(c) {
                '-'
            } else if is_blank(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    mapped.trim_matches(' ').trim_start_matches(['\'', '‘', '’', '`', '′', ' ']).to_owned()
}

/// `number` without any space inside, upper-case: the form of document numbers.
pub(super) fn document_number(text: &str) -> Result<String, Problem> {
    let mut number = number(text)?;
    number.retain(|c| c != ' ');
    number.make_ascii_uppercase();
    Ok(number)
}

/// How a word is compared when its spelling is not: NFKC, lower-case, no white space, no invisible characters.
pub(crate) fn fold_word(text: &str) -> String {
    text.chars().filter(|c| !is_format(*c)).nfkc().filter(|c| !is_blank(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(text: &str) -> String {
        name(text).unwrap().0
    }

    #[test]
    fn every_dot_becomes_the_middle_dot() {
        for dot in ['·', '•', '・', '‧', '．', '⸱', '･', '∙', '⋅', '\u{387}'] {
            assert_eq!(clean(&format!("买买提{dot}艾力")), "买买提·艾力", "{dot:?}");
        }
        assert_eq!(clean("阿卜杜拉 · 买买提"), "阿卜杜拉·买买提");
        assert_eq!(clean("阿卜杜拉.买买提"), "阿卜杜拉·买买提");
        assert_eq!(clean("J. Smith"), "J. Smith");
    }

    #[test]
    fn padding_goes_and_the_space_inside_a_latin_name_stays() {
        assert_eq!(clean("\u{3000}王\u{3000}明\u{200b} "), "王明");
        assert_eq!(clean("张 小 明"), "张小明");
        assert_eq!(clean(" Anna \u{a0}  Maria\n"), "Anna Maria");
        assert_eq!(clean("欧阳  娜娜"), "欧阳 娜娜");
        assert_eq!(clean(" \u{3000}\u{feff}"), "");
    }

    #[test]
    fn a_name_keeps_its_own_characters() {
        for own in ["㛃", "䶮", "𠮷野", "𬱖", "𬤇", "鿍", "Ａ", "O'Neill", "Ægir"] {
            assert_eq!(clean(own), own);
        }
    }

    #[test]
    fn a_name_is_counted_in_characters_not_in_bytes() {
        assert!(name(&"𠮷".repeat(50)).is_ok());
        assert_eq!(name(&"𠮷".repeat(51)), Err(Problem::NameTooLong));
        assert_eq!(name(&"e\u{301}".repeat(50)).unwrap().0.chars().count(), 50);
        assert_eq!(name(&"王".repeat(100_000)), Err(Problem::NameTooLong));
    }

    #[test]
    fn a_name_without_letters_or_with_control_characters_is_refused() {
        assert_eq!(name("123"), Err(Problem::NameWithoutLetters));
        assert_eq!(name("··"), Err(Problem::NameWithoutLetters));
        assert_eq!(name("张\u{7}三"), Err(Problem::ControlCharacter));
        assert_eq!(name("张\u{200d}三"), Err(Problem::ControlCharacter));
        assert_eq!(name("张\u{fffd}"), Err(Problem::CharacterDamaged));
        assert_eq!(name("张?").unwrap().1, Some(Warning::NameCharacterSuspect));
        assert_eq!(name("张\u{e863}").unwrap().1, Some(Warning::NameCharacterSuspect));
    }

    #[test]
    fn a_settled_line_is_the_one_that_line_would_make() {
        for text in [
            "北京市 朝阳区3号楼-2",
            "a b",
            "a  b",
            " a",
            "a ",
            "",
            "é",
            "e\u{301}",
            "a\u{200b}b",
            "a\tb",
            "·",
            "（1）班",
            "借读，九月转入。",
            "【甲】、《乙》 Ａ",
            "ｶﾞ",
        ] {
            let clean: String =
                text.chars().filter(|c| !is_leftover(*c)).map(|c| if is_blank(c) { ' ' } else { c }).nfc().collect();
            let whole = clean.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            assert_eq!(line(text, 200).unwrap(), whole, "{text:?}");
            assert!(!is_settled_line(text) || lines(text, 200).unwrap() == text, "{text:?}");
            assert!(!is_settled_line(text) || whole == text, "{text:?}");
        }
    }

    #[test]
    fn a_number_of_plain_characters_is_settled_as_it_stands() {
        let plain = '!'..='~';
        for (first, second) in plain.clone().flat_map(|first| plain.clone().map(move |second| (first, second))) {
            let text = String::from_iter([first, second, first]);
            assert_eq!(number(&text).unwrap(), number_once(&number_once(&text)), "{text}");
        }
    }

    #[test]
    fn a_number_loses_full_width_marks_and_the_leading_apostrophe() {
        assert_eq!(number("'０１２３").unwrap(), "0123");
        assert_eq!(number("\u{202d}138–0013\u{202c}").unwrap(), "138-0013");
        assert_eq!(document_number(" 1101 0519-x ").unwrap(), "11010519-X");
    }

    proptest! {
        #[test]
        fn a_settled_name_or_number_is_the_one_that_cleaning_would_make(text in "[ -~é·’]{0,12}|[ A-Za-z'-]{1,60}") {
            prop_assert_eq!(name(&text), cleaned_name(&text));
            if is_settled_number(text.as_bytes()) {
                prop_assert_eq!(number_once(&text), text);
            }
        }
    }
}
