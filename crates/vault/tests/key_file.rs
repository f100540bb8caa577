//! The key file and the secrets sealed with it, on a real disk.

use mingce_vault::{DatabaseKey, FileVault, Sensitive, Vault, VaultError};
use std::fs;

fn bytes(text: &str) -> Sensitive<Vec<u8>> {
    Sensitive::new(text.as_bytes().to_vec())
}

#[test]
fn a_secret_is_found_again_by_another_process_with_the_same_key_file() {
    let home = tempfile::tempdir().unwrap();
    let key_file = home.path().join("key");
    let key = DatabaseKey::generate().unwrap();
    let vault = FileVault::create(&key_file, home.path()).unwrap();
    assert!(vault.load("database/1").unwrap().is_none());
    vault.store("database/1", &key.to_secret()).unwrap();
    vault.store("device/1", &bytes("token")).unwrap();
    vault.store("device/1", &bytes("another token")).unwrap();

    let again = FileVault::open(&key_file, home.path()).unwrap();
    let found = DatabaseKey::from_secret(&again.load("database/1").unwrap().unwrap()).unwrap();
    assert_eq!(found.as_bytes(), key.as_bytes());
    assert_eq!(again.load("device/1").unwrap().unwrap().reveal(), b"another token");
    again.remove("device/1").unwrap();
    again.remove("device/1").unwrap();
    assert!(vault.load("device/1").unwrap().is_none());
}

#[test]
fn a_key_file_is_never_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let key_file = home.path().join("key");
    FileVault::create_key_file(&key_file).unwrap();
    let before = fs::read(&key_file).unwrap();
    assert!(matches!(FileVault::create_key_file(&key_file), Err(VaultError::KeyFileExists)));
    assert_eq!(fs::read(&key_file).unwrap(), before);
    assert_eq!(before.len(), 65);
}

#[test]
fn opening_never_makes_a_key() {
    let home = tempfile::tempdir().unwrap();
    let key_file = home.path().join("key");
    assert!(matches!(FileVault::open(&key_file, home.path()), Err(VaultError::KeyFileMissing)));
    assert!(!key_file.exists());
}

#[test]
fn a_malformed_key_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    for (number, content) in ["", "abc", &"g".repeat(64), &"0".repeat(65), &"名".repeat(40)].iter().enumerate() {
        let path = home.path().join(number.to_string());
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        assert!(matches!(FileVault::open(&path, home.path()), Err(VaultError::KeyFileMalformed)), "{number}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let key_file = home.path().join("key");
    FileVault::create_key_file(&key_file).unwrap();
    assert_eq!(fs::metadata(&key_file).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(&key_file, fs::Permissions::from_mode(mode)).unwrap();
        assert!(matches!(FileVault::open(&key_file, home.path()), Err(VaultError::KeyFileExposed)));
    }
}

#[test]
fn another_key_or_a_changed_byte_opens_nothing() {
    let home = tempfile::tempdir().unwrap();
    let vault = FileVault::create(&home.path().join("key"), home.path()).unwrap();
    vault.store("device/1", &bytes("token of the office")).unwrap();
    FileVault::create_key_file(&home.path().join("other")).unwrap();
    let other = FileVault::open(&home.path().join("other"), home.path()).unwrap();
    assert!(matches!(other.load("device/1"), Err(VaultError::SealBroken)));
    assert!(matches!(other.store("device/1", &bytes("x")), Err(VaultError::SealBroken)));

    let sealed_path = home.path().join("vault.sealed");
    let sealed = fs::read(&sealed_path).unwrap();
    for at in [0, sealed.len() / 2, sealed.len() - 1] {
        let mut spoiled = sealed.clone();
        spoiled[at] ^= 1;
        fs::write(&sealed_path, &spoiled).unwrap();
        assert!(matches!(vault.load("device/1"), Err(VaultError::SealBroken)));
    }
    fs::write(&sealed_path, &sealed[..20]).unwrap();
    assert!(matches!(vault.load("device/1"), Err(VaultError::SealBroken)));
}

#[test]
fn neither_names_nor_secrets_are_readable_in_the_sealed_file() {
    let home = tempfile::tempdir().unwrap();
    let vault = FileVault::create(&home.path().join("key"), home.path()).unwrap();
    vault.store("device/zhongguancun", &bytes("a very plain token")).unwrap();
    let sealed = fs::read(home.path().join("vault.sealed")).unwrap();
    for plain in ["zhongguancun", "a very plain token", &data_encoding::BASE64.encode(b"a very plain token")] {
        assert!(!sealed.windows(plain.len()).any(|part| part == plain.as_bytes()));
    }
}
