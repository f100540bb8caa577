//! Parents that cannot all hold: departments that stand below themselves, or below one that is not there.
//!
//! The service lets no ring in, but a desktop that has moved a department and then hears of another's move may hold one
//! until its own move is settled. Every computer must show the same then, so what the service knows wins.

use crate::DepartmentId;
use std::collections::{HashMap, HashSet};

/// Parents by department; `None` at the top.
pub type Parents = HashMap<DepartmentId, Option<DepartmentId>>;

/// Makes a tree of the parents. In a ring those departments give way that have edits of their own: they take the parent
/// that the service last said, which `agreed` answers for them and nothing for others. Where that is of no help the
/// smallest id of the ring comes to the top, and so does a department whose parent is unknown.
pub fn settle_parents(parents: &mut Parents, mut agreed: impl FnMut(DepartmentId) -> Option<Option<DepartmentId>>) {
    loop {
        let orphans: Vec<DepartmentId> = parents
            .iter()
            .filter(|(_, parent)| parent.is_some_and(|parent| !parents.contains_key(&parent)))
            .map(|(id, _)| *id)
            .collect();
        parents.extend(orphans.into_iter().map(|id| (id, None)));
        let rings = find_rings(parents);
        if rings.is_empty() {
            return;
        }
        // Each round either takes over something agreed, which is never given up again, or ends a ring for good.
        for ring in rings {
            let given_up: Vec<(DepartmentId, Option<DepartmentId>)> = ring
                .iter()
                .filter_map(|id| Some((*id, agreed(*id)?)))
                .filter(|(id, parent)| parents[id] != *parent)
                .collect();
            if given_up.is_empty() {
                parents.extend(ring.iter().min().map(|id| (*id, None)));
            } else {
                parents.extend(given_up);
            }
        }
    }
}

fn find_rings(parents: &Parents) -> Vec<Vec<DepartmentId>> {
    let mut rings = Vec::new();
    let mut sound: HashSet<DepartmentId> = HashSet::with_capacity(parents.len());
    for start in parents.keys() {
        let mut walked: Vec<DepartmentId> = Vec::new();
        let mut on_walk: HashSet<DepartmentId> = HashSet::new();
        let mut at = Some(*start);
        while let Some(id) = at.filter(|id| !sound.contains(id)) {
            if !on_walk.insert(id) {
                rings.push(walked.iter().copied().skip_while(|walked| *walked != id).collect());
                break;
            }
            walked.push(id);
            at = parents.get(&id).copied().flatten();
        }
        sound.extend(walked);
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordId;

    fn id(number: u8) -> DepartmentId {
        DepartmentId(RecordId::from_parts(1_788_000_000_000, [number; 10]))
    }
    fn parents(of: &[(u8, Option<u8>)]) -> Parents {
        of.iter().map(|(child, parent)| (id(*child), parent.map(id))).collect()
    }
    fn settled(of: &[(u8, Option<u8>)], agreed: &[(u8, Option<u8>)]) -> Parents {
        let mut found = parents(of);
        let agreed = parents(agreed);
        settle_parents(&mut found, |id| agreed.get(&id).copied());
        found
    }

    #[test]
    fn a_tree_stays_as_it_is() {
        let tree = [(1, None), (2, Some(1)), (3, Some(2))];
        assert_eq!(settled(&tree, &[(2, None)]), parents(&tree));
    }

    #[test]
    fn in_a_ring_the_own_move_gives_way_to_what_the_service_knows() {
        let ring = [(1, Some(2)), (2, Some(1)), (3, Some(2))];
        assert_eq!(settled(&ring, &[(2, None)]), parents(&[(1, Some(2)), (2, None), (3, Some(2))]));
        assert_eq!(settled(&ring, &[(1, None)]), parents(&[(1, None), (2, Some(1)), (3, Some(2))]));
    }

    #[test]
    fn what_is_agreed_may_show_another_ring_which_is_settled_too() {
        let rings = [(1, Some(2)), (2, Some(1)), (3, Some(2)), (4, None)];
        let agreed = [(2, Some(3)), (3, Some(4))];
        assert_eq!(settled(&rings, &agreed), parents(&[(1, Some(2)), (2, Some(3)), (3, Some(4)), (4, None)]));
    }

    #[test]
    fn without_anything_agreed_the_smallest_comes_to_the_top() {
        assert_eq!(settled(&[(2, Some(3)), (3, Some(2))], &[]), parents(&[(2, None), (3, Some(2))]));
        assert_eq!(settled(&[(2, Some(2)), (3, Some(9))], &[]), parents(&[(2, None), (3, None)]));
    }
}
