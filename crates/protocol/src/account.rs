//! Organisations, administrators and devices as JSON bodies.

use mingce_model::id::{AccountId, OrganisationId};
use serde::{Deserialize, Serialize};

/// `GET /v1/meta`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    pub product: String,
    pub version: String,
    pub protocol_min: u16,
    pub protocol_max: u16,
    pub schema: u16,
    /// The service's clock in milliseconds since 1970 UTC; for a notice only, never for a decision.
    pub now_ms: i64,
    /// Address that phones should use in invitation links, without a trailing slash.
    pub public_url: String,
}

/// `POST /v1/organisations`.
#[derive(Clone, Serialize, Deserialize)]
pub struct CreateOrganisation {
    /// Made by the desktop, so that asking twice makes one organisation.
    pub id: OrganisationId,
    pub name: String,
    /// One of the words of `Field::OrganisationKind`.
    pub kind: String,
    pub admin_name: String,
    pub phone: String,
    pub password: String,
    /// What the administrator will see in the list of devices.
    pub device: String,
}

/// `POST /v1/sign-in`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub phone: String,
    pub password: String,
    pub device: String,
}

/// Answer to both: a device token, shown once. Never logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedIn {
    pub token: String,
    pub account: AccountId,
    pub account_name: String,
    pub organisations: Vec<OrganisationSummary>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationSummary {
    pub id: OrganisationId,
    pub name: String,
    pub kind: String,
}

/// `GET /v1/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: String,
    pub name: String,
    pub created_at: i64,
    pub last_used_at: i64,
    pub is_current: bool,
}
