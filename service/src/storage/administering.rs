//! What managing administrators needs of the storage: links, standings of a whole organisation, second factors.

use super::{OrganisationKey, OrganisationRow, Role, Standing, StorageError};
use crate::storage::AccountRow;
use mingce_model::RecordId;
use mingce_model::id::AccountId;
use mingce_protocol::Rights;

/// SHA-256 of a link's token.
pub type LinkHash = [u8; 32];
/// A keyed digest of a phone.
pub type PhoneDigest = [u8; 32];

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkPurpose {
    /// To become an administrator.
    Invite,
    /// To choose a new password.
    Reset,
}

impl LinkPurpose {
    /// The word it is stored and told under.
    pub fn word(self) -> &'static str {
        match self {
            LinkPurpose::Invite => "invite",
            LinkPurpose::Reset => "reset",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        [LinkPurpose::Invite, LinkPurpose::Reset].into_iter().find(|purpose| purpose.word() == word)
    }
}

/// A link that was not used yet. It goes when it is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkRow {
    pub id: RecordId,
    pub token_hash: LinkHash,
    pub purpose: LinkPurpose,
    /// For whom, as whoever made it wrote it.
    pub name: String,
    /// Whoever uses it types this phone.
    pub phone_digest: PhoneDigest,
    /// What an invited person becomes.
    pub role: Role,
    pub rights: Rights,
    /// Whose password it is, of a reset.
    pub account: Option<AccountId>,
    pub made_by: Option<AccountId>,
    pub made_at_ms: i64,
    pub ends_at_ms: i64,
    /// Wrong tries so far.
    pub wrong: u32,
}

/// An account in one organisation, with how it is used.
#[derive(Clone, Debug)]
pub struct StaffRow {
    pub account: AccountId,
    pub name: String,
    pub phone: String,
    pub standing: Standing,
    pub since_ms: i64,
    pub devices: u32,
    pub last_used_at_ms: Option<i64>,
    pub has_second_factor: bool,
}

/// A second factor, its secret sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecondFactorRow {
    pub sealed_secret: Vec<u8>,
    /// A code was shown; before that it is not asked for.
    pub is_on: bool,
    /// The step of the last code that was taken: no code of it or of an earlier one is taken again.
    pub last_step: i64,
}

/// Links, standings and second factors.
pub trait Administering {
    fn find_account(&mut self, account: AccountId) -> Result<Option<AccountRow>, StorageError>;
    fn save_password(&mut self, account: AccountId, password_hash: &str) -> Result<(), StorageError>;
    /// Everybody who may sign in to the organisation, owners first, then the longest there; at most `limit`.
    fn load_staff(&mut self, organisation: OrganisationKey, limit: usize) -> Result<Vec<StaffRow>, StorageError>;
    /// Whether the account had a standing there.
    fn remove_standing(&mut self, account: AccountId, organisation: OrganisationKey) -> Result<bool, StorageError>;
    /// Ends every session of the account, save that of one device; says which ended.
    fn remove_devices_of(&mut self, account: AccountId, save: Option<RecordId>) -> Result<Vec<RecordId>, StorageError>;

    fn insert_link(&mut self, organisation: OrganisationKey, link: &LinkRow) -> Result<(), StorageError>;
    /// The link and its organisation, which a job that writes holds from here on.
    fn find_link(&mut self, token_hash: &LinkHash) -> Result<Option<(OrganisationRow, LinkRow)>, StorageError>;
    /// The organisation's links, the newest first; at most `limit`.
    fn load_links(&mut self, organisation: OrganisationKey, limit: usize) -> Result<Vec<LinkRow>, StorageError>;
    fn save_link_tries(
        &mut self,
        organisation: OrganisationKey,
        link: RecordId,
        wrong: u32,
    ) -> Result<(), StorageError>;
    /// Whether it was there: of two who use it at once, one is told so.
    fn remove_link(&mut self, organisation: OrganisationKey, link: RecordId) -> Result<bool, StorageError>;
    /// Forgets links that have ended, of all organisations, and resets of an account.
    fn remove_ended_links(&mut self, now_ms: i64) -> Result<(), StorageError>;
    fn remove_resets_of(&mut self, account: AccountId) -> Result<(), StorageError>;

    fn find_second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRow>, StorageError>;
    fn save_second_factor(&mut self, account: AccountId, row: &SecondFactorRow) -> Result<(), StorageError>;
    /// Takes the factor and its recovery codes away.
    fn remove_second_factor(&mut self, account: AccountId) -> Result<(), StorageError>;
    /// Notes the step of a code; whether none of it or of a later one was taken before.
    fn take_step(&mut self, account: AccountId, step: i64) -> Result<bool, StorageError>;
    /// These instead of those that were there.
    fn replace_recovery_codes(&mut self, account: AccountId, digests: &[[u8; 32]]) -> Result<(), StorageError>;
    /// Uses a recovery code up; whether it was there.
    fn take_recovery_code(&mut self, account: AccountId, digest: &[u8; 32]) -> Result<bool, StorageError>;
    fn count_recovery_codes(&mut self, account: AccountId) -> Result<u32, StorageError>;
}
