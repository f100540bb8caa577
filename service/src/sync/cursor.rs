//! The cursor: where in an organisation's log a desktop is. Opaque to desktops and sealed with HMAC-SHA-256, so that a
//! cursor that was changed, or given out by another organisation or service, is noticed.

use super::safeguards::{Safeguard, Safeguards};
use crate::failure::Failure;
use crate::storage::{Chain, OrganisationRow, Transaction};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use mingce_model::id::OrganisationId;
use mingce_protocol::{ApiFailure, SCHEMA};
use sha2::Sha256;

const PURPOSE: &[u8] = b"mingce cursor 1";
/// Every cursor has these; one of a desktop that is being filled has a byte more.
const FIELDS_BYTES: usize = 26;
const FILLING: u8 = 1;
/// One in the middle of several pages has the version before the first of them.
const SINCE_BYTES: usize = 8;
/// One of an account that is bound to departments ends with these.
const SCOPE_BYTES: usize = 16;
/// HMAC cut to 128 bits (RFC 2104, section 5).
const SEAL_BYTES: usize = 16;

/// The service's secret for sealing cursors.
#[derive(Clone)]
pub struct CursorKey(pub [u8; 32]);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    pub epoch: u64,
    pub ver: u64,
    /// The log's chain at `ver`: a log put back by hand has another one.
    pub chain: Chain,
    pub schema: u16,
    pub stage: Stage,
    /// Of an account that is bound to departments.
    pub scope: Option<ScopeMark>,
}

/// Within which bounds a desktop is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScopeMark {
    /// Stands for the departments that the account was given.
    pub mark: u64,
    /// It was told of everything that came within them or left them up to this version.
    pub at: u64,
}

/// How far a desktop has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// In the middle of a pull from the beginning: what it gets was there before it, and is nobody's news.
    Filling,
    /// It had all that there was and is told what is new.
    Following,
    /// The same, in the middle of several pages: before the first of them it had all up to this version.
    CatchingUp { since: u64 },
}

impl CursorKey {
    /// The cursor's text for a desktop.
    pub fn seal(&self, organisation: OrganisationId, cursor: &Cursor) -> String {
        let mut bytes = Vec::with_capacity(FIELDS_BYTES + SEAL_BYTES);
        bytes.extend(cursor.epoch.to_be_bytes());
        bytes.extend(cursor.ver.to_be_bytes());
        bytes.extend(cursor.chain);
        bytes.extend(cursor.schema.to_be_bytes());
        match cursor.stage {
            Stage::Filling => bytes.push(FILLING),
            Stage::Following => {}
            Stage::CatchingUp { since } => bytes.extend(since.to_be_bytes()),
        }
        if let Some(scope) = &cursor.scope {
            bytes.extend(scope.mark.to_be_bytes());
            bytes.extend(scope.at.to_be_bytes());
        }
        let seal = self.mac(organisation, &bytes).finalize().into_bytes();
        bytes.extend(&seal[..SEAL_BYTES]);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a cursor of this organisation; `None` when it is not one that this service sealed.
    pub fn open(&self, organisation: OrganisationId, text: &str) -> Option<Cursor> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (fields, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL_BYTES)?)?;
        self.mac(organisation, fields).verify_truncated_left(seal).ok()?;
        let number = |bytes: &[u8]| Some(u64::from_be_bytes(bytes.try_into().ok()?));
        let mut rest = fields.get(FIELDS_BYTES..)?;
        let mut scope = None;
        if rest.len() >= SCOPE_BYTES {
            let (before, last) = rest.split_at(rest.len() - SCOPE_BYTES);
            scope = Some(ScopeMark { mark: number(&last[..8])?, at: number(&last[8..])? });
            rest = before;
        }
        let stage = match rest {
            [] => Stage::Following,
            &[FILLING] => Stage::Filling,
            since if since.len() == SINCE_BYTES => Stage::CatchingUp { since: number(since)? },
            _ => return None,
        };
        Some(Cursor {
            epoch: u64::from_be_bytes(fields[..8].try_into().ok()?),
            ver: u64::from_be_bytes(fields[8..16].try_into().ok()?),
            chain: fields[16..24].try_into().ok()?,
            schema: u16::from_be_bytes(fields[24..FIELDS_BYTES].try_into().ok()?),
            stage,
            scope,
        })
    }

    fn mac(&self, organisation: OrganisationId, fields: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(PURPOSE);
        mac.update(organisation.0.as_bytes());
        mac.update(fields);
        mac
    }
}

/// Opens a desktop's cursor and holds it against the log.
///
/// # Errors
/// `malformed` for one that was not sealed here for this organisation or is of another schema, `epoch` for one that is
/// not of this log.
pub(super) fn check_cursor(
    transaction: &mut dyn Transaction,
    key: &CursorKey,
    safeguards: Safeguards,
    organisation: &OrganisationRow,
    text: &str,
) -> Result<Cursor, Failure> {
    let cursor = key.open(organisation.id, text).ok_or(ApiFailure::Malformed)?;
    let is_of_this_epoch = cursor.epoch == organisation.epoch || !safeguards.has(Safeguard::Epoch);
    let is_of_this_log = is_of_this_epoch
        && cursor.ver <= organisation.head
        && (chain_at(transaction, organisation, cursor.ver)? == Some(cursor.chain)
            || !safeguards.has(Safeguard::Chain));
    match is_of_this_log {
        false => Err(ApiFailure::Epoch.into()),
        // Other fields were sent then; the log itself is the same.
        true if cursor.schema != SCHEMA => Err(ApiFailure::Malformed.into()),
        true => Ok(cursor),
    }
}

pub(super) fn chain_at(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    ver: u64,
) -> Result<Option<Chain>, Failure> {
    if ver == organisation.head {
        return Ok(Some(organisation.chain));
    }
    Ok(transaction.find_chain(organisation.key, ver)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::RecordId;

    #[test]
    fn a_cursor_opens_only_unchanged_and_for_its_own_organisation() {
        let key = CursorKey([5; 32]);
        let own = OrganisationId(RecordId::from_parts(1, [1; 10]));
        let other = OrganisationId(RecordId::from_parts(1, [2; 10]));
        let cursor = Cursor { epoch: 2, ver: 77, chain: [9; 8], schema: 1, stage: Stage::Following, scope: None };
        let filling = Cursor { stage: Stage::Filling, ..cursor };
        let catching_up = Cursor { stage: Stage::CatchingUp { since: 12 }, ..cursor };
        let bound = |cursor| Cursor { scope: Some(ScopeMark { mark: 3, at: 76 }), ..cursor };
        for told in [filling, catching_up, bound(cursor), bound(filling), bound(catching_up)] {
            assert_eq!(key.open(own, &key.seal(own, &told)), Some(told));
        }
        let text = key.seal(own, &cursor);
        assert_eq!(key.open(own, &text), Some(cursor));
        assert_eq!(key.open(other, &text), None);
        assert_eq!(CursorKey([6; 32]).open(own, &text), None);
        assert_eq!(key.open(own, ""), None);
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 1;
            assert_eq!(key.open(own, &BASE64URL_NOPAD.encode(&changed)), None);
        }
    }
}
