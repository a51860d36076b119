//! What others may ask of the accounts.

use chengzhi_authz::{Role, ScopeKind};
use chengzhi_db::{Audit, DbError, Tx};
use chengzhi_kernel::{AccountId, PersonId, UnitId};
use serde_json::json;

use crate::domain::account::comparable_name;
use crate::domain::roles::Assignment;
use crate::hasher::HashError;
use crate::service::Accounts;
use crate::store::{accounts, assignments, sessions};

/// Sessions stored, for the metrics.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn session_count(tx: &mut Tx) -> Result<i64, DbError> {
    sessions::count(tx).await
}

/// An account of the demo city, which starts with a password that everybody may know.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// What he signs in with.
    pub user_name: String,
    /// Name.
    pub name: String,
    /// The person.
    pub person_id: Option<PersonId>,
    /// Roles with unit and reach; without a unit the whole city.
    pub roles: Vec<(Role, Option<UnitId>, ScopeKind)>,
    /// From [`hash_password`].
    pub password_hash: String,
}

/// The hash of a password, for [`open_demo_account`].
///
/// # Errors
/// [`HashError`].
pub async fn hash_password(service: &Accounts, password: &str) -> Result<String, HashError> {
    service.hasher.hash(password.to_owned()).await
}

/// Opens an account of the demo city that can sign in at once. `None` when its name or person has
/// one. The caller commits.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_demo_account(
    tx: &mut Tx,
    actor_name: &str,
    new: &DemoAccount,
) -> Result<Option<AccountId>, DbError> {
    let Some(user_name) = comparable_name(&new.user_name) else {
        return Ok(None);
    };
    let now = tx.wall_now();
    let Some(id) = accounts::insert(tx, &user_name, &new.name, new.person_id, now).await? else {
        return Ok(None);
    };
    let account = accounts::by_id(tx, id).await?.ok_or(DbError::RowMissing)?;
    accounts::set_password(tx, &account, &new.password_hash, now).await?;
    let held: Vec<Assignment> = new
        .roles
        .iter()
        .map(|(role, unit_id, scope)| Assignment {
            role: *role,
            unit_id: *unit_id,
            scope: *scope,
        })
        .collect();
    assignments::replace(tx, id, &held, actor_name, now).await?;
    tx.audit(
        Audit::new(None, actor_name, "account.open", format!("account:{id}"))
            .detail(json!({"user_name": user_name, "name": new.name})),
    );
    Ok(Some(id))
}
