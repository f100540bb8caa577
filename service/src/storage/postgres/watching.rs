//! What those who listen are told of: one query for all organisations, one for all accounts, one for all devices. Holds
//! no row and waits for nobody.

use super::super::{LogHead, StorageError, Watching};
use super::transaction::PostgresTransaction;
use super::values::{id_from, key_of, uuid, ver_from};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};

fn keys(organisations: &[OrganisationId]) -> Vec<i64> {
    organisations.iter().map(|organisation| key_of(*organisation).0).collect()
}

impl Watching for PostgresTransaction<'_> {
    fn load_heads(&mut self, organisations: &[OrganisationId]) -> Result<Vec<(OrganisationId, LogHead)>, StorageError> {
        let sql = "SELECT id, epoch, head FROM organisation WHERE key=ANY($1)";
        let rows = self.query(sql, &[&keys(organisations)])?;
        let read = |row| {
            let head = LogHead { epoch: ver_from(row, 1)?, head: ver_from(row, 2)? };
            Ok((OrganisationId(id_from(row, 0)?), head))
        };
        rows.iter().map(read).collect()
    }

    fn load_scopes(
        &mut self,
        organisations: &[OrganisationId],
    ) -> Result<Vec<(AccountId, OrganisationId, u64)>, StorageError> {
        let sql = "SELECT account_organisation.account, organisation.id, account_organisation.scope_ver \
            FROM account_organisation JOIN organisation ON organisation.key=account_organisation.organisation \
            WHERE account_organisation.organisation=ANY($1)";
        let rows = self.query(sql, &[&keys(organisations)])?;
        let read = |row| Ok((AccountId(id_from(row, 0)?), OrganisationId(id_from(row, 1)?), ver_from(row, 2)?));
        rows.iter().map(read).collect()
    }

    fn find_devices(&mut self, devices: &[RecordId]) -> Result<Vec<RecordId>, StorageError> {
        let ids: Vec<_> = devices.iter().copied().map(uuid).collect();
        let rows = self.query("SELECT id FROM device WHERE id=ANY($1)", &[&ids])?;
        rows.iter().map(|row| id_from(row, 0)).collect()
    }
}
