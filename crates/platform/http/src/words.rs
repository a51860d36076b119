//! Shapes that appear all over the API: the clause behind a figure, a due date.

use chengzhi_kernel::{Date, Timestamp, WorkCalendar, dates};
use serde::Serialize;
use utoipa::ToSchema;

/// 依据: the rule and clause behind a figure or refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClauseOut {
    /// Row of the requirements, `B-37`.
    pub rule: String,
    /// Clause of the notice.
    pub clause: String,
    /// What it says here, in Chinese.
    pub text: String,
}

/// A due date with what a page shows beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DueOut {
    /// Last day in time.
    pub due_on: Date,
    /// First instant too late (the next day's 00:00 in Shanghai).
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// 11月20日（周三）.
    pub label: String,
    /// Days from today to the last day; negative when past.
    pub days_left: i64,
    /// Working days left, today not counted; none when past or the calendar is not published.
    pub working_days_left: Option<i64>,
    /// True when past.
    pub late: bool,
    /// Where the date comes from.
    pub rule: ClauseOut,
}

impl DueOut {
    /// `due_at` is half-open: due on the 20th means before the 21st 00:00 in Shanghai.
    #[must_use]
    pub fn new(
        due_at: Timestamp,
        now: Timestamp,
        calendar: &WorkCalendar,
        rule: ClauseOut,
    ) -> Self {
        let due_on = Timestamp::from_micros(due_at.micros() - 1).date();
        let today = now.date();
        let days_left = due_on.signed_duration_since(today).num_days();
        let working_days_left = (days_left >= 0)
            .then(|| {
                let mut count = 0;
                let mut day = today;
                while day < due_on {
                    day = day.succ_opt()?;
                    count += i64::from(calendar.is_workday(day).ok()?);
                }
                Some(count)
            })
            .flatten();
        DueOut {
            due_on,
            due_at,
            label: dates::format_cn(due_on),
            days_left,
            working_days_left,
            late: now >= due_at,
            rule,
        }
    }
}
