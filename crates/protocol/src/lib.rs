//! What desktop and service say to each other, and how it is written on the wire.
//!
//! Version 1. Bodies of push and pull are NDJSON under zstd: one header line, then one JSON array a line. The client
//! infers nothing: the service states every version, the head and the cursor. Never holds a socket or a clock.
//!
//! | version | since | what changed |
//! |---|---|---|
//! | 1 | 0.1 | first |
//!
//! What was added to the headers of version 1 since, each left out by whoever does not know of it: a pull's `rights`; a
//! push's `batches`, and a pull's `batches`, `of_batches` and `edits` (docs/decisions, 2026-11-30). A sign-in's `code`, and
//! the failures `code_needed` and `code_wrong`: only accounts with a second factor meet them. A pull's `scope`, for desktops
//! that ask with `scope=1`: accounts bound to departments are told `upgrade` without it.

pub mod account;
pub mod administrators;
pub mod audit;
pub mod batches;
pub mod body;
pub mod digest;
pub mod events;
pub mod failure;
pub mod pull;
pub mod push;

pub use account::*;
pub use administrators::*;
pub use audit::{AUDIT_LINES_MAX, AuditLine, AuditPage, LOOK_ACTS, LOOKS_MAX, Look, ReportLooks};
pub use batches::{PulledBatch, PulledEdit, PushedBatch, label_of};
pub use body::{BodyError, Limits};
pub use events::{EVENTS_MEDIA_TYPE, News, NewsReader, STILL_HERE, STILL_HERE_S, write_news};
pub use failure::{ApiError, ApiFailure};
pub use pull::{Authored, PullAuthor, PullHeader, PulledRecord, PulledScope};
pub use push::{Exception, FieldBase, Op, OpCode, OpFields, PushAnswer, PushHeader, VersionRuns};

/// The protocol spoken by this build.
pub const PROTOCOL: u16 = 1;
/// The oldest protocol this build still understands.
pub const PROTOCOL_MIN: u16 = 1;
/// The field registry's schema (see `mingce_model::Field`).
pub const SCHEMA: u16 = 3;
/// Media type of push and pull bodies.
pub const MEDIA_TYPE: &str = "application/vnd.mingce.v1+ndjson";
/// Edits in one push at the most.
pub const PUSH_OPS_MAX: usize = 5_000;
/// Bytes of one decompressed body at the most.
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of one photo at the most.
pub const PHOTO_BYTES_MAX: usize = 60 * 1024;
/// Media type of photos.
pub const PHOTO_MEDIA_TYPE: &str = "image/jpeg";
/// What the service says of an edit that names a photo which it does not have (`Exception::rule`).
pub const PHOTO_MISSING: &str = "photo_missing";
/// What the service says of an edit that reaches beyond the departments of its author (`Exception::rule`).
pub const OUT_OF_SCOPE: &str = "out_of_scope";
/// Records in one pull page at the most.
pub const PULL_ROWS_MAX: usize = 5_000;
