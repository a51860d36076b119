//! The person behind a request and the scopes of his rights.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use chengzhi_kernel::{AccountId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Permission, Role};

/// How far an assignment reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// Only the person himself.
    Own,
    /// Only the unit itself.
    Unit,
    /// The unit and everything below it, along either line.
    Subtree,
}

impl ScopeKind {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ScopeKind::Own => "own",
            ScopeKind::Unit => "unit",
            ScopeKind::Subtree => "subtree",
        }
    }
}

impl FromStr for ScopeKind {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        match code {
            "own" => Ok(ScopeKind::Own),
            "unit" => Ok(ScopeKind::Unit),
            "subtree" => Ok(ScopeKind::Subtree),
            _ => Err(()),
        }
    }
}

/// One assignment with its units worked out.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The role held.
    pub role: Role,
    /// Where.
    pub unit_id: UnitId,
    /// How far.
    pub scope: ScopeKind,
    /// The units reached today; empty for [`ScopeKind::Own`].
    pub units: Arc<BTreeSet<i64>>,
}

/// Who acts: an account, the person behind it, and the grants it holds now.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account.
    pub account_id: AccountId,
    /// The person, unless it is an administrator's account.
    pub person_id: Option<PersonId>,
    /// Name for receipts and the audit log.
    pub name: String,
    /// What he holds.
    pub grants: Vec<Grant>,
}

impl Actor {
    /// The rows that a permission opens: the union over all grants that carry it. `None` when no
    /// grant does.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Option<Scope> {
        let mut found = false;
        let mut scope = Scope::default();
        for grant in self
            .grants
            .iter()
            .filter(|grant| grant.role.permissions().contains(&permission))
        {
            found = true;
            match grant.scope {
                ScopeKind::Own => scope.own = self.person_id,
                ScopeKind::Unit | ScopeKind::Subtree => {
                    scope.units.extend(grant.units.iter().copied())
                }
            }
        }
        found.then_some(scope)
    }

    /// True when any grant carries the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role.permissions().contains(&permission))
    }

    /// All permissions held anywhere, sorted.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let all: BTreeSet<Permission> = self
            .grants
            .iter()
            .flat_map(|grant| grant.role.permissions().iter().copied())
            .collect();
        all.into_iter().collect()
    }

    /// Permissions that reach beyond the own person, sorted.
    #[must_use]
    pub fn wide_permissions(&self) -> Vec<Permission> {
        let wide: BTreeSet<Permission> = self
            .grants
            .iter()
            .filter(|grant| grant.scope != ScopeKind::Own)
            .flat_map(|grant| grant.role.permissions().iter().copied())
            .collect();
        wide.into_iter().collect()
    }

    /// True when the account holds the role anywhere.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}

/// The rows an actor may see: those of `units`, and those of himself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Units whose rows are visible.
    pub units: BTreeSet<i64>,
    /// The person whose own rows are visible.
    pub own: Option<PersonId>,
}

impl Scope {
    /// True when rows of the unit are visible.
    #[must_use]
    pub fn has_unit(&self, unit: UnitId) -> bool {
        self.units.contains(&unit.get())
    }

    /// True when the person's rows are visible through his unit or because he is the actor.
    #[must_use]
    pub fn has_person(&self, person: PersonId, unit: Option<UnitId>) -> bool {
        self.own == Some(person) || unit.is_some_and(|unit| self.has_unit(unit))
    }

    /// SQL condition on a column that holds a unit id. Matches nothing when there are no units.
    #[must_use]
    pub fn unit_sql(&self, column: &str) -> String {
        format!("{column} in {}", list(self.units.iter().copied()))
    }

    /// SQL condition for rows of people: by unit or by being the actor himself.
    #[must_use]
    pub fn person_sql(&self, unit_column: &str, person_column: &str) -> String {
        match self.own {
            Some(own) => format!(
                "({} or {person_column} = {})",
                self.unit_sql(unit_column),
                own.get()
            ),
            None => format!("({})", self.unit_sql(unit_column)),
        }
    }

    /// The part of the scope that lies inside `units` (a filter that a user chose).
    #[must_use]
    pub fn within(&self, units: &BTreeSet<i64>) -> Scope {
        Scope {
            units: self.units.intersection(units).copied().collect(),
            own: None,
        }
    }
}

fn list(ids: impl Iterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    // Ids start at 1, so (-1) matches no row: scopes fail closed.
    if ids.is_empty() {
        "(-1)".to_owned()
    } else {
        format!("({})", ids.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(grants: Vec<(Role, ScopeKind, &[i64])>) -> Actor {
        Actor {
            account_id: AccountId::from(1),
            person_id: Some(PersonId::from(7)),
            name: "测试".to_owned(),
            grants: grants
                .into_iter()
                .map(|(role, scope, units)| Grant {
                    role,
                    unit_id: UnitId::from(1),
                    scope,
                    units: Arc::new(units.iter().copied().collect()),
                })
                .collect(),
        }
    }

    #[test]
    fn without_a_grant_there_is_no_scope() {
        assert_eq!(actor(vec![]).scope(Permission::PersonRead), None);
        assert_eq!(
            actor(vec![(Role::AuditAdmin, ScopeKind::Subtree, &[1])]).scope(Permission::PersonRead),
            None
        );
    }

    #[test]
    fn rights_are_the_union_of_grants_that_carry_the_permission() {
        let actor = actor(vec![
            (Role::Officer, ScopeKind::Own, &[]),
            (Role::SquadReporter, ScopeKind::Unit, &[3]),
            (Role::DistrictTraining, ScopeKind::Subtree, &[5, 6]),
        ]);
        let read = actor.scope(Permission::PersonRead).unwrap();
        assert_eq!(read.units, BTreeSet::from([3, 5, 6]));
        assert_eq!(read.own, Some(PersonId::from(7)));
        let report = actor.scope(Permission::StudyReport).unwrap();
        assert_eq!(
            report.units,
            BTreeSet::from([3]),
            "the district's review right does not report"
        );
        assert_eq!(report.own, None);
    }

    #[test]
    fn an_empty_scope_matches_nothing_in_sql() {
        assert_eq!(Scope::default().unit_sql("u"), "u in (-1)");
        assert_eq!(Scope::default().person_sql("u", "p"), "(u in (-1))");
    }

    #[test]
    fn no_administrator_sees_people_or_assessments() {
        for role in Role::ALL.iter().filter(|role| role.is_administrator()) {
            for private in [
                Permission::PersonRead,
                Permission::AssessmentRead,
                Permission::LedgerRead,
            ] {
                assert!(
                    !role.permissions().contains(&private),
                    "{role:?} {private:?}"
                );
            }
        }
    }

    #[test]
    fn codes_read_back() {
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(*role));
        }
    }
}
