//! Simulated histories: the real stores, the real merge, loop and protocol, and a service's real router, driven by one
//! seeded scheduler that lets happen whatever can happen between them. An oracle hears of everything and disagrees aloud.
//!
//! No wall clock, no thread and no randomness but the seed's has a say: a seed is a history, again and again.

mod accidents;
mod desk;
mod event;
mod folders;
mod ground;
mod history;
mod house;
pub mod kills;
mod line;
mod model;
pub mod power;
mod quiet;
mod storage;
mod work;
mod world;

pub use event::{Act, Event, Temper, events};
pub use ground::is_postgres;
pub use history::{Broken, EVENTS, run, run_events, run_many, shrink, tell_everything};
pub use world::{Counts, Missing};
