//! Rosters to test with. Ids and times count up, so that every run is the same.

use mingce_model::id::BatchId;
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_store::{Identity, Label, Operation, Store};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

pub const KEY: [u8; 32] = [0x4b; 32];
pub const NOW: i64 = 1_790_000_000_000;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A fresh id; later ones are greater.
pub fn id() -> RecordId {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    RecordId::from_parts(NOW as u64, random)
}

pub fn identity() -> Identity {
    Identity { organisation: id().into(), account: id().into(), actor: "王老师".into(), replica: id().into() }
}

/// A store in a folder that goes when it goes.
pub struct Desk {
    pub store: Store,
    dir: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("profile"), &KEY, &identity()).unwrap();
        Self { store, dir }
    }
    /// Opens copies of kept database files.
    pub fn of_files(files: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(files, &dir.path().join("profile").join("roster"));
        let store = Store::open(&dir.path().join("profile"), &KEY).unwrap();
        Self { store, dir }
    }
    /// Writes a number into the file's header that only other versions or programs would write.
    pub fn pretend_schema(&self, schema: u32) {
        self.pretend("user_version", schema);
    }
    pub fn pretend_application(&self, application: u32) {
        self.pretend("application_id", application);
    }
    fn pretend(&self, pragma: &str, number: u32) {
        let conn = rusqlite::Connection::open(mingce_store::database_path(&self.path())).unwrap();
        let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        for pragma in [
            format!("PRAGMA key = \"x'{key}'\""),
            "PRAGMA cipher_page_size = 8192".into(),
            "PRAGMA cipher_hmac_algorithm = HMAC_SHA256".into(),
            format!("PRAGMA {pragma} = {number}"),
        ] {
            let mut statement = conn.prepare(&pragma).unwrap();
            let mut rows = statement.query([]).unwrap();
            while rows.next().unwrap().is_some() {}
        }
    }
    /// Closes the store and keeps its folder.
    pub fn closed(self) -> TempDir {
        self.dir
    }
    pub fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("profile")
    }
    /// Closes and opens again, as after a restart.
    pub fn reopened(self) -> Self {
        let Self { store, dir } = self;
        drop(store);
        let store = Store::open(&dir.path().join("profile"), &KEY).unwrap();
        Self { store, dir }
    }
    /// Copies the files as they lie on the disk now, as a killed process leaves them, and opens the copy.
    pub fn killed(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&self.path(), &dir.path().join("profile"));
        let store = Store::open(&dir.path().join("profile"), &KEY).unwrap();
        Self { store, dir }
    }
    pub fn write(&self, label: Label, edits: impl IntoIterator<Item = Edit>) -> BatchId {
        let operation = operation(label);
        self.store.write(&operation, edits).unwrap();
        operation.id
    }
    pub fn get(&self, record: &Record) -> Option<Record> {
        self.store.get(record.kind, record.id).unwrap()
    }
    /// Sets one field of a record as it is now.
    pub fn set(&self, record: &Record, field: Field, value: impl Into<mingce_model::Value>) -> BatchId {
        let before = self.get(record).unwrap();
        let after = before.clone().with(field, value);
        self.write(Label::Edit, Edit::between(&before, &after))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub fn operation(label: Label) -> Operation {
    Operation::new(id().into(), label, "王老师", NOW)
}

pub fn department(name: &str, parent: Option<&Record>) -> Record {
    let department =
        Record::empty(Kind::Department, id()).with(Field::DepartmentName, name).with(Field::DepartmentKind, "class");
    match parent {
        Some(parent) => department.with(Field::DepartmentParent, parent.id),
        None => department,
    }
}

pub fn member(name: &str) -> Record {
    Record::empty(Kind::Member, id()).with(Field::MemberName, name).with(Field::MemberStatus, "active")
}

/// A custom field for texts.
pub fn text_field(name: &str, data_class: &str) -> Record {
    Record::empty(Kind::CustomField, id())
        .with(Field::CustomFieldName, name)
        .with(Field::CustomFieldForm, "text")
        .with(Field::CustomFieldDataClass, data_class)
}

/// Every record of the store, in no particular order of rows: what must be equal when two stores are.
pub fn everything(store: &Store) -> Vec<Record> {
    let mut all = in_order(store);
    all.sort_by_key(|record| (record.kind, record.id));
    all
}

/// Every record of the store as the rows stand: what a person sees who sorts by nothing.
pub fn in_order(store: &Store) -> Vec<Record> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        store
            .scan(kind, &mut |record| {
                all.push(Record { ver: 0, ..record });
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
    }
    all
}

/// Who undoes something, for calls that are no edits of their own.
pub fn request() -> Operation {
    operation(Label::Edit)
}
