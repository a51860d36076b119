//! What a signed-in person is told about himself.

use std::collections::BTreeMap;

use chengzhi_db::DbError;
use chengzhi_http::AppState;
use chengzhi_kernel::{AccountId, Clock as _, UnitId};

use super::authenticate::{Signed, actor_of};
use crate::directory;
use crate::domain::roles::WHOLE_CITY;
use crate::service::Accounts;
use crate::store::accounts;

/// Names and places around the actor.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Names of the units he holds roles for.
    pub unit_names: BTreeMap<i64, String>,
    /// The unit his first page opens on.
    pub home_unit: Option<UnitId>,
}

/// Looks up the units of a signed-in person.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn surroundings(state: &AppState, signed: &Signed) -> Result<Surroundings, DbError> {
    let mut tx = state.db.read().await?;
    let mut found = Surroundings::default();
    let units = signed
        .actor
        .grants
        .iter()
        .map(|grant| grant.unit_id)
        .filter(|id| *id != WHOLE_CITY);
    for unit in units {
        if let std::collections::btree_map::Entry::Vacant(place) =
            found.unit_names.entry(unit.get())
            && let Some(name) = directory::unit_name(&mut tx, unit).await?
        {
            place.insert(name);
        }
    }
    // What he works on comes before where he sits.
    let held = signed
        .actor
        .grants
        .iter()
        .find(|g| !g.units.is_empty() && g.unit_id != WHOLE_CITY);
    let today = state.clock.today();
    found.home_unit = match (held, signed.actor.person_id) {
        (Some(grant), _) => Some(grant.unit_id),
        (None, Some(person)) => directory::home_unit(&mut tx, person, today).await?,
        (None, None) => None,
    };
    Ok(found)
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
