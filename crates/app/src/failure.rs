//! One code for every inner error: exhaustive, so that a new error without a code does not compile where it can.

use crate::departments::Refused;
use mingce_client::ClientError;
use mingce_exchange::ExchangeError;
use mingce_ipc::{Code, Failure};
use mingce_photos::PhotoError;
use mingce_protocol::{ApiError, ApiFailure};
use mingce_store::StoreError;
use mingce_vault::VaultError;

/// What a use case answers.
pub type Outcome<T> = Result<T, Failure>;

/// A code with the inner error's own word, which helps support and names nobody.
fn because(code: Code, reason: &str) -> Failure {
    Failure::from(code).with("reason", reason)
}

/// Maps any inner error that is not ours to convert by `?` (the trait and both types are foreign).
pub fn told<T, E: Told>(result: Result<T, E>) -> Outcome<T> {
    result.map_err(Told::failure)
}

/// An inner error with a code.
pub trait Told {
    fn failure(self) -> Failure;
}

impl Told for VaultError {
    fn failure(self) -> Failure {
        match self {
            VaultError::KeyringMissing => Code::KeyringMissing.into(),
            VaultError::KeyringLocked => Code::KeyringLocked.into(),
            VaultError::KeyringDenied => because(Code::KeyringFailed, "denied"),
            VaultError::KeyringFailed(_) => because(Code::KeyringFailed, "failed"),
            VaultError::KeyFileExists => because(Code::KeyFileUnusable, "exists"),
            VaultError::KeyFileMissing => because(Code::KeyFileUnusable, "missing"),
            VaultError::KeyFileExposed => because(Code::KeyFileUnusable, "readable_by_others"),
            VaultError::KeyFileMalformed => because(Code::KeyFileUnusable, "malformed"),
            VaultError::SealBroken => because(Code::KeyFileUnusable, "other_key"),
            VaultError::KeyMalformed => because(Code::KeyMissing, "malformed"),
            VaultError::NameUnfit | VaultError::SecretTooLong => because(Code::Internal, "secret_unfit"),
            VaultError::NoRandomness => because(Code::Internal, "no_randomness"),
            VaultError::Io(_) => because(Code::FileFailed, "vault"),
        }
    }
}

impl Told for ExchangeError {
    fn failure(self) -> Failure {
        let code = match self {
            ExchangeError::FileUnreadable(_) => Code::FileFailed,
            ExchangeError::FileTooLarge { .. }
            | ExchangeError::UnpacksTooLarge { .. }
            | ExchangeError::SuspiciousCompression
            | ExchangeError::TooManyParts { .. }
            | ExchangeError::TooManyRows { .. }
            | ExchangeError::TooManyColumns { .. }
            | ExchangeError::TooManyCells { .. }
            | ExchangeError::CellTooLong { .. }
            | ExchangeError::ForbiddenMarkup => Code::FileTooLarge,
            ExchangeError::PasswordProtected => Code::FileEncrypted,
            ExchangeError::UnsupportedFormat
            | ExchangeError::UnknownFormat
            | ExchangeError::Damaged
            | ExchangeError::NoSheets => Code::FileUnreadable,
            ExchangeError::SheetNotFound => Code::SheetMissing,
            ExchangeError::NoHeadings => Code::NoHeader,
            ExchangeError::HeadingNotFound | ExchangeError::UnusableMapping => Code::MappingIncomplete,
            ExchangeError::Cancelled => Code::Cancelled,
            ExchangeError::WriteFailed(_) => Code::FileFailed,
            ExchangeError::TooManyRowsToWrite { .. } => Code::FileTooLarge,
        };
        because(code, self.code())
    }
}

impl Told for PhotoError {
    fn failure(self) -> Failure {
        crate::photos::code(self).into()
    }
}

impl Told for StoreError {
    fn failure(self) -> Failure {
        match self {
            StoreError::InUse => Code::InUse.into(),
            StoreError::NoRoster => Code::NoProfile.into(),
            StoreError::RosterExists => Code::ProfileExists.into(),
            StoreError::WrongKey => because(Code::NotARoster, "wrong_key"),
            StoreError::NotARoster => because(Code::NotARoster, "foreign"),
            StoreError::Damaged => Code::Damaged.into(),
            StoreError::NewerSchema { found, .. } => Failure::from(Code::NewerSchema).with("schema", found.to_string()),
            StoreError::Misplaced(problem) => Refused(problem).into(),
            StoreError::NameTaken { .. } => {
                Failure::from(Code::Invalid).with("field", "name").with("rule", "name_taken")
            }
            StoreError::DiskFull => Code::DiskFull.into(),
            StoreError::Stale { kind, field, .. } => {
                let failure = Failure::from(Code::Stale).with("kind", kind.name());
                field.into_iter().fold(failure, |failure, field| failure.with("field", field.name()))
            }
            StoreError::NotFound { kind, .. } => Failure::from(Code::NotFound).with("kind", kind.name()),
            StoreError::NothingToDo => Code::NotFound.into(),
            StoreError::ServiceField { field } => Failure::from(Code::Forbidden).with("field", field.name()),
            StoreError::GroupTooLarge => because(Code::Internal, "group_too_large"),
            StoreError::BatchExists => because(Code::Internal, "batch_exists"),
            StoreError::Cancelled => Code::Cancelled.into(),
            StoreError::AnswerMismatch => because(Code::ServiceFailed, "answer_mismatch"),
            StoreError::OldPage => because(Code::ServiceFailed, "old_page"),
            StoreError::OtherEpoch { .. } => because(Code::ServiceFailed, "epoch"),
            StoreError::Io(_) => because(Code::FileFailed, "roster"),
            StoreError::Database(_) => because(Code::Internal, "database"),
        }
    }
}

impl Told for ClientError {
    fn failure(self) -> Failure {
        match self {
            ClientError::Offline => Code::Offline.into(),
            ClientError::Untrusted => Code::Untrusted.into(),
            ClientError::Unencrypted => Code::Unencrypted.into(),
            ClientError::NotMingce => Code::NotMingce.into(),
            ClientError::TooOld => Code::UpgradeNeeded.into(),
            ClientError::Refused(error) => refused(&error),
        }
    }
}

/// Rules that people are told of in words of their own.
fn invalid(rule: Option<&str>) -> Code {
    match rule {
        Some("password_too_short" | "password_too_long" | "password_common") => Code::PasswordWeak,
        Some("last_owner") => Code::LastOwner,
        Some("printing_fixed") => Code::PrintingFixed,
        Some("administrator_known") => Code::AdministratorKnown,
        Some("in_other_organisations") => Code::InOtherOrganisations,
        _ => Code::Invalid,
    }
}

/// What a whole request was refused for.
fn refused(error: &ApiError) -> Failure {
    let code = match error.code {
        ApiFailure::Unauthorised => Code::SignInNeeded,
        ApiFailure::WrongCredentials => Code::WrongCredentials,
        ApiFailure::CodeNeeded => Code::CodeNeeded,
        ApiFailure::CodeWrong => Code::CodeWrong,
        ApiFailure::Forbidden => Code::Forbidden,
        ApiFailure::NotFound => Code::NotFound,
        ApiFailure::AccountExists => Code::AccountExists,
        ApiFailure::Invalid => invalid(error.rule.as_deref()),
        ApiFailure::Upgrade => Code::UpgradeNeeded,
        ApiFailure::TooMany => Code::TooMany,
        ApiFailure::TooLarge
        | ApiFailure::Malformed
        | ApiFailure::Gap
        | ApiFailure::Fork
        | ApiFailure::Epoch
        | ApiFailure::Unavailable
        | ApiFailure::Internal => Code::ServiceFailed,
    };
    let mut failure = because(code, error.code.code());
    if let Some(field) = &error.field {
        failure = failure.with("field", field);
    }
    if let Some(rule) = &error.rule {
        failure = failure.with("rule", rule);
    }
    if let Some(seconds) = error.retry_after_s {
        failure = failure.with("retry_after_s", seconds.to_string());
    }
    failure
}
