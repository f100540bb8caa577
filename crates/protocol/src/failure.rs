//! Request-level failures: a closed list of codes with their HTTP status. Per-edit results are `OpCode`.

use serde::{Deserialize, Serialize};

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal;)*) => {
        /// Why a whole request was not answered. Codes are never reused.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
        pub enum ApiFailure { $($(#[$doc])* #[serde(rename = $code)] $name),* }
        impl ApiFailure {
            pub const ALL: &'static [ApiFailure] = &[$(ApiFailure::$name),*];
            pub fn code(self) -> &'static str {
                match self { $(ApiFailure::$name => $code),* }
            }
            pub fn status(self) -> u16 {
                match self { $(ApiFailure::$name => $status),* }
            }
        }
    };
}

failures! {
    /// The body, a parameter or a header is not what the protocol says.
    Malformed = 400 "malformed";
    /// No device token, or one that is unknown or revoked.
    Unauthorised = 401 "unauthorised";
    /// Phone or password is wrong; never says which.
    WrongCredentials = 401 "wrong_credentials";
    /// Phone and password are right, and the account has a second factor: ask for its code and send all three.
    CodeNeeded = 401 "code_needed";
    /// Phone and password are right and the code is not, or was used before.
    CodeWrong = 401 "code_wrong";
    /// The account has no right to this.
    Forbidden = 403 "forbidden";
    NotFound = 404 "not_found";
    /// The phone already has an account; sign in instead.
    AccountExists = 409 "account_exists";
    /// A value breaks a rule of the model; `field` and `rule` say which.
    Invalid = 422 "invalid";
    /// The push does not continue where the last one ended: `expected` is the number to go on from.
    Gap = 409 "gap";
    /// This replica number was used by another copy of the database: take a new replica id.
    Fork = 409 "fork";
    /// The service was restored or the cursor is not of this log: start again from an empty cursor.
    Epoch = 409 "epoch";
    /// The desktop is too old for this service.
    Upgrade = 426 "upgrade";
    TooLarge = 413 "too_large";
    /// Too many tries; `retry_after_s` says when again.
    TooMany = 429 "too_many";
    /// The service's disk is full or its database is busy: nothing was applied.
    Unavailable = 503 "unavailable";
    Internal = 500 "internal";
}

/// The JSON body of every failed request. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    pub code: ApiFailure,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl From<ApiFailure> for ApiError {
    fn from(code: ApiFailure) -> Self {
        Self { code, field: None, rule: None, expected: None, retry_after_s: None }
    }
}
