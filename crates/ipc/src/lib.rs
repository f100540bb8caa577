//! What the UI and the app say to each other. They ship together, so nothing here is versioned.
//!
//! Every call is declared once, in `calls.rs`: the trait that the app implements, the dispatcher that hosts use and
//! the TypeScript client are all made from that list. A host that forgets a call does not compile.

pub mod acts;
pub mod administrators;
pub mod bulk;
pub mod calls;
pub mod code;
pub mod custom;
pub mod department;
pub mod event;
pub mod history;
pub mod import;
pub mod invitation;
pub mod layout;
pub mod masking;
pub mod one_roster;
pub mod person;
pub mod photo;
pub mod problem;
pub mod profile;
pub mod roster;
pub mod rule;
pub mod sheets;
pub mod sync;
pub mod text_form;
pub mod typescript;
pub mod year;

pub use calls::{Calls, dispatch};
pub use code::{Code, Failure};
pub use event::Event;
