//! A service in memory, just enough to answer pushes and give out pages: the same merge as the real one, nothing of
//! its storage.

use crate::support::{Desk, NOW, id};
use mingce_model::merge::{Merged, merge_in};
use mingce_model::{Field, Kind, Record, RecordId, Value, Verb};
use mingce_protocol::push::record_digest;
use mingce_protocol::{
    Authored, Exception, Op, OpCode, OpFields, PullAuthor, PullHeader, PulledRecord, PushAnswer, Rights, VersionRuns,
};
use std::collections::{BTreeMap, HashMap};

type Key = (Kind, RecordId);

#[derive(Default)]
pub struct Service {
    pub head: u64,
    pub epoch: u64,
    pub rows: BTreeMap<Key, (u64, Option<Vec<Value>>)>,
    /// Stored answers: replica and number.
    answers: HashMap<(RecordId, u64), (u64, Option<Exception>)>,
    last_m: HashMap<RecordId, u64>,
    /// Rules for the tests: values that are refused.
    pub refuses: Vec<Value>,
    /// What every account may do; nothing is said of it without.
    pub rights: Option<Rights>,
}

impl Service {
    pub fn new() -> Self {
        Self { epoch: 1, ..Self::default() }
    }

    fn store(&mut self, key: Key, values: Option<Vec<Value>>) -> u64 {
        self.head += 1;
        self.rows.insert(key, (self.head, values));
        self.head
    }

    /// Somebody else writes a record as a whole.
    pub fn put(&mut self, record: &Record) {
        self.store((record.kind, record.id), Some(record.values.clone()));
    }
    pub fn set(&mut self, record: &Record, field: Field, value: impl Into<Value>) {
        let mut values = self.get(record).unwrap();
        values[field.index()] = value.into();
        self.store((record.kind, record.id), Some(values));
    }
    pub fn remove(&mut self, record: &Record) {
        self.store((record.kind, record.id), None);
    }
    pub fn get(&self, record: &Record) -> Option<Vec<Value>> {
        self.rows.get(&(record.kind, record.id)).and_then(|(_, values)| values.clone())
    }
    /// Live records, as `everything` gives a desk's.
    pub fn everything(&self) -> Vec<Record> {
        let live = self.rows.iter().filter_map(|((kind, id), (_, values))| {
            values.clone().map(|values| Record { kind: *kind, id: *id, ver: 0, values })
        });
        live.collect()
    }

    /// Answers a push; a repeated edit gets its stored answer.
    pub fn push(&mut self, replica: RecordId, ops: &[Op], cursor: Option<&str>) -> PushAnswer {
        let head = self.head;
        let mut vers = VersionRuns::default();
        let mut exceptions = Vec::new();
        let mut made_conflicts = false;
        for op in ops {
            let last = self.last_m.get(&replica).copied().unwrap_or(0);
            let (ver, exception) = match self.answers.get(&(replica, op.m)) {
                Some(answer) => answer.clone(),
                None => {
                    assert_eq!(op.m, last + 1, "numbers have no gaps");
                    let answer = self.apply(op);
                    self.answers.insert((replica, op.m), answer.clone());
                    self.last_m.insert(replica, op.m);
                    answer
                }
            };
            vers.push(ver);
            made_conflicts |= exception.as_ref().is_some_and(|exception| !exception.conflicts.is_empty());
            exceptions.extend(exception);
        }
        let is_alone = cursor == Some(&cursor_of(head)) && !made_conflicts;
        PushAnswer {
            epoch: self.epoch,
            head: self.head,
            last_m: self.last_m.get(&replica).copied().unwrap_or(0),
            vers,
            exceptions,
            cursor: is_alone.then(|| cursor_of(self.head)),
            seen: None,
        }
    }

    fn apply(&mut self, op: &Op) -> (u64, Option<Exception>) {
        let key = (op.kind, op.id);
        let current = self.rows.get(&key).and_then(|(_, values)| values.clone());
        let exception =
            |code| Exception { m: op.m, code, fields: Vec::new(), rule: None, other: None, conflicts: Vec::new() };
        let news: Vec<&Value> = match &op.fields {
            OpFields::Create(values) => values.iter().collect(),
            OpFields::Edit(parts) => parts.iter().map(|part| &part.new).collect(),
            OpFields::Remove(_) => Vec::new(),
        };
        if news.iter().any(|value| self.refuses.contains(value)) {
            return (0, Some(Exception { rule: Some("forbidden_word".into()), ..exception(OpCode::Rejected) }));
        }
        match (&op.fields, current) {
            (OpFields::Create(values), None) => {
                let mut values = values.clone();
                values.resize(op.kind.fields().len(), Value::Null);
                (self.store(key, Some(values)), None)
            }
            (OpFields::Create(_), Some(_)) => (0, Some(exception(OpCode::Duplicate))),
            (OpFields::Edit(_) | OpFields::Remove(_), None) => (0, Some(exception(OpCode::Gone))),
            (OpFields::Remove(digest), Some(values)) => {
                if record_digest(&values) == *digest {
                    return (self.store(key, None), None);
                }
                let conflict = self.conflict(op, "*", &Value::Null, &Value::Null);
                let exception = Exception { fields: vec!["*".into()], ..exception(OpCode::Conflict) };
                (0, Some(Exception { conflicts: vec![conflict], ..exception }))
            }
            (OpFields::Edit(parts), Some(mut values)) => {
                let before = values.clone();
                let mut conflicted = Vec::new();
                for part in parts {
                    match merge_in(part.field, part.base, &values[part.field.index()], &part.new) {
                        Merged::Same => {}
                        Merged::Apply => values[part.field.index()] = part.new.clone(),
                        Merged::Conflict => conflicted.push(part.clone()),
                    }
                }
                let ver = if values == before { 0 } else { self.store(key, Some(values.clone())) };
                if conflicted.is_empty() {
                    return (ver, None);
                }
                let made =
                    |part: &mingce_protocol::FieldBase| (part.field.name(), part.new.clone(), part.field.index());
                let made: Vec<_> = conflicted.iter().map(made).collect();
                let conflicts =
                    made.iter().map(|(name, mine, index)| self.conflict(op, name, mine, &values[*index])).collect();
                let fields = made.iter().map(|(name, ..)| (*name).to_owned()).collect();
                (ver, Some(Exception { fields, conflicts, ..exception(OpCode::Conflict) }))
            }
        }
    }

    fn conflict(&mut self, op: &Op, field: &str, mine: &Value, theirs: &Value) -> RecordId {
        let json = |value: &Value| serde_json::to_string(value).unwrap();
        let conflict = Record::empty(Kind::Conflict, id())
            .with(Field::ConflictKind, op.kind.name())
            .with(Field::ConflictRecord, op.id)
            .with(Field::ConflictField, field)
            .with(Field::ConflictMine, json(mine))
            .with(Field::ConflictTheirs, json(theirs));
        self.put(&conflict);
        conflict.id
    }

    /// One page behind the cursor.
    pub fn pull(&self, cursor: Option<&str>, limit: usize) -> (PullHeader, Vec<PulledRecord>) {
        let after: u64 = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let mut records: Vec<PulledRecord> = self
            .rows
            .iter()
            .filter(|(_, (ver, _))| *ver > after)
            .map(|((kind, id), (ver, values))| PulledRecord {
                kind: *kind,
                id: *id,
                ver: *ver,
                values: values.clone(),
                by: cursor.map(|_| Authored { author: 0, at_ms: NOW - 1 }),
            })
            .collect();
        records.sort_by_key(|record| record.ver);
        let more = records.len() > limit;
        records.truncate(limit);
        let end = if more { records.last().map_or(after, |record| record.ver) } else { self.head };
        let author = PullAuthor { name: "赵老师".into(), device: "教务处电脑".into() };
        let authors = cursor.map(|_| author).into_iter().collect();
        let header = PullHeader {
            protocol: 1,
            epoch: self.epoch,
            schema: 1,
            head: self.head,
            cursor: cursor_of(end),
            more,
            authors,
            rights: self.rights.clone(),
            ..PullHeader::default()
        };
        (header, records)
    }
}

fn cursor_of(ver: u64) -> String {
    ver.to_string()
}

impl Desk {
    /// Sends at most `limit` edits and stores the answer. Answers how many were sent.
    pub fn push(&self, service: &mut Service, limit: usize) -> usize {
        let (ops, answer) = self.push_without_answer(service, limit);
        if let (Some(first), Some(last)) = (ops.first(), ops.last()) {
            self.store.settle(&answer, first.m..=last.m, NOW).unwrap();
        }
        ops.len()
    }
    /// The request arrives, the answer is lost.
    pub fn push_without_answer(&self, service: &mut Service, limit: usize) -> (Vec<Op>, PushAnswer) {
        let page = self.store.outbox_page(limit).unwrap();
        let ops: Vec<Op> =
            page.into_iter().map(|entry| Op::from_edit(entry.m, entry.at_ms, entry.group, entry.edit)).collect();
        let state = self.store.sync_state().unwrap();
        let answer = service.push(state.replica.0, &ops, state.cursor.as_deref());
        (ops, answer)
    }
    pub fn pull(&self, service: &Service, limit: usize) {
        loop {
            let asked = self.store.sync_state().unwrap();
            let (header, records) = service.pull(asked.cursor.as_deref(), limit);
            self.store.apply_page(&asked, &header, records, NOW).unwrap();
            if !header.more {
                return;
            }
        }
    }
    pub fn sync(&self, service: &mut Service) {
        while self.push(service, 3) > 0 {}
        self.pull(service, 3);
    }
}

/// What an op does, for assertions.
pub fn verbs(desk: &Desk) -> Vec<(u64, Verb)> {
    desk.store.outbox_page(100).unwrap().into_iter().map(|entry| (entry.m, entry.edit.verb)).collect()
}
