//! Some of the histories over PostgreSQL. Without `MINGCE_TEST_DATABASE` there is nothing to show.

use mingce_simulation::{Missing, is_postgres, run_many, shrink};

const SEEDS: u64 = 40;
const SHRINK_RUNS: usize = 60;

#[test]
fn histories_over_postgresql_keep_every_promise() {
    if !is_postgres() {
        return;
    }
    match run_many(0, SEEDS, Missing::Nothing) {
        Ok(counts) => println!("{counts:?}"),
        Err(broken) => panic!("{}", shrink(*broken, Missing::Nothing, SHRINK_RUNS)),
    }
}
