//! Opening, refusing to open, and what lies on the disk.

use crate::support::*;
use mingce_model::custom::value_id;
use mingce_model::{Edit, Field, Kind, Record};
use mingce_store::{Label, Store, StoreError, database_path, set_aside};
use std::fs;

#[test]
fn a_second_opening_is_refused_until_the_first_is_closed() {
    let desk = Desk::new();
    assert!(matches!(Store::open(&desk.path(), &KEY), Err(StoreError::InUse)));
    assert!(matches!(Store::create(&desk.path(), &KEY, &identity()), Err(StoreError::InUse)));
    assert!(matches!(set_aside(&desk.path(), NOW), Err(StoreError::InUse)));
    desk.reopened();
}

#[test]
fn a_roster_is_never_made_over_another() {
    let desk = Desk::new();
    let path = desk.path();
    let whose = desk.store.identity().clone();
    let desk = desk.reopened();
    assert_eq!(desk.store.identity(), &whose);
    let dir = desk.closed();
    assert!(matches!(Store::create(&path, &KEY, &identity()), Err(StoreError::RosterExists)));
    drop(dir);
}

#[test]
fn an_empty_folder_has_no_roster() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(dir.path(), &KEY), Err(StoreError::NoRoster)));
    assert!(matches!(set_aside(dir.path(), NOW), Err(StoreError::NoRoster)));
}

#[test]
fn a_roster_that_was_half_made_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("roster.unfinished")).unwrap();
    fs::write(dir.path().join("roster.unfinished/roster.db"), b"half").unwrap();
    assert!(matches!(Store::open(dir.path(), &KEY), Err(StoreError::NoRoster)));
    drop(Store::create(dir.path(), &KEY, &identity()).unwrap());
    drop(Store::open(dir.path(), &KEY).unwrap());
    assert!(!dir.path().join("roster.unfinished").exists());
}

#[test]
fn a_wrong_key_a_foreign_file_and_a_damaged_one_are_told_apart() {
    let desk = Desk::new();
    desk.write(Label::Add, (0..500).map(|number| Edit::create(&member(&format!("成员{number}")))));
    let copy = desk.killed();
    let path = copy.path();
    let dir = copy.closed();
    assert!(matches!(Store::open(&path, &[1; 32]), Err(StoreError::WrongKey)));

    let file = database_path(&path);
    let whole = fs::read(&file).unwrap();
    let mut spoiled = whole.clone();
    spoiled[100] ^= 1;
    fs::write(&file, &spoiled).unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(StoreError::Damaged)));

    fs::write(&file, b"SQLite format 3\0 and nothing more").unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(StoreError::NotARoster)));
    fs::remove_file(file.with_file_name("roster.key")).unwrap();
    fs::write(&file, vec![7; 8_192]).unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(StoreError::NotARoster)));
    drop(dir);
}

#[test]
fn damage_inside_the_file_is_found_by_the_check_up() {
    let desk = Desk::new();
    desk.write(Label::Add, (0..2_000).map(|number| Edit::create(&member(&format!("成员{number}")))));
    desk.store.check_integrity().unwrap();
    let desk = desk.reopened();
    let path = desk.path();
    let dir = desk.closed();
    let file = database_path(&path);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let store = Store::open(&path, &KEY).unwrap();
    assert!(matches!(store.check_integrity(), Err(StoreError::Damaged)));
    drop((store, dir));
}

#[test]
fn a_damaged_roster_is_kept_aside_and_a_new_one_made() {
    let desk = Desk::new();
    let path = desk.path();
    let dir = desk.closed();
    fs::write(database_path(&path), b"spoiled").unwrap();
    assert!(Store::open(&path, &KEY).is_err());
    let aside = set_aside(&path, NOW).unwrap();
    assert_eq!(fs::read(aside.join("roster.db")).unwrap(), b"spoiled");
    drop(Store::create(&path, &KEY, &identity()).unwrap());
    let second = set_aside(&path, NOW).unwrap();
    assert_ne!(aside, second);
    drop(dir);
}

#[test]
fn nothing_personal_is_readable_on_the_disk() {
    let desk = Desk::new();
    let person = member("欧阳子虚").with(Field::MemberPhone, "13800138000").with(Field::MemberNote, "zhongguancun");
    desk.write(Label::Add, [Edit::create(&person)]);
    desk.store.set_setting("import/mapping", &serde_json::json!({"heading": "zhongguancun"})).unwrap();
    let mut read = 0;
    for entry in fs::read_dir(desk.path().join("roster")).unwrap().chain(fs::read_dir(desk.path()).unwrap()) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        read += bytes.len();
        for plain in ["欧阳子虚", "13800138000", "zhongguancun", "ouyang", "CREATE TABLE"] {
            assert!(!bytes.windows(plain.len()).any(|part| part == plain.as_bytes()), "{plain} in {path:?}");
        }
    }
    assert!(read > 10_000);
}

/// The roster that is kept as a file for every schema that was ever in use.
fn write_sample(desk: &Desk) -> [mingce_model::Record; 3] {
    let class = department("高一3班", None);
    let person = member("尉迟恭").with(Field::MemberDepartment, class.id).with(Field::MemberEntryYear, 2026);
    let gone = member("离开的人");
    desk.write(Label::Add, [&class, &person, &gone].map(Edit::create));
    desk.set(&person, Field::MemberPhone, "13800138000");
    desk.write(Label::Remove, [Edit::remove(&gone)]);
    desk.store.set_setting("columns", &serde_json::json!(["name", "phone"])).unwrap();
    [class, person, gone]
}

/// Schemas with a file kept of them, the oldest first.
const KEPT: [u32; 2] = [1, 2];

fn fixture(schema: u32) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{schema}"))
}

/// Asked once for a new schema, before its release: `MINGCE_KEEP_SCHEMA=1 cargo test -p mingce-store keep_the_schema`.
#[test]
fn keep_the_schema_of_this_version_as_a_fixture_when_asked() {
    if std::env::var_os("MINGCE_KEEP_SCHEMA").is_none() {
        assert!(KEPT.iter().all(|schema| fixture(*schema).join("roster.db").exists()), "every released schema has one");
        return;
    }
    let desk = Desk::new();
    write_sample(&desk);
    let path = desk.path();
    let dir = desk.closed();
    let target = fixture(KEPT[KEPT.len() - 1]);
    assert!(!target.exists(), "a fixture is never changed");
    fs::create_dir_all(&target).unwrap();
    for name in ["roster.db", "roster.key"] {
        fs::copy(path.join("roster").join(name), target.join(name)).unwrap();
    }
    assert!(!path.join("roster/roster.db-wal").exists());
    drop(dir);
}

#[test]
fn a_roster_of_every_kept_schema_opens_and_can_be_worked_with() {
    for schema in KEPT {
        works(&Desk::of_files(&fixture(schema)));
    }
}

fn works(desk: &Desk) {
    let tree = desk.store.departments().unwrap();
    let class = tree.find_path("高一3班").unwrap();
    assert_eq!(class.count, 1);
    let found = desk.store.find_by(Field::MemberName, &"尉迟恭".into(), 10).unwrap();
    assert_eq!(found[0].text(Field::MemberPhone), Some("13800138000"));
    assert_eq!(found[0].reference(Field::MemberDepartment), Some(class.id));
    let query = mingce_store::Query { text: Some("yuchi".into()), ..Default::default() };
    assert_eq!(desk.store.find_members(&query).unwrap().len(), 1);
    assert_eq!(desk.store.setting("columns").unwrap(), Some(serde_json::json!(["name", "phone"])));
    assert_eq!(desk.store.counts().unwrap().waiting, 5);
    let undone = desk.store.undo(&request()).unwrap();
    assert_eq!((undone.label, undone.kept_count), (Label::Remove, 0));
    assert_eq!(desk.store.outbox_page(10).unwrap().len(), 4);
    desk.store.check_integrity().unwrap();
}

#[test]
fn a_custom_field_can_be_made_in_a_roster_of_schema_1() {
    let desk = Desk::of_files(&fixture(1));
    let person = desk.store.find_by(Field::MemberName, &"尉迟恭".into(), 10).unwrap().remove(0);
    let field = text_field("爱好", "ordinary");
    let value = Record::empty(Kind::CustomValue, value_id(person.id, field.id))
        .with(Field::CustomValueMember, person.id)
        .with(Field::CustomValueField, field.id)
        .with(Field::CustomValueValue, "下象棋");
    desk.write(Label::Field, [&field, &value].map(Edit::create));
    let desk = desk.reopened();
    let query = mingce_store::Query { text: Some("象棋".into()), ..Default::default() };
    assert_eq!(desk.store.find_members(&query).unwrap().len(), 1);
    let row = desk.store.member(person.id).unwrap().unwrap();
    assert_eq!(row.custom, [(field.id, "下象棋".to_owned())]);
    desk.store.check_integrity().unwrap();
}

#[test]
fn a_newer_schema_is_left_alone() {
    let desk = Desk::new();
    write_sample(&desk);
    desk.pretend_schema(99);
    let path = desk.path();
    let dir = desk.closed();
    let before = fs::read(database_path(&path)).unwrap();
    let refused = Store::open(&path, &KEY);
    assert!(matches!(refused, Err(StoreError::NewerSchema { found: 99, known: 4 })));
    assert_eq!(fs::read(database_path(&path)).unwrap(), before);
    drop(dir);
}

#[test]
fn an_encrypted_database_of_another_program_is_not_taken_for_a_roster() {
    let desk = Desk::new();
    desk.pretend_application(7);
    let path = desk.path();
    let dir = desk.closed();
    assert!(matches!(Store::open(&path, &KEY), Err(StoreError::NotARoster)));
    drop(dir);
}
