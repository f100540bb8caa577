//! Walks the combinations of readings in order of likelihood, as far as a bound.

/// Positions of one walk: few enough to keep everything on the stack, for a million names.
pub(super) const POSITIONS_MAX: usize = 64;

/// How unlikely the reading at an index is: the first costs nothing, the second 2, then one more each. Two second
/// readings together are as likely as one fourth.
fn cost(index: usize) -> usize {
    if index == 0 { 0 } else { index + 1 }
}

/// Calls `take` with one index for each position, the likeliest combination first, at most `limit` times.
/// `counts[i]` is the number of readings at position `i`, at least 1; there are at most `POSITIONS_MAX`.
pub(super) fn walk(counts: &[u8], limit: usize, mut take: impl FnMut(&[u8])) {
    let mut picked = [0u8; POSITIONS_MAX];
    let picked = &mut picked[..counts.len()];
    take(picked);
    if counts.iter().all(|count| *count <= 1) || limit <= 1 {
        return;
    }
    // What the positions from i on can cost at most.
    let mut most = [0usize; POSITIONS_MAX + 1];
    for i in (0..counts.len()).rev() {
        most[i] = most[i + 1] + cost(usize::from(counts[i]).saturating_sub(1));
    }
    let mut walk = Walk { counts, most: &most, left: limit - 1, picked, take: &mut take };
    for total in 2..=most[0] {
        walk.from(0, total);
        if walk.left == 0 {
            return;
        }
    }
}

struct Walk<'a, F> {
    counts: &'a [u8],
    most: &'a [usize],
    left: usize,
    picked: &'a mut [u8],
    take: &'a mut F,
}

impl<F: FnMut(&[u8])> Walk<'_, F> {
    /// Takes every combination of the positions from `i` on that costs exactly `total`.
    fn from(&mut self, i: usize, total: usize) {
        if self.left == 0 || total > self.most[i] || total == 1 {
            return;
        }
        if total == 0 {
            self.picked[i..].fill(0);
            (self.take)(self.picked);
            self.left -= 1;
            return;
        }
        for index in 0..usize::from(self.counts[i]) {
            let cost = cost(index);
            if cost > total {
                break;
            }
            self.picked[i] = index as u8;
            self.from(i + 1, total - cost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(counts: &[u8], limit: usize) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        walk(counts, limit, |picked| all.push(picked.to_vec()));
        all
    }

    #[test]
    fn every_combination_comes_once_when_there_is_room() {
        let mut all = walked(&[2, 3, 1, 2], 100);
        assert_eq!(all[0], [0, 0, 0, 0]);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 12);
        assert_eq!(walked(&[], 16), [Vec::<u8>::new()]);
        assert_eq!(walked(&[1, 1], 16), [[0, 0]]);
    }

    #[test]
    fn the_likeliest_come_first_and_no_more_than_the_limit() {
        let all = walked(&[4, 4, 4], 16);
        assert_eq!(all.len(), 16);
        for i in 0..3 {
            for index in 1..4 {
                let mut one = [0u8; 3];
                one[i] = index;
                assert!(all.contains(&one.to_vec()), "{one:?}");
            }
        }
        assert_eq!(walked(&[8; 60], 16).len(), 16);
    }
}
