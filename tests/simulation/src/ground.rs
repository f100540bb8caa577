//! Where the service of a history keeps its data: a file in a folder of its own, or a schema of its own in the PostgreSQL
//! database that `MINGCE_TEST_DATABASE` names.

use crate::folders::{self, Files};
use crate::power;
use mingce_service::DatabaseAddress;
use mingce_service::storage::Storage;
use mingce_service::storage::postgres::Postgres;
use mingce_service::storage::sqlite::Sqlite;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

const FILE: &str = "service.db";

pub enum Ground {
    Folder { folder: TempDir, witness: rusqlite::Connection },
    Schema(Schema),
}

/// What a service left behind or a backup holds; may be laid again and again.
#[derive(Clone)]
pub enum Kept {
    Files(Files),
    /// A schema with a copy of every table.
    Copy(Arc<Schema>),
}

impl Ground {
    /// Fresh ground, and the storage on it.
    pub fn new() -> (Self, Arc<dyn Storage>) {
        match database() {
            None => Self::on_files(&Files::default()),
            Some(url) => Self::on_schema(Schema::make(url)),
        }
    }

    pub fn on(kept: &Kept) -> (Self, Arc<dyn Storage>) {
        match kept {
            Kept::Files(files) => Self::on_files(files),
            Kept::Copy(copy) => {
                let made = Self::on_schema(Schema::make(copy.url.clone()));
                if let Self::Schema(schema) = &made.0 {
                    schema.take(copy);
                }
                made
            }
        }
    }

    fn on_files(files: &Files) -> (Self, Arc<dyn Storage>) {
        let folder = folders::fresh();
        files.lay(folder.path());
        let storage = Arc::new(Sqlite::open(folder.path(), None).expect("the service's database opens"));
        let witness = rusqlite::Connection::open(folder.path().join(FILE)).expect("the database opens");
        (Self::Folder { folder, witness }, storage)
    }

    fn on_schema(schema: Schema) -> (Self, Arc<dyn Storage>) {
        let storage = Arc::new(Postgres::open(schema.address()).expect("the service's database opens"));
        (Self::Schema(schema), storage)
    }

    /// A folder for what a service keeps outside of its database: nothing yet.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Folder { folder, .. } => folder.path(),
            Self::Schema(_) => Path::new("/nonexistent"),
        }
    }

    /// A backup as an operator makes one.
    pub fn keep(&self) -> Kept {
        match self {
            Self::Folder { folder, .. } => Kept::Files(Files::of(folder.path())),
            Self::Schema(schema) => {
                let copy = Schema::make(schema.url.clone());
                copy.copy_tables_of(schema);
                Kept::Copy(Arc::new(copy))
            }
        }
    }

    /// What is there after the process was killed. The files are looked at while it still has them open: closing them
    /// would tidy up. PostgreSQL's server goes on as it was.
    pub fn after_kill(self) -> (Self, Arc<dyn Storage>) {
        match self {
            Self::Folder { folder, .. } => Self::on_files(&Files::of(folder.path())),
            Self::Schema(schema) => Self::on_schema(schema),
        }
    }

    /// What is there after the power failed; where disks are not simulated, the same as after a kill.
    pub fn after_power_cut(self, seed: u64) -> (Self, Arc<dyn Storage>) {
        match self {
            Self::Folder { folder, .. } => Self::on_files(&power::files_after_cut(folder.path(), seed)),
            Self::Schema(schema) => Self::on_schema(schema),
        }
    }

    /// Changes something behind the service's back.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::Folder { witness, .. } => witness.execute_batch(sql).expect("the statement runs"),
            Self::Schema(schema) => schema.run(sql),
        }
    }

    /// A number in the database, read beside the service.
    pub fn look(&self, sql: &str) -> u64 {
        let number: i64 = match self {
            Self::Folder { witness, .. } => {
                let mut statement = witness.prepare_cached(sql).expect("the statement is sound");
                statement.query_row([], |row| row.get(0)).expect("the database can be read")
            }
            Self::Schema(schema) => schema.number(sql),
        };
        number.unsigned_abs()
    }
}

fn database() -> Option<String> {
    std::env::var("MINGCE_TEST_DATABASE").ok().filter(|url| !url.is_empty())
}

/// Whether histories run over PostgreSQL.
pub fn is_postgres() -> bool {
    database().is_some()
}

/// A schema in a database; goes with the value.
pub struct Schema {
    url: String,
    name: String,
}

impl Schema {
    fn make(url: String) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(1);
        let name = format!("simulated_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let schema = Self { url, name };
        let name = &schema.name;
        // A process of the same number may have been killed before it could clear away.
        ask(&schema.url, &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"));
        schema
    }

    fn address(&self) -> DatabaseAddress {
        let sign = if self.url.contains('?') { '&' } else { '?' };
        let own = format!("{}{sign}options=-csearch_path%3D{}", self.url, self.name);
        DatabaseAddress::parse(&own, None, None).expect("a good address")
    }

    fn run(&self, sql: &str) {
        ask(&self.url, &format!("SET search_path TO {}; {sql}", self.name));
    }

    fn number(&self, sql: &str) -> i64 {
        let first = format!("SET search_path TO {}", self.name);
        with_client(&self.url, async |client| {
            client.batch_execute(&first).await.expect("the schema is there");
            client.query_one(sql, &[]).await.expect("the database answers").get(0)
        })
    }

    fn tables(&self) -> Vec<String> {
        let sql = format!("SELECT tablename::text FROM pg_tables WHERE schemaname='{}'", self.name);
        with_client(&self.url, async |client| {
            client.query(&sql, &[]).await.expect("the database answers").iter().map(|row| row.get(0)).collect()
        })
    }

    fn copy_tables_of(&self, other: &Self) {
        let copied = |table: String| format!("CREATE TABLE {}.{table} AS TABLE {}.{table};", self.name, other.name);
        ask(&self.url, &other.tables().into_iter().map(copied).collect::<String>());
    }

    /// The rows of the copy instead of what is here.
    fn take(&self, copy: &Self) {
        let taken = |table: String| {
            let (here, there) = (&self.name, &copy.name);
            format!("DELETE FROM {here}.{table}; INSERT INTO {here}.{table} SELECT * FROM {there}.{table};")
        };
        ask(&self.url, &copy.tables().into_iter().map(taken).collect::<String>());
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("SET lock_timeout='5s'; DROP SCHEMA IF EXISTS {} CASCADE", self.name);
        // What stays behind is in nobody's way.
        with_client(&self.url, async |client| drop(client.batch_execute(&sql).await));
    }
}

fn ask(url: &str, sql: &str) {
    with_client(url, async |client| client.batch_execute(sql).await.expect("the database does it"));
}

/// Asks on a runtime of its own, on a thread of its own.
fn with_client<T: Send>(url: &str, question: impl AsyncFnOnce(&mut Client) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
            runtime.block_on(async {
                let (mut client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test database");
                let driver = tokio::spawn(connection);
                let answer = question(&mut client).await;
                drop(client);
                driver.await.expect("the driver ends").expect("the connection closes");
                answer
            })
        });
        asking.join().expect("the database answers")
    })
}
