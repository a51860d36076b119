//! Which roles go together, and how far each may reach.

use chengzhi_authz::{Permission, Role, ScopeKind};
use chengzhi_kernel::UnitId;

/// Unit number of a grant over the whole city, whatever units there are.
pub const WHOLE_CITY: UnitId = UnitId(0);

/// One role held, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Assignment {
    /// The role.
    pub role: Role,
    /// Where; none is the whole city.
    pub unit_id: Option<UnitId>,
    /// How far.
    pub scope: ScopeKind,
}

/// Why a set of roles cannot be held by one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleFault {
    /// Two of the three administrators.
    TwoAdministrators(Role, Role),
    /// An administrator who also changes business data.
    AdministratorAndBusiness(Role, Role),
    /// The role comes by itself and cannot be given.
    Automatic(Role),
    /// The role does not exist with this reach.
    Reach(Role),
    /// The role needs a unit.
    UnitMissing(Role),
    /// The same role twice for the same unit.
    Twice(Role),
}

impl RoleFault {
    /// The sentence for the page.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            RoleFault::TwoAdministrators(a, b) => format!(
                "{}与{}须由不同的人担任，不能授予同一账号。",
                a.name(),
                b.name()
            ),
            RoleFault::AdministratorAndBusiness(a, b) => {
                format!("{}不能兼任办理业务的角色“{}”。", a.name(), b.name())
            }
            RoleFault::Automatic(role) => {
                format!("“{}”随人员账号自动具有，不需要授予。", role.name())
            }
            RoleFault::Reach(role) => {
                format!("角色“{}”的范围只能是{}。", role.name(), reaches(*role))
            }
            RoleFault::UnitMissing(role) => format!("请为角色“{}”选择单位。", role.name()),
            RoleFault::Twice(role) => format!("角色“{}”在同一单位重复。", role.name()),
        }
    }
}

fn allowed_reach(role: Role) -> &'static [ScopeKind] {
    match role {
        Role::Officer | Role::Instructor => &[ScopeKind::Own],
        Role::SquadReporter | Role::SquadHead => &[ScopeKind::Unit],
        Role::SectionLead | Role::DistrictTraining | Role::CityTraining | Role::Leader => {
            &[ScopeKind::Unit, ScopeKind::Subtree]
        }
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => &[ScopeKind::Subtree],
    }
}

fn reaches(role: Role) -> String {
    let words: Vec<&str> = allowed_reach(role).iter().map(|s| scope_name(*s)).collect();
    words.join("或")
}

/// A scope on pages.
#[must_use]
pub fn scope_name(scope: ScopeKind) -> &'static str {
    match scope {
        ScopeKind::Own => "本人",
        ScopeKind::Unit => "本单位",
        ScopeKind::Subtree => "本单位及下级单位",
    }
}

/// True for roles that change business data: nobody who administers the system may hold one.
#[must_use]
pub fn changes_business(role: Role) -> bool {
    use Permission::*;
    const CHANGING: [Permission; 13] = [
        PersonWrite,
        UnitWrite,
        RosterImport,
        LedgerImport,
        AssessmentWaive,
        PolicyWrite,
        StudyReport,
        StudyReview,
        StudyTask,
        StudyMakeup,
        ClassManage,
        ClassReview,
        RoleGrant,
    ];
    !role.is_administrator() && role.permissions().iter().any(|p| CHANGING.contains(p))
}

/// All reasons why these roles cannot be given to one account, in a stable order.
#[must_use]
pub fn role_faults(assignments: &[Assignment]) -> Vec<RoleFault> {
    let mut faults = Vec::new();
    for (index, one) in assignments.iter().enumerate() {
        if one.role == Role::Officer {
            faults.push(RoleFault::Automatic(one.role));
            continue;
        }
        if !allowed_reach(one.role).contains(&one.scope) {
            faults.push(RoleFault::Reach(one.role));
        }
        if one.unit_id.is_none() && one.scope != ScopeKind::Own && !one.role.is_administrator() {
            faults.push(RoleFault::UnitMissing(one.role));
        }
        let same = |other: &Assignment| other.role == one.role && other.unit_id == one.unit_id;
        if assignments.iter().take(index).any(same) {
            faults.push(RoleFault::Twice(one.role));
        }
    }
    let mut administrators: Vec<Role> = assignments
        .iter()
        .map(|a| a.role)
        .filter(|r| r.is_administrator())
        .collect();
    administrators.sort_unstable();
    administrators.dedup();
    if let [first, second, ..] = administrators.as_slice() {
        faults.push(RoleFault::TwoAdministrators(*first, *second));
    }
    let business = assignments
        .iter()
        .map(|a| a.role)
        .find(|r| changes_business(*r));
    if let (Some(administrator), Some(business)) = (administrators.first(), business) {
        faults.push(RoleFault::AdministratorAndBusiness(
            *administrator,
            business,
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role, unit: Option<i64>, scope: ScopeKind) -> Assignment {
        Assignment {
            role,
            unit_id: unit.map(UnitId::from),
            scope,
        }
    }

    #[test]
    fn the_three_administrators_are_three_people() {
        let administrators = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];
        for a in administrators {
            assert_eq!(role_faults(&[held(a, None, ScopeKind::Subtree)]), vec![]);
            for b in administrators.into_iter().filter(|b| *b != a) {
                let both = [
                    held(a, None, ScopeKind::Subtree),
                    held(b, None, ScopeKind::Subtree),
                ];
                assert_eq!(
                    role_faults(&both),
                    vec![RoleFault::TwoAdministrators(a.min(b), a.max(b))]
                );
            }
        }
    }

    #[test]
    fn an_administrator_changes_no_business_data() {
        let business: Vec<Role> = Role::ALL
            .iter()
            .copied()
            .filter(|role| changes_business(*role))
            .collect();
        assert_eq!(
            business,
            vec![
                Role::SquadReporter,
                Role::SectionLead,
                Role::DistrictTraining,
                Role::CityTraining
            ]
        );
        let faults = role_faults(&[
            held(Role::AuditAdmin, None, ScopeKind::Subtree),
            held(Role::DistrictTraining, Some(3), ScopeKind::Subtree),
        ]);
        assert_eq!(
            faults,
            vec![RoleFault::AdministratorAndBusiness(
                Role::AuditAdmin,
                Role::DistrictTraining
            )]
        );
        let reading = [
            held(Role::AuditAdmin, None, ScopeKind::Subtree),
            held(Role::Leader, Some(3), ScopeKind::Subtree),
        ];
        assert_eq!(role_faults(&reading), vec![], "a reading role goes with it");
    }

    #[test]
    fn each_role_has_its_reach_and_its_unit() {
        assert_eq!(
            role_faults(&[held(Role::SquadReporter, Some(3), ScopeKind::Subtree)]),
            vec![RoleFault::Reach(Role::SquadReporter)]
        );
        assert_eq!(
            role_faults(&[held(Role::DistrictTraining, None, ScopeKind::Subtree)]),
            vec![RoleFault::UnitMissing(Role::DistrictTraining)]
        );
        assert_eq!(
            role_faults(&[held(Role::Officer, None, ScopeKind::Own)]),
            vec![RoleFault::Automatic(Role::Officer)]
        );
        let twice = held(Role::Leader, Some(3), ScopeKind::Unit);
        assert_eq!(
            role_faults(&[twice, twice]),
            vec![RoleFault::Twice(Role::Leader)]
        );
    }

    #[test]
    fn several_reaches_of_one_person_go_together() {
        let faults = role_faults(&[
            held(Role::SquadReporter, Some(3), ScopeKind::Unit),
            held(Role::SquadReporter, Some(4), ScopeKind::Unit),
            held(Role::Instructor, None, ScopeKind::Own),
        ]);
        assert_eq!(faults, vec![]);
    }
}
