//! The department tree: made, renamed, moved, led, merged, archived, removed.

mod merging;

pub(crate) use merging::{merge, plan_merge};

use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::Session;
use mingce_ipc::department::{DepartmentDetail, LeaderRole, LeaderRow, SetDepartmentKind, SetLeader};
use mingce_ipc::roster::{CreateDepartment, DepartmentNode, MoveDepartment, RenameDepartment};
use mingce_ipc::{Code, Failure};
use mingce_model::pinyin::search_keys;
use mingce_model::tree::{ARCHIVED, Department, Tree, TreeProblem, kind_guess, kinds_offered, parse_path};
use mingce_model::{DepartmentId, Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::Label;
use std::collections::{HashMap, HashSet};

/// Room between the positions of siblings, so that one can be put between two without moving the others.
const STEP: i64 = 1 << 20;
/// Words of `Field::AffiliationRole`.
const HEAD: &str = "head";
const DEPUTY: &str = "deputy";
/// Places that one member has at the most.
const PLACES_OF_ONE: usize = 1_000;

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Failure::from(match refused.0 {
            TreeProblem::Cycle => Code::DepartmentCycle,
            TreeProblem::TooDeep => Code::DepartmentTooDeep,
            TreeProblem::NameTaken => Code::DepartmentExists,
            TreeProblem::Unknown => Code::NotFound,
            TreeProblem::Archived => Code::DepartmentArchived,
        })
    }
}

/// Why the tree does not take a change.
pub(crate) struct Refused(pub(crate) TreeProblem);

pub(crate) fn list(session: &Session) -> Outcome<Vec<DepartmentNode>> {
    let departments = told(session.store.departments())?;
    let mut leaders: HashMap<RecordId, Vec<String>> = HashMap::new();
    let mut known = HashSet::new();
    for leader in told(session.store.leaders())? {
        if known.insert((leader.department, leader.member)) {
            leaders.entry(leader.department).or_default().push(leader.name);
        }
    }
    Ok(departments
        .nodes()
        .iter()
        .map(|node| {
            let mut keys = search_keys(&node.name);
            DepartmentNode {
                id: node.id.to_string(),
                parent: node.parent.map(|parent| parent.to_string()),
                name: node.name.to_string(),
                pinyin: keys.full.drain(..).next().unwrap_or_default(),
                initials: keys.initials.drain(..).next().unwrap_or_default(),
                kind: node.kind.to_string(),
                count: node.count,
                own: node.direct,
                is_archived: node.is_archived,
                is_hidden: node.is_hidden,
                leaders: leaders.remove(&node.id).unwrap_or_default(),
            }
        })
        .collect())
}

/// Everything known about one department.
pub(crate) fn detail(session: &Session, id: RecordId) -> Outcome<DepartmentDetail> {
    let departments = told(session.store.departments())?;
    let node = departments.get(id).ok_or(Code::NotFound)?;
    let mut known = HashSet::new();
    let leaders = told(session.store.leaders())?
        .into_iter()
        .filter(|leader| leader.department == id && known.insert(leader.member))
        .map(|leader| LeaderRow {
            member: leader.member.to_string(),
            name: leader.name,
            role: if leader.role == HEAD { LeaderRole::Head } else { LeaderRole::Deputy },
        })
        .collect();
    Ok(DepartmentDetail {
        id: id.to_string(),
        name: node.name.to_string(),
        path: node.path.to_string(),
        kind: node.kind.to_string(),
        kinds: kinds_offered(&session.profile.organisation_kind).iter().map(|kind| (*kind).to_owned()).collect(),
        own: node.direct,
        count: node.count,
        below: u32::try_from(departments.branch(id).len().saturating_sub(1)).unwrap_or(u32::MAX),
        is_archived: node.is_archived,
        is_hidden: node.is_hidden,
        leaders,
    })
}

/// The tree as the model checks it.
pub(crate) fn tree(session: &Session) -> Outcome<Tree> {
    let departments = told(session.store.department_tree())?;
    Ok(Tree::new(departments.nodes().iter().map(|node| Department {
        id: DepartmentId(node.id),
        parent: node.parent.map(DepartmentId),
        name: node.name.to_string(),
        kind: node.kind.to_string(),
        position: node.position,
        is_archived: node.is_archived,
    })))
}

/// Whether members can be put into the department.
pub(crate) fn check_home(session: &Session, id: RecordId) -> Outcome<()> {
    Ok(tree(session)?.check_home(id.into()).map_err(Refused)?)
}

/// Reads an id of a call.
pub(crate) fn id(text: &str) -> Outcome<RecordId> {
    text.parse().map_err(|_| Code::Malformed.into())
}

pub(crate) fn create(session: &Session, wanted: &CreateDepartment) -> Outcome<RecordId> {
    let parent = wanted.parent.as_deref().map(id).transpose()?;
    let name = checked_name(session, &wanted.name)?;
    let tree = tree(session)?;
    let parent_of = parent.map(DepartmentId);
    tree.check_new(parent_of, &name).map_err(|problem| taken_by(&tree, parent_of, &name, problem))?;
    let kind = match &wanted.kind {
        Some(kind) => checked_kind(session, kind)?,
        None => Value::from(kind_guess(&name, &session.profile.organisation_kind)),
    };
    let new = new_id(&*session.host)?;
    let record = Record::empty(Kind::Department, new)
        .with(Field::DepartmentName, name.as_str())
        .with(Field::DepartmentKind, kind)
        .with(Field::DepartmentParent, parent.map_or(Value::Null, Value::from));
    session.write(Label::Department, [Edit::create(&record)])?;
    Ok(new)
}

/// Somebody who cannot see the one that has the name is told why.
fn taken_by(tree: &Tree, parent: Option<DepartmentId>, name: &str, problem: TreeProblem) -> Failure {
    let is_hidden = tree.child_named(parent, name).is_some_and(|sibling| tree.is_archived(sibling));
    match problem {
        TreeProblem::NameTaken if is_hidden => Code::DepartmentExistsArchived.into(),
        problem => Refused(problem).into(),
    }
}

fn checked_kind(session: &Session, kind: &str) -> Outcome<Value> {
    let checked = crate::typed::read(Field::DepartmentKind, kind, session.host.today(), None)
        .map_err(|problem| Failure::from(Code::Invalid).with("field", "kind").with("rule", problem.code()))?;
    Ok(checked.value)
}

fn checked_name(session: &Session, name: &str) -> Outcome<String> {
    let checked = crate::typed::read(Field::DepartmentName, name, session.host.today(), None)
        .map_err(|problem| Failure::from(Code::Invalid).with("field", "name").with("rule", problem.code()))?;
    // A name with a path mark in it could not be typed or imported as a path.
    match parse_path(&checked.value.to_string()).as_deref() {
        Some([name]) => Ok(name.clone()),
        _ => Err(Failure::from(Code::Invalid).with("field", "name").with("rule", "department_name_separator")),
    }
}

fn load(session: &Session, id: RecordId) -> Outcome<Record> {
    told(session.store.get(Kind::Department, id))?.ok_or_else(|| Failure::from(Code::NotFound))
}

pub(crate) fn rename(session: &Session, wanted: &RenameDepartment) -> Outcome<()> {
    let id = id(&wanted.id)?;
    let name = checked_name(session, &wanted.name)?;
    let tree = tree(session)?;
    let parent = tree.get(id.into()).and_then(|department| department.parent);
    tree.check_rename(id.into(), &name).map_err(|problem| taken_by(&tree, parent, &name, problem))?;
    let before = load(session, id)?;
    let after = before.clone().with(Field::DepartmentName, name);
    session.write(Label::Department, Edit::between(&before, &after))?;
    Ok(())
}

pub(crate) fn move_to(session: &Session, wanted: &MoveDepartment) -> Outcome<()> {
    let id = id(&wanted.id)?;
    let parent = wanted.parent.as_deref().map(self::id).transpose()?;
    let after = wanted.after.as_deref().map(self::id).transpose()?;
    let tree = tree(session)?;
    let department = tree.get(id.into()).ok_or(Code::NotFound)?;
    let parent_of = parent.map(DepartmentId);
    tree.check_move(id.into(), parent_of).map_err(|problem| taken_by(&tree, parent_of, &department.name, problem))?;
    let is_new_here = department.parent != parent_of;
    let siblings: Vec<&Department> =
        tree.children(parent_of).iter().filter(|other| other.0 != id).filter_map(|other| tree.get(*other)).collect();
    let place = match after {
        None => 0,
        Some(after) => siblings.iter().position(|other| other.id.0 == after).ok_or(Code::NotFound)? + 1,
    };
    let is_put_last = place == siblings.len() && is_new_here;
    if is_put_last && siblings.iter().all(|sibling| sibling.position.is_none()) {
        // Nobody has put these in order: it takes its natural place among them.
        let before = load(session, id)?;
        session.write(Label::Department, Edit::between(&before, &placed(&before, parent, Value::Null)))?;
        return Ok(());
    }
    // Where some have no place yet, all get one in the order in which they stand, the moved one aside: two computers that
    // do this apart write the same for all that neither moved, and nobody is asked about those.
    let mut positions: Vec<i64> = siblings.iter().filter_map(|sibling| sibling.position).collect();
    let mut edits = Vec::new();
    let mut position = (positions.len() == siblings.len()).then(|| position_between(&positions, place)).flatten();
    if position.is_none() {
        positions.clear();
        for (other, rank) in tree.children(parent_of).iter().zip(1i64..).filter(|(other, _)| other.0 != id) {
            positions.push(rank * STEP);
            let before = load(session, other.0)?;
            edits.extend(Edit::between(&before, &before.clone().with(Field::DepartmentPosition, rank * STEP)));
        }
        position = position_between(&positions, place);
    }
    let before = load(session, id)?;
    let position = position.map_or(Value::Null, Value::Int);
    edits.extend(Edit::between(&before, &placed(&before, parent, position)));
    session.write(Label::Department, edits)?;
    Ok(())
}

fn placed(department: &Record, parent: Option<RecordId>, position: Value) -> Record {
    department
        .clone()
        .with(Field::DepartmentParent, parent.map_or(Value::Null, Value::from))
        .with(Field::DepartmentPosition, position)
}

/// A position at that place among siblings with these; `None` where there is no room, and for an only child.
fn position_between(positions: &[i64], place: usize) -> Option<i64> {
    let before = place.checked_sub(1).and_then(|at| positions.get(at)).copied();
    match (before, positions.get(place).copied()) {
        (None, None) => None,
        (None, Some(behind)) => behind.checked_sub(STEP),
        (Some(before), None) => before.checked_add(STEP),
        (Some(before), Some(behind)) => {
            let room = behind.checked_sub(before)?;
            (room >= 2).then(|| before + room / 2)
        }
    }
}

pub(crate) fn set_kind(session: &Session, wanted: &SetDepartmentKind) -> Outcome<()> {
    let before = load(session, id(&wanted.id)?)?;
    let after = before.clone().with(Field::DepartmentKind, checked_kind(session, &wanted.kind)?);
    session.write(Label::Department, Edit::between(&before, &after))?;
    Ok(())
}

/// Makes a member lead a department, or lead it no more. A leader is an affiliation with a role: where the member has
/// a place in the department already, that gets the role.
pub(crate) fn set_leader(session: &Session, wanted: &SetLeader) -> Outcome<()> {
    let (department, member) = (id(&wanted.department)?, id(&wanted.member)?);
    let main = told(session.store.get(Kind::Member, member))?.ok_or(Code::NotFound)?;
    let is_main = main.reference(Field::MemberDepartment) == Some(department);
    let places: Vec<Record> =
        told(session.store.find_by(Field::AffiliationMember, &Value::from(member), PLACES_OF_ONE))?
            .into_iter()
            .filter(|place| place.reference(Field::AffiliationDepartment) == Some(department))
            .collect();
    let role = match wanted.role {
        Some(LeaderRole::Head) => Value::from(HEAD),
        Some(LeaderRole::Deputy) => Value::from(DEPUTY),
        None => Value::Null,
    };
    let mut edits = Vec::new();
    if places.is_empty() && !role.is_null() {
        check_home(session, department)?;
        let place = Record::empty(Kind::Affiliation, new_id(&*session.host)?)
            .with(Field::AffiliationMember, member)
            .with(Field::AffiliationDepartment, department)
            .with(Field::AffiliationRole, role.clone());
        edits.push(Edit::create(&place));
    }
    for place in &places {
        let after = place.clone().with(Field::AffiliationRole, role.clone());
        if is_main && merging::says_nothing(&after) {
            // In the main department a place is worth a record only for what it says.
            edits.push(Edit::remove(place));
        } else {
            edits.extend(Edit::between(place, &after));
        }
    }
    session.write(Label::Department, edits)?;
    Ok(())
}

/// Puts the department away with everything below it.
pub(crate) fn archive(session: &Session, id: RecordId) -> Outcome<()> {
    let before = load(session, id)?;
    let after = before.clone().with(Field::DepartmentState, ARCHIVED);
    session.write(Label::Department, Edit::between(&before, &after))?;
    Ok(())
}

/// Brings the department back, with those above it without which it would stay hidden. What was archived below it on
/// its own account stays so.
pub(crate) fn restore(session: &Session, id: RecordId) -> Outcome<()> {
    let tree = tree(session)?;
    tree.get(id.into()).ok_or(Code::NotFound)?;
    let mut edits = Vec::new();
    for archived in tree.archived_line(id.into()) {
        let before = load(session, archived.0)?;
        edits.extend(Edit::between(&before, &before.clone().with(Field::DepartmentState, Value::Null)));
    }
    session.write(Label::Department, edits)?;
    Ok(())
}

pub(crate) fn remove(session: &Session, id: RecordId) -> Outcome<()> {
    let departments = told(session.store.departments())?;
    let node = departments.get(id).ok_or(Code::NotFound)?;
    if node.count > 0 || departments.branch(id).len() > 1 {
        return Err(Code::DepartmentNotEmpty.into());
    }
    session.write(Label::Department, [Edit::remove(&load(session, id)?)])?;
    Ok(())
}
