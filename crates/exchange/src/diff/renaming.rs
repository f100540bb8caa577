//! Departments that a file calls otherwise than the roster does: rows of the plan like any others, behind those of the
//! people, and edits in an order in which no two siblings are ever called the same.

use super::arena::{Borrowed, Item, encode};
use super::edits::ApplyChoices;
use super::places::{Above, NewDepartment};
use super::plan::{Action, Plan, PlannedRow, PlannedSheet};
use crate::oneroster::Renamed;
use crate::shape::Mapping;
use mingce_model::tree::{Department, Tree, name_key};
use mingce_model::{Change, DepartmentId, Edit, Field, Kind, RecordId, Value, Verb};
use std::collections::HashMap;

/// A department that is renamed.
#[derive(Clone, Debug)]
pub(crate) struct PlannedRename {
    pub department: DepartmentId,
    pub before: String,
    pub after: String,
    file: &'static str,
    row: u32,
}

/// The departments as they are called once the file is in, and those of them that are called otherwise now.
pub(super) fn rename(mut departments: Vec<Department>, wanted: &[Renamed]) -> (Vec<Department>, Vec<PlannedRename>) {
    if wanted.is_empty() {
        return (departments, Vec::new());
    }
    let tree = Tree::new(departments.iter().cloned());
    let mut by_path: HashMap<String, Vec<DepartmentId>> = HashMap::new();
    for (id, _) in tree.in_order() {
        by_path.entry(tree.path(id)).or_default().push(id);
    }
    let mut renames: Vec<PlannedRename> = Vec::new();
    for Renamed { path, name, file, row } in wanted {
        // Of two at one path nobody knows which is meant.
        let Some([id]) = by_path.get(path).map(Vec::as_slice) else { continue };
        let Some(department) = departments.iter_mut().find(|it| it.id == *id) else { continue };
        let before = std::mem::replace(&mut department.name, name.clone());
        renames.push(PlannedRename { department: *id, before, after: name.clone(), file, row: *row });
    }
    (departments, renames)
}

impl Plan {
    /// Rows for what is renamed, behind all others and numbered as in their files.
    pub(super) fn list_renames(&mut self) {
        let renames = std::mem::take(&mut self.renames);
        let mut base = self.rows_end;
        let mut bytes = Vec::new();
        for rename in &renames {
            if self.sheets.last().is_none_or(|sheet| sheet.name != rename.file) {
                base = self.rows.last().map_or(base, |row| row.row.max(base));
                let (name, headings) = (rename.file.to_owned(), Vec::new());
                let mapping = Mapping::ignoring(0);
                self.sheets.push(PlannedSheet { base, name, header_row: 1, headings, mapping, department: None });
            }
            let path = self.places.tree().path(rename.department);
            let (old, new) = (Borrowed::Text(&rename.before), Borrowed::Text(&rename.after));
            encode(&[Item::Label(&path), Item::Field { field: Field::DepartmentName, old, new }], &mut bytes);
            let span = self.arena.add(&bytes);
            let (row, action) = (base.saturating_add(rename.row), Action::Rename(rename.department.0));
            self.rows.push(PlannedRow { row, action, worst: None, is_excluded: false, span });
        }
        self.renames = renames;
    }
}

type Slot = (Option<RecordId>, String);

/// What renaming comes to with the user's choices.
#[derive(Default)]
pub(super) struct Renaming {
    pub(super) edits: Vec<Edit>,
    /// Who is called what once they are made, where anything is renamed at all.
    holders: HashMap<Slot, RecordId>,
}

impl Renaming {
    pub(super) fn of(plan: &Plan, choices: &ApplyChoices) -> Self {
        if plan.renames.is_empty() {
            return Self::default();
        }
        let tree = plan.places.tree();
        let mut made = Self::default();
        let mut names: HashMap<DepartmentId, (Option<RecordId>, String)> = HashMap::new();
        let renamed: HashMap<DepartmentId, &str> =
            plan.renames.iter().map(|rename| (rename.department, rename.before.as_str())).collect();
        for department in tree.in_order().into_iter().filter_map(|(id, _)| tree.get(id)) {
            let name = renamed.get(&department.id).copied().unwrap_or(&department.name);
            let parent = department.parent.map(|parent| parent.0);
            made.holders.insert((parent, name_key(name)), department.id.0);
            names.insert(department.id, (parent, name.to_owned()));
        }
        let goes_in = |id: RecordId| {
            let row = plan.rows.iter().rev().find(|row| row.action == Action::Rename(id));
            row.is_some_and(|row| {
                row.goes_in(choices.faulty_cells) && row.is_taken(choices.rows) && plan.chosen(row).count() > 1
            })
        };
        let mut waiting: Vec<&PlannedRename> =
            plan.renames.iter().filter(|rename| goes_in(rename.department.0)).collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|rename| !made.put(rename.department, &rename.after, &mut names));
            if waiting.len() < before {
                continue;
            }
            // Each waits for another: one of them steps aside. Who waits for one that keeps its name waits for good.
            let is_waiting = |id: RecordId| waiting.iter().any(|rename| rename.department.0 == id);
            let blocker = waiting.iter().find_map(|rename| {
                let (parent, _) = names.get(&rename.department)?;
                made.holders.get(&(*parent, name_key(&rename.after))).copied().filter(|id| is_waiting(*id))
            });
            let Some(blocker) = blocker.map(DepartmentId) else { break };
            let Some((parent, _)) = names.get(&blocker).cloned() else { break };
            let is_free = |name: &String| !made.holders.contains_key(&(parent, name_key(name)));
            let Some(aside) = (2_u32..10_000).map(|number| format!("~{number}")).find(is_free) else { break };
            if !made.put(blocker, &aside, &mut names) {
                break;
            }
        }
        made
    }

    /// Renames the department where nobody else is called so.
    fn put(
        &mut self,
        id: DepartmentId,
        after: &str,
        names: &mut HashMap<DepartmentId, (Option<RecordId>, String)>,
    ) -> bool {
        let Some((parent, before)) = names.get_mut(&id) else { return true };
        let slot = (*parent, name_key(after));
        if self.holders.get(&slot).is_some_and(|holder| *holder != id.0) {
            return false;
        }
        self.holders.remove(&(*parent, name_key(before)));
        self.holders.insert(slot, id.0);
        let base = Value::text(std::mem::replace(before, after.to_owned()));
        let changes = vec![Change { field: Field::DepartmentName, base, new: Value::text(after) }];
        self.edits.push(Edit { kind: Kind::Department, id: id.0, verb: Verb::Edit, changes });
        true
    }

    /// The department that keeps the name of one that would be made, because it is not renamed after all.
    pub(super) fn holder_of(&self, new: &NewDepartment) -> Option<RecordId> {
        let parent = match new.above {
            Above::Top => None,
            Above::Known(id) => Some(id),
            Above::New(_) => return None,
        };
        self.holders.get(&(parent, name_key(&new.name))).copied()
    }
}
