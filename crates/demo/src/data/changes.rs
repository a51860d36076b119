//! `changes.toml`: what happens in a year, and how units and reviewers are in the habit of working.

use serde::Deserialize;

/// What happens in a year.
#[derive(Debug, Clone, Deserialize)]
pub struct Changes {
    /// Status changes.
    pub status: StatusRates,
    /// New officers.
    pub joining: Joining,
    /// Transfers.
    pub transfers: Transfers,
    /// Quickness of entering changes.
    pub recording: Recording,
    /// Habits of units.
    pub habit: Vec<Habit>,
    /// Quickness of reviewers.
    pub review: Review,
    /// Attendance.
    pub attendance: Attendance,
    /// Online courses.
    pub online: OnlineShares,
    /// Closed training.
    pub district_training: DistrictShares,
}

/// Status changes.
#[derive(Debug, Clone, Deserialize)]
pub struct StatusRates {
    /// By kind.
    pub list: Vec<StatusRate>,
    /// Share of returns that fall into December.
    pub returns_in_december: u32,
}

/// How often a change happens.
#[derive(Debug, Clone, Deserialize)]
pub struct StatusRate {
    /// The word of the notice.
    pub event: String,
    /// Per thousand a year.
    pub rate: u32,
    /// Shortest and longest absence.
    pub months: Option<(i64, i64)>,
    /// Absences without a return, per thousand.
    #[serde(default)]
    pub open: u32,
    /// `women` only.
    pub sex: Option<String>,
}

/// New officers.
#[derive(Debug, Clone, Deserialize)]
pub struct Joining {
    /// Per thousand a year.
    pub rate: u32,
    /// Months with shares.
    pub months: Vec<MonthShare>,
    /// Shortest and longest induction.
    pub induction_weeks: (i64, i64),
}

/// A month with its share.
#[derive(Debug, Clone, Deserialize)]
pub struct MonthShare {
    /// 1–12.
    pub month: u32,
    /// Per thousand.
    pub share: u32,
}

/// Transfers per thousand a year.
#[derive(Debug, Clone, Deserialize)]
pub struct Transfers {
    /// Inside a bureau.
    pub between_squads: u32,
    /// Between bureaus.
    pub between_districts: u32,
}

/// Quickness of entering changes.
#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// Share in time.
    pub in_time: u32,
    /// Days from decision to entry.
    pub in_time_days: (i64, i64),
    /// Days of the late ones.
    pub late_days: (i64, i64),
}

/// How a unit reports.
#[derive(Debug, Clone, Deserialize)]
pub struct Habit {
    /// Name.
    pub id: String,
    /// Share of units.
    pub units: u32,
    /// Months handed in early.
    pub early: u32,
    /// On the last days.
    pub last_days: u32,
    /// Late.
    pub late: u32,
    /// Not at all.
    pub missed: u32,
    /// Of what was handed in, returned at first review.
    pub returned: u32,
}

/// Quickness of reviewers.
#[derive(Debug, Clone, Deserialize)]
pub struct Review {
    /// Quick ones.
    pub quick: Quickness,
    /// Usual ones.
    pub usual: Quickness,
    /// Slow ones.
    pub slow: Quickness,
}

/// Working days to a decision.
#[derive(Debug, Clone, Deserialize)]
pub struct Quickness {
    /// How many districts.
    pub districts: u32,
    /// Fewest and most.
    pub days: (i64, i64),
}

/// Attendance.
#[derive(Debug, Clone, Deserialize)]
pub struct Attendance {
    /// Present.
    pub present: u32,
    /// Of the absent, made up within weeks.
    pub makeup_of_absent: u32,
    /// Of what is open at the year's end, made up then.
    pub makeup_at_year_end: u32,
    /// Why people are absent.
    pub reasons: Vec<String>,
}

/// Online shares.
#[derive(Debug, Clone, Deserialize)]
pub struct OnlineShares {
    /// All done.
    pub complete: u32,
    /// Hours missing.
    pub hours_short: u32,
    /// Credits missing.
    pub credits_short: u32,
    /// Nothing done.
    pub nothing: u32,
}

/// Closed training.
#[derive(Debug, Clone, Deserialize)]
pub struct DistrictShares {
    /// Batches of a bureau.
    pub batches: (i64, i64),
    /// First and last day, `05-13`.
    pub window: (String, String),
    /// Days of a batch.
    pub days: usize,
    /// Attended all.
    pub attended: u32,
    /// Attended in part.
    pub partly: u32,
}
