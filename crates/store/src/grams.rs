//! Where every three bytes of the haystacks stand. A search looks through the few haystacks that hold the rarest three
//! of what is typed, instead of through all of them.
//!
//! For each three bytes a list of haystacks: rising numbers, each as its distance to the one before, seven bits a byte.

/// Letters, digits and the end of a line: what spellings and numbers are made of. Three of them have a list of their
/// own, so that a search for two of them finds the lists of all that begin with these.
const CODES: usize = 37;
/// The third byte may be any other.
const THIRDS: usize = CODES + 1;
const OWN: usize = CODES * CODES * THIRDS;
/// All others share so many lists: parts of Chinese characters mostly.
const SHARED: usize = 1 << 14;

/// The lists of the haystacks up to a certain one; those behind it are not in them.
#[derive(Default)]
pub(crate) struct Grams {
    /// Haystacks in the lists.
    pub slots: usize,
    /// Where each list begins, and where the last one ends.
    starts: Vec<u32>,
    lists: Vec<u8>,
}

impl Grams {
    /// Of the haystacks one after the other; `starts` are where each begins and where the last one ends.
    pub(crate) fn of(bytes: &[u8], starts: &[u32]) -> Self {
        let slots = starts.len() - 1;
        let mut sizes = vec![0u32; OWN + SHARED];
        for_each_place(bytes, starts, |list, distance| sizes[list] += length(distance));
        let mut ends = Vec::with_capacity(sizes.len() + 1);
        let mut end = 0;
        for size in &sizes {
            ends.push(end);
            end += size;
        }
        ends.push(end);
        let mut lists = vec![0u8; end as usize];
        let mut cursors = ends.clone();
        for_each_place(bytes, starts, |list, distance| {
            let mut rest = distance;
            for place in 0..length(distance) {
                let more = if place + 1 < length(distance) { 0x80 } else { 0 };
                lists[(cursors[list] + place) as usize] = (rest & 0x7f) as u8 | more;
                rest >>= 7;
            }
            cursors[list] += length(distance);
        });
        Self { slots, starts: ends, lists }
    }

    /// Haystacks that may hold the word, rising; all others of those in the lists do not. `None`: nothing is known.
    pub(crate) fn candidates(&self, word: &[u8]) -> Option<Vec<u32>> {
        if self.slots == 0 {
            return Some(Vec::new());
        }
        if let &[first, second] = word {
            let begin = (code(first)? * CODES + code(second)?) * THIRDS;
            return Some(self.union(begin..begin + THIRDS));
        }
        let rarest = word.windows(3).map(list_of).min_by_key(|list| self.list(*list).len())?;
        let mut found = Vec::with_capacity(self.list(rarest).len());
        self.for_each(rarest, |slot| found.push(slot));
        Some(found)
    }

    fn list(&self, list: usize) -> &[u8] {
        &self.lists[self.starts[list] as usize..self.starts[list + 1] as usize]
    }

    fn for_each(&self, list: usize, mut take: impl FnMut(u32)) {
        let (mut slot, mut distance, mut shift) = (0u32, 0u32, 0);
        for byte in self.list(list) {
            distance |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 != 0 {
                shift += 7;
                continue;
            }
            slot += distance;
            take(slot - 1);
            (distance, shift) = (0, 0);
        }
    }

    /// The haystacks of all the lists, rising.
    fn union(&self, lists: std::ops::Range<usize>) -> Vec<u32> {
        let mut bits = vec![0u64; self.slots.div_ceil(64)];
        for list in lists {
            self.for_each(list, |slot| bits[slot as usize / 64] |= 1 << (slot % 64));
        }
        let mut found = Vec::new();
        for (place, bits) in bits.into_iter().enumerate() {
            let mut rest = bits;
            while rest != 0 {
                found.push((place * 64) as u32 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        found
    }

    /// Bytes of memory they take.
    pub(crate) fn bytes(&self) -> usize {
        self.lists.capacity() + 4 * self.starts.capacity()
    }
}

/// Calls `take` with the list of every three bytes and how far the haystack is behind the last one there, counted from
/// one before the first; once for each list of a haystack.
fn for_each_place(bytes: &[u8], starts: &[u32], mut take: impl FnMut(usize, u32)) {
    let mut lasts = vec![0u32; OWN + SHARED];
    for (slot, ends) in (1u32..).zip(starts.windows(2)) {
        for three in bytes[ends[0] as usize..ends[1] as usize].windows(3) {
            let list = list_of(three);
            let last = std::mem::replace(&mut lasts[list], slot);
            if last != slot {
                take(list, slot - last);
            }
        }
    }
}

fn list_of(three: &[u8]) -> usize {
    match (code(three[0]), code(three[1])) {
        (Some(first), Some(second)) => (first * CODES + second) * THIRDS + code(three[2]).unwrap_or(CODES),
        _ => {
            let number = u32::from_le_bytes([three[0], three[1], three[2], 0]);
            // Multiplying by an odd number near the golden ratio of 2^32 spreads neighbours (Knuth, vol. 3, 6.4).
            OWN + (number.wrapping_mul(0x9e37_79b1) >> 18) as usize
        }
    }
}

fn code(byte: u8) -> Option<usize> {
    match byte {
        b'\n' => Some(0),
        b'a'..=b'z' => Some(1 + usize::from(byte - b'a')),
        b'0'..=b'9' => Some(27 + usize::from(byte - b'0')),
        _ => None,
    }
}

/// Bytes that the distance takes in a list.
fn length(distance: u32) -> u32 {
    (32 - (distance | 1).leading_zeros()).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grams(texts: &[String]) -> Grams {
        let (mut bytes, mut starts) = (vec![b'\n'], vec![1]);
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
            starts.push(bytes.len() as u32);
        }
        Grams::of(&bytes, &starts)
    }

    #[test]
    fn distances_of_any_size_come_back() {
        let texts: Vec<String> =
            (0..40_000).map(|n| if n % 20_000 == 7 { "abc".into() } else { String::new() }).collect();
        assert_eq!(grams(&texts).candidates(b"abc"), Some(vec![7, 20_007]));
        assert_eq!(grams(&texts).candidates(b"bc"), Some(vec![7, 20_007]));
    }

    proptest! {
        #[test]
        fn no_haystack_that_holds_the_word_is_left_out(
            texts in prop::collection::vec("[ab1张é\n]{0,6}", 0..30), word in "[ab1张é]{1,4}",
        ) {
            if let Some(found) = grams(&texts).candidates(word.as_bytes()) {
                for (slot, text) in (0u32..).zip(&texts) {
                    prop_assert!(!text.contains(&word) || found.contains(&slot), "{text:?} holds {word:?}");
                }
                prop_assert!(found.is_sorted());
            }
        }
    }
}
