//! Finding and ordering people by pinyin: every reading a name may have, within bounds, as text to search in, and one
//! preferred reading to sort by. Nothing here decides how a name is read; a query finds it by any reading.

mod fold;
mod readings;
mod surnames;
mod variants;

pub use fold::{haystack, needle, push_name, push_number};

use fold::fold_into;
use readings::{Readings, compound_readings_of, readings_of, surname_readings_of};

/// At most so many combinations of readings of a name, likeliest first.
pub const VARIANTS_MAX: usize = 16;
/// Characters of a name that are read; a name that passed `check` has no more.
const UNITS_MAX: usize = variants::POSITIONS_MAX;

/// What a name can be found by, lower-case, without tones, spaces and dots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SearchKeys {
    /// Whole spellings, `zhangsan`; between 1 and `VARIANTS_MAX`, none twice. Latin parts stand as they are.
    pub full: Vec<String>,
    /// First letters, `zs`; between 1 and `VARIANTS_MAX`, none twice. Of a Latin word its first letter.
    pub initials: Vec<String>,
}

/// A part of a name that is read as one.
enum Unit {
    Read(&'static Readings),
    /// A Latin word, digits, or a character without a reading: its range in `Reading::letters`.
    Letters(std::ops::Range<usize>),
}

impl Unit {
    fn fulls(&self) -> usize {
        if let Unit::Read(readings) = self { readings.full.len() } else { 1 }
    }
    fn initials(&self) -> usize {
        if let Unit::Read(readings) = self { readings.initials.len() } else { 1 }
    }
}

/// A name taken apart.
struct Reading {
    units: Vec<Unit>,
    letters: String,
}

impl Reading {
    fn of(name: &str) -> Reading {
        let mut reading = Reading { units: Vec::with_capacity(4), letters: String::new() };
        let mut chars = name.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if reading.units.len() >= UNITS_MAX {
                break;
            }
            if reading.units.is_empty()
                && let Some((_, next)) = chars.peek()
                && let Some([first, second]) = compound_readings_of(c, *next)
            {
                reading.units.extend([Unit::Read(first), Unit::Read(second)]);
                chars.next();
                continue;
            }
            let readings = if reading.units.is_empty() { surname_readings_of(c) } else { readings_of(c) };
            match readings {
                Some(readings) => reading.units.push(Unit::Read(readings)),
                None if c.is_alphanumeric() => {
                    let mut end = at + c.len_utf8();
                    while let Some((_, next)) = chars.next_if(|(_, next)| continues_word(*next)) {
                        end += next.len_utf8();
                    }
                    reading.push_letters(&name[at..end]);
                }
                None => {}
            }
        }
        reading
    }

    fn push_letters(&mut self, word: &str) {
        let start = self.letters.len();
        fold_into(&mut self.letters, word);
        // In a Latin word ü is a u with two dots; `push_name` keeps the spelling with v beside it.
        if self.letters[start..].contains('v') && word.contains(['ü', 'Ü', '\u{308}']) {
            let plain = word.to_lowercase().replace(['ü'], "u").replace("u\u{308}", "u");
            self.letters.truncate(start);
            fold_into(&mut self.letters, &plain);
        }
        if self.letters.len() > start {
            self.units.push(Unit::Letters(start..self.letters.len()));
        }
    }

    /// How many readings each unit has.
    fn count<'c>(&self, counts: &'c mut [u8; UNITS_MAX], readings: fn(&Unit) -> usize) -> &'c [u8] {
        for (count, unit) in counts.iter_mut().zip(&self.units) {
            *count = readings(unit) as u8;
        }
        &counts[..self.units.len().min(UNITS_MAX)]
    }

    /// Calls `take` with each whole spelling's parts.
    fn for_each_full(&self, mut take: impl FnMut(&mut dyn Iterator<Item = &str>)) {
        let mut counts = [0u8; UNITS_MAX];
        variants::walk(self.count(&mut counts, Unit::fulls), VARIANTS_MAX, |picked| {
            take(&mut self.units.iter().zip(picked).map(|(unit, index)| match unit {
                Unit::Read(readings) => &*readings.full[usize::from(*index)],
                Unit::Letters(range) => &self.letters[range.clone()],
            }));
        });
    }

    /// Calls `take` with each row of first letters.
    fn for_each_initials(&self, mut take: impl FnMut(&mut dyn Iterator<Item = char>)) {
        let mut counts = [0u8; UNITS_MAX];
        variants::walk(self.count(&mut counts, Unit::initials), VARIANTS_MAX, |picked| {
            take(&mut self.units.iter().zip(picked).filter_map(|(unit, index)| match unit {
                Unit::Read(readings) => Some(char::from(readings.initials[usize::from(*index)])),
                Unit::Letters(range) => self.letters[range.clone()].chars().next(),
            }));
        });
    }
}

/// Whether a character goes on with a word that has begun: letters, digits and marks that have no reading of their own.
fn continues_word(c: char) -> bool {
    (c.is_alphanumeric() && readings_of(c).is_none()) || matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’')
}

/// The spellings a name can be found by.
pub fn search_keys(name: &str) -> SearchKeys {
    let reading = Reading::of(name);
    let mut keys = SearchKeys::default();
    if reading.units.is_empty() {
        return keys;
    }
    reading.for_each_full(|parts| {
        let spelling: String = parts.collect();
        // Different readings can spell the same: xi'an, xian.
        if !keys.full.contains(&spelling) {
            keys.full.push(spelling);
        }
    });
    reading.for_each_initials(|letters| keys.initials.push(letters.collect()));
    keys
}

/// The likeliest spelling of a name and its first letters: `zhangsan`, `zs`. `None` where nothing can be read.
pub fn spelling(name: &str) -> Option<(String, String)> {
    let keys = search_keys(name);
    keys.full.into_iter().next().zip(keys.initials.into_iter().next())
}

/// A key whose byte order is the order of names by pinyin: syllable, tone, character, one after the other, so that people
/// of one surname stay together. Latin names stand among them by their letters, characters without a reading behind all.
pub fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() * 3);
    let reading = Reading::of(name);
    let mut characters = name.chars().filter(|c| readings_of(*c).is_some());
    for unit in &reading.units {
        match unit {
            Unit::Read(readings) => {
                key.push_str(&readings.toned);
                key.extend(characters.next());
            }
            Unit::Letters(range) => {
                let letters = &reading.letters[range.clone()];
                if !letters.starts_with(|c: char| c.is_ascii()) {
                    key.push('~');
                } else if !key.is_empty() {
                    key.push(' ');
                }
                key.push_str(letters);
            }
        }
    }
    key
}

#[cfg(test)]
mod tests;
