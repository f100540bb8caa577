//! Where in school life a grade or a class stands, read from its name: 高一, 九年级, 中班, Grade 7; or from when it began
//! or ends: 2024级, 2027届.
//!
//! Reads only what a name plainly says. A bare number counts as a year only where the grade around it says so.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Where a grade or a class stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Year of school life, as departments are ordered: kindergarten 0 to 4, school 11 to 22, university 31 to 36.
    Level(u8),
    /// Named by the year in which it began, 2024级. The name stays for good.
    Entered(i32),
    /// Named by the year in which it ends, 2027届. The name stays for good.
    Leaving(i32),
}

/// The last year of the stage that a level belongs to: kindergarten, primary, junior, senior, university.
pub(super) fn last_of_stage(level: u8) -> u8 {
    match level {
        0..=3 => 3,
        4..=10 => level,
        11..=16 => 16,
        17..=19 => 19,
        20..=22 => 22,
        _ => 34,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Numerals {
    Chinese,
    Arabic,
}

/// How a name says its year.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Style {
    /// 小班, or 小 in 小一班.
    Kindergarten { has_class_word: bool },
    /// 初三, 高中一年级: word, numeral, what follows the numeral.
    Stage { word: &'static str, numerals: Numerals, has_year_word: bool },
    /// 七年级.
    Year(Numerals),
    /// `Grade 7`, `G7`: the word as written, and the level before its first year.
    English { word: String, before: u8 },
    /// 七(1)班, 7A, 701班: the number alone, counted from the level `before`.
    Bare { numerals: Numerals, before: u8 },
    /// 2024级.
    Cohort,
}

/// The part of a name that says where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// Bytes of the name.
    pub range: Range<usize>,
    pub standing: Standing,
    style: Style,
}

/// A name's characters, width and case aside, with their places.
struct Letters {
    folded: Vec<char>,
    /// Byte offsets, with the end behind them.
    offsets: Vec<usize>,
}

impl Letters {
    fn of(name: &str) -> Self {
        let mut offsets: Vec<usize> = name.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(name.len());
        Self { folded: name.chars().map(fold).collect(), offsets }
    }
    fn at(&self, place: usize) -> Option<char> {
        self.folded.get(place).copied()
    }
    /// The place behind `word` when it stands here.
    fn skip(&self, place: usize, word: &str) -> Option<usize> {
        let mut at = place;
        for c in word.chars() {
            if self.at(at)? != c {
                return None;
            }
            at += 1;
        }
        Some(at)
    }
    /// A number from 1 to 99, and the place behind it.
    fn number(&self, place: usize) -> Option<(u8, Numerals, usize)> {
        let digits = self.folded[place.min(self.folded.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits > 0 {
            if digits > 2 {
                return None;
            }
            let text: String = self.folded[place..place + digits].iter().collect();
            let number = text.parse().ok().filter(|number| *number > 0)?;
            return Some((number, Numerals::Arabic, place + digits));
        }
        let mut at = place;
        let (mut number, mut digit) = (0u8, None);
        while let Some(value) = self.at(at).and_then(chinese_digit) {
            match (value, digit) {
                (10, _) if number == 0 => number = digit.take().unwrap_or(1) * 10,
                (1..=9, None) => digit = Some(value),
                _ => return None,
            }
            at += 1;
        }
        let number = number + digit.unwrap_or(0);
        (number > 0).then_some((number, Numerals::Chinese, at))
    }
}

/// One character, width and case aside.
pub(super) fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c).to_ascii_lowercase(),
        '\u{3000}' => ' ',
        _ => c.to_ascii_lowercase(),
    }
}

fn chinese_digit(c: char) -> Option<u8> {
    "一二三四五六七八九十".chars().zip(1..).find(|(numeral, _)| *numeral == c).map(|(_, value)| value)
}

/// A number from 1 to 99 in Chinese numerals; in digits beyond.
pub(super) fn chinese(number: u32) -> String {
    if !(1..=99).contains(&number) {
        return number.to_string();
    }
    let numeral = |value: u32| "一二三四五六七八九".chars().nth(value as usize - 1);
    let (tens, ones) = (number / 10, number % 10);
    let mut text = String::new();
    if tens > 1 {
        text.extend(numeral(tens));
    }
    if tens > 0 {
        text.push('十');
    }
    if ones > 0 {
        text.extend(numeral(ones));
    }
    text
}

fn written(number: u8, numerals: Numerals) -> String {
    match numerals {
        Numerals::Chinese => chinese(u32::from(number)),
        Numerals::Arabic => number.to_string(),
    }
}

/// Words of stages: the level before their first year, and their years.
const STAGES: [(&str, u8, u8); 8] = [
    ("小学", 10, 6),
    ("初中", 16, 4),
    ("高中", 19, 3),
    ("大学", 30, 6),
    ("小", 10, 6),
    ("初", 16, 4),
    ("高", 19, 3),
    ("大", 30, 6),
];
const KINDERGARTEN: [(&str, u8); 5] = [("托", 0), ("小", 1), ("中", 2), ("大", 3), ("学前", 4)];
const ENGLISH: [(&str, u8, u8); 8] = [
    ("grade", 10, 12),
    ("year", 10, 12),
    ("primary", 10, 6),
    ("junior", 16, 3),
    ("senior", 19, 3),
    ("form", 16, 6),
    ("g", 10, 12),
    ("y", 10, 12),
];

/// Reads where a name stands. `around` is where the grade stands that it belongs to, as far as that is known.
pub(super) fn find_standing(name: &str, around: Option<Standing>) -> Option<Token> {
    let letters = Letters::of(name);
    let places = 0..letters.folded.len();
    let make = |start: usize, (end, standing, style): Found| Token {
        range: letters.offsets[start]..letters.offsets[end],
        standing,
        style,
    };
    // What names the year of entry stays, whatever else is in the name: 高2024级3班.
    if let Some(token) = places.clone().find_map(|at| cohort(&letters, at).map(|found| make(at, found))) {
        return Some(token);
    }
    if let Some(token) = kindergarten(&letters, around).map(|found| make(0, found)) {
        return Some(token);
    }
    let plain =
        |at: usize| year_of_stage(&letters, at).or_else(|| year(&letters, at)).or_else(|| english(&letters, at));
    places
        .clone()
        .find_map(|at| plain(at).map(|found| make(at, found)))
        .or_else(|| bare(&letters, around).map(|found| make(0, found)))
}

/// Where it ends, what it says, how.
type Found = (usize, Standing, Style);

fn cohort(letters: &Letters, at: usize) -> Option<Found> {
    if at > 0 && letters.at(at - 1).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    if let Some(end) = letters.skip(at, "class of ") {
        let year: i32 = digits(letters, end, 4)?;
        return Some((end + 4, Standing::Leaving(year), Style::Cohort));
    }
    for (count, before) in [(4, 0), (2, 2000)] {
        if let Some(number) = digits(letters, at, count) {
            let standing = match letters.at(at + count)? {
                '级' => Standing::Entered(before + number),
                '届' => Standing::Leaving(before + number),
                _ => return None,
            };
            let is_year = matches!(standing, Standing::Entered(1900..=2199) | Standing::Leaving(1900..=2199));
            return is_year.then_some((at + count + 1, standing, Style::Cohort));
        }
    }
    None
}

/// Exactly so many digits.
fn digits(letters: &Letters, at: usize, count: usize) -> Option<i32> {
    let text: String = letters.folded.get(at..at + count)?.iter().collect();
    let is_longer = letters.at(at + count).is_some_and(|c| c.is_ascii_digit());
    if is_longer || !text.chars().all(|c| c.is_ascii_digit()) { None } else { text.parse().ok() }
}

fn kindergarten(letters: &Letters, around: Option<Standing>) -> Option<Found> {
    let is_inside = matches!(around, Some(Standing::Level(0..=4)));
    let is_outside = matches!(around, Some(Standing::Level(5..)));
    for (word, level) in KINDERGARTEN {
        let Some(end) = letters.skip(0, word) else { continue };
        let standing = Standing::Level(level);
        if letters.at(end) == Some('班') {
            return Some((end + 1, standing, Style::Kindergarten { has_class_word: true }));
        }
        // 小一班 is of the kindergarten, 小一(2)班 of the first year of primary school.
        let is_bracketed = letters.at(end) == Some('(');
        let number = letters.number(end + usize::from(is_bracketed));
        if let Some((_, _, behind)) = number
            && !is_outside
            && (is_inside || letters.skip(behind, "班") == Some(letters.folded.len()))
        {
            return Some((end, standing, Style::Kindergarten { has_class_word: false }));
        }
    }
    None
}

fn year_of_stage(letters: &Letters, at: usize) -> Option<Found> {
    for (word, before, years) in STAGES {
        if let Some(end) = letters.skip(at, word)
            && let Some((number, numerals, end)) = letters.number(end)
            && number <= years
        {
            let with_year_word = letters.skip(end, "年级");
            let style = Style::Stage { word, numerals, has_year_word: with_year_word.is_some() };
            return Some((with_year_word.unwrap_or(end), Standing::Level(before + number), style));
        }
    }
    None
}

fn year(letters: &Letters, at: usize) -> Option<Found> {
    let (number, numerals, end) = letters.number(at)?;
    let end = letters.skip(end, "年级")?;
    (number <= 12).then_some((end, Standing::Level(10 + number), Style::Year(numerals)))
}

fn english(letters: &Letters, at: usize) -> Option<Found> {
    if at > 0 && letters.at(at - 1).is_some_and(char::is_alphanumeric) {
        return None;
    }
    for (word, before, years) in ENGLISH {
        let Some(mut end) = letters.skip(at, word) else { continue };
        while word.len() > 1 && letters.at(end) == Some(' ') {
            end += 1;
        }
        if let Some((number, Numerals::Arabic, behind)) = letters.number(end)
            && number <= years
        {
            // As written, up to the number; filled in by whoever has the name.
            let style = Style::English { word: letters.folded[at..end].iter().collect(), before };
            return Some((behind, Standing::Level(before + number), style));
        }
    }
    None
}

/// 七(1)班, 七1班, 7A and 701班 in the seventh year; 一(1)班 in the first year of a stage.
fn bare(letters: &Letters, around: Option<Standing>) -> Option<Found> {
    let Some(Standing::Level(level @ 11..=22)) = around else { return None };
    let befores = [
        10,
        if level > 19 {
            19
        } else if level > 16 {
            16
        } else {
            10
        },
    ];
    let number = letters.number(0);
    for before in befores {
        let wanted = level - before;
        let standing = Standing::Level(level);
        if let Some((number, numerals, end)) = number
            && number == wanted
        {
            let next = letters.at(end);
            let divides = matches!(next, Some('(' | '.' | '-' | '·'))
                || (numerals == Numerals::Chinese && next.is_some_and(|c| c.is_ascii_digit()))
                || (numerals == Numerals::Arabic && next.is_some_and(|c| c.is_ascii_alphabetic()));
            if divides {
                return Some((end, standing, Style::Bare { numerals, before }));
            }
        }
        // 701班: two digits for the class behind those for the year.
        let text = wanted.to_string();
        if let Some(end) = letters.skip(0, &text)
            && digits(letters, end, 2).is_some()
            && matches!(letters.at(end + 2), None | Some('班'))
        {
            return Some((end, standing, Style::Bare { numerals: Numerals::Arabic, before }));
        }
    }
    None
}

impl Token {
    /// The token as it is written at another level; `None` when there is no such way of writing.
    pub(super) fn at_level(&self, name: &str, level: u8) -> Option<String> {
        let within = |before: u8, years: u8| (before + 1..=before + years).contains(&level).then(|| level - before);
        match &self.style {
            Style::Cohort => None,
            Style::Kindergarten { has_class_word } => {
                let (word, _) = KINDERGARTEN.into_iter().find(|(_, known)| *known == level)?;
                Some(format!("{word}{}", if *has_class_word { "班" } else { "" }))
            }
            Style::Year(numerals) => Some(format!("{}年级", written(within(10, 12)?, *numerals))),
            Style::Stage { word, numerals, has_year_word } => {
                let end = if *has_year_word { "年级" } else { "" };
                // Fourth years of junior schools are rare: 初三 is followed by 高一.
                let is_fitting = |(other, before, years): &&(&str, u8, u8)| {
                    other.len() == word.len() && within(*before, if *before == 16 { 3 } else { *years }).is_some()
                };
                let (word, before, _) = STAGES.iter().find(is_fitting)?;
                Some(format!("{word}{}{end}", written(level - before, *numerals)))
            }
            Style::English { word, before } => {
                let years = ENGLISH.iter().find(|(known, ..)| word.trim_end() == *known)?.2;
                let as_written: String = name.get(self.range.start..)?.chars().take(word.chars().count()).collect();
                Some(format!("{as_written}{}", within(*before, years)?))
            }
            Style::Bare { numerals, before } => {
                let years = if *before == 10 { 12 } else { 3 };
                Some(written(within(*before, years)?, *numerals))
            }
        }
    }
}

/// The number of a class behind what its name says of the year: its value, where it stands, how it is written.
pub(super) fn class_number(name: &str, around: Option<Standing>) -> Option<(u32, Range<usize>, &'static str)> {
    let from = find_standing(name, around).map_or(0, |token| token.range.end);
    let letters = Letters::of(name);
    let start = letters.offsets.iter().position(|offset| *offset >= from)?;
    for at in start..letters.folded.len() {
        let run = letters.folded[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if run > 0 {
            let text: String = letters.folded[at..at + run].iter().collect();
            let place = if run == 2 && text.starts_with('0') { "{nn}" } else { "{n}" };
            return Some((text.parse().ok()?, letters.offsets[at]..letters.offsets[at + run], place));
        }
        if let Some((number, Numerals::Chinese, end)) = letters.number(at)
            && matches!(letters.at(end), Some('班' | ')'))
        {
            return Some((u32::from(number), letters.offsets[at]..letters.offsets[end], "{一}"));
        }
    }
    // 7A, Class B
    let last = letters.folded.len().checked_sub(1)?;
    let c = letters.at(last).filter(char::is_ascii_lowercase)?;
    let stands_alone = last == 0 || !letters.at(last - 1).is_some_and(|c| c.is_ascii_alphabetic());
    stands_alone.then(|| (c as u32 - 'a' as u32 + 1, letters.offsets[last]..letters.offsets[last + 1], "{A}"))
}
