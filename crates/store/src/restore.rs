//! Bringing something of the past back: a field, a whole record, somebody who was removed with what belonged to them.
//!
//! Each is an ordinary operation on what is there now: it goes to the service like any other and can be undone. What
//! cannot come back, because its place is gone or taken, is left out and said.

use crate::belonging::OF_MEMBER;
use crate::history::record_at;
use crate::journal::{Journal, Queue};
use crate::operation::{Label, Operation, Touched};
use crate::shadow::read_verb;
use crate::write::finish_local;
use crate::{Moment, Store, StoreError, rows};
use mingce_model::custom::CustomField;
use mingce_model::id::DepartmentId;
use mingce_model::merge::group_of;
use mingce_model::tree::{DEPTH_MAX, Department, Tree, TreeProblem, name_key};
use mingce_model::{Edit, Field, Form, Kind, Owner, Record, RecordId, Value, Verb, chips};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// Departments above one another, and records that hang on one, that are brought back at the most.
const CHAIN_MAX: usize = 64;
const BELONGING_MAX: usize = 1_000;

/// Why something stayed away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// What the field refers to is no longer there.
    PlaceGone { kind: Kind, id: RecordId, field: Field },
    /// Somebody else has the number now.
    NumberTaken { id: RecordId, field: Field },
    /// The custom field does not take this any more: a choice that is gone, or what somebody else has now.
    ValueUnfit { member: RecordId },
}

/// What was brought back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    pub touched: Touched,
    pub left_out: Vec<LeftOut>,
}

impl Store {
    /// Sets fields of the record to what they held at the moment; fields that only make sense together come together.
    /// `NotFound` when there is no such record now, or was none then.
    pub fn restore_fields(
        &self,
        (kind, id): (Kind, RecordId),
        fields: &[Field],
        moment: Moment,
        by: &Operation,
    ) -> Result<Restored, StoreError> {
        self.restore(by, |restorer| {
            let conn = restorer.journal.conn;
            let now = rows::find(conn, kind, id)?.ok_or(StoreError::NotFound { kind, id })?.record;
            let then = match record_at(conn, kind, id, moment)? {
                // A value that was made since was nothing before: the field of the member was there all the time.
                None if fields == [Field::CustomValueValue] => Record::empty(kind, id),
                then => then.ok_or(StoreError::NotFound { kind, id })?,
            };
            let wanted =
                |field: &Field| fields.contains(field) || group_of(*field).iter().any(|one| fields.contains(one));
            restorer.bring(Some(now), then, wanted)
        })
    }

    /// Makes the record what it was at the moment. One that was removed since comes back with what was removed together
    /// with it: affiliations, guardians and invitations of a member, departments below a department and those above it. A guardianship,
    /// further place, tag or value comes back to where it belonged, when all of that is there.
    pub fn restore_record(
        &self,
        (kind, id): (Kind, RecordId),
        moment: Moment,
        by: &Operation,
    ) -> Result<Restored, StoreError> {
        self.restore(by, |restorer| {
            let (now, then) = restorer.both(kind, id, moment)?;
            if now.is_none() && OF_MEMBER.contains(&kind) {
                return restorer.bring_link(then, moment);
            }
            let own = if now.is_none() { removal(restorer.journal.conn, kind, id)? } else { None };
            if kind == Kind::Department {
                restorer.bring_above(then.reference(Field::DepartmentParent), moment)?;
            }
            restorer.bring(now, then, |_| true)?;
            own.map_or(Ok(()), |own| restorer.bring_belonging(id, &own, moment))
        })
    }

    /// The moment just before the record was removed; `None` when it is there or never was.
    pub fn removed_at(&self, kind: Kind, id: RecordId) -> Result<Option<Moment>, StoreError> {
        self.readers
            .read(|conn| Ok(removal(conn, kind, id)?.map(|removal| Moment(removal.seq.unsigned_abs()).before())))
    }

    pub(crate) fn restore(
        &self,
        by: &Operation,
        work: impl FnOnce(&mut Restorer<'_>) -> Result<(), StoreError>,
    ) -> Result<Restored, StoreError> {
        let by = Operation { label: Label::Restore, ..by.clone() };
        let (mut restored, version) = self.transact(|conn| {
            let mut restorer = Restorer {
                journal: Journal::begin(conn, &by.heading())?,
                left_out: Vec::new(),
                departments: Vec::new(),
                named: Vec::new(),
                operation: &by,
            };
            work(&mut restorer)?;
            let Restorer { journal, left_out, departments, named, .. } = restorer;
            check_places(conn, &departments)?;
            check_names(conn, &named)?;
            let (touched, effects) = finish_local(conn, journal)?;
            Ok((Restored { touched, left_out }, effects))
        })?;
        restored.touched.version = version;
        Ok(restored)
    }
}

pub(crate) struct Restorer<'c> {
    pub(crate) journal: Journal<'c>,
    left_out: Vec<LeftOut>,
    /// Those that came back or were put elsewhere.
    departments: Vec<DepartmentId>,
    /// Tags and fields that came back or have another name.
    named: Vec<(Kind, RecordId)>,
    operation: &'c Operation,
}

impl Restorer<'_> {
    /// The record now and at the moment.
    fn both(&self, kind: Kind, id: RecordId, moment: Moment) -> Result<(Option<Record>, Record), StoreError> {
        let now = rows::find(self.journal.conn, kind, id)?.map(|stored| stored.record);
        let then = record_at(self.journal.conn, kind, id, moment)?.ok_or(StoreError::NotFound { kind, id })?;
        Ok((now, then))
    }

    /// Writes the wanted fields as they were then, on what is there now.
    pub(crate) fn bring(
        &mut self,
        now: Option<Record>,
        then: Record,
        wanted: impl Fn(&Field) -> bool,
    ) -> Result<(), StoreError> {
        let (kind, id) = (then.kind, then.id);
        if !self.fits(&then)? {
            return Ok(());
        }
        let mut after = now.clone().unwrap_or_else(|| Record::empty(kind, id));
        for field in kind.fields().iter().filter(|field| field.owner() == Owner::Administrator && wanted(field)) {
            let value = then.get(*field);
            if after.get(*field) == value {
                continue;
            }
            if self.is_free(id, *field, value)? {
                after.set(*field, value.clone());
            }
        }
        let edit = match &now {
            Some(now) => Edit::between(now, &after),
            None => Some(Edit::create(&after)),
        };
        edit.map_or(Ok(()), |edit| self.write(&edit))
    }

    pub(crate) fn write(&mut self, edit: &Edit) -> Result<(), StoreError> {
        match edit.kind {
            Kind::Department => self.departments.push(edit.id.into()),
            Kind::Tag | Kind::CustomField | Kind::Layout => self.named.push((edit.kind, edit.id)),
            _ => {}
        }
        self.journal.local(edit, self.operation.base, Queue::Append, None)?;
        Ok(())
    }

    /// Whether the value can stand there now; if not, it is noted as left out.
    fn is_free(&mut self, id: RecordId, field: Field, value: &Value) -> Result<bool, StoreError> {
        let conn = self.journal.conn;
        if let (Form::Ref(kind), Some(place)) = (field.form(), value.as_text().and_then(|text| text.parse().ok())) {
            if rows::find(conn, kind, place)?.is_some() {
                return Ok(true);
            }
            self.left_out.push(LeftOut::PlaceGone { kind: field.kind(), id, field });
            return Ok(false);
        }
        if field == Field::MemberCardNumber && !value.is_null() {
            let sql = "SELECT 1 FROM member WHERE card_number = ?1 AND id <> ?2";
            let parameters = (rows::Bound(field, value), id.as_bytes());
            if conn.prepare_cached(sql)?.query_row(parameters, |_| Ok(())).optional()?.is_some() {
                self.left_out.push(LeftOut::NumberTaken { id, field });
                return Ok(false);
            }
        }
        if field == Field::MemberChipNumbers {
            let sql = "SELECT 1 FROM chip c JOIN member m ON m.row = c.row WHERE c.number = ?1 AND m.id <> ?2";
            for number in chips::numbers(value.as_text().unwrap_or_default()) {
                if conn.prepare_cached(sql)?.query_row((number, id.as_bytes()), |_| Ok(())).optional()?.is_some() {
                    self.left_out.push(LeftOut::NumberTaken { id, field });
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The departments above, the topmost first, as far as they are gone.
    fn bring_above(&mut self, parent: Option<RecordId>, moment: Moment) -> Result<(), StoreError> {
        let kind = Kind::Department;
        let (mut above, mut next) = (Vec::new(), parent);
        while let Some(id) = next {
            if above.len() == CHAIN_MAX || rows::find(self.journal.conn, kind, id)?.is_some() {
                break;
            }
            let Some(then) = record_at(self.journal.conn, kind, id, moment)? else { break };
            next = then.reference(Field::DepartmentParent);
            above.push(then);
        }
        above.into_iter().rev().try_for_each(|then| self.bring(None, then, |_| true))
    }

    /// What was removed in one go with the record and referred to it.
    fn bring_belonging(&mut self, id: RecordId, own: &Removal, moment: Moment) -> Result<(), StoreError> {
        let conn = self.journal.conn;
        let mut waiting = vec![id];
        let mut brought = 0;
        while let Some(id) = waiting.pop() {
            for found in removed_with(conn, id, own)? {
                if brought == BELONGING_MAX {
                    return Ok(());
                }
                brought += 1;
                let (kind, id) = (found.kind, found.id);
                if rows::find(conn, kind, id)?.is_some() {
                    continue;
                }
                self.bring_link(found, moment)?;
                if kind == Kind::Department {
                    waiting.push(id);
                }
            }
        }
        Ok(())
    }

    /// A record that is gone, when everything is there that it refers to. Of a guardianship the guardian comes back first
    /// when they are gone as well.
    pub(crate) fn bring_link(&mut self, link: Record, moment: Moment) -> Result<(), StoreError> {
        let conn = self.journal.conn;
        if link.kind == Kind::Guardianship
            && let Some(guardian) = link.reference(Field::GuardianshipGuardian)
            && rows::find(conn, Kind::Guardian, guardian)?.is_none()
            && let Some(member) = link.reference(Field::GuardianshipMember)
            && rows::find(conn, Kind::Member, member)?.is_some()
        {
            let before = removal(conn, Kind::Guardian, guardian)?;
            let before = before.map_or(moment, |removal| Moment(removal.seq.unsigned_abs()).before());
            if let Some(person) = record_at(conn, Kind::Guardian, guardian, before)? {
                self.bring(None, person, |_| true)?;
            }
        }
        if self.stands(&link)? { self.bring(None, link, |_| true) } else { Ok(()) }
    }

    /// A custom value is one that its field takes today; if not, it is noted as left out.
    fn fits(&mut self, value: &Record) -> Result<bool, StoreError> {
        let conn = self.journal.conn;
        if value.kind != Kind::CustomValue || value.get(Field::CustomValueValue).is_null() {
            return Ok(true);
        }
        let (member, field) = (value.reference(Field::CustomValueMember), value.reference(Field::CustomValueField));
        let (Some(member), Some(field)) = (member, field) else { return Ok(true) };
        let held = value.get(Field::CustomValueValue);
        let stored = rows::find(conn, Kind::CustomField, field)?;
        let Some(field) = stored.and_then(|stored| CustomField::from_record(&stored.record)) else { return Ok(true) };
        let sql = "SELECT 1 FROM custom_value WHERE field = ?1 AND value = ?2 AND id <> ?3";
        let parameters = (field.id.as_bytes(), rows::Bound(Field::CustomValueValue, held), value.id.as_bytes());
        let is_taken =
            field.is_unique && conn.prepare_cached(sql)?.query_row(parameters, |_| Ok(())).optional()?.is_some();
        let is_fit = field.check(held) == Ok(true) && !is_taken;
        if !is_fit {
            self.left_out.push(LeftOut::ValueUnfit { member });
        }
        Ok(is_fit)
    }

    /// Everything that the record refers to is there; if not, it is noted as left out.
    fn stands(&mut self, record: &Record) -> Result<bool, StoreError> {
        for field in record.kind.fields() {
            if !self.is_free(record.id, *field, record.get(*field))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The tree as it is now has a place for each of these departments: no other of its name beside it, not below itself, not
/// too deep. Otherwise the service would not take them.
fn check_places(conn: &Connection, ids: &[DepartmentId]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut all: HashMap<DepartmentId, Department> = HashMap::new();
    let mut statement = conn.prepare_cached(&format!("SELECT {} FROM department", rows::columns(Kind::Department)))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let department = Department::from_record(&rows::read(Kind::Department, row)?.record);
        all.extend(department.map(|department| (department.id, department)));
    }
    // Told from the rows: a tree has its rings mended.
    for id in ids {
        let mut above = all.get(id).and_then(|department| department.parent);
        for _ in 0..DEPTH_MAX {
            above = above.and_then(|above| if above == *id { Some(above) } else { all.get(&above)?.parent });
        }
        if above.is_some() {
            let problem = if above == Some(*id) { TreeProblem::Cycle } else { TreeProblem::TooDeep };
            return Err(StoreError::Misplaced(problem));
        }
    }
    let tree = Tree::new(all.into_values());
    for department in ids.iter().filter_map(|id| tree.get(*id)) {
        tree.check_rename(department.id, &department.name).map_err(StoreError::Misplaced)?;
        if tree.depth(department.id) + tree.levels(department.id) > DEPTH_MAX + 1 {
            return Err(StoreError::Misplaced(TreeProblem::TooDeep));
        }
    }
    Ok(())
}

/// No other tag, field or layout has the name, width, case and white space aside.
fn check_names(conn: &Connection, named: &[(Kind, RecordId)]) -> Result<(), StoreError> {
    for (kind, id) in named {
        let sql = format!("SELECT id, name FROM \"{}\"", kind.name());
        let mut statement = conn.prepare_cached(&sql)?;
        let mut found = statement.query([])?;
        let (mut own, mut others) = (None, Vec::new());
        while let Some(row) = found.next()? {
            let key = name_key(row.get_ref(1)?.as_str_or_null().map_err(|_| StoreError::Damaged)?.unwrap_or(""));
            if rows::read_id(row.get_ref(0)?)? == *id { own = Some(key) } else { others.push(key) }
        }
        if own.is_some_and(|own| others.contains(&own)) {
            return Err(StoreError::NameTaken { kind: *kind });
        }
    }
    Ok(())
}

/// A removal in the history: where, and whose doing.
struct Removal {
    seq: i64,
    operation: i64,
    /// Of one that came from the service: who did it and when.
    author: Option<(i64, i64)>,
}

/// The newest removal of a record that is not there.
fn removal(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<Removal>, StoreError> {
    let sql = "SELECT seq, operation, author, at_ms, verb FROM history WHERE id = ?1 AND kind = ?2
        ORDER BY seq DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    let Some(row) = found.next()? else { return Ok(None) };
    if read_verb(row.get(4)?)? != Verb::Remove {
        return Ok(None);
    }
    let author = row.get::<_, Option<i64>>(2)?.zip(row.get::<_, Option<i64>>(3)?);
    Ok(Some(Removal { seq: row.get(0)?, operation: row.get(1)?, author }))
}

/// Affiliations, guardianships, invitations, custom values, tags and departments below that were removed in the same operation, or by
/// the same person at the same instant: an operation from elsewhere may have come in several pages.
fn removed_with(conn: &Connection, id: RecordId, own: &Removal) -> Result<Vec<Record>, StoreError> {
    let sql = "SELECT kind, id, changes FROM history
        WHERE owner = ?1 AND verb = 2
        AND (operation = ?2 AND author IS ?3 AND at_ms IS ?4 OR author = ?3 AND at_ms = ?4) ORDER BY seq DESC LIMIT ?5";
    let (author, at_ms) = own.author.unzip();
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((id.to_string(), own.operation, author, at_ms, BELONGING_MAX as i64))?;
    let mut records: Vec<Record> = Vec::new();
    while let Some(row) = found.next()? {
        let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
        let id = rows::read_id(row.get_ref(1)?)?;
        let text = row.get_ref(2)?.as_str().map_err(|_| StoreError::Damaged)?;
        let mut record = Record::empty(kind, id);
        for change in rows::changes_from_json(kind, Verb::Remove, text)? {
            record.set(change.field, change.base);
        }
        if !records.iter().any(|one| one.id == id) {
            records.push(record);
        }
    }
    Ok(records)
}
