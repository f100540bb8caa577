//! What tests, bench and demo share: a clock that stands still, chance that repeats, and made-up rosters of any size.
//!
//! Nothing here may reach a shipped program, and nothing here reads a real clock or real randomness.

pub mod clock;
pub mod pictures;
pub mod random;
pub mod rosters;
pub mod workbook;

pub use clock::Clock;
pub use random::{Ids, Random};
pub use rosters::{MadeUpGuardian, Person, people};
