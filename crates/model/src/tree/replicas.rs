//! Two desktops and a service, as far as the tree goes: whatever is moved, merged, archived, renamed and removed on
//! both sides offline, in the end all three agree on a tree, everybody is in it, and every edit was answered.

use super::*;
use crate::RecordId;
use crate::Value;
use crate::merge::{Merged, merge_field};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const DEPARTMENTS: u8 = 10;
const MEMBERS: u8 = 14;

fn id(number: u8) -> DepartmentId {
    DepartmentId(RecordId::from_parts(1_788_000_000_000, [number; 10]))
}

fn reference(to: Option<DepartmentId>) -> Value {
    to.map_or(Value::Null, |id| Value::from(RecordId::from(id)))
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Rows {
    departments: BTreeMap<DepartmentId, Department>,
    members: BTreeMap<u8, Option<DepartmentId>>,
}

impl Rows {
    fn tree(&self) -> Tree {
        Tree::new(self.departments.values().cloned())
    }
    fn is_in_use(&self, id: DepartmentId) -> bool {
        self.departments.values().any(|department| department.parent == Some(id))
            || self.members.values().any(|department| *department == Some(id))
    }
    fn write(&mut self, op: &Op) {
        let department = |rows: &mut Rows, id: &DepartmentId, change: &dyn Fn(&mut Department)| {
            rows.departments.get_mut(id).into_iter().for_each(change);
        };
        match op {
            Op::Parent { id, new, .. } => department(self, id, &|department| department.parent = *new),
            Op::Name { id, new, .. } => department(self, id, &|department| department.name = new.clone()),
            Op::State { id, is_archived } => department(self, id, &|department| department.is_archived = *is_archived),
            Op::Remove { before } => drop(self.departments.remove(&before.id)),
            Op::Member { member, new, .. } => drop(self.members.insert(*member, *new)),
        }
    }
}

/// One edit, with its base.
#[derive(Clone, Debug)]
enum Op {
    Parent { id: DepartmentId, base: Option<DepartmentId>, new: Option<DepartmentId> },
    Name { id: DepartmentId, base: String, new: String },
    State { id: DepartmentId, is_archived: bool },
    Remove { before: Department },
    Member { member: u8, base: Option<DepartmentId>, new: Option<DepartmentId> },
}

/// The service's answer; all but `Applied` and `Same` wait for a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Answer {
    Applied,
    Same,
    Conflict,
    Refused,
}

impl From<Merged> for Answer {
    fn from(merged: Merged) -> Answer {
        match merged {
            Merged::Same => Answer::Same,
            Merged::Apply => Answer::Applied,
            Merged::Conflict => Answer::Conflict,
        }
    }
}

/// What the service does with an edit, in the order in which edits arrive.
fn answer(rows: &mut Rows, op: &Op) -> Answer {
    let tree = rows.tree();
    let (merged, is_allowed) = match op {
        Op::Parent { id, base, new } => {
            let Some(department) = rows.departments.get(id) else { return Answer::Refused };
            let merged = merge_field(reference(*base).digest(), &reference(department.parent), &reference(*new));
            (merged.into(), tree.check_move(*id, *new).is_ok())
        }
        Op::Name { id, base, new } => {
            let Some(department) = rows.departments.get(id) else { return Answer::Refused };
            let (base, now, new) = (Value::from(&**base), Value::from(&*department.name), Value::from(&**new));
            (merge_field(base.digest(), &now, &new).into(), tree.check_rename(*id, new.as_text().unwrap()).is_ok())
        }
        Op::State { id, is_archived } => {
            let Some(department) = rows.departments.get(id) else { return Answer::Refused };
            // With two states, what is not the new one is the base.
            (if department.is_archived == *is_archived { Answer::Same } else { Answer::Applied }, true)
        }
        Op::Remove { before } => match rows.departments.get(&before.id) {
            None => (Answer::Same, true),
            Some(now) => {
                let merged = if now == before { Answer::Applied } else { Answer::Conflict };
                (merged, !rows.is_in_use(before.id))
            }
        },
        Op::Member { member, base, new } => {
            let merged = merge_field(reference(*base).digest(), &reference(rows.members[member]), &reference(*new));
            (merged.into(), new.is_none_or(|new| tree.check_home(new).is_ok()))
        }
    };
    match merged {
        Answer::Applied if !is_allowed => Answer::Refused,
        Answer::Applied => {
            rows.write(op);
            Answer::Applied
        }
        other => other,
    }
}

/// What a person does at a desktop.
#[derive(Clone, Debug)]
enum Act {
    Move {
        department: u8,
        to: Option<u8>,
    },
    Merge {
        from: u8,
        into: Option<u8>,
    },
    Rename {
        department: u8,
        name: u8,
    },
    Archive {
        department: u8,
    },
    Restore {
        department: u8,
    },
    MoveMember {
        member: u8,
        to: Option<u8>,
    },
    /// Takes the last act back, so far as nobody else has been there.
    Undo,
    /// Hears what the others did; the own edits wait on.
    Pull,
    /// Sends the own edits and hears the rest.
    Sync,
}

#[derive(Clone, Default)]
struct Replica {
    rows: Rows,
    /// What the service last said.
    agreed: Rows,
    outbox: Vec<Op>,
    last_act: Vec<Op>,
    answers: Vec<Answer>,
    made: usize,
}

impl Replica {
    /// The tree as it is shown: a ring with an own move in it gives way.
    fn tree(&self) -> Tree {
        let parents_of = |rows: &Rows| rows.departments.values().map(|row| (row.id, row.parent)).collect::<Parents>();
        let mut parents = parents_of(&self.rows);
        let touched: BTreeSet<DepartmentId> = self.outbox.iter().filter_map(Op::department).collect();
        let agreed = parents_of(&self.agreed);
        settle_parents(&mut parents, |id| agreed.get(&id).copied().filter(|_| touched.contains(&id)));
        Tree::new(self.rows.departments.values().cloned().map(|row| Department { parent: parents[&row.id], ..row }))
    }

    fn act(&mut self, act: &Act) {
        let tree = self.tree();
        let known = |number: u8| Some(id(number)).filter(|id| self.rows.departments.contains_key(id));
        let mut ops = Vec::new();
        match act {
            Act::Move { department, to } => {
                let (Some(department), to) = (known(*department), to.map(id)) else { return };
                if tree.check_move(department, to).is_ok() {
                    ops.push(Op::Parent { id: department, base: self.rows.departments[&department].parent, new: to });
                }
            }
            Act::Merge { from, into } => {
                let Ok(plan) = tree.plan_merge(id(*from), into.map(id)) else { return };
                for (source, target) in &plan.emptied {
                    let members = self.rows.members.iter().filter(|(_, at)| **at == Some(*source));
                    ops.extend(members.map(|(member, at)| Op::Member { member: *member, base: *at, new: *target }));
                }
                for (child, target) in &plan.moved {
                    ops.push(Op::Parent { id: *child, base: self.rows.departments[child].parent, new: *target });
                }
                for (source, _) in plan.emptied.iter().rev() {
                    ops.push(Op::Remove { before: self.rows.departments[source].clone() });
                }
            }
            Act::Rename { department, name } => {
                let (Some(department), name) = (known(*department), format!("{name}班")) else { return };
                if tree.check_rename(department, &name).is_ok() {
                    let base = self.rows.departments[&department].name.clone();
                    ops.push(Op::Name { id: department, base, new: name });
                }
            }
            Act::Archive { department } => {
                ops.extend(known(*department).map(|id| Op::State { id, is_archived: true }));
            }
            Act::Restore { department } => {
                let line = tree.archived_line(id(*department));
                ops.extend(line.into_iter().map(|id| Op::State { id, is_archived: false }));
            }
            Act::MoveMember { member, to } => {
                let (base, new) = (self.rows.members[member], to.map(id));
                if new.is_none_or(|new| tree.check_home(new).is_ok()) {
                    ops.push(Op::Member { member: *member, base, new });
                }
            }
            Act::Undo => ops = self.inverse_of_last(),
            Act::Pull | Act::Sync => unreachable!("the line's business"),
        }
        for op in &ops {
            self.rows.write(op);
        }
        self.made += ops.len();
        self.outbox.extend(ops.iter().cloned());
        self.last_act = ops;
    }

    /// Removals cannot come back in this small model; everything else does where it is still as it was left.
    fn inverse_of_last(&self) -> Vec<Op> {
        let rows = &self.rows;
        let inverse = |op: &Op| match op.clone() {
            Op::Parent { id, base, new } => {
                let is_as_left = rows.departments.get(&id).is_some_and(|row| row.parent == new);
                (is_as_left && self.tree().check_move(id, base).is_ok()).then_some(Op::Parent {
                    id,
                    base: new,
                    new: base,
                })
            }
            Op::Name { id, base, new } => {
                let is_as_left = rows.departments.get(&id).is_some_and(|row| row.name == new);
                (is_as_left && self.tree().check_rename(id, &base).is_ok()).then_some(Op::Name {
                    id,
                    base: new,
                    new: base,
                })
            }
            Op::State { id, is_archived } => Some(Op::State { id, is_archived: !is_archived }),
            Op::Member { member, base, new } => (rows.members[&member] == new
                && base.is_none_or(|base| self.tree().check_home(base).is_ok()))
            .then_some(Op::Member { member, base: new, new: base }),
            Op::Remove { .. } => None,
        };
        self.last_act.iter().rev().filter_map(inverse).collect()
    }

    /// Takes the service's rows and puts the edits that wait on top of them.
    fn pull(&mut self, service: &Rows) {
        self.agreed = service.clone();
        self.rows = service.clone();
        for op in &self.outbox {
            self.rows.write(op);
        }
    }

    fn sync(&mut self, service: &mut Rows) {
        for op in std::mem::take(&mut self.outbox) {
            self.answers.push(answer(service, &op));
        }
        // What was not taken is in the answers; the rows show what the service has.
        self.pull(service);
        self.last_act.clear();
    }
}

impl Op {
    fn department(&self) -> Option<DepartmentId> {
        match self {
            Op::Parent { id, .. } | Op::Name { id, .. } | Op::State { id, .. } => Some(*id),
            Op::Remove { before } => Some(before.id),
            Op::Member { .. } => None,
        }
    }
}

fn first_rows() -> Rows {
    let department = |number: u8| Department {
        id: id(number),
        parent: (!number.is_multiple_of(3)).then(|| id(number - 1)),
        name: format!("{number}班"),
        kind: "unit".into(),
        position: None,
        is_archived: false,
    };
    Rows {
        departments: (0..DEPARTMENTS).map(|number| (id(number), department(number))).collect(),
        members: (0..MEMBERS).map(|member| (member, (member < DEPARTMENTS).then(|| id(member)))).collect(),
    }
}

/// Read from the raw parents: `Tree::new` would mend what this looks for.
fn assert_sound(rows: &Rows) {
    for (id, department) in &rows.departments {
        let mut at = department.parent;
        let mut levels = 1;
        while let Some(above) = at {
            assert_ne!(above, *id, "below itself");
            levels += 1;
            assert!(levels <= DEPTH_MAX, "too deep");
            at = rows.departments.get(&above).expect("the parent is there").parent;
        }
        for (other, sibling) in &rows.departments {
            let is_namesake = other != id && sibling.parent == department.parent && sibling.name == department.name;
            assert!(!is_namesake, "two of one name");
        }
    }
    assert_eq!(rows.members.len(), usize::from(MEMBERS), "nobody is lost");
    for department in rows.members.values().flatten() {
        assert!(rows.departments.contains_key(department), "everybody is somewhere");
    }
}

fn any_act() -> impl Strategy<Value = Act> {
    let place = || prop::option::weighted(0.8, 0..DEPARTMENTS);
    prop_oneof![
        6 => (0..DEPARTMENTS, place()).prop_map(|(department, to)| Act::Move { department, to }),
        2 => (0..DEPARTMENTS, place()).prop_map(|(from, into)| Act::Merge { from, into }),
        1 => (0..DEPARTMENTS, 0u8..12).prop_map(|(department, name)| Act::Rename { department, name }),
        2 => (0..DEPARTMENTS).prop_map(|department| Act::Archive { department }),
        1 => (0..DEPARTMENTS).prop_map(|department| Act::Restore { department }),
        3 => (0..MEMBERS, place()).prop_map(|(member, to)| Act::MoveMember { member, to }),
        1 => Just(Act::Undo),
        1 => Just(Act::Pull),
        1 => Just(Act::Sync),
    ]
}

proptest! {
    #[test]
    fn two_desktops_and_the_service_agree_on_a_tree_whatever_both_do(
        acts in prop::collection::vec((0usize..2, any_act()), 0..60)
    ) {
        let mut service = first_rows();
        let replica = Replica { rows: service.clone(), agreed: service.clone(), ..Replica::default() };
        let mut desktops = [replica.clone(), replica];
        for (at, act) in &acts {
            let desktop = &mut desktops[*at];
            match act {
                Act::Pull => desktop.pull(&service),
                Act::Sync => desktop.sync(&mut service),
                act => desktop.act(act),
            }
            assert_sound(&service);
            // Whatever waits here, what is shown is a tree with every department in it.
            let tree = desktop.tree();
            prop_assert_eq!(tree.in_order().len(), desktop.rows.departments.len());
            for department in desktop.rows.departments.keys() {
                prop_assert!(tree.depth(*department) > 0);
            }
        }
        for desktop in &mut desktops {
            desktop.sync(&mut service);
        }
        for desktop in &mut desktops {
            desktop.sync(&mut service);
            prop_assert_eq!(&desktop.rows, &service);
            prop_assert_eq!(desktop.answers.len(), desktop.made, "every edit was answered");
        }
        assert_sound(&service);
    }

    #[test]
    fn an_allowed_merge_is_taken_whole_and_nobody_is_left_behind(
        acts in prop::collection::vec(any_act(), 0..20), from in 0..DEPARTMENTS, into in prop::option::of(0..DEPARTMENTS)
    ) {
        let mut service = first_rows();
        let mut desktop = Replica { rows: service.clone(), agreed: service.clone(), ..Replica::default() };
        for act in acts.iter().filter(|act| !matches!(act, Act::Pull | Act::Sync)) {
            desktop.act(act);
        }
        desktop.sync(&mut service);
        // Alone at work nothing is ever refused.
        prop_assert!(desktop.answers.iter().all(|answer| *answer <= Answer::Same), "{:?}", desktop.answers);
        let before = service.clone();
        let Ok(plan) = before.tree().plan_merge(id(from), into.map(id)) else { return Ok(()) };
        desktop.act(&Act::Merge { from, into });
        desktop.sync(&mut service);
        prop_assert!(desktop.answers.iter().all(|answer| *answer <= Answer::Same), "{:?}", desktop.answers);
        let emptied: BTreeMap<_, _> = plan.emptied.iter().copied().collect();
        prop_assert!(service.departments.keys().all(|id| !emptied.contains_key(id)));
        prop_assert_eq!(service.departments.len() + emptied.len(), before.departments.len());
        for (member, at) in &before.members {
            let wanted = at.and_then(|at| emptied.get(&at).copied().unwrap_or(Some(at)));
            prop_assert_eq!(service.members[member], wanted);
        }
        assert_sound(&service);
    }
}

#[test]
fn of_two_offline_moves_below_each_other_one_is_refused_and_both_desktops_show_the_other() {
    let mut service = first_rows();
    let replica = Replica { rows: service.clone(), agreed: service.clone(), ..Replica::default() };
    let (mut here, mut there) = (replica.clone(), replica);
    here.act(&Act::Move { department: 0, to: Some(3) });
    there.act(&Act::Move { department: 3, to: Some(0) });
    here.sync(&mut service);
    there.pull(&service);
    // The own move still waits: raw parents make a ring, the shown tree does not.
    assert_eq!(
        (there.rows.departments[&id(0)].parent, there.rows.departments[&id(3)].parent),
        (Some(id(3)), Some(id(0)))
    );
    assert_eq!(there.tree().get(id(3)).unwrap().parent, None);
    assert_eq!(there.tree().get(id(0)).unwrap().parent, Some(id(3)));
    there.sync(&mut service);
    assert_eq!((here.answers.as_slice(), there.answers.as_slice()), (&[Answer::Applied][..], &[Answer::Refused][..]));
    assert_eq!(here.rows, there.rows);
    assert_sound(&service);
}
