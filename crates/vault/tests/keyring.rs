//! The vault against the real keyring of this session.
//!
//! Runs when `MINGCE_TEST_KEYRING=1` says that there is one to write to (`cargo xtask test` starts one of its own);
//! otherwise says that it was left out.
#![cfg(any(target_os = "linux", target_os = "windows", target_os = "macos"))]

use mingce_vault::{DatabaseKey, KeyringVault, Sensitive, Vault};

fn has_keyring() -> bool {
    let has = std::env::var("MINGCE_TEST_KEYRING").is_ok_and(|value| value == "1");
    if !has {
        eprintln!("left out: MINGCE_TEST_KEYRING is not 1, no keyring to test with");
    }
    has
}

#[test]
fn a_database_key_survives_in_the_keyring() {
    if !has_keyring() {
        return;
    }
    let name = format!("test/{}", std::process::id());
    let vault = KeyringVault::new();
    vault.probe().unwrap();
    assert!(vault.load(&name).unwrap().is_none());
    let key = DatabaseKey::generate().unwrap();
    vault.store(&name, &key.to_secret()).unwrap();

    let again = KeyringVault::new();
    let found = DatabaseKey::from_secret(&again.load(&name).unwrap().unwrap()).unwrap();
    assert_eq!(found.as_bytes(), key.as_bytes());
    again.store(&name, &Sensitive::new(vec![0, 255, 10])).unwrap();
    assert_eq!(vault.load(&name).unwrap().unwrap().reveal(), &[0, 255, 10]);
    vault.remove(&name).unwrap();
    vault.remove(&name).unwrap();
    assert!(again.load(&name).unwrap().is_none());
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_without_a_keyring_says_so() {
    // Another process, because the address of the session bus is the process's own.
    if std::env::var("MINGCE_TEST_NO_BUS").is_ok() {
        assert!(matches!(KeyringVault::new().load("a"), Err(mingce_vault::VaultError::KeyringMissing)));
        return;
    }
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_session_without_a_keyring_says_so"])
        .env("MINGCE_TEST_NO_BUS", "1")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .status()
        .unwrap();
    assert!(status.success());
}
