//! Resetting, unlocking and closing accounts.

use chengzhi_authz::Permission;
use chengzhi_http::Ctx;
use chengzhi_kernel::{AccountId, Clock as _};
use serde_json::json;

use super::authenticate::actor_of;
use super::issue::issue_code;
use super::open_accounts::Slip;
use super::reach::{ActError, account_in_reach};
use crate::directory::{self, Directory};
use crate::domain::account::name_hash;
use crate::store::{accounts, assignments, codes, failures, sessions};

/// Takes password and sessions away and gives a new one-time code; also the way to open a closed
/// account again.
///
/// # Errors
/// [`ActError`].
pub async fn reset_account(ctx: &Ctx, id: AccountId) -> Result<Slip, ActError> {
    let mut tx = ctx.db().write().await?;
    let (account, reach) = account_in_reach(&mut tx, ctx, &[Permission::AccountReset], id).await?;
    let target = actor_of(&mut tx, &account, ctx.today).await?;
    if target
        .grants
        .iter()
        .any(|grant| grant.role.is_administrator())
    {
        return Err(ActError::Administrator);
    }
    if !reach.covers(&target) {
        return Err(ActError::ReachesFurther);
    }
    let mut unit_name = String::new();
    if let Some(person) = account.person_id {
        if directory::has_left(&mut tx, person, ctx.today).await? {
            return Err(ActError::Left);
        }
        let directory = Directory::on(&mut tx, ctx.today).await?;
        let unit = directory::home_unit(&mut tx, person, ctx.today).await?;
        unit_name = unit
            .and_then(|unit| directory.name(unit))
            .unwrap_or_default();
    }
    let now = ctx.state.wall.now();
    if !accounts::set_pending(&mut tx, &account).await? {
        return Err(ActError::Stale);
    }
    sessions::delete_all(&mut tx, id).await?;
    failures::forget(&mut tx, &name_hash(&account.user_name), now).await?;
    let issued = issue_code(&mut tx, id, now).await?;
    tx.audit(
        ctx.audit("account.reset", format!("account:{id}"))
            .detail(json!({"user_name": account.user_name, "reopened": account.state == "closed"})),
    );
    tx.commit().await?;
    Ok(Slip {
        user_name: account.user_name,
        name: account.name,
        unit_name,
        issued,
    })
}

/// Ends a lock before its time.
///
/// # Errors
/// [`ActError`].
pub async fn unlock_account(ctx: &Ctx, id: AccountId) -> Result<(), ActError> {
    let mut tx = ctx.db().write().await?;
    let (account, _) = account_in_reach(&mut tx, ctx, &[Permission::AccountManage], id).await?;
    let now = ctx.state.wall.now();
    if failures::forget(&mut tx, &name_hash(&account.user_name), now).await? {
        tx.audit(
            ctx.audit("account.unlock", format!("account:{id}"))
                .detail(json!({"user_name": account.user_name})),
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Closes an account; its sessions, code and roles end at once. Opened again, it holds no role
/// until one is given.
///
/// # Errors
/// [`ActError`]; [`ActError::Closed`] when it is closed already.
pub async fn close_account(ctx: &Ctx, id: AccountId, reason: &str) -> Result<(), ActError> {
    let mut tx = ctx.db().write().await?;
    let (account, _) = account_in_reach(&mut tx, ctx, &[Permission::AccountManage], id).await?;
    let now = ctx.state.wall.now();
    if !accounts::close(&mut tx, id, reason, now).await? {
        return Err(ActError::Closed);
    }
    sessions::delete_all(&mut tx, id).await?;
    codes::revoke(&mut tx, id, now).await?;
    assignments::replace(&mut tx, id, &[], &ctx.actor.name, now).await?;
    tx.audit(
        ctx.audit("account.close", format!("account:{id}"))
            .detail(json!({"user_name": account.user_name, "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
