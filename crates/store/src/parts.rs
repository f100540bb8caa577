//! Work done in parts at the same time, one on each processor.

use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::OnceLock;

/// More at a time gain little and would leave nothing for others.
const PARTS_MAX: usize = 4;

/// Does the work on so many pieces, in parts of at least `part` pieces, and answers what came of each part, in order.
pub(crate) fn in_parts<T: Send>(count: usize, part: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let size = if count <= part { count } else { count.div_ceil(processors()).max(part) };
    if size >= count {
        return vec![work(0..count)];
    }
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (size..count)
            .step_by(size)
            .map(|start| scope.spawn(move || work(start..count.min(start + size))))
            .collect();
        let first = work(0..size);
        let others = others.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
        std::iter::once(first).chain(others).collect()
    })
}

/// How many do work at a time. Asked once: the answer is read from files.
pub(crate) fn processors() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(PARTS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_in_one_part_and_they_keep_their_order() {
        for (count, part) in [(0, 10), (1, 10), (10, 10), (11, 10), (1_000, 10), (1_003, 1), (5, 0)] {
            let done: Vec<usize> = in_parts(count, part, |range| range.collect::<Vec<_>>()).concat();
            assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }
}
