//! Permissions: one word for one kind of act.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! permissions {
    ($($variant:ident, $code:tt, $doc:tt;)*) => {
        /// A kind of act. The code is stable: it appears in the API and in the access table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        pub enum Permission {
            $(#[doc = $doc] #[serde(rename = $code)] $variant,)*
        }

        impl Permission {
            /// All permissions.
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),*];

            /// The stable code, `study.review`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Permission::$variant => $code),* }
            }
        }

        /// One marker type for each permission, for handler signatures: `Allow<need::StudyReview>`.
        pub mod need {
            use super::Permission;

            /// Names the permission that a handler needs.
            pub trait Need: Send + Sync + 'static {
                /// The permission.
                const PERMISSION: Permission;
            }

            $(
                #[doc = $doc]
                #[derive(Debug, Clone, Copy)]
                pub struct $variant;
                impl Need for $variant { const PERMISSION: Permission = Permission::$variant; }
            )*
        }
    };
}

permissions! {
    PersonRead, "person.read", "Read people and their status history.";
    PersonWrite, "person.write", "Add people, correct them, record status events (D4: district admin).";
    UnitRead, "unit.read", "See the tree of units.";
    UnitWrite, "unit.write", "Open, move and close units.";
    RosterImport, "roster.import", "Import a roster.";
    LedgerRead, "ledger.read", "Read ledger entries of others.";
    LedgerImport, "ledger.import", "Import and reverse hours and credits from outside.";
    AssessmentRead, "assessment.read", "Read assessments.";
    AssessmentWaive, "assessment.waive", "Set a target aside for a person-year with a reason (B-75).";
    TrainingFileRead, "training_file.read", "Open training files (B-94); every reading is logged.";
    PolicyRead, "policy.read", "Read the rules.";
    PolicyWrite, "policy.write", "Draft, check, try and publish rules (D4: city).";
    StudyOwn, "study.own", "Read the own attendance in study records (D4: officer).";
    StudyTaskRead, "study.task_read", "Read the monthly study tasks (D4: everybody in the core module).";
    StudyRead, "study.read", "See study tasks, records and statistics.";
    StudyReport, "study.report", "Report a unit's monthly study (D4: squad admin).";
    StudyReview, "study.review", "Confirm or return study records (D4: district admin).";
    StudyTask, "study.task", "Issue monthly study tasks (D4: city).";
    StudyMakeup, "study.makeup", "Enter make-up sessions (B-41, D4: district).";
    DrillRead, "drill.read", "See drill records, exemptions, instructors, reviews and statistics.";
    DrillReport, "drill.report", "Report a squad's drill and ask for exemptions (D4: squad admin).";
    DrillReview, "drill.review", "Confirm or return drill records, decide exemptions (D4: district admin).";
    DrillContest, "drill.contest", "Enter drill reviews and name drill instructors (B-55, B-56).";
    ClassRead, "class.read", "See plans, classes, timetables and lists of trainees (D4: closed-training project, special training).";
    ClassOwn, "class.own", "Sign in, ask for leave and evaluate in the own classes (D4: officer).";
    ClassManage, "class.manage", "Plan, file, hold and close the own bureau's classes (D4: district; section for its special trainings).";
    ClassNominate, "class.nominate", "Nominate people of the squad for a class (D4: squad admin).";
    ClassAsk, "class.ask", "Ask for topics as a squad or an instructor (B-115).";
    ClassReview, "class.review", "Answer filings, return or accept closings (D4: city).";
    ExamRead, "exam.read", "See exam sessions, candidates and results of the own units (B-61, D4: district, leaders, squad head).";
    ExamReview, "exam.review", "Review the own bureau's candidates, report on the exam (B-59, B-60, D4: district).";
    ExamManage, "exam.manage", "Hold exams: the city the qualification exam, a district its class exams and quizzes (B-57).";
    FacultyRead, "faculty.read", "See instructors, places and courseware (D4: everybody in the core module).";
    FacultyNominate, "faculty.nominate", "Propose instructors, draft courseware (D4: section, squad head, district).";
    FacultyManage, "faculty.manage", "Appoint district instructors, keep bases, courseware, groups and calls (D4: district admin).";
    FacultyAppoint, "faculty.appoint", "Appoint city instructors, score bases, confirm grades (D4: city).";
    FitnessRead, "fitness.read", "See fitness tests and results (D4: squad admin, squad head, district, city).";
    FitnessAsk, "fitness.ask", "Ask for deferrals and exemptions of people of the unit (B-34).";
    FitnessManage, "fitness.manage", "Hold the own bureau's fitness tests, enter results, keep standards (D4: district).";
    FitnessReview, "fitness.review", "Answer filings of tests held apart (B-33, D4: city).";
    BankRead, "bank.read", "Read the question bank with its keys, and the laws it rests on (B-60: city, districts).";
    BankPropose, "bank.propose", "Draft questions, import them, propose changes (B-60: districts).";
    BankDecide, "bank.decide", "Decide proposals, put into use, quarantine, enter changes of law (B-60, B-65: city).";
    AccountReset, "account.reset", "Open accounts and issue one-time codes for people of the unit.";
    AccountManage, "account.manage", "Unlock and close accounts (system administrator).";
    RoleGrant, "role.grant", "Give and take roles (security administrator).";
    AuditRead, "audit.read", "Read and verify the audit log (audit administrator).";
    JobRead, "job.read", "See background jobs (system administrator).";
    StorageRead, "storage.read", "See what is stored and how long the disk will do (system administrator).";
}
