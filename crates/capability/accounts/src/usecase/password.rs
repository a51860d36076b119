//! Choosing a password: with a one-time code, or by changing the present one.

use std::net::IpAddr;

use chengzhi_db::Audit;
use chengzhi_http::AppState;
use chengzhi_kernel::Clock as _;
use subtle::ConstantTimeEq as _;

use super::sign_in::{
    OpenedSession, SignInError, close_left, forgive, note_failure, open_session, pass_gate,
};
use crate::directory;
use crate::domain::account::{comparable_name, name_hash};
use crate::domain::code::code_hash;
use crate::domain::password::{MAX_LENGTH, PasswordFault, password_faults};
use crate::domain::session::token_hash;
use crate::service::Accounts;
use crate::store::accounts::AccountRow;
use crate::store::{accounts, codes, sessions};

/// Checks a new password by all rules and gives the hash to store.
pub(crate) async fn good_hash(
    service: &Accounts,
    account: &AccountRow,
    password: String,
) -> Result<String, SignInError> {
    let mut faults = password_faults(&password, &account.user_name);
    if !faults.contains(&PasswordFault::TooLong) {
        let earlier = [account.password_hash.clone(), account.previous_hash.clone()];
        for hash in earlier.into_iter().flatten() {
            if service.hasher.verify(password.clone(), Some(hash)).await? {
                faults.push(PasswordFault::UsedBefore);
                break;
            }
        }
    }
    if !faults.is_empty() {
        return Err(SignInError::WeakPassword(
            faults.into_iter().map(PasswordFault::message).collect(),
        ));
    }
    Ok(service.hasher.hash(password).await?)
}

/// Exchanges a one-time code for a password of one's own and signs in.
///
/// # Errors
/// [`SignInError`]; the code stays good after a password that breaks rules.
pub async fn activate(
    state: &AppState,
    service: &Accounts,
    address: IpAddr,
    user_name: &str,
    code: &str,
    new_password: String,
    earlier_token: Option<&str>,
) -> Result<OpenedSession, SignInError> {
    let comparable = comparable_name(user_name).ok_or(SignInError::BadCode)?;
    let key = name_hash(&comparable);
    let attempts = pass_gate(state, service, address, &key).await?;
    let mut tx = state.db.read().await?;
    let account = accounts::by_name(&mut tx, &comparable).await?;
    let open = match account
        .as_ref()
        .filter(|account| account.state == "pending")
    {
        Some(account) => codes::open_of(&mut tx, account.id).await?,
        None => None,
    };
    drop(tx);
    let matching = match (&account, open) {
        (Some(account), Some(open)) => {
            let given = code_hash(account.id.get(), code);
            bool::from(given.as_bytes().ct_eq(open.code_hash.as_bytes())).then_some((account, open))
        }
        _ => None,
    };
    let Some((account, open)) = matching else {
        note_failure(state, service, address, &key, attempts, account.as_ref()).await?;
        return Err(SignInError::BadCode);
    };
    if state.wall.now() >= open.valid_until {
        return Err(SignInError::CodeExpired);
    }
    forgive(state, &key).await?;
    let hash = good_hash(service, account, new_password).await?;

    let now = state.wall.now();
    let mut tx = state.db.write().await?;
    if let Some(person) = account.person_id
        && directory::has_left(&mut tx, person, state.clock.today()).await?
    {
        close_left(&mut tx, account, now).await?;
        tx.commit().await?;
        return Err(SignInError::Closed);
    }
    let used = codes::use_up(&mut tx, open.id, now).await?;
    if !used || !accounts::set_password(&mut tx, account, &hash, now).await? {
        return Err(SignInError::Stale);
    }
    sessions::delete_all(&mut tx, account.id).await?;
    tx.audit(Audit::new(
        Some(account.id),
        account.name.clone(),
        "account.activate",
        format!("account:{}", account.id),
    ));
    let opened = open_session(&mut tx, account, address, now, earlier_token).await?;
    tx.commit().await?;
    service.note_seen(&token_hash(&opened.token), now);
    Ok(opened)
}

/// Changes the password. All sessions end; the browser at hand gets a new one.
///
/// # Errors
/// [`SignInError`]; a wrong present password counts as a failed sign-in.
pub async fn change(
    state: &AppState,
    service: &Accounts,
    address: IpAddr,
    account: &AccountRow,
    old_password: String,
    new_password: String,
) -> Result<OpenedSession, SignInError> {
    let key = name_hash(&account.user_name);
    let attempts = pass_gate(state, service, address, &key).await?;
    let typed = if old_password.chars().count() > MAX_LENGTH {
        String::new()
    } else {
        old_password
    };
    if !service
        .hasher
        .verify(typed, account.password_hash.clone())
        .await?
    {
        note_failure(state, service, address, &key, attempts, Some(account)).await?;
        return Err(SignInError::BadOldPassword);
    }
    forgive(state, &key).await?;
    let hash = good_hash(service, account, new_password).await?;
    let now = state.wall.now();
    let mut tx = state.db.write().await?;
    if !accounts::set_password(&mut tx, account, &hash, now).await? {
        return Err(SignInError::Stale);
    }
    sessions::delete_all(&mut tx, account.id).await?;
    tx.audit(Audit::new(
        Some(account.id),
        account.name.clone(),
        "password.change",
        format!("account:{}", account.id),
    ));
    let opened = open_session(&mut tx, account, address, now, None).await?;
    tx.commit().await?;
    service.note_seen(&token_hash(&opened.token), now);
    Ok(opened)
}
