//! Tables and their migrations. Forward only, each all or nothing.
//!
//! Record tables are made from the field registry: a field that appears later becomes a new column at the next start.

use super::super::StorageError;
use super::failure;
use mingce_model::{Field, Form, Kind};
use rusqlite::Connection;
use std::collections::HashMap;

/// Numbered steps; the database's `user_version` is the number of steps taken.
const STEPS: &[&str] = &[STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, STEP_7, STEP_8, STEP_9, STEP_10];

/// The device that a replica pushed from last, so that others can be told where a change was made.
const STEP_2: &str = "ALTER TABLE replica ADD COLUMN device BLOB;";

/// What an administrator may do beside working on the roster: words, parted by spaces.
const STEP_3: &str = "ALTER TABLE account_organisation ADD COLUMN rights TEXT NOT NULL DEFAULT '';";
/// Photos of members, and how many bytes each organisation's are. unused_since: no member has named it since.
const STEP_4: &str = "
CREATE TABLE photo(
  organisation INTEGER NOT NULL, hash BLOB NOT NULL, checked_at INTEGER NOT NULL, unused_since INTEGER,
  jpeg BLOB NOT NULL);
CREATE UNIQUE INDEX photo_by_hash ON photo(organisation, hash);
CREATE INDEX photo_by_check ON photo(checked_at);
CREATE TABLE photo_total(organisation INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);
";

/// Counts the changes of what an account may see and do, for those who listen.
const STEP_5: &str = "ALTER TABLE account_organisation ADD COLUMN scope_ver INTEGER NOT NULL DEFAULT 1;";
/// Who agreed to what: append only. guardian: NULL where the member did.
const STEP_6: &str = "
CREATE TABLE consent(
  organisation INTEGER NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL, member BLOB NOT NULL,
  purpose TEXT NOT NULL, act TEXT NOT NULL, guardian BLOB, way TEXT NOT NULL, text TEXT NOT NULL,
  text_hash BLOB NOT NULL, link BLOB NOT NULL, PRIMARY KEY(organisation, number)) WITHOUT ROWID;
CREATE INDEX consent_of_member ON consent(organisation, member, number);
";
/// Which of a replica's edits it made as one, and what kind of work that was: told to people, never decided by.
const STEP_7: &str = "
CREATE TABLE batch(
  organisation INTEGER NOT NULL, replica BLOB NOT NULL, first_m INTEGER NOT NULL, last_m INTEGER NOT NULL,
  id BLOB NOT NULL, label TEXT NOT NULL, PRIMARY KEY(organisation, replica, first_m)) WITHOUT ROWID;
CREATE INDEX batch_by_id ON batch(organisation, id);
";

/// Who did what: append only. The organisation's row holds the last entry's number and link, so that whoever writes knows
/// them. audit_service: the same of what concerns no organisation, under number 0. audit_head: signed. audit_look: which
/// lines of a desktop's own audit were taken.
const STEP_8: &str = "
CREATE TABLE audit(
  organisation INTEGER NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL, act TEXT NOT NULL,
  actor_kind TEXT NOT NULL, actor BLOB, device BLOB, network TEXT, subject BLOB, details TEXT NOT NULL,
  link BLOB NOT NULL, PRIMARY KEY(organisation, number)) WITHOUT ROWID;
CREATE INDEX audit_by_act ON audit(organisation, act, number);
CREATE INDEX audit_by_actor ON audit(organisation, actor, number);
CREATE INDEX audit_by_time ON audit(organisation, at_ms);
ALTER TABLE organisation ADD COLUMN audit_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organisation ADD COLUMN audit_link BLOB;
CREATE TABLE audit_service(
  organisation INTEGER PRIMARY KEY, audit_number INTEGER NOT NULL, audit_link BLOB);
INSERT INTO audit_service(organisation, audit_number) VALUES(0, 0);
CREATE TABLE audit_head(
  organisation INTEGER NOT NULL, sequence INTEGER NOT NULL, number INTEGER NOT NULL, link BLOB NOT NULL,
  at_ms INTEGER NOT NULL, public BLOB NOT NULL, signature BLOB NOT NULL,
  PRIMARY KEY(organisation, sequence)) WITHOUT ROWID;
CREATE TABLE audit_look(
  organisation INTEGER NOT NULL, replica BLOB NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY(organisation, replica, number, digest)) WITHOUT ROWID;
";

/// Links that let somebody become an administrator or choose a new password; they go when they are used. second_factor: the
/// secret sealed under a key that is not here. recovery_code: digests under such a key.
const STEP_9: &str = "
CREATE TABLE administrator_link(
  organisation INTEGER NOT NULL, id BLOB NOT NULL, token_hash BLOB NOT NULL UNIQUE, purpose TEXT NOT NULL,
  name TEXT NOT NULL, phone_digest BLOB NOT NULL, role TEXT NOT NULL, rights TEXT NOT NULL, account BLOB, made_by BLOB,
  made_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, wrong INTEGER NOT NULL,
  PRIMARY KEY(organisation, id)) WITHOUT ROWID;
CREATE TABLE second_factor(
  account BLOB PRIMARY KEY, secret BLOB NOT NULL, is_on INTEGER NOT NULL, last_step INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE recovery_code(
  account BLOB NOT NULL, digest BLOB NOT NULL, PRIMARY KEY(account, digest)) WITHOUT ROWID;
";

/// The topmost departments of accounts whose role binds them to some.
const STEP_10: &str = "
CREATE TABLE scope_root(
  organisation INTEGER NOT NULL, account BLOB NOT NULL, department BLOB NOT NULL,
  PRIMARY KEY(organisation, account, department)) WITHOUT ROWID;
";

const STEP_1: &str = "
CREATE TABLE secret(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- `key` is the short number that begins every other primary key.
CREATE TABLE organisation(
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, epoch INTEGER NOT NULL, head INTEGER NOT NULL,
  chain BLOB NOT NULL, created_at INTEGER NOT NULL);

-- Append only; pull reads the chain at a cursor's version and who made a version, nothing else.
CREATE TABLE change(
  organisation INTEGER NOT NULL, ver INTEGER NOT NULL, replica BLOB, m INTEGER, account BLOB, at_ms INTEGER NOT NULL,
  received_at INTEGER NOT NULL, kind INTEGER NOT NULL, id BLOB NOT NULL, verb TEXT NOT NULL, changes TEXT NOT NULL,
  chain BLOB NOT NULL, PRIMARY KEY(organisation, ver)) WITHOUT ROWID;
CREATE INDEX change_of_record ON change(organisation, id, ver);

CREATE TABLE replica(
  organisation INTEGER NOT NULL, id BLOB NOT NULL, account BLOB NOT NULL, last_m INTEGER NOT NULL,
  acked_m INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY(organisation, id)) WITHOUT ROWID;

-- One row for each push that is not yet acknowledged: digests of its edits, and what was answered.
CREATE TABLE answer(
  organisation INTEGER NOT NULL, replica BLOB NOT NULL, first_m INTEGER NOT NULL, last_m INTEGER NOT NULL,
  digests BLOB NOT NULL, vers TEXT NOT NULL, exceptions TEXT NOT NULL, base INTEGER, head INTEGER, chain BLOB,
  PRIMARY KEY(organisation, replica, first_m)) WITHOUT ROWID;

-- Which replica's edit a conflict record is about; what the record itself says is in its own table.
CREATE TABLE conflict_of(
  organisation INTEGER NOT NULL, replica BLOB NOT NULL, kind INTEGER NOT NULL, record BLOB NOT NULL,
  field TEXT NOT NULL, conflict BLOB NOT NULL,
  PRIMARY KEY(organisation, replica, kind, record, field, conflict)) WITHOUT ROWID;

CREATE TABLE account(
  id BLOB PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE account_organisation(
  account BLOB NOT NULL, organisation INTEGER NOT NULL, role TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY(account, organisation)) WITHOUT ROWID;
CREATE TABLE device(
  id BLOB PRIMARY KEY, account BLOB NOT NULL, name TEXT NOT NULL, token_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX device_of_account ON device(account);

CREATE TABLE tries(
  organisation INTEGER NOT NULL, invitation BLOB NOT NULL, wrong INTEGER NOT NULL, closed_until INTEGER NOT NULL,
  PRIMARY KEY(organisation, invitation)) WITHOUT ROWID;
CREATE TABLE member_account(
  organisation INTEGER NOT NULL, member BLOB NOT NULL, password_hash TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY(organisation, member)) WITHOUT ROWID;
CREATE TABLE member_session(
  token_hash BLOB PRIMARY KEY, organisation INTEGER NOT NULL, member BLOB NOT NULL, created_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX member_session_of_member ON member_session(organisation, member);
CREATE INDEX member_session_by_end ON member_session(ends_at);
";

/// Live records are found by these: uniqueness, what is below a department, who belongs to whom.
const RECORD_INDEXES: &[(Field, &[Field])] = &[
    (Field::DepartmentName, &[Field::DepartmentParent, Field::DepartmentName]),
    (Field::MemberCardNumber, &[Field::MemberCardNumber]),
    (Field::MemberDepartment, &[Field::MemberDepartment]),
    (Field::AffiliationDepartment, &[Field::AffiliationDepartment]),
    (Field::AffiliationMember, &[Field::AffiliationMember]),
    (Field::GuardianshipMember, &[Field::GuardianshipMember]),
    (Field::GuardianshipGuardian, &[Field::GuardianshipGuardian]),
    (Field::InvitationMember, &[Field::InvitationMember]),
    (Field::CustomValueMember, &[Field::CustomValueMember]),
    (Field::CustomValueField, &[Field::CustomValueField, Field::CustomValueValue]),
    (Field::TaggingMember, &[Field::TaggingMember]),
    (Field::TaggingTag, &[Field::TaggingTag]),
    (Field::DistinctionMember, &[Field::DistinctionMember]),
    (Field::DistinctionOther, &[Field::DistinctionOther]),
];

/// Whose each chip is: a member's numbers stand in one column, and a rule asks for a single one. The triggers keep it, so
/// that it follows whatever writes that column.
const CHIPS: &str = "
CREATE TABLE IF NOT EXISTS chip(
  organisation INTEGER NOT NULL, number TEXT NOT NULL, id BLOB NOT NULL,
  PRIMARY KEY(organisation, number, id)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS chip_of_new AFTER INSERT ON record_member WHEN new.chip_numbers IS NOT NULL BEGIN
  INSERT OR IGNORE INTO chip(organisation, number, id) SELECT new.organisation, value, new.id
    FROM json_each('[' || replace(json_quote(new.chip_numbers), ';', '\",\"') || ']');
END;
CREATE TRIGGER IF NOT EXISTS chip_of_changed AFTER UPDATE OF chip_numbers ON record_member
WHEN new.chip_numbers IS NOT old.chip_numbers BEGIN
  DELETE FROM chip WHERE organisation=old.organisation AND id=old.id AND number IN
    (SELECT value FROM json_each('[' || replace(json_quote(old.chip_numbers), ';', '\",\"') || ']'));
  INSERT OR IGNORE INTO chip(organisation, number, id) SELECT new.organisation, value, new.id
    FROM json_each('[' || replace(json_quote(new.chip_numbers), ';', '\",\"') || ']');
END;
";

/// The epoch of every organisation, in tables of any version.
pub(super) fn epochs(connection: &Connection) -> Result<HashMap<[u8; 16], u64>, StorageError> {
    let mut statement = connection.prepare("SELECT id, epoch FROM organisation").map_err(failure)?;
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))).map_err(failure)?;
    rows.map(|row| row.map_err(failure)).collect()
}

/// Brings the database to this version.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failure)?;
    let taken: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failure)?;
    let taken = usize::try_from(taken).map_err(|_| StorageError::Inconsistent)?;
    if taken > STEPS.len() {
        return Err(StorageError::TooNew);
    }
    for step in &STEPS[taken..] {
        transaction.execute_batch(step).map_err(failure)?;
    }
    for kind in Kind::ALL {
        make_record_table(&transaction, kind)?;
    }
    for (field, columns) in RECORD_INDEXES {
        let table = table(field.kind());
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name())).collect();
        let sql = format!(
            "CREATE INDEX IF NOT EXISTS {table}_by_{} ON {table}(organisation, {}) WHERE is_deleted=0",
            field.name(),
            columns.join(", ")
        );
        transaction.execute_batch(&sql).map_err(failure)?;
    }
    // A scanned code leads to an invitation before its organisation is known; few members have a photo in many a roster.
    transaction
        .execute_batch(
            "CREATE INDEX IF NOT EXISTS record_invitation_by_token_hash ON record_invitation(token_hash) \
             WHERE is_deleted=0; \
             CREATE INDEX IF NOT EXISTS record_member_by_photo ON record_member(organisation, photo) \
             WHERE photo IS NOT NULL",
        )
        .map_err(failure)?;
    transaction.execute_batch(CHIPS).map_err(failure)?;
    transaction.execute_batch(&format!("PRAGMA user_version={}", STEPS.len())).map_err(failure)?;
    transaction.commit().map_err(failure)
}

/// Checks that the database is of just this version, and changes nothing.
pub(super) fn check(connection: &Connection) -> Result<(), StorageError> {
    let taken: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failure)?;
    match usize::try_from(taken) {
        Ok(taken) if taken == STEPS.len() => Ok(()),
        Ok(taken) if taken > STEPS.len() => Err(StorageError::TooNew),
        _ => Err(StorageError::TooOld),
    }
}

/// Name of a kind's table.
pub(super) fn table(kind: Kind) -> String {
    format!("record_{}", kind.name())
}

fn column_type(field: Field) -> &'static str {
    match field.form() {
        Form::Ref(_) => "BLOB",
        Form::Int | Form::Year | Form::Instant => "INTEGER",
        Form::Text(_)
        | Form::PersonName
        | Form::Phone
        | Form::Date
        | Form::Choice(_)
        | Form::Choices(_)
        | Form::CardNumber
        | Form::ChipNumbers
        | Form::DocumentNumber
        | Form::Email
        | Form::Hex(_)
        | Form::Json(_) => "TEXT",
    }
}

fn make_record_table(connection: &Connection, kind: Kind) -> Result<(), StorageError> {
    let table = table(kind);
    connection
        .execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {table}(organisation INTEGER NOT NULL, id BLOB NOT NULL, \
             ver INTEGER NOT NULL, is_deleted INTEGER NOT NULL, PRIMARY KEY(organisation, id)) WITHOUT ROWID; \
             CREATE INDEX IF NOT EXISTS {table}_by_ver ON {table}(organisation, ver);"
        ))
        .map_err(failure)?;
    let mut known = connection.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).map_err(failure)?;
    let known: Vec<String> =
        known.query_map([], |row| row.get(0)).map_err(failure)?.collect::<Result<_, _>>().map_err(failure)?;
    for field in kind.fields() {
        if !known.iter().any(|name| name == field.name()) {
            connection
                .execute_batch(&format!("ALTER TABLE {table} ADD COLUMN \"{}\" {}", field.name(), column_type(*field)))
                .map_err(failure)?;
        }
    }
    Ok(())
}
