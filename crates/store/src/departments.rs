//! The department tree with its counts, kept in memory until a department or somebody's place changes.

use crate::{Store, StoreError, rows};
use mingce_model::tree::natural_key;
use mingce_model::{Field, Kind, RecordId};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// Levels that a path spells out.
const DEPTH_SPELLED: u16 = 64;

/// One department of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentNode {
    pub id: RecordId,
    /// `None` at the top, also when the parent is not on this computer (yet).
    pub parent: Option<RecordId>,
    pub name: Arc<str>,
    pub kind: Arc<str>,
    /// Names from the top, divided by `/`.
    pub path: Arc<str>,
    /// 0 at the top.
    pub depth: u16,
    /// Members whose main department or further place it is.
    pub direct: u32,
    /// Members in it and below it, each counted once.
    pub count: u32,
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
    /// The department tree as it is now.
    pub fn departments(&self) -> Result<Arc<Departments>, StoreError> {
        let placement = self.placement();
        let mut kept = self.departments.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, departments)) = &*kept
            && *of == placement
        {
            return Ok(Arc::clone(departments));
        }
        let fresh = Arc::new(self.readers.read(load)?);
        self.ranks.set(&fresh);
        *kept = Some((placement, Arc::clone(&fresh)));
        Ok(fresh)
    }
}

struct Raw {
    id: RecordId,
    parent: Option<RecordId>,
    name: Arc<str>,
    kind: Arc<str>,
    position: i64,
    key: String,
}

fn load(conn: &Connection) -> Result<Departments, StoreError> {
    let mut raw = Vec::new();
    let mut statement = conn.prepare_cached(&format!("SELECT {} FROM department", rows::columns(Kind::Department)))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let record = rows::read(Kind::Department, row)?.record;
        let name = record.text(Field::DepartmentName).unwrap_or("");
        raw.push(Raw {
            id: record.id,
            parent: record.reference(Field::DepartmentParent),
            key: natural_key(name),
            name: name.into(),
            kind: record.text(Field::DepartmentKind).unwrap_or("").into(),
            position: record.int(Field::DepartmentPosition).unwrap_or(i64::MAX),
        });
    }
    let mut departments = arrange(raw);
    count(conn, &mut departments)?;
    Ok(departments)
}

/// Puts children behind their parents. Rings and orphans, which only a pull under way can show, stand at the top.
fn arrange(raw: Vec<Raw>) -> Departments {
    let known: HashSet<RecordId> = raw.iter().map(|department| department.id).collect();
    let mut children: HashMap<Option<RecordId>, Vec<Raw>> = HashMap::new();
    for department in raw {
        let parent = department.parent.filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(department);
    }
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| a.position.cmp(&b.position).then_with(|| a.key.cmp(&b.key)).then(a.id.cmp(&b.id)));
    }
    let mut departments = Departments::default();
    let tops = children.remove(&None).unwrap_or_default();
    departments.place(tops, &mut children);
    // What is left hangs in a ring: break it at the smallest id, so that every computer shows the same.
    while let Some(parent) = children.keys().flatten().min().copied() {
        let orphans = children.remove(&Some(parent)).unwrap_or_default();
        departments.place(orphans, &mut children);
    }
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
            let (path, depth, parent) = match above.map(|place| &self.nodes[place]) {
                // Far deeper than the rules allow: no longer spelled out, so that a hostile tree cannot fill memory.
                Some(parent) if parent.depth >= DEPTH_SPELLED => {
                    (Arc::clone(&next.name), parent.depth.saturating_add(1), Some(parent.id))
                }
                Some(parent) => (format!("{}/{}", parent.path, next.name).into(), parent.depth + 1, Some(parent.id)),
                None => (Arc::clone(&next.name), 0, None),
            };
            let (id, name, kind) = (next.id, next.name, next.kind);
            self.nodes.push(DepartmentNode { id, parent, name, kind, path, depth, direct: 0, count: 0 });
            self.ends.push(place + 1);
            self.places.insert(id, place);
            if let Some(below) = children.remove(&Some(id)) {
                stack.push((Some(place), below.into_iter()));
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
    // Children stand behind their parents, so that backwards every node is whole when its parent takes it.
    for place in (0..departments.nodes.len()).rev() {
        let node = &mut departments.nodes[place];
        node.count += node.direct;
        let (count, parent) = (node.count, node.parent);
        if let Some(parent) = parent.and_then(|parent| departments.places.get(&parent).copied()) {
            departments.nodes[parent].count += count;
        }
    }
    count_further_places(conn, departments)
}

/// Adds further places, without counting anyone twice in a branch.
fn count_further_places(conn: &Connection, departments: &mut Departments) -> Result<(), StoreError> {
    let sql = "SELECT a.member, a.department, m.department FROM affiliation a JOIN member m ON m.id = a.member
        ORDER BY a.member";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([])?;
    let mut of: Option<RecordId> = None;
    let mut counted: HashSet<usize> = HashSet::new();
    let mut direct: HashSet<RecordId> = HashSet::new();
    while let Some(row) = found.next()? {
        let member = rows::read_id(row.get_ref(0)?)?;
        let Ok(further) = rows::read_id(row.get_ref(1)?) else { continue };
        if of != Some(member) {
            of = Some(member);
            counted.clear();
            direct.clear();
            if let Ok(main) = rows::read_id(row.get_ref(2)?) {
                counted.extend(departments.ancestors(main));
                direct.insert(main);
            }
        }
        if direct.insert(further)
            && let Some(place) = departments.places.get(&further)
        {
            departments.nodes[*place].direct += 1;
        }
        for place in departments.ancestors(further).collect::<Vec<_>>() {
            if counted.insert(place) {
                departments.nodes[place].count += 1;
            }
        }
    }
    Ok(())
}
