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
    /// Of the authenticator, or a recovery code, where the phone's account has a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// `POST /v1/sign-in`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub phone: String,
    pub password: String,
    pub device: String,
    /// Of the authenticator, or a recovery code, where the account has a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
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
    /// What the account may do there; a service that knows no rights says nothing, and everything is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<Rights>,
}

/// What an account may do in an organisation beside working on the roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    /// Look at masked numbers and phones, and take them out whole.
    RevealNumbers,
}

impl Right {
    pub const ALL: [Right; 1] = [Right::RevealNumbers];
    /// The word for it on the wire and on the command line. Never reused.
    pub fn word(self) -> &'static str {
        match self {
            Right::RevealNumbers => "reveal_numbers",
        }
    }
    pub fn from_word(word: &str) -> Option<Right> {
        Right::ALL.into_iter().find(|right| right.word() == word)
    }
}

/// What an account may not do although administrators may. Its word stands among the rights: a desktop that does not know
/// it goes on as before, and the service refuses what it sends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Limit {
    /// Sees everything and changes nothing.
    OnlyReads,
    /// Sees names, departments and invitations and works on the invitations; nothing else is sent to it.
    OnlyPrints,
    /// Sees and changes its own departments with all below them; of the rest nothing is sent to it.
    OnlyDepartments,
}

impl Limit {
    pub const ALL: [Limit; 3] = [Limit::OnlyReads, Limit::OnlyPrints, Limit::OnlyDepartments];
    /// The word for it on the wire, and the rule that a refusal names. Never reused.
    pub fn word(self) -> &'static str {
        match self {
            Limit::OnlyReads => "only_reads",
            Limit::OnlyPrints => "only_prints",
            Limit::OnlyDepartments => "only_departments",
        }
    }
}

/// The rights and the limit of an account, as words: a word that one side does not know yet means nothing to it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rights(pub Vec<String>);

impl Rights {
    pub fn all() -> Self {
        Right::ALL.into_iter().collect()
    }
    pub fn has(&self, right: Right) -> bool {
        self.0.iter().any(|word| word == right.word())
    }
    pub fn limit(&self) -> Option<Limit> {
        Limit::ALL.into_iter().find(|limit| self.0.iter().any(|word| word == limit.word()))
    }
    /// The same rights under this limit and no other.
    pub fn within(self, limit: Option<Limit>) -> Self {
        let rights = self.0.into_iter().filter(|word| Limit::ALL.iter().all(|limit| word != limit.word()));
        Self(rights.chain(limit.map(|limit| limit.word().to_owned())).collect())
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<T: IntoIterator<Item = Right>>(rights: T) -> Self {
        Self(rights.into_iter().map(|right| right.word().to_owned()).collect())
    }
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
