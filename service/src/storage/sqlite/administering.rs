//! Links, standings of a whole organisation, second factors.

use super::super::StorageError;
use super::super::administering::*;
use super::super::rows::*;
use super::accounts::standing_from;
use super::log::organisation_from;
use super::records::id_from;
use super::{SqliteTransaction, failure};
use mingce_model::RecordId;
use mingce_model::id::AccountId;
use mingce_protocol::Rights;
use rusqlite::{OptionalExtension, Row};

const LINK: &str = "administrator_link.id, token_hash, purpose, name, phone_digest, role, rights, account, made_by, \
    made_at, ends_at, wrong";

/// Reads the columns of `LINK`, beginning at one.
fn link_from(row: &Row<'_>, first: usize) -> Result<LinkRow, StorageError> {
    let text = |at: usize| row.get::<_, String>(first + at).map_err(failure);
    let account = |at: usize| -> Result<Option<AccountId>, StorageError> {
        let bytes: Option<Vec<u8>> = row.get(first + at).map_err(failure)?;
        let id = |bytes: Vec<u8>| RecordId::from_slice(&bytes).map(AccountId).ok_or(StorageError::Inconsistent);
        bytes.map(id).transpose()
    };
    Ok(LinkRow {
        id: id_from(row, first)?,
        token_hash: row.get(first + 1).map_err(failure)?,
        purpose: LinkPurpose::from_word(&text(2)?).ok_or(StorageError::Inconsistent)?,
        name: text(3)?,
        phone_digest: row.get(first + 4).map_err(failure)?,
        role: Role::from_name(&text(5)?).ok_or(StorageError::Inconsistent)?,
        rights: Rights(text(6)?.split_ascii_whitespace().map(str::to_owned).collect()),
        account: account(7)?,
        made_by: account(8)?,
        made_at_ms: row.get(first + 9).map_err(failure)?,
        ends_at_ms: row.get(first + 10).map_err(failure)?,
        wrong: row.get(first + 11).map_err(failure)?,
    })
}

impl Administering for SqliteTransaction<'_> {
    fn find_account(&mut self, account: AccountId) -> Result<Option<AccountRow>, StorageError> {
        let found = self
            .connection
            .prepare_cached("SELECT name, phone, password_hash FROM account WHERE id=?1")
            .map_err(failure)?
            .query_row([account.0.as_bytes()], |row| {
                Ok(AccountRow { id: account, name: row.get(0)?, phone: row.get(1)?, password_hash: row.get(2)? })
            });
        found.optional().map_err(failure)
    }

    fn save_password(&mut self, account: AccountId, password_hash: &str) -> Result<(), StorageError> {
        let sql = "UPDATE account SET password_hash=?2 WHERE id=?1";
        self.connection.execute(sql, (account.0.as_bytes(), password_hash)).map_err(failure)?;
        Ok(())
    }

    fn load_staff(&mut self, organisation: OrganisationKey, limit: usize) -> Result<Vec<StaffRow>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT account.id, account.name, account.phone, role, rights, scope_ver, since, \
                 (SELECT count(*) FROM device WHERE device.account=account.id), \
                 (SELECT max(last_used_at) FROM device WHERE device.account=account.id), \
                 EXISTS(SELECT 1 FROM second_factor AS it WHERE it.account=account.id AND it.is_on=1) \
                 FROM account_organisation JOIN account ON account.id=account_organisation.account \
                 WHERE organisation=?1 ORDER BY role<>'owner', since, account.id LIMIT ?2",
            )
            .map_err(failure)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query((organisation.0, limit)).map_err(failure)?;
        let mut staff = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            staff.push(StaffRow {
                account: AccountId(id_from(row, 0)?),
                name: row.get(1).map_err(failure)?,
                phone: row.get(2).map_err(failure)?,
                standing: standing_from(row, 3)?,
                since_ms: row.get(6).map_err(failure)?,
                devices: row.get(7).map_err(failure)?,
                last_used_at_ms: row.get(8).map_err(failure)?,
                has_second_factor: row.get(9).map_err(failure)?,
            });
        }
        Ok(staff)
    }

    fn remove_standing(&mut self, account: AccountId, organisation: OrganisationKey) -> Result<bool, StorageError> {
        let sql = "DELETE FROM account_organisation WHERE account=?1 AND organisation=?2";
        let removed = self.connection.execute(sql, (account.0.as_bytes(), organisation.0)).map_err(failure)?;
        Ok(removed == 1)
    }

    fn remove_devices_of(&mut self, account: AccountId, save: Option<RecordId>) -> Result<Vec<RecordId>, StorageError> {
        let sql = "DELETE FROM device WHERE account=?1 AND id IS NOT ?2 RETURNING id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let save = save.map(|id| *id.as_bytes());
        let mut rows = statement.query((account.0.as_bytes(), save)).map_err(failure)?;
        let mut ended = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            ended.push(id_from(row, 0)?);
        }
        Ok(ended)
    }

    fn insert_link(&mut self, organisation: OrganisationKey, link: &LinkRow) -> Result<(), StorageError> {
        let sql = "INSERT INTO administrator_link(organisation, id, token_hash, purpose, name, phone_digest, role, rights, \
            account, made_by, made_at, ends_at, wrong) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)";
        let account = |id: &Option<AccountId>| id.map(|id| *id.0.as_bytes());
        let values = rusqlite::params![
            organisation.0,
            link.id.as_bytes(),
            link.token_hash,
            link.purpose.word(),
            link.name,
            link.phone_digest,
            link.role.name(),
            link.rights.0.join(" "),
            account(&link.account),
            account(&link.made_by),
            link.made_at_ms,
            link.ends_at_ms,
            link.wrong,
        ];
        self.connection.execute(sql, values).map_err(failure)?;
        Ok(())
    }

    fn find_link(&mut self, token_hash: &LinkHash) -> Result<Option<(OrganisationRow, LinkRow)>, StorageError> {
        let sql = format!(
            "SELECT organisation.key, organisation.id, epoch, head, chain, {LINK} FROM administrator_link \
             JOIN organisation ON organisation.key=administrator_link.organisation WHERE token_hash=?1"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let mut rows = statement.query([token_hash]).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        Ok(Some((organisation_from(row)?, link_from(row, 5)?)))
    }

    fn load_links(&mut self, organisation: OrganisationKey, limit: usize) -> Result<Vec<LinkRow>, StorageError> {
        let sql = format!(
            "SELECT {LINK} FROM administrator_link WHERE organisation=?1 ORDER BY made_at DESC, id DESC LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failure)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query((organisation.0, limit)).map_err(failure)?;
        let mut links = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            links.push(link_from(row, 0)?);
        }
        Ok(links)
    }

    fn save_link_tries(
        &mut self,
        organisation: OrganisationKey,
        link: RecordId,
        wrong: u32,
    ) -> Result<(), StorageError> {
        let sql = "UPDATE administrator_link SET wrong=?3 WHERE organisation=?1 AND id=?2";
        self.connection.execute(sql, (organisation.0, link.as_bytes(), wrong)).map_err(failure)?;
        Ok(())
    }

    fn remove_link(&mut self, organisation: OrganisationKey, link: RecordId) -> Result<bool, StorageError> {
        let sql = "DELETE FROM administrator_link WHERE organisation=?1 AND id=?2";
        Ok(self.connection.execute(sql, (organisation.0, link.as_bytes())).map_err(failure)? == 1)
    }

    fn remove_ended_links(&mut self, now_ms: i64) -> Result<(), StorageError> {
        self.connection.execute("DELETE FROM administrator_link WHERE ends_at<=?1", [now_ms]).map_err(failure)?;
        Ok(())
    }

    fn remove_resets_of(&mut self, account: AccountId) -> Result<(), StorageError> {
        let sql = "DELETE FROM administrator_link WHERE account=?1";
        self.connection.execute(sql, [account.0.as_bytes()]).map_err(failure)?;
        Ok(())
    }

    fn find_second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRow>, StorageError> {
        let found = self
            .connection
            .prepare_cached("SELECT secret, is_on, last_step FROM second_factor WHERE account=?1")
            .map_err(failure)?
            .query_row([account.0.as_bytes()], |row| {
                Ok(SecondFactorRow { sealed_secret: row.get(0)?, is_on: row.get(1)?, last_step: row.get(2)? })
            });
        found.optional().map_err(failure)
    }

    fn save_second_factor(&mut self, account: AccountId, row: &SecondFactorRow) -> Result<(), StorageError> {
        let sql = "INSERT INTO second_factor(account, secret, is_on, last_step) VALUES(?1,?2,?3,?4) ON CONFLICT(account) \
            DO UPDATE SET secret=excluded.secret, is_on=excluded.is_on, last_step=excluded.last_step";
        let values = (account.0.as_bytes(), &row.sealed_secret, row.is_on, row.last_step);
        self.connection.execute(sql, values).map_err(failure)?;
        Ok(())
    }

    fn remove_second_factor(&mut self, account: AccountId) -> Result<(), StorageError> {
        for sql in ["DELETE FROM second_factor WHERE account=?1", "DELETE FROM recovery_code WHERE account=?1"] {
            self.connection.execute(sql, [account.0.as_bytes()]).map_err(failure)?;
        }
        Ok(())
    }

    fn take_step(&mut self, account: AccountId, step: i64) -> Result<bool, StorageError> {
        let sql = "UPDATE second_factor SET last_step=?2 WHERE account=?1 AND last_step<?2";
        Ok(self.connection.execute(sql, (account.0.as_bytes(), step)).map_err(failure)? == 1)
    }

    fn replace_recovery_codes(&mut self, account: AccountId, digests: &[[u8; 32]]) -> Result<(), StorageError> {
        let sql = "DELETE FROM recovery_code WHERE account=?1";
        self.connection.execute(sql, [account.0.as_bytes()]).map_err(failure)?;
        for digest in digests {
            let sql = "INSERT INTO recovery_code(account, digest) VALUES(?1,?2)";
            self.connection.execute(sql, (account.0.as_bytes(), digest)).map_err(failure)?;
        }
        Ok(())
    }

    fn take_recovery_code(&mut self, account: AccountId, digest: &[u8; 32]) -> Result<bool, StorageError> {
        let sql = "DELETE FROM recovery_code WHERE account=?1 AND digest=?2";
        Ok(self.connection.execute(sql, (account.0.as_bytes(), digest)).map_err(failure)? == 1)
    }

    fn count_recovery_codes(&mut self, account: AccountId) -> Result<u32, StorageError> {
        let sql = "SELECT count(*) FROM recovery_code WHERE account=?1";
        self.connection.query_row(sql, [account.0.as_bytes()], |row| row.get(0)).map_err(failure)
    }
}
