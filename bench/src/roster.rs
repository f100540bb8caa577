//! A made-up roster on the encrypted store, filled as the first pull fills one: all of it is the service's already.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mingce_ipc::profile::ServicePlace;
use mingce_model::{DepartmentId, Field, Kind, Record, RecordId};
use mingce_protocol::{PROTOCOL, PullHeader, PulledRecord, SCHEMA};
use mingce_store::{Identity, Store, database_path};
use mingce_testkit::Ids;
use mingce_testkit::rosters::person;
use mingce_vault::{DatabaseKey, FileVault, Vault};
use serde_json::json;

/// Everybody's seed: person `n` is the same wherever it is asked for.
pub const SEED: u64 = 20_261_122;
/// Records of one page of the pull.
const PAGE: u64 = 5_000;
/// Any fixed present will do.
const NOW_MS: i64 = 1_790_000_000_000;
/// Nobody listens there: the desktop is offline.
const NO_SERVICE: &str = "http://127.0.0.1:9";
const SCHOOLS: u64 = 20;
const GRADES: u64 = 180;

/// Where the only roster of a desktop's folder lies, and its key.
pub struct Files {
    /// The folder of the profile.
    pub profile: PathBuf,
    pub database: PathBuf,
    pub key: DatabaseKey,
}

impl Files {
    /// Of the folder in which `make` made a roster.
    pub fn of(folder: &Path) -> Result<Self> {
        let profile = std::fs::read_dir(folder.join("profiles"))?.next().context("the folder holds no roster")??.path();
        let about: serde_json::Value = serde_json::from_slice(&std::fs::read(profile.join("profile.json"))?)?;
        let vault = FileVault::open(&folder.join("key"), folder)?;
        let secret = vault.load(&key_name(about["secrets"].as_str().context("the profile names its secrets")?))?;
        let key = DatabaseKey::from_secret(&secret.context("the key is kept")?)?;
        Ok(Self { database: database_path(&profile), profile, key })
    }
}

fn key_name(secrets: &str) -> String {
    format!("roster-key:{secrets}")
}

/// Makes a desktop in the folder with a roster of so many members in so many departments, and no service to reach.
pub fn make(folder: &Path, members: u64, departments: u64) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let vault = FileVault::create(&folder.join("key"), folder)?;
    let mut ids = Ids::seeded(SEED);
    let mut fresh = || ids.next_id();
    let identity = Identity {
        organisation: fresh().into(),
        account: fresh().into(),
        actor: "bench".to_owned(),
        replica: fresh().into(),
    };
    let secrets = fresh();
    let profile = folder.join("profiles").join(format!("{}_{}", identity.organisation, identity.account));
    std::fs::create_dir_all(&profile)?;
    let about = json!({
        "organisation": identity.organisation,
        "organisation_name": "Bench",
        "organisation_kind": "school",
        "account": identity.account,
        "service": ServicePlace::Remote { url: NO_SERVICE.to_owned() },
        "secrets": secrets,
    });
    std::fs::write(profile.join("profile.json"), serde_json::to_vec(&about)?)?;
    let key = DatabaseKey::generate()?;
    vault.store(&key_name(&secrets.to_string()), &key.to_secret())?;
    fill(&Store::create(&profile, key.as_bytes(), &identity)?, members, departments, &mut fresh)
}

/// Fills an empty store, page by page.
pub fn fill(store: &Store, members: u64, departments: u64, fresh: &mut impl FnMut() -> RecordId) -> Result<()> {
    let homes: Vec<RecordId> = (0..departments).map(|_| fresh()).collect();
    let total = departments + members;
    for first in (0..total).step_by(PAGE as usize) {
        let end = total.min(first + PAGE);
        let header = PullHeader {
            protocol: PROTOCOL,
            epoch: 1,
            schema: SCHEMA,
            head: total,
            cursor: end.to_string(),
            more: end < total,
            ..PullHeader::default()
        };
        let records = (first..end).map(|index| {
            let record = match index.checked_sub(departments) {
                None => department(index, &homes),
                Some(member) => {
                    // Members of a class come one after the other, as in the files that rosters are made from.
                    let home = (member * departments / members.max(1)) as usize;
                    person(member, SEED).to_record(fresh(), homes.get(home).copied().map(DepartmentId))
                }
            };
            PulledRecord { kind: record.kind, id: record.id, ver: index + 1, values: Some(record.values), by: None }
        });
        store.apply_page(&store.sync_state()?, &header, records.collect::<Vec<_>>(), NOW_MS)?;
    }
    Ok(())
}

/// Schools, their grades, and classes below these.
fn department(index: u64, homes: &[RecordId]) -> Record {
    let (kind, name, parent) = match index {
        _ if index < SCHOOLS => ("school", format!("第{}学校", index + 1), None),
        _ if index < SCHOOLS + GRADES => ("grade", format!("{}年级", index / SCHOOLS), Some(index % SCHOOLS)),
        _ => ("class", format!("{}班", index / GRADES), Some(SCHOOLS + index % GRADES)),
    };
    let record = Record::empty(Kind::Department, homes[index as usize])
        .with(Field::DepartmentName, name)
        .with(Field::DepartmentKind, kind);
    match parent {
        Some(parent) => record.with(Field::DepartmentParent, homes[parent as usize]),
        None => record,
    }
}
