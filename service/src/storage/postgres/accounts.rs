//! Administrators, their devices and rights, and the service's own secrets.

use super::super::rows::*;
use super::super::{Accounts, StorageError};
use super::transaction::PostgresTransaction;
use super::values::{bytes_from, get, id_from, uuid, ver_from};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};
use mingce_protocol::{OrganisationSummary, Rights};
use tokio_postgres::Row;

/// Id, name and kind of an organisation, as `summary_from` reads them.
const SUMMARY: &str = "organisation.id, record_organisation.name, record_organisation.kind";
const MEMBERSHIP: &str = "FROM account_organisation \
    JOIN organisation ON organisation.key=account_organisation.organisation \
    JOIN record_organisation ON record_organisation.organisation=organisation.key \
    AND record_organisation.id=organisation.id";

fn summary_from(row: &Row, standing: &Standing) -> Result<OrganisationSummary, StorageError> {
    Ok(OrganisationSummary {
        id: OrganisationId(id_from(row, 0)?),
        name: get::<Option<String>>(row, 1)?.unwrap_or_default(),
        kind: get::<Option<String>>(row, 2)?.unwrap_or_default(),
        rights: Some(standing.rights.clone()),
    })
}

/// Reads `role, rights, scope_ver`, beginning at a column.
pub(super) fn standing_from(row: &Row, first: usize) -> Result<Standing, StorageError> {
    let role = Role::from_name(get(row, first)?).ok_or(StorageError::Inconsistent)?;
    let rights: &str = get(row, first + 1)?;
    let rights = Rights(rights.split_ascii_whitespace().map(str::to_owned).collect());
    Ok(Standing { scope_ver: ver_from(row, first + 2)?, ..Standing::of(role, rights) })
}

impl Accounts for PostgresTransaction<'_> {
    fn find_account_by_phone(&mut self, phone: &str) -> Result<Option<AccountRow>, StorageError> {
        let row = self.query_opt("SELECT id, name, phone, password_hash FROM account WHERE phone=$1", &[&phone])?;
        let read = |row: Row| {
            Ok(AccountRow {
                id: AccountId(id_from(&row, 0)?),
                name: get(&row, 1)?,
                phone: get(&row, 2)?,
                password_hash: get(&row, 3)?,
            })
        };
        row.map(read).transpose()
    }

    fn insert_account(&mut self, account: &AccountRow, now_ms: i64) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO account(id, name, phone, password_hash, created_at) VALUES($1,$2,$3,$4,$5)",
            &[&uuid(account.id.0), &account.name, &account.phone, &account.password_hash, &now_ms],
        )?;
        Ok(())
    }

    fn save_standing(
        &mut self,
        account: AccountId,
        organisation: OrganisationKey,
        standing: &Standing,
        now_ms: i64,
    ) -> Result<(), StorageError> {
        let rights = standing.stored_rights();
        self.execute(
            "INSERT INTO account_organisation(organisation, account, role, rights, since) VALUES($1,$2,$3,$4,$5) \
             ON CONFLICT(organisation, account) DO UPDATE SET role=excluded.role, rights=excluded.rights, \
             scope_ver=account_organisation.scope_ver+1",
            &[&organisation.0, &uuid(account.0), &standing.role.name(), &rights, &now_ms],
        )?;
        Ok(())
    }

    fn find_standing(
        &mut self,
        account: AccountId,
        organisation: OrganisationKey,
    ) -> Result<Option<Standing>, StorageError> {
        let sql = "SELECT role, rights, scope_ver FROM account_organisation WHERE organisation=$1 AND account=$2";
        let row = self.query_opt(sql, &[&organisation.0, &uuid(account.0)])?;
        row.map(|row| standing_from(&row, 0)).transpose()
    }

    fn load_organisations_of(&mut self, account: AccountId) -> Result<Vec<OrganisationSummary>, StorageError> {
        self.flush()?;
        let sql = format!(
            "SELECT {SUMMARY}, role, rights, scope_ver {MEMBERSHIP} WHERE account_organisation.account=$1 \
             ORDER BY account_organisation.since"
        );
        let rows = self.query(&sql, &[&uuid(account.0)])?;
        rows.iter().map(|row| summary_from(row, &standing_from(row, 3)?)).collect()
    }

    fn load_administrators(&mut self, limit: usize) -> Result<Vec<AdministratorRow>, StorageError> {
        let sql = format!(
            "SELECT {SUMMARY}, role, rights, scope_ver, account.name, account.phone {MEMBERSHIP} \
             JOIN account ON account.id=account_organisation.account \
             ORDER BY organisation.created_at, organisation.key, role<>'owner', account_organisation.since LIMIT $1"
        );
        let rows = self.query(&sql, &[&i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let read = |row: &Row| {
            let standing = standing_from(row, 3)?;
            Ok(AdministratorRow {
                organisation: summary_from(row, &standing)?,
                name: get(row, 6)?,
                phone: get(row, 7)?,
                standing,
            })
        };
        rows.iter().map(read).collect()
    }

    fn insert_device(&mut self, device: &DeviceRow, token_hash: &TokenHash) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO device(id, account, name, token_hash, created_at, last_used_at) VALUES($1,$2,$3,$4,$5,$6)",
            &[
                &uuid(device.id),
                &uuid(device.account.0),
                &device.name,
                &&token_hash[..],
                &device.created_at_ms,
                &device.last_used_at_ms,
            ],
        )?;
        Ok(())
    }

    fn find_session(&mut self, token_hash: &TokenHash) -> Result<Option<SessionRow>, StorageError> {
        let row = self.query_opt(
            "SELECT device.id, account.id, account.name, device.last_used_at FROM device \
             JOIN account ON account.id=device.account WHERE device.token_hash=$1",
            &[&&token_hash[..]],
        )?;
        let read = |row: Row| {
            Ok(SessionRow {
                device: id_from(&row, 0)?,
                account: AccountId(id_from(&row, 1)?),
                account_name: get(&row, 2)?,
                last_used_at_ms: get(&row, 3)?,
            })
        };
        row.map(read).transpose()
    }

    fn save_device_use(&mut self, device: RecordId, now_ms: i64) -> Result<(), StorageError> {
        self.execute("UPDATE device SET last_used_at=$2 WHERE id=$1", &[&uuid(device), &now_ms])?;
        Ok(())
    }

    fn load_devices(&mut self, account: AccountId) -> Result<Vec<DeviceRow>, StorageError> {
        let rows = self.query(
            "SELECT id, name, created_at, last_used_at FROM device WHERE account=$1 \
             ORDER BY last_used_at DESC, id DESC LIMIT 1000",
            &[&uuid(account.0)],
        )?;
        let read = |row: &Row| {
            Ok(DeviceRow {
                id: id_from(row, 0)?,
                account,
                name: get(row, 1)?,
                created_at_ms: get(row, 2)?,
                last_used_at_ms: get(row, 3)?,
            })
        };
        rows.iter().map(read).collect()
    }

    fn remove_device(&mut self, account: AccountId, device: RecordId) -> Result<bool, StorageError> {
        let removed =
            self.execute("DELETE FROM device WHERE id=$1 AND account=$2", &[&uuid(device), &uuid(account.0)])?;
        Ok(removed == 1)
    }

    fn load_secret(&mut self, name: &str, candidate: [u8; 32]) -> Result<[u8; 32], StorageError> {
        self.execute(
            "INSERT INTO secret(name, value) VALUES($1, $2) ON CONFLICT(name) DO NOTHING",
            &[&name, &&candidate[..]],
        )?;
        let row = self.query_opt("SELECT value FROM secret WHERE name=$1", &[&name])?;
        bytes_from(&row.ok_or(StorageError::Inconsistent)?, 0)
    }
}
