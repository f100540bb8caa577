//! Backups: of one moment while others write, sealed, checked; and brought back all or nothing, as a log of its own.

use crate::audit::{assert_whole, exported, heads, verified};
use crate::database::TestDatabase;
use crate::desk::{Desk, House, START_MS, set};
use crate::photos::{photo, put};
use mingce_model::{Edit, Field, Kind, OrganisationId, RecordId, Value};
use mingce_protocol::{ApiFailure, CreateOrganisation, PushAnswer};
use mingce_service::audit::{Broken, Entry, Evidence, Head, Ledger, Wanted};
use mingce_service::backup::{BackupError, BackupKey, Onto, Sessions, Totals, back_up, check, restore};
use mingce_service::storage::{OrganisationKey, StorageError, Unsigned};
use mingce_service::{ServiceOptions, router};
use std::path::PathBuf;

const AS_IS: (Onto, Sessions) = (Onto::Nothing, Sessions::Kept);
const REPLACED: (Onto, Sessions) = (Onto::Replaced, Sessions::Kept);

fn key() -> BackupKey {
    BackupKey::new([9; 32])
}

fn quiet(_: &str, _: u64) {}

impl House {
    fn backup_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn back_up(&self, name: &str) -> Totals {
        let path = self.backup_path(name);
        self.with_options(|options| back_up(options, &key(), &path, &mut quiet).unwrap().totals)
    }

    /// Brings the backup back in place of what is there, with the service stopped.
    fn bring_back(&self, name: &str, how: (Onto, Sessions)) {
        let path = self.backup_path(name);
        self.restart_with(|options| drop(restore(options, &key(), &path, how, &mut quiet).unwrap()));
    }
}

/// An organisation with something in most tables.
async fn furnish(desk: &mut Desk<'_>) -> mingce_model::Record {
    let class = desk.department("一班", None);
    let member = desk.member("张伟").with(Field::MemberDepartment, Value::from(class.id));
    desk.push(&[Edit::create(&class), Edit::create(&member)]).await;
    let (hash, jpeg) = photo(1);
    assert!(put(desk, &hash.to_string(), jpeg).await.status.is_success());
    desk.push(&[set(&member, Field::MemberPhoto, hash.to_string())]).await;
    let gone = desk.add_member("李娜").await;
    desk.push(&[Edit::remove(&gone)]).await;
    desk.pull().await;
    member
}

#[tokio::test]
async fn a_backup_brings_everything_back_and_begins_a_log_of_its_own() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = furnish(&mut desk).await;
    let before = house.back_up("one.backup");
    assert_eq!(before.organisations.len(), 1);
    assert_eq!((before.tables["photo"], before.tables["change"], before.tables["account"]), (1, 6, 1));
    let known = desk.second().pull().await;
    let lost = desk.add_member("王芳").await;
    desk.pull().await;
    let (cursor, epoch) = (desk.cursor.clone().unwrap(), desk.epoch);

    house.bring_back("one.backup", REPLACED);
    // Whoever was there before hears at once that the log is another one, and stays signed in.
    assert_eq!(desk.send_pull(&format!("?cursor={cursor}")).await.failure().code, ApiFailure::Epoch);
    let ops = desk.ops(&[Edit::create(&desk.member("刘洋"))]);
    assert_eq!(desk.push_failing(&desk.header(), &ops).await, ApiFailure::Epoch);
    let mut fresh = desk.second();
    assert_eq!(fresh.pull().await, known);
    assert!(fresh.epoch > epoch);
    assert!(desk.look(Kind::Member, lost.id).await.is_none());
    let found = desk.look(Kind::Member, member.id).await.unwrap();
    let hash = found.get(Field::MemberPhoto).as_text().unwrap().to_owned();
    // The photo is there: it may be named again.
    let answer: PushAnswer = fresh.push(&[set(&found, Field::MemberNote, "回来了")]).await;
    assert_eq!((answer.exceptions.len(), hash.len()), (0, 64));

    // A second restore of the same backup is a third log.
    let epoch = fresh.epoch;
    house.pass(5_000);
    house.bring_back("one.backup", REPLACED);
    let mut third = desk.second();
    third.pull().await;
    assert!(third.epoch > epoch);

    // So is one within the same second, and what was put aside before stays where it is.
    house.bring_back("one.backup", REPLACED);
    let mut fourth = desk.second();
    fourth.pull().await;
    assert!(fourth.epoch > third.epoch);
}

/// A database in a file: what is in its log only is put aside with it, and no name is taken twice.
#[tokio::test]
async fn what_is_put_aside_is_whole_and_never_written_over() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    house.back_up("one.backup");
    let path = house.backup_path("one.backup");
    let folder = house.folder.path().to_owned();
    let beside = |end: &str| folder.join(format!("service.db{end}"));
    let says = |end: &str| {
        let file = rusqlite::Connection::open(beside(end)).unwrap();
        file.query_row("SELECT count(*) FROM sqlite_schema WHERE name='last_words'", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let aside = format!(".before-{}", START_MS / 1_000);
    house.restart_with(|options| {
        if options.database.is_some() {
            return;
        }
        let open = rusqlite::Connection::open(beside("")).unwrap();
        open.execute_batch("CREATE TABLE last_words(it)").unwrap();
        let killed = ["", "-wal"].map(|end| (end, std::fs::read(beside(end)).unwrap()));
        // Somebody who has it open would go on writing to what is not there any more.
        let refused = restore(options, &key(), &path, REPLACED, &mut quiet).unwrap_err();
        assert!(matches!(refused, BackupError::Storage(StorageError::Busy)), "{refused:?}");
        assert!(!beside(&aside).exists());
        drop(open);
        for (end, bytes) in killed {
            std::fs::write(beside(end), bytes).unwrap();
        }
        restore(options, &key(), &path, REPLACED, &mut quiet).unwrap();
        assert_eq!((says(&aside), says("")), (1, 0));
        restore(options, &key(), &path, REPLACED, &mut quiet).unwrap();
        assert_eq!((says(&aside), says(&format!("{aside}-2")), says("")), (1, 0, 0));
        // One that nobody can open is put aside as it is.
        std::fs::write(beside(""), "nonsense").unwrap();
        restore(options, &key(), &path, REPLACED, &mut quiet).unwrap();
        assert_eq!(std::fs::read(beside(&format!("{aside}-3"))).unwrap(), b"nonsense");
    });
    assert_eq!(desk.second().pull().await.len(), 2);
}

#[tokio::test]
async fn a_backup_of_one_storage_can_be_brought_into_the_other() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    furnish(&mut desk).await;
    house.found("13900139000").await;
    let first = house.back_up("first.backup");
    // Always a file, whatever the house has.
    let folder = tempfile::tempdir().unwrap();
    let own = |options: &ServiceOptions| ServiceOptions {
        data_folder: folder.path().to_owned(),
        database: None,
        ..options.clone()
    };
    let (from, again) = (house.backup_path("first.backup"), house.backup_path("again.backup"));
    let copied = house.with_options(|options| {
        restore(&own(options), &key(), &from, AS_IS, &mut quiet).unwrap();
        back_up(&own(options), &key(), &again, &mut quiet).unwrap().totals
    });
    // Only the audits have grown: by an entry for the restore and one for the second backup, of each and of the service.
    let others = |totals: &Totals| {
        let mut tables = totals.tables.clone();
        let entries = tables.remove("audit").unwrap();
        (tables, entries)
    };
    let shared = |totals: &Totals| totals.shared.as_ref().unwrap().rows;
    let (tables, entries) = others(&first);
    assert_eq!(others(&copied), (tables.clone(), entries + 6));
    assert_eq!(shared(&copied), shared(&first) + 2);
    // And back into what the house has: only the epochs differ.
    house.bring_back("again.backup", REPLACED);
    let back = house.back_up("back.backup");
    assert_eq!((others(&back), shared(&back)), ((tables, entries + 12), shared(&first) + 4));
    let rows = |totals: &Totals, more: u64| {
        totals.organisations.values().map(|counted| counted.rows + more).collect::<Vec<_>>()
    };
    assert_eq!(rows(&back, 0), rows(&first, 4));
    assert_whole(&house);
    assert_eq!(desk.second().pull().await.len(), 4);
}

#[tokio::test]
async fn a_backup_and_its_return_are_in_every_audit_and_explain_what_was_forgotten() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    house.back_up("one.backup");
    house.pass(1_000);
    desk.add_member("王芳").await;
    house.service().sign_audits().await.unwrap();
    let kept = heads(&house);
    let forgotten = kept.iter().find(|head| head.organisation == desk.organisation).unwrap().clone();
    house.pass(1_000);
    house.bring_back("one.backup", REPLACED);
    assert_whole(&house);
    desk.second().pull().await;
    let acts = |entries: &[Entry]| entries.iter().map(|entry| entry.act.clone()).collect::<Vec<_>>();
    let own = exported(&house, Wanted::Organisation(desk.organisation));
    assert_eq!(acts(&own), ["organisation_created", "push", "backup", "restore", "operator_verb"]);
    let details: serde_json::Value = serde_json::from_str(&own[3].details).unwrap();
    assert_eq!((details["made_at_ms"].as_i64(), details["head"].as_u64()), (Some(START_MS), Some(2)));
    assert!(details["epoch"].as_u64().unwrap() > 1);
    assert_eq!(acts(&exported(&house, Wanted::Service)), ["backup", "restore", "operator_verb"]);
    let broken = |heads: Vec<Head>| -> Vec<Broken> {
        let checked = verified(&house, Evidence { heads, ..Evidence::default() });
        checked.into_iter().filter_map(|checked| checked.state.err()).collect()
    };
    let Head { sequence, number, .. } = forgotten;
    assert_eq!(broken(kept), [Broken::Forgotten { sequence, number, restore: own[3].number }]);
    // One from before the backup would be in it.
    let key = house.service().audit_key.clone().unwrap();
    let unsigned = Unsigned {
        ledger: Ledger { key: OrganisationKey(1), id: desk.organisation },
        sequence: forgotten.sequence,
        number: forgotten.number,
        link: forgotten.link,
    };
    let early = Head::sign(&key, &unsigned, START_MS - 1);
    assert_eq!(broken(vec![early]), [Broken::Rewritten { sequence, number }]);
}

#[tokio::test]
async fn an_organisation_under_an_id_that_means_nobody_is_not_made_but_brought_back_where_it_is_there() {
    let house = House::open();
    let reserved = [[0; 16], *Ledger::of_service().id.0.as_bytes()];
    let named = |id: &[u8; 16]| OrganisationId(RecordId::from_slice(id).unwrap());
    for id in &reserved {
        let form = CreateOrganisation { id: named(id), ..house.organisation_form("13800138000") };
        assert_eq!(house.post_json("/v1/organisations", &form).await.failure().code, ApiFailure::Malformed);
    }
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    for (n, id) in reserved.iter().enumerate() {
        let hex = data_encoding::HEXLOWER.encode(id);
        house.restart(|database| {
            let id = match database {
                TestDatabase::File(_) => format!("X'{hex}'"),
                TestDatabase::Schema(_) => format!("'{hex}'::uuid"),
            };
            database.execute(&format!("UPDATE organisation SET id={id}"));
        });
        let name = format!("{n}.backup");
        assert_eq!(house.back_up(&name).organisations.len(), 1);
        house.bring_back(&name, REPLACED);
        desk.organisation = named(id);
        assert!(desk.look(Kind::Member, member.id).await.is_some());
    }
}

#[tokio::test]
async fn a_backup_made_while_others_write_is_of_one_moment() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    for _ in 0..3 {
        let members: Vec<Edit> = (0..400).map(|n| Edit::create(&desk.member(&format!("成员{n}")))).collect();
        desk.push(&members).await;
    }
    let path = house.backup_path("busy.backup");
    let options = house.with_options(Clone::clone);
    let making = tokio::task::spawn_blocking(move || back_up(&options, &key(), &path, &mut quiet).unwrap().totals);
    let mut pushed = 0;
    while !making.is_finished() {
        desk.add_member("后来").await;
        pushed += 1;
    }
    let totals = making.await.unwrap();
    assert!(pushed > 0);
    // A record, its line in the log, and the head belong together.
    house.bring_back("busy.backup", REPLACED);
    let mut fresh = desk.second();
    let records = fresh.pull().await.len() as u64;
    assert_eq!(totals.tables["change"], records);
    assert_eq!(fresh.head().await, records);
    assert_eq!(totals.tables["record_member"], records - 1);
}

#[tokio::test]
async fn nothing_is_replaced_unasked_and_what_is_put_aside_is_whole() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    furnish(&mut desk).await;
    house.back_up("one.backup");
    let path = house.backup_path("one.backup");
    // A name that is taken is left alone.
    let bytes = std::fs::read(&path).unwrap();
    let again = house.with_options(|options| back_up(options, &key(), &path, &mut quiet).unwrap_err());
    assert!(matches!(again, BackupError::Exists));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    desk.add_member("王芳").await;
    let known = desk.second().pull().await;
    house.restart_with(|options| {
        let refused = restore(options, &key(), &path, AS_IS, &mut quiet).unwrap_err();
        assert!(matches!(refused, BackupError::NotEmpty));
    });
    assert_eq!(desk.second().pull().await, known);
}

#[tokio::test]
async fn a_backup_that_is_damaged_cut_or_of_another_key_changes_nothing() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    furnish(&mut desk).await;
    let totals = house.back_up("one.backup");
    let path = house.backup_path("one.backup");
    assert_eq!(check(&key(), &path).unwrap().totals, totals);
    let known = desk.second().pull().await;
    let whole = std::fs::read(&path).unwrap();
    assert!(!whole.windows("张伟".len()).any(|part| part == "张伟".as_bytes()));
    let mut changed = whole.clone();
    let middle = whole.len() / 2;
    changed[middle] ^= 1;
    let bad: [(&[u8], BackupKey, fn(&BackupError) -> bool); 5] = [
        (&changed, key(), |error| matches!(error, BackupError::Damaged)),
        (&whole[..whole.len() - 1], key(), |error| matches!(error, BackupError::Damaged)),
        (&whole[..80], key(), |error| matches!(error, BackupError::Damaged)),
        (&whole, BackupKey::new([8; 32]), |error| matches!(error, BackupError::OtherKey)),
        (b"SQLite format 3", key(), |error| matches!(error, BackupError::NotABackup)),
    ];
    for (bytes, with, is_expected) in bad {
        std::fs::write(&path, bytes).unwrap();
        assert!(is_expected(&check(&with, &path).unwrap_err()));
        house.restart_with(|options| {
            assert!(is_expected(&restore(options, &with, &path, REPLACED, &mut quiet).unwrap_err()));
        });
        assert_eq!(desk.second().pull().await, known);
    }
    let left: Vec<_> =
        std::fs::read_dir(house.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("restoring")), "{left:?}");
}

#[tokio::test]
async fn a_restore_can_end_every_sign_in() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    furnish(&mut desk).await;
    house.back_up("one.backup");
    house.bring_back("one.backup", (Onto::Replaced, Sessions::Ended));
    assert_eq!(desk.send_pull("").await.failure().code, ApiFailure::Unauthorised);
}

/// A folder that a service is using is left alone; a database with several services has no such lock.
#[tokio::test]
async fn a_running_service_is_not_replaced() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    desk.add_member("张伟").await;
    house.back_up("one.backup");
    let path = house.backup_path("one.backup");
    house.with_options(|options| {
        if options.database.is_none() {
            let refused = restore(options, &key(), &path, REPLACED, &mut quiet).unwrap_err();
            let in_use = StorageError::FolderInUse;
            assert!(matches!(refused, BackupError::Storage(error) if error == in_use));
        }
    });
    assert_eq!(desk.second().pull().await.len(), 2);
    drop(router(house.service()));
}

#[test]
fn a_key_file_is_for_its_owner_only_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.key");
    let random: mingce_service::sync::Random = std::sync::Arc::new(|bytes: &mut [u8]| bytes.fill(7));
    let made = BackupKey::make(&path, &random).unwrap();
    assert_eq!(BackupKey::load(&path).unwrap().fingerprint(), made.fingerprint());
    assert!(matches!(BackupKey::make(&path, &random), Err(BackupError::Exists)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        mode(0o640);
        assert!(matches!(BackupKey::load(&path), Err(BackupError::KeyIsOpen)));
        mode(0o600);
    }
    std::fs::write(&path, "short").unwrap();
    assert!(matches!(BackupKey::load(&path), Err(BackupError::KeyUnreadable)));
}
