//! A keyring that is locked: it is said, nothing takes its place, and once it is open everything goes on.

use crate::office::Office;
use crate::world::{PASSWORD, PHONE, World};
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::profile::{ProfileId, ServicePlace, SignIn, SignInOutcome};
use mingce_ipc::roster::Column;
use mingce_vault::{Sensitive, Vault, VaultError};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

/// A keyring as the system has it, locked until somebody opens it.
#[derive(Default)]
struct Keyring {
    is_open: AtomicBool,
    secrets: Mutex<HashMap<String, Vec<u8>>>,
}

struct OfSystem(Arc<Keyring>);

impl OfSystem {
    fn ask<T>(&self, work: impl FnOnce(&mut HashMap<String, Vec<u8>>) -> T) -> Result<T, VaultError> {
        if !self.0.is_open.load(Ordering::Relaxed) {
            return Err(VaultError::KeyringLocked);
        }
        Ok(work(&mut self.0.secrets.lock().expect("nobody panicked with it")))
    }
}

impl Vault for OfSystem {
    fn load(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, VaultError> {
        self.ask(|secrets| secrets.get(name).cloned().map(Sensitive::new))
    }
    fn store(&self, name: &str, secret: &Sensitive<Vec<u8>>) -> Result<(), VaultError> {
        self.ask(|secrets| drop(secrets.insert(name.to_owned(), secret.reveal().clone())))
    }
    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.ask(|secrets| drop(secrets.remove(name)))
    }
}

/// Every file below the folder, and what it holds.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it reads").path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else {
            found.push((entry.clone(), std::fs::read(&entry).unwrap_or_default()));
        }
    }
    found
}

fn names(folder: &Path) -> BTreeSet<PathBuf> {
    files(folder).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn with_a_locked_keyring_nothing_opens_and_no_key_lies_in_a_file_instead() {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let keyring = Arc::new(Keyring::default());
    let office = Office::with_vault(&runtime, &world, "here", Box::new(OfSystem(keyring.clone())));
    let home = world.path("here");
    let before = names(&home);
    let sign_in = || {
        let service = ServicePlace::Remote { url: office.line.url() };
        office.app.sign_in(SignIn {
            service,
            phone: PHONE.into(),
            password: PASSWORD.into(),
            organisation: None,
            code: None,
        })
    };
    assert_eq!(sign_in().err().map(|failure| failure.code), Some(Code::KeyringLocked));
    assert_eq!(names(&home), before, "neither a key nor a roster that nobody could open");

    keyring.is_open.store(true, Ordering::Relaxed);
    let Ok(SignInOutcome::Open { profile }) = sign_in() else { panic!("the keyring is open") };
    let member = office.add(&[(Column::Name, "单于婷")]);
    office.app.close_profile(Nothing {}).expect("a roster is open");

    // Locked again while the program is closed: the roster stays shut, and stays as it is.
    keyring.is_open.store(false, Ordering::Relaxed);
    let there = names(&home);
    let opened = office.app.open_profile(ProfileId { id: profile.id.clone() });
    assert_eq!(opened.err().map(|failure| failure.code), Some(Code::KeyringLocked));
    assert_eq!(names(&home), there);
    let secrets: Vec<Vec<u8>> = keyring.secrets.lock().expect("nobody panicked with it").values().cloned().collect();
    assert!(!secrets.is_empty());
    for (path, bytes) in files(&home) {
        let holds = |secret: &Vec<u8>| bytes.windows(secret.len()).any(|part| part == secret.as_slice());
        assert!(!secrets.iter().any(holds), "a secret lies in {}", path.display());
    }
    keyring.is_open.store(true, Ordering::Relaxed);
    office.app.open_profile(ProfileId { id: profile.id }).expect("the keyring is open");
    assert_eq!(office.cell(&member, Column::Name).as_deref(), Some("单于婷"));
}
