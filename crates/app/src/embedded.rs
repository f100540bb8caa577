//! The service inside this program: started when a roster lives "on this computer", shared with the network on request.

use crate::failure::{Outcome, told};
use crate::host::{Host, RunningService, ServicePlan, new_id};
use crate::profile::write_whole;
use crate::{App, lock};
use mingce_ipc::profile::{EmbeddedService, ServicePlace};
use mingce_ipc::{Code, Event};
use mingce_model::RecordId;
use mingce_vault::DatabaseKey;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What is remembered between starts, so that printed codes keep leading to the same address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    port: u16,
    is_on_network: bool,
    /// Names the key of its database in the vault; made with the database.
    secret: Option<RecordId>,
}

fn folder(home: &Path) -> PathBuf {
    home.join("service")
}

fn remembered(home: &Path) -> Remembered {
    let text = std::fs::read(folder(home).join("listen.json")).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The service of this computer, when it runs.
#[derive(Default)]
pub struct Embedded {
    running: Option<Box<dyn RunningService>>,
    is_on_network: bool,
}

impl Embedded {
    /// Starts it if it does not run; answers the address for this program.
    pub fn ensure(&mut self, host: &dyn Host) -> Outcome<String> {
        if let Some(running) = &self.running {
            return Ok(running.local_url());
        }
        let remembered = remembered(host.home());
        self.start(host, &remembered)
    }

    /// Opens it to the local network, or closes it again; it restarts at the same port.
    pub fn share(&mut self, host: &dyn Host, is_on_network: bool) -> Outcome<String> {
        let known = remembered(host.home());
        let port = self.running.as_ref().map_or(known.port, |running| running.port());
        self.running = None;
        self.start(host, &Remembered { port, is_on_network, ..known })
    }

    fn start(&mut self, host: &dyn Host, wanted: &Remembered) -> Outcome<String> {
        let folder = folder(host.home());
        std::fs::create_dir_all(&folder).map_err(|_| Code::FileFailed)?;
        let secret = self.secret(host, &folder, wanted)?;
        let plan = |port| -> Outcome<ServicePlan> {
            let key = told(host.vault().load(&key_name(secret)))?.ok_or(Code::KeyMissing)?;
            Ok(ServicePlan {
                folder: folder.clone(),
                key: told(DatabaseKey::from_secret(&key))?,
                port,
                is_on_network: wanted.is_on_network,
            })
        };
        // A port that another program took meanwhile must not keep the office from working.
        let running = match host.start_service(plan(wanted.port)?) {
            Err(_) if wanted.port != 0 => host.start_service(plan(0)?)?,
            other => other?,
        };
        remember(
            &folder,
            &Remembered { port: running.port(), is_on_network: wanted.is_on_network, secret: Some(secret) },
        )?;
        let url = running.local_url();
        self.is_on_network = wanted.is_on_network;
        self.running = Some(running);
        Ok(url)
    }

    /// The name of the database's key; the key is made once, and never anew while a database exists.
    fn secret(&self, host: &dyn Host, folder: &Path, wanted: &Remembered) -> Outcome<RecordId> {
        if let Some(secret) = wanted.secret {
            return Ok(secret);
        }
        let entries = std::fs::read_dir(folder).map_err(|_| Code::FileFailed)?;
        if entries.filter_map(Result::ok).any(|entry| entry.file_name().to_string_lossy().ends_with(".db")) {
            return Err(Code::KeyMissing.into());
        }
        let secret = new_id(host)?;
        told(host.vault().store(&key_name(secret), &told(DatabaseKey::generate())?.to_secret()))?;
        remember(folder, &Remembered { secret: Some(secret), ..wanted.clone() })?;
        Ok(secret)
    }

    pub fn status(&self) -> EmbeddedService {
        let Some(running) = &self.running else {
            return EmbeddedService {
                is_running: false,
                is_on_network: false,
                public_url: None,
                addresses: Vec::new(),
            };
        };
        let network = running.network_urls();
        let mut addresses = network.clone();
        addresses.push(running.local_url());
        EmbeddedService {
            is_running: true,
            is_on_network: self.is_on_network,
            public_url: Some(network.first().cloned().unwrap_or_else(|| running.local_url())),
            addresses,
        }
    }

    pub fn stop(&mut self) {
        self.running = None;
    }
}

fn key_name(secret: RecordId) -> String {
    format!("service-key:{secret}")
}

fn remember(folder: &Path, remembered: &Remembered) -> Outcome<()> {
    write_whole(&folder.join("listen.json"), &serde_json::to_vec(remembered).map_err(|_| Code::Internal)?)
}

impl App {
    /// Shares it on the local network, or ends that.
    pub(crate) fn share(&self, is_on_network: bool) -> Outcome<EmbeddedService> {
        let session = self.session()?;
        if session.profile.service != ServicePlace::ThisComputer {
            return Err(Code::Malformed.into());
        }
        let mut embedded = lock(&self.embedded);
        let url = embedded.share(&*self.host, is_on_network)?;
        let status = embedded.status();
        drop(embedded);
        if url != session.service_url {
            // Another program took the port meanwhile: the roster needs its way to the new one.
            let id = session.profile.id();
            drop(session);
            drop(lock(&self.session).take());
            self.open(&id)?;
        }
        self.host.emit(Event::Service { service: status.clone() });
        Ok(status)
    }
}
