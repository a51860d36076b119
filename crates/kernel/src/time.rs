//! Instants: stored as UTC microseconds, reasoned about as Asia/Shanghai wall time.
//!
//! Shanghai has had no summer time since 1991, so the wall time is UTC + 8 h for every instant
//! this system records.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dates::{Date, format_cn};

const SHANGHAI_OFFSET_SECONDS: i32 = 8 * 3600;
const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
const OFFSET_MICROS: i64 = SHANGHAI_OFFSET_SECONDS as i64 * MICROS_PER_SECOND;

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From UTC microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// UTC microseconds since 1970: the stored form.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// 00:00 of `date` in Shanghai.
    #[must_use]
    pub fn start_of_day(date: Date) -> Self {
        let days = i64::from(date.num_days_from_ce()) - 719_163;
        Self(days * MICROS_PER_DAY - OFFSET_MICROS)
    }

    /// The end of `date` as a half-open bound: 00:00 of the next day in Shanghai. Something is
    /// "by the end of `date`" when its instant is **before** this one.
    #[must_use]
    pub fn end_of_day(date: Date) -> Self {
        Self(Self::start_of_day(date).0 + MICROS_PER_DAY)
    }

    /// `hour`:`minute` of `date` in Shanghai (values past 23:59 run on into the next day).
    #[must_use]
    pub fn at(date: Date, hour: u32, minute: u32) -> Self {
        let minutes = i64::from(hour) * 60 + i64::from(minute);
        Self(Self::start_of_day(date).0 + minutes * 60 * MICROS_PER_SECOND)
    }

    /// From a wall-clock reading in Shanghai.
    #[must_use]
    pub fn from_wall(wall: NaiveDateTime) -> Self {
        Self(wall.and_utc().timestamp_micros() - OFFSET_MICROS)
    }

    /// The wall-clock reading in Shanghai.
    #[must_use]
    pub fn wall(self) -> NaiveDateTime {
        let local = self.0.saturating_add(OFFSET_MICROS);
        DateTime::from_timestamp_micros(local).map_or(NaiveDateTime::MAX, |t| t.naive_utc())
    }

    /// The calendar day in Shanghai.
    #[must_use]
    pub fn date(self) -> Date {
        self.wall().date()
    }

    /// The time of day in Shanghai.
    #[must_use]
    pub fn time(self) -> NaiveTime {
        self.wall().time()
    }

    /// This instant moved by `micros` (negative: earlier).
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// This instant moved by `seconds`.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_micros(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// This instant moved by `minutes`.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    /// This instant moved by `hours`.
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_seconds(hours.saturating_mul(3600))
    }

    /// This instant moved by whole days of 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Microseconds from `earlier` to this instant (negative when it is later).
    #[must_use]
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds from `earlier` to this instant, rounded towards zero.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.micros_since(earlier) / MICROS_PER_SECOND
    }

    /// `2024年11月20日（周三） 09:00`, Shanghai time.
    #[must_use]
    pub fn format_cn(self) -> String {
        let wall = self.wall();
        let (date, time) = (wall.date(), wall.time());
        format!(
            "{} {:02}:{:02}",
            format_cn(date),
            time.hour(),
            time.minute()
        )
    }

    /// A half-open bound as people say it: `2024年11月20日（周三） 24:00` when it falls on
    /// midnight, else as [`Self::format_cn`]. Use it for due instants and locks.
    #[must_use]
    pub fn format_bound_cn(self) -> String {
        let wall = self.wall();
        if wall.time() == NaiveTime::MIN
            && let Some(day_before) = wall.date().checked_sub_days(Days::new(1))
        {
            return format!("{} 24:00", format_cn(day_before));
        }
        self.format_cn()
    }

    /// RFC 3339 with the offset of Shanghai: `2024-11-20T09:00:00+08:00`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let wall = self.wall();
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        if micros == 0 {
            format!("{}+08:00", wall.format("%Y-%m-%dT%H:%M:%S"))
        } else {
            format!("{}.{micros:06}+08:00", wall.format("%Y-%m-%dT%H:%M:%S"))
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// A text that is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("无法识别的时间：{0}")]
pub struct TimestampError(pub String);

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads RFC 3339 (any offset), or a wall-clock reading of Shanghai without an offset:
    /// `2024-11-18T09:00`, `2024-11-18 09:00:30`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(instant) = DateTime::<FixedOffset>::parse_from_rfc3339(text) {
            return Ok(Self(instant.timestamp_micros()));
        }
        let forms = [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%d %H:%M",
        ];
        forms
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(Self::from_wall)
            .ok_or_else(|| TimestampError(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the present comes from. Rules never read it; use cases are handed one.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Today in Shanghai.
    fn today(&self) -> Date {
        self.now().date()
    }
}

/// A clock that stands still: for tests and for replaying a day.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> Date {
        Date::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn midnight_in_shanghai_is_sixteen_hours_utc_of_the_day_before() {
        let t = Timestamp::start_of_day(day(2024, 11, 20));
        assert_eq!(t.micros(), 1_732_032_000_000_000);
        assert_eq!(t.date(), day(2024, 11, 20));
        assert_eq!(t.plus_micros(-1).date(), day(2024, 11, 19));
    }

    #[test]
    fn due_on_the_twentieth_means_before_the_twenty_first() {
        let due = Timestamp::end_of_day(day(2024, 11, 20));
        assert!(Timestamp::at(day(2024, 11, 20), 23, 59) < due);
        assert!(Timestamp::start_of_day(day(2024, 11, 21)) >= due);
        assert_eq!(due.format_bound_cn(), "2024年11月20日（周三） 24:00");
    }

    #[test]
    fn reads_and_writes_rfc3339() {
        let t = Timestamp::at(day(2024, 11, 20), 9, 0);
        assert_eq!(t.to_rfc3339(), "2024-11-20T09:00:00+08:00");
        assert_eq!("2024-11-20T01:00:00Z".parse(), Ok(t));
        assert_eq!("2024-11-20T09:00".parse(), Ok(t));
        assert_eq!(t.plus_micros(5).to_rfc3339().parse(), Ok(t.plus_micros(5)));
        assert!("20.11.2024".parse::<Timestamp>().is_err());
        assert_eq!(t.format_cn(), "2024年11月20日（周三） 09:00");
    }
}
