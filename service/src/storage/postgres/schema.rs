//! Tables and their migrations. Forward only, all or nothing.
//!
//! Record tables are made from the field registry, as SQLite's are. Every primary key of what belongs to an organisation
//! begins with it, and nothing refers to another organisation: the tables can be spread over machines by organisation.
//! There are no sequences, no triggers and no advisory locks.

use super::super::StorageError;
use super::transaction::PostgresTransaction;
use super::values::{Column, get, quoted, table};
use mingce_model::{Field, Kind};
use std::collections::HashSet;

/// Numbered steps; the table `schema` holds how many were taken.
const STEPS: &[&str] = &[STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, STEP_7];

/// Counts the changes of what an account may see and do, for those who listen.
const STEP_2: &str = "ALTER TABLE account_organisation ADD COLUMN scope_ver bigint NOT NULL DEFAULT 1;";
/// Who agreed to what: append only. guardian: NULL where the member did.
const STEP_3: &str = r#"
CREATE TABLE consent(
  organisation bigint NOT NULL, number bigint NOT NULL, at_ms bigint NOT NULL, member uuid NOT NULL,
  purpose text COLLATE "C" NOT NULL, act text COLLATE "C" NOT NULL, guardian uuid, way text COLLATE "C" NOT NULL,
  text text COLLATE "C" NOT NULL, text_hash bytea NOT NULL, link bytea NOT NULL, PRIMARY KEY(organisation, number));
CREATE INDEX consent_of_member ON consent(organisation, member, number);
"#;
/// Which of a replica's edits it made as one, and what kind of work that was: told to people, never decided by.
const STEP_4: &str = r#"
CREATE TABLE batch(
  organisation bigint NOT NULL, replica uuid NOT NULL, first_m bigint NOT NULL, last_m bigint NOT NULL,
  id uuid NOT NULL, label text COLLATE "C" NOT NULL, PRIMARY KEY(organisation, replica, first_m));
CREATE INDEX batch_by_id ON batch(organisation, id);
"#;

/// Who did what: append only. The organisation's row holds the last entry's number and link: whoever writes reads them with
/// it. audit_service: the same of what concerns no organisation, under number 0. audit_head: signed. audit_look: which
/// lines of a desktop's own audit were taken.
const STEP_5: &str = r#"
CREATE TABLE audit(
  organisation bigint NOT NULL, number bigint NOT NULL, at_ms bigint NOT NULL, act text COLLATE "C" NOT NULL,
  actor_kind text COLLATE "C" NOT NULL, actor uuid, device uuid, network text COLLATE "C", subject uuid,
  details text COLLATE "C" NOT NULL, link bytea NOT NULL, PRIMARY KEY(organisation, number));
CREATE INDEX audit_by_act ON audit(organisation, act, number);
CREATE INDEX audit_by_actor ON audit(organisation, actor, number);
CREATE INDEX audit_by_time ON audit(organisation, at_ms);
ALTER TABLE organisation ADD COLUMN audit_number bigint NOT NULL DEFAULT 0;
ALTER TABLE organisation ADD COLUMN audit_link bytea;
CREATE TABLE audit_service(organisation bigint PRIMARY KEY, audit_number bigint NOT NULL, audit_link bytea);
INSERT INTO audit_service(organisation, audit_number) VALUES(0, 0);
CREATE TABLE audit_head(
  organisation bigint NOT NULL, sequence bigint NOT NULL, number bigint NOT NULL, link bytea NOT NULL,
  at_ms bigint NOT NULL, public bytea NOT NULL, signature bytea NOT NULL, PRIMARY KEY(organisation, sequence));
CREATE TABLE audit_look(
  organisation bigint NOT NULL, replica uuid NOT NULL, number bigint NOT NULL, digest bytea NOT NULL,
  PRIMARY KEY(organisation, replica, number, digest));
"#;

/// Links that let somebody become an administrator or choose a new password; they go when they are used. second_factor: the
/// secret sealed under a key that is not here. recovery_code: digests under such a key.
const STEP_6: &str = r#"
CREATE TABLE administrator_link(
  organisation bigint NOT NULL, id uuid NOT NULL, token_hash bytea NOT NULL, purpose text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL, phone_digest bytea NOT NULL, role text COLLATE "C" NOT NULL,
  rights text COLLATE "C" NOT NULL, account uuid, made_by uuid, made_at bigint NOT NULL, ends_at bigint NOT NULL,
  wrong bigint NOT NULL, PRIMARY KEY(organisation, id));
CREATE INDEX administrator_link_by_token ON administrator_link(token_hash);
CREATE TABLE second_factor(
  account uuid PRIMARY KEY, secret bytea NOT NULL, is_on smallint NOT NULL, last_step bigint NOT NULL);
CREATE TABLE recovery_code(account uuid NOT NULL, digest bytea NOT NULL, PRIMARY KEY(account, digest));
"#;

/// The topmost departments of accounts whose role binds them to some.
const STEP_7: &str = r#"
CREATE TABLE scope_root(
  organisation bigint NOT NULL, account uuid NOT NULL, department uuid NOT NULL,
  PRIMARY KEY(organisation, account, department));
"#;

const STEP_1: &str = r#"
CREATE TABLE secret(name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);

-- `key` follows from the id; it begins every other primary key. The row is held by whoever writes to the organisation.
CREATE TABLE organisation(
  key bigint PRIMARY KEY, id uuid NOT NULL, epoch bigint NOT NULL, head bigint NOT NULL, chain bytea NOT NULL,
  created_at bigint NOT NULL) WITH (fillfactor = 50);

-- Append only; pull reads the chain at a cursor's version and who made a version, nothing else.
CREATE TABLE change(
  organisation bigint NOT NULL, ver bigint NOT NULL, replica uuid, m bigint, account uuid, at_ms bigint NOT NULL,
  received_at bigint NOT NULL, kind smallint NOT NULL, id uuid NOT NULL, verb text COLLATE "C" NOT NULL,
  changes text COLLATE "C" NOT NULL, chain bytea NOT NULL, PRIMARY KEY(organisation, ver));
CREATE INDEX change_of_record ON change(organisation, id, ver);

CREATE TABLE replica(
  organisation bigint NOT NULL, id uuid NOT NULL, account uuid NOT NULL, device uuid, last_m bigint NOT NULL,
  acked_m bigint NOT NULL, last_at bigint NOT NULL, PRIMARY KEY(organisation, id));

-- One row for each push that is not yet acknowledged: digests of its edits, and what was answered.
CREATE TABLE answer(
  organisation bigint NOT NULL, replica uuid NOT NULL, first_m bigint NOT NULL, last_m bigint NOT NULL,
  digests bytea NOT NULL, vers text COLLATE "C" NOT NULL, exceptions text COLLATE "C" NOT NULL, base bigint,
  head bigint, chain bytea, PRIMARY KEY(organisation, replica, first_m));

-- Which replica's edit a conflict record is about; what the record itself says is in its own table.
CREATE TABLE conflict_of(
  organisation bigint NOT NULL, replica uuid NOT NULL, kind smallint NOT NULL, record uuid NOT NULL,
  field text COLLATE "C" NOT NULL, conflict uuid NOT NULL,
  PRIMARY KEY(organisation, replica, kind, record, field, conflict));

CREATE TABLE account(
  id uuid PRIMARY KEY, name text COLLATE "C" NOT NULL, phone text COLLATE "C" NOT NULL UNIQUE,
  password_hash text COLLATE "C" NOT NULL, created_at bigint NOT NULL);
CREATE TABLE device(
  id uuid PRIMARY KEY, account uuid NOT NULL, name text COLLATE "C" NOT NULL, token_hash bytea NOT NULL UNIQUE,
  created_at bigint NOT NULL, last_used_at bigint NOT NULL);
CREATE INDEX device_of_account ON device(account);

-- What an account may do beside working on the roster: words, parted by spaces.
CREATE TABLE account_organisation(
  organisation bigint NOT NULL, account uuid NOT NULL, role text COLLATE "C" NOT NULL,
  rights text COLLATE "C" NOT NULL, since bigint NOT NULL, PRIMARY KEY(organisation, account));
CREATE INDEX account_organisation_of_account ON account_organisation(account);

CREATE TABLE tries(
  organisation bigint NOT NULL, invitation uuid NOT NULL, wrong bigint NOT NULL, closed_until bigint NOT NULL,
  PRIMARY KEY(organisation, invitation));
CREATE TABLE member_account(
  organisation bigint NOT NULL, member uuid NOT NULL, password_hash text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL, PRIMARY KEY(organisation, member));
CREATE TABLE member_session(
  organisation bigint NOT NULL, token_hash bytea NOT NULL, member uuid NOT NULL, created_at bigint NOT NULL,
  ends_at bigint NOT NULL, PRIMARY KEY(organisation, token_hash));
CREATE INDEX member_session_of_member ON member_session(organisation, member);
CREATE INDEX member_session_by_end ON member_session(organisation, ends_at);
CREATE INDEX member_session_by_token ON member_session(token_hash);

-- Photos of members, and how many bytes each organisation's are. unused_since: no member has named it since.
CREATE TABLE photo(
  organisation bigint NOT NULL, hash bytea NOT NULL, checked_at bigint NOT NULL, unused_since bigint,
  jpeg bytea NOT NULL, PRIMARY KEY(organisation, hash));
-- A JPEG does not get smaller.
ALTER TABLE photo ALTER COLUMN jpeg SET STORAGE EXTERNAL;
CREATE INDEX photo_by_check ON photo(checked_at);
CREATE TABLE photo_total(organisation bigint PRIMARY KEY, bytes bigint NOT NULL);
"#;

/// Live records are found by these: uniqueness, what is below a department, who belongs to whom. Each ends with the id,
/// the order in which they are asked for.
const RECORD_INDEXES: &[&[Field]] = &[
    &[Field::DepartmentParent, Field::DepartmentName],
    &[Field::MemberCardNumber],
    &[Field::MemberDepartment],
    &[Field::AffiliationDepartment],
    &[Field::AffiliationMember],
    &[Field::GuardianshipMember],
    &[Field::GuardianshipGuardian],
    &[Field::InvitationMember],
    &[Field::CustomValueMember],
    &[Field::CustomValueField, Field::CustomValueValue],
    &[Field::TaggingMember],
    &[Field::TaggingTag],
    &[Field::DistinctionMember],
    &[Field::DistinctionOther],
];

/// A scanned code leads to one invitation before its organisation is known; few members have a photo in many a roster; a
/// member's chip numbers stand in one column.
const FURTHER_INDEXES: &str = "
CREATE UNIQUE INDEX IF NOT EXISTS record_invitation_by_token_hash ON record_invitation(token_hash) WHERE NOT is_deleted;
CREATE INDEX IF NOT EXISTS record_member_by_photo ON record_member(organisation, photo) WHERE photo IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_member_by_chip ON record_member USING gin (string_to_array(chip_numbers, ';'))
  WHERE chip_numbers IS NOT NULL;
";

/// Brings the database to this version.
pub(super) fn migrate(transaction: &mut PostgresTransaction<'_>) -> Result<(), StorageError> {
    let encoding = transaction.query_opt("SELECT current_setting('server_encoding')", &[])?;
    if encoding.map(|row| get::<String>(&row, 0)).transpose()?.as_deref() != Some("UTF8") {
        return Err(StorageError::Encoding);
    }
    transaction.batch("CREATE TABLE IF NOT EXISTS schema(steps bigint NOT NULL)")?;
    // Instances that start together take turns.
    transaction.batch("LOCK TABLE schema IN ACCESS EXCLUSIVE MODE")?;
    let taken = load_steps(transaction)?;
    if taken.is_some_and(|taken| taken > STEPS.len()) {
        return Err(StorageError::TooNew);
    }
    for step in &STEPS[taken.unwrap_or(0)..] {
        transaction.batch(step)?;
    }
    let records = record_tables(transaction)?;
    if !records.is_empty() {
        transaction.batch(&records)?;
    }
    let steps = i64::try_from(STEPS.len()).map_err(|_| StorageError::Inconsistent)?;
    match taken {
        None => transaction.execute("INSERT INTO schema(steps) VALUES($1)", &[&steps])?,
        Some(_) => transaction.execute("UPDATE schema SET steps=$1 WHERE steps<>$1", &[&steps])?,
    };
    Ok(())
}

/// Checks that the database is of just this version, and changes nothing.
pub(super) fn check(transaction: &mut PostgresTransaction<'_>) -> Result<(), StorageError> {
    let there = transaction.query_opt("SELECT to_regclass('schema') IS NOT NULL", &[])?;
    if !there.map(|row| get::<bool>(&row, 0)).transpose()?.unwrap_or(false) {
        return Err(StorageError::TooOld);
    }
    match load_steps(transaction)? {
        Some(taken) if taken == STEPS.len() && record_tables(transaction)?.is_empty() => Ok(()),
        Some(taken) if taken > STEPS.len() => Err(StorageError::TooNew),
        _ => Err(StorageError::TooOld),
    }
}

fn load_steps(transaction: &mut PostgresTransaction<'_>) -> Result<Option<usize>, StorageError> {
    let row = transaction.query_opt("SELECT steps FROM schema", &[])?;
    row.map(|row| usize::try_from(get::<i64>(&row, 0)?).map_err(|_| StorageError::Inconsistent)).transpose()
}

/// What the record tables lack of the field registry; nothing where they have it all.
fn record_tables(transaction: &mut PostgresTransaction<'_>) -> Result<String, StorageError> {
    let rows = transaction.query(
        "SELECT table_name::text, column_name::text FROM information_schema.columns \
         WHERE table_schema=current_schema() AND table_name LIKE 'record\\_%'",
        &[],
    )?;
    let mut known: HashSet<(String, String)> = HashSet::new();
    for row in &rows {
        known.insert((get(row, 0)?, get(row, 1)?));
    }
    let has = |table: &str, column: &str| known.contains(&(table.to_owned(), column.to_owned()));
    let mut sql = String::new();
    for kind in Kind::ALL {
        let table = table(kind);
        if !has(&table, "ver") {
            sql.push_str(&format!(
                "CREATE TABLE {table}(organisation bigint NOT NULL, id uuid NOT NULL, ver bigint NOT NULL, \
                 is_deleted boolean NOT NULL, PRIMARY KEY(organisation, id));\n\
                 CREATE INDEX {table}_by_ver ON {table}(organisation, ver);\n"
            ));
        }
        for field in kind.fields().iter().filter(|field| !has(&table, field.name())) {
            let (column, declared) = (quoted(*field), Column::of(*field).declaration());
            sql.push_str(&format!("ALTER TABLE {table} ADD COLUMN {column} {declared};\n"));
        }
    }
    if sql.is_empty() {
        return Ok(sql);
    }
    for fields in RECORD_INDEXES {
        let table = table(fields[0].kind());
        let columns: Vec<String> = fields.iter().map(|field| quoted(*field)).collect();
        sql.push_str(&format!(
            "CREATE INDEX IF NOT EXISTS {table}_by_{} ON {table}(organisation, {}, id) WHERE NOT is_deleted;\n",
            fields[fields.len() - 1].name(),
            columns.join(", ")
        ));
    }
    sql.push_str(FURTHER_INDEXES);
    Ok(sql)
}
