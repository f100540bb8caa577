//! Invitations by their token's hash, tries, and what members own.

use super::super::rows::*;
use super::super::{Joining, StorageError};
use super::log::organisation_from;
use super::records::id_from;
use super::{SqliteTransaction, failure};
use mingce_model::RecordId;
use rusqlite::OptionalExtension;

impl Joining for SqliteTransaction<'_> {
    fn find_invitation(&mut self, token_hash: &str) -> Result<Option<(OrganisationRow, RecordId)>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT organisation.key, organisation.id, epoch, head, chain, record_invitation.id \
                 FROM record_invitation JOIN organisation ON organisation.key=record_invitation.organisation \
                 WHERE token_hash=?1 AND is_deleted=0 LIMIT 1",
            )
            .map_err(failure)?;
        let mut rows = statement.query([token_hash]).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        Ok(Some((organisation_from(row)?, id_from(row, 5)?)))
    }

    fn find_tries(&mut self, organisation: OrganisationKey, invitation: RecordId) -> Result<Tries, StorageError> {
        let tries = self
            .connection
            .prepare_cached("SELECT wrong, closed_until FROM tries WHERE organisation=?1 AND invitation=?2")
            .map_err(failure)?
            .query_row((organisation.0, invitation.as_bytes()), |row| {
                Ok(Tries { wrong: row.get(0)?, closed_until_ms: row.get(1)? })
            })
            .optional()
            .map_err(failure)?;
        Ok(tries.unwrap_or_default())
    }

    fn save_tries(
        &mut self,
        organisation: OrganisationKey,
        invitation: RecordId,
        tries: Tries,
    ) -> Result<(), StorageError> {
        self.connection
            .prepare_cached(
                "INSERT INTO tries(organisation, invitation, wrong, closed_until) VALUES(?1,?2,?3,?4) \
                 ON CONFLICT(organisation, invitation) DO UPDATE SET wrong=excluded.wrong, \
                 closed_until=excluded.closed_until",
            )
            .map_err(failure)?
            .execute((organisation.0, invitation.as_bytes(), tries.wrong, tries.closed_until_ms))
            .map_err(failure)?;
        Ok(())
    }

    fn save_member_account(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
        password_hash: &str,
        now_ms: i64,
    ) -> Result<(), StorageError> {
        self.connection
            .execute(
                "INSERT INTO member_account(organisation, member, password_hash, created_at) VALUES(?1,?2,?3,?4) \
                 ON CONFLICT(organisation, member) DO UPDATE SET password_hash=excluded.password_hash",
                (organisation.0, member.as_bytes(), password_hash, now_ms),
            )
            .map_err(failure)?;
        self.connection
            .execute(
                "DELETE FROM member_session WHERE organisation=?1 AND member=?2",
                (organisation.0, member.as_bytes()),
            )
            .map_err(failure)?;
        Ok(())
    }

    fn find_member_password(
        &mut self,
        organisation: OrganisationKey,
        member: RecordId,
    ) -> Result<Option<String>, StorageError> {
        self.connection
            .prepare_cached("SELECT password_hash FROM member_account WHERE organisation=?1 AND member=?2")
            .map_err(failure)?
            .query_row((organisation.0, member.as_bytes()), |row| row.get(0))
            .optional()
            .map_err(failure)
    }

    fn insert_member_session(
        &mut self,
        token_hash: &TokenHash,
        session: &MemberSessionRow,
    ) -> Result<(), StorageError> {
        self.connection
            .execute("DELETE FROM member_session WHERE ends_at<=?1", [session.created_at_ms])
            .map_err(failure)?;
        self.connection
            .execute(
                "INSERT INTO member_session(token_hash, organisation, member, created_at, ends_at) VALUES(?1,?2,?3,?4,?5)",
                (
                    token_hash,
                    session.organisation.0,
                    session.member.as_bytes(),
                    session.created_at_ms,
                    session.ends_at_ms,
                ),
            )
            .map_err(failure)?;
        Ok(())
    }

    fn find_member_session(
        &mut self,
        token_hash: &TokenHash,
        now_ms: i64,
    ) -> Result<Option<(OrganisationRow, MemberSessionRow)>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT organisation.key, organisation.id, epoch, head, chain, member_session.member, \
                 member_session.created_at, member_session.ends_at FROM member_session \
                 JOIN organisation ON organisation.key=member_session.organisation \
                 WHERE token_hash=?1 AND ends_at>?2",
            )
            .map_err(failure)?;
        let mut rows = statement.query((token_hash, now_ms)).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        let organisation = organisation_from(row)?;
        let session = MemberSessionRow {
            organisation: organisation.key,
            member: id_from(row, 5)?,
            created_at_ms: row.get(6).map_err(failure)?,
            ends_at_ms: row.get(7).map_err(failure)?,
        };
        Ok(Some((organisation, session)))
    }

    fn remove_member_account(&mut self, organisation: OrganisationKey, member: RecordId) -> Result<(), StorageError> {
        for sql in [
            "DELETE FROM member_session WHERE organisation=?1 AND member=?2",
            "DELETE FROM member_account WHERE organisation=?1 AND member=?2",
        ] {
            self.connection.execute(sql, (organisation.0, member.as_bytes())).map_err(failure)?;
        }
        Ok(())
    }

    fn remove_member_session(&mut self, token_hash: &TokenHash) -> Result<(), StorageError> {
        self.connection.execute("DELETE FROM member_session WHERE token_hash=?1", [token_hash]).map_err(failure)?;
        Ok(())
    }
}
