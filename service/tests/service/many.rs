//! Many desktops that listen and do nothing else, at the real program.

use data_encoding::BASE32_NOPAD;
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};
use mingce_service::storage::sqlite::Sqlite;
use mingce_service::storage::{AccountRow, DeviceRow, Standing, Storage, StorageError, Transaction};
use rustix::process::{Resource, getrlimit, setrlimit};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ORGANISATIONS: u64 = 10;
const DEVICES_EACH: u64 = 500;
/// What all of them together may cost.
const MIB_MAX: u64 = 200;

fn id(n: u64) -> RecordId {
    RecordId::from_parts(n, [1; 10])
}

fn organisation(n: u64) -> OrganisationId {
    OrganisationId(id(1_000 + n))
}

fn token(device: u64) -> String {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&device.to_be_bytes());
    format!("mcd_{}", BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
}

/// A database in which all of them have signed in: hashing so many passwords would take minutes.
fn prepare(folder: &Path) {
    let sqlite = Sqlite::open(folder, None).unwrap();
    let storage: &dyn Storage = &sqlite;
    let written = storage.write(|transaction: &mut dyn Transaction| -> Result<(), StorageError> {
        let account = AccountId(id(1));
        let (name, phone) = ("王老师".to_owned(), "13800138000".to_owned());
        transaction.insert_account(&AccountRow { id: account, name, phone, password_hash: String::new() }, 0)?;
        for n in 0..ORGANISATIONS {
            let row = transaction.insert_organisation(organisation(n), [0; 8], 0)?;
            transaction.save_standing(account, row.key, &Standing::owner(), 0)?;
        }
        for n in 0..ORGANISATIONS * DEVICES_EACH {
            // Used until far from now, so that nobody has to note it.
            let device = DeviceRow {
                id: id(10_000 + n),
                account,
                name: String::new(),
                created_at_ms: 0,
                last_used_at_ms: i64::MAX,
            };
            transaction.insert_device(&device, &Sha256::digest(token(n)).into())?;
        }
        Ok(())
    });
    written.unwrap();
    storage.close().unwrap();
}

/// The program, stopped when the test ends, however it ends.
struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mingce-service"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder).env("RUST_LOG", "warn");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split(' ').nth(2).expect("listening on ADDRESS").to_owned();
        Self { child, address }
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().split(' ').next().unwrap().parse().unwrap()
    }

    async fn listen(&self, device: u64) -> TcpStream {
        let mut socket = TcpStream::connect(&self.address).await.unwrap();
        let path = format!("/v1/organisations/{}/events", organisation(device % ORGANISATIONS));
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n", token(device));
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut lines = tokio::io::BufReader::new(&mut socket);
        loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).await.unwrap(), 0, "the service hung up on device {device}");
            if line.starts_with("data: ") {
                return socket;
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_desktops_that_only_listen_cost_little_memory() {
    let count = ORGANISATIONS * DEVICES_EACH;
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    assert!(limit.current.is_none_or(|files| files > count + 200), "this computer lets no program hold so many files");
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let program = Program::start(folder.path());
    let first = program.listen(0).await;
    let before = program.resident_kib();
    let mut streams = vec![first];
    for start in (1..count).step_by(100) {
        let some = (start..count.min(start + 100)).map(|device| program.listen(device));
        streams.extend(futures_util::future::join_all(some).await);
    }
    let grown = program.resident_kib().saturating_sub(before);
    println!("{} streams: {} KiB more, from {before} KiB", streams.len(), grown);
    assert_eq!(streams.len() as u64, count);
    assert!(grown <= MIB_MAX * 1_024, "{grown} KiB");
}
