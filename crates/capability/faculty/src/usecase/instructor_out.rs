//! Instructors as sent.

use chengzhi_http::{ClauseOut, DueOut};
use chengzhi_kernel::{Date, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::FacultyWordOut;

/// An instructor in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyInstructorOut {
    /// Row.
    pub id: i64,
    /// `city`, `district`, `part_time`, `practice`, `office_head`, `external`, `drill`.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// `city` or `district`.
    pub level: String,
    /// Who appoints.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Who proposed him.
    pub nominated_unit_id: i64,
    /// Its name.
    pub nominated_unit_name: String,
    /// The officer; none for a guest.
    pub person_id: Option<i64>,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// His unit or, for a guest, his organisation.
    pub organisation: String,
    /// Post or title.
    pub title: String,
    /// How to reach him; only for his bureau.
    pub contact: Option<String>,
    /// What he can teach.
    pub fields: Vec<FacultyWordOut>,
    /// `nominated`, `tried`, `appointed`, `refused`, `withdrawn`, `released`.
    pub state: String,
    /// Its word, 聘期已满 included.
    pub state_name: String,
    /// Day of the first appointment.
    pub appointed_on: Option<Date>,
    /// First day of the term.
    pub term_from: Option<Date>,
    /// Last day of the term.
    pub term_until: Option<Date>,
    /// `coming`, `running`, `ending`, `over`; none outside a term.
    pub term: Option<String>,
    /// Whether the bureau has had a micro-video of a part-time instructor (B-114).
    pub micro_video_missing: bool,
    /// Minutes taught this year.
    pub minutes: i64,
    /// Mean rating this year, hundredths of 100.
    pub rating: Option<i64>,
    /// To be sent back with commands.
    pub version: i64,
}

/// A list of instructors with its counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyInstructorsOut {
    /// Rows in all pages.
    pub total: i64,
    /// Serving instructors of the caller's units.
    pub serving: u32,
    /// Of them whose term ends soon or is over.
    pub ending: u32,
    /// Waiting for a trial lecture or a decision in the caller's units.
    pub waiting: u32,
    /// Rows of this page.
    pub rows: Vec<FacultyInstructorOut>,
}

/// A judge's points.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyScoreOut {
    /// Judge.
    pub judge: String,
    /// Hundredths.
    pub score: i64,
}

/// A condition with its answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyConditionOut {
    /// Stable code.
    pub code: String,
    /// What is asked.
    pub text: String,
    /// 依据.
    pub clause: ClauseOut,
    /// Met; none before the lecture.
    pub met: Option<bool>,
}

/// A trial lecture.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyTrialOut {
    /// Day.
    pub held_on: Date,
    /// What about.
    pub topic: String,
    /// Mean, hundredths.
    pub score: i64,
    /// Judges.
    pub scores: Vec<FacultyScoreOut>,
    /// Conditions.
    pub conditions: Vec<FacultyConditionOut>,
    /// Enough points and every condition met.
    pub passed: bool,
    /// Note.
    pub note: String,
    /// Who entered it.
    pub by_name: String,
}

/// A year's assessment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyYearOut {
    /// Year.
    pub year: i32,
    /// Minutes taught.
    pub minutes: i64,
    /// Mean rating, hundredths of 100.
    pub rating: Option<i64>,
    /// How many rated.
    pub ratings: i64,
    /// `excellent`, `qualified`, `unqualified`.
    pub result: String,
    /// Its word.
    pub result_name: String,
    /// Note.
    pub note: String,
    /// Who assessed.
    pub by_name: String,
}

/// A lesson given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyTaughtOut {
    /// Day.
    pub held_on: Date,
    /// Minutes.
    pub minutes: i64,
    /// What about.
    pub topic: String,
    /// Instructor, where lessons of several are listed.
    pub instructor_name: String,
    /// Mean rating, hundredths of 100.
    pub rating: Option<i64>,
    /// How many rated.
    pub ratings: i64,
}

/// A line of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyEventOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by_name: String,
    /// What.
    pub event_name: String,
    /// More.
    pub note: String,
}

/// An instructor's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyInstructorPageOut {
    /// The row.
    pub instructor: FacultyInstructorOut,
    /// About him.
    pub intro: String,
    /// Why he was proposed.
    pub reason: String,
    /// Day on which it ended.
    pub ended_on: Option<Date>,
    /// Why.
    pub end_reason: String,
    /// Micro-video: version and title.
    pub micro_video: Option<FacultyWordOut>,
    /// Least points of a trial lecture, with 依据.
    pub trial_rule: ClauseOut,
    /// Conditions as the rules ask for now.
    pub conditions: Vec<FacultyConditionOut>,
    /// End of the term, with 依据.
    pub term_due: Option<DueOut>,
    /// The year to be assessed next, with its date, when the instructor serves.
    pub assess_year: Option<i32>,
    /// By when.
    pub assess_due: Option<DueOut>,
    /// Trial lectures, newest first; only for his bureau and himself.
    pub trials: Vec<FacultyTrialOut>,
    /// Assessments, newest first; only for his bureau and himself.
    pub years: Vec<FacultyYearOut>,
    /// Lessons, newest first.
    pub taught: Vec<FacultyTaughtOut>,
    /// Studios and groups he belongs to.
    pub teams: Vec<String>,
    /// History, newest first; only for his bureau and himself.
    pub history: Vec<FacultyEventOut>,
    /// What the caller may do: `try`, `appoint`, `refuse`, `withdraw`, `assess`, `renew`, `release`,
    /// `correct`, `invite`.
    pub may: Vec<String>,
}
