//! The service that an organisation's desktops sync with and where scanned invitations lead: storage, sync, member pages.
//!
//! Trusts nobody: every rule and right is checked here again. Knows nothing of the desktop's store, vault or screens.
//! Runs as `mingce-service` and embedded in the desktop app; `start` is the door for both.

mod administering;
pub mod administrators;
mod api;
pub mod audit;
pub mod backup;
pub mod consent;
mod delays;
mod failure;
mod hub;
mod join;
mod limits;
mod options;
mod pages;
mod password;
mod peer;
mod routes;
mod sealing;
mod second_factor;
mod server;
mod service;
pub mod storage;
mod streams;
pub mod sync;
mod token;
mod watching;

pub use failure::Failure;
pub use limits::{Rate, RateLimits};
pub use options::{Clock, ServiceOptions, TlsFiles};
pub use password::Passwords;
pub use routes::{router, routes};
pub use server::{Running, StartError, start};
pub use service::Service;
pub use storage::postgres::{AddressError, DatabaseAddress};
pub use storage::sqlite::DatabaseKey;
