//! `courses.toml`, `places.toml`, `study_topics.toml`, `return_reasons.toml`: what is taught and studied, where, and why
//! a record comes back.

use chengzhi_kernel::Month;
use serde::Deserialize;

use super::Listed;

/// Courses.
#[derive(Debug, Clone, Deserialize)]
pub struct Courses {
    /// Online.
    pub online: OnlineCourses,
    /// Programmes of the closed training.
    pub district: Vec<Programme>,
}

/// Online courses.
#[derive(Debug, Clone, Deserialize)]
pub struct OnlineCourses {
    /// First day, `01-10`.
    pub open_from: String,
    /// The courses.
    pub course: Vec<OnlineCourse>,
}

/// An online course.
#[derive(Debug, Clone, Deserialize)]
pub struct OnlineCourse {
    /// Code.
    pub code: String,
    /// `credit` or `hour`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Hours.
    pub hours: String,
    /// Credits.
    pub credits: String,
}

/// A year's closed training.
#[derive(Debug, Clone, Deserialize)]
pub struct Programme {
    /// Year.
    pub year: i32,
    /// Courses.
    pub courses: Vec<TrainingCourse>,
}

/// A course of it.
#[derive(Debug, Clone, Deserialize)]
pub struct TrainingCourse {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Hours.
    pub hours: String,
    /// Credits.
    pub credits: String,
}

/// Where study is held.
#[derive(Debug, Clone, Deserialize)]
pub struct Places {
    /// By kind of unit.
    pub places: PlacesOf,
    /// Speakers.
    pub speakers: Speakers,
    /// Films.
    pub film: Film,
    /// Length and begin.
    pub session: SessionShape,
    /// Notes.
    pub notes: Listed<String>,
}

/// Places by kind of unit.
#[derive(Debug, Clone, Deserialize)]
pub struct PlacesOf {
    /// Squads.
    pub squad: Vec<String>,
    /// Sections.
    pub section: Vec<String>,
    /// City offices.
    pub city: Vec<String>,
    /// Special units.
    pub special: Vec<String>,
}

/// Speakers.
#[derive(Debug, Clone, Deserialize)]
pub struct Speakers {
    /// From outside the unit.
    pub guest: Vec<String>,
    /// Per thousand sessions.
    pub guest_share: u32,
}

/// Films.
#[derive(Debug, Clone, Deserialize)]
pub struct Film {
    /// Per thousand sessions.
    pub filmed_share: u32,
    /// Where they are kept.
    pub kept_at: Vec<String>,
}

/// Length and begin of sessions.
#[derive(Debug, Clone, Deserialize)]
pub struct SessionShape {
    /// Minutes with weights.
    pub minutes: Vec<(u32, u32)>,
    /// Begins with weights.
    pub starts: Vec<(String, u32)>,
}

/// The city's tasks.
#[derive(Debug, Clone, Deserialize)]
pub struct Topics {
    /// Day of the month before on which a task is issued.
    pub issued_day: u32,
    /// Months whose task came late.
    pub late_issue: Vec<Month>,
    /// The tasks.
    pub topic: Vec<Topic>,
}

/// A task.
#[derive(Debug, Clone, Deserialize)]
pub struct Topic {
    /// Month.
    pub month: Month,
    /// Title.
    pub title: String,
    /// Guidance.
    pub guidance: String,
}

/// Return reasons.
#[derive(Debug, Clone, Deserialize)]
pub struct Reasons {
    /// The reasons.
    pub reason: Vec<Reason>,
}

/// A return reason.
#[derive(Debug, Clone, Deserialize)]
pub struct Reason {
    /// Code.
    pub code: String,
    /// What to do.
    pub mend: String,
    /// Per thousand returns.
    pub share: u32,
}
