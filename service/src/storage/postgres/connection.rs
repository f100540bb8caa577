//! A connection that blocking jobs use, and those that wait for the next job.
//!
//! Each is driven by the thread that uses it: a question goes out and its answer comes in without another thread having
//! to wake up.

use super::super::StorageError;
use super::address::{DatabaseAddress, connect_failure};
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::collections::HashMap;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

/// What every connection begins with. A job that hangs, or one whose service has gone, holds an organisation no longer
/// than this; what was committed stays, whatever the server's default is. Plans are made anew for each question: one that
/// was made while the tables were empty goes through all of them once they are full.
const BEGINNING: &str = "SET statement_timeout = '60s'; SET lock_timeout = '20s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning'; \
    SET plan_cache_mode = 'force_custom_plan'; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// Values for a statement's marks.
pub(super) type Values<'v> = &'v [&'v (dyn ToSql + Sync)];

pub(super) struct Connection {
    runtime: Runtime,
    client: Client,
    driver: JoinHandle<()>,
    statements: HashMap<String, Statement>,
}

impl Connection {
    fn open(address: &DatabaseAddress) -> Result<Self, StorageError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| StorageError::Unreachable)?;
        let opened = runtime.block_on(async {
            let (client, connection) = address.config.connect(address.tls.clone()).await?;
            let driver = tokio::spawn(async move {
                // Whatever ends it is told to whoever asks next.
                let _ = connection.await;
            });
            client.batch_execute(BEGINNING).await?;
            Ok((client, driver))
        });
        let (client, driver) = opened.map_err(|error| connect_failure(&error))?;
        Ok(Self { runtime, client, driver, statements: HashMap::new() })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements without values.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.runtime.block_on(self.client.batch_execute(sql))
    }

    pub(super) fn query(&mut self, sql: &str, values: Values<'_>) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql)?;
        self.runtime.block_on(self.client.query(&statement, values))
    }

    pub(super) fn execute(&mut self, sql: &str, values: Values<'_>) -> Result<u64, Error> {
        let statement = self.statement(sql)?;
        self.runtime.block_on(self.client.execute(&statement, values))
    }

    /// Runs statements one after another without waiting for each.
    pub(super) fn query_all(&mut self, questions: &[(&str, Values<'_>)]) -> Result<Vec<Vec<Row>>, Error> {
        let mut prepared = Vec::with_capacity(questions.len());
        for (sql, values) in questions {
            prepared.push((self.statement(sql)?, *values));
        }
        let client = &self.client;
        let running = join_all(prepared.iter().map(|(statement, values)| client.query(statement, values)));
        // After the first that fails, the server refuses the rest.
        self.runtime.block_on(running).into_iter().collect()
    }

    /// Prepares each text once.
    fn statement(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Says goodbye, so that the server does not log a lost connection.
    fn close(self) {
        let Self { runtime, client, driver, statements } = self;
        runtime.block_on(async {
            drop((client, statements));
            let _ = tokio::time::timeout(std::time::Duration::from_secs(2), driver).await;
        });
    }
}

/// Idle connections. How many there are at most is decided by the turns that the storage gives.
pub(super) struct Pool {
    address: DatabaseAddress,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(super) fn new(address: DatabaseAddress) -> Self {
        Self { address, idle: Mutex::new(Vec::new()) }
    }

    /// A connection that answers to `first`, which it was asked as the beginning of a transaction.
    pub(super) fn begin(&self, first: &str) -> Result<Connection, StorageError> {
        loop {
            let waiting = self.idle.lock().pop();
            let Some(mut connection) = waiting else {
                let mut connection = Connection::open(&self.address)?;
                connection.batch(first).map_err(|error| connect_failure(&error))?;
                return Ok(connection);
            };
            // The server may have ended it while nobody used it.
            if connection.batch(first).is_ok() {
                return Ok(connection);
            }
        }
    }

    /// Takes back a connection that is in no transaction.
    pub(super) fn give_back(&self, connection: Connection) {
        if !connection.is_closed() {
            self.idle.lock().push(connection);
        }
    }

    pub(super) fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock());
        idle.into_iter().for_each(Connection::close);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let idle = std::mem::take(self.idle.get_mut());
        if !idle.is_empty() {
            // A runtime must not be ended by a thread that drives another.
            std::thread::spawn(move || idle.into_iter().for_each(Connection::close));
        }
    }
}
