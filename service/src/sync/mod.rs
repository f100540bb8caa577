//! The service's half of sync: numbers edits, merges them by value, remembers what it answered, feeds what changed.
//!
//! Works on one `Transaction` at a time and knows no socket, no clock and no SQL. No wall clock decides anything here.

mod ahead;
mod apply;
mod belonging;
mod bounds;
mod conflict;
pub mod cursor;
mod custom;
mod departments;
pub mod journal;
mod pull;
mod push;
mod refused;
mod rules;
mod safeguards;
mod scope;
mod signing;
mod verify;

pub use bounds::may_see_photo;
pub use cursor::CursorKey;
pub use journal::Journal;
pub use pull::{Page, load_page};
pub use push::{Pusher, apply_push, check_answered};
pub use safeguards::{Safeguard, Safeguards};
pub use verify::{KnownDigests, compare_part, load_digests};

/// Source of random bytes, given by the host.
pub type Random = std::sync::Arc<dyn Fn(&mut [u8]) + Send + Sync>;
