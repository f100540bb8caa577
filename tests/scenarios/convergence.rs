//! Random histories: whatever people do and whatever befalls them, in the end every desktop holds the same and nothing
//! anybody wrote has vanished.
//!
//! `MINGCE_HISTORIES=500` runs more of them than the ordinary run; each extends the same sequence.

use crate::history::{Deed, History};
use crate::house::House;
use crate::line::Weather;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::Runtime;

fn weather() -> impl Strategy<Value = Weather> {
    prop_oneof![
        Just(Weather::Down),
        Just(Weather::REQUESTS_LOST),
        Just(Weather::ANSWERS_LOST),
        (1usize..1_500).prop_map(Weather::RequestsCutAfter),
        (1usize..1_500).prop_map(Weather::AnswersCutAfter),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        5 => (0u8..12).prop_map(|card| Deed::Add { card }),
        2 => any::<(u8, u8)>().prop_map(|(parent, name)| Deed::AddDepartment { parent, name }),
        14 => any::<(u8, u8, u8)>().prop_map(|(member, field, value)| Deed::Set { member, field, value }),
        1 => any::<(u8, u8)>().prop_map(|(department, parent)| Deed::MoveDepartment { department, parent }),
        2 => any::<u8>().prop_map(|member| Deed::Remove { member }),
        1 => any::<u8>().prop_map(|department| Deed::RemoveDepartment { department }),
        2 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
        2 => any::<(u8, u8)>().prop_map(|(conflict, side)| Deed::Resolve { conflict, side }),
        1 => Just(Deed::DropRefusal),
        1 => Just(Deed::RetryRefusal),
        8 => Just(Deed::Sync),
        3 => weather().prop_map(Deed::SyncIn),
        1 => Just(Deed::Crash),
        1 => Just(Deed::CrashWhilePushing),
        1 => Just(Deed::CrashWhilePulling),
        1 => Just(Deed::Copy),
    ]
}

pub fn histories(default: u32) -> u32 {
    std::env::var("MINGCE_HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

pub fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn desktops_come_to_hold_the_same_and_nothing_written_vanishes() {
    let runtime = Runtime::new().unwrap();
    let house = runtime.block_on(House::open());
    let deeds = prop::collection::vec((0usize..5, deed()), 1..45);
    let outcome = runner(histories(60)).run(&(2usize..=3, deeds), |(desktops, deeds)| {
        runtime.block_on(async {
            let mut history = History::begin(&house, desktops).await;
            for (desktop, deed) in &deeds {
                history.run(*desktop, deed).await;
            }
            history.end().await;
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn one_desktop_never_clashes_with_itself() {
    let runtime = Runtime::new().unwrap();
    let house = runtime.block_on(House::open());
    // A copy is a second desktop.
    let alone = deed().prop_filter("no copies", |deed| !matches!(deed, Deed::Copy));
    let outcome = runner(histories(20)).run(&prop::collection::vec(alone, 1..40), |deeds| {
        runtime.block_on(async {
            let mut history = History::begin(&house, 1).await;
            for deed in &deeds {
                history.run(0, deed).await;
            }
            assert_eq!(history.conflicts(), 0);
            history.end().await;
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
