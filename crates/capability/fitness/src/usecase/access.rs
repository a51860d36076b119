//! What a caller sees and may change. Reading reaches as far as his units; a district's own tests are
//! changed by those only who hold the right at that very bureau.

use std::collections::BTreeSet;

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitRef, UnitTree};

use super::{bad_field, refused};
use crate::domain::Deny;
use crate::store::rounds::{self, Test};

/// Whether a unit holds tests of its own: a bureau, a special unit or the corps.
#[must_use]
pub fn is_bureau(unit: &UnitRef) -> bool {
    matches!(
        unit.kind,
        UnitKind::CityBureau | UnitKind::DistrictBureau | UnitKind::SpecialUnit | UnitKind::Corps
    )
}

/// Units whose tests and people the caller manages himself.
#[must_use]
pub fn managed(ctx: &Ctx, tree: &UnitTree) -> BTreeSet<i64> {
    organisation::direct_units(&ctx.actor, tree, Permission::FitnessManage)
}

/// A bureau that the caller manages.
///
/// # Errors
/// 404 outside the scope; 403 for one that others manage; 422 for a unit that holds no tests.
pub fn bureau(ctx: &Ctx, tree: &UnitTree, scope: &Scope, id: UnitId) -> Result<UnitRef, Problem> {
    let unit = tree
        .unit(id)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?;
    if !is_bureau(unit) {
        return Err(bad_field("unit_id", "请选择市局、区局、直属单位或者总队。"));
    }
    if managed(ctx, tree).contains(&id.get()) {
        Ok(unit.clone())
    } else {
        Err(others(unit))
    }
}

fn others(unit: &UnitRef) -> Problem {
    refused(Deny::new(
        "fitness.others",
        format!("{}的体能测试由该单位办理，您可以查看。", unit.name),
    ))
}

/// A test that the caller manages, held for this transaction.
///
/// # Errors
/// 404 outside the scope; 409 for one that others manage.
pub async fn taken(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
) -> Result<(Test, UnitTree), Problem> {
    let test = rounds::take(tx, id)
        .await?
        .filter(|test| scope.has_unit(test.unit_id))
        .ok_or_else(Problem::not_found)?;
    let tree = organisation::tree(tx, ctx.today).await?;
    if managed(ctx, &tree).contains(&test.unit_id.get()) {
        return Ok((test, tree));
    }
    Err(tree
        .unit(test.unit_id)
        .map_or_else(Problem::not_found, others))
}

/// Refuses what was read before somebody changed it.
///
/// # Errors
/// 409.
pub fn fresh(test: &Test, version: i64) -> Result<(), Problem> {
    if test.version == version {
        Ok(())
    } else {
        Err(Problem::stale())
    }
}

/// Condition on tests `t`: those of the caller's units, and those with his people on the list.
#[must_use]
pub fn tests_seen(scope: &Scope) -> String {
    let own = scope.own.map_or(-1, chengzhi_kernel::PersonId::get);
    format!(
        "({} or exists (select 1 from fitness_entry e where e.test_id = t.id and e.state <> 'removed'
           and ({} or e.person_id = {own})))",
        scope.unit_sql("t.unit_id"),
        scope.unit_sql("e.unit_id")
    )
}

/// Condition on entries `e` of a test: all for its bureau, else the caller's people.
#[must_use]
pub fn entries_seen(scope: &Scope, test: &Test) -> String {
    if scope.has_unit(test.unit_id) {
        format!("e.test_id = {}", test.id)
    } else {
        format!(
            "e.test_id = {} and {}",
            test.id,
            scope.person_sql("e.unit_id", "e.person_id")
        )
    }
}

/// The part of a scope below a unit that was chosen.
///
/// # Errors
/// 404 for a unit outside the scope.
pub fn narrow(scope: &Scope, tree: &UnitTree, unit: Option<i64>) -> Result<Scope, Problem> {
    let Some(unit) = unit else {
        return Ok(scope.clone());
    };
    let found = scope.within(&tree.subtree(UnitId::from(unit)));
    if found.units.is_empty() {
        return Err(Problem::not_found());
    }
    Ok(found)
}

/// `(1,2,3)` of units.
#[must_use]
pub fn units_list(units: &BTreeSet<i64>) -> String {
    int_list(units.iter().copied())
}
