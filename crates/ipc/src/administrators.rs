//! Administrators of the organisation, and what an account does about its own password and second factor.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AdministratorRow {
    /// Of the account.
    pub id: String,
    pub name: String,
    /// Masked.
    pub phone: String,
    /// `owner`, `administrator`, `auditor`, `printing`, or one that this program does not know yet.
    pub role: String,
    /// May look at whole numbers.
    pub reveals_numbers: bool,
    #[ts(type = "number")]
    pub since: i64,
    pub devices: u32,
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
    pub has_second_factor: bool,
    pub is_self: bool,
    /// May be changed, removed and reset by the account that is signed in here.
    pub may_change: bool,
}

/// A link that nobody has used yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LinkRow {
    pub id: String,
    /// `invite` or `reset`.
    pub purpose: String,
    pub name: String,
    pub role: String,
    #[ts(type = "number")]
    pub ends_at: i64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AdministratorList {
    pub administrators: Vec<AdministratorRow>,
    pub links: Vec<LinkRow>,
    /// Roles that the account that is signed in here may give.
    pub may_give: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct InviteAdministrator {
    pub name: String,
    /// The invited person types it on the page.
    pub phone: String,
    pub role: String,
    pub reveals_numbers: bool,
}

/// A link, told once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MadeLink {
    pub id: String,
    pub link: String,
    /// The same as a QR code.
    pub svg: String,
    #[ts(type = "number")]
    pub ends_at: i64,
    /// The link leads to this computer and no other device reaches it.
    pub is_here_only: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ChangeAdministrator {
    pub id: String,
    pub role: String,
    pub reveals_numbers: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RevokeSessions {
    /// Of the account.
    pub id: String,
    /// One of its devices; all where absent.
    #[ts(optional)]
    pub device: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ChangePassword {
    pub password: String,
    pub new_password: String,
    #[ts(optional)]
    pub code: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SecondFactorState {
    pub is_on: bool,
    pub recovery_codes_left: u32,
}

/// What an authenticator needs; told once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct BegunSecondFactor {
    /// For typing.
    pub secret: String,
    /// For scanning.
    pub svg: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ConfirmSecondFactor {
    pub code: String,
}

/// Each lets its owner in once; told once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ProveSecondFactor {
    pub password: String,
    pub code: String,
}
