//! 培训班: closed district training, special trainings, induction, city and joint classes, stand-alone fitness tests, from
//! plan and filing over timetable, enrolment, presence and results to closing (B-21…B-31, B-76…B-87, B-130, B-131).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
