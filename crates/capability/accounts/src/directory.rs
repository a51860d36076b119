//! What the accounts ask of the organisation.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::ScopeKind;
use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{Date, PersonId, UnitId};
use chengzhi_organisation::facade;
pub use chengzhi_organisation::facade::{PersonRow, UnitKind, UnitTree};

/// The units of a day and what the accounts read from them.
pub struct Directory {
    tree: UnitTree,
}

impl Directory {
    /// The units open on the day.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn on(tx: &mut Tx, today: Date) -> Result<Self, DbError> {
        Ok(Directory {
            tree: facade::tree(tx, today).await?,
        })
    }

    /// Units that an assignment reaches. Fails closed: a unit that is not open reaches nothing.
    #[must_use]
    pub fn reach(&self, unit: Option<UnitId>, scope: ScopeKind) -> BTreeSet<i64> {
        match (scope, unit) {
            (ScopeKind::Own, _) => BTreeSet::new(),
            (_, None) => self.all(),
            (ScopeKind::Unit, Some(unit)) => self
                .tree
                .node(unit)
                .map(|_| unit.get())
                .into_iter()
                .collect(),
            (ScopeKind::Subtree, Some(unit)) => self.tree.subtree(unit),
        }
    }

    /// All units.
    #[must_use]
    pub fn all(&self) -> BTreeSet<i64> {
        self.tree.iter().map(|node| node.unit.id.get()).collect()
    }

    /// The city bureau, the root of the tree; none before the units are entered.
    #[must_use]
    pub fn city(&self) -> Option<UnitId> {
        self.tree
            .iter()
            .find(|node| node.unit.kind == UnitKind::CityBureau)
            .map(|node| node.unit.id)
    }

    /// True when the unit is open.
    #[must_use]
    pub fn is_open(&self, unit: UnitId) -> bool {
        self.tree.node(unit).is_some()
    }

    /// Name of an open unit.
    #[must_use]
    pub fn name(&self, unit: UnitId) -> Option<String> {
        self.tree.unit(unit).map(|unit| unit.name.clone())
    }
}

/// The person's unit on a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn home_unit(
    tx: &mut Tx,
    person: PersonId,
    today: Date,
) -> Result<Option<UnitId>, DbError> {
    facade::unit_of(tx, person, today).await
}

/// Everybody whose unit of the day is one of these; people who have left keep their last unit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn people_in(
    tx: &mut Tx,
    units: &BTreeSet<i64>,
    today: Date,
) -> Result<BTreeMap<PersonId, PersonRow>, DbError> {
    let people = facade::people_in(tx, units, today).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id, person))
        .collect())
}

/// People who have left by a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn left_by(tx: &mut Tx, today: Date) -> Result<Vec<PersonId>, DbError> {
    facade::left_by(tx, today).await
}

/// True when the person has left by that day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn has_left(tx: &mut Tx, person: PersonId, today: Date) -> Result<bool, DbError> {
    Ok(left_by(tx, today).await?.contains(&person))
}
