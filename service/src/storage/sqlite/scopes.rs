//! Which departments accounts are bound to, and what moved between departments.

use super::super::scopes::MOVES;
use super::super::{MoveRow, OrganisationKey, Scopes, StorageError};
use super::records::{id_from, signed};
use super::{SqliteTransaction, failure};
use mingce_model::id::AccountId;
use mingce_model::{Kind, RecordId, Verb};

impl Scopes for SqliteTransaction<'_> {
    fn load_roots(&mut self, organisation: OrganisationKey, account: AccountId) -> Result<Vec<RecordId>, StorageError> {
        let text = "SELECT department FROM scope_root WHERE organisation=?1 AND account=?2 ORDER BY department";
        let mut statement = self.connection.prepare_cached(text).map_err(failure)?;
        let mut rows = statement.query((organisation.0, account.0.as_bytes())).map_err(failure)?;
        let mut roots = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            roots.push(id_from(row, 0)?);
        }
        Ok(roots)
    }

    fn save_roots(
        &mut self,
        organisation: OrganisationKey,
        account: AccountId,
        roots: &[RecordId],
    ) -> Result<(), StorageError> {
        let text = "DELETE FROM scope_root WHERE organisation=?1 AND account=?2";
        self.connection.execute(text, (organisation.0, account.0.as_bytes())).map_err(failure)?;
        let text = "INSERT INTO scope_root(organisation, account, department) VALUES(?1,?2,?3) ON CONFLICT DO NOTHING";
        let mut statement = self.connection.prepare_cached(text).map_err(failure)?;
        for root in roots {
            statement.execute((organisation.0, account.0.as_bytes(), root.as_bytes())).map_err(failure)?;
        }
        Ok(())
    }

    fn load_moves(
        &mut self,
        organisation: OrganisationKey,
        ver: u64,
        limit: usize,
    ) -> Result<Vec<MoveRow>, StorageError> {
        let mut statement = self.connection.prepare_cached(MOVES).map_err(failure)?;
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut rows = statement.query((organisation.0, signed(ver)?, limit)).map_err(failure)?;
        let mut moves = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let verb: String = row.get(2).map_err(failure)?;
            moves.push(MoveRow {
                kind: Kind::from_number(row.get(0).map_err(failure)?).ok_or(StorageError::Inconsistent)?,
                id: id_from(row, 1)?,
                verb: Verb::from_name(&verb).ok_or(StorageError::Inconsistent)?,
                changes: row.get(3).map_err(failure)?,
            });
        }
        Ok(moves)
    }
}
