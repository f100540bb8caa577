//! All readings of every character, gathered from the dictionary and the lists of surnames as they are met, so that keying
//! a name is a few table look-ups.

use super::surnames::{COMPOUND, IN_NAMES, MISSING, SINGLE};
use ::pinyin::ToPinyinMulti;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

/// Readings looked at for one character; the dictionary's tail is archaic.
const READINGS_MAX: usize = 8;

/// The readings of a character, the likeliest first, without tones.
#[derive(PartialEq, Eq, Hash, Clone, Debug)]
pub(super) struct Readings {
    /// The likeliest reading with its tone, `ü` written `v`: `zhang1`, `lv3`.
    pub toned: Box<str>,
    /// As typed on a keyboard. `ü` stands as `v`, as `u` and, as in passports, as `yu` (GB/T 28039-2011, 6.2).
    pub full: Box<[Box<str>]>,
    /// First letters, each once.
    pub initials: Box<[u8]>,
}

/// No character before this one has a reading: rosters in Latin letters need no table.
const FIRST_READ: char = '\u{3007}';
/// The characters that the dictionary knows lie between these.
const CODES: std::ops::Range<u32> = 0x3000..0x33500;
/// Characters of one block.
const BLOCK: u32 = 256;
/// No reading.
const NONE: u16 = u16::MAX;

/// The readings of some neighbouring characters. A block is gathered when the first of its characters is met: people's
/// names keep to a small part of a dictionary of a hundred thousand characters.
struct Block {
    /// Index into `lists` for each character.
    indices: Vec<u16>,
    lists: Vec<Readings>,
}

static BLOCKS: [OnceLock<Block>; ((CODES.end - CODES.start) / BLOCK) as usize] =
    [const { OnceLock::new() }; ((CODES.end - CODES.start) / BLOCK) as usize];

/// What is read in its own way at the beginning of a name.
struct Surnames {
    /// For the first character of a name, sorted by character.
    single: Vec<(char, u16)>,
    /// Both characters of a compound surname, sorted.
    compound: Vec<([char; 2], [u16; 2])>,
    lists: Vec<Readings>,
}

static SURNAMES: LazyLock<Surnames> = LazyLock::new(Surnames::gather);

/// The readings of a character anywhere in a name. `None` for what has none: letters, digits, rare characters that the
/// dictionary lacks.
pub(super) fn readings_of(c: char) -> Option<&'static Readings> {
    if c < FIRST_READ {
        return None;
    }
    let place = u32::from(c).checked_sub(CODES.start)?;
    let block = BLOCKS.get((place / BLOCK) as usize)?.get_or_init(|| Block::gather(u32::from(c) / BLOCK * BLOCK));
    block.lists.get(usize::from(block.indices[(place % BLOCK) as usize]))
}

/// The readings of a name's first character, the surname's first.
pub(super) fn surname_readings_of(c: char) -> Option<&'static Readings> {
    if c < FIRST_READ {
        return None;
    }
    let surnames = &*SURNAMES;
    match surnames.single.binary_search_by_key(&c, |(c, _)| *c) {
        Ok(at) => surnames.list(surnames.single[at].1),
        Err(_) => readings_of(c),
    }
}

/// The readings of the two characters of a compound surname that is read in its own way.
pub(super) fn compound_readings_of(first: char, second: char) -> Option<[&'static Readings; 2]> {
    if first < FIRST_READ {
        return None;
    }
    let surnames = &*SURNAMES;
    let at = surnames.compound.binary_search_by_key(&[first, second], |(pair, _)| *pair).ok()?;
    let [first, second] = surnames.compound[at].1;
    Some([surnames.list(first)?, surnames.list(second)?])
}

impl Block {
    fn gather(first: u32) -> Block {
        let mut lists = Lists::default();
        let prefer = |c: char| IN_NAMES.iter().chain(MISSING).find(|(key, _)| *key == c).map(|(_, reading)| *reading);
        let index_of = |code| char::from_u32(code).map_or(NONE, |c| lists.index_of(c, prefer(c)));
        let indices = (first..first + BLOCK).map(index_of).collect();
        Block { indices, lists: lists.lists }
    }
}

impl Surnames {
    fn list(&self, index: u16) -> Option<&Readings> {
        self.lists.get(usize::from(index))
    }

    fn gather() -> Surnames {
        let mut lists = Lists::default();
        let mut single: Vec<(char, u16)> =
            SINGLE.iter().map(|(c, reading)| (*c, lists.index_of(*c, Some(reading)))).collect();
        single.sort_unstable_by_key(|(c, _)| *c);
        let mut compound: Vec<([char; 2], [u16; 2])> = COMPOUND
            .iter()
            .filter_map(|(pair, readings)| {
                let mut chars = pair.chars();
                let (first, second) = (chars.next()?, chars.next()?);
                // 单于 may also be 单 with the given name 于…: the surname's own reading comes next.
                let alone = SINGLE.iter().find(|(c, _)| *c == first).map(|(_, reading)| *reading);
                let mut list = toned_readings(first, alone);
                put_first(&mut list, readings[0]);
                Some(([first, second], [lists.index(&list), lists.index(&toned_readings(second, Some(readings[1])))]))
            })
            .collect();
        compound.sort_unstable_by_key(|(pair, _)| *pair);
        Surnames { single, compound, lists: lists.lists }
    }
}

/// Equal lists are kept once.
#[derive(Default)]
struct Lists {
    lists: Vec<Readings>,
    known: HashMap<Vec<String>, u16>,
    /// The same by what the dictionary says, the preferred reading first: thousands of characters share few lists, so
    /// that nearly none needs to be spelt out.
    by_source: HashMap<Vec<&'static str>, u16>,
    source: Vec<&'static str>,
}

impl Lists {
    fn index_of(&mut self, c: char, preferred: Option<&'static str>) -> u16 {
        self.source.clear();
        self.source.push(preferred.unwrap_or(""));
        self.source.extend(c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.with_tone_num_end()));
        if self.source == [""] {
            return NONE;
        }
        if let Some(index) = self.by_source.get(self.source.as_slice()) {
            return *index;
        }
        let index = self.index(&toned_readings(c, preferred));
        self.by_source.insert(self.source.clone(), index);
        index
    }

    fn index(&mut self, toned: &[String]) -> u16 {
        if toned.is_empty() {
            return NONE;
        }
        if let Some(index) = self.known.get(toned) {
            return *index;
        }
        // A block has fewer lists than characters, and there are some hundred surnames.
        let Ok(index) = u16::try_from(self.lists.len()) else { return NONE };
        self.lists.push(Readings::of(toned));
        self.known.insert(toned.to_vec(), index);
        index
    }
}

impl Readings {
    fn of(toned: &[String]) -> Readings {
        let mut full: Vec<Box<str>> = Vec::new();
        let mut initials: Vec<u8> = Vec::new();
        let mut spellings: Vec<String> = Vec::new();
        for reading in toned {
            let plain = reading.trim_end_matches(|c: char| c.is_ascii_digit());
            spellings.push(plain.to_owned());
            initials.extend(plain.bytes().next());
            if plain.contains('v') {
                spellings.push(plain.replace('v', "u"));
                spellings.push(plain.replace('v', "yu"));
            }
        }
        for spelling in spellings {
            if full.len() < READINGS_MAX && !full.iter().any(|known| **known == *spelling) {
                full.push(spelling.into());
            }
        }
        let mut seen = Vec::new();
        initials.retain(|letter| {
            let is_new = !seen.contains(letter);
            seen.push(*letter);
            is_new
        });
        Readings { toned: toned[0].as_str().into(), full: full.into(), initials: initials.into() }
    }
}

/// The dictionary's readings of a character with the preferred one first, `ü` as `v`.
fn toned_readings(c: char, preferred: Option<&str>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let reading = reading.with_tone_num_end().replace('ü', "v").replace('ê', "e");
        if reading.bytes().all(|b| b.is_ascii_alphanumeric()) && !list.contains(&reading) {
            list.push(reading);
        }
    }
    if let Some(preferred) = preferred {
        put_first(&mut list, preferred);
    }
    list
}

fn put_first(list: &mut Vec<String>, reading: &str) {
    list.retain(|known| known != reading);
    list.insert(0, reading.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_lists() -> impl Iterator<Item = &'static Readings> {
        ('\0'..=char::MAX).filter_map(readings_of).chain(&SURNAMES.lists)
    }

    #[test]
    fn the_lists_of_surnames_hold_each_entry_once_and_only_real_syllables() {
        let surnames = &*SURNAMES;
        assert!(surnames.single.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(surnames.compound.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(surnames.compound.len(), COMPOUND.len());
        let known: std::collections::HashSet<&str> =
            all_lists().flat_map(|list| list.full.iter().map(|full| &**full)).collect();
        for (_, reading) in SINGLE.iter().chain(IN_NAMES).chain(MISSING) {
            assert!(known.contains(reading.trim_end_matches(|c: char| c.is_ascii_digit())), "{reading}");
        }
        assert!(surnames.lists.len() < 2_000, "{} lists", surnames.lists.len());
    }

    #[test]
    fn every_list_is_typeable_and_bounded() {
        for list in all_lists() {
            assert!((1..=READINGS_MAX).contains(&list.full.len()));
            assert!(!list.initials.is_empty() && list.initials.iter().all(u8::is_ascii_lowercase));
            assert!(list.full.iter().all(|full| full.bytes().all(|b| b.is_ascii_lowercase())), "{list:?}");
        }
    }

    #[test]
    fn every_character_of_the_dictionary_lies_in_a_block() {
        assert!(
            u32::from(FIRST_READ) >= CODES.start
                && CODES.start.is_multiple_of(BLOCK)
                && CODES.end.is_multiple_of(BLOCK)
        );
        for c in '\0'..=char::MAX {
            let is_read = c.to_pinyin_multi().is_some_and(|readings| readings.into_iter().next().is_some());
            assert!(!is_read || c >= FIRST_READ && CODES.contains(&u32::from(c)), "{c}");
        }
    }
}
