//! Administrators, their devices and rights, and the service's own secrets.

use super::super::rows::*;
use super::super::{Accounts, StorageError};
use super::records::{id_from, ver_from};
use super::{SqliteTransaction, failure};
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};
use mingce_protocol::{OrganisationSummary, Rights};

/// Id, name and kind of an organisation, as `organisation_from` reads them.
const ORGANISATION: &str = "organisation.id, record_organisation.name, record_organisation.kind";
const MEMBERSHIP: &str = "FROM account_organisation \
    JOIN organisation ON organisation.key=account_organisation.organisation \
    JOIN record_organisation ON record_organisation.organisation=organisation.key \
    AND record_organisation.id=organisation.id";

fn organisation_from(row: &rusqlite::Row<'_>, standing: &Standing) -> Result<OrganisationSummary, StorageError> {
    Ok(OrganisationSummary {
        id: OrganisationId(id_from(row, 0)?),
        name: row.get::<_, Option<String>>(1).map_err(failure)?.unwrap_or_default(),
        kind: row.get::<_, Option<String>>(2).map_err(failure)?.unwrap_or_default(),
        rights: Some(standing.rights.clone()),
    })
}

/// Reads `role, rights, scope_ver`, beginning at a column.
pub(super) fn standing_from(row: &rusqlite::Row<'_>, first: usize) -> Result<Standing, StorageError> {
    let role = row.get_ref(first).map_err(failure)?.as_str().map_err(|_| StorageError::Inconsistent)?;
    let rights = row.get_ref(first + 1).map_err(failure)?.as_str().map_err(|_| StorageError::Inconsistent)?;
    let role = Role::from_name(role).ok_or(StorageError::Inconsistent)?;
    let rights = Rights(rights.split_ascii_whitespace().map(str::to_owned).collect());
    Ok(Standing { scope_ver: ver_from(row, first + 2)?, ..Standing::of(role, rights) })
}

impl Accounts for SqliteTransaction<'_> {
    fn find_account_by_phone(&mut self, phone: &str) -> Result<Option<AccountRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, name, phone, password_hash FROM account WHERE phone=?1")
            .map_err(failure)?;
        let mut rows = statement.query([phone]).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        Ok(Some(AccountRow {
            id: AccountId(id_from(row, 0)?),
            name: row.get(1).map_err(failure)?,
            phone: row.get(2).map_err(failure)?,
            password_hash: row.get(3).map_err(failure)?,
        }))
    }

    fn insert_account(&mut self, account: &AccountRow, now_ms: i64) -> Result<(), StorageError> {
        self.connection
            .execute(
                "INSERT INTO account(id, name, phone, password_hash, created_at) VALUES(?1,?2,?3,?4,?5)",
                (account.id.0.as_bytes(), &account.name, &account.phone, &account.password_hash, now_ms),
            )
            .map_err(failure)?;
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
        self.connection
            .execute(
                "INSERT INTO account_organisation(account, organisation, role, rights, since) VALUES(?1,?2,?3,?4,?5) \
                 ON CONFLICT(account, organisation) DO UPDATE SET role=excluded.role, rights=excluded.rights, scope_ver=scope_ver+1",
                (account.0.as_bytes(), organisation.0, standing.role.name(), rights, now_ms),
            )
            .map_err(failure)?;
        Ok(())
    }

    fn find_standing(
        &mut self,
        account: AccountId,
        organisation: OrganisationKey,
    ) -> Result<Option<Standing>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT role, rights, scope_ver FROM account_organisation WHERE account=?1 AND organisation=?2",
            )
            .map_err(failure)?;
        let mut rows = statement.query((account.0.as_bytes(), organisation.0)).map_err(failure)?;
        rows.next().map_err(failure)?.map(|row| standing_from(row, 0)).transpose()
    }

    fn load_organisations_of(&mut self, account: AccountId) -> Result<Vec<OrganisationSummary>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT {ORGANISATION}, role, rights, scope_ver {MEMBERSHIP} WHERE account_organisation.account=?1 \
                 ORDER BY account_organisation.since"
            ))
            .map_err(failure)?;
        let mut rows = statement.query([account.0.as_bytes()]).map_err(failure)?;
        let mut organisations = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            organisations.push(organisation_from(row, &standing_from(row, 3)?)?);
        }
        Ok(organisations)
    }

    fn load_administrators(&mut self, limit: usize) -> Result<Vec<AdministratorRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT {ORGANISATION}, role, rights, scope_ver, account.name, account.phone {MEMBERSHIP} \
                 JOIN account ON account.id=account_organisation.account \
                 ORDER BY organisation.key, role<>'owner', account_organisation.since LIMIT ?1"
            ))
            .map_err(failure)?;
        let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)]).map_err(failure)?;
        let mut administrators = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let standing = standing_from(row, 3)?;
            administrators.push(AdministratorRow {
                organisation: organisation_from(row, &standing)?,
                name: row.get(6).map_err(failure)?,
                phone: row.get(7).map_err(failure)?,
                standing,
            });
        }
        Ok(administrators)
    }

    fn insert_device(&mut self, device: &DeviceRow, token_hash: &TokenHash) -> Result<(), StorageError> {
        self.connection
            .execute(
                "INSERT INTO device(id, account, name, token_hash, created_at, last_used_at) VALUES(?1,?2,?3,?4,?5,?6)",
                (
                    device.id.as_bytes(),
                    device.account.0.as_bytes(),
                    &device.name,
                    token_hash,
                    device.created_at_ms,
                    device.last_used_at_ms,
                ),
            )
            .map_err(failure)?;
        Ok(())
    }

    fn find_session(&mut self, token_hash: &TokenHash) -> Result<Option<SessionRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT device.id, account.id, account.name, device.last_used_at FROM device \
                 JOIN account ON account.id=device.account WHERE device.token_hash=?1",
            )
            .map_err(failure)?;
        let mut rows = statement.query([token_hash]).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        Ok(Some(SessionRow {
            device: id_from(row, 0)?,
            account: AccountId(id_from(row, 1)?),
            account_name: row.get(2).map_err(failure)?,
            last_used_at_ms: row.get(3).map_err(failure)?,
        }))
    }

    fn save_device_use(&mut self, device: RecordId, now_ms: i64) -> Result<(), StorageError> {
        self.connection
            .execute("UPDATE device SET last_used_at=?2 WHERE id=?1", (device.as_bytes(), now_ms))
            .map_err(failure)?;
        Ok(())
    }

    fn load_devices(&mut self, account: AccountId) -> Result<Vec<DeviceRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT id, name, created_at, last_used_at FROM device WHERE account=?1 \
                 ORDER BY last_used_at DESC, id DESC LIMIT 1000",
            )
            .map_err(failure)?;
        let mut rows = statement.query([account.0.as_bytes()]).map_err(failure)?;
        let mut devices = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            devices.push(DeviceRow {
                id: id_from(row, 0)?,
                account,
                name: row.get(1).map_err(failure)?,
                created_at_ms: row.get(2).map_err(failure)?,
                last_used_at_ms: row.get(3).map_err(failure)?,
            });
        }
        Ok(devices)
    }

    fn remove_device(&mut self, account: AccountId, device: RecordId) -> Result<bool, StorageError> {
        let removed = self
            .connection
            .execute("DELETE FROM device WHERE id=?1 AND account=?2", (device.as_bytes(), account.0.as_bytes()))
            .map_err(failure)?;
        Ok(removed == 1)
    }

    fn load_secret(&mut self, name: &str, candidate: [u8; 32]) -> Result<[u8; 32], StorageError> {
        self.connection
            .execute("INSERT INTO secret(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING", (name, candidate))
            .map_err(failure)?;
        self.connection.query_row("SELECT value FROM secret WHERE name=?1", [name], |row| row.get(0)).map_err(failure)
    }
}
