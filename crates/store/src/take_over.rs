//! Taking over a department that somebody else made first: two desktops added the same one while they were apart.
//!
//! Whatever hangs on the refused department here moves to the one that the service has; only departments that never
//! reached the service are ever given up.

use crate::journal::{Journal, Queue};
use crate::operation::{Base, Label, Operation, Touched};
use crate::rebase;
use crate::shadow::{self, EDIT_COLUMNS, Shadow, read_edit};
use crate::write::finish_local;
use crate::{Store, StoreError, rows};
use mingce_model::tree::{DEPTH_MAX, name_key};
use mingce_model::{Change, Edit, Field, Form, Kind, RecordId, Value, Verb};
use mingce_protocol::{Exception, OpCode};
use rusqlite::Connection;

impl Store {
    /// Gives up the refused creation of a department in favour of the one of the same name that the service has: its
    /// members, departments below and affiliations move there, as one operation that can be undone. Departments below
    /// that were refused with it and have their like in the other one are taken over in the same way.
    ///
    /// What was refused because it referred to the department is sent anew.
    ///
    /// # Errors
    /// `NothingToDo` when the refusal is not (or no longer) of this kind; `NotFound` while the other department has not
    /// arrived here.
    pub fn take_over_department(&self, number: u64, by: &Operation) -> Result<Touched, StoreError> {
        let (mut touched, version) = self.transact(|conn| {
            let heading = Operation { label: Label::Department, ..by.clone() };
            let mut journal = Journal::begin(conn, &heading.heading())?;
            let (refused, existing) = find_duplicate(conn, number)?;
            move_to(&mut journal, refused, existing, 0)?;
            finish_local(conn, journal)
        })?;
        touched.version = version;
        Ok(touched)
    }
}

/// The refused department and the one that is there.
fn find_duplicate(conn: &Connection, number: u64) -> Result<(RecordId, RecordId), StoreError> {
    let sql = format!(
        "SELECT o.answer, {EDIT_COLUMNS} FROM attention o JOIN history h ON h.seq = o.seq
        WHERE o.number = ?1 AND o.state = 'open'"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([i64::try_from(number).map_err(|_| StoreError::NothingToDo)?])?;
    let row = found.next()?.ok_or(StoreError::NothingToDo)?;
    let text = row.get_ref(0)?.as_str().map_err(|_| StoreError::Damaged)?;
    let answer: Exception = serde_json::from_str(text).map_err(|_| StoreError::Damaged)?;
    let edit = read_edit(conn, row, 1)?;
    let is_such = edit.kind == Kind::Department && edit.verb == Verb::Create && answer.code == OpCode::Duplicate;
    let existing = answer.other.filter(|other| is_such && *other != edit.id).ok_or(StoreError::NothingToDo)?;
    if given_up(conn, edit.id)?.is_none() {
        return Err(StoreError::NothingToDo);
    }
    if !is_held(conn, existing)? {
        return Err(StoreError::NotFound { kind: Kind::Department, id: existing });
    }
    Ok((edit.id, existing))
}

/// The shadow of a department that the service does not have and of which nothing waits: it may be given up.
fn given_up(conn: &Connection, id: RecordId) -> Result<Option<Shadow>, StoreError> {
    let is_only_here = |shadow: &Shadow| shadow.stored.is_none() && shadow.pending == 0 && shadow.refused > 0;
    Ok(shadow::find(conn, Kind::Department, id)?.filter(is_only_here))
}

/// The department is here and at the service.
fn is_held(conn: &Connection, id: RecordId) -> Result<bool, StoreError> {
    let Some(stored) = rows::find(conn, Kind::Department, id)? else { return Ok(false) };
    let shadow = shadow::find(conn, Kind::Department, id)?;
    Ok(!stored.is_fresh && shadow.is_none_or(|shadow| shadow.stored.is_some()))
}

fn move_to(journal: &mut Journal<'_>, refused: RecordId, existing: RecordId, depth: usize) -> Result<(), StoreError> {
    let conn = journal.conn;
    let above = rows::find(conn, Kind::Department, refused)?
        .map_or(Value::Null, |stored| stored.record.get(Field::DepartmentParent).clone());
    for field in Field::ALL.iter().copied().filter(|field| field.form() == Form::Ref(Kind::Department)) {
        for id in referring(conn, field, refused)? {
            let mut place = Value::from(existing);
            if field == Field::DepartmentParent {
                if id == existing {
                    // Somebody here had put it below the refused one.
                    place = above.clone();
                } else if depth < DEPTH_MAX
                    && let Some(twin) = find_twin(conn, id, existing)?
                {
                    move_to(journal, id, twin, depth + 1)?;
                    continue;
                }
            }
            let change = Change { field, base: Value::from(refused), new: place };
            let edit = Edit { kind: field.kind(), id, verb: Verb::Edit, changes: vec![change] };
            journal.local(&edit, Base::TakeCurrent, Queue::Append, None)?;
        }
    }
    give_up(journal, refused)
}

/// Of the departments below `existing` the one of the same name as `child`, a refused department.
fn find_twin(conn: &Connection, child: RecordId, existing: RecordId) -> Result<Option<RecordId>, StoreError> {
    if given_up(conn, child)?.is_none() {
        return Ok(None);
    }
    let name_of = |id| -> Result<Option<String>, StoreError> {
        let stored = rows::find(conn, Kind::Department, id)?;
        Ok(stored.map(|stored| name_key(stored.record.text(Field::DepartmentName).unwrap_or_default())))
    };
    let name = name_of(child)?;
    for other in referring(conn, Field::DepartmentParent, existing)? {
        if other != child && name_of(other)? == name && is_held(conn, other)? {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// Records whose field refers to the department.
fn referring(conn: &Connection, field: Field, department: RecordId) -> Result<Vec<RecordId>, StoreError> {
    let sql = format!("SELECT id FROM \"{}\" WHERE \"{}\" = ?1 ORDER BY row", field.kind().name(), field.name());
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([department.as_bytes()])?;
    let mut ids = Vec::new();
    while let Some(row) = found.next()? {
        ids.push(rows::read_id(row.get_ref(0)?)?);
    }
    Ok(ids)
}

/// Drops the refused creation and the department with it.
fn give_up(journal: &mut Journal<'_>, id: RecordId) -> Result<(), StoreError> {
    let (conn, kind) = (journal.conn, Kind::Department);
    let mut shadow = given_up(conn, id)?.ok_or(StoreError::NothingToDo)?;
    let sql = "UPDATE attention SET state = 'dropped' WHERE state = 'open'
        AND seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
    conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8))?;
    shadow.refused = 0;
    let current = rows::find(conn, kind, id)?;
    let local = current.as_ref().map(|stored| &stored.record.values);
    if let Some(removal) = rebase::step(kind, id, local, None) {
        journal.log_on(current.as_ref(), &removal)?;
    }
    journal.set_row(kind, id, current.as_ref(), None, shadow.ver)?;
    journal.put_shadow(kind, id, &shadow)
}
