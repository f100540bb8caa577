//! What an account does about its own password and second factor. Each asks for the password again, and tries are counted
//! as those of signing in are.

use crate::api::JsonBody;
use crate::api::account::{Noted, begin_try, check_password_stands, check_shown, pair_of};
use crate::api::caller::Caller;
use crate::audit::{Act, neighbourhood};
use crate::delays::Pair;
use crate::failure::Failure;
use crate::password::find_refusal;
use crate::routes::Peer;
use crate::sealing::Sealed;
use crate::second_factor::{SECRET_BYTES, check, find_step, key_uri, make_recovery_codes, recovery_digests};
use crate::service::Shared;
use crate::storage::{AccountRow, SecondFactorRow, SessionRow, StorageError, Transaction};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use data_encoding::BASE32_NOPAD;
use mingce_model::RecordId;
use mingce_model::mask::mask_phone;
use mingce_protocol::{
    ApiFailure, BeginSecondFactor, BegunSecondFactor, ChangePassword, ConfirmSecondFactor, ProveSecondFactor,
    RecoveryCodes, SecondFactorState,
};
use std::net::IpAddr;

/// The caller's account, once the password was shown to be theirs. The try counts as a wrong one until everything that is
/// asked for was right: then the caller of this says so.
async fn prove(
    service: &Shared,
    caller: &SessionRow,
    peer: IpAddr,
    password: String,
) -> Result<(AccountRow, Pair), Failure> {
    let id = caller.account;
    let found = service.database.read(move |transaction| transaction.find_account(id)).await?;
    let account = found.ok_or(ApiFailure::Unauthorised)?;
    let pair = pair_of(&account.phone, peer);
    begin_try(service, &account.phone, pair)?;
    if !service.passwords.verify(password, Some(account.password_hash.clone())).await? {
        service.note_refusal(Some(account.id), neighbourhood(peer));
        return Err(ApiFailure::WrongCredentials.into());
    }
    Ok((account, pair))
}

/// Chooses another password. Every other session of the account ends.
pub async fn change_password(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<ChangePassword>,
) -> Result<StatusCode, Failure> {
    let (account, pair) = prove(&service, &caller, peer, body.password).await?;
    if let Some(refusal) = find_refusal(&body.new_password, &account.phone) {
        return Err(Failure::invalid("password", refusal.code()));
    }
    let password_hash = service.passwords.hash(body.new_password).await?;
    let (sealing, now_ms, network) = (service.sealing.clone(), service.now_ms(), neighbourhood(peer));
    let code = body.code;
    let write = service.database.write(move |transaction| -> Result<Vec<RecordId>, Failure> {
        let organisations = transaction.hold_organisations_of(account.id)?;
        check_password_stands(transaction, &account)?;
        check_shown(check(transaction, &sealing, account.id, code.as_deref(), now_ms)?)?;
        transaction.save_password(account.id, &password_hash)?;
        transaction.remove_resets_of(account.id)?;
        let ended = transaction.remove_devices_of(account.id, Some(caller.device))?;
        let noted = Noted { account: account.id, device: caller.device, network: &network, now_ms };
        noted.write_all(transaction, &organisations, Act::PasswordChanged)?;
        Ok(ended)
    });
    write.await?.into_iter().for_each(|device| service.send_away(device));
    service.delays.note_right(pair, now_ms);
    Ok(StatusCode::NO_CONTENT)
}

pub async fn second_factor(
    State(service): State<Shared>,
    Caller(caller): Caller,
) -> Result<Json<SecondFactorState>, Failure> {
    let account = caller.account;
    let read = service.database.read(move |transaction| -> Result<_, StorageError> {
        let is_on = transaction.find_second_factor(account)?.is_some_and(|row| row.is_on);
        Ok(SecondFactorState { is_on, recovery_codes_left: transaction.count_recovery_codes(account)? })
    });
    Ok(Json(read.await?))
}

/// Makes a secret for an authenticator. It counts once a code of it was confirmed.
pub async fn begin_second_factor(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<BeginSecondFactor>,
) -> Result<Json<BegunSecondFactor>, Failure> {
    let (account, pair) = prove(&service, &caller, peer, body.password).await?;
    // No code was shown: wrong ones before this still count.
    service.delays.take_back(pair);
    let secret: [u8; SECRET_BYTES] = service.random_bytes();
    let sealed = service.sealing.seal(Sealed::SecondFactor, account.id.0.as_bytes(), &secret, &service.random);
    let sealed_secret = sealed.ok_or(ApiFailure::Internal)?;
    let (id, shown) = (account.id, account.clone());
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        // Held, so that none that is confirmed meanwhile is written over.
        transaction.hold_organisations_of(id)?;
        check_password_stands(transaction, &shown)?;
        if transaction.find_second_factor(id)?.is_some_and(|row| row.is_on) {
            return Err(Failure::invalid("second_factor", "second_factor_is_on"));
        }
        let row = SecondFactorRow { sealed_secret: sealed_secret.clone(), is_on: false, last_step: 0 };
        Ok(transaction.save_second_factor(id, &row)?)
    });
    write.await?;
    Ok(Json(BegunSecondFactor {
        secret: BASE32_NOPAD.encode(&secret),
        uri: key_uri(&secret, &mask_phone(&account.phone)),
    }))
}

/// Turns the second factor on, by a code that shows that the authenticator has it.
pub async fn confirm_second_factor(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<ConfirmSecondFactor>,
) -> Result<Json<RecoveryCodes>, Failure> {
    let codes = make_recovery_codes(&service.random);
    let told = codes.clone();
    let (sealing, now_ms, network) = (service.sealing.clone(), service.now_ms(), neighbourhood(peer));
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        let account = caller.account;
        let organisations = transaction.hold_organisations_of(account)?;
        let begun = transaction.find_second_factor(account)?.filter(|row| !row.is_on);
        let row = begun.ok_or(Failure::invalid("second_factor", "second_factor_not_begun"))?;
        let secret = sealing.open(Sealed::SecondFactor, account.0.as_bytes(), &row.sealed_secret);
        let step = find_step(&secret.ok_or(StorageError::SecretKey)?, &body.code, now_ms);
        let last_step = step.ok_or(ApiFailure::CodeWrong)?;
        transaction.save_second_factor(account, &SecondFactorRow { is_on: true, last_step, ..row })?;
        transaction.replace_recovery_codes(account, &recovery_digests(&sealing, account, &codes))?;
        let noted = Noted { account, device: caller.device, network: &network, now_ms };
        Ok(noted.write_all(transaction, &organisations, Act::SecondFactorOn)?)
    });
    write.await?;
    Ok(Json(RecoveryCodes { codes: told }))
}

pub async fn end_second_factor(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<ProveSecondFactor>,
) -> Result<StatusCode, Failure> {
    let off = |transaction: &mut dyn Transaction, caller: &SessionRow| {
        transaction.remove_second_factor(caller.account).map_err(Failure::from)
    };
    with_code(&service, (peer, caller), body, Act::SecondFactorOff, off).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New recovery codes instead of the old ones.
pub async fn remake_recovery_codes(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<ProveSecondFactor>,
) -> Result<Json<RecoveryCodes>, Failure> {
    let codes = make_recovery_codes(&service.random);
    let (told, sealing) = (codes.clone(), service.sealing.clone());
    let remake = move |transaction: &mut dyn Transaction, caller: &SessionRow| {
        let digests = recovery_digests(&sealing, caller.account, &codes);
        transaction.replace_recovery_codes(caller.account, &digests).map_err(Failure::from)
    };
    with_code(&service, (peer, caller), body, Act::RecoveryCodesMade, remake).await?;
    Ok(Json(RecoveryCodes { codes: told }))
}

/// Does it for whoever shows password and code.
async fn with_code(
    service: &Shared,
    (peer, caller): (IpAddr, SessionRow),
    body: ProveSecondFactor,
    act: Act,
    job: impl Fn(&mut dyn Transaction, &SessionRow) -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    let (account, pair) = prove(service, &caller, peer, body.password).await?;
    let (sealing, now_ms, network) = (service.sealing.clone(), service.now_ms(), neighbourhood(peer));
    let write = service.database.write(move |transaction| -> Result<(), Failure> {
        let organisations = transaction.hold_organisations_of(account.id)?;
        check_password_stands(transaction, &account)?;
        if !transaction.find_second_factor(account.id)?.is_some_and(|row| row.is_on) {
            return Err(Failure::invalid("second_factor", "second_factor_is_off"));
        }
        check_shown(check(transaction, &sealing, account.id, Some(&body.code), now_ms)?)?;
        job(transaction, &caller)?;
        let noted = Noted { account: account.id, device: caller.device, network: &network, now_ms };
        Ok(noted.write_all(transaction, &organisations, act)?)
    });
    write.await?;
    service.delays.note_right(pair, now_ms);
    Ok(())
}
