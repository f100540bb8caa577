//! Files of a history: in memory where the system has such a place, because thousands of databases are opened and every
//! commit of theirs waits for the disk.

use std::path::Path;
use tempfile::TempDir;

/// A folder of its own that goes when the value goes.
pub fn fresh() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    made.expect("the system gives a temporary folder")
}

/// Files by their path below a folder; held in memory, so that they can be laid out again and again.
#[derive(Clone, Default)]
pub struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    /// What lies in the folder and the folders below it, as it lies there now: for a running program this is what a
    /// killed process leaves behind.
    pub fn of(folder: &Path) -> Self {
        let mut files = Self::default();
        files.collect(folder, "");
        files
    }

    fn collect(&mut self, folder: &Path, below: &str) {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            // The index of the log is memory that SQLite shares, no part of what is on the disk.
            if entry.path().is_dir() {
                self.collect(&entry.path(), &format!("{name}/"));
            } else if !name.ends_with("-shm") {
                self.0.push((name, std::fs::read(entry.path()).expect("the file can be read")));
            }
        }
    }

    /// The same without the databases' logs, as a careless backup program copies them.
    pub fn without_logs(mut self) -> Self {
        self.0.retain(|(name, _)| !name.ends_with("-wal"));
        self
    }

    /// Puts a file in the place of another, or takes it away.
    pub fn put(&mut self, name: &str, bytes: Option<Vec<u8>>) {
        self.0.retain(|(other, _)| other != name);
        self.0.extend(bytes.map(|bytes| (name.to_owned(), bytes)));
    }

    pub fn lay(&self, folder: &Path) {
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
            std::fs::write(path, bytes).expect("a file can be written");
        }
    }
}
