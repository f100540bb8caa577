//! Organisations on this computer, signing in, the embedded service, settings.

use crate::Code;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the organisation's service runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "where", rename_all = "snake_case")]
pub enum ServicePlace {
    /// Inside this program, on this computer.
    ThisComputer,
    Remote {
        url: String,
    },
}

/// One roster on this computer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ProfileSummary {
    pub id: String,
    pub organisation_name: String,
    /// It may have classes and pupils, by the kind of organisation it is.
    pub has_classes: bool,
    pub account_name: String,
    pub service: ServicePlace,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AppState {
    pub version: String,
    /// The roster that is open.
    pub profile: Option<ProfileSummary>,
    /// The open roster is locked until its account signs in again: this computer was signed out from elsewhere.
    pub is_locked: bool,
    pub profiles: Vec<ProfileSummary>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct CreateOrganisation {
    pub name: String,
    /// A word of `Field::OrganisationKind`.
    pub kind: String,
    pub admin_name: String,
    pub phone: String,
    pub password: String,
    pub service: ServicePlace,
    /// Of the authenticator, or a recovery code: where the account has a second factor.
    #[ts(optional)]
    pub code: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignIn {
    pub service: ServicePlace,
    pub phone: String,
    pub password: String,
    /// Needed when the account has several organisations: its id.
    #[ts(optional)]
    pub organisation: Option<String>,
    /// Of the authenticator, or a recovery code: where the account has a second factor.
    #[ts(optional)]
    pub code: Option<String>,
}

/// Signed in and open, or the organisations to choose from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SignInOutcome {
    Open { profile: ProfileSummary },
    Choose { organisations: Vec<OrganisationChoice> },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OrganisationChoice {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct Password {
    pub password: String,
    /// Of the authenticator, or a recovery code: where the account has a second factor.
    #[ts(optional)]
    pub code: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ProfileId {
    pub id: String,
}

/// The service inside this program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct EmbeddedService {
    pub is_running: bool,
    /// Other devices on the local network can reach it.
    pub is_on_network: bool,
    /// Address that phones use; with `is_on_network` one of this computer's network addresses.
    pub public_url: Option<String>,
    /// Every address of this computer at which it answers.
    pub addresses: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ShareOnNetwork {
    pub is_on_network: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DeviceRow {
    pub id: String,
    pub name: String,
    #[ts(type = "number")]
    pub created_at: i64,
    #[ts(type = "number")]
    pub last_used_at: i64,
    pub is_current: bool,
}

/// A check of the doctor: what was looked at and how it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DoctorLine {
    /// `keyring`, `database`, `disk`, `service`, `fonts` …
    pub check: String,
    /// Id of the roster that it is about, where there can be several.
    #[ts(optional)]
    pub roster: Option<String>,
    pub is_ok: bool,
    /// What is wrong, by which people are told what happened and what to do.
    #[ts(optional)]
    pub code: Option<Code>,
    /// Numbers and words without personal data, for support.
    pub detail: String,
}

/// How this computer shows the program; kept outside the rosters, holds nothing personal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Preferences {
    /// `zh`, `en`, or `system`.
    pub language: String,
    /// `light`, `dark`, or `system`.
    pub theme: String,
    /// Row height in the grid: `compact`, `standard`, `roomy`.
    pub density: String,
    /// Widths and order of grid columns by name, pixels.
    pub columns: Vec<ColumnPreference>,
    /// How many of the first columns stay in place.
    #[serde(default = "two")]
    pub frozen_columns: u8,
}

/// Number and name, as long as nobody chose otherwise.
fn two() -> u8 {
    2
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ColumnPreference {
    pub column: String,
    pub width_px: u16,
    pub is_hidden: bool,
}
