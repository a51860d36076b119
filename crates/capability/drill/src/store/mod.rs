//! SQL of drill. Nothing else in this crate talks to the database.

pub mod bulk;
pub mod checks;
pub mod contests;
pub mod exemptions;
pub mod films;
pub mod hand_ins;
pub mod instructors;
pub mod notes;
pub mod records;
pub mod sessions;
pub mod slots;

use chengzhi_reporting::Book;

/// The tables of this cycle.
pub const BOOK: Book = Book {
    prefix: "drill",
    late_from: "review_late_at",
};
