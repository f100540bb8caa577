//! The department tree: made, renamed, moved, removed.

use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::Session;
use mingce_ipc::roster::{CreateDepartment, DepartmentNode, MoveDepartment, RenameDepartment};
use mingce_ipc::{Code, Failure};
use mingce_model::tree::{Department, Tree, TreeProblem, kind_guess, parse_path};
use mingce_model::{DepartmentId, Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::Label;

/// Room between the positions of siblings, so that one can be put between two without moving the others.
const STEP: i64 = 1 << 20;

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Failure::from(match refused.0 {
            TreeProblem::Cycle => Code::DepartmentCycle,
            TreeProblem::TooDeep => Code::DepartmentTooDeep,
            TreeProblem::NameTaken => Code::DepartmentExists,
            TreeProblem::Unknown => Code::NotFound,
        })
    }
}

/// Why the tree does not take a change.
pub(crate) struct Refused(pub(crate) TreeProblem);

pub(crate) fn list(session: &Session) -> Outcome<Vec<DepartmentNode>> {
    let departments = told(session.store.departments())?;
    Ok(departments
        .nodes()
        .iter()
        .map(|node| DepartmentNode {
            id: node.id.to_string(),
            parent: node.parent.map(|parent| parent.to_string()),
            name: node.name.to_string(),
            kind: node.kind.to_string(),
            count: node.count,
        })
        .collect())
}

/// The tree as the model checks it.
pub(crate) fn tree(session: &Session) -> Outcome<Tree> {
    let departments = told(session.store.departments())?;
    Ok(Tree::new(departments.nodes().iter().map(|node| Department {
        id: DepartmentId(node.id),
        parent: node.parent.map(DepartmentId),
        name: node.name.to_string(),
        kind: node.kind.to_string(),
        position: None,
    })))
}

/// Reads an id of a call.
pub(crate) fn id(text: &str) -> Outcome<RecordId> {
    text.parse().map_err(|_| Code::Malformed.into())
}

pub(crate) fn create(session: &Session, wanted: &CreateDepartment) -> Outcome<RecordId> {
    let parent = wanted.parent.as_deref().map(id).transpose()?;
    let name = checked_name(session, &wanted.name)?;
    tree(session)?.check_new(parent.map(DepartmentId), &name).map_err(Refused)?;
    let kind = match &wanted.kind {
        Some(kind) => kind.as_str(),
        None => kind_guess(&name, &session.profile.organisation_kind),
    };
    let new = new_id(&*session.host)?;
    let record = Record::empty(Kind::Department, new)
        .with(Field::DepartmentName, name.as_str())
        .with(Field::DepartmentKind, kind)
        .with(Field::DepartmentParent, parent.map_or(Value::Null, Value::from));
    session.write(Label::Department, [Edit::create(&record)])?;
    Ok(new)
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
    tree(session)?.check_rename(DepartmentId(id), &name).map_err(Refused)?;
    let before = load(session, id)?;
    let after = before.clone().with(Field::DepartmentName, name);
    session.write(Label::Department, Edit::between(&before, &after))?;
    Ok(())
}

pub(crate) fn move_to(session: &Session, wanted: &MoveDepartment) -> Outcome<()> {
    let id = id(&wanted.id)?;
    let parent = wanted.parent.as_deref().map(self::id).transpose()?;
    let after = wanted.after.as_deref().map(self::id).transpose()?;
    tree(session)?.check_move(DepartmentId(id), parent.map(DepartmentId)).map_err(Refused)?;
    let departments = told(session.store.departments())?;
    let mut siblings: Vec<RecordId> =
        departments.nodes().iter().filter(|node| node.parent == parent && node.id != id).map(|node| node.id).collect();
    let place = match after {
        None => 0,
        Some(after) => siblings.iter().position(|other| *other == after).ok_or(Code::NotFound)? + 1,
    };
    siblings.insert(place, id);
    // Every sibling gets its place: those without one follow the natural order of names, which moving has just ended.
    let mut edits = Vec::new();
    for (other, rank) in siblings.into_iter().zip(1i64..) {
        let before = load(session, other)?;
        let mut moved = before.clone().with(Field::DepartmentPosition, rank * STEP);
        if other == id {
            moved.set(Field::DepartmentParent, parent.map_or(Value::Null, Value::from));
        }
        edits.extend(Edit::between(&before, &moved));
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
