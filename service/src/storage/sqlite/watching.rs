//! What those who listen are told of, read for all of them together.

use super::super::{LogHead, StorageError, Watching};
use super::records::{id_from, ver_from};
use super::{SqliteTransaction, failure};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};

impl Watching for SqliteTransaction<'_> {
    fn load_heads(&mut self, organisations: &[OrganisationId]) -> Result<Vec<(OrganisationId, LogHead)>, StorageError> {
        let mut statement =
            self.connection.prepare_cached("SELECT epoch, head FROM organisation WHERE id=?1").map_err(failure)?;
        let mut heads = Vec::new();
        for organisation in organisations {
            let mut rows = statement.query([organisation.0.as_bytes()]).map_err(failure)?;
            if let Some(row) = rows.next().map_err(failure)? {
                heads.push((*organisation, LogHead { epoch: ver_from(row, 0)?, head: ver_from(row, 1)? }));
            }
        }
        Ok(heads)
    }

    fn load_scopes(
        &mut self,
        organisations: &[OrganisationId],
    ) -> Result<Vec<(AccountId, OrganisationId, u64)>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT account, scope_ver FROM account_organisation \
                 WHERE organisation=(SELECT key FROM organisation WHERE id=?1)",
            )
            .map_err(failure)?;
        let mut scopes = Vec::new();
        for organisation in organisations {
            let mut rows = statement.query([organisation.0.as_bytes()]).map_err(failure)?;
            while let Some(row) = rows.next().map_err(failure)? {
                scopes.push((AccountId(id_from(row, 0)?), *organisation, ver_from(row, 1)?));
            }
        }
        Ok(scopes)
    }

    fn find_devices(&mut self, devices: &[RecordId]) -> Result<Vec<RecordId>, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM device WHERE id=?1").map_err(failure)?;
        let mut found = Vec::new();
        for device in devices {
            if statement.exists([device.as_bytes()]).map_err(failure)? {
                found.push(*device);
            }
        }
        Ok(found)
    }
}
