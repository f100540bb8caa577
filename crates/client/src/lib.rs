//! The way to the service: the protocol over HTTP, typed. The only room that names reqwest.
//!
//! Never decides anything about edits, never follows a redirect, never reads more than a bounded answer, and never
//! puts a token, a password or a body into an error or a log line.

mod address;
mod administrators;
mod client;
mod error;
mod options;

pub use client::{Answered, AuditAsk, Client, FetchedPage, NewsStream};
pub use error::ClientError;
pub use options::{ClientOptions, Trust};
