//! Which departments an account is bound to, and what moved between departments.

use super::{MoveRow, OrganisationKey, StorageError};
use mingce_model::RecordId;
use mingce_model::id::AccountId;

/// The departments of accounts whose role binds them to some, and the log as far as it concerns who is where.
pub trait Scopes {
    /// The topmost departments that the account works on, in order of their ids; whether they are there is not asked.
    fn load_roots(&mut self, organisation: OrganisationKey, account: AccountId) -> Result<Vec<RecordId>, StorageError>;
    /// Gives the account just these. Whoever does it saves the standing too, so that those who listen hear of it.
    fn save_roots(
        &mut self,
        organisation: OrganisationKey,
        account: AccountId,
        roots: &[RecordId],
    ) -> Result<(), StorageError>;
    /// Lines of the change log after a version, in order, at most `limit`: those of departments, affiliations and
    /// guardianships, removals of members, and edits of members that may name their department, perhaps others of members.
    fn load_moves(
        &mut self,
        organisation: OrganisationKey,
        ver: u64,
        limit: usize,
    ) -> Result<Vec<MoveRow>, StorageError>;
}

/// The lines that `load_moves` gives, where the placeholders are the same in both storages.
pub(super) const MOVES: &str = "SELECT kind, id, verb, changes FROM change WHERE organisation=$1 AND ver>$2 \
    AND (kind IN (2, 4, 6) OR kind=3 AND (verb='remove' OR verb='edit' AND changes LIKE '%\"department\":%')) \
    ORDER BY ver LIMIT $3";

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::{Field, Kind, Verb};

    #[test]
    fn the_statement_names_the_kinds_and_the_field_that_say_who_is_where() {
        let numbers = [Kind::Department, Kind::Affiliation, Kind::Guardianship].map(|kind| (kind as u8).to_string());
        assert!(MOVES.contains(&format!("kind IN ({})", numbers.join(", "))));
        let removed = format!("kind={} AND (verb='{}'", Kind::Member as u8, Verb::Remove.name());
        assert!(MOVES.contains(&removed) && MOVES.contains(&format!("verb='{}' AND changes", Verb::Edit.name())));
        assert!(MOVES.contains(&format!("\"{}\"", Field::MemberDepartment.name())));
    }
}
