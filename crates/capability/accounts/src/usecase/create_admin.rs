//! The first accounts of an installation: administrators, made on the command line.

use chengzhi_authz::{Role, ScopeKind};
use chengzhi_db::{Audit, DbError, Tx};
use chengzhi_kernel::AccountId;
use serde_json::json;
use thiserror::Error;

use super::issue::{IssueError, Issued, issue_code};
use crate::domain::account::comparable_name;
use crate::domain::roles::Assignment;
use crate::store::{accounts, assignments, sessions};

/// Why an administrator could not be made.
#[derive(Debug, Error)]
pub enum CreateAdminError {
    /// Another role is given on the page, by the security administrator.
    #[error(
        "只能建立系统管理员、安全管理员、审计管理员和市局教育培训管理员的账号，其他角色由安全管理员在页面上授予"
    )]
    Role,
    /// The name cannot be used.
    #[error("用户名不能为空，且不超过64个字符")]
    UserName,
    /// The name is taken.
    #[error("用户名已存在")]
    Taken,
    /// No such account.
    #[error("没有这个用户名的账号")]
    Unknown,
    /// The account changed meanwhile.
    #[error("账号刚被他人更改，请重试")]
    Stale,
    /// Issuing the code.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// Database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Makes an account over the whole city that waits for its one-time code. The caller commits.
///
/// # Errors
/// [`CreateAdminError`].
pub async fn create_admin(
    tx: &mut Tx,
    actor_name: &str,
    role: Role,
    user_name: &str,
    name: &str,
) -> Result<(AccountId, Issued), CreateAdminError> {
    if !role.is_administrator() && role != Role::CityTraining {
        return Err(CreateAdminError::Role);
    }
    let user_name = comparable_name(user_name).ok_or(CreateAdminError::UserName)?;
    let now = tx.wall_now();
    let account = accounts::insert(tx, &user_name, name, None, now)
        .await?
        .ok_or(CreateAdminError::Taken)?;
    let whole = Assignment {
        role,
        unit_id: None,
        scope: ScopeKind::Subtree,
    };
    assignments::replace(tx, account, &[whole], actor_name, now).await?;
    let issued = issue_code(tx, account, now).await?;
    tx.audit(
        Audit::new(
            None,
            actor_name,
            "account.open",
            format!("account:{account}"),
        )
        .detail(json!({"user_name": user_name, "role": role.code()})),
    );
    Ok((account, issued))
}

/// Gives any account a new one-time code; its password and sessions end. The way back in for
/// administrators, whom nobody resets on the page. The caller commits.
///
/// # Errors
/// [`CreateAdminError`].
pub async fn reset_by_command(
    tx: &mut Tx,
    actor_name: &str,
    user_name: &str,
) -> Result<(AccountId, Issued), CreateAdminError> {
    let user_name = comparable_name(user_name).ok_or(CreateAdminError::UserName)?;
    let account = accounts::by_name(tx, &user_name)
        .await?
        .ok_or(CreateAdminError::Unknown)?;
    let now = tx.wall_now();
    if !accounts::set_pending(tx, &account).await? {
        return Err(CreateAdminError::Stale);
    }
    sessions::delete_all(tx, account.id).await?;
    let issued = issue_code(tx, account.id, now).await?;
    tx.audit(Audit::new(
        None,
        actor_name,
        "account.reset",
        format!("account:{}", account.id),
    ));
    Ok((account.id, issued))
}
