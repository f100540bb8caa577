//! The second factor: codes of an authenticator (RFC 6238) and recovery codes. Pure: no clock, no storage.

use crate::sealing::{Sealed, Sealing};
use crate::storage::{StorageError, Transaction};
use crate::sync::Random;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use mingce_model::id::AccountId;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// RFC 4226, section 4, R6 recommends 160 bits.
pub const SECRET_BYTES: usize = 20;
/// RFC 6238, section 5.2.
const STEP_S: i64 = 30;
/// What every authenticator shows unless it is told otherwise, and some do not listen when told.
const DIGITS: usize = 6;
/// Steps before and after the present one whose codes are taken, for clocks that differ (RFC 6238, section 6).
const DRIFT_STEPS: i64 = 1;
/// Recovery codes that are made together.
pub const RECOVERY_CODES: usize = 10;
/// 80 bits: sixteen characters of base32.
const RECOVERY_BYTES: usize = 10;

/// The code of a step (RFC 4226, section 5.3, with SHA-1, which is what authenticators know).
fn code_of(secret: &[u8], step: i64) -> [u8; DIGITS] {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash[19] & 0xf);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]) % 1_000_000;
    let mut digits = [b'0'; DIGITS];
    digits.copy_from_slice(format!("{number:06}").as_bytes());
    digits
}

/// The step that the code belongs to, near the present one. Looks at all of them, whichever it is.
pub fn find_step(secret: &[u8], code: &str, now_ms: i64) -> Option<i64> {
    let present = now_ms.div_euclid(1_000 * STEP_S);
    let typed: Vec<u8> = code.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let mut found = None;
    for step in present - DRIFT_STEPS..=present + DRIFT_STEPS {
        if bool::from(code_of(secret, step).ct_eq(typed.as_slice())) {
            found = Some(step);
        }
    }
    found
}

/// What an authenticator reads (Google Authenticator's key URI format). The label is the organisation's or the product's
/// name and a masked phone: enough to tell entries apart.
pub fn key_uri(secret: &[u8], account: &str) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    format!("otpauth://totp/Mingce:{}?secret={}&issuer=Mingce", escape(account), BASE32_NOPAD.encode(secret))
}

/// Fresh recovery codes as they are told, once: `ABCD-EFGH-IJKL-MNOP`.
pub fn make_recovery_codes(random: &Random) -> Vec<String> {
    let one = |_| {
        let mut bytes = [0; RECOVERY_BYTES];
        random(&mut bytes);
        let text = BASE32_NOPAD.encode(&bytes);
        let parts: Vec<&str> = (0..4).map(|part| &text[part * 4..part * 4 + 4]).collect();
        parts.join("-")
    };
    (0..RECOVERY_CODES).map(one).collect()
}

/// The code as it is compared: case, spaces and dashes do not matter. `None` for what cannot be one.
fn plain_recovery_code(typed: &str) -> Option<String> {
    let plain: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    let is_one = plain.len() == 16 && BASE32_NOPAD.decode(plain.as_bytes()).is_ok();
    is_one.then_some(plain)
}

/// What is kept of recovery codes.
pub fn recovery_digests(sealing: &Sealing, account: AccountId, codes: &[String]) -> Vec<[u8; 32]> {
    let plain = codes.iter().filter_map(|code| plain_recovery_code(code));
    plain.map(|code| sealing.digest(Sealed::RecoveryCode, account.0.as_bytes(), code.as_bytes())).collect()
}

/// What became of a code that was shown at sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// The account has no second factor.
    NotAsked,
    Right,
    /// It was a recovery code, which is used up now.
    Recovery,
    /// None was shown, and one is needed.
    Needed,
    Wrong,
}

/// Looks at the code and uses it up, within the transaction of what it is shown for.
pub fn check(
    transaction: &mut dyn Transaction,
    sealing: &Sealing,
    account: AccountId,
    code: Option<&str>,
    now_ms: i64,
) -> Result<Shown, StorageError> {
    let Some(row) = transaction.find_second_factor(account)?.filter(|row| row.is_on) else {
        return Ok(Shown::NotAsked);
    };
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else { return Ok(Shown::Needed) };
    if let Some(plain) = plain_recovery_code(code) {
        for digest in sealing.digests(Sealed::RecoveryCode, account.0.as_bytes(), plain.as_bytes()) {
            if transaction.take_recovery_code(account, &digest)? {
                return Ok(Shown::Recovery);
            }
        }
        return Ok(Shown::Wrong);
    }
    let secret = sealing.open(Sealed::SecondFactor, account.0.as_bytes(), &row.sealed_secret);
    let secret = secret.ok_or(StorageError::SecretKey)?;
    match find_step(&secret, code, now_ms) {
        // Of two who show one code at the same time only one has it taken.
        Some(step) if transaction.take_step(account, step)? => Ok(Shown::Right),
        _ => Ok(Shown::Wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// RFC 6238, appendix B, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (at_s, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(find_step(secret, code, at_s * 1_000), Some(at_s / 30), "{at_s}");
        }
    }

    #[test]
    fn one_step_of_drift_is_borne_and_no_more() {
        let secret = b"12345678901234567890";
        let code = String::from_utf8(code_of(secret, 100).to_vec()).unwrap();
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        for (step, is_taken) in [(98, false), (99, true), (100, true), (101, true), (102, false)] {
            assert_eq!(find_step(secret, &spaced, step * 30_000).is_some(), is_taken, "{step}");
        }
        assert_eq!(find_step(secret, "", 3_000_000), None);
        assert_eq!(find_step(secret, &code[..5], 3_000_000), None);
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_typed() {
        let random: Random = Arc::new({
            let next = std::sync::atomic::AtomicU8::new(0);
            move |bytes: &mut [u8]| bytes.fill(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        });
        let codes = make_recovery_codes(&random);
        let mut plain: Vec<String> = codes.iter().map(|code| plain_recovery_code(code).unwrap()).collect();
        assert_eq!(plain_recovery_code(&codes[0].to_lowercase().replace('-', " ")), Some(plain[0].clone()));
        plain.dedup();
        assert_eq!(plain.len(), RECOVERY_CODES);
        assert_eq!(plain_recovery_code("123456"), None);
    }

    #[test]
    fn an_authenticator_is_told_no_more_than_it_needs() {
        let uri = key_uri(&[0; SECRET_BYTES], "138****8000");
        assert_eq!(
            uri,
            "otpauth://totp/Mingce:138%2A%2A%2A%2A8000?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&issuer=Mingce"
        );
    }
}
