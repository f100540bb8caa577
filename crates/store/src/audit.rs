//! Who looked at masked values, and who took the roster out of the program. Never the values.

use crate::identity::{get, set};
use crate::{Store, StoreError, rows};
use mingce_model::{Field, Kind, RecordId};
use rusqlite::Connection;

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What somebody did.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum AuditAct { $($(#[$doc])* $name),* }
        impl AuditAct {
            /// The word it is stored and shown under.
            pub fn word(self) -> &'static str {
                match self { $(AuditAct::$name => $word),* }
            }
            fn from_word(word: &str) -> Option<AuditAct> {
                [$(AuditAct::$name),*].into_iter().find(|act| act.word() == word)
            }
        }
    };
}

acts! {
    /// Looked at one person's masked fields.
    Reveal = "reveal";
    /// Let everybody's masked fields be shown until the roster is closed.
    RevealAll = "reveal_all";
    /// Masks again what was let be shown.
    Mask = "mask";
    Export = "export";
    /// A past state of the roster was exported.
    ExportPast = "export_past";
    /// Invitations, or pictures of codes, were printed or saved.
    Print = "print";
}

/// Up to which line the service was told.
const REPORTED: &str = "audit_reported";

/// What is written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Looked<'a> {
    pub act: AuditAct,
    /// Name of who did it.
    pub actor: &'a str,
    pub at_ms: i64,
    /// Whose fields, when it is one record.
    pub record: Option<(Kind, RecordId)>,
    pub fields: &'a [Field],
    /// People concerned.
    pub people: u64,
    /// The values were given in full.
    pub is_full: bool,
}

/// A line of the audit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// Rises with every line.
    pub number: u64,
    pub act: AuditAct,
    pub actor: String,
    pub at_ms: i64,
    pub record: Option<(Kind, RecordId)>,
    /// Names of fields; a guardian's begin with `guardian_`, all custom ones are `custom_value`.
    pub fields: Vec<String>,
    pub people: u64,
    pub is_full: bool,
}

impl Store {
    /// Writes it down, before the values are shown or the file is in its place.
    pub fn note_look(&self, looked: &Looked<'_>) -> Result<(), StoreError> {
        let name = |field: &Field| match field.kind() {
            Kind::Guardian => format!("guardian_{}", field.name()),
            // Which of them is not told: what a field is called may say something of whoever has it.
            Kind::CustomValue => "custom_value".to_owned(),
            _ => field.name().to_owned(),
        };
        let names: Vec<String> = looked.fields.iter().map(name).collect();
        let fields = serde_json::to_string(&names).map_err(|_| StoreError::Damaged)?;
        let (kind, id) = looked.record.map(|(kind, id)| (kind as u8, *id.as_bytes())).unzip();
        let people = i64::try_from(looked.people).unwrap_or(i64::MAX);
        let sql = "INSERT INTO audit (act, actor, at_ms, kind, id, fields, people, is_full)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.transact_quietly(|conn| {
            let parameters = (looked.act.word(), looked.actor, looked.at_ms, kind, id, &fields, people, looked.is_full);
            conn.prepare_cached(sql)?.execute(parameters)?;
            Ok(())
        })
    }

    /// The newest lines, older than `before`.
    pub fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.read(|conn| {
            let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
            load(conn, "number < ?1 ORDER BY number DESC LIMIT ?2", before, limit)
        })
    }

    /// The oldest lines that the service has not been told of.
    pub fn unreported_looks(&self, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.read(|conn| {
            let reported = get::<i64>(conn, REPORTED)?.unwrap_or(0);
            load(conn, "number > ?1 ORDER BY number LIMIT ?2", reported, limit)
        })
    }

    /// The service was told of the lines up to this one.
    pub fn note_reported(&self, number: u64) -> Result<(), StoreError> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.transact_quietly(|conn| {
            if get::<i64>(conn, REPORTED)?.unwrap_or(0) < number {
                set(conn, REPORTED, number)?;
            }
            Ok(())
        })
    }
}

/// The service is told of every line again.
pub(crate) fn report_anew(conn: &Connection) -> Result<(), StoreError> {
    set(conn, REPORTED, 0i64)
}

fn load(conn: &Connection, which: &str, number: i64, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
    let sql = format!("SELECT number, act, actor, at_ms, kind, id, fields, people, is_full FROM audit WHERE {which}");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((number, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut lines = Vec::new();
    while let Some(row) = found.next()? {
        let word = row.get_ref(1)?.as_str().map_err(|_| StoreError::Damaged)?;
        let fields = row.get_ref(6)?.as_str().map_err(|_| StoreError::Damaged)?;
        let kind = row.get::<_, Option<u8>>(4)?.and_then(Kind::from_number);
        lines.push(AuditRow {
            number: row.get::<_, i64>(0)?.unsigned_abs(),
            act: AuditAct::from_word(word).ok_or(StoreError::Damaged)?,
            actor: row.get(2)?,
            at_ms: row.get(3)?,
            record: match kind {
                Some(kind) => Some((kind, rows::read_id(row.get_ref(5)?)?)),
                None => None,
            },
            fields: serde_json::from_str(fields).map_err(|_| StoreError::Damaged)?,
            people: row.get::<_, i64>(7)?.unsigned_abs(),
            is_full: row.get(8)?,
        });
    }
    Ok(lines)
}
