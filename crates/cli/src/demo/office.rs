//! The demo's rooms: a folder, the service, two desktops with keys of their own.

use crate::Trouble;
use mingce_app::{App, RunningService, ServicePlan, told};
use mingce_host::{SystemHost, start_service};
use mingce_vault::{DatabaseKey, FileVault};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Marks a folder as a demo's, so that only such a one is ever replaced.
const MARK: &str = "mingce-demo.txt";

pub(crate) struct Office {
    pub(crate) folder: PathBuf,
    service: Box<dyn RunningService>,
}

impl Office {
    /// Empties the folder if a demo lies in it, and starts the service.
    pub(crate) fn open(folder: &Path) -> Result<Self, Trouble> {
        let folder = std::path::absolute(folder).map_err(|error| wrong("the folder", &error))?;
        let is_empty = std::fs::read_dir(&folder).map(|mut entries| entries.next().is_none()).unwrap_or(true);
        if folder.join(MARK).exists() {
            std::fs::remove_dir_all(&folder).map_err(|error| wrong("the earlier demo", &error))?;
        } else if !is_empty {
            return Err(Trouble::Wrong(format!("{} is not empty and holds no demo", folder.display())));
        }
        std::fs::create_dir_all(&folder).map_err(|error| wrong("the folder", &error))?;
        std::fs::write(folder.join(MARK), "A demo of Mingce lies here; the next one replaces it.\n")
            .map_err(|error| wrong("the folder", &error))?;
        let key = told(DatabaseKey::generate())?;
        let plan = ServicePlan { folder: folder.join("service"), key, port: 0, is_on_network: false };
        let service = start_service(plan)?;
        Ok(Self { folder, service })
    }

    pub(crate) fn service_url(&self) -> String {
        self.service.local_url()
    }

    /// The use cases on one desktop's home, with a key file beside it.
    pub(crate) fn desktop(&self, name: &str) -> Result<App, Trouble> {
        let home = self.folder.join(name);
        std::fs::create_dir_all(&home).map_err(|error| wrong("a desktop's home", &error))?;
        let key_file = self.folder.join(format!("{name}.key"));
        let vault = told(FileVault::create(&key_file, &home))?;
        Ok(App::new(Arc::new(SystemHost::new(home, Box::new(vault))?)))
    }
}

pub(crate) fn wrong(what: &str, error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Wrong(format!("{what}: {error}"))
}
