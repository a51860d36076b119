//! Opening and ending sessions.

use std::net::IpAddr;

use chengzhi_db::{Audit, DbError};
use chengzhi_http::{AppState, NoRandomness, random_bytes};
use chengzhi_kernel::{AccountId, Clock as _, Timestamp};
use serde_json::json;
use thiserror::Error;

use crate::directory;
use crate::domain::account::{comparable_name, name_hash};
use crate::domain::code::code_hash;
use crate::domain::lock::{Attempts, Gate};
use crate::domain::password::MAX_LENGTH;
use crate::domain::session::token_hash;
use crate::hasher::HashError;
use crate::service::Accounts;
use crate::store::{accounts, assignments, codes, failures, sessions};

/// Why somebody is not let in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Wrong name or password; nothing more is told.
    #[error("wrong name or password")]
    BadCredentials,
    /// The present password, asked for at a change, is wrong.
    #[error("wrong present password")]
    BadOldPassword,
    /// Wrong code, or none open, or the name is unknown.
    #[error("wrong or used one-time code")]
    BadCode,
    /// The code was right but came after its time.
    #[error("one-time code has expired")]
    CodeExpired,
    /// The right code was given instead of a password: it must be exchanged for one first.
    #[error("a one-time code was given as password")]
    CodeAsPassword,
    /// Too many failures for this name.
    #[error("locked")]
    Locked(Timestamp),
    /// Too many failures from this address; seconds to wait.
    #[error("address is throttled")]
    Throttled(i64),
    /// The right password of a closed account.
    #[error("account is closed")]
    Closed,
    /// The new password breaks rules; the sentences.
    #[error("password is not good enough")]
    WeakPassword(Vec<&'static str>),
    /// Somebody changed the account at the same time.
    #[error("account changed meanwhile")]
    Stale,
    /// Hashing.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// Randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A new session.
#[derive(Debug)]
pub struct OpenedSession {
    /// Whose.
    pub account_id: AccountId,
    /// The secret for the cookie.
    pub token: String,
}

/// Counts an attempt on a name. Every way in passes here first.
pub(crate) async fn pass_gate(
    state: &AppState,
    service: &Accounts,
    address: IpAddr,
    name_hash: &str,
) -> Result<Attempts, SignInError> {
    let now = state.wall.now();
    let wait = service.wait_seconds(address, now);
    if wait > 0 {
        return Err(SignInError::Throttled(wait));
    }
    let mut tx = state.db.write().await?;
    let gate = failures::count_attempt(&mut tx, name_hash, now).await?;
    tx.commit().await?;
    match gate {
        Gate::Open(attempts) => Ok(attempts),
        Gate::Locked(until) => Err(SignInError::Locked(until)),
    }
}

/// Forgets the failures of a name whose owner has shown that he knows its secret.
pub(crate) async fn forgive(state: &AppState, name_hash: &str) -> Result<(), SignInError> {
    let mut tx = state.db.write().await?;
    failures::forget(&mut tx, name_hash, state.wall.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes a failed attempt: the address, the lock when it was the last one allowed, the audit line.
pub(crate) async fn note_failure(
    state: &AppState,
    service: &Accounts,
    address: IpAddr,
    name_hash: &str,
    attempts: Attempts,
    account: Option<&accounts::AccountRow>,
) -> Result<(), SignInError> {
    let now = state.wall.now();
    service.note_failure(address, now);
    let locked_until = attempts.failed(now);
    let mut tx = state.db.write().await?;
    if let Some(until) = locked_until {
        failures::lock(&mut tx, name_hash, until).await?;
    }
    let action = if locked_until.is_some() {
        "session.lock"
    } else {
        "session.fail"
    };
    // A name that nobody has may be a password in the wrong field, so only a part of its hash is kept.
    let (id, name, subject) = match account {
        Some(account) => (
            Some(account.id),
            account.name.clone(),
            format!("account:{}", account.id),
        ),
        None => (
            None,
            "未知用户".to_owned(),
            format!("user_name:{}", &name_hash[..12]),
        ),
    };
    tx.audit(
        Audit::new(id, name, action, subject)
            .detail(json!({"address": address.to_string(), "attempt": attempts.count})),
    );
    tx.commit().await?;
    Ok(())
}

/// Signs in by user name and password. An earlier session of the same browser ends.
///
/// # Errors
/// [`SignInError`].
pub async fn sign_in(
    state: &AppState,
    service: &Accounts,
    address: IpAddr,
    user_name: &str,
    password: String,
    earlier_token: Option<&str>,
) -> Result<OpenedSession, SignInError> {
    let comparable = comparable_name(user_name).ok_or(SignInError::BadCredentials)?;
    let key = name_hash(&comparable);
    let attempts = pass_gate(state, service, address, &key).await?;
    let mut tx = state.db.read().await?;
    let account = accounts::by_name(&mut tx, &comparable).await?;
    let pending = account
        .as_ref()
        .filter(|account| account.state == "pending");
    let open_code = match pending {
        Some(account) => codes::open_of(&mut tx, account.id).await?,
        None => None,
    };
    drop(tx);

    let stored = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let as_code = account
        .as_ref()
        .map(|account| code_hash(account.id.get(), &password));
    // An overlong password is checked as an empty one, which fits nothing, at the usual cost.
    let typed = if password.chars().count() > MAX_LENGTH {
        String::new()
    } else {
        password
    };
    let fits = service.hasher.verify(typed, stored).await?;
    let code_given = open_code.is_some_and(|code| Some(code.code_hash) == as_code);

    let Some(account) = account.as_ref().filter(|_| fits || code_given) else {
        note_failure(state, service, address, &key, attempts, account.as_ref()).await?;
        return Err(SignInError::BadCredentials);
    };
    forgive(state, &key).await?;
    if code_given {
        return Err(SignInError::CodeAsPassword);
    }
    let now = state.wall.now();
    let mut tx = state.db.write().await?;
    // Between the check above and here the account may have been closed or its password changed.
    let Some(account) = accounts::by_id(&mut tx, account.id)
        .await?
        .filter(|present| present.version == account.version)
    else {
        return Err(SignInError::Stale);
    };
    let left = match account.person_id {
        Some(person) => directory::has_left(&mut tx, person, state.clock.today()).await?,
        None => false,
    };
    if left && account.state != "closed" {
        close_left(&mut tx, &account, now).await?;
    }
    if left || account.state != "active" {
        tx.commit().await?;
        return Err(SignInError::Closed);
    }
    let opened = open_session(&mut tx, &account, address, now, earlier_token).await?;
    tx.commit().await?;
    service.note_seen(&token_hash(&opened.token), now);
    Ok(opened)
}

/// Closes the account of somebody who has left, on behalf of the system.
pub(crate) async fn close_left(
    tx: &mut chengzhi_db::Tx,
    account: &accounts::AccountRow,
    now: Timestamp,
) -> Result<(), DbError> {
    if accounts::close(tx, account.id, "人员已离开", now).await? {
        sessions::delete_all(tx, account.id).await?;
        codes::revoke(tx, account.id, now).await?;
        assignments::replace(tx, account.id, &[], "系统", now).await?;
        tx.audit(
            Audit::new(
                None,
                "系统",
                "account.close",
                format!("account:{}", account.id),
            )
            .detail(json!({"reason": "人员已离开"})),
        );
    }
    Ok(())
}

/// Opens a session with a fresh secret.
pub(crate) async fn open_session(
    tx: &mut chengzhi_db::Tx,
    account: &accounts::AccountRow,
    address: IpAddr,
    now: Timestamp,
    earlier_token: Option<&str>,
) -> Result<OpenedSession, SignInError> {
    if let Some(token) = earlier_token {
        sessions::delete(tx, &token_hash(token)).await?;
    }
    let token = hex::encode(random_bytes::<32>()?);
    sessions::insert(
        tx,
        &token_hash(&token),
        account.id,
        &address.to_string(),
        now,
    )
    .await?;
    accounts::note_sign_in(tx, account.id, now).await?;
    tx.audit(
        Audit::new(
            Some(account.id),
            account.name.clone(),
            "session.open",
            format!("account:{}", account.id),
        )
        .detail(json!({"address": address.to_string()})),
    );
    Ok(OpenedSession {
        account_id: account.id,
        token,
    })
}

/// Ends a session.
///
/// # Errors
/// [`DbError`].
pub async fn sign_out(state: &AppState, token: &str) -> Result<(), DbError> {
    let hash = token_hash(token);
    let mut tx = state.db.write().await?;
    let session = sessions::find(&mut tx, &hash).await?;
    if let Some(session) = session
        && sessions::delete(&mut tx, &hash).await?
        && let Some(account) = accounts::by_id(&mut tx, session.account_id).await?
    {
        tx.audit(Audit::new(
            Some(account.id),
            account.name,
            "session.close",
            format!("account:{}", account.id),
        ));
    }
    tx.commit().await
}
