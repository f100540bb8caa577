//! Organisations that were asked for and whose answer never came: asked for again under the id of the first try, so that
//! the service makes each once. A small file in the home folder; nothing in it names a person.

use crate::failure::Outcome;
use crate::profile::write_whole;
use mingce_ipc::Code;
use mingce_ipc::profile::ServicePlace;
use mingce_model::id::OrganisationId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Tries remembered at the most.
const KEPT: usize = 20;

/// What makes a try the same as an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) service: ServicePlace,
    pub(crate) name: String,
    pub(crate) kind: String,
}

#[derive(Serialize, Deserialize)]
struct Try {
    id: OrganisationId,
    wanted: Wanted,
}

fn file(home: &Path) -> PathBuf {
    home.join("creating.json")
}

/// A file that does not read counts as absent.
fn load(home: &Path) -> Vec<Try> {
    std::fs::read(file(home)).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

fn save(home: &Path, tries: &[Try]) -> Outcome<()> {
    std::fs::create_dir_all(home).map_err(|_| Code::FileFailed)?;
    write_whole(&file(home), &serde_json::to_vec_pretty(tries).map_err(|_| Code::Internal)?)
}

/// The id to ask under: that of the try whose answer never came, or the fresh one, which is kept from now on.
pub(crate) fn id_for(home: &Path, wanted: Wanted, fresh: OrganisationId) -> Outcome<OrganisationId> {
    let mut tries = load(home);
    if let Some(earlier) = tries.iter().find(|earlier| earlier.wanted == wanted) {
        return Ok(earlier.id);
    }
    tries.push(Try { id: fresh, wanted });
    let oldest = tries.len().saturating_sub(KEPT);
    save(home, &tries[oldest..])?;
    Ok(fresh)
}

/// The organisation is here, or cannot be had under this id: the next one is another.
pub(crate) fn forget(home: &Path, id: OrganisationId) -> Outcome<()> {
    let mut tries = load(home);
    tries.retain(|one| one.id != id);
    if tries.is_empty() {
        return match std::fs::remove_file(file(home)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Code::FileFailed.into()),
            _ => Ok(()),
        };
    }
    save(home, &tries)
}
