//! The real programs, killed anywhere in their work.

use mingce_simulation::kills;

/// Kills of every test run; `cargo xtask simulate --kills N` does any number.
const KILLS: u32 = 40;

#[test]
fn programs_that_are_killed_lose_nothing_that_was_saved() {
    let Some(programs) = kills::built_programs() else {
        // `cargo test` of this package alone builds no other package's programs.
        eprintln!("left out: mingce and mingce-service are not built");
        return;
    };
    match kills::run(&programs, 1, KILLS) {
        Ok(killed) => println!("{killed}"),
        Err(broken) => panic!("{broken}"),
    }
}
