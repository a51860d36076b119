//! Who sees and decides what.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;

use super::refused;
use crate::domain::Deny;
use crate::domain::life::State;
use crate::store::versions::{self, Version};

/// The unit for which the caller proposes: that of his grant.
///
/// # Errors
/// 403 without one.
pub fn own_unit(ctx: &Ctx) -> Result<UnitId, Problem> {
    ctx.actor
        .grants
        .iter()
        .find(|grant| grant.role.permissions().contains(&Permission::BankPropose))
        .map(|grant| grant.unit_id)
        .ok_or_else(Problem::forbidden)
}

/// Whether the caller sees a version: what left review everybody with the right, the rest only whose
/// units it is.
#[must_use]
pub fn sees(scope: &Scope, row: &Version) -> bool {
    !matches!(row.state, State::Draft | State::Proposed | State::Reviewed)
        || scope.has_unit(row.unit_id)
}

/// Whether the caller decides for the city.
#[must_use]
pub fn decides(ctx: &Ctx) -> bool {
    ctx.actor.may(Permission::BankDecide)
}

/// A version of the caller's units for changing, at the version that was read.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or one that has left the draft.
pub async fn own_draft(
    tx: &mut Tx,
    scope: &Scope,
    id: i64,
    version: i64,
) -> Result<Version, Problem> {
    let row = versions::take(tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version != version {
        return Err(Problem::stale());
    }
    if row.state != State::Draft {
        return Err(refused(Deny::new(
            "bank.fixed",
            format!("这一版{}，不能再修改；要改请新建一版。", row.state.name()),
        )));
    }
    Ok(row)
}
