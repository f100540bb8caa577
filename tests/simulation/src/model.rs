//! The oracle: what the service must make of every edit, written down once more over plain maps and without any of the
//! service's own code. It hears of each push exactly as the service does, and disagreement is a failure.

use mingce_model::{Field, Form, Kind, Record, RecordId, Value, ValueDigest};
use mingce_protocol::push::record_digest;
use mingce_protocol::{Exception, FieldBase, Op, OpCode, OpFields, PushAnswer};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub type Key = (Kind, RecordId);

/// What becomes of one edit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    pub code: Option<OpCode>,
    /// Of a conflict.
    pub fields: Vec<String>,
    pub conflicts: Vec<RecordId>,
    pub changes: bool,
}

impl Outcome {
    fn refused(code: OpCode) -> Self {
        Self { code: Some(code), ..Self::default() }
    }
    fn is_refusal(&self) -> bool {
        !matches!(self.code, None | Some(OpCode::Applied | OpCode::Conflict))
    }
}

/// What the service holds, as far as the oracle cares. Cloned with every backup of the service.
#[derive(Clone, Default)]
pub struct Model {
    /// `None`: removed.
    pub rows: BTreeMap<Key, Option<Record>>,
    seen: HashMap<(String, u64), (Op, Outcome)>,
    conflict_of: HashMap<(String, Key, String), Vec<RecordId>>,
    /// Marked values that were written or stand in a conflict.
    pub logged: BTreeSet<String>,
    pub conflicts: usize,
}

/// Refused values that their author still believes in, within one push: value and what it stood on.
type Believed = HashMap<(Key, Field), (Value, ValueDigest)>;

impl Model {
    /// Takes a successful answer to a push and checks every word of it.
    pub fn take_answer(&mut self, replica: &str, ops: &[Op], answer: &PushAnswer) -> Result<(), String> {
        let said: HashMap<u64, &Exception> = answer.exceptions.iter().map(|said| (said.m, said)).collect();
        let vers: Vec<u64> = answer.vers.iter().collect();
        if vers.len() != ops.len() {
            return Err(format!("{} versions for {} edits", vers.len(), ops.len()));
        }
        let mut believed = Believed::new();
        let known = ops.iter().take_while(|op| self.seen.contains_key(&(replica.to_owned(), op.m))).count();
        for op in &ops[..known] {
            let (before, outcome) = self.seen[&(replica.to_owned(), op.m)].clone();
            if before != *op {
                return Err(format!("number {} was taken for a repeat, but it is another edit (I2)", op.m));
            }
            compare(op, &outcome, said.get(&op.m).copied())?;
            note(&mut believed, op, &outcome);
        }
        let mut place = known;
        for part in ops[known..].chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
            let outcomes = self.take_part(replica, part, &believed, &said)?;
            for (op, outcome) in part.iter().zip(outcomes) {
                compare(op, &outcome, said.get(&op.m).copied())?;
                if outcome.changes != (vers[place] != 0) {
                    return Err(format!("edit {} has version {}, but changes: {}", op.m, vers[place], outcome.changes));
                }
                note(&mut believed, op, &outcome);
                self.conflicts += outcome.conflicts.len();
                self.seen.insert((replica.to_owned(), op.m), (op.clone(), outcome));
                place += 1;
            }
        }
        Ok(())
    }

    /// One edit, or edits that apply all or none.
    fn take_part(
        &mut self,
        replica: &str,
        part: &[Op],
        believed: &Believed,
        said: &HashMap<u64, &Exception>,
    ) -> Result<Vec<Outcome>, String> {
        if part[0].group.is_none() {
            let conflicts = said.get(&part[0].m).map_or(&[][..], |said| &said.conflicts);
            return Ok(vec![self.take(replica, &part[0], believed, Some(conflicts))?]);
        }
        let before = (self.rows.clone(), self.logged.clone());
        let mut outcomes = Vec::with_capacity(part.len());
        for op in part {
            let outcome = self.take(replica, op, believed, None)?;
            if outcome.code.is_some() {
                (self.rows, self.logged) = before;
                if let Some(owner) = self.find_owner(part).filter(|_| outcome.code == Some(OpCode::Conflict)) {
                    // Removals that belong together lose together, and one conflict tells of them all.
                    let conflicts = said.get(&owner.m).map_or(&[][..], |said| &said.conflicts);
                    let made = self.clash(replica, owner, "*", &Value::Null, conflicts, 0)?;
                    return Ok(part.iter().map(|_| conflict(vec!["*".into()], vec![made], false)).collect());
                }
                let failed = |other: &Op| match outcome.code {
                    Some(OpCode::Conflict) if other.m == op.m => Outcome::refused(OpCode::Rejected),
                    Some(code) if other.m == op.m => Outcome::refused(code),
                    _ => Outcome::refused(OpCode::GroupFailed),
                };
                return Ok(part.iter().map(failed).collect());
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    /// Of removals that belong together the one that the others hang on, if it is there.
    fn find_owner<'o>(&self, part: &'o [Op]) -> Option<&'o Op> {
        let are_removals = part.iter().all(|op| matches!(op.fields, OpFields::Remove(_)));
        part.last().filter(|owner| are_removals && self.find(owner.kind, owner.id).is_some())
    }

    /// `conflicts`: the records that the service says it made; without them clashes are not written down.
    fn take(
        &mut self,
        replica: &str,
        op: &Op,
        believed: &Believed,
        conflicts: Option<&[RecordId]>,
    ) -> Result<Outcome, String> {
        let key = (op.kind, op.id);
        let current = self.rows.get(&key).cloned().flatten();
        match (&op.fields, current) {
            (OpFields::Create(values), None) => {
                let mut wanted = Record::empty(op.kind, op.id);
                wanted.values[..values.len()].clone_from_slice(values);
                let fields: Vec<Field> = filled(&wanted);
                if has_bad_value(&wanted, &fields) {
                    return Ok(Outcome::refused(OpCode::Rejected));
                }
                if let Some(code) = self.find_refusal(&wanted, &fields) {
                    return Ok(Outcome::refused(code));
                }
                self.write(wanted);
                Ok(Outcome { changes: true, ..Outcome::default() })
            }
            (OpFields::Create(values), Some(current)) => {
                let mut wanted = Record::empty(op.kind, op.id);
                wanted.values[..values.len()].clone_from_slice(values);
                let base = Value::Null.digest();
                let part = |field: Field| FieldBase { field, base, new: wanted.get(field).clone() };
                let parts: Vec<FieldBase> = filled(&wanted).into_iter().map(part).collect();
                self.merge(replica, op, &current, &parts, believed, conflicts)
            }
            (OpFields::Edit(_), None) => Ok(Outcome::refused(OpCode::Gone)),
            (OpFields::Edit(parts), Some(current)) => self.merge(replica, op, &current, parts, believed, conflicts),
            (OpFields::Remove(_), None) => Ok(Outcome::default()),
            (OpFields::Remove(digest), Some(current)) => {
                if record_digest(&current.values) != *digest && record_digest(&believing(believed, &current)) != *digest
                {
                    let made = match conflicts {
                        Some(ids) => vec![self.clash(replica, op, "*", &Value::Null, ids, 0)?],
                        None => Vec::new(),
                    };
                    return Ok(conflict(vec!["*".into()], made, false));
                }
                if op.kind == Kind::Department && self.is_in_use(op.id) {
                    return Ok(Outcome::refused(OpCode::Rejected));
                }
                self.rows.insert(key, None);
                Ok(Outcome { changes: true, ..Outcome::default() })
            }
        }
    }

    fn merge(
        &mut self,
        replica: &str,
        op: &Op,
        current: &Record,
        parts: &[FieldBase],
        believed: &Believed,
        conflicts: Option<&[RecordId]>,
    ) -> Result<Outcome, String> {
        let mut wanted = current.clone();
        parts.iter().for_each(|part| wanted.set(part.field, part.new.clone()));
        let named: Vec<Field> =
            parts.iter().map(|part| part.field).filter(|f| wanted.get(*f) != current.get(*f)).collect();
        if has_bad_value(&wanted, &named) {
            return Ok(Outcome::refused(OpCode::Rejected));
        }
        let mut after = current.clone();
        let (mut applied, mut clashing) = (Vec::new(), Vec::new());
        for part in parts.iter().filter(|part| named.contains(&part.field)) {
            let holds = current.get(part.field).digest();
            // What stands on a value of its author that was refused stands on what that one stood on.
            let is_own = |(value, base): &(Value, ValueDigest)| value.digest() == part.base && *base == holds;
            if holds == part.base || believed.get(&((op.kind, op.id), part.field)).is_some_and(is_own) {
                after.set(part.field, part.new.clone());
                applied.push(part.field);
            } else {
                clashing.push(part);
            }
        }
        if !applied.is_empty()
            && let Some(code) = self.find_refusal(&after, &applied)
        {
            return Ok(Outcome::refused(code));
        }
        if !applied.is_empty() {
            self.write(after);
        }
        let mut made = Vec::new();
        if let Some(ids) = conflicts {
            for (place, part) in clashing.iter().enumerate() {
                made.push(self.clash(replica, op, part.field.name(), &part.new, ids, place)?);
            }
        }
        if clashing.is_empty() {
            return Ok(Outcome { changes: !applied.is_empty(), ..Outcome::default() });
        }
        let names = clashing.iter().map(|part| part.field.name().to_owned()).collect();
        Ok(conflict(names, made, !applied.is_empty()))
    }

    /// A conflict record keeps the value that was set aside; one is open for each record, field and replica.
    fn clash(
        &mut self,
        replica: &str,
        op: &Op,
        field: &str,
        mine: &Value,
        ids: &[RecordId],
        place: usize,
    ) -> Result<RecordId, String> {
        let id = *ids.get(place).ok_or_else(|| format!("edit {} clashes and no record says so (I5)", op.m))?;
        let of = (replica.to_owned(), (op.kind, op.id), field.to_owned());
        let is_open = |id: &&RecordId| {
            let row = self.rows.get(&(Kind::Conflict, **id)).and_then(Option::as_ref);
            row.is_some_and(|record| record.get(Field::ConflictSettled).is_null())
        };
        let open = self.conflict_of.get(&of).and_then(|made| made.iter().find(is_open)).copied();
        let is_there = self.rows.contains_key(&(Kind::Conflict, id));
        if open.map_or(is_there, |open| open != id) {
            return Err(format!("edit {} clashes in record {id}, expected {open:?}", op.m));
        }
        let json = serde_json::to_string(mine).expect("a value is JSON");
        let record = Record::empty(Kind::Conflict, id)
            .with(Field::ConflictKind, op.kind.name())
            .with(Field::ConflictRecord, op.id)
            .with(Field::ConflictField, field)
            .with(Field::ConflictMine, if field == "*" { Value::Null } else { Value::from(json) });
        self.logged.extend(mark_in(mine));
        self.rows.insert((Kind::Conflict, id), Some(record));
        if open.is_none() {
            self.conflict_of.entry(of).or_default().push(id);
        }
        Ok(id)
    }

    fn write(&mut self, record: Record) {
        self.logged.extend(record.values.iter().filter_map(mark_in));
        self.rows.insert((record.kind, record.id), Some(record));
    }

    pub fn live(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.rows
            .range((kind, RecordId::from_parts(0, [0; 10]))..)
            .take_while(move |((other, _), _)| *other == kind)
            .filter_map(|(_, row)| row.as_ref())
    }

    fn find(&self, kind: Kind, id: RecordId) -> Option<&Record> {
        self.rows.get(&(kind, id)).and_then(Option::as_ref)
    }

    /// References, the tree, and keys that are one record's own.
    fn find_refusal(&self, wanted: &Record, fields: &[Field]) -> Option<OpCode> {
        for field in fields {
            if let (Form::Ref(kind), Some(id)) = (field.form(), wanted.reference(*field))
                && self.find(kind, id).is_none()
            {
                return Some(OpCode::Rejected);
            }
        }
        let others = |kind| self.live(kind).filter(|other| other.id != wanted.id);
        match wanted.kind {
            Kind::Member if fields.contains(&Field::MemberCardNumber) => {
                let number = wanted.get(Field::MemberCardNumber);
                let is_taken =
                    !number.is_null() && others(Kind::Member).any(|other| other.get(Field::MemberCardNumber) == number);
                is_taken.then_some(OpCode::Duplicate)
            }
            Kind::Department => {
                let parent = wanted.reference(Field::DepartmentParent);
                if fields.contains(&Field::DepartmentParent) && self.is_below(parent, wanted.id) {
                    return Some(OpCode::Rejected);
                }
                let name = wanted.get(Field::DepartmentName);
                let is_like = |other: &Record| {
                    other.reference(Field::DepartmentParent) == parent && other.get(Field::DepartmentName) == name
                };
                let is_moved = fields.contains(&Field::DepartmentParent) || fields.contains(&Field::DepartmentName);
                (is_moved && others(Kind::Department).any(is_like)).then_some(OpCode::Duplicate)
            }
            _ => None,
        }
    }

    fn is_below(&self, mut at: Option<RecordId>, ancestor: RecordId) -> bool {
        while let Some(id) = at {
            if id == ancestor {
                return true;
            }
            at = self.find(Kind::Department, id).and_then(|record| record.reference(Field::DepartmentParent));
        }
        false
    }

    fn is_in_use(&self, id: RecordId) -> bool {
        self.live(Kind::Department).any(|record| record.reference(Field::DepartmentParent) == Some(id))
            || self.live(Kind::Member).any(|record| record.reference(Field::MemberDepartment) == Some(id))
    }
}

/// A value that one edit alone brought into the world.
pub fn mark_in(value: &Value) -> Option<String> {
    value.as_text().filter(|text| text.starts_with('T')).map(str::to_owned)
}

fn conflict(fields: Vec<String>, conflicts: Vec<RecordId>, changes: bool) -> Outcome {
    Outcome { code: Some(OpCode::Conflict), fields, conflicts, changes }
}

fn filled(record: &Record) -> Vec<Field> {
    record.kind.fields().iter().copied().filter(|field| !record.get(*field).is_null()).collect()
}

/// The histories break one rule of values only: a phone number that is none.
fn has_bad_value(wanted: &Record, fields: &[Field]) -> bool {
    fields.contains(&Field::MemberPhone) && wanted.text(Field::MemberPhone).is_some_and(|phone| phone.len() < 11)
}

/// The record as its author believes it to be.
fn believing(believed: &Believed, current: &Record) -> Vec<Value> {
    let mut values = current.values.clone();
    for (((kind, id), field), (value, base)) in believed {
        if (*kind, *id) == (current.kind, current.id) && current.get(*field).digest() == *base {
            values[field.index()] = value.clone();
        }
    }
    values
}

fn note(believed: &mut Believed, op: &Op, outcome: &Outcome) {
    let key = (op.kind, op.id);
    match &op.fields {
        OpFields::Edit(parts) if outcome.is_refusal() => {
            for part in parts {
                let before = believed.get(&(key, part.field));
                let base = before.filter(|(value, _)| value.digest() == part.base).map_or(part.base, |(_, base)| *base);
                believed.insert((key, part.field), (part.new.clone(), base));
            }
        }
        OpFields::Edit(parts) => parts.iter().for_each(|part| drop(believed.remove(&(key, part.field)))),
        _ if outcome.is_refusal() => {}
        _ => believed.retain(|(other, _), _| *other != key),
    }
}

fn compare(op: &Op, expected: &Outcome, said: Option<&Exception>) -> Result<(), String> {
    let told = (said.map(|said| said.code), said.map_or(&[][..], |said| &said.conflicts));
    let is_conflict = expected.code == Some(OpCode::Conflict);
    let is_same_fields = !is_conflict || said.is_some_and(|said| said.fields == expected.fields);
    if told == (expected.code, expected.conflicts.as_slice()) && is_same_fields {
        return Ok(());
    }
    Err(format!("edit {} ({op:?}) was answered {said:?}, expected {expected:?} (I5)", op.m))
}
