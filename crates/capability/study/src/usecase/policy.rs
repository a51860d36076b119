//! The rules of a year as monthly study needs them.

use std::sync::Arc;

use chengzhi_assessment::facade as assessment;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, ClauseOut, DueOut, Problem, Unknown};
use chengzhi_kernel::deadline::Deadline;
use chengzhi_kernel::{Month, Timestamp, WorkCalendar};
use chengzhi_rules::policy::{Policy, StudyWindows};

use crate::domain::session::Params;
use crate::domain::window::MonthWindow;

/// The pack family of the city itself, for whole stories that are stored without a server.
const CITY_FAMILY: &str = "shanghai";

/// The rules of one year.
#[derive(Clone)]
pub struct YearRules {
    policy: Arc<Policy>,
    calendar: Arc<WorkCalendar>,
    /// What a record is held against.
    pub params: Params,
}

impl YearRules {
    /// The rules of `year` in this installation's pack family.
    ///
    /// # Errors
    /// 409 when no pack is old enough; 500 from the engine.
    pub async fn load(tx: &mut Tx, state: &AppState, year: i32) -> Result<Self, Problem> {
        Self::of_family(tx, &state.policy, &state.calendar, year).await
    }

    /// The rules of `year` in the city's own pack family.
    ///
    /// # Errors
    /// As [`YearRules::load`].
    pub async fn of_city(
        tx: &mut Tx,
        calendar: &Arc<WorkCalendar>,
        year: i32,
    ) -> Result<Self, Problem> {
        Self::of_family(tx, CITY_FAMILY, calendar, year).await
    }

    async fn of_family(
        tx: &mut Tx,
        family: &str,
        calendar: &Arc<WorkCalendar>,
        year: i32,
    ) -> Result<Self, Problem> {
        let policy = assessment::policy_of(tx, family, year)
            .await
            .map_err(|error| {
                tracing::warn!(year, error = %error, "no policy for the year");
                Problem::conflict(
                    "policy.missing",
                    format!("{year}年没有可用的规则，不能办理该年的科队学习。"),
                )
            })?;
        let study = &policy.study;
        let params = Params {
            min_minutes: study.min_minutes.value,
            min_photos: study.min_photos.value,
            max_photos: study.max_photos.value,
            photo_max_bytes: study.photo_max_mb.value as usize * 1024 * 1024,
            film_required: study.film_required.value,
            established_only: study.established_only.value,
            sections_included: study.sections_included.value,
            makeup_allowed: study.makeup_allowed.value,
        };
        Ok(YearRules {
            policy,
            calendar: calendar.clone(),
            params,
        })
    }

    /// The dates of a month of this year.
    ///
    /// # Errors
    /// 409 when a needed calendar year is not published; 500 otherwise.
    pub fn month(&self, month: Month) -> Result<MonthRules, Problem> {
        let windows =
            self.policy
                .study
                .windows(month, &self.calendar)
                .map_err(|error| match error {
                    chengzhi_kernel::deadline::DeadlineError::Calendar(_) => Problem::conflict(
                        "calendar.missing",
                        format!("{}的期限需要工作日历：{error}。", month.label_cn()),
                    ),
                    other => Unknown::log(&other),
                })?;
        Ok(MonthRules {
            window: MonthWindow {
                month,
                due_at: windows.due_at,
                review_by: windows.review_by,
                lock_at: windows.lock_at,
            },
            windows,
            year: self.clone(),
        })
    }

    /// First instant too late to enter a make-up for a month of this year (B-41).
    #[must_use]
    pub fn makeup_until(&self, year: i32) -> Timestamp {
        Timestamp::end_of_day(self.policy.study.makeup_last_day(year))
    }

    /// The last day by which the task of a month should be issued (B-35).
    #[must_use]
    pub fn task_due(&self, month: Month) -> Timestamp {
        Timestamp::end_of_day(self.policy.study.task_due(month))
    }

    /// 依据 of the task's date.
    #[must_use]
    pub fn task_clause(&self) -> ClauseOut {
        let cited = &self.policy.study.task_lead_months;
        ClauseOut {
            rule: cited.row.clone(),
            clause: cited.clause.clone(),
            text: "市局在上月底前下发当月学习任务。".to_owned(),
        }
    }

    /// Working days after `from`'s day up to and with `to`'s; none when a year is not published.
    #[must_use]
    pub fn working_days(&self, from: Timestamp, to: Timestamp) -> Option<i64> {
        let (mut day, last) = (from.date(), to.date());
        let mut count = 0;
        while day < last {
            day = day.succ_opt()?;
            count += i64::from(self.calendar.is_workday(day).ok()?);
        }
        Some(count)
    }
}

/// The rules of one month.
#[derive(Clone)]
pub struct MonthRules {
    /// Dates.
    pub window: MonthWindow,
    /// The year they belong to.
    pub year: YearRules,
    windows: StudyWindows,
}

impl MonthRules {
    /// Hand-in, with its 依据.
    #[must_use]
    pub fn submit_due(&self, now: Timestamp) -> DueOut {
        let study = &self.year.policy.study;
        let december = self.window.month.month() == 12;
        let row = if december {
            &study.december_due_day.row
        } else {
            &study.due_day.row
        };
        self.due(&self.windows.due, self.window.due_at, row, now)
    }

    /// Review, with its 依据: by the month's review day, or by the lock for what came later.
    #[must_use]
    pub fn review_due(&self, at: Timestamp, now: Timestamp) -> DueOut {
        if at == self.window.lock_at && at != self.window.review_by {
            let row = &self.year.policy.study.resubmit_until.row;
            return self.due(&self.windows.resubmit, at, row, now);
        }
        let study = &self.year.policy.study;
        let december = self.window.month.month() == 12;
        let row = if december {
            &study.december_review_day.row
        } else {
            &study.review_day.row
        };
        self.due(&self.windows.review, at, row, now)
    }

    /// Lock, with its 依据.
    #[must_use]
    pub fn lock_due(&self, now: Timestamp) -> DueOut {
        let row = &self.year.policy.study.lock_day.row;
        self.due(&self.windows.lock, self.window.lock_at, row, now)
    }

    fn due(&self, deadline: &Deadline, at: Timestamp, row: &str, now: Timestamp) -> DueOut {
        let clause = ClauseOut {
            rule: row.to_owned(),
            clause: deadline.clause.clone(),
            text: deadline.text.clone(),
        };
        DueOut::new(at, now, &self.year.calendar, clause)
    }
}
