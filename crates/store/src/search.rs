//! The search index in memory: all haystacks in one stretch of bytes, and lists of those that hold the same three bytes.
//!
//! Read from the members at the first search (or before, by `warm_search`), then kept current with every commit. Needs no
//! tokens and no guesses: any part of a name, spelling or number is found.

use crate::connection::Readers;
use crate::grams::Grams;
use crate::journal::{FoundBy, SearchEffect};
use crate::parts::in_parts;
use crate::search_text::{Haystacks, MEMBERS, haystack};
use crate::{Store, StoreError};
use memchr::memmem::Finder;
use mingce_model::needle;
use rusqlite::Connection;
use std::hint::black_box;
use std::ops::Range;
use std::sync::{Mutex, PoisonError, RwLock};

/// How well a member matches, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Rank {
    ExactName,
    NamePrefix,
    /// A spelling, the initials or a number begin with it.
    OtherPrefix,
    Inside,
}

impl Rank {
    const ALL: [Self; 4] = [Self::ExactName, Self::NamePrefix, Self::OtherPrefix, Self::Inside];
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hit {
    pub rank: Rank,
    pub row: u32,
}

/// Haystacks one after the other, each line ended by `\n`; a needle holds no control characters.
struct Index {
    bytes: Vec<u8>,
    /// Where each haystack begins, and where the last one ends.
    starts: Vec<u32>,
    /// The member's row for each haystack; 0 when it was replaced or removed.
    rows: Vec<u32>,
    /// The haystack of each row.
    slots: Vec<u32>,
    dead: usize,
    /// Of the haystacks that were there when they were made; the younger ones are looked through.
    grams: Grams,
}

const NO_SLOT: u32 = u32::MAX;
/// The arena grows by this much, not by doubling: it is most of the memory.
const GROWTH_BYTES: usize = 8 << 20;
/// Fewer replaced haystacks than this are not worth moving the others together.
const DEAD_MAX: usize = 50_000;
/// So many haystacks are soon looked through.
const UNLISTED_MAX: usize = 20_000;

impl Index {
    fn new() -> Self {
        Self {
            bytes: vec![b'\n'],
            starts: vec![1],
            rows: Vec::new(),
            slots: Vec::new(),
            dead: 0,
            grams: Grams::default(),
        }
    }

    fn load(conn: &Connection) -> Result<Self, StoreError> {
        let mut index = Self::new();
        let members: u32 = conn.query_row("SELECT count(*) FROM member", [], |row| row.get(0))?;
        let members = members as usize;
        index.starts.reserve_exact(members + members / 16);
        index.rows.reserve_exact(members + members / 16);
        let mut haystacks = Haystacks::of(conn)?;
        let mut statement = conn.prepare(&format!("{MEMBERS} ORDER BY row"))?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let (row, text) = haystacks.read(row)?;
            index.put(row, &text)?;
        }
        index.bytes.shrink_to_fit();
        index.list();
        Ok(index)
    }

    /// Puts all haystacks into the lists, unless only a few are in none.
    fn list(&mut self) {
        let unlisted = self.rows.len() - self.grams.slots;
        if unlisted > UNLISTED_MAX && unlisted > self.rows.len() / 8 {
            self.grams = Grams::of(&self.bytes, &self.starts);
        }
    }

    /// Adds the row's haystack or replaces it.
    fn put(&mut self, row: i64, text: &str) -> Result<(), StoreError> {
        self.remove(row);
        let row = u32::try_from(row).map_err(|_| StoreError::Damaged)?;
        let end = self.bytes.len() + text.len() + 1;
        let end = u32::try_from(end).map_err(|_| StoreError::Damaged)?;
        if self.bytes.capacity() - self.bytes.len() <= text.len() {
            self.bytes.reserve_exact(GROWTH_BYTES.max(text.len() + 1));
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'\n');
        let place = row as usize;
        if self.slots.len() <= place {
            self.slots.resize(place + 1, NO_SLOT);
        }
        self.slots[place] = self.rows.len() as u32;
        self.rows.push(row);
        self.starts.push(end);
        Ok(())
    }

    fn remove(&mut self, row: i64) {
        let slot = usize::try_from(row).ok().and_then(|row| self.slots.get_mut(row));
        if let Some(slot) = slot
            && *slot != NO_SLOT
        {
            self.rows[*slot as usize] = 0;
            *slot = NO_SLOT;
            self.dead += 1;
        }
    }

    fn apply(&mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        for (row, text) in changes {
            match text {
                Some(text) => self.put(row, &text)?,
                None => self.remove(row),
            }
        }
        if self.dead > DEAD_MAX && self.dead > self.rows.len() / 4 {
            self.compact()?;
        }
        self.list();
        Ok(())
    }

    fn compact(&mut self) -> Result<(), StoreError> {
        let mut fresh = Self::new();
        for (slot, row) in self.rows.iter().enumerate().filter(|(_, row)| **row != 0) {
            let text = &self.bytes[self.starts[slot] as usize..self.starts[slot + 1] as usize - 1];
            let text = std::str::from_utf8(text).map_err(|_| StoreError::Damaged)?;
            fresh.put(i64::from(*row), text)?;
        }
        *self = fresh;
        Ok(())
    }

    /// The haystack with the end of its last line.
    fn text(&self, slot: usize) -> &[u8] {
        &self.bytes[self.starts[slot] as usize..self.starts[slot + 1] as usize]
    }

    /// Members that hold every one of the words, best first, then in the order they were added.
    fn find(&self, words: &[String]) -> Vec<Hit> {
        let Some((longest, others)) = split_longest(words) else { return Vec::new() };
        let looked = Looked {
            index: self,
            longest: Finder::new(longest),
            others: others.into_iter().map(Finder::new).collect(),
        };
        let (listed, unlisted) = match self.grams.candidates(longest.as_bytes()) {
            Some(candidates) => (looked.at_all(&candidates), self.grams.slots),
            None => (Found::default(), 0),
        };
        listed.and(looked.through(unlisted..self.rows.len())).in_order()
    }
}

/// So many haystacks are a work that is worth a thread.
const PART: usize = 10_000;
/// So many haystacks are fetched ahead.
const AHEAD: usize = 32;

/// What is looked for, and where.
struct Looked<'i> {
    index: &'i Index,
    longest: Finder<'i>,
    others: Vec<Finder<'i>>,
}

impl Looked<'_> {
    /// Looks at haystacks that may hold it, given in rising order.
    fn at_all(&self, slots: &[u32]) -> Found {
        let parts = in_parts(slots.len(), PART, |part| {
            let mut found = Found::default();
            for near in slots[part].chunks(AHEAD) {
                // They lie far apart: touched together they come from memory together, not one after the other.
                let touch = |all: u32, slot: &u32| {
                    let text = self.index.text(*slot as usize);
                    all ^ self.index.rows[*slot as usize] ^ u32::from(text[0]) ^ u32::from(text[text.len() - 1])
                };
                black_box(near.iter().fold(0, touch));
                near.iter().for_each(|slot| self.at(*slot as usize, &mut found));
            }
            found
        });
        parts.into_iter().fold(Found::default(), Found::and)
    }

    /// Looks through all haystacks of the range, as one stretch of bytes.
    fn through(&self, slots: Range<usize>) -> Found {
        let Index { bytes, starts, .. } = self.index;
        let parts = in_parts(slots.len(), PART, |part| {
            let (mut slot, last) = (slots.start + part.start, slots.start + part.end);
            let (mut at, end) = (starts[slot] as usize, starts[last] as usize);
            let mut found = Found::default();
            while let Some(next) = self.longest.find(&bytes[at..end]) {
                slot += step_to(&starts[slot..], (at + next) as u32);
                self.at(slot, &mut found);
                at = starts[slot + 1] as usize;
            }
            found
        });
        parts.into_iter().fold(Found::default(), Found::and)
    }

    fn at(&self, slot: usize, found: &mut Found) {
        let (text, row) = (self.index.text(slot), self.index.rows[slot]);
        if row == 0 {
            return;
        }
        let Some(mut best) = rank(&self.longest, text) else { return };
        for other in &self.others {
            let Some(rank) = rank(other, text) else { return };
            best = best.min(rank);
        }
        found.0[best as usize].push(row);
    }
}

/// Rows of members by how well they match.
#[derive(Default)]
struct Found([Vec<u32>; 4]);

impl Found {
    /// These and those behind them.
    fn and(mut self, more: Self) -> Self {
        for (rows, more) in self.0.iter_mut().zip(more.0) {
            if rows.is_empty() {
                *rows = more;
            } else {
                rows.extend(more);
            }
        }
        self
    }

    fn in_order(self) -> Vec<Hit> {
        let mut hits = Vec::with_capacity(self.0.iter().map(Vec::len).sum());
        for (rank, mut rows) in Rank::ALL.into_iter().zip(self.0) {
            // They come in the order of the haystacks, which is that of the rows but for those that were changed.
            if !rows.is_sorted() {
                rows.sort_unstable();
            }
            hits.extend(rows.into_iter().map(|row| Hit { rank, row }));
        }
        hits
    }
}

/// The longest word has the fewest hits, so that the others are looked up in few places.
fn split_longest(words: &[String]) -> Option<(&str, Vec<&str>)> {
    let longest = (0..words.len()).max_by_key(|place| words[*place].len())?;
    let others = words.iter().enumerate().filter(|(place, _)| *place != longest).map(|(_, word)| word.as_str());
    Some((&words[longest], others.collect()))
}

/// How many haystacks further the position lies; hits come in rising order, mostly close together.
fn step_to(starts: &[u32], position: u32) -> usize {
    let mut reach = 1;
    while reach < starts.len() && starts[reach] <= position {
        reach *= 2;
    }
    let near = &starts[..reach.min(starts.len() - 1) + 1];
    near.partition_point(|start| *start <= position) - 1
}

/// The best place at which the word stands in the haystack's lines; the first line is the name.
fn rank(finder: &Finder<'_>, text: &[u8]) -> Option<Rank> {
    let length = finder.needle().len();
    let mut best = None;
    let mut at = 0;
    while let Some(found) = finder.find(&text[at..]) {
        let position = at + found;
        let is_line_start = position == 0 || text[position - 1] == b'\n';
        let here = match (position, is_line_start) {
            (0, _) if text[length] == b'\n' => Rank::ExactName,
            (0, _) => Rank::NamePrefix,
            (_, true) => Rank::OtherPrefix,
            (_, false) => Rank::Inside,
        };
        best = Some(best.map_or(here, |best: Rank| best.min(here)));
        if here <= Rank::OtherPrefix {
            break;
        }
        at = position + 1;
    }
    best
}

/// A member's row and what they are found by; `None`: not to be found any more.
type Change = (i64, Option<String>);

fn read_changes(conn: &Connection, changes: &[FoundBy]) -> Result<Vec<Change>, StoreError> {
    let mut read = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            FoundBy::NoMore { row } => read.push((*row, None)),
            FoundBy::Otherwise(member) => {
                read.extend(haystack(conn, *member)?.map(|(row, text)| (row, Some(text))));
            }
        }
    }
    Ok(read)
}

enum State {
    Unloaded,
    /// Changes committed after the snapshot that is being read; `None` when they were too many.
    Loading(Option<Vec<Change>>),
    Ready(Index),
}

/// The index with its state; see `Store::warm_search`.
pub(crate) struct Search {
    state: RwLock<State>,
    loading: Mutex<()>,
}

impl Default for Search {
    fn default() -> Self {
        Self { state: RwLock::new(State::Unloaded), loading: Mutex::default() }
    }
}

impl Search {
    /// Takes in what a commit changed, read from the connection that wrote it; called under the writer's lock.
    pub(crate) fn learn(&self, conn: &Connection, effect: SearchEffect) {
        if matches!(&effect, SearchEffect::Changes(changes) if changes.is_empty()) || !self.is_wanted() {
            return;
        }
        // What cannot be read now may be read later.
        let effect = match effect {
            SearchEffect::Changes(changes) => read_changes(conn, &changes).ok(),
            SearchEffect::Reload => None,
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match (&mut *state, effect) {
            (State::Unloaded, _) => {}
            (State::Loading(waiting), Some(changes)) => {
                if let Some(waiting) = waiting {
                    waiting.extend(changes);
                }
            }
            (State::Loading(waiting), None) => *waiting = None,
            (State::Ready(index), Some(changes)) => {
                if index.apply(changes).is_err() {
                    *state = State::Unloaded;
                }
            }
            (State::Ready(_), None) => *state = State::Unloaded,
        }
    }

    /// Somebody has searched, or is about to: changes are worth carrying along.
    pub(crate) fn is_wanted(&self) -> bool {
        !matches!(&*self.state.read().unwrap_or_else(PoisonError::into_inner), State::Unloaded)
    }

    fn set(&self, state: State) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Bytes of memory the index takes.
    fn bytes(&self) -> usize {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(index) => {
                let numbers = index.starts.capacity() + index.rows.capacity() + index.slots.capacity();
                index.bytes.capacity() + 4 * numbers + index.grams.bytes()
            }
            _ => 0,
        }
    }
}

/// The words of a query in the haystacks' form.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(needle).filter(|word| !word.is_empty()).collect()
}

impl Store {
    /// Reads the search index into memory, unless it is there. Slow for large rosters (about a second for a
    /// million members), so hosts call it in the background after opening.
    pub fn warm_search(&self) -> Result<(), StoreError> {
        let _alone = self.search.loading.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if matches!(&*self.search.state.read().unwrap_or_else(PoisonError::into_inner), State::Ready(_)) {
                return Ok(());
            }
            let loaded = self.load_index(&self.readers);
            let mut state = self.search.state.write().unwrap_or_else(PoisonError::into_inner);
            let waiting = std::mem::replace(&mut *state, State::Unloaded);
            let mut index = loaded?;
            if let State::Loading(Some(changes)) = waiting {
                index.apply(changes)?;
                *state = State::Ready(index);
                return Ok(());
            }
        }
    }

    /// Listens first and takes the snapshot then: a commit in between is in both, and taking it in twice changes nothing.
    fn load_index(&self, readers: &Readers) -> Result<Index, StoreError> {
        self.search.set(State::Loading(Some(Vec::new())));
        let conn = readers.begin()?;
        let loaded = Index::load(&conn);
        readers.end(conn);
        loaded
    }

    /// Members that hold every word of the text, best first.
    pub(crate) fn search_members(&self, text: &str) -> Result<Vec<Hit>, StoreError> {
        let words = words_of(text);
        loop {
            self.warm_search()?;
            if let State::Ready(index) = &*self.search.state.read().unwrap_or_else(PoisonError::into_inner) {
                return Ok(index.find(&words));
            }
        }
    }

    /// Bytes of memory that the search index takes; 0 while it is not loaded.
    pub fn search_bytes(&self) -> usize {
        self.search.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[(i64, &str)]) -> Index {
        let mut index = Index::new();
        texts.iter().for_each(|(row, text)| index.put(*row, text).unwrap());
        index
    }
    fn rows(index: &Index, query: &str) -> Vec<u32> {
        index.find(&words_of(query)).iter().map(|hit| hit.row).collect()
    }

    #[test]
    fn the_best_line_of_a_haystack_ranks_it() {
        let index = index(&[
            (1, "小张三\nxiaozhangsan\nxzs\n13800138000"),
            (2, "张三丰\nzhangsanfeng\nzsf"),
            (3, "张三\nzhangsan\nzs"),
            (4, "李四\nlisi\nls\n3张三"),
        ]);
        let ranks: Vec<_> = index.find(&words_of("张三")).iter().map(|hit| (hit.row, hit.rank)).collect();
        let expected = [(3, Rank::ExactName), (2, Rank::NamePrefix), (1, Rank::Inside), (4, Rank::Inside)];
        assert_eq!(ranks, expected);
        assert_eq!(rows(&index, "zs"), [2, 3, 1]);
        assert_eq!(rows(&index, "sanfeng 张"), [2]);
        assert_eq!(rows(&index, "8000"), [1]);
        assert!(rows(&index, "").is_empty());
    }

    #[test]
    fn no_match_reaches_over_the_end_of_a_haystack() {
        let index = index(&[(1, "ab"), (2, "cd")]);
        assert!(rows(&index, "bc").is_empty());
        assert_eq!(rows(&index, "d"), [2]);
    }

    #[test]
    fn replaced_and_removed_haystacks_are_not_found_and_their_room_is_taken_back() {
        let mut index = index(&[]);
        let count = 3 * DEAD_MAX as i64;
        index.apply((1..=count).map(|row| (row, Some(format!("a{row}b")))).collect()).unwrap();
        let bytes = index.bytes.len();
        index.apply((1..=count).filter(|row| row % 3 > 0).map(|row| (row, None)).collect()).unwrap();
        assert!(index.bytes.len() < bytes / 2 && index.dead == 0);
        assert_eq!(rows(&index, "a"), (1..=count as u32).filter(|row| row % 3 == 0).collect::<Vec<_>>());
        index.apply(vec![(3, Some("c3".into())), (3, Some("d3".into()))]).unwrap();
        assert!(rows(&index, "a3b").is_empty() && rows(&index, "c3").is_empty());
        assert_eq!(rows(&index, "d3"), [3]);
    }

    #[test]
    fn many_hits_in_a_long_arena_are_all_found() {
        let index = index(&(1..5_000).map(|row| (row, "xaxxa")).collect::<Vec<_>>());
        assert_eq!(rows(&index, "a").len(), 4_999);
    }

    #[test]
    fn many_haystacks_are_looked_at_in_parts_and_none_is_left_out() {
        let text = |row: u32| format!("名{row}\nming{row}\nm{}\n{}", row % 7, u64::from(row) * 7_919 % 100_003);
        let mut index = Index::new();
        (1..=UNLISTED_MAX as u32 * 2).for_each(|row| index.put(i64::from(row), &text(row)).unwrap());
        index.list();
        let all = UNLISTED_MAX as u32 * 3;
        (UNLISTED_MAX as u32 * 2 + 1..=all).for_each(|row| index.put(i64::from(row), &text(row)).unwrap());
        (1..=all).step_by(3).for_each(|row| index.remove(i64::from(row)));
        assert!(index.grams.slots > PART && index.rows.len() - index.grams.slots > PART);
        for query in ["m3", "ming1", "7", "99", "名1 m2", "名59999", "zz"] {
            let words = words_of(query);
            let holds = |row: &u32| row % 3 != 1 && words.iter().all(|word| text(*row).contains(word));
            let mut found = rows(&index, query);
            found.sort_unstable();
            assert_eq!(found, (1..=all).filter(holds).collect::<Vec<_>>(), "{query}");
        }
    }
}
