//! The audit: who did what, from which device and neighbourhood of the network. It only grows.
//!
//! Each organisation has one, and the service has one for what concerns no organisation. Every entry carries a hash of all
//! before it, and once a day the last one is signed by a key that does not lie in the database. It holds no names, phones,
//! numbers or values: people are ids, whose names stand elsewhere and go when they are erased.

mod chain;
mod csv;
mod heads;
mod key;
mod lines;
mod network;
mod operator;
mod refusals;
mod verify;

pub use chain::{Deed, Entry, Ledger, entry_after, first_link, link_after, record};
pub use csv::{CSV_HEAD, csv_line};
pub use heads::{Head, HeadUnreadable, sign_due};
pub(crate) use key::load_or_make_seed;
pub use key::{AuditKeyError, find_key, load_or_make_key};
pub use lines::Lines;
pub use network::neighbourhood;
pub use operator::{AuditError, Audits, Checked, Wanted};
pub(crate) use operator::{by_operator, note_backup, note_verb};
pub use refusals::{Refusals, Until};
pub use verify::{Broken, Evidence, State, verify};

use crate::storage::ConsentLink;
use data_encoding::HEXLOWER;
use mingce_model::RecordId;
use mingce_model::id::AccountId;
use serde_json::{Value, json};

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What was done.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Act { $($(#[$doc])* $name),* }
        impl Act {
            pub const ALL: &[Self] = &[$(Act::$name),*];
            /// The word it is stored and shown under; never used for anything else later.
            pub fn word(self) -> &'static str {
                match self { $(Act::$name => $word),* }
            }
            pub fn from_word(word: &str) -> Option<Act> {
                Self::ALL.iter().copied().find(|act| act.word() == word)
            }
        }
    };
}

acts! {
    OrganisationCreated = "organisation_created";
    /// A device was added by it.
    SignIn = "sign_in";
    SignInRefused = "sign_in_refused";
    /// A device ended its own session.
    SignOut = "sign_out";
    /// A device was sent away by another.
    DeviceRevoked = "device_revoked";
    /// A link was made for somebody to become an administrator.
    AdministratorInvited = "administrator_invited";
    /// Such a link, or one of a reset, was taken back.
    LinkWithdrawn = "link_withdrawn";
    AdministratorAdded = "administrator_added";
    /// Somebody is no administrator any more, and their sessions have ended.
    AdministratorRemoved = "administrator_removed";
    /// A link was made for somebody to choose a new password.
    PasswordResetStarted = "password_reset_started";
    /// Somebody chose a new password by such a link.
    PasswordReset = "password_reset";
    /// Somebody who was signed in chose a new password.
    PasswordChanged = "password_changed";
    SecondFactorOn = "second_factor_on";
    SecondFactorOff = "second_factor_off";
    /// Somebody signed in by a recovery code.
    RecoveryCodeUsed = "recovery_code_used";
    /// New recovery codes took the place of the old ones.
    RecoveryCodesMade = "recovery_codes_made";
    RoleChanged = "role_changed";
    RightsChanged = "rights_changed";
    /// An administrator was given other departments to work on.
    DepartmentsGiven = "departments_given";
    /// Edits came from a desktop.
    Push = "push";
    InvitationClaimed = "invitation_claimed";
    InvitationRefused = "invitation_refused";
    /// A member gave or withdrew consents after joining.
    ConsentsChanged = "consents_changed";
    /// A member closed their personal account.
    AccountClosed = "account_closed";
    /// The operator did something on the service's computer that changes no setting.
    OperatorVerb = "operator_verb";
    /// Everything was copied into a backup.
    Backup = "backup";
    /// A backup took the place of what was there: what came after it was made is forgotten.
    Restore = "restore";
    /// The rest is reported by desktops.
    Reveal = "reveal";
    RevealAll = "reveal_all";
    Mask = "mask";
    Export = "export";
    ExportPast = "export_past";
    Print = "print";
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    Account(AccountId),
    /// A member, by the record on the roster.
    Member(RecordId),
    /// Whoever works on the service's computer.
    Operator,
    /// Somebody who has shown nothing.
    Stranger,
}

impl Actor {
    /// As it is stored.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Member(_) => "member",
            Self::Operator => "operator",
            Self::Stranger => "stranger",
        }
    }
    pub fn id(self) -> Option<RecordId> {
        match self {
            Self::Account(account) => Some(account.0),
            Self::Member(member) => Some(member),
            Self::Operator | Self::Stranger => None,
        }
    }
}

/// What an entry says of the ledger of consents: the numbers, and the link of the last.
pub fn bound_consents((first, last, link): (u64, u64, ConsentLink)) -> Value {
    json!({ "first_consent": first, "last_consent": last, "consent_link": HEXLOWER.encode(&link) })
}

/// One object of several.
pub fn joined(parts: impl IntoIterator<Item = Value>) -> Value {
    let objects = parts.into_iter().filter_map(|part| match part {
        Value::Object(object) => Some(object),
        _ => None,
    });
    Value::Object(objects.flatten().collect())
}
