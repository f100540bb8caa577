//! The roster itself: departments, members, guardians, invitations, the edits made to them and the rules they obey.
//!
//! No I/O, no clock, no randomness: `today`, `now` and random bytes are arguments. Depends on no other room.

pub mod edit;
pub mod field;
pub mod id;
pub mod merge;
pub mod record;
pub mod value;

pub use edit::{Change, Edit, Verb};
pub use field::{Field, Form, Kind, Owner};
pub use id::{DepartmentId, MemberId, OrganisationId, RecordId};
pub use record::Record;
pub use value::{Value, ValueDigest};
