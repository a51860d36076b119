//! The deadline service: a rule and an origin give a due instant and the days that led to it.
//!
//! Every promised date in the system comes from here, so that each can be explained day by day.
//! Due instants are half-open: due on the 20th means before the 21st 00:00 in Shanghai.

use chrono::{Days, Months};
use serde::{Deserialize, Serialize};

use crate::calendar::{CalendarNotPublished, DayMark, WorkCalendar};
use crate::dates::{Date, format_cn};
use crate::month::Month;
use crate::time::Timestamp;

/// What a deadline's amount counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days by the work calendar (工作日).
    WorkingDays,
    /// Natural days (日).
    NaturalDays,
    /// Calendar months; a missing day becomes the last of the month.
    Months,
    /// Calendar years.
    Years,
    /// Hours from the very instant.
    Hours,
    /// The given day of the origin's month (the last day, if the month is shorter).
    DayOfMonth,
    /// The last day of the origin's month, moved by `amount` natural days.
    EndOfPeriod,
}

/// Whether the origin's own day is the first day of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartCounting {
    /// The origin's day does not count (the rule in Chinese procedure).
    #[default]
    NextDay,
    /// The origin's day is day one.
    SameDay,
}

/// What happens when the last day is not worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// Nothing: the day stands.
    #[default]
    None,
    /// Moves to the next working day.
    NextWorkday,
    /// Moves to the working day before.
    PrevWorkday,
}

/// A dated span of days that do not count (a hearing, an appraisal), first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// First day that does not count.
    pub from: Date,
    /// Last day that does not count.
    pub to: Date,
}

/// A deadline as data. `amount` below zero counts backwards ("7 working days before").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineRule {
    /// Stable key, such as `study.upload`.
    pub key: String,
    /// How many units; the day number for [`Unit::DayOfMonth`], days after the month's end for
    /// [`Unit::EndOfPeriod`].
    pub amount: i32,
    /// What is counted.
    pub unit: Unit,
    /// Whether the origin's day counts.
    #[serde(default)]
    pub start: StartCounting,
    /// What a rest day at the end does.
    #[serde(default)]
    pub roll: Roll,
    /// Time of day at which the last day ends, in minutes after 00:00; `None` is the whole day.
    #[serde(default)]
    pub cut_off_minute: Option<u32>,
    /// Where the rule is written.
    #[serde(default)]
    pub clause: String,
    /// First day the rule is in force.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day the rule is in force.
    #[serde(default)]
    pub valid_to: Option<Date>,
}

/// A computed deadline with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The rule's key.
    pub key: String,
    /// Where the rule is written.
    pub clause: String,
    /// The day the clock started from.
    pub origin: Date,
    /// The last day before rolling.
    pub raw_day: Date,
    /// The last day.
    pub last_day: Date,
    /// Half-open: in time means before this instant.
    pub due_at: Timestamp,
    /// Day by day, where working days or excluded days matter; else empty.
    pub strip: Vec<DayMark>,
    /// The sentence that says how the day came about.
    pub text: String,
}

/// Why no deadline can be promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineError {
    /// Needs a year whose calendar is missing.
    #[error(transparent)]
    Calendar(#[from] CalendarNotPublished),
    /// The rule is not in force on the origin's day.
    #[error("该期限规则在起算日未生效")]
    NotInForce,
    /// The date leaves the supported range.
    #[error("期限超出可计算范围")]
    OutOfRange,
}

impl DeadlineRule {
    /// A rule with the usual settings: next day counts, no roll, whole last day.
    #[must_use]
    pub fn new(key: &str, amount: i32, unit: Unit) -> Self {
        Self {
            key: key.to_owned(),
            amount,
            unit,
            start: StartCounting::NextDay,
            roll: Roll::None,
            cut_off_minute: None,
            clause: String::new(),
            valid_from: None,
            valid_to: None,
        }
    }

    /// This rule with a roll.
    #[must_use]
    pub fn rolled(mut self, roll: Roll) -> Self {
        self.roll = roll;
        self
    }

    /// This rule with its clause.
    #[must_use]
    pub fn with_clause(mut self, clause: &str) -> Self {
        clause.clone_into(&mut self.clause);
        self
    }

    /// The deadline for something that happened on the day `origin`.
    ///
    /// # Errors
    /// [`DeadlineError`] when a calendar year is missing, the rule is not in force, or the date
    /// leaves the range.
    pub fn from_day(
        &self,
        calendar: &WorkCalendar,
        origin: Date,
        excluded: &[Excluded],
    ) -> Result<Deadline, DeadlineError> {
        self.compute(calendar, Timestamp::start_of_day(origin), excluded)
    }

    /// The deadline for something that happened at the instant `origin`; only [`Unit::Hours`]
    /// looks at more than its day.
    ///
    /// # Errors
    /// As [`Self::from_day`].
    pub fn compute(
        &self,
        calendar: &WorkCalendar,
        origin_at: Timestamp,
        excluded: &[Excluded],
    ) -> Result<Deadline, DeadlineError> {
        let origin = origin_at.date();
        if self.valid_from.is_some_and(|d| origin < d) || self.valid_to.is_some_and(|d| origin > d)
        {
            return Err(DeadlineError::NotInForce);
        }
        let mut strip = Vec::new();
        let raw_day = self.raw_day(calendar, origin_at, excluded, &mut strip)?;
        let last_day = match self.roll {
            Roll::None => raw_day,
            Roll::NextWorkday => calendar.roll_forward(raw_day)?,
            Roll::PrevWorkday => calendar.roll_back(raw_day)?,
        };
        let due_at = if self.unit == Unit::Hours {
            origin_at.plus_hours(i64::from(self.amount))
        } else if let Some(minute) = self.cut_off_minute {
            Timestamp::at(last_day, 0, minute)
        } else {
            Timestamp::end_of_day(last_day)
        };
        let text = self.sentence(origin, raw_day, last_day);
        Ok(Deadline {
            key: self.key.clone(),
            clause: self.clause.clone(),
            origin,
            raw_day,
            last_day,
            due_at,
            strip,
            text,
        })
    }

    fn raw_day(
        &self,
        calendar: &WorkCalendar,
        origin_at: Timestamp,
        excluded: &[Excluded],
        strip: &mut Vec<DayMark>,
    ) -> Result<Date, DeadlineError> {
        let origin = origin_at.date();
        let out = |date: Date| excluded.iter().any(|e| (e.from..=e.to).contains(&date));
        let forward = self.amount >= 0;
        let step: fn(&Date) -> Option<Date> = if forward {
            Date::succ_opt
        } else {
            Date::pred_opt
        };
        let count = self.amount.unsigned_abs();
        // "Same day" means the walk starts one day earlier, so that the origin is its first step.
        let start = match (self.start, forward) {
            (StartCounting::NextDay, _) => Some(origin),
            (StartCounting::SameDay, true) => origin.pred_opt(),
            (StartCounting::SameDay, false) => origin.succ_opt(),
        }
        .ok_or(DeadlineError::OutOfRange)?;
        match self.unit {
            Unit::WorkingDays => Ok(calendar.walk(start, count, step, out, Some(strip))?),
            Unit::NaturalDays => {
                let mut date = start;
                let mut left = count;
                while left > 0 {
                    date = step(&date).ok_or(DeadlineError::OutOfRange)?;
                    left -= u32::from(!out(date));
                }
                Ok(date)
            }
            Unit::Months => shift(start, count, forward),
            Unit::Years => shift(start, count.saturating_mul(12), forward),
            Unit::Hours => Ok(origin_at.plus_hours(i64::from(self.amount)).date()),
            Unit::DayOfMonth => Ok(Month::of(origin).day(count)),
            Unit::EndOfPeriod => Ok(plus_days(
                Month::of(origin).last_day(),
                i64::from(self.amount),
            )),
        }
    }

    fn sentence(&self, origin: Date, raw_day: Date, last_day: Date) -> String {
        let n = self.amount.unsigned_abs();
        let side = if self.amount < 0 { "前" } else { "后" };
        let start = match self.start {
            StartCounting::NextDay => "当日不计",
            StartCounting::SameDay => "当日计入",
        };
        let from = format_cn(origin);
        let head = match self.unit {
            Unit::WorkingDays => format!("{from}{side}{n}个工作日，{start}"),
            Unit::NaturalDays => format!("{from}{side}{n}日，{start}"),
            Unit::Months => format!("{from}{side}{n}个月"),
            Unit::Years => format!("{from}{side}{n}年"),
            Unit::Hours => format!("{from}{side}{n}小时"),
            Unit::DayOfMonth => format!("{}的{n}日", Month::of(origin).label_cn()),
            Unit::EndOfPeriod if n == 0 => format!("{}底", Month::of(origin).label_cn()),
            Unit::EndOfPeriod => format!("{}底{side}{n}日", Month::of(origin).label_cn()),
        };
        if last_day == raw_day {
            format!("{head}：{}", format_cn(last_day))
        } else {
            let way = if last_day > raw_day {
                "顺延"
            } else {
                "提前"
            };
            format!(
                "{head}：{}为休息日，{way}至{}",
                format_cn(raw_day),
                format_cn(last_day)
            )
        }
    }
}

fn shift(start: Date, months: u32, forward: bool) -> Result<Date, DeadlineError> {
    let months = Months::new(months);
    let moved = if forward {
        start.checked_add_months(months)
    } else {
        start.checked_sub_months(months)
    };
    moved.ok_or(DeadlineError::OutOfRange)
}

/// Whole days between two days, `to − from`.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// `date` moved by `days`; stops at the ends of the supported range.
#[must_use]
pub fn plus_days(date: Date, days: i64) -> Date {
    let step = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        date.checked_sub_days(step)
    } else {
        date.checked_add_days(step)
    };
    moved.unwrap_or(if days < 0 { Date::MIN } else { Date::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        crate::parse_date(text).unwrap()
    }

    #[test]
    fn months_and_natural_days_need_no_calendar() {
        let cal = WorkCalendar::default();
        let due = |rule: &DeadlineRule, from: &str| {
            rule.from_day(&cal, day(from), &[]).map(|d| d.last_day)
        };
        let six = DeadlineRule::new("litigation", 6, Unit::Months);
        assert_eq!(due(&six, "2025-03-10"), Ok(day("2025-09-10")));
        assert_eq!(due(&six, "2025-08-31"), Ok(day("2026-02-28")));
        assert_eq!(
            due(&DeadlineRule::new("x", 60, Unit::NaturalDays), "2025-03-10"),
            Ok(day("2025-05-09"))
        );
        assert_eq!(
            due(&DeadlineRule::new("x", 31, Unit::DayOfMonth), "2024-02-03"),
            Ok(day("2024-02-29"))
        );
        assert_eq!(
            due(&DeadlineRule::new("x", 2, Unit::Years), "2024-02-29"),
            Ok(day("2026-02-28"))
        );
        assert_eq!(
            due(&DeadlineRule::new("x", -2, Unit::NaturalDays), "2024-03-01"),
            Ok(day("2024-02-28"))
        );
        assert_eq!(
            due(&DeadlineRule::new("x", 0, Unit::EndOfPeriod), "2024-12-03"),
            Ok(day("2024-12-31"))
        );
        let rolled = DeadlineRule::new("x", 15, Unit::NaturalDays).rolled(Roll::NextWorkday);
        assert_eq!(
            due(&rolled, "2025-09-20"),
            Err(CalendarNotPublished(2025).into())
        );
    }

    #[test]
    fn excluded_days_do_not_count() {
        let cal = WorkCalendar::default();
        let rule = DeadlineRule::new("decision", 90, Unit::NaturalDays);
        let pause = Excluded {
            from: day("2025-01-10"),
            to: day("2025-01-19"),
        };
        let plain = rule.from_day(&cal, day("2025-01-01"), &[]).unwrap();
        let paused = rule.from_day(&cal, day("2025-01-01"), &[pause]).unwrap();
        assert_eq!(days_between(plain.last_day, paused.last_day), 10);
    }

    #[test]
    fn hours_cut_off_and_validity() {
        let cal = WorkCalendar::default();
        let at = Timestamp::at(day("2025-01-01"), 22, 30);
        let two = DeadlineRule::new("x", 2, Unit::Hours)
            .compute(&cal, at, &[])
            .unwrap();
        assert_eq!(two.due_at, Timestamp::at(day("2025-01-02"), 0, 30));
        let mut noon = DeadlineRule::new("x", 1, Unit::NaturalDays);
        noon.cut_off_minute = Some(12 * 60);
        assert_eq!(
            noon.compute(&cal, at, &[]).unwrap().due_at,
            Timestamp::at(day("2025-01-02"), 12, 0)
        );
        noon.valid_from = Some(day("2025-02-01"));
        assert_eq!(
            noon.compute(&cal, at, &[]).err(),
            Some(DeadlineError::NotInForce)
        );
        let mut same = DeadlineRule::new("x", 10, Unit::NaturalDays);
        same.start = StartCounting::SameDay;
        assert_eq!(
            same.from_day(&cal, day("2025-01-01"), &[])
                .unwrap()
                .last_day,
            day("2025-01-10")
        );
    }
}
