//! Which departments accounts are bound to, and what moved between departments.

use super::super::scopes::MOVES;
use super::super::{MoveRow, OrganisationKey, Scopes, StorageError};
use super::transaction::PostgresTransaction;
use super::values::{get, id_from, signed, uuid};
use mingce_model::id::AccountId;
use mingce_model::{Kind, RecordId, Verb};
use tokio_postgres::Row;

impl Scopes for PostgresTransaction<'_> {
    fn load_roots(&mut self, organisation: OrganisationKey, account: AccountId) -> Result<Vec<RecordId>, StorageError> {
        let sql = "SELECT department FROM scope_root WHERE organisation=$1 AND account=$2 ORDER BY department";
        let rows = self.query(sql, &[&organisation.0, &uuid(account.0)])?;
        rows.iter().map(|row| id_from(row, 0)).collect()
    }

    fn save_roots(
        &mut self,
        organisation: OrganisationKey,
        account: AccountId,
        roots: &[RecordId],
    ) -> Result<(), StorageError> {
        let account = uuid(account.0);
        self.execute("DELETE FROM scope_root WHERE organisation=$1 AND account=$2", &[&organisation.0, &account])?;
        let sql = "INSERT INTO scope_root(organisation, account, department) VALUES($1,$2,$3) ON CONFLICT DO NOTHING";
        for root in roots {
            self.execute(sql, &[&organisation.0, &account, &uuid(*root)])?;
        }
        Ok(())
    }

    fn load_moves(
        &mut self,
        organisation: OrganisationKey,
        ver: u64,
        limit: usize,
    ) -> Result<Vec<MoveRow>, StorageError> {
        self.flush()?;
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let rows = self.query(MOVES, &[&organisation.0, &signed(ver)?, &limit])?;
        let read = |row: &Row| {
            let kind = u8::try_from(get::<i16>(row, 0)?).ok().and_then(Kind::from_number);
            Ok(MoveRow {
                kind: kind.ok_or(StorageError::Inconsistent)?,
                id: id_from(row, 1)?,
                verb: Verb::from_name(get(row, 2)?).ok_or(StorageError::Inconsistent)?,
                changes: get(row, 3)?,
            })
        };
        rows.iter().map(read).collect()
    }
}
