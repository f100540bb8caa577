//! The edits that wait for the service, and settling them by its answer.
//!
//! An edit's number is its place behind the last answered one; it is frozen when the edit is first read for sending. The
//! edit leaves the outbox only when the service has answered for that number.

use crate::identity::{self, SyncState};
use crate::journal::{Effects, Heading, Journal};
use crate::operation::{Label, Origin, Touched};
use crate::rebase::{self, without_service_fields};
use crate::rows::FRESH;
use crate::safeguard::is_news;
use crate::scope::{self, Leaving};
use crate::shadow::{self, EDIT_COLUMNS, Shadow, read_edit};
use crate::{Store, StoreError, history, overtaken, rows};
use mingce_model::id::BatchId;
use mingce_model::{Edit, Field, Kind, RecordId, Verb};
use mingce_protocol::{Exception, OUT_OF_SCOPE, OpCode, PushAnswer};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;

/// An edit ready to be sent (`Op::from_edit`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    pub m: u64,
    /// This computer's clock when the edit was made.
    pub at_ms: i64,
    pub edit: Edit,
    /// Edits with the same group stand together and are applied all or none.
    pub group: Option<u64>,
    /// The operation it was part of; `None` when nobody made one.
    pub batch: Option<BatchId>,
    /// What kind of work that was, as the history calls it.
    pub word: &'static str,
}

/// What became of the edits of a push.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settled {
    pub applied: u64,
    /// Applied except for fields that became conflicts.
    pub conflicts: u64,
    pub refused: u64,
    pub touched: Touched,
}

impl Store {
    /// The oldest edits of the outbox, numbered without gaps from `acked + 1` on; about `limit` of them, more when a
    /// group would be cut. Nothing while the records of a restored service are being pulled.
    ///
    /// From here on these edits count as sent: nothing alters or withdraws them until they are answered.
    pub fn outbox_page(&self, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let is_empty = |conn: &Connection| {
            Ok(conn.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM outbox)")?.query_row([], |row| row.get(0))?)
        };
        if limit == 0 || self.readers.read(is_empty)? {
            return Ok(Vec::new());
        }
        self.transact_quietly(|conn| {
            if identity::is_recovering(conn)? {
                return Ok(Vec::new());
            }
            let state = identity::sync_state(conn)?;
            let (entries, last_seq) = read_page(conn, state.acked, limit)?;
            let last_m = state.acked + entries.len() as u64;
            if last_m > state.last_m {
                identity::set(conn, "last_m", last_m as i64)?;
            }
            // Not only with new numbers: after a recovery other edits may stand under numbers that were given before.
            if last_seq > identity::frontier(conn)? {
                identity::set_frontier(conn, last_seq)?;
            }
            Ok(entries)
        })
    }

    /// Takes the service's answer to the edits `sent`; all of it in one transaction.
    ///
    /// Versions and cursor are taken only when the answer has a cursor; otherwise the next pull brings the rows.
    pub fn settle(&self, answer: &PushAnswer, sent: RangeInclusive<u64>, now_ms: i64) -> Result<Settled, StoreError> {
        let (mut settled, version) = self.transact(|conn| {
            let state = identity::sync_state(conn)?;
            if state.epoch != 0 && state.epoch != answer.epoch {
                return Err(StoreError::OtherEpoch { found: answer.epoch, known: state.epoch });
            }
            if *sent.start() > state.acked + 1 {
                // The answers before these have not been stored.
                return Err(StoreError::AnswerMismatch);
            }
            let last = answer.last_m.min(*sent.end()).min(state.last_m);
            let mut settler = Settler::begin(conn, answer, &state, *sent.start()..=last, now_ms)?;
            settler.run()?;
            settler.look_after_refused()?;
            scope::look_after_departed(conn)?;
            settler.finish(&state, answer, last, now_ms)
        })?;
        settled.touched.version = version;
        self.clean();
        Ok(settled)
    }
}

/// The oldest entries, numbered from `acked + 1` on, and the place of the last one.
fn read_page(conn: &Connection, acked: u64, limit: usize) -> Result<(Vec<OutboxEntry>, i64), StoreError> {
    let sql = format!(
        "SELECT o.seq, o.unit, p.at_ms, p.batch, p.label, p.origin, {EDIT_COLUMNS} FROM outbox o JOIN history h ON h.seq = o.seq
        JOIN operation p ON p.number = h.operation ORDER BY o.seq"
    );
    let mut entries: Vec<OutboxEntry> = Vec::new();
    let mut last_seq = 0;
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let group = row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs);
        let is_cut_here = group.is_none() || entries.last().is_none_or(|last| last.group != group);
        if entries.len() >= limit && is_cut_here {
            break;
        }
        last_seq = row.get(0)?;
        let m = acked + 1 + entries.len() as u64;
        entries.push(OutboxEntry {
            m,
            at_ms: row.get(2)?,
            edit: without_service_fields(read_edit(conn, row, 6)?),
            group,
            batch: history::read_batch(row.get_ref(3)?)?,
            word: history::read_word(row, 4)?,
        });
    }
    Ok((entries, last_seq))
}

/// One answered edit of the outbox.
struct Answered {
    seq: i64,
    m: u64,
    kind: Kind,
    id: RecordId,
    verb: Verb,
}

struct Settler<'c> {
    conn: &'c Connection,
    journal: Journal<'c>,
    answered: Vec<Answered>,
    exceptions: HashMap<u64, &'c Exception>,
    /// The version that each number gave its record; 0 when it changed nothing.
    versions: HashMap<u64, u64>,
    /// Rows may take these versions: nobody else wrote in between.
    takes_versions: bool,
    /// Records of which this answer refused an edit.
    refused: BTreeSet<(Kind, RecordId)>,
    /// Place of the last edit that the service has received: none up to there is altered.
    received: i64,
    /// Records that the service has from this answer on.
    created: HashSet<(Kind, RecordId)>,
    /// The service took a removal.
    has_removed: bool,
    settled: Settled,
    now_ms: i64,
}

impl<'c> Settler<'c> {
    fn begin(
        conn: &'c Connection,
        answer: &'c PushAnswer,
        state: &SyncState,
        range: RangeInclusive<u64>,
        now_ms: i64,
    ) -> Result<Self, StoreError> {
        let heading = Heading { batch: None, label: Label::Remote, origin: Origin::Remote, actor: "", at_ms: now_ms };
        let mut exceptions = HashMap::new();
        for exception in &answer.exceptions {
            let is_odd = exception.code == OpCode::Applied || !range.contains(&exception.m);
            if is_odd || exceptions.insert(exception.m, exception).is_some() {
                return Err(StoreError::AnswerMismatch);
            }
        }
        let expected = range.end().saturating_add(1).saturating_sub(*range.start());
        if answer.vers.0.iter().map(|(_, count)| *count).fold(0u64, u64::saturating_add) != expected {
            return Err(StoreError::AnswerMismatch);
        }
        let versions = range.clone().zip(answer.vers.iter()).collect();
        // A cursor that was given up meanwhile does not come back by what was asked for with it.
        let takes_versions = answer.cursor.is_some() && state.cursor.is_some();
        let answered = answered_edits(conn, state.acked, *range.end())?;
        let sql = "SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM outbox ORDER BY seq LIMIT ?1)";
        let count = i64::try_from(answer.last_m.saturating_sub(state.acked)).unwrap_or(i64::MAX);
        let received = conn.prepare_cached(sql)?.query_row([count], |row| row.get(0))?;
        let journal = Journal::begin(conn, &heading)?;
        Ok(Self {
            conn,
            journal,
            answered,
            exceptions,
            versions,
            takes_versions,
            refused: BTreeSet::new(),
            received,
            created: HashSet::new(),
            has_removed: false,
            settled: Settled::default(),
            now_ms,
        })
    }

    fn run(&mut self) -> Result<(), StoreError> {
        let answered = std::mem::take(&mut self.answered);
        for edit in &answered {
            match self.exceptions.get(&edit.m).copied() {
                None => {
                    self.settled.applied += 1;
                    self.accept(edit, &[])?;
                    match edit.verb {
                        Verb::Create => drop(self.created.insert((edit.kind, edit.id))),
                        Verb::Remove => self.has_removed = true,
                        Verb::Edit => {}
                    }
                }
                Some(exception) if exception.code == OpCode::Conflict => {
                    self.settled.conflicts += 1;
                    self.accept(edit, &exception.fields)?;
                }
                Some(exception) => {
                    self.settled.refused += 1;
                    self.refuse(edit, exception)?;
                }
            }
            self.journal.note_touched(edit.kind, edit.id);
        }
        if let Some(last) = answered.last() {
            self.conn.prepare_cached("DELETE FROM outbox WHERE seq <= ?1")?.execute([last.seq])?;
        }
        Ok(())
    }

    /// The service has taken the edit, except for the named fields.
    ///
    /// The answer may be an old one given again: what was pulled since at a later version already holds the edit's effect
    /// and what others did after it, so the edit must not be laid on top of that once more.
    fn accept(&mut self, edit: &Answered, conflicted: &[String]) -> Result<(), StoreError> {
        let ver = self.versions.get(&edit.m).copied().unwrap_or(0);
        if conflicted.is_empty() && self.settle_last(edit, ver)? {
            return Ok(());
        }
        let (kind, id) = (edit.kind, edit.id);
        let sent = sent_edit(self.conn, edit.seq)?;
        let current = rows::find(self.conn, kind, id)?;
        let mut shadow = self.journal.shadow_of(kind, id, current.as_ref())?.ok_or(StoreError::Damaged)?;
        let local = current.as_ref().map(|stored| &stored.record.values);
        // A creation that changed nothing was made by a copy of this roster: the service has the record all the same.
        let is_there_after_all = sent.verb == Verb::Create && (ver, shadow.ver) == (0, 0) && shadow.stored.is_none();
        if is_news(ver, shadow.ver) || is_there_after_all {
            // A removal that met an edit (`*`) changed nothing and has no version.
            let fields: Vec<Field> = conflicted.iter().filter_map(|name| kind.field(name)).collect();
            shadow.stored = rebase::accept(shadow.stored.as_ref(), local, &sent, &fields);
        }
        shadow.pending -= 1;
        shadow.ver = shadow.ver.max(self.known(ver));
        // Out of the overlay before it is looked at again.
        self.conn.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([edit.seq])?;
        let refused = if shadow.refused > 0 { shadow::refused_edits(self.conn, kind, id)? } else { Vec::new() };
        let rest = overtaken::rest_of(&refused, &sent);
        let is_overtaken = rest.is_some();
        if let Some(rest) = &rest {
            overtaken::put_on_what_held(self.conn, (kind, id), rest, self.received)?;
        }
        let mut mine = rest.unwrap_or(refused);
        if shadow.pending > 0 {
            mine.extend(shadow::pending_edits(self.conn, kind, id)?);
        }
        let after = rebase::rebase(shadow.stored.as_ref(), local, &mine);
        if let Some(change) = rebase::step(kind, id, local, after.as_ref()) {
            self.journal.log_on(current.as_ref(), &change)?;
        }
        self.journal.set_row(kind, id, current.as_ref(), after.as_ref(), shadow.ver)?;
        if is_overtaken {
            overtaken::send_rest(&mut self.journal, (kind, id), &mut shadow, after.as_ref())?;
        }
        self.journal.put_shadow(kind, id, &shadow)
    }

    /// Up to which version the record is known here once its edit was given this one. Without a cursor somebody else's part
    /// of that very version may be missing, so that it must still come; but a page that was read before it says nothing.
    fn known(&self, ver: u64) -> u64 {
        if self.takes_versions { ver } else { ver.saturating_sub(1) }
    }

    /// When it was the record's only edit and nothing newer was pulled, what is here is by construction what the service
    /// has now: nothing but the version is left to take.
    fn settle_last(&self, edit: &Answered, ver: u64) -> Result<bool, StoreError> {
        let (table, id) = (edit.kind.name(), edit.id.as_bytes());
        let taken = self.known(ver) as i64;
        if edit.verb == Verb::Create {
            let sql = format!("UPDATE \"{table}\" SET ver = ?2 WHERE id = ?1 AND ver = {FRESH}");
            if self.conn.prepare_cached(&sql)?.execute((id, taken))? > 0 {
                return Ok(true);
            }
        }
        let sql = "DELETE FROM shadow WHERE id = ?1 AND kind = ?2 AND pending = 1 AND refused = 0 AND ver < ?3";
        let is_last = self.conn.prepare_cached(sql)?.execute((id, edit.kind as u8, ver as i64))? > 0;
        if is_last && taken > 0 {
            let sql = format!("UPDATE \"{table}\" SET ver = ?2 WHERE id = ?1 AND ver < ?2");
            self.conn.prepare_cached(&sql)?.execute((id, taken))?;
        }
        Ok(is_last)
    }

    /// The service would not take the edit: it stays here, with the reason, until a person mends or drops it.
    fn refuse(&mut self, edit: &Answered, exception: &Exception) -> Result<(), StoreError> {
        if exception.rule.as_deref() == Some(OUT_OF_SCOPE) && self.only_recovers(edit)? {
            return self.let_go(edit);
        }
        let current = rows::find(self.conn, edit.kind, edit.id)?;
        let mut shadow = self.journal.shadow_of(edit.kind, edit.id, current.as_ref())?.ok_or(StoreError::Damaged)?;
        let answer = serde_json::to_string(exception).map_err(|_| StoreError::AnswerMismatch)?;
        let sql = "INSERT INTO attention (seq, m, verb, changes, answer, at_ms, state)
            SELECT seq, ?2, verb, changes, ?3, ?4, 'open' FROM outbox WHERE seq = ?1";
        self.conn.prepare_cached(sql)?.execute((edit.seq, edit.m as i64, answer, self.now_ms))?;
        self.conn.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([edit.seq])?;
        self.refused.insert((edit.kind, edit.id));
        shadow.pending -= 1;
        shadow.refused += 1;
        let values = current.as_ref().map(|stored| &stored.record.values);
        self.journal.set_row(edit.kind, edit.id, current.as_ref(), values, shadow.ver)?;
        self.journal.put_shadow(edit.kind, edit.id, &shadow)
    }

    /// Nobody typed it: it was sent because a service that was put back might have lost it.
    fn only_recovers(&self, edit: &Answered) -> Result<bool, StoreError> {
        let sql = "SELECT o.label = ?2 FROM history h JOIN operation o ON o.number = h.operation WHERE h.seq = ?1";
        let is_such = self.conn.prepare_cached(sql)?.query_row((edit.seq, Label::Recover.word()), |row| row.get(0))?;
        Ok(is_such && edit.verb == Verb::Create && shadow::pending_edits(self.conn, edit.kind, edit.id)?.len() == 1)
    }

    /// The service has the record, and it is another's.
    fn let_go(&mut self, edit: &Answered) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([edit.seq])?;
        let current = rows::find(self.conn, edit.kind, edit.id)?;
        let values = current.as_ref().map(|stored| stored.record.values.clone());
        let shadow = Shadow { ver: 0, pending: 0, refused: 0, stored: values.clone() };
        self.journal.set_row(edit.kind, edit.id, current.as_ref(), values.as_ref(), 0)?;
        self.journal.put_shadow(edit.kind, edit.id, &shadow)?;
        let mut leaving = Leaving::new(&mut self.journal);
        leaving.leave(edit.kind, edit.id)?;
        leaving.finish()
    }

    /// What was made on top of refused edits must not clash with them, and what was refused for want of a record goes out
    /// again once the record is there.
    fn look_after_refused(&mut self) -> Result<(), StoreError> {
        for (kind, id) in std::mem::take(&mut self.refused) {
            overtaken::look_after(&mut self.journal, kind, id, self.received)?;
        }
        if self.created.is_empty() {
            return Ok(());
        }
        overtaken::send_what_waited_for(&mut self.journal, &self.created)
    }

    fn finish(
        mut self,
        state: &SyncState,
        answer: &PushAnswer,
        last: u64,
        now_ms: i64,
    ) -> Result<(Settled, Effects), StoreError> {
        identity::set(self.conn, "acked", state.acked.max(last) as i64)?;
        identity::set(self.conn, "epoch", answer.epoch as i64)?;
        identity::set(self.conn, "last_synced_at", now_ms)?;
        // With a cursor, that is the newest place which is known.
        identity::set(self.conn, "seen", &answer.seen)?;
        match answer.cursor.as_ref().filter(|_| self.takes_versions) {
            Some(cursor) => identity::set(self.conn, "cursor", cursor)?,
            None if self.has_removed => identity::set(self.conn, "removals", state.removals as i64 + 1)?,
            None => {}
        }
        let (touched, effects) = self.journal.finish()?;
        self.settled.touched = touched;
        Ok((self.settled, effects))
    }
}

/// The edits with the numbers `acked + 1..=last`, which stand first in the outbox.
fn answered_edits(conn: &Connection, acked: u64, last: u64) -> Result<Vec<Answered>, StoreError> {
    let sql = "SELECT o.seq, h.kind, h.id, coalesce(o.verb, h.verb) FROM outbox o JOIN history h ON h.seq = o.seq
        ORDER BY o.seq LIMIT ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([last.saturating_sub(acked) as i64])?;
    let mut answered = Vec::new();
    while let Some(row) = found.next()? {
        answered.push(Answered {
            seq: row.get(0)?,
            m: acked + 1 + answered.len() as u64,
            kind: Kind::from_number(row.get(1)?).ok_or(StoreError::Damaged)?,
            id: rows::read_id(row.get_ref(2)?)?,
            verb: shadow::read_verb(row.get(3)?)?,
        });
    }
    Ok(answered)
}

/// The edit as it was sent.
fn sent_edit(conn: &Connection, seq: i64) -> Result<Edit, StoreError> {
    let sql = format!("SELECT {EDIT_COLUMNS} FROM history h JOIN outbox o ON o.seq = h.seq WHERE o.seq = ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([seq])?;
    read_edit(conn, found.next()?.ok_or(StoreError::Damaged)?, 0)
}

/// A record of a restored service's log that the service does not have: everything of it is sent again as one edit.
pub(crate) fn requeue_whole(journal: &mut Journal<'_>, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    let conn = journal.conn;
    let current = rows::find(conn, kind, id)?;
    let shadow = shadow::find(conn, kind, id)?;
    if shadow.is_some_and(|shadow| shadow.refused > 0) {
        // Alone they would find nothing to edit: together it is one creation, refused or not.
        overtaken::close(conn, kind, id)?;
    }
    let sql = "DELETE FROM outbox WHERE seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
    conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8))?;
    let values = current.as_ref().map(|stored| &stored.record.values);
    let mut pending = 0;
    if let Some(creation) = rebase::difference(kind, id, None, values) {
        let seq = journal.log(&creation)?;
        conn.prepare_cached("INSERT INTO outbox (seq) VALUES (?1)")?.execute([seq])?;
        journal.note_touched(kind, id);
        pending = 1;
    }
    journal.put_shadow(kind, id, &Shadow { ver: 0, pending, refused: 0, stored: None })
}
