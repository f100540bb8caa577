//! The histories of every test run, and what happens to them without one safeguard each.

use mingce_service::sync::Safeguard;
use mingce_simulation::{Broken, Missing, events, run, run_many, shrink};

/// Histories of every test run; `cargo xtask simulate` does any number.
const SEEDS: u64 = 2_000;
/// Tries at making a broken history smaller.
const SHRINK_RUNS: usize = 400;
/// A missing safeguard is noticed within so many histories.
const SEEDS_UNTIL_NOTICED: u64 = 2_000;

#[test]
fn many_histories_keep_every_promise() {
    match run_many(0, SEEDS, Missing::Nothing) {
        // A harness in which nothing happens would find nothing either.
        Ok(counts) => {
            println!("{counts:?}");
            assert!(counts.edits > SEEDS * 20 && counts.pushes > SEEDS * 5 && counts.pages > SEEDS * 10);
            let rare = [counts.conflicts, counts.refusals, counts.forks, counts.epochs, counts.unavailable];
            assert!(rare.iter().all(|count| *count > SEEDS / 10), "{counts:?}");
        }
        Err(broken) => panic!("{}", shrink(*broken, Missing::Nothing, SHRINK_RUNS)),
    }
}

#[test]
fn a_seed_is_one_history() {
    for seed in [3, 5] {
        assert_eq!(events(seed, 50), events(seed, 50));
        let told = |seed| format!("{:?}", run(seed, Missing::Nothing));
        assert_eq!(told(seed), told(seed));
    }
}

fn first_broken(missing: Missing) -> Broken {
    let broken = (0..SEEDS_UNTIL_NOTICED).find_map(|seed| run(seed, missing).err());
    let broken = broken.unwrap_or_else(|| panic!("nobody missed {missing:?}"));
    println!("{missing:?}: seed {}: {}", broken.seed, broken.what);
    let whole = run(broken.seed, Missing::Nothing);
    assert!(whole.is_ok(), "it breaks with the safeguard as well: {}", whole.unwrap_err());
    broken
}

#[test]
fn a_missing_digest_is_noticed() {
    first_broken(Missing::AtTheService(Safeguard::Digest));
}

#[test]
fn a_missing_epoch_is_noticed() {
    first_broken(Missing::AtTheService(Safeguard::Epoch));
}

/// Whoever has written since the backup is told by what they hold answers to. The chain is for those who only looked, and
/// come back when the log has grown past their place again: a laptop that lay in a drawer.
#[test]
fn a_missing_chain_is_noticed() {
    first_broken(Missing::AtTheService(Safeguard::Chain));
}

#[test]
fn a_missing_acknowledged_number_is_noticed() {
    first_broken(Missing::AtTheService(Safeguard::Acknowledged));
}

#[test]
fn a_missing_lock_of_the_organisation_is_noticed() {
    first_broken(Missing::AtTheService(Safeguard::OrganisationLock));
}

#[test]
fn a_missing_skip_of_known_versions_is_noticed() {
    first_broken(Missing::VersionSkip);
}

#[test]
fn a_broken_history_is_made_smaller_and_stays_broken() {
    let missing = Missing::AtTheService(Safeguard::Digest);
    let broken = first_broken(missing);
    let (before, seed) = (broken.events.len(), broken.seed);
    let small = shrink(broken, missing, 60);
    assert!(small.events.len() < before);
    let again = mingce_simulation::run_events(seed, &small.events, missing).unwrap_err();
    assert_eq!(again.what, small.what);
}
