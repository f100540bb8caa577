//! Emptying a department into another one: what merging two departments means, and what removing one that has people
//! and departments in it means.
//!
//! The plan only says which departments are emptied into which; the members' records are the caller's.

use super::{DEPTH_MAX, Tree, TreeProblem, name_key};
use crate::DepartmentId;
use std::collections::HashSet;

/// What has to happen so that one department is emptied into another and can go.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MergePlan {
    /// Departments to empty and the ones that take over their members; `None`: no department at all. Those above come
    /// first, so that in reverse each can be removed when nothing is below it any more.
    pub emptied: Vec<(DepartmentId, Option<DepartmentId>)>,
    /// Departments that go over with everything below them, with their new parents, in the tree's order.
    pub moved: Vec<(DepartmentId, Option<DepartmentId>)>,
}

impl Tree {
    /// Plans to empty `from` into `into`, or to the top. Departments below `from` go over; one that finds a sibling of
    /// its name there is emptied into that in turn.
    ///
    /// # Errors
    /// `Cycle` when `into` is `from` or below it, `Archived` when it or a namesake below it is archived, `TooDeep` when
    /// something would come to stand too deep, `NameTaken` when a department below `from` has the name of `from` and
    /// would come to stand beside it before it is gone.
    pub fn plan_merge(&self, from: DepartmentId, into: Option<DepartmentId>) -> Result<MergePlan, TreeProblem> {
        if self.get(from).is_none() {
            return Err(TreeProblem::Unknown);
        }
        if let Some(into) = into {
            if self.is_within(into, from) {
                return Err(TreeProblem::Cycle);
            }
            self.check_home(into)?;
        }
        let mut plan = MergePlan::default();
        let mut waiting = vec![(from, into)];
        while let Some((source, target)) = waiting.pop() {
            plan.emptied.push((source, target));
            let mut arrived: HashSet<String> = HashSet::new();
            let mut emptied = Vec::new();
            for child in self.children(Some(source)) {
                let name = self.get(*child).map(|child| name_key(&child.name)).unwrap_or_default();
                match self.child_named(target, &name) {
                    Some(namesake) if namesake == from => return Err(TreeProblem::NameTaken),
                    Some(namesake) if self.is_archived(namesake) => return Err(TreeProblem::Archived),
                    Some(namesake) => emptied.push((*child, Some(namesake))),
                    None => {
                        let above = target.map_or(0, |target| self.depth(target));
                        if above + self.levels(*child) > DEPTH_MAX {
                            return Err(TreeProblem::TooDeep);
                        }
                        // Namesakes below one department are possible while a refusal is open.
                        if !arrived.insert(name) {
                            return Err(TreeProblem::NameTaken);
                        }
                        plan.moved.push((*child, target));
                    }
                }
            }
            waiting.extend(emptied.into_iter().rev());
        }
        Ok(plan)
    }
}
