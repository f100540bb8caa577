//! The rosters on this computer: one folder for each organisation and account, made, listed, opened and set aside.

use crate::failure::{Outcome, told};
use crate::host::Host;
use mingce_ipc::profile::{ProfileSummary, ServicePlace};
use mingce_ipc::{Code, Failure};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};
use mingce_model::tree::has_classes;
use mingce_vault::{DatabaseKey, Sensitive};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a profile's folder says of itself in clear: nothing that names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub organisation_kind: String,
    pub account: AccountId,
    pub service: ServicePlace,
    /// Names this very roster's secrets in the vault: one keyring may serve several homes of the same account.
    pub secrets: RecordId,
}

const FILE: &str = "profile.json";

impl Profile {
    /// Name of the folder, and of the profile in calls.
    pub fn id(&self) -> String {
        format!("{}_{}", self.organisation, self.account)
    }
    pub fn folder(&self, home: &Path) -> PathBuf {
        profiles_folder(home).join(self.id())
    }
    pub fn summary(&self, account_name: &str) -> ProfileSummary {
        ProfileSummary {
            id: self.id(),
            organisation_name: self.organisation_name.clone(),
            has_classes: has_classes(&self.organisation_kind),
            account_name: account_name.to_owned(),
            service: self.service.clone(),
        }
    }
    fn key_name(&self) -> String {
        format!("roster-key:{}", self.secrets)
    }
    fn token_name(&self) -> String {
        format!("device-token:{}", self.secrets)
    }

    /// Writes `profile.json` so that a crash leaves the old one or the new one.
    pub fn save(&self, home: &Path) -> Outcome<()> {
        let folder = self.folder(home);
        std::fs::create_dir_all(&folder).map_err(|_| Code::FileFailed)?;
        write_whole(&folder.join(FILE), &serde_json::to_vec_pretty(self).map_err(|_| Code::Internal)?)
    }

    /// The roster's key, which must exist. Never makes one: a roster without its key is not readable by a new one.
    pub fn load_key(&self, host: &dyn Host) -> Outcome<DatabaseKey> {
        let secret = told(host.vault().load(&self.key_name()))?.ok_or(Code::KeyMissing)?;
        told(DatabaseKey::from_secret(&secret))
    }
    /// Makes and keeps the key of a roster that does not exist yet.
    pub fn make_key(&self, host: &dyn Host) -> Outcome<DatabaseKey> {
        let key = told(DatabaseKey::generate())?;
        told(host.vault().store(&self.key_name(), &key.to_secret()))?;
        Ok(key)
    }
    pub fn load_token(&self, host: &dyn Host) -> Outcome<Option<Sensitive<String>>> {
        let Some(secret) = told(host.vault().load(&self.token_name()))? else { return Ok(None) };
        Ok(String::from_utf8(secret.reveal().clone()).ok().map(Sensitive::new))
    }
    pub fn keep_token(&self, host: &dyn Host, token: &str) -> Outcome<()> {
        told(host.vault().store(&self.token_name(), &Sensitive::new(token.as_bytes().to_vec())))
    }
}

fn profiles_folder(home: &Path) -> PathBuf {
    home.join("profiles")
}

/// Every profile on this computer, by organisation name. A folder that does not read as one is passed over.
pub fn list(home: &Path) -> Vec<Profile> {
    let Ok(folders) = std::fs::read_dir(profiles_folder(home)) else { return Vec::new() };
    let mut profiles: Vec<Profile> = folders
        .filter_map(|folder| {
            let text = std::fs::read(folder.ok()?.path().join(FILE)).ok()?;
            serde_json::from_slice(&text).ok()
        })
        .collect();
    profiles.sort_by(|a, b| (&a.organisation_name, a.id()).cmp(&(&b.organisation_name, b.id())));
    profiles
}

/// The profile of that id.
pub fn load(home: &Path, id: &str) -> Outcome<Profile> {
    list(home).into_iter().find(|profile| profile.id() == id).ok_or_else(|| Failure::from(Code::NoProfile))
}

/// Writes a file beside its place, then moves it there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let beside = path.with_extension("part");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&beside)?;
        std::io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(Ok(()), sync_folder)
    };
    write().map_err(|_| Failure::from(Code::FileFailed))
}

/// A rename survives a power cut only once its folder is on the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
