//! The rules of the notices as data, and the decisions made from them.
//!
//! Pure and total: no clock, no file, no database, no floating point. Packs ([`pack`]) hold every
//! number with its clause, [`policy`] gives them types, [`assess`] judges a person's year with a
//! trace. The work calendar and the packs themselves ship inside ([`builtin`]).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod assess;
pub mod builtin;
mod classroom;
pub mod docs;
pub mod fitness;
pub mod lint;
pub mod pack;
pub mod policy;
pub mod whatif;

pub use builtin::calendar;
pub use classroom::{ClassroomItem, ClassroomStandard, Grade, classroom_standard};
pub use lint::{Finding, PublishReport, lint, publish_check, publish_check_pack};
pub use pack::{Pack, PackError};
pub use policy::{Cited, Policy, StudyRules, StudyWindows};
pub use whatif::{Case, Flip, Totals, WhatIf, what_if};
