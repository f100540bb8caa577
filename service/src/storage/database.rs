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

    /// Whether other instances of the service may write here too.
    pub fn is_shared(&self) -> bool {
        self.storage.is_shared()
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
    task.await.unwrap_or_else(|_| Err(StorageError::Inconsistent.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::storage::sqlite::Sqlite;
    use std::sync::Mutex;
    use tracing_subscriber::fmt::MakeWriter;

    /// What was logged, from whatever thread.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Self;
        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn jobs_that_go_well_log_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(Arc::new(Sqlite::open(folder.path(), None).unwrap()));
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).finish();
        let told = tracing::Dispatch::new(subscriber);
        let listening = told.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&listening)))
            .build()
            .unwrap();
        tracing::dispatcher::with_default(&told, || {
            runtime.block_on(async {
                database.read(|_| Ok::<_, Failure>(())).await.unwrap();
                database.write(|_| Ok::<_, Failure>(())).await.unwrap();
                assert_eq!(String::from_utf8_lossy(&lines.0.lock().unwrap()), "");
                // What fails is told all the same.
                let failed = database.read(|_| Err::<(), Failure>(StorageError::Busy.into())).await;
                assert!(failed.is_err());
            });
        });
        assert!(String::from_utf8_lossy(&lines.0.lock().unwrap()).contains("storage failed"));
    }
}
