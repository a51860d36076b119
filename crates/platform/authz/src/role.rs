//! Roles by part D of the requirements (D4's columns, leaders, the three administrators).

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Permission::{self, *};

/// A role that an account can hold for a unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 执法人员 (D-22): own data only.
    Officer,
    /// 教员 (D-33).
    Instructor,
    /// 中队填报员 (D-30), D4's squad admin.
    SquadReporter,
    /// 中队负责人 (D-23).
    SquadHead,
    /// 责任科室 (D-05…D-08).
    SectionLead,
    /// 区局教育培训管理员 (D-31).
    DistrictTraining,
    /// 市局教育培训管理员 (D-32).
    CityTraining,
    /// 局领导 (D-44).
    Leader,
    /// 系统管理员.
    SystemAdmin,
    /// 安全管理员.
    SecurityAdmin,
    /// 审计管理员.
    AuditAdmin,
}

impl Role {
    /// All roles in the order of D4.
    pub const ALL: &'static [Role] = &[
        Role::Officer,
        Role::Instructor,
        Role::SquadReporter,
        Role::SquadHead,
        Role::SectionLead,
        Role::DistrictTraining,
        Role::CityTraining,
        Role::Leader,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::Instructor => "instructor",
            Role::SquadReporter => "squad_reporter",
            Role::SquadHead => "squad_head",
            Role::SectionLead => "section_lead",
            Role::DistrictTraining => "district_training",
            Role::CityTraining => "city_training",
            Role::Leader => "leader",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// Name on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Officer => "执法人员",
            Role::Instructor => "教员",
            Role::SquadReporter => "中队填报员",
            Role::SquadHead => "中队负责人",
            Role::SectionLead => "责任科室",
            Role::DistrictTraining => "区局教育培训管理员",
            Role::CityTraining => "市局教育培训管理员",
            Role::Leader => "局领导",
            Role::SystemAdmin => "系统管理员",
            Role::SecurityAdmin => "安全管理员",
            Role::AuditAdmin => "审计管理员",
        }
    }

    /// What the role may do inside its scope (D4, reduced to what exists).
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Role::Officer => &[
                PersonRead,
                AssessmentRead,
                TrainingFileRead,
                LedgerRead,
                PolicyRead,
                StudyOwn,
                StudyTaskRead,
                ClassOwn,
                FacultyRead,
            ],
            Role::Instructor => &[
                PersonRead,
                AssessmentRead,
                TrainingFileRead,
                LedgerRead,
                PolicyRead,
                StudyTaskRead,
                ClassRead,
                ClassOwn,
                ClassAsk,
                FacultyRead,
            ],
            Role::SquadReporter => &[
                PersonRead,
                UnitRead,
                AssessmentRead,
                TrainingFileRead,
                LedgerRead,
                PolicyRead,
                StudyTaskRead,
                StudyRead,
                StudyReport,
                DrillRead,
                DrillReport,
                ClassRead,
                ClassOwn,
                ClassNominate,
                ClassAsk,
                AccountReset,
                FacultyRead,
                FitnessRead,
                FitnessAsk,
            ],
            Role::SquadHead => &[
                PersonRead,
                UnitRead,
                AssessmentRead,
                TrainingFileRead,
                LedgerRead,
                PolicyRead,
                StudyTaskRead,
                StudyRead,
                DrillRead,
                FacultyRead,
                FacultyNominate,
                ClassRead,
                ClassOwn,
                ClassNominate,
                ClassAsk,
                ExamRead,
                FitnessRead,
                FitnessAsk,
            ],
            Role::SectionLead => &[
                UnitRead,
                PolicyRead,
                StudyTaskRead,
                StudyRead,
                FacultyRead,
                FacultyNominate,
                ClassRead,
                ClassOwn,
                ClassManage,
            ],
            Role::DistrictTraining => &[
                PersonRead,
                PersonWrite,
                UnitRead,
                RosterImport,
                LedgerRead,
                LedgerImport,
                AssessmentRead,
                AssessmentWaive,
                TrainingFileRead,
                PolicyRead,
                StudyTaskRead,
                StudyRead,
                StudyReview,
                StudyMakeup,
                DrillRead,
                DrillReview,
                DrillContest,
                ClassRead,
                ClassOwn,
                ClassManage,
                AccountReset,
                FacultyRead,
                FacultyNominate,
                FacultyManage,
                ExamRead,
                ExamReview,
                ExamManage,
                FitnessRead,
                FitnessAsk,
                FitnessManage,
                BankRead,
                BankPropose,
            ],
            Role::CityTraining => &[
                PersonRead,
                PersonWrite,
                UnitRead,
                UnitWrite,
                RosterImport,
                LedgerRead,
                LedgerImport,
                AssessmentRead,
                AssessmentWaive,
                TrainingFileRead,
                PolicyRead,
                PolicyWrite,
                StudyTaskRead,
                StudyRead,
                StudyReview,
                StudyTask,
                StudyMakeup,
                DrillRead,
                DrillReview,
                DrillContest,
                ClassRead,
                ClassOwn,
                ClassManage,
                ClassReview,
                AccountReset,
                FacultyRead,
                FacultyNominate,
                FacultyManage,
                FacultyAppoint,
                ExamRead,
                ExamReview,
                ExamManage,
                FitnessRead,
                FitnessAsk,
                FitnessManage,
                FitnessReview,
                BankRead,
                BankPropose,
                BankDecide,
            ],
            Role::Leader => &[
                PersonRead,
                UnitRead,
                AssessmentRead,
                PolicyRead,
                StudyTaskRead,
                StudyRead,
                DrillRead,
                ClassRead,
                ClassOwn,
                FacultyRead,
                ExamRead,
                FitnessRead,
            ],
            Role::SystemAdmin => &[UnitRead, AccountReset, AccountManage, JobRead, StorageRead],
            Role::SecurityAdmin => &[UnitRead, RoleGrant],
            Role::AuditAdmin => &[AuditRead],
        }
    }

    /// The three administrators keep each other in check: no account holds two of these.
    #[must_use]
    pub fn is_administrator(self) -> bool {
        matches!(
            self,
            Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin
        )
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Role::ALL
            .iter()
            .copied()
            .find(|role| role.code() == code)
            .ok_or(())
    }
}
