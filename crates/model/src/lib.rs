//! The roster itself: departments, members, guardians, invitations, the edits made to them and the rules they obey.
//!
//! No I/O, no clock, no randomness: `today`, `now` and random bytes are arguments. Depends on no other room.

pub mod belonging;
mod birth;
pub mod check;
pub mod chips;
pub mod custom;
pub mod edit;
pub mod field;
pub mod guardians;
pub mod id;
pub mod mask;
pub mod merge;
pub mod photo;
pub mod pinyin;
pub mod record;
pub mod tree;
pub mod value;
pub mod year;

pub use birth::{birth_date, birth_date_of};
pub use check::{
    Checked, Context, Finding, Problem, Warning, check_field, check_record, check_stored, choice_sets, choice_words,
    document_kind_guess, parse_choice, parse_choices, parse_date, resident_id_facts,
};
pub use edit::{Change, Edit, Verb};
pub use field::{Field, Form, Kind, Owner};
pub use id::{DepartmentId, MemberId, OrganisationId, RecordId};
pub use photo::PhotoHash;
pub use pinyin::{SearchKeys, haystack, needle, search_keys, sort_key, spelling};
pub use record::Record;
pub use tree::{Department, Tree, TreeProblem};
pub use value::{Value, ValueDigest};
