//! Links, standings of a whole organisation, second factors.

use super::super::StorageError;
use super::super::administering::*;
use super::super::rows::*;
use super::accounts::standing_from;
use super::log::{ORGANISATION_COLUMNS, organisation_from};
use super::transaction::PostgresTransaction;
use super::values::{bytes_from, get, id_from, uuid};
use mingce_model::RecordId;
use mingce_model::id::AccountId;
use mingce_protocol::Rights;
use tokio_postgres::Row;
use uuid::Uuid;

const LINK: &str = "administrator_link.id, token_hash, purpose, name, phone_digest, role, rights, account, made_by, \
    made_at, ends_at, wrong";

fn count_from(row: &Row, at: usize) -> Result<u32, StorageError> {
    u32::try_from(get::<i64>(row, at)?).map_err(|_| StorageError::Inconsistent)
}

/// Reads the columns of `LINK`, beginning at one.
fn link_from(row: &Row, first: usize) -> Result<LinkRow, StorageError> {
    let account = |at: usize| -> Result<Option<AccountId>, StorageError> {
        get::<Option<Uuid>>(row, first + at)?.map(|_| id_from(row, first + at).map(AccountId)).transpose()
    };
    let rights: &str = get(row, first + 6)?;
    Ok(LinkRow {
        id: id_from(row, first)?,
        token_hash: bytes_from(row, first + 1)?,
        purpose: LinkPurpose::from_word(get(row, first + 2)?).ok_or(StorageError::Inconsistent)?,
        name: get(row, first + 3)?,
        phone_digest: bytes_from(row, first + 4)?,
        role: Role::from_name(get(row, first + 5)?).ok_or(StorageError::Inconsistent)?,
        rights: Rights(rights.split_ascii_whitespace().map(str::to_owned).collect()),
        account: account(7)?,
        made_by: account(8)?,
        made_at_ms: get(row, first + 9)?,
        ends_at_ms: get(row, first + 10)?,
        wrong: count_from(row, first + 11)?,
    })
}

impl PostgresTransaction<'_> {
    fn look_up_link(&mut self, token_hash: &LinkHash) -> Result<Option<(OrganisationRow, LinkRow)>, StorageError> {
        let sql = format!(
            "SELECT {ORGANISATION_COLUMNS}, {LINK} FROM administrator_link \
             JOIN organisation ON organisation.key=administrator_link.organisation WHERE token_hash=$1"
        );
        let row = self.query_opt(&sql, &[&&token_hash[..]])?;
        row.map(|row| Ok((organisation_from(&row)?, link_from(&row, 5)?))).transpose()
    }
}

impl Administering for PostgresTransaction<'_> {
    fn find_account(&mut self, account: AccountId) -> Result<Option<AccountRow>, StorageError> {
        let row = self.query_opt("SELECT name, phone, password_hash FROM account WHERE id=$1", &[&uuid(account.0)])?;
        let read = |row: Row| {
            Ok(AccountRow { id: account, name: get(&row, 0)?, phone: get(&row, 1)?, password_hash: get(&row, 2)? })
        };
        row.map(read).transpose()
    }

    fn save_password(&mut self, account: AccountId, password_hash: &str) -> Result<(), StorageError> {
        self.execute("UPDATE account SET password_hash=$2 WHERE id=$1", &[&uuid(account.0), &password_hash])?;
        Ok(())
    }

    fn load_staff(&mut self, organisation: OrganisationKey, limit: usize) -> Result<Vec<StaffRow>, StorageError> {
        let sql = "SELECT account.id, account.name, account.phone, role, rights, scope_ver, since, \
            (SELECT count(*) FROM device WHERE device.account=account.id), \
            (SELECT max(last_used_at) FROM device WHERE device.account=account.id), \
            EXISTS(SELECT 1 FROM second_factor AS it WHERE it.account=account.id AND it.is_on=1) \
            FROM account_organisation JOIN account ON account.id=account_organisation.account \
            WHERE organisation=$1 ORDER BY role<>'owner', since, account.id LIMIT $2";
        let rows = self.query(sql, &[&organisation.0, &i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let read = |row: &Row| {
            Ok(StaffRow {
                account: AccountId(id_from(row, 0)?),
                name: get(row, 1)?,
                phone: get(row, 2)?,
                standing: standing_from(row, 3)?,
                since_ms: get(row, 6)?,
                devices: count_from(row, 7)?,
                last_used_at_ms: get(row, 8)?,
                has_second_factor: get(row, 9)?,
            })
        };
        rows.iter().map(read).collect()
    }

    fn remove_standing(&mut self, account: AccountId, organisation: OrganisationKey) -> Result<bool, StorageError> {
        let sql = "DELETE FROM account_organisation WHERE organisation=$1 AND account=$2";
        Ok(self.execute(sql, &[&organisation.0, &uuid(account.0)])? == 1)
    }

    fn remove_devices_of(&mut self, account: AccountId, save: Option<RecordId>) -> Result<Vec<RecordId>, StorageError> {
        let sql = "DELETE FROM device WHERE account=$1 AND id IS DISTINCT FROM $2 RETURNING id";
        let rows = self.query(sql, &[&uuid(account.0), &save.map(uuid)])?;
        rows.iter().map(|row| id_from(row, 0)).collect()
    }

    fn insert_link(&mut self, organisation: OrganisationKey, link: &LinkRow) -> Result<(), StorageError> {
        let sql = "INSERT INTO administrator_link(organisation, id, token_hash, purpose, name, phone_digest, role, rights, \
            account, made_by, made_at, ends_at, wrong) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)";
        let account = |id: &Option<AccountId>| id.map(|id| uuid(id.0));
        self.execute(
            sql,
            &[
                &organisation.0,
                &uuid(link.id),
                &&link.token_hash[..],
                &link.purpose.word(),
                &link.name,
                &&link.phone_digest[..],
                &link.role.name(),
                &link.rights.0.join(" "),
                &account(&link.account),
                &account(&link.made_by),
                &link.made_at_ms,
                &link.ends_at_ms,
                &i64::from(link.wrong),
            ],
        )?;
        Ok(())
    }

    fn find_link(&mut self, token_hash: &LinkHash) -> Result<Option<(OrganisationRow, LinkRow)>, StorageError> {
        let found = self.look_up_link(token_hash)?;
        let Some((organisation, _)) = &found else { return Ok(None) };
        if self.held.is_some() || !self.writes() {
            return Ok(found);
        }
        // Held first and looked up again: it may have been used or withdrawn meanwhile.
        let Some(organisation) = self.hold(organisation.key)? else { return Ok(None) };
        let found = self.look_up_link(token_hash)?;
        Ok(found.filter(|(of, _)| of.key == organisation.key).map(|(_, link)| (organisation, link)))
    }

    fn load_links(&mut self, organisation: OrganisationKey, limit: usize) -> Result<Vec<LinkRow>, StorageError> {
        let sql = format!(
            "SELECT {LINK} FROM administrator_link WHERE organisation=$1 ORDER BY made_at DESC, id DESC LIMIT $2"
        );
        let rows = self.query(&sql, &[&organisation.0, &i64::try_from(limit).unwrap_or(i64::MAX)])?;
        rows.iter().map(|row| link_from(row, 0)).collect()
    }

    fn save_link_tries(
        &mut self,
        organisation: OrganisationKey,
        link: RecordId,
        wrong: u32,
    ) -> Result<(), StorageError> {
        let sql = "UPDATE administrator_link SET wrong=$3 WHERE organisation=$1 AND id=$2";
        self.execute(sql, &[&organisation.0, &uuid(link), &i64::from(wrong)])?;
        Ok(())
    }

    fn remove_link(&mut self, organisation: OrganisationKey, link: RecordId) -> Result<bool, StorageError> {
        let sql = "DELETE FROM administrator_link WHERE organisation=$1 AND id=$2";
        Ok(self.execute(sql, &[&organisation.0, &uuid(link)])? == 1)
    }

    fn remove_ended_links(&mut self, now_ms: i64) -> Result<(), StorageError> {
        self.execute("DELETE FROM administrator_link WHERE ends_at<=$1", &[&now_ms])?;
        Ok(())
    }

    fn remove_resets_of(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.execute("DELETE FROM administrator_link WHERE account=$1", &[&uuid(account.0)])?;
        Ok(())
    }

    fn find_second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRow>, StorageError> {
        let sql = "SELECT secret, is_on, last_step FROM second_factor WHERE account=$1";
        let read = |row: Row| {
            let is_on = get::<i16>(&row, 1)? != 0;
            Ok(SecondFactorRow { sealed_secret: get(&row, 0)?, is_on, last_step: get(&row, 2)? })
        };
        self.query_opt(sql, &[&uuid(account.0)])?.map(read).transpose()
    }

    fn save_second_factor(&mut self, account: AccountId, row: &SecondFactorRow) -> Result<(), StorageError> {
        let sql = "INSERT INTO second_factor(account, secret, is_on, last_step) VALUES($1,$2,$3,$4) ON CONFLICT(account) \
            DO UPDATE SET secret=excluded.secret, is_on=excluded.is_on, last_step=excluded.last_step";
        self.execute(sql, &[&uuid(account.0), &row.sealed_secret, &i16::from(row.is_on), &row.last_step])?;
        Ok(())
    }

    fn remove_second_factor(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.execute("DELETE FROM second_factor WHERE account=$1", &[&uuid(account.0)])?;
        self.execute("DELETE FROM recovery_code WHERE account=$1", &[&uuid(account.0)])?;
        Ok(())
    }

    fn take_step(&mut self, account: AccountId, step: i64) -> Result<bool, StorageError> {
        let sql = "UPDATE second_factor SET last_step=$2 WHERE account=$1 AND last_step<$2";
        Ok(self.execute(sql, &[&uuid(account.0), &step])? == 1)
    }

    fn replace_recovery_codes(&mut self, account: AccountId, digests: &[[u8; 32]]) -> Result<(), StorageError> {
        self.execute("DELETE FROM recovery_code WHERE account=$1", &[&uuid(account.0)])?;
        for digest in digests {
            let sql = "INSERT INTO recovery_code(account, digest) VALUES($1,$2)";
            self.execute(sql, &[&uuid(account.0), &&digest[..]])?;
        }
        Ok(())
    }

    fn take_recovery_code(&mut self, account: AccountId, digest: &[u8; 32]) -> Result<bool, StorageError> {
        let sql = "DELETE FROM recovery_code WHERE account=$1 AND digest=$2";
        Ok(self.execute(sql, &[&uuid(account.0), &&digest[..]])? == 1)
    }

    fn count_recovery_codes(&mut self, account: AccountId) -> Result<u32, StorageError> {
        let row = self.query_opt("SELECT count(*) FROM recovery_code WHERE account=$1", &[&uuid(account.0)])?;
        count_from(&row.ok_or(StorageError::Inconsistent)?, 0)
    }
}
