//! The async door to the storage: as many jobs at a time as it can do, always on blocking threads.
//!
//! Who waits too long for a turn is told `unavailable` and tries again; nothing queues without bound.

use super::{Storage, StorageError, Transaction, Turns};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Readers at the same time; SQLite readers hold a connection each.
pub const READERS: u32 = 4;
/// How long a request waits for its turn before it is told to come back.
const TURN_WAIT: Duration = Duration::from_secs(20);

/// Handle to the storage; cheap to clone.
#[derive(Clone)]
pub struct Database {
    storage: Arc<dyn Storage>,
    writers: Arc<Semaphore>,
    readers: Arc<Semaphore>,
}

impl Database {
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        let Turns { readers, writers } = storage.turns();
        let turns = |count: u32| Arc::new(Semaphore::new(count as usize));
        Self { storage, writers: turns(writers), readers: turns(readers) }
    }

    /// Runs the job on one snapshot.
    pub async fn read<T, E>(
        &self,
        job: impl FnOnce(&mut dyn Transaction) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let turn = turn(&self.readers).await?;
        let storage = self.storage.clone();
        finish(tokio::task::spawn_blocking(move || {
            let _turn = turn;
            storage.read(job)
        }))
        .await
    }

    /// Runs the job as the only writer of its organisation; an error rolls everything back. It may be run again from its
    /// start, after what it did was taken back.
    pub async fn write<T, E>(
        &self,
        job: impl FnMut(&mut dyn Transaction) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let turn = turn(&self.writers).await?;
        let storage = self.storage.clone();
        finish(tokio::task::spawn_blocking(move || {
            let _turn = turn;
            storage.write(job)
        }))
        .await
    }

    /// Waits for running jobs and closes the storage. Later jobs are told `Busy`.
    pub async fn close(&self) -> Result<(), StorageError> {
        let _ = self.writers.acquire_many(self.storage.turns().writers).await;
        self.writers.close();
        self.readers.close();
        let storage = self.storage.clone();
        finish(tokio::task::spawn_blocking(move || storage.close())).await
    }
}

async fn turn(semaphore: &Arc<Semaphore>) -> Result<tokio::sync::OwnedSemaphorePermit, StorageError> {
    match tokio::time::timeout(TURN_WAIT, semaphore.clone().acquire_owned()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(StorageError::Busy),
    }
}

async fn finish<T, E: From<StorageError>>(task: tokio::task::JoinHandle<Result<T, E>>) -> Result<T, E> {
    // A job that panicked has rolled back; its request fails, the service goes on.
    task.await.unwrap_or(Err(StorageError::Inconsistent.into()))
}
