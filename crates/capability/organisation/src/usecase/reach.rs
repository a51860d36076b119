//! The part of a right's reach that somebody chose to look at.

use chengzhi_authz::Scope;
use chengzhi_http::Problem;
use chengzhi_kernel::UnitId;

use crate::domain::tree::UnitTree;

/// Narrows a scope to a unit that the caller picked, also one that is closed by now, and everything below it.
///
/// # Errors
/// 404 when nothing of it lies in the scope.
pub fn narrow(scope: &Scope, tree: &UnitTree, unit: Option<i64>) -> Result<Scope, Problem> {
    let Some(unit) = unit else {
        return Ok(scope.clone());
    };
    let mut below = tree.subtree(UnitId::from(unit));
    below.insert(unit);
    let narrowed = scope.within(&below);
    if narrowed.units.is_empty() {
        return Err(Problem::not_found());
    }
    Ok(narrowed)
}
