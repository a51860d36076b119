//! 师资、基地、课程资源: people and places that teach, and what they teach from (B-91, B-92,
//! B-96…B-105, B-109, B-113, B-114).
//!
//! Instructors go from nomination over a trial lecture to an appointment for a term, with an
//! assessment each year, renewal or release. Bases are created and rechecked, smart classrooms
//! graded. The courseware register holds versions; a version in use is never edited. Bookings of
//! people and places are half-open and never overlap: other capabilities make theirs in their own
//! transaction through [`facade`]. The year's targets are computed from rows.
//!
//! Events in the outbox: `faculty.appointed`, `faculty.released` (instructor_id, unit_id).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
pub mod facade;
mod http;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::router;
pub use usecase::files::CoursewarePolicy;
