//! Whether somebody may decide a record: what is known of him and of it.

use std::collections::BTreeSet;

use chengzhi_authz::{Actor, Permission};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::{self as organisation, UnitRef, UnitTree};

pub use chengzhi_organisation::facade::Reviewers;

use crate::domain::review::ReviewFacts;
use crate::store::BOOK;

use super::case::Case;

/// The units whose reviews an actor owes himself.
#[must_use]
pub fn direct_units(actor: &Actor, tree: &UnitTree) -> BTreeSet<i64> {
    organisation::direct_units(actor, tree, Permission::DrillReview)
}

/// True when the actor could review records of this reviewing unit: used to remember that a
/// reviewer himself touched a record.
#[must_use]
pub fn is_reviewer_for(actor: &Actor, reviewer: Option<&UnitRef>, tree: &UnitTree) -> bool {
    reviewer.is_some_and(|unit| direct_units(actor, tree).contains(&unit.id.get()))
}

/// Who reviews a case today.
///
/// # Errors
/// 500 from the engine.
pub async fn reviewers(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Reviewers, Problem> {
    let present = case.record.as_ref().and_then(|record| record.reviewer);
    Ok(Reviewers::of(tx, case.unit.id, present, ctx.today).await?)
}

/// The facts that decide whether the actor may review the case. None when he holds the right
/// nowhere near it.
///
/// # Errors
/// 500 from the engine.
pub async fn review_facts(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    reviewers: &Reviewers,
) -> Result<Option<ReviewFacts>, Problem> {
    let Some(scope) = ctx.actor.scope(Permission::DrillReview) else {
        return Ok(None);
    };
    let (direct, superior) = reviewers.standing(&direct_units(&ctx.actor, &case.tree), &scope);
    if !direct && !superior {
        return Ok(None);
    }
    let (touched, reviewer_touched) = match &case.record {
        Some(record) => BOOK.touched(tx, record.id, ctx.actor.account_id).await?,
        None => (false, false),
    };
    let home = home_unit(tx, ctx).await?;
    Ok(Some(ReviewFacts {
        direct,
        superior,
        passed_up: case.record.as_ref().is_some_and(|record| record.passed_up),
        of_own_bureau: false,
        reviewer_touched,
        touched,
        own_unit: home == Some(case.unit.id),
    }))
}

/// The unit the actor belongs to today.
///
/// # Errors
/// 500 from the engine.
pub async fn home_unit(tx: &mut Tx, ctx: &Ctx) -> Result<Option<UnitId>, Problem> {
    Ok(organisation::home_unit(tx, &ctx.actor, ctx.today).await?)
}
