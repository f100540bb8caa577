//! Administrators of an organisation: who they are, links that let somebody become one or choose a new password, their
//! devices, and what an account does about its own password and second factor.

use crate::Rights;
use serde::{Deserialize, Serialize};

/// One account that may sign in to the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorLine {
    pub account: String,
    pub name: String,
    /// Masked: enough to tell two people of one name apart.
    pub phone: String,
    /// `owner`, `administrator`, `auditor`, `printing` …
    pub role: String,
    pub rights: Rights,
    /// Since when, in milliseconds.
    pub since: i64,
    /// Devices that are signed in.
    pub devices: u32,
    /// When one of them was used last, to the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<i64>,
    /// A second factor is asked for at sign-in.
    pub has_second_factor: bool,
    pub is_self: bool,
    /// Whoever asks may change, remove and reset this account.
    pub may_change: bool,
}

/// A link that nobody has used yet. Who has the link itself, this does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLine {
    pub id: String,
    /// `invite` or `reset`.
    pub purpose: String,
    /// For whom, as whoever made it wrote it.
    pub name: String,
    pub role: String,
    pub made_at: i64,
    pub ends_at: i64,
}

/// `GET /v1/organisations/{id}/administrators`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorList {
    pub administrators: Vec<AdministratorLine>,
    pub links: Vec<LinkLine>,
    /// Roles that whoever asks may give.
    pub may_give: Vec<String>,
}

/// `POST /v1/organisations/{id}/administrators`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InviteAdministrator {
    pub name: String,
    /// The person shows that it is theirs by typing it; only a keyed digest of it is kept.
    pub phone: String,
    pub role: String,
    #[serde(default)]
    pub rights: Rights,
}

/// A link as it is told once, to whoever made it.
#[derive(Clone, Serialize, Deserialize)]
pub struct MadeLink {
    pub id: String,
    /// Whole, with the service's public address.
    pub link: String,
    pub ends_at: i64,
}

/// `PUT /v1/organisations/{id}/administrators/{account}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAdministrator {
    pub role: String,
    #[serde(default)]
    pub rights: Rights,
}

/// `POST /v1/account/password`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    pub password: String,
    pub new_password: String,
    /// Where a second factor is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// `GET /v1/account/second-factor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorState {
    pub is_on: bool,
    /// Recovery codes that were not used.
    pub recovery_codes_left: u32,
}

/// `POST /v1/account/second-factor`: begins; nothing is asked for before a code was confirmed.
#[derive(Clone, Serialize, Deserialize)]
pub struct BeginSecondFactor {
    pub password: String,
}

/// What an authenticator needs; told once.
#[derive(Clone, Serialize, Deserialize)]
pub struct BegunSecondFactor {
    /// Base32 without padding, for typing.
    pub secret: String,
    /// `otpauth://totp/…`, for a QR code.
    pub uri: String,
}

/// `POST /v1/account/second-factor/confirm`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfirmSecondFactor {
    pub code: String,
}

/// Each lets its owner in once without the authenticator; told once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// `POST /v1/account/second-factor/off` and `POST /v1/account/second-factor/codes`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProveSecondFactor {
    pub password: String,
    /// Of the authenticator, or a recovery code.
    pub code: String,
}
