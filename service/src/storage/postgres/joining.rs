//! Invitations by their token's hash, tries, and what members own.

use super::super::rows::*;
use super::super::{Joining, StorageError};
use super::log::{ORGANISATION_COLUMNS, organisation_from};
use super::transaction::PostgresTransaction;
use super::values::{get, id_from, uuid};
use mingce_model::RecordId;

impl PostgresTransaction<'_> {
    fn look_up_token(&mut self, token_hash: &str) -> Result<Option<(OrganisationRow, RecordId)>, StorageError> {
        let sql = format!(
            "SELECT {ORGANISATION_COLUMNS}, record_invitation.id FROM record_invitation \
             JOIN organisation ON organisation.key=record_invitation.organisation \
             WHERE token_hash=$1 AND NOT is_deleted LIMIT 1"
        );
        let row = self.query_opt(&sql, &[&token_hash])?;
        row.map(|row| Ok((organisation_from(&row)?, id_from(&row, 5)?))).transpose()
    }
}

impl Joining for PostgresTransaction<'_> {
    fn find_invitation(&mut self, token_hash: &str) -> Result<Option<(OrganisationRow, RecordId)>, StorageError> {
        if let Some(known) = self.cache.tokens.get(token_hash) {
            return Ok(*known);
        }
        self.flush()?;
        let found = self.look_up_token(token_hash)?;
        let Some((organisation, _)) = found else { return Ok(None) };
        if self.held.is_some() || !self.writes() {
            return Ok(found);
        }
        // Held first and looked up again: it may have been withdrawn, or its organisation have moved on, meanwhile.
        let Some(organisation) = self.hold(organisation.key)? else { return Ok(None) };
        let found = self.look_up_token(token_hash)?;
        Ok(found.filter(|(of, _)| of.key == organisation.key).map(|(_, id)| (organisation, id)))
    }

    fn find_tries(&mut self, organisation: OrganisationKey, invitation: RecordId) -> Result<Tries, StorageError> {
        let sql = "SELECT wrong, closed_until FROM tries WHERE organisation=$1 AND invitation=$2";
        let row = self.query_opt(sql, &[&organisation.0, &uuid(invitation)])?;
        let tries = row.map(|row| {
            let wrong = u32::try_from(get::<i64>(&row, 0)?).map_err(|_| StorageError::Inconsistent)?;
            Ok(Tries { wrong, closed_until_ms: get(&row, 1)? })
        });
        Ok(tries.transpose()?.unwrap_or_default())
    }

    fn save_tries(
        &mut self,
        organisation: OrganisationKey,
        invitation: RecordId,
        tries: Tries,
    ) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO tries(organisation, invitation, wrong, closed_until) VALUES($1,$2,$3,$4) \
             ON CONFLICT(organisation, invitation) DO UPDATE SET wrong=excluded.wrong, \
             closed_until=excluded.closed_until",
            &[&organisation.0, &uuid(invitation), &i64::from(tries.wrong), &tries.closed_until_ms],
        )?;
        Ok(())
    }

    fn save_member_account(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
        password_hash: &str,
        now_ms: i64,
    ) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO member_account(organisation, member, password_hash, created_at) VALUES($1,$2,$3,$4) \
             ON CONFLICT(organisation, member) DO UPDATE SET password_hash=excluded.password_hash",
            &[&organisation.0, &uuid(member), &password_hash, &now_ms],
        )?;
        self.execute(
            "DELETE FROM member_session WHERE organisation=$1 AND member=$2",
            &[&organisation.0, &uuid(member)],
        )?;
        Ok(())
    }

    fn find_member_password(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
    ) -> Result<Option<String>, StorageError> {
        let sql = "SELECT password_hash FROM member_account WHERE organisation=$1 AND member=$2";
        let row = self.query_opt(sql, &[&organisation.0, &uuid(member)])?;
        row.map(|row| get(&row, 0)).transpose()
    }

    fn insert_member_session(
        &mut self,
        token_hash: &TokenHash,
        session: &MemberSessionRow,
    ) -> Result<(), StorageError> {
        // Of its own organisation only: jobs of two organisations never wait for each other.
        self.execute(
            "DELETE FROM member_session WHERE organisation=$1 AND ends_at<=$2",
            &[&session.organisation.0, &session.created_at_ms],
        )?;
        self.execute(
            "INSERT INTO member_session(token_hash, organisation, member, created_at, ends_at) VALUES($1,$2,$3,$4,$5)",
            &[
                &&token_hash[..],
                &session.organisation.0,
                &uuid(session.member),
                &session.created_at_ms,
                &session.ends_at_ms,
            ],
        )?;
        Ok(())
    }

    fn find_member_session(
        &mut self,
        token_hash: &TokenHash,
        now_ms: i64,
    ) -> Result<Option<(OrganisationRow, MemberSessionRow)>, StorageError> {
        let sql = format!(
            "SELECT {ORGANISATION_COLUMNS}, member_session.member, member_session.created_at, member_session.ends_at \
             FROM member_session JOIN organisation ON organisation.key=member_session.organisation \
             WHERE token_hash=$1 AND ends_at>$2"
        );
        let Some(row) = self.query_opt(&sql, &[&&token_hash[..], &now_ms])? else { return Ok(None) };
        let organisation = organisation_from(&row)?;
        let session = MemberSessionRow {
            organisation: organisation.key,
            member: id_from(&row, 5)?,
            created_at_ms: get(&row, 6)?,
            ends_at_ms: get(&row, 7)?,
        };
        Ok(Some((organisation, session)))
    }

    fn remove_member_account(&mut self, organisation: OrganisationKey, member: RecordId) -> Result<(), StorageError> {
        for sql in [
            "DELETE FROM member_session WHERE organisation=$1 AND member=$2",
            "DELETE FROM member_account WHERE organisation=$1 AND member=$2",
        ] {
            self.execute(sql, &[&organisation.0, &uuid(member)])?;
        }
        Ok(())
    }

    fn remove_member_session(&mut self, token_hash: &TokenHash) -> Result<(), StorageError> {
        self.execute("DELETE FROM member_session WHERE token_hash=$1", &[&&token_hash[..]])?;
        Ok(())
    }
}
