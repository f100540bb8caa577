//! Passwords: which are taken, and how they are kept. Argon2id on blocking threads, a few at a time.

use crate::failure::Failure;
use crate::sync::Random;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use mingce_protocol::ApiFailure;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// OWASP ASVS 5.0, 6.2.1 and 6.2.9: at least 8 characters, long ones allowed, nothing about their composition.
pub const CHARACTERS_MIN: usize = 8;
pub const CHARACTERS_MAX: usize = 128;
const TURN_WAIT: Duration = Duration::from_secs(10);

/// ASVS 5.0, 6.2.4. Only those long enough to be taken otherwise.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordRefusal {
    TooShort,
    TooLong,
    /// Among the first that anybody tries.
    Common,
}

impl PasswordRefusal {
    pub fn code(self) -> &'static str {
        match self {
            PasswordRefusal::TooShort => "password_too_short",
            PasswordRefusal::TooLong => "password_too_long",
            PasswordRefusal::Common => "password_common",
        }
    }
}

/// Whether the password may be chosen. `phone` is the owner's number, a guess as good as any list.
pub fn find_refusal(password: &str, phone: &str) -> Option<PasswordRefusal> {
    let count = password.chars().count();
    if count < CHARACTERS_MIN {
        return Some(PasswordRefusal::TooShort);
    }
    if count > CHARACTERS_MAX {
        return Some(PasswordRefusal::TooLong);
    }
    let lower = password.to_lowercase();
    let first = lower.chars().next();
    let is_one_character = lower.chars().all(|c| Some(c) == first);
    let steps: HashSet<i64> =
        lower.chars().zip(lower.chars().skip(1)).map(|(a, b)| i64::from(b as u32) - i64::from(a as u32)).collect();
    let is_a_run = steps.len() == 1 && steps.iter().all(|step| step.abs() <= 1);
    let is_phone =
        !phone.is_empty() && (lower == phone || lower.trim_start_matches('+') == phone.trim_start_matches('+'));
    let is_common = is_one_character || is_a_run || is_phone || COMMON.contains(lower.as_str());
    is_common.then_some(PasswordRefusal::Common)
}

/// The hasher of a service.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    random: Random,
    /// Verified against when there is no account, so that both take the same time.
    dummy: Arc<str>,
}

impl Passwords {
    /// Takes as long as one hash.
    pub fn new(random: Random) -> Result<Self, Failure> {
        let parallel = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let mut secret = [0; 16];
        random(&mut secret);
        let dummy = hash(&secret, &random)?.into();
        Ok(Self { turns: Arc::new(Semaphore::new(parallel)), random, dummy })
    }

    /// A PHC string with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        let random = self.random.clone();
        self.run(move || hash(password.as_bytes(), &random)).await
    }

    /// Whether the password is the one behind `stored`; without `stored` always false, after the same work.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Failure> {
        let dummy = self.dummy.clone();
        self.run(move || {
            let is_known = stored.is_some();
            let text = stored.as_deref().unwrap_or(&dummy);
            let parsed = PasswordHash::new(text).map_err(|_| ApiFailure::Internal)?;
            let is_right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(is_known && is_right)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = tokio::time::timeout(TURN_WAIT, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(ApiFailure::Unavailable.into()) };
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            job()
        });
        task.await.unwrap_or(Err(ApiFailure::Internal.into()))
    }
}

pub(crate) fn hash(password: &[u8], random: &Random) -> Result<String, Failure> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| ApiFailure::Internal)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut salt = [0; 16];
    random(&mut salt);
    let hash = argon2.hash_password_with_salt(password, &salt).map_err(|_| ApiFailure::Internal)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_and_nothing_else_is_asked() {
        assert_eq!(find_refusal("七个汉字的密码", ""), Some(PasswordRefusal::TooShort));
        assert_eq!(find_refusal("这是八个字的密码", ""), None);
        assert_eq!(find_refusal("correct horse battery", ""), None);
        assert_eq!(find_refusal(&"长a".repeat(64), ""), None);
        assert_eq!(find_refusal(&"长a".repeat(65), ""), Some(PasswordRefusal::TooLong));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in
            ["12345678", "87654321", "aaaaaaaa", "Password", "woaini1314", "abcdefgh", "13800138000", "+85251234567"]
        {
            let phone = if password.starts_with('+') { "+85251234567" } else { "13800138000" };
            assert_eq!(find_refusal(password, phone), Some(PasswordRefusal::Common), "{password}");
        }
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_verified() {
        let random: Random = Arc::new(|bytes| bytes.fill(7));
        let passwords = Passwords::new(random).unwrap();
        let stored = passwords.hash("correct horse".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("correct horse".into(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".into(), Some(stored)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }
}
