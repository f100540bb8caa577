//! Tables of the roster database and how an older file becomes a current one.
//!
//! One table a kind of record, one column a registry field. Columns have no declared type, so that a value comes back
//! exactly as it went in. Migrations only go forward, each run within one transaction.

use crate::StoreError;
use crate::scope::DEPARTED;
use mingce_model::{Form, Kind};
use rusqlite::Connection;

/// "MCRo": marks the file as a roster of this program (`PRAGMA application_id`).
pub(crate) const APPLICATION: i64 = 0x4d43_526f;
/// The newest schema. Every change of the tables below or of the field registry takes the next number.
pub(crate) const SCHEMA: i64 = 4;

/// Tables that do not depend on the field registry, as of schema 1.
const TABLES: &str = "
-- Who this database is and how it stands with the service: one value a key.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
-- What people set on this computer: import mappings, column layouts. JSON.
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Edits made, applied and undone as one. Its history rows are those from first_seq to last_seq: one transaction
-- writes them all. done_by: the operation whose history rows hold the present state of it.
-- redo: the operation that undid it, while redo may still bring it back. batch: NULL for what came from the service.
CREATE TABLE operation (
    number INTEGER PRIMARY KEY AUTOINCREMENT, batch BLOB UNIQUE, label TEXT NOT NULL, origin TEXT NOT NULL,
    actor TEXT NOT NULL, at_ms INTEGER NOT NULL, changed INTEGER NOT NULL, can_undo INTEGER NOT NULL,
    first_seq INTEGER, last_seq INTEGER, done_by INTEGER NOT NULL, redo INTEGER);
CREATE INDEX operation_undo ON operation (number) WHERE can_undo = 1;
CREATE INDEX operation_redo ON operation (redo) WHERE redo IS NOT NULL;
-- Every change of a record. changes: JSON, see rows.rs; of a creation it may be left out, see creation.rs.
CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, operation INTEGER NOT NULL, kind INTEGER NOT NULL, id BLOB NOT NULL,
    verb INTEGER NOT NULL, changes TEXT NOT NULL);
CREATE INDEX history_record ON history (id);
-- Edits that the service has not answered, in order. The first has the number acked + 1, and so on; up to the seq
-- that meta keeps as frontier they may have been sent. verb and changes: what to send when it is not the history row's
-- own edit. unit: edits that the service applies all or none.
CREATE TABLE outbox (seq INTEGER PRIMARY KEY, verb INTEGER, changes TEXT, unit INTEGER);
-- What the service last said of records that have edits here; stored NULL: it has no such record.
CREATE TABLE shadow (
    id BLOB NOT NULL, kind INTEGER NOT NULL, ver INTEGER NOT NULL, pending INTEGER NOT NULL, refused INTEGER NOT NULL,
    stored TEXT, PRIMARY KEY (id, kind)) WITHOUT ROWID;
CREATE INDEX shadow_refused ON shadow (kind) WHERE refused > 0;
-- Edits that the service would not take, with its answer as JSON.
CREATE TABLE attention (
    number INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, m INTEGER NOT NULL, verb INTEGER, changes TEXT,
    answer TEXT NOT NULL, at_ms INTEGER NOT NULL, state TEXT NOT NULL);
CREATE INDEX attention_seq ON attention (seq);
CREATE INDEX attention_open ON attention (number) WHERE state = 'open';
-- What a member is found by; the row is the member's.
CREATE TABLE haystack (row INTEGER PRIMARY KEY, text TEXT NOT NULL);
-- Tokens of invitations made on this computer. They never leave it.
CREATE TABLE invitation_secret (invitation BLOB PRIMARY KEY, token BLOB NOT NULL) WITHOUT ROWID;
";

/// What schema 2 added: who changed something elsewhere, and the past.
const STEP_2: &str = "
-- People who changed something elsewhere, with the device that they used. An empty name: the member.
CREATE TABLE author (number INTEGER PRIMARY KEY, name TEXT NOT NULL, device TEXT NOT NULL, UNIQUE (name, device));
-- Of what came from the service: who did it and when, by that computer's clock. Otherwise the operation says it.
ALTER TABLE history ADD COLUMN author INTEGER;
ALTER TABLE history ADD COLUMN at_ms INTEGER;
CREATE INDEX operation_at ON operation (at_ms, number);
-- What was removed along with a member or a department: their place is the first field of each.
CREATE INDEX history_removed ON history (json_extract(changes, '$[0]')) WHERE verb = 2 AND kind IN (2, 4, 6, 10, 12);
-- Who looked at masked values or took them out, never the values. fields: JSON, names. full: 1 for unmasked.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT, act TEXT NOT NULL, actor TEXT NOT NULL, at_ms INTEGER NOT NULL,
    kind INTEGER, id BLOB, fields TEXT NOT NULL, people INTEGER NOT NULL, is_full INTEGER NOT NULL);
CREATE INDEX audit_record ON audit (id) WHERE id IS NOT NULL;
";

/// What schema 3 added: the row of what was removed, so that it comes back to its place, and photos of members.
/// Whose a removed record was stands in a column: an index by an expression of JSON made SQLite keep a copy of every page
/// that a statement of many rows touches, because the function might fail.
const STEP_3: &str = "
ALTER TABLE history ADD COLUMN row INTEGER;
-- Of what was removed along with a member or a department: its id, as the first field has it.
ALTER TABLE history ADD COLUMN owner TEXT;
UPDATE history SET owner = json_extract(changes, '$[0]') WHERE verb = 2 AND kind IN (2, 4, 6, 7, 10, 12);
DROP INDEX history_removed;
CREATE INDEX history_removed ON history (owner) WHERE owner IS NOT NULL;
-- Photos under the SHA-256 of their bytes, as member.photo names them. sent_at: the service had it then. unused_since:
-- no member has named it since; such a photo goes after a while. The small form stands before the bytes, so that
-- reading it leaves them alone.
CREATE TABLE photo (
    hash TEXT PRIMARY KEY, sent_at INTEGER, unused_since INTEGER, thumbnail BLOB NOT NULL, jpeg BLOB NOT NULL);
CREATE INDEX photo_unused ON photo (unused_since, hash);
-- Every time that codes left this computer, and every time that old ones were voided for a reason; never the codes.
-- checked_at: a person said which of them came out well.
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT, way TEXT NOT NULL, actor TEXT NOT NULL, at_ms INTEGER NOT NULL,
    layout TEXT NOT NULL, pages INTEGER NOT NULL, people INTEGER NOT NULL, reason TEXT, checked_at INTEGER,
    printed INTEGER NOT NULL DEFAULT 0);
-- Its labels in print order from 0; page from 1, 0 where there is none.
CREATE TABLE run_label (
    run INTEGER NOT NULL, place INTEGER NOT NULL, page INTEGER NOT NULL, invitation BLOB NOT NULL, member BLOB NOT NULL,
    is_printed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, place)) WITHOUT ROWID;
CREATE INDEX run_label_printed ON run_label (invitation, run) WHERE is_printed = 1;
";

/// What schema 4 took away: what members are found by is worked out from their records when it is read into memory.
const STEP_4: &str = "DROP TABLE haystack;";

/// Which department a further place was in before it was taken away or moved: by them a department knows who led it. An
/// older program works with a file that has this, so it takes no number of its own. The two indexes were by expressions.
const PLACES: &str = "
ALTER TABLE history ADD COLUMN place TEXT;
UPDATE history SET place = CASE
    WHEN verb = 2 THEN json_extract(changes, '$[1]')
    WHEN json_extract(changes, '$[0][0]') = 2 THEN json_extract(changes, '$[0][1]')
    WHEN json_extract(changes, '$[1][0]') = 2 THEN json_extract(changes, '$[1][1]') END
    WHERE kind = 4 AND verb IN (1, 2);
DROP INDEX IF EXISTS history_place_removed;
DROP INDEX IF EXISTS history_place_moved;
CREATE INDEX history_place ON history (place) WHERE place IS NOT NULL;
";

/// Whose each chip is, by the member's row: a member's numbers stand in one column, and a reader knows a single one. The
/// triggers keep it, so that it follows whatever writes that column. An older program works with a file that has
/// this, so it takes no number of its own.
const CHIPS: &str = "
CREATE TABLE IF NOT EXISTS chip (number TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (number, row)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS chip_of_new AFTER INSERT ON member WHEN new.chip_numbers IS NOT NULL BEGIN
    INSERT OR IGNORE INTO chip (number, row) SELECT value, new.row
        FROM json_each('[' || replace(json_quote(new.chip_numbers), ';', '\",\"') || ']');
END;
CREATE TRIGGER IF NOT EXISTS chip_of_changed AFTER UPDATE OF chip_numbers ON member
WHEN new.chip_numbers IS NOT old.chip_numbers BEGIN
    DELETE FROM chip WHERE row = old.row AND number IN
        (SELECT value FROM json_each('[' || replace(json_quote(old.chip_numbers), ';', '\",\"') || ']'));
    INSERT OR IGNORE INTO chip (number, row) SELECT value, new.row
        FROM json_each('[' || replace(json_quote(new.chip_numbers), ';', '\",\"') || ']');
END;
CREATE TRIGGER IF NOT EXISTS chip_of_removed AFTER DELETE ON member WHEN old.chip_numbers IS NOT NULL BEGIN
    DELETE FROM chip WHERE row = old.row AND number IN
        (SELECT value FROM json_each('[' || replace(json_quote(old.chip_numbers), ';', '\",\"') || ']'));
END;
";

/// Which operation wrote the marks of a run that was looked at, or voided its codes: when it is taken back, the line of the
/// log holds no longer. An older program works with a file that has this.
const MARKS: &str = "ALTER TABLE run ADD COLUMN marked_by INTEGER;";

/// Batches that were made on other computers, and which of others' changes are of which. An older program works with a file
/// that has this.
const BATCHES: &str = "
CREATE TABLE batch_elsewhere (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, label TEXT NOT NULL);
ALTER TABLE history ADD COLUMN batch INTEGER;
CREATE INDEX history_batch ON history (batch, seq) WHERE batch IS NOT NULL;
";

/// In a file of schema 1 others' new records are not in the history, so the past that can be shown begins now.
const PAST_BEGINS: &str = "
INSERT INTO meta (key, value) SELECT 'past_from', coalesce(max(seq), 0) FROM history;
INSERT INTO meta (key, value) SELECT 'past_from_ms', coalesce(max(at_ms), 0) FROM operation;
";

/// Makes the tables in an empty file.
pub(crate) fn create(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let made = (|| {
        conn.execute_batch(TABLES)?;
        conn.execute_batch(STEP_2)?;
        conn.execute_batch(STEP_3)?;
        conn.execute_batch(STEP_4)?;
        conn.execute_batch(PLACES)?;
        conn.execute_batch(MARKS)?;
        conn.execute_batch(BATCHES)?;
        conn.execute_batch(DEPARTED)?;
        for kind in Kind::ALL {
            conn.execute_batch(&create_table(kind))?;
        }
        conn.execute_batch(CHIPS)?;
        create_indexes(conn)?;
        conn.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA};"))?;
        Ok(())
    })();
    finish(conn, made)
}

/// Checks that the file is a roster and brings it to the newest schema, all or nothing.
pub(crate) fn migrate(conn: &Connection) -> Result<(), StoreError> {
    let number = |pragma: &str| conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    if number("application_id")? != APPLICATION {
        return Err(StoreError::NotARoster);
    }
    let found = number("user_version")?;
    if found > SCHEMA {
        return Err(StoreError::NewerSchema { found, known: SCHEMA });
    }
    if found == SCHEMA
        && lacking_columns(conn)?.is_empty()
        && has_places(conn)?
        && has_marks(conn)?
        && has_batches(conn)?
        && has_departed(conn)?
        && !has_narrow_invitations(conn)?
    {
        return Ok(());
    }
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let migrated = (|| {
        if found < 2 {
            conn.execute_batch(STEP_2)?;
            conn.execute_batch(PAST_BEGINS)?;
        }
        if found < 3 {
            conn.execute_batch(STEP_3)?;
        }
        if found < 4 {
            conn.execute_batch(STEP_4)?;
        }
        if !has_places(conn)? {
            conn.execute_batch(PLACES)?;
        }
        if !has_marks(conn)? {
            conn.execute_batch(MARKS)?;
        }
        if !has_batches(conn)? {
            conn.execute_batch(BATCHES)?;
        }
        // An older program works with a file that has this.
        conn.execute_batch(DEPARTED)?;
        let lacking = lacking_columns(conn)?;
        for statement in &lacking {
            conn.execute_batch(statement)?;
        }
        if lacking.iter().any(|statement| statement.contains("\"spelling\"")) {
            spell_guardians(conn)?;
        }
        conn.execute_batch(CHIPS)?;
        if has_narrow_invitations(conn)? {
            conn.execute_batch("DROP INDEX invitation_member")?;
        }
        create_indexes(conn)?;
        conn.execute_batch(&format!("PRAGMA user_version = {SCHEMA}"))?;
        Ok(())
    })();
    finish(conn, migrated)
}

/// Fills in how the guardians of an older file are spelt.
fn spell_guardians(conn: &Connection) -> Result<(), StoreError> {
    let mut update = conn.prepare("UPDATE guardian SET spelling = ?2, initials = ?3 WHERE row = ?1")?;
    let sql = "SELECT row, name FROM guardian WHERE name IS NOT NULL AND row > ?1 ORDER BY row LIMIT 5000";
    let mut statement = conn.prepare(sql)?;
    let mut last = 0;
    loop {
        let mut named: Vec<(i64, String)> = Vec::new();
        let mut found = statement.query([last])?;
        while let Some(row) = found.next()? {
            named.push((row.get(0)?, row.get(1)?));
        }
        let Some((row, _)) = named.last() else { return Ok(()) };
        last = *row;
        for (row, name) in named {
            let (whole, initials) = mingce_model::spelling(&name).unzip();
            update.execute((row, whole, initials))?;
        }
    }
}

fn has_places(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'index' AND name = 'history_place'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// The index of invitations is one that tells whose they are and nothing else.
fn has_narrow_invitations(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 0 FROM sqlite_schema
        WHERE type = 'index' AND name = 'invitation_member' AND sql NOT LIKE '%created_at%'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

fn has_marks(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 0 FROM pragma_table_info('run') WHERE name = 'marked_by'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

fn has_batches(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'index' AND name = 'history_batch'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

fn has_departed(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = 'departed'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

fn finish(conn: &Connection, done: Result<(), StoreError>) -> Result<(), StoreError> {
    match done {
        Ok(()) => Ok(conn.execute_batch("COMMIT")?),
        Err(error) => {
            conn.execute_batch("ROLLBACK")?;
            Err(error)
        }
    }
}

/// Columns that are computed here and exist on no other computer.
pub(crate) fn computed_columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        // The name's place in the pinyin order.
        Kind::Member => &["name_key"],
        // The name as it is typed in pinyin, and by its initials.
        Kind::Guardian => &["spelling", "initials"],
        _ => &[],
    }
}

fn create_table(kind: Kind) -> String {
    let mut columns = String::new();
    for name in kind.fields().iter().map(|field| field.name()).chain(computed_columns(kind).iter().copied()) {
        columns.push_str(&format!(", \"{name}\""));
    }
    // AUTOINCREMENT: a row number is never given to another record, so views can hold on to it.
    format!(
        "CREATE TABLE \"{}\" (row INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, ver INTEGER NOT NULL{columns});",
        kind.name()
    )
}

/// Statements that add the columns of fields which came after the file was made.
fn lacking_columns(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut lacking = Vec::new();
    for kind in Kind::ALL {
        let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let present: Vec<String> = statement.query_map([kind.name()], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if present.is_empty() {
            lacking.push(create_table(kind));
            continue;
        }
        for name in kind.fields().iter().map(|field| field.name()).chain(computed_columns(kind).iter().copied()) {
            if !present.iter().any(|column| column == name) {
                lacking.push(format!("ALTER TABLE \"{}\" ADD COLUMN \"{name}\"", kind.name()));
            }
        }
    }
    Ok(lacking)
}

/// An index by the column; `columns` are all that it holds, in order.
struct Index {
    kind: Kind,
    column: &'static str,
    columns: &'static [&'static str],
    /// Only rows in which the column is filled: nearly all are empty in many a roster. It serves looks for a value only.
    skips_empty: bool,
    /// Stays while a roster is filled: what a member is found by is read through it.
    is_lasting: bool,
}

impl Index {
    fn name(&self) -> String {
        format!("\"{}_{}\"", self.kind.name(), self.column)
    }
    fn is_of_photos(&self) -> bool {
        (self.kind, self.column) == (Kind::Member, "photo")
    }
}

/// An index for every reference, so that what points to a record is found, for the order people use most, for the numbers
/// that an import recognises people by, and for what a guardian is found by. Custom values and tags are read from the
/// index alone, both ways.
fn indexes() -> Vec<Index> {
    let of = |kind: Kind, column: &'static str| {
        let columns: &'static [&'static str] = match (kind, column) {
            (Kind::CustomValue, "member") => &["member", "field", "value"],
            (Kind::CustomValue, "field") => &["field", "value", "member"],
            // How far everybody has come with joining, and since when.
            (Kind::Invitation, "member") => &["member", "is_revoked", "created_at", "state", "expires_at"],
            (Kind::Tagging, "member") => &["member", "tag"],
            (Kind::Tagging, "tag") => &["tag", "member"],
            _ => &[],
        };
        let is = |of: (Kind, &str)| (kind, column) == of;
        let skips_empty =
            kind == Kind::Guardian || is((Kind::Member, "photo")) || is((Kind::Member, "document_number"));
        let is_lasting = is((Kind::CustomValue, "member"));
        Index { kind, column, columns, skips_empty, is_lasting }
    };
    let references = |kind: Kind| {
        let fields = kind.fields().iter().filter(|field| matches!(field.form(), Form::Ref(_)));
        fields.map(move |field| of(kind, field.name()))
    };
    let mut all: Vec<Index> = Kind::ALL.into_iter().flat_map(references).collect();
    all.extend(["name_key", "card_number", "document_number", "photo"].map(|column| of(Kind::Member, column)));
    all.extend(["name", "phone", "spelling", "initials"].map(|column| of(Kind::Guardian, column)));
    all.push(of(Kind::Conflict, "record"));
    all
}

/// Whether the column of every record of the kind is in an index.
pub(crate) fn is_indexed(kind: Kind, column: &str) -> bool {
    indexes().iter().any(|index| index.kind == kind && index.column == column && !index.skips_empty)
}

pub(crate) fn create_indexes(conn: &Connection) -> Result<(), StoreError> {
    for index in indexes() {
        let columns = if index.columns.is_empty() { &[index.column][..] } else { index.columns };
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let (name, table) = (index.name(), index.kind.name());
        let only = if index.skips_empty { format!(" WHERE \"{}\" IS NOT NULL", index.column) } else { String::new() };
        conn.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS {name} ON \"{table}\" ({}){only}",
            columns.join(", ")
        ))?;
    }
    Ok(())
}

/// What fills an empty roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Filling {
    FirstPull,
    /// It brings no photos: nothing comes into their index.
    Import,
}

/// For a roster that is being filled: building an index once is far cheaper than keeping it current page by page, because
/// nearly every page of it would be encrypted and written anew each time.
pub(crate) fn drop_indexes(conn: &Connection, filling: Filling) -> Result<(), StoreError> {
    let stays = |index: &Index| index.is_lasting || filling == Filling::Import && index.is_of_photos();
    for index in indexes().iter().filter(|index| !stays(index)) {
        conn.execute_batch(&format!("DROP INDEX IF EXISTS {}", index.name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_an_invitation_is_read_from_an_index_alone_in_an_older_file_too() {
        let conn = Connection::open_in_memory().unwrap();
        create(&conn).unwrap();
        conn.execute_batch("DROP INDEX invitation_member; CREATE INDEX invitation_member ON invitation (member)")
            .unwrap();
        migrate(&conn).unwrap();
        let plan = "EXPLAIN QUERY PLAN SELECT row, (SELECT max(i.created_at) FROM invitation i
            WHERE i.member = member.id AND coalesce(i.is_revoked, 0) = 0) FROM member";
        let mut statement = conn.prepare(plan).unwrap();
        let lines: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(lines.iter().any(|line| line.contains("COVERING INDEX invitation_member")), "{lines:?}");
    }

    #[test]
    fn guardians_of_an_older_file_learn_how_they_are_spelt() {
        let conn = Connection::open_in_memory().unwrap();
        create(&conn).unwrap();
        conn.execute_batch(
            "DROP INDEX guardian_spelling; DROP INDEX guardian_initials;
            ALTER TABLE guardian DROP COLUMN spelling; ALTER TABLE guardian DROP COLUMN initials;
            INSERT INTO guardian (id, ver, name) VALUES (x'01', 1, '单建国'), (x'02', 1, NULL)",
        )
        .unwrap();
        migrate(&conn).unwrap();
        let spelt = "SELECT spelling || ' ' || initials FROM guardian ORDER BY row";
        let mut statement = conn.prepare(spelt).unwrap();
        let found: Vec<Option<String>> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(found, [Some("shanjianguo sjg".to_owned()), None]);
    }

    #[test]
    fn an_older_file_learns_whose_the_removed_records_were() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLES).unwrap();
        conn.execute_batch(STEP_2).unwrap();
        let history = "INSERT INTO history (operation, kind, id, verb, changes) VALUES (1, ?1, x'01', ?2, ?3)";
        let removed = r#"["0198c0de-0000-7000-8000-000000000001","teacher"]"#;
        for (kind, verb) in [(Kind::Affiliation, 2), (Kind::Affiliation, 0), (Kind::Member, 2)] {
            conn.execute(history, (kind as u8, verb, removed)).unwrap();
        }
        for moved in [r#"[[2,"science","arts"]]"#, r#"[[1,"a","b"],[2,"science","arts"]]"#, r#"[[3,"science",null]]"#] {
            conn.execute(history, (Kind::Affiliation as u8, 1, moved)).unwrap();
        }
        conn.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 2")).unwrap();
        migrate(&conn).unwrap();
        let mut statement = conn.prepare("SELECT seq FROM history WHERE owner = ?1").unwrap();
        let found: Vec<i64> = statement
            .query_map(["0198c0de-0000-7000-8000-000000000001"], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(found, [1]);
        let mut statement =
            conn.prepare("SELECT seq, place FROM history WHERE place IS NOT NULL ORDER BY seq").unwrap();
        let places: Vec<(i64, String)> =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(places, [(1, "teacher".into()), (4, "science".into()), (5, "science".into())]);
        let plan = "EXPLAIN QUERY PLAN SELECT seq FROM history WHERE owner = ?1 AND verb = 2";
        let plan: String = conn.query_row(plan, ["x"], |row| row.get(3)).unwrap();
        assert!(plan.contains("history_removed"), "{plan}");
    }
}
