//! Running histories, and making a failing one small.

use crate::event::{Event, events};
use crate::world::{Counts, Missing, World};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Events of a history.
pub const EVENTS: usize = 200;

/// Worse than any other promise that is broken.
const PANIC: &str = "a panic";

/// A history that broke a promise.
#[derive(Clone, Debug)]
pub struct Broken {
    pub seed: u64,
    /// The event at which it was noticed; `None`: at the end.
    pub step: Option<usize>,
    pub what: String,
    pub events: Vec<Event>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.step.map_or_else(|| "at the end".to_owned(), |step| format!("at event {step}"));
        writeln!(f, "seed {} breaks a promise {at}: {}", self.seed, self.what)?;
        writeln!(f, "again: cargo xtask simulate --seeds 1 --seed {}", self.seed)?;
        writeln!(f, "events ({}):", self.events.len())?;
        for (place, event) in self.events.iter().enumerate() {
            writeln!(f, "  {place:3} {:?} {}", event.act, event.dice)?;
        }
        Ok(())
    }
}

static IS_TOLD: AtomicBool = AtomicBool::new(false);

/// Whether everything that happens is written to standard error from here on.
pub fn tell_everything(is_told: bool) {
    IS_TOLD.store(is_told, Ordering::Relaxed);
}

/// Writes it down for whoever looks into a history.
pub(crate) fn tell(what: impl FnOnce() -> String) {
    if IS_TOLD.load(Ordering::Relaxed) {
        eprintln!("{}", what());
    }
}

/// Runs the history of a seed.
pub fn run(seed: u64, missing: Missing) -> Result<Counts, Broken> {
    run_events(seed, &events(seed, EVENTS), missing)
}

/// Runs these events under the seed.
pub fn run_events(seed: u64, events: &[Event], missing: Missing) -> Result<Counts, Broken> {
    let at = std::cell::Cell::new(None);
    let running = || {
        let mut world = World::new(seed, missing)?;
        for (step, event) in events.iter().enumerate() {
            at.set(Some(step));
            tell(|| format!("{step:3} {:?}", event.act));
            world.step(event)?;
        }
        at.set(None);
        world.finish()?;
        Ok(world.counts)
    };
    let guarded = || match missing {
        Missing::VersionSkip => mingce_store::without_version_skip(running),
        _ => running(),
    };
    let done = catch_unwind(AssertUnwindSafe(guarded)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(format!("{PANIC}: {}", text.unwrap_or("without words")))
    });
    done.map_err(|what| Broken { seed, step: at.get(), what, events: events.to_vec() })
}

/// The promise that is broken, without the names of this one history.
fn promise(what: &str) -> &str {
    what.split(':').next().unwrap_or(what).split(|c: char| c.is_ascii_digit()).next().unwrap_or(what)
}

/// Leaves out events as long as the same promise stays broken (delta debugging: Zeller and Hildebrandt, 2002).
pub fn shrink(broken: Broken, missing: Missing, runs_max: usize) -> Broken {
    let mut kind = promise(&broken.what).to_owned();
    let mut best = broken;
    let mut runs = 0;
    if let Some(step) = best.step {
        best.events.truncate(step + 1);
    }
    let mut size = best.events.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < best.events.len() {
            if runs == runs_max {
                return best;
            }
            runs += 1;
            let mut fewer = best.events.clone();
            fewer.drain(from..(from + size).min(best.events.len()));
            match run_events(best.seed, &fewer, missing) {
                Err(smaller) if promise(&smaller.what) == kind || smaller.what.starts_with(PANIC) => {
                    kind = promise(&smaller.what).to_owned();
                    best = smaller;
                }
                _ => from += size,
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    best
}

/// Runs so many seeds from `first` on, on all processors; the first broken one ends it, made small.
pub fn run_many(first: u64, count: u64, missing: Missing) -> Result<Counts, Box<Broken>> {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let run_some = || {
        let mut total = Counts::default();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= count {
                return Ok(total);
            }
            match run(first + place, missing) {
                Ok(counts) => total.add(&counts),
                Err(broken) => {
                    next.store(count, Ordering::Relaxed);
                    return Err(Box::new(broken));
                }
            }
        }
    };
    let results: Vec<Result<Counts, Box<Broken>>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run_some)).collect();
        running.into_iter().map(|thread| thread.join().expect("panics are caught inside")).collect()
    });
    let mut total = Counts::default();
    for result in results {
        total.add(&result?);
    }
    Ok(total)
}
