//! The rules of a year as drill needs them.

use std::sync::Arc;

use chengzhi_assessment::facade as assessment;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, ClauseOut, DueOut, Problem, Unknown};
use chengzhi_kernel::deadline::{Deadline, DeadlineError};
use chengzhi_kernel::{Month, Timestamp, WorkCalendar};
use chengzhi_rules::pack::Value;
use chengzhi_rules::policy::{DrillRules, Policy};

use crate::domain::half::Half;
use crate::domain::reasons::Ground;
use crate::domain::session::Params;
use crate::domain::verdict::Item;
use crate::domain::window::HalfWindow;

/// By how much a film may be shorter where the rules of a year do not say, seconds.
const DEFAULT_TOLERANCE_SECONDS: u32 = 1;

/// The rules of one year.
#[derive(Clone)]
pub struct YearRules {
    policy: Arc<Policy>,
    calendar: Arc<WorkCalendar>,
    /// What sessions and months are held against.
    pub params: Params,
}

impl YearRules {
    /// The rules of `year` in this installation's pack family.
    ///
    /// # Errors
    /// 409 when no pack is old enough; 500 from the engine.
    pub async fn load(tx: &mut Tx, state: &AppState, year: i32) -> Result<Self, Problem> {
        let policy = assessment::policy_of(tx, &state.policy, year)
            .await
            .map_err(|error| {
                tracing::warn!(year, error = %error, "no policy for the year");
                Problem::conflict(
                    "policy.missing",
                    format!("{year}年没有可用的规则，不能办理该年的队列训练。"),
                )
            })?;
        Ok(YearRules {
            params: params(&policy),
            policy,
            calendar: state.calendar.clone(),
        })
    }

    fn drill(&self) -> &DrillRules {
        &self.policy.drill
    }

    /// The dates of both halves of a month of this year.
    ///
    /// # Errors
    /// 409 when a needed calendar year is not published; 500 otherwise.
    pub fn month(&self, month: Month) -> Result<MonthRules, Problem> {
        let wrong = |error: DeadlineError| match error {
            DeadlineError::Calendar(_) => Problem::conflict(
                "calendar.missing",
                format!("{}的期限需要工作日历：{error}。", month.label_cn()),
            ),
            other => Unknown::log(&other),
        };
        let drill = self.drill();
        let [first, second] = drill.windows(month, &self.calendar).map_err(wrong)?;
        let until = &drill.resubmit_until;
        let lock = until
            .value
            .rule("drill.lock", &until.clause)
            .from_day(&self.calendar, month.first_day(), &[])
            .map_err(wrong)?;
        let half = |half: Half, (due, review): (Deadline, Deadline)| HalfRules {
            window: HalfWindow {
                month,
                half,
                first_half_end: drill.first_half_end.value,
                due_at: due.due_at,
                start_hours: drill.start_hours(),
                review_by: review.due_at,
                review_grace_days: drill.review_grace_days.value,
                lock_at: lock.due_at,
            },
            due,
            review,
            lock: lock.clone(),
            year: self.clone(),
        };
        Ok(MonthRules {
            halves: [half(Half::First, first), half(Half::Second, second)],
        })
    }

    /// District-wide reviews owed in a year, with their 依据 (B-55).
    #[must_use]
    pub fn district_reviews(&self) -> (u32, ClauseOut) {
        match &self.policy.targets.drill_reviews {
            Some(cited) => (
                cited.value,
                ClauseOut {
                    rule: cited.row.clone(),
                    clause: cited.clause.clone(),
                    text: format!("每年至少组织{}次全区队列会操。", cited.value),
                },
            ),
            None => (
                1,
                ClauseOut {
                    rule: "B-55".to_owned(),
                    clause: self.drill().instructors_designated.clause.clone(),
                    text: "每年至少组织1次全区队列会操。".to_owned(),
                },
            ),
        }
    }

    /// Whether districts name drill instructors, with its 依据 (B-56).
    #[must_use]
    pub fn instructors(&self) -> (bool, ClauseOut) {
        let cited = &self.drill().instructors_designated;
        let clause = clause_of(&cited.row, &cited.clause, "区局选定专门队列教官。");
        (cited.value, clause)
    }

    /// 依据 of exemptions.
    #[must_use]
    pub fn exempt_clause(&self) -> ClauseOut {
        let cited = &self.drill().exempt_kinds;
        let text = format!("{}的人员免于队列训练。", cited.value.join("、"));
        clause_of(&cited.row, &cited.clause, &text)
    }

    /// 依据 of coverage.
    #[must_use]
    pub fn coverage_clause(&self) -> ClauseOut {
        let cited = &self.drill().full_coverage;
        clause_of(
            &cited.row,
            &cited.clause,
            "当月两次训练应覆盖全部在职人员，免训人员除外。",
        )
    }

    /// 依据 of two halves.
    #[must_use]
    pub fn halves_clause(&self) -> ClauseOut {
        let cited = &self.drill().sessions_per_half;
        let text = format!("上半月、下半月各不少于{}次。", cited.value);
        clause_of(&cited.row, &cited.clause, &text)
    }

    /// 依据 of a clause of the check list.
    #[must_use]
    pub fn item_clause(&self, item: Item) -> ClauseOut {
        let drill = self.drill();
        let p = &self.params;
        let (row, clause, text) = match item {
            Item::Length => {
                let cited = &drill.min_minutes;
                let text = format!(
                    "每次训练不少于{}分钟，影像不少于{}分钟。",
                    p.min_minutes, p.video_minutes
                );
                (&cited.row, &cited.clause, text)
            }
            Item::Continuous => {
                let cited = &drill.video_minutes;
                (
                    &cited.row,
                    &cited.clause,
                    "全程连续摄像，不剪辑、不中断。".to_owned(),
                )
            }
            Item::Angle => {
                let cited = &drill.video_minutes;
                (
                    &cited.row,
                    &cited.clause,
                    "同一角度摄像，机位不变。".to_owned(),
                )
            }
            Item::Attendance => {
                let cited = &drill.attendance;
                let text = format!("每次参训不少于在职人员的{}/{}。", p.share.0, p.share.1);
                (&cited.row, &cited.clause, text)
            }
            Item::Rest => {
                let cited = &drill.rest_minutes;
                let text = format!(
                    "至多原地休息{}次，不超过{}分钟。",
                    p.rest_times, p.rest_minutes
                );
                (&cited.row, &cited.clause, text)
            }
            Item::Norm => return self.norm_clause(),
        };
        clause_of(row, clause, &text)
    }

    /// 依据 of drilling by the regulation (B-53), which a pack may name.
    fn norm_clause(&self) -> ClauseOut {
        match self.policy.rule("drill.regulation") {
            Some(rule) => {
                let name = match &rule.value {
                    Value::Text(name) => name.as_str(),
                    _ => rule.title.as_str(),
                };
                clause_of(&rule.row, &rule.clause, &format!("符合{name}。"))
            }
            None => {
                let clause = &self.drill().min_minutes.clause;
                clause_of("B-53", clause, "符合队列训练规范。")
            }
        }
    }

    /// 依据 of a reason to send back; none where the notice names none.
    #[must_use]
    pub fn reason_clause(&self, ground: Option<Ground>) -> Option<ClauseOut> {
        Some(match ground? {
            Ground::Minutes => self.item_clause(Item::Length),
            Ground::Film => self.item_clause(Item::Continuous),
            Ground::Angle => self.item_clause(Item::Angle),
            Ground::Share => self.item_clause(Item::Attendance),
            Ground::Rest => self.item_clause(Item::Rest),
            Ground::Regulation => self.item_clause(Item::Norm),
            Ground::Half => self.halves_clause(),
            Ground::Roster => self.coverage_clause(),
        })
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

    /// A date with its 依据, as pages show it.
    #[must_use]
    pub fn due_out(&self, at: Timestamp, now: Timestamp, clause: ClauseOut) -> DueOut {
        DueOut::new(at, now, &self.calendar, clause)
    }
}

fn clause_of(row: &str, clause: &str, text: &str) -> ClauseOut {
    ClauseOut {
        rule: row.to_owned(),
        clause: clause.to_owned(),
        text: text.to_owned(),
    }
}

fn params(policy: &Policy) -> Params {
    let drill = &policy.drill;
    let (n, d) = drill.attendance.value;
    let whole = |value: i64| u32::try_from(value).unwrap_or(0);
    Params {
        sessions_per_half: drill.sessions_per_half.value,
        first_half_end: drill.first_half_end.value,
        min_minutes: drill.min_minutes.value,
        share: (whole(n), whole(d)),
        exempt_out_of_base: drill.exempt_out_of_base.value,
        full_coverage: drill.full_coverage.value,
        exempt_kinds: drill.exempt_kinds.value.clone(),
        rest_times: drill.rest_times.value,
        rest_minutes: drill.rest_minutes.value,
        rest_inside: drill.rest_inside.value,
        video_minutes: drill.video_minutes.value,
        film_tolerance_seconds: drill
            .film_tolerance_seconds
            .as_ref()
            .map_or(DEFAULT_TOLERANCE_SECONDS, |cited| cited.value),
        makeup_allowed: drill.makeup_in_second_half.value,
        // B-12 names one population for monthly study and drill.
        established_only: policy.study.established_only.value,
    }
}

/// What the rules say about films as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilmLimits {
    /// Largest film, bytes.
    pub max_bytes: Option<u64>,
    /// All films that a squad may keep, bytes.
    pub quota_bytes: Option<u64>,
    /// Months for which a film is kept; none is for good.
    pub keep_months: Option<u32>,
    /// Seconds by which a film may be shorter without a word.
    pub tolerance_seconds: u32,
}

/// The limits in force for a month.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn film_limits(
    tx: &mut Tx,
    state: &AppState,
    month: Month,
) -> Result<FilmLimits, Problem> {
    let rules = YearRules::load(tx, state, month.year()).await?;
    let drill = rules.drill();
    let gib = |cited: &Option<chengzhi_rules::policy::Cited<u32>>| {
        cited.as_ref().map(|count| u64::from(count.value) << 30)
    };
    Ok(FilmLimits {
        max_bytes: gib(&drill.film_max_gib),
        quota_bytes: gib(&drill.film_quota_gib),
        keep_months: drill.film_keep_months.as_ref().map(|cited| cited.value),
        tolerance_seconds: rules.params.film_tolerance_seconds,
    })
}

/// The rules of one month.
#[derive(Clone)]
pub struct MonthRules {
    /// Both halves, first half first.
    pub halves: [HalfRules; 2],
}

impl MonthRules {
    /// Rules of one half.
    #[must_use]
    pub fn half(&self, half: Half) -> &HalfRules {
        match half {
            Half::First => &self.halves[0],
            Half::Second => &self.halves[1],
        }
    }
}

/// The rules of one half-month.
#[derive(Clone)]
pub struct HalfRules {
    /// Dates.
    pub window: HalfWindow,
    /// The year they belong to.
    pub year: YearRules,
    due: Deadline,
    review: Deadline,
    lock: Deadline,
}

impl HalfRules {
    /// What sessions are held against.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.year.params
    }

    /// Hand-in, with its 依据.
    #[must_use]
    pub fn submit_due(&self, now: Timestamp) -> DueOut {
        let drill = self.year.drill();
        let row = match self.window.half {
            Half::First => &drill.first_upload_day.row,
            Half::Second => &drill.second_upload_day.row,
        };
        self.out(&self.due, self.window.due_at, row, now)
    }

    /// Review, with its 依据: by the half's review day, or by the lock for what came later.
    #[must_use]
    pub fn review_due(&self, at: Timestamp, now: Timestamp) -> DueOut {
        let drill = self.year.drill();
        if at == self.window.lock_at && at != self.window.review_by {
            return self.out(&self.lock, at, &drill.resubmit_until.row, now);
        }
        let row = match self.window.half {
            Half::First => &drill.first_review_day.row,
            Half::Second => &drill.second_review_day.row,
        };
        self.out(&self.review, at, row, now)
    }

    /// Lock, with its 依据.
    #[must_use]
    pub fn lock_due(&self, now: Timestamp) -> DueOut {
        let row = &self.year.drill().resubmit_until.row;
        self.out(&self.lock, self.window.lock_at, row, now)
    }

    fn out(&self, deadline: &Deadline, at: Timestamp, row: &str, now: Timestamp) -> DueOut {
        let clause = clause_of(row, &deadline.clause, &deadline.text);
        self.year.due_out(at, now, clause)
    }
}
