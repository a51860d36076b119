//! 科队学习: the monthly study of sections and squads (B-35…B-43, B-93, B-128).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod domain;
