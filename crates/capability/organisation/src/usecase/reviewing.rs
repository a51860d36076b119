//! Who reviews what a unit hands in, and for which units somebody is a reviewer: the same for every reporting cycle.

use std::collections::BTreeSet;

use chengzhi_authz::{Actor, Permission};
use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{Date, UnitId};

use crate::domain::kind::UnitKind;
use crate::domain::reviewer;
use crate::domain::tree::{UnitRef, UnitTree};
use crate::store::{members, units};

/// The units whose reviews an actor owes himself under `permission`. A district bureau is reviewed for only by those
/// who hold the right at that very bureau: the city's right reaches down to it, but reading along
/// is not reviewing.
#[must_use]
pub fn direct_units(actor: &Actor, tree: &UnitTree, permission: Permission) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    for grant in actor
        .grants
        .iter()
        .filter(|grant| grant.role.permissions().contains(&permission))
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
    /// Reads them for a unit's record; `present` is who it was handed in to, if it was.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn of(
        tx: &mut Tx,
        unit: UnitId,
        present: Option<UnitId>,
        on: Date,
    ) -> Result<Self, DbError> {
        let tree = units::tree(tx, on).await?;
        let regular = reviewer::reviewer(&tree, unit).map(|found| found.unit.clone());
        let present = match present {
            Some(id) => units::by_id(tx, id).await?.map(|row| row.unit),
            None => regular.clone(),
        };
        let office = |unit: &UnitRef| unit.trains && unit.kind == UnitKind::CityOffice;
        let bureau = |unit: &UnitRef| unit.kind == UnitKind::CityBureau;
        let city = first(&tree, office).or_else(|| first(&tree, bureau));
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
            .map_or(CITY, |unit| unit.name.as_str())
    }

    /// Name of the city's training office.
    #[must_use]
    pub fn city_name(&self) -> &str {
        self.city.as_ref().map_or(CITY, |unit| unit.name.as_str())
    }

    /// Whether the actor, who reviews directly for `direct` units and whose right reaches the units of `scope`, is
    /// the reviewer himself and whether he stands above him.
    #[must_use]
    pub fn standing(&self, direct: &BTreeSet<i64>, scope: &chengzhi_authz::Scope) -> (bool, bool) {
        let holds = |unit: &Option<UnitRef>| {
            unit.as_ref()
                .is_some_and(|unit| direct.contains(&unit.id.get()))
        };
        let superior = self
            .regular
            .as_ref()
            .is_some_and(|unit| scope.has_unit(unit.id));
        (holds(&self.regular) || holds(&self.present), superior)
    }
}

fn first(tree: &UnitTree, wanted: impl Fn(&UnitRef) -> bool) -> Option<UnitRef> {
    tree.iter()
        .map(|node| &node.unit)
        .find(|unit| wanted(unit))
        .cloned()
}

const CITY: &str = "市局教育培训部门";

/// The unit the actor belongs to on the day; None for an account of nobody in the roster.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn home_unit(tx: &mut Tx, actor: &Actor, on: Date) -> Result<Option<UnitId>, DbError> {
    match actor.person_id {
        Some(person) => members::unit_of(tx, person, on).await,
        None => Ok(None),
    }
}
