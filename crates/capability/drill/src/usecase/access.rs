//! Which units a reviewer reviews, and whether he may decide a record.

use std::collections::BTreeSet;

use chengzhi_authz::{Actor, Permission};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitRef, UnitTree};

use crate::domain::review::ReviewFacts;
use crate::store::records;

use super::case::Case;

/// The units whose reviews an actor owes himself. A district bureau is reviewed for only by those
/// who hold the right at that very bureau: the city's right reaches down to it, but reading along
/// is not reviewing.
#[must_use]
pub fn direct_units(actor: &Actor, tree: &UnitTree) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    for grant in actor
        .grants
        .iter()
        .filter(|grant| grant.role.permissions().contains(&Permission::DrillReview))
    {
        found.extend(grant.units.iter().copied().filter(|id| {
            *id == grant.unit_id.get()
                || tree
                    .unit(UnitId::from(*id))
                    .is_some_and(|unit| unit.kind != UnitKind::DistrictBureau)
        }));
    }
    found
}

/// True when the actor could review records of this reviewing unit: used to remember that a
/// reviewer himself touched a record.
#[must_use]
pub fn is_reviewer_for(actor: &Actor, reviewer: Option<&UnitRef>, tree: &UnitTree) -> bool {
    reviewer.is_some_and(|unit| direct_units(actor, tree).contains(&unit.id.get()))
}

/// Who reviews a record, and who stands in for the district.
#[derive(Debug, Clone)]
pub struct Reviewers {
    /// By the 条 line.
    pub regular: Option<UnitRef>,
    /// Who owes the present hand-in.
    pub present: Option<UnitRef>,
    /// The city's training office (or the city bureau).
    pub city: Option<UnitRef>,
}

impl Reviewers {
    /// Reads them for a case.
    ///
    /// # Errors
    /// 500 from the engine.
    pub async fn of(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Self, Problem> {
        let regular = organisation::reviewing_unit(tx, case.unit.id, ctx.today).await?;
        let present = match case.record.as_ref().and_then(|record| record.reviewer) {
            Some(id) => organisation::unit(tx, id).await?,
            None => regular.clone(),
        };
        let city = match organisation::city_training_office(tx, ctx.today).await? {
            Some(office) => Some(office),
            None => case
                .tree
                .iter()
                .map(|node| &node.unit)
                .find(|unit| unit.kind == UnitKind::CityBureau)
                .cloned(),
        };
        Ok(Reviewers {
            regular,
            present,
            city,
        })
    }

    /// Name of who reviews now.
    #[must_use]
    pub fn name(&self) -> &str {
        self.present
            .as_ref()
            .or(self.regular.as_ref())
            .map_or("市局教育培训部门", |unit| unit.name.as_str())
    }

    /// Name of the city's training office.
    #[must_use]
    pub fn city_name(&self) -> &str {
        self.city
            .as_ref()
            .map_or("市局教育培训部门", |unit| unit.name.as_str())
    }
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
    let direct = direct_units(&ctx.actor, &case.tree);
    let holds = |unit: &Option<UnitRef>| {
        unit.as_ref()
            .is_some_and(|unit| direct.contains(&unit.id.get()))
    };
    let superior = reviewers
        .regular
        .as_ref()
        .is_some_and(|unit| scope.has_unit(unit.id));
    let direct = holds(&reviewers.regular) || holds(&reviewers.present);
    if !direct && !superior {
        return Ok(None);
    }
    let (touched, reviewer_touched) = match &case.record {
        Some(record) => records::touched(tx, record.id, ctx.actor.account_id).await?,
        None => (false, false),
    };
    let home = home_unit(tx, ctx).await?;
    Ok(Some(ReviewFacts {
        direct,
        superior,
        passed_up: case.record.as_ref().is_some_and(|record| record.passed_up),
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
    match ctx.actor.person_id {
        Some(person) => Ok(organisation::unit_of(tx, person, ctx.today).await?),
        None => Ok(None),
    }
}
