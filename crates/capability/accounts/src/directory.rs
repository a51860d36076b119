//! What the accounts ask of the organisation.

use std::collections::BTreeSet;

use chengzhi_authz::ScopeKind;
use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{Date, PersonId, UnitId};

/// Units that an assignment reaches on a day; the unit itself also when it is closed that day.
pub async fn reach(
    _tx: &mut Tx,
    unit: Option<UnitId>,
    scope: ScopeKind,
    _today: Date,
) -> Result<BTreeSet<i64>, DbError> {
    Ok(match (scope, unit) {
        (ScopeKind::Own, _) | (_, None) => BTreeSet::new(),
        (_, Some(unit)) => BTreeSet::from([unit.get()]),
    })
}

/// The person's unit on a day.
pub async fn home_unit(
    _tx: &mut Tx,
    _person: PersonId,
    _today: Date,
) -> Result<Option<UnitId>, DbError> {
    Ok(None)
}

/// True when the person has left by that day.
pub async fn has_left(_tx: &mut Tx, _person: PersonId, _today: Date) -> Result<bool, DbError> {
    Ok(false)
}

/// A unit's name.
pub async fn unit_name(_tx: &mut Tx, _unit: UnitId) -> Result<Option<String>, DbError> {
    Ok(None)
}
