//! Files in and out: workbooks and text tables become staged rows, staged rows a plan against the roster as it is, the
//! plan edits; and the roster becomes files again.
//!
//! Never touches the store: what is known of the roster comes through [`diff::Roster`], what shall change leaves as
//! [`mingce_model::Edit`]. Never writes a person's data into an error.

pub mod diff;
mod error;
pub mod oneroster;
pub mod read;
mod run;
pub mod shape;
pub mod stage;
pub mod write;

pub use error::ExchangeError;
pub use run::{Progress, ROWS_PER_STEP, Run, unwatched};
