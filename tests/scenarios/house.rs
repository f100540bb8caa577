//! A service whose insides a test may read: the same routes over HTTP, and the change log beside them.

use crate::database::TestDatabase;
use crate::world::{Chance, Place, new_folder, options};
use mingce_model::{Kind, OrganisationId, RecordId, Value, Verb};
use mingce_protocol::SignedIn;
use mingce_service::storage::{ChangeRow, StorageError};
use mingce_service::{Service, router};
use mingce_testkit::Clock;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub struct House {
    service: Arc<Service>,
    address: SocketAddr,
    serving: JoinHandle<()>,
    founded: AtomicU64,
    folder: TempDir,
    _database: TestDatabase,
}

impl House {
    pub async fn open() -> Self {
        let folder = new_folder();
        let database = TestDatabase::in_folder(&folder.path().join("service"));
        let options = options(folder.path(), &Arc::new(Clock::fixed()), &Chance::new(0), &database);
        let open = move || Service::open(&options, "https://join.example.cn".into());
        let opened = tokio::task::spawn_blocking(open).await.expect("opening does not panic");
        let service = opened.expect("the service opens");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let routes = router(service.clone());
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("serving goes on until it is ended");
        });
        Self { service, address, serving, founded: AtomicU64::new(0), folder, _database: database }
    }

    /// A new organisation, and its first administrator's token.
    pub async fn found(&self) -> (Place, SignedIn) {
        let number = self.founded.fetch_add(1, Ordering::SeqCst);
        let chance = Chance::new(number + 1);
        let place = Place {
            address: self.address,
            organisation: OrganisationId(chance.id()),
            clock: Arc::new(Clock::fixed()),
            chance,
            folder: self.folder.path().join(format!("organisation-{number}")),
        };
        let signed_in = place.direct().create_organisation(&place.form()).await.expect("the organisation is made");
        (place, signed_in)
    }

    /// What the change log says of a record, newest first.
    pub async fn changes(&self, organisation: OrganisationId, kind: Kind, id: RecordId) -> Vec<Logged> {
        let rows = self.service.database.read(move |transaction| -> Result<Vec<ChangeRow>, StorageError> {
            let organisation = transaction.find_organisation(organisation)?.expect("it was founded");
            transaction.load_changes(organisation.key, kind, id, 10_000)
        });
        rows.await.expect("the log reads").into_iter().map(|row| Logged::read(kind, &row)).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One line of the change log: what the fields became.
#[derive(Debug)]
pub struct Logged {
    pub verb: Verb,
    pub became: HashMap<String, Value>,
}

impl Logged {
    fn read(kind: Kind, row: &ChangeRow) -> Self {
        let became = if row.verb == Verb::Create {
            let values: Vec<Value> = serde_json::from_str(&row.changes).expect("the log holds JSON");
            kind.fields().iter().zip(values).map(|(field, value)| (field.name().to_owned(), value)).collect()
        } else {
            let pairs: HashMap<String, (Value, Value)> =
                serde_json::from_str(&row.changes).expect("the log holds JSON");
            pairs.into_iter().map(|(name, (_, after))| (name, after)).collect()
        };
        Self { verb: row.verb, became }
    }
}
