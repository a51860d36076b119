//! What a signed-in person is told about himself.

use std::sync::Arc;

use chengzhi_assessment::facade::{PolicyError, policy_of};
use chengzhi_authz::{Role, ScopeKind};
use chengzhi_db::DbError;
use chengzhi_http::AppState;
use chengzhi_kernel::{AccountId, Clock as _, UnitId};
use chengzhi_rules::Policy;
use chrono::Datelike as _;

use super::authenticate::{Signed, actor_of};
use crate::directory::Directory;
use crate::domain::roles::WHOLE_CITY;
use crate::service::Accounts;
use crate::store::accounts;

/// A role with its unit named.
#[derive(Debug, Clone)]
pub struct NamedGrant {
    /// The role.
    pub role: Role,
    /// The unit; the city bureau for the whole city.
    pub unit_id: Option<UnitId>,
    /// Its name; 全市 where there is no city bureau yet.
    pub unit_name: String,
    /// How far.
    pub scope: ScopeKind,
}

/// A role with its unit named, from the units of a day.
#[must_use]
pub fn named(
    directory: &Directory,
    role: Role,
    unit: Option<UnitId>,
    scope: ScopeKind,
) -> NamedGrant {
    let whole = unit.is_none() && scope != ScopeKind::Own;
    let unit_id = if whole { directory.city() } else { unit };
    let unit_name = unit_id.and_then(|id| directory.name(id));
    NamedGrant {
        role,
        unit_id,
        unit_name: match (unit_name, whole) {
            (Some(name), _) => name,
            (None, true) => "全市".to_owned(),
            (None, false) => String::new(),
        },
        scope,
    }
}

/// Names and places around the actor.
#[derive(Debug)]
pub struct Surroundings {
    /// His roles, units named.
    pub roles: Vec<NamedGrant>,
    /// The unit his first page opens on.
    pub home_unit: Option<UnitId>,
    /// The rules of the business year; none while no pack is old enough.
    pub policy: Option<Arc<Policy>>,
}

/// Looks up the units of a signed-in person.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn surroundings(state: &AppState, signed: &Signed) -> Result<Surroundings, DbError> {
    let mut tx = state.db.read().await?;
    let directory = Directory::on(&mut tx, state.clock.today()).await?;
    let roles: Vec<NamedGrant> = signed
        .actor
        .grants
        .iter()
        .map(|grant| {
            let unit = (grant.unit_id != WHOLE_CITY).then_some(grant.unit_id);
            named(&directory, grant.role, unit, grant.scope)
        })
        .collect();
    // What he works on comes before where he sits.
    let home_unit = roles
        .iter()
        .find(|role| role.scope != ScopeKind::Own)
        .or(roles.first())
        .and_then(|role| role.unit_id);
    let policy = match policy_of(&mut tx, &state.policy, state.clock.today().year()).await {
        Ok(policy) => Some(policy),
        Err(PolicyError::Pack(_)) => None,
        Err(PolicyError::Db(error)) => return Err(error),
    };
    Ok(Surroundings {
        roles,
        home_unit,
        policy,
    })
}

/// The holder of an account that has just signed in.
///
/// # Errors
/// [`DbError`]; [`DbError::RowMissing`] when the account is gone.
pub async fn signed_by_id(
    state: &AppState,
    service: &Accounts,
    id: AccountId,
) -> Result<Signed, DbError> {
    let mut tx = state.db.read().await?;
    let account = accounts::by_id(&mut tx, id)
        .await?
        .ok_or(DbError::RowMissing)?;
    let actor = actor_of(&mut tx, &account, state.clock.today()).await?;
    let must_change =
        account.must_change || service.password_is_old(account.password_set_at, state.wall.now());
    Ok(Signed {
        account,
        actor,
        must_change,
    })
}
