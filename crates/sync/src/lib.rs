//! What to send, what an answer means, when to try again. Pure: two states in, steps out.
//!
//! No I/O, no clock, no randomness: the host carries the effects out and tells what came of them. Never decides what
//! becomes of an edit by itself; the service's answer does, once `judge` found that it answers what was sent.

pub mod conflict;
mod ear;
pub mod judge;
mod lane;
pub mod machine;
pub mod plan;
pub mod signal;
mod timing;

pub use conflict::{ConflictView, Subject};
pub use judge::{Page, ProtocolBreach, Settlement, judge, judge_page};
pub use machine::Machine;
pub use plan::{PlanError, PushLimits, PushState, plan_push};
pub use signal::{Effect, Event, Failure, Left, PageKind, State, Ticket, TimerId, Why};
pub use timing::Tick;
