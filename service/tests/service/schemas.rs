//! A database of every schema that was ever in use opens, still knows its people and can be worked with.

use crate::database::TestDatabase;
use crate::desk::{Desk, House, PASSWORD};
use mingce_model::{Edit, Field, Kind, Record};
use mingce_protocol::{SignIn, SignedIn};
use std::path::PathBuf;

const PHONE: &str = "13800138000";
/// Schemas with a file kept of them, the oldest first. `MINGCE_KEEP_SCHEMA=1` writes the last, once before its release.
const KEPT: [u32; 1] = [2];
const DATABASE: &str = "service.db";

fn fixture(schema: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{schema}.db"))
}

/// A class with a pupil, one who was removed, and an administrator to sign in as.
async fn write_sample(desk: &mut Desk<'_>) {
    let class = desk.department("高一3班", None);
    let person = desk.member("尉迟恭").with(Field::MemberDepartment, class.id).with(Field::MemberPhone, "13912345678");
    let gone = desk.member("离开的人");
    let edits = [Edit::create(&class), Edit::create(&person), Edit::create(&gone), Edit::remove(&gone)];
    assert_eq!(desk.push(&edits).await.exceptions, []);
}

#[tokio::test]
async fn keep_the_schema_of_this_version_as_a_fixture_when_asked() {
    if std::env::var_os("MINGCE_KEEP_SCHEMA").is_none() {
        assert!(KEPT.iter().all(|schema| fixture(*schema).exists()), "every released schema has its fixture");
        return;
    }
    let house = House::open();
    write_sample(&mut house.found(PHONE).await).await;
    let target = fixture(KEPT[KEPT.len() - 1]);
    assert!(!target.exists(), "a fixture is never changed");
    std::fs::create_dir_all(target.parent().expect("fixtures lie in a folder")).unwrap();
    let folder = house.folder.path();
    house.restart(|_| {
        assert!(!folder.join(format!("{DATABASE}-wal")).exists());
        std::fs::copy(folder.join(DATABASE), target).unwrap();
    });
}

#[tokio::test]
async fn a_database_of_every_kept_schema_opens_and_can_be_worked_with() {
    for schema in KEPT {
        let house = House::open();
        if matches!(house.database, TestDatabase::Schema(_)) {
            // There was only one schema on PostgreSQL so far.
            return;
        }
        let folder = house.folder.path();
        house.restart(|_| {
            std::fs::copy(fixture(schema), folder.join(DATABASE)).unwrap();
        });
        let form = SignIn { phone: PHONE.into(), password: PASSWORD.into(), device: "教务处".into(), code: None };
        let signed_in: SignedIn = house.post_json("/v1/sign-in", &form).await.json();
        let mut desk = Desk::new(&house, signed_in.organisations[0].id, signed_in.token);
        let pulled = desk.pull().await;
        let person = pulled.iter().find(|it| it.kind == Kind::Member && it.values.is_some()).expect("a member");
        let known = Record {
            kind: Kind::Member,
            id: person.id,
            ver: person.ver,
            values: person.values.clone().expect("a live record"),
        };
        assert_eq!(known.text(Field::MemberName), Some("尉迟恭"), "schema {schema}");
        let changed = known.clone().with(Field::MemberPhone, "13700137000");
        let edits = [Edit::between(&known, &changed).expect("the phones differ"), Edit::create(&desk.member("李娜"))];
        assert_eq!(desk.push(&edits).await.exceptions, []);
        let read = desk.look(Kind::Member, person.id).await.expect("still there");
        assert_eq!(read.text(Field::MemberPhone), Some("13700137000"), "schema {schema}");
    }
}
