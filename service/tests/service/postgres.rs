//! What only the storage over PostgreSQL has to show: many at once, others in the way, a server that goes away.
//! Without `MINGCE_TEST_DATABASE` there is nothing to show.

use crate::database::{Schema, TestDatabase, ask, connect};
use crate::desk::House;
use mingce_model::id::AccountId;
use mingce_model::{Edit, Field, Kind, RecordId};
use mingce_protocol::{ApiFailure, SignedIn};
use mingce_service::DatabaseAddress;
use mingce_service::storage::postgres::Postgres;
use mingce_service::storage::{AccountRow, DeviceRow, Storage, StorageError, Transaction};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

/// The house's schema, where it has one.
fn schema(house: &House) -> Option<&Schema> {
    match &house.database {
        TestDatabase::File(_) => None,
        TestDatabase::Schema(schema) => Some(schema),
    }
}

fn vers(rows: &[tokio_postgres::Row]) -> Vec<i64> {
    rows.iter().map(|row| row.get(0)).collect()
}

/// The trap that the numbers of an organisation avoid: a sequence counts in the order of asking, not of committing.
#[tokio::test]
async fn a_sequence_as_a_cursor_loses_a_row() {
    let house = House::open();
    let Some(schema) = schema(&house) else { return };
    let (slow, quick) = (connect(&schema.own_url()).await, connect(&schema.own_url()).await);
    slow.batch_execute("CREATE TABLE naive(ver bigserial PRIMARY KEY, what text)").await.unwrap();
    slow.batch_execute("BEGIN; INSERT INTO naive(what) VALUES('slow')").await.unwrap();
    quick.batch_execute("INSERT INTO naive(what) VALUES('quick')").await.unwrap();
    let first = quick.query("SELECT ver FROM naive WHERE ver>0 ORDER BY ver", &[]).await.unwrap();
    slow.batch_execute("COMMIT").await.unwrap();
    let second = quick.query("SELECT ver FROM naive WHERE ver>2 ORDER BY ver", &[]).await.unwrap();
    assert_eq!((vers(&first), vers(&second)), (vec![2], vec![]), "row 1 is there and nobody will ever be told");
}

/// The same in our tables: who comes second waits, and nobody sees its number before the first one's.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_waits_for_the_one_before_it_and_no_reader_skips_a_row() {
    let house = House::open();
    let Some(schema) = schema(&house) else { return };
    let mut desk = house.found("13800138000").await;
    let mut reader = desk.second();
    reader.pull().await;
    let start = desk.head().await;
    // Somebody else's push that has written and not yet committed.
    let client = connect(&schema.own_url()).await;
    let begun = client.batch_execute(
        "BEGIN; UPDATE organisation SET head=head+1; \
         INSERT INTO record_tag(organisation, id, ver, is_deleted) \
         SELECT key, '01999999-0000-7000-8000-000000000001', head, true FROM organisation; \
         INSERT INTO change(organisation, ver, at_ms, received_at, kind, id, verb, changes, chain) \
         SELECT key, head, 0, 0, 11, '01999999-0000-7000-8000-000000000001', 'remove', '{}', chain FROM organisation",
    );
    begun.await.unwrap();
    let edits = [Edit::create(&desk.member("张伟"))];
    let waiting = async {
        let answer = desk.push(&edits).await;
        answer.vers.iter().collect::<Vec<u64>>()
    };
    let others = async {
        loop {
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid()=ANY(pg_blocking_pids(pid))";
            let waits: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
            if waits > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let before: Vec<u64> = reader.pull().await.iter().map(|record| record.ver).collect();
        client.batch_execute("COMMIT").await.unwrap();
        before
    };
    let (pushed, before) = tokio::join!(waiting, others);
    assert_eq!((pushed, before), (vec![start + 2], vec![]));
    let after: Vec<u64> = reader.pull().await.iter().map(|record| record.ver).collect();
    assert_eq!(after, [start + 1, start + 2]);
}

fn open(schema: &Schema) -> Postgres {
    let address = DatabaseAddress::parse(&schema.own_url(), None, None).unwrap();
    std::thread::scope(|scope| scope.spawn(|| Postgres::open(address).unwrap()).join().unwrap())
}

fn account(n: u8) -> AccountRow {
    AccountRow {
        id: AccountId(RecordId::from_parts(0, [n; 10])),
        name: "王老师".into(),
        phone: format!("1380013800{n}"),
        password_hash: String::new(),
    }
}

fn device(n: u8) -> DeviceRow {
    let id = RecordId::from_parts(0, [n; 10]);
    DeviceRow { id, account: account(0).id, name: String::new(), created_at_ms: 0, last_used_at_ms: 0 }
}

fn used_at(storage: &(dyn Storage + 'static)) -> Vec<i64> {
    let devices = storage.read::<_, StorageError>(|transaction| transaction.load_devices(account(0).id)).unwrap();
    devices.iter().map(|device| device.last_used_at_ms).collect()
}

#[test]
fn jobs_in_each_others_way_are_run_again() {
    let house = House::open();
    let Some(schema) = schema(&house) else { return };
    let postgres = open(schema);
    let storage: &dyn Storage = &postgres;
    let devices = |transaction: &mut dyn Transaction| -> Result<(), StorageError> {
        (1..=2).try_for_each(|n| transaction.insert_device(&device(n), &[n; 32]))
    };
    storage.write(devices).unwrap();
    // Each holds what the other wants; the server ends one of them.
    let (both, runs) = (Barrier::new(2), AtomicU32::new(0));
    let crossing = |first: u8, second: u8| {
        let mut is_first_run = true;
        storage.write(|transaction| -> Result<(), StorageError> {
            runs.fetch_add(1, Ordering::SeqCst);
            transaction.save_device_use(device(first).id, 7)?;
            if std::mem::take(&mut is_first_run) {
                both.wait();
            }
            transaction.save_device_use(device(second).id, 7)
        })
    };
    std::thread::scope(|scope| {
        let jobs = [(1, 2), (2, 1)].map(|(first, second)| scope.spawn(move || crossing(first, second)));
        for job in jobs {
            job.join().unwrap().unwrap();
        }
    });
    // Once more, or again where the same one was quicker the second time too.
    assert!(runs.load(Ordering::SeqCst) >= 3);
    assert_eq!(used_at(storage), [7, 7]);
}

#[test]
fn a_job_that_goes_on_after_a_failure_is_not_committed() {
    let house = House::open();
    let Some(schema) = schema(&house) else { return };
    let postgres = open(schema);
    let storage: &dyn Storage = &postgres;
    let refused = storage.write(|transaction| {
        transaction.insert_account(&account(1), 0)?;
        // No text of the database can hold a zero.
        let broken = AccountRow { name: "\0".into(), ..account(2) };
        assert!(transaction.insert_account(&broken, 0).is_err());
        Ok::<_, StorageError>(())
    });
    assert_eq!(refused, Err(StorageError::Inconsistent));
    let found = storage.read(|transaction| transaction.find_account_by_phone(&account(1).phone));
    assert!(matches!(found, Ok::<_, StorageError>(None)));
}

fn end_connections(schema: &Schema) {
    // Only those that have something to do with this schema, by the table that they asked last.
    ask(&schema.own_url(), async |client| {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name=$1";
        client.query(sql, &[&application(schema)]).await.unwrap();
    });
}

/// Tells this test's connections from those of tests beside it.
fn application(schema: &Schema) -> String {
    schema.own_url().rsplit("%3D").next().unwrap().to_owned()
}

fn open_named(schema: &Schema) -> Postgres {
    let url = format!("{}&application_name={}", schema.own_url(), application(schema));
    let address = DatabaseAddress::parse(&url, None, None).unwrap();
    std::thread::scope(|scope| scope.spawn(|| Postgres::open(address).unwrap()).join().unwrap())
}

#[test]
fn a_connection_that_the_server_ended_is_replaced() {
    let house = House::open();
    let Some(schema) = schema(&house) else { return };
    let postgres = open_named(schema);
    let storage: &dyn Storage = &postgres;
    storage.write::<_, StorageError>(|transaction| transaction.insert_account(&account(0), 0)).unwrap();
    end_connections(schema);
    let found = storage.read(|transaction| transaction.find_account_by_phone(&account(0).phone));
    assert!(found.is_ok_and(|found: Option<AccountRow>| found.is_some()));
    // In the middle of a job too, which then is done once and whole.
    let mut runs = 0;
    let added = storage.write::<_, StorageError>(|transaction| {
        runs += 1;
        transaction.insert_account(&account(1), 0)?;
        if runs == 1 {
            end_connections(schema);
        }
        transaction.insert_account(&account(2), 0)
    });
    assert_eq!((added, runs), (Ok(()), 2));
    for n in 1..=2 {
        let found = storage.read(|transaction| transaction.find_account_by_phone(&account(n).phone));
        assert!(found.is_ok_and(|found: Option<AccountRow>| found.is_some()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_take_one_phone_at_the_same_time_are_told_apart() {
    let house = House::open();
    let forms: Vec<_> = (0..3).map(|_| house.organisation_form("13800138000")).collect();
    let asked = forms.iter().map(|form| house.post_json("/v1/organisations", form));
    let mut made = 0;
    for answer in futures_util::future::join_all(asked).await {
        if answer.status.is_success() {
            assert_eq!(answer.json::<SignedIn>().account_name, "王老师");
            made += 1;
        } else {
            assert_eq!(answer.failure().code, ApiFailure::AccountExists);
        }
    }
    assert!(made >= 1);
}

/// A push of many kinds, whose answers must not depend on what was fetched ahead.
#[tokio::test]
async fn edits_of_one_push_see_one_another() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let class = desk.department("高一3班", None);
    let twin = desk.department("高一3班", None);
    let below = desk.department("一组", Some(class.id));
    let person = desk.member("张伟").with(Field::MemberCardNumber, "S1").with(Field::MemberDepartment, below.id);
    let same = desk.member("李娜").with(Field::MemberCardNumber, "S1");
    let freed = person.clone().with(Field::MemberCardNumber, "S2");
    let again = desk.member("王芳").with(Field::MemberCardNumber, "S1");
    let edits = [
        Edit::create(&class),
        Edit::create(&twin),
        Edit::create(&below),
        Edit::create(&person),
        Edit::create(&same),
        Edit::between(&person, &freed).unwrap(),
        Edit::create(&again),
        Edit::remove(&class),
        Edit::remove(&freed),
        Edit::remove(&below),
        Edit::remove(&class),
    ];
    let answer = desk.push(&edits).await;
    let refused: Vec<(u64, Option<RecordId>)> = answer.exceptions.iter().map(|it| (it.m, it.other)).collect();
    assert_eq!(refused, [(2, Some(class.id)), (5, Some(person.id)), (8, None)]);
    assert!(desk.look(Kind::Member, again.id).await.is_some());
    for (kind, id) in [(Kind::Member, person.id), (Kind::Department, class.id), (Kind::Department, below.id)] {
        assert!(desk.look(kind, id).await.is_none());
    }
}
