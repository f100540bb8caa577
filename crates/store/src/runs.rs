//! The log of sheets: when codes left this computer, on what, whose, and what came out well. Never the codes.

use crate::operation::{Operation, Progress, Touched};
use crate::{Store, StoreError, rows};
use mingce_model::{Edit, RecordId};
use rusqlite::{Connection, OptionalExtension, Row};
use std::ops::Range;

/// How codes left this computer, or that they were voided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RunWay {
    /// A PDF was saved.
    Pdf,
    /// The PDF was handed to the system to print.
    Print,
    /// Pictures of single codes.
    Pictures,
    /// Old codes were voided, to be printed anew.
    Void,
}

impl RunWay {
    const ALL: [RunWay; 4] = [RunWay::Pdf, RunWay::Print, RunWay::Pictures, RunWay::Void];

    /// The word it is stored and shown under.
    pub fn word(self) -> &'static str {
        match self {
            RunWay::Pdf => "pdf",
            RunWay::Print => "print",
            RunWay::Pictures => "pictures",
            RunWay::Void => "void",
        }
    }

    /// Whether paper came of it that a person can look at.
    pub fn is_paper(self) -> bool {
        matches!(self, RunWay::Pdf | RunWay::Print)
    }
}

/// What is written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRun<'a> {
    pub way: RunWay,
    /// Name of who did it.
    pub actor: &'a str,
    pub at_ms: i64,
    /// Id of the layout; empty where none was used.
    pub layout: &'a str,
    pub pages: u32,
    /// A word of `Field::InvitationVoidedFor`.
    pub reason: Option<&'a str>,
    /// In print order.
    pub labels: &'a [RunLabel],
}

/// Whose code stands on which page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RunLabel {
    /// From 1; 0 where there is none.
    pub page: u32,
    pub invitation: RecordId,
    pub member: RecordId,
}

/// A line of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunRow {
    /// Rises with every line.
    pub number: u64,
    pub way: RunWay,
    pub actor: String,
    pub at_ms: i64,
    pub layout: String,
    pub pages: u32,
    pub people: u32,
    pub reason: Option<String>,
    /// When a person said last what came out well.
    pub checked_at_ms: Option<i64>,
    /// Of so many people.
    pub printed: u32,
    /// Codes were voided, and that was taken back.
    pub is_undone: bool,
}

/// A label of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RunLabelRow {
    /// In print order from 0.
    pub place: u32,
    pub label: RunLabel,
    /// A person said that it came out well.
    pub is_printed: bool,
}

/// What a person said of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    pub run: u64,
    pub at_ms: i64,
    /// From where to before where the labels came out well, by place; no other did.
    pub printed: Vec<Range<u32>>,
}

/// Whether what was said of the run, or done to its codes, still holds: it may have been taken back.
const HOLDS: &str = "NOT EXISTS (SELECT 1 FROM operation p WHERE p.number = run.marked_by AND p.can_undo = 0)";

/// As [`read_run`] reads them.
fn columns() -> String {
    format!(
        "number, way, actor, at_ms, layout, pages, people, reason, CASE WHEN {HOLDS} THEN checked_at END,
        CASE WHEN {HOLDS} THEN printed ELSE 0 END, way = 'void' AND NOT {HOLDS}"
    )
}

/// Writes a line with its labels; answers its number. `marked_by`: the operation that voided the codes.
fn insert(conn: &Connection, run: &NewRun<'_>, marked_by: Option<i64>) -> Result<u64, StoreError> {
    let people = u32::try_from(run.labels.len()).unwrap_or(u32::MAX);
    let sql = "INSERT INTO run (way, actor, at_ms, layout, pages, people, reason, marked_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let parameters = (run.way.word(), run.actor, run.at_ms, run.layout, run.pages, people, run.reason, marked_by);
    conn.prepare_cached(sql)?.execute(parameters)?;
    let number = conn.last_insert_rowid();
    let sql = "INSERT INTO run_label (run, place, page, invitation, member) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = conn.prepare_cached(sql)?;
    for (place, label) in (0i64..).zip(run.labels) {
        let (invitation, member) = (label.invitation.as_bytes(), label.member.as_bytes());
        statement.execute((number, place, label.page, invitation, member))?;
    }
    Ok(number.unsigned_abs())
}

/// Keeps what was said; `marked_by` is the operation that wrote the marks, where there was anything to write.
fn keep(conn: &Connection, checked: &Checked, marked_by: Option<i64>) -> Result<(), StoreError> {
    let run = signed(checked.run);
    conn.prepare_cached("UPDATE run_label SET is_printed = 0 WHERE run = ?1 AND is_printed = 1")?.execute([run])?;
    let sql = "UPDATE run_label SET is_printed = 1 WHERE run = ?1 AND place >= ?2 AND place < ?3";
    let mut mark = conn.prepare_cached(sql)?;
    let mut count = 0;
    for places in &checked.printed {
        count += mark.execute((run, places.start, places.end))?;
    }
    // Marks that an earlier answer wrote are this one's too, as long as they stand.
    let sql = "UPDATE run SET checked_at = ?2, printed = ?3, marked_by = coalesce(?4,
        (SELECT p.number FROM operation p WHERE p.number = run.marked_by AND p.can_undo = 1)) WHERE number = ?1";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    conn.prepare_cached(sql)?.execute((run, checked.at_ms, count, marked_by))?;
    Ok(())
}

fn read_run(row: &Row<'_>) -> Result<RunRow, StoreError> {
    let word = row.get_ref(1)?.as_str().map_err(|_| StoreError::Damaged)?;
    Ok(RunRow {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        way: RunWay::ALL.into_iter().find(|way| way.word() == word).ok_or(StoreError::Damaged)?,
        actor: row.get(2)?,
        at_ms: row.get(3)?,
        layout: row.get(4)?,
        pages: row.get(5)?,
        people: row.get(6)?,
        reason: row.get(7)?,
        checked_at_ms: row.get(8)?,
        printed: row.get(9)?,
        is_undone: row.get(10)?,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Store {
    /// Writes a run down, before its file is in its place; answers its number.
    pub fn note_run(&self, run: &NewRun<'_>) -> Result<u64, StoreError> {
        self.transact_quietly(|conn| insert(conn, run, None))
    }

    /// `write`, and a line of the log with it: both are there afterwards, or neither.
    pub fn write_noting(
        &self,
        operation: &Operation,
        edits: impl IntoIterator<Item = Edit>,
        run: &NewRun<'_>,
    ) -> Result<Touched, StoreError> {
        let go_on = &mut |_| std::ops::ControlFlow::Continue(());
        self.write_and(operation, edits, go_on, |conn, number| insert(conn, run, number).map(drop))
    }

    /// `write_with` for the marks of what came out well, and what the person said with it, asked for when the last edit
    /// was made: both are kept, or neither. When the operation is taken back, the run counts as not looked at.
    pub fn write_checked(
        &self,
        operation: &Operation,
        edits: impl IntoIterator<Item = Edit>,
        progress: Progress<'_>,
        checked: impl FnOnce() -> Checked,
    ) -> Result<Touched, StoreError> {
        self.write_and(operation, edits, progress, |conn, number| keep(conn, &checked(), number))
    }

    /// The newest runs, older than `before`.
    pub fn runs(&self, before: Option<u64>, limit: usize) -> Result<Vec<RunRow>, StoreError> {
        self.runs_where("true", before, limit)
    }

    /// Those of them whose paper nobody has looked at.
    pub fn unchecked_runs(&self, before: Option<u64>, limit: usize) -> Result<Vec<RunRow>, StoreError> {
        let unchecked = format!("way IN ('pdf', 'print') AND (checked_at IS NULL OR NOT {HOLDS})");
        self.runs_where(&unchecked, before, limit)
    }

    fn runs_where(&self, condition: &str, before: Option<u64>, limit: usize) -> Result<Vec<RunRow>, StoreError> {
        self.readers.read(|conn| {
            let columns = columns();
            let sql =
                format!("SELECT {columns} FROM run WHERE {condition} AND number < ?1 ORDER BY number DESC LIMIT ?2");
            let mut statement = conn.prepare_cached(&sql)?;
            let before = before.map_or(i64::MAX, signed);
            let mut found = statement.query((before, i64::try_from(limit).unwrap_or(i64::MAX)))?;
            let mut runs = Vec::new();
            while let Some(row) = found.next()? {
                runs.push(read_run(row)?);
            }
            Ok(runs)
        })
    }

    pub fn run(&self, number: u64) -> Result<Option<RunRow>, StoreError> {
        self.readers.read(|conn| {
            let mut statement = conn.prepare_cached(&format!("SELECT {} FROM run WHERE number = ?1", columns()))?;
            let mut found = statement.query([signed(number)])?;
            found.next()?.map(read_run).transpose()
        })
    }

    /// Labels of a run from the place on, in print order.
    pub fn run_labels(&self, number: u64, start: u32, limit: usize) -> Result<Vec<RunLabelRow>, StoreError> {
        self.readers.read(|conn| {
            let sql = format!(
                "SELECT place, page, invitation, member, is_printed AND (SELECT {HOLDS} FROM run WHERE number = ?1)
                FROM run_label WHERE run = ?1 AND place >= ?2 ORDER BY place LIMIT ?3"
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut found = statement.query((signed(number), start, limit))?;
            let mut labels = Vec::new();
            while let Some(row) = found.next()? {
                labels.push(RunLabelRow {
                    place: row.get(0)?,
                    label: RunLabel {
                        page: row.get(1)?,
                        invitation: rows::read_id(row.get_ref(2)?)?,
                        member: rows::read_id(row.get_ref(3)?)?,
                    },
                    is_printed: row.get(4)?,
                });
            }
            Ok(labels)
        })
    }

    /// Whether the invitation came out well in a run other than this one.
    pub fn is_printed_besides(&self, number: u64, invitation: RecordId) -> Result<bool, StoreError> {
        self.readers.read(|conn| {
            let sql = format!(
                "SELECT 1 FROM run_label l JOIN run ON run.number = l.run
                WHERE l.is_printed = 1 AND l.invitation = ?1 AND l.run <> ?2 AND {HOLDS} LIMIT 1"
            );
            let mut statement = conn.prepare_cached(&sql)?;
            Ok(statement.query_row((invitation.as_bytes(), signed(number)), |_| Ok(())).optional()?.is_some())
        })
    }
}
