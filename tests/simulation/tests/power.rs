//! Histories on a disk that forgets at a power cut what was not synced. The disk is the whole process's, so these tests
//! take turns.

use mingce_simulation::{Missing, power, run, run_many, shrink};
use std::sync::{Mutex, PoisonError};

/// Histories of every test run; `cargo xtask simulate --power --seeds N` does any number.
const SEEDS: u64 = 150;
/// Tries at making a broken history smaller.
const SHRINK_RUNS: usize = 200;
/// A disk that lies is noticed within so many histories.
const SEEDS_UNTIL_NOTICED: u64 = 60;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn what_was_said_to_be_saved_survives_power_cuts() {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    power::install();
    match run_many(0, SEEDS, Missing::Nothing) {
        Ok(counts) => assert!(counts.power_cuts > SEEDS, "{counts:?}"),
        Err(broken) => panic!("{}", shrink(*broken, Missing::Nothing, SHRINK_RUNS)),
    }
}

#[test]
fn a_disk_that_does_not_sync_is_noticed() {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    power::install();
    power::lie(true);
    let broken = (0..SEEDS_UNTIL_NOTICED).find_map(|seed| run(seed, Missing::Nothing).err());
    power::lie(false);
    println!("seed {}: {}", broken.as_ref().map_or(0, |b| b.seed), broken.as_ref().map_or("", |b| &b.what));
    assert!(broken.is_some(), "nobody missed what was not synced");
}
