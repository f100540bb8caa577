//! PostgreSQL for services that outgrow one machine.
//!
//! A job that writes begins with its organisation's row, which it holds to the end: two pushes to one organisation come
//! after one another, their numbers are given in the order in which they are committed, and no reader can meet a number
//! before a lower one. Two organisations never wait for each other. A job that reads sees one snapshot.
//!
//! What a job writes goes out in batches, and what a push will ask for is fetched at once (`ahead`, `cache`, `flush`): the number
//! of round trips does not depend on the number of edits.

mod accounts;
mod address;
mod administering;
mod ahead;
mod audits;
mod cache;
mod connection;
mod consents;
mod flush;
mod joining;
mod log;
mod photos;
mod records;
mod schema;
mod scopes;
mod transaction;
mod values;
mod watching;
mod whole;

pub use address::{AddressError, DatabaseAddress};

use super::{Job, Storage, StorageError, Turns, Verdict};
use connection::{Connection, Pool};
use transaction::{Fault, Mode, PostgresTransaction};

/// Connections in use at the same time are at most so many together.
const TURNS: Turns = Turns { readers: 8, writers: 12 };
/// How often a job is run in all when others come in between, and how often before it writes each record by itself.
const RUNS: u32 = 6;
const PATIENCE: u32 = 2;

/// At one instant, whoever writes meanwhile.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Each statement sees what was committed before it: after the organisation's row is held, its last state.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// The storage over a PostgreSQL database.
pub struct Postgres {
    pool: Pool,
}

impl Postgres {
    /// Connects and brings the database to this version's schema. Must not be called by a thread that drives a runtime.
    ///
    /// # Errors
    /// `Unreachable`, `Refused`, `Untrusted`, `Encoding`, `TooNew`.
    pub fn open(address: DatabaseAddress) -> Result<Self, StorageError> {
        let postgres = Self { pool: Pool::new(address) };
        let mut run = 1;
        loop {
            match postgres.write_once(&mut |transaction| schema::migrate(transaction), Mode::Write) {
                // Another instance that starts at the same time was first.
                Err((_, Fault::Again)) if run < RUNS => run += 1,
                Err((error, _)) => return Err(error),
                Ok(()) => return Ok(postgres),
            }
        }
    }

    /// Connects for a single change by the operator and leaves the tables as they are.
    ///
    /// # Errors
    /// As `open`, and `TooOld`.
    pub fn open_beside(address: DatabaseAddress) -> Result<Self, StorageError> {
        let postgres = Self { pool: Pool::new(address) };
        let checked = postgres.write_once(&mut |transaction| schema::check(transaction), Mode::Write);
        checked.map_err(|(error, _)| error)?;
        Ok(postgres)
    }

    /// Runs a job once. With the error comes whether another run might help.
    fn write_once(
        &self,
        job: &mut dyn FnMut(&mut PostgresTransaction<'_>) -> Result<(), StorageError>,
        mode: Mode,
    ) -> Result<(), (StorageError, Fault)> {
        let mut connection = self.pool.begin(BEGIN_WRITE).map_err(|error| (error, Fault::Final))?;
        let mut transaction = PostgresTransaction::new(&mut connection, mode);
        let done = job(&mut transaction).and_then(|()| transaction.flush());
        let outcome = match (done, transaction.fault) {
            (Ok(()), None) => Ok(()),
            // A job that went on after a failure has not done what it says.
            (Ok(()), Some(fault)) => Err((StorageError::Inconsistent, fault)),
            (Err(error), fault) => Err((error, fault.unwrap_or(Fault::Final))),
        };
        self.end(connection, outcome)
    }

    /// Commits or rolls back.
    fn end(
        &self,
        mut connection: Connection,
        outcome: Result<(), (StorageError, Fault)>,
    ) -> Result<(), (StorageError, Fault)> {
        match outcome {
            Ok(()) => {
                let committed = connection.batch("COMMIT");
                let committed = committed.map_err(|error| {
                    let refused = error.code().is_some_and(|state| {
                        transaction::condition(state) == StorageError::Busy && !connection.is_closed()
                    });
                    // Once it was sent, a broken connection leaves open whether it was done: nobody may do it again
                    // but whoever asked, who knows how to ask twice.
                    if refused { (StorageError::Busy, Fault::Again) } else { (StorageError::Unreachable, Fault::Final) }
                });
                if committed.is_ok() {
                    self.pool.give_back(connection);
                }
                committed
            }
            Err((error, fault)) => {
                if fault != Fault::Lost && connection.batch("ROLLBACK").is_ok() {
                    self.pool.give_back(connection);
                }
                Err((error, fault))
            }
        }
    }
}

impl Storage for Postgres {
    fn run_read(&self, job: Job<'_>) -> Result<(), StorageError> {
        let mut connection = self.pool.begin(BEGIN_READ)?;
        job(&mut PostgresTransaction::new(&mut connection, Mode::Read));
        if connection.batch("COMMIT").is_ok() {
            self.pool.give_back(connection);
        }
        Ok(())
    }

    fn run_write(&self, job: Job<'_>) -> Result<(), StorageError> {
        let mut run = 1;
        loop {
            let mut verdict = Verdict::Commit;
            let mut one = |transaction: &mut PostgresTransaction<'_>| {
                verdict = job(transaction);
                match verdict {
                    Verdict::Commit => Ok(()),
                    Verdict::RollBack => Err(StorageError::Inconsistent),
                }
            };
            let mode = if run > PATIENCE { Mode::WriteEach } else { Mode::Write };
            match self.write_once(&mut one, mode) {
                Ok(()) => return Ok(()),
                Err((_, Fault::Again | Fault::Lost)) if run < RUNS => run += 1,
                // The job has told its caller why.
                Err(_) if verdict == Verdict::RollBack => return Ok(()),
                Err((error, _)) => return Err(error),
            }
        }
    }

    fn turns(&self) -> Turns {
        TURNS
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn close(&self) -> Result<(), StorageError> {
        self.pool.close();
        Ok(())
    }
}
