//! Where the service of a test keeps its data: a file in a folder of its own, or a schema of its own in the PostgreSQL
//! database that `MINGCE_TEST_DATABASE` names. Every test here runs on both.

use mingce_service::DatabaseAddress;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_postgres::{Client, NoTls};

const FILE: &str = "service.db";
const COPY: &str = "copy.db";

pub enum TestDatabase {
    File(PathBuf),
    Schema(Schema),
}

impl TestDatabase {
    pub fn in_folder(folder: &Path) -> Self {
        match std::env::var("MINGCE_TEST_DATABASE") {
            Ok(url) if !url.is_empty() => Self::Schema(Schema::make(url)),
            _ => Self::File(folder.to_owned()),
        }
    }

    pub fn address(&self) -> Option<DatabaseAddress> {
        match self {
            Self::File(_) => None,
            Self::Schema(schema) => {
                Some(DatabaseAddress::parse(&schema.own_url(), None, None).expect("a good address"))
            }
        }
    }

    /// Changes something behind the service's back. No service may be running.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::File(folder) => {
                let file = rusqlite::Connection::open(folder.join(FILE)).expect("the file opens");
                file.execute_batch(sql).expect("the statement runs");
            }
            Self::Schema(schema) => schema.run(&format!("SET search_path TO {}; {sql}", schema.name)),
        }
    }

    /// The answer's cells as text; `None` for NULL. No service may be running.
    pub fn query(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::File(folder) => {
                let file = rusqlite::Connection::open(folder.join(FILE)).expect("the file opens");
                let mut statement = file.prepare(sql).expect("the statement is one");
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect());
                rows.expect("the statement runs").collect::<Result<_, _>>().expect("cells are text")
            }
            Self::Schema(schema) => ask(&schema.own_url(), async |client| {
                let rows = client.query(sql, &[]).await.unwrap();
                rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
            }),
        }
    }

    /// Keeps what there is now. No service may be running.
    pub fn keep_copy(&self) {
        match self {
            Self::File(folder) => {
                assert!(!folder.join(format!("{FILE}-wal")).exists(), "a service that stops leaves one whole file");
                std::fs::copy(folder.join(FILE), folder.join(COPY)).expect("the file can be copied");
            }
            Self::Schema(schema) => {
                let name = &schema.name;
                let mut sql = format!("CREATE SCHEMA {name}_copy;");
                for table in schema.tables() {
                    sql.push_str(&format!("CREATE TABLE {name}_copy.{table} AS TABLE {name}.{table};"));
                }
                schema.run(&sql);
            }
        }
    }

    /// Puts the copy back by hand, behind the service's back. No service may be running.
    pub fn put_copy_back(&self) {
        match self {
            Self::File(folder) => {
                assert!(!folder.join(format!("{FILE}-wal")).exists(), "a service that stops leaves one whole file");
                std::fs::copy(folder.join(COPY), folder.join(FILE)).expect("the file can be copied");
            }
            Self::Schema(schema) => {
                let name = &schema.name;
                let mut sql = String::new();
                for table in schema.tables() {
                    sql.push_str(&format!(
                        "DELETE FROM {name}.{table}; INSERT INTO {name}.{table} SELECT * FROM {name}_copy.{table};"
                    ));
                }
                schema.run(&sql);
            }
        }
    }
}

/// A schema in a database; goes with the value.
pub struct Schema {
    url: String,
    name: String,
}

impl Schema {
    fn make(url: String) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(1);
        let name = format!("mingce_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let schema = Self { url, name };
        let name = &schema.name;
        // A process of the same number may have been killed before it could clear away.
        schema.run(&format!(
            "DROP SCHEMA IF EXISTS {name} CASCADE; DROP SCHEMA IF EXISTS {name}_copy CASCADE; CREATE SCHEMA {name}"
        ));
        schema
    }

    /// An address whose tables lie in this schema.
    pub fn own_url(&self) -> String {
        let sign = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{sign}options=-csearch_path%3D{}", self.url, self.name)
    }

    fn tables(&self) -> Vec<String> {
        let sql = format!("SELECT tablename::text FROM pg_tables WHERE schemaname='{}'", self.name);
        ask(&self.url, async move |client| {
            client.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
        })
    }

    pub fn run(&self, sql: &str) {
        ask(&self.url, async move |client| client.batch_execute(sql).await.unwrap());
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!(
            "SET lock_timeout='5s'; DROP SCHEMA IF EXISTS {0} CASCADE; DROP SCHEMA IF EXISTS {0}_copy CASCADE; \
             DO $$ DECLARE one text; BEGIN FOR one IN SELECT nspname FROM pg_namespace WHERE nspname LIKE '{0}\\_before\\_%' \
             LOOP EXECUTE format('DROP SCHEMA %I CASCADE', one); END LOOP; END $$",
            self.name
        );
        // What stays behind is in nobody's way.
        ask(&self.url, async move |client| drop(client.batch_execute(&sql).await));
    }
}

/// A connection that the test's own runtime drives.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test database");
    tokio::spawn(connection);
    client
}

/// Asks the database on a thread of its own, so that a test that drives a runtime can wait for it.
pub fn ask<T: Send>(url: &str, question: impl AsyncFnOnce(&mut Client) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (mut client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test database");
                let driver = tokio::spawn(connection);
                let answer = question(&mut client).await;
                drop(client);
                driver.await.unwrap().unwrap();
                answer
            })
        });
        asking.join().expect("the database answers")
    })
}
