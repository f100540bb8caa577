//! Import: a file opened, its columns mapped, a dry run looked at, and the whole applied as one batch.

mod applying;
mod columns;
mod opening;
mod planning;
mod preview;
mod roster;
mod rows;
mod source_places;

use crate::failure::Outcome;
use crate::lock;
use crate::session::Session;
use mingce_exchange::diff::Plan;
use mingce_exchange::read::Workbook;
use mingce_exchange::shape::{FittedSheets, Mapping, Shape};
use mingce_ipc::Code;
use mingce_ipc::import::{ImportMode, PlanImport};
use mingce_model::custom::CustomField;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) use applying::apply;
pub(crate) use opening::open;
pub(crate) use planning::plan;
pub(crate) use preview::page;
pub(crate) use rows::{find_planned, take_out, walk};

/// Files that are open for import, by name.
#[derive(Default)]
pub(crate) struct Imports {
    next: u64,
    open: HashMap<String, Arc<Import>>,
}

struct Import {
    is_cancelled: AtomicBool,
    work: Mutex<Work>,
}

struct Work {
    workbook: Workbook,
    sheet: String,
    shape: Shape,
    plan: Option<Plan>,
    /// How many plans were made of the file.
    round: u32,
    /// What was taken out and back in.
    changes: rows::Changes,
    /// What the plan was made of.
    made_of: Option<MadeOf>,
    /// The sheets that are planned together, and the mapping that they were found with.
    fitted: Option<(Mapping, FittedSheets)>,
    /// As the plan read the columns.
    mapping: Option<Mapping>,
    /// The rows that were looked at last.
    shown: Option<Shown>,
    /// Fields that the plan makes, by the places of their columns.
    fresh: Vec<(usize, CustomField)>,
    mode: ImportMode,
    file_name: String,
    sha256: [u8; 32],
}

/// What a plan was made of.
struct MadeOf {
    asked: PlanImport,
    /// The store's version.
    version: u64,
}

/// Rows of a plan by their places in it, and what they were chosen by.
struct Shown {
    by: rows::Chosen,
    places: Vec<u32>,
}

fn find(session: &Session, name: &str) -> Outcome<Arc<Import>> {
    lock(&session.imports).open.get(name).cloned().ok_or_else(|| Code::ImportGone.into())
}

pub(crate) fn close(session: &Session, name: &str) {
    cancel(session, name);
    lock(&session.imports).open.remove(name);
}

pub(crate) fn cancel(session: &Session, name: &str) {
    if let Ok(import) = find(session, name) {
        import.is_cancelled.store(true, Ordering::Relaxed);
    }
}
