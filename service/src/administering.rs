//! Who may do what to whom among an organisation's administrators, and what becomes of links. Decides; knows no HTTP.
//!
//! An owner manages everybody; an administrator manages those below; nobody else manages anybody. There is always an
//! owner. Nobody ever knows another's password: a link lets its holder choose one, once, by a phone that was named before.

use crate::audit::{Act, Actor, Deed, Ledger, record};
use crate::failure::Failure;
use crate::sealing::{Sealed, Sealing};
use crate::second_factor::{self, Shown};
use crate::storage::{
    AccountRow, LinkPurpose, LinkRow, OrganisationKey, OrganisationRow, Role, StaffRow, Standing, StorageError,
    Transaction,
};
use mingce_codes::Token;
use mingce_model::RecordId;
use mingce_model::id::AccountId;
use mingce_protocol::{ApiFailure, Right, Rights};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Administrators listed at the most.
pub const LISTED: usize = 2_000;
/// Links of one organisation that wait at the same time.
pub const LINKS_MAX: usize = 200;
/// How long somebody may take to accept.
pub const INVITE_MS: i64 = 7 * 24 * 3_600_000;
/// A reset is waited for.
pub const RESET_MS: i64 = 24 * 3_600_000;
/// A link goes after so many wrong phones.
const TRIES_MAX: u32 = 5;

/// Roles that can be given, the highest first. Department comes with departments, which only the operator can name yet.
pub const GIVEN: [Role; 4] = [Role::Owner, Role::Administrator, Role::Auditor, Role::Printing];

fn rank(role: Role) -> u8 {
    match role {
        Role::Owner => 3,
        Role::Administrator => 2,
        Role::Auditor | Role::Printing | Role::Department => 1,
    }
}

/// Whether somebody in the one role may manage those in the other, and give it.
pub fn may_manage(own: Role, other: Role) -> bool {
    match own {
        Role::Owner => true,
        Role::Administrator => rank(other) < rank(own),
        Role::Auditor | Role::Printing | Role::Department => false,
    }
}

/// Whether somebody may give the role with the rights, and so take over whoever has them: nobody gives what they have not.
fn may_give(own: &Standing, role: Role, rights: &Rights) -> bool {
    may_manage(own.role, role) && !Right::ALL.into_iter().any(|right| rights.has(right) && !own.rights.has(right))
}

/// Whether somebody may let another choose a new password, as a link does for whoever holds it.
pub fn may_reset(own: &Standing, other: &Standing) -> bool {
    may_give(own, other.role, &other.rights)
}

/// Whether whoever made the link could still make it, for somebody who stands so. The operator's always serve.
fn is_backed(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    link: &LinkRow,
    (role, rights): (Role, &Rights),
) -> Result<bool, StorageError> {
    let Some(maker) = link.made_by else { return Ok(true) };
    let standing = transaction.find_standing(maker, organisation.key)?;
    Ok(standing.is_some_and(|standing| may_give(&standing, role, rights)))
}

/// Whether the list is for them.
pub fn may_list(own: Role) -> bool {
    match own {
        Role::Owner | Role::Administrator | Role::Auditor => true,
        Role::Printing | Role::Department => false,
    }
}

/// What may be given in a role by somebody: nobody gives what they have not.
pub fn checked_standing(own: &Standing, role: &str, rights: Rights) -> Result<Standing, Failure> {
    let role = Role::from_name(role).ok_or(Failure::invalid("role", "choice_unknown"))?;
    let rights: Rights = Right::ALL.into_iter().filter(|right| rights.has(*right)).collect();
    if !may_give(own, role, &rights) {
        return Err(ApiFailure::Forbidden.into());
    }
    if role == Role::Printing && rights != Rights::default() {
        return Err(Failure::invalid("rights", "printing_has_no_rights"));
    }
    Ok(Standing::of(role, rights))
}

/// Refuses what would leave the organisation without an owner.
pub fn check_owner_stays(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    before: Role,
    after: Option<Role>,
) -> Result<(), Failure> {
    if before != Role::Owner || after == Some(Role::Owner) {
        return Ok(());
    }
    // The organisation is held, so nobody else steps down meanwhile.
    let staff = transaction.load_staff(organisation.key, LISTED)?;
    let owners = staff.iter().filter(|row| row.standing.role == Role::Owner).count();
    if owners > 1 { Ok(()) } else { Err(Failure::invalid("role", "last_owner")) }
}

/// Desktops that only print hold only what the role sees, and cannot give back more: nobody goes in or out of it.
pub fn check_printing(before: Role, after: Role) -> Result<(), Failure> {
    match (before == Role::Printing) == (after == Role::Printing) {
        true => Ok(()),
        false => Err(Failure::invalid("role", "printing_fixed")),
    }
}

/// The account's line, where it is one of the organisation's.
pub fn find_staff(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    account: AccountId,
) -> Result<StaffRow, Failure> {
    let staff = transaction.load_staff(organisation.key, LISTED)?;
    staff.into_iter().find(|row| row.account == account).ok_or(ApiFailure::NotFound.into())
}

/// Gives an account another role or other rights; links that it made and may not make any more go, and so do those for a new
/// password of its own: they were made for somebody who stood otherwise.
pub fn change(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    target: &StaffRow,
    after: &Standing,
    (by, now_ms): (&By<'_>, i64),
) -> Result<(), Failure> {
    check_printing(target.standing.role, after.role)?;
    check_owner_stays(transaction, organisation, target.standing.role, Some(after.role))?;
    if after.role == Role::Department && target.standing.role != Role::Department {
        return Err(Failure::invalid("role", "choice_unknown"));
    }
    unbind(transaction, organisation.key, target.account, after.role)?;
    transaction.save_standing(target.account, organisation.key, after, now_ms)?;
    transaction.remove_resets_of(target.account)?;
    for link in transaction.load_links(organisation.key, LINKS_MAX)? {
        if link.made_by == Some(target.account) && !may_give(after, link.role, &link.rights) {
            transaction.remove_link(organisation.key, link.id)?;
        }
    }
    let plain = |rights: &Rights| rights.clone().within(None).0;
    let before = &target.standing;
    let role = json!({ "before": before.role.name(), "after": after.role.name() });
    let rights = json!({ "before": plain(&before.rights), "after": plain(&after.rights) });
    if before.role != after.role {
        by.write(transaction, organisation, now_ms, (Act::RoleChanged, Some(target.account.0), role))?;
    }
    if before.role == after.role || plain(&before.rights) != plain(&after.rights) {
        by.write(transaction, organisation, now_ms, (Act::RightsChanged, Some(target.account.0), rights))?;
    }
    Ok(())
}

/// Whoever is in another role now is bound to no departments.
pub fn unbind(
    transaction: &mut dyn Transaction,
    organisation: OrganisationKey,
    account: AccountId,
    role: Role,
) -> Result<(), StorageError> {
    if role == Role::Department { Ok(()) } else { transaction.save_roots(organisation, account, &[]) }
}

/// Takes somebody out of the organisation: their sessions end, and so do the links that they made. Says which devices
/// were signed in.
pub fn remove(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    target: &StaffRow,
    (by, now_ms): (&By<'_>, i64),
) -> Result<Vec<RecordId>, Failure> {
    check_owner_stays(transaction, organisation, target.standing.role, None)?;
    transaction.save_roots(organisation.key, target.account, &[])?;
    transaction.remove_standing(target.account, organisation.key)?;
    let devices = transaction.remove_devices_of(target.account, None)?;
    transaction.remove_resets_of(target.account)?;
    for link in transaction.load_links(organisation.key, LINKS_MAX)? {
        if link.made_by == Some(target.account) {
            transaction.remove_link(organisation.key, link.id)?;
        }
    }
    let details = json!({ "role": target.standing.role.name(), "devices": devices.len() });
    by.write(transaction, organisation, now_ms, (Act::AdministratorRemoved, Some(target.account.0), details))?;
    Ok(devices)
}

/// Who does it, for the audit.
pub struct By<'a> {
    pub actor: Actor,
    pub device: Option<RecordId>,
    pub network: Option<&'a str>,
}

impl By<'_> {
    pub fn write(
        &self,
        transaction: &mut dyn Transaction,
        organisation: &OrganisationRow,
        now_ms: i64,
        (act, subject, details): (Act, Option<RecordId>, serde_json::Value),
    ) -> Result<(), StorageError> {
        let deed = Deed { act, actor: self.actor, device: self.device, network: self.network, subject, details };
        record(transaction, Ledger::from(organisation), now_ms, deed)
    }
}

/// What is kept of a link's token. A hash of its own kind: no member's invitation opens one.
pub fn link_hash(token: &Token) -> [u8; 32] {
    Sha256::new_with_prefix(b"mingce administrator link 1").chain_update(token.as_bytes()).finalize().into()
}

/// Where a link leads, below the service's public address.
pub fn link_path(token: &Token) -> String {
    format!("/a/{token}")
}

/// What is kept of the phone that whoever uses the link has to type.
pub fn phone_digest(sealing: &Sealing, link: RecordId, phone: &str) -> [u8; 32] {
    sealing.digest(Sealed::LinkPhone, link.as_bytes(), phone.as_bytes())
}

/// The link, while it can be used.
pub fn find_usable(
    transaction: &mut dyn Transaction,
    token: &Token,
    now_ms: i64,
) -> Result<Option<(OrganisationRow, LinkRow)>, StorageError> {
    let found = transaction.find_link(&link_hash(token))?;
    Ok(found.filter(|(_, link)| now_ms < link.ends_at_ms && link.wrong < TRIES_MAX))
}

/// Counts a wrong phone; how many tries are left. With the last one the link goes.
pub fn note_wrong_phone(transaction: &mut dyn Transaction, token: &Token, now_ms: i64) -> Result<u32, StorageError> {
    let Some((organisation, link)) = find_usable(transaction, token, now_ms)? else { return Ok(0) };
    let wrong = link.wrong + 1;
    if wrong >= TRIES_MAX {
        transaction.remove_link(organisation.key, link.id)?;
        return Ok(0);
    }
    transaction.save_link_tries(organisation.key, link.id, wrong)?;
    Ok(TRIES_MAX - wrong)
}

/// What somebody brings who uses a link; the phone has been compared already, the password looked at.
pub struct Using<'a> {
    pub token: &'a Token,
    pub phone: &'a str,
    /// Whose phone it is; of somebody new, with what is to be kept.
    pub account: Entrant,
    pub code: Option<&'a str>,
    pub network: &'a str,
    pub now_ms: i64,
}

/// The account of whoever uses an invitation.
#[derive(Clone)]
pub enum Entrant {
    New(AccountRow),
    /// The password was the right one.
    Known(AccountId),
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Used {
    Done {
        role: Role,
        /// Sessions that ended.
        devices: Vec<RecordId>,
    },
    CodeNeeded,
    CodeWrong,
    /// They are an administrator here already.
    AlreadyIn,
    Unusable,
}

/// Makes whoever holds the link an administrator.
pub fn accept(transaction: &mut dyn Transaction, sealing: &Sealing, using: &Using<'_>) -> Result<Used, StorageError> {
    let Some((organisation, link)) = find_usable(transaction, using.token, using.now_ms)? else {
        return Ok(Used::Unusable);
    };
    if link.purpose != LinkPurpose::Invite || !is_backed(transaction, &organisation, &link, (link.role, &link.rights))?
    {
        return Ok(Used::Unusable);
    }
    let (account, kind) = match &using.account {
        Entrant::Known(account) => (*account, "known"),
        Entrant::New(row) => match transaction.find_account_by_phone(&row.phone)? {
            // Somebody else made one with this phone just now.
            Some(_) => return Ok(Used::Unusable),
            None => (row.id, "new"),
        },
    };
    if transaction.find_standing(account, organisation.key)?.is_some() {
        return Ok(Used::AlreadyIn);
    }
    match second_factor::check(transaction, sealing, account, using.code, using.now_ms)? {
        Shown::NotAsked | Shown::Right | Shown::Recovery => {}
        Shown::Needed => return Ok(Used::CodeNeeded),
        Shown::Wrong => return Ok(Used::CodeWrong),
    }
    if !transaction.remove_link(organisation.key, link.id)? {
        return Ok(Used::Unusable);
    }
    // Other invitations of the same person would let them in again after they were removed.
    for other in transaction.load_links(organisation.key, LINKS_MAX)? {
        if other.purpose == LinkPurpose::Invite && phone_digest(sealing, other.id, using.phone) == other.phone_digest {
            transaction.remove_link(organisation.key, other.id)?;
        }
    }
    if let Entrant::New(row) = &using.account {
        transaction.insert_account(row, using.now_ms)?;
    }
    let standing = Standing::of(link.role, link.rights.clone());
    transaction.save_standing(account, organisation.key, &standing, using.now_ms)?;
    let details = json!({
        "role": standing.role.name(),
        "rights": standing.rights.within(None).0,
        "account": kind,
        "link": link.id.to_string(),
        "invited_by": link.made_by.map(|account| account.0.to_string()),
    });
    let by = By { actor: Actor::Account(account), device: None, network: Some(using.network) };
    by.write(transaction, &organisation, using.now_ms, (Act::AdministratorAdded, Some(account.0), details))?;
    Ok(Used::Done { role: link.role, devices: Vec::new() })
}

/// Gives the account that the link is for another password; every session of it ends.
pub fn reset(
    transaction: &mut dyn Transaction,
    sealing: &Sealing,
    (using, password_hash): (&Using<'_>, &str),
) -> Result<Used, StorageError> {
    let Some((organisation, link)) = find_usable(transaction, using.token, using.now_ms)? else {
        return Ok(Used::Unusable);
    };
    let (LinkPurpose::Reset, Some(account)) = (link.purpose, link.account) else { return Ok(Used::Unusable) };
    let Some(standing) = transaction.find_standing(account, organisation.key)? else { return Ok(Used::Unusable) };
    if !is_backed(transaction, &organisation, &link, (standing.role, &standing.rights))? {
        return Ok(Used::Unusable);
    }
    // The operator answers for all organisations, whoever manages one only for that.
    if link.made_by.is_some() && !is_only_here(transaction, account)? {
        return Ok(Used::Unusable);
    }
    match second_factor::check(transaction, sealing, account, using.code, using.now_ms)? {
        Shown::NotAsked | Shown::Right | Shown::Recovery => {}
        Shown::Needed => return Ok(Used::CodeNeeded),
        Shown::Wrong => return Ok(Used::CodeWrong),
    }
    if !transaction.remove_link(organisation.key, link.id)? {
        return Ok(Used::Unusable);
    }
    transaction.save_password(account, password_hash)?;
    let devices = transaction.remove_devices_of(account, None)?;
    let details = json!({ "link": link.id.to_string(), "devices": devices.len() });
    let by = By { actor: Actor::Account(account), device: None, network: Some(using.network) };
    by.write(transaction, &organisation, using.now_ms, (Act::PasswordReset, Some(account.0), details))?;
    Ok(Used::Done { role: standing.role, devices })
}

/// Whether the account is in one organisation only: whoever manages that one has no business in others.
pub fn is_only_here(transaction: &mut dyn Transaction, account: AccountId) -> Result<bool, StorageError> {
    Ok(transaction.load_organisations_of(account)?.len() <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_manages_those_below_and_an_owner_everybody() {
        use Role::{Administrator, Auditor, Owner, Printing};
        for (own, managed) in [
            (Owner, vec![Owner, Administrator, Auditor, Printing]),
            (Administrator, vec![Auditor, Printing]),
            (Auditor, vec![]),
            (Printing, vec![]),
        ] {
            assert_eq!(GIVEN.into_iter().filter(|role| may_manage(own, *role)).collect::<Vec<_>>(), managed, "{own:?}");
        }
    }

    #[test]
    fn nobody_gives_what_they_have_not() {
        let own = Standing::of(Role::Administrator, Rights::default());
        assert!(checked_standing(&own, "auditor", Rights::default()).is_ok());
        assert!(checked_standing(&own, "auditor", Rights::all()).is_err());
        assert!(checked_standing(&own, "administrator", Rights::default()).is_err());
        assert!(checked_standing(&Standing::owner(), "printing", Rights::all()).is_err());
        assert!(checked_standing(&Standing::owner(), "king", Rights::default()).is_err());
        let auditor = checked_standing(&Standing::owner(), "auditor", Rights::all()).unwrap();
        assert!(auditor.rights.has(Right::RevealNumbers));
    }
}
