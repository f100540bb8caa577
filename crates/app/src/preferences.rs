//! How this computer shows the program: one small file in the home folder, nothing personal.

use crate::failure::Outcome;
use crate::profile::write_whole;
use mingce_ipc::Code;
use mingce_ipc::profile::Preferences;
use std::path::{Path, PathBuf};

fn file(home: &Path) -> PathBuf {
    home.join("preferences.json")
}

/// What was set, or the defaults; a file that does not read counts as absent.
pub fn load(home: &Path) -> Preferences {
    std::fs::read(file(home)).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_else(|| Preferences {
        language: "system".into(),
        theme: "system".into(),
        density: "compact".into(),
        columns: Vec::new(),
        frozen_columns: 2,
    })
}

pub fn save(home: &Path, preferences: &Preferences) -> Outcome<()> {
    let fits = ["system", "zh", "en"].contains(&preferences.language.as_str())
        && ["system", "light", "dark"].contains(&preferences.theme.as_str())
        && ["compact", "standard", "roomy"].contains(&preferences.density.as_str())
        && preferences.columns.len() <= 200
        && preferences.frozen_columns <= 20;
    if !fits {
        return Err(Code::Malformed.into());
    }
    std::fs::create_dir_all(home).map_err(|_| Code::FileFailed)?;
    write_whole(&file(home), &serde_json::to_vec_pretty(preferences).map_err(|_| Code::Internal)?)
}
