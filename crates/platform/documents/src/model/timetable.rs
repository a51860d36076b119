//! 课程表: days and periods of a class.

use chengzhi_kernel::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::{own_fields, words};
use crate::{Document, DocumentError};

/// Periods of one day.
const MAX_PERIODS: usize = 16;
/// Days of one timetable.
const MAX_DAYS: usize = 120;

/// A row of the timetable.
#[derive(Debug, Clone, Serialize)]
pub struct Period {
    /// 上午第一节.
    pub name: String,
    /// 08:30–10:00. Empty: none.
    pub time: String,
}

/// A lesson.
#[derive(Debug, Clone, Serialize)]
pub struct Lesson {
    /// Its first period, counted from 0.
    pub period: usize,
    /// How many periods it takes, at least 1.
    pub periods: usize,
    /// What is taught.
    pub course: String,
    /// Who teaches. Empty: nobody named.
    pub instructor: String,
    /// Where. Empty: not named.
    pub room: String,
}

/// A day of the timetable.
#[derive(Debug, Clone, Serialize)]
pub struct TimetableDay {
    /// The day.
    #[serde(serialize_with = "words::as_day")]
    pub date: Date,
    /// Its lessons, in any order.
    pub lessons: Vec<Lesson>,
}

/// The timetable of a class, five days beside each other on a landscape page.
#[derive(Debug, Clone, Serialize)]
pub struct Timetable {
    /// The class.
    pub class: String,
    /// The unit that holds it.
    pub issuer: String,
    /// Rows.
    pub periods: Vec<Period>,
    /// Columns, in order.
    pub days: Vec<TimetableDay>,
    /// What stands below the table, a paragraph each.
    pub notes: Vec<String>,
    /// The day this version was made: timetables change.
    #[serde(serialize_with = "words::as_plain")]
    pub made_on: Date,
}

impl Timetable {
    /// For each period of the day the lesson that begins there (`lesson`), or whether one that
    /// began earlier goes on (`taken`).
    fn column(&self, day: &TimetableDay) -> Result<Value, DocumentError> {
        let when = words::day(day.date);
        let mut cells = vec![json!({ "lesson": null, "taken": false }); self.periods.len()];
        let mut taken = vec![false; self.periods.len()];
        for lesson in &day.lessons {
            let end = lesson.period.saturating_add(lesson.periods);
            let range = lesson.period..end;
            let Some(free) = taken.get_mut(range.clone()).filter(|r| !r.is_empty()) else {
                return Err(DocumentError::Content(format!(
                    "课程表{when}《{}》超出了节次范围",
                    lesson.course
                )));
            };
            if free.contains(&true) {
                return Err(DocumentError::Content(format!(
                    "课程表{when}《{}》与另一门课占用同一节次",
                    lesson.course
                )));
            }
            free.fill(true);
            for (place, cell) in cells.iter_mut().enumerate().take(end).skip(lesson.period) {
                *cell = if place == lesson.period {
                    json!({ "lesson": lesson, "taken": false })
                } else {
                    json!({ "lesson": null, "taken": true })
                };
            }
        }
        Ok(json!({ "date": when, "cells": cells }))
    }
}

impl Document for Timetable {
    fn template(&self) -> &'static str {
        "timetable.typ"
    }

    fn name(&self) -> &'static str {
        "课程表"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        if self.periods.is_empty() || self.periods.len() > MAX_PERIODS {
            return Err(DocumentError::Content(format!(
                "课程表每天应有 1 至 {MAX_PERIODS} 节"
            )));
        }
        if self.days.is_empty() || self.days.len() > MAX_DAYS {
            return Err(DocumentError::Content(format!(
                "课程表应有 1 至 {MAX_DAYS} 天"
            )));
        }
        let days = self
            .days
            .iter()
            .map(|day| self.column(day))
            .collect::<Result<Vec<_>, _>>()?;
        let mut data = own_fields(self)?;
        data["days"] = Value::Array(days);
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(period: usize, periods: usize) -> Lesson {
        Lesson {
            period,
            periods,
            course: "行政处罚法".to_owned(),
            instructor: String::new(),
            room: String::new(),
        }
    }

    fn data(lessons: Vec<Lesson>) -> Result<Value, DocumentError> {
        let period = Period {
            name: "第一节".to_owned(),
            time: String::new(),
        };
        Timetable {
            class: "班".to_owned(),
            issuer: "局".to_owned(),
            periods: vec![period; 3],
            days: vec![TimetableDay {
                date: Date::from_ymd_opt(2024, 11, 20).unwrap(),
                lessons,
            }],
            notes: Vec::new(),
            made_on: Date::from_ymd_opt(2024, 11, 1).unwrap(),
        }
        .data()
    }

    #[test]
    fn a_lesson_takes_its_periods() {
        let data = data(vec![lesson(2, 1), lesson(0, 2)]).unwrap();
        let cells = &data["days"][0]["cells"];
        assert_eq!(cells[0]["lesson"]["course"], "行政处罚法");
        assert_eq!(cells[1]["taken"], true);
        assert_eq!(cells[2]["lesson"]["period"], 2);
    }

    #[test]
    fn two_lessons_in_one_place_and_lessons_outside_are_refused() {
        for (lessons, said) in [
            (vec![lesson(0, 2), lesson(1, 1)], "占用同一节次"),
            (vec![lesson(2, 2)], "超出了节次范围"),
            (vec![lesson(0, 0)], "超出了节次范围"),
            (vec![lesson(usize::MAX, 2)], "超出了节次范围"),
        ] {
            let error = data(lessons).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            assert!(error.contains("11月20日（周三）"), "{error}");
        }
    }
}
