//! What a caller sees. Inside his units everything of the register; beyond them only what is there to
//! be invited or used: city instructors, the instructors of his own bureau, places and courseware in
//! use. Nothing else exists for him.

use std::collections::BTreeSet;

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitRef, UnitTree};

use crate::domain::instructor::{Level, State};
use crate::domain::place::PlaceState;
use crate::store::courseware::Courseware;
use crate::store::instructors::{self, Instructor};
use crate::store::places::Place;

/// What a caller sees.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Units of today.
    pub tree: UnitTree,
    /// Units whose whole register he sees.
    pub units: BTreeSet<i64>,
    /// Bureaus above his units and himself, whose serving instructors he sees.
    pub above: BTreeSet<i64>,
    /// Himself.
    pub person: Option<PersonId>,
}

impl Reach {
    /// What the caller sees with this scope.
    ///
    /// # Errors
    /// 500 from the engine.
    pub async fn of(tx: &mut Tx, ctx: &Ctx, scope: &Scope) -> Result<Self, Problem> {
        let tree = organisation::tree(tx, ctx.today).await?;
        let home = organisation::home_unit(tx, &ctx.actor, ctx.today).await?;
        let above = scope
            .units
            .iter()
            .map(|id| UnitId::from(*id))
            .chain(home)
            .filter_map(|unit| tree.district_of(unit))
            .map(UnitId::get)
            .collect();
        Ok(Reach {
            units: scope.units.clone(),
            above,
            person: ctx.actor.person_id,
            tree,
        })
    }

    /// Only what lies in a unit and below, of what is seen.
    ///
    /// # Errors
    /// 404 for a unit that is not open.
    pub fn narrowed(&self, unit: Option<i64>) -> Result<Option<String>, Problem> {
        let Some(unit) = unit else {
            return Ok(None);
        };
        let below = self.tree.subtree(UnitId::from(unit));
        if below.is_empty() {
            return Err(Problem::not_found());
        }
        Ok(Some(int_list(below)))
    }

    /// Condition on instructors `i`.
    #[must_use]
    pub fn instructors(&self) -> String {
        let units = int_list(self.units.iter().copied());
        let above = int_list(self.above.iter().copied());
        let own = self.person.map_or(-1, PersonId::get);
        format!(
            "i.unit_id in {units} or i.nominated_unit_id in {units} or i.home_unit_id in {units}
             or i.person_id = {own}
             or (i.state = 'appointed' and (i.level = 'city' or i.unit_id in {above}))"
        )
    }

    /// Whether an instructor is seen.
    #[must_use]
    pub fn sees(&self, row: &Instructor) -> bool {
        let inside = |unit: UnitId| self.units.contains(&unit.get());
        inside(row.unit_id)
            || inside(row.nominated_unit_id)
            || row.home_unit_id.is_some_and(inside)
            || (row.person_id.is_some() && row.person_id == self.person)
            || (row.state == State::Appointed
                && (row.level == Level::City || self.above.contains(&row.unit_id.get())))
    }

    /// Condition on places `p`.
    #[must_use]
    pub fn places(&self) -> String {
        format!(
            "p.unit_id in {} or p.state = 'in_use'",
            int_list(self.units.iter().copied())
        )
    }

    /// Whether a place is seen.
    #[must_use]
    pub fn sees_place(&self, row: &Place) -> bool {
        self.units.contains(&row.unit_id.get()) || row.state == PlaceState::InUse
    }

    /// Condition on courseware `c`. Beyond the own units a version that was in use is still found by
    /// whoever was given it; drafts are not.
    #[must_use]
    pub fn courseware(&self) -> String {
        format!(
            "c.unit_id in {} or c.state = 'in_use'",
            int_list(self.units.iter().copied())
        )
    }

    /// Whether a version is seen.
    #[must_use]
    pub fn sees_courseware(&self, row: &Courseware) -> bool {
        self.units.contains(&row.unit_id.get())
            || row.state != crate::domain::courseware::CoursewareState::Draft
    }

    /// Condition on a unit column: the own units, the bureaus above, and the city.
    #[must_use]
    pub fn around(&self, column: &str) -> String {
        let city = city_bureau(&self.tree).map(|unit| unit.id.get());
        format!(
            "{column} in {}",
            int_list(self.units.iter().chain(&self.above).copied().chain(city))
        )
    }

    /// Name of a unit.
    #[must_use]
    pub fn name(&self, unit: UnitId) -> String {
        self.tree.name(unit).to_owned()
    }
}

/// The city bureau.
#[must_use]
pub fn city_bureau(tree: &UnitTree) -> Option<&UnitRef> {
    tree.iter()
        .map(|node| &node.unit)
        .find(|unit| unit.kind == UnitKind::CityBureau)
}

/// Whether a unit appoints and keeps places of its own: a bureau, a special unit or the corps.
#[must_use]
pub fn is_bureau(unit: &UnitRef) -> bool {
    matches!(
        unit.kind,
        UnitKind::CityBureau | UnitKind::DistrictBureau | UnitKind::SpecialUnit | UnitKind::Corps
    )
}

/// Districts, special units and the corps: who has year targets of a district.
#[must_use]
pub fn is_district(unit: &UnitRef) -> bool {
    is_bureau(unit) && unit.kind != UnitKind::CityBureau
}

/// A bureau inside the scope.
///
/// # Errors
/// 404 outside; 422 for a unit that is no bureau.
pub fn bureau(tree: &UnitTree, scope: &Scope, id: UnitId) -> Result<UnitRef, Problem> {
    let unit = tree
        .unit(id)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?;
    if is_bureau(unit) {
        Ok(unit.clone())
    } else {
        Err(super::bad_field(
            "unit_id",
            "请选择市局、区局、直属单位或者总队。",
        ))
    }
}

/// Whether the caller holds a permission for a unit.
#[must_use]
pub fn holds(ctx: &Ctx, permission: Permission, unit: UnitId) -> bool {
    ctx.actor
        .scope(permission)
        .is_some_and(|scope| scope.has_unit(unit))
}

/// Serving instructors of these ids whom the caller sees, for teams.
///
/// # Errors
/// 404 for one who is not seen; 409 for one who does not serve.
pub async fn serving(tx: &mut Tx, reach: &Reach, ids: &[i64]) -> Result<Vec<Instructor>, Problem> {
    let found = instructors::of_ids(tx, ids).await?;
    for id in ids {
        let row = found
            .iter()
            .find(|row| row.id == *id)
            .filter(|row| reach.sees(row))
            .ok_or_else(Problem::not_found)?;
        if row.state != State::Appointed {
            return Err(Problem::conflict(
                "faculty.not_serving",
                format!("{}目前不在聘，请重新选择。", row.name),
            ));
        }
    }
    Ok(found)
}

/// The caller as one who writes: account and name.
#[must_use]
pub fn doer(ctx: &Ctx) -> (chengzhi_kernel::AccountId, &str) {
    (ctx.actor.account_id, ctx.actor.name.as_str())
}
