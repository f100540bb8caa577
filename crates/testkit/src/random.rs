//! Chance that repeats: the same seed gives the same numbers and ids on every machine. Never for secrets.

use crate::clock::NOW_MS;
use mingce_model::RecordId;

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }
    /// Numbers of their own for each `index` under one seed, without making those before it.
    pub fn for_index(seed: u64, index: u64) -> Random {
        let mut random = Random::new(seed);
        Random::new(random.next_u64() ^ index.wrapping_mul(0xd129_0d3d_9dba_6f21))
    }
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(end)) >> 64) as u64
    }
    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    /// One of the items, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// Ids in a fixed order, each a millisecond after the one before.
#[derive(Clone, Debug)]
pub struct Ids {
    random: Random,
    now_ms: u64,
}

impl Ids {
    pub fn seeded(seed: u64) -> Ids {
        Ids { random: Random::new(seed), now_ms: NOW_MS }
    }
    pub fn next_id(&mut self) -> RecordId {
        self.now_ms += 1;
        RecordId::from_parts(self.now_ms, self.random.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut random = Random::new(1_234_567);
        let numbers = [random.next_u64(), random.next_u64(), random.next_u64()];
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn ids_repeat_for_a_seed_and_rise() {
        let (mut a, mut b) = (Ids::seeded(1), Ids::seeded(1));
        let ids: Vec<RecordId> = (0..100).map(|_| a.next_id()).collect();
        assert!(ids.iter().all(|id| *id == b.next_id()));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_ne!(Ids::seeded(2).next_id(), ids[0]);
    }

    #[test]
    fn bounded_numbers_stay_in_bounds_and_reach_every_value() {
        let mut random = Random::new(7);
        let mut seen = [false; 10];
        for _ in 0..1000 {
            seen[random.below(10) as usize] = true;
        }
        assert_eq!(seen, [true; 10]);
        assert_eq!(random.below(0), 0);
    }
}
