//! What leaves the departments of this account leaves this file: rows, history, photos, codes. What was edited here and
//! the service had not taken yet goes to the refused edits first, with what was typed and whose it was, and nothing more.
//!
//! Freed space is overwritten, and what the log still holds goes into the file and off it.

use crate::journal::Journal;
use crate::shadow::{self, EDIT_COLUMNS, Shadow, read_edit};
use crate::{Store, StoreError, identity, rows};
use mingce_model::{Change, Edit, Field, Kind, RecordId, Value, Verb, belonging};
use mingce_protocol::{Exception, Limit, OUT_OF_SCOPE, OpCode, Rights};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;

/// Of records that left and of which something typed here is still listed: what they were called.
pub(crate) const DEPARTED: &str = "CREATE TABLE IF NOT EXISTS departed (
    kind INTEGER NOT NULL, id BLOB NOT NULL, title TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;";

/// How the file is still to be cleaned.
const TO_CLEAN: &str = "to_clean";

/// Whether the account works on some departments only, as far as is known here.
pub(crate) fn is_bound(conn: &Connection) -> Result<bool, StoreError> {
    let words: Option<String> = identity::get(conn, "rights")?;
    let rights: Option<Rights> =
        words.map(|words| serde_json::from_str(&words).map_err(|_| StoreError::Damaged)).transpose()?;
    Ok(rights.is_some_and(|rights| rights.limit() == Some(Limit::OnlyDepartments)))
}

/// From now on what is deleted is overwritten.
pub(crate) fn overwrite_deleted(conn: &Connection) -> Result<(), StoreError> {
    conn.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    Ok(())
}

/// Everything comes anew, within other bounds than before or without any.
pub(crate) fn begin(conn: &Connection, is_bound: bool) -> Result<(), StoreError> {
    for kind in Kind::ALL {
        conn.execute(&format!("UPDATE \"{}\" SET ver = 0 WHERE ver > 0", kind.name()), [])?;
    }
    conn.execute("UPDATE shadow SET ver = 0", [])?;
    identity::set(conn, "is_rescoping", i64::from(is_bound))?;
    // What does not come is another's and not lost, unless the service's log went back.
    match (is_bound, identity::has_log_gone_back(conn)?) {
        (_, true) => Ok(()),
        (true, false) => identity::set(conn, "is_recovering", 0i64),
        (false, false) => identity::begin_recovering(conn),
    }
}

/// What did not come although everything came anew has left, and with it the history of what was removed before.
pub(crate) fn drop_what_did_not_come(journal: &mut Journal<'_>) -> Result<(), StoreError> {
    let conn = journal.conn;
    if identity::get::<i64>(conn, "is_rescoping")?.unwrap_or(0) == 0 {
        return Ok(());
    }
    identity::set(conn, "is_rescoping", 0i64)?;
    if identity::has_log_gone_back(conn)? {
        return Ok(());
    }
    let mut gone = Vec::new();
    for kind in Kind::ALL {
        let sql = format!(
            "SELECT id FROM \"{}\" WHERE ver = 0 UNION SELECT id FROM shadow WHERE kind = ?1 AND ver = 0",
            kind.name()
        );
        let mut statement = conn.prepare(&sql)?;
        let mut found = statement.query([kind as u8])?;
        while let Some(row) = found.next()? {
            gone.push((kind, rows::read_id(row.get_ref(0)?)?));
        }
    }
    let mut leaving = Leaving::new(journal);
    for (kind, id) in gone {
        leaving.leave(kind, id)?;
    }
    leaving.finish()?;
    let mut removed = 0;
    for kind in Kind::ALL {
        let sql = format!(
            "DELETE FROM history WHERE kind = ?1 AND id NOT IN (SELECT id FROM \"{}\")
            AND id NOT IN (SELECT id FROM shadow WHERE kind = ?1)",
            kind.name()
        );
        removed += conn.execute(&sql, [kind as u8])?;
    }
    if removed > 0 {
        identity::set(conn, TO_CLEAN, 1i64)?;
    }
    Ok(())
}

/// Records on their way out.
pub(crate) struct Leaving<'j, 'c> {
    journal: &'j mut Journal<'c>,
    photos: BTreeSet<String>,
    seen: BTreeSet<(Kind, RecordId)>,
}

impl<'j, 'c> Leaving<'j, 'c> {
    pub(crate) fn new(journal: &'j mut Journal<'c>) -> Self {
        Self { journal, photos: BTreeSet::new(), seen: BTreeSet::new() }
    }

    fn conn(&self) -> &'c Connection {
        self.journal.conn
    }

    /// Takes the record out of this file, and whatever hangs on it.
    pub(crate) fn leave(&mut self, kind: Kind, id: RecordId) -> Result<(), StoreError> {
        self.journal.put_in()?;
        match kind {
            Kind::Member => self.leave_member(id),
            Kind::Department => self.leave_department(id),
            _ => self.leave_one(kind, id),
        }
    }

    /// Removes what nobody here needs any more.
    pub(crate) fn finish(self) -> Result<(), StoreError> {
        let conn = self.conn();
        for hash in &self.photos {
            let sql = "DELETE FROM photo WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM member WHERE photo = ?1)";
            conn.prepare_cached(sql)?.execute([hash])?;
        }
        if !self.seen.is_empty() {
            identity::set(conn, TO_CLEAN, 1i64)?;
        }
        Ok(())
    }

    fn leave_member(&mut self, id: RecordId) -> Result<(), StoreError> {
        let (conn, text) = (self.conn(), id.to_string());
        let mut hanging: BTreeSet<(Kind, RecordId)> = BTreeSet::new();
        let mut guardians: BTreeSet<RecordId> = BTreeSet::new();
        for field in belonging::OF_MEMBER {
            let sql = format!("SELECT id FROM \"{}\" WHERE \"{}\" = ?1", field.kind().name(), field.name());
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query([id.as_bytes()])?;
            while let Some(row) = found.next()? {
                hanging.insert((field.kind(), rows::read_id(row.get_ref(0)?)?));
            }
        }
        // What was removed here and waits to be sent, and what was removed before.
        let mut statement = conn.prepare_cached(
            "SELECT kind, id FROM shadow WHERE stored LIKE '%' || ?1 || '%' UNION SELECT kind, id FROM history WHERE owner = ?1",
        )?;
        let mut found = statement.query([&text])?;
        while let Some(row) = found.next()? {
            let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
            if belonging::fields_of(kind).next().is_some() {
                hanging.insert((kind, rows::read_id(row.get_ref(1)?)?));
            }
        }
        for (kind, hanging) in &hanging {
            if *kind == Kind::Guardianship {
                guardians.extend(self.guardians_of(*hanging)?);
            }
        }
        for (kind, id) in hanging {
            self.leave_one(kind, id)?;
        }
        for guardian in guardians {
            let sql = "SELECT EXISTS (SELECT 1 FROM guardianship WHERE guardian = ?1)";
            let is_needed: bool = conn.prepare_cached(sql)?.query_row([guardian.as_bytes()], |row| row.get(0))?;
            if !is_needed {
                self.leave_one(Kind::Guardian, guardian)?;
            }
        }
        self.leave_one(Kind::Member, id)
    }

    /// Those whom the guardianship names or named.
    fn guardians_of(&self, guardianship: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let conn = self.conn();
        let kind = Kind::Guardianship;
        let mut named = Vec::new();
        if let Some(stored) = rows::find(conn, kind, guardianship)? {
            named.extend(stored.record.reference(Field::GuardianshipGuardian));
        }
        let sql = "SELECT changes FROM history WHERE id = ?1 AND kind = ?2 AND verb = ?3";
        let mut statement = conn.prepare_cached(sql)?;
        let mut found = statement.query((guardianship.as_bytes(), kind as u8, Verb::Remove as u8))?;
        while let Some(row) = found.next()? {
            let text = row.get_ref(0)?.as_str().map_err(|_| StoreError::Damaged)?;
            let changes = rows::changes_from_json(kind, Verb::Remove, text)?;
            let guardian = changes.iter().find(|change| change.field == Field::GuardianshipGuardian);
            named.extend(guardian.and_then(|change| change.base.as_text()?.parse::<RecordId>().ok()));
        }
        Ok(named)
    }

    /// With the department goes the history of members who were removed from it before.
    fn leave_department(&mut self, id: RecordId) -> Result<(), StoreError> {
        let conn = self.conn();
        let sql = format!(
            "SELECT DISTINCT id FROM history WHERE kind = ?1 AND verb = ?2
            AND json_extract(changes, '$[{}]') = ?3 AND id NOT IN (SELECT id FROM member)",
            Field::MemberDepartment.index()
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut found = statement.query((Kind::Member as u8, Verb::Remove as u8, id.to_string()))?;
        let mut removed = Vec::new();
        while let Some(row) = found.next()? {
            removed.push(rows::read_id(row.get_ref(0)?)?);
        }
        for member in removed {
            self.leave_member(member)?;
        }
        self.leave_one(Kind::Department, id)
    }

    fn leave_one(&mut self, kind: Kind, id: RecordId) -> Result<(), StoreError> {
        if !self.seen.insert((kind, id)) {
            return Ok(());
        }
        let conn = self.conn();
        let current = rows::find(conn, kind, id)?;
        let shadow = self.journal.shadow_of(kind, id, current.as_ref())?;
        if shadow.as_ref().is_some_and(|shadow| shadow.stored.is_none()) {
            // It was made here and never reached the service, or only what was typed is left of it.
            return Ok(());
        }
        self.leave_conflicts(id)?;
        let kept = match &shadow {
            Some(shadow) => self.keep_what_was_typed((kind, id), shadow)?,
            None => Kept::default(),
        };
        if !kept.seqs.is_empty() {
            let title = self.title(kind, id)?;
            let sql = "INSERT INTO departed (kind, id, title) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET title = ?3";
            conn.prepare_cached(sql)?.execute((kind as u8, id.as_bytes(), title))?;
        }
        let mut statement = conn.prepare_cached("SELECT seq FROM history WHERE id = ?1 AND kind = ?2")?;
        let seqs = statement.query_map((id.as_bytes(), kind as u8), |row| row.get::<_, i64>(0))?;
        let seqs = seqs.collect::<Result<Vec<i64>, _>>()?;
        for seq in seqs.into_iter().filter(|seq| !kept.seqs.contains(seq)) {
            conn.prepare_cached("DELETE FROM attention WHERE seq = ?1")?.execute([seq])?;
            conn.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([seq])?;
            conn.prepare_cached("DELETE FROM history WHERE seq = ?1")?.execute([seq])?;
        }
        if kind == Kind::Invitation {
            let sql = "DELETE FROM invitation_secret WHERE invitation = ?1";
            conn.prepare_cached(sql)?.execute([id.as_bytes()])?;
        }
        if let (Kind::Member, Some(stored)) = (kind, &current) {
            self.photos.extend(stored.record.text(Field::MemberPhoto).map(str::to_owned));
        }
        self.journal.set_row(kind, id, current.as_ref(), None, 0)?;
        let Kept { pending, refused, .. } = kept;
        self.journal.put_shadow(kind, id, &Shadow { ver: 0, pending, refused, stored: None })
    }

    fn leave_conflicts(&mut self, about: RecordId) -> Result<(), StoreError> {
        let mut statement = self.conn().prepare_cached("SELECT id FROM \"conflict\" WHERE record = ?1")?;
        let mut found = statement.query([about.to_string()])?;
        let mut conflicts = Vec::new();
        while let Some(row) = found.next()? {
            conflicts.push(rows::read_id(row.get_ref(0)?)?);
        }
        for conflict in conflicts {
            self.leave_one(Kind::Conflict, conflict)?;
        }
        Ok(())
    }

    /// Makes refused edits of those that wait, and leaves of all of them what was typed. One that may have been sent keeps
    /// its number until the service has answered.
    fn keep_what_was_typed(&self, (kind, id): (Kind, RecordId), shadow: &Shadow) -> Result<Kept, StoreError> {
        let conn = self.conn();
        let mut edits: Vec<(i64, Option<i64>, Edit)> = Vec::new();
        if shadow.refused > 0 {
            let sql = format!(
                "SELECT o.number, {EDIT_COLUMNS} FROM attention o JOIN history h ON h.seq = o.seq
                WHERE h.id = ?1 AND h.kind = ?2 AND o.state = 'open' ORDER BY h.seq"
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query((id.as_bytes(), kind as u8))?;
            while let Some(row) = found.next()? {
                edits.push((row.get(5)?, row.get(0)?, read_edit(conn, row, 1)?));
            }
        }
        if shadow.pending > 0 {
            let waiting = shadow::waiting_edits(conn, kind, id)?;
            edits.extend(waiting.into_iter().map(|(seq, edit)| (seq, None, edit)));
        }
        let answer = Exception {
            m: 0,
            code: OpCode::Forbidden,
            fields: Vec::new(),
            rule: Some(OUT_OF_SCOPE.to_owned()),
            other: None,
            conflicts: Vec::new(),
        };
        let answer = serde_json::to_string(&answer).map_err(|_| StoreError::Damaged)?;
        let mut kept = Kept::default();
        for (seq, number, edit) in edits {
            kept.seqs.push(seq);
            if number.is_none() && seq <= self.journal.frontier {
                kept.pending += 1;
                continue;
            }
            kept.refused += 1;
            let typed = rows::changes_to_json(&only_typed(&edit))?;
            let verb = edit.verb as u8;
            match number {
                Some(number) => {
                    let sql = "UPDATE attention SET verb = ?2, changes = ?3, answer = ?4 WHERE number = ?1";
                    conn.prepare_cached(sql)?.execute((number, verb, typed, &answer))?;
                }
                None => {
                    let sql = "INSERT INTO attention (seq, m, verb, changes, answer, at_ms, state)
                        VALUES (?1, 0, ?2, ?3, ?4, (SELECT at_ms FROM operation WHERE number = ?5), 'open')";
                    let operation = self.journal.operation;
                    conn.prepare_cached(sql)?.execute((seq, verb, typed, &answer, operation))?;
                    conn.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([seq])?;
                }
            }
            strip_history(conn, seq)?;
        }
        Ok(kept)
    }

    /// What a record is called, or the member that it hangs on.
    fn title(&self, kind: Kind, id: RecordId) -> Result<String, StoreError> {
        let conn = self.conn();
        let Some(values) = known_values(conn, kind, id)? else { return Ok(String::new()) };
        let text = |field: Field| values.get(field.index()).and_then(Value::as_text).unwrap_or_default().to_owned();
        if let Some(field) = kind.field("name") {
            return Ok(text(field));
        }
        let Some(field) = belonging::fields_of(kind).next() else { return Ok(String::new()) };
        match text(field).parse::<RecordId>() {
            Ok(member) => self.title(Kind::Member, member),
            Err(_) => Ok(String::new()),
        }
    }
}

/// Edits of a record that left.
#[derive(Default)]
struct Kept {
    seqs: Vec<i64>,
    /// May have been sent.
    pending: i64,
    refused: i64,
}

fn strip_history(conn: &Connection, seq: i64) -> Result<(), StoreError> {
    let sql = "UPDATE history SET changes = '[]', row = NULL, owner = NULL, place = NULL WHERE seq = ?1";
    conn.prepare_cached(sql)?.execute([seq])?;
    Ok(())
}

/// The record as it is here, or as the service has it.
fn known_values(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<Vec<Value>>, StoreError> {
    if let Some(stored) = rows::find(conn, kind, id)? {
        return Ok(Some(stored.record.values));
    }
    Ok(shadow::find(conn, kind, id)?.and_then(|shadow| shadow.stored))
}

/// The edit without what stood there before it.
fn only_typed(edit: &Edit) -> Edit {
    let typed = |change: &Change| Change { base: Value::Null, ..change.clone() };
    let changes = if edit.verb == Verb::Remove { Vec::new() } else { edit.changes.iter().map(typed).collect() };
    Edit { changes, ..edit.clone() }
}

/// Whether the record left what this account may see, and what was typed for it is still listed.
pub(crate) fn has_left(conn: &Connection, kind: Kind, id: RecordId) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 0 FROM departed WHERE kind = ?1 AND id = ?2";
    let is_departed: bool = conn.prepare_cached(sql)?.query_row((kind as u8, id.as_bytes()), |row| row.get(0))?;
    Ok(is_departed && rows::find(conn, kind, id)?.is_none())
}

/// After answers and decisions: of what left only what was typed and is listed stays, and nothing of the rest.
pub(crate) fn look_after_departed(conn: &Connection) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached("SELECT kind, id FROM departed")?;
    let mut found = statement.query([])?;
    let mut departed = Vec::new();
    while let Some(row) = found.next()? {
        let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
        departed.push((kind, rows::read_id(row.get_ref(1)?)?));
    }
    for (kind, id) in departed {
        let of = (id.as_bytes(), kind as u8);
        let is_back = rows::find(conn, kind, id)?.is_some();
        if !is_back && shadow::find(conn, kind, id)?.is_some() {
            strip_refused(conn, kind, id)?;
            continue;
        }
        conn.prepare_cached("DELETE FROM departed WHERE id = ?1 AND kind = ?2")?.execute(of)?;
        if !is_back {
            let sql = "DELETE FROM attention WHERE seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
            conn.prepare_cached(sql)?.execute(of)?;
            conn.prepare_cached("DELETE FROM history WHERE id = ?1 AND kind = ?2")?.execute(of)?;
            identity::set(conn, TO_CLEAN, 1i64)?;
        }
    }
    Ok(())
}

/// Of the record's refused edits only what was typed stays.
fn strip_refused(conn: &Connection, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT o.number, {EDIT_COLUMNS} FROM attention o JOIN history h ON h.seq = o.seq
        WHERE h.id = ?1 AND h.kind = ?2 AND o.state = 'open'"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    let mut refused = Vec::new();
    while let Some(row) = found.next()? {
        refused.push((row.get::<_, i64>(0)?, row.get::<_, i64>(5)?, read_edit(conn, row, 1)?));
    }
    for (number, seq, edit) in refused {
        let typed = only_typed(&edit);
        if typed == edit {
            continue;
        }
        let sql = "UPDATE attention SET verb = ?2, changes = ?3 WHERE number = ?1";
        conn.prepare_cached(sql)?.execute((number, typed.verb as u8, rows::changes_to_json(&typed)?))?;
        strip_history(conn, seq)?;
        identity::set(conn, TO_CLEAN, 1i64)?;
    }
    Ok(())
}

impl Store {
    /// What a record was called that left what this account may see, while something typed for it is listed.
    pub fn departed(&self, kind: Kind, id: RecordId) -> Result<Option<String>, StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT title FROM departed WHERE kind = ?1 AND id = ?2";
            let mut statement = conn.prepare_cached(sql)?;
            Ok(statement.query_row((kind as u8, id.as_bytes()), |row| row.get(0)).optional()?)
        })
    }

    /// Leaves nothing in the file's free space, nor in its log, of what left. What keeps it from that now (somebody reads,
    /// the disk is full) does not at the next page or the next opening.
    pub(crate) fn clean(&self) {
        if let Err(error) = self.try_to_clean() {
            tracing::warn!(condition = %error, "the roster's free space is not cleaned yet");
        }
    }

    fn try_to_clean(&self) -> Result<(), StoreError> {
        let writing = self.lock_writer();
        let conn = &*writing.conn;
        if identity::get::<i64>(conn, TO_CLEAN)?.unwrap_or(0) == 0 {
            return Ok(());
        }
        overwrite_deleted(conn)?;
        // Pages keep shreds of what once stood in them where they were split and joined: only writing all of them anew does
        // away with these.
        conn.execute_batch("VACUUM")?;
        let is_busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            // SQLCipher answers some pragmas with texts.
            let value: rusqlite::types::Value = row.get(0)?;
            Ok(i64::from(
                !matches!(value, rusqlite::types::Value::Integer(0))
                    && value != rusqlite::types::Value::Text("0".into()),
            ))
        })?;
        if is_busy == 0 {
            identity::set(conn, TO_CLEAN, 0i64)?;
        }
        Ok(())
    }
}
