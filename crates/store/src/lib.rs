//! The encrypted local roster: records, search, history, undo, and the edits that wait for the service.
//!
//! A local edit, its outbox entry and its history entry are one transaction; an edit leaves the outbox only when the
//! service has answered for it. Never opens a socket, reads a clock or draws randomness, and never puts a value of a
//! record into an error or a log line.

mod as_it_stood;
mod attention;
mod audit;
mod author;
mod belonging;
mod between;
mod connection;
mod creation;
mod departments;
mod edited;
mod error;
mod find;
mod find_related;
mod forgotten;
mod fresh;
mod glance;
mod grams;
mod headcount;
mod history;
mod identity;
mod invitations;
mod journal;
mod lowered;
mod marks;
mod natural;
mod operation;
mod outbox;
mod overtaken;
mod page;
mod page_extras;
mod parts;
mod past;
mod people;
mod photos;
mod profile;
mod pull;
mod reads;
mod rebase;
mod removal;
mod restore;
mod rewind;
mod rows;
mod runs;
mod safeguard;
mod schema;
mod scope;
mod search;
mod search_text;
mod select;
mod set_all;
mod settings;
mod shadow;
mod sorted;
mod store;
mod take_over;
mod told_edits;
mod undo;
mod undo_many;
mod unmasked;
mod verify;
mod write;

pub use as_it_stood::Stands;
pub use attention::{Refusal, Refusals, Side};
pub use audit::{AuditAct, AuditRow, Looked};
pub use departments::{DepartmentNode, Departments, Leader, Place};
pub use error::StoreError;
pub use find::{Column, Direction, Filter, Mark, Masked, Matching, Query, Test, View};
pub use glance::{Changes, Glance};
pub use history::{HistoryEntry, Moment, OperationNumber, OperationRow};
pub use identity::{Identity, SyncState};
pub use invitations::{InvitationList, InvitationProgress, InvitationState};
pub use lowered::TakenBack;
pub use operation::{Atomicity, Base, Kept, Kinds, Label, Operation, Origin, Progress, Touched, UndoState, Undone};
pub use outbox::{OutboxEntry, Settled};
pub use page::{GuardianRow, Join, MemberRow};
pub use page_extras::{Customs, MemberExtras, TagRow};
pub use past::Past;
pub use people::Person;
pub use photos::{NewPhoto, PhotoOrigin};
pub use profile::{database_path, has_roster, set_aside};
pub use removal::Removals;
pub use restore::{LeftOut, Restored};
pub use runs::{Checked, NewRun, RunLabel, RunLabelRow, RunRow, RunWay};
#[cfg(feature = "simulation")]
pub use safeguard::without_version_skip;
pub use settings::Counts;
pub use store::Store;
pub use undo::UndoProgress;
pub use verify::Mended;

/// The raw 256-bit key of the database file.
pub type DatabaseKeyBytes = [u8; 32];
