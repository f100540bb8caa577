//! One transaction's statements, and what their failures mean.

use super::super::{AuditLink, OrganisationKey, StorageError};
use super::cache::Cache;
use super::connection::{Connection, Values};
use std::collections::HashMap;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

/// What a transaction may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Reads one snapshot.
    Read,
    /// Writes; the organisation it asks for is its own until it ends.
    Write,
    /// The same, each record by itself: a run after one in which the order of a batch was in the way.
    WriteEach,
}

/// Why a transaction cannot go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// Somebody else was faster: the same from the start may work.
    Again,
    /// The connection is gone, and with it everything that was not committed.
    Lost,
    /// The same would happen again.
    Final,
}

pub(super) struct PostgresTransaction<'c> {
    connection: &'c mut Connection,
    pub(super) mode: Mode,
    pub(super) cache: Cache,
    /// The organisation that is held, in a transaction that writes.
    pub(super) held: Option<OrganisationKey>,
    /// Number and link of the last entry of the audits of what is held.
    pub(super) audits: HashMap<OrganisationKey, Option<(u64, AuditLink)>>,
    /// The first failure. After it the server refuses everything but the end.
    pub(super) fault: Option<Fault>,
}

impl<'c> PostgresTransaction<'c> {
    pub(super) fn new(connection: &'c mut Connection, mode: Mode) -> Self {
        Self { connection, mode, cache: Cache::default(), held: None, audits: HashMap::new(), fault: None }
    }

    pub(super) fn writes(&self) -> bool {
        self.mode != Mode::Read
    }

    pub(super) fn query(&mut self, sql: &str, values: Values<'_>) -> Result<Vec<Row>, StorageError> {
        let answer = self.connection.query(sql, values);
        answer.map_err(|error| self.failure(&error))
    }

    pub(super) fn query_opt(&mut self, sql: &str, values: Values<'_>) -> Result<Option<Row>, StorageError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    pub(super) fn execute(&mut self, sql: &str, values: Values<'_>) -> Result<u64, StorageError> {
        let answer = self.connection.execute(sql, values);
        answer.map_err(|error| self.failure(&error))
    }

    pub(super) fn query_all(&mut self, questions: &[(&str, Values<'_>)]) -> Result<Vec<Vec<Row>>, StorageError> {
        let answers = self.connection.query_all(questions);
        answers.map_err(|error| self.failure(&error))
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<(), StorageError> {
        let answer = self.connection.batch(sql);
        answer.map_err(|error| self.failure(&error))
    }

    /// Maps a failure to a condition and remembers it; the server's words are dropped, they may quote values.
    fn failure(&mut self, error: &Error) -> StorageError {
        let (fault, condition) = match error.code() {
            _ if error.is_closed() || self.connection.is_closed() => (Fault::Lost, StorageError::Unreachable),
            // What another transaction has just written under a key that must be the only one: the next run sees it.
            Some(state) if *state == SqlState::UNIQUE_VIOLATION => (Fault::Again, StorageError::Busy),
            Some(state)
                if *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED =>
            {
                (Fault::Again, StorageError::Busy)
            }
            Some(state) => match condition(state) {
                StorageError::Unreachable => (Fault::Lost, StorageError::Unreachable),
                other => (Fault::Final, other),
            },
            // A value that does not fit its mark, or an answer that was not understood.
            None => (Fault::Final, StorageError::Inconsistent),
        };
        self.fault.get_or_insert(fault);
        condition
    }
}

/// What a condition of the SQL standard means to the service.
pub(super) fn condition(state: &SqlState) -> StorageError {
    let code = state.code();
    match code {
        // Out of locks, connections or time; somebody else holds the organisation for too long.
        "53000" | "53200" | "53300" | "53400" | "55P03" | "57014" | "40001" | "40P01" => return StorageError::Busy,
        "53100" | "58030" => return StorageError::DiskFull,
        // Shutting down, starting up, or a standby that takes no writes; the connection leads to the wrong server.
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" | "25P03" => return StorageError::Unreachable,
        "3D000" | "42501" | "3F000" => return StorageError::Refused,
        _ => {}
    }
    match code.get(..2) {
        Some("08") => StorageError::Unreachable,
        Some("28") => StorageError::Refused,
        _ => match code.as_bytes().try_into() {
            Ok(code) => StorageError::Condition(code),
            Err(_) => StorageError::Inconsistent,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_is_told_apart_from_what_stays() {
        let of = |code| condition(&SqlState::from_code(code));
        assert_eq!(of("53300"), StorageError::Busy);
        assert_eq!(of("53100"), StorageError::DiskFull);
        assert_eq!(of("57P01"), StorageError::Unreachable);
        assert_eq!(of("08006"), StorageError::Unreachable);
        assert_eq!(of("28P01"), StorageError::Refused);
        assert_eq!(of("42P01"), StorageError::Condition(*b"42P01"));
        assert_eq!(of("42P01").to_string(), "the database answered with condition 42P01");
    }
}
