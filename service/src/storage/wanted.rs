//! What a job is about to ask for.

use mingce_model::{Field, Kind, PhotoHash, RecordId, Value};
use std::collections::HashSet;

/// Questions that are coming, each once.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Will be asked for by `find_record`.
    pub records: HashSet<(Kind, RecordId)>,
    /// Filters of `find_live`: few records hold them, and these are wanted too.
    pub live: HashSet<Vec<(Field, Value)>>,
    /// Will be asked for by `find_invitation`.
    pub token_hashes: HashSet<String>,
    /// Will be asked for by `has_photo`.
    pub photos: HashSet<PhotoHash>,
}
