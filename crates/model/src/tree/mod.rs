//! The department tree: paths, order and what a change may do to it. Pure; it repairs nothing, but it also never hangs or
//! loses a department when the records disagree: one whose parent is unknown or below itself stands at the top.

mod kind;
mod merging;
mod order;
mod path;
mod rings;

pub use kind::{has_classes, kind_guess, kinds_offered};
pub use merging::MergePlan;
pub use order::natural_key;
pub use path::{NAME_CHARACTERS_MAX, SEPARATORS, join_path, name_key, parse_path};
pub use rings::{Parents, settle_parents};

use crate::check::problem::codes;
use crate::{DepartmentId, Field, Kind, Record};
use std::collections::HashMap;

/// Levels that a tree may have.
pub const DEPTH_MAX: usize = 12;

codes! {
    /// Why a department cannot be put somewhere.
    TreeProblem {
        /// It would stand below itself.
        Cycle = "department_cycle",
        /// More than `DEPTH_MAX` levels.
        TooDeep = "department_too_deep",
        /// A sibling has the name already, width and case aside.
        NameTaken = "department_name_taken",
        /// The department or the parent is not in the tree.
        Unknown = "department_unknown",
        /// The place is archived, or below something that is: nothing can be put there.
        Archived = "department_archived",
    }
}

/// The word of `Field::DepartmentState` for a department that was put away with everything below it.
pub const ARCHIVED: &str = "archived";

/// One department as the tree sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Department {
    pub id: DepartmentId,
    pub parent: Option<DepartmentId>,
    pub name: String,
    /// A word of `Field::DepartmentKind`.
    pub kind: String,
    /// Place among its siblings as an administrator set it; those without one follow in natural order.
    pub position: Option<i64>,
    /// Put away itself; what is below it counts as archived too, see `Tree::is_archived`.
    pub is_archived: bool,
}

impl Department {
    /// Reads a record; `None` when it is not a department's.
    pub fn from_record(record: &Record) -> Option<Department> {
        (record.kind == Kind::Department).then(|| Department {
            id: record.id.into(),
            parent: record.reference(Field::DepartmentParent).map(DepartmentId),
            name: record.text(Field::DepartmentName).unwrap_or_default().to_owned(),
            kind: record.text(Field::DepartmentKind).unwrap_or("unit").to_owned(),
            position: record.int(Field::DepartmentPosition),
            is_archived: record.text(Field::DepartmentState) == Some(ARCHIVED),
        })
    }
}

/// All departments of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    departments: HashMap<DepartmentId, Department>,
    /// In order; top-level departments under `None`.
    children: HashMap<Option<DepartmentId>, Vec<DepartmentId>>,
}

impl Tree {
    /// Builds the tree. Of several departments with one id the last counts.
    pub fn new(departments: impl IntoIterator<Item = Department>) -> Tree {
        let mut departments: HashMap<DepartmentId, Department> =
            departments.into_iter().map(|department| (department.id, department)).collect();
        let mut parents: Parents = departments.values().map(|department| (department.id, department.parent)).collect();
        settle_parents(&mut parents, |_| None);
        for department in departments.values_mut() {
            department.parent = parents[&department.id];
        }
        let mut children: HashMap<Option<DepartmentId>, Vec<DepartmentId>> = HashMap::new();
        for department in departments.values() {
            children.entry(department.parent).or_default().push(department.id);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_cached_key(|id| {
                let department = &departments[id];
                (department.position.unwrap_or(i64::MAX), natural_key(&department.name), *id)
            });
        }
        Tree { departments, children }
    }

    pub fn get(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.get(&id)
    }
    pub fn len(&self) -> usize {
        self.departments.len()
    }
    pub fn is_empty(&self) -> bool {
        self.departments.is_empty()
    }
    /// The departments directly below one, or the top ones, in order.
    pub fn children(&self, parent: Option<DepartmentId>) -> &[DepartmentId] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }
    /// The department and those above it, the outermost first. Empty for an unknown one.
    pub fn line(&self, id: DepartmentId) -> Vec<&Department> {
        let mut line: Vec<&Department> =
            std::iter::successors(self.get(id), |department| self.get(department.parent?)).collect();
        line.reverse();
        line
    }
    /// Levels from the top: 1 for a top-level department, 0 for an unknown one.
    pub fn depth(&self, id: DepartmentId) -> usize {
        self.line(id).len()
    }
    /// `高一/3班`; empty for an unknown department.
    pub fn path(&self, id: DepartmentId) -> String {
        join_path(self.line(id).into_iter().map(|department| department.name.as_str()))
    }
    /// Follows names from the top, width, case and white space aside.
    pub fn find<S: AsRef<str>>(&self, names: &[S]) -> Option<DepartmentId> {
        let mut at = None;
        for name in names {
            at = Some(self.child_named(at, name.as_ref())?);
        }
        at
    }
    /// The department of that name directly below `parent`.
    pub fn child_named(&self, parent: Option<DepartmentId>, name: &str) -> Option<DepartmentId> {
        let key = name_key(name);
        self.children(parent).iter().copied().find(|id| name_key(&self.departments[id].name) == key)
    }
    /// The department and everything below it, each before what is below it, in order.
    pub fn subtree(&self, id: DepartmentId) -> Vec<DepartmentId> {
        let mut found = Vec::new();
        if self.departments.contains_key(&id) {
            let mut waiting = vec![id];
            while let Some(id) = waiting.pop() {
                found.push(id);
                waiting.extend(self.children(Some(id)).iter().rev());
            }
        }
        found
    }
    /// Every department in order with its level, 1 at the top.
    pub fn in_order(&self) -> Vec<(DepartmentId, usize)> {
        let mut found = Vec::with_capacity(self.len());
        let mut waiting: Vec<(DepartmentId, usize)> = self.children(None).iter().rev().map(|id| (*id, 1)).collect();
        while let Some((id, depth)) = waiting.pop() {
            found.push((id, depth));
            waiting.extend(self.children(Some(id)).iter().rev().map(|id| (*id, depth + 1)));
        }
        found
    }
    /// Whether `id` is `ancestor` or stands below it.
    pub fn is_within(&self, id: DepartmentId, ancestor: DepartmentId) -> bool {
        self.line(id).iter().any(|department| department.id == ancestor)
    }

    /// Whether the department or one above it was put away.
    pub fn is_archived(&self, id: DepartmentId) -> bool {
        self.line(id).iter().any(|department| department.is_archived)
    }
    /// The archived departments on the way from the top to this one, itself included: all of them have to come back
    /// before it is seen again.
    pub fn archived_line(&self, id: DepartmentId) -> Vec<DepartmentId> {
        self.line(id).into_iter().filter(|department| department.is_archived).map(|department| department.id).collect()
    }
    /// Levels of the department and what is below it: 1 without anything below, 0 for an unknown one.
    pub fn levels(&self, id: DepartmentId) -> usize {
        let top = self.depth(id);
        self.subtree(id).into_iter().map(|below| self.depth(below) + 1 - top).max().unwrap_or(0)
    }

    /// Whether people and departments can be put there.
    pub fn check_home(&self, id: DepartmentId) -> Result<(), TreeProblem> {
        if self.get(id).is_none() {
            return Err(TreeProblem::Unknown);
        }
        if self.is_archived(id) { Err(TreeProblem::Archived) } else { Ok(()) }
    }
    /// Whether a new department of that name can be made below `parent`.
    pub fn check_new(&self, parent: Option<DepartmentId>, name: &str) -> Result<(), TreeProblem> {
        self.check_place(parent, 1)?;
        if self.child_named(parent, name).is_some() { Err(TreeProblem::NameTaken) } else { Ok(()) }
    }
    /// Whether the department can take the name.
    pub fn check_rename(&self, id: DepartmentId, name: &str) -> Result<(), TreeProblem> {
        let department = self.get(id).ok_or(TreeProblem::Unknown)?;
        self.check_sibling(id, department.parent, name)
    }
    /// Whether the department can be moved, with everything below it, to a new parent.
    pub fn check_move(&self, id: DepartmentId, parent: Option<DepartmentId>) -> Result<(), TreeProblem> {
        let department = self.get(id).ok_or(TreeProblem::Unknown)?;
        if parent.is_some_and(|parent| self.is_within(parent, id)) {
            return Err(TreeProblem::Cycle);
        }
        if parent == department.parent {
            // Only its place among its siblings changes.
            return Ok(());
        }
        self.check_place(parent, self.levels(id))?;
        self.check_sibling(id, parent, &department.name)
    }

    fn check_place(&self, parent: Option<DepartmentId>, levels: usize) -> Result<(), TreeProblem> {
        let above = match parent {
            None => 0,
            Some(parent) => {
                self.check_home(parent)?;
                self.depth(parent)
            }
        };
        if above + levels > DEPTH_MAX { Err(TreeProblem::TooDeep) } else { Ok(()) }
    }

    fn check_sibling(&self, id: DepartmentId, parent: Option<DepartmentId>, name: &str) -> Result<(), TreeProblem> {
        let key = name_key(name);
        let is_taken =
            self.children(parent).iter().any(|other| *other != id && name_key(&self.departments[other].name) == key);
        if is_taken { Err(TreeProblem::NameTaken) } else { Ok(()) }
    }
}

#[cfg(test)]
mod replicas;
#[cfg(test)]
mod tests;
