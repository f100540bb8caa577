//! The department tree, kept in memory until a department changes; with its counts, until somebody's place changes.

use crate::parts::in_parts;
use crate::{Store, StoreError, rows, shadow};
use mingce_model::tree::{ARCHIVED, Parents, natural_key, settle_parents};
use mingce_model::{DepartmentId, Field, Kind, Record, RecordId};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// Levels that a path spells out.
const DEPTH_SPELLED: u16 = 64;

/// One department of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentNode {
    pub id: RecordId,
    /// As it is shown: `None` at the top, also when the parent is not on this computer (yet). Where a move made here and
    /// one made elsewhere put departments below each other, the place that the service knows.
    pub parent: Option<RecordId>,
    pub name: Arc<str>,
    pub kind: Arc<str>,
    /// Place among its siblings as somebody set it.
    pub position: Option<i64>,
    /// Put away itself.
    pub is_archived: bool,
    /// Put away itself or with one above it.
    pub is_hidden: bool,
    /// Names from the top, divided by `/`.
    pub path: Arc<str>,
    /// 0 at the top.
    pub depth: u16,
    /// Members whose main department or further place it is; 0 where nobody was counted.
    pub direct: u32,
    /// Members in it and below it, each counted once; 0 where nobody was counted.
    pub count: u32,
}

/// Somebody who leads a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leader {
    pub affiliation: RecordId,
    pub department: RecordId,
    pub member: RecordId,
    pub name: String,
    /// A word of `Field::AffiliationRole`.
    pub role: String,
}

/// A department that a member is in beside the main one, or what it is in the main one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub member: RecordId,
    pub department: RecordId,
    /// A word of `Field::AffiliationRole`.
    pub role: Option<String>,
}

/// The tree, parents before children, siblings in their order.
#[derive(Debug, Default)]
pub struct Departments {
    nodes: Vec<DepartmentNode>,
    places: HashMap<RecordId, usize>,
    /// For each node, the place after its last descendant.
    ends: Vec<usize>,
    /// Members without a department.
    pub unplaced: u32,
}

impl Departments {
    pub fn nodes(&self) -> &[DepartmentNode] {
        &self.nodes
    }
    pub fn get(&self, id: RecordId) -> Option<&DepartmentNode> {
        self.places.get(&id).map(|place| &self.nodes[*place])
    }
    /// The department and all below it; nothing when it is unknown.
    pub fn branch(&self, id: RecordId) -> &[DepartmentNode] {
        self.places.get(&id).map_or(&[], |place| &self.nodes[*place..self.ends[*place]])
    }
    /// Finds a department by its path, `高一/3班`.
    pub fn find_path(&self, path: &str) -> Option<&DepartmentNode> {
        self.nodes.iter().find(|node| &*node.path == path)
    }
}

/// Places in the tree's order by id, shared with the SQL function `department_rank`.
#[derive(Clone, Default)]
pub(crate) struct Ranks(Arc<RwLock<HashMap<[u8; 16], i64>>>);

impl Ranks {
    /// Unknown departments stand behind all others.
    pub(crate) fn of(&self, id: Option<&[u8]>) -> Option<i64> {
        let id: [u8; 16] = id?.try_into().ok()?;
        let ranks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(ranks.get(&id).copied().unwrap_or(i64::MAX))
    }
    fn set(&self, departments: &Departments) {
        let ranks = departments.nodes.iter().zip(0..).map(|(node, rank)| (*node.id.as_bytes(), rank)).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = ranks;
    }
}

impl Store {
    /// The department tree as it is now, with how many members are where: everybody is looked at after somebody moved.
    pub fn departments(&self) -> Result<Arc<Departments>, StoreError> {
        kept(&self.counted, self.placement(), || {
            self.readers.read(|conn| {
                let mut departments = load(conn)?;
                count(conn, &mut departments)?;
                Ok(departments)
            })
        })
    }

    /// The department tree as it is now; nobody is counted, so that it does not wait for a large roster.
    pub fn department_tree(&self) -> Result<Arc<Departments>, StoreError> {
        kept(&self.arranged, self.arrangement(), || {
            let departments = self.readers.read(load)?;
            self.ranks.set(&departments);
            Ok(departments)
        })
    }

    /// Every place beside the main departments, and what members are there: heads first, then deputies.
    pub fn places(&self) -> Result<Vec<Place>, StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT a.member, a.department, a.role FROM affiliation a JOIN member m ON m.id = a.member
                WHERE a.department IS NOT NULL ORDER BY a.role DESC, a.row";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([])?;
            let mut places = Vec::new();
            while let Some(row) = found.next()? {
                let id = |column: usize| rows::read_id(row.get_ref(column)?);
                places.push(Place { member: id(0)?, department: id(1)?, role: row.get(2)? });
            }
            Ok(places)
        })
    }

    /// Everybody who leads a department, heads before deputies, by name.
    pub fn leaders(&self) -> Result<Vec<Leader>, StoreError> {
        self.readers.read(|conn| {
            // "head" is behind "deputy".
            let sql = "SELECT a.id, a.department, a.member, m.name, a.role FROM affiliation a
                JOIN member m ON m.id = a.member WHERE a.role IS NOT NULL ORDER BY a.role DESC, m.name_key, a.row";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([])?;
            let mut leaders = Vec::new();
            while let Some(row) = found.next()? {
                let id = |column: usize| rows::read_id(row.get_ref(column)?);
                leaders.push(Leader {
                    affiliation: id(0)?,
                    department: id(1)?,
                    member: id(2)?,
                    name: row.get(3)?,
                    role: row.get(4)?,
                });
            }
            Ok(leaders)
        })
    }

    /// Ids of the members whose main department it is, in the order they were added.
    pub fn members_directly_in(&self, department: RecordId) -> Result<Vec<RecordId>, StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT id FROM member WHERE department = ?1 ORDER BY row";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([department.as_bytes()])?;
            let mut members = Vec::new();
            while let Some(row) = found.next()? {
                members.push(rows::read_id(row.get_ref(0)?)?);
            }
            Ok(members)
        })
    }
}

/// What is kept, unless it is older than `change`: then it is made anew.
fn kept(
    place: &Mutex<Option<(u64, Arc<Departments>)>>,
    change: u64,
    make: impl FnOnce() -> Result<Departments, StoreError>,
) -> Result<Arc<Departments>, StoreError> {
    let mut kept = place.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, departments)) = &*kept
        && *of == change
    {
        return Ok(Arc::clone(departments));
    }
    let fresh = Arc::new(make()?);
    *kept = Some((change, Arc::clone(&fresh)));
    Ok(fresh)
}

struct Raw {
    id: RecordId,
    parent: Option<RecordId>,
    name: Arc<str>,
    kind: Arc<str>,
    position: Option<i64>,
    is_archived: bool,
    /// See `natural_key`; made when it is first asked for, since most departments have positions that differ.
    key: OnceLock<String>,
}

impl Raw {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id,
            parent: record.reference(Field::DepartmentParent),
            name: record.text(Field::DepartmentName).unwrap_or("").into(),
            kind: record.text(Field::DepartmentKind).unwrap_or("").into(),
            position: record.int(Field::DepartmentPosition),
            is_archived: record.text(Field::DepartmentState) == Some(ARCHIVED),
            key: OnceLock::new(),
        }
    }
    /// Those without a position follow in the natural order of names.
    fn compare(&self, other: &Self) -> Ordering {
        let position = |raw: &Self| raw.position.unwrap_or(i64::MAX);
        position(self)
            .cmp(&position(other))
            .then_with(|| self.key().cmp(other.key()))
            .then_with(|| self.id.cmp(&other.id))
    }
    fn key(&self) -> &str {
        self.key.get_or_init(|| natural_key(&self.name))
    }
}

/// What `read` reads, in this order.
const READ: [Field; 5] = [
    Field::DepartmentParent,
    Field::DepartmentName,
    Field::DepartmentKind,
    Field::DepartmentPosition,
    Field::DepartmentState,
];

/// Kinds of departments that are kept once; there are nine.
const KINDS_MAX: usize = 32;

/// Reads the departments straight from their columns: the first page waits for this. There are few kinds, each kept once.
fn read(conn: &Connection) -> Result<Vec<Raw>, StoreError> {
    let columns = READ.map(|field| format!("\"{}\"", field.name())).join(", ");
    let mut statement = conn.prepare_cached(&format!("SELECT id, {columns} FROM department"))?;
    let mut found = statement.query([])?;
    let mut raw = Vec::new();
    let mut kinds: Vec<Arc<str>> = Vec::new();
    while let Some(row) = found.next()? {
        let text = |column: usize| match row.get_ref(column)? {
            ValueRef::Text(text) => std::str::from_utf8(text).map_err(|_| StoreError::Damaged),
            // What is no text is no name, as everywhere.
            _ => Ok(""),
        };
        let kind = text(3)?;
        let kind = match kinds.iter().find(|known| &***known == kind) {
            Some(known) => Arc::clone(known),
            None => {
                let fresh: Arc<str> = kind.into();
                if kinds.len() < KINDS_MAX {
                    kinds.push(Arc::clone(&fresh));
                }
                fresh
            }
        };
        raw.push(Raw {
            id: rows::read_id(row.get_ref(0)?)?,
            // What is no id is no parent that could be found.
            parent: rows::read_id(row.get_ref(1)?).ok(),
            name: text(2)?.into(),
            kind,
            position: rows::read_value(row.get_ref(4)?)?.as_int(),
            is_archived: text(5)? == ARCHIVED,
            key: OnceLock::new(),
        });
    }
    Ok(raw)
}

fn load(conn: &Connection) -> Result<Departments, StoreError> {
    let mut raw = read(conn)?;
    if !is_tree(&raw) {
        settle(conn, &mut raw)?;
    }
    Ok(arrange(raw))
}

/// Whether every parent is there and leads to the top.
fn is_tree(raw: &[Raw]) -> bool {
    let places: HashMap<RecordId, usize> = raw.iter().map(|department| department.id).zip(0..).collect();
    // On which walk each was met; 0: on none.
    let mut met = vec![0_usize; raw.len()];
    for walk in 1..=raw.len() {
        let mut at = walk - 1;
        while met[at] == 0 {
            met[at] = walk;
            let Some(parent) = raw[at].parent else { break };
            match places.get(&parent) {
                Some(place) if met[*place] == walk => return false,
                Some(place) => at = *place,
                None => return false,
            }
        }
    }
    true
}

/// Members with their main departments, and the departments of their further places.
pub(crate) type Placed<'a> = (&'a [(RecordId, Option<RecordId>)], &'a HashMap<RecordId, Vec<RecordId>>);

/// The tree of departments that are not those of the table, with these members counted in them as in the table's.
pub(crate) fn tree_of(records: &[Record], (members, further): Placed<'_>) -> Departments {
    let mut raw: Vec<Raw> = records.iter().map(Raw::of).collect();
    let mut parents: Parents =
        raw.iter().map(|department| (department.id.into(), department.parent.map(DepartmentId))).collect();
    settle_parents(&mut parents, |_| None);
    for department in &mut raw {
        department.parent = parents.get(&department.id.into()).copied().flatten().map(RecordId::from);
    }
    let mut tree = arrange(raw);
    for (_, main) in members {
        if let Some(place) = main.and_then(|main| tree.places.get(&main).copied()) {
            tree.nodes[place].direct += 1;
        }
    }
    tree.sum_up();
    if !further.is_empty() {
        for (member, main) in members {
            if let Some(further) = further.get(member) {
                tree.add_further(*main, further);
            }
        }
    }
    tree
}

/// Makes a tree of the parents where edits made here and elsewhere, each sound in itself, do not make one together.
fn settle(conn: &Connection, raw: &mut [Raw]) -> Result<(), StoreError> {
    let mut parents: Parents =
        raw.iter().map(|department| (department.id.into(), department.parent.map(DepartmentId))).collect();
    let mut failed = None;
    settle_parents(&mut parents, |id| match shadow::find(conn, Kind::Department, id.into()) {
        Ok(shadow) => {
            let parent = shadow?.stored?.swap_remove(Field::DepartmentParent.index());
            Some(parent.as_text().and_then(|parent| parent.parse().ok()))
        }
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    for department in raw {
        department.parent = parents.get(&department.id.into()).copied().flatten().map(RecordId::from);
    }
    failed.map_or(Ok(()), Err)
}

/// Fewer keys are no work for a second processor.
const KEYS_PART: usize = 500;

/// Puts children behind their parents, who make a tree.
fn arrange(raw: Vec<Raw>) -> Departments {
    let count = raw.len();
    // Whose place only the name tells: their keys are made at the same time, and of the others only where they are compared.
    in_parts(count, KEYS_PART, |part| {
        for department in raw[part].iter().filter(|department| department.position.is_none()) {
            department.key();
        }
    });
    let mut children: HashMap<Option<RecordId>, Vec<Raw>> = HashMap::new();
    for department in raw {
        children.entry(department.parent).or_default().push(department);
    }
    for siblings in children.values_mut() {
        siblings.sort_by(Raw::compare);
    }
    let mut departments = Departments {
        nodes: Vec::with_capacity(count),
        places: HashMap::with_capacity(count),
        ends: Vec::with_capacity(count),
        unplaced: 0,
    };
    let tops = children.remove(&None).unwrap_or_default();
    departments.place(tops, &mut children);
    departments
}

impl Departments {
    fn place(&mut self, tops: Vec<Raw>, children: &mut HashMap<Option<RecordId>, Vec<Raw>>) {
        // Own stack instead of recursion: depth is bounded by the service, not here.
        let mut stack: Vec<(Option<usize>, std::vec::IntoIter<Raw>)> = vec![(None, tops.into_iter())];
        while let Some((above, siblings)) = stack.last_mut() {
            let above = *above;
            let Some(next) = siblings.next() else {
                stack.pop();
                if let Some(parent) = above {
                    self.ends[parent] = self.nodes.len();
                }
                continue;
            };
            let place = self.nodes.len();
            let parent = above.map(|place| &self.nodes[place]);
            let is_hidden = next.is_archived || parent.is_some_and(|parent| parent.is_hidden);
            let (path, depth, parent) = match parent {
                // Far deeper than the rules allow: no longer spelled out, so that a hostile tree cannot fill memory.
                Some(parent) if parent.depth >= DEPTH_SPELLED => {
                    (Arc::clone(&next.name), parent.depth.saturating_add(1), Some(parent.id))
                }
                Some(parent) => (format!("{}/{}", parent.path, next.name).into(), parent.depth + 1, Some(parent.id)),
                None => (Arc::clone(&next.name), 0, None),
            };
            let id = next.id;
            self.nodes.push(DepartmentNode {
                id,
                parent,
                name: next.name,
                kind: next.kind,
                position: next.position,
                is_archived: next.is_archived,
                is_hidden,
                path,
                depth,
                direct: 0,
                count: 0,
            });
            self.ends.push(place + 1);
            self.places.insert(id, place);
            if let Some(below) = children.remove(&Some(id)) {
                stack.push((Some(place), below.into_iter()));
            }
        }
    }

    /// Makes the count of each its own members and those of all below it.
    fn sum_up(&mut self) {
        // Children stand behind their parents, so that backwards every node is whole when its parent takes it.
        for place in (0..self.nodes.len()).rev() {
            let node = &mut self.nodes[place];
            node.count += node.direct;
            let (count, parent) = (node.count, node.parent);
            if let Some(parent) = parent.and_then(|parent| self.places.get(&parent).copied()) {
                self.nodes[parent].count += count;
            }
        }
    }

    /// Adds a member's further places, without counting them twice in a branch.
    fn add_further(&mut self, main: Option<RecordId>, further: &[RecordId]) {
        let mut direct: HashSet<RecordId> = main.into_iter().collect();
        let mut counted: HashSet<usize> = main.into_iter().flat_map(|main| self.ancestors(main)).collect();
        for department in further {
            if direct.insert(*department)
                && let Some(place) = self.places.get(department)
            {
                self.nodes[*place].direct += 1;
            }
            for place in self.ancestors(*department).collect::<Vec<_>>() {
                if counted.insert(place) {
                    self.nodes[place].count += 1;
                }
            }
        }
    }

    fn ancestors(&self, id: RecordId) -> impl Iterator<Item = usize> {
        std::iter::successors(self.places.get(&id).copied(), |place| {
            self.nodes[*place].parent.and_then(|parent| self.places.get(&parent).copied())
        })
    }
}

fn count(conn: &Connection, departments: &mut Departments) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached("SELECT department, count(*) FROM member GROUP BY department")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let members: u32 = row.get(1)?;
        let place = rows::read_id(row.get_ref(0)?).ok().and_then(|id| departments.places.get(&id));
        match place {
            Some(place) => departments.nodes[*place].direct += members,
            None => departments.unplaced += members,
        }
    }
    departments.sum_up();
    count_further_places(conn, departments)
}

fn count_further_places(conn: &Connection, departments: &mut Departments) -> Result<(), StoreError> {
    let sql = "SELECT a.member, a.department, m.department FROM affiliation a JOIN member m ON m.id = a.member
        ORDER BY a.member";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([])?;
    let mut of: Option<(RecordId, Option<RecordId>)> = None;
    let mut further = Vec::new();
    while let Some(row) = found.next()? {
        let member = rows::read_id(row.get_ref(0)?)?;
        let Ok(department) = rows::read_id(row.get_ref(1)?) else { continue };
        if let Some((_, main)) = of.filter(|(other, _)| *other != member) {
            departments.add_further(main, &further);
            further.clear();
        }
        of = Some((member, rows::read_id(row.get_ref(2)?).ok()));
        further.push(department);
    }
    if let Some((_, main)) = of {
        departments.add_further(main, &further);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_tree_is_noticed() {
        let id = |n: u8| RecordId::from_parts(1, [n; 10]);
        let of = |parents: &[(u8, u8)]| -> Vec<Raw> {
            let department = |(own, parent): &(u8, u8)| {
                let record = Record::empty(Kind::Department, id(*own)).with(Field::DepartmentName, "班");
                Raw::of(&if *parent == 0 { record } else { record.with(Field::DepartmentParent, id(*parent)) })
            };
            parents.iter().map(department).collect()
        };
        assert!(is_tree(&of(&[])));
        assert!(is_tree(&of(&[(1, 0), (2, 1), (3, 2), (4, 2), (5, 0)])));
        assert!(is_tree(&of(&[(3, 2), (2, 1), (1, 0)])));
        assert!(!is_tree(&of(&[(1, 1)])));
        assert!(!is_tree(&of(&[(1, 0), (2, 3), (3, 2)])));
        assert!(!is_tree(&of(&[(1, 2), (2, 3), (3, 4), (4, 2)])));
        assert!(!is_tree(&of(&[(1, 0), (2, 9)])));
    }
}
